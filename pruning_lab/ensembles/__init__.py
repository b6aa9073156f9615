"""Entire models as units: which members of an ensemble to keep, and in what order.

Every ordering works on what the members say about one set of samples, so members may be anything
with ``predict``. **Take samples that trained no member.** On their own training data members look
alike and too good, and an order found there is worth little; and samples that are held out are
samples not trained on, so the honest rival is the whole ensemble trained on them too.
"""

from pruning_lab.ensembles.accuracy import accuracy_by_size, combined
from pruning_lab.ensembles.backfitting import reduce_error_backfitted
from pruning_lab.ensembles.complementarity import complementarity
from pruning_lab.ensembles.individual import best_first
from pruning_lab.ensembles.kappa import kappa, kappas
from pruning_lab.ensembles.margin import margin_distance
from pruning_lab.ensembles.orientation import angles, orientation
from pruning_lab.ensembles.outputs import probabilities, votes
from pruning_lab.ensembles.reduction import reduce_error
from pruning_lab.ensembles.selection import greedy_with_replacement

__all__ = [
    "accuracy_by_size",
    "angles",
    "best_first",
    "combined",
    "complementarity",
    "greedy_with_replacement",
    "kappa",
    "kappas",
    "margin_distance",
    "orientation",
    "probabilities",
    "reduce_error",
    "reduce_error_backfitted",
    "votes",
]

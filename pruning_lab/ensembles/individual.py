"""Best first: each member for itself, the baseline of all orderings."""

import numpy as np
from numpy.typing import ArrayLike

from pruning_lab.ensembles.ballots import Integers, counted


def best_first(outputs: ArrayLike, y: ArrayLike) -> Integers:
    """Order by accuracy of each member alone; on a tie the first comes first.

    A plain baseline that cleverer orders often do not beat: put it, and a random order
    (``rng.permutation(members)``), beside them.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes), on held-out samples
    y : (n,) labels, of the kind of the votes; for probabilities column numbers

    Raises
    ------
    ValueError
        If outputs and labels do not fit.

    Examples
    --------
    >>> best_first([[0, 1, 0], [0, 1, 1], [1, 1, 1]], [0, 1, 1])
    array([1, 0, 2])
    """
    return np.argsort(-counted(outputs, y).right.sum(axis=1), kind="stable")

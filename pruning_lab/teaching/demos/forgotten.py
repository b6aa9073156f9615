"""Demo: the very digits that are answered differently after pruning, one network or a vote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset, Split
from pruning_lab.ensembles import combined, votes
from pruning_lab.network import Network, mlp, softmax, train
from pruning_lab.network.loss import Labels
from pruning_lab.pruning import prune
from pruning_lab.report import Change
from pruning_lab.teaching.demos.calendars import FIRST, SIZES
from pruning_lab.teaching.demos.minorities import MORE
from pruning_lab.teaching.demos.trials import Criterion, retrain
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.forgotten import PLACES, Digit, forgotten
from pruning_lab.teaching.figures.style import percent

CROWD = 5  # networks that vote
OTHERS = 0.0  # nothing is pruned: another crowd answers
SPARSITIES = (OTHERS, 0.5, 0.8, 0.9, 0.95)
VOTE, ONE = "the vote of five", "the first network alone"


def crowd(data: Dataset, first: int) -> list[Network]:
    """Networks trained on the same digits from different initial weights, not yet retrained."""
    found = []
    for seed in range(first, first + CROWD):
        rng = np.random.default_rng([seed, 1])
        start = mlp(SIZES, rng=rng)
        found.append(train(start, data.train.x, data.train.y, epochs=FIRST, rng=rng))
    return found


def longer(nets: Sequence[Network], data: Dataset) -> list[Network]:
    """Dense networks after as many more epochs as the pruned ones get."""
    return [retrain(net, None, data, epochs=MORE) for net in nets]


def pruned(
    nets: Sequence[Network], data: Dataset, sparsity: float, criterion: Criterion = magnitude
) -> list[Network]:
    """Each network cut to this sparsity and retrained."""
    cut = [prune(net, criterion, sparsity) for net in nets]
    return [retrain(net, mask, data, epochs=MORE) for net, mask in cut]


def verdict(nets: Sequence[Network], x: Array) -> Labels:
    """Label that most networks give."""
    return combined(votes(nets, x), None)


def lead(nets: Sequence[Network], x: Array) -> Array:
    """Mean probability of the likeliest class minus that of the next, (n,): 0 at a border.

    Parameters
    ----------
    nets : whose probabilities are averaged
    x : (n, features)
    """
    probabilities = np.mean([softmax(net(x)) for net in nets], axis=0)
    best = np.sort(probabilities, axis=1)
    return np.asarray(best[:, -1] - best[:, -2])


@dataclass(frozen=True, eq=False)
class Answers:
    """What is said about the held-out digits before pruning, and after.

    Parameters
    ----------
    before : (n,) labels
    lead : (n,) how far the likeliest label was ahead before
    after : sparsity -> (n,) labels; at 0, those of other dense networks
    """

    before: Labels
    lead: Array
    after: Mapping[float, Labels]

    def changed(self, sparsity: float) -> Bools:
        """Digits that get another label."""
        return np.asarray(self.before != self.after[sparsity])

    def counts(self, sparsity: float, y: Labels) -> Change:
        """How many were broken, fixed, or changed otherwise."""
        right, still = self.before == y, self.after[sparsity] == y
        changed = self.changed(sparsity)
        return Change(
            samples=len(y),
            right=int(right.sum()),
            broken=int((right & ~still).sum()),
            fixed=int((~right & still).sum()),
            otherwise=int((changed & ~right & ~still).sum()),
        )

    @property
    def tenths(self) -> Labels:
        """Which tenth of the digits each belongs to, (n,): 0 are those with the least lead."""
        rank = np.argsort(np.argsort(self.lead, kind="stable"))
        return np.asarray(10 * rank // len(rank))

    def shares(self, sparsity: float) -> Array:
        """Share of each tenth that changed, (10,)."""
        changed, tenths = self.changed(sparsity), self.tenths
        return np.array([changed[tenths == tenth].mean() for tenth in range(10)])


def answers(
    dense: Sequence[Network],
    others: Sequence[Network],
    after: Mapping[float, Sequence[Network]],
    x: Array,
) -> dict[str, Answers]:
    """What the vote says, and what the first network alone says.

    Parameters
    ----------
    dense : networks that were not pruned, trained as long
    others : as many, from other seeds
    after : sparsity -> the pruned ones
    x : held-out digits
    """
    crowds = {OTHERS: others, **after}
    return {
        VOTE: Answers(
            verdict(dense, x), lead(dense, x), {s: verdict(nets, x) for s, nets in crowds.items()}
        ),
        ONE: Answers(
            dense[0].predict(x),
            lead(dense[:1], x),
            {s: nets[0].predict(x) for s, nets in crowds.items()},
        ),
    }


def shown(found: Answers) -> Labels:
    """Places of the digits that have a place in the picture, those with the least lead first.

    What changes at a low sparsity comes before what changes only at a high one.
    """
    chosen: list[int] = []
    for sparsity in found.after:
        fresh = [i for i in np.flatnonzero(found.changed(sparsity)).tolist() if i not in chosen]
        chosen += sorted(fresh, key=lambda i: float(found.lead[i]))
    some = np.array(chosen[:PLACES], int)
    return some[np.argsort(found.lead[some], kind="stable")]


def describe(who: str, sparsity: float, found: Answers, y: Labels) -> str:
    """Say how many answers change, in which direction, and how sure the network had been."""
    counts = found.counts(sparsity, y)
    unsure = int((found.changed(sparsity) & (found.tenths == 0)).sum())
    if sparsity == OTHERS:
        rival = "another five" if who == VOTE else "one from another seed"
        start = f"Nothing pruned: for {who}, {rival}. "
    else:
        start = f"{percent(sparsity)} pruned and retrained, {who}: "
    return (
        f"{start}{counts.changed} of {counts.samples} answers change: {counts.broken} broken, "
        f"{counts.fixed} fixed, {counts.otherwise} otherwise; accuracy {percent(counts.before, 1)} "
        f"before, {percent(counts.after, 1)} after. {unsure} of the {counts.changed} lie in the "
        "tenth of which the dense network was least sure."
    )


def demo(found: Mapping[str, Answers], data: Split) -> Explorer:
    """Explorer over who answers and the sparsity.

    Parameters
    ----------
    found : who -> what they say
    data : the held-out digits
    """
    places = {who: shown(each) for who, each in found.items()}

    def nearest(sparsity: float) -> float:
        return min(SPARSITIES, key=lambda each: abs(each - sparsity))

    def render(who: str, sparsity: float) -> Figure:
        each, now = found[who], nearest(sparsity)
        after = each.after[now]
        digits = [
            Digit(data.x[i], int(data.y[i]), int(each.before[i]), int(after[i]))
            for i in places[who]
        ]
        hidden = int(each.changed(now).sum()) - sum(digit.changed for digit in digits)
        return forgotten(digits, hidden, each.shares(now))

    def caption(who: str, sparsity: float) -> str:
        return describe(who, nearest(sparsity), found[who], data.y)

    return Explorer(
        render,
        {"who": list(found), "sparsity": list(SPARSITIES)},
        caption,
        title="Digits that are answered differently after pruning",
        labels={"who": "Who answers", "sparsity": "Sparsity"},
        text={"sparsity": lambda s: "0: others" if s == OTHERS else percent(s)},
        start={"sparsity": 0.8},
    )

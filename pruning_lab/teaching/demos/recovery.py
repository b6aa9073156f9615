"""Demo: retrain after the cut, epoch by epoch, and watch who comes back."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.pruning import prune
from pruning_lab.teaching.demos.trials import Criterion, Run, retrain, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.histograms import flat
from pruning_lab.teaching.figures.recoveries import recovery
from pruning_lab.teaching.figures.style import percent


class History(NamedTuple):
    """What retraining did to several networks.

    Parameters
    ----------
    accuracy : (runs, marks) on the test part
    survivors : at each mark, the weights (kept,) of the first network that stayed
    """

    accuracy: Array
    survivors: list[Array]


def history(
    runs: Sequence[Run], criterion: Criterion, sparsity: float, marks: Sequence[int]
) -> History:
    """Test accuracy and surviving weights after so many epochs of retraining.

    Parameters
    ----------
    sparsity : of the one cut before; 0 retrains the dense network
    marks : epochs, rising from 0
    """
    accuracy, survivors = np.empty((len(runs), len(marks))), []
    for i, (net, data) in enumerate(runs):
        pruned, mask = prune(net, criterion, sparsity)
        for j, epochs in enumerate(marks):
            now = retrain(pruned, mask, data, epochs=epochs)
            accuracy[i, j] = tested(now, data)
            if i == 0:
                survivors.append(flat(now.weights)[flat(mask)])
    return History(accuracy, survivors)


def compute(
    runs: Sequence[Run],
    criteria: Mapping[str, Criterion],
    sparsities: Sequence[float],
    marks: Sequence[int],
) -> dict[tuple[str, float], History]:
    """Histories of every criterion at every sparsity, by (name, sparsity)."""
    return {
        (name, sparsity): history(runs, criterion, sparsity, marks)
        for name, criterion in criteria.items()
        for sparsity in sparsities
    }


def describe(sparsity: float, epochs: int, magnitude: Array, random: Array, dense: Array) -> str:
    """Say the state in two sentences; each array holds the accuracies of all networks."""
    when = "Right after the cut" if epochs == 0 else f"After {epochs} epoch{'s' * (epochs > 1)}"
    gap = 100 * float(np.mean(magnitude - random))
    return (
        f"{when} at {percent(sparsity)} sparsity, magnitude reads {percent(magnitude.mean(), 1)} "
        f"and random {percent(random.mean(), 1)}: a gap of {gap:.1f} points. The dense network, "
        f"trained just as much longer, reads {percent(dense.mean(), 1)}."
    )


def demo(
    histories: Mapping[tuple[str, float], History], marks: Sequence[int], dense: History
) -> Explorer:
    """Explorer over sparsity and epochs.

    Parameters
    ----------
    histories : of 'magnitude' and 'random' at each sparsity
    marks : the epochs at which they were measured
    dense : the history of the networks that were not pruned
    """
    sparsities = {percent(s): s for s in sorted({sparsity for _, sparsity in histories})}

    def place(epochs: float) -> int:
        return int(np.argmin(np.abs(np.asarray(marks) - epochs)))

    def render(sparsity: str, epochs: float) -> Figure:
        kept, lot = (histories[name, sparsities[sparsity]] for name in ("magnitude", "random"))
        curves = [
            Curve("dense", dense.accuracy, style.INK, faint=True),
            Curve("random", lot.accuracy, style.RANDOM, dashed=True),
            Curve("magnitude", kept.accuracy, style.KEPT),
        ]
        now = kept.survivors[place(epochs)]
        return recovery(now, kept.survivors[0], np.asarray(marks), curves, place(epochs))

    def caption(sparsity: str, epochs: float) -> str:
        at, share = place(epochs), sparsities[sparsity]
        shown = (histories["magnitude", share], histories["random", share], dense)
        return describe(share, marks[at], *(each.accuracy[:, at] for each in shown))

    return Explorer(
        render,
        {"sparsity": list(sparsities), "epochs": [int(mark) for mark in marks]},
        caption,
        title="Retraining after the cut",
        labels={"sparsity": "Sparsity", "epochs": "Epochs of retraining"},
        text={"epochs": lambda epochs: f"{epochs:g}"},
        start={"sparsity": percent(0.9)},
    )

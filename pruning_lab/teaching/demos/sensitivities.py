"""Demo: one layer of the pitch network loses channels, the others stay; and what it carries."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.demos import layer_budgets, pitch, pitch_cuts
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.sensitivities import Load, sensitivities
from pruning_lab.teaching.figures.style import percent

NAMES = tuple(f"conv{i}" for i in range(1, 7))


def loads() -> list[Load]:
    """Share of all multiplications and of all weights that each layer of channels carries.

    Examples
    --------
    >>> [round(load.work, 3) for load in loads()]
    [0.456, 0.456, 0.028, 0.014, 0.014, 0.028]
    """
    found, before = [], 1
    work, stored = pitch.multiplications(pitch.WIDTHS), pitch.numbers(pitch.WIDTHS)
    for places, kernel, width in zip(pitch.PLACES, pitch.KERNELS, pitch.WIDTHS, strict=True):
        own = kernel * before * width
        found.append(Load(places * own / work, own / stored))
        before = width
    return found


def saved(layer: str, share: float) -> float:
    """Share of all multiplications that go with a share of one layer's channels.

    Examples
    --------
    >>> round(saved("conv1", 0.5), 3)
    0.456
    >>> round(saved("conv6", 0.875), 3)
    0.027
    """
    left = layer_budgets.widths({name: share if name == layer else 0.0 for name in NAMES})
    return 1 - pitch.multiplications(left) / pitch.multiplications(pitch.WIDTHS)


def describe(what: str, share: float, found: Mapping[str, Array]) -> str:
    """Say which layer minds most and least, and what cutting each of them saves.

    Parameters
    ----------
    found : name of a layer -> (seeds,) shares of tones found with that layer cut alone
    """
    means = {name: float(right.mean()) for name, right in found.items()}
    worst, best = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    how = "drawn by lot" if what == "lots" else f"chosen by {what}"
    return (
        f"One layer alone loses {percent(share, 1)} of its channels, {how}. It hurts most in "
        f"{worst}: {percent(means[worst], 1)} of the tones are found, for "
        f"{percent(saved(worst, share), 1)} of the multiplications. It hurts least in {best}: "
        f"{percent(means[best], 1)} are found, for {percent(saved(best, share), 1)}."
    )


def demo(rows: Sequence[pitch_cuts.Row]) -> Explorer:
    """Explorer over the share that one layer loses, and how its channels are chosen.

    Parameters
    ----------
    rows : the study
    """

    def found(what: str, share: float) -> dict[str, Array]:
        nearest = min(pitch_cuts.LEVELS, key=lambda level: abs(level - share))
        return {name: pitch_cuts.accuracies(rows, what, [nearest], name)[:, 0] for name in NAMES}

    whole = float(pitch_cuts.accuracies(rows, "relevance", [0.0]).mean())

    def render(what: str, share: float) -> Figure:
        return sensitivities(found(what, share), whole, loads())

    return Explorer(
        render,
        {"what": list(pitch.SCORES), "share": list(pitch_cuts.LEVELS)},
        lambda what, share: describe(what, share, found(what, share)),
        title="One layer at a time: what it minds, and what it carries",
        labels={"what": "Channels chosen by", "share": "Eighths that one layer loses"},
        text={"share": lambda share: f"{round(8 * share)} of 8"},
        start={"what": "relevance", "share": 0.5},
    )

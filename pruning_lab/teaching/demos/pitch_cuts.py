"""Demo: weights or channels of the pitch network go, and tones are still found, or are not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Tones, organ, tones
from pruning_lab.measure import latency
from pruning_lab.network import Network
from pruning_lab.pruning import prune
from pruning_lab.storage import cheapest
from pruning_lab.teaching.demos import layer_budgets, pitch, studies, units
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.pitch_cuts import Bill, pitch_cuts
from pruning_lab.teaching.figures.style import percent

FILE = "pitch_cuts.csv"
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
LEVELS = (0.125, 0.25, 0.5, 0.75, 0.875)  # of one layer alone
TEST, SCORED = 60, 256  # tones
WEIGHTS, EVERYWHERE = "weights", "all"


class Row(NamedTuple):
    """Share of the test tones found after a cut; `layer` is "all", or the only one that is cut."""

    seed: int
    what: str
    layer: str
    share: float
    right: float


def study(seed: int, whats: Sequence[str] = (WEIGHTS, *pitch.SCORES)) -> Iterator[Row]:
    """Yield what one seed gives, without any retraining; a part gives the same numbers.

    The network is always the same; the seed draws the tones and the lots.
    """
    rng = np.random.default_rng([160, seed])
    heard, found = tones(SCORED, organ, rng=rng), tones(TEST, organ, rng=rng)
    lots = np.random.default_rng([seed, 7])
    net = pitch.crepe()
    for what in whats:
        if what == WEIGHTS:
            for share in SHARES:
                pruned, _ = prune(net, magnitude, share)
                yield Row(seed, what, EVERYWHERE, share, pitch.right(pruned, found))
            continue
        scores = scored(net, what, heard, rng=lots)
        for share in SHARES:
            small = layer_budgets.cut(net, scores, dict.fromkeys(scores, share))
            yield Row(seed, what, EVERYWHERE, share, pitch.right(small, found))
        for name, curve in layer_budgets.sensitivity(net, scores, found, LEVELS).items():
            for share, right in zip(LEVELS, curve, strict=True):
                yield Row(seed, what, name, share, float(right))


def scored(net: Network, what: str, heard: Tones, *, rng: np.random.Generator) -> units.UnitScores:
    """Scores of all channels; lots are drawn anew.

    Parameters
    ----------
    net : the pitch network
    what : one of `pitch.SCORES`
    heard : tones that relevance is measured on
    rng : draws the lots
    """
    if what == "lots":
        return {name: rng.random(net.parts[name].fan_out) for name in units.readers(net)}
    return pitch.SCORES[what](net, pitch.split(heard))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), what, layer, float(share), float(right))
        for seed, what, layer, share, right in studies.lines(FILE)
    ]


def accuracies(
    rows: Sequence[Row], what: str, shares: Sequence[float], layer: str = EVERYWHERE
) -> Array:
    """Shares of tones found, (seeds, shares).

    Examples
    --------
    >>> accuracies([Row(0, "lots", "conv1", 0.5, 0.25)], "lots", [0.5], "conv1")
    array([[0.25]])
    """
    known: dict[int, dict[float, float]] = {}
    for row in rows:
        if (row.what, row.layer) == (what, layer):
            known.setdefault(row.seed, {})[row.share] = row.right
    return np.array([[known[seed][share] for share in shares] for seed in sorted(known)])


def milliseconds(net: Network, x: Array, shares: Sequence[float], *, rounds: int = 5) -> Array:
    """Fastest time for `x` after these shares of all channels went, (shares,).

    All sizes take turns, since the machine may be busy with something else.
    """
    scores = {name: np.arange(net.parts[name].fan_out, dtype=float) for name in units.readers(net)}
    nets = [layer_budgets.cut(net, scores, dict.fromkeys(scores, share)) for share in shares]
    best = np.full(len(nets), np.inf)
    for _ in range(rounds):
        for i, small in enumerate(nets):
            best[i] = min(best[i], *latency(small, x, repeats=3).samples_s)
    return 1e3 * best


def bills(net: Network, times: Array) -> dict[str, list[Bill]]:
    """What each state stores, multiplies and takes: "weights" and "channels" -> one a share.

    Parameters
    ----------
    net : the pitch network
    times : (shares,) milliseconds of a tone after channels went
    """
    by_weight, by_channel = [], []
    for share, ms in zip(SHARES, times, strict=True):
        pruned, _ = prune(net, magnitude, share)
        stored = sum(cheapest(w).best.nbytes for w in pruned.weights.values())
        work = pitch.multiplications(pitch.WIDTHS)
        by_weight.append(Bill(stored / 1e6, work / 1e6, float(times[0])))
        left = layer_budgets.widths({f"conv{i}": share for i in range(1, 7)})
        work = pitch.multiplications(left)
        by_channel.append(Bill(4 * pitch.numbers(left) / 1e6, work / 1e6, float(ms)))
    return {WEIGHTS: by_weight, "channels": by_channel}


WORDS = {
    WEIGHTS: "single weights, smallest first",
    "relevance": "channels, by relevance",
    "lots": "channels, by lot",
}


def describe(what: str, share: float, right: Array, bill: Bill, whole: Bill) -> str:
    """Say what went, how many tones are found, and what it saves.

    Parameters
    ----------
    right : (seeds,) shares of tones found
    bill, whole : now, and of the whole network
    """
    if share == 0:
        return (
            f"Nothing is pruned ({WORDS[what]} would go). {percent(right.mean(), 1)} of the tones "
            f"are found; {bill}."
        )
    same = ", as before" if what == WEIGHTS else f" (it was {whole.milliseconds:.1f})"
    return (
        f"{percent(share)} gone: {WORDS[what]}. {percent(right.mean(), 1)} of the tones are found "
        f"within half a semitone ({percent(right.min())} to {percent(right.max())}); {bill}{same}."
    )


def demo(net: Network, rows: Sequence[Row], times: Array) -> Explorer:
    """Explorer over what goes and how much of it.

    Parameters
    ----------
    net : the pitch network
    rows : the study
    times : (shares,) milliseconds of a tone after channels went
    """
    found = {what: accuracies(rows, what, SHARES) for what in WORDS}
    costs = bills(net, times)

    def bill(what: str, share: float) -> tuple[Bill, Bill]:
        column = costs[WEIGHTS if what == WEIGHTS else "channels"]
        return column[_place(share)], column[0]

    def render(what: str, share: float) -> Figure:
        shown = [_curve(name, what, found) for name in WORDS]
        return pitch_cuts(np.array(SHARES), shown, what_color(what), _place(share),
                          list(WORDS).index(what), *bill(what, share))  # fmt: skip

    def caption(what: str, share: float) -> str:
        return describe(what, share, found[what][:, _place(share)], *bill(what, share))

    return Explorer(
        render,
        {"what": list(WORDS), "share": list(SHARES)},
        caption,
        title="What goes from the pitch network, and what it still hears",
        labels={"what": "What goes", "share": "Share that goes"},
        text={"what": WORDS.__getitem__, "share": percent},
        start={"what": WEIGHTS, "share": 0.5},
    )


def _place(share: float) -> int:
    """The nearest state that was measured."""
    return int(np.abs(np.array(SHARES) - share).argmin())


def what_color(what: str) -> str:
    """Colour of a method while it is the one in question."""
    return style.RANDOM if what == "lots" else style.KEPT


def _curve(name: str, chosen: str, found: Mapping[str, Array]) -> Curve:
    at = {WEIGHTS: (0.62, 1.02), "relevance": (0.24, 0.86), "lots": (0.05, 0.4)}[name]
    short = {WEIGHTS: "single weights", "relevance": "channels", "lots": "channels by lot"}[name]
    color = what_color(chosen) if name == chosen else style.INK
    color = style.RANDOM if name == "lots" else color
    return Curve(short, found[name], color, at, dashed=name == "lots", faint=name != chosen)

"""Demo: half of the pitch network, cut in four ways or built afresh, retrained on one voice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.datasets import Tones, organ, plucked, tones, vowel
from pruning_lab.network import BatchNorm, Conv, Dense, Network, train
from pruning_lab.network.layers import Layer
from pruning_lab.teaching.demos import layer_budgets, pitch, studies, units
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.retunings import retunings
from pruning_lab.teaching.figures.rivals import Rival
from pruning_lab.teaching.figures.style import percent

FILE = "retunings.csv"
VOICES = {"organ": organ, "plucked": plucked, "vowel": vowel}
HALF = 0.5
TRAINING, VALIDATION, TEST, SCORED = 400, 60, 120, 128  # tones
EPOCHS, BATCH, RATE = 5, 16, 1e-3
WHOLE, ALLOCATED, SCRATCH = "whole", "shared out", "from scratch"
CRITERIA = ("relevance", "lots")
PLANS = (*CRITERIA, ALLOCATED, SCRATCH, WHOLE)
CUT, SETTLED, RETRAINED = "cut", "settled", "retrained"


class Row(NamedTuple):
    """Share of the test tones of one voice that one network finds."""

    seed: int
    plan: str
    stage: str
    voice: str
    right: float


def study(seed: int, plans: Sequence[str] = PLANS) -> Iterator[Row]:
    """Yield what one seed gives; a part of the plans gives the same numbers.

    The network is always the same. The seed draws the tones, and initial weights and lots.
    """
    rng = np.random.default_rng([16, seed])
    heard, held = tones(TRAINING, organ, rng=rng), tones(VALIDATION, organ, rng=rng)
    tests = {name: tones(TEST, voice, rng=rng) for name, voice in VOICES.items()}
    net, few = pitch.crepe(), Tones(heard.x[:SCORED], heard.hertz[:SCORED])
    for plan in plans:
        if plan == WHOLE:
            small = net
        elif plan == SCRATCH:
            lots = units.by_lot(net, pitch.split(few))
            small = afresh(layer_budgets.cut(net, lots, half(net)), rng=np.random.default_rng(seed))
        else:
            small = _cut(net, plan, few, held, seed)
        if plan != SCRATCH:
            yield from _heard(seed, plan, CUT, small, tests)
        if plan not in (SCRATCH, WHOLE):
            yield from _heard(seed, plan, SETTLED, small.settled(heard.x[:VALIDATION]), tests)
        yield from _heard(seed, plan, RETRAINED, retrained(small, heard, seed), tests)


def _cut(net: Network, plan: str, few: Tones, held: Tones, seed: int) -> Network:
    """The network cut to half of its channels, or to as many multiplications as that leaves."""
    if plan == "lots":
        rng = np.random.default_rng([seed, 7])
        return layer_budgets.cut(
            net, {n: rng.random(net.parts[n].fan_out) for n in half(net)}, half(net)
        )
    score = pitch.SCORES["relevance" if plan == ALLOCATED else plan]
    scores = score(net, pitch.split(few))
    if plan != ALLOCATED:
        return layer_budgets.cut(net, scores, half(net))
    target = pitch.multiplications(layer_budgets.widths(half(net)))
    curves = layer_budgets.sensitivity(net, scores, held)
    return layer_budgets.cut(
        net, scores, layer_budgets.allocate(curves, pitch.right(net, held), target)
    )


def half(net: Network) -> dict[str, float]:
    """The same half for every layer of channels."""
    return dict.fromkeys(units.readers(net), HALF)


def afresh(net: Network, *, rng: np.random.Generator) -> Network:
    """Network of the same shape that has learnt nothing: He-normal weights, norms that do nothing.

    Parameters
    ----------
    net : for its shape
    rng : source of the weights
    """
    layers: dict[str, Layer] = {}
    for name, layer in net.layers.items():
        if isinstance(layer, Conv | Dense):
            w = rng.standard_normal(layer.weights.shape) * np.sqrt(2 / layer.weights.shape[1])
            layer = layer.with_parameters(w.astype(np.float32), np.zeros_like(layer.bias))
        elif isinstance(layer, BatchNorm):
            one, zero = np.ones_like(layer.scale), np.zeros_like(layer.scale)
            layer = BatchNorm(one, zero, zero, one, layer.epsilon)
        layers[name] = layer
    return Network(layers)


def retrained(net: Network, heard: Tones, seed: int, *, epochs: int = EPOCHS) -> Network:
    """Network after some epochs on these tones, in an order that the seed decides."""
    y, rng = pitch.labels(heard.hertz), np.random.default_rng(seed)
    return train(net, heard.x, y, epochs=epochs, batch_size=BATCH, learning_rate=RATE, rng=rng)


def _heard(
    seed: int, plan: str, stage: str, net: Network, tests: Mapping[str, Tones]
) -> Iterator[Row]:
    for voice, found in tests.items():
        yield Row(seed, plan, stage, voice, pitch.right(net, found))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), plan, stage, voice, float(share))
        for seed, plan, stage, voice, share in studies.lines(FILE)
    ]


def accuracies(rows: Sequence[Row], plan: str, stage: str, voice: str) -> Array:
    """Shares of tones right, (seeds,); empty if the plan has none at this stage.

    Examples
    --------
    >>> accuracies([Row(0, "lots", "cut", "organ", 0.25)], "lots", "cut", "organ")
    array([0.25])
    """
    wanted = (plan, stage, voice)
    return np.array([row.right for row in rows if (row.plan, row.stage, row.voice) == wanted])


WORDS = {
    "relevance": "every layer half",
    ALLOCATED: ALLOCATED,
    "lots": "half, by lot",
    SCRATCH: SCRATCH,
    WHOLE: "whole network",
}
STAGES = {
    CUT: "right after the cut",
    SETTLED: "batch norm measured anew",
    RETRAINED: "retrained on organ tones",
}


def describe(stage: str, voice: str, rows: Sequence[Row]) -> str:
    """Say how many tones of a voice each plan finds at a stage, and the untouched network."""
    before = accuracies(rows, WHOLE, CUT, voice).mean()
    found = {plan: accuracies(rows, plan, stage, voice) for plan in WORDS}
    parts = [f"{WORDS[p]} {percent(a.mean())}" for p, a in found.items() if len(a) and p != WHOLE]
    end = f"The network as it came finds {percent(before)}"
    if stage == RETRAINED:
        end += f", and {percent(found[WHOLE].mean())} after the same retraining"
    start = f"{STAGES[stage][0].upper()}{STAGES[stage][1:]}, heard on {voice} tones"
    return f"{start}: {', '.join(parts)}. {end}."


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the stage and the voice that is heard.

    Parameters
    ----------
    rows : the study
    """

    def render(stage: str, voice: str) -> Figure:
        found = [
            Rival(words, accuracies(rows, plan, stage, voice), _color(plan), plan == ALLOCATED)
            for plan, words in WORDS.items()
            if plan != WHOLE or stage == RETRAINED
        ]
        if stage != RETRAINED:
            found.append(Rival(WORDS[WHOLE], accuracies(rows, WHOLE, CUT, voice), style.INK))
        before = float(accuracies(rows, WHOLE, CUT, voice).mean())
        return retunings(found, before, f"{voice.capitalize()} tones found, five draws each")

    return Explorer(
        render,
        {"stage": list(STAGES), "voice": list(VOICES)},
        lambda stage, voice: describe(stage, voice, rows),
        title="Half of a pitch network, retrained on one voice and heard on three",
        labels={"stage": "Network", "voice": "Heard on"},
        text={"stage": STAGES.__getitem__},
        start={"stage": RETRAINED},
    )


def _color(plan: str) -> str:
    """Blue for the budget, green for the rival from scratch, grey for lots, ink for the others."""
    known = {ALLOCATED: style.KEPT, SCRATCH: style.SECOND, "lots": style.RANDOM}
    return known.get(plan, style.INK)

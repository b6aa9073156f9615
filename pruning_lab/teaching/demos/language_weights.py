"""Demo: single weights of a pretrained language model, pruned in four ways, layer by layer."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab import tiles
from pruning_lab.arrays import Array
from pruning_lab.criteria import magnitude, random, wanda
from pruning_lab.masks import apply, select
from pruning_lab.network import Network
from pruning_lab.reconstruct.hessian import hessian
from pruning_lab.reconstruct.sparsegpt import sparsegpt
from pruning_lab.teaching import walks
from pruning_lab.teaching.demos import paraphrases, studies
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.transformers import sparse
from pruning_lab.teaching.minilm import MiniLM
from pruning_lab.tiles import Tile

LOT, SIZE = "lot", "magnitude"
WANDA, GPT = "Wanda", "SparseGPT"
METHODS = (LOT, SIZE, WANDA, GPT)
SPARSITIES = (0.5, 0.7, 0.8, 0.9)
SEEN = 96  # calibration sentences that each seed draws
FILE = "language_weights.csv"


class Row(NamedTuple):
    """One result of the study.

    Parameters
    ----------
    turned : behind each layer, how far a token's numbers point elsewhere than in the whole
        model: one minus the cosine, a mean over all tokens of the test
    """

    method: str
    sparsity: float
    seed: int
    found: float
    chosen: float
    turned: tuple[float, ...]


def lowest(scores: Array, weights: Array, sparsity: float, scope: Tile) -> Array:
    """Weights without those that score lowest in their scope."""
    return apply({"w": weights}, select({"w": scores}, sparsity, scope=scope))["w"]


def by_wanda(sparsity: float) -> walks.Change:
    """Wanda: each row of a matrix loses the same share, of weight times input the least."""

    def change(name: str, weights: Array, x: Array) -> Array:
        norms = {"w": np.linalg.norm(x, axis=0)}
        return lowest(wanda({"w": weights}, norms)["w"], weights, sparsity, tiles.Row())

    return change


def by_sweep(sparsity: float) -> walks.Change:
    """SparseGPT: what is left of a matrix makes good what went."""

    def change(name: str, weights: Array, x: Array) -> Array:
        return sparsegpt(weights, hessian(x), sparsity)[0]

    return change


def pruned(model: MiniLM, method: str, sparsity: float, seed: int) -> MiniLM:
    """Model without this share of each matrix; the seed draws the lots, or what it may see."""
    rng = np.random.default_rng(seed)
    if method in (LOT, SIZE):  # these see no sentence
        scores = random(model, rng=rng) if method == LOT else magnitude(model)
        mask = select(scores, sparsity, scope=tiles.Layer())
        return model.with_weights(apply(model.weights, mask))
    batches = [x for _, x in model.batches(paraphrases.calibration(SEEN, rng=rng))]
    change = by_wanda(sparsity) if method == WANDA else by_sweep(sparsity)
    return model.with_network(walks.walk(model.network, batches, change))


def states(network: Network, batches: Sequence[Array]) -> list[list[Array]]:
    """Behind each layer, the tokens of each batch, (n, length, width); at last their means."""
    ends = {n for n in network.layers if n == "mean" or (n.startswith("norm") and n.endswith("f"))}
    found: list[list[Array]] = [[] for _ in ends]
    for x in batches:
        behind = iter(found)
        for name, layer in network.layers.items():
            x = layer.forward(x)
            if name in ends:
                next(behind).append(x)
    return found


def turned(whole: Sequence[Sequence[Array]], now: Sequence[Sequence[Array]]) -> tuple[float, ...]:
    """One minus the mean cosine between tokens, behind each layer.

    Examples
    --------
    >>> one, other = np.array([[[1.0, 0.0]]]), np.array([[[0.0, 2.0]]])
    >>> turned([[one], [one]], [[one], [other]])
    (0.0, 1.0)
    """
    return tuple(
        1
        - float(
            np.mean(np.concatenate([cosines(a, b).ravel() for a, b in zip(*pair, strict=True)]))
        )
        for pair in zip(whole, now, strict=True)
    )


def cosines(a: Array, b: Array) -> Array:
    """Cosine of each token in the one with the same in the other, (n, length)."""
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    result: Array = (a * b).sum(axis=-1) / lengths
    return result


def study(
    model: MiniLM,
    seed: int,
    methods: Sequence[str] = METHODS,
    sparsities: Sequence[float] = SPARSITIES,
) -> Iterator[Row]:
    """Yield what one seed gives; a part of it gives the same numbers."""
    _, sentences, others = paraphrases.pairs()
    test = model.batches([*sentences, *others])
    rows, batches = [i for each, _ in test for i in each], [x for _, x in test]
    whole = states(model.network, batches)
    for method in methods:
        for sparsity in sparsities:
            if seed == 0 or method != SIZE:  # no lot is drawn for magnitude
                found = states(pruned(model, method, sparsity, seed).network, batches)
                vectors = np.empty((len(rows), whole[-1][0].shape[1]), np.float32)
                vectors[rows] = np.concatenate(found[-1])
                marks = paraphrases.marks_of(vectors)
                yield Row(method, sparsity, seed, *marks, turned(whole[:-1], found[:-1]))


def recorded() -> list[Row]:
    """Rows of the study, from the file that ships with the library."""
    return [
        Row(way, float(share), int(seed), float(a), float(b), tuple(map(float, far.split())))
        for way, share, seed, a, b, far in studies.lines(FILE)
    ]


def curve(rows: Sequence[Row], method: str, whole: float) -> Array:
    """Paraphrases found at 0 and at SPARSITIES, (seeds, points); one row where nothing is drawn."""
    here = [row for row in rows if row.method == method]
    seeds = sorted({row.seed for row in here})
    by_place = {(row.seed, row.sparsity): row.found for row in here}
    return np.array([[whole, *(by_place[seed, s] for s in SPARSITIES)] for seed in seeds])


def turns(rows: Sequence[Row], method: str, sparsity: float) -> Array:
    """How far tokens have turned behind each layer, (seeds, layers); not at all at 0."""
    if not sparsity:
        return np.zeros((1, len(rows[0].turned)))
    return np.array([r.turned for r in rows if (r.method, r.sparsity) == (method, sparsity)])


def nearest(sparsity: float) -> float:
    """The sparsity of the study that lies nearest."""
    return min((0.0, *SPARSITIES), key=lambda each: abs(each - sparsity))


def describe(rows: Sequence[Row], method: str, sparsity: float, whole: float) -> str:
    """Say what is found, how far the last layer has turned, and what chance would give."""
    place = (0.0, *SPARSITIES).index(sparsity)
    found = curve(rows, method, whole)[:, place]
    if not sparsity:
        return f"Nothing is pruned yet (next by {method}): {percent(whole)} are found."
    spread = f" ({percent(found.min())} to {percent(found.max())})" if len(found) > 1 else ""
    far = turns(rows, method, sparsity).mean(axis=0)
    words = (
        f"{percent(sparsity)} pruned by {method}: {percent(found.mean())} of the paraphrases are "
        f"found{spread}; the whole model finds {percent(whole)}. Behind the last layer the tokens "
        f"have turned by {far[-1]:.2f}, behind the first by {far[0]:.2f}."
    )
    if method != LOT:
        words += f" By lot {percent(curve(rows, LOT, whole)[:, place].mean())} would be found."
    return words


def demo(rows: Sequence[Row], whole: float, none: float) -> Explorer:
    """Explorer over the method and the sparsity.

    Parameters
    ----------
    rows : the study
    whole, none : paraphrases found by the whole model, and by one without any layer
    """
    places = np.array([0.0, *SPARSITIES])

    def render(method: str, sparsity: float) -> Figure:
        at = nearest(sparsity)
        lines = [
            Curve(
                name,
                curve(rows, name, whole),
                style.KEPT if name == method else style.RANDOM if name == LOT else style.INK,
                dashed=name == LOT,
                faint=name != method,
            )
            for name in (*(name for name in METHODS if name != method), method)
        ]
        own = curve(rows, method, whole)[:, list(places).index(at)]
        return sparse(turns(rows, method, at), places, lines, (at, own.mean()), whole, none)

    def caption(method: str, sparsity: float) -> str:
        return describe(rows, method, nearest(sparsity), whole)

    return Explorer(
        render,
        {"method": list(METHODS), "sparsity": list(places.tolist())},
        caption,
        title="Weights of a pretrained language model, pruned in four ways",
        labels={"method": "Method", "sparsity": "Pruned"},
        text={"sparsity": percent},
        start={"method": SIZE, "sparsity": 0.0},
    )

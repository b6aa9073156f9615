"""Demo: the first network of a face detector loses weights, and proposes more faces."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from pruning_lab.arrays import Array, Weights
from pruning_lab.criteria import magnitude
from pruning_lab.masks import apply, select
from pruning_lab.network import Conv, MaxPool
from pruning_lab.network.loss import softmax
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.faces import faces
from pruning_lab.teaching.figures.style import percent

SPARSITIES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
SIDE, STRIDE = 12, 2  # pixels: what one answer sees, and from one to the next
LARGEST, SHRINK = 0.2, 0.709  # scales of the picture, from 60-pixel faces on
SURE, SAME = 0.6, 0.5  # how certain a proposal is, and how much two may overlap
FACE = (170.0, 115.0, 345.0, 325.0)  # of the picture, drawn by hand: left, top, right, bottom
MATRICES = ("conv1", "conv2", "conv3", "conv4_1")  # of the answer face or no face


class Proposal(NamedTuple):
    """Where a face may be, in pixels of the picture."""

    sure: float
    left: float
    top: float
    right: float
    bottom: float


Arrays = Mapping[str, NDArray[np.floating]]


def photograph() -> Image.Image:
    """A portrait of Grace Hopper that matplotlib ships as sample data."""
    path = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return Image.open(path).convert("RGB")


def matrices(arrays: Arrays) -> Weights:
    """The convolutions that decide whether there is a face, as matrices, a filter a row."""
    return {name: _rows(arrays[f"{name}.weight"]) for name in MATRICES}


def pruned(arrays: Arrays, sparsity: float) -> Arrays:
    """Arrays whose smallest weights, all convolutions together, are zero."""
    found = matrices(arrays)
    kept = apply(found, select(magnitude(found), sparsity))
    changed = {f"{n}.weight": w.reshape(arrays[f"{n}.weight"].shape) for n, w in kept.items()}
    return {**arrays, **changed}


def answers(arrays: Arrays, x: Array) -> tuple[Array, Array]:
    """How sure the network is at each place, and how it would move the box, (4, …).

    Parameters
    ----------
    arrays : of the network
    x : (1, 3, height, width), pixels from -1 to 1
    """

    def conv(name: str, x: Array) -> Array:
        filters = arrays[f"{name}.weight"]
        return Conv(_rows(filters), arrays[f"{name}.bias"], filters.shape[2:]).forward(x)

    for i in (1, 2, 3):
        x = conv(f"conv{i}", x)
        slopes = arrays[f"prelu{i}.weight"][:, None, None]
        x = np.maximum(x, 0) + slopes * np.minimum(x, 0)
        if i == 1:  # the package's pooling also reads what is left over at the border
            rest = [(0, side % 2) for side in x.shape[2:]]
            x = MaxPool(2).forward(np.pad(x, [(0, 0), (0, 0), *rest], mode="edge"))
    logits, moves = conv("conv4_1", x), conv("conv4_2", x)
    probabilities = softmax(np.moveaxis(logits[0], 0, -1).reshape(-1, 2))
    return probabilities[:, 1].reshape(logits.shape[2:]), moves[0]


def proposals(arrays: Arrays, picture: Image.Image) -> list[Proposal]:
    """Places where the network sees a face, at any size; of those that overlap, the surest."""
    found: list[Proposal] = []
    scale = LARGEST
    while min(picture.size) * scale > SIDE:
        wide, high = (round(side * scale) for side in picture.size)
        small = np.asarray(picture.resize((wide, high), Image.Resampling.BILINEAR), np.float32)
        sure, moves = answers(arrays, ((small - 127.5) / 128).transpose(2, 0, 1)[None])
        for row, column in zip(*np.nonzero(sure > SURE), strict=True):
            side = SIDE / scale
            corner = np.array([column, row]) * STRIDE / scale
            box = np.concatenate([corner, corner + side]) + side * moves[:, row, column]
            found.append(Proposal(float(sure[row, column]), *box.tolist()))
        scale *= SHRINK
    kept: list[Proposal] = []
    for one in sorted(found, reverse=True):
        if all(overlap(one[1:], other[1:]) < SAME for other in kept):
            kept.append(one)
    return kept


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Area that two boxes share, over the area that either covers.

    Examples
    --------
    >>> overlap((0, 0, 2, 2), (1, 0, 3, 2))
    0.3333333333333333
    """
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / (areas - width * height)


def on_face(found: Sequence[Proposal]) -> list[bool]:
    """Which proposals lie on the face: they share at least 0.4 with it."""
    return [overlap(one[1:], FACE) >= 0.4 for one in found]


def second_look(arrays: Arrays) -> int:
    """Multiplications that the second network, of these arrays, spends on one proposal.

    Examples
    --------
    >>> shapes = {"conv1": (28, 3, 3, 3), "conv2": (48, 28, 3, 3), "conv3": (64, 48, 2, 2)}
    >>> shapes |= {"dense4": (128, 576), "dense5_1": (2, 128), "dense5_2": (4, 128)}
    >>> second_look({f"{name}.weight": np.zeros(shape) for name, shape in shapes.items()})
    1530768
    """
    places = {"conv1": 22 * 22, "conv2": 9 * 9, "conv3": 3 * 3}
    names = [name.removesuffix(".weight") for name in arrays if name.endswith(".weight")]
    kept = [name for name in names if name.startswith(("conv", "dense"))]
    return sum(places.get(name, 1) * arrays[f"{name}.weight"].size for name in kept)


def describe(sparsity: float, found: Sequence[Proposal], cost: int) -> str:
    """Say how many places are proposed, whether the face is among them, and what follows.

    Parameters
    ----------
    cost : multiplications of the second network for one proposal
    """
    hits = sum(on_face(found))
    start = "Nothing is pruned" if sparsity == 0 else f"{percent(sparsity)} of the weights are gone"
    seen = "The face is among them" if hits else "The face is not among them"
    return (
        f"{start}: the network proposes {len(found)} places. {seen}. The second network must look "
        f"at each, which takes {len(found) * cost / 1e6:.0f} million multiplications."
    )


def demo(arrays: Arrays, picture: Image.Image, cost: int) -> Explorer:
    """Explorer over the share of weights that goes.

    Parameters
    ----------
    arrays : of the first network
    picture : to search
    cost : multiplications of the second network for one proposal
    """
    seen: dict[float, list[Proposal]] = {}

    def at(sparsity: float) -> list[Proposal]:
        if sparsity not in seen:
            seen[sparsity] = proposals(pruned(arrays, sparsity), picture)
        return seen[sparsity]

    small = np.asarray(picture.convert("L").resize((192, 225)))

    def render(sparsity: float) -> Figure:
        boxes = [one[1:] for one in at(sparsity)]
        return faces(small, picture.size, boxes, on_face(at(sparsity)))

    return Explorer(
        render,
        {"sparsity": list(SPARSITIES)},
        lambda sparsity: describe(sparsity, at(sparsity), cost),
        title="Where the first network of a face detector sees a face",
        labels={"sparsity": "Sparsity"},
        text={"sparsity": percent},
    )


def _rows(filters: NDArray[np.floating]) -> Array:
    return filters.reshape(len(filters), -1)

"""A small network drawn whole: a picture at the left, every edge, the answer at the right."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import ArrayLike

from ...arrays import Array, Bools, Mask, Weights
from . import curves, style

WIDTH, HEIGHT, STRIP = 72 * style.WIDTH, 262.0, 84.0  # points; the strip holds the curve
CELL = np.array([12.6, 16.0])  # a pixel of the picture, which stands a little turned
SLANT = np.array([[1, -0.34], [0, -1]])  # (column, row) to (right, up)
CORNERS = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])  # (column, row)
BANDS = 20  # edges of one band of magnitudes share a width
RIM = {"pixel": 2.4, "neuron": 2.0}  # edges end spread out, this far up and down


def places(sizes: tuple[int, ...]) -> list[Array]:
    """Return where the pixels and the neurons of each layer stand, each (units, 2)."""
    row, column = np.divmod(np.arange(sizes[0]), 8)
    pixels = np.array([17, HEIGHT - 42]) + np.stack([column, row], 1) @ SLANT * CELL
    columns = np.linspace(236, WIDTH - 84, len(sizes) - 1)
    rest = [
        np.stack([np.full(units, x), np.linspace(HEIGHT - margin, margin, units)], 1)
        for units, x, margin in zip(
            sizes[1:], columns, np.linspace(8, 16, len(sizes) - 1), strict=True
        )
    ]
    return [pixels, *rest]


def fan(units: int, edges: int, rim: float) -> Array:
    """Return where around each unit its edges end, (units, edges): no two at one point."""
    return np.broadcast_to(np.linspace(rim, -rim, edges), (units, edges))


def segments(before: Array, after: Array, rims: tuple[float, float]) -> Array:
    """Return all edges between two layers, (fan_out * fan_in, 2 ends, 2), in reading order."""
    ends = np.empty((len(after), len(before), 2, 2))
    ends[:, :, 0], ends[:, :, 1] = before[None, :], after[:, None]
    ends[:, :, 0, 1] += fan(len(before), len(after), rims[0]).T
    ends[:, :, 1, 1] += fan(len(after), len(before), rims[1])
    return ends.reshape(-1, 2, 2)


def lines(ax: Axes, ends: Array, color: str, width: float, alpha: float) -> None:
    """Draw many edges, (n, 2, 2), as one path."""
    if not len(ends):
        return
    codes = np.tile([Path.MOVETO, Path.LINETO], len(ends))
    path = Path(ends.reshape(-1, 2).round(1), codes)
    ax.add_patch(PathPatch(path, fill=False, edgecolor=color, linewidth=width, alpha=alpha))


def draw_edges(ax: Axes, weights: Weights, mask: Mask, spots: list[Array]) -> None:
    """Draw pruned edges pale and kept ones blue over them, wider where the weight is larger."""
    first = [RIM["pixel"]] + [RIM["neuron"]] * (len(spots) - 2)
    ends = np.concatenate(
        [
            segments(a, b, (rim, RIM["neuron"]))
            for (a, b), rim in zip(pairwise(spots), first, strict=True)
        ]
    )
    size = np.concatenate([np.abs(matrix).ravel() for matrix in weights.values()])
    kept = np.concatenate([keep.ravel() for keep in mask.values()])
    order = np.argsort(size, kind="stable")
    bands = np.array_split(order, BANDS)
    for band in bands:  # each a path of its own, which all states of a demo share
        lines(ax, ends[band[~kept[band]]], style.PRUNED, 0.3, 0.6)
    for band in bands:
        strength = float(size[band].mean() / size.max())
        alive = ends[band[kept[band]]]
        lines(ax, alive, style.KEPT, 0.3 + 1.2 * strength, 0.35 + 0.6 * strength)


def cells(pixels: Array, scale: float) -> Path:
    """Return slanted cells around these points as one path."""
    corners = scale * CORNERS @ SLANT * CELL
    boxes = pixels[:, None] + corners
    closed = np.concatenate([boxes, boxes[:, :1]], axis=1)  # (n, 5, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    return Path(closed.reshape(-1, 2).round(1), np.tile(codes, len(pixels)))


def draw_picture(ax: Axes, picture: Array, pixels: Array) -> None:
    """Draw the pixels, (n,) in [0, 1], dark where there is ink."""
    sheet = {"facecolor": style.PAPER, "edgecolor": style.GRID, "linewidth": 0.6}
    ax.add_patch(PathPatch(cells(pixels, 1.0), **sheet))
    levels = np.ceil(picture * 8).astype(int)
    for level in range(1, 9):
        if (levels == level).any():
            inked = cells(pixels[levels == level], 0.94)
            ax.add_patch(PathPatch(inked, facecolor=style.INK, linewidth=0, alpha=level / 8))


def draw_neurons(ax: Axes, spots: Array, alive: Bools) -> None:
    """Draw hidden neurons: solid with a way through them, hollow and pale without one."""
    for chosen, fill, rim in (
        (~alive, style.PAPER, style.PRUNED),
        (alive, style.KEPT, style.PAPER),
    ):
        x, y = spots[chosen].T
        ax.plot(x, y, "o", markersize=5, color=fill, markeredgecolor=rim, markeredgewidth=0.8)


def draw_answer(ax: Axes, spots: Array, answer: Array, label: int) -> None:
    """Draw the classes and a bar for the probability of each; the winner is large."""
    best = int(answer.argmax())
    loud = style.KEPT if best == label else style.WARN
    for i, (x, y) in enumerate(spots):
        color = loud if i == best else style.PRUNED
        end = x + 28 + 42 * float(answer[i])
        ax.plot([x + 28, end], [y, y], color=color, linewidth=7, solid_capstyle="butt")
        ax.plot([x], [y], "o", color=color, markersize=7 if i == best else 4)
        how = {
            "size": 22 if i == best else 13,
            "weight": "bold" if i in (best, label) else "normal",
        }
        ink = loud if i == best else style.KEPT if i == label else style.INK
        style.write(ax, x + 14, y - 0.5, str(i), ink, ha="center", va="center", **how)


def through(mask: Mask) -> list[Bools]:
    """Return for each hidden layer which neurons still have an edge on both sides."""
    pairs = pairwise(mask.values())
    return [np.any(a, axis=1) & np.any(b, axis=0) for a, b in pairs]


def draw_curve(
    ax: Axes, sparsities: ArrayLike, accuracies: ArrayLike, here: tuple[float, float], words: str
) -> None:
    """Draw accuracy over sparsity, with a mark where the reader is and the curve's name."""
    style.quiet(ax)
    ax.plot(sparsities, accuracies, color=style.KEPT, linewidth=1.6, label=words)
    curves.mark(ax, *here)
    ax.set(xlim=(-0.014, 1), ylim=(0, 1.14))  # room for the mark at 0
    style.percents(ax, "y", [0, 0.5, 1])
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.tick_params(labelsize=style.SIZE)
    style.write(ax, 0.012, 0.12, words, va="bottom", size=style.SIZE + 1)


def drawn_network(
    weights: Weights, mask: Mask, picture: Array, answer: Array, *, label: int
) -> tuple[Figure, Axes]:
    """Return the network that reads a picture, with empty axes below for a curve.

    Parameters
    ----------
    weights : before pruning; of two or more layers, the first with 64 inputs.
    mask : what is left of them.
    picture : (64,) the pixels it reads, in [0, 1].
    answer : (classes,) the probabilities it answers.
    label : the class that would be right.
    """
    figure = Figure(figsize=(style.WIDTH, (HEIGHT + STRIP) / 72))
    figure.patch.set_alpha(0)
    share = STRIP / (HEIGHT + STRIP)
    ax = figure.add_axes((0, share, 1, 1 - share))
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.set_axis_off()
    matrices = list(weights.values())
    spots = places((matrices[0].shape[1], *(len(matrix) for matrix in matrices)))
    draw_edges(ax, weights, mask, spots)
    draw_picture(ax, picture, spots[0])
    for layer, alive in zip(spots[1:-1], through(mask), strict=True):
        draw_neurons(ax, layer, alive)
    draw_answer(ax, spots[-1], answer, label)
    return figure, figure.add_axes((0.1, 0.3 * share, 0.85, 0.62 * share))

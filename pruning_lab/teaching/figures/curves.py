"""Curves of accuracy: every seed a thin line, their mean a bold one, the name beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pruning_lab.arrays import Array
from pruning_lab.teaching import series
from pruning_lab.teaching.figures import style


@dataclass(frozen=True)
class Curve:
    """One method over several seeds.

    Parameters
    ----------
    name : written beside the curve.
    accuracy : (seeds, points), in [0, 1].
    color : one of the colours of the style.
    label_at : (x, y) where the name starts; without it the name stands at the right end.
    dashed : as the random baseline always is.
    faint : a thin mean without its seeds, for what only gives the scale.
    """

    name: str
    accuracy: Array
    color: str
    label_at: tuple[float, float] | None = None
    dashed: bool = False
    faint: bool = False

    @property
    def mean(self) -> Array:
        """(points,) the mean over the seeds."""
        mean: Array = self.accuracy.mean(axis=0)
        return mean


def draw(ax: Axes, x: Array, curves: Sequence[Curve]) -> None:
    """Draw the seeds thin, their mean bold, and the names."""
    for curve in curves:
        line = "--" if curve.dashed else "-"
        if curve.faint:
            ax.plot(x, curve.mean, line, color=curve.color, linewidth=1, label=curve.name)
        else:
            bundle(ax, x, curve.accuracy, curve.color, curve.name, line=line)
        if curve.label_at is not None:
            behind = {"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.9, "pad": 0.5}
            style.write(ax, *curve.label_at, curve.name, curve.color, bbox=behind)
    name_ends(ax, x[-1], [curve for curve in curves if curve.label_at is None])


def bundle(
    ax: Axes, x: Array, values: Array, color: str, name: str = "",
    *, line: str = "-", each: str = "network",
) -> None:  # fmt: skip
    """Draw the lines of all networks thin, and their mean bold.

    Parameters
    ----------
    values : (networks, points)
    name, each : what the data table calls them: "name, network 1", and so on, and "name, mean"
    """
    before = f"{name}, " if name else ""
    ax.plot(x, values.T, line, color=color, linewidth=0.6, alpha=0.55, label=f"{before}{each}")
    ax.plot(x, values.mean(axis=0), line, color=color, linewidth=2.2, label=f"{before}mean")


def name_ends(ax: Axes, x: float, curves: Sequence[Curve]) -> None:
    """Write names right of the curves' ends, moved apart where they would overlap."""
    rising = sorted(curves, key=lambda curve: curve.mean[-1])
    heights = apart([float(curve.mean[-1]) for curve in rising], gap=0.11)
    for curve, y in zip(rising, heights, strict=True):
        style.beside(ax, x, y, curve.name, curve.color)


def apart(values: Sequence[float], *, gap: float) -> list[float]:
    """Return rising values moved as little as a single pass allows, at least a gap apart.

    Examples
    --------
    >>> apart([0.5, 0.5], gap=0.25)
    [0.375, 0.625]
    """
    moved: list[float] = []
    for value in values:
        moved.append(value if not moved else max(value, moved[-1] + gap))
    shift = (sum(values) - sum(moved)) / max(1, len(moved))
    return [value + shift for value in moved]


def baseline(ax: Axes, accuracy: float, name: str) -> None:
    """Draw the dense network as a level line with its name above the right end."""
    ax.axhline(accuracy, color=style.INK, linewidth=1, label=name)
    style.write(
        ax, 1, accuracy + 0.015, name, transform=ax.get_yaxis_transform(), ha="right", va="bottom"
    )


def mark(ax: Axes, x: float, y: float, color: str = style.KEPT) -> None:
    """Say 'you are here': a drop line and a ringed point."""
    foot = ax.get_ylim()[0]
    ax.plot([x, x], [foot, y], color=color, linewidth=0.8, zorder=1, label=series.ASIDE)
    ax.plot(
        [x],
        [y],
        "o",
        markersize=8,
        color=color,
        markeredgecolor=style.PAPER,
        zorder=5,
        label=series.HERE,
    )


def accuracy_axis(ax: Axes, *, low: float = 0.0, top: float = 1.08) -> None:
    """Give the vertical axis the range of an accuracy in per cent."""
    ax.set_ylim(low, top)
    style.percents(ax, "y", [tick for tick in (0, 0.2, 0.4, 0.6, 0.8, 1) if tick >= low])


def sparsity_axis(ax: Axes) -> None:
    """Give the horizontal axis the range of a sparsity in per cent."""
    ax.set_xlim(0, 1)
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set_xlabel("sparsity: share of the weights pruned")

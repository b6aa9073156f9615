"""Routes to the same small network, by the work that each still costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves, style

TICKS = (1, 3, 10, 30, 100, 300)


@dataclass(frozen=True)
class Panel:
    """One size of the small network.

    Parameters
    ----------
    title : what is left
    pruned, by_lot, scratch : epochs (marks,) and accuracies (seeds, marks) of each route
    before : epochs of the small network that the large one's training cost
    """

    title: str
    pruned: tuple[Array, Array]
    by_lot: tuple[Array, Array]
    scratch: tuple[Array, Array]
    before: float


def draw(ax: Axes, panel: Panel) -> None:
    """Draw all routes, and the pruned one once more with the first training counted."""
    for name, (x, y), color, line in (
        ("by lot", panel.by_lot, style.RANDOM, "--"),
        ("pruned", panel.pruned, style.KEPT, "-"),
        ("from scratch", panel.scratch, style.SECOND, "-"),
    ):
        curves.bundle(ax, x[1:], y[:, 1:], color, name, line=line)
    epochs, cut = panel.pruned
    ax.plot(
        epochs[1:] + panel.before,
        cut[:, 1:].mean(axis=0),
        ":",
        color=style.KEPT,
        linewidth=2.4,
        label="pruned, mean, with the first training",
    )
    ax.set_xscale("log")
    ax.set_xlim(0.9, 750)
    ax.set_xticks(TICKS, [str(tick) for tick in TICKS])
    ax.minorticks_off()
    curves.accuracy_axis(ax, low=0.4, top=1.02)
    style.headline(ax, panel.title)


def routes(panels: Sequence[Panel]) -> Figure:
    """Return a panel a size, one above the other, with names in the first."""
    figure, axes = style.canvas(6.2, (1,) * len(panels), left=0.6, gap=0.55)
    for ax, panel in zip(axes, panels, strict=True):
        draw(ax, panel)
    style.write(axes[0], 1.0, 0.86, "pruned", style.KEPT, va="center")
    style.write(axes[0], 3.7, 0.62, "from scratch", style.SECOND, va="center")
    style.write(axes[1], 1.02, 0.5, "by lot", style.RANDOM, va="center")
    style.write(
        axes[0], 700, 0.8, "pruned, first\ntraining counted", style.KEPT, ha="right", va="center"
    )
    axes[-1].set_xlabel("work: epochs of the small network")
    return figure

"""What the same cut costs when the other weights may answer."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import strips, style


def refits(results: Mapping[str, Array], dense: float) -> Figure:
    """Return one row a method: open dots as cut, filled dots after the refit.

    Parameters
    ----------
    results : name -> (networks,) test accuracies; 'a' and 'a, refitted' share a row
    dense : mean accuracy before the cut, a vertical line
    """
    names = [name for name in results if not name.endswith(", refitted")]
    figure, (ax,) = style.canvas(3.3, left=1.1, right=0.35)
    ax.grid(visible=False)
    ax.set(xlim=(0, 1.02), ylim=(len(names) - 0.5, -0.5), yticks=[])
    for y, name in enumerate(names):
        ax.plot([0, 1], [y, y], color=style.GRID, linewidth=0.8, zorder=0)
        style.write(
            ax, -0.04, y, name, transform=ax.get_yaxis_transform(), ha="right", va="center_baseline"
        )
        after = results.get(f"{name}, refitted")
        if after is None:
            strips.strip(ax, results[name], y, style.KEPT)
            continue
        before = results[name]
        strips.strip(ax, before, y, style.RANDOM, filled=False)
        strips.strip(ax, after, y, style.KEPT)
        ax.annotate(
            "",
            (float(after.mean()) - 0.02, y),
            (float(before.mean()) + 0.02, y),
            arrowprops={"arrowstyle": "->", "color": style.INK, "linewidth": 0.9},
        )
    ax.axvline(dense, color=style.INK, linewidth=1, zorder=0, label="dense")
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set_xlabel("open: as cut; filled: refitted; line: dense")
    style.headline(ax, "Test accuracy, nothing retrained")
    return figure

"""How far each of several networks can be cut, as far as a few tries have told."""

from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import sparsity_axis


def cliffs(brackets: Array, lost: Array, allowed: float) -> Figure:
    """Return a bar for each network: held, unknown, fallen; and what the best one's place costs.

    Parameters
    ----------
    brackets : (networks, 2) highest sparsity known to hold, lowest known to fall
    lost : (networks,) points lost if all are cut where the best still holds
    allowed : points that may be lost
    """
    count = len(brackets)
    figure, (ax,) = style.canvas(0.27 * count + 1.45, left=0.75, right=0.95)
    ax.grid(visible=False)
    rail = ax.get_yaxis_transform()
    best = float(brackets[:, 0].max())
    for y, ((held, fallen), points) in enumerate(zip(brackets, lost, strict=True)):
        ax.plot([fallen, 1], [y, y], color=style.PRUNED, linewidth=1.2, label="falls")
        ax.plot(
            [held, fallen],
            [y, y],
            color=style.PRUNED,
            linewidth=9,
            solid_capstyle="butt",
            label="not known yet",
        )
        if held > 0:
            ax.plot(
                [0, held],
                [y, y],
                color=style.KEPT,
                linewidth=9,
                solid_capstyle="butt",
                label="holds",
            )
        over = points > allowed + 1e-9
        color = style.WARN if over else style.INK
        words = f"{abs(points):.{int(abs(points) < 9.95)}f}"
        words = f"{'−' if points > 0 else '+'}{words}" if abs(points) >= 0.05 else "0.0"
        style.write(
            ax,
            1.17,
            y,
            words,
            color,
            transform=rail,
            ha="right",
            va="center_baseline",
            weight="bold" if over else "normal",
        )
        style.write(ax, -0.03, y, str(y), transform=rail, ha="right", va="center_baseline")
    ax.axvline(
        best,
        color=style.WARN,
        linewidth=1.4,
        linestyle=(0, (4, 2)),
        label="where the best still holds",
    )
    ax.set(ylim=(count - 0.4, -0.6), yticks=[])
    sparsity_axis(ax)
    ax.set_xlabel("sparsity: blue holds, grey is not known yet")
    style.write(ax, -0.03, 1.025, "seed", transform=ax.transAxes, ha="right")
    style.write(ax, 1.17, 1.025, "points at the line", transform=ax.transAxes, ha="right")
    return figure

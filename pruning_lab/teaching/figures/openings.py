"""Ways that a mask leaves open, counted before training, against what is learned."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching import series
from pruning_lab.teaching.figures import curves, style

LOOKS = (  # marker, colour, and where the name stands
    ("s", style.RANDOM, (2e3, 0.07)),
    ("o", style.KEPT, (120, 0.27)),
    ("^", style.SECOND, (4e5, 0.93)),
    ("D", style.THIRD, (8e7, 0.985)),
)


def openings(found: Mapping[str, tuple[Array, Array, Array]]) -> Figure:
    """Return a line for each mask from what a short training reaches to what a long one does.

    Parameters
    ----------
    found : four methods -> ways (n,), accuracy after the short and after the long training (n,)
    """
    figure, (ax,) = style.canvas(3.5, left=0.6, right=0.25)
    for (name, (ways, short, long)), (shape, color, at) in zip(found.items(), LOOKS, strict=True):
        for x, low, high in zip(ways, short, long, strict=True):
            ax.plot([x, x], [low, high], color=color, linewidth=1.4, label=series.ASIDE)
        ax.plot(
            ways,
            short,
            shape,
            color=color,
            markerfacecolor=style.PAPER,
            markersize=6,
            label=f"{name}, 20 epochs",
        )
        ax.plot(ways, long, shape, color=color, markersize=6, label=f"{name}, 100 epochs")
        side = "center" if at[0] > 1e4 else "left"
        style.write(ax, *at, name, color, ha=side, va="center")
    ax.set_xscale("log")
    ax.set_xlim(50, 3e9)
    ticks = [1e2, 1e4, 1e6, 1e8]
    ax.set_xticks(ticks, ["100", "10,000", "1 million", "100 million"])
    ax.minorticks_off()
    ax.set_xlabel("ways from a pixel to an answer that the mask leaves open")
    curves.accuracy_axis(ax, top=1.04)
    style.headline(ax, "Test accuracy: hollow 20 epochs, full 100")
    return figure

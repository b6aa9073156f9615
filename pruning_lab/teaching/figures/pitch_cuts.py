"""How many tones are found over the share that goes, and below it what the rest costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve


@dataclass(frozen=True)
class Bill:
    """What a network costs.

    Parameters
    ----------
    megabytes : of its weights, in the cheapest exact format
    millions : of multiplications for one tone
    milliseconds : for one tone, on the machine that measured

    Examples
    --------
    >>> str(Bill(1.94, 36.79, 3.2))
    'stored in 1.94 MB, 36.8 million multiplications and 3.2 ms a tone'
    """

    megabytes: float
    millions: float
    milliseconds: float

    def __str__(self) -> str:
        return (
            f"stored in {self.megabytes:.2f} MB, {self.millions:.1f} million multiplications and "
            f"{self.milliseconds:.1f} ms a tone"
        )


def costs(ax: Axes, now: Bill, whole: Bill, color: str) -> None:
    """Draw three bars: what is left, solid, over what the whole network took, pale."""
    rows = (
        ("megabytes", now.megabytes, whole.megabytes, f"{now.megabytes:.2f}"),
        ("million products", now.millions, whole.millions, f"{now.millions:.1f}"),
        ("milliseconds", now.milliseconds, whole.milliseconds, f"{now.milliseconds:.1f}"),
    )
    for y, (words, value, full, text) in zip((2, 1, 0), rows, strict=True):
        share = value / full
        ax.barh(y, 1, height=0.56, color=style.PRUNED, label="whole")
        ax.barh(y, share, height=0.56, color=color, label="left")
        style.write(ax, -0.02, y, words, ha="right", va="center")
        style.write(ax, max(share, 1) + 0.02, y, text, va="center", weight="bold")
    ax.set(xlim=(0, 1.16), ylim=(-0.5, 2.5), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)


def pitch_cuts(
    shares: Array,
    curves: Sequence[Curve],
    color: str,
    place: int,
    chosen: int,
    now: Bill,
    whole: Bill,
) -> Figure:
    """Return the curves with a mark on one of them, above the costs.

    Parameters
    ----------
    shares : (points,) that go, rising from 0
    curves : shares of tones found, (seeds, points)
    color : of the chosen curve
    place : which of the points is now
    chosen : which of the curves
    now, whole : costs after the cut and before
    """
    figure, (above, below) = style.canvas(4.7, (2.5, 1), left=0.55, gap=0.95, bottom=0.12)
    curve_figures.accuracy_axis(above, top=1.12)
    curve_figures.draw(above, shares, curves)
    curve_figures.mark(above, shares[place], float(curves[chosen].mean[place]), color)
    above.set_xlim(-0.02, shares[-1])
    style.percents(above, "x", [0, 0.2, 0.4, 0.6, 0.8])
    above.set_xlabel("share that goes")
    style.headline(above, "Tones found within half a semitone")
    box = below.get_position()
    shift = 0.85 / style.WIDTH  # room for names
    below.set_position((box.x0 + shift, box.y0, box.width - shift, box.height))
    costs(below, now, whole, color)
    style.headline(below, "What is left to store and to do")
    return figure

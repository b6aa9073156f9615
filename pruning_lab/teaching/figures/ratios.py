"""How many times as fast: one line a rival, on a scale of factors."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.teaching.figures import style

LINE, LEFT = 0.215, 1.5  # inches: height of a line, room for the names


@dataclass(frozen=True)
class Ratio:
    """One rival at one task.

    Parameters
    ----------
    task, rival : names
    value : how many times as long, or as many bits, the rival takes
    low, high : range of the value
    """

    task: str
    rival: str
    value: float
    low: float
    high: float

    @property
    def color(self) -> str:
        """Blue if ours wins every time, vermilion if it loses every time, grey in between."""
        if self.low > 1:
            return style.KEPT
        return style.WARN if self.high < 1 else style.RANDOM

    @property
    def marker(self) -> str:
        """A dot for a win, a cross for a loss, a square in between: the colour said again."""
        return {style.KEPT: "o", style.WARN: "X"}.get(self.color, "s")


def ratios(found: Sequence[Ratio], unit: str) -> Figure:
    """Return one line a rival, with the range behind its mark; 1 is as good as the rival.

    Parameters
    ----------
    found : in the order they are drawn; neighbours of one task stand below its name
    unit : what is compared, written below the axis
    """
    places, heads = _places(found)
    lines = places[-1] + 1
    figure, (ax,) = style.canvas(0.32 + 0.6 + LINE * lines, left=LEFT, right=0.3, bottom=0.6)
    ax.set_xscale("log")
    ax.set_xlim(min(0.5, *(0.8 * r.low for r in found)), max(12.0, *(1.25 * r.high for r in found)))
    ax.set_ylim(lines - 0.4, -0.6)
    ax.set_yticks([])
    ticks = [tick for tick in (0.1, 1, 10, 100, 1000) if _within(tick, ax.get_xlim())]
    ax.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
    ax.set_xticks([], minor=True)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.axvline(1, color=style.INK, linewidth=1, label="as fast")
    ax.set_xlabel(unit)
    for place, task in heads.items():
        _write(ax, place, task, style.INK, indent=0)
    for place, one in zip(places, found, strict=True):
        _write(ax, place, one.rival, style.RANDOM, indent=0.12)
        ax.plot(
            [one.low, one.high],
            [place, place],
            color=one.color,
            linewidth=2.4,
            alpha=0.55,
            label="range",
        )
        ax.plot([one.value], [place], one.marker, color=one.color, markersize=7, label="median")
    return figure


def _places(found: Sequence[Ratio]) -> tuple[list[float], dict[float, str]]:
    """Height of each rival, and of the name of each task above its rivals."""
    places, heads, here, before = [], {}, 0.0, ""
    for one in found:
        if one.task != before:
            here += 0.4 if before else 0  # a gap between tasks
            heads[here], before = one.task, one.task
            here += 1
        places.append(here)
        here += 1
    return places, heads


def _within(number: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= number <= limits[1]


def _write(ax: Axes, place: float, name: str, color: str, *, indent: float) -> None:
    """Write a name left of the axes, so many inches from the edge of the figure."""
    edge = (indent + 0.02 - LEFT) / (style.WIDTH - LEFT - 0.3)
    style.write(ax, edge, place, name, color, transform=ax.get_yaxis_transform(), va="center")

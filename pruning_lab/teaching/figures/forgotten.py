"""Digits whose answer changes, each in its place, above how sure the dense network had been."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.ballots import picture

COLUMNS, ROWS = 9, 3
PLACES = COLUMNS * ROWS
HEIGHT = 5.6  # inches


class Digit(NamedTuple):
    """One held-out digit and two answers.

    Parameters
    ----------
    pixels : (64,) in [0, 1]
    truth, before, after : labels
    """

    pixels: Array
    truth: int
    before: int
    after: int

    @property
    def changed(self) -> bool:
        """Whether the two answers differ."""
        return self.before != self.after

    @property
    def color(self) -> str:
        """Vermilion if the new answer is wrong and the old was right, green if it is right."""
        if not self.changed:
            return style.RANDOM
        if self.before == self.truth:
            return style.WARN
        return style.SECOND if self.after == self.truth else style.INK


def forgotten(digits: Sequence[Digit], hidden: int, shares: Array) -> Figure:
    """Return the digits, those that change solid, above the share that changed by tenths.

    Parameters
    ----------
    digits : at most PLACES, each always in the same place
    hidden : how many more changed that have no place
    shares : (10,) of each tenth of all digits, the least sure first
    """
    figure, (above, below) = style.canvas(HEIGHT, (2, 1), left=0.6, right=0.15, gap=0.6)
    box = above.get_position()
    above.set_position((0.01, box.y0, 0.98, box.height))
    above.set_axis_off()
    wide, high = (72 * part for part in (0.98 * style.WIDTH, box.height * HEIGHT))
    above.set(xlim=(0, wide), ylim=(0, high))
    step, row = wide / COLUMNS, high / ROWS
    for place, digit in enumerate(digits):
        x = step * (place % COLUMNS + 0.5)
        y = high - row * (place // COLUMNS + 0.5)
        picture(above, digit.pixels, x, y + 7, 0.86 * step, faint=not digit.changed)
        words = f"{digit.before} → {digit.after}" if digit.changed else str(digit.before)
        weight = "bold" if digit.changed and digit.after == digit.truth else "normal"
        style.write(
            above, x, y - 0.62 * step, words, digit.color, ha="center", va="center",
            weight=weight,
        )  # fmt: skip
    more = f" (and {hidden} more)" if hidden else ""
    style.headline(above, f"before → after: orange broken, green bold fixed{more}")
    below.bar(np.arange(10), shares, 0.8, color=style.KEPT, label="changed")
    below.set(xlim=(-0.6, 9.6), ylim=(0, 0.6))
    below.set_xticks(range(10), [str(tenth + 1) for tenth in range(10)])
    style.percents(below, "y", [0, 0.2, 0.4, 0.6])
    below.set_xlabel("tenth of all digits, the one the dense network was least sure of first")
    style.headline(below, "Share of each tenth whose answer changed")
    return figure

"""Pairs of members: how far they agree beyond chance against how often they err."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style


def pairs(agreement: Array, error: Array) -> tuple[Array, Array]:
    """Return kappa and mean error of each pair of members, each (pairs,).

    Parameters
    ----------
    agreement : (members, members).
    error : (members,) share of wrong answers of each alone.
    """
    first, second = np.triu_indices(len(error), k=1)
    return agreement[first, second], (error[first] + error[second]) / 2


def kappa_error(pools: Mapping[str, tuple[Array, Array]], chosen: Mapping[str, Array]) -> Figure:
    """Return one diagram a pool, every pair a point, the pairs of two groups of five marked.

    Parameters
    ----------
    pools : name -> agreement (members, members) and error (members,).
    chosen : name -> (2, 5) members of each pool: by accuracy, and by kappa.
    """
    figure, panels = style.canvas(3.1, columns=len(pools), left=0.6, right=0.15)
    for ax, (name, (agreement, error)) in zip(panels, pools.items(), strict=True):
        ax.plot(
            *pairs(agreement, error),
            ".",
            color=style.PRUNED,
            markersize=3,
            zorder=2,
            label="all pairs",
        )
        best, apart = chosen[name]
        for group, mark, color, words in (
            (apart, "x", style.WARN, "least agreement"),
            (best, "o", style.KEPT, "best alone"),
        ):
            group = np.asarray(group)
            spots = pairs(agreement[np.ix_(group, group)], error[group])
            ax.plot(*spots, mark, color=color, markersize=6, zorder=3, label=words)
        ax.set(xlim=(0, 1), ylim=(0, 0.75))
        style.percents(ax, "y", [0, 0.2, 0.4, 0.6])
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        ax.set_xlabel("kappa: agreement of a pair")
        style.headline(ax, name)
    panels[0].set_ylabel("mean error of the pair", family=style.FONT, size=style.SIZE)
    for ax in panels[1:]:
        ax.tick_params(axis="y", labelleft=False)
    key = panels[0]
    for height, mark, color, words in (
        (0.93, "x", style.WARN, "least agreement"),
        (0.81, "o", style.KEPT, "best alone"),
    ):
        key.plot([0.4], [height], mark, color=color, markersize=6, transform=key.transAxes)
        style.write(key, 0.46, height, words, color, va="center", transform=key.transAxes)
    return figure

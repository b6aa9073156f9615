"""Best of many tries: what is reported, and what the same network does on fresh samples."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import bundle


def best_of(counts: Sequence[int], reported: Array, fresh: Array) -> Figure:
    """Return two curves that part as the tries grow more.

    Parameters
    ----------
    counts : (points,) of tries.
    reported, fresh : (runs, points) accuracies of the best try where it was chosen, and elsewhere.
    """
    figure, (ax,) = style.canvas(3.4, left=0.72, right=1.35)
    for name, accuracy, color, line in (
        ("as reported", reported, style.WARN, "--"),
        ("on fresh digits", fresh, style.KEPT, "-"),
    ):
        bundle(ax, np.asarray(counts), accuracy, color, name, line=line, each="run")
        style.beside(ax, counts[-1], accuracy[:, -1].mean(), name, color)
    both = np.concatenate([reported, fresh])
    low, high = float(both.min()) - 0.003, float(both.max()) + 0.003
    ax.set_ylim(low, high)
    style.percents(ax, "y", (np.arange(np.ceil(100 * low), 100 * high) / 100).tolist())
    ax.set_xlim(counts[0], counts[-1])
    ax.set_xticks([1, 5, 10, 15, 20])
    ax.set_xlabel("tries, of which the best is kept")
    style.headline(ax, "Accuracy")
    return figure

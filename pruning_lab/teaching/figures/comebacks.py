"""Retraining from one start over the epochs, and every start over the learning rate."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style


def over_epochs(ax: Axes, epochs: Array, histories: Sequence[Array], here: tuple[int, int]) -> None:
    """Draw every rate's mean thin, the chosen one bold with its networks, and the mark."""
    chosen, place = here
    for number, history in enumerate(histories):
        if number != chosen:
            ax.plot(
                epochs, history.mean(axis=0), color=style.RANDOM, linewidth=1, label="another rate"
            )
    own = histories[chosen]
    curve_figures.bundle(ax, epochs, own, style.KEPT, "this rate")
    curve_figures.mark(ax, epochs[place], float(own.mean(axis=0)[place]))
    ax.set_xlim(0, epochs[-1] * 1.02)
    ax.set_xticks([0, 10, 20, 30, 40])
    ax.set_xlabel("epochs of retraining")


def over_rates(ax: Axes, rates: Array, tables: Mapping[str, Array], here: tuple[str, int]) -> None:
    """Draw every start's mean thin, the chosen one bold with its networks, and the mark."""
    start, chosen = here
    for name, table in tables.items():
        if name != start:
            ax.plot(rates, table.mean(axis=0), color=style.RANDOM, linewidth=1, label=name)
    own = tables[start]
    curve_figures.bundle(ax, rates, own, style.KEPT, start)
    ax.set_xscale("log")
    curve_figures.mark(ax, rates[chosen], float(own.mean(axis=0)[chosen]))
    ax.set_xlim(rates[0] * 0.8, rates[-1] * 1.25)
    ax.set_xticks(rates, [f"{rate:.4f}".rstrip("0") for rate in rates])
    ax.minorticks_off()
    ax.set_xlabel("learning rate of retraining")


def comeback(
    epochs: Array,
    histories: Sequence[Array],
    rates: Array,
    tables: Mapping[str, Array],
    here: tuple[str, int, int],
) -> Figure:
    """Return one start over the epochs above all starts over the rates.

    Parameters
    ----------
    epochs : (points,) at which accuracy was measured, from 0 on
    histories : of each rate, (seeds, points), from the chosen start
    rates : (rates,)
    tables : start -> (seeds, rates) accuracies at the chosen epoch
    here : the chosen start, rate and epoch, the last two as places
    """
    start, rate, place = here
    figure, (above, below) = style.canvas(5.3, (1, 1), left=0.6, right=0.25, gap=0.95)
    for ax in (above, below):
        curve_figures.accuracy_axis(ax, top=1.02)
    over_epochs(above, epochs, histories, (rate, place))
    style.headline(above, f"From {start}: the chosen rate, and the others (grey)")
    over_rates(below, rates, tables, (start, rate))
    when = f"{epochs[place]} epoch{'s' * (int(epochs[place]) > 1)}"
    style.headline(below, f"After {when}: this start, and the others (grey)")
    return figure

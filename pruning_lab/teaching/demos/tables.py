"""Small tables of accuracies in plain text: never a mean without its spread."""

from collections.abc import Mapping, Sequence

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures.style import percent


def table(rows: Mapping[str, Array], sparsities: Sequence[float], *, digits: int = 1) -> str:
    """Write mean (lowest to highest) in per cent: one method a row, one sparsity a column.

    Parameters
    ----------
    rows : name -> (seeds, sparsities) accuracies
    sparsities : heads of the columns
    digits : behind the point

    Examples
    --------
    >>> import numpy as np
    >>> print(table({"magnitude": np.array([[0.5], [0.7]])}, [0.9], digits=0))
    accuracy in %     at 90 %
    magnitude      60 (50–70)
    """
    first = max(13, *(len(name) for name in rows))
    cells = {name: [_cell(column, digits) for column in rows[name].T] for name in rows}
    wide = 2 + max(len(cell) for row in cells.values() for cell in row)
    heads = [f"at {percent(sparsity)}".replace("\u202f", " ") for sparsity in sparsities]
    lines = [("accuracy in %", heads), *cells.items()]
    return "\n".join(
        f"{name:{first}}" + "".join(f"{cell:>{wide}}" for cell in row) for name, row in lines
    )


def _cell(accuracies: Array, digits: int) -> str:
    mean, low, high = (
        f"{100 * value:.{digits}f}"
        for value in (accuracies.mean(), accuracies.min(), accuracies.max())
    )
    return f"{mean} ({low}–{high})"

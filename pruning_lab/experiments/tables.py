"""Results as tidy columns: one row a cell, equally long arrays by name."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.experiments.cells import Cell

Table = dict[str, NDArray[Any]]


def tabulated(cells: Sequence[Cell], rows: Sequence[Mapping[str, float]]) -> Table:
    """Columns of cells and what was measured in each, in the order of the cells."""
    names = list(rows[0])
    for cell, row in zip(cells, rows, strict=True):
        if set(row) != set(names):
            raise ValueError(
                f"every cell must measure the same: {names} first, but {list(row)} for {cell}. "
                "Was the file of finished cells begun by another task?"
            )
    table: Table = {
        "criterion": np.array([cell.criterion for cell in cells]),
        "sparsity": np.array([cell.sparsity for cell in cells], np.float64),
        "seed": np.array([cell.seed for cell in cells], np.int64),
    }
    return table | {name: np.array([row[name] for row in rows], np.float64) for name in names}


def across_seeds(table: Mapping[str, NDArray[Any]], column: str) -> Table:
    """Mean and spread of a column over the seeds, one row for each criterion and sparsity.

    Parameters
    ----------
    table : as `run` returns it
    column : what was measured, such as ``accuracy``

    Returns
    -------
    table
        ``criterion``, ``sparsity``, ``mean``, ``sd`` (of the sample, n − 1; NaN for one seed) and
        ``seeds``, how many, in the order in which they first appear.

    Raises
    ------
    ValueError
        If the table has no such column.

    Examples
    --------
    >>> table = {"criterion": np.array(["a", "a"]), "sparsity": np.array([0.5, 0.5]),
    ...          "seed": np.array([0, 1]), "accuracy": np.array([0.8, 0.9])}
    >>> across_seeds(table, "accuracy")["mean"]
    array([0.85])
    """
    if not isinstance(table, Mapping) or not {"criterion", "sparsity"} <= set(table):
        raise ValueError(f"table is what run(...) returns; got {table!r:.80}.")
    if column not in list(table):
        raise ValueError(f"the table has the columns {list(table)}; got {column!r}.")
    groups: dict[tuple[str, float], list[float]] = {}
    for name, sparsity, value in zip(
        table["criterion"].tolist(), table["sparsity"].tolist(), table[column], strict=True
    ):
        groups.setdefault((name, sparsity), []).append(float(value))
    samples = [np.array(values) for values in groups.values()]
    return {
        "criterion": np.array([name for name, _ in groups]),
        "sparsity": np.array([sparsity for _, sparsity in groups]),
        "mean": np.array([values.mean() for values in samples]),
        "sd": np.array([values.std(ddof=1) if len(values) > 1 else np.nan for values in samples]),
        "seeds": np.array([len(values) for values in samples]),
    }

"""Operands: what a criterion multiplies, checked once; products that overflow rank highest."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, HasWeights, Weights, as_floats, check_alike, weights_of


def combined(
    formula: Callable[..., Array], weights: Weights | HasWeights, others: Mapping[str, Weights]
) -> dict[str, Array]:
    """Formula of the weights and their partners, matrix by matrix.

    Parameters
    ----------
    formula : from matrices of floats, weights first, to a new matrix
    weights : name -> (fan_out, fan_in), or a model that has such weights
    others : the partners by the names they have in messages; each with the same keys and shapes

    Returns
    -------
    Scores
        The same keys and shapes. What is too large for its floats is infinite, and so ranks
        highest; infinity times 0 is NaN, which `select` refuses.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> combined(np.multiply, {"w": np.array([[2.0]])}, {"g": {"w": np.array([[3.0]])}})
    {'w': array([[6.]])}
    """
    matrices = weights_of(weights)
    for what, other in others.items():
        check_alike(other, matrices, what=what, like="weights")
    with np.errstate(over="ignore", invalid="ignore"):
        return {
            name: formula(as_floats(w), *(as_floats(other[name]) for other in others.values()))
            for name, w in matrices.items()
        }


def over_rows(rows: Array, shape: tuple[int, ...]) -> Array:
    """Matrix of this shape whose every row repeats the one score that its unit has.

    The mean of a row is then that score, so that ``select(..., granularity=Row())`` ranks units.

    Parameters
    ----------
    rows : (fan_out,)
    shape : (fan_out, fan_in)

    Examples
    --------
    >>> over_rows(np.array([1.0, 2.0]), (2, 3))
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    return np.repeat(rows[:, None], shape[1], axis=1)


def checked_vectors(
    vectors: Mapping[str, NDArray[Any]], weights: Weights, *, what: str, axis: int
) -> dict[str, Array]:
    """Vectors as floats, if each has one number for each row (axis 0) or column of its matrix.

    Raises
    ------
    ValueError
        If a name of the weights has no vector, or it has another length or no real numbers.

    Examples
    --------
    >>> checked_vectors({"w": np.ones(2)}, {"w": np.ones((2, 3))}, what="input norms", axis=1)
    Traceback (most recent call last):
        ...
    ValueError: input norms of 'w' must be (3,), one for each column of its weights; got (2,). ...
    """
    arrays = _checked_names(vectors, weights, what)
    for name, w in weights.items():
        if arrays[name].shape != w.shape[axis : axis + 1]:
            side = ("row", "column")[axis]
            raise ValueError(
                f"{what} of {name!r} must be {w.shape[axis : axis + 1]}, one for each {side} of "
                f"its weights; got {arrays[name].shape}. Row i feeds output unit i."
            )
    return arrays


def checked_samples(
    samples: Mapping[str, NDArray[Any]], weights: Weights, *, what: str
) -> dict[str, Array]:
    """Samples as floats, if each is (n, fan_out) with at least one of them.

    Raises
    ------
    ValueError
        If a name of the weights has no samples, or they have another shape, no real numbers or NaN.

    Examples
    --------
    >>> checked_samples({"w": np.ones((5, 3))}, {"w": np.ones((2, 3))}, what="activations")
    Traceback (most recent call last):
        ...
    ValueError: activations of 'w' must be (n, 2), one column for each row of its weights; got (5, 3). ...
    """  # noqa: E501
    arrays = _checked_names(samples, weights, what)
    for name, w in weights.items():
        shape = arrays[name].shape
        if len(shape) != 2 or shape[1] != len(w) or shape[0] == 0:
            raise ValueError(
                f"{what} of {name!r} must be (n, {len(w)}), one column for each row of its "
                f"weights; got {shape}. For a convolution, every position is a sample."
            )
        if np.isnan(arrays[name]).any():
            raise ValueError(f"{what} of {name!r} hold NaN. Look for a diverged network.")
    return arrays


def _checked_names(
    values: Mapping[str, NDArray[Any]], weights: Weights, what: str
) -> dict[str, Array]:
    if not isinstance(values, Mapping):
        raise ValueError(
            f"{what} must be a dictionary with the names of the weights; got "
            f"{type(values).__name__}. For one matrix w, pass {{'w': …}}."
        )
    if lacks := [name for name in weights if name not in values]:
        raise ValueError(f"{what} lack {lacks}. Each matrix of weights needs its own.")
    arrays = {name: np.asarray(values[name]) for name in weights}
    for name, array in arrays.items():
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{what} of {name!r} must be real numbers; got dtype {array.dtype}.")
    return {name: as_floats(array) for name, array in arrays.items()}

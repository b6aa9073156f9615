"""The Hessian of a linear layer: which changes of its weights its outputs notice."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Number, as_floats, check_matrices

LEAF = 64  # below this side LAPACK is faster than further halving


def hessian(x: Array) -> Array:
    r"""Second derivatives of the layer's squared error, :math:`\frac{2}{n} x^\top x`.

    All rows of the weights share this matrix, since each output depends on its own row only
    [Frantar2023]_.

    Parameters
    ----------
    x : (n, fan_in), inputs of the layer

    Returns
    -------
    array
        (fan_in, fan_in), symmetric. Its rank is at most n: with fewer samples than inputs it is
        singular, and needs dampening.

    Raises
    ------
    ValueError
        If `x` is no matrix, holds NaN or infinity, or its squares overflow.

    Examples
    --------
    >>> hessian(np.array([[1.0, 2.0], [1.0, 0.0]]))
    array([[2., 2.],
           [2., 4.]])
    """
    x = checked_matrix(x, "inputs x")
    scaled = x * x.dtype.type(np.sqrt(2 / len(x)))  # a plain square root would widen float32
    with np.errstate(over="ignore", invalid="ignore"):
        matrix: Array = scaled.T @ scaled
    return checked_matrix(matrix, "squares of the inputs")


def output_error(before: Array, after: Array, hessian: Array) -> float:
    """Squared change of the outputs, a sample, summed over all outputs.

    Parameters
    ----------
    before, after : (fan_out, fan_in)
    hessian : (fan_in, fan_in)

    Raises
    ------
    ValueError
        If shapes differ, or a number is not finite.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [1.0, 0.0]])
    >>> output_error(np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]]), hessian(x))
    2.0
    """
    before, hessian = checked_problem(before, hessian)
    after = checked_matrix(after, "weights after")
    if after.shape != before.shape:
        raise ValueError(
            f"weights before and after must have one shape; got {before.shape} and {after.shape}."
        )
    change = np.subtract(before, after, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sum((change @ hessian) * change) / 2)


def checked_matrix(matrix: NDArray[Any], what: str) -> Array:
    """Matrix as float32 or float64, if all its numbers are finite.

    Examples
    --------
    >>> checked_matrix(np.array([[np.inf]]), "weights")
    Traceback (most recent call last):
        ...
    ValueError: weights must be finite; got NaN or infinity in 1 of 1 places. ...
    """
    check_matrices({"layer": matrix}, what=what)
    floats = as_floats(matrix)
    if floats.dtype.itemsize > 8:  # LAPACK knows no longer ones
        with np.errstate(over="ignore"):
            floats = floats.astype(np.float64)
    if not (finite := np.isfinite(floats)).all():
        raise ValueError(
            f"{what} must be finite; got NaN or infinity in {np.count_nonzero(~finite)} of "
            f"{finite.size} places. Has the network diverged, or is an input missing?"
        )
    return floats


def checked_problem(weights: NDArray[Any], hessian: NDArray[Any]) -> tuple[Array, Array]:
    """Weights and Hessian in floats of one width, if they belong to one layer.

    Examples
    --------
    >>> checked_problem(np.ones((2, 3)), np.ones((9, 3)))
    Traceback (most recent call last):
        ...
    ValueError: hessian must be (3, 3) for weights (2, 3); got (9, 3). From inputs: hessian(x).
    """
    weights, matrix = checked_matrix(weights, "weights"), checked_matrix(hessian, "hessian")
    side = weights.shape[1]
    if matrix.shape != (side, side):
        raise ValueError(
            f"hessian must be ({side}, {side}) for weights {weights.shape}; got {matrix.shape}. "
            "From inputs: hessian(x)."
        )
    dtype = np.result_type(weights, matrix)
    if not _symmetric(matrix):
        raise ValueError(
            "hessian must be symmetric; this one is not. From inputs x (n, fan_in): hessian(x)."
        )
    return weights.astype(dtype, copy=False), matrix.astype(dtype, copy=False)


def _symmetric(matrix: Array) -> bool:
    """Whether rows and columns give the same sums for numbers drawn by lot: far quicker."""
    lot = np.random.default_rng(0).standard_normal(len(matrix)).astype(matrix.dtype)
    slack = 1e3 * np.finfo(matrix.dtype).eps * np.abs(matrix).max() * np.sqrt(len(matrix))
    return bool(np.abs(matrix @ lot - lot @ matrix).max() <= slack)


def inverse_factor(hessian: Array, dampening: float) -> Array:
    r"""Upper triangular U with :math:`U^\top U = (H + \lambda I)^{-1}`.

    Row j of U holds, but for a factor, row j of the inverse of H without its first j rows and
    columns: all that a sweep from left to right asks for [Frantar2023]_, algorithm 1. From
    H = R Rᵀ with upper R follows U = 1 / R; both come from one recursion over halves of H, in
    matrix multiplies.

    Parameters
    ----------
    hessian : (fan_in, fan_in), symmetric, floats
    dampening : λ as a multiple of the mean of the Hessian's diagonal

    Raises
    ------
    ValueError
        If the dampened Hessian is singular to working precision, or not positive.

    Examples
    --------
    >>> inverse_factor(np.array([[2.0, 1.0], [1.0, 1.0]]), 0.0)
    array([[ 1., -1.],
           [ 0.,  1.]])
    """
    dampening, side = checked_dampening(dampening), len(hessian)
    dampened = hessian.copy()
    with np.errstate(over="ignore"):
        mean = np.sum(np.diagonal(hessian) / side, dtype=np.float64)
        dampened.flat[:: side + 1] += hessian.dtype.type(dampening * mean)
    diagonal = np.diagonal(dampened).copy()
    factor = np.zeros_like(dampened)
    noise = 4 * np.sqrt(side) * np.finfo(hessian.dtype).eps
    try:
        with np.errstate(all="ignore"):
            _invert(dampened, factor)
            pivots = 1 / np.square(np.diagonal(factor))
        usable = bool(np.all(pivots > noise * diagonal))
    except np.linalg.LinAlgError:
        usable = False
    if not usable:
        raise ValueError(
            f"the Hessian is singular in {hessian.dtype} at dampening {dampening:g}: some inputs "
            "are always zero or follow from others, or there are fewer samples than inputs. Pass "
            "more samples, or dampening=0.01 or more, which adds that share of the mean of the "
            "Hessian's diagonal to it."
        )
    return factor


def checked_dampening(dampening: float) -> float:
    """Dampening as a float, if it is finite and not negative.

    Examples
    --------
    >>> checked_dampening(-1)
    Traceback (most recent call last):
        ...
    ValueError: dampening must be a finite number, 0 or more; got -1. The authors use 0.01.
    """
    if isinstance(dampening, Number) and 0 <= dampening < np.inf:
        return float(dampening)
    raise ValueError(
        f"dampening must be a finite number, 0 or more; got {dampening!r}. The authors use 0.01."
    )


def _invert(h: Array, out: Array) -> None:
    """Write U of a symmetric block into `out`, which holds zeros: lower right half first."""
    if len(h) <= LEAF:
        lower = np.linalg.cholesky(h[::-1, ::-1])
        out[:] = np.triu(np.linalg.inv(lower)[::-1, ::-1])
        return
    middle = len(h) // 2
    first, last = slice(None, middle), slice(middle, None)
    _invert(h[last, last], out[last, last])
    corner = h[first, last] @ out[last, last].T  # R's upper right
    _invert(h[first, first] - corner @ corner.T, out[first, first])
    np.matmul(out[first, first], corner @ out[last, last], out=out[first, last])
    np.negative(out[first, last], out=out[first, last])

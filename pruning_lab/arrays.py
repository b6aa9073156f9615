"""The dictionaries that everything works on, and the checks that every function uses.

Weights, scores and masks are plain dictionaries with the same keys and the same shapes.
Row i of a matrix feeds output unit i.
"""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Bools: TypeAlias = NDArray[np.bool_]

Weights: TypeAlias = Mapping[str, Array]  # name -> (fan_out, fan_in)
Scores: TypeAlias = Mapping[str, Array]  # the same keys and shapes; LOW is pruned first
Mask: TypeAlias = Mapping[str, Bools]  # the same again; True is KEPT

Number = (int, float, np.integer, np.floating)


class HasWeights(Protocol):
    """Anything that offers its weight matrices by name."""

    @property
    def weights(self) -> Weights:
        """Name to matrix, (fan_out, fan_in)."""
        ...  # pragma: no cover


def weights_of(source: Weights | HasWeights) -> Weights:
    """Weights of a model, or the weights themselves: checked, not copied.

    Parameters
    ----------
    source : dictionary of (fan_out, fan_in) arrays, or a model with ``.weights``

    Raises
    ------
    ValueError
        If `source` is neither, has no weights, or holds something that is no matrix.

    Examples
    --------
    >>> weights_of({"w": np.ones((1, 2))})
    {'w': array([[1., 1.]])}
    """
    weights = source if isinstance(source, Mapping) else getattr(source, "weights", None)
    if not isinstance(weights, Mapping):
        raise ValueError(
            "expected a dictionary of weight matrices or a model with .weights; "
            f"got {type(source).__name__}. For one matrix w, pass {{'w': w}}."
        )
    check_matrices(weights, what="weights")
    return weights


def check_matrices(values: Mapping[str, NDArray[Any]], *, what: str) -> None:
    """Refuse what is not a dictionary of non-empty matrices of real numbers.

    Examples
    --------
    >>> check_matrices({"w": np.ones(3)}, what="scores")
    Traceback (most recent call last):
        ...
    ValueError: scores of 'w' must be a matrix (fan_out, fan_in); got shape (3,). ...
    """
    if not isinstance(values, Mapping):
        raise ValueError(
            f"{what} must be a dictionary from names to matrices; got "
            f"{type(values).__name__}. For one matrix w, pass {{'w': w}}."
        )
    if not values:
        raise ValueError(f"{what} hold no matrix: an empty network has nothing to prune.")
    for name, value in values.items():
        _check_matrix(name, value, what)


def _check_matrix(name: str, value: NDArray[Any], what: str) -> None:
    # a np.matrix multiplies otherwise, and a masked array hides values
    if not isinstance(value, np.ndarray) or isinstance(value, np.matrix | np.ma.MaskedArray):
        raise ValueError(
            f"{what} of {name!r} must be a numpy array; got {type(value).__name__}. "
            "Convert it with np.asarray first."
        )
    if value.ndim != 2:
        raise ValueError(
            f"{what} of {name!r} must be a matrix (fan_out, fan_in); got shape {value.shape}. "
            "Reshape a convolution to (out, in * kh * kw); leave biases out."
        )
    if value.size == 0:
        raise ValueError(f"{what} of {name!r} are empty, shape {value.shape}: nothing to prune.")
    if value.dtype.kind not in "biuf":
        raise ValueError(
            f"{what} of {name!r} must be real numbers; got dtype {value.dtype}. "
            "Convert them with .astype(np.float32)."
        )


def check_alike(
    values: Mapping[str, NDArray[Any]],
    model: Mapping[str, NDArray[Any]],
    *,
    what: str,
    like: str,
) -> None:
    """Refuse dictionaries whose keys or shapes differ.

    Examples
    --------
    >>> check_alike({"a": np.ones((1, 2))}, {"b": np.ones((1, 2))}, what="mask", like="weights")
    Traceback (most recent call last):
        ...
    ValueError: mask and weights must have the same keys; mask lacks ['b'] and adds ['a']. ...
    """
    check_matrices(values, what=what)
    if values.keys() != model.keys():
        lacks = [name for name in model if name not in values]
        adds = [name for name in values if name not in model]
        raise ValueError(
            f"{what} and {like} must have the same keys; {what} lacks {lacks} and adds {adds}. "
            "Were both made from the same network?"
        )
    for name, value in values.items():
        if value.shape != model[name].shape:
            raise ValueError(
                f"{what} of {name!r} has shape {value.shape}, but {like} has "
                f"{model[name].shape}. Is it transposed? Row i feeds output unit i."
            )


def check_mask(mask: Mask, model: Mapping[str, NDArray[Any]], *, like: str) -> None:
    """Refuse a mask that is not boolean or does not fit.

    Examples
    --------
    >>> check_mask({"w": np.ones((1, 2))}, {"w": np.ones((1, 2))}, like="weights")
    Traceback (most recent call last):
        ...
    ValueError: mask of 'w' must be boolean, True for kept; got float64. ...
    """
    check_alike(mask, model, what="mask", like=like)
    for name, kept in mask.items():
        if kept.dtype != np.bool_:
            raise ValueError(
                f"mask of {name!r} must be boolean, True for kept; got {kept.dtype}. "
                "Write `mask != 0`."
            )


def checked_sparsity(sparsity: float) -> float:
    """Sparsity as a float, if it is a fraction between 0 and 1.

    Examples
    --------
    >>> checked_sparsity(80)
    Traceback (most recent call last):
        ...
    ValueError: sparsity is a fraction between 0 and 1; got 80. Did you mean 0.8?
    """
    if isinstance(sparsity, Number) and 0 <= sparsity <= 1:
        return float(sparsity)
    raise ValueError(
        f"sparsity is a fraction between 0 and 1; got {sparsity!s}. {_likely_fix(sparsity)}"
    )


def _likely_fix(sparsity: object) -> str:
    if not isinstance(sparsity, Number):
        return f"Pass a number, not {type(sparsity).__name__}."
    if sparsity != sparsity:
        return "Look for 0 / 0 where it was computed."
    if 1 < sparsity <= 100:
        return f"Did you mean {float(sparsity) / 100:g}?"
    if -1 <= sparsity < 0:
        return f"Did you mean {-float(sparsity):g}?"
    return "0 prunes nothing, 1 prunes everything."


def checked_whole(number: float, what: str, *, least: int = 1) -> int:
    """Number as an int, if it is whole and not below `least`.

    Examples
    --------
    >>> checked_whole(2.5, "epochs")
    Traceback (most recent call last):
        ...
    ValueError: epochs must be a whole number, 1 or more; got 2.5.
    """
    if isinstance(number, Number) and number >= least and number % 1 == 0:
        return int(number)
    raise ValueError(f"{what} must be a whole number, {least} or more; got {number!r}.")


def check_rng(rng: np.random.Generator) -> None:
    """Refuse what is no numpy Generator, such as a seed.

    Examples
    --------
    >>> check_rng(0)
    Traceback (most recent call last):
        ...
    ValueError: rng must be a numpy Generator; got 0. Make one: rng = np.random.default_rng(0).
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"rng must be a numpy Generator; got {rng!r}. Make one: rng = np.random.default_rng(0)."
        )


def as_floats(numbers: NDArray[Any]) -> Array:
    """Numbers as floats of at least 32 bits: what is summed or negated must not overflow.

    Examples
    --------
    >>> np.abs(as_floats(np.array([-128], np.int8)))
    array([128.], dtype=float32)
    """
    return numbers.astype(np.promote_types(numbers.dtype, np.float32), copy=False)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """View of an array through which nothing can be changed.

    Examples
    --------
    >>> read_only(np.zeros(2))[0] = 1
    Traceback (most recent call last):
        ...
    ValueError: assignment destination is read-only
    """
    view = array.view()
    view.flags.writeable = False
    return view

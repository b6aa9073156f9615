"""What the arrays of a tree must be."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_tree(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Refuse arrays, by name, that do not form one binary tree of finite numbers.

    Examples
    --------
    >>> check_tree({"left": np.array([1, -1]), "right": np.array([-1])})
    Traceback (most recent call last):
        ...
    ValueError: a tree of 2 nodes needs one right a node, and at least one node; got shape (1,). ...
    """
    _check_shapes(arrays)
    _check_numbers(arrays)
    _check_links(arrays["left"], arrays["right"], arrays["feature"])


def _check_shapes(arrays: Mapping[str, NDArray[Any]]) -> None:
    n = arrays["left"].size
    for name, array in arrays.items():
        dimensions = (1, 2) if name == "values" else (1,)
        if name == "classes":
            continue
        if array.ndim not in dimensions or len(array) != n or n == 0:
            raise ValueError(
                f"a tree of {n} nodes needs one {name} a node, and at least one node; got shape "
                f"{array.shape}. Trees with several outputs are not supported."
            )
    if "classes" in arrays and arrays["classes"].shape != arrays["values"].shape[1:]:
        raise ValueError(
            f"classes must name each of the {arrays['values'].shape[1:]} columns of values; got "
            f"shape {arrays['classes'].shape}."
        )


def _check_numbers(arrays: Mapping[str, NDArray[Any]]) -> None:
    for name in ("left", "right", "feature", "samples"):
        if arrays[name].dtype.kind not in "iu":
            raise ValueError(
                f"{name} must be whole numbers; got {arrays[name].dtype}. Use .astype(np.intp)."
            )
    for name in ("values", "impurity", "weights"):
        if arrays[name].dtype.kind not in "biuf" or not np.isfinite(arrays[name]).all():
            raise ValueError(
                f"{name} must be finite numbers; got {arrays[name].dtype} with NaN or infinity. "
                "Were the targets so large that their squares overflow? Divide them by their "
                "maximum."
            )
    if arrays["threshold"].dtype.kind not in "biuf" or np.isnan(arrays["threshold"]).any():
        raise ValueError("threshold must not be NaN; ±inf parts missing values from all others.")
    if arrays["weights"].min() < 0 or arrays["weights"][0] == 0:
        raise ValueError("weights must not be negative, and the root's must be more than 0.")


def _check_links(left: NDArray[Any], right: NDArray[Any], feature: NDArray[Any]) -> None:
    inner = np.flatnonzero(left >= 0)
    children = np.stack([left[inner], right[inner]])
    ordered = ((children > inner) & (children < left.size)).all()
    all_met = children.size == left.size - 1
    met_once = ordered and all_met and (np.bincount(children.ravel())[1:] == 1).all()
    paired = np.count_nonzero(right >= 0) == inner.size and (feature[inner] >= 0).all()
    if not (paired and met_once):
        raise ValueError(
            "left and right do not form one binary tree: every node but the root must be the "
            "child of one node with a lower number, and a node has two children and a feature, "
            "or none (−1)."
        )

"""Cross entropy: how wrong the logits of a classifier are, and which way is down."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array

Labels = NDArray[np.integer[Any]]


def softmax(logits: Array) -> Array:
    """Class probabilities.

    Parameters
    ----------
    logits : (n, classes)

    Returns
    -------
    Array
        (n, classes), each row sums to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    exponentials: Array = np.exp(
        logits - logits.max(axis=1, keepdims=True)
    )  # the shift avoids overflow
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


def cross_entropy(logits: Array, y: Labels) -> float:
    """Mean negative log probability of the right classes.

    Parameters
    ----------
    logits : (n, classes)
    y : (n,) labels

    Examples
    --------
    >>> round(cross_entropy(np.array([[0.0, 0.0]]), np.array([1])), 4)
    0.6931
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_totals = np.log(np.exp(shifted).sum(axis=1))
    return float(np.mean(log_totals - shifted[np.arange(len(y)), y]))


def cross_entropy_slope(logits: Array, y: Labels) -> Array:
    """Derivative of `cross_entropy` by the logits: probability minus truth, over n.

    Parameters
    ----------
    logits : (n, classes)
    y : (n,) labels

    Returns
    -------
    Array
        (n, classes)

    Examples
    --------
    >>> cross_entropy_slope(np.array([[0.0, 0.0]]), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    slope = softmax(logits)
    slope[np.arange(len(y)), y] -= 1
    slope /= len(y)
    return slope

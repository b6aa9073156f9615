"""What a network costs and what it is worth, as plain numbers."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, HasWeights, Weights, checked_whole, weights_of
from pruning_lab.network import Conv, Dense, GlobalPool, Network, softmax
from pruning_lab.network.loss import Labels
from pruning_lab.network.rows import Branch

LEAST_S = 0.005 if sys.platform == "emscripten" else 0.0  # a browser's clock jumps by up to 1 ms


class Classifier(Protocol):
    """Anything that names a class for each sample."""

    def predict(self, x: Array) -> Labels:
        """Labels (n,) of inputs (n, …)."""
        ...  # pragma: no cover


def accuracy(model: Classifier, x: Array, y: Labels) -> float:
    """Share of samples whose label is found.

    Parameters
    ----------
    model : has ``predict``
    x : (n, …)
    y : (n,) labels

    Raises
    ------
    ValueError
        If there are no samples, or not as many labels.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> copy = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> accuracy(copy, np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 0]))
    0.5
    """
    return float(np.mean(_right(model, x, y)))


def accuracy_per_class(model: Classifier, x: Array, y: Labels) -> NDArray[np.float64]:
    """Share of the samples of each class whose label is found, (classes,).

    A class without samples is NaN; classes count up to the highest label in `y`.

    Parameters
    ----------
    model : has ``predict``
    x : (n, …)
    y : (n,) labels, integers from 0 on

    Raises
    ------
    ValueError
        If there are no samples, not as many labels, or labels are no such integers.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> copy = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> accuracy_per_class(copy, np.array([[1.0, 0], [0, 1.0], [1.0, 0]]), np.array([0, 0, 1]))
    array([0.5, 0. ])
    """
    y = _class_labels(x, y)
    right = _right(model, x, y)
    counts = np.bincount(y)
    shares = np.full(len(counts), np.nan)
    np.divide(np.bincount(y, weights=right), counts, out=shares, where=counts > 0)
    return shares


def worst_class(model: Classifier, x: Array, y: Labels) -> tuple[int, float]:
    """Class whose samples are found least, and the share of them that is; on a tie the lowest.

    An average hides it: pruning may take nearly all that it costs from one class
    [Hooker2019]_. Classes without samples do not count.

    Parameters
    ----------
    model : has ``predict``
    x : (n, …)
    y : (n,) labels, integers from 0 on

    Raises
    ------
    ValueError
        If there are no samples, not as many labels, or labels are no such integers.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> copy = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> worst_class(copy, np.array([[1.0, 0], [0, 1.0], [1.0, 0]]), np.array([0, 0, 1]))
    (1, 0.0)
    """
    shares = accuracy_per_class(model, x, y)
    label = int(np.nanargmin(shares))
    return label, float(shares[label])


@dataclass(frozen=True, eq=False, repr=False)
class Exemplars:
    """What became of each sample: three masks (n,), of which exactly one is True at each place.

    Parameters
    ----------
    broken : right before, wrong after
    fixed : wrong before, right after
    same : right both times or wrong both times
    renamed : another label after than before: broken, fixed, and the wrong that became another
        wrong. These are the pruning identified exemplars of [Hooker2019]_.
    """

    broken: Bools
    fixed: Bools
    same: Bools
    renamed: Bools

    def __repr__(self) -> str:
        broken, fixed, same = (int(m.sum()) for m in (self.broken, self.fixed, self.same))
        return f"Exemplars({broken} broken, {fixed} fixed, {same} same)"


def exemplars(before: Classifier, after: Classifier, x: Array, y: Labels) -> Exemplars:
    """Samples on which two models differ: broken by the second, or fixed.

    Accuracy changes by ``(fixed - broken) / n``: it can stand still while many samples change.
    [Hooker2019]_ compares the most frequent labels of many models at each sparsity, since
    two trainings differ as well; pass classifiers that predict such votes to do the same.

    Parameters
    ----------
    before, after : have ``predict``
    x : (n, …)
    y : (n,) labels

    Raises
    ------
    ValueError
        If there are no samples, or not as many labels.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> copy = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> swap = Network({"only": Dense(np.eye(2)[::-1], np.zeros(2))})
    >>> exemplars(copy, swap, np.array([[1.0, 0], [0, 1.0], [1.0, 0]]), np.array([0, 0, 0]))
    Exemplars(2 broken, 1 fixed, 0 same)
    """
    first, second = _predicted(before, x, y), _predicted(after, x, y)
    right, still = first == np.asarray(y), second == np.asarray(y)
    return Exemplars(right & ~still, ~right & still, right == still, first != second)


def _right(model: Classifier, x: Array, y: Labels) -> Bools:
    return np.asarray(_predicted(model, x, y) == np.asarray(y))


def _predicted(model: Classifier, x: Array, y: Labels) -> Labels:
    """What the model names, if that is one label for each sample."""
    y = _labels(x, y)
    found = np.asarray(model.predict(x))
    if found.shape != y.shape:
        raise ValueError(
            f"predict must give one label for each of {len(y)} samples; got shape {found.shape}. "
            "Logits become labels with .argmax(axis=1)."
        )
    return found


def _labels(x: Array, y: Labels) -> Labels:
    """Labels as an array, if there is one for each sample and at least one."""
    y = np.asarray(y)
    if y.size == 0 or y.shape != (len(x),):
        raise ValueError(
            f"need one label for each sample and at least one; got x {np.shape(x)}, y {y.shape}."
        )
    return y


def _class_labels(x: Array, y: Labels) -> Labels:
    """Labels that count classes from 0, of the type that numpy counts with."""
    y = _labels(x, y)
    if y.dtype.kind not in "iu" or y.min() < 0:
        raise ValueError(
            f"labels must be integers from 0 on; got {np.unique(y)[:5].tolist()} and so on. "
            "np.unique(y, return_inverse=True)[1] numbers them."
        )
    return y.astype(np.intp)  # narrower than int64 in a browser


def parameters(weights: Weights | HasWeights) -> int:
    """Count of weights, zero or not; biases are not counted.

    Examples
    --------
    >>> parameters({"w": np.array([[0.0, 1.0, 2.0]])})
    3
    """
    return sum(w.size for w in weights_of(weights).values())


def nonzeros(weights: Weights | HasWeights) -> int:
    """Count of weights that are not zero.

    Examples
    --------
    >>> nonzeros({"w": np.array([[0.0, 1.0, 2.0]])})
    2
    """
    return sum(int(np.count_nonzero(w)) for w in weights_of(weights).values())


def macs_per_sample(network: Network, x: Array | None = None) -> int:
    """Multiply-accumulate operations that one sample costs: weights times the places they serve.

    A dense layer serves one place, so it costs one operation a weight; a convolution serves
    every position of its output, and a layer within attention every token. Zeros are multiplied
    like any other number, so a mask changes nothing here. What has no weights is not counted:
    biases, normalisation, and the products of tokens with tokens.

    Parameters
    ----------
    network : to count
    x : (n, …) samples; their shape is needed where a weight serves several places

    Raises
    ------
    ValueError
        If `network` is no Network, or needs samples and got none.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> macs_per_sample(mlp((64, 100, 10), rng=np.random.default_rng(0)))
    7400
    """
    if not isinstance(network, Network):
        raise ValueError(
            f"macs_per_sample takes a Network; got {type(network).__name__}. For weights alone "
            "ask parameters(weights): a dense layer costs one operation for each."
        )
    if x is None:
        if any(isinstance(layer, Conv | Branch | GlobalPool) for layer in network.layers.values()):
            raise ValueError(
                "what this network costs depends on the size of its input; got none. "
                "Pass samples: macs_per_sample(net, x[:1])."
            )
        return parameters(network)
    x = network.checked_inputs(x)
    steps = network.backpropagate(x, np.zeros(len(x), np.int64))
    return sum(
        part.weights.size * (slope.size // part.weights.shape[0]) // len(x)
        for _, part, _, slope in steps
        if isinstance(part, Conv | Dense)
    )


def dense_bytes(weights: Weights | HasWeights) -> int:
    """Bytes of the weights stored as they are, zeros included.

    Examples
    --------
    >>> dense_bytes({"w": np.zeros((2, 3), np.float32)})
    24
    """
    return sum(w.nbytes for w in weights_of(weights).values())


def calibration_error(
    model: Callable[[Array], Array], x: Array, y: Labels, *, bins: int = 15
) -> float:
    """Expected calibration error [Guo2017]_: how far confidence lies from accuracy.

    Parameters
    ----------
    model : from inputs (n, …) to logits (n, classes)
    x : (n, …)
    y : (n,) labels
    bins : of equal width, over confidences 0 to 1

    Raises
    ------
    ValueError
        If labels, logits and samples do not fit, a logit is NaN, or `bins` is no whole number.

    Examples
    --------
    >>> certain = lambda x: np.array([[99.0, 0.0], [99.0, 0.0]])
    >>> calibration_error(certain, np.zeros((2, 1)), np.array([0, 1]))
    0.5
    """
    bins, y = checked_whole(bins, "bins"), _class_labels(x, y)
    logits = np.asarray(model(x))
    if logits.ndim != 2 or len(logits) != len(y) or np.isnan(logits).any():
        raise ValueError(
            f"the model must give numbers of shape ({len(y)}, classes), none of them NaN; "
            f"got shape {logits.shape}. Has it diverged?"
        )
    probabilities = softmax(logits)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == y
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(y))


@dataclass(frozen=True)
class Latency:
    """Seconds that repeated calls took.

    Parameters
    ----------
    samples_s : each call, in order; at least one

    Examples
    --------
    >>> Latency((0.2, 0.1, 0.4, 0.3, 0.5))
    Latency(median 300 ms, middle half 200 to 400 ms, 5 calls)
    """

    samples_s: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.samples_s:
            raise ValueError("a latency needs at least one call; got none.")

    @property
    def median_s(self) -> float:
        """Middle of all calls."""
        return float(np.median(self.samples_s))

    @property
    def quartiles_s(self) -> tuple[float, float]:
        """Bounds of the middle half of all calls."""
        low, high = np.quantile(self.samples_s, [0.25, 0.75])
        return float(low), float(high)

    def __repr__(self) -> str:
        low, high = self.quartiles_s
        return (
            f"Latency(median {self.median_s * 1e3:.3g} ms, middle half {low * 1e3:.3g} to "
            f"{high * 1e3:.3g} ms, {len(self.samples_s)} calls)"
        )


def latency(
    model: Callable[[Array], object],
    x: Array,
    *,
    repeats: int = 50,
    clock: Callable[[], float] = perf_counter,
) -> Latency:
    """Seconds that the model takes for these inputs, on this machine, now.

    Parameters
    ----------
    model : called with `x`; once more at first, unmeasured, to warm up
    x : (n, …)
    repeats : how many calls are measured
    clock : seconds since whenever

    Examples
    --------
    >>> latency(np.sum, np.ones((2, 2)), repeats=3).median_s > 0
    True
    """
    repeats = checked_whole(repeats, "repeats")
    model(x)
    return Latency(tuple(seconds_of(partial(model, x), clock) for _ in range(repeats)))


def seconds_of(work: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    """Seconds of one call; in a browser, whose clock is coarse, the mean of some in a row.

    Parameters
    ----------
    work : called without arguments
    clock : seconds since whenever

    Examples
    --------
    >>> seconds_of(lambda: np.sort(np.ones(1000))) > 0
    True
    """
    calls, taken, start = 0, 0.0, clock()
    while calls == 0 or taken < LEAST_S:
        work()
        calls, taken = calls + 1, clock() - start
    return taken / calls

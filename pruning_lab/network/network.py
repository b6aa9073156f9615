"""A network: named layers in a row, and what can be asked of them. Nothing changes in place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pruning_lab.arrays import Array, Weights, check_alike, check_rng, checked_whole
from pruning_lab.network import rows
from pruning_lab.network.fit import check_fit, check_shape
from pruning_lab.network.layer_norm import LayerNorm
from pruning_lab.network.layers import Dense, Layer, Part, ReLU, are_layers
from pruning_lab.network.loss import Labels, cross_entropy, cross_entropy_slope
from pruning_lab.network.normalisation import BatchNorm


@dataclass(frozen=True, eq=False)
class Network:
    """A classifier: layers in a row, from inputs to logits.

    Parameters
    ----------
    layers : name -> layer, in the order of the data

    Raises
    ------
    ValueError
        If something is no layer, none has weights, or two neighbours do not fit.

    Examples
    --------
    >>> net = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> net.predict(np.array([[0.2, 0.7]]))
    array([1])
    """

    layers: Mapping[str, Layer]
    parts: Mapping[str, Part] = field(init=False, repr=False)  # by dotted name

    def __post_init__(self) -> None:
        if not are_layers(self.layers):
            raise ValueError(
                "layers is a dictionary from names to layers, such as {'dense1': Dense(w, b)}; "
                f"got {self.layers!r}."
            )
        object.__setattr__(self, "layers", dict(self.layers))
        object.__setattr__(self, "parts", rows.parts_of(self.layers))
        if not self.weights:
            raise ValueError(
                "a network needs at least one dense layer; got "
                f"{list(self.layers) or 'none'}. Build one with mlp((64, 100, 10), rng=rng)."
            )
        check_fit(self.layers)

    @property
    def dense(self) -> dict[str, Dense]:
        """The dense layers, also those within blocks."""
        return {name: part for name, part in self.parts.items() if isinstance(part, Dense)}

    @property
    def weights(self) -> dict[str, Array]:
        """Name -> (fan_out, fan_in), to read only; ``block1.dense1`` lies within a block."""
        return {n: part.parameters[0] for n, part in self.parts.items() if _has_weights(part)}

    @property
    def biases(self) -> dict[str, Array]:
        """Name -> (fan_out,), to read only."""
        return {n: part.parameters[1] for n, part in self.parts.items() if _has_weights(part)}

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers."""
        return next(iter(self.weights.values())).dtype

    def with_weights(self, weights: Weights) -> "Network":
        """Network with other weights, same names and shapes, and the same biases.

        Raises
        ------
        ValueError
            If names or shapes differ.
        """
        check_alike(weights, self.weights, what="weights", like="network")
        return self.with_parts(
            {n: self.parts[n].with_parameters(w, self.biases[n]) for n, w in weights.items()}
        )

    def astype(self, dtype: DTypeLike) -> "Network":
        """Network in another precision, such as np.float64 for checking gradients."""
        return self.with_parts({name: part.astype(dtype) for name, part in self.parts.items()})

    def with_parts(self, parts: Mapping[str, Part]) -> "Network":
        """Network with some parts exchanged, by their dotted names."""
        return Network(rows.with_parts(self.layers, parts))

    def in_training(self, *, rng: np.random.Generator) -> "Network":
        """Network as it acts in one step of training; itself if that makes no difference.

        Batch norm takes the statistics of the batch, and a residual block may be dropped.

        Parameters
        ----------
        rng : decides which blocks are dropped
        """
        if self.is_plain:
            return self
        return Network(rows.in_training(self.layers, rng))

    @property
    def is_plain(self) -> bool:
        """Whether it acts alike in training and in use: no batch norm, no block to drop."""
        return not any(isinstance(layer, BatchNorm | rows.Branch) for layer in self.layers.values())

    def settled(self, x: Array) -> "Network":
        """Network whose batch norms hold the statistics of these inputs.

        They are measured once on all of `x`, each after those before it [Ioffe2015]_,
        algorithm 2, rather than as a running mean.
        """
        if all(_has_weights(part) for part in self.parts.values()):
            return self  # nothing to measure
        return Network(rows.settled(self.layers, self.checked_inputs(x)))

    def __call__(self, x: Array) -> Array:
        """Logits, (n, classes), of inputs (n, …)."""
        return rows.outputs(self.layers, self.checked_inputs(x))[-1]

    def predict(self, x: Array) -> NDArray[np.int64]:
        """Most likely labels, (n,), of inputs (n, …)."""
        labels: NDArray[np.int64] = self(x).argmax(axis=1)
        return labels

    def loss(self, x: Array, y: Labels) -> float:
        """Mean cross entropy on inputs (n, …) with labels (n,)."""
        return cross_entropy(self(x), self.checked_labels(x, y))

    def gradients(self, x: Array, y: Labels) -> dict[str, Array]:
        """Derivatives of `loss` by the weights: same keys and shapes as `weights`.

        Batch norm keeps its statistics fixed here, as in use; for those of a step of training
        ask ``network.in_training(rng=rng)``.
        """
        x, y = self.checked_inputs(x), self.checked_labels(x, y)
        found = {
            name: part.gradients(inputs, slope)[0]
            for name, part, inputs, slope in self.backpropagate(x, y)
        }
        return {name: found[name] for name in self.weights}

    def backpropagate(self, x: Array, y: Labels) -> Iterator[rows.Step]:
        """Yield name, part, its input and the slope of its output, from last to first."""
        outputs = rows.outputs(self.layers, x)
        slope = cross_entropy_slope(outputs[-1], y)  # (n, classes)
        return rows.backpropagate(self.layers, [x, *outputs[:-1]], slope, to_input=False)

    def checked_inputs(self, x: Array) -> Array:
        """Inputs (n, …) in the network's precision; else a ValueError."""
        x = np.asarray(x)
        if x.dtype.kind not in "biuf":
            raise ValueError(f"x must be real numbers; got dtype {x.dtype}. Is a value missing?")
        x = x.astype(self.dtype, copy=False)
        check_shape(self.layers, x)
        return x

    def checked_labels(self, x: Array, y: Labels) -> Labels:
        """Labels (n,) that fit inputs and classes, at least one; else a ValueError."""
        y = np.asarray(y)
        if len(x) == 0:
            raise ValueError("a loss is a mean over samples; got none. Is a split empty?")
        classes = list(self.parts.values())[-1].fan_out
        if y.shape != (len(x),) or y.dtype.kind not in "iu":
            raise ValueError(
                f"y must be {len(x)} integer labels, one for each row of x; got shape {y.shape} "
                f"and dtype {y.dtype}. One-hot rows become labels with y.argmax(axis=1)."
            )
        if y.min() < 0 or y.max() >= classes:
            raise ValueError(
                f"labels must lie in 0 to {classes - 1}, one for each output of the last layer; "
                f"got {y.min()} to {y.max()}. Do they count from 1?"
            )
        return y


def _has_weights(part: Part) -> bool:
    return not isinstance(part, BatchNorm | LayerNorm)


def mlp(sizes: Sequence[int], *, rng: np.random.Generator) -> Network:
    """Multilayer perceptron with ReLU between dense layers, He-normal weights, zero biases.

    Weights are float32 and normal with variance 2 / fan_in [He2015]_. The layers are called
    ``dense1``, ``relu1``, ``dense2`` and so on.

    Parameters
    ----------
    sizes : inputs, hidden units of each layer, classes
    rng : source of the weights

    Raises
    ------
    ValueError
        If there are fewer than two sizes, one is not a positive integer, or `rng` is no Generator.

    Examples
    --------
    >>> net = mlp((64, 100, 50, 10), rng=np.random.default_rng(0))
    >>> {name: w.shape for name, w in net.weights.items()}
    {'dense1': (100, 64), 'dense2': (50, 100), 'dense3': (10, 50)}
    """
    if np.ndim(sizes) != 1 or len(sizes) < 2:
        raise ValueError(f"sizes are at least two, such as (64, 100, 10); got {sizes!r}.")
    sizes = [checked_whole(size, "each of the sizes") for size in sizes]
    check_rng(rng)
    layers: dict[str, Layer] = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        weights = rng.standard_normal((fan_out, fan_in), dtype=np.float32) * sqrt(2 / fan_in)
        layers[f"dense{i}"] = Dense(weights, np.zeros(fan_out, np.float32))
        layers[f"relu{i}"] = ReLU()
    layers.popitem()  # logits come out as they are
    return Network(layers)

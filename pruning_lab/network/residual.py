"""Residual blocks: what a block adds to its input, with whole blocks dropped in training."""

from dataclasses import dataclass

import numpy as np

from pruning_lab.arrays import Array, Number, check_rng
from pruning_lab.network.layers import Layer, Unitwise, are_layers
from pruning_lab.network.rows import Branch, Layers, Steps, backpropagate, outputs
from pruning_lab.network.rows import in_training as row_in_training
from pruning_lab.network.rows import settled as settled_row


@dataclass(frozen=True)
class Identity(Unitwise):
    """The input as it is.

    Examples
    --------
    >>> Identity().forward(np.array([[1.0, 2.0]]))
    array([[1., 2.]])
    """

    def forward(self, x: Array) -> Array:
        """Input itself."""
        return x

    def backward(self, x: Array, slope: Array) -> Array:
        """Slope itself."""
        return slope


@dataclass(frozen=True, eq=False)
class Residual(Branch):
    """The input plus what a block makes of it [He2016]_.

    Parameters
    ----------
    block : name -> layer, in the order of the data; must keep the shape of the data
    drop : probability that a step of training leaves the block out, LayerDrop [Fan2020]_;
        in use the block always counts in full

    Raises
    ------
    ValueError
        If the block is no dictionary of layers, or `drop` is no probability below 1.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> twice = Residual({"dense1": Dense(np.eye(2), np.zeros(2))})
    >>> twice.forward(np.array([[1.0, 2.0]]))
    array([[2., 4.]])
    """

    block: Layers
    drop: float = 0.0

    def __post_init__(self) -> None:
        if not are_layers(self.block) or not self.block:
            raise ValueError(
                "block is a dictionary from names to layers, such as {'dense1': Dense(w, b)}; "
                f"got {self.block!r}."
            )
        if not isinstance(self.drop, Number) or not 0 <= self.drop < 1:
            raise ValueError(f"drop is a probability from 0 to below 1; got {self.drop!r}.")
        object.__setattr__(self, "block", dict(self.block))

    @property
    def layers(self) -> Layers:
        """The block, name -> layer."""
        return self.block

    def with_layers(self, layers: Layers) -> "Residual":
        """Residual with another block."""
        return Residual(layers, self.drop)

    def forward(self, x: Array) -> Array:
        """Input plus the output of the block, of the same shape."""
        y = outputs(self.block, x)[-1]
        if y.shape != x.shape:
            raise ValueError(
                f"a residual block keeps the shape of its input, {x.shape}; got {y.shape}. "
                "A convolution with a kernel of 3 keeps it with padding=1."
            )
        return x + y

    def backpropagate(self, x: Array, slope: Array, prefix: str = "") -> Steps:
        """Yield the steps of the block's parts; give back the slope of the input."""
        inputs = [x, *outputs(self.block, x)[:-1]]
        through = yield from backpropagate(self.block, inputs, slope, prefix)
        return slope + through

    def in_training(self, rng: np.random.Generator) -> Layer:
        """Residual as it acts in one step of training: its block is dropped by chance.

        Parameters
        ----------
        rng : decides; not asked if `drop` is 0
        """
        check_rng(rng)
        if self.drop and rng.random() < self.drop:
            return Identity()
        return self.with_layers(row_in_training(self.block, rng))

    def settled(self, x: Array) -> "Residual":
        """Residual with statistics measured on these inputs."""
        return self.with_layers(settled_row(self.block, x))

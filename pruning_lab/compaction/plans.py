"""How each plain layer is made smaller: what it knows, what it needs, what is left of it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools
from pruning_lab.compaction.units import Place, Units
from pruning_lab.network.convolution import Conv
from pruning_lab.network.layer_norm import LayerNorm
from pruning_lab.network.layers import Dense, Layer, Unitwise
from pruning_lab.network.normalisation import BatchNorm

CHUNK = 1 << 16  # numbers that fit a core's own cache


class Plan(ABC):
    """What is known of a masked layer, and how to build it smaller."""

    @property
    @abstractmethod
    def after(self) -> Units:
        """What is known of its outputs."""

    @abstractmethod
    def needs(self, needed: Bools) -> Bools:
        """Which inputs it reads, if these of its outputs are needed."""

    def align(self, before: Bools, after: Bools) -> tuple[Bools, Bools]:
        """Which inputs and outputs are present, if at least these are."""
        return before, after

    @abstractmethod
    def rebuild(self, before: Place, after: Place) -> Layer | None:
        """Layer between these places; None for nothing, the identity."""


@dataclass(frozen=True, eq=False)
class AffinePlan(Plan):
    """Dense layers and convolutions: known inputs join the bias.

    An output is known if it reads no input that is not. A convolution that pads surrounds a
    constant with zeros, so that it is no constant any more, unless it is 0.

    Parameters
    ----------
    layer : with its weights as they are
    mask : (fan_out, fan_in * kernel)
    before : what is known of its inputs
    """

    layer: Dense | Conv
    mask: Bools
    before: Units

    @property
    def _kept(self) -> Bools:
        """(fan_out, units in, kernel)."""
        return self.mask.reshape(len(self.mask), self.layer.fan_in, -1)

    @property
    def _weights(self) -> Array:
        """(fan_out, units in, kernel)."""
        return self.layer.weights.reshape(self._kept.shape)

    @cached_property
    def _whole(self) -> Bools:
        """Outputs that read all inputs."""
        whole: Bools = np.logical_and.reduce(self.mask, axis=1)
        return whole

    @cached_property
    def _living(self) -> Bools:
        """Outputs that read any input."""
        living: Bools = np.logical_or.reduce(self.mask, axis=1)
        return living

    @cached_property
    def _read(self) -> Bools:
        """Inputs that cannot be folded into the bias."""
        read: Bools = ~self.before.known
        if isinstance(self.layer, Conv) and self.layer.padding:
            read |= self.before.value != 0
        return read

    def _readers(self, inputs: Bools) -> Bools:
        """Outputs that read any of these inputs."""
        if inputs.all():
            return self._living
        if (self._living == self._whole).all():
            return self._living & inputs.any()
        readers: Bools = np.any(self._kept & inputs[:, None], axis=(1, 2))
        return readers

    @cached_property
    def after(self) -> Units:
        """Outputs: known where nothing open is read."""
        return Units.exact(~self._readers(self._read), self._bias)

    @cached_property
    def _bias(self) -> Array:
        """Bias with what is known of the inputs."""
        constants = np.where(self._read, self.before.offset, self.before.value)
        if not (folded := constants != 0).any():
            return self.layer.bias
        weights = np.where(self._kept[:, folded], self._weights[:, folded], 0).sum(axis=2)
        bias: Array = self.layer.bias + weights @ constants[folded]
        return bias

    def needs(self, needed: Bools) -> Bools:
        """Inputs that a needed output reads, unless they are folded into the bias."""
        if (self._whole & needed).any():
            return self._read
        kept: Bools = np.any(self._kept[needed], axis=(0, 2))
        return kept & self._read

    def rebuild(self, before: Place, after: Place) -> Layer:
        """Rows and columns that are present; the bias holds what was folded."""
        weights = _at(self._weights, before, after)
        if not self._all_stay(before, after):
            kept = _at(self._kept & self._read[:, None], before, after)
            weights = np.where(kept & after.needed[after.stay][:, None, None], weights, 0)
        flat = weights.reshape(len(weights), -1)
        return self.layer.with_parameters(flat, self._bias[after.stay])

    def _all_stay(self, before: Place, after: Place) -> bool:
        """Whether every weight between units that are present is kept, as after whole units."""
        read, needed = self._read[before.stay], after.needed[after.stay]
        if not (read.all() and needed.all()):
            return False
        return bool(self._whole[after.stay].all()) or self._columns_stay(before, after)

    def _columns_stay(self, before: Place, after: Place) -> bool:
        columns = np.all(self._kept.take(after.stay, axis=0), axis=0)
        return bool(columns[before.stay].all())


def _at(table: NDArray[Any], before: Place, after: Place) -> NDArray[Any]:
    """Copy of the rows and columns that are present, some rows at a time: they stay in cache."""
    if before.present.all():
        return table.take(after.stay, axis=0)
    found = np.empty((len(after.stay), len(before.stay), *table.shape[2:]), table.dtype)
    step = max(1, CHUNK * len(table) // table.size)
    for i in range(0, len(found), step):
        rows = table.take(after.stay[i : i + step], axis=0)
        rows.take(before.stay, axis=1, out=found[i : i + step], mode="clip")  # no copy on the way
    return found


class SamePlan(Plan):
    """Layers with the same units on both sides."""

    def needs(self, needed: Bools) -> Bools:
        """Inputs of the same places."""
        return needed

    def align(self, before: Bools, after: Bools) -> tuple[Bools, Bools]:
        """The same units on both sides."""
        return before | after, before | after


@dataclass(frozen=True, eq=False)
class UnitwisePlan(SamePlan):
    """Layers that treat each unit by itself, so that a constant one stays constant.

    Parameters
    ----------
    layer : any such
    before : what is known of its inputs
    """

    layer: Unitwise
    before: Units

    @property
    def after(self) -> Units:
        """The same units are known."""
        value = self.layer.constant(self.before.value)
        return Units(self.before.known, value, self.before.offset)

    def rebuild(self, before: Place, after: Place) -> Layer | None:
        """The layer itself."""
        return self.layer


@dataclass(frozen=True, eq=False)
class NormPlan(SamePlan):
    """Batch norm in use; a channel whose scale is 0 is known too [Liu2017]_.

    Parameters
    ----------
    layer : with its statistics
    before : what is known of its inputs
    """

    layer: BatchNorm
    before: Units

    @property
    def after(self) -> Units:
        """Outputs: known where the input is, or the scale is 0."""
        value = self.layer.forward(self.before.value[None])[0]
        return Units.exact(self.before.known | (self.layer.scale == 0), value)

    def rebuild(self, before: Place, after: Place) -> Layer:
        """Channels that are present; the mean makes good what was left out."""
        stay, layer = after.present, self.layer
        mean = layer.mean - self.before.offset
        return BatchNorm(
            layer.scale[stay], layer.shift[stay], mean[stay], layer.variance[stay], layer.epsilon
        )


@dataclass(frozen=True, eq=False)
class LayerNormPlan(SamePlan):
    """Layer norm: every output reads every input, so that nothing before or after it goes.

    Parameters
    ----------
    layer : as it is
    before : what is known of its inputs, which nothing was left out of: see `makes_good`
    """

    layer: LayerNorm
    before: Units

    @property
    def after(self) -> Units:
        """Outputs: constant if all inputs are; else nothing is known."""
        value = self.layer.forward(self.before.value)
        known = np.full_like(self.before.known, self.before.known.all())
        return Units.exact(known, value)

    def needs(self, needed: Bools) -> Bools:
        """All inputs, as soon as one output is needed."""
        return np.full_like(needed, needed.any())

    def align(self, before: Bools, after: Bools) -> tuple[Bools, Bools]:
        """All units on both sides: the mean is taken over them."""
        return np.ones_like(before), np.ones_like(after)

    def rebuild(self, before: Place, after: Place) -> Layer:
        """The layer itself."""
        return self.layer


@dataclass(frozen=True, eq=False)
class FlattenPlan(Plan):
    """Each channel becomes as many features as it has places.

    Parameters
    ----------
    layer : a Flatten
    places : in each channel
    before : what is known of the channels
    """

    layer: Layer
    places: int
    before: Units

    @property
    def after(self) -> Units:
        """Features, known where the channel is."""
        before = self.before
        return Units(*(self._spread(a) for a in (before.known, before.value, before.offset)))

    def _spread(self, channels: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(channels, self.places)

    def needs(self, needed: Bools) -> Bools:
        """Channels of which any feature is needed."""
        channels: Bools = np.any(needed.reshape(-1, self.places), axis=1)
        return channels

    def align(self, before: Bools, after: Bools) -> tuple[Bools, Bools]:
        """Whole channels."""
        channels = before | self.needs(after)
        return channels, self._spread(channels)

    def rebuild(self, before: Place, after: Place) -> Layer:
        """The layer itself."""
        return self.layer

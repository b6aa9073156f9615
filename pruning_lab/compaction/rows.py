"""How layers in a row are made smaller together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pruning_lab.arrays import Bools, Mask
from pruning_lab.compaction.branches import AttentionPlan, ResidualPlan
from pruning_lab.compaction.plans import (
    AffinePlan,
    FlattenPlan,
    LayerNormPlan,
    NormPlan,
    Plan,
    UnitwisePlan,
)
from pruning_lab.compaction.units import Place, Units, first_of
from pruning_lab.network import (
    Attention,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    LayerNorm,
    Residual,
    Unitwise,
)
from pruning_lab.network.layers import Layer, Part
from pruning_lab.network.residual import Identity
from pruning_lab.network.rows import Branch, Layers


@dataclass(frozen=True, eq=False)
class RowPlan:
    """What is known of masked layers in a row, and how to build them smaller.

    Parameters
    ----------
    layers : name -> layer
    mask : of the whole network
    before : what is known of the input
    prefix : of the names within the mask
    """

    layers: Layers
    mask: Mask
    before: Units
    prefix: str = ""

    @cached_property
    def plans(self) -> list[Plan]:
        """Plan of each layer, each knowing what comes out of those before it."""
        found: list[Plan] = []
        for i, name in enumerate(self.layers):
            units = found[-1].after if found else self.before
            rest = list(self.layers.values())[i + 1 :]
            found.append(self._plan(name, units, rest))
        return found

    def _plan(self, name: str, units: Units, rest: list[Layer]) -> Plan:
        layer, full = self.layers[name], self.prefix + name
        if isinstance(layer, Dense | Conv):
            return AffinePlan(layer, self.mask[full], units)
        if type(layer) is BatchNorm:
            return NormPlan(layer, units)
        if isinstance(layer, LayerNorm):
            return LayerNormPlan(layer, units)
        if isinstance(layer, Unitwise):
            return UnitwisePlan(layer, units)
        if isinstance(layer, Flatten):
            return FlattenPlan(layer, width_of(rest, full) // len(units.known), units)
        if isinstance(layer, Residual):
            inner = RowPlan(layer.block, self.mask, units, f"{full}.")
            return ResidualPlan(layer, inner, makes_good(rest))
        if isinstance(layer, Attention):
            return AttentionPlan(layer, self.mask, units, f"{full}.")
        raise ValueError(
            f"compact cannot remove anything around {full!r}, a {type(layer).__name__}: it knows "
            "the layers of pruning_lab.network, as they are in use and not in training."
        )

    @property
    def after(self) -> Units:
        """What is known of the output."""
        return self.plans[-1].after

    def needs(self, needed: Bools) -> list[Bools]:
        """Which units are needed at each place, if these of the output are."""
        found = [needed]
        for plan in reversed(self.plans):
            found.insert(0, plan.needs(found[0]))
        return found

    def places(self, before: Bools, after: Place) -> list[Place]:
        """Which units there are before, between and after the layers of the compacted row.

        Parameters
        ----------
        before : which inputs are present, at least
        after : which outputs are needed and present
        """
        needed = self.needs(after.needed)
        present = self._agreed([before, *needed[1:-1], after.present])
        if not all(units.any() for units in present):
            present = self._agreed([u if u.any() else first_of(u) for u in present])
        return [Place(*pair) for pair in zip(needed, present, strict=True)]

    def rebuild(self, places: list[Place]) -> dict[str, Layer]:
        """Layers of the compacted row, between these places."""
        built: dict[str, Layer] = {}
        for i, (name, plan) in enumerate(zip(self.layers, self.plans, strict=True)):
            if (layer := plan.rebuild(places[i], places[i + 1])) is not None:
                built[name] = layer
        return built

    def _agreed(self, present: list[Bools]) -> list[Bools]:
        """Units present on both sides of layers that need that, until nothing changes."""
        count = -1
        while count != (count := sum(map(np.count_nonzero, present))):
            for i, plan in enumerate(self.plans):
                present[i], present[i + 1] = plan.align(present[i], present[i + 1])
        return present


def makes_good(layers: list[Layer]) -> bool:
    """Whether layers can make a constant good that is missing from their input."""
    for layer in layers:
        if isinstance(layer, Flatten | GlobalPool | Identity):
            continue
        if not isinstance(layer, Residual):
            return isinstance(layer, Dense | BatchNorm | Attention) or (
                isinstance(layer, Conv) and not layer.padding
            )
        if not makes_good(list(layer.block.values())):
            return False
    return False


def width_of(layers: list[Layer], name: str) -> int:
    """How many units the first layer with weights takes, of those after a name."""
    found = list(_widths(layers))
    if not found:
        raise ValueError(f"compact needs a layer with weights after {name!r}; got none.")
    return found[0]


def _widths(layers: list[Layer]) -> Iterator[int]:
    for layer in layers:
        if isinstance(layer, Part):
            yield layer.fan_in
        elif isinstance(layer, Branch):
            yield from _widths(list(layer.layers.values()))

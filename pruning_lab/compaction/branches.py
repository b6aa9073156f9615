"""How layers made of layers are made smaller: residual blocks and attention."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pruning_lab.arrays import Bools, Mask
from pruning_lab.compaction.plans import AffinePlan, Plan
from pruning_lab.compaction.units import Place, Units, first_of
from pruning_lab.network import Attention, Identity, Residual
from pruning_lab.network.layers import Layer

if TYPE_CHECKING:
    from pruning_lab.compaction.rows import RowPlan


@dataclass(frozen=True, eq=False)
class ResidualPlan(Plan):
    """A block goes if it adds 0, or a constant that the next layer can make good.

    Parameters
    ----------
    layer : the residual block
    block : plan of the layers within
    can_owe : whether what follows makes a constant good
    """

    layer: Residual
    block: "RowPlan"
    can_owe: bool

    @cached_property
    def is_dead(self) -> bool:
        """Whether the block goes."""
        added = self.block.after
        return bool(added.known.all() and (self.can_owe or not added.value.any()))

    @cached_property
    def after(self) -> Units:
        """Sums, known where both summands are."""
        before, added = self.block.before, self.block.after
        owed = added.value if self.is_dead else added.offset
        return Units(before.known & added.known, before.value + added.value, before.offset + owed)

    def needs(self, needed: Bools) -> Bools:
        """What is needed of the sum, and what the block reads."""
        return needed if self.is_dead else needed | self.block.needs(needed)[0]

    def align(self, before: Bools, after: Bools) -> tuple[Bools, Bools]:
        """The same units on both sides."""
        return before | after, before | after

    def rebuild(self, before: Place, after: Place) -> Layer | None:
        """The block made smaller, or nothing."""
        if self.is_dead:
            return None
        block = self.block.rebuild(self.block.places(before.present, after))
        return self.layer.with_layers(block or {"identity": Identity()})


@dataclass(frozen=True, eq=False)
class AttentionPlan(Plan):
    """Heads go if nothing reads them, or if what they gather is constant [Michel2019]_.

    A constant stays itself in any mixture, so known rows of v join the bias of o.

    Parameters
    ----------
    layer : the attention
    mask : of the whole network
    before : what is known of the input
    prefix : of the names within the mask
    """

    layer: Attention
    mask: Mask
    before: Units
    prefix: str

    @cached_property
    def _plans(self) -> dict[str, AffinePlan]:
        plans = {
            name: AffinePlan(getattr(self.layer, name), self.mask[self.prefix + name], self.before)
            for name in "qkv"
        }
        mixed = plans["v"].after
        return {**plans, "o": AffinePlan(self.layer.o, self.mask[self.prefix + "o"], mixed)}

    @property
    def after(self) -> Units:
        """What is known of the output of o."""
        return self._plans["o"].after

    def _places(self, after: Bools) -> dict[str, Place]:
        """Places after q, k and v: rows of heads that are read, at least one head."""
        gathered = self._plans["o"].needs(after)
        read: Bools = np.any(gathered.reshape(self.layer.heads, -1), axis=1)
        stay = read if read.any() else first_of(read)
        d = self.layer.q.fan_out // self.layer.heads
        rows = Place(np.repeat(read, d), np.repeat(stay, d))
        present = np.repeat(stay, self.layer.v.fan_out // self.layer.heads)
        return {"q": rows, "k": rows, "v": Place(gathered, present)}

    def needs(self, needed: Bools) -> Bools:
        """What q, k and v of the heads that stay read."""
        places = self._places(needed)
        read = [self._plans[name].needs(place.needed) for name, place in places.items()]
        result: Bools = np.any(read, axis=0)
        return result

    def rebuild(self, before: Place, after: Place) -> Layer:
        """Attention with the heads that are read."""
        places = self._places(after.needed)
        parts = {n: self._plans[n].rebuild(before, place) for n, place in places.items()}
        parts["o"] = self._plans["o"].rebuild(places["v"], after)
        rows_of_a_head = self.layer.q.fan_out // self.layer.heads
        heads = int(places["q"].present.sum()) // rows_of_a_head
        q, k, v, o = (parts[name] for name in "qkvo")
        return Attention(q, k, v, o, heads)  # type: ignore[arg-type]  # dense plans build Dense

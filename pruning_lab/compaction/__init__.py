"""Compaction: dead units, heads, layers and blocks removed for real."""

from pruning_lab.compaction.compact import compact, compact_inputs
from pruning_lab.compaction.couplings import couplings

__all__ = ["compact", "compact_inputs", "couplings"]

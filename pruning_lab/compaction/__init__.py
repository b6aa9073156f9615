"""Compaction: dead units, heads, layers and blocks removed for real."""

from pruning_lab.compaction.compact import compact, compact_inputs

__all__ = ["compact", "compact_inputs"]

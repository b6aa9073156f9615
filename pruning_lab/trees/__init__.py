"""Fitted decision trees and the classical ways to prune them, without growing them again."""

from pruning_lab.trees.cost_complexity import (
    Path,
    cost_complexity,
    cost_complexity_path,
    link_strength,
    weakest_links,
)
from pruning_lab.trees.critical_value import critical_value, g_statistic, gain
from pruning_lab.trees.example import small_tree
from pruning_lab.trees.minimum_error import expected_error, minimum_error
from pruning_lab.trees.pessimistic import pessimistic
from pruning_lab.trees.reduced_error import held_out_errors, reduced_error
from pruning_lab.trees.tree import Tree

__all__ = [
    "Path",
    "Tree",
    "cost_complexity",
    "cost_complexity_path",
    "critical_value",
    "expected_error",
    "g_statistic",
    "gain",
    "held_out_errors",
    "link_strength",
    "minimum_error",
    "pessimistic",
    "reduced_error",
    "small_tree",
    "weakest_links",
]

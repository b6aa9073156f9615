"""Isotonic regression on a forest: pool what stands in the wrong order into its mean.

Each node has a number; the least squares fit that never rises from a node to its children is
made of blocks of connected nodes, each of which holds the mean of its numbers.
"""

from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.trees.tree import Nodes

FEW = 3000  # nodes: below, plain lists beat arrays
DEEP = 20  # nodes a level: below, too few for arrays
ROUNDS = 40  # of splitting: after that, pool what is left


def pooled(numbers: Array, left: Nodes, right: Nodes) -> NDArray[np.float64]:
    """Fit that never rises from a node to its children, (n,).

    Parameters
    ----------
    numbers : (n,) finite
    left, right : (n,) children, −1 for none; they come after their parents

    Examples
    --------
    A chain of three: the last two stand in the wrong order.

    >>> pooled(np.array([5.0, 1.0, 3.0]), np.array([1, 2, -1]), np.array([-1, -1, -1]))
    array([5., 2., 2.])
    """
    if numbers.size < FEW:
        return pooled_by_merging(numbers, left, right)
    return pooled_by_splitting(numbers, left, right)


def pooled_by_merging(numbers: Array, left: Nodes, right: Nodes) -> NDArray[np.float64]:
    """Fit by pool adjacent violators, from the leaves up: for few nodes, and for deep ones.

    A node absorbs the highest block below it until none is higher than its own. The blocks
    below a block wait in a heap; when blocks merge, the smaller heap goes into the larger.
    """
    sums: list[float] = np.asarray(numbers, np.float64).tolist()
    counts, lower = [1] * len(sums), [-number for number in sums]  # lower: the mean, negative
    lower.append(np.inf)  # no child, −1, is the last: never absorbed
    waiting: list[list[tuple[float, int]]] = [[]] * len(sums)
    joined = []  # (root of a block, node that absorbed it)
    parents = np.flatnonzero((left >= 0) | (right >= 0))[::-1]
    for node, a, b in zip(
        parents.tolist(), left[parents].tolist(), right[parents].tolist(), strict=True
    ):
        one, other = (lower[a], a), (lower[b], b)
        heap = [one, other] if one <= other else [other, one]
        total, count, low = sums[node], 1, lower[node]
        while heap and heap[0][0] <= low:
            child = heappop(heap)[1]
            joined.append((child, node))
            total, count = total + sums[child], count + counts[child]
            low = -total / count
            small = waiting[child]
            if len(small) > len(heap):
                small, heap = heap, small
            for block in small:
                heappush(heap, block)
        sums[node], counts[node], lower[node], waiting[node] = total, count, low, heap
    for child, node in reversed(joined):
        lower[child] = lower[node]
    return -np.array(lower[:-1], np.float64)


def pooled_by_splitting(numbers: Array, left: Nodes, right: Nodes) -> NDArray[np.float64]:
    """Fit from one block down: each round splits all blocks, level by level, for many nodes.

    The numbers above a block's mean pull its upper part up: the connected part below its
    root whose sum of (number − mean) is largest. If that sum is 0, the block is final. Else
    the part and the branches below it go on as blocks of their own.
    """
    forest = _Forest.of(np.asarray(numbers, np.float64), left, right)
    fit = np.empty(numbers.size)
    if forest.numbers.size < DEEP * (len(forest.levels) - 1):
        return pooled_by_merging(numbers, left, right)
    tolerance = 1e-14 * float(np.abs(numbers).max())
    for _ in range(ROUNDS):
        means, final = forest.split(tolerance)
        done = np.flatnonzero(final)
        fit[forest.names[done]] = means[done]
        if done.size > final.size // 4:  # moving the others costs time, too
            forest = forest.without(final)
        if forest.names.size < FEW:
            break
    fit[forest.names] = pooled_by_merging(forest.numbers, *forest.links())
    return fit


class _Forest:
    """Blocks that are not final yet. Nodes are in order of depth; node m of m is 'none'."""

    def __init__(
        self,
        numbers: Array,
        links: tuple[Nodes, Nodes, Nodes],
        blocks: Nodes,
        names: Nodes,
        levels: Nodes,
    ) -> None:
        self.numbers = numbers  # (m,)
        self.left, self.right, self.parent = links  # (m,); a root is its own parent
        self.blocks = blocks  # (m,) root of each node's block
        self.names = names  # (m,) number of each node in the whole tree
        self.levels = levels  # first node of each depth, and m

    @classmethod
    def of(cls, numbers: Array, left: Nodes, right: Nodes) -> "_Forest":
        n = numbers.size
        parent = np.arange(n + 1)
        parent[left], parent[right] = np.arange(n), np.arange(n)  # −1 is the last: no node
        level, order = np.flatnonzero(parent[:n] == np.arange(n)), []
        blocks = parent.copy()
        while level.size:
            order.append(level)
            blocks[level] = blocks[parent[level]]
            level = np.concatenate([left[level], right[level]])
            level = level.compress(level >= 0)
        names = np.concatenate(order)
        place = np.full(n + 1, n)
        place[names] = np.arange(n)
        links = (place[left[names]], place[right[names]], place[parent[names]])
        levels = np.cumsum([0, *(level.size for level in order)])
        return cls(numbers[names], links, place[blocks[names]], names, levels)

    def split(self, tolerance: float) -> tuple[Array, NDArray[np.bool_]]:
        """Mean of each node's block, and whether the block is final; the others are split."""
        m = self.numbers.size
        count = np.bincount(self.blocks, minlength=m)
        total = np.bincount(self.blocks, self.numbers, m)
        means = (total / np.maximum(count, 1))[self.blocks]
        is_root = self.blocks == np.arange(m)
        pull = self._pull(self.numbers - means, ~is_root)
        final = (pull[:m] <= tolerance)[self.blocks]
        before, self.blocks = self.blocks, self._cut(is_root, pull >= 0)
        uncut = np.bincount(before.compress(self.blocks == np.arange(m)), minlength=m) == 1
        return means, final | uncut[before]

    def _pull(self, pull: Array, joins: NDArray[np.bool_]) -> Array:
        """Largest sum of a connected part that starts at each node, (m + 1,); of none, 0."""
        pull, gift = np.append(pull, 0.0), np.zeros(pull.size + 1)
        for start, end in pairwise(self.levels[::-1].tolist()):
            here = slice(end, start)
            pull[here] += gift[self.left[here]] + gift[self.right[here]]
            np.maximum(pull[here], 0, out=gift[here])
            gift[here] *= joins[here]
        return pull

    def _cut(self, is_root: NDArray[np.bool_], pulls_up: NDArray[np.bool_]) -> Nodes:
        """Block of each node, after branches that pull down were cut off."""
        upper, blocks, nodes = is_root.copy(), self.blocks.copy(), np.arange(is_root.size)
        for start, end in pairwise(self.levels.tolist()):
            here = slice(start, end)
            above = self.parent[here]
            below_upper = upper[above]
            upper[here] |= below_upper & pulls_up[here]
            cut = _either(below_upper, nodes[here], blocks[above])
            blocks[here] = _either(upper[here], self.blocks[here], cut)
        return blocks

    def without(self, final: NDArray[np.bool_]) -> "_Forest":
        """Only the nodes of blocks that are not final."""
        kept = np.flatnonzero(~final)
        place = np.full(final.size + 1, kept.size)
        place[kept] = np.arange(kept.size)
        left, right = place[self.left[kept]], place[self.right[kept]]
        parent = place[self.parent[kept]]
        parent = np.where(parent == kept.size, np.arange(kept.size), parent)
        levels = np.unique(np.searchsorted(kept, self.levels))
        links = (left, right, parent)
        return _Forest(
            self.numbers[kept], links, place[self.blocks[kept]], self.names[kept], levels
        )

    def links(self) -> tuple[Nodes, Nodes]:
        """Children within the same block, −1 for none."""
        blocks = np.append(self.blocks, -1)
        left, right = (
            np.where(blocks[child] == self.blocks, child, -1) for child in (self.left, self.right)
        )
        return left, right


def _either(first: NDArray[np.bool_], one: Nodes, other: Nodes) -> Nodes:
    """As np.where, which waits for each guess of a branch that cannot be guessed."""
    return other + first * (one - other)

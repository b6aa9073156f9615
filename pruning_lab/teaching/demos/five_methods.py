"""The classical ways to prune a tree, each with its own judge, and three baselines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools
from pruning_lab.datasets.dataset import Split
from pruning_lab.teaching.demos.noisy_trees import Trial, right
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.tree_curves import methods as methods_figure
from pruning_lab.trees import (
    Tree,
    cost_complexity,
    cost_complexity_path,
    critical_value,
    g_statistic,
    minimum_error,
    pessimistic,
    reduced_error,
)

STRENGTHS = (0, 1, 2, 4, 8, 16, 32, 64, 128)  # m of minimum error


def best(prunings: Iterable[Tree], held_out: Split) -> Tree:
    """The most accurate on held-out samples; of several, the one with the fewest leaves."""
    return max(prunings, key=lambda tree: (right(tree, held_out), -tree.leaves))


def by_price(tree: Tree, held_out: Split) -> Tree:
    """Cost complexity at the best of its prices."""
    path = cost_complexity_path(tree)
    return best((cost_complexity(tree, float(alpha)) for alpha in path.alphas), held_out)


def by_errors(tree: Tree, held_out: Split) -> Tree:
    """Reduced error."""
    return reduced_error(tree, held_out.x, held_out.y)


def by_doubt(tree: Tree, held_out: Split) -> Tree:
    """Pessimistic error: does not look at the held-out samples."""
    return pessimistic(tree)


def by_prior(tree: Tree, held_out: Split) -> Tree:
    """Minimum error at the best m."""
    return best((minimum_error(tree, m) for m in STRENGTHS), held_out)


def by_value(
    tree: Tree, held_out: Split, *, measure: Callable[[Tree], Array] = g_statistic
) -> Tree:
    """Critical value of G, or of another measure, at the best of all values that matter."""
    values = [*np.unique(measure(tree)[~tree.is_leaf]), np.inf]
    return best((critical_value(tree, float(v), measure=measure) for v in values), held_out)


def unpruned(tree: Tree, held_out: Split) -> Tree:
    """As it was grown."""
    return tree


def by_depth(tree: Tree, held_out: Split) -> Tree:
    """All questions below some depth cut off, at the best depth: a tree stopped early."""
    depth = np.zeros(tree.left.size, np.intp)
    for i, level in enumerate(tree.levels):
        depth[level] = i
    return best((tree.collapse(depth >= most) for most in range(tree.depth + 1)), held_out)


def by_lot(tree: Tree, held_out: Split) -> Tree:
    """Branches cut at random, at the best of all sizes on the way to the root."""
    return best(random_path(tree, rng=np.random.default_rng(0)), held_out)


def random_path(tree: Tree, *, rng: np.random.Generator) -> list[Tree]:
    """Trees from the whole to the root alone: at each step a random last question goes."""
    trees = [tree]
    while (now := trees[-1]).leaves > 1:
        inner = np.flatnonzero(~now.is_leaf)
        last = inner[now.is_leaf[now.left[inner]] & now.is_leaf[now.right[inner]]]
        trees.append(now.collapse(np.arange(now.left.size) == rng.choice(last)))
    return trees


Method: TypeAlias = Callable[[Tree, Split], Tree]

METHODS: dict[str, Method] = {
    "cost complexity": by_price,
    "reduced error": by_errors,
    "pessimistic": by_doubt,
    "minimum error": by_prior,
    "critical value": by_value,
    "depth limit": by_depth,
    "at random": by_lot,
    "unpruned": unpruned,
}


def scores(
    trials: Mapping[float, Sequence[Trial]], methods: Mapping[str, Method]
) -> dict[str, Array]:
    """Test accuracy of each method, (seeds, shares of wrong labels)."""
    return {
        name: np.array(
            [
                [right(method(tree, data.validation), data.test) for tree, data in group]
                for group in trials.values()
            ]
        ).T
        for name, method in methods.items()
    }


def cuts(tree: Tree, pruned: Tree) -> Bools:
    """Which nodes of a tree became leaves in a pruning of it, (n,).

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> cuts(small_tree(), small_tree().collapse(np.arange(7) == 4))
    array([False, False, False, False,  True, False, False])
    """
    cut = np.zeros(tree.left.size, np.bool_)
    waiting = [(0, 0)]
    while waiting:
        old, new = waiting.pop()
        if pruned.is_leaf[new]:
            cut[old] = not tree.is_leaf[old]
        else:
            pairs = (tree.left, pruned.left), (tree.right, pruned.right)
            waiting += [(int(whole[old]), int(part[new])) for whole, part in pairs]
    return cut


def describe(
    name: str, share: float, leaves: tuple[int, int], accuracy: Array, unpruned: Array
) -> str:
    """Say the state in two sentences.

    Parameters
    ----------
    leaves : of the tree that is drawn, full-grown and pruned
    accuracy, unpruned : (seeds,) of the method, and of the trees as they were grown
    """
    ahead = int(np.sum(accuracy > unpruned))
    wrong = "no wrong labels" if share == 0 else f"{percent(share)} wrong labels"
    return (
        f"{name.capitalize()}, {wrong}: this tree keeps {leaves[1]} of {leaves[0]} leaves. Over "
        f"{len(accuracy)} trees {percent(accuracy.mean(), 1)} of the test samples are right "
        f"({percent(accuracy.min())} to {percent(accuracy.max())}), "
        f"{percent(unpruned.mean(), 1)} without pruning; better in {ahead} of {len(accuracy)}."
    )


def demo(
    trials: Mapping[float, Sequence[Trial]], found: Mapping[str, Array], names: tuple[str, ...]
) -> Explorer:
    """Explorer over the methods and the share of wrong labels.

    Parameters
    ----------
    trials : by share of wrong labels, rising; the first tree of each is drawn
    found : as `scores` gives it for `METHODS`
    names : of the classes
    """
    shares = np.array(list(trials))
    dashed = {"at random"}

    def nearest(share: float) -> int:
        return int(np.argmin(np.abs(shares - share)))

    def left(method: str, group: float) -> Tree:
        tree, data = trials[group][0]
        return METHODS[method](tree, data.validation)

    def render(method: str, share: float) -> Figure:
        group = float(shares[nearest(share)])
        tree = trials[group][0].tree
        others = [
            Curve(name, found[name], style.RANDOM if name in dashed else style.PRUNED)
            for name in found
            if name not in (method, "unpruned")
        ]
        others.append(Curve("unpruned", found["unpruned"], style.INK))
        chosen = Curve(method, found[method], style.KEPT, label_at=(0.004, 0.53))
        cut = cuts(tree, left(method, group))
        return methods_figure(tree, cut, names, shares, chosen, others, group)

    def caption(method: str, share: float) -> str:
        place = nearest(share)
        group = float(shares[place])
        leaves = trials[group][0].tree.leaves, left(method, group).leaves
        return describe(method, group, leaves, found[method][:, place], found["unpruned"][:, place])

    return Explorer(
        render,
        {
            "method": [name for name in found if name != "unpruned"],
            "share": [float(s) for s in shares],
        },
        caption,
        title="Ways to prune a tree",
        labels={"method": "Pruned by", "share": "Wrong labels"},
        text={"share": percent},
        start={"share": float(shares[len(shares) // 2])},
    )

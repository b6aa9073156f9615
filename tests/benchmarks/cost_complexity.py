"""The cost-complexity path of a fitted tree, beside scikit-learn's, on trees of three sizes.

Offers tasks for ``run.py``; alone, ``python tests/benchmarks/cost_complexity.py`` prints ratios
of processor time. At 100,000 leaves scikit-learn takes about a minute a turn.
"""

import statistics
import sys
from collections.abc import Callable
from time import process_time

import numpy as np
from run import Contestants
from sklearn.tree import DecisionTreeRegressor
from sklearn.tree._tree import ccp_pruning_path

from pruning_lab.adapters.sklearn_trees import from_fitted
from pruning_lab.trees import cost_complexity_path

SIZES = {"ccp_1k": 1_000, "ccp_10k": 10_000, "ccp_100k": 100_000}


def fitted(leaves: int) -> DecisionTreeRegressor:
    """A regression tree with one sample a leaf: a signal in two of eight features, and noise."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((leaves, 8))
    y = np.sin(2 * x[:, 0]) + x[:, 1] + rng.standard_normal(leaves)
    return DecisionTreeRegressor(random_state=0).fit(x, y)


def contestants(leaves: int = SIZES["ccp_10k"]) -> Contestants:
    """The path from the fitted estimator on: ours includes taking over its arrays."""
    model = fitted(leaves)
    if leaves <= SIZES["ccp_10k"]:  # nobody is fast by answering something else
        ours, theirs = cost_complexity_path(from_fitted(model)), ccp_pruning_path(model.tree_)
        last = np.append(np.diff(theirs["ccp_alphas"]) > 1e-14 * model.tree_.impurity[0], True)
        assert np.abs(theirs["ccp_alphas"][last] - ours.alphas).max() < 1e-12
    return {
        "pruning_lab cost_complexity_path": lambda: (
            lambda: cost_complexity_path(from_fitted(model))
        ),
        "scikit-learn ccp_pruning_path": lambda: lambda: ccp_pruning_path(model.tree_),
    }


def processor_ms(work: Callable[[], object]) -> float:
    """Processor time of one call."""
    start = process_time()
    work()
    return 1e3 * (process_time() - start)


def main() -> None:
    """Print medians and the median ratio of the turns, for all sizes or those named."""
    for task in sys.argv[1:] or SIZES:
        ours, theirs = contestants(SIZES[task]).values()
        turns = 21 if SIZES[task] < 5_000 else 7 if SIZES[task] < 50_000 else 1
        ours()()
        pairs = [(processor_ms(ours()), processor_ms(theirs())) for _ in range(turns)]
        ratios = sorted(peer / own for own, peer in pairs)
        own, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(
            f"{task}: ours {own:.2f} ms, scikit-learn {peer:.2f} ms, "
            f"ratio {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        )


if __name__ == "__main__":
    main()

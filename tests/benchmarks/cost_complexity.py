"""The cost-complexity path of a fitted tree, beside scikit-learn's, in processor time.

At 100,000 leaves scikit-learn takes about a minute a turn.
"""

import numpy as np
from sklearn.tree import DecisionTreeRegressor
from sklearn.tree._tree import ccp_pruning_path
from turns import Contestants

from pruning_lab.adapters.sklearn_trees import from_fitted
from pruning_lab.trees import cost_complexity_path


def fitted(leaves: int) -> DecisionTreeRegressor:
    """A regression tree with one sample a leaf: a signal in two of eight features, and noise."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((leaves, 8))
    y = np.sin(2 * x[:, 0]) + x[:, 1] + rng.standard_normal(leaves)
    return DecisionTreeRegressor(random_state=0).fit(x, y)


def contestants(leaves: int) -> Contestants:
    """The path from the fitted estimator on: ours includes taking over its arrays."""
    model = fitted(leaves)
    gains = np.random.default_rng(0).random(leaves - 1)  # as many as prices, which come sorted
    if leaves <= 10_000:  # nobody is fast by answering something else
        ours, theirs = cost_complexity_path(from_fitted(model)), ccp_pruning_path(model.tree_)
        last = np.append(np.diff(theirs["ccp_alphas"]) > 1e-14 * model.tree_.impurity[0], True)
        assert np.abs(theirs["ccp_alphas"][last] - ours.alphas).max() < 1e-12
    return {
        "pruning_lab.trees.cost_complexity_path": lambda: (
            lambda: cost_complexity_path(from_fitted(model))
        ),
        "sklearn.tree ccp_pruning_path": lambda: lambda: ccp_pruning_path(model.tree_),
        "bound: one sort of the prices": lambda: lambda: np.sort(gains),
    }

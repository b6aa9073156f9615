"""Pruning in machine learning, exact and readable, in pure numpy.

Examples
--------
>>> import numpy as np
>>> from pruning_lab import magnitude, mlp, prune, sparsity_of
>>> net = mlp((64, 100, 10), rng=np.random.default_rng(0))
>>> pruned, mask = prune(net, magnitude, 0.8)
>>> sparsity_of(mask)
0.8
"""

from pruning_lab import datasets, measure, tiles
from pruning_lab.criteria import magnitude, random
from pruning_lab.masks import LayerCollapseWarning, apply, select, sparsity_by_layer, sparsity_of
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune, prune_in_steps

__version__ = "0.1.0"
__all__ = [
    "LayerCollapseWarning",
    "Network",
    "apply",
    "datasets",
    "magnitude",
    "measure",
    "mlp",
    "prune",
    "prune_in_steps",
    "random",
    "select",
    "sparsity_by_layer",
    "sparsity_of",
    "tiles",
    "train",
]

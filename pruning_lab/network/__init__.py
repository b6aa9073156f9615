"""A small network in numpy: forward, gradients, and training that respects a mask."""

from pruning_lab.network.layers import Dense, ReLU
from pruning_lab.network.loss import cross_entropy, softmax
from pruning_lab.network.network import Network, mlp
from pruning_lab.network.training import train

__all__ = ["Dense", "Network", "ReLU", "cross_entropy", "mlp", "softmax", "train"]

"""A small network in numpy: forward, gradients, and training that respects a mask."""

from pruning_lab.network.attention import Attention
from pruning_lab.network.convolution import Conv
from pruning_lab.network.gelu import GELU
from pruning_lab.network.layer_norm import LayerNorm
from pruning_lab.network.layers import Dense, ReLU, Unitwise
from pruning_lab.network.loss import cross_entropy, softmax
from pruning_lab.network.network import Network, mlp
from pruning_lab.network.normalisation import BatchNorm
from pruning_lab.network.pooling import Flatten, GlobalPool, MaxPool
from pruning_lab.network.residual import Identity, Residual
from pruning_lab.network.training import train

__all__ = [
    "GELU",
    "Attention",
    "BatchNorm",
    "Conv",
    "Dense",
    "Flatten",
    "GlobalPool",
    "Identity",
    "LayerNorm",
    "MaxPool",
    "Network",
    "ReLU",
    "Residual",
    "Unitwise",
    "cross_entropy",
    "mlp",
    "softmax",
    "train",
]

"""Small data that comes with the library: bundled or generated, never downloaded."""

from pruning_lab.datasets.dataset import Dataset, Split
from pruning_lab.datasets.digits import digits
from pruning_lab.datasets.mnist1d import mnist1d

__all__ = ["Dataset", "Split", "digits", "mnist1d"]

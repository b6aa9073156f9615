"""How much a weight matters: from weights (and more) to scores. Low is pruned first."""

from pruning_lab.criteria.magnitude import magnitude
from pruning_lab.criteria.random import random

__all__ = ["magnitude", "random"]

"""Every kind of pruning in machine learning, exact and readable, in pure numpy."""

__version__ = "0.1.0"

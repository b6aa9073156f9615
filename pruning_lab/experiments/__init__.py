"""Fair comparisons: curves over criterion, sparsity and seed, each cell from its own seed alone.

A comparison shows a dense and a random baseline, gives all the same budget and at least five
seeds [Blalock2020]_, and reports their spread.
"""

from pruning_lab.experiments.cells import DENSE, RANDOM, Cell, cells
from pruning_lab.experiments.running import progress_bar, run
from pruning_lab.experiments.study import Study
from pruning_lab.experiments.tables import across_seeds

__all__ = ["DENSE", "RANDOM", "Cell", "Study", "across_seeds", "cells", "progress_bar", "run"]

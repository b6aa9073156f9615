"""Ten million weights: exactly those go that a stable sort puts first, however they tie."""

import tracemalloc

import numpy as np
import pytest

from pruning_lab import select
from pruning_lab.ranking import cores as all_cores

N, SPARSITY = 10_000_000, 0.8
RNG = np.random.default_rng(0)
WEIGHTS = {
    "normal": lambda: RNG.standard_normal(N, dtype=np.float32),
    "constant": lambda: np.ones(N, np.float32),
    "half zero": lambda: RNG.standard_normal(N, dtype=np.float32) * (RNG.random(N) < 0.5),
    "periodic": lambda: (np.arange(N) % 215).astype(np.float32),
    "in order": lambda: np.linspace(-1, 1, N, dtype=np.float32),
    "few levels": lambda: np.round(2 * RNG.standard_normal(N, dtype=np.float32)),
}


@pytest.mark.load
@pytest.mark.filterwarnings("ignore::pruning_lab.LayerCollapseWarning")  # ties go in order
@pytest.mark.parametrize("name", WEIGHTS)
def test_a_mask_of_ten_million_is_that_of_a_stable_sort(name):
    weights = WEIGHTS[name]().astype(np.float32)
    expected = np.ones(N, dtype=bool)
    expected[np.argsort(np.abs(weights), kind="stable")[: round(SPARSITY * N)]] = False
    matrices = dict(zip("abcd", weights.reshape(4, 500, -1), strict=True))
    mask = select(matrices, SPARSITY, key=np.abs)
    assert np.array_equal(np.concatenate([m.ravel() for m in mask.values()]), expected)


@pytest.mark.parametrize("cores", [1, 2, 64])
def test_a_mask_of_ten_million_needs_little_more_memory_than_itself(cores, monkeypatch):
    monkeypatch.setattr(all_cores, "CORES", cores)
    matrices = dict(zip("abcd", WEIGHTS["normal"]().reshape(4, 500, -1), strict=True))
    tracemalloc.start()
    select(matrices, SPARSITY, key=np.abs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 1.5 * N  # bytes; the mask takes one of them a weight

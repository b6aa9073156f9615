"""Isotonic regression on a forest: three ways to the same fit, and its promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_trees import skeleton
from sklearn.isotonic import IsotonicRegression

from pruning_lab.trees import pooling
from pruning_lab.trees.pooling import pooled, pooled_by_merging, pooled_by_splitting

NUMBERS = {
    "normal": lambda n, rng: rng.normal(size=n),
    "tied": lambda n, rng: rng.integers(-2, 3, n),
    "zero": lambda n, rng: np.zeros(n),
    "huge": lambda n, rng: rng.normal(size=n) * 1e300,
    "tiny": lambda n, rng: rng.normal(size=n) * 1e-300,
    "spread": lambda n, rng: 10.0 ** rng.uniform(-12, 12, n),
    "float32": lambda n, rng: rng.normal(size=2 * n).astype(np.float32)[::2],
}
kinds = pytest.mark.parametrize("kind", NUMBERS)


def problem(kind, n, seed, *, chain=False):
    """Numbers and children of the nodes of a random tree; every node may be an only child."""
    rng = np.random.default_rng(seed)
    left, right = skeleton(n // 2, rng, chain=chain)
    return NUMBERS[kind](left.size, rng), left, right


def reference(numbers, left, right):
    """From the last node up: join the highest block below, until none is as high; plain sets."""
    parent = {c: p for p, cs in enumerate(zip(left, right, strict=True)) for c in cs if c >= 0}
    blocks = {i: {i} for i in range(len(numbers))}  # by root

    def mean(root):
        return float(np.mean([numbers[i] for i in blocks[root]]))

    for root in range(len(numbers) - 1, -1, -1):
        while True:
            below = [b for b in blocks if b > root and parent[b] in blocks[root]]
            if not below or mean(top := max(below, key=mean)) < mean(root):
                break
            blocks[root] |= blocks.pop(top)
    fit = np.empty(len(numbers))
    for root, block in blocks.items():
        fit[list(block)] = mean(root)
    return fit


@kinds
@given(n=st.integers(1, 30), seed=st.integers(0, 10**6))
def test_merging_equals_blocks_as_plain_sets(kind, n, seed):
    numbers, left, right = problem(kind, n, seed)
    expected = reference(np.asarray(numbers, float), left, right)
    scale = np.abs(numbers).max()
    assert np.allclose(
        pooled_by_merging(numbers, left, right), expected, rtol=0, atol=1e-13 * scale
    )


@kinds
@given(n=st.integers(1, 400), seed=st.integers(0, 10**6), few=st.sampled_from([1, 20]))
def test_splitting_equals_merging(kind, n, seed, few):
    numbers, left, right = problem(kind, n, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pooling, "FEW", few)
        patch.setattr(pooling, "DEEP", 0)
        split = pooled_by_splitting(numbers, left, right)
    merged = pooled_by_merging(numbers, left, right)
    assert np.allclose(split, merged, rtol=0, atol=1e-13 * np.abs(numbers).max())


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_what_splitting_leaves_over_is_merged(rounds, monkeypatch):
    monkeypatch.setattr(pooling, "ROUNDS", rounds)
    numbers, left, right = problem("spread", 20_000, 3)
    split, merged = (f(numbers, left, right) for f in (pooled_by_splitting, pooled_by_merging))
    assert np.allclose(split, merged, rtol=0, atol=1e-13 * numbers.max())


@kinds
@given(n=st.integers(1, 200), seed=st.integers(0, 10**6))
def test_the_fit_never_rises_from_a_node_to_its_children_and_keeps_the_sum(kind, n, seed):
    numbers, left, right = problem(kind, n, seed)
    before = numbers.copy()
    fit = pooled(numbers, left, right)
    scale = np.abs(numbers).max()
    for child in (left, right):
        inner = child >= 0
        assert (fit[child[inner]] <= fit[inner] + 1e-13 * scale).all()
    assert np.array_equal(numbers, before)
    if kind != "huge":
        assert abs(fit.sum() - np.sum(numbers, dtype=float)) <= 1e-12 * scale * n


@given(n=st.integers(1, 60), seed=st.integers(0, 10**6), tied=st.booleans())
def test_on_a_chain_it_is_isotonic_regression_as_in_scikit_learn(n, seed, tied):
    numbers = NUMBERS["tied" if tied else "normal"](n, np.random.default_rng(seed)).astype(float)
    left = np.append(np.arange(1, n), -1)
    expected = IsotonicRegression(increasing=False).fit_transform(np.arange(n), numbers)
    assert np.allclose(pooled(numbers, left, np.full(n, -1)), expected, atol=1e-12)


def test_a_deep_chain_and_one_that_grows_without_end_are_no_problem():
    n = 20_000
    left, none = np.append(np.arange(1, n), -1), np.full(n, -1)
    falling = 0.97 ** np.arange(n)
    assert np.array_equal(pooled(falling, left, none), falling)
    assert np.allclose(pooled(falling[::-1].copy(), left, none), falling.mean())


def test_no_nodes_are_no_problem():
    assert pooled(np.zeros(0), np.zeros(0, int), np.zeros(0, int)).shape == (0,)


def test_a_hand_worked_case():
    # 0 has children 1 and 2; 1 (5) stands above 0 (3) and joins it: 4; 2 (4.5) then joins too
    fit = pooled(np.array([3.0, 5.0, 4.5]), np.array([1, -1, -1]), np.array([2, -1, -1]))
    assert np.allclose(fit, 12.5 / 3)

"""Optimal Brain Surgeon against numpy's least squares and the formulas of the paper."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab.reconstruct import hessian, obs, output_error, repair

SEED = st.integers(0, 999)
SPARSITY = st.sampled_from([0.0, 0.2, 0.5, 0.75, 1.0])


def problem(fan_out, fan_in, seed):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((fan_in, fan_in)) + 2 * np.eye(fan_in)
    return rng.standard_normal((fan_out, fan_in)), rng.standard_normal((60, fan_in)) @ mixing


def refit(weights, x, mask):
    """Least squares of the old outputs on the inputs that are left, row by row."""
    after = np.zeros_like(weights)
    for row, kept in enumerate(mask):
        after[row, kept] = np.linalg.lstsq(x[:, kept], x @ weights[row], rcond=None)[0]
    return after


@settings(max_examples=60)
@given(st.integers(1, 4), st.integers(1, 8), SPARSITY, SEED)
def test_removing_one_by_one_equals_the_least_squares_refit(fan_out, fan_in, sparsity, seed):
    weights, x = problem(fan_out, fan_in, seed)
    after, mask = obs(weights, hessian(x), sparsity)
    np.testing.assert_allclose(after, refit(weights, x, mask), atol=1e-8)
    assert np.all(after[~mask] == 0)
    assert np.all(np.count_nonzero(~mask, axis=1) == round(sparsity * fan_in))


@settings(max_examples=60)
@given(st.integers(1, 5), st.integers(1, 8), SEED)
def test_repair_equals_the_least_squares_refit_for_any_mask(fan_out, fan_in, seed):
    weights, x = problem(fan_out, fan_in, seed)
    mask = np.random.default_rng(seed).random(weights.shape) < 0.5
    after = repair(weights, hessian(x), mask)
    np.testing.assert_allclose(after, refit(weights, x, mask), atol=1e-8)
    assert np.all(after[~mask] == 0)


def test_each_step_is_that_of_the_paper():
    weights, x = problem(1, 6, 1)
    inverse = np.linalg.inv(hessian(x))
    cost = weights[0] ** 2 / (2 * np.diagonal(inverse))
    q = np.argmin(cost)
    after, mask = obs(weights, hessian(x), 1 / 6)
    assert list(np.flatnonzero(~mask[0])) == [q]
    change = -weights[0, q] / inverse[q, q] * inverse[:, q]
    np.testing.assert_allclose(after[0], weights[0] + change, atol=1e-10)
    assert np.isclose(output_error(weights, after, hessian(x)), cost[q])


def test_one_weight_goes_where_no_other_choice_errs_less():
    for seed in range(20):
        weights, x = problem(1, 5, seed)
        found = output_error(weights, obs(weights, hessian(x), 0.2)[0], hessian(x))
        others = [
            output_error(weights, refit(weights, x, ~np.eye(5, dtype=bool)[[q]]), hessian(x))
            for q in range(5)
        ]
        assert np.isclose(found, min(others))


def test_a_repair_never_errs_more_than_the_mask_alone():
    for seed in range(20):
        weights, x = problem(3, 6, seed)
        mask = np.random.default_rng(seed).random(weights.shape) < 0.5
        alone = output_error(weights, weights * mask, hessian(x))
        assert output_error(weights, repair(weights, hessian(x), mask), hessian(x)) <= alone + 1e-9


@settings(max_examples=60)
@given(st.integers(1, 4), st.integers(1, 8), SPARSITY, SEED)
def test_a_pruned_weight_never_comes_back_and_counts(fan_out, fan_in, sparsity, seed):
    weights, x = problem(fan_out, fan_in, seed)
    within = np.random.default_rng(seed).random(weights.shape) < 0.6
    after, mask = obs(weights, hessian(x), sparsity, within=within)
    assert not np.any(mask & ~within)
    pruned = np.maximum(round(sparsity * fan_in), np.count_nonzero(~within, axis=1))
    assert np.array_equal(np.count_nonzero(~mask, axis=1), pruned)
    np.testing.assert_allclose(after, refit(weights, x, mask), atol=1e-8)


def test_huge_weights_do_not_overflow():
    after, mask = obs(np.array([[1e200, 3e200, 2e200]]), np.eye(3), 1 / 3)
    assert np.array_equal(after, [[0, 3e200, 2e200]])
    assert np.array_equal(mask, [[False, True, True]])


def test_independent_inputs_leave_the_survivors_as_they_are():
    weights = np.array([[3.0, -1.0, 2.0, 0.5]])
    after, mask = obs(weights, np.diag([1.0, 1.0, 1.0, 100.0]), 0.5)
    assert np.array_equal(after, [[3.0, 0.0, 0.0, 0.5]])  # 9, 1, 4 and 25: input times weight
    assert np.array_equal(mask, [[True, False, False, True]])


def test_two_inputs_that_agree_share_their_weights_by_hand():
    x = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    after = repair(np.array([[1.0, 2.0]]), hessian(x), np.array([[True, False]]))
    np.testing.assert_allclose(after, [[3.0, 0.0]])


def test_on_a_tie_the_first_goes_first():
    _, mask = obs(np.ones((2, 4)), np.eye(4), 0.5)
    assert np.array_equal(mask, [[False, False, True, True]] * 2)


def test_dampening_makes_a_singular_hessian_usable():
    x = np.ones((5, 2))
    for prune in (
        lambda d: obs(np.ones((1, 2)), hessian(x), 0.5, dampening=d)[0],
        lambda d: repair(np.ones((1, 2)), hessian(x), np.array([[False, True]]), dampening=d),
    ):
        with pytest.raises(ValueError, match="singular"):
            prune(0.0)
        np.testing.assert_allclose(prune(1e-6), [[0.0, 2.0]], rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.int8, np.float16, np.float32, np.float64])
def test_other_types_and_memory_layouts_give_the_same(dtype):
    weights = np.random.default_rng(0).integers(-5, 6, (3, 4)).astype(dtype)
    _, x = problem(1, 4, 0)
    matrix = hessian(x)
    want = obs(weights.astype(float), matrix, 0.5)
    for form in (weights, np.asfortranarray(weights), np.repeat(weights, 2, axis=1)[:, ::2]):
        got = obs(form, np.asfortranarray(matrix), 0.5)
        assert got[0].dtype == np.float64
        assert all(np.array_equal(a, b) for a, b in zip(got, want, strict=True))
        assert np.array_equal(repair(form, matrix, want[1]), repair(weights, matrix, want[1]))


def test_nothing_passed_in_is_changed():
    weights, x = problem(3, 5, 0)
    matrix, mask = hessian(x), weights > 0
    before = [a.copy() for a in (weights, matrix, mask)]
    after = repair(weights, matrix, mask), *obs(weights, matrix, 0.0)
    assert all(np.array_equal(*pair) for pair in zip(before, (weights, matrix, mask), strict=True))
    assert not any(np.shares_memory(a, b) for a, b in itertools.product(after, (weights, mask)))


def test_what_does_not_fit_is_refused():
    weights, matrix = np.ones((2, 3)), np.eye(3)
    with pytest.raises(ValueError, match=r"Did you mean 0\.5"):
        obs(weights, matrix, 50)
    with pytest.raises(ValueError, match="must be boolean"):
        repair(weights, matrix, np.ones((2, 3)))
    with pytest.raises(ValueError, match="has shape"):
        repair(weights, matrix, np.ones((3, 2), bool))
    with pytest.raises(ValueError, match="finite"):
        obs(np.full((2, 3), np.inf), matrix, 0.5)

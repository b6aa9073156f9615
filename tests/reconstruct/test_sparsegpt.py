"""SparseGPT against a readable version, column by column as algorithm 1 of the paper has it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab import select
from pruning_lab.reconstruct import hessian, obs, output_error, repair, sparsegpt
from pruning_lab.teaching.readable.sparsegpt import sparsegpt as readable
from pruning_lab.tiles import Block, Column, Everything, Layer, Row, Run


def problem(fan_out, fan_in, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((fan_in, fan_in)) / np.sqrt(fan_in) + np.eye(fan_in)
    x = rng.standard_normal((3 * fan_in + 5, fan_in)) @ mixing
    return rng.standard_normal((fan_out, fan_in)).astype(dtype), hessian(x.astype(dtype))


@settings(max_examples=80)
@given(
    st.integers(1, 5),
    st.integers(1, 70),
    st.integers(1, 40),
    st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]),
    st.integers(0, 99),
)
def test_the_fast_version_equals_the_readable_one(fan_out, fan_in, width, sparsity, seed):
    weights, matrix = problem(fan_out, fan_in, seed)
    after, mask = sparsegpt(weights, matrix, sparsity, scope=Column(width))
    want, kept = readable(weights, matrix, sparsity, height=fan_out, width=width)
    assert np.array_equal(mask, kept)
    np.testing.assert_allclose(after, want, atol=1e-9)
    assert np.all(after[~mask] == 0)


@pytest.mark.parametrize(
    ("scope", "height", "width"),
    [
        (Column(128), 6, 128),
        (Run(2), 1, 2),
        (Run(4), 1, 4),
        (Run(20), 1, 20),
        (Run(100), 1, 100),
        (Row(), 1, 300),
        (Row(2), 2, 300),
        (Layer(), 6, 300),
        (Block(3, 50), 3, 50),
    ],
    ids=str,
)
@pytest.mark.parametrize("sparsity", [0.25, 0.5])
def test_any_scope_equals_the_readable_version(scope, height, width, sparsity):
    weights, matrix = problem(6, 300)
    after, mask = sparsegpt(weights, matrix, sparsity, scope=scope)
    want, kept = readable(weights, matrix, sparsity, height=height, width=width)
    assert np.array_equal(mask, kept)
    np.testing.assert_allclose(after, want, atol=1e-8)


@settings(max_examples=60)
@given(
    st.integers(1, 5),
    st.integers(1, 10),
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    st.sampled_from([Run(4), Column(5), Row(), Layer()]),
    st.integers(0, 99),
)
def test_a_pruned_weight_never_comes_back_and_counts(fan_out, groups, sparsity, scope, seed):
    weights, matrix = problem(fan_out, 4 * groups, seed)
    within = np.random.default_rng(seed).random(weights.shape) < 0.6
    after, mask = sparsegpt(weights, matrix, sparsity, scope=scope, within=within)
    assert not np.any(mask & ~within)
    assert np.all(after[~mask] == 0)
    if scope == Run(4):
        taken = np.count_nonzero(~within.reshape(-1, 4), axis=1)
        pruned = np.count_nonzero(~mask.reshape(-1, 4), axis=1)
        assert np.array_equal(pruned, np.maximum(taken, round(4 * sparsity)))
    if sparsity == 0:
        assert np.array_equal(mask, within)


def test_a_second_round_within_the_first_keeps_its_zeros():
    weights, matrix = problem(20, 64)
    once, mask = sparsegpt(weights, matrix, 0.5)
    twice, both = sparsegpt(once, matrix, 0.75, within=mask)
    assert np.count_nonzero(~both) == 0.75 * weights.size
    assert not np.any(both & ~mask)
    assert np.all(twice[~mask] == 0)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_group_of_four_loses_exactly_n(n):
    weights, matrix = problem(10, 64)
    after, mask = sparsegpt(weights, matrix, n / 4, scope=Run(4))
    groups = mask.reshape(-1, 4)
    assert np.all(groups.sum(axis=1) == 4 - n)
    assert np.all(after[~mask] == 0)


def test_float32_reaches_the_error_of_float64_to_four_digits():
    weights, matrix = problem(64, 200, dtype=np.float32)
    errors = [
        output_error(weights, sparsegpt(w, h, 0.5)[0], matrix)
        for w, h in ((weights, matrix), (weights.astype(float), matrix.astype(float)))
    ]
    assert np.isclose(*errors, rtol=5e-5)
    assert sparsegpt(weights, matrix, 0.5)[0].dtype == np.float32


def test_it_errs_less_than_magnitude_and_wanda_and_no_less_than_a_refit_of_its_mask():
    for seed in range(5):
        rng = np.random.default_rng(seed)  # inputs as a layer of ReLUs gives them, correlated
        x = np.maximum(rng.standard_normal((200, 20)) @ rng.standard_normal((20, 60)), 0)
        weights, matrix = rng.standard_normal((30, 60)), hessian(x)
        swept, mask = sparsegpt(weights, matrix, 0.5, dampening=0.0)
        error = output_error(weights, swept, matrix)
        by_size = select({"w": np.abs(weights)}, 0.5)["w"]
        by_input = np.abs(weights) * np.sqrt(np.diagonal(matrix))
        wanda = select({"w": by_input}, 0.5, scope=Row())["w"]
        assert error < output_error(weights, weights * by_size, matrix)
        assert error < output_error(weights, weights * wanda, matrix)
        assert output_error(weights, repair(weights, matrix, mask), matrix) <= error


def test_with_every_weight_before_the_last_pruned_it_is_the_exact_surgeon():
    weights, matrix = np.array([[1e-3, 1e-3, 1.0, 2.0]]), problem(1, 4)[1]
    swept, mask = sparsegpt(weights, matrix, 0.5, scope=Layer(), dampening=0.0)
    exact, same = obs(weights, matrix, 0.5)
    assert np.array_equal(mask, same)
    np.testing.assert_allclose(swept, exact, atol=1e-10)


def test_two_inputs_worked_by_hand():
    # inputs agree half: losing weight 1 on the left, the right one grows by H21 / H22 * 1
    after, mask = sparsegpt(
        np.array([[1.0, 3.0]]), np.array([[2.0, 1.0], [1.0, 2.0]]), 0.5, dampening=0.0
    )
    np.testing.assert_allclose(after, [[0.0, 3.5]])
    assert np.array_equal(mask, [[False, True]])


def test_weights_of_an_input_that_is_always_zero_go_first():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 6))
    x[:, 2] = 0
    weights = rng.standard_normal((4, 6))
    weights[:, 2] = 100
    _, mask = sparsegpt(weights, hessian(x), 0.5)
    assert not mask[:, 2].any()
    _, mask = sparsegpt(weights, hessian(x), 1 / 6)
    assert np.array_equal(mask, np.arange(6) != np.full((4, 1), 2))


def test_on_a_tie_the_first_in_reading_order_goes_first():
    _, mask = sparsegpt(np.ones((2, 4)), np.eye(4), 0.375)
    assert np.array_equal(mask, [[False, False, False, True], [True] * 4])


@pytest.mark.parametrize("dtype", [np.int8, np.float16, np.float32, np.float64, np.longdouble])
def test_other_types_and_memory_layouts_give_the_same(dtype):
    weights = np.random.default_rng(0).integers(-9, 9, (4, 20)).astype(dtype)
    matrix = problem(1, 20)[1]
    want = sparsegpt(weights.astype(float), matrix, 0.5)
    for form in (weights, np.asfortranarray(weights), np.repeat(weights, 2, axis=1)[:, ::2]):
        got = sparsegpt(form, np.asfortranarray(matrix), 0.5)
        assert all(np.array_equal(a, b) for a, b in zip(got, want, strict=True))


def test_nothing_passed_in_is_changed():
    for matrix_form in (np.ascontiguousarray, np.asfortranarray):
        weights, matrix = problem(1, 40)
        matrix = matrix_form(matrix)
        before = weights.copy(), matrix.copy()
        after, _ = sparsegpt(weights, matrix, 0.5)
        assert np.array_equal(weights, before[0])
        assert np.array_equal(matrix, before[1])
        assert not np.shares_memory(after, weights)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sparsity": 50}, r"Did you mean 0\.5"),
        ({"scope": Run(4)}, "does not fit"),
        ({"scope": Everything()}, "within the one matrix"),
        ({"scope": Layer}, r"Did you mean Layer\(\)"),
        ({"within": np.ones((3, 6))}, "must be boolean"),
        ({"within": np.ones((6, 3), bool)}, "has shape"),
        ({"scope": 128}, r"such as Column\(128\)"),
        ({"dampening": -1}, "dampening must be"),
        ({"matrix": np.zeros((6, 6))}, "singular"),
        ({"matrix": np.eye(5)}, r"hessian must be \(6, 6\)"),
        ({"weights": np.full((3, 6), np.nan)}, "finite"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    given_ = {"weights": np.ones((3, 6)), "matrix": np.eye(6), "sparsity": 0.5} | arguments
    weights, matrix, sparsity = (given_.pop(k) for k in ("weights", "matrix", "sparsity"))
    with pytest.raises(ValueError, match=message):
        sparsegpt(weights, matrix, sparsity, **given_)


def test_weights_that_overflow_on_the_way_are_refused():
    weights, matrix = problem(2, 8, dtype=np.float32)
    with pytest.raises(ValueError, match=r"NaN|must be finite"):
        sparsegpt(weights * np.float32(1e37), matrix * np.float32(1e4), 0.5)

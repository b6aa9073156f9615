"""The Hessian of a layer and its factor, against numpy's inverse and the layer itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab.reconstruct import hessian, output_error
from pruning_lab.reconstruct.hessian import checked_problem, inverse_factor

SEED = st.integers(0, 999)


def problem(fan_out, fan_in, seed, n=None, dtype=np.float64):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((fan_in, fan_in)) + 2 * np.eye(fan_in)
    x = rng.standard_normal((n or 3 * fan_in + 5, fan_in)) @ mixing
    return rng.standard_normal((fan_out, fan_in)).astype(dtype), x.astype(dtype)


@settings(max_examples=50)
@given(st.integers(1, 4), st.integers(1, 6), SEED)
def test_the_error_by_the_hessian_is_the_error_of_the_outputs(fan_out, fan_in, seed):
    before, x = problem(fan_out, fan_in, seed)
    after = np.random.default_rng(seed + 1).standard_normal(before.shape)
    outputs = np.sum((x @ before.T - x @ after.T) ** 2) / len(x)
    assert np.isclose(output_error(before, after, hessian(x)), outputs)


@pytest.mark.parametrize("side", [1, 2, 63, 64, 65, 128, 200])
@pytest.mark.parametrize("dampening", [0.0, 0.01])
def test_the_factor_is_upper_and_its_square_the_dampened_inverse(side, dampening):
    matrix = hessian(problem(1, side, side)[1])
    factor = inverse_factor(matrix, dampening)
    dampened = matrix + dampening * np.diagonal(matrix).mean() * np.eye(side)
    assert np.array_equal(factor, np.triu(factor))
    assert np.all(np.diagonal(factor) > 0)
    np.testing.assert_allclose(factor.T @ factor @ dampened, np.eye(side), atol=1e-8)


def test_a_row_of_the_factor_is_a_row_of_the_inverse_without_the_inputs_before():
    matrix = hessian(problem(1, 5, 0)[1])
    factor = inverse_factor(matrix, 0.0)
    for j in range(5):
        rest = np.linalg.inv(matrix[j:, j:])
        np.testing.assert_allclose(factor[j, j:] * factor[j, j], rest[0], rtol=1e-8, atol=1e-12)


def test_two_inputs_worked_by_hand():
    x = np.array([[1.0, 2.0], [1.0, 0.0]])
    assert np.array_equal(hessian(x), [[2, 2], [2, 4]])
    # H = R Rᵀ with R = [[1, 1], [0, 2]], and U = 1 / R
    np.testing.assert_allclose(inverse_factor(hessian(x), 0.0), [[1, -0.5], [0, 0.5]])


def test_widths_are_kept_and_integers_become_floats():
    assert hessian(np.ones((3, 2), np.float32)).dtype == np.float32
    assert hessian(np.ones((3, 2), np.float16)).dtype == np.float32
    assert hessian(np.ones((3, 2), int)).dtype == np.float64
    assert hessian(np.ones((3, 2), np.longdouble)).dtype == np.float64
    assert inverse_factor(np.eye(100, dtype=np.float32), 0.01).dtype == np.float32
    weights, matrix = checked_problem(np.ones((2, 2), np.float32), np.eye(2))
    assert weights.dtype == matrix.dtype == np.float64


def test_nothing_passed_in_is_changed():
    _, x = problem(1, 70, 0)
    matrix = hessian(x)
    before = x.copy(), matrix.copy()
    inverse_factor(matrix, 0.1)
    output_error(x, x, matrix)
    assert np.array_equal(x, before[0])
    assert np.array_equal(matrix, before[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("n", "side"), [(1, 2), (20, 40), (100, 200)])
def test_too_few_samples_are_refused_without_dampening_and_pass_with_it(n, side, dtype):
    matrix = hessian(problem(1, side, 3, n, dtype)[1])
    with pytest.raises(ValueError, match=r"singular in float.* at dampening 0: .*dampening=0\.01"):
        inverse_factor(matrix, 0.0)
    assert np.isfinite(inverse_factor(matrix, 0.01)).all()


def test_inputs_that_follow_from_others_are_refused():
    x = problem(1, 4, 0)[1]
    for broken in (np.column_stack([x, x[:, 0]]), np.column_stack([x, 0 * x[:, 0]])):
        with pytest.raises(ValueError, match="always zero or follow from others"):
            inverse_factor(hessian(broken), 0.0)


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), -np.eye(3), np.diag([1.0, -1.0, 1.0])])
def test_a_matrix_that_is_no_hessian_is_refused_whatever_the_dampening(matrix):
    with pytest.raises(ValueError, match="singular"):
        inverse_factor(matrix, 0.01)


@pytest.mark.parametrize("dampening", [-0.1, np.nan, np.inf, None, "0.01"])
def test_dampening_is_a_finite_number(dampening):
    with pytest.raises(ValueError, match="dampening must be a finite number"):
        inverse_factor(np.eye(2), dampening)


@pytest.mark.parametrize(
    ("weights", "matrix", "message"),
    [
        (np.ones(3), np.eye(3), "must be a matrix"),
        (np.ones((2, 3)), np.eye(2), r"hessian must be \(3, 3\)"),
        (np.ones((2, 2)), np.array([[2.0, 1.0], [0.0, 2.0]]), "must be symmetric"),
        (np.array([[np.nan, 1.0]]), np.eye(2), "weights must be finite"),
        (np.ones((1, 2)), np.array([[np.inf, 0], [0, 1]]), "hessian must be finite"),
        ([[1.0]], np.eye(1), "must be a numpy array"),
        (np.ones((1, 1), complex), np.eye(1), "must be real"),
        (np.ones((0, 1)), np.eye(1), "are empty"),
    ],
)
def test_what_does_not_fit_is_refused(weights, matrix, message):
    with pytest.raises(ValueError, match=message):
        checked_problem(weights, matrix)


def test_square_inputs_in_place_of_a_hessian_are_noticed():
    with pytest.raises(ValueError, match=r"From inputs x .*: hessian\(x\)"):
        checked_problem(np.ones((1, 9)), np.random.default_rng(0).standard_normal((9, 9)))


def test_weights_of_two_shapes_have_no_error():
    with pytest.raises(ValueError, match="one shape"):
        output_error(np.ones((1, 2)), np.ones((2, 2)), np.eye(2))


def test_numbers_at_the_end_of_the_range_are_refused():
    with pytest.raises(ValueError, match="singular"):
        inverse_factor(np.eye(3) * 1.7e308, 0.5)
    assert np.isfinite(inverse_factor(np.eye(3) * 1.7e308, 0.0)).all()
    if np.finfo(np.longdouble).max > np.finfo(float).max:
        with pytest.raises(ValueError, match="must be finite"):
            hessian(np.full((2, 2), np.finfo(np.longdouble).max / 2))


def test_squares_that_overflow_are_refused():
    with pytest.raises(ValueError, match="squares of the inputs must be finite"):
        hessian(np.full((2, 2), 1e30, np.float32))

"""The checks that every function uses: what they refuse, and what they say."""

import numpy as np
import pytest

from pruning_lab.arrays import (
    as_floats,
    check_alike,
    check_mask,
    check_matrices,
    check_rng,
    checked_sparsity,
    checked_whole,
    read_only,
    weights_of,
)
from pruning_lab.network import mlp

MATRIX = np.ones((2, 3))


@pytest.mark.parametrize("sparsity", [0, 1, 0.0, 1.0, 0.8, np.float32(0.5), np.int64(1)])
def test_fractions_pass_as_floats(sparsity):
    assert checked_sparsity(sparsity) == sparsity
    assert type(checked_sparsity(sparsity)) is float


@pytest.mark.parametrize(
    ("sparsity", "fix"),
    [
        (80, r"got 80\. Did you mean 0\.8\?"),
        (100, r"Did you mean 1\?"),
        (1.5, r"Did you mean 0\.015\?"),
        (-0.2, r"got -0\.2\. Did you mean 0\.2\?"),
        (float("nan"), r"got nan\. Look for 0 / 0"),
        (np.float32("nan"), r"got nan\. Look for 0 / 0"),
        (float("inf"), r"got inf\. 0 prunes nothing, 1 prunes everything"),
        (-80, r"0 prunes nothing, 1 prunes everything"),
        ("0.8", r"Pass a number, not str"),
        (None, r"Pass a number, not NoneType"),
        (np.array([0.5, 0.6]), r"Pass a number, not ndarray"),
    ],
)
def test_a_sparsity_that_is_no_fraction_is_refused_with_the_likely_fix(sparsity, fix):
    with pytest.raises(ValueError, match=r"sparsity is a fraction between 0 and 1; .*" + fix):
        checked_sparsity(sparsity)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "empty network"),
        (MATRIX, r"got ndarray.*pass \{'w': w\}"),
        ({"w": [[1.0]]}, "numpy array; got list"),
        ({"w": np.ones(3)}, r"matrix \(fan_out, fan_in\); got shape \(3,\)"),
        ({"w": np.ones((2, 3, 3, 3))}, r"Reshape a convolution"),
        ({"w": np.ones((0, 3))}, r"are empty, shape \(0, 3\)"),
        ({"w": np.ones((1, 2), complex)}, "real numbers; got dtype complex128"),
        ({"w": np.array([["a"]])}, "real numbers"),
        ({"w": np.array([[None]])}, "real numbers; got dtype object"),
        ({"w": np.zeros((2, 2), [("a", float)])}, "real numbers"),
        ({"w": MATRIX.view(np.matrix)}, "numpy array; got matrix"),  # its * would be another one
        ({"w": np.ma.masked_less(MATRIX, 2)}, "numpy array; got MaskedArray"),
    ],
)
def test_what_is_no_dictionary_of_matrices_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        check_matrices(values, what="scores")


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ({"b": MATRIX > 0}, r"lacks \['a'\] and adds \['b'\]"),
        ({"a": MATRIX.T > 0}, r"shape \(3, 2\), but weights has \(2, 3\).*transposed"),
        ({"a": MATRIX}, "boolean, True for kept; got float64"),
        ({}, "empty"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(mask, message):
    with pytest.raises(ValueError, match=message):
        check_mask(mask, {"a": MATRIX}, like="weights")


def test_names_need_no_order():
    with pytest.raises(ValueError, match=r"lacks \['b', 2\] and adds \[1, 'a'\]"):
        check_alike(
            {1: MATRIX, "a": MATRIX}, {"b": MATRIX, 2: MATRIX}, what="scores", like="weights"
        )


@pytest.mark.parametrize("number", [3, 3.0, np.int8(3), np.float32(3)])
def test_whole_numbers_pass_as_integers(number):
    assert checked_whole(number, "epochs") == 3
    assert type(checked_whole(number, "epochs")) is int


@pytest.mark.parametrize(
    "number", [0, -1, 2.5, float("nan"), float("inf"), "3", None, np.array(3), [3], 3j]
)
def test_what_is_no_whole_number_is_refused(number):
    with pytest.raises(ValueError, match="epochs must be a whole number, 1 or more; got"):
        checked_whole(number, "epochs")


@pytest.mark.parametrize("rng", [None, 0, np.random, np.random.RandomState(0)])
def test_a_seed_is_no_generator(rng):
    with pytest.raises(ValueError, match=r"Make one: rng = np.random.default_rng\(0\)"):
        check_rng(rng)


def test_floats_have_at_least_32_bits_and_are_copied_only_if_they_must():
    kinds = {np.bool_: 4, np.float16: 4, np.int8: 4, np.int32: 8, np.float32: 4, np.float64: 8}
    for dtype, size in kinds.items():
        assert as_floats(MATRIX.astype(dtype)).dtype == f"f{size}"
    assert as_floats(MATRIX) is MATRIX


def test_equal_keys_and_shapes_pass_in_any_order():
    check_alike(
        {"a": MATRIX, "b": MATRIX}, {"b": MATRIX, "a": MATRIX}, what="scores", like="weights"
    )


def test_weights_come_from_a_model_or_a_dictionary():
    net = mlp((3, 2), rng=np.random.default_rng(0))
    assert weights_of(net).keys() == net.weights.keys()
    assert weights_of({"a": MATRIX})["a"] is MATRIX


@pytest.mark.parametrize("source", [MATRIX, [MATRIX], None, object()])
def test_weights_of_anything_else_are_refused(source):
    with pytest.raises(ValueError, match="expected a dictionary of weight matrices or a model"):
        weights_of(source)


def test_a_read_only_view_leaves_its_array_as_it_was():
    array = np.zeros(2)
    view = read_only(array)
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
    array[0] = 1
    assert view[0] == 1

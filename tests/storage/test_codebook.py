"""Codebooks: k-means against scikit-learn and an exact search, codes against their entropy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from pruning_lab.storage import Bitmap, Codebook
from pruning_lab.storage.codebook import _deflate, _places, _steps
from pruning_lab.storage.kmeans import kmeans
from pruning_lab.teaching.readable.clusters import least_distance
from pruning_lab.teaching.readable.codes import huffman_bits, steps_over_zeros

NUMBERS = st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=40)


def loss(numbers, centres, labels):
    return float(np.sum((numbers - centres[labels]) ** 2))


def pruned(shape=(100, 120), sparsity=0.9, seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    flat = rng.standard_normal(shape[0] * shape[1]).astype(dtype)
    flat[rng.permutation(flat.size)[: round(sparsity * flat.size)]] = 0
    return flat.reshape(shape)


@settings(max_examples=100)
@given(NUMBERS, st.integers(1, 8))
def test_each_number_is_nearest_to_its_centre_and_each_centre_the_mean_of_its_numbers(xs, count):
    numbers = np.array(xs)
    centres, labels = kmeans(numbers, count)
    assert len(centres) <= count
    assert np.all(np.diff(centres) > 0)
    assert np.array_equal(np.unique(labels), np.arange(len(centres)))  # none is unused
    distance = np.abs(numbers[:, None] - centres)
    own = distance[np.arange(len(numbers)), labels]
    assert np.all(own <= distance.min(axis=1) + 1e-9)
    means = [numbers[labels == i].mean() for i in range(len(centres))]
    np.testing.assert_allclose(centres, means, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("count", [1, 2, 4, 16])
def test_it_finds_the_optimum_that_trying_every_cut_finds(count):
    for draw in ("standard_normal", "standard_cauchy"):
        numbers = getattr(np.random.default_rng(count), draw)(60)
        ours = loss(numbers, *kmeans(numbers, count))
        assert np.isclose(ours, least_distance(numbers, count), rtol=1e-6)


@pytest.mark.parametrize("count", [2, 16, 64])
@pytest.mark.parametrize("n", [500, 5000])
def test_scikit_learn_finds_none_better(n, count):
    numbers = np.random.default_rng(n).laplace(size=n)
    centres, labels = kmeans(numbers, count)
    evenly = np.linspace(numbers.min(), numbers.max(), count)[:, None]
    for start in (
        evenly,
        np.quantile(numbers, np.linspace(0, 1, count))[:, None],
        centres[:, None],
    ):
        theirs = KMeans(count, init=start, n_init=1, tol=0).fit(numbers[:, None]).inertia_
        assert loss(numbers, centres, labels) <= theirs * (1 + 1e-9)


def test_numbers_that_occur_often_pull_their_centre():
    centres, _ = kmeans(np.array([0.0] * 9 + [1.0] + [8.0]), 2)
    np.testing.assert_allclose(centres, [0.1, 8])


def test_the_same_numbers_give_the_same_centres_in_any_order():
    numbers = np.random.default_rng(0).standard_normal(500)
    order = np.random.default_rng(1).permutation(500)
    centres, labels = kmeans(numbers, 8)
    again, others = kmeans(numbers[order], 8)
    assert np.array_equal(centres, again)
    assert np.array_equal(labels[order], others)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_neither_huge_nor_tiny_numbers_overflow(scale):
    numbers = np.array([1.0, 1.1, -1.0, 0.5, 0.45]) * scale
    centres, _ = kmeans(numbers, 3)
    np.testing.assert_allclose(centres / scale, [-1, 0.475, 1.05])


def test_long_floats_beyond_the_range_of_doubles_have_a_codebook():
    matrix = np.array([[1.0, 1.5, -1.0, 0.0]], np.longdouble) * (np.finfo(np.longdouble).max / 4)
    decoded = Codebook.encode(matrix, bits=1).decode()
    np.testing.assert_allclose(decoded / matrix[0, 0], [[1.25, 1.25, -1.0, 0.0]])


@settings(max_examples=100)
@given(st.lists(st.integers(0, 3000), max_size=30, unique=True))
def test_steps_tell_the_places_again(places):
    places = np.array(sorted(places), dtype=np.intp)
    assert np.array_equal(_places(_steps(places)), places)


@settings(max_examples=100)
@given(st.lists(st.integers(0, 600), max_size=10))
def test_steps_are_those_of_the_readable_loop(gaps):
    flat = np.concatenate([np.r_[np.zeros(gap), 1.0] for gap in gaps] + [np.zeros(300)])
    assert _steps(np.flatnonzero(flat)).tolist() == steps_over_zeros(flat)


@pytest.mark.parametrize("gap", [0, 254, 255, 256, 509, 510, 511])
def test_gaps_about_a_full_byte_are_told_apart(gap):
    places = np.array([gap, 2 * gap + 1])
    assert np.array_equal(_places(_steps(places)), places)


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.9, 0.999, 1.0])
def test_pruned_weights_stay_pruned_and_the_others_take_the_nearest_shared_value(bits, sparsity):
    matrix = pruned(sparsity=sparsity)
    book = Codebook.encode(matrix, bits=bits)
    decoded = book.decode()
    assert decoded.dtype == matrix.dtype
    assert decoded.shape == matrix.shape
    assert np.all(decoded[matrix == 0] == 0)
    assert len(book.centres) <= 2**bits
    kept = matrix[matrix != 0]
    if kept.size:
        nearest = np.abs(kept[:, None] - book.centres).min(axis=1)
        np.testing.assert_allclose(np.abs(kept - decoded[matrix != 0]), nearest, atol=1e-6)


def test_what_was_decoded_is_encoded_without_further_loss():
    for seed in range(5):
        once = Codebook.encode(pruned(seed=seed), bits=4).decode()
        assert np.array_equal(Codebook.encode(once, bits=4).decode(), once)


def test_few_distinct_values_come_back_exactly():
    matrix = np.random.default_rng(0).choice([0.0, 0.1, -3.0, 1e-30, 7.5], (30, 40))
    assert np.array_equal(Codebook.encode(matrix, bits=2).decode(), matrix)


def test_more_bits_round_less():
    matrix = pruned()
    errors = [np.sum((matrix - Codebook.encode(matrix, bits=b).decode()) ** 2) for b in range(1, 9)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-3 * errors[0]


@pytest.mark.parametrize("sparsity", [0.5, 0.8, 0.9])
def test_codes_and_steps_cost_hardly_more_than_their_entropy(sparsity):
    matrix = pruned((300, 400), sparsity)
    book = Codebook.encode(matrix, bits=5)
    places = np.flatnonzero(matrix)
    labels = np.searchsorted(book.centres, book.decode().ravel()[places])
    for symbols, stored in ((labels, book.codes), (_steps(places), book.steps)):
        share = np.bincount(symbols) / len(symbols)
        entropy = -np.sum(share[share > 0] * np.log2(share[share > 0])) * len(symbols) / 8
        assert entropy <= stored.nbytes <= 1.05 * entropy + 100
    assert book.nbytes < Bitmap.encode(matrix).nbytes / 2


@settings(max_examples=100)
@given(st.integers(1, 256), st.integers(1, 20_000), st.floats(0.1, 5), st.integers(0, 99))
def test_short_codes_are_as_short_as_the_readable_ones(kinds, n, skew, seed):
    shares = np.arange(1, kinds + 1.0) ** -skew
    symbols = np.random.default_rng(seed).choice(kinds, n, p=shares / shares.sum())
    stored, wanted = 8 * _deflate(symbols.astype(np.uint8)).nbytes, huffman_bits(symbols.tolist())
    assert wanted <= stored <= 1.01 * wanted + 8 * 150  # the code itself is stored as well


def test_ninety_percent_pruned_and_four_bits_take_a_thirtieth_of_dense():
    book = Codebook.encode(pruned((300, 400)), bits=4)
    assert book.bits_per_weight < 32 / 30


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, bool])
def test_other_types_and_memory_layouts(dtype):
    matrix = np.random.default_rng(0).integers(0, 2, (6, 8)).astype(dtype)
    decoded = Codebook.encode(np.asfortranarray(matrix), bits=3).decode()
    assert decoded.dtype == (matrix.dtype if matrix.dtype.kind == "f" else np.float32)
    assert np.array_equal(decoded, matrix)


def test_a_negative_zero_counts_as_pruned():
    decoded = Codebook.encode(np.array([[-0.0, 1.0]])).decode()
    assert not np.signbit(decoded).any()


def test_the_matrix_is_not_changed():
    matrix = pruned()
    before = matrix.copy()
    Codebook.encode(matrix)
    assert np.array_equal(matrix, before)


@pytest.mark.parametrize(
    ("matrix", "bits", "message"),
    [
        (np.ones((1, 2)), 9, "bits must be 1 to 8"),
        (np.ones((1, 2)), 0, "bits must be a whole number"),
        (np.array([[np.nan, 1.0]]), 4, "finite weights"),
        (np.array([[-np.inf, 1.0]]), 4, "finite weights"),
        (np.ones(2), 4, "must be a matrix"),
    ],
)
def test_what_has_no_codebook_is_refused(matrix, bits, message):
    with pytest.raises(ValueError, match=message):
        Codebook.encode(matrix, bits=bits)

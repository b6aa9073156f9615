"""Ranking against a stable sort, on kind and unkind numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab.ranking import Pools, cores, keep_highest, keep_highest_of_all, limits
from pruning_lab.teaching.readable.rows import highest_of_each_row


def kinds(n):
    rng = np.random.default_rng(n)
    x, index = rng.standard_normal(n), np.arange(n)
    infs = np.where(rng.random(n) < 0.3, -np.inf, x)
    return {
        "normal": x,
        "half zero": np.where(rng.random(n) < 0.5, 0, x),
        "constant": np.ones(n),
        "signed zeros": np.where(rng.random(n) < 0.5, 0.0, -0.0),
        "levels": np.round(x * 3),
        "periodic": np.where(index % max(1, int(n ** (1 / 3))) == 0, 20 * x, x),
        "sorted": np.sort(x),
        "reversed": np.sort(x)[::-1],
        "two scales": np.where(index < n // 2, x, 1e-6 * x),
        "infinite": np.where(rng.random(n) < 0.3, np.inf, infs),
        "one spike": np.where(index == n // 2, 1e9, 1.0),
        "cauchy": rng.standard_cauchy(n),
        "cluster": np.where(index < n // 100, x, 5.0 + index % 7),
    }


def counts(n):
    return sorted({0, 1, n // 3, n // 2, int(0.8 * n), n - 1, n} & set(range(n + 1)))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 27, 64, 1000, 4097, 200_003])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_long_row_equals_a_stable_sort_whole_and_in_pieces(n, dtype):
    for kind, x in kinds(n).items():
        row = x.astype(dtype)[None]
        pieces = np.split(row, sorted({n // 7, n // 2}), axis=1)
        for k in counts(n):
            want = highest_of_each_row(row, k)
            assert np.array_equal(keep_highest(Pools(row), k), want), (kind, k)
            found = keep_highest_of_all([Pools(p) for p in pieces], k)
            assert np.array_equal(np.concatenate(found, axis=1), want), (kind, k)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 500])
def test_many_rows_equal_a_stable_sort(size):
    for kind, x in kinds(1000 * size).items():
        table = x.reshape(-1, size)
        for k in {0, 1, size // 2, size - 1, size}:
            assert np.array_equal(keep_highest(Pools(table), k), highest_of_each_row(table, k)), (
                kind,
                k,
            )


def test_rows_longer_than_the_cache_equal_a_stable_sort(monkeypatch):
    monkeypatch.setattr(limits, "CHUNK", 64)
    for n in (63, 64, 65, 1000):
        for kind, x in kinds(n * 3).items():
            for k in (1, n // 2, n - 1):
                table = x.reshape(3, n)
                assert np.array_equal(
                    keep_highest(Pools(table), k), highest_of_each_row(table, k)
                ), kind


@pytest.fixture
def crowd(monkeypatch):
    """Three threads, whatever the machine and the size."""
    monkeypatch.setattr(cores, "CORES", 3)
    monkeypatch.setattr(limits, "MANY", 0)
    monkeypatch.setattr(limits, "CHUNK", 500)


@pytest.mark.parametrize("n", [1, 2, 64, 4097, 50_001])
def test_threads_mark_the_same(n, crowd):
    for kind, x in kinds(n).items():
        pieces = np.split(x[None], sorted({n // 7, n // 2}), axis=1)
        for k in counts(n):
            found = keep_highest_of_all([Pools(p) for p in pieces], k)
            want = highest_of_each_row(x[None], k)
            assert np.array_equal(np.concatenate(found, axis=1), want), (kind, k)


def test_threads_warn_as_their_caller_wants_to_be_warned(crowd):
    x = np.arange(9000.0)[None]
    with np.errstate(divide="ignore"):
        (found,) = keep_highest_of_all([Pools(x, key=np.log)], 10)
    assert found.sum() == 8990
    with pytest.raises(RuntimeWarning, match="divide by zero"):
        keep_highest_of_all([Pools(x, key=np.log)], 10)


@pytest.mark.parametrize("place", [0, 4000, 8999])
def test_threads_refuse_nan(place, crowd):
    x = np.arange(9000.0)[None]
    x[0, place] = np.nan
    for k in (0, 4500, 9000):
        with pytest.raises(ValueError, match="scores of 'w' contain NaN"):
            keep_highest_of_all([Pools(x, name="'w'")], k)


@settings(max_examples=200)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=40), st.data())
def test_many_tiny_tables_rank_as_one_long_row(sizes, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    tables = [rng.integers(3, size=(1, size)).astype(float) for size in sizes]
    k = data.draw(st.integers(0, sum(sizes)))
    want = highest_of_each_row(np.concatenate(tables, axis=1), k)
    found = keep_highest_of_all([Pools(t) for t in tables], k)
    assert np.array_equal(np.concatenate(found, axis=1), want)
    assert [f.shape for f in found] == [t.shape for t in tables]


@pytest.mark.parametrize("n", [30, 3000, 300_000])
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_the_ineligible_go_before_all_others_even_before_minus_infinity(n, share):
    rng = np.random.default_rng(n)
    x = np.where(rng.random(n) < 0.1, -np.inf, rng.standard_normal(n))[None]
    eligible = rng.random((1, n)) < share
    for k in counts(n):
        order = np.lexsort((np.arange(n), np.where(eligible, x, 0)[0], eligible[0]))
        want = np.ones(n, bool)
        want[order[:k]] = False
        assert np.array_equal(keep_highest(Pools(x, eligible), k)[0], want)


@pytest.mark.parametrize("shape", [(1, 10), (1, 200_000), (50, 4), (50, 100)])
def test_a_key_ranks_as_if_it_had_been_applied_before(shape):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    k = shape[1] // 2
    assert np.array_equal(keep_highest(Pools(x, key=np.abs), k), highest_of_each_row(np.abs(x), k))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.float16, bool])
def test_other_types_rank_by_value(dtype):
    x = np.random.default_rng(0).integers(0, 2, (20, 6)).astype(dtype)
    assert np.array_equal(keep_highest(Pools(x), 3), highest_of_each_row(x, 3))


@pytest.mark.parametrize("k", [0, 2, 4])
@pytest.mark.parametrize("shape", [(1, 4), (5, 4), (5, 40)])
def test_nan_is_refused_whatever_the_count(k, shape):
    x = np.ones(shape)
    x[-1, 2] = np.nan
    with pytest.raises(ValueError, match="scores of 'w' contain NaN"):
        keep_highest(Pools(x, name="'w'"), k)


def test_the_numbers_are_not_changed():
    x = np.random.default_rng(0).standard_normal((1, 1000))
    before = x.copy()
    keep_highest(Pools(x, x > 0, np.abs), 300)
    assert np.array_equal(x, before)

"""The cheapest encoding is the cheapest, and says why."""

import numpy as np
import pytest

from pruning_lab import select
from pruning_lab.storage import CSR, Bitmap, Dense, NofM, cheapest
from pruning_lab.tiles import Run


def pruned(sparsity, shape=(64, 128), **how):
    weights = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    mask = select({"w": weights}, sparsity, key=np.abs, **how)["w"]
    return np.where(mask, weights, np.float32(0))


@pytest.mark.parametrize("sparsity", [0.0, 0.01, 0.03, 0.1, 0.5, 0.9, 0.99, 0.999])
def test_nothing_that_was_tried_is_cheaper(sparsity):
    matrix = pruned(sparsity)
    choice = cheapest(matrix)
    sizes = [form.encode(matrix).nbytes for form in (Dense, Bitmap, CSR)]
    assert choice.best.nbytes == min(e.nbytes for e in choice.ranked) <= min(sizes)
    assert np.array_equal(choice.best.decode(), matrix)


def test_each_encoding_wins_where_it_should():
    assert isinstance(cheapest(pruned(0.0)).best, Dense)
    assert isinstance(cheapest(pruned(0.5)).best, Bitmap)
    assert isinstance(cheapest(pruned(0.99)).best, CSR)
    assert isinstance(cheapest(pruned(0.75, scope=Run(4))).best, NofM)


@pytest.mark.parametrize("sparsity", [0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
def test_from_half_pruned_on_it_is_below_dense_and_near_the_formula(sparsity):
    best = cheapest(pruned(sparsity)).best
    assert best.bits_per_weight < 32
    assert best.bits_per_weight <= 1.05 * ((1 - sparsity) * 32 + 1)


def test_on_a_tie_the_simpler_one_wins():
    matrix = pruned(0.5, scope=Run(4))
    assert NofM.encode(matrix, 2, 4).nbytes == Bitmap.encode(matrix).nbytes
    assert isinstance(cheapest(matrix).best, Bitmap)


def test_it_says_why_in_numbers():
    matrix = np.zeros((4, 16), np.float32)
    matrix[0] = 1
    assert cheapest(matrix).why == (
        "Bitmap takes 72 bytes, 9 bits a weight: it stores a bit for each weight, and the weights "
        "that are not zero. Others would take: CSR 85 (1.18x), Dense 256 (3.56x)."
    )
    assert "1:4 272" in repr(cheapest(np.eye(16, dtype=np.float32)))


@pytest.mark.parametrize("matrix", [np.zeros((3, 4)), np.zeros((1, 1)), np.ones((1, 1))])
def test_matrices_of_one_kind_are_stored_too(matrix):
    assert np.array_equal(cheapest(matrix).best.decode(), matrix)

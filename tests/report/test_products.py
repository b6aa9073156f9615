"""Sparse products: the same numbers as dense ones, whatever is zero."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pruning_lab.criteria import magnitude
from pruning_lab.network import Conv, Dense, Flatten, GlobalPool, Network, mlp
from pruning_lab.pruning import prune
from pruning_lab.report import csr_product, dense_product, sparse_network
from pruning_lab.report.products import check_same
from pruning_lab.tiles import Layer


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(0, 20),
    st.floats(0, 1),
    st.sampled_from([np.float32, np.float64, np.int8]),
    st.integers(0, 2**32),
)
def test_a_sparse_product_equals_the_dense_one(fan_out, fan_in, n, share, dtype, seed):
    rng = np.random.default_rng(seed)
    weights = (rng.integers(-9, 9, (fan_in, fan_out)) * (rng.random((fan_in, fan_out)) < share)).T
    weights, x = weights.astype(dtype, order="K"), rng.integers(-9, 9, (n, fan_in)).astype(float)
    copies = weights.copy(), x.copy()
    found = csr_product(weights)(x)
    assert found.dtype == np.float64
    assert np.array_equal(found, dense_product(weights)(x))
    assert np.array_equal(found, (csr_array(weights) @ x.T).T)
    assert np.array_equal(weights, copies[0])
    assert np.array_equal(x, copies[1])


@pytest.mark.parametrize("n", [1, 7, 8, 50])
@pytest.mark.parametrize("sparsity", [0, 0.8, 0.95])
def test_a_sparse_network_gives_the_logits_of_the_network(n, sparsity):
    rng = np.random.default_rng(0)
    net = mlp((12, 20, 15, 4), rng=rng).astype(np.float64)
    pruned, _ = prune(net, magnitude, sparsity, scope=Layer())
    x = rng.standard_normal((n, 12))
    assert np.allclose(sparse_network(pruned)(x), pruned(x), atol=1e-12)


def compiled(weights):
    matrix = csr_array(weights)
    return lambda x: (matrix @ x.T).T


def test_any_product_can_be_put_in():
    rng = np.random.default_rng(1)
    net, x = mlp((6, 5, 3), rng=rng), rng.standard_normal((20, 6)).astype(np.float32)
    logits = sparse_network(net, product=compiled)
    assert np.allclose(logits(x), net(x), atol=1e-5)


def test_other_numbers_are_refused_and_rounding_is_not():
    check_same(np.float32([1 / 3, 1e-9]), np.array([1 / 3, 0]), what="it")
    with pytest.raises(ValueError, match=r"it must compute the same.*off by 1 where"):
        check_same(np.ones(2), np.zeros(2), what="it")
    check_same(np.array([np.inf, 1]), np.array([np.inf, 1]), what="it")
    with pytest.raises(ValueError, match="off by nan where"):
        check_same(np.array([np.inf, 2]), np.array([np.inf, 1]), what="it")
    with pytest.raises(ValueError, match=r"off by its shape where numbers of shape \(2,\)"):
        check_same(np.ones(3), np.zeros(2), what="it")


def test_convolutions_and_dense_layers_at_many_places_compute_the_same():
    make = np.random.default_rng(2).standard_normal
    maps = Network(
        {
            "conv": Conv(make((3, 2 * 4)), make(3), (2, 2)),  # (n, 3, 4, 4)
            "flat": Flatten(),
            "last": Dense(make((4, 48)), make(4)),
        }
    )
    tokens = Network(
        {
            "each": Dense(make((5, 4)), make(5)),  # (n, length, 5)
            "pool": GlobalPool(tokens=True),
            "last": Dense(make((3, 5)), make(3)),
        }
    )
    for net, x in ((maps, make((3, 2, 5, 5))), (tokens, make((6, 7, 4)))):
        assert np.allclose(sparse_network(net)(x), net(x), atol=1e-12)

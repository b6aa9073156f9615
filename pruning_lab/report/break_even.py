"""Break-even: how much must be pruned before leaving zeros out saves time."""

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from pruning_lab.arrays import Array, check_rng, checked_sparsity, checked_whole
from pruning_lab.report.products import Product, check_same, csr_product, dense_product
from pruning_lab.report.race import Clock, faster, race

SPARSITIES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


def break_even(
    shape: tuple[int, int],
    batch: int,
    *,
    rng: np.random.Generator,
    sparse: Callable[[Array], Product] = csr_product,
    dense: Callable[[Array], Product] = dense_product,
    sparsities: Sequence[float] = SPARSITIES,
    repeats: int = 30,
    clock: Clock = perf_counter,
) -> float | None:
    """Least tested sparsity from which on a sparse product is faster than a dense one, here.

    At it and at all higher ones that are tested the sparse product wins beyond the spread of
    the measurements (see `faster`). None if it does not even win at the highest.

    Parameters
    ----------
    shape : (fan_out, fan_in) of a layer; its float32 weights are random, zeros lie anywhere
    batch : samples multiplied at once
    rng : source of weights and inputs
    sparse, dense : from weights (fan_out, fan_in) to the product that is timed, x (batch, fan_in)
        to (batch, fan_out)
    sparsities : to test, at least one
    repeats : rounds at each sparsity, 10 or more
    clock : seconds since whenever

    Raises
    ------
    ValueError
        If sizes or repeats are no such whole numbers, a sparsity is no fraction, none is given,
        or the products do not compute the same.

    Examples
    --------
    >>> found = break_even((20, 30), 1, rng=np.random.default_rng(0), repeats=10)
    >>> found is None or found in SPARSITIES
    True
    """
    fan_out, fan_in = (checked_whole(size, "each size of the shape") for size in shape)
    batch = checked_whole(batch, "batch")
    check_rng(rng)
    tested = sorted({checked_sparsity(s) for s in sparsities}, reverse=True)
    if not tested:
        raise ValueError(f"sparsities hold nothing to test. Pass some, such as {SPARSITIES}.")
    x = rng.standard_normal((batch, fan_in), dtype=np.float32)
    found = None
    for sparsity in tested:
        weights = _pruned((fan_out, fan_in), sparsity, rng)
        ways = {"sparse": sparse(weights), "dense": dense(weights)}
        check_same(ways["sparse"](x), ways["dense"](x), what="a sparse product")
        taken = race(ways, x, repeats=repeats, clock=clock).latencies
        if not faster(taken["sparse"], taken["dense"]):
            break
        found = sparsity
    return found


def _pruned(shape: tuple[int, int], sparsity: float, rng: np.random.Generator) -> Array:
    weights = rng.standard_normal(shape, dtype=np.float32)
    weights.flat[rng.permutation(weights.size)[: round(sparsity * weights.size)]] = 0
    return weights

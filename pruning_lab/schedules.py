"""How much to prune when, and how to share it out between layers."""

from collections.abc import Callable, Mapping
from math import prod

import numpy as np

from pruning_lab.arrays import (
    Array,
    HasWeights,
    Weights,
    checked_sparsity,
    checked_whole,
    weights_of,
)

Schedule = Callable[[int], float]  # step 1, 2, … -> sparsity


def one_shot(sparsity: float) -> Schedule:
    """Schedule that prunes everything at the first step.

    Parameters
    ----------
    sparsity : fraction of the original weights, in [0, 1]

    Raises
    ------
    ValueError
        If the sparsity is no fraction.

    Examples
    --------
    >>> one_shot(0.9)(1)
    0.9
    """
    final = checked_sparsity(sparsity)

    def schedule(step: int) -> float:
        return final if checked_whole(step, "a step", least=0) else 0.0

    return schedule


def iterative(sparsity: float, steps: int) -> Schedule:
    r"""Schedule that prunes the same share of what is left at each step, :math:`1 - (1-s)^{t/n}`.

    As iterative magnitude pruning does [Frankle2019]_; and the exponential schedule of SynFlow
    [Tanaka2020]_, whose compression ratio is :math:`1 / (1 - s)`. A sparsity of 1 is reached
    at once, since no equal shares lead there.

    Parameters
    ----------
    sparsity : fraction of the original weights at the last step, in [0, 1]
    steps : how many; later steps stay at the last

    Raises
    ------
    ValueError
        If the sparsity is no fraction, or `steps` is not a positive integer.

    Examples
    --------
    >>> [iterative(0.75, 2)(step) for step in (0, 1, 2)]
    [0.0, 0.5, 0.75]
    """
    return _between(0.0, sparsity, steps, lambda s, done: 1 - (1 - s) ** done)


def cubic(sparsity: float, steps: int, *, start: float = 0.0) -> Schedule:
    r"""Schedule that prunes fast at first, then slower: :math:`s_f + (s_i-s_f)(1-t/n)^3`.

    Gradual pruning [Zhu2018]_.

    Parameters
    ----------
    sparsity : fraction of the original weights at the last step, in [0, 1]
    steps : how many; later steps stay at the last
    start : sparsity at step 0, not above `sparsity`

    Raises
    ------
    ValueError
        If a sparsity is no fraction, the start lies above the end, or `steps` is not a positive
        integer.

    Examples
    --------
    >>> [cubic(0.5, 2)(step) for step in (0, 1, 2)]
    [0.0, 0.4375, 0.5]
    """
    low = checked_sparsity(start)
    if low > checked_sparsity(sparsity):
        raise ValueError(f"a schedule never falls; got start {start} above sparsity {sparsity}.")
    return _between(low, sparsity, steps, lambda s, done: s + (low - s) * (1 - done) ** 3)


def _between(
    low: float, sparsity: float, steps: int, curve: Callable[[float, float], float]
) -> Schedule:
    """Schedule on a curve over the fraction of steps done, with exact ends."""
    high, count = checked_sparsity(sparsity), checked_whole(steps, "steps")

    def schedule(step: int) -> float:
        now = checked_whole(step, "a step", least=0)
        if now == 0:
            return low
        return high if now >= count else min(high, max(low, curve(high, now / count)))

    return schedule


def uniform(weights: Weights | HasWeights, sparsity: float) -> dict[str, float]:
    """Sparsity of each matrix: the same for all, but for rounding to whole weights.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    sparsity : fraction of all weights to prune, in [0, 1]

    Returns
    -------
    dict
        Name -> sparsity, for ``select(..., scope=Layer())``; single weights come to
        ``round(sparsity * n)`` in all.

    Raises
    ------
    ValueError
        If the sparsity is no fraction, there are no weights, or one is no matrix.

    Examples
    --------
    >>> uniform({"a": np.ones((2, 2)), "b": np.ones((2, 3))}, 0.5)
    {'a': 0.5, 'b': 0.5}
    """
    sizes = {name: w.size for name, w in weights_of(weights).items()}
    return _shared_out(sizes, np.full(len(sizes), 1 - checked_sparsity(sparsity)), sparsity)


def erdos_renyi(
    weights: Weights | HasWeights,
    sparsity: float,
    *,
    kernels: Mapping[str, tuple[int, ...]] | None = None,
) -> dict[str, float]:
    r"""Sparsity of each matrix: denser where it is smaller, :math:`\epsilon (m + n) / (m n)` kept.

    The random graphs of [Mocanu2018]_. With `kernels` it is ERK of [Evci2020]_:
    :math:`\epsilon (m + n + h + w) / (m n h w)`. A layer that would keep more than all of its
    weights keeps all, and the others make up for it.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    sparsity : fraction of all weights to prune, in [0, 1]
    kernels : name -> sides of a convolution's kernel, such as (3, 3), whose weights lie as
        (out, in * h * w); what is not named is dense

    Returns
    -------
    dict
        Name -> sparsity, for ``select(..., scope=Layer())``; single weights come to
        ``round(sparsity * n)`` in all.

    Raises
    ------
    ValueError
        If the sparsity is no fraction, there are no weights, one is no matrix, or a kernel
        does not divide it or is unknown.

    Examples
    --------
    >>> shares = erdos_renyi({"a": np.ones((8, 8)), "b": np.ones((2, 8))}, 0.5)
    >>> shares
    {'a': 0.609375, 'b': 0.0625}
    """
    matrices = weights_of(weights)
    if not isinstance(kernels, Mapping | None):
        raise ValueError(f"kernels is a dictionary, such as {{'w': (3, 3)}}; got {kernels!r}.")
    sides = {name: _sides(name, w.shape, kernels or {}) for name, w in matrices.items()}
    if unknown := sorted(set(kernels or {}) - set(matrices)):
        raise ValueError(f"kernels name {unknown}, which the weights lack. A misspelling?")
    sizes = {name: w.size for name, w in matrices.items()}
    raw = np.array([sum(s) / prod(s) for s in sides.values()])
    kept = (1 - checked_sparsity(sparsity)) * sum(sizes.values())
    return _shared_out(sizes, _capped(raw, np.array(list(sizes.values())), kept), sparsity)


def _sides(
    name: str, shape: tuple[int, ...], kernels: Mapping[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """Outputs, inputs and the sides of the kernel."""
    if not isinstance(given := kernels.get(name, ()), tuple | list):
        raise ValueError(f"the kernel of {name!r} is its sides, such as (3, 3); got {given!r}.")
    kernel = tuple(checked_whole(side, "the side of a kernel") for side in given)
    if shape[1] % prod(kernel):
        raise ValueError(
            f"a kernel of {kernel} does not divide the {shape[1]} columns of {name!r}, which "
            "are inputs * height * width."
        )
    return (shape[0], shape[1] // prod(kernel), *kernel)


def _capped(raw: Array, sizes: Array, kept: float) -> Array:
    """Densities in proportion to `raw`, at most 1, that keep so many weights in all."""
    full = np.zeros(len(raw), dtype=bool)
    while not full.all():  # each round caps one layer at least, or is the last
        share = max(0.0, kept - sizes[full].sum()) / (raw * sizes)[~full].sum()
        over = ~full & (share * raw > 1)
        if not over.any():
            return np.where(full, 1.0, np.minimum(1.0, share * raw))
        full |= over
    return np.ones(len(raw))


def _shared_out(sizes: Mapping[str, int], densities: Array, sparsity: float) -> dict[str, float]:
    """Sparsities that prune whole weights and `sparsity` in all; largest remainders round up."""
    n = np.array(list(sizes.values()))
    ideal = n * (1 - densities)
    counts = np.floor(ideal).astype(int)
    short = round(checked_sparsity(sparsity) * int(n.sum())) - int(counts.sum())
    first = np.argsort(counts - ideal, kind="stable")
    counts[first[: max(0, short)]] += 1
    return {name: float(c / m) for name, c, m in zip(sizes, counts, n, strict=True)}

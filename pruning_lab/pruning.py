"""Score, select, apply: pruning a model once, or in steps with training in between."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, Self, TypeVar

import numpy as np

from pruning_lab.arrays import (
    Mask,
    Scores,
    Weights,
    check_alike,
    checked_sparsity,
    checked_whole,
    weights_of,
)
from pruning_lab.criteria import magnitude
from pruning_lab.groups import Granularity
from pruning_lab.masks import apply, select
from pruning_lab.tiles import Everything, Single, Tile


class Prunable(Protocol):
    """What a model must offer: its weights, and itself with other weights."""

    @property
    def weights(self) -> Weights:
        """Name -> (fan_out, fan_in)."""
        ...  # pragma: no cover

    def with_weights(self, weights: Weights) -> Self:
        """Model with these weights instead, and all else alike."""
        ...  # pragma: no cover


Model = TypeVar("Model", bound=Prunable)
Schedule = Sequence[float] | Callable[[int], float]


def prune(
    model: Model,
    criterion: Callable[[Model], Scores],
    sparsity: float | Mapping[str, float],
    *,
    granularity: Granularity = Single(),
    scope: Tile = Everything(),
    within: Mask | None = None,
) -> tuple[Model, Mask]:
    """Model with its lowest-scoring weights at zero, and the mask that says which.

    Parameters
    ----------
    model : is not changed
    criterion : from a model to scores, such as `magnitude`; a closure supplies more:
        ``lambda net: random(net, rng=rng)``
    sparsity : fraction of the original weights (or groups) to prune, in [0, 1]; or one for each
        matrix, as in `select`
    granularity : tile of weights that die together, or couplings, as in `select`
    scope : tile inside which they compete
    within : mask of an earlier round; what it pruned stays pruned, and counts

    Raises
    ------
    ValueError
        If the sparsity is no fraction, the model has no weights or cannot take others, or the
        scores do not fit them or hold NaN.

    Warns
    -----
    LayerCollapseWarning
        If a layer loses its last weight.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((4, 8, 2), rng=np.random.default_rng(0))
    >>> pruned, mask = prune(net, magnitude, 0.5)
    >>> sum(int((w == 0).sum()) for w in pruned.weights.values())
    24
    """
    if not isinstance(sparsity, Mapping):
        checked_sparsity(sparsity)  # before the criterion, which may take long
    weights = weights_of(model)
    if not hasattr(model, "with_weights"):
        raise ValueError(
            f"prune needs a model with .weights and .with_weights; got {type(model).__name__}. "
            "For weights alone: mask = select(weights, sparsity, key=np.abs), apply(weights, mask)."
        )
    if not callable(criterion):
        raise ValueError(
            "criterion is a function from a model to scores, such as magnitude without quotes; "
            f"got {criterion!r}."
        )
    if criterion is magnitude:  # the same mask without a copy of all weights
        mask = select(
            weights, sparsity, granularity=granularity, scope=scope, within=within, key=np.abs
        )
    else:
        scores = criterion(model)
        check_alike(scores, weights, what="scores", like="weights")
        mask = select(scores, sparsity, granularity=granularity, scope=scope, within=within)
    return model.with_weights(apply(weights, mask)), mask


def prune_in_steps(
    model: Model,
    criterion: Callable[[Model], Scores],
    schedule: Schedule,
    steps: int | None = None,
    retrain: Callable[[Model, Mask], Model] | None = None,
    *,
    granularity: Granularity = Single(),
    scope: Tile = Everything(),
) -> Iterator[tuple[Model, Mask]]:
    """Prune, retrain, prune more [Han2015]_: model and mask after each step.

    Parameters
    ----------
    model : where to start; is not changed
    criterion : from a model to scores; asked anew at each step
    schedule : sparsity of each step, never falling: a list, or a callable from the steps 1, 2,
        …, `steps` to a sparsity
    steps : how many; needed if the schedule is a callable
    retrain : from a model and its mask to a trained model in which pruned weights are still 0:
        ``lambda net, mask: train(net, x, y, epochs=5, rng=rng, mask=mask)``; None trains nothing
    granularity, scope : as in `prune`

    Yields
    ------
    model, mask
        A pruned weight never comes back: each mask lies within the one before.

    Raises
    ------
    ValueError
        If the schedule falls or holds something else than fractions, or if `retrain` brings
        pruned weights back.

    Examples
    --------
    >>> from pruning_lab.masks import sparsity_of
    >>> from pruning_lab.network import mlp
    >>> net = mlp((4, 8, 2), rng=np.random.default_rng(0))
    >>> [sparsity_of(mask) for _, mask in prune_in_steps(net, magnitude, [0.25, 0.5])]
    [0.25, 0.5]
    """
    sparsities = _sparsities(schedule, steps)

    def rounds() -> Iterator[tuple[Model, Mask]]:
        current, mask = model, None
        for sparsity in sparsities:
            current, mask = prune(
                current, criterion, sparsity, granularity=granularity, scope=scope, within=mask
            )
            if retrain is not None:
                current = retrain(current, mask)
                _check_still_pruned(current, mask)
            yield current, mask

    return rounds()  # so that a bad schedule is refused before the first training


def _sparsities(schedule: Schedule, steps: int | None) -> list[float]:
    if callable(schedule):
        count = checked_whole(steps, "steps of a callable schedule")  # type: ignore[arg-type]
        sparsities = [checked_sparsity(schedule(step)) for step in range(1, count + 1)]
    elif isinstance(schedule, str) or not isinstance(schedule, Iterable):
        raise ValueError(
            "a schedule is a list of sparsities, or a function from a step to one; got "
            f"{schedule!r}. For one step, write [0.5]."
        )
    else:
        sparsities = [checked_sparsity(sparsity) for sparsity in schedule]
        if steps not in (None, len(sparsities)):
            raise ValueError(
                f"the schedule lists {len(sparsities)} sparsities but steps is {steps}. "
                "Leave steps out."
            )
    if sparsities != sorted(sparsities):
        raise ValueError(
            f"a schedule never falls, since a pruned weight never comes back; got {sparsities}. "
            "Sparsity counts the original weights: 0.5 and then half of the rest is [0.5, 0.75]."
        )
    return sparsities


def _check_still_pruned(model: Prunable, mask: Mask) -> None:
    if model is None:
        raise ValueError("retrain gave nothing back; it should return the trained model.")
    weights = weights_of(model)
    check_alike(weights, mask, what="weights after retraining", like="mask")
    for name, kept in mask.items():
        if revived := int(np.count_nonzero(weights[name][~kept])):
            raise ValueError(
                f"retrain brought {revived} pruned weights of {name!r} back. "
                "Hand it the mask: train(..., mask=mask)."
            )

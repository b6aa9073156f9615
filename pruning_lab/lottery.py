"""Lottery tickets: sparse networks rewound to their start, and the controls they must beat."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic

import numpy as np

from pruning_lab.arrays import Bools, Mask, Scores, check_mask, check_rng, weights_of
from pruning_lab.criteria import magnitude, random
from pruning_lab.groups import Granularity
from pruning_lab.masks import apply, select, sparsity_of
from pruning_lab.pruning import Model, Schedule, prune_in_steps
from pruning_lab.tiles import Everything, Single, Tile


@dataclass(frozen=True, eq=False)
class Round(Generic[Model]):
    """What one round found.

    Parameters
    ----------
    ticket : survivors at their values of the start, not yet trained
    trained : the same after training
    mask : who survives
    """

    ticket: Model
    trained: Model
    mask: Mask


def ticket(start: Model, mask: Mask) -> Model:
    """Survivors at their values of the start, all others at zero [Frankle2019]_.

    Whatever else belongs to the model, such as biases, is that of the start too.

    Parameters
    ----------
    start : freshly initialised, or trained for the first few steps, which is steadier in larger
        networks [Frankle2020]_
    mask : who survives, usually chosen after training

    Raises
    ------
    ValueError
        If the mask does not fit, or `start` has no weights or cannot take others.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((2, 1, 2), rng=np.random.default_rng(0))
    >>> mask = {"dense1": np.array([[True, False]]), "dense2": np.array([[True], [True]])}
    >>> rewound = ticket(net, mask)
    >>> bool(rewound.weights["dense1"][0, 0] == net.weights["dense1"][0, 0])
    True
    """
    weights = weights_of(start)
    if not hasattr(start, "with_weights"):
        raise ValueError(
            f"a ticket needs a model with .weights and .with_weights; got {type(start).__name__}. "
            "For weights alone: apply(weights, mask)."
        )
    return start.with_weights(apply(weights, mask))


def find_tickets(
    start: Model,
    train: Callable[[Model, Mask], Model],
    schedule: Schedule,
    steps: int | None = None,
    *,
    criterion: Callable[[Model], Scores] = magnitude,
    granularity: Granularity = Single(),
    scope: Tile = Everything(),
) -> Iterator[Round[Model]]:
    """Train, prune, rewind, again: iterative magnitude pruning [Frankle2019]_, round by round.

    Every round trains from the same start with the same `train`, so budgets are equal. To rewind
    to step k, let `start` be a model trained for k steps and `train` do the rest. Finding a
    ticket costs as many trainings as there are rounds: it saves none.

    Parameters
    ----------
    start : what survivors return to; is not changed
    train : from a model and its mask to a trained model in which pruned weights are still 0:
        ``lambda net, mask: train(net, x, y, epochs=30, rng=rng, mask=mask)``
    schedule : sparsity of each round, never falling: a list, or a callable from the steps 1, 2,
        …, `steps`
    steps : how many rounds; needed if the schedule is a callable
    criterion : from a trained model to scores; low is pruned first
    granularity, scope : as in `prune`

    Yields
    ------
    Round
        First the dense model, trained alike, under a mask that keeps all; then one for each
        sparsity. Each mask lies within the one before and prunes exactly as many as asked.

    Raises
    ------
    ValueError
        If the schedule falls or holds something else than fractions, the model cannot be pruned,
        or `train` brings pruned weights back.

    Examples
    --------
    >>> from pruning_lab.network import mlp, train
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.standard_normal((40, 4)), rng.integers(2, size=40)
    >>> fit = lambda net, mask: train(net, x, y, epochs=1, rng=rng, mask=mask)
    >>> rounds = find_tickets(mlp((4, 8, 2), rng=rng), fit, [0.25, 0.5])
    >>> [sparsity_of(each.mask) for each in rounds]
    [0.0, 0.25, 0.5]
    """
    if not callable(train):
        raise ValueError(
            "train is a function from a model and its mask to a trained model, such as "
            f"lambda net, mask: train(net, x, y, …, mask=mask); got {train!r}."
        )
    if isinstance(schedule, Iterator):
        schedule = list(schedule)  # it is read twice
    # refuse a bad schedule now, not after the first training
    prune_in_steps(start, criterion, schedule, steps, granularity=granularity, scope=scope)

    def rewound(_: Model, mask: Mask) -> Model:
        return train(ticket(start, mask), mask)

    def rounds() -> Iterator[Round[Model]]:
        everyone = {name: np.ones(w.shape, np.bool_) for name, w in weights_of(start).items()}
        dense = rewound(start, everyone)
        yield Round(ticket(start, everyone), dense, everyone)
        for trained, mask in prune_in_steps(
            dense, criterion, schedule, steps, rewound, granularity=granularity, scope=scope
        ):
            yield Round(ticket(start, mask), trained, mask)

    return rounds()


def controls(
    start: Model, mask: Mask, *, fresh: Model, rng: np.random.Generator
) -> dict[str, tuple[Model, Mask]]:
    """Ticket and what it must beat, each with its mask and equally many weights.

    Train all of them alike. If a new initialisation or a shuffled mask does as well, then the
    start or the places of the weights did not matter. Longer training or a larger learning rate
    often closes the gap [Liu2019]_, so say how long and how fast, and take several seeds.

    Parameters
    ----------
    start : what survivors return to
    mask : who survives
    fresh : the same architecture, initialised anew: ``mlp(sizes, rng=rng)``. If `start` was
        trained for k steps, train this one as long.
    rng : shuffles

    Returns
    -------
    dictionary
        ``ticket``; ``new initialisation``, same mask; ``shuffled mask``, same start and count in
        each layer; ``random mask``, same start and count in all.

    Raises
    ------
    ValueError
        If mask, `start` and `fresh` do not fit each other, or `rng` is no Generator.

    Warns
    -----
    LayerCollapseWarning
        If the random mask empties a layer.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> rng = np.random.default_rng(0)
    >>> net, fresh = mlp((4, 8, 2), rng=rng), mlp((4, 8, 2), rng=rng)
    >>> mask = select(magnitude(net), 0.5)
    >>> list(controls(net, mask, fresh=fresh, rng=rng))
    ['ticket', 'new initialisation', 'shuffled mask', 'random mask']
    """
    check_mask(mask, weights_of(start), like="start")
    within_layers, anywhere = shuffled(mask, rng=rng), scattered(mask, rng=rng)
    return {
        "ticket": (ticket(start, mask), mask),
        "new initialisation": (ticket(fresh, mask), mask),
        "shuffled mask": (ticket(start, within_layers), within_layers),
        "random mask": (ticket(start, anywhere), anywhere),
    }


def shuffled(mask: Mask, *, rng: np.random.Generator) -> dict[str, Bools]:
    """Mask that keeps equally many weights of each layer, in places drawn by lot.

    Groups that died together do not stay together: it shuffles single weights.

    Raises
    ------
    ValueError
        If the mask is none, or `rng` is no Generator.

    Examples
    --------
    >>> mask = {"w": np.array([[True, True, False, False]])}
    >>> shuffled(mask, rng=np.random.default_rng(0))
    {'w': array([[False,  True,  True, False]])}
    """
    check_mask(mask, mask, like="mask")
    check_rng(rng)
    return {name: rng.permutation(kept.ravel()).reshape(kept.shape) for name, kept in mask.items()}


def scattered(mask: Mask, *, rng: np.random.Generator) -> dict[str, Bools]:
    """Mask that keeps equally many weights in all, in any layer, in places drawn by lot.

    Raises
    ------
    ValueError
        If the mask is none, or `rng` is no Generator.

    Warns
    -----
    LayerCollapseWarning
        If a layer loses its last weight.

    Examples
    --------
    >>> mask = {"a": np.array([[True, True]]), "b": np.array([[False, False]])}
    >>> scattered(mask, rng=np.random.default_rng(1))
    {'a': array([[False,  True]]), 'b': array([[False,  True]])}
    """
    check_mask(mask, mask, like="mask")
    places = {name: kept.astype(np.float32) for name, kept in mask.items()}
    return select(random(places, rng=rng), sparsity_of(mask))

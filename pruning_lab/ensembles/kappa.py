"""Kappa: the pairs that agree least, whether right or wrong."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pruning_lab.ensembles.ballots import Integers, shared


def kappas(outputs: ArrayLike) -> NDArray[np.float64]:
    r"""Agreement of each pair of members beyond chance, (members, members).

    :math:`\kappa = (\Theta_1 - \Theta_2) / (1 - \Theta_2)` [Margineantu1997]_, with
    the share of samples on which two agree and the share expected from how often each names each
    class. 1 is full agreement, 0 is chance. Two that name one and the same class throughout
    agree fully.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes); a member votes for its
        most probable class

    Raises
    ------
    ValueError
        If outputs hold nothing, or what is no probability.

    Examples
    --------
    >>> kappas([[0, 1, 0, 1], [0, 1, 1, 0]])
    array([[1., 0.],
           [0., 1.]])
    """
    shares, _ = shared(outputs)
    members, n, classes = shares.shape
    named = (shares.argmax(axis=2)[..., None] == np.arange(classes)).astype(np.float64)
    counts = named.sum(axis=1)  # (members, classes)
    agreed = named.reshape(members, -1)
    # n * n times numerator and denominator: whole numbers, so that equal kappas are equal
    by_chance = counts @ counts.T
    above, room = n * (agreed @ agreed.T) - by_chance, n * n - by_chance
    agreement: NDArray[np.float64] = np.ones_like(above)
    np.divide(above, room, out=agreement, where=room > 0)
    return agreement


def kappa(outputs: ArrayLike) -> Integers:
    """Order in which members appear in the pairs of lowest kappa [Margineantu1997]_.

    It looks at disagreement only, needs no labels, and so may keep bad members: compare it with
    `best_first`. Ties: the pair of the first members first.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes)

    Raises
    ------
    ValueError
        If outputs hold nothing, or what is no probability.

    Examples
    --------
    >>> kappa([[0, 1, 0, 1], [0, 1, 0, 1], [1, 0, 1, 0]])
    array([0, 2, 1])
    """
    agreement = kappas(outputs)
    first, second = np.triu_indices(len(agreement), k=1)
    by_pair = np.argsort(agreement[first, second], kind="stable")
    named = np.stack([first, second], axis=1)[by_pair].ravel()
    order = list(dict.fromkeys(named.tolist()))
    return np.array(order or [0])  # one member makes no pair

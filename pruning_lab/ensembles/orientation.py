r"""Orientation: members that pull the ensemble towards being right everywhere come first."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pruning_lab.ensembles.ballots import Integers, counted


def orientation(outputs: ArrayLike, y: ArrayLike) -> Integers:
    """Order by angle to the reference vector, smallest first [MartinezMunoz2006]_.

    The authors keep the members below a right angle; see `angles`. On a tie the first member
    comes first.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes), on held-out samples
    y : (n,) labels, of the kind of the votes; for probabilities column numbers

    Raises
    ------
    ValueError
        If outputs and labels do not fit.

    Examples
    --------
    >>> orientation([[0, 1, 0], [0, 0, 1], [0, 1, 0]], [0, 1, 1])
    array([1, 0, 2])
    """
    signatures = counted(outputs, y).signatures
    return np.array(
        sorted(range(len(signatures)), key=_pulls(signatures).__getitem__, reverse=True)
    )


def angles(outputs: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    r"""Angle between each member and the reference vector, in radians, (members,).

    A member's signature is 1 where it is right and −1 where it is wrong; the ensemble's is the
    mean, :math:`c_{ens}`. The reference vector is what the diagonal :math:`o = (1, …, 1)` adds
    to that: :math:`c_{ref} = o + \lambda c_{ens}`, orthogonal to :math:`c_{ens}`
    [MartinezMunoz2006]_. Beyond π/2 a member points away from it, and is dropped there.

    Where :math:`c_{ens}` is along the diagonal, as when all members are right everywhere, or is
    zero, nothing tells directions apart: the diagonal itself is the reference.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes), on held-out samples
    y : (n,) labels, of the kind of the votes; for probabilities column numbers

    Raises
    ------
    ValueError
        If outputs and labels do not fit.

    Examples
    --------
    >>> np.degrees(angles([[0, 1, 0], [0, 0, 1], [0, 1, 0]], [0, 1, 1])).round()
    array([98., 73., 98.])
    """
    signatures = counted(outputs, y).signatures
    reference = _reference(signatures).astype(np.float64)
    lengths = np.linalg.norm(reference) * np.sqrt(signatures.shape[1])
    cosines = np.array(_pulls(signatures), np.float64) / lengths
    return np.asarray(np.arccos(cosines.clip(-1, 1)))


def _reference(signatures: Integers) -> NDArray[np.object_]:
    """Reference vector, (n,), times what makes it whole: Python integers, so that ties are ties."""
    ensemble = signatures.sum(axis=0).astype(object)  # members times c_ens
    square, along = (ensemble * ensemble).sum(), ensemble.sum()
    reference = square - along * ensemble
    return reference if reference.any() else np.ones_like(ensemble)


def _pulls(signatures: Integers) -> list[int]:
    """Product of each signature with the reference vector; all signatures are equally long."""
    return [int(pull) for pull in signatures.astype(object) @ _reference(signatures)]

"""What the members of an ensemble say about samples: votes, or probabilities."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pruning_lab.arrays import Array


def votes(members: Iterable[Any], x: ArrayLike) -> NDArray[Any]:
    """Label that each member gives to each sample, (members, n).

    Parameters
    ----------
    members : fitted classifiers, each with ``predict``; at least one
    x : (n, …), samples that trained no member

    Raises
    ------
    ValueError
        If there is no member, one cannot predict, or answers differ in shape.

    Notes
    -----
    The members of a scikit-learn forest or bagging, ``forest.estimators_``, answer in class
    *numbers*: compare them with ``np.searchsorted(forest.classes_, y)``, not with ``y``. Members
    that see some features only: stack ``votes([member], x[:, its_features])``.

    Examples
    --------
    >>> class Always:
    ...     def __init__(self, label):
    ...         self.label = label
    ...     def predict(self, x):
    ...         return np.full(len(x), self.label)
    >>> votes([Always("cat"), Always("dog")], np.zeros((3, 2)))
    array([['cat', 'cat', 'cat'],
           ['dog', 'dog', 'dog']], dtype='<U3')
    """
    x = np.asarray(x)
    said = [np.asarray(m.predict(x)) for m in _able(members, "predict")]
    for place, labels in enumerate(said):
        if labels.shape != (len(x),):
            raise ValueError(
                f"predict must give one label for each of {len(x)} samples; member {place} gave "
                f"shape {labels.shape}. Logits become labels with .argmax(axis=1)."
            )
    return np.stack(said)


def probabilities(members: Iterable[Any], x: ArrayLike, *, classes: ArrayLike) -> Array:
    """Probability that each member gives to each class, (members, n, classes).

    A member that never saw a class gives it probability 0.

    Parameters
    ----------
    members : fitted classifiers, each with ``predict_proba``; at least one
    x : (n, …), samples that trained no member
    classes : in the order of the columns, as the members call them: for a scikit-learn forest or
        bagging ``range(len(forest.classes_))``, for classifiers fitted on labels those labels

    Raises
    ------
    ValueError
        If there is no member, one has no ``predict_proba``, or it knows a class that `classes`
        lacks.

    Examples
    --------
    >>> class Sure:
    ...     classes_ = np.array(["dog"])
    ...     def predict_proba(self, x):
    ...         return np.ones((len(x), 1))
    >>> probabilities([Sure()], np.zeros((2, 3)), classes=["cat", "dog"])
    array([[[0., 1.],
            [0., 1.]]])
    """
    x, columns = np.asarray(x), np.asarray(classes).tolist()
    if np.ndim(columns) != 1 or not columns or len(set(columns)) < len(columns):
        raise ValueError(f"classes is a list of different labels; got {columns!r}.")
    said = []
    for place, member in enumerate(_able(members, "predict_proba")):
        given = np.asarray(member.predict_proba(x), np.float64)
        own = np.asarray(getattr(member, "classes_", columns)).tolist()
        if given.shape != (len(x), len(own)) or not set(own) <= set(columns):
            raise ValueError(
                f"member {place} gave probabilities of shape {given.shape} for classes {own}; "
                f"expected {len(x)} samples and classes among {columns}. Members of a forest or "
                "bagging know class numbers: classes=range(len(forest.classes_))."
            )
        spread = np.zeros((len(x), len(columns)))
        spread[:, [columns.index(label) for label in own]] = given
        said.append(spread)
    return np.stack(said)


def _able(members: Iterable[Any], method: str) -> Sequence[Any]:
    """Members as a list, if there is one and each has the method."""
    if not isinstance(members, Iterable):
        raise ValueError(
            f"members is a list of fitted classifiers; got {type(members).__name__}. "
            "Those of a scikit-learn ensemble are its estimators_."
        )
    members = list(np.ravel(members)) if isinstance(members, np.ndarray) else list(members)
    if not members:
        raise ValueError("an ensemble needs at least one member; got none.")
    for place, member in enumerate(members):
        if not callable(getattr(member, method, None)):
            raise ValueError(f"member {place}, a {type(member).__name__}, has no {method}.")
    return members

"""A fitted network or linear model of scikit-learn as a model to prune.

Examples
--------
>>> from sklearn.datasets import load_digits
>>> from sklearn.linear_model import LogisticRegression
>>> from pruning_lab.criteria import magnitude
>>> from pruning_lab.pruning import prune
>>> x, y = load_digits(return_X_y=True)
>>> fitted = LogisticRegression(max_iter=1000).fit(x / 16, y)
>>> pruned, mask = prune(SklearnModel(fitted), magnitude, 0.5)
>>> int((pruned.estimator.coef_ == 0).sum()), fitted.coef_.size
(320, 640)
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator  # type: ignore[import-untyped]
from sklearn.exceptions import NotFittedError  # type: ignore[import-untyped]
from sklearn.neural_network import MLPClassifier, MLPRegressor  # type: ignore[import-untyped]
from sklearn.utils.validation import check_is_fitted  # type: ignore[import-untyped]

from pruning_lab.arrays import Array, Weights, check_alike


@dataclass(frozen=True, eq=False)
class SklearnModel:
    """A fitted estimator to prune: `MLPClassifier`, `MLPRegressor`, or a linear one with ``coef_``.

    Intercepts stay as they are, and so do the projections with which discriminant analysis and
    partial least squares ``transform``; what they predict follows the weights. Trees and
    forests are arrays of their own: `pruning_lab.adapters.sklearn_trees`. scikit-learn gives
    no gradients.

    Parameters
    ----------
    estimator : is never changed

    Raises
    ------
    ValueError
        If it is no estimator, is not fitted, or has no coefficients that it predicts from: a
        support vector machine with a kernel, a pipeline, a forest.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> model = SklearnModel(LinearRegression().fit(np.eye(2), [3.0, 5.0]))
    >>> {name: w.shape for name, w in model.weights.items()}
    {'coef_': (1, 2)}
    >>> model.with_weights({"coef_": np.array([[1.0, 0.0]])}).estimator.coef_
    array([1., 0.])
    """

    estimator: Any

    def __post_init__(self) -> None:
        _coefficients(self.estimator)

    @property
    def weights(self) -> dict[str, Array]:
        """Name -> (fan_out, fan_in), a copy.

        A network has ``coefs_0``, ``coefs_1``, …, transposed: scikit-learn stores (fan_in,
        fan_out). A linear model has ``coef_``, one row for each class or target; one row if
        there is one target or two classes.
        """
        return {
            name: np.array(_matrix(stored, name), order="C")
            for name, stored in _coefficients(self.estimator).items()
        }

    def with_weights(self, weights: Weights) -> "SklearnModel":
        """Copy of the model that predicts from these weights, in their stored shape and precision.

        ``partial_fit`` trains on from them, but for stochastic gradient descent with ``average``,
        which keeps sums of its own: fit that one without.

        Raises
        ------
        ValueError
            If names or shapes differ.
        """
        stored = _coefficients(self.estimator)
        check_alike(
            weights,
            {name: _matrix(old, name) for name, old in stored.items()},
            what="weights",
            like="the estimator",
        )
        # so that whatever else holds the same array, such as an optimizer, holds the new one too
        new = {id(old): _stored_as(old, weights[name], name) for name, old in stored.items()}
        return SklearnModel(deepcopy(self.estimator, new))


def _coefficients(estimator: Any) -> dict[str, Array]:
    """Arrays of a fitted estimator as it stores them."""
    kind = type(estimator).__name__
    if not isinstance(estimator, BaseEstimator):
        raise ValueError(f"expected a fitted estimator of scikit-learn, not its class; got {kind}.")
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise ValueError(f"{kind} is not fitted; call its fit(x, y) first.") from None
    except TypeError:
        pass  # a transformer without fit: it has no coefficients either
    if isinstance(estimator, MLPClassifier | MLPRegressor):
        return {f"coefs_{i}": coefficients for i, coefficients in enumerate(estimator.coefs_)}
    # a support vector machine only computes coef_ and predicts from something else
    if "coef_" not in vars(estimator):
        raise ValueError(
            f"{kind} has no coefficients to prune: take an MLP or a linear model. Of a pipeline, "
            "take its last step, pipeline[-1]; of a search, best_estimator_; for trees and "
            "forests there is pruning_lab.adapters.sklearn_trees."
        )
    if not isinstance(estimator.coef_, np.ndarray):
        raise ValueError(
            f"coef_ of {kind} must be a numpy array; got {type(estimator.coef_).__name__}. "
            "Call its densify() first."
        )
    return {"coef_": estimator.coef_}


def _matrix(stored: Array, name: str) -> Array:
    """The same memory as (fan_out, fan_in)."""
    return np.atleast_2d(stored) if name == "coef_" else stored.T


def _stored_as(old: Array, weights: Array, name: str) -> Array:
    """New array in the shape, precision and order of the old one."""
    new: Array = np.empty_like(old)
    _matrix(new, name)[...] = weights
    return new

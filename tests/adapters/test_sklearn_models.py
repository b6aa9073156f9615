"""Models of scikit-learn: they predict from the weights that we gave them."""

import pickle
import warnings
from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.datasets import load_digits, make_classification
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    MultiTaskLasso,
    Perceptron,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC, LinearSVR
from torch import nn

from pruning_lab.adapters.sklearn_models import SklearnModel
from pruning_lab.adapters.torch_modules import TorchModel, gradients
from pruning_lab.criteria import lamp, magnitude, snip, taylor
from pruning_lab.masks import LayerCollapseWarning, apply, sparsity_of
from pruning_lab.network import Dense, Network, ReLU
from pruning_lab.pruning import prune, prune_in_steps
from pruning_lab.tiles import Column, Row

X, THREE = make_classification(120, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=0)
TWO = (THREE > 0).astype(int)
REAL = X @ np.arange(6.0)
REALS = np.stack([REAL, -REAL + X[:, 0]], axis=1)

LINEAR = [
    (LogisticRegression(), TWO, (1, 6)),
    (LogisticRegression(), THREE, (3, 6)),
    (
        LogisticRegressionCV(cv=2, l1_ratios=(0,), use_legacy_attributes=False, scoring="accuracy"),
        THREE,
        (3, 6),
    ),
    (SGDClassifier(random_state=0), TWO, (1, 6)),
    (SGDClassifier(random_state=0, average=True), THREE, (3, 6)),
    (Perceptron(random_state=0), THREE, (3, 6)),
    (RidgeClassifier(), TWO, (1, 6)),
    (RidgeClassifier(), THREE, (3, 6)),
    (LinearSVC(random_state=0), THREE, (3, 6)),
    (LinearDiscriminantAnalysis(), THREE, (3, 6)),
    (LinearRegression(), REAL, (1, 6)),
    (LinearRegression(), REALS, (2, 6)),
    (LinearRegression(fit_intercept=False), REALS[:, :1], (1, 6)),
    (Ridge(), REAL, (1, 6)),
    (Ridge(), REALS, (2, 6)),
    (Lasso(0.01), REAL, (1, 6)),
    (ElasticNet(0.01), REALS, (2, 6)),
    (MultiTaskLasso(0.01), REALS, (2, 6)),
    (SGDRegressor(random_state=0), REAL, (1, 6)),
    (LinearSVR(random_state=0), REAL, (1, 6)),
    (PoissonRegressor(), TWO, (1, 6)),
    (PLSRegression(), REALS, (2, 6)),
]
linear = pytest.mark.parametrize(
    ("estimator", "y", "shape"), LINEAR, ids=lambda value: type(value).__name__
)
NETWORKS = [
    (MLPClassifier, TWO),
    (MLPClassifier, THREE),
    (MLPRegressor, REAL),
    (MLPRegressor, REALS),
]


def fitted(estimator, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return deepcopy(estimator).fit(X, y)


def network(make, y):
    return fitted(make(hidden_layer_sizes=(8, 5), max_iter=30, random_state=0), y)


def scores(estimator, x=X):
    ask = getattr(estimator, "decision_function", estimator.predict)
    return ask(x)


@linear
def test_a_linear_model_has_a_row_for_each_class_or_target(estimator, y, shape):
    model = SklearnModel(fitted(estimator, y))
    assert {name: w.shape for name, w in model.weights.items()} == {"coef_": shape}
    again = model.with_weights(model.weights).estimator
    assert again is not model.estimator
    assert again.coef_.shape == model.estimator.coef_.shape
    assert again.coef_.dtype == model.estimator.coef_.dtype
    assert np.array_equal(scores(again), scores(model.estimator))


@linear
def test_a_linear_model_without_a_feature_does_not_see_it(estimator, y, shape):
    before = pickle.dumps(original := fitted(estimator, y))
    pruned, mask = prune(SklearnModel(original), magnitude, 0.5, granularity=Column())
    gone = ~mask["coef_"].any(axis=0)
    assert gone.sum() == 3
    other = X.copy()
    other[:, gone] += 7
    assert np.array_equal(scores(pruned.estimator, other), scores(pruned.estimator))
    assert not np.array_equal(scores(original, other), scores(original))
    assert pickle.dumps(original) == before


@pytest.mark.parametrize(("make", "y"), NETWORKS)
def test_a_network_computes_with_the_pruned_weights(make, y):
    original = network(make, y)
    before = pickle.dumps(original)
    pruned, mask = prune(SklearnModel(original), magnitude, 0.6)
    total = sum(m.size for m in mask.values())
    assert sparsity_of(mask) == round(0.6 * total) / total
    assert pickle.dumps(original) == before
    assert {n: m.shape for n, m in mask.items()} == {
        "coefs_0": (8, 6),
        "coefs_1": (5, 8),
        "coefs_2": (original.coefs_[2].shape[1], 5),
    }
    hidden = X
    for i, (name, w) in enumerate(pruned.weights.items()):
        assert np.array_equal(w, np.where(mask[name], original.coefs_[i].T, 0))
        hidden = hidden @ w.T + original.intercepts_[i]
        hidden = np.maximum(hidden, 0) if i < 2 else hidden
    if make is MLPRegressor:
        answers = hidden[:, 0] if y.ndim == 1 else hidden
        np.testing.assert_allclose(pruned.estimator.predict(X), answers, rtol=1e-12)
    else:
        classes = hidden.argmax(1) if hidden.shape[1] > 1 else (hidden[:, 0] > 0).astype(int)
        assert np.array_equal(pruned.estimator.predict(X), classes)


def test_the_same_criterion_gives_the_same_mask_on_numpy_torch_and_scikit_learn():
    estimator = network(MLPClassifier, THREE)
    names = list(SklearnModel(estimator).weights)
    layers, modules = {}, []
    for i, (name, w) in enumerate(SklearnModel(estimator).weights.items()):
        layers |= {name: Dense(w, estimator.intercepts_[i]), f"relu{i}": ReLU()}
        module = nn.Linear(*w.shape[::-1]).double()
        module.load_state_dict(
            {"weight": torch.from_numpy(w), "bias": torch.from_numpy(estimator.intercepts_[i])}
        )
        modules += [module, nn.ReLU()]
    layers.popitem()
    ours, theirs = Network(layers), TorchModel(nn.Sequential(*modules[:-1]))

    def loss(module):
        return nn.functional.cross_entropy(module(torch.from_numpy(X)), torch.from_numpy(THREE))

    slopes = ours.gradients(X, THREE)
    torch_slopes = gradients(theirs, loss)
    for name, slope in zip(names, torch_slopes.values(), strict=True):
        np.testing.assert_allclose(slope, slopes[name], rtol=1e-9, atol=1e-12)
    for criterion in [magnitude, lamp]:
        masks = [prune(m, criterion, 0.7)[1] for m in (ours, theirs, SklearnModel(estimator))]
        assert all(same(masks[0], mask) for mask in masks[1:])
    for criterion in [taylor, snip]:
        masks = [
            prune(model, lambda m, g=g, c=criterion: c(m, g), 0.7)[1]
            for model, g in [
                (ours, slopes),
                (theirs, torch_slopes),
                (SklearnModel(estimator), slopes),
            ]
        ]
        assert all(same(masks[0], mask) for mask in masks[1:])


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one.values(), other.values(), strict=True))


@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier((8,), learning_rate_init=0.05, random_state=0),
        MLPClassifier((8,), learning_rate_init=0.05, solver="sgd", random_state=0),
        SGDClassifier(random_state=0),
    ],
    ids=["adam", "sgd", "linear"],
)
def test_prune_in_steps_trains_further_with_partial_fit(estimator):
    model = SklearnModel(fitted(estimator, THREE))
    before = pickle.dumps(model.estimator)

    def retrain(current, mask):
        for _ in range(5):
            estimator = deepcopy(current.estimator).partial_fit(X, THREE)
            moved = SklearnModel(estimator).weights
            assert any((moved[n] != w).any() for n, w in current.weights.items())
            current = SklearnModel(estimator).with_weights(apply(moved, mask))
        return current

    rounds = list(prune_in_steps(model, magnitude, [1 / 3, 0.5], None, retrain))
    assert [sparsity_of(mask) for _, mask in rounds] == [1 / 3, 0.5]
    final, mask = rounds[-1]
    assert all((w[~mask[name]] == 0).all() for name, w in final.weights.items())
    assert final.estimator.score(X, THREE) > 0.5
    assert pickle.dumps(model.estimator) == before


@pytest.mark.parametrize(
    ("kind", "y"), [(SGDClassifier, TWO), (SGDClassifier, THREE), (SGDRegressor, REAL)]
)
def test_training_goes_on_from_the_given_weights(kind, y):
    model = SklearnModel(fitted(kind(learning_rate="constant", eta0=1e-9, random_state=0), y))
    fives = {"coef_": np.full(model.weights["coef_"].shape, 5.0)}
    after = model.with_weights(fives).estimator.partial_fit(X, y)
    np.testing.assert_allclose(after.coef_, 5.0, rtol=1e-3)


def test_pruned_neurons_leave_a_network_that_pickles_and_copies():
    model = SklearnModel(network(MLPClassifier, THREE))
    pruned, mask = prune(model, magnitude, 0.25, granularity=Row())
    for copy in (deepcopy(pruned), pickle.loads(pickle.dumps(pruned))):
        assert np.array_equal(copy.estimator.predict_proba(X), pruned.estimator.predict_proba(X))
    assert sum(int((~m.any(axis=1)).sum()) for m in mask.values()) == 4


def test_precision_and_order_are_kept():
    x = X.astype(np.float32)
    estimator = MLPClassifier((8,), max_iter=1, random_state=0)
    with pytest.warns(ConvergenceWarning):
        estimator.fit(x, THREE)
    model = SklearnModel(estimator)
    assert {w.dtype for w in model.weights.values()} == {np.dtype(np.float32)}
    doubles = {name: w.astype(np.float64) for name, w in model.weights.items()}
    copy = model.with_weights(doubles).estimator
    for new, old in zip(copy.coefs_, estimator.coefs_, strict=True):
        assert new.dtype == old.dtype
        assert new.strides == old.strides
        assert np.array_equal(new, old)


@settings(max_examples=50)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10**6), st.data())
def test_any_real_matrix_becomes_the_coefficients(height, width, seed, data):
    rng = np.random.default_rng(seed)
    model = SklearnModel(
        LinearRegression().fit(rng.normal(size=(9, width)), rng.normal(size=(9, height)))
    )
    kind = data.draw(st.sampled_from([np.float16, np.float32, np.float64, np.int8, bool]))
    layout = data.draw(st.sampled_from([np.ascontiguousarray, np.asfortranarray, np.flip]))
    values = rng.normal(0, 9, (height, width))
    values[0, 0] = data.draw(st.sampled_from([0.0, -0.0, 1.0]))
    matrix = layout(values.astype(kind))
    before = matrix.copy()
    copy = model.with_weights({"coef_": matrix})
    assert np.array_equal(copy.weights["coef_"], matrix)
    assert np.array_equal(matrix, before)


def test_weights_are_a_copy():
    model = SklearnModel(fitted(Ridge(), REAL))
    old = model.estimator.coef_.copy()
    weights = model.weights
    weights["coef_"][:] = 0
    assert np.array_equal(model.estimator.coef_, old)
    copy = model.with_weights(weights)
    weights["coef_"][:] = 1
    assert not copy.estimator.coef_.any()


def test_ties_zeros_and_everything_prune_exactly():
    model = SklearnModel(fitted(Ridge(), REALS))
    level = model.with_weights({"coef_": np.ones((2, 6))})
    assert prune(level, magnitude, 0.25)[1]["coef_"].tolist() == [
        [False] * 3 + [True] * 3,
        [True] * 6,
    ]
    with pytest.warns(LayerCollapseWarning):
        empty = prune(level, magnitude, 1.0)[0].estimator
    np.testing.assert_array_equal(empty.predict(X), np.tile(empty.intercept_, (120, 1)))


def test_half_of_the_weights_do_for_the_digits():
    x, y = load_digits(return_X_y=True)
    estimator = LogisticRegression(max_iter=2000).fit(x[:1200] / 16, y[:1200])
    pruned = prune(SklearnModel(estimator), magnitude, 0.5)[0].estimator
    assert pruned.score(x[1200:] / 16, y[1200:]) > estimator.score(x[1200:] / 16, y[1200:]) - 0.05


def sparse():
    return fitted(SGDClassifier(random_state=0), THREE).sparsify()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MLPClassifier(), r"MLPClassifier is not fitted; call its fit\(x, y\) first"),
        (lambda: LogisticRegression(), "LogisticRegression is not fitted"),
        (lambda: make_pipeline(StandardScaler(), Ridge()), "Pipeline is not fitted"),
        (lambda: LogisticRegression, "not its class; got ABCMeta|not its class; got type"),
        (lambda: np.ones((2, 2)), "expected a fitted estimator.*got ndarray"),
        (lambda: nn.Linear(2, 2), "got Linear"),
        (lambda: fitted(RandomForestClassifier(2), TWO), "RandomForestClassifier has no .*trees"),
        (lambda: fitted(make_pipeline(StandardScaler(), Ridge()), REAL), r"pipeline\[-1\]"),
        (lambda: fitted(TransformedTargetRegressor(Ridge()), REAL), "no coefficients"),
        (lambda: fitted(SVC(kernel="linear"), TWO), "SVC has no coefficients"),
        (lambda: BernoulliRBM(2, n_iter=1).fit(X > 0), "BernoulliRBM has no coefficients"),
        (sparse, r"coef_ of SGDClassifier must be a numpy array; got csr_.*densify\(\)"),
    ],
)
def test_what_cannot_be_pruned_is_refused_with_the_fix(make, message):
    with pytest.raises(ValueError, match=message):
        SklearnModel(make())


def test_nan_and_misfits_are_refused():
    model = SklearnModel(fitted(Ridge(), REAL))
    broken = model.with_weights({"coef_": np.full((1, 6), np.nan)})
    with pytest.raises(ValueError, match="NaN"):
        prune(broken, magnitude, 0.5)
    with pytest.raises(ValueError, match="shape"):
        model.with_weights({"coef_": np.ones((6, 1))})
    with pytest.raises(ValueError, match="matrix"):
        model.with_weights({"coef_": np.ones(6)})
    with pytest.raises(ValueError, match="lacks"):
        model.with_weights({"coefs_0": np.ones((1, 6))})

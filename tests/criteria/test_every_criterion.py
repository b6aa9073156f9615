"""What holds for every criterion: shapes, bad input, and that nothing passed in changes."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.datasets import make_classification
from sklearn.neural_network import MLPClassifier

from pruning_lab import criteria
from pruning_lab.arrays import as_floats, weights_of
from pruning_lab.masks import LayerCollapseWarning, select, sparsity_of
from pruning_lab.network import mlp
from pruning_lab.tiles import Row

# What each criterion sees besides the weights, made from the shape of a matrix.
PARTNERS = {
    "squared_magnitude": None,
    "lamp": None,
    "geometric_median": None,
    "synflow": None,
    "taylor": lambda shape: shape,
    "squared_taylor": lambda shape: shape,
    "unit_taylor": lambda shape: shape,
    "snip": lambda shape: shape,
    "obd": lambda shape: shape,
    "grasp": lambda shape: shape,
    "movement": lambda shape: shape,
    "wanda": lambda shape: shape[1:],
    "batch_norm_scale": lambda shape: shape[:1],
    "apoz": lambda shape: (5, shape[0]),
    "activation_std": lambda shape: (5, shape[0]),
}
OF_ROWS = ["geometric_median", "unit_taylor", "batch_norm_scale", "apoz", "activation_std"]
ANY = pytest.mark.parametrize("name", PARTNERS)


def scored(name, weights, rng, power=0):
    """Scores by the criterion of this name, with random partners."""
    if PARTNERS[name] is None:
        return getattr(criteria, name)(weights)
    partner = {
        key: np.abs(rng.standard_normal(PARTNERS[name](w.shape))) * 10.0**power
        for key, w in weights_of(weights).items()
    }
    return getattr(criteria, name)(weights, partner)


def numbers(dtype):
    if np.dtype(dtype).kind in "iu":
        return st.integers(-128, 127)
    sizes = st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-30, 1e30, 3e38, np.inf, -np.inf])
    return sizes | st.floats(-4, 4, width=32)


@st.composite
def chains(draw, finite=True):
    """Weights of a chain of layers: odd dtypes, ties, zeros, transposed views."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    weights = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes)):
        dtype = draw(st.sampled_from([np.int8, np.float32, np.float64]))
        values = numbers(dtype)
        if finite and np.dtype(dtype).kind == "f":
            values = values.filter(lambda v: abs(v) < 10)
        matrix = draw(arrays(dtype, (n_in, n_out), elements=values))
        weights[f"w{i}"] = matrix.T if draw(st.booleans()) else np.ascontiguousarray(matrix.T)
    return weights


@ANY
@settings(max_examples=30)
@given(weights=chains(), seed=st.integers(0, 99))
def test_scores_have_the_shapes_of_the_weights_and_no_nan(name, weights, seed):
    scores = scored(name, weights, np.random.default_rng(seed))
    assert list(scores) == list(weights)
    for key, w in weights.items():
        assert scores[key].shape == w.shape
        assert scores[key].dtype.kind == "f"
        assert np.isfinite(scores[key]).all()


@ANY
@settings(max_examples=30)
@given(weights=chains(), seed=st.integers(0, 99))
def test_what_is_passed_in_stays_as_it_was(name, weights, seed):
    before = {key: w.copy() for key, w in weights.items()}
    for w in weights.values():
        w.flags.writeable = False
    for scores in scored(name, weights, np.random.default_rng(seed)).values():
        scores[:] = 7  # its own memory
    assert all(np.array_equal(before[key], w) for key, w in weights.items())


@ANY
@settings(max_examples=30)
@given(weights=chains(finite=False), seed=st.integers(0, 99), power=st.sampled_from([-30, 0, 30]))
def test_infinities_are_ranked_or_refused_and_never_warned_of(name, weights, seed, power):
    scores = scored(name, weights, np.random.default_rng(seed), power)
    if any(np.isnan(s).any() for s in scores.values()):
        with pytest.raises(ValueError, match="NaN, which has no rank"):
            select(scores, 0.5)
    else:
        size = sum(s.size for s in scores.values())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LayerCollapseWarning)
            assert sparsity_of(select(scores, 0.5)) == round(0.5 * size) / size


@ANY
def test_a_model_serves_as_well_as_its_weights(name):
    net = mlp((3, 5, 4), rng=np.random.default_rng(0))
    of_model, of_weights = (
        scored(name, source, np.random.default_rng(1)) for source in (net, net.weights)
    )
    assert all(np.array_equal(of_model[key], of_weights[key]) for key in net.weights)


@ANY
@pytest.mark.parametrize("weights", [{}, {"w": np.ones(3)}, {"w": np.ones((2, 2)) + 1j}])
def test_what_are_no_weight_matrices_is_refused(name, weights):
    arguments = [weights] if PARTNERS[name] is None else [weights, weights]
    with pytest.raises(ValueError, match="weights"):
        getattr(criteria, name)(*arguments)


@pytest.mark.parametrize("name", [n for n, shape in PARTNERS.items() if shape])
@pytest.mark.parametrize(
    "partner", [None, {}, {"v": np.ones((2, 3))}, {"w": np.ones((3, 4, 2))}, {"w": np.ones(7)}]
)
def test_partners_that_do_not_fit_are_refused(name, partner):
    with pytest.raises(ValueError, match=r"'w'|dictionary|no matrix"):
        getattr(criteria, name)({"w": np.ones((2, 3))}, partner)


@pytest.mark.parametrize("name", ["wanda", "batch_norm_scale", "apoz", "activation_std"])
def test_partners_of_words_are_refused(name):
    words = np.full(PARTNERS[name]((3, 3)), "a")
    with pytest.raises(ValueError, match="must be real numbers"):
        getattr(criteria, name)({"w": np.ones((3, 3))}, {"w": words})


@pytest.mark.parametrize("name", OF_ROWS)
def test_criteria_of_units_score_all_weights_of_a_row_alike(name):
    weights = {"w": np.random.default_rng(0).standard_normal((6, 4))}
    scores = scored(name, weights, np.random.default_rng(1))["w"]
    assert (scores == scores[:, :1]).all()
    rows = select({"w": scores}, 0.5, granularity=Row())["w"]
    assert rows.all(axis=1).sum() == 3
    assert scores[rows.all(axis=1)].min() >= scores[~rows.any(axis=1)].max()


def test_the_same_function_scores_a_model_of_scikit_learn():
    x, y = make_classification(60, 8, random_state=0)
    model = MLPClassifier((5,), max_iter=300, tol=1e-2, random_state=0).fit(x, y)
    weights = {f"w{i}": w.T for i, w in enumerate(model.coefs_)}  # views, not contiguous
    norms = {"w0": np.linalg.norm(x, axis=0), "w1": np.ones(5)}
    scores = criteria.wanda(weights, norms)
    for name, w in weights.items():
        assert np.array_equal(scores[name], np.abs(as_floats(w)) * norms[name])

"""Criteria: what a score is made of, and what is refused."""

import numpy as np
import pytest
from scipy.stats import kstest

from pruning_lab.criteria import magnitude, random
from pruning_lab.network import mlp


@pytest.fixture
def net():
    return mlp((30, 40, 10), rng=np.random.default_rng(0))


def test_magnitude_is_the_distance_from_zero(net):
    for name, scores in magnitude(net).items():
        assert np.array_equal(scores, np.abs(net.weights[name]))
        assert scores.dtype == np.float32


def test_the_lowest_integer_is_as_far_from_zero_as_it_looks():
    assert magnitude({"w": np.array([[-128, 127]], np.int8)})["w"].tolist() == [[128, 127]]


def test_magnitude_takes_a_model_or_its_weights(net):
    assert all(np.array_equal(s, magnitude(net)[n]) for n, s in magnitude(net.weights).items())


def test_magnitude_does_not_depend_on_signs_and_scales_with_the_weights(net):
    scores = magnitude(net)
    flipped = magnitude({n: -4 * w for n, w in net.weights.items()})
    assert all(np.array_equal(flipped[n], 4 * s) for n, s in scores.items())


def test_random_scores_are_uniform_and_do_not_depend_on_the_weights(net):
    scores = random(net, rng=np.random.default_rng(0))
    assert {n: s.shape for n, s in scores.items()} == {n: w.shape for n, w in net.weights.items()}
    everything = np.concatenate([s.ravel() for s in scores.values()])
    assert kstest(everything, "uniform").pvalue > 0.01
    assert (
        abs(
            np.corrcoef(everything, np.concatenate([w.ravel() for w in net.weights.values()]))[0, 1]
        )
        < 0.1
    )


def test_random_scores_come_from_the_generator_alone(net):
    first, again = (random(net, rng=np.random.default_rng(5)) for _ in range(2))
    assert all(np.array_equal(first[n], again[n]) for n in first)
    rng = np.random.default_rng(5)
    assert not np.array_equal(random(net, rng=rng)["dense1"], random(net, rng=rng)["dense1"])


def test_scores_are_new_arrays(net):
    weights = {n: w.copy() for n, w in net.weights.items()}
    magnitude(weights)["dense1"][:] = 0
    assert np.array_equal(weights["dense1"], net.weights["dense1"])


@pytest.mark.parametrize(
    "criterion", [magnitude, lambda w: random(w, rng=np.random.default_rng(0))]
)
@pytest.mark.parametrize("weights", [{}, {"w": np.ones(3)}, np.ones((2, 2)), None])
def test_what_has_no_weight_matrices_is_refused(criterion, weights):
    with pytest.raises(ValueError, match="weights"):
        criterion(weights)


def test_random_scores_need_a_generator(net):
    with pytest.raises(ValueError, match="rng must be a numpy Generator; got 0"):
        random(net, rng=0)

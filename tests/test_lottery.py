"""Lottery tickets: what survives is exactly what was there; every round gets the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab import datasets
from pruning_lab.criteria import magnitude, random
from pruning_lab.lottery import controls, find_tickets, scattered, shuffled, ticket
from pruning_lab.masks import LayerCollapseWarning, select, sparsity_of
from pruning_lab.measure import accuracy
from pruning_lab.network import mlp, train
from pruning_lab.tiles import Layer, Row

SIZES = (12, 16, 8)
COUNT = 12 * 16 + 16 * 8


@pytest.fixture
def net():
    return mlp(SIZES, rng=np.random.default_rng(0))


@pytest.fixture
def fit():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((40, 12)), rng.integers(8, size=40)

    def run(model, mask):
        return train(model, x, y, epochs=2, rng=np.random.default_rng(2), mask=mask)

    return run


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[n], b[n]) for n in a)


def kept(mask):
    return sum(int(m.sum()) for m in mask.values())


@st.composite
def masks(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = draw(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=3))
    keep = draw(st.floats(0, 1))
    return {f"w{i}": rng.random(shape) < keep for i, shape in enumerate(shapes)}


class Matrices:
    """The least that can be pruned."""

    def __init__(self, weights):
        self.weights = weights

    def with_weights(self, weights):
        return Matrices(weights)


# --- rewinding --------------------------------------------------------------------------------


@given(mask=masks(), seed=st.integers(0, 99), kind=st.sampled_from([np.float32, np.float64, int]))
def test_survivors_hold_exactly_the_values_of_the_start(mask, seed, kind):
    rng = np.random.default_rng(seed)
    start = Matrices({n: (rng.normal(size=m.shape) * 9).astype(kind) for n, m in mask.items()})
    before = {n: w.copy() for n, w in start.weights.items()}
    rewound = ticket(start, mask)
    for name, w in rewound.weights.items():
        assert np.array_equal(w[mask[name]], before[name][mask[name]])
        assert not w[~mask[name]].any()
        assert w.dtype == before[name].dtype
    assert same(start.weights, before)


def test_biases_return_to_the_start_too(net, fit):
    for found in find_tickets(net, fit, [0.5]):
        assert same(found.ticket.biases, net.biases)
        assert not same(found.trained.biases, net.biases)


def test_rewinding_to_a_later_step_returns_to_its_values(net, fit):
    everyone = {n: np.ones(w.shape, bool) for n, w in net.weights.items()}
    early = fit(net, everyone)
    *_, last = find_tickets(early, fit, [0.25, 0.5])
    for name, w in last.ticket.weights.items():
        survivors = last.mask[name]
        assert np.array_equal(w[survivors], early.weights[name][survivors])
        assert not np.array_equal(w[survivors], net.weights[name][survivors])
    assert same(last.ticket.biases, early.biases)


# --- rounds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [Layer(), None])
def test_every_round_prunes_exactly_as_many_as_asked(net, fit, scope):
    sparsities = [0.15, 0.29, 0.35, 0.8]
    options = {"scope": scope} if scope else {}
    first, *rounds = find_tickets(net, fit, sparsities, **options)
    assert kept(first.mask) == COUNT
    before = first.mask
    for sparsity, found in zip(sparsities, rounds, strict=True):
        if scope:
            for m in found.mask.values():
                assert m.sum() == m.size - round(sparsity * m.size)
        else:
            assert kept(found.mask) == COUNT - round(sparsity * COUNT)
        assert not any((found.mask[n] & ~before[n]).any() for n in before)
        assert all(not w[~found.mask[n]].any() for n, w in found.trained.weights.items())
        before = found.mask


def test_each_round_trains_its_ticket_once_from_the_same_start(net):
    seen = []

    def record(model, mask):
        seen.append((model, mask))
        return model.with_weights({n: w * 2 for n, w in model.weights.items()})

    rounds = list(find_tickets(net, record, [0.2, 0.4, 0.6]))
    assert len(seen) == len(rounds) == 4
    for (model, mask), found in zip(seen, rounds, strict=True):
        assert same(model.weights, found.ticket.weights)
        assert same(mask, found.mask)
        for name, w in model.weights.items():
            assert np.array_equal(w, np.where(mask[name], net.weights[name], 0))


def test_rounds_equal_the_papers_loop_written_out(net, fit):
    start = {n: w.copy() for n, w in net.weights.items()}
    alive = {n: np.ones(w.shape, bool) for n, w in start.items()}
    model = fit(net, alive)
    expected = []
    for share in (0.2, 0.2, 0.2):
        size = np.concatenate(
            [np.where(alive[n], abs(w), np.inf).ravel() for n, w in model.weights.items()]
        )
        left = int(np.isfinite(size).sum())
        gone = np.argsort(size, kind="stable")[: round(share * left)]
        flat = np.concatenate([m.ravel() for m in alive.values()])
        flat[gone] = False
        alive = {
            "dense1": flat[:192].reshape(16, 12),
            "dense2": flat[192:].reshape(8, 16),
        }
        model = fit(net.with_weights({n: start[n] * alive[n] for n in start}), alive)
        expected.append((alive, model))
    counts = np.array([kept(mask) for mask, _ in expected])
    _, *rounds = find_tickets(net, fit, (COUNT - counts) / COUNT)
    for (mask, trained), found in zip(expected, rounds, strict=True):
        assert same(mask, found.mask)
        assert same(trained.weights, found.trained.weights)


def test_other_criteria_granularities_and_callable_schedules_serve(net, fit):
    rng = np.random.default_rng(0)
    rounds = find_tickets(
        net,
        fit,
        lambda step: step / 4,
        2,
        criterion=lambda n: random(n, rng=rng),
        granularity=Row(),
    )
    _, first, second = rounds
    assert [(~m).all(axis=1).sum() for m in first.mask.values()] != [0, 0]
    rows = sum(int((~m).all(axis=1).sum()) for m in second.mask.values())
    assert rows == 12  # half of 24


def test_the_start_stays_as_it_was(net, fit):
    before = {n: w.copy() for n, w in net.weights.items()}
    list(find_tickets(net, fit, [0.5, 0.8]))
    assert same(net.weights, before)


# --- controls ---------------------------------------------------------------------------------


@given(mask=masks(), seed=st.integers(0, 99))
def test_a_shuffled_mask_keeps_equally_many_of_each_layer(mask, seed):
    before = {n: m.copy() for n, m in mask.items()}
    found = shuffled(mask, rng=np.random.default_rng(seed))
    assert {n: m.sum() for n, m in found.items()} == {n: m.sum() for n, m in mask.items()}
    assert {n: m.shape for n, m in found.items()} == {n: m.shape for n, m in mask.items()}
    assert same(mask, before)


@pytest.mark.filterwarnings("ignore::pruning_lab.masks.LayerCollapseWarning")
@given(mask=masks(), seed=st.integers(0, 99))
def test_a_scattered_mask_keeps_equally_many_in_all(mask, seed):
    found = scattered(mask, rng=np.random.default_rng(seed))
    assert kept(found) == kept(mask)


def test_places_are_drawn_evenly():
    rng = np.random.default_rng(0)
    mask = {"a": np.array([[True, False, False, False]]), "b": np.ones((1, 2), bool)}
    counts = sum(shuffled(mask, rng=rng)["a"].astype(int) for _ in range(4000))
    assert abs(counts - 1000).max() < 4 * np.sqrt(4000 * 3 / 16)


def test_controls_differ_from_the_ticket_in_one_thing_each(net):
    rng = np.random.default_rng(0)
    fresh = mlp(SIZES, rng=np.random.default_rng(9))
    mask = select(magnitude(net), 0.8)
    found = controls(net, mask, fresh=fresh, rng=rng)
    assert {kept(m) for _, m in found.values()} == {kept(mask)}
    for model, m in found.values():
        assert all(np.array_equal(w != 0, m[n]) for n, w in model.weights.items())
    model, m = found["new initialisation"]
    assert same(m, mask)
    assert same(model.weights, ticket(fresh, mask).weights)
    for name in ("shuffled mask", "random mask"):
        model, m = found[name]
        assert not same(m, mask)
        assert same(model.weights, ticket(net, m).weights)
    by_layer = {n: m.sum() for n, m in found["shuffled mask"][1].items()}
    assert by_layer == {n: m.sum() for n, m in mask.items()}


def test_the_same_seed_gives_the_same_controls(net):
    mask = select(magnitude(net), 0.8)
    twice = [controls(net, mask, fresh=net, rng=np.random.default_rng(5)) for _ in range(2)]
    assert all(same(twice[0][name][1], twice[1][name][1]) for name in twice[0])


def test_a_random_mask_that_empties_a_layer_says_so():
    mask = {"big": np.ones((1, 1), bool), "small": np.zeros((1, 1), bool)}
    with pytest.warns(LayerCollapseWarning):
        scattered(mask, rng=np.random.default_rng(0))


def test_a_ticket_learns_faster_than_its_controls_on_real_digits():
    data = datasets.digits(rng=np.random.default_rng(0))
    x, y = data.train.x, data.train.y
    rng = np.random.default_rng(0)
    net, fresh = (mlp((64, 100, 50, 10), rng=rng) for _ in range(2))

    def epochs(count):
        return lambda model, mask: train(model, x, y, epochs=count, rng=rng, mask=mask)

    schedule = [1 - 0.6**k for k in range(1, 6)]  # to 92 %
    *_, last = find_tickets(net, epochs(15), schedule)
    shown = data.validation
    found = {
        name: accuracy(epochs(3)(model, mask), shown.x, shown.y)
        for name, (model, mask) in controls(net, last.mask, fresh=fresh, rng=rng).items()
    }
    assert found["ticket"] > max(v for k, v in found.items() if k != "ticket") + 0.3


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "message"),
    [([0.5, 0.3], "never falls"), ([80], "Did you mean 0.8"), (0.5, "a list of sparsities")],
)
def test_bad_schedules_are_refused_before_the_first_training(net, schedule, message):
    with pytest.raises(ValueError, match=message):
        find_tickets(net, lambda model, mask: pytest.fail("trained"), schedule)


def test_training_that_is_no_function_is_refused(net):
    with pytest.raises(ValueError, match=r"train is a function .* got 3"):
        find_tickets(net, 3, [0.5])


def test_training_that_forgets_the_mask_is_refused(net):
    def forgets(model, mask):
        return model.with_weights({n: w + 1 for n, w in model.weights.items()})

    with pytest.raises(ValueError, match=r"brought \d+ pruned weights"):
        list(find_tickets(net, forgets, [0.5]))


def test_training_that_returns_nothing_is_refused(net):
    with pytest.raises(ValueError, match=r"a model with \.weights; got NoneType"):
        list(find_tickets(net, lambda model, mask: None, [0.5]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda n, m: ticket(n.weights, m), r"got dict\. For weights alone"),
        (lambda n, m: ticket(object(), m), "got object"),
        (lambda n, m: ticket(n, {}), "mask"),
        (lambda n, m: ticket(n, {k: v * 1.0 for k, v in m.items()}), "must be boolean"),
        (lambda n, m: shuffled(m, rng=0), "rng must be a numpy Generator"),
        (lambda n, m: scattered(m, rng=0), "rng must be a numpy Generator"),
        (lambda n, m: shuffled(n.weights, rng=np.random.default_rng(0)), "must be boolean"),
        (
            lambda n, m: controls(
                n,
                m,
                fresh=mlp((12, 4, 8), rng=np.random.default_rng(0)),
                rng=np.random.default_rng(0),
            ),
            "has shape",
        ),
    ],
)
def test_bad_input_is_refused(net, call, message):
    mask = {n: np.ones(w.shape, bool) for n, w in net.weights.items()}
    with pytest.raises(ValueError, match=message):
        call(net, mask)


def test_sparsities_of_rounds_follow_twenty_percent_a_round(net, fit):
    schedule = [1 - 0.8**k for k in range(1, 4)]
    _, *rounds = find_tickets(net, fit, iter(schedule))
    assert [sparsity_of(r.mask) for r in rounds] == [round(s * COUNT) / COUNT for s in schedule]

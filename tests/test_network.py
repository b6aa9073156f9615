"""The network against finite differences, torch and its own promises."""

import pickle

import numpy as np
import pytest
import torch

from pruning_lab import datasets
from pruning_lab.masks import select
from pruning_lab.measure import accuracy
from pruning_lab.network import Dense, Network, ReLU, cross_entropy, mlp, softmax, train
from pruning_lab.network.adam import Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def net(rng):
    return mlp((6, 8, 7, 4), rng=rng)


@pytest.fixture
def data(rng):
    return rng.standard_normal((30, 6)).astype(np.float32), rng.integers(4, size=30)


def as_torch(net):
    """The same network in torch."""
    modules = []
    for layer in net.layers.values():
        if isinstance(layer, ReLU):
            modules.append(torch.nn.ReLU())
            continue
        linear = torch.nn.Linear(*layer.weights.shape[::-1])
        linear.weight = torch.nn.Parameter(torch.tensor(np.array(layer.weights)))
        linear.bias = torch.nn.Parameter(torch.tensor(np.array(layer.bias)))
        modules.append(linear)
    return torch.nn.Sequential(*modules)


def copies(net):
    return [a.copy() for a in (*net.weights.values(), *net.biases.values())]


# --- building ---------------------------------------------------------------------------------


def test_an_mlp_is_named_and_shaped_as_promised(net):
    assert list(net.layers) == ["dense1", "relu1", "dense2", "relu2", "dense3"]
    assert {n: w.shape for n, w in net.weights.items()} == {
        "dense1": (8, 6),
        "dense2": (7, 8),
        "dense3": (4, 7),
    }
    assert {n: b.shape for n, b in net.biases.items()} == {
        "dense1": (8,),
        "dense2": (7,),
        "dense3": (4,),
    }
    assert all(a.dtype == np.float32 for a in copies(net))
    assert all((b == 0).all() for b in net.biases.values())


def test_weights_start_normal_with_variance_two_over_fan_in(rng):
    w = mlp((400, 1000), rng=rng).weights["dense1"].astype(float)
    assert abs(w.mean()) < 5 * np.sqrt(2 / 400 / w.size)
    assert w.var() * 400 / 2 == pytest.approx(1, abs=5 * np.sqrt(2 / w.size))
    assert ((w / w.std()) ** 4).mean() == pytest.approx(3, abs=0.1)


def test_the_same_generator_state_gives_the_same_network():
    first, second = (mlp((3, 2), rng=np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first.weights["dense1"], second.weights["dense1"])


@pytest.mark.parametrize("sizes", [(), (3,), (3, 0), (3, -1, 2), (3, 2.5), 3, "34", (3, None)])
def test_sizes_that_make_no_network_are_refused(sizes, rng):
    with pytest.raises(ValueError, match=r"sizes .*(at least two|whole number)"):
        mlp(sizes, rng=rng)


def test_a_seed_is_no_generator(net, data):
    with pytest.raises(ValueError, match="rng must be a numpy Generator; got 0"):
        mlp((3, 2), rng=0)
    with pytest.raises(ValueError, match="rng must be a numpy Generator; got None"):
        train(net, *data, epochs=1, rng=None)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ({}, "at least one dense layer"),
        ({"relu": ReLU()}, "at least one dense layer"),
        ([ReLU()], "dictionary from names to layers"),
        ({"dense": Dense(np.ones((2, 3)), np.zeros(2)), "relu": "relu"}, "got .*'relu'"),
    ],
)
def test_what_makes_no_network_is_refused(layers, message):
    with pytest.raises(ValueError, match=message):
        Network(layers)


def test_neighbours_that_do_not_fit_are_refused():
    layer = Dense(np.ones((2, 3)), np.zeros(2))
    with pytest.raises(ValueError, match="'a' has 2 outputs but 'b' takes 3 inputs"):
        Network({"a": layer, "b": layer})


@pytest.mark.parametrize("shapes", [((2, 3), (3,)), ((6,), (6,)), ((2, 3), (2, 1))])
def test_a_dense_layer_refuses_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="weights \\(fan_out, fan_in\\) and a bias"):
        Dense(np.ones(shapes[0]), np.ones(shapes[1]))


@pytest.mark.parametrize("weights", [np.ones((2, 3), int), [[1.0] * 3] * 2])
def test_a_dense_layer_refuses_what_training_could_not_change(weights):
    with pytest.raises(ValueError, match=r"arrays of floats.*(int64|list)"):
        Dense(weights, np.zeros(2))


def test_a_representation_is_short():
    assert repr(mlp((3, 4, 2), rng=np.random.default_rng(0))) == (
        "Network(layers={'dense1': Dense(3 -> 4), 'relu1': ReLU(), 'dense2': Dense(4 -> 2)})"
    )


def test_a_network_travels_through_pickle(net, data):
    assert np.array_equal(pickle.loads(pickle.dumps(net))(data[0]), net(data[0]))


# --- forward and backward ---------------------------------------------------------------------


def test_logits_loss_and_gradients_equal_those_of_torch(net, data):
    x, y = data
    net = net.astype(np.float64)
    twin = as_torch(net)
    logits = twin(torch.tensor(x, dtype=torch.float64))
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y))
    loss.backward()
    assert np.allclose(net(x), logits.detach().numpy(), rtol=1e-12, atol=1e-12)
    assert net.loss(x, y) == pytest.approx(loss.item(), rel=1e-12)
    linears = [m for m in twin if isinstance(m, torch.nn.Linear)]
    for gradient, linear in zip(net.gradients(x, y).values(), linears, strict=True):
        assert np.allclose(gradient, linear.weight.grad.numpy(), rtol=1e-10, atol=1e-14)
    assert np.array_equal(net.predict(x), logits.detach().numpy().argmax(1))


def test_gradients_equal_finite_differences(net, data):
    x, y = data
    net = net.astype(np.float64)
    step = 1e-6
    for name, gradient in net.gradients(x, y).items():
        for place in np.ndindex(gradient.shape):
            losses = []
            for sign in (1, -1):
                weights = {n: w.copy() for n, w in net.weights.items()}
                weights[name][place] += sign * step
                losses.append(net.with_weights(weights).loss(x, y))
            slope = (losses[0] - losses[1]) / (2 * step)
            assert gradient[place] == pytest.approx(slope, abs=1e-8)


def test_bias_gradients_equal_finite_differences(net, data):
    x, y = data
    net = net.astype(np.float64)
    found = {
        n: layer.gradients(a, s)[1] for n, layer, a, s in net.backpropagate(x.astype(float), y)
    }
    for name, gradient in found.items():
        for i in range(len(gradient)):
            losses = []
            for sign in (1, -1):
                layer = net.layers[name]
                bias = layer.bias + sign * 1e-6 * (np.arange(len(gradient)) == i)
                losses.append(Network({**net.layers, name: Dense(layer.weights, bias)}).loss(x, y))
            assert gradient[i] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-8)


def test_softmax_and_cross_entropy_survive_huge_logits():
    logits = np.array([[1e4, 0.0, -1e4]], np.float32)
    assert np.array_equal(softmax(logits), [[1, 0, 0]])
    assert cross_entropy(logits, np.array([2])) == 2e4


def test_numbers_stay_float32(net, data):
    assert net(data[0].astype(np.float64)).dtype == np.float32
    assert all(g.dtype == np.float32 for g in net.gradients(*data).values())


# --- nothing in place -------------------------------------------------------------------------


def test_weights_cannot_be_changed_in_place(net):
    with pytest.raises(ValueError, match="read-only"):
        net.weights["dense1"][0, 0] = 1
    with pytest.raises(AttributeError):
        net.layers = {}
    net.weights["dense1"] = None
    assert net.weights["dense1"] is not None


def test_with_weights_leaves_the_first_network_alone(net):
    before = copies(net)
    other = net.with_weights({n: w + 1 for n, w in net.weights.items()})
    assert all(np.array_equal(a, b) for a, b in zip(before, copies(net), strict=True))
    assert np.array_equal(other.weights["dense2"], net.weights["dense2"] + 1)
    assert np.array_equal(other.biases["dense2"], net.biases["dense2"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: {**w, "dense1": w["dense1"].T}, "transposed"),
        (lambda w: {"dense1": w["dense1"]}, "same keys"),
        (lambda w: {}, "empty"),
    ],
)
def test_with_weights_refuses_what_does_not_fit(net, change, message):
    with pytest.raises(ValueError, match=message):
        net.with_weights(change(net.weights))


@pytest.mark.parametrize("masked", [False, True])
def test_training_changes_nothing_in_place(net, data, rng, masked):
    x, y = data
    before, x_before, y_before = copies(net), x.copy(), y.copy()
    mask = select(net.weights, 0.5, key=np.abs) if masked else None
    mask_before = None if mask is None else {n: m.copy() for n, m in mask.items()}
    trained = train(net, x, y, epochs=2, rng=rng, mask=mask)
    assert all(np.array_equal(a, b) for a, b in zip(before, copies(net), strict=True))
    assert np.array_equal(x, x_before)
    assert np.array_equal(y, y_before)
    assert mask is None or all(np.array_equal(mask[n], mask_before[n]) for n in mask)
    assert not any(
        np.shares_memory(a, b) for a in net.weights.values() for b in trained.weights.values()
    )
    with pytest.raises(ValueError, match="read-only"):
        trained.weights["dense1"][0, 0] = 1


# --- training ---------------------------------------------------------------------------------


def test_adam_takes_the_same_steps_as_torch(rng):
    start = rng.standard_normal(50)
    ours, theirs = start.copy(), torch.nn.Parameter(torch.tensor(start))
    adam, peer = Adam(50, np.float64, 0.01), torch.optim.Adam([theirs], lr=0.01)
    for _ in range(200):
        gradient = rng.standard_normal(50) * rng.choice([0.0, 1e-9, 1.0, 1e3], 50)
        adam.step(ours, gradient)
        theirs.grad = torch.tensor(gradient)
        peer.step()
        assert np.allclose(ours, theirs.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("decay", [0.0, 0.7])
@pytest.mark.parametrize("masked", [False, True])
def test_training_equals_the_same_loop_in_torch(net, data, masked, decay):
    x, y = data
    net = net.astype(np.float64)
    mask = select(net.weights, 0.5, key=np.abs) if masked else None
    trained = train(
        net,
        x,
        y,
        epochs=3,
        rng=np.random.default_rng(1),
        learning_rate=0.01,
        batch_size=8,
        mask=mask,
        weight_decay=decay,
    )
    twin, order = as_torch(net), np.random.default_rng(1)
    linears = [m for m in twin if isinstance(m, torch.nn.Linear)]
    kept = [torch.tensor(m) for m in mask.values()] if masked else [1.0] * len(linears)
    optimiser = torch.optim.AdamW(
        [
            {"params": [linear.weight for linear in linears], "weight_decay": decay},
            {"params": [linear.bias for linear in linears], "weight_decay": 0.0},
        ],
        lr=0.01,
    )
    for linear, m in zip(linears, kept, strict=True):
        linear.weight.data *= m
    for _ in range(3):
        places = order.permutation(len(x))
        for i in range(0, len(x), 8):
            batch = torch.tensor(places[i : i + 8])
            optimiser.zero_grad()
            logits = twin(torch.tensor(x, dtype=torch.float64)[batch])
            torch.nn.functional.cross_entropy(logits, torch.tensor(y)[batch]).backward()
            for linear, m in zip(linears, kept, strict=True):
                linear.weight.grad *= m
            optimiser.step()
    for linear, w, b in zip(
        linears, trained.weights.values(), trained.biases.values(), strict=True
    ):
        assert np.allclose(w, linear.weight.detach().numpy(), rtol=1e-9, atol=1e-11)
        assert np.allclose(b, linear.bias.detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.9])
def test_pruned_weights_are_exactly_zero_after_training_and_the_others_move(
    net, data, rng, sparsity
):
    mask = select(net.weights, sparsity, key=np.abs)
    trained = train(net, *data, epochs=5, rng=rng, mask=mask)
    for name, w in trained.weights.items():
        assert (w[~mask[name]] == 0).all()
        assert not np.signbit(w[~mask[name]]).any()
        assert np.count_nonzero(w[mask[name]]) == mask[name].sum()
    assert any((trained.biases[n] != net.biases[n]).any() for n in net.biases)


def test_whole_numbers_may_be_floats_and_batches_larger_than_the_data(net, data):
    runs = [
        train(net, *data, epochs=e, batch_size=size, rng=np.random.default_rng(0))
        for e, size in ((2, 30), (2.0, 1e9))
    ]
    assert np.array_equal(runs[0].weights["dense1"], runs[1].weights["dense1"])


def test_the_layout_of_arrays_changes_nothing(net, data):
    x, y = data
    mask = select(net.weights, 0.5, key=np.abs)
    fortran = net.with_weights({n: np.asfortranarray(w) for n, w in net.weights.items()})
    runs = [
        train(net, x, y, epochs=2, rng=np.random.default_rng(0), mask=mask),
        train(
            fortran,
            np.asfortranarray(x),
            y.astype(np.uint8),
            epochs=2,
            rng=np.random.default_rng(0),
            mask={n: np.asfortranarray(m) for n, m in mask.items()},
        ),
    ]
    for first, second in zip(copies(runs[0]), copies(runs[1]), strict=True):
        assert np.allclose(first, second, rtol=1e-5, atol=1e-7)


def test_no_epochs_only_apply_the_mask(net, data, rng):
    mask = select(net.weights, 0.5, key=np.abs)
    trained = train(net, *data, epochs=0, rng=rng, mask=mask)
    for name, w in trained.weights.items():
        assert np.array_equal(w, np.where(mask[name], net.weights[name], 0))


def test_the_same_generator_state_trains_the_same_network(net, data):
    runs = [train(net, *data, epochs=3, rng=np.random.default_rng(3)) for _ in range(2)]
    assert np.array_equal(runs[0].weights["dense1"], runs[1].weights["dense1"])


def test_a_small_network_learns_the_digits():
    rng = np.random.default_rng(0)
    data = datasets.digits(rng=rng)
    net = train(mlp((64, 100, 10), rng=rng), data.train.x, data.train.y, epochs=40, rng=rng)
    assert accuracy(net, data.test.x, data.test.y) > 0.95


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.ones((30, 5))}, r"x must be \(n, 6\) for 'dense1'; got shape \(30, 5\)"),
        ({"x": np.ones(6)}, r"write x\[None\]"),
        ({"y": np.zeros(29, int)}, "30 integer labels"),
        ({"y": np.zeros((30, 4), int)}, "argmax"),
        ({"y": np.zeros(30)}, "integer labels"),
        ({"y": np.full(30, 4)}, "0 to 3.*got 4 to 4.*count from 1"),
        ({"y": np.full(30, -1)}, "0 to 3"),
        ({"epochs": -1}, "epochs"),
        ({"epochs": 1.5}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"learning_rate": float("inf")}, "learning_rate"),
        ({"learning_rate": "1e-3"}, "learning_rate"),
        ({"weight_decay": -1.0}, "at least 0"),
        ({"weight_decay": 1e3}, "below 1"),
        ({"weight_decay": "0.1"}, "weight_decay"),
        ({"epochs": None}, "epochs"),
        ({"epochs": float("inf")}, "epochs"),
        ({"x": np.ones((0, 6)), "y": np.ones(0, int)}, "mean over samples; got none"),
        ({"x": np.full((30, 6), None)}, "real numbers; got dtype object"),
        ({"x": np.full((30, 6), np.nan)}, "NaN or infinity"),
        ({"x": np.full((30, 6), np.inf)}, "NaN or infinity"),
        ({"x": np.ones((30, 6), complex)}, "real numbers; got dtype complex"),
        ({"mask": {"dense1": np.ones((8, 6), bool)}}, "same keys"),
    ],
)
def test_training_refuses_what_it_cannot_use(net, data, rng, change, message):
    x, y = data
    arguments = {"x": x, "y": y, "epochs": 1, "rng": rng, **change}
    with pytest.raises(ValueError, match=message):
        train(net, **arguments)


def test_training_refuses_numbers_too_coarse_for_its_steps(net, data, rng):
    with pytest.raises(ValueError, match=r"needs 32 bits; got float16.*astype\(np\.float32\)"):
        train(net.astype(np.float16), *data, epochs=1, rng=rng)


def test_forward_and_gradients_refuse_what_they_cannot_use(net, data):
    x, y = data
    with pytest.raises(ValueError, match="Is x transposed"):
        net(x.T)
    with pytest.raises(ValueError, match="integer labels"):
        net.loss(x, y[:5])
    with pytest.raises(ValueError, match="integer labels"):
        net.gradients(x, y.astype(float))

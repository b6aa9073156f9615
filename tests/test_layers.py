"""Every layer against finite differences, torch and its own promises."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pruning_lab import magnitude, prune, select
from pruning_lab.compaction import compact
from pruning_lab.measure import macs_per_sample
from pruning_lab.network import (
    GELU,
    Attention,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    LayerNorm,
    MaxPool,
    Network,
    ReLU,
    Residual,
    train,
)
from pruning_lab.tiles import Row


def dense(fan_in, fan_out, rng):
    return Dense(rng.standard_normal((fan_out, fan_in)) / 2, rng.standard_normal(fan_out))


def conv(fan_in, fan_out, kernel, rng, **options):
    weights = rng.standard_normal((fan_out, fan_in * int(np.prod(kernel)))) / 2
    return Conv(weights, rng.standard_normal(fan_out), kernel, **options)


def norm(channels, rng):
    return BatchNorm(*rng.standard_normal((3, channels)), rng.uniform(0.5, 2, channels))


def attention(width, heads, rng, d=2, e=3):
    sizes = {"q": (width, heads * d), "k": (width, heads * d), "v": (width, heads * e)}
    parts = {name: dense(*size, rng) for name, size in sizes.items()}
    return Attention(**parts, o=dense(heads * e, width, rng), heads=heads)


def image_net(rng):
    return Network(
        {
            "conv1": conv(2, 4, (3, 2), rng, padding=1),
            "norm1": norm(4, rng),
            "relu1": ReLU(),
            "conv2": conv(4, 3, (2, 2), rng, stride=2),
            "flatten": Flatten(),
            "dense1": dense(3 * 3 * 3, 3, rng),
        }
    )


def sound_net(rng):
    block = {"conv1": conv(4, 4, (3,), rng, padding=1), "norm1": norm(4, rng), "relu1": ReLU()}
    return Network(
        {
            "conv1": conv(1, 4, (3,), rng, stride=2, padding=2),
            "block1": Residual({**block, "conv2": conv(4, 4, (1,), rng)}, drop=0.3),
            "pool": GlobalPool(),
            "dense1": dense(4, 3, rng),
        }
    )


def token_net(rng):
    return Network(
        {
            "block1": Residual({"attention1": attention(4, 2, rng)}),
            "block2": Residual(
                {"dense1": dense(4, 5, rng), "relu1": ReLU(), "dense2": dense(5, 4, rng)}, drop=0.5
            ),
            "pool": GlobalPool(tokens=True),
            "dense1": dense(4, 3, rng),
        }
    )


def dense_net(rng):
    return Network({"dense1": dense(4, 5, rng), "norm1": norm(5, rng), "dense2": dense(5, 3, rng)})


SHAPES = {image_net: (2, 6, 5), sound_net: (1, 9), token_net: (5, 4), dense_net: (4,)}
networks = pytest.mark.parametrize("make", SHAPES, ids=lambda make: make.__name__)


def case(make, n=7):
    rng = np.random.default_rng(0)
    return make(rng), rng.standard_normal((n, *SHAPES[make])), rng.integers(3, size=n)


def numbers(net):
    found = [a for part in net.parts.values() for a in part.parameters]
    return [a.copy() for a in found]


# --- slopes -----------------------------------------------------------------------------------


def finite_differences(f, array, step=1e-6):
    """Derivative of a function of one array, number by number."""
    slopes = np.empty_like(array)
    for place in np.ndindex(array.shape):
        moved = [array.copy(), array.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        slopes[place] = (f(moved[0]) - f(moved[1])) / (2 * step)
    return slopes


@pytest.mark.parametrize("training", [False, True])
@networks
def test_the_gradients_of_every_parameter_equal_finite_differences(make, training):
    net, x, y = case(make)
    if training:
        net = net.in_training(rng=np.random.default_rng(3))
    found = {name: part.gradients(a, s) for name, part, a, s in net.backpropagate(x, y)}
    assert found.keys() == net.parts.keys()
    for name, part in net.parts.items():
        for i, parameter in enumerate(part.parameters):

            def loss(moved, name=name, part=part, i=i):
                both = [moved if j == i else p for j, p in enumerate(part.parameters)]
                return net.with_parts({**net.parts, name: part.with_parameters(*both)}).loss(x, y)

            assert_allclose(found[name][i], finite_differences(loss, parameter), atol=2e-8)


LAYERS = {
    "conv 1-D": (lambda rng: conv(2, 3, (3,), rng, stride=2, padding=1), (2, 8)),
    "conv 2-D": (lambda rng: conv(2, 3, (2, 3), rng, padding=2), (2, 4, 5)),
    "strides that leave a rest": (lambda rng: conv(1, 2, (2, 2), rng, stride=3), (1, 6, 7)),
    "uneven padding": (lambda rng: conv(2, 2, (4,), rng, padding=(1, 2)), (2, 6)),
    "uneven padding 2-D": (lambda rng: conv(1, 2, (2, 3), rng, padding=(0, 2)), (1, 4, 3)),
    "max pool": (lambda rng: MaxPool(2), (2, 7)),
    "max pool 2-D": (lambda rng: MaxPool(3), (2, 6, 4)),
    "batch norm": (lambda rng: norm(3, rng), (3, 4)),
    "batch norm in training": (lambda rng: norm(3, rng).in_training(rng), (3, 4)),
    "flatten": (lambda rng: Flatten(), (3, 2, 2)),
    "pool of maps": (lambda rng: GlobalPool(), (3, 2, 2)),
    "pool of tokens": (lambda rng: GlobalPool(tokens=True), (3, 2)),
    "residual": (lambda rng: Residual({"a": dense(3, 3, rng), "b": ReLU()}), (3,)),
    "attention": (lambda rng: attention(4, 2, rng), (5, 4)),
    "dense on tokens": (lambda rng: dense(4, 3, rng), (5, 4)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_slope_by_the_input_of_every_layer_equals_finite_differences(name):
    make, shape = LAYERS[name]
    rng = np.random.default_rng(1)
    layer, x = make(rng), rng.standard_normal((4, *shape))
    slope = rng.standard_normal(layer.forward(x).shape)
    expected = finite_differences(lambda moved: float((layer.forward(moved) * slope).sum()), x)
    assert_allclose(layer.backward(x, slope), expected, atol=1e-7)


# --- torch ------------------------------------------------------------------------------------


def tensor(array):
    return torch.tensor(np.array(array))


@settings(max_examples=60)
@given(st.data())
def test_a_convolution_equals_that_of_torch(data):
    draw = lambda low, high: data.draw(st.integers(low, high))  # noqa: E731
    axes, fan_in, fan_out, n = draw(1, 2), draw(1, 3), draw(1, 3), draw(1, 3)
    kernel = tuple(draw(1, 3) for _ in range(axes))
    stride, padding = draw(1, 3), draw(0, 2)
    space = tuple(side + draw(0, 4) for side in kernel)
    rng = np.random.default_rng(draw(0, 99))
    layer = conv(fan_in, fan_out, kernel, rng, stride=stride, padding=padding)
    x = rng.standard_normal((n, fan_in, *space))
    twin = (torch.nn.Conv1d, torch.nn.Conv2d)[axes - 1](
        fan_in, fan_out, kernel, stride, padding, dtype=torch.float64
    )
    twin.weight.data = tensor(layer.weights).reshape(twin.weight.shape)
    twin.bias.data = tensor(layer.bias)
    inputs = tensor(x).requires_grad_()
    theirs = twin(inputs)
    y = layer.forward(x)
    assert_allclose(y, theirs.detach().numpy(), atol=1e-12)
    slope = rng.standard_normal(y.shape)
    theirs.backward(tensor(slope))
    by_weights, by_bias = layer.gradients(x, slope)
    assert_allclose(layer.backward(x, slope), inputs.grad.numpy(), atol=1e-12)
    assert_allclose(by_weights, twin.weight.grad.reshape(fan_out, -1).numpy(), atol=1e-12)
    assert_allclose(by_bias, twin.bias.grad.numpy(), atol=1e-12)


def test_an_even_kernel_with_uneven_padding_equals_the_same_padding_of_torch():
    rng = np.random.default_rng(0)
    layer, x = conv(2, 3, (4,), rng, padding=(1, 2)), rng.standard_normal((5, 2, 9))
    theirs = torch.nn.functional.conv1d(
        torch.nn.functional.pad(tensor(x), (1, 2)),
        tensor(layer.weights).reshape(3, 2, 4),
        tensor(layer.bias),
    )
    assert_allclose(layer.forward(x), theirs.numpy(), atol=1e-12)
    assert layer.forward(x).shape == (5, 3, 9)
    assert conv(2, 3, (4,), rng, padding=(2, 2)).padding == 2


@pytest.mark.parametrize("shape", [(3, 2, 9), (3, 2, 6, 5)])
@pytest.mark.parametrize("side", [1, 2, 3])
def test_max_pooling_equals_that_of_torch_also_where_numbers_are_equal(shape, side):
    x = np.random.default_rng(0).integers(-2, 3, shape).astype(float)  # many equals
    twin = (torch.nn.MaxPool1d, torch.nn.MaxPool2d)[len(shape) - 3](side)
    inputs = tensor(x).requires_grad_()
    theirs, layer = twin(inputs), MaxPool(side)
    y = layer.forward(x)
    assert_allclose(y, theirs.detach().numpy())
    slope = np.random.default_rng(1).standard_normal(y.shape)
    theirs.backward(tensor(slope))
    assert_allclose(layer.backward(x, slope), inputs.grad.numpy())


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("shape", [(6, 3), (6, 3, 4), (6, 3, 4, 2)])
def test_batch_norm_equals_that_of_torch(shape, training):
    rng = np.random.default_rng(0)
    layer, x = norm(3, rng), rng.standard_normal(shape)
    classes = (torch.nn.BatchNorm1d, torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)
    twin = classes[len(shape) - 2](3, dtype=torch.float64)
    twin.weight.data, twin.bias.data = tensor(layer.scale), tensor(layer.shift)
    twin.running_mean, twin.running_var = tensor(layer.mean), tensor(layer.variance)
    twin.train(training)
    inputs = tensor(x).requires_grad_()
    theirs = twin(inputs)
    acting = layer.in_training(rng) if training else layer
    slope = rng.standard_normal(shape)
    theirs.backward(tensor(slope))
    assert_allclose(acting.forward(x), theirs.detach().numpy(), atol=1e-12)
    assert_allclose(acting.backward(x, slope), inputs.grad.numpy(), atol=1e-12)
    assert_allclose(acting.gradients(x, slope)[0], twin.weight.grad.numpy(), atol=1e-12)
    assert_allclose(acting.gradients(x, slope)[1], twin.bias.grad.numpy(), atol=1e-12)


def test_attention_equals_that_of_torch_with_its_packed_projection():
    rng = np.random.default_rng(0)
    layer, x = attention(6, 3, rng, d=2, e=2), rng.standard_normal((4, 5, 6))
    twin = torch.nn.MultiheadAttention(6, 3, batch_first=True, dtype=torch.float64)
    packed = [layer.q, layer.k, layer.v]
    twin.in_proj_weight.data = tensor(np.concatenate([part.weights for part in packed]))
    twin.in_proj_bias.data = tensor(np.concatenate([part.bias for part in packed]))
    twin.out_proj.weight.data, twin.out_proj.bias.data = map(tensor, layer.o.parameters)
    inputs = tensor(x).requires_grad_()
    theirs = twin(inputs, inputs, inputs, need_weights=False)[0]
    slope = rng.standard_normal(x.shape)
    theirs.backward(tensor(slope))
    assert_allclose(layer.forward(x), theirs.detach().numpy(), atol=1e-12)
    assert_allclose(layer.backward(x, slope), inputs.grad.numpy(), atol=1e-12)
    found = {n: part.gradients(a, s) for n, part, a, s in layer.backpropagate(x, slope)}
    weights = np.concatenate([found[name][0] for name in "qkv"])
    assert_allclose(weights, twin.in_proj_weight.grad.numpy(), atol=1e-12)
    assert_allclose(found["o"][0], twin.out_proj.weight.grad.numpy(), atol=1e-12)


# --- networks of all layers -------------------------------------------------------------------


def test_weights_are_matrices_with_dotted_names():
    shapes = {n: w.shape for n, w in case(sound_net)[0].weights.items()}
    assert shapes == {"conv1": (4, 3), "block1.conv1": (4, 12), "block1.conv2": (4, 4)} | {
        "dense1": (3, 4)
    }
    assert list(case(token_net)[0].weights)[:4] == [f"block1.attention1.{n}" for n in "qkvo"]


@networks
def test_a_network_of_any_layers_is_pruned_trained_and_pickled(make):
    net, x, y = case(make, n=40)
    pruned, mask = prune(net, magnitude, 0.5)
    before = numbers(pruned)
    runs = [
        train(pruned, x, y, epochs=4, rng=np.random.default_rng(2), batch_size=9, mask=mask)
        for _ in range(2)
    ]
    assert all(np.array_equal(a, b) for a, b in zip(before, numbers(pruned), strict=True))
    for name, w in runs[0].weights.items():
        assert (w[~mask[name]] == 0).all()
        assert (w[mask[name]] != pruned.weights[name][mask[name]]).any()
    for first, second in zip(*map(numbers, runs), strict=True):
        assert np.array_equal(first, second)
    assert runs[0].loss(x, y) < pruned.settled(x).loss(x, y)
    assert np.array_equal(pickle.loads(pickle.dumps(net))(x), net(x))
    assert runs[0].astype(np.float32)(x).dtype == np.float32
    assert set(net.gradients(x, y)) == set(net.weights) == set(net.biases)


@networks
def test_what_a_network_returns_cannot_be_changed_and_inputs_stay(make):
    net, x, y = case(make)
    x.flags.writeable = y.flags.writeable = False
    train(net, x, y, epochs=1, rng=np.random.default_rng(0))
    for part in net.parts.values():
        for array in part.parameters:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


@networks
def test_no_samples_give_no_logits(make):
    assert case(make)[0](np.empty((0, *SHAPES[make]))).shape == (0, 3)


@networks
def test_the_layout_of_the_data_changes_nothing(make):
    net, x, y = case(make)
    other = np.asfortranarray(x)
    assert_allclose(net(other), net(x), atol=1e-12)
    for first, second in zip(
        net.gradients(x, y).values(), net.gradients(other, y).values(), strict=True
    ):
        assert_allclose(first, second, atol=1e-12)
    whole = np.round(x * 9).astype(int)
    assert np.array_equal(net(whole), net(whole.astype(float)))


def test_training_ends_with_the_statistics_of_all_its_data():
    net, x, y = case(image_net, n=30)
    trained = train(net, x, y, epochs=2, rng=np.random.default_rng(0), batch_size=8)
    maps = trained.layers["conv1"].forward(x)
    assert_allclose(trained.layers["norm1"].mean, maps.mean(axis=(0, 2, 3)))
    assert_allclose(trained.layers["norm1"].variance, maps.var(axis=(0, 2, 3)))
    acting = trained.in_training(rng=np.random.default_rng(0))
    assert_allclose(trained(x), acting(x))  # the batch is all of the data


def test_no_epochs_keep_the_statistics():
    net, x, y = case(dense_net)
    same = train(net, x, y, epochs=0, rng=np.random.default_rng(0))
    assert np.array_equal(same.layers["norm1"].mean, net.layers["norm1"].mean)


def test_training_with_batch_norm_equals_the_same_loop_in_torch():
    net, x, y = case(dense_net, n=20)
    trained = train(
        net, x, y, epochs=3, rng=np.random.default_rng(1), batch_size=5, learning_rate=0.01
    )
    twin = torch.nn.Sequential(
        torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5), torch.nn.Linear(5, 3)
    ).double()
    for module, part in zip(twin, net.parts.values(), strict=True):
        module.weight.data, module.bias.data = map(tensor, part.parameters)
    optimiser, order = torch.optim.Adam(twin.parameters(), lr=0.01), np.random.default_rng(1)
    for _ in range(3):
        places = order.permutation(20)
        for i in range(0, 20, 5):
            optimiser.zero_grad()
            batch = torch.tensor(places[i : i + 5])
            torch.nn.functional.cross_entropy(twin(tensor(x)[batch]), tensor(y)[batch]).backward()
            optimiser.step()
    for module, part in zip(twin, trained.parts.values(), strict=True):
        assert_allclose(part.parameters[0], module.weight.detach().numpy(), atol=1e-6)
    twin.train()
    assert_allclose(trained(x), twin(tensor(x)).detach().numpy(), atol=1e-5)


def test_a_dropped_block_is_the_identity_and_as_frequent_as_asked():
    rng = np.random.default_rng(0)
    block, x = Residual({"a": dense(3, 3, rng)}, drop=0.25), rng.standard_normal((4, 3))
    outputs = [block.in_training(rng).forward(x) for _ in range(2000)]
    dropped = np.mean([np.array_equal(y, x) for y in outputs])
    assert dropped == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 2000))
    kept = next(y for y in outputs if not np.array_equal(y, x))
    assert np.array_equal(kept, block.forward(x))  # in use, and if not dropped: in full


def test_without_drop_no_randomness_is_spent():
    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    Residual({"a": dense(3, 3, np.random.default_rng(1))}).in_training(rng)
    assert rng.bit_generator.state == state


def test_a_network_without_batch_norm_and_blocks_acts_alike_in_training():
    rng = np.random.default_rng(0)
    net = Network({"a": dense(3, 3, rng)})
    assert net.in_training(rng=rng) is net
    assert net.settled(np.ones((2, 3))) is net


# --- errors -----------------------------------------------------------------------------------

RNG = np.random.default_rng(0)
FOUR, FLAT = np.ones((4, 4)), np.ones(4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv(FOUR, FLAT, (3,)), r"weights \(out, in \* 3\); got \(4, 4\)"),
        (lambda: Conv(FOUR, FLAT, 2), "kernel is a tuple"),
        (lambda: Conv(FOUR, FLAT, ()), "kernel"),
        (lambda: Conv(FOUR, FLAT, (0,)), "each side of a kernel"),
        (lambda: Conv(FOUR, FLAT, (2,), stride=0), "stride"),
        (lambda: Conv(FOUR, FLAT, (2,), padding=-1), "padding"),
        (lambda: Conv(FOUR, FLAT, (2,), padding=(0, -1)), "padding"),
        (lambda: Conv(FOUR, FLAT, (2,), padding=(0, 1, 2)), "pair"),
        (lambda: Conv(FOUR, np.ones(3), (2,)), "a convolution takes weights"),
        (lambda: Conv(FOUR.astype(int), FLAT, (2,)), "arrays of floats"),
        (lambda: BatchNorm(FLAT, FLAT, FLAT, np.ones(3)), "one number a channel"),
        (lambda: BatchNorm(FLAT, FLAT, FLAT, -FLAT), "never negative"),
        (lambda: BatchNorm(FLAT, FLAT, FLAT, FLAT, epsilon=-1), "epsilon"),
        (lambda: Residual({}), "block is a dictionary"),
        (lambda: Residual({"a": ReLU()}, drop=1), "drop is a probability"),
        (lambda: attention(4, 0, RNG), "heads"),
        (lambda: Attention(*[Dense(FOUR, FLAT)] * 4, heads=3), "for 3 heads"),
        (lambda: Attention(*[ReLU()] * 4, heads=1), "q of attention is a Dense layer"),
        (
            lambda: Network({"a": conv(1, 4, (3,), RNG), "b": Flatten(), "c": dense(7, 2, RNG)}),
            "'a' has 4 outputs a place but 'c' takes 7",
        ),
        (lambda: Network({"a": conv(1, 4, (3,), RNG), "b": norm(3, RNG)}), "'b' takes 3"),
        (
            lambda: Network({"a": dense(2, 4, RNG), "b": Residual({"c": dense(4, 3, RNG)})}),
            "'b' takes 4 and gives 3",
        ),
        (lambda: Network({"a": conv(1, 4, (3,), RNG)}), "but 'a' gives more axes"),
        (
            lambda: Network({"a": conv(1, 4, (3,), RNG), "b": GlobalPool(tokens=True)}),
            r"'b' after 'a' must be GlobalPool\(tokens=False\)",
        ),
        (
            lambda: Network({"a.b": dense(2, 2, RNG), "a": Residual({"b": dense(2, 2, RNG)})}),
            "two layers are called 'a.b'",
        ),
    ],
)
def test_what_makes_no_layer_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (image_net, (3, 1, 6, 5), r"x must be \(n, 2, 1 or more, 1 or more\) for 'conv1'"),
        (image_net, (3, 60), "got shape"),
        (sound_net, (9,), "single sample"),
        (token_net, (3, 4), r"\(n, length, 4\) for 'block1.attention1'"),
        (dense_net, (3, 2, 4), r"\(n, 4\) for 'dense1'"),
    ],
)
def test_inputs_that_do_not_fit_the_first_layer_are_refused(make, shape, message):
    with pytest.raises(ValueError, match=message):
        case(make)[0](np.ones(shape))


def test_a_block_that_changes_the_shape_is_refused():
    net = Network({"b": Residual({"c": conv(2, 2, (3,), RNG)}), "p": GlobalPool()})
    with pytest.raises(ValueError, match=r"keeps the shape of its input.*padding=1"):
        net(np.ones((1, 2, 5)))


def test_heads_and_filters_are_pruned_by_rows():
    net = case(image_net)[0]
    mask = select(net.weights, 0.5, granularity=Row(), key=np.abs)
    assert all(np.array_equal(m.any(axis=1), m.all(axis=1)) for m in mask.values())


def test_multiplications_count_a_weight_once_for_each_place_that_it_serves():
    rng = np.random.default_rng(0)
    conv = Conv(rng.normal(size=(4, 2 * 9)), np.zeros(4), (3, 3))
    dense = Dense(rng.normal(size=(3, 4 * 6 * 6)), np.zeros(3))
    net = Network({"conv": conv, "relu": ReLU(), "flat": Flatten(), "dense": dense})
    x = rng.normal(size=(5, 2, 8, 8))
    assert macs_per_sample(net, x) == 72 * 36 + 432  # 36 windows; one row of 144 features
    with pytest.raises(ValueError, match="Pass samples"):
        macs_per_sample(net)


# ---- what language models add: GELU and layer norm


def test_gelu_is_torchs_to_seven_digits_in_both_directions():
    x = np.concatenate([np.linspace(-12, 12, 100_001), [0.0, -1e30, 1e30]])
    theirs = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.gelu(theirs)
    y.sum().backward()
    assert_allclose(GELU().forward(x), y.detach().numpy(), atol=1e-6)
    assert_allclose(GELU().backward(x[:-2], np.ones(len(x) - 2)), theirs.grad[:-2], atol=1e-6)
    narrow = x.astype(np.float32)
    assert GELU().forward(narrow).dtype == np.float32
    assert_allclose(GELU().forward(narrow), y.detach().numpy(), rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("shape", [(5, 7), (3, 4, 7)])
def test_layer_norm_is_torchs_in_both_directions(shape):
    rng = np.random.default_rng(3)
    ours = LayerNorm(*rng.standard_normal((2, 7)), 1e-5)
    x, slope = rng.standard_normal((2, *shape))
    theirs = torch.nn.LayerNorm(7).double()
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(ours.scale))
        theirs.bias.copy_(torch.tensor(ours.shift))
    inputs = torch.tensor(x, requires_grad=True)
    y = theirs(inputs)
    y.backward(torch.tensor(slope))
    assert_allclose(ours.forward(x), y.detach().numpy(), atol=1e-12)
    assert_allclose(ours.backward(x, slope), inputs.grad.numpy(), atol=1e-12)
    by_scale, by_shift = ours.gradients(x, slope)
    assert_allclose(by_scale, theirs.weight.grad.numpy(), atol=1e-12)
    assert_allclose(by_shift, theirs.bias.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("scale", "shift", "epsilon", "words"),
    [
        (np.ones(2), np.zeros(3), 1e-5, r"\(width,\) each; got \(\(2,\), \(3,\)\)"),
        (np.ones(2, int), np.zeros(2), 1e-5, "layer norm takes arrays of floats"),
        (np.ones(2), np.zeros(2), -1.0, "epsilon must be 0 or more"),
    ],
)
def test_layer_norm_refuses_what_does_not_fit(scale, shift, epsilon, words):
    with pytest.raises(ValueError, match=words):
        LayerNorm(scale, shift, epsilon)


def encoder(rng, width=6):
    """One layer of a transformer as BERT has it: normalised after each sum."""
    block = {"up": dense(width, 8, rng), "gelu": GELU(), "down": dense(8, width, rng)}
    return Network(
        {
            "attend": Residual({"attention": attention(width, 2, rng)}),
            "norm1": LayerNorm(*rng.uniform(0.5, 1.5, (2, width))),
            "forward": Residual(block),
            "norm2": LayerNorm(*rng.uniform(0.5, 1.5, (2, width))),
            "pool": GlobalPool(tokens=True),
            "classes": dense(width, 3, rng),
        }
    )


def test_a_transformer_layer_has_weights_gradients_and_learns():
    rng = np.random.default_rng(4)
    net, x, y = encoder(rng), rng.standard_normal((6, 5, 6)), np.arange(6) % 3
    assert list(net.weights) == [
        *(f"attend.attention.{n}" for n in "qkvo"), "forward.up", "forward.down", "classes",
    ]  # fmt: skip
    found, step = net.gradients(x, y), 1e-6
    for name in net.weights:
        nudged = {n: np.array(w) for n, w in net.weights.items()}
        nudged[name][0, 1] += step
        slope = (net.with_weights(nudged).loss(x, y) - net.loss(x, y)) / step
        assert_allclose(found[name][0, 1], slope, atol=1e-5)
    after = train(net.astype(np.float32), x, y, epochs=30, rng=rng, learning_rate=1e-2)
    assert after.loss(x, y) < net.loss(x, y) / 2
    assert not np.array_equal(after.layers["norm1"].scale, net.layers["norm1"].scale)


def test_compaction_leaves_the_stream_of_a_normalised_network_alone():
    rng = np.random.default_rng(5)
    net, x = encoder(rng), rng.standard_normal((4, 5, 6))
    mask = {name: np.ones(w.shape, bool) for name, w in net.weights.items()}
    mask["forward.down"][:, :3] = False  # three units that nobody reads
    mask["forward.up"][5] = False  # one that holds gelu(bias)
    mask["attend.attention.o"][:, :3] = False  # the first head
    mask["forward.down"][2] = False  # a row of the stream: it stays
    masked = net.with_weights({n: w * mask[n] for n, w in net.weights.items()})
    small = compact(net, mask)
    assert_allclose(small(x), masked(x), atol=1e-12)
    assert small.weights["forward.up"].shape == (4, 6)
    assert small.layers["attend"].layers["attention"].heads == 1
    nothing = {name: np.zeros_like(m) if "." in name else m for name, m in mask.items()}
    gone = net.with_weights({n: w * nothing[n] for n, w in net.weights.items()})
    assert_allclose(compact(net, nothing)(x), gone(x), atol=1e-12)

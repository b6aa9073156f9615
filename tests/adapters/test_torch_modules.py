"""PyTorch modules as models: what torch computes, with the weights that we gave it."""

import io
import warnings
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations
from torch.nn.utils import prune as peer

from pruning_lab.adapters.torch_modules import (
    TorchModel,
    gradients,
    parameter_masks,
    stored_gradients,
)
from pruning_lab.criteria import magnitude, snip, squared_taylor, taylor
from pruning_lab.masks import LayerCollapseWarning, apply, sparsity_of
from pruning_lab.network import Dense, Network, ReLU
from pruning_lab.pruning import prune, prune_in_steps
from pruning_lab.tiles import Column, Layer, Row


class Attentive(nn.Module):
    """Packed and separate attention, a tied output, a list of layers, batch norm."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.crossed = nn.MultiheadAttention(8, 2, kdim=7, vdim=7, batch_first=True)
        self.norm = nn.BatchNorm1d(5)
        self.blocks = nn.ModuleList([nn.Linear(8, 8), nn.Conv1d(5, 5, 3, padding=1)])
        self.output = nn.Linear(8, 7, bias=False)
        self.output.weight = self.embedding.weight

    def forward(self, tokens):
        x = self.embedding(tokens)
        x = x + self.attention(x, x, x, need_weights=False)[0]
        logits = self.output(self.norm(x))
        x = x + self.crossed(x, logits, logits, need_weights=False)[0]
        for block in self.blocks:
            x = torch.relu(block(x))
        return self.output(x)


class Images(nn.Module):
    """Convolutions in two and three dimensions, in groups, with batch norm, nested."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU()),
            nn.Conv2d(4, 4, 3, groups=2),
        )
        self.deep = nn.Conv3d(1, 2, (4, 2, 2))
        self.head = nn.Linear(18, 3)

    def forward(self, x):
        return self.head(self.deep(self.body(x)[:, None]).flatten(1))


TOKENS = torch.arange(10).reshape(2, 5) % 7
PICTURES = torch.linspace(-1, 1, 2 * 2 * 6 * 6).reshape(2, 2, 6, 6)
CASES = [(Attentive, TOKENS), (Images, PICTURES)]
cases = pytest.mark.parametrize(("make", "x"), CASES, ids=["attention", "images"])


def seeded(make):
    torch.manual_seed(0)
    return make()


def state(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


def same_state(module, before):
    after = module.state_dict()
    return after.keys() == before.keys() and all(torch.equal(after[n], before[n]) for n in before)


def mlp(*sizes):
    layers = []
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def squared(x):
    return lambda module: module(x).square().mean()


def test_every_layer_with_a_matrix_is_named_after_its_parameter():
    assert {n: w.shape for n, w in TorchModel(Attentive()).weights.items()} == {
        "attention.q_proj_weight": (8, 8),
        "attention.k_proj_weight": (8, 8),
        "attention.v_proj_weight": (8, 8),
        "attention.out_proj.weight": (8, 8),
        "crossed.q_proj_weight": (8, 8),
        "crossed.k_proj_weight": (8, 7),
        "crossed.v_proj_weight": (8, 7),
        "crossed.out_proj.weight": (8, 8),
        "blocks.0.weight": (8, 8),
        "blocks.1.weight": (5, 15),
        "output.weight": (7, 8),
    }
    assert {n: w.shape for n, w in TorchModel(Images()).weights.items()} == {
        "body.0.0.weight": (4, 18),
        "body.1.weight": (4, 18),
        "deep.weight": (2, 16),
        "head.weight": (3, 18),
    }


@cases
def test_a_model_with_its_own_weights_is_a_copy_that_computes_the_same(make, x):
    module = seeded(make)
    model = TorchModel(module)
    again = model.with_weights(model.weights)
    assert again.module is not module
    assert same_state(again.module, module.state_dict())
    assert torch.equal(again.module.eval()(x), module.eval()(x))


@cases
def test_pruning_zeroes_exactly_as_many_and_leaves_the_module_and_all_else_alone(make, x):
    module = seeded(make).eval()
    before = state(module)
    pruned, mask = prune(TorchModel(module), magnitude, 0.4)
    total = sum(m.size for m in mask.values())
    assert sparsity_of(mask) == round(0.4 * total) / total
    assert same_state(module, before)
    for name, w in pruned.weights.items():
        assert np.array_equal(w, np.where(mask[name], TorchModel(module).weights[name], 0))
    matrices = {n for n, p in pruned.module.named_parameters() if p.dim() > 1}
    for name, value in pruned.module.state_dict().items():
        assert name in matrices | {"output.weight"} or torch.equal(value, before[name])
    assert not pruned.module.training
    assert not torch.equal(pruned.module(x), module(x))


def test_weights_are_a_copy_that_later_training_does_not_change():
    module = seeded(lambda: nn.Linear(3, 2))
    model = TorchModel(module)
    weights = model.weights
    old = weights["weight"].copy()
    with torch.no_grad():
        module.weight.add_(1)
    assert np.array_equal(weights["weight"], old)
    new = model.weights
    new["weight"][:] = 0
    assert module.weight.abs().sum() > 0
    copy = model.with_weights(new)
    new["weight"][:] = 1
    assert copy.module.weight.abs().sum() == 0


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_precision_flags_and_memory_order_are_kept(kind):
    module = seeded(lambda: nn.Sequential(nn.Conv2d(4, 6, 3), nn.Dropout(), nn.Linear(2, 2)))
    module = module.to(kind).to(memory_format=torch.channels_last)
    module[0].weight.requires_grad_(False)
    module[1].eval()
    model = TorchModel(module)
    assert {w.dtype.itemsize for w in model.weights.values()} == {
        2 if kind is torch.float16 else max(4, torch.finfo(kind).bits // 8)
    }
    copy = model.with_weights(model.weights).module
    assert same_state(copy, module.state_dict())
    assert copy[0].weight.stride() == module[0].weight.stride() == (36, 1, 12, 4)
    assert [p.requires_grad for p in copy.parameters()] == [False, True, True, True]
    assert [m.training for m in copy.modules()] == [True, True, False, True]
    assert all(isinstance(p, nn.Parameter) and p.dtype == kind for p in copy.parameters())


def test_shared_parameters_appear_once_and_stay_shared():
    module = seeded(Attentive)
    assert sum(w.shape == (7, 8) for w in TorchModel(module).weights.values()) == 1
    pruned = prune(TorchModel(module), magnitude, 0.5)[0].module
    assert pruned.output.weight is pruned.embedding.weight
    shared = nn.Linear(3, 3)
    twice = TorchModel(nn.Sequential(shared, nn.ReLU(), shared, nn.Linear(3, 3)))
    twice.module[3].weight = shared.weight
    assert list(twice.weights) == ["0.weight"]
    copy = prune(twice, magnitude, 0.5)[0].module
    assert copy[0] is copy[2]
    assert copy[3].weight is copy[0].weight


def test_packed_and_separate_attention_have_the_same_names_and_get_the_same_mask():
    packed, apart = seeded(lambda: nn.MultiheadAttention(6, 3)), nn.MultiheadAttention(6, 3)
    apart._qkv_same_embed_dim = False
    apart.in_proj_weight = None
    for name, rows in zip("qkv", packed.in_proj_weight.detach().chunk(3), strict=True):
        setattr(apart, f"{name}_proj_weight", nn.Parameter(rows.clone()))
    apart.out_proj = deepcopy(packed.out_proj)
    (one, mask), (other, same) = (prune(TorchModel(m), magnitude, 0.6) for m in (packed, apart))
    assert mask.keys() == same.keys()
    assert all(np.array_equal(mask[name], same[name]) for name in mask)
    x = torch.randn(4, 2, 6)
    torch.testing.assert_close(one.module(x, x, x)[0], other.module(x, x, x)[0])
    stacked = np.concatenate([one.weights[f"{name}_proj_weight"] for name in "qkv"])
    assert np.array_equal(stacked, one.module.in_proj_weight.detach().numpy())


def test_a_head_is_a_coupling_and_a_pruned_head_adds_nothing():
    module = seeded(lambda: nn.MultiheadAttention(6, 3, bias=False))
    heads = {f"{name}_proj_weight": Row(2) for name in "qkv"} | {"out_proj.weight": Column(2)}
    pruned, mask = prune(TorchModel(module), magnitude, 1 / 3, granularity=[heads])
    kept = mask["out_proj.weight"].any(axis=0).reshape(3, 2)
    assert kept.sum(axis=0).tolist() == [2, 2]
    assert np.array_equal(mask["q_proj_weight"].all(axis=1), kept.ravel())
    x = torch.randn(4, 6)
    q, k, v = (torch.from_numpy(TorchModel(module).weights[f"{n}_proj_weight"]) for n in "qkv")
    summed = torch.zeros(4, 6)
    for head in np.flatnonzero(kept[:, 0]):
        rows = slice(2 * head, 2 * head + 2)
        mixed = functional.scaled_dot_product_attention(x @ q[rows].T, x @ k[rows].T, x @ v[rows].T)
        summed += mixed @ module.out_proj.weight[:, rows].T
    torch.testing.assert_close(pruned.module(x, x, x)[0], summed)


def linears(seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(2, 5, 3), nn.Flatten(), nn.Linear(20, 7), nn.Linear(7, 3))


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_without_ties_the_masks_are_those_of_torch(seed, sparsity):
    model = TorchModel(linears(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LayerCollapseWarning)
        _, single = prune(model, magnitude, sparsity)
        _, rows = prune(model, magnitude, sparsity, granularity=Row(), scope=Layer())
    theirs = [linears(seed)[i] for i in (0, 2, 3)]
    peer.global_unstructured(
        [(layer, "weight") for layer in theirs], peer.L1Unstructured, amount=sparsity
    )
    for layer, kept in zip(theirs, single.values(), strict=True):
        assert np.array_equal(layer.weight_mask.flatten(1).numpy() == 1, kept)
    theirs = [linears(seed)[i] for i in (0, 2, 3)]
    for layer, kept in zip(theirs, rows.values(), strict=True):
        peer.ln_structured(layer, "weight", amount=sparsity, n=1, dim=0)
        assert np.array_equal(layer.weight_mask.flatten(1).numpy() == 1, kept)


@settings(max_examples=50)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6), st.data())
def test_any_real_matrix_comes_back_as_torch_would_cast_it(height, width, seed, data):
    kind = data.draw(st.sampled_from([np.float16, np.float32, np.float64, np.int8, bool, ">f4"]))
    layout = data.draw(st.sampled_from([np.ascontiguousarray, np.asfortranarray, np.flip]))
    values = np.random.default_rng(seed).normal(0, 9, (height, width))
    values[0, 0] = data.draw(st.sampled_from([0.0, -0.0, 1.0]))
    if kind not in (np.int8, bool) and data.draw(st.booleans()):
        values[-1, -1] = -np.inf
    given_ = layout(values.astype(kind))
    kept = given_.copy()
    model = TorchModel(nn.Linear(width, height)).with_weights({"weight": given_})
    assert np.array_equal(model.weights["weight"], given_.astype(np.float32))
    assert np.array_equal(kept, given_)


def test_prune_in_steps_trains_between_the_rounds():
    torch.manual_seed(0)
    x, y = torch.randn(64, 5), torch.randint(0, 3, (64,))
    module = mlp(5, 16, 3)
    before = state(module)
    losses = []

    def retrain(model, mask):
        net = deepcopy(model.module)
        kept = parameter_masks(model, mask)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(30):
            optimizer.zero_grad()
            loss = functional.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                for name, k in kept.items():
                    net.get_parameter(name).mul_(k)
        losses.append(loss.item())
        return TorchModel(net)

    def criterion(model):
        loss = gradients(model, lambda net: functional.cross_entropy(net(x), y))
        return taylor(model, loss)

    rounds = list(prune_in_steps(TorchModel(module), criterion, [0.25, 0.5], None, retrain))
    assert [sparsity_of(mask) for _, mask in rounds] == [0.25, 0.5]
    assert all((w[~mask[n]] == 0).all() for m, mask in rounds for n, w in m.weights.items())
    assert losses[0] < functional.cross_entropy(module(x), y)
    assert same_state(module, before)
    with pytest.raises(ValueError, match=r"brought .* pruned weights"):
        list(
            prune_in_steps(
                TorchModel(module),
                criterion,
                [0.5],
                None,
                lambda m, _: m.with_weights({name: w + 1 for name, w in m.weights.items()}),
            )
        )


@pytest.mark.parametrize("criterion", [taylor, squared_taylor, snip])
def test_gradient_criteria_agree_with_the_numpy_network(criterion):
    rng = np.random.default_rng(0)
    module = mlp(4, 6, 3).double()
    net = Network(
        {
            "0.weight": Dense(module[0].weight.detach().numpy(), module[0].bias.detach().numpy()),
            "relu": ReLU(),
            "2.weight": Dense(module[2].weight.detach().numpy(), module[2].bias.detach().numpy()),
        }
    )
    x, y = rng.normal(size=(20, 4)), rng.integers(0, 3, 20)

    def loss(m):
        return functional.cross_entropy(m(torch.from_numpy(x)), torch.from_numpy(y))

    _, ours = prune(net, lambda m: criterion(m, m.gradients(x, y)), 0.6)
    _, theirs = prune(TorchModel(module), lambda m: criterion(m, gradients(m, loss)), 0.6)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


@cases
def test_gradients_are_those_of_autograd_and_leave_the_module_alone(make, x):
    module = seeded(make)
    module.requires_grad_(False)
    before, model = state(module), TorchModel(module)
    with torch.no_grad():
        ours = gradients(model, squared(x))
    assert same_state(module, before)
    assert all(p.grad is None and not p.requires_grad for p in module.parameters())
    module.requires_grad_(True)
    with pytest.raises(ValueError, match=r"call loss\.backward"):
        stored_gradients(model)
    squared(x)(module).backward()
    stored = stored_gradients(model)
    assert ours.keys() == stored.keys() == model.weights.keys()
    for name, gradient in stored.items():
        assert np.array_equal(gradient, ours[name])
        assert gradient.shape == model.weights[name].shape
        assert gradient.any()
    again = gradients(model, squared(x))  # nothing is added to what .grad holds
    assert all(np.array_equal(again[name], ours[name]) for name in ours)


def test_a_layer_that_the_loss_does_not_use_has_gradients_of_zero():
    module = nn.ModuleDict({"used": nn.Linear(2, 2), "unused": nn.Linear(2, 2)})
    found = gradients(TorchModel(module), lambda m: m["used"](torch.ones(2)).sum())
    assert found["used.weight"].all()
    assert not found["unused.weight"].any()


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda m: m(torch.ones(3, 2)), r"one number; got \(3, 2\)"),
        (lambda m: m(torch.ones(2)).sum().item(), "one number; got float"),
        (lambda m: m(torch.ones(2)).sum().detach(), "does not depend"),
        (lambda m: nn.Linear(2, 2)(torch.ones(2)).sum(), "does not depend"),
    ],
)
def test_a_loss_that_gives_no_gradients_is_refused(loss, message):
    with pytest.raises(ValueError, match=message):
        gradients(TorchModel(nn.Linear(2, 2)), loss)


@pytest.mark.parametrize(
    "call",
    [
        lambda module: gradients(module, squared(torch.ones(2))),
        lambda module: stored_gradients(module),
        lambda module: parameter_masks(module, {"weight": np.ones((2, 2), bool)}),
    ],
)
def test_a_bare_module_is_to_be_wrapped(call):
    with pytest.raises(ValueError, match="expected a TorchModel; got Linear"):
        call(nn.Linear(2, 2))
    with pytest.raises(ValueError, match="loss is a function"):
        gradients(TorchModel(nn.Linear(2, 2)), 0.5)


def test_masks_of_parameters_have_the_shapes_of_torch():
    module = seeded(Attentive)
    model = TorchModel(module)
    pruned, mask = prune(model, magnitude, 0.4)
    masks = parameter_masks(model, mask)
    assert masks["attention.in_proj_weight"].shape == (24, 8)
    with torch.no_grad():
        for name, kept in masks.items():
            assert kept.dtype == torch.bool
            module.get_parameter(name).mul_(kept)
    assert same_state(pruned.module, module.state_dict())
    with pytest.raises(ValueError, match="boolean"):
        parameter_masks(model, model.weights)


@cases
def test_state_dictionaries_save_and_load_and_deepcopy_works(make, x):
    pruned = prune(TorchModel(seeded(make).eval()), magnitude, 0.5)[0]
    file = io.BytesIO()
    torch.save(pruned.module.state_dict(), file)
    file.seek(0)
    fresh = make().eval()
    fresh.load_state_dict(torch.load(file, weights_only=True))
    copy = deepcopy(pruned)
    for module in (fresh, copy.module):
        assert torch.equal(module(x), pruned.module(x))
    assert copy.module is not pruned.module


@cases
def test_a_pruned_module_exports_and_gives_the_same_outputs(make, x):
    pruned = prune(TorchModel(seeded(make).eval()), magnitude, 0.5)[0].module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch about itself
        exported = torch.export.export(pruned, (x,)).module()
    torch.testing.assert_close(exported(x), pruned(x), rtol=1e-6, atol=1e-6)


def test_nan_weights_are_refused_by_the_ranking():
    module = nn.Linear(2, 2)
    with torch.no_grad():
        module.weight[0, 0] = float("nan")
    with pytest.raises(ValueError, match="NaN"):
        prune(TorchModel(module), magnitude, 0.5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Linear(2, 2).state_dict(), "expected a torch module; got OrderedDict"),
        (lambda: nn.Sequential(nn.BatchNorm1d(2), nn.ReLU()), "no layer to prune.*BatchNorm1d"),
        (lambda: nn.LSTM(2, 2), "no layer to prune.*LSTM"),
        (lambda: nn.Linear(2, 2, dtype=torch.complex64), "dense floats; got torch.complex64"),
        (lambda: nn.LazyLinear(2), "'weight' has no values yet.*one batch"),
        (lambda: nn.Sequential(nn.Linear(2, 2, device="meta")), "'0.weight' has no values"),
        (lambda: peer.l1_unstructured(nn.Linear(2, 2), "weight", 1), "'weight' is no parameter"),
        (lambda: parametrizations.weight_norm(nn.Linear(2, 2)), "'weight' is no parameter"),
    ],
)
def test_what_cannot_be_pruned_is_refused_with_the_fix(make, message):
    with pytest.raises(ValueError, match=message):
        TorchModel(make())


def test_attention_pruned_by_torch_is_refused_with_the_name_of_its_parameter():
    module = nn.MultiheadAttention(4, 2)
    peer.l1_unstructured(module, "in_proj_weight", 0.5)
    with pytest.raises(ValueError, match=r"remove\(layer, 'in_proj_weight'\)"):
        TorchModel(module)


def test_a_transformer_of_torch_computes_alike_on_its_fast_path():
    layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    pruned = prune(TorchModel(encoder.eval()), magnitude, 0.5)[0].module
    x = torch.randn(2, 5, 16)
    with torch.no_grad():
        fast = pruned(x)
    torch.testing.assert_close(fast, pruned(x).detach(), rtol=1e-4, atol=1e-5)


def test_weights_that_do_not_fit_are_refused():
    model = TorchModel(nn.Linear(3, 2))
    with pytest.raises(ValueError, match="transposed"):
        model.with_weights({"weight": np.ones((3, 2))})
    with pytest.raises(ValueError, match="lacks"):
        model.with_weights({"bias": np.ones((2, 3))})
    with pytest.raises(ValueError, match="numpy array"):
        model.with_weights({"weight": torch.ones(2, 3)})


def test_given_weights_are_not_changed():
    model = TorchModel(seeded(Images))
    weights = model.weights
    before = deepcopy(weights)
    mask = {name: w > 0 for name, w in weights.items()}
    model.with_weights(apply(weights, mask))
    parameter_masks(model, mask)
    assert all(np.array_equal(weights[name], before[name]) for name in weights)

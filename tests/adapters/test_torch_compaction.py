"""Chains of PyTorch compacted: torch computes the same with fewer numbers."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from pruning_lab import compaction
from pruning_lab.adapters.torch_chains import layers_of, network_of
from pruning_lab.adapters.torch_compaction import compact
from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.masks import apply

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def everything(model):
    return {name: np.ones(w.shape, bool) for name, w in model.weights.items()}


def masked(model, mask):
    return model.with_weights(apply(model.weights, mask)).module


def shapes(model):
    return {name: w.shape for name, w in model.weights.items()}


# --- random chains and masks ------------------------------------------------------------------


ACTIVATIONS = [
    nn.ReLU(inplace=True), nn.LeakyReLU(0.3), nn.GELU(), nn.Tanh(), nn.Sigmoid(), nn.Softplus(),
    nn.Dropout(0.5), nn.ELU(2.0), nn.Hardswish(),
]  # fmt: skip


class Maker:
    """Random chains from the choices of Hypothesis."""

    def __init__(self, data):
        self.data = data
        self.seed = data.draw(st.integers(0, 2**32 - 1))
        self.rng = np.random.default_rng(self.seed)
        torch.manual_seed(self.seed)

    def whole(self, low, high):
        return self.data.draw(st.integers(low, high))

    def yes(self):
        return self.data.draw(st.booleans())

    def between(self, norm):
        layers = []
        if self.yes():
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)
            if norm.affine:
                nn.init.normal_(norm.weight)
                nn.init.normal_(norm.bias)
                with torch.no_grad():
                    norm.weight[torch.rand(len(norm.weight)) < 0.2] = 0
            layers.append(norm)
        if self.yes():
            layers.append(deepcopy(self.data.draw(st.sampled_from(ACTIVATIONS))))
        return layers

    def rows(self, before, after):
        layers = []
        for _ in range(self.whole(0, 2)):
            wide = self.whole(1, 6)
            layers += [nn.Linear(before, wide, bias=self.yes())]
            layers += self.between(nn.BatchNorm1d(wide, affine=self.yes()))
            before = wide
        return [nn.Sequential(*layers), nn.Linear(before, after, bias=self.yes())]

    def maps(self, axes, channels):
        conv = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[axes]
        norm = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d}[axes]
        pool = {1: nn.AvgPool1d, 2: nn.MaxPool2d, 3: nn.AvgPool3d}[axes]
        layers = []
        for _ in range(self.whole(1, 2)):
            wide = self.whole(1, 5)
            mode = self.data.draw(st.sampled_from(["zeros", "circular", "replicate"]))
            padding = self.data.draw(st.sampled_from([0, 1, "same"]))
            stride = 1 if padding == "same" else self.whole(1, 2)
            layers.append(
                conv(
                    channels, wide, self.data.draw(st.sampled_from([1, 3])), stride, padding,
                    bias=self.yes(), padding_mode=mode,
                )
            )  # fmt: skip
            layers += self.between(norm(wide, affine=self.yes()))
            channels = wide
        if self.yes():
            layers.append(pool(2, 1))
        return layers

    def chain(self):
        """A chain and an input of it."""
        axes = self.whole(0, 3)
        if axes == 0:
            width = self.whole(1, 5)
            return nn.Sequential(*self.rows(width, 3)), torch.randn(4, width)
        channels = self.whole(1, 3)
        x = torch.randn(2, channels, *[11, 12, 11][:axes])
        layers = self.maps(axes, channels)
        if self.yes():
            pool = {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d, 3: nn.AdaptiveAvgPool3d}
            layers.append(pool[axes](2))
        if self.yes():
            size = nn.Sequential(*layers).eval()(x).flatten(1).shape[1]
            layers += [nn.Flatten(), *self.rows(size, 3)]
        return nn.Sequential(nn.Identity(), *layers), x

    def mask(self, model):
        """Units, columns, whole matrices and single weights, all at random."""
        mask = {}
        for name, w in model.weights.items():
            rows, columns = (self.rng.random(n) < self.rng.choice([0.4, 0.8, 1]) for n in w.shape)
            single = self.rng.random(w.shape) < self.rng.choice([0.5, 1])
            mask[name] = rows[:, None] & columns & single & (self.rng.random() < 0.9)
        return mask


@pytest.mark.parametrize("precision", TOLERANCE)
@settings(max_examples=100)
@given(data=st.data())
def test_compacted_equals_masked_and_the_original_stays(precision, data):
    make = Maker(data)
    module, x = make.chain()
    module, x = module.to(precision).eval(), x.to(precision)
    before = deepcopy(module.state_dict())
    model = TorchModel(module)
    mask = make.mask(model)
    small = compact(model, mask).module
    with torch.no_grad():
        expected = masked(model, mask)(x)
        tolerance = TOLERANCE[precision] * max(1, float(expected.abs().max()))
        torch.testing.assert_close(small(x), expected, rtol=0, atol=tolerance)
    weights = TorchModel(small).weights
    assert all(w.size <= mask[name].size for name, w in weights.items())
    assert all(torch.equal(v, before[n]) for n, v in module.state_dict().items())
    assert not small.training


def images():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(2, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU()),
        nn.Conv2d(6, 4, 3, stride=2),
        nn.GELU(),
        nn.Flatten(),
        nn.Linear(4 * 9, 8),
        nn.Tanh(),
        nn.Linear(8, 3),
    ).eval()


def pruned_images():
    model = TorchModel(images())
    mask = everything(model)
    mask["0.0.weight"][[0, 3]] = False  # after batch norm they hold a constant
    mask["1.weight"][1] = False
    mask["4.weight"][:3] = False
    mask["6.weight"][:, 7] = False
    return model, mask


PICTURES = torch.linspace(-1, 1, 2 * 2 * 8 * 8).reshape(2, 2, 8, 8)


def test_a_compacted_chain_is_made_of_the_same_layers_but_smaller():
    model, mask = pruned_images()
    small = compact(model, mask)
    assert shapes(small) == {
        "0.0.weight": (4, 18),
        "1.weight": (3, 4 * 9),
        "4.weight": (4, 3 * 9),
        "6.weight": (3, 4),
    }
    layers = small.module
    assert repr(layers[0][1]).startswith("BatchNorm2d(4,")
    assert layers[0][1].num_batches_tracked == 0
    assert (layers[1].in_channels, layers[1].out_channels, layers[1].stride) == (4, 3, (2, 2))
    assert layers[0][0].bias is None
    assert (layers[4].in_features, layers[4].out_features) == (27, 4)
    assert all(p.requires_grad and p.grad is None for p in layers.parameters())
    # a second round finds nothing more to leave out
    assert shapes(compact(small, everything(small))) == shapes(small)


def test_a_compacted_chain_says_the_same_exports_copies_saves_and_loads(check_survives):
    model, mask = pruned_images()
    small = compact(model, mask).module
    check_survives(small, PICTURES)
    with torch.no_grad():
        assert torch.allclose(small(PICTURES), masked(model, mask)(PICTURES), rtol=0, atol=1e-5)
    assert small.state_dict().keys() == model.module.state_dict().keys()


def test_a_compacted_chain_trains_on():
    model, mask = pruned_images()
    small = compact(model, mask).module.train()
    optimizer = torch.optim.SGD(small.parameters(), lr=0.05)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(small(PICTURES), torch.tensor([0, 2]))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_a_layer_without_bias_gets_one_only_for_constants():
    model = TorchModel(nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1, bias=False)))
    mask = everything(model)
    assert compact(model, mask).module[2].bias is None
    mask["0.weight"][0] = False
    small = compact(model, mask).module
    constant = torch.sigmoid(model.module[0].bias[0]) * model.module[2].weight[0, 0]
    torch.testing.assert_close(small[2].bias, constant[None])


def test_flags_of_training_and_freezing_are_kept():
    module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    module[0].requires_grad_(False)
    module[1].eval()
    mask = everything(TorchModel(module))
    mask["2.weight"][:, 2] = False
    small = compact(TorchModel(module), mask).module
    assert [p.requires_grad for p in small.parameters()] == [False] * 2 + [True] * 4
    assert [layer.training for layer in small] == [True, False, True]


@pytest.mark.parametrize("precision", [torch.float16, torch.bfloat16])
def test_half_precision_stays_half(precision):
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).to(precision)
    mask = everything(TorchModel(module))
    mask["0.weight"][1] = False
    small = compact(TorchModel(module), mask).module
    assert {p.dtype for p in small.parameters()} == {precision}
    x = torch.ones(1, 3, dtype=precision)
    expected = masked(TorchModel(module), mask)(x)
    torch.testing.assert_close(small(x), expected, rtol=0.02, atol=0.02)


def test_rows_may_be_tokens_as_long_as_nothing_flattens_them():
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    mask = everything(TorchModel(module))
    mask["0.weight"][:2] = False
    x = torch.randn(2, 5, 3)
    small = compact(TorchModel(module), mask).module
    torch.testing.assert_close(small(x), masked(TorchModel(module), mask)(x), rtol=0, atol=1e-6)


class Custom(nn.Sequential):
    def forward(self, x):
        return super().forward(x) * 2


def shared():
    one = nn.Linear(2, 2)
    return nn.Sequential(one, nn.ReLU(), one)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (nn.Linear(2, 2), "got Linear, whose forward"),
        (Custom(nn.Linear(2, 2)), "got Custom, whose forward"),
        (nn.Sequential(nn.Linear(2, 2), nn.Softmax(1)), "around '1', a Softmax"),
        (nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)), "around '1', a LayerNorm"),
        (nn.Sequential(nn.Linear(2, 2), Custom(nn.Linear(2, 2))), "got Custom, whose forward"),
        (nn.Sequential(nn.Linear(2, 2), nn.PReLU(2)), "around '1', a PReLU"),
        (shared(), "'2' shares its weights"),
        (nn.Sequential(nn.Conv1d(2, 2, 1), nn.Linear(5, 2)), r"'1', a Linear, .*nn\.Flatten"),
        (nn.Sequential(nn.Linear(2, 2), nn.MaxPool1d(2)), "'1', a MaxPool1d, reads another axis"),
        (nn.Sequential(nn.Linear(2, 2), nn.Flatten(), nn.Linear(4, 2)), "2 outputs.* takes 4"),
        (nn.Sequential(nn.Conv2d(2, 2, 1, groups=2)), "in 2 groups"),
        (nn.Sequential(nn.Conv2d(1, 1, 1), nn.Flatten(2)), "from axis 1 to -1; got 2 to -1"),
        (nn.Sequential(nn.Conv2d(1, 1, 1), nn.AvgPool2d(3, padding=1)), "count_include_pad=False"),
        (
            nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, track_running_stats=False)),
            "depends on the batch",
        ),
    ],
)
def test_what_is_no_chain_is_refused_with_the_fix(module, message):
    model = TorchModel(module)
    with pytest.raises(ValueError, match=message):
        compact(model, everything(model))


def test_bare_modules_and_masks_that_do_not_fit_are_refused():
    module = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(ValueError, match="expected a TorchModel; got Sequential"):
        compact(module, {})
    with pytest.raises(ValueError, match="lacks"):
        compact(TorchModel(module), {"weight": np.ones((2, 2), bool)})
    with pytest.raises(ValueError, match="boolean"):
        compact(TorchModel(module), TorchModel(module).weights)
    with pytest.raises(ValueError, match="takes a Network; got TorchModel"):
        compaction.compact(TorchModel(module), {})


def test_the_layers_that_torch_lends_to_compaction_have_slopes_of_their_own():
    module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2)).double()
    net = network_of(TorchModel(module), dict(layers_of(module)))
    x = np.random.default_rng(0).standard_normal((4, 2))
    expected = module(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(net(x), expected, atol=1e-12)
    tanh = net.layers["1"]
    slope = np.ones((4, 3))
    hidden = x @ net.weights["0.weight"].T
    np.testing.assert_allclose(tanh.backward(hidden, slope), 1 - np.tanh(hidden) ** 2)

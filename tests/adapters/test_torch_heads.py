"""Dead heads of PyTorch's attention leave, and torch's own module says what must come out."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from pruning_lab.adapters.torch_heads import FewerHeads, without_heads
from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.masks import apply

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}


def everything(model):
    return {name: np.ones(w.shape, bool) for name, w in model.weights.items()}


def masked(model, mask):
    return model.with_weights(apply(model.weights, mask)).module


def attention(width, heads, **options):
    layer = nn.MultiheadAttention(width, heads, **options).eval()
    for name, parameter in layer.named_parameters():
        if name.endswith("bias"):
            nn.init.normal_(parameter)
    return layer


@pytest.mark.parametrize("precision", TOLERANCE)
@settings(max_examples=60)
@given(
    heads=st.integers(1, 4), d=st.integers(1, 3), seed=st.integers(0, 2**32 - 1),
    bias=st.booleans(), batch_first=st.booleans(), data=st.data(),
)  # fmt: skip
def test_fewer_heads_equal_masked_ones(precision, heads, d, seed, bias, batch_first, data):
    torch.manual_seed(seed)
    width = heads * d
    module = attention(width, heads, bias=bias, batch_first=batch_first).to(precision)
    model, rng = TorchModel(module), np.random.default_rng(seed)
    mask, alive = everything(model), np.ones(heads, bool)
    for name, axis in (("v_proj_weight", 0), ("out_proj.weight", 1)):
        gone = rng.random(heads) < 0.3
        alive &= ~gone
        rows = np.repeat(gone, d)
        mask[name][(slice(None),) * axis + (rows,)] = False
    mask["k_proj_weight"] &= rng.random((width, width)) < 0.8
    before = deepcopy(module.state_dict())
    small = without_heads(model, mask).module
    left = small.heads if isinstance(small, FewerHeads) else small.num_heads
    assert left == max(1, int(alive.sum()))

    batch, length, keys = 2, 3, data.draw(st.integers(1, 4))
    shape = lambda n: (batch, n, width) if batch_first else (n, batch, width)  # noqa: E731
    query, key, value = (torch.randn(shape(n), dtype=precision) for n in (length, keys, keys))
    options = {}
    if data.draw(st.booleans()):
        barred = torch.rand(length, keys) < 0.4
        barred[:, 0] = False
        options["attn_mask"] = barred
    if data.draw(st.booleans()):
        options["key_padding_mask"] = torch.zeros(batch, keys, dtype=torch.bool)
        options["key_padding_mask"][0, 1:] = True
    with torch.no_grad():
        expected = masked(model, mask)(query, key, value, need_weights=False, **options)[0]
        result, shares = small(query, key, value, need_weights=False, **options)
        one = small(*(x.select(0 if batch_first else 1, 0) for x in (query, key, value)))[0]
        plain = small(query, key, value)[0]
    torch.testing.assert_close(result, expected, rtol=0, atol=TOLERANCE[precision] * 10)
    torch.testing.assert_close(one, plain.select(0 if batch_first else 1, 0))
    assert shares is None
    assert all(torch.equal(v, before[n]) for n, v in module.state_dict().items())


def encoder():
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(12, 3, 16, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()


def pruned_encoder():
    model = TorchModel(encoder())
    mask = everything(model)
    mask["layers.0.self_attn.out_proj.weight"][:, 4:8] = False
    mask["layers.1.linear1.weight"][::2] = False
    return model, mask


TOKENS = torch.linspace(-1, 1, 2 * 5 * 12).reshape(2, 5, 12)


def test_heads_go_wherever_attention_stands_and_all_else_is_masked():
    model, mask = pruned_encoder()
    small = without_heads(model, mask)
    assert isinstance(small.module.layers[0].self_attn, FewerHeads)
    assert isinstance(small.module.layers[1].self_attn, nn.MultiheadAttention)  # all heads live
    with torch.no_grad():
        torch.testing.assert_close(
            small.module(TOKENS), masked(model, mask)(TOKENS), rtol=0, atol=1e-5
        )
    assert small.weights["layers.0.self_attn.q.weight"].shape == (8, 12)
    assert not small.weights["layers.1.linear1.weight"][::2].any()


def test_it_exports_copies_saves_and_loads(check_survives):
    model, mask = pruned_encoder()
    check_survives(without_heads(model, mask).module, TOKENS)


def test_mode_and_freezing_are_kept():
    module = attention(4, 2, dropout=0.5).train().requires_grad_(False)
    mask = everything(TorchModel(module))
    mask["out_proj.weight"][:, :2] = False
    state = torch.random.get_rng_state()
    small = without_heads(TorchModel(module), mask).module
    assert torch.equal(torch.random.get_rng_state(), state)
    assert small.training
    assert small.dropout == 0.5
    assert not any(p.requires_grad for p in small.parameters())


def test_torch_itself_refuses_a_narrower_attention():
    layer = attention(8, 4)
    layer.num_heads, layer.head_dim = 2, 2
    layer.in_proj_weight = nn.Parameter(torch.zeros(12, 8))
    layer.in_proj_bias = nn.Parameter(torch.zeros(12))
    layer.out_proj.weight = nn.Parameter(torch.zeros(8, 4))
    with pytest.raises((RuntimeError, AssertionError)):
        layer.train()(*[torch.zeros(3, 1, 8)] * 3)


@pytest.mark.parametrize(
    "module",
    [
        nn.Linear(2, 2),
        nn.MultiheadAttention(4, 2, kdim=3),
        nn.MultiheadAttention(4, 2, add_zero_attn=True),
        nn.MultiheadAttention(4, 2, add_bias_kv=True),
    ],
)
def test_modules_without_heads_to_remove_are_refused(module):
    model = TorchModel(module)
    with pytest.raises(ValueError, match=r"no nn\.MultiheadAttention whose heads can go"):
        without_heads(model, everything(model))
    with pytest.raises(ValueError, match="expected a TorchModel"):
        without_heads(module, {})


def test_masks_for_each_head_are_refused():
    model = TorchModel(attention(4, 2, batch_first=True))
    mask = everything(model)
    mask["out_proj.weight"][:, :2] = False
    small, x = without_heads(model, mask).module, torch.zeros(1, 3, 4)
    with pytest.raises(ValueError, match=r"same for all heads; got \(2, 3, 3\)"):
        small(x, x, x, attn_mask=torch.zeros(2, 3, 3))
    with pytest.raises(ValueError, match="is_causal=True"):
        small(x, x, x, is_causal=True)

"""The sentence model: its layers against torch, its pieces of words, and how it is pruned."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from pruning_lab import magnitude, prune, sparsity_of
from pruning_lab.network import Attention, GlobalPool, LayerNorm, Residual
from pruning_lab.teaching import minilm, walks, wordpiece
from pruning_lab.teaching.demos import language_parts as parts

SENTENCES = ["The ferry could not leave.", "Bees dance.", "No one knew, and nobody asked her why."]


@pytest.fixture(scope="module")
def model():
    return minilm.load()


def of_torch(network, i):
    """torch's own layer with the numbers of our layer i."""
    layer = nn.TransformerEncoderLayer(
        384, 12, 1536, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True
    ).double()
    attention, block = (
        network.layers[f"layer{i}a"].layers["attention"],
        network.layers[f"layer{i}f"],
    )
    ours = {
        "self_attn.in_proj_weight": np.concatenate([getattr(attention, n).weights for n in "qkv"]),
        "self_attn.in_proj_bias": np.concatenate([getattr(attention, n).bias for n in "qkv"]),
        "self_attn.out_proj.weight": attention.o.weights,
        "self_attn.out_proj.bias": attention.o.bias,
        "linear1.weight": block.layers["up"].weights,
        "linear1.bias": block.layers["up"].bias,
        "linear2.weight": block.layers["down"].weights,
        "linear2.bias": block.layers["down"].bias,
    }
    for n, half in (("1", "a"), ("2", "f")):
        norm = network.layers[f"norm{i}{half}"]
        ours |= {f"norm{n}.weight": norm.scale, f"norm{n}.bias": norm.shift}
    layer.load_state_dict({name: torch.tensor(a, dtype=torch.float64) for name, a in ours.items()})
    return layer.eval()


def test_six_layers_compute_what_torch_computes(model):
    (_, x), *_ = model.batches(SENTENCES)
    theirs = torch.tensor(x, dtype=torch.float64)
    with torch.no_grad():
        for i in range(1, 7):
            theirs = of_torch(model.network, i)(theirs)
    wanted = theirs.mean(dim=1).numpy()
    assert_allclose(model.network.astype(np.float64)(x), wanted, atol=2e-6)  # GELU to 7 digits
    assert_allclose(model.network(x), wanted, atol=1e-4)


def test_what_goes_into_the_layers_is_what_torch_would_embed(model):
    arrays = minilm.weights.load("minilm")
    numbers = torch.tensor([model.numbers(SENTENCES[1])])
    found = sum(
        nn.functional.embedding(at, torch.tensor(arrays[f"embeddings.{n}_embeddings.weight"]))
        for n, at in (
            ("word", numbers),
            ("position", torch.arange(numbers.shape[1])[None]),
            ("token_type", torch.zeros_like(numbers)),
        )
    )
    norm = [torch.tensor(arrays[f"embeddings.LayerNorm.{n}"]) for n in ("weight", "bias")]
    wanted = nn.functional.layer_norm(found, (384,), *norm, 1e-12).numpy()
    batches = {rows[0]: x for rows, x in model.batches(SENTENCES)}
    assert_allclose(batches[1], wanted, atol=1e-5)


def test_pieces_are_those_of_the_reference(model):
    """As the library tokenizers 0.22 cuts them with the tokenizer of the same package."""
    wanted = {
        "Unpruned transformers!": [101, 4895, 18098, 9816, 2094, 19081, 999, 102],
        "Café Zürich, isn't it?": [101, 7668, 10204, 1010, 3475, 1005, 1056, 2009, 1029, 102],
    }
    for sentence, numbers in wanted.items():
        assert model.numbers(sentence) == numbers


def test_a_word_that_cannot_be_made_of_pieces_is_unknown():
    assert wordpiece.cut("ab", {"a": 0}) == ["[UNK]"]
    assert wordpiece.cut("a" * 101, {"a": 0, "##a": 1}) == ["[UNK]"]


def test_vectors_have_length_one_and_do_not_depend_on_who_else_is_asked(model):
    together = model(SENTENCES)
    assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
    assert_allclose(together, np.concatenate([model([s]) for s in SENTENCES]), atol=1e-5)
    cosines = (
        model(["A dog runs.", "A hound is running.", "The rent is due."]) @ model(["A dog runs."]).T
    )
    assert cosines[1, 0] > 0.7 > 0.3 > cosines[2, 0]


def test_the_library_prunes_it_like_any_model(model):
    pruned, mask = prune(model, magnitude, 0.5)
    assert sparsity_of(mask) == 0.5
    assert isinstance(pruned, minilm.MiniLM)
    assert len(mask) == 36
    assert (
        np.count_nonzero(pruned.weights["layer1a.attention.q"]) == mask["layer1a.attention.q"].sum()
    )


@pytest.mark.parametrize("kind", [parts.HEAD, parts.UNIT])
def test_heads_and_units_are_really_gone_and_the_function_is_that_of_the_masked_model(model, kind):
    exact = model.network.astype(np.float64)
    batches = [x.astype(np.float64) for _, x in model.batches(SENTENCES)]
    loud = parts.scores(exact, batches, kind)
    stay = parts.kept(loud, loud.size // 3)
    small = parts.without(exact, kind, stay)
    masked = {name: np.array(w) for name, w in exact.weights.items()}
    for layer, alive in enumerate(stay, start=1):
        name = parts.reader(kind, layer)
        masked[name] *= np.repeat(alive, masked[name].shape[1] // len(alive))
    for x in batches:
        assert_allclose(small(x), exact.with_weights(masked)(x), atol=1e-10)
    if kind == parts.HEAD:
        heads = [part.heads for part in attentions(small)]
        assert heads == [int(alive.sum()) for alive in stay]
    else:
        widths = [small.weights[f"layer{i}f.up"].shape[0] for i in range(1, 7)]
        assert widths == [int(alive.sum()) for alive in stay]


def attentions(network):
    for layer in network.layers.values():
        if isinstance(layer, Residual):
            yield from (part for part in layer.layers.values() if isinstance(part, Attention))


def test_layers_go_with_their_norms(model):
    short = parts.without_layers(model, [2, 6]).network
    assert sum(isinstance(layer, LayerNorm) for layer in short.layers.values()) == 8
    assert isinstance(list(short.layers.values())[-1], GlobalPool)


def test_a_walk_hears_every_matrix_and_changes_it_once(model):
    batches = [x for _, x in model.batches(SENTENCES)]
    tokens = sum(x.shape[0] * x.shape[1] for x in batches)
    heard = walks.inputs(model.network, batches)
    assert list(heard) == list(model.weights)
    assert {n: x.shape for n, x in heard.items()} == {
        n: (tokens, w.shape[1]) for n, w in model.weights.items()
    }
    assert_allclose(
        heard["layer1a.attention.q"], np.concatenate([x.reshape(-1, 384) for x in batches])
    )
    same = walks.walk(model.network, batches, lambda name, w, x: w)
    assert_allclose(same(batches[0]), model.network(batches[0]))


def test_later_layers_hear_the_changed_ones(model):
    (_, x), *_ = model.batches(SENTENCES)
    seen = {}

    def silence_the_first(name, w, heard):
        seen[name] = heard
        return np.zeros_like(w) if name.startswith("layer1a") else w

    walks.walk(model.network, [x], silence_the_first)
    whole = walks.inputs(model.network, [x])
    assert_allclose(seen["layer1a.attention.o"], whole["layer1a.attention.o"])
    assert np.abs(seen["layer1f.up"] - whole["layer1f.up"]).max() > 0.1

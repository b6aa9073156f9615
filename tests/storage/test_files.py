"""Files: what was saved is loaded, bit for bit; what is damaged is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab import apply, magnitude, mlp, prune, select
from pruning_lab.measure import dense_bytes
from pruning_lab.storage import (
    CSR,
    Bitmap,
    Codebook,
    Dense,
    NofM,
    cheapest,
    files,
    load,
    read,
    save,
)
from pruning_lab.tiles import Run

FORMS = [Dense.encode, Bitmap.encode, CSR.encode, lambda w: NofM.encode(w, 4, 4)]


def weights(seed=0):
    rng = np.random.default_rng(seed)
    odd = np.array([[np.nan, np.inf, -0.0, 0.0]], np.float64)
    return {
        "layer 1 · größer": rng.standard_normal((5, 8)).astype(np.float32),
        "": np.zeros((2, 4), np.float16),
        "odd": odd,
        "whole": rng.integers(-3, 3, (3, 4)),
    }


def same_bits(a, b):
    return list(a) == list(b) and all(
        a[n].dtype == b[n].dtype and a[n].shape == b[n].shape and a[n].tobytes() == b[n].tobytes()
        for n in a
    )


@pytest.mark.parametrize("encode", FORMS)
def test_every_bit_every_name_and_their_order_come_back(tmp_path, encode):
    before = weights()
    save(tmp_path / "w", before, encode=encode)
    assert same_bits(load(tmp_path / "w"), before)
    assert same_bits(weights(), before)


@settings(max_examples=30)
@given(st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True), st.integers(0, 99))
def test_any_names_and_shapes(tmp_path_factory, names, seed):
    rng = np.random.default_rng(seed)
    before = {n: rng.integers(0, 2, rng.integers(1, 9, 2)).astype(np.float32) for n in names}
    path = tmp_path_factory.mktemp("files") / "w"
    save(path, before)
    assert same_bits(load(path), before)


def test_the_size_that_is_returned_is_that_of_the_file(tmp_path):
    size = save(tmp_path / "w", weights())
    assert size == (tmp_path / "w").stat().st_size


@pytest.mark.parametrize("sparsity", [0.5, 0.6, 0.8, 0.9, 0.95])
def test_a_file_is_below_dense_from_half_on_and_near_the_formula(tmp_path, sparsity):
    net = mlp((64, 300, 100, 10), rng=np.random.default_rng(0))
    pruned, _ = prune(net, magnitude, sparsity)
    narrow = {name: w.astype(np.float32) for name, w in pruned.weights.items()}
    bits = 8 * save(tmp_path / "w", narrow) / sum(w.size for w in narrow.values())
    assert 8 * dense_bytes(narrow) / sum(w.size for w in narrow.values()) == 32
    assert bits < 32
    assert bits <= 1.05 * ((1 - sparsity) * 32 + 1)


def test_a_model_is_saved_by_its_weights(tmp_path):
    net = mlp((4, 3, 2), rng=np.random.default_rng(0))
    save(tmp_path / "w", net)
    assert same_bits(load(tmp_path / "w"), dict(net.weights))


def test_encodings_are_read_as_they_were_made(tmp_path):
    mask = select(weights(), 0.5, scope=Run(4), key=lambda w: np.nan_to_num(np.abs(w)))
    half = apply(weights(), mask)
    save(tmp_path / "w", half, encode=lambda w: NofM.encode(w, 2, 4))
    for name, encoding in read(tmp_path / "w").items():
        made = NofM.encode(half[name], 2, 4)
        assert (encoding.n, encoding.m, encoding.shape) == (2, 4, half[name].shape)
        assert same_bits(encoding.arrays, made.arrays)
        assert repr(encoding) == repr(made)


def test_a_codebook_comes_back_rounded_as_it_was(tmp_path):
    before = {"w": np.random.default_rng(0).standard_normal((20, 30))}
    save(tmp_path / "w", before, encode=lambda w: Codebook.encode(w, bits=3))
    assert np.array_equal(load(tmp_path / "w")["w"], Codebook.encode(before["w"], bits=3).decode())
    assert len(np.unique(load(tmp_path / "w")["w"])) == 8


def test_every_flipped_bit_and_every_cut_is_noticed(tmp_path):
    path = tmp_path / "w"
    save(path, {"w": np.eye(3)})
    content = path.read_bytes()
    for i in range(len(content)):
        path.write_bytes(content[:i] + bytes([content[i] ^ 4]) + content[i + 1 :])
        with pytest.raises(ValueError, match=r"damaged|did not make it"):
            load(path)
        path.write_bytes(content[:i])
        with pytest.raises(ValueError, match=r"cut short|did not make it"):
            load(path)


def test_other_files_are_refused_by_name(tmp_path):
    np.save(tmp_path / "w.npy", np.eye(2))
    with pytest.raises(ValueError, match=r"w\.npy starts with .* save did not make it"):
        load(tmp_path / "w.npy")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")


def test_a_choice_is_no_encoding_yet(tmp_path):
    with pytest.raises(ValueError, match=r"got Choice.*cheapest\(w\)\.best"):
        save(tmp_path / "w", {"w": np.eye(2)}, encode=cheapest)
    assert not (tmp_path / "w").exists()


def test_an_encoding_of_a_later_version_is_refused(tmp_path, monkeypatch):
    save(tmp_path / "w", {"w": np.eye(2)}, encode=Dense.encode)
    monkeypatch.setattr(files, "FORMS", {"Bitmap": Bitmap})
    with pytest.raises(ValueError, match=r"holds {'Dense'}, which this version cannot read"):
        read(tmp_path / "w")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({}, "no matrix"), ({"w": np.ones(2)}, "must be a matrix"), ({1: np.ones((1, 1))}, "text")],
)
def test_what_cannot_be_saved_is_refused_and_nothing_is_written(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        save(tmp_path / "w", wrong)
    assert not (tmp_path / "w").exists()

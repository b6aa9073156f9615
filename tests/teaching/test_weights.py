"""Pretrained weights as chapters read them; here they must be, or `make weights` was forgotten."""

import numpy as np
import pytest

from pruning_lab.teaching import weights
from pruning_lab.teaching.absent import Absent

SIZES = {"crepe_tiny": 487_102, "onet": 389_040, "pnet": 6_632, "rnet": 100_178}


@pytest.mark.parametrize("name", SIZES)
def test_a_network_is_a_dictionary_of_finite_arrays(name):
    arrays = weights.load(name)
    assert sum(array.size for array in arrays.values()) == SIZES[name]
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert arrays["conv1.weight"].dtype == np.float32


def test_a_text_encoder_brings_its_vocabulary_and_model_card():
    assert weights.load("minilm")["embeddings.word_embeddings.weight"].shape == (30_522, 384)
    assert len(weights.text("minilm", "vocab.txt").split("\n")) >= 30_522
    assert "license: apache-2.0" in weights.text("minilm", "README.md")


@pytest.mark.parametrize(
    ("name", "file"), [("crepe_tiny", "LICENSE"), ("pnet", "LICENSE.md"), ("minilm", "LICENSE")]
)
def test_a_licence_lies_beside_each(name, file):
    assert weights.text(name, file).startswith("MIT License")


def test_a_misspelt_network_or_file_is_named_with_what_there_is():
    with pytest.raises(ValueError, match=r"crepe_tiny, minilm.*Did you mean crepe_tiny\?"):
        weights.load("crepe-tiny")
    with pytest.raises(ValueError, match=r"pnet has no file vocab\.txt; it has LICENSE\.md"):
        weights.text("pnet", "vocab.txt")


def test_absent_weights_are_a_sentence_that_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setenv(weights.FOLDER, str(tmp_path))
    assert weights.available() == ()
    with pytest.raises(Absent, match="`make weights`") as caught:
        weights.load("crepe_tiny")
    assert caught.value._render_traceback_() == [str(caught.value)]  # what IPython shows of it


def test_in_the_browser_small_weights_lie_beside_the_notebook_and_large_ones_say_so(
    tmp_path, monkeypatch
):
    monkeypatch.delenv(weights.FOLDER, raising=False)
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "pnet").symlink_to(weights.folder() / "pnet")
    monkeypatch.setattr(weights.sys, "platform", "emscripten")
    monkeypatch.chdir(tmp_path)
    assert weights.load("pnet")["conv1.bias"].shape == (10,)
    with pytest.raises(Absent, match="runs in the browser"):
        weights.load("minilm")

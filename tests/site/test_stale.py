"""A page depends on exactly the modules that its code reaches."""

import pytest

from extensions import stale
from fingerprints import fingerprint


@pytest.fixture
def root(tmp_path):
    package = tmp_path / "pruning_lab"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text(
        "from pruning_lab.masks import select\nfrom pruning_lab.trees import grow\n"
    )
    (package / "arrays.py").write_text("import numpy\n")
    (package / "masks.py").write_text("from pruning_lab.arrays import Mask\n")
    (package / "trees.py").write_text("import pruning_lab.arrays\n")
    (package / "data" / "__init__.py").write_text("")
    (package / "data" / "digits.csv").write_text("1,2")
    (tmp_path / "requirements.lock").write_text("numpy==2\n")
    return tmp_path


def names(code, root):
    found = stale.files_used(code, root)
    return {path.relative_to(root / "pruning_lab").as_posix() for path in found}


def test_a_name_from_the_front_page_leads_to_its_module_only(root):
    assert names("from pruning_lab import select", root) == {"__init__.py", "masks.py", "arrays.py"}


def test_the_package_as_a_whole_leads_to_all_that_its_front_page_offers(root):
    assert {"masks.py", "trees.py", "arrays.py"} < names("import pruning_lab as lab", root)


def test_imports_are_followed_through_modules(root):
    assert names("import pruning_lab.trees as t", root) == {"__init__.py", "trees.py", "arrays.py"}


def test_bundled_data_counts_as_part_of_its_package(root):
    assert "data/digits.csv" in names("from pruning_lab import data", root)


def test_a_page_depends_on_the_kept_data_that_it_names(root):
    (root / "book" / "data").mkdir(parents=True)
    (kept := root / "book" / "data" / "bench.json").write_text("{}")
    assert stale.data_used('read("data/bench.json")', root) == {kept}
    assert stale.data_used('read("other.json"), "' + 5000 * "x" + '"', root) == set()


def test_other_packages_are_no_concern(root):
    assert names("import numpy as np\nfrom matplotlib import pyplot", root) == set()


def test_the_fingerprint_changes_with_every_file_and_with_nothing_else(root):
    used = stale.files_used("from pruning_lab import data, masks", root)
    before = fingerprint(used)
    for path in used:
        text = path.read_text()
        path.write_text(text + "\n")
        assert fingerprint(used) != before, path.name
        path.write_text(text)
    assert fingerprint(used) == before


def test_of_the_pinned_packages_those_count_that_print_and_draw(root):
    lock = root / "requirements.lock"
    before = stale.pins(lock)
    lock.write_text("# pins\nmypy==2\nnumpy==2\nnumpydoc==1\n")
    assert stale.pins(lock) == before == "numpy==2"
    lock.write_text("numpy==3\n")
    assert stale.pins(lock) != before


def test_cells_are_read_without_their_options_and_magics():
    page = "Text\n\n```{code-cell} ipython3\n:tags: [hide-input]\n%pip install x\nimport a\n```\n"
    (cell,) = stale.CODE_CELL.findall(page)
    assert stale._without_options(cell).split() == ["import", "a"]

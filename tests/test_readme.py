"""The Python that README and book show is run as it is printed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["README.md", "book/how_to_use.md"])
def test_the_printed_lines_run(page, capsys):
    code = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.S | re.M)
    assert code
    for lines in code:
        exec(compile(lines, page, "exec"), {})
    assert "0.8" in capsys.readouterr().out


def test_twelve_lines_are_twelve():
    (code,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.S | re.M)
    assert len([line for line in code.splitlines() if line]) == 12


@pytest.mark.parametrize("page", sorted(path.name for path in ROOT.glob("*.md")))
def test_the_files_that_a_page_links_to_or_names_are_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    named = re.findall(r"`((?:book|pruning_lab|tests)/[\w./-]+\.\w+)`", text)
    assert [name for name in (*linked, *named) if not (ROOT / name).exists()] == []

"""Lighthouse, as on a desktop, finds little to mend; npm brings the program."""

import json
import os
import shutil
import statistics
import subprocess

import pytest

from browser.visits import program, served
from folders import BUILD

pytestmark = pytest.mark.load
LIGHTHOUSE = "lighthouse@12.8.2"
PAGES = ["index", "chapters/04_weights", "chapters/07_nodes", "chapters/13_what_breaks"]
RUNS = 3  # a busy moment spoils one of them
FLAGS = "--headless=new --no-sandbox"


def scores(address):
    """Category -> score of one run, from 0 to 1."""
    npx = shutil.which("npx")
    assert npx, "install Node.js with npm"
    command = [npx, "--yes", LIGHTHOUSE, address, "--preset=desktop", "--output=json", "--quiet"]
    done = subprocess.run(
        [*command, f"--chrome-flags={FLAGS}"],
        env=os.environ | {"CHROME_PATH": program()},
        capture_output=True,
        check=True,
    )
    categories = json.loads(done.stdout)["categories"]
    return {name: category["score"] for name, category in categories.items()}


def test_every_category_has_95_of_100():
    found = {}
    with served() as site:
        for page in PAGES:
            runs = [scores(f"{site}/{page}.html") for _ in range(RUNS)]
            found[page] = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    (BUILD / "lighthouse.json").write_text(json.dumps(found, indent=1) + "\n")
    low = {(page, name): s for page, each in found.items() for name, s in each.items() if s < 0.95}
    assert low == {}
    assert all(len(each) == 4 for each in found.values())

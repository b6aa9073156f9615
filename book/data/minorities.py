"""Write the study of chapter 13 over five seeds: python book/data/minorities.py (a few minutes).

The numbers ship with the library, beside the demo that shows them, so that the chapter also runs
where there is no repository: in the browser.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy

import platform
from itertools import chain
from pathlib import Path

import numpy as np

import pruning_lab
from pruning_lab.teaching.demos import minorities

SEEDS = range(5)


def main() -> None:
    """Run the study and write it as CSV; the last field of a row is a list of counts."""
    path = Path(minorities.__file__).with_name(minorities.FILE)
    rows = [
        row
        for seed in SEEDS
        for row in chain(minorities.study(seed), minorities.every_class(seed))
    ]
    head = [
        "# command: python book/data/minorities.py",
        f"# seeds: {SEEDS.start} to {SEEDS.stop - 1}; pruning_lab {pruning_lab.__version__}, "
        f"numpy {np.__version__}, Python {platform.python_version()}, {platform.machine()}",
        "# held-out digits read right, class 0 to 9, of about 72 each",
        ",".join(minorities.Row._fields),
    ]
    lines = [
        f"{r.seed},{r.label},{r.share:g},{r.name},{r.sparsity:g},{r.stage},"
        + " ".join(map(str, r.right))
        for r in rows
    ]
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

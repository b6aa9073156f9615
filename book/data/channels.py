"""Write the study of chapter 7 over five seeds: python book/data/channels.py (about two minutes).

The numbers ship with the library, beside the demo that shows them, so that the chapter also runs
where there is no repository: in the browser.
"""

import platform
from pathlib import Path

import numpy as np

import pruning_lab
from pruning_lab.teaching.demos import channels

SEEDS = range(5)


def main() -> None:
    """Run the study and write it as CSV."""
    path = Path(channels.__file__).with_name(channels.FILE)
    rows = [row for seed in SEEDS for row in channels.study(seed)]
    head = [
        "# command: python book/data/channels.py",
        f"# seeds: {SEEDS.start} to {SEEDS.stop - 1}; pruning_lab {pruning_lab.__version__}, "
        f"numpy {np.__version__}, Python {platform.python_version()}, {platform.machine()}",
        "# test accuracy on MNIST-1D, 800 test samples a seed",
        ",".join(channels.Row._fields),
    ]
    lines = [f"{r.seed},{r.name},{r.share:g},{r.stage},{r.accuracy:.5f}" for r in rows]
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Write both studies of chapter 16 over five seeds: python book/data/pitch.py (some minutes).

The numbers ship with the library, beside the demos that show them. The weights of the pitch
network must be there: make weights.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one seed a process

import platform
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import pruning_lab
from pruning_lab.teaching.demos import pitch_cuts, retunings

SEEDS = range(5)


def cuts_of(seed: int) -> list[pitch_cuts.Row]:
    """All rows of one seed without retraining."""
    return list(pitch_cuts.study(seed))


def retunings_of(seed: int) -> list[retunings.Row]:
    """All rows of one seed with it."""
    return list(retunings.study(seed))


def main() -> None:
    """Run the studies and write them as CSV."""
    studies = {
        pitch_cuts: (
            cuts_of,
            f"share of {pitch_cuts.TEST} organ tones a seed found within 50 cents",
        ),
        retunings: (retunings_of, f"share of {retunings.TEST} tones a seed and voice found so"),
    }
    for module, (study, what) in studies.items():
        with ProcessPoolExecutor() as pool:
            rows = [row for found in pool.map(study, SEEDS) for row in found]
        head = [
            "# command: python book/data/pitch.py",
            f"# seeds: {SEEDS.start} to {SEEDS.stop - 1}; pruning_lab {pruning_lab.__version__}, "
            f"numpy {np.__version__}, Python {platform.python_version()}, {platform.machine()}",
            f"# {what}",
            ",".join(module.Row._fields),
        ]
        lines = [",".join(_word(value) for value in row) for row in rows]
        path = Path(module.__file__).with_name(module.FILE)
        path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


def _word(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()

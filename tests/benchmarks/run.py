"""How fast the library is beside its peers: a table, and all ratios in _build/bench.json.

    python tests/benchmarks/run.py                 every task
    python tests/benchmarks/run.py global_mask_1M  only those named

Run it on a quiet machine. No test depends on a time. Masks and training run on one thread of ours;
a peer uses as many threads as it likes, except in training, where all have one.
"""

import json
import os
import platform
import sys
import warnings
from functools import partial
from pathlib import Path
from time import process_time

import cost_complexity
import masks
import numpy as np
import sklearn
import sparsegpt
import storage
import torch
import training
import wanda
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits
from turns import Task, rows

import pruning_lab

REPORT = Path(__file__).resolve().parents[2] / "_build" / "bench.json"
TASKS = [
    Task("global_mask_1M", partial(masks.contestants, 1_000_000), turns=21),
    Task("global_mask_10M", partial(masks.contestants, 10_000_000)),
    Task("global_mask_100M", partial(masks.contestants, 100_000_000), turns=3),
    Task("nm_2_4_2048", wanda.contestants_2_4),
    Task("wanda_2048", wanda.contestants),
    Task("sparsegpt_1024", partial(sparsegpt.contestants, 1024), turns=5),
    Task("sparsegpt_2048", partial(sparsegpt.contestants, 2048), turns=3),
    Task("ccp_1k", partial(cost_complexity.contestants, 1_000), turns=21, clock=process_time),
    Task("ccp_10k", partial(cost_complexity.contestants, 10_000), turns=5, clock=process_time),
    Task("ccp_100k", partial(cost_complexity.contestants, 100_000), turns=1, clock=process_time),
    Task("train_digits", training.dense),
    Task("train_digits_masked", training.masked),
]


def measure(task: Task) -> list[dict[str, object]]:
    """Rows of one task; a training gets one thread, whoever trains."""
    threads = torch.get_num_threads()
    one = 1 if task.name.startswith("train") else None
    torch.set_num_threads(one or threads)
    with threadpool_limits(one):
        found = rows(task)
    torch.set_num_threads(threads)
    return found


def show(row: dict[str, object]) -> None:
    """Print one row."""
    low, high = row["spread"]
    print(
        f"{row['task']:20} {row['peer']:42} ours {row['ours_ms']:9.2f} ms, peer "
        f"{row['peer_ms']:10.2f} ms, {row['ratio']:6.1f}x ({low:.1f} to {high:.1f})",
        flush=True,
    )


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load_before": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "versions": {m.__name__: m.__version__ for m in (pruning_lab, np, torch, sklearn)},
    }


def main() -> None:
    """Measure, print and write, row by row."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are meant
    report = [row | {"machine": machine()} for row in storage.rows()]
    chosen = [task for task in TASKS if task.name in sys.argv[1:] or not sys.argv[1:]]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    for task in chosen:
        found = measure(task)
        for row in found:
            show(row)
        report += [row | {"machine": machine()} for row in found]
        REPORT.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(f"All ratios: {REPORT}")


if __name__ == "__main__":
    main()

"""How fast the library is beside its peers: a table, and all ratios in _build/bench.json.

    python tests/benchmarks/run.py                 every task
    python tests/benchmarks/run.py global_mask_1M  only those named
    python tests/benchmarks/run.py --keep          every task, also for the page of the book

Run it on a quiet machine. No test depends on a time. Everybody uses as many threads as they like,
except in training, where all have one; of ours, only masks of very many weights do.
"""

import argparse
import json
import os
import platform
import re
import warnings
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import process_time

import cost_complexity
import from_nvidia
import masks
import neurons
import sparsegpt
import storage
import torch
import training
import wanda
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits
from turns import Task, rows

import pruning_lab

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "_build" / "bench.json"
KEPT = ROOT / "book" / "data" / "bench.json"
PACKAGES = ["numpy", "scipy", "torch", "scikit-learn", "torch-pruning", "nvidia-modelopt"]
TASKS = [
    Task("global_mask_1M", partial(masks.contestants, 1_000_000), turns=21),
    Task("global_mask_10M", partial(masks.contestants, 10_000_000)),
    Task("global_mask_100M", partial(masks.contestants, 100_000_000), turns=3),
    Task("nm_2_4_2048", partial(wanda.contestants_2_4, 2048)),
    Task("nm_2_4_2048", partial(from_nvidia.contestants_2_4, 2048)),
    Task("wanda_2048", partial(wanda.contestants, 2048)),
    Task("sparsegpt_1024", partial(sparsegpt.contestants, 1024), turns=5),
    Task("sparsegpt_1024", partial(from_nvidia.contestants_sparsegpt, 1024), turns=5),
    Task("sparsegpt_2048", partial(sparsegpt.contestants, 2048), turns=3),
    Task("sparsegpt_2048", partial(from_nvidia.contestants_sparsegpt, 2048), turns=3),
    Task("ccp_100", partial(cost_complexity.contestants, 100), 21, process_time, calls=50),
    Task("ccp_1k", partial(cost_complexity.contestants, 1_000), 21, process_time, calls=5),
    Task("ccp_10k", partial(cost_complexity.contestants, 10_000), turns=5, clock=process_time),
    Task("ccp_100k", partial(cost_complexity.contestants, 100_000), turns=1, clock=process_time),
    Task("train_digits", training.dense),
    Task("train_digits_masked", training.masked),
    Task("remove_half_neurons", partial(neurons.contestants, training.SIZES), 21, calls=20),
    Task("remove_half_neurons_wide", partial(neurons.contestants, (784, 1024, 1024, 10)), 21),
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
    """What the figures were measured on, and how busy it was."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "load_before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "versions": {"pruning-lab": pruning_lab.__version__}
        | {name: version(name).split("+")[0] for name in PACKAGES},
    }


def processor() -> str:
    """Name of the processor, as the system gives it."""
    listed = Path("/proc/cpuinfo")
    text = listed.read_text(encoding="utf-8", errors="replace") if listed.exists() else ""
    named = re.search(r"model name\s*: (.+)", text)
    return named[1] if named else platform.processor() or platform.machine()


def keep(report: list[dict[str, object]], measured_on: dict[str, object]) -> None:
    """Write what the page of the book shows: one row a line, without each turn's ratio."""
    head = {"command": "python tests/benchmarks/run.py --keep", "seeds": [0], **measured_on}
    left_out = ("machine", "ratios")
    kept = [
        {
            name: shortened(value)
            for name, value in {**row, "turns": len(row["ratios"])}.items()
            if name not in left_out
        }
        for row in report
    ]
    lines = ",\n  ".join(json.dumps(row) for row in kept)
    text = json.dumps(head, indent=1).removesuffix("\n}") + f',\n "rows": [\n  {lines}\n ]\n}}\n'
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(text, encoding="utf-8")


def shortened(value: object) -> object:
    """Four digits of every number: what a clock can tell."""
    if isinstance(value, list):
        return [shortened(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main() -> None:
    """Measure, print and write, row by row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="only these tasks")
    parser.add_argument("--keep", action="store_true", help="write book/data/bench.json, too")
    wanted = parser.parse_args()
    names = dict.fromkeys(task.name for task in TASKS)
    if unknown := sorted(set(wanted.tasks) - {*names, storage.TASK}):
        parser.error(f"no task is called {', '.join(unknown)}; there are {', '.join(names)}")
    if wanted.keep and wanted.tasks:
        parser.error("the book keeps all tasks of one run: name none with --keep")
    warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are meant
    before = machine()
    report = [row | {"machine": before} for row in storage.rows()]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    for task in TASKS:
        if wanted.tasks and task.name not in wanted.tasks:
            continue
        now = machine()
        found = measure(task)
        for row in found:
            show(row)
        report += [row | {"machine": now} for row in found]
        REPORT.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(f"All ratios: {REPORT}")
    if wanted.keep:
        keep(report, before)
        print(f"For the book: {KEPT}")


if __name__ == "__main__":
    main()

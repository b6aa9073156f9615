"""How fast the library is beside its peers: a table, and all samples in _build/bench.json.

Run ``python tests/benchmarks/run.py`` on a quiet machine. All contestants of a task take turns
within one run, so that a busy moment hits them alike, and a ratio compares the same turn. Peers
use as many threads as they like; the library's masks use one. No test depends on a time.
"""

import argparse
import json
import os
import platform
import statistics
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import sklearn
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch.nn.utils.prune import L1Unstructured, global_unstructured

import pruning_lab
from pruning_lab import datasets, magnitude, mlp, prune, select, train

REPORT = Path(__file__).resolve().parents[2] / "_build" / "bench.json"
SPARSITY = 0.8
SIZES = (1000, 2000, 2000, 2000, 10)  # ten million weights
DIGITS, BATCH, EPOCHS = (64, 300, 100, 10), 64, 5

# A contestant is set up, unmeasured, and returns what is measured.
Contestants = dict[str, Callable[[], Callable[[], object]]]


def take_turns(contestants: Contestants, repeats: int) -> dict[str, list[float]]:
    """Seconds of each contestant in each turn, after one turn to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(repeats + 1):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            work = contestants[name]()
            start = perf_counter()
            work()
            if turn > 0:
                seconds[name].append(perf_counter() - start)
    return seconds


def linears(weights: list[np.ndarray]) -> list[torch.nn.Linear]:
    """Layers of torch that hold copies of these weights."""
    layers = [torch.nn.Linear(*w.shape[::-1], bias=False, device="meta") for w in weights]
    for layer, w in zip(layers, weights, strict=True):
        layer.weight = torch.nn.Parameter(torch.tensor(w))
    return layers


def global_masks() -> Contestants:
    """A global magnitude mask over ten million float32 weights."""
    net = mlp(SIZES, rng=np.random.default_rng(0))
    weights = net.weights
    copies = [np.array(w) for w in weights.values()]
    tensors = [torch.tensor(w) for w in copies]
    k = round(SPARSITY * sum(w.size for w in copies))

    def torch_global() -> Callable[[], object]:
        layers = linears(copies)
        where = [(layer, "weight") for layer in layers]
        return lambda: global_unstructured(where, pruning_method=L1Unstructured, amount=SPARSITY)

    def torch_kthvalue() -> list[torch.Tensor]:
        scores = torch.cat([t.abs().flatten() for t in tensors])
        kept = scores > torch.kthvalue(scores, k).values
        return list(kept.split([t.numel() for t in tensors]))

    pruned = [~m for m in select(weights, SPARSITY, key=np.abs).values()]
    assert sum(int(m.sum()) for m in pruned) == k  # nobody is fast by doing less
    return {
        "pruning_lab select": lambda: lambda: select(weights, SPARSITY, key=np.abs),
        "pruning_lab prune": lambda: lambda: prune(net, magnitude, SPARSITY),
        "torch global_unstructured": torch_global,
        "torch kthvalue": lambda: torch_kthvalue,
    }


def training() -> Contestants:
    """Adam on the digits: a few epochs of a 64-300-100-10 network, batches of 64."""
    data = datasets.digits(rng=np.random.default_rng(0)).train
    x, y = np.array(data.x), np.array(data.y)
    net = mlp(DIGITS, rng=np.random.default_rng(0))
    mask = select(net.weights, SPARSITY, key=np.abs)
    rng = np.random.default_rng(0)

    def ours(mask: pruning_lab.arrays.Mask | None = None) -> Callable[[], object]:
        return lambda: train(net, x, y, epochs=EPOCHS, rng=rng, batch_size=BATCH, mask=mask)

    def scikit_learn() -> Callable[[], object]:
        model = MLPClassifier(
            DIGITS[1:-1], batch_size=BATCH, alpha=0, max_iter=EPOCHS, n_iter_no_change=EPOCHS + 1
        )
        return lambda: model.fit(x, y)

    return {
        "pruning_lab train": ours,
        "pruning_lab train, masked": lambda: ours(mask),
        "torch Adam": lambda: torch_training(x, y),
        "scikit-learn MLPClassifier": scikit_learn,
    }


def torch_training(x: np.ndarray, y: np.ndarray) -> Callable[[], None]:
    """The usual loop of torch."""
    inputs, labels = torch.tensor(x), torch.tensor(y)
    modules = [m for s in pairwise(DIGITS) for m in (torch.nn.Linear(*s), torch.nn.ReLU())][:-1]
    net, loss = torch.nn.Sequential(*modules), torch.nn.CrossEntropyLoss()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)

    def work() -> None:
        for _ in range(EPOCHS):
            for batch in torch.randperm(len(inputs)).split(BATCH):
                optimiser.zero_grad()
                loss(net(inputs[batch]), labels[batch]).backward()
                optimiser.step()

    return work


def report_of(task: Callable[[], Contestants], repeats: int) -> dict[str, object]:
    """Samples of one task, and how many times faster each of ours is than each peer, by turn."""
    seconds = take_turns(task(), repeats)
    ours = [name for name in seconds if name.startswith("pruning_lab")]
    ratios = {
        f"{name} against {peer}": [
            theirs / mine for theirs, mine in zip(seconds[peer], seconds[name], strict=True)
        ]
        for name in ours
        for peer in seconds.keys() - ours
    }
    return {
        "task": task.__doc__,
        "seconds": seconds,
        "median_seconds": {name: statistics.median(s) for name, s in seconds.items()},
        "ratios": ratios,
        "median_ratios": {name: statistics.median(r) for name, r in ratios.items()},
    }


def show(report: dict[str, object]) -> None:
    """Print one task as a table."""
    print(f"\n{report['task']}")
    for name, median in report["median_seconds"].items():
        print(f"  {name:62s} {1e3 * median:9.1f} ms")
    for pair, ratio in sorted(report["median_ratios"].items()):
        print(f"  {pair:62s} {ratio:9.1f} x")


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load_before": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "torch_threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "versions": {m.__name__: m.__version__ for m in (pruning_lab, np, torch, sklearn)},
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=9, help="turns a contestant takes")
    repeats = parser.parse_args().repeats
    warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are meant
    report = {"machine": machine(), "repeats": repeats, "tasks": []}
    for task in (global_masks, training):
        report["tasks"].append(report_of(task, repeats))
        show(report["tasks"][-1])
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(f"\nAll samples: {REPORT}")


if __name__ == "__main__":
    main()

"""Write the three studies of chapter 11: python book/data/containers.py (some minutes).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser. Times are taken first, on one thread; nothing else
should run meanwhile.
"""

import os

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})  # before numpy

import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import numpy as np
import scipy
from scipy.sparse import csr_array

import pruning_lab
from pruning_lab import magnitude, prune
from pruning_lab.arrays import Array
from pruning_lab.report import sparse_network
from pruning_lab.report.products import Product
from pruning_lab.teaching.demos import codebooks, containers, paces

SEEDS = range(5)


def compiled(weights: Array) -> Product:
    """The sparse product of scipy."""
    matrix = csr_array(weights)
    return lambda x: (matrix @ x.T).T


def network() -> Iterable[paces.Pace]:
    """Paces of the chapter's network, pruned in three ways."""
    net, data = containers.trained(0)
    for sparsity in containers.SPARSITIES:
        pruned, _ = prune(net, magnitude, sparsity)
        small = containers.without_neurons(net, data, sparsity) if sparsity > 0 else net
        ways = {
            "dense": net,
            "matrices": pruned,
            "CSR": sparse_network(pruned, product=compiled),
            "smaller matrices": small,
        }
        for batch in (1, containers.TESTS):
            x = data.test.x[:batch]
            yield from paces.timed("network", 0, sparsity, ways, x, 400 if batch == 1 else 60)


def processor() -> str:
    """What the system calls the processor."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def write(module: ModuleType, kind: type, rows: Iterable[tuple], *remarks: str) -> None:
    """Write a study as CSV beside its demo."""
    head = [
        "# command: python book/data/containers.py",
        f"# pruning_lab {pruning_lab.__version__}, numpy {np.__version__}, scipy "
        f"{scipy.__version__}, Python {platform.python_version()}, {platform.machine()}",
        *(f"# {remark}" for remark in remarks),
        ",".join(kind._fields),
    ]
    lines = [
        ",".join(f"{v:g}" if isinstance(v, float) and v < 1 else str(v) for v in row)
        for row in rows
    ]
    path = Path(module.__file__ or "").with_name(module.FILE)
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


def main(wanted: Iterable[str]) -> None:
    """Run the studies named, or all."""
    seeds = f"seeds: {SEEDS.start} to {SEEDS.stop - 1}"
    if "paces" in wanted:
        write(
            paces,
            paces.Pace,
            [*network(), *paces.layers(compiled)],
            f"machine: {processor()}, one thread; load before {os.getloadavg()[0]:.1f}",
            "quartiles of repeated calls that took turns, in microseconds; CSR is scipy's",
        )
    if "containers" in wanted:
        rows = [row for seed in SEEDS for row in containers.study(seed)]
        write(containers, containers.Row, rows, seeds, "test digits read, of 360")
    if "codebooks" in wanted:
        rows = [row for seed in SEEDS for row in codebooks.study(seed)]
        write(codebooks, codebooks.Row, rows, seeds, "test digits read, of 360, and bytes")


if __name__ == "__main__":
    main(sys.argv[1:] or ("paces", "containers", "codebooks"))

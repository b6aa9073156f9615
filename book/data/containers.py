"""Write the three studies of chapter 11: python book/data/containers.py (some minutes).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser. Times are taken first, on one thread; nothing else
should run meanwhile.
"""

import os
import platform
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from studies import save, write  # first: it tells numpy to use one thread

from pruning_lab import magnitude, prune
from pruning_lab.arrays import Array
from pruning_lab.report import sparse_network
from pruning_lab.report.products import Product
from pruning_lab.teaching.demos import codebooks, containers, paces

COMMAND = "python book/data/containers.py"


def compiled(weights: Array) -> Product:
    """The sparse product of scipy."""
    from scipy.sparse import csr_array

    matrix = csr_array(weights)
    return lambda x: (matrix @ x.T).T


def network() -> Iterable[paces.Row]:
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


def containers_of(seed: int) -> list[containers.Row]:
    """All rows of one seed."""
    return list(containers.study(seed))


def codebooks_of(seed: int) -> list[codebooks.Row]:
    """All rows of one seed."""
    return list(codebooks.study(seed))


def main(wanted: Iterable[str]) -> None:
    """Run the studies named, or all."""
    if "paces" in wanted:
        what = (
            "microseconds: the fastest call and quartiles, ways in turn; CSR is scipy "
            f"{version('scipy')}; one thread of {processor()}; "
            f"load before {os.getloadavg()[0]:.1f}"
        )
        rows = [*network(), *paces.layers(compiled)]
        save(paces, rows, what, command=COMMAND, seeds=[0])
    if "containers" in wanted:
        write(containers, containers_of, "test digits read, of 360", command=COMMAND)
    if "codebooks" in wanted:
        write(codebooks, codebooks_of, "test digits read, of 360, and bytes", command=COMMAND)


if __name__ == "__main__":
    main(sys.argv[1:] or ("paces", "containers", "codebooks"))

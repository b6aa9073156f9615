"""A network of dense layers in one file: weights in the cheapest encoding, biases as they are."""

import math
import zlib
from pathlib import Path

from pruning_lab.arrays import Array
from pruning_lab.network import Dense, Network, ReLU
from pruning_lab.network.layers import Layer
from pruning_lab.storage import Codebook, cheapest, read, save
from pruning_lab.storage.encoding import Encoding

BIAS = ".bias"
MOST_WEIGHTS = 10_000_000  # of a matrix in a file that somebody else wrote


def save_network(path: str | Path, net: Network, *, bits: int | None = None) -> int:
    """Bytes of the file that now holds a network of dense layers, its biases included.

    Parameters
    ----------
    path : file to write
    net : dense layers with ReLU between them
    bits : round the weights to ``2 ** bits`` shared values; None keeps every bit

    Raises
    ------
    ValueError
        If the network has other layers, which such a file could not give back.

    Examples
    --------
    >>> import numpy as np
    >>> import tempfile
    >>> from pruning_lab.network import mlp
    >>> net = mlp((4, 3, 2), rng=np.random.default_rng(0))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = save_network(Path(folder) / "net.pruned", net)
    ...     back = load_network(Path(folder) / "net.pruned")
    >>> size > 18 * 4, np.array_equal(back(np.eye(4)), net(np.eye(4)))
    (True, True)
    """
    odd = [name for name, layer in net.layers.items() if not isinstance(layer, Dense | ReLU)]
    if odd or not _alternate(list(net.layers.values())):
        raise ValueError(
            "such a file holds dense layers with ReLU between them; got "
            f"{[type(layer).__name__ for layer in net.layers.values()]}. Use mlp, or compact it."
        )
    biases = {name + BIAS: bias[None, :] for name, bias in net.biases.items()}
    sizes = {id(matrix) for matrix in biases.values()}

    def encode(matrix: Array) -> Encoding:
        if bits is None or id(matrix) in sizes:
            return cheapest(matrix).best
        return Codebook.encode(matrix, bits=bits)

    return save(path, {**net.weights, **biases}, encode=encode)


def load_network(path: str | Path) -> Network:
    """Network in a file of `save_network`, as it will compute: rounded, if it was rounded.

    Raises
    ------
    ValueError
        If the file is damaged, too large, or not of `save_network`.
    """
    try:
        found = read(path)
        if huge := [name for name, e in found.items() if math.prod(e.shape) > MOST_WEIGHTS]:
            raise ValueError(f"{huge[0]} has more than {MOST_WEIGHTS:,} weights")
        matrices = {name: encoding.decode() for name, encoding in found.items()}
    except (LookupError, TypeError, AttributeError, OverflowError, zlib.error) as error:
        raise ValueError(f"{path} is no file of save_network: {error!r}.") from error
    names = [name for name in matrices if not name.endswith(BIAS)]
    if lost := [name for name in names if name + BIAS not in matrices]:
        raise ValueError(f"{path} has no biases for {lost}: save it with save_network, not save.")
    layers: dict[str, Layer] = {}
    for i, name in enumerate(names):
        layers[name] = Dense(matrices[name], matrices[name + BIAS][0])
        if i < len(names) - 1:
            layers[f"relu{i + 1}"] = ReLU()
    return Network(layers)


def _alternate(layers: list[Layer]) -> bool:
    return all(isinstance(layer, ReLU) == bool(i % 2) for i, layer in enumerate(layers)) and (
        len(layers) % 2 == 1
    )

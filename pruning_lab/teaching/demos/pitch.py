"""The tiny pitch network of [Kim2018]_ as a network of ours, and how often it is right."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.datasets import Tones
from pruning_lab.datasets.dataset import Split
from pruning_lab.network import BatchNorm, Conv, Dense, Flatten, MaxPool, Network, ReLU
from pruning_lab.network.layers import Layer
from pruning_lab.teaching import weights
from pruning_lab.teaching.demos import units

BINS = 360
FIRST = 1997.3794084376191  # cents above 10 hertz, of the lowest bin
STEP = 20.0  # cents from bin to bin
CLOSE = 50.0  # cents, half a semitone: what counts as right
EPSILON = 0.0010000000474974513  # of the batch norms; the weights were converted with it
PLACES = (256, 128, 64, 32, 16, 8)  # where each filter of a layer is applied
KERNELS = (512, 64, 64, 64, 64, 64)
WIDTHS = (128, 16, 16, 16, 32, 64)
LAST = 4  # places that are left for the dense layer
BATCH = 8  # tones at a time: windows of the second layer take 4 MB each

SCORES: dict[str, units.Criterion] = {
    "relevance": units.relevance,
    "L1 norm": units.row_norm,
    "lots": units.by_lot,
}


def crepe() -> Network:
    """The pretrained network; a ValueError where its weights are not here."""
    return network(weights.load("crepe_tiny"))


def network(arrays: Mapping[str, NDArray[np.floating]]) -> Network:
    """Network of these arrays: six times convolution, ReLU, batch norm and pooling, then dense.

    The package flattens place by place, ours channel by channel, so the columns of the dense
    layer change their order. Its sigmoids at the end do not change which output is largest.
    """
    layers: dict[str, Layer] = {}
    for i in range(1, 7):
        filters, norm = arrays[f"conv{i}.weight"], f"conv{i}_BN"
        rows = filters.reshape(len(filters), -1)
        first = i == 1
        layers[f"conv{i}"] = Conv(
            rows,
            arrays[f"conv{i}.bias"],
            (KERNELS[i - 1],),
            stride=4 if first else 1,
            padding=254 if first else (31, 32),
        )
        layers[f"relu{i}"] = ReLU()
        layers[f"norm{i}"] = BatchNorm(
            arrays[f"{norm}.weight"],
            arrays[f"{norm}.bias"],
            arrays[f"{norm}.running_mean"],
            arrays[f"{norm}.running_var"],
            EPSILON,
        )
        layers[f"pool{i}"] = MaxPool(2)
    layers["flatten"] = Flatten()
    columns = arrays["classifier.weight"].reshape(BINS, LAST, -1).swapaxes(1, 2)
    layers["dense"] = Dense(columns.reshape(BINS, -1), arrays["classifier.bias"])
    return Network(layers)


def cents(hertz: Array) -> Array:
    """Pitch in cents above 10 hertz: 1,200 to the octave, 100 to the semitone."""
    result: Array = 1200 * np.log2(hertz / 10)
    return result


def labels(hertz: Array) -> NDArray[np.int64]:
    """Nearest of the 360 bins."""
    found = np.rint((cents(hertz) - FIRST) / STEP).astype(np.int64)
    nearest: NDArray[np.int64] = np.clip(found, 0, BINS - 1)
    return nearest


def split(found: Tones) -> Split:
    """Tones as samples with labels."""
    return Split(found.x, labels(found.hertz))


def off(net: Network, found: Tones) -> Array:
    """How far the loudest bin lies from the pitch, in cents, (n,)."""
    batches = [found.x[i : i + BATCH] for i in range(0, len(found.x), BATCH)]
    bins = np.concatenate([net.predict(batch) for batch in batches])
    return FIRST + STEP * bins - cents(found.hertz)


def right(net: Network, found: Tones) -> float:
    """Share of the tones whose pitch is found within half a semitone."""
    return float(np.mean(np.abs(off(net, found)) <= CLOSE))


def multiplications(widths: Sequence[int]) -> int:
    """Multiplications for one tone if the layers have so many channels.

    Examples
    --------
    >>> multiplications(WIDTHS)
    36792320
    """
    total, before = 0, 1
    for places, kernel, width in zip(PLACES, KERNELS, widths, strict=True):
        total += places * kernel * before * width
        before = width
    return total + BINS * LAST * before


def numbers(widths: Sequence[int]) -> int:
    """Weights if the layers have so many channels.

    Examples
    --------
    >>> numbers(WIDTHS)
    485376
    """
    total, before = 0, 1
    for kernel, width in zip(KERNELS, widths, strict=True):
        total += kernel * before * width
        before = width
    return total + BINS * LAST * before

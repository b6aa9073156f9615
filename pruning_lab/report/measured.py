"""What can be measured of one network, in one row."""

from dataclasses import dataclass

from pruning_lab.datasets import Split
from pruning_lab.measure import (
    Latency,
    accuracy,
    calibration_error,
    dense_bytes,
    macs_per_sample,
    nonzeros,
    parameters,
    worst_class,
)
from pruning_lab.network import Network
from pruning_lab.storage import cheapest


@dataclass(frozen=True)
class Measured:
    """Numbers about one network.

    Parameters
    ----------
    parameters : weights, zero or not; biases are not counted
    nonzeros : weights that are not zero
    sparsity : fraction pruned of the weights that the network *before* had
    macs_per_sample : multiplications of one sample, zeros included
    dense_bytes : of the weights in memory, zeros included
    stored_bytes : of the weights, each matrix in the cheapest form that keeps every bit
    stored_as : those forms, such as ``"Bitmap, Dense"``
    latency : seconds for all samples at once, with spread
    accuracy : share of the samples whose label is found
    worst_class, worst_accuracy : the class found least, and its share
    calibration_error : expected, in 15 bins: how far confidence lies from accuracy
    """

    parameters: int
    nonzeros: int
    sparsity: float
    macs_per_sample: int
    dense_bytes: int
    stored_bytes: int
    stored_as: str
    latency: Latency
    accuracy: float
    worst_class: int
    worst_accuracy: float
    calibration_error: float


def measured(network: Network, data: Split, *, original: int, latency: Latency) -> Measured:
    """Numbers about a network on these samples.

    Parameters
    ----------
    network : what is measured
    data : samples and labels
    original : weights before pruning, of which sparsity is a fraction
    latency : taken elsewhere, in turns with what it is compared to

    Examples
    --------
    >>> import numpy as np
    >>> from pruning_lab.network import Dense
    >>> half = Network({"only": Dense(np.diag([1.0, 0.0]), np.zeros(2))})
    >>> data = Split(np.eye(2), np.array([0, 1]))
    >>> found = measured(half, data, original=4, latency=Latency((0.1,)))
    >>> found.nonzeros, found.sparsity, found.accuracy, found.worst_class
    (1, 0.75, 0.5, 1)
    """
    kept = nonzeros(network)
    stored = [cheapest(w).best for w in network.weights.values()]
    label, share = worst_class(network, data.x, data.y)
    return Measured(
        parameters=parameters(network),
        nonzeros=kept,
        sparsity=(original - kept) / original,
        macs_per_sample=macs_per_sample(network, data.x[:1]),
        dense_bytes=dense_bytes(network),
        stored_bytes=sum(encoding.nbytes for encoding in stored),
        stored_as=", ".join(sorted({encoding.name for encoding in stored})),
        latency=latency,
        accuracy=accuracy(network, data.x, data.y),
        worst_class=label,
        worst_accuracy=share,
        calibration_error=calibration_error(network, data.x, data.y),
    )

"""Adam on the digits: a 64-300-100-10 network, batches of 64, one thread."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier
from torch.nn.utils.prune import L1Unstructured, global_unstructured
from turns import Contestants

from pruning_lab import datasets, mlp, select, train
from pruning_lab.arrays import Mask

SIZES, BATCH, EPOCHS, SPARSITY = (64, 300, 100, 10), 64, 5, 0.8


def data() -> tuple[np.ndarray, np.ndarray]:
    """Training digits, to write to as torch wants it."""
    part = datasets.digits(rng=np.random.default_rng(0)).train
    return np.array(part.x), np.array(part.y)


def ours(mask: bool) -> Callable[[], object]:
    """Some epochs of our training, from the same network each time."""
    x, y = data()
    net = mlp(SIZES, rng=np.random.default_rng(0))
    kept: Mask | None = select(net.weights, SPARSITY, key=np.abs) if mask else None
    rng = np.random.default_rng(0)
    return lambda: train(net, x, y, epochs=EPOCHS, rng=rng, batch_size=BATCH, mask=kept)


def in_torch(prune: bool) -> Callable[[], None]:
    """The usual loop of torch, with its own pruning hooks if asked for."""
    inputs, labels = map(torch.tensor, data())
    modules = [m for s in pairwise(SIZES) for m in (torch.nn.Linear(*s), torch.nn.ReLU())][:-1]
    net, loss = torch.nn.Sequential(*modules), torch.nn.CrossEntropyLoss()
    if prune:
        where = [(m, "weight") for m in modules if isinstance(m, torch.nn.Linear)]
        global_unstructured(where, pruning_method=L1Unstructured, amount=SPARSITY)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)

    def work() -> None:
        for _ in range(EPOCHS):
            for batch in torch.randperm(len(inputs)).split(BATCH):
                optimiser.zero_grad()
                loss(net(inputs[batch]), labels[batch]).backward()
                optimiser.step()

    return work


def in_scikit_learn() -> Callable[[], object]:
    """The classifier of scikit-learn, without its regularisation and its early stop."""
    x, y = data()
    model = MLPClassifier(
        SIZES[1:-1], batch_size=BATCH, alpha=0, max_iter=EPOCHS, n_iter_no_change=EPOCHS + 1
    )
    return lambda: model.fit(x, y)


def multiplies() -> Callable[[], None]:
    """Nothing but the matrix products of these epochs: forward, and back to weights and inputs."""
    x, _ = data()
    weights = [w.copy() for w in mlp(SIZES, rng=np.random.default_rng(0)).weights.values()]

    def work() -> None:
        for start in list(range(0, len(x), BATCH)) * EPOCHS:
            outputs = [x[start : start + BATCH]]
            for w in weights:
                outputs.append(outputs[-1] @ w.T)
            slope = outputs.pop()
            for i, w in reversed(list(enumerate(weights))):
                slope.T @ outputs[i]
                slope = slope @ w if i else slope

    return work


def dense() -> Contestants:
    """Training without a mask."""
    return {
        "pruning_lab.train": lambda: ours(mask=False),
        "torch": lambda: in_torch(prune=False),
        "sklearn.neural_network.MLPClassifier": in_scikit_learn,
        "bound: the matrix products alone": multiplies,
    }


def masked() -> Contestants:
    """Training at 80 % sparsity: pruned weights stay zero."""
    return {
        "pruning_lab.train": lambda: ours(mask=True),
        "torch with torch.nn.utils.prune": lambda: in_torch(prune=True),
        "bound: the matrix products alone": multiplies,
    }

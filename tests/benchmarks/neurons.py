"""Half of the hidden neurons of a network taken out for real, beside torch-pruning.

Both go by the sum of a neuron's incoming weights without their signs, layer by layer, and both
end with a smaller network that works. Biases are 0, as at the start of training: torch-pruning
drops what a dead neuron would still have said, ours adds it to the next bias.
"""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch
from turns import Contestants

from pruning_lab import Network, mlp, select
from pruning_lab.compaction import compact
from pruning_lab.tiles import Layer, Row

SHARE = 0.5


def in_torch(net: Network) -> torch.nn.Sequential:
    """The same network in torch."""
    modules: list[torch.nn.Module] = []
    for dense in net.dense.values():
        linear = torch.nn.Linear(dense.fan_in, dense.fan_out)
        linear.load_state_dict(
            {"weight": torch.tensor(dense.weights), "bias": torch.tensor(dense.bias)}
        )
        modules += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def contestants(sizes: tuple[int, ...]) -> Contestants:
    """A multilayer perceptron in float32, for everybody a fresh copy; its outputs all stay."""
    import torch_pruning  # only `make bench` installs it

    net = mlp(sizes, rng=np.random.default_rng(0)).astype(np.float32)
    *hidden, last = net.weights
    shares = {**dict.fromkeys(hidden, SHARE), last: 0.0}
    model, example = in_torch(net), torch.zeros(1, sizes[0])

    def smaller(whole: Network) -> Network:
        mask = select(whole.weights, shares, granularity=Row(), scope=Layer(), key=np.abs)
        return compact(whole, mask)

    def ours() -> Callable[[], object]:
        whole = deepcopy(net)
        return lambda: smaller(whole)

    def pruner(module: torch.nn.Sequential) -> torch_pruning.BasePruner:
        importance = torch_pruning.importance.MagnitudeImportance(
            p=1, group_reduction="first", normalizer=None
        )
        return torch_pruning.BasePruner(
            module, example, importance, pruning_ratio=SHARE, ignored_layers=[module[-1]]
        )

    def all_of_it() -> Callable[[], object]:
        module = deepcopy(model)
        return lambda: pruner(module).step()

    def step_alone() -> Callable[[], object]:
        return pruner(deepcopy(model)).step

    def copies() -> None:
        for w in net.weights.values():
            w.sum()
            w[: round(SHARE * len(w)), : round(SHARE * w.shape[1])].copy()

    pruner(theirs := deepcopy(model)).step()
    check_alike(smaller(net), theirs)
    return {
        "pruning_lab select and compact": ours,
        "torch-pruning, graph and step": all_of_it,
        "torch-pruning, the step alone": step_alone,
        "bound: weights read once, half copied": lambda: copies,
    }


def check_alike(net: Network, module: torch.nn.Sequential) -> None:
    """Nobody is fast by removing something else: the same weights are left, and they work."""
    linears = [part for part in module if isinstance(part, torch.nn.Linear)]
    for ours, theirs in zip(net.weights.values(), linears, strict=True):
        assert np.array_equal(ours, theirs.weight.detach().numpy())
    x = np.random.default_rng(1).standard_normal((16, linears[0].in_features), dtype=np.float32)
    with torch.no_grad():
        np.testing.assert_allclose(net(x), module(torch.tensor(x)).numpy(), rtol=1e-4, atol=1e-5)

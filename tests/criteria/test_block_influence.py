"""Block Influence: against the formula by loops, and in cases with a known angle."""

import numpy as np
import pytest

from pruning_lab import mlp
from pruning_lab.criteria import block_influence
from pruning_lab.network import Dense, Network, ReLU, Residual


def dense(matrix):
    return Dense(np.asarray(matrix, dtype=float), np.zeros(len(matrix)))


def one_block(matrix):
    return Network({"block": Residual({"dense1": dense(matrix)}), "out": dense(np.eye(2))})


@pytest.mark.parametrize(
    ("matrix", "wanted"),
    [
        (np.zeros((2, 2)), 0),  # adds nothing
        (3 * np.eye(2), 0),  # stretches, does not turn
        (-2 * np.eye(2), 2),  # turns round
        ([[-1, -1], [1, -1]], 1),  # a right angle
        (-np.eye(2), 0),  # nothing is left to compare
    ],
)
def test_known_angles(matrix, wanted):
    x = np.random.default_rng(0).standard_normal((9, 2))
    assert block_influence(one_block(matrix), x)["block"] == pytest.approx(wanted)


def test_it_is_the_formula_of_the_paper_by_loops():
    rng = np.random.default_rng(1)
    block = {"relu": ReLU(), "up": dense(rng.standard_normal((5, 4)))}
    blocks = {
        f"block{i}": Residual({**block, "down": dense(rng.standard_normal((4, 5)))})
        for i in range(3)
    }
    net = Network({"first": dense(rng.standard_normal((4, 6))), **blocks})
    x = rng.standard_normal((7, 6))
    found = block_influence(net, x)
    state = net.layers["first"].forward(x)
    for name, layer in blocks.items():
        after = layer.forward(state)
        cosines = [
            a @ b / np.sqrt(a @ a) / np.sqrt(b @ b) for a, b in zip(state, after, strict=True)
        ]
        assert found[name] == pytest.approx(1 - sum(cosines) / 7)
        state = after
    assert list(found) == list(blocks)


def test_a_network_without_blocks_is_refused():
    with pytest.raises(ValueError, match=r"no residual block.*\['dense1'"):
        block_influence(mlp((3, 4, 2), rng=np.random.default_rng(0)), np.ones((2, 3)))

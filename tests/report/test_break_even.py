"""Break-even: the first sparsity from which on leaving zeros out pays."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from pruning_lab.report import break_even, dense_product
from pruning_lab.report.break_even import SPARSITIES


class Timed:
    """Products that take what they are told to on a clock that nothing else moves."""

    def __init__(self):
        self.now, self.seen = 0.0, []

    def clock(self):
        return self.now

    def costing(self, cost):
        def prepare(weights):
            self.seen.append(weights)
            product = dense_product(weights)

            def timed(x):
                self.now += cost(weights)
                return product(x)

            return timed

        return prepare


def crossing(sparse, dense, **arguments):
    timed = Timed()
    found = break_even(
        (10, 20),
        4,
        rng=np.random.default_rng(0),
        sparse=timed.costing(sparse),
        dense=timed.costing(dense),
        repeats=10,
        clock=timed.clock,
        **arguments,
    )
    return found, timed


@pytest.mark.parametrize("overhead", [1.5, 3, 4, 9, 15, 45, 300])
def test_break_even_is_where_the_costs_cross(overhead):
    found, _ = crossing(lambda w: overhead * np.count_nonzero(w), lambda w: w.size)
    wins = [s for s in SPARSITIES if overhead * round((1 - s) * 200) < 200]
    assert found == (min(wins) if wins else None)


def test_the_same_cost_is_no_win():
    assert crossing(lambda w: 5, lambda w: 5)[0] is None
    assert crossing(lambda w: 4, lambda w: 5)[0] == min(SPARSITIES)


def test_a_win_below_a_loss_does_not_count():
    def odd(w):  # loses at 0.9 only
        return 9 if np.count_nonzero(w) == 20 else 1

    assert crossing(odd, lambda w: 5)[0] == 0.95


def test_exactly_so_many_weights_are_zero():
    _, timed = crossing(lambda w: 1, lambda w: 2, sparsities=[0, 0.15, 0.29, 1])
    zeros = {int((w == 0).sum()) for w in timed.seen}
    assert zeros == {0, 30, 58, 200}
    assert all(w.dtype == np.float32 for w in timed.seen)


def compiled(weights):
    matrix = csr_array(weights)
    return lambda x: (matrix @ x.T).T


def test_the_product_of_another_library_can_be_raced():
    found = break_even(
        (30, 40),
        16,
        rng=np.random.default_rng(0),
        sparse=compiled,
        repeats=10,
    )
    assert found is None or found in SPARSITIES


def test_who_computes_something_else_does_not_race():
    with pytest.raises(ValueError, match="a sparse product must compute the same"):
        break_even(
            (30, 40), 2, rng=np.random.default_rng(0), sparse=lambda w: lambda x: 2 * x @ w.T
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shape": (0, 3)}, "each size of the shape must be a whole number, 1 or more; got 0"),
        ({"batch": 0}, "batch must be a whole number"),
        ({"rng": 0}, "rng must be a numpy Generator"),
        ({"sparsities": [90]}, "Did you mean 0.9"),
        ({"sparsities": []}, "hold nothing to test"),
        ({"repeats": 2}, "repeats must be a whole number, 10 or more"),
    ],
)
def test_mistaken_arguments_end_in_a_sentence(arguments, message):
    right = {"shape": (2, 3), "batch": 2, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match=message):
        break_even(**(right | arguments))

"""Orders of members: invariants, naive loops as oracles, cases worked by hand."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from pruning_lab.ensembles import (
    accuracy_by_size,
    angles,
    best_first,
    combined,
    complementarity,
    greedy_with_replacement,
    kappa,
    kappas,
    margin_distance,
    orientation,
    reduce_error,
    reduce_error_backfitted,
)

ORDERS = {
    "best_first": best_first,
    "orientation": orientation,
    "reduce_error": reduce_error,
    "kappa": lambda outputs, y: kappa(outputs),
    "complementarity": complementarity,
    "margin_distance": margin_distance,
}
named = pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)

# five members, six samples of three classes
HAND = np.array(
    [
        [0, 0, 1, 1, 2, 0],  # 5 right
        [0, 0, 1, 0, 2, 0],  # 4
        [1, 0, 1, 1, 0, 2],  # 4
        [0, 1, 0, 1, 2, 2],  # 4
        [2, 2, 2, 2, 2, 2],  # 2
    ]
)
TRUTH = np.array([0, 0, 1, 1, 2, 2])


@st.composite
def elections(draw, most=6):
    """Few members, samples and classes, so that ties abound."""
    members, n = draw(st.integers(1, most)), draw(st.integers(1, 8))
    classes = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    y = rng.integers(classes, size=n)
    said = np.where(rng.random((members, n)) < 0.5, y, rng.integers(classes, size=(members, n)))
    said[0, 0] = y[0]  # one vote names a class of y
    return said, y


@st.composite
def shares(draw):
    """Probabilities in sixteenths, which floats hold exactly."""
    said, y = draw(elections())
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    classes = int(max(said.max(), y.max())) + 1
    counts = rng.multinomial(16, np.ones(classes) / classes, size=said.shape)
    return counts / 16, y


outputs = st.one_of(elections(), shares())


def right(said, y, members):
    """Right samples of a group, by loops: sums, then the first of the highest."""
    found = 0
    for i, label in enumerate(y):
        totals = {}
        for k in members:
            given_ = {said[k, i]: 1} if said.ndim == 2 else dict(enumerate(said[k, i]))
            for name, share in given_.items():
                totals[name] = totals.get(name, 0) + share
        found += max(sorted(totals), key=totals.get) == label
    return found


def signatures(said, y):
    labels = said if said.ndim == 2 else said.argmax(axis=2)
    return [[1 if a == b else -1 for a, b in zip(row, y, strict=True)] for row in labels]


def greedy(count, value):
    """Order that takes the highest value(group, candidate) each time, the first on a tie."""
    order = []
    while len(order) < count:
        rest = [k for k in range(count) if k not in order]
        order.append(max(rest, key=lambda k: value(order, k)))
    return order


# --- invariants -------------------------------------------------------------------------------


@named
@given(case=outputs)
def test_an_order_is_a_permutation(order, case):
    said, y = case
    before = said.copy()
    found = order(said, y)
    assert sorted(found.tolist()) == list(range(len(said)))
    assert np.array_equal(said, before)


@named
@given(case=elections())
def test_the_names_of_classes_do_not_matter_if_they_sort_alike(order, case):
    said, y = case
    names = np.array(["ash", "birch", "cedar", "elm"])
    assert np.array_equal(order(said, y), order(names[said], names[y]))


@named
@given(case=elections())
def test_votes_and_certain_probabilities_give_the_same_order(order, case):
    said, y = case
    classes = int(max(said.max(), y.max())) + 1
    certain = (said[..., None] == np.arange(classes)).astype(float)
    assert np.array_equal(order(said, y), order(certain, y))


@named
def test_members_that_say_the_same_stay_in_their_order(order):
    assert order(np.tile(HAND[:1], (4, 1)), TRUTH).tolist() == [0, 1, 2, 3]


@named
def test_members_that_are_never_wrong_stay_in_their_order(order):
    assert order(np.tile(TRUTH, (4, 1)), TRUTH).tolist() == [0, 1, 2, 3]


@named
@given(case=elections())
def test_samples_may_come_in_any_order(order, case):
    said, y = case
    assert np.array_equal(order(said, y), order(said[:, ::-1], y[::-1]))


@pytest.mark.parametrize(
    "order", [best_first, reduce_error, complementarity], ids=lambda f: f.__name__
)
@given(case=outputs)
def test_the_first_member_is_the_best_alone(order, case):
    said, y = case
    alone = [sum(s == 1 for s in row) for row in signatures(said, y)]
    assert order(said, y)[0] == alone.index(max(alone))


@given(case=outputs)
def test_accuracy_by_size_is_that_of_each_group(case):
    said, y = case
    order = np.random.default_rng(0).integers(len(said), size=6)  # with repetition
    found = accuracy_by_size(said, y, order)
    expected = [right(said, y, order[: k + 1]) / len(y) for k in range(len(order))]
    assert found.tolist() == expected
    assert np.mean(combined(said, order) == y) == expected[-1]


# --- oracles ----------------------------------------------------------------------------------


@given(case=outputs)
def test_reduce_error_is_the_greedy_search_by_loops(case):
    said, y = case
    expected = greedy(len(said), lambda group, k: right(said, y, [*group, k]))
    assert reduce_error(said, y).tolist() == expected


@given(case=outputs)
def test_complementarity_is_its_formula_by_loops(case):
    said, y = case
    marks = signatures(said, y)

    def gain(group, k):
        if not group:
            return sum(m == 1 for m in marks[k])
        together = [right(said[:, [i]], y[[i]], group) for i in range(len(y))]
        return sum(m == 1 and not ok for m, ok in zip(marks[k], together, strict=True))

    assert complementarity(said, y).tolist() == greedy(len(said), gain)


@given(case=outputs, target=st.sampled_from([1 / 16, 1 / 4, 1 / 2]))
def test_margin_distance_is_its_formula_by_loops(case, target):
    said, y = case
    marks, members = signatures(said, y), len(said)

    def nearness(group, k):
        means = [Fraction(sum(marks[t][i] for t in [*group, k]), members) for i in range(len(y))]
        return -sum((Fraction(target) - mean) ** 2 for mean in means)

    found = margin_distance(said, y, target=target).tolist()
    assert found == greedy(members, nearness)


@given(case=elections())
def test_the_usual_target_never_takes_a_member_that_is_farther_than_another(case):
    said, y = case
    marks, members = np.array(signatures(said, y)), len(said)
    order, total = margin_distance(said, y).tolist(), np.zeros(len(y))
    for step, chosen in enumerate(order):
        away = ((0.075 - (total + marks) / members) ** 2).sum(axis=1)
        assert away[chosen] <= away[order[step:]].min() + 1e-9
        total += marks[chosen]


@given(case=outputs)
def test_orientation_is_its_formula_by_fractions(case):
    said, y = case
    marks, members = signatures(said, y), len(said)
    mean = [Fraction(sum(column), members) for column in zip(*marks, strict=True)]
    square = sum(c * c for c in mean)
    reference = [1 - sum(mean) / square * c for c in mean] if square else [1] * len(y)
    if not any(reference):
        reference = [1] * len(y)
    pulls = [sum(a * b for a, b in zip(row, reference, strict=True)) for row in marks]
    assert orientation(said, y).tolist() == sorted(range(members), key=lambda k: -pulls[k])
    length = float(sum(r * r for r in reference)) ** 0.5 * len(y) ** 0.5
    expected = np.arccos(np.clip([float(p) / length for p in pulls], -1, 1))
    assert angles(said, y) == pytest.approx(expected, abs=1e-7)


@given(case=elections())
def test_the_reference_is_orthogonal_to_the_ensemble(case):
    said, y = case
    marks = np.array(signatures(said, y))
    cosines = np.cos(angles(said, y))
    if abs(marks.sum(axis=0)).max() != abs(marks.sum(axis=0)).min():
        assert cosines.sum() == pytest.approx(0, abs=1e-9)


@given(case=elections())
def test_kappas_are_those_of_scikit_learn(case):
    said, _ = case
    found = kappas(said)
    assert np.array_equal(found, found.T)
    for i, j in combinations(range(len(said)), 2):
        if len(set(said[i]) | set(said[j])) == 1:
            assert found[i, j] == 1  # scikit-learn: 0 / 0
        else:
            assert found[i, j] == pytest.approx(cohen_kappa_score(said[i], said[j]), abs=1e-12)


@given(case=outputs)
def test_kappa_names_members_in_the_order_of_their_least_agreeing_pair(case):
    said, _ = case
    agreement = kappas(said)
    pairs = sorted(combinations(range(len(said)), 2), key=lambda pair: agreement[pair])
    expected = []
    for member in [k for pair in pairs for k in pair] or [0]:
        if member not in expected:
            expected.append(member)
    assert kappa(said).tolist() == expected


@given(case=outputs)
def test_greedy_with_replacement_takes_the_best_addition_each_time(case):
    said, y = case
    chosen = []
    for _ in range(5):
        values = [right(said, y, [*chosen, k]) for k in range(len(said))]
        chosen.append(values.index(max(values)))
    assert greedy_with_replacement(said, y, 5).tolist() == chosen


@given(case=shares())
def test_greedy_with_replacement_follows_another_goodness(case):
    said, y = case

    def closeness(p, columns):
        return -float(((p - np.eye(said.shape[2])[columns]) ** 2).sum())

    found = greedy_with_replacement(said, y, 4, goodness=closeness).tolist()
    for step in range(4):
        values = [closeness(said[[*found[:step], k]].mean(axis=0), y) for k in range(len(said))]
        assert values[found[step]] >= max(values) - 1e-9


@given(case=outputs)
def test_the_start_is_the_best_members(case):
    said, y = case
    start = min(2, len(said))
    found = greedy_with_replacement(said, y, 4, start=start)
    assert found[:start].tolist() == best_first(said, y)[:start].tolist()


# --- backfitting ------------------------------------------------------------------------------


@given(case=outputs)
@settings(max_examples=60)
def test_backfitting_never_lowers_accuracy_on_the_selection_set(case):
    said, y = case
    rough = reduce_error(said, y)
    for size in range(1, len(said) + 1):
        group = reduce_error_backfitted(said, y, size).tolist()
        assert len(set(group)) == len(group) == size
        if size <= 3:  # before that both walk alike; later the exchanged may go another way
            assert right(said, y, group) >= right(said, y, rough[:size])


@given(case=outputs)
@settings(max_examples=60)
def test_no_single_exchange_improves_a_backfitted_group(case):
    said, y = case
    for size in range(3, len(said) + 1):
        group = reduce_error_backfitted(said, y, size).tolist()
        best = right(said, y, group)
        outside = [k for k in range(len(said)) if k not in group]
        for place in range(size):
            for rival in outside:
                assert right(said, y, [*group[:place], rival, *group[place + 1 :]]) <= best


def backfitted(said, y, size):
    """The paper's procedure by loops: join, then exchange while somebody outside helps more."""
    group = []
    while len(group) < size:
        outside = [k for k in range(len(said)) if k not in group]
        group.append(max(outside, key=lambda k: right(said, y, [*group, k])))
        changed = len(group) > 2
        while changed:
            changed = False
            for place, member in enumerate(group):
                others = [k for k in group if k != member]
                outside = [k for k in range(len(said)) if k not in others]
                rival = max(outside, key=lambda k: right(said, y, [*others, k]))
                if right(said, y, [*others, rival]) > right(said, y, group):
                    group[place], changed = rival, True
    return group


@given(case=outputs)
@settings(max_examples=60)
def test_backfitting_is_its_procedure_by_loops(case):
    said, y = case
    for size in range(1, len(said) + 1):
        assert reduce_error_backfitted(said, y, size).tolist() == backfitted(said, y, size)


def test_a_pair_is_not_yet_exchanged():
    rng = np.random.default_rng(0)
    for _ in range(300):
        y, said = np.zeros(5, int), rng.integers(0, 2, (5, 5))
        said[0, 0] = 0
        assert np.array_equal(reduce_error_backfitted(said, y, 2), reduce_error(said, y)[:2])


def test_of_many_tied_members_the_first_come_first():
    said = np.tile([[0, 1], [0, 0]], (50, 1))  # 100 members; those at even places are better
    expected = [*range(0, 100, 2), *range(1, 100, 2)]
    assert best_first(said, [0, 1]).tolist() == expected
    assert orientation(said, [0, 1]).tolist() == expected
    assert greedy_with_replacement(said, [0, 1], 60, start=60).tolist() == expected[:60]


def test_backfitting_repairs_what_greed_began():
    """All samples are of class 0; a tie of two members is right, being for the first class."""
    y = np.zeros(4, int)
    said = [[0, 0, 0, 1], [1, 1, 1, 1], [1, 0, 0, 1], [0, 1, 1, 1]]
    # 0 is best alone; each other ties with it, so 1 joins; then 2 is right with 0 on two samples
    assert reduce_error(said, y)[:3].tolist() == [0, 1, 2]
    # but 1 is never right: with 3 in its place the first sample is right too
    assert reduce_error_backfitted(said, y, 3).tolist() == [0, 3, 2]
    assert accuracy_by_size(said, y, [0, 1, 2])[-1] == 2 / 4
    assert accuracy_by_size(said, y, [0, 3, 2])[-1] == 3 / 4


# --- cases worked by hand ---------------------------------------------------------------------


def test_five_members_by_hand():
    assert best_first(HAND, TRUTH).tolist() == [0, 1, 2, 3, 4]
    # member 0 errs on the last sample only; 2, 3 and 4 are right there, 2 is first
    assert complementarity(HAND, TRUTH)[:2].tolist() == [0, 2]
    # any tie goes to the smaller label, so a second vote of 2 does not yet help: 0 stays at 5
    assert accuracy_by_size(HAND, TRUTH, [0, 1, 2, 3, 4])[0] == 5 / 6
    # sums of signatures: 1, 1, 1, 1, 3, 1 -> q = 14, s = 8, reference 14 - 8 S = 6 except -10
    assert angles(HAND, TRUTH)[4] == pytest.approx(
        np.arccos((-6 - 6 - 6 - 6 - 10 + 6) / np.sqrt((5 * 36 + 100) * 6))
    )
    marks = np.where(HAND == TRUTH, 1, -1)
    assert marks.sum(axis=0).tolist() == [1, 1, 1, 1, 3, 1]
    assert (marks @ [6, 6, 6, 6, -10, 6]).tolist() == [8, -4, 28, -4, -28]
    assert orientation(HAND, TRUTH).tolist() == [2, 0, 1, 3, 4]


def test_kappa_of_opposites_is_minus_one():
    assert kappas([[0, 1, 0, 1], [1, 0, 1, 0]])[0, 1] == -1


def test_repetition_acts_as_weight():
    said = [[[0.9, 0.1], [0.6, 0.4]], [[0.4, 0.6], [0.3, 0.7]]]
    chosen = greedy_with_replacement(said, [0, 1], 4)
    assert np.bincount(chosen).tolist() == [2, 2]
    assert accuracy_by_size(said, [0, 1], chosen)[-1] == 1.0


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reduce_error_backfitted(HAND, TRUTH, 6), "at most all 5; got 6"),
        (lambda: reduce_error_backfitted(HAND, TRUTH, 0), "size must be a whole number"),
        (lambda: reduce_error_backfitted(HAND, TRUTH, 2, sweeps=0), "sweeps must be a whole"),
        (lambda: margin_distance(HAND, TRUTH, target=0), "between 0 and 1, such as 0.075; got 0"),
        (lambda: margin_distance(HAND, TRUTH, target="p"), "between 0 and 1"),
        (lambda: greedy_with_replacement(HAND, TRUTH, 0), "steps must be a whole number"),
        (lambda: greedy_with_replacement(HAND, TRUTH, 2, start=3), "among the steps; got 3 of 2"),
        (lambda: greedy_with_replacement(HAND, TRUTH, 9, start=6), "at most all 5"),
        (
            lambda: greedy_with_replacement(HAND, TRUTH, 2, goodness=lambda p, y: np.nan),
            "goodness is NaN",
        ),
        (lambda: kappa([0, 1]), "outputs are votes"),
    ],
)
def test_bad_numbers_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@named
def test_outputs_that_do_not_fit_the_labels_are_refused(order):
    if order is ORDERS["kappa"]:
        return  # needs no labels
    with pytest.raises(ValueError, match="one label for each of 6 samples"):
        order(HAND, TRUTH[:3])

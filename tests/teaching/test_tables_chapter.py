"""Demos and figures of chapter 17: what they compute and say, and that its claims hold."""

import re
from importlib.resources import files

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.inspection import permutation_importance

from pruning_lab import datasets
from pruning_lab.adapters.sklearn_trees import forest_from_fitted
from pruning_lab.datasets.dataset import Split
from pruning_lab.teaching.demos import columns, groves, ledgers, noisy_trees, rounds
from pruning_lab.teaching.figures.style import percent
from pruning_lab.trees import cost_complexity

SIZES, PRICES = [1, 3, 10, 30, 60, 100], [0, 0.001, 0.002, 0.003, 0.005, 0.01]
SEEDS = range(3)


def grown(part, seed, trees=100, **how):
    return RandomForestClassifier(trees, random_state=seed, **how).fit(part.x, part.y)


@pytest.fixture(scope="module")
def data():
    found = {}
    for share in (0, 0.2):
        rngs = [np.random.default_rng(seed) for seed in SEEDS]
        found[share] = [noisy_trees.spoiled(datasets.digits(rng=r), share, rng=r) for r in rngs]
    return found


@pytest.fixture(scope="module")
def forests(data):
    return {share: [grown(d.train, s) for s, d in enumerate(g)] for share, g in data.items()}


@pytest.fixture(scope="module")
def trees(forests):
    return {share: [forest_from_fitted(f) for f in group] for share, group in forests.items()}


@pytest.fixture(scope="module")
def worths(data, trees):
    return {
        share: groves.worth(
            [groves.Grove(g, d.test) for g, d in zip(trees[share], data[share], strict=True)],
            SIZES,
            PRICES,
        )
        for share in data
    }


@pytest.fixture(scope="module")
def rows():
    return columns.recorded()


@pytest.fixture(scope="module")
def runs():
    found = {}
    for share in (0, 0.2):
        data = [rounds.spoiled(share, seed) for seed in SEEDS]
        models = [
            GradientBoostingClassifier(n_estimators=100, learning_rate=0.2, random_state=seed).fit(
                d.train.x, d.train.y
            )
            for seed, d in zip(SEEDS, data, strict=True)
        ]
        found[share] = [rounds.staged(m, d) for m, d in zip(models, data, strict=True)]
    return found


# ---- groves


@pytest.mark.parametrize("price", PRICES)
def test_one_walk_finds_the_leaves_of_every_pruned_tree(data, trees, price):
    x = data[0.2][0].test.x[:100]
    for tree in trees[0.2][0][:10]:
        small = cost_complexity(tree, price)
        (stops,) = groves.stops(tree, x, [price])
        np.testing.assert_array_equal(tree.values[stops], small.values[small.leaf_of(x)])
        depth, below = groves.depths(tree), groves.depths(small)
        np.testing.assert_array_equal(depth[stops], below[small.leaf_of(x)])


def test_a_whole_forest_is_worth_what_scikit_learn_says(data, forests, worths):
    for share, group in forests.items():
        for i, (forest, d) in enumerate(zip(group, data[share], strict=True)):
            assert worths[share].accuracy[i, -1, 0] == forest.score(d.test.x, d.test.y)
            nodes = sum(tree.tree_.node_count for tree in forest)
            assert worths[share].nodes[i, -1, 0] == nodes


def test_a_pruned_forest_is_worth_what_cutting_it_gives(data, trees, worths):
    small = groves.cut(trees[0.2][1][:30], 0.003)
    found, at = worths[0.2], (1, 3, 3)
    assert found.accuracy[at] == groves.right(small, data[0.2][1].test)
    assert found.nodes[at] == sum(tree.left.size for tree in small)


@pytest.mark.parametrize("share", [0.001, 0.02, 0.125, 0.5, 1])
def test_the_price_is_the_lowest_that_fits(trees, share):
    forest = trees[0.2][0][:12]
    size = lambda price: sum(t.left.size for t in groves.cut(forest, price))  # noqa: E731
    budget = max(len(forest), round(share * size(0.0)))
    price = groves.price_within(forest, budget)
    assert size(price) <= budget
    if price:
        assert size(price * (1 - 1e-9)) > budget


def test_no_price_fits_less_than_the_roots(trees):
    with pytest.raises(ValueError, match="12 trees"):
        groves.price_within(trees[0][0][:12], 11)


def test_out_of_bag_is_scikit_learns(data):
    part = data[0.2][0].train
    forest = grown(part, 5, 60, oob_score=True)
    (ours,) = groves.out_of_bag(forest_from_fitted(forest), forest.estimators_samples_, part, [0])
    assert ours == pytest.approx(forest.oob_score_)


def test_the_grove_says_what_it_shows(worths, check_demo):
    demo = groves.demo(worths, SIZES, PRICES, 144)
    check_demo(demo, 72)
    found, at = worths[0.2], (3, 3)
    words = groves.describe((0.2, 30, 0.003), found, at, 144)
    assert percent(found.accuracy[:, 3, 3].mean(), 1) in words
    assert f"{found.questions[:, 3, 3].mean():.0f} questions" in words
    assert "30 trees, a leaf costs 0.003" in words
    whole = groves.describe((0.2, 100, 0), found, (5, 0), 144)
    assert "The whole forest" in whole
    assert "against the whole" not in whole


# ---- rounds


def test_a_run_is_scored_as_scikit_learn_scores(runs):
    data = rounds.spoiled(0.2, 0)
    model = GradientBoostingClassifier(n_estimators=5, random_state=0)
    run = rounds.staged(model.fit(data.train.x, data.train.y), data)
    assert run.test[-1] == model.score(data.test.x, data.test.y)
    assert 1 <= run.chosen <= 5
    given = model.predict_proba(data.validation.x)[np.arange(270), data.validation.y]
    assert run.loss[-1] == pytest.approx(-np.log(given).mean())


def test_wrong_labels_stand_on_the_same_rows():
    clean, spoiled = rounds.spoiled(0, 3), rounds.spoiled(0.2, 3)
    np.testing.assert_array_equal(clean.train.x, spoiled.train.x)
    np.testing.assert_array_equal(clean.test.y, spoiled.test.y)
    assert np.sum(clean.train.y != spoiled.train.y) == 160


def test_the_rounds_say_what_they_show(runs, check_demo):
    check_demo(rounds.demo(runs, [1, 3, 10, 30, 100]), 10)
    words = rounds.describe(0.2, 30, runs[0.2])
    assert "30 of 100 rounds stay" in words
    assert percent(np.mean([run.test[29] for run in runs[0.2]]), 1) in words
    assert "One round stays" in rounds.describe(0, 1, runs[0])
    assert "All 100 rounds stay" in rounds.describe(0, 100, runs[0])


# ---- the table and its columns


def test_the_table_has_five_causes_of_equal_strength():
    x, y = ledgers.ledger(20_000, rng=np.random.default_rng(0))
    assert x.shape == (20_000, 20)
    assert abs(y.mean() - 0.5) < 0.02
    tells = np.abs(np.corrcoef(x.T, y)[-1, :-1])
    groups = np.array(ledgers.GROUPS)
    assert np.ptp(tells[groups != "–"]) < 0.05
    assert tells[groups == "–"].max() < 0.03
    assert [int((groups == cause).sum()) for cause in "ABCDE–"] == [1, 1, 2, 3, 5, 8]


def test_a_column_that_left_holds_its_mean():
    x = np.arange(6.0).reshape(3, 2)
    held = columns.without(x, np.array([1]), np.array([9.0, 9.0]))
    np.testing.assert_array_equal(held, [[9, 1], [9, 3], [9, 5]])


def test_lost_causes():
    assert columns.lost(range(12)) == ""
    assert columns.lost([0, 1]) == "CDE"


def test_the_study_says_where_it_comes_from():
    text = files("pruning_lab.teaching.demos").joinpath(columns.FILE).read_text("utf-8")
    assert re.match(r"# command: python book/data/columns\.py\n# seeds: 0 to 4;", text)
    assert text.splitlines()[3] == ",".join(columns.Row._fields)


def test_a_sample_of_the_study_comes_out_again(rows):
    def fit(x, y, seed):
        return RandomForestClassifier(60, min_samples_leaf=3, random_state=seed).fit(x, y)

    def judge(forest, x, y, seed):
        return permutation_importance(forest, x, y, n_repeats=1).importances_mean

    again = list(columns.study(1, fit, judge, orders=[columns.LOT]))
    stored = [row for row in rows if row.seed == 1 and row.order == columns.LOT]
    for new, old in zip(again, stored, strict=True):
        assert new.columns == old.columns
        assert np.abs(np.subtract(new.accuracy, old.accuracy)).max() < 0.03


def test_the_columns_say_what_they_show(rows, check_demo):
    check_demo(columns.demo(rows), 80)
    words = columns.describe(columns.ONCE, columns.AGAIN, 5, rows)
    assert percent(columns.accuracies(rows, columns.ONCE, columns.AGAIN)[:, 6].mean(), 1) in words
    assert "no column is left of E" in words
    words = columns.describe(columns.STEPS, columns.CUT, 5, rows)
    assert "every cause has a column left" in words
    assert "stays as it was" in words


def test_figures_hold(worths, runs, rows, in_book, check_figure):
    for demo, state in (
        (
            groves.demo(worths, SIZES, PRICES, 144),
            {"share": percent(0.2), "trees": 30, "price": 0.003},
        ),
        (rounds.demo(runs, [1, 10, 100]), {"share": percent(0.2), "rounds": 10}),
        (columns.demo(rows), {"order": "importance", "forest": "fitted again", "keep": 5}),
    ):
        check_figure(demo._render(**state))


# ---- claims of the chapter


def test_wrong_labels_double_a_forest_and_that_half_can_go(worths):
    clean, noisy = worths[0], worths[0.2]
    assert noisy.nodes[:, -1, 0].mean() > 1.8 * clean.nodes[:, -1, 0].mean()
    assert noisy.nodes[:, -1, 2].mean() < 0.5 * noisy.nodes[:, -1, 0].mean()
    assert noisy.accuracy[:, -1, 2].mean() > noisy.accuracy[:, -1, 0].mean() - 0.01


def test_cutting_afterwards_is_what_ccp_alpha_gives(data, trees):
    d = data[0.2][0]
    refitted = forest_from_fitted(grown(d.train, 0, ccp_alpha=0.003))
    for ours, theirs in zip(groves.cut(trees[0.2][0], 0.003), refitted, strict=True):
        np.testing.assert_array_equal(ours.feature, theirs.feature)


def test_under_noise_thirty_cut_trees_beat_as_many_bytes_of_whole_ones(data, trees):
    ahead = []
    for group, d in zip(trees[0.2], data[0.2], strict=True):
        nodes = sum(tree.left.size for tree in group) // 8
        some = group[: np.searchsorted(np.cumsum([t.left.size for t in group]), nodes, "right")]
        small = groves.cut(group[:30], groves.price_within(group[:30], nodes))
        ahead.append(groves.right(small, d.test) - groves.right(some, d.test))
    assert min(ahead) > 0.02


def test_bytes_fall_faster_than_questions(worths):
    noisy = worths[0.2]
    bytes_, asked = (
        p[:, -1, 3].mean() / p[:, -1, 0].mean() for p in (noisy.nodes, noisy.questions)
    )
    assert bytes_ < 0.35 < 0.6 < asked


def test_boosting_turns_under_noise_and_not_without(runs):
    for run in runs[0.2]:
        assert run.test[run.chosen - 1] > run.test[-1]
    clean = np.mean([run.test for run in runs[0]], axis=0)
    assert clean[-1] > clean.max() - 0.01


def test_a_forest_does_not_turn(worths):
    for found in worths.values():
        whole = found.accuracy[:, :, 0].mean(axis=0)
        assert whole[-1] > whole.max() - 0.005


def test_the_group_that_looks_idle_is_dear():
    rng = np.random.default_rng(0)
    learn, judge = Split(*ledgers.ledger(1000, rng=rng)), Split(*ledgers.ledger(2000, rng=rng))
    forest = grown(learn, 0, 60, min_samples_leaf=3)
    whole, groups = forest.score(judge.x, judge.y), np.array(ledgers.GROUPS)

    def cost(where):
        x = judge.x.copy()
        x[:, where] = judge.x[rng.permutation(len(x))][:, where]
        return whole - forest.score(x, judge.y)

    family = np.flatnonzero(groups == "E")
    assert max(cost([k]) for k in family) < 0.025
    assert cost(family) > 0.08


def test_asking_again_keeps_every_cause(rows):
    at = columns.KEEP.index(5)
    step, once, shuffled, lot = (
        columns.accuracies(rows, order, columns.AGAIN)[:, at]
        for order in (columns.STEPS, columns.ONCE, columns.SHUFFLED, columns.LOT)
    )
    assert step.mean() > max(once.mean(), shuffled.mean()) + 0.02
    assert min(once.mean(), shuffled.mean()) > lot.mean() + 0.1
    all_ = columns.accuracies(rows, columns.STEPS, columns.AGAIN)[:, 0]
    twelve = columns.accuracies(rows, columns.STEPS, columns.AGAIN)[:, columns.KEEP.index(12)]
    assert twelve.mean() > all_.mean() + 0.005

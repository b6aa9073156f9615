"""Chapter 14: cliffs by halving, open ways, lost masks, budgets, standings, and the guide."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab import measure
from pruning_lab.teaching.demos import (
    budgets,
    cliffs,
    openings,
    pipelines,
    standings,
    treatments,
)
from pruning_lab.teaching.demos.intervals import paired
from pruning_lab.teaching.figures import budgets as budget_figures
from pruning_lab.teaching.figures import openings as opening_figures
from pruning_lab.teaching.figures import triage


@pytest.fixture(scope="module")
def cases():
    return treatments.recorded()


@pytest.fixture(scope="module")
def ranks():
    return standings.recorded()


@pytest.fixture(scope="module")
def ways():
    return openings.recorded()


@pytest.fixture(scope="module")
def costs():
    return budgets.recorded()


# ---- the cliff


@given(st.floats(0.001, 0.999), st.integers(0, 12))
def test_halving_keeps_the_place_between_its_ends(place, tries):
    *_, (low, high) = cliffs.halve(lambda s: s < place, tries)
    assert low <= place <= high
    assert high - low == 0.5**tries


@pytest.fixture(scope="module")
def searched(digit_networks):
    return cliffs.search(digit_networks)


def test_what_held_holds_and_what_fell_falls_in_every_network(searched, digit_networks):
    for (low, high), (net, data) in zip(searched.brackets[-1], digit_networks, strict=True):
        floor = cliffs.cut(net, data.validation, 0.0) - cliffs.ALLOWED
        assert cliffs.cut(net, data.validation, low) >= floor
        assert cliffs.cut(net, data.validation, high) < floor


def test_the_place_moves_with_the_seed_and_the_best_place_fells_others(searched):
    held = searched.brackets[-1, :, 0]
    assert held.max() - held.min() > 0.1
    assert np.sum(searched.lost[-1] > 5) >= 2


def test_each_state_of_the_cliffs_says_its_places_and_losses(searched, check_demo, check_figure):
    demo = cliffs.demo({"narrow": searched, "wide": searched})
    check_demo(demo, 16)
    for state, text in demo.states():
        if state["tried"] == 0:
            assert "may be anywhere" in text
            continue
        held = searched.brackets[int(state["tried"]), :, 0]
        lost = searched.lost[int(state["tried"])]
        assert f"between {held.min():.0%} and".replace("%", "\u202f%") in text
        assert f"{np.sum(lost > 5 + 1e-9)} of {len(held)} lose more" in text
        assert f"the worst loses {lost.max():.0f}" in text
    check_figure(demo._render(width="wide", tried=7))


# ---- open ways


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_ways_units_and_weights_are_those_that_one_finds_by_walking(seed, density):
    rng = np.random.default_rng(seed)
    shapes = [(4, 3), (3, 4), (2, 3)]
    mask = {f"l{i}": rng.random(shape) < density for i, shape in enumerate(shapes)}
    a, b, c = mask.values()
    walks = [
        (i, j, k, o)
        for i, j, k, o in product(range(3), range(4), range(3), range(2))
        if a[j, i] and b[k, j] and c[o, k]
    ]
    found = openings.opening(mask)
    assert found.ways == len(walks)
    assert found.units == (len({w[1] for w in walks}), len({w[2] for w in walks}))
    assert found.classes == len({w[3] for w in walks})
    edges = [{(n, w[n], w[n + 1]) for w in walks} for n in range(3)]
    assert found.weights == sum(map(len, edges))


def test_weights_in_every_layer_and_no_way():
    mask = {"a": np.array([[True], [False]]), "b": np.array([[False, True]])}
    assert openings.opening(mask) == openings.Opening(0, (0,), 0, 0)


def test_the_study_of_ways_comes_out_again(ways):
    wanted = [r for r in ways if (r.seed, r.name, r.sparsity) == (0, "SNIP", 0.99)]
    found = list(openings.study(0, sparsities=(0.99,), names=("SNIP",)))
    assert [r.ways for r in found] == [r.ways for r in wanted]
    assert [r.weights for r in found] == [r.weights for r in wanted]
    assert abs(found[0].right - wanted[0].right) <= 20  # training may differ elsewhere


def test_longer_training_helps_the_slow_and_not_the_cut_off(ways):
    for name in openings.METHODS:
        short, long = (
            np.array([r.right for r in ways if (r.name, r.sparsity, r.epochs) == (name, 0.98, e)])
            for e in (openings.EPOCHS, openings.LONGER)
        )
        many = np.median([r.ways for r in ways if (r.name, r.sparsity) == (name, 0.98)]) > 1e4
        gained = (long - short).mean() / 3.6
        assert gained > 25 if many else gained < 5
        assert np.all(long <= 360)


def test_no_network_reads_more_classes_than_its_mask_can_reach(ways):
    for row in ways:
        ceiling = (row.classes + (row.classes < 10)) / 10
        assert row.right / 360 <= ceiling + 0.03  # classes are not of quite the same size


def test_the_figure_of_ways_stays_on_its_sheet(check_figure):
    some = np.array([200.0, 1e6]), np.array([0.1, 0.5]), np.array([0.1, 0.8])
    check_figure(opening_figures.openings(dict.fromkeys(openings.METHODS, some)))


# ---- lost masks


@pytest.fixture(scope="module")
def five():
    net, data = pipelines.trained(0)
    return net, {name: person(net, data) for name, person in pipelines.PEOPLE.items()}


def test_each_loss_of_the_mask_is_found_by_its_check(five):
    net, handed = five
    passed = {
        name: (
            pipelines.as_many(d.mask, d.after.weights),
            pipelines.same_places(d.mask, d.after.weights),
            pipelines.largest_kept(d.mask, net),
        )
        for name, d in handed.items()
    }
    assert passed == {
        "Ada": (True, True, True),
        "Ben": (False, False, True),
        "Cem": (True, True, False),
        "Dana": (True, False, True),
        "Eli": (False, False, True),
    }


def test_accuracy_in_the_end_does_not_tell_the_five_apart(five):
    data = pipelines.trained(0)[1]
    reads = [measure.accuracy(d.after, data.test.x, data.test.y) for d in five[1].values()]
    assert max(reads) - min(reads) < 0.08


# ---- budgets


def test_price_is_the_ratio_of_the_weights():
    assert budgets.price(0.5) == 11_900 / 4_700


def test_the_study_of_budgets_comes_out_again(costs):
    found = list(budgets.study(3, shares=(0.25,), marks=(1, 2)))
    stored = {row[:4]: row.right for row in costs}
    for row in found:
        assert abs(row.right - stored[row[:4]]) <= 12


def test_pruning_leads_early_and_no_longer_in_the_end(costs):
    for share in (0.5, 0.25):
        (epochs, cut), (longer, small) = (
            budgets.curve(costs, name, share) for name in (budgets.PRUNED, budgets.SCRATCH)
        )
        early = [list(e).index(2) for e in (epochs, longer)]
        assert (cut[:, early[0]] > small[:, early[1]]).all()
        assert paired(100 * (cut[:, -1] - small[:, -1])).holds_zero


def test_the_head_start_is_inherited_rather_than_chosen(costs):
    for share in (0.5, 0.25):
        (epochs, cut), (_, lots), (longer, small) = (
            budgets.curve(costs, name, share) for name in budgets.ROUTES
        )
        two, twenty = (list(epochs).index(mark) for mark in (2, 20))
        fresh = small[:, list(longer).index(2)]
        assert (lots[:, two] > fresh).all()
        assert 0 < (cut - lots)[:, two].mean() < (lots[:, two] - fresh).mean() / 3
        assert paired(100 * (cut - lots)[:, twenty]).holds_zero


def test_the_figure_of_budgets_stays_on_its_sheet(costs, check_figure):
    panels = [
        budget_figures.Panel(
            "Half",
            *(budgets.curve(costs, name, share) for name in budgets.ROUTES),
            40 * budgets.price(share),
        )
        for share in budgets.SHARES
    ]
    check_figure(budget_figures.routes(panels))


# ---- standings


def test_places_are_a_ranking_after_every_seed(ranks):
    found = standings.accuracies(ranks, 0.9)
    places = np.array(list(standings.places(found).values()))
    assert places.shape == (6, 30)
    assert (np.sort(places, axis=0) == np.arange(1, 7)[:, None]).all()
    sums = np.cumsum(np.array(list(found.values())), axis=1)
    best = places.argmin(axis=0)
    assert np.allclose(sums[best, np.arange(30)], sums.max(axis=0))


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
def test_steady_agrees_with_the_formula_for_bell_curves(ratio):
    differences = np.random.default_rng(0).normal(size=400)
    differences = (differences - differences.mean()) / differences.std() + 1 / ratio
    assert abs(standings.steady(differences) - (1.645 * ratio) ** 2) <= 2


def test_the_study_of_standings_comes_out_again(ranks):
    stored = {row[:3]: row.right for row in ranks}
    for row in standings.study(7, sparsities=(0.9,)):
        assert abs(row.right - stored[row[:3]]) <= 8


def test_each_state_of_the_standings_names_its_leader(ranks, check_demo, check_figure):
    demo = standings.demo(ranks)
    check_demo(demo, 42)
    for state, text in demo.states():
        share = float(state["sparsity"].split("\u202f")[0]) / 100
        seeds = standings.shuffled(30, state["order"])[: int(state["count"])]
        means = {n: v[seeds].mean() for n, v in standings.accuracies(ranks, share).items()}
        leader = text.split(": ")[1].split(" leads")[0]
        assert means[leader] == pytest.approx(max(means.values()))
    for count in (1, 30):
        check_figure(demo._render(sparsity="95\u202f%", order="shuffled", count=count))


def test_a_seed_can_put_the_worse_score_ahead(ranks):
    found = standings.accuracies(ranks, 0.95)
    gap = found["slope |w·g|"] - found["magnitude"]
    assert gap.mean() < -5
    assert gap.max() > 3
    assert (
        standings.steady(
            np.subtract(*(standings.accuracies(ranks, 0.8)[n] for n in standings.METHODS[:2]))
        )
        is None
    )


# ---- the guide


def test_the_study_of_treatments_comes_out_again(cases):
    names = ["round to 4 bits", "prune 90 % of the weights", "keep half the neurons"]
    stored = {row[:3]: row for row in cases}
    for row in treatments.study(4, names):
        old = stored[row[:3]]
        assert abs(row.accuracy - old.accuracy) < 0.04
        assert row.macs == old.macs
        assert abs(row.file_bytes / old.file_bytes - 1) < 0.03


WISHES = [
    *product(
        treatments.TRAINING.values(),
        treatments.GOALS,
        treatments.FACTORS,
        treatments.TOLERANCES.values(),
    )
]


def test_what_is_advised_meets_the_wish_and_nothing_with_less_training_does(cases):
    for training, goal, factor, tolerance in WISHES:
        best = treatments.advice(cases, training, goal, factor, tolerance)
        others = [
            each
            for each in treatments.candidates(cases, training)
            if not isinstance(each, str) and treatments.meets(each, goal, factor, tolerance)
        ]
        if best is None:
            assert others == []
            continue
        assert best.epochs <= training
        assert best.worst.mean() <= tolerance
        assert treatments.gain(best, goal) >= factor
        assert best.epochs == min(each.epochs for each in others)


def test_asking_for_more_never_opens_what_was_closed(cases):
    for training, goal, _, tolerance in WISHES:
        met = [
            treatments.advice(cases, training, goal, factor, tolerance) is not None
            for factor in treatments.FACTORS
        ]
        assert met == sorted(met, reverse=True)


def test_every_leaf_is_reached_and_leaving_it_alone_is_one(cases):
    said = {
        best.name if (best := treatments.advice(cases, *wish)) else treatments.LEAVE
        for wish in WISHES
    }
    assert {
        treatments.LEAVE,
        "round to 8 bits",
        "round to 4 bits",
        "keep half the neurons",
        "2:4 pattern",
        "half the width, from scratch",
        "prune 90 %, round to 4 bits",
    } <= said
    assert not {"prune 50 % of the weights", "prune 90 % of the weights"} & said


def test_each_state_of_the_guide_marks_what_it_says(cases, check_demo, check_figure):
    demo = treatments.demo(cases)
    check_demo(demo, 108)
    for state, text in demo.states():
        wish = (
            treatments.TRAINING[state["training"]],
            state["goal"],
            state["factor"],
            treatments.TOLERANCES[state["tolerance"]],
        )
        (marked,) = [line for line in treatments.lines(cases, *wish) if line.chosen]
        best = treatments.advice(cases, *wish)
        assert marked.name == (best.name if best else treatments.LEAVE)
        assert not any(marked.failed)
        assert marked.name in text
    check_figure(demo._render(**demo.state))


def test_a_line_of_the_guide_that_fails_is_hollow(check_figure):
    line = triage.Line("x", ("0", "÷ 1.0", "÷ 1.0", "0.0"), (False, True, False, False))
    figure = triage.triage([line, replace(line, failed=(False,) * 4, chosen=True)])
    check_figure(figure)
    faces = [marks.get_markerfacecolor() for marks in figure.axes[0].lines]
    assert "none" in faces[0]


def test_the_first_prediction_of_the_chapter_holds(cases):
    def worst(name, epochs):
        return treatments.summary(cases, name, epochs).worst.mean()

    order = [
        worst("round to 4 bits", 0),
        worst("a quarter, from scratch", 60),
        worst("keep a quarter of the neurons", 20),
        worst("prune 90 % of the weights", 20),
    ]
    assert order == sorted(order)
    assert 0.5 < order[0] < 1.6
    assert 5 < order[3] < 7.5
    sizes = SimpleNamespace(
        **{
            key: 47_600 / treatments.summary(cases, name, epochs).file
            for key, name, epochs in (
                ("rounded", "round to 4 bits", 0),
                ("pruned", "prune 90 % of the weights", 20),
                ("quarter", "keep a quarter of the neurons", 20),
            )
        }
    )
    assert max(vars(sizes).values()) < 10_000

"""Chapter 13: the stored study, its two demos, their figures, and that its claims hold."""

import re
from importlib.resources import files

import numpy as np
import pytest

from pruning_lab import datasets, measure
from pruning_lab.teaching.demos import forgotten, minorities
from pruning_lab.teaching.figures import by_class, style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.sureness import Group, noises, sureness

NAMES = (minorities.MAGNITUDE, minorities.LOTS, minorities.SMALL)


@pytest.fixture(scope="module")
def study():
    return minorities.recorded()


@pytest.fixture(scope="module")
def data():
    return datasets.digits(rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def tests(data):
    return minorities.held_out(data)


@pytest.fixture(scope="module")
def crowds(data):
    crowd, more = (forgotten.crowd(data, first) for first in (0, 100))
    after = {s: forgotten.pruned(crowd, data, s) for s in forgotten.SPARSITIES[1:]}
    return forgotten.longer(crowd, data), forgotten.longer(more, data), after


@pytest.fixture(scope="module")
def found(crowds, tests):
    dense, others, after = crowds
    return forgotten.answers(dense, others, after, tests.x)


# ---- data


@pytest.mark.parametrize("share", minorities.SHARES)
def test_only_the_rare_class_loses_digits_and_smaller_shares_are_nested(data, share):
    part = minorities.rarer(data, 8, share, seed=3).train
    before, after = (np.bincount(split.y, minlength=10) for split in (data.train, part))
    assert after[8] == round(share * before[8])
    np.testing.assert_array_equal(np.delete(before, 8), np.delete(after, 8))
    larger = minorities.rarer(data, 8, 1.0, seed=3).train
    assert {row.tobytes() for row in part.x} <= {row.tobytes() for row in larger.x}
    if share < 1:
        more = minorities.rarer(data, 8, 2 * share, seed=3).train
        mine, theirs = ({r.tobytes() for r in s.x[s.y == 8]} for s in (part, more))
        assert mine < theirs


def test_repeating_shows_each_digit_of_one_class_equally_often(data):
    scarce = minorities.rarer(data, 8, 0.1, seed=0)
    fed = minorities.repeated(scarce, 8, 10).train
    before, after = (np.bincount(split.y, minlength=10) for split in (scarce.train, fed))
    assert after[8] == 10 * before[8]
    np.testing.assert_array_equal(np.delete(before, 8), np.delete(after, 8))
    assert minorities.repeated(scarce, 8, 1).train.x.shape == scarce.train.x.shape


def test_every_seed_holds_out_as_many_digits_of_each_class(tests):
    assert len(tests) == 719
    for seed in range(5):
        held = minorities.held_out(datasets.digits(rng=np.random.default_rng(seed)))
        assert tuple(np.bincount(held.y).tolist()) == minorities.totals()


# ---- the stored study


def test_the_study_says_where_it_comes_from_and_is_complete(study):
    text = files("pruning_lab.teaching.demos").joinpath(minorities.FILE).read_text("utf-8")
    assert re.match(r"# command: python book/data/minorities\.py\n# seeds: 0 to 4;", text)
    assert text.splitlines()[3] == ",".join(minorities.Row._fields)
    assert len({row[:-1] for row in study}) == len(study) == len(text.splitlines()) - 4
    assert all(np.all(np.array(row.right) <= minorities.totals()) for row in study)
    for share in minorities.SHARES:
        for stage in minorities.STAGES.values():
            assert minorities.by_class(study, "dense", share=share, stage=stage).shape == (5, 10)
            for sparsity in minorities.SPARSITIES:
                for name in NAMES:
                    at = {"share": share, "stage": stage, "sparsity": sparsity}
                    absent = stage == minorities.CUT and name == minorities.SMALL
                    assert len(minorities.by_class(study, name, **at)) == (0 if absent else 5)
    for name in ("dense", *NAMES):
        for stage in (minorities.RETRAINED, minorities.REPEATED):
            assert minorities.in_turn(study, name, stage).shape == (5, 10)


def test_a_part_of_the_study_comes_out_again(study):
    again = list(minorities.study(0, shares=(0.1,), sparsities=(0.9,)))
    assert len(again) == 3 + 3 + 3 + 2
    for row in again:
        if row.stage == minorities.CUT and row.name != "dense":
            continue  # a network in ruins: its numbers differ from machine to machine
        at = {"share": row.share, "stage": row.stage, "sparsity": row.sparsity}
        stored = minorities.by_class(study, row.name, **at)[0]
        here = np.array(row.right) / minorities.totals()
        assert np.abs(here - stored).mean() < 0.04, row


# ---- what is said about digits


def test_counts_agree_with_the_measure_and_shares_with_the_counts(found, crowds, tests):
    dense, _, after = crowds
    alone = found[forgotten.ONE]
    for sparsity, nets in after.items():
        counts = alone.counts(sparsity, tests.y)
        told = measure.exemplars(dense[0], nets[0], tests.x, tests.y)
        assert (counts.broken, counts.fixed) == (told.broken.sum(), told.fixed.sum())
        assert counts.changed == told.renamed.sum() == alone.changed(sparsity).sum()
        sizes = np.bincount(alone.tenths)
        assert sizes.min() >= 71
        assert (alone.shares(sparsity) * sizes).sum() == pytest.approx(counts.changed)


def test_the_lead_is_small_where_two_answers_are_close(crowds, tests):
    dense = crowds[0][:1]
    lead = forgotten.lead(dense, tests.x)
    assert np.all((lead >= 0) & (lead <= 1))
    wrong = dense[0].predict(tests.x) != tests.y
    assert np.median(lead[wrong]) < np.median(lead[~wrong])


def test_digits_that_change_early_have_a_place_and_stand_by_their_lead(found):
    for each in found.values():
        places = forgotten.shown(each)
        assert len(set(places.tolist())) == len(places) <= forgotten.PLACES
        assert np.all(np.diff(each.lead[places]) >= 0)
        assert set(np.flatnonzero(each.changed(0.5)).tolist()) <= set(places.tolist())


# ---- demos and figures


def test_every_state_has_its_own_words_and_a_kernel_may_ask_between(
    study, found, tests, check_demo
):
    check_demo(minorities.demo(study), 4 * 4 * 3)
    check_demo(forgotten.demo(found, tests), 2 * 5)


def test_captions_give_the_numbers(study, found, tests):
    own = minorities.by_class(study, "magnitude", share=0.1, sparsity=0.9)
    small = minorities.by_class(study, "small dense", share=0.1, sparsity=0.9)
    words = minorities.describe(study, 0.1, 0.9, minorities.RETRAINED, 10, 105)
    assert f"read at {percent(own[:, 8].mean())} on average" in words
    assert f"other nine at {percent(minorities.others(own).mean())}" in words
    assert f"small dense {percent(small[:, 8].mean())}" in words
    cut = minorities.describe(study, 0.1, 0.9, minorities.CUT, 10, 105)
    assert "small dense" not in cut
    counts = found[forgotten.VOTE].counts(0.9, tests.y)
    words = forgotten.describe(forgotten.VOTE, 0.9, found[forgotten.VOTE], tests.y)
    assert f"{counts.changed} of 719 answers change: {counts.broken} broken" in words
    assert "another five" in forgotten.describe(
        forgotten.VOTE, forgotten.OTHERS, found[forgotten.VOTE], tests.y
    )


def test_figures_keep_to_their_sheet(study, found, tests, check_figure):
    rare, faces = minorities.demo(study), forgotten.demo(found, tests)
    for share, sparsity, stage in (
        (0.05, 0.95, "Right after the cut"),
        (1.0, 0.5, "Retrained"),
        (0.1, 0.9, "Retrained, rare digits repeated"),
    ):
        check_figure(rare._render(share=share, sparsity=sparsity, stage=stage))
    for who in (forgotten.VOTE, forgotten.ONE):
        check_figure(faces._render(who=who, sparsity=0.95))
    read = minorities.in_turn(study, "dense")
    named = dict.fromkeys(("dense", "small dense", "pruned", "repeated"), read)
    check_figure(by_class.in_turn(minorities.levels(named)))
    five = np.linspace(0.4, 0.6, 5)
    check_figure(
        sureness(
            [Group("group", five, five, style.KEPT, side=side) for side in ("left", "above")]
            + [Group("dots", five, five, style.WARN, "s")]
        )
    )
    check_figure(noises((0, 0.2), [Curve("dense", np.full((5, 2), 0.5), style.INK)]))


# ---- what chapter 13 says


def test_as_many_answers_change_by_seed_as_by_pruning_but_evenly(crowds, tests):
    dense, others, after = crowds

    def means(nets):
        each = [measure.exemplars(*two, tests.x, tests.y) for two in zip(dense, nets, strict=True)]
        return [
            np.mean([getattr(e, k).sum() for e in each]) for k in ("renamed", "broken", "fixed")
        ]

    seed, half, most, deep = (means(nets) for nets in (others, after[0.5], after[0.8], after[0.9]))
    assert half[0] < seed[0]
    assert abs(most[0] - seed[0]) < 6
    assert seed[1] < 3 * seed[2]
    assert most[1] > 3 * most[2]
    assert deep[0] > 2 * seed[0]


def test_those_at_the_border_fall_first(found):
    vote = found[forgotten.VOTE]
    for sparsity in (0.8, 0.9):
        changed = vote.changed(sparsity)
        assert (changed & (vote.tenths == 0)).sum() >= 0.9 * changed.sum()
    deep = vote.changed(0.95)
    assert 0.5 < (deep & (vote.tenths == 0)).sum() / deep.sum() < 0.95


def test_in_full_supply_the_class_that_loses_most_is_not_the_lowest(study):
    whole = minorities.by_class(study, "dense", share=1.0).mean(axis=0)
    cut = minorities.by_class(study, "magnitude", share=1.0, sparsity=0.9)
    falls = cut.mean(axis=0) - whole
    assert (falls.argmin(), whole.argmin()) == (1, 8)
    assert abs(np.corrcoef(whole, falls)[0, 1]) < 0.3
    ones = (cut - minorities.by_class(study, "dense", share=1.0))[:, 1]
    assert ones.min() < -0.1
    assert ones.max() > -0.02


def test_the_rare_class_pays_and_the_retraining_decides(study):
    def rare(name, stage=minorities.RETRAINED):
        return minorities.in_turn(study, name, stage)

    whole = minorities.by_class(study, "dense", share=1.0)
    cut = minorities.by_class(study, "magnitude", share=1.0, sparsity=0.9)
    lost = rare("dense") - rare("magnitude")
    assert (lost > 0).sum() == 48
    assert lost.mean() > 6 * (whole - cut).mean()
    assert np.all(lost.mean(axis=0) > (whole - cut).mean(axis=0))
    ahead = (rare("small dense") - rare("magnitude")).mean(axis=0)
    assert 0.02 < ahead.mean() < 0.035
    assert (ahead > 0).sum() == 5
    assert rare("random").mean() < 0.2
    fed = {name: rare(name, minorities.REPEATED).mean() for name in ("dense", *NAMES)}
    assert fed["dense"] - 0.02 < fed["magnitude"] < fed["dense"]
    assert fed["random"] > fed["dense"] - 0.03
    assert fed["magnitude"] - fed["small dense"] > 0.06


def test_ordinary_retraining_leaves_fewer_eights_than_the_bare_cut(study):
    deep = {
        stage: minorities.by_class(study, "magnitude", share=0.1, sparsity=0.95, stage=stage)
        for stage in minorities.STAGES.values()
    }
    eights = {stage: read[:, 8].mean() for stage, read in deep.items()}
    assert eights["retrained"] < eights["cut"] < eights["repeated"]
    gained = minorities.others(deep["retrained"]) - minorities.others(deep["cut"])
    assert gained.mean() > 0.7


def test_calibration_and_noise_follow_the_accuracy(crowds, data, tests):
    dense, _, after = crowds

    def error(nets):
        return np.mean([measure.calibration_error(net, tests.x, tests.y) for net in nets])

    def read(nets, x):
        return np.mean([measure.accuracy(net, x, tests.y) for net in nets])

    assert abs(error(after[0.8]) - error(dense)) < 0.01
    assert error(after[0.95]) > 3 * error(dense)
    noise = np.random.default_rng(13).normal(size=tests.x.shape).astype(tests.x.dtype)
    loud = tests.x + 0.4 * noise
    assert abs(read(dense, loud) - read(after[0.8], loud)) < 0.02
    assert read(dense, loud) - read(after[0.95], loud) > 0.1

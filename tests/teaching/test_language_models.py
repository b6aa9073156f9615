"""Chapter 15: its test of paraphrases, its studies, its demos, and that its claims hold."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pruning_lab.criteria import movement
from pruning_lab.masks import sparsity_of
from pruning_lab.teaching import minilm
from pruning_lab.teaching.demos import language_parts as parts
from pruning_lab.teaching.demos import language_weights as single
from pruning_lab.teaching.demos import moving, paraphrases
from pruning_lab.teaching.figures import transformers
from pruning_lab.teaching.figures.style import percent


@pytest.fixture(scope="module")
def model():
    return minilm.load()


@pytest.fixture(scope="module")
def studied():
    return parts.recorded()


@pytest.fixture(scope="module")
def rows():
    return single.recorded()


@pytest.fixture(scope="module")
def moves():
    return moving.recorded()


@pytest.fixture(scope="module")
def ends(studied):
    return parts.curve(studied, parts.HEAD, parts.LOT)[0, 0], parts.nothing_left(studied)


# ---- the test


def test_the_sentences_are_many_different_and_not_those_of_the_calibration():
    topics, sentences, others = paraphrases.pairs()
    assert len(sentences) == len(others) == 120
    assert {topics.count(topic) for topic in topics} == {4}
    misses = [text for row in paraphrases.near_misses() for text in row[1:]]
    everything = [*sentences, *others, *misses, *paraphrases.calibration()]
    assert len(set(everything)) == len(everything) == 120 + 120 + 108 + 160


def test_four_choices_are_the_mean_over_all_draws():
    rng = np.random.default_rng(0)
    n, draws = 12, 20_000
    ranks = np.arange(n)
    wins = [(rng.permuted(np.tile(np.arange(n - 1), (draws, 1)), axis=1)[:, :3] >= r).all(axis=1)
            for r in ranks]  # fmt: skip
    assert_allclose(paraphrases.first_of_four(ranks), np.mean(wins, axis=1), atol=0.02)


def test_marks_count_first_places():
    vectors = np.concatenate([np.eye(5), 2 * np.eye(5)[[0, 1, 2, 4, 3]]])
    assert paraphrases.marks_of(vectors).found == pytest.approx(3 / 5)


def test_calibration_is_drawn_without_return():
    drawn = paraphrases.calibration(96, rng=np.random.default_rng(3))
    assert len(set(drawn)) == 96
    assert drawn == paraphrases.calibration(96, rng=np.random.default_rng(3))


# ---- the studies: a sample is computed again


def test_the_whole_model_and_the_near_misses(model, ends):
    assert paraphrases.marks(model).found == pytest.approx(ends[0], abs=0.01)
    kinds = np.array([row[0] for row in paraphrases.near_misses()])
    right = paraphrases.margins(model) > 0
    assert right.sum() <= 3
    assert not right[kinds != "number"].any()


def test_a_sample_of_both_studies_comes_out_again(model, rows, studied):
    (again,) = single.study(model, 1, [single.WANDA], [0.8])
    (stored,) = [r for r in rows if (r.method, r.sparsity, r.seed) == (single.WANDA, 0.8, 1)]
    assert again.found == pytest.approx(stored.found, abs=0.02)
    assert_allclose(again.turned, stored.turned, atol=0.01)
    bare = paraphrases.marks(parts.without_layers(model, range(1, 7)))
    assert bare.found == pytest.approx(parts.nothing_left(studied), abs=0.01)
    pair = paraphrases.marks(parts.without_layers(model, [1, 6]))
    (stored,) = [r for r in studied if r.order == "1+6"]
    assert pair.found == pytest.approx(stored.found, abs=0.01)


def test_stored_scores_are_those_of_the_model(model):
    batches = [x for _, x in model.batches(paraphrases.calibration())]
    loud = parts.scores(model.network, batches, parts.HEAD)
    assert_allclose(parts.stored_scores(parts.HEAD), loud, rtol=2e-3)


def test_a_sample_of_the_third_study_comes_out_again(moves):
    run = moving.pretrained(0)
    for method in (moving.MOVED, moving.SIZE):
        again = moving.result(run, 0, moving.TURNED, 12, 0.97, method)
        (stored,) = [r for r in moves if r[:5] == again[:5]]
        assert again.right == pytest.approx(stored.right, abs=0.06)


def test_the_studies_are_complete(rows, studied, moves):
    assert len(rows) == 4 * (3 * 5 + 1)
    assert sum(row.kind == parts.LAYER for row in studied) == 63
    assert len(studied) == 1 + 2 * (5 + 25) + 63
    assert len(moves) == 5 * 2 * 2 * (1 + 5 * 3)


# ---- fine-tuning


def test_tuning_prunes_as_many_as_asked_and_pruned_weights_may_come_back():
    net, data = moving.pretrained(0)
    x, y = data.train.x[:320], data.train.y[:320]
    masks = {}
    for method in moving.METHODS:
        rng = np.random.default_rng(0)
        _, masks[method] = moving.tuned(net, x, y, method, 0.9, epochs=3, rng=rng)
        assert sparsity_of(masks[method]) == pytest.approx(0.9, abs=1e-3)
    assert any((masks[moving.MOVED][n] != masks[moving.SIZE][n]).any() for n in net.weights)
    dense, mask = moving.tuned(net, x, y, moving.DENSE, 0.9, epochs=1, rng=rng)
    assert sparsity_of(mask) == 0
    assert dense.loss(x, y) < net.loss(x, y) + 0.1


def test_movement_is_positive_where_a_step_leads_away_from_zero():
    w, g = {"w": np.array([[2.0, -2.0, 2.0]])}, {"w": np.array([[-1.0, 1.0, 1.0]])}
    assert (movement(w, g)["w"] > 0).tolist() == [[True, True, False]]


# ---- demos and figures


def test_every_state_of_the_demos_has_its_words(check_demo, rows, studied, moves, ends):
    check_demo(single.demo(rows, *ends), 4 * 5)
    check_demo(parts.demo(studied), 3 * 2 * 6)
    check_demo(moving.demo(moves), 2 * 2 * 5)


def test_captions_give_the_numbers_of_the_studies(rows, studied, moves, ends):
    words = single.describe(rows, single.WANDA, 0.8, ends[0])
    found = single.curve(rows, single.WANDA, ends[0])[:, 3]
    assert f"{percent(found.mean())} of the paraphrases" in words
    assert percent(single.curve(rows, single.LOT, ends[0])[:, 3].mean()) in words
    words = parts.describe(studied, parts.LAYER, parts.SCORE, 2)
    assert "2 of 6 layers gone" in words
    gone = parts.layers_gone(parts.SCORE, 0, 2)
    assert f"({gone[0]}, {gone[1]})" in words
    assert "0.9 of 10.6 million" not in words
    assert "3.5 of 10.6 million" in words
    texts = [text for _, text in moving.demo(moves).states()]
    table = moving.table(moves, moving.TURNED, 12)
    assert any(percent(table[moving.MOVED][:, 3].mean()) in text for text in texts)


@pytest.mark.parametrize(("kind", "sixths"), [("heads", 0), ("units", 3), ("layers", 5)])
def test_the_tower_shows_what_is_left(check_figure, studied, ends, kind, sixths):
    heads, units = parts.left(kind, parts.SCORE, sixths)
    lost = {"heads": 72 - heads.sum(), "units": 6 - units.sum(), "layers": (units == 0).sum()}
    assert lost[kind] == pytest.approx(sixths * {"heads": 12, "units": 1, "layers": 1}[kind])
    shares = np.arange(6) / 6
    lines = [transformers.Curve("by lot", parts.curve(studied, kind, parts.LOT), "#7a7f87")]
    check_figure(transformers.transformer(heads, units, shares, lines, (0.5, 0.5), *ends))


def test_the_other_figures_hold(check_figure, rows, ends):
    turned = single.turns(rows, single.GPT, 0.9)
    own = [transformers.Curve("x", single.curve(rows, single.GPT, ends[0]), "#0072b2")]
    places = np.array([0.0, *single.SPARSITIES])
    check_figure(transformers.sparse(turned, places, own, (0.9, 0.5), *ends))
    w = np.linspace(-1, 1, 30)
    check_figure(transformers.moves([("a", w, w, w > 0), ("b", w, -w, w > 0)]))


# ---- what chapter 15 says


def mean(rows, method, sparsity, mark="found"):
    return np.mean([getattr(r, mark) for r in rows if (r.method, r.sparsity) == (method, sparsity)])


def test_claims_about_weights(rows, ends):
    whole, none = ends
    assert all(whole - mean(rows, m, 0.5) < 0.06 for m in single.METHODS[1:])
    for sparsity in (0.7, 0.8):
        assert mean(rows, single.WANDA, sparsity) - mean(rows, single.SIZE, sparsity) > 0.15
        assert mean(rows, single.GPT, sparsity) <= mean(rows, single.WANDA, sparsity)
    assert mean(rows, single.GPT, 0.9) > mean(rows, single.WANDA, 0.9) + 0.03
    assert mean(rows, single.LOT, 0.5) <= none + 0.01
    assert all(mean(rows, single.LOT, s) < none - 0.1 for s in (0.7, 0.8, 0.9))
    assert mean(rows, single.SIZE, 0.8) < 0.6 < 0.85 < mean(rows, single.SIZE, 0.8, "chosen")
    for sparsity in single.SPARSITIES:  # SparseGPT turns the tokens least
        last = {m: single.turns(rows, m, sparsity).mean(axis=0)[-1] for m in single.METHODS}
        assert min(last, key=last.get) == single.GPT


def test_claims_about_parts(rows, studied, ends):
    whole, none = ends
    heads = parts.curve(studied, parts.HEAD, parts.LOT)[:, 5]
    assert 0.6 < heads.mean() < 0.75
    assert heads.mean() - mean(rows, single.LOT, 0.5) > 0.15
    assert heads.max() - heads.min() > 0.2
    assert parts.curve(studied, parts.UNIT, parts.LOT)[:, 5].mean() > 0.7
    alone = {r.order: r.found for r in studied if r.kind == parts.LAYER and r.sixths == 1}
    assert all(abs(alone[i] - whole) < 0.02 for i in "345")
    assert all(0.07 < whole - alone[i] < 0.13 for i in "16")
    by_score, lots = (parts.curve(studied, parts.LAYER, o) for o in (parts.SCORE, parts.LOT))
    assert by_score[0, 3] > lots[:, 3].max()
    assert none == pytest.approx(0.45, abs=0.01)


def test_claims_about_movement(moves):
    short = {d: moving.table(moves, d, 12) for d in (moving.TURNED, moving.UPRIGHT)}
    long = {d: moving.table(moves, d, 48) for d in (moving.TURNED, moving.UPRIGHT)}
    for found in short.values():
        lead = found[moving.MOVED] - found[moving.SIZE]
        assert lead[:, 4].min() > 0.1
        assert lead[:, 4].mean() > 0.15
        assert lead[:, :2].mean() < 0
    for found in long.values():
        assert 0.005 < (found[moving.MOVED] - found[moving.SIZE])[:, 3:].mean() < 0.035
    for found in (*short.values(), *long.values()):
        assert found[moving.DENSE].mean() > found[moving.MOVED].mean()

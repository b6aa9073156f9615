"""Chapter 11: bytes to the byte, three studies, three demos, and that the chapter's claims hold."""

from itertools import product

import numpy as np
import pytest

from pruning_lab import magnitude, measure, prune
from pruning_lab.report import dense_product
from pruning_lab.storage import Codebook, cheapest
from pruning_lab.teaching import drawings
from pruning_lab.teaching.demos import codebooks, containers, paces, studies
from pruning_lab.teaching.figures import codebooks as codebook_figure
from pruning_lab.teaching.figures import containers as container_figure
from pruning_lab.teaching.figures import paces as pace_figure
from pruning_lab.teaching.figures.style import percent

WEIGHTS, FOUR, NEURONS, SCRATCH = (
    containers.WEIGHTS,
    containers.FOUR,
    containers.NEURONS,
    containers.SCRATCH,
)
ELSEWHERE = 9  # digits of 360 by which another machine's rounding may differ


@pytest.fixture(scope="module")
def trained():
    return containers.trained(0)


@pytest.fixture(scope="module")
def study():
    return containers.stored()


@pytest.fixture(scope="module")
def books():
    return codebooks.stored()


@pytest.fixture(scope="module")
def timed():
    return paces.recorded()


# ---- studies


@pytest.mark.parametrize("name", [containers.FILE, codebooks.FILE, paces.FILE])
def test_a_study_says_where_it_comes_from(name):
    remarks = "\n".join(studies.remarks(name))
    assert remarks.startswith("command: python book/data/containers.py")
    assert "numpy" in remarks
    assert ("one thread of" if name == paces.FILE else "seeds: 0 to 4") in remarks


def test_one_seed_of_the_containers_comes_out_again(study):
    again = list(containers.study(0, [0.5]))
    wanted = [row for row in study if row.seed == 0 and row.sparsity in (0, 0.5)]
    assert [row[:3] for row in again] == [row[:3] for row in wanted]
    for one, other in zip(again, wanted, strict=True):
        assert one.cut == pytest.approx(other.cut, abs=ELSEWHERE)
        assert one.retrained == pytest.approx(other.retrained, abs=ELSEWHERE)


def test_one_seed_of_the_codebooks_comes_out_again(books):
    again = list(codebooks.study(0, [0.95], [2]))
    wanted = [row for row in books if row[:1] + row[2:3] == (0, 0.95) and row.bits in (0, 2)]
    assert [row[:4] for row in again] == [row[:4] for row in wanted]
    for one, other in zip(again, wanted, strict=True):
        assert one.read == pytest.approx(other.read, abs=20)
        assert (one.values, one.book) == pytest.approx((other.values, other.book), abs=200)
        assert one.coded == pytest.approx(other.coded, rel=0.05)


# ---- bytes


@pytest.mark.parametrize("sparsity", [0.25, 0.5, 0.75, 0.9, 0.95, 0.98])
def test_a_share_of_neurons_leaves_that_share_of_weights(trained, sparsity):
    net, data = trained
    small = containers.without_neurons(net, data, sparsity)
    left = measure.parameters(small) / measure.parameters(net)
    assert left == pytest.approx(1 - sparsity, abs=0.003)
    fresh = containers.share_of_neurons(sparsity)
    assert 0 < fresh < 1


@pytest.mark.parametrize("sparsity", containers.SPARSITIES)
def test_bytes_are_what_the_formats_say(trained, sparsity):
    net, data = trained
    found = containers.sizes(net, data, sparsity)
    weights, rows = measure.parameters(net), 300 + 100 + 10
    kept = weights - round(sparsity * weights)
    assert found.matrices == 4 * weights == 200_800
    assert found.csr == 8 * kept + 4 * (rows + 3)
    assert found.bitmap == 4 * kept + weights // 8
    if sparsity in containers.FOURS:
        stay = containers.FOURS[sparsity]
        assert found.packed == pytest.approx(weights / 4 * stay * (32 + 2) / 8, abs=3)
    else:
        assert found.packed is None


def test_retraining_changes_no_byte(trained):
    net, data = trained
    before, _ = prune(net, magnitude, 0.9)
    after = codebooks.pruned(net, data, 0.9)
    for name, w in after.weights.items():
        assert cheapest(w).best.nbytes == cheapest(before.weights[name]).best.nbytes


def test_steps_and_values_make_up_the_codebook(trained):
    net, data = trained
    cut, _ = prune(net, magnitude, 0.95)
    row = codebooks.measured(cut, data, 0, WEIGHTS, 0.95, 4)
    kept = measure.nonzeros(cut)
    assert row.values == pytest.approx(kept / 2, abs=3)
    assert row.places >= kept
    assert row.book == 3 * 16 * 4
    whole = sum(book.nbytes for book in codebooks.rounded(cut, 4).values())
    assert row.coded == whole < row.plain
    plain = codebooks.measured(net, data, 0, WEIGHTS, 0.0, 4)
    assert plain.places == 0
    assert plain.coded < sum(book.nbytes for book in codebooks.rounded(net, 4).values())


def test_a_long_gap_takes_several_steps():
    w = np.zeros((1, 2000), np.float32)
    w[0, [0, 255, 511, 1999]] = 1
    assert codebooks.steps(w) == len(_inflated(w)) == 4 + 1 + 5


def _inflated(matrix):
    import zlib

    return zlib.decompress(Codebook.encode(matrix).steps.tobytes(), -15)


# ---- times


def pace(way, sparsity, us, *, spread=0.0, side=256, batch=1, what="layer"):
    return paces.Row(what, side, batch, sparsity, way, us, us, us, us + spread)


def made_up(sparse):
    """A layer whose dense product takes 10 µs, whatever is zero."""
    rows = []
    for s, us in zip(paces.SPARSITIES, sparse, strict=True):
        rows += [pace("matrices", s, 10.0, spread=1.0), pace("CSR", s, us)]
        rows.append(pace("smaller matrices", s, 10 * (1 - s)))
    return rows


def test_it_pays_where_it_goes_on_paying():
    assert paces.pays_from(made_up([20, 8, 20, 9, 8, 7, 6, 5]), 256, 1) == 0.8
    assert paces.pays_from(made_up([9] * 7 + [12]), 256, 1) is None
    assert paces.pays_from(made_up([9] * 8), 256, 1) == 0.5


def test_quartiles_survive_as_a_latency(timed):
    for row in timed[::17]:
        taken = paces._latency(row)
        assert taken.quartiles_s == pytest.approx((row.low_us, row.high_us))
        assert taken.median_s == row.median_us
        assert row.least_us <= row.low_us <= row.median_us <= row.high_us


def test_layers_are_timed_in_all_ways():
    found = list(paces.layers(dense_product, [8], [1, 3], [0.5, 0.9], repeats=10))
    assert len(found) == 2 * 2 * 3
    assert {row.way for row in found} == set(paces.WAYS)
    assert all(0 < row.least_us <= row.median_us for row in found)


def test_words_say_times_and_borders(timed):
    rows = made_up([40, 30, 20, 10, 5, 4, 3, 2])
    words = paces.describe(rows, 256, 1, 0.9)
    for part in ("matrices 10", "CSR 5.0", "2.0 times as fast", "81 × 81", f"from {percent(0.9)}"):
        assert part in words
    assert "4.0 times as long" in paces.describe(rows, 256, 1, 0.5)
    assert "at no sparsity tried" in paces.describe(made_up([99] * 8), 256, 1, 0.9)
    assert paces.table(timed).count("\n") == 3


# ---- demos and figures


def test_demo_of_containers(trained, study, timed, check_demo, check_figure):
    demo = containers.demo(*trained, study, timed)
    check_demo(demo, 2 * len(containers.SPARSITIES))
    for batch, sparsity in product(("one", "360"), (0.0, 0.5, 0.98)):
        check_figure(demo._render(batch=batch, sparsity=sparsity))
    words = demo._text({"batch": "360", "sparsity": 0.5})
    found = containers.accuracies(study, WEIGHTS, [0.5]).mean()
    assert percent(float(found), 1) in words
    assert "CSR 101" in words
    assert "2 of 4 packed 53" in words


def test_demo_of_codebooks(trained, books, check_demo, check_figure):
    net, _ = trained
    demo = codebooks.demo({s: prune(net, magnitude, s)[0] for s in codebooks.SPARSITIES}, books)
    check_demo(demo, len(codebooks.SPARSITIES) * len(codebooks.BITS))
    first = codebooks.at(books, 0.9, 4)[0]
    words = demo._text({"sparsity": 0.9, "bits": 4})
    assert f"{first.coded:,}" in words
    assert f"{200_800 / first.plain:.1f} times smaller" in words
    for bits in (1, 6):
        check_figure(demo._render(sparsity=0.0, bits=bits))


def test_demo_of_paces(timed, check_demo, check_figure):
    demo = paces.demo(timed)
    check_demo(demo, 3 * 3 * 4)
    for side, batch in product(paces.SIDES, ("1", "256")):
        check_figure(demo._render(side=f"{side} × {side}", batch=batch, sparsity=0.9))


def test_a_bar_that_grew_ends_in_an_arrow(check_figure):
    taken = pace("CSR", 0.5, 90.0)
    rows = [("head", "words"), container_figure.Container("CSR", 900, taken)]
    figure = container_figure.containers(rows, 300, 30.0)
    check_figure(figure)
    marks = [line for ax in figure.axes for line in ax.lines if line.get_marker() == ">"]
    assert len(marks) == 2


def test_names_of_curves_keep_apart():
    lanes = [pace_figure.Lane(n, made_up([10] * 8)[::3]) for n in pace_figure.COLORS]
    figure = pace_figure.paces(lanes, 0.9, None)
    heights = [a.xy[1] for a in figure.axes[0].texts if hasattr(a, "xy")]
    assert len(heights) == 3
    ratios = np.array(heights[:-1]) / np.array(heights[1:])
    assert ratios.min() > 3


def test_shades_of_a_bar_add_up():
    stages = [codebook_figure.Stage("all", 100, 0, 0), codebook_figure.Stage("part", 10, 20, 5)]
    figure = codebook_figure.codebooks(
        np.ones(3), np.ones(2), stages, np.array([0.9]), np.array([0.8])
    )
    words = [t.get_text() for t in figure.axes[1].texts]
    assert "35 bytes, 2.9×" in words
    assert drawings.svg(figure, salt="x")


# ---- what the chapter says


def mean(study, way, sparsity, stage="retrained"):
    return 100 * containers.accuracies(study, way, [sparsity], stage).mean()


def test_the_opening_question_has_the_answer_that_is_marked_right(books, study):
    packed = np.mean([row.plain for row in codebooks.at(books, 0.9, 0)])
    born_small = np.mean([row.plain for row in codebooks.at(books, 0.9, 0, SCRATCH)])
    assert born_small < 0.9 * packed
    assert abs(mean(study, WEIGHTS, 0.9) - mean(study, SCRATCH, 0.9)) < 1


def test_neurons_hold_where_single_weights_were_cut_too_hard(study):
    assert mean(study, NEURONS, 0.95) > mean(study, WEIGHTS, 0.95) + 3
    assert mean(study, NEURONS, 0.98) > 85 > 40 > mean(study, WEIGHTS, 0.98)
    assert mean(study, WEIGHTS + containers.LOT, 0.95) > mean(study, WEIGHTS, 0.95)


def test_two_of_four_costs_at_the_cut_and_nothing_after(study):
    assert mean(study, WEIGHTS, 0.5, "cut") > mean(study, FOUR, 0.5, "cut") + 1
    assert mean(study, WEIGHTS, 0.75, "cut") > mean(study, FOUR, 0.75, "cut") + 15
    assert abs(mean(study, WEIGHTS, 0.5) - mean(study, FOUR, 0.5)) < 0.5


def test_the_product_of_three_factors_and_its_rival(books):
    def factor(way, sparsity, bits):
        return 200_800 / np.mean([r.coded for r in codebooks.at(books, sparsity, bits, way)])

    def read(way, sparsity, bits):
        return np.mean([r.read for r in codebooks.at(books, sparsity, bits, way)]) / 3.6

    assert 38 < factor(WEIGHTS, 0.9, 4) < 39.5
    assert factor(WEIGHTS, 0.9, 0) == pytest.approx(8.4, abs=0.1)
    assert factor(WEIGHTS, 0.0, 4) == pytest.approx(8.4, abs=0.1)
    assert factor(SCRATCH, 0.9, 4) > 1.9 * factor(WEIGHTS, 0.9, 4)
    assert read(WEIGHTS, 0.9, 4) - read(SCRATCH, 0.9, 4) < 1


def test_really_smaller_beats_sparse_in_every_measurement(timed):
    for side, batch, sparsity in product(paces.SIDES, paces.BATCHES, paces.SPARSITIES):
        small, sparse = (
            paces.pace(timed, "layer", side, batch, sparsity, way)
            for way in ("smaller matrices", "CSR")
        )
        assert small.least_us < sparse.least_us

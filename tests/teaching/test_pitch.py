"""Chapter 16: the pretrained networks as ours, both studies, the demos, and what it says."""

import re
from importlib.resources import files

import numpy as np
import pytest
import torch

from pruning_lab import measure
from pruning_lab.arrays import check_mask
from pruning_lab.datasets import organ, plucked, tones, vowel
from pruning_lab.network import BatchNorm, Conv, Dense
from pruning_lab.teaching import weights
from pruning_lab.teaching.demos import (
    faces,
    layer_budgets,
    pitch,
    pitch_cuts,
    retunings,
    sensitivities,
    units,
)
from pruning_lab.teaching.figures import pitch_cuts as drawn_cuts
from pruning_lab.teaching.figures.style import percent

NAMES = [f"conv{i}" for i in range(1, 7)]


@pytest.fixture(scope="module")
def net():
    return pitch.crepe()


@pytest.fixture(scope="module")
def heard():
    return tones(24, organ, rng=np.random.default_rng(3))


@pytest.fixture(scope="module")
def cuts():
    return pitch_cuts.recorded()


@pytest.fixture(scope="module")
def retuned():
    return retunings.recorded()


@pytest.fixture(scope="module")
def detector():
    return weights.load("pnet"), faces.photograph()


# ---- the networks


def test_the_pitch_network_computes_what_the_package_computes(net, heard):
    """Written from the package's model.py: pad, convolve, ReLU, norm, pool; places first."""
    arrays = {n: torch.tensor(a) for n, a in weights.load("crepe_tiny").items()}
    x = torch.tensor(heard.x[:4])
    with torch.no_grad():
        for i in range(1, 7):
            x = torch.nn.functional.pad(x, (254, 254) if i == 1 else (31, 32))
            filters, bias = arrays[f"conv{i}.weight"][..., 0], arrays[f"conv{i}.bias"]
            x = torch.relu(torch.conv1d(x, filters, bias, stride=4 if i == 1 else 1))
            mean, variance, scale, shift = (
                arrays[f"conv{i}_BN.{name}"]
                for name in ("running_mean", "running_var", "weight", "bias")
            )
            x = torch.batch_norm(x, scale, shift, mean, variance, False, 0, pitch.EPSILON, False)
            x = torch.max_pool1d(x, 2)
        rows = x.permute(0, 2, 1).reshape(len(x), -1)
        logits = rows @ arrays["classifier.weight"].T + arrays["classifier.bias"]
    np.testing.assert_allclose(net(heard.x[:4]), logits.numpy(), atol=2e-4)


def test_pitches_are_found_in_every_voice(net):
    for voice, at_least in ((organ, 0.9), (plucked, 0.95), (vowel, 0.85)):
        assert pitch.right(net, tones(60, voice, rng=np.random.default_rng(16))) >= at_least


def test_bins_are_twenty_cents_apart_and_labels_the_nearest():
    hertz = 10 * 2 ** ((pitch.FIRST + pitch.STEP * np.array([0, 5.4, 358.7, 999])) / 1200)
    assert pitch.labels(hertz).tolist() == [0, 5, 359, 359]
    assert pitch.cents(np.array([20.0]))[0] == 1200


def test_multiplications_and_numbers_are_those_of_the_compacted_network(net, heard):
    shares = dict(zip(NAMES, (0.5, 0.25, 0.0, 0.75, 0.125, 0.875), strict=True))
    small = layer_budgets.cut(net, units.row_norm(net, pitch.split(heard)), shares)
    widths = layer_budgets.widths(shares)
    assert [part.fan_out for part in small.parts.values() if isinstance(part, Conv)] == widths
    assert measure.macs_per_sample(small, heard.x[:1]) == pitch.multiplications(widths)
    assert measure.parameters(small) == pitch.numbers(widths)


def test_cut_channels_leave_no_trace(net, heard):
    exact, x = net.astype(np.float64), heard.x[:3].astype(np.float64)
    kept = {"conv1": np.arange(128) % 2 == 0, "conv5": np.arange(32) > 4}
    mask = units.mask_of(exact, kept)
    check_mask(mask, exact.weights, like="network")
    masked = exact.with_weights({n: w * mask[n] for n, w in exact.weights.items()})
    assert np.abs(units.without(exact, kept)(x) - masked(x)).max() < 1e-10


# ---- sharing out


def test_a_budget_is_met_and_no_step_is_taken_that_was_not_needed(cuts):
    curves = {n: pitch_cuts.accuracies(cuts, "lots", pitch_cuts.LEVELS, n).mean(0) for n in NAMES}
    for target in (30_000_000, 13_000_000, 4_000_000):
        shares = layer_budgets.allocate(curves, 0.98, target, pitch_cuts.LEVELS)
        assert pitch.multiplications(layer_budgets.widths(shares)) <= target
        assert set(shares.values()) <= {0.0, *pitch_cuts.LEVELS}
    with pytest.raises(ValueError, match="leaves only 1,000"):
        layer_budgets.allocate(curves, 0.98, 1000, pitch_cuts.LEVELS)


def test_at_equal_prices_a_layer_that_minds_keeps_more():
    calm, touchy = np.full(7, 0.9), np.linspace(0.8, 0.0, 7)
    for which in ("conv1", "conv2"):
        curves = {n: touchy if n == which else calm for n in NAMES}
        shares = layer_budgets.allocate(curves, 0.9, 20_000_000)
        assert shares[which] < shares["conv2" if which == "conv1" else "conv1"]


# ---- the studies


@pytest.mark.parametrize(
    ("module", "count"),
    [(pitch_cuts, 5 * (10 + 3 * (10 + 6 * 5))), (retunings, 5 * (3 * 9 + 3 + 6))],
)
def test_a_study_is_complete_and_says_where_it_comes_from(module, count):
    text = files("pruning_lab.teaching.demos").joinpath(module.FILE).read_text("utf-8")
    assert re.match(r"# command: python book/data/pitch\.py\n# seeds: 0 to 4;", text)
    assert text.splitlines()[3] == ",".join(module.Row._fields)
    rows = module.recorded()
    assert len(rows) == len({row[:4] for row in rows}) == count
    assert {row.seed for row in rows} == set(range(5))


def test_a_part_of_the_first_study_comes_out_again(cuts):
    known = {row[:4]: row.right for row in cuts}
    for row in pitch_cuts.study(1, [pitch_cuts.WEIGHTS]):
        assert row.right == pytest.approx(known[row[:4]], abs=0.051), row  # three tones of sixty


def test_a_part_of_the_second_study_comes_out_again(retuned, monkeypatch):
    known = {row[:4]: row.right for row in retuned}
    monkeypatch.setattr(retunings, "EPOCHS", 0)  # up to there nothing is learnt
    monkeypatch.setattr(retunings, "retrained", lambda small, heard, seed: small)
    for row in retunings.study(2, ["relevance", retunings.WHOLE]):
        if row.stage != retunings.RETRAINED:
            assert row.right == pytest.approx(known[row[:4]], abs=0.06), row


def test_retraining_improves_a_cut_network_on_what_it_hears(net):
    heard = tones(48, organ, rng=np.random.default_rng(0))
    small = layer_budgets.cut(net, units.row_norm(net, pitch.split(heard)), retunings.half(net))
    before = small.settled(heard.x).loss(heard.x, pitch.labels(heard.hertz))
    again = retunings.retrained(small, heard, 0, epochs=2)
    assert again.loss(heard.x, pitch.labels(heard.hertz)) < before


def test_a_fresh_network_has_the_shape_and_none_of_the_numbers(net):
    fresh = retunings.afresh(net, rng=np.random.default_rng(0))
    for (name, part), made in zip(net.parts.items(), fresh.parts.values(), strict=True):
        assert made.parameters[0].shape == part.parameters[0].shape, name
        if isinstance(part, Conv | Dense):
            assert abs(np.corrcoef(made.weights.ravel(), part.weights.ravel())[0, 1]) < 0.1
        if isinstance(made, BatchNorm):
            assert (made.variance == 1).all()


# ---- demos


def test_every_state_of_the_demos_has_its_own_words(net, cuts, retuned, detector, check_demo):
    check_demo(pitch_cuts.demo(net, cuts, np.linspace(3, 0.1, 10)), 30)
    check_demo(sensitivities.demo(cuts), 15)
    demo = retunings.demo(retuned)
    words = [text for _, text in demo.states()]
    assert len(set(words)) == len(words) == 9
    check_demo(faces.demo(*detector, 1_530_768), 7)


def test_captions_give_the_numbers_of_the_studies(net, cuts, retuned):
    right = pitch_cuts.accuracies(cuts, "weights", [0.7])[:, 0]
    bill = drawn_cuts.Bill(1.0, 36.8, 3.0)
    words = pitch_cuts.describe("weights", 0.7, right, bill, bill)
    for part in (percent(0.7), percent(right.mean(), 1), "36.8 million", "as before"):
        assert part in words
    found = {n: pitch_cuts.accuracies(cuts, "lots", [0.5], n)[:, 0] for n in NAMES}
    worst = min(NAMES, key=lambda n: found[n].mean())
    assert f"most in {worst}: {percent(found[worst].mean(), 1)}" in sensitivities.describe(
        "lots", 0.5, found
    )
    words = retunings.describe("retrained", "vowel", retuned)
    for plan in ("lots", retunings.SCRATCH):
        mean = retunings.accuracies(retuned, plan, "retrained", "vowel").mean()
        assert f"{retunings.WORDS[plan]} {percent(mean)}" in words


def test_bills_shrink_where_they_should(net):
    found = pitch_cuts.bills(net, np.linspace(3, 0.3, 10))
    for bills in found.values():
        stored = [bill.megabytes for bill in bills]
        assert stored == sorted(stored, reverse=True)
    assert {bill.millions for bill in found["weights"]} == {36.79232}
    assert found["channels"][5].millions == pitch.multiplications([64, 8, 8, 8, 16, 32]) / 1e6


def test_times_are_positive(net, heard):
    times = pitch_cuts.milliseconds(net, heard.x[:1], [0.0, 0.75], rounds=1)
    assert times.shape == (2,)
    assert (times > 0).all()


def test_figures_keep_within_their_sheets(net, cuts, retuned, detector, check_figure):
    times = np.linspace(3, 0.1, 10)
    for what in pitch_cuts.WORDS:
        check_figure(pitch_cuts.demo(net, cuts, times)._render(what=what, share=0.9))
    check_figure(sensitivities.demo(cuts)._render(what="lots", share=0.125))
    check_figure(retunings.demo(retuned)._render(stage="settled", voice="vowel"))
    check_figure(faces.demo(*detector, 1)._render(sparsity=0.9))


# ---- faces


def test_the_first_face_network_equals_the_same_layers_in_torch(detector):
    arrays, _ = detector
    x = np.random.default_rng(0).uniform(-1, 1, (1, 3, 25, 32)).astype(np.float32)
    t = {name: torch.tensor(a) for name, a in arrays.items()}
    y = torch.tensor(x)
    for i in (1, 2, 3):
        y = torch.conv2d(y, t[f"conv{i}.weight"], t[f"conv{i}.bias"])
        y = torch.prelu(y, t[f"prelu{i}.weight"])
        if i == 1:
            y = torch.nn.functional.max_pool2d(y, 2, 2, ceil_mode=True)
    sure = torch.softmax(torch.conv2d(y, t["conv4_1.weight"], t["conv4_1.bias"]), 1)[0, 1]
    moves = torch.conv2d(y, t["conv4_2.weight"], t["conv4_2.bias"])[0]
    found = faces.answers(arrays, x)
    np.testing.assert_allclose(found[0], sure.numpy(), atol=1e-5)
    np.testing.assert_allclose(found[1], moves.numpy(), atol=1e-5)


def test_proposals_do_not_overlap_much_and_the_surest_come_first(detector):
    found = faces.proposals(*detector)
    assert [one.sure for one in found] == sorted((one.sure for one in found), reverse=True)
    for i, one in enumerate(found):
        assert all(faces.overlap(one[1:], other[1:]) < faces.SAME for other in found[:i])


# ---- what chapter 16 says


def test_a_plain_then_a_cliff_for_weights_and_no_plain_for_channels(cuts):
    weights_ = pitch_cuts.accuracies(cuts, "weights", pitch_cuts.SHARES).mean(axis=0)
    assert weights_[0] - weights_[5] < 0.02
    assert 0.03 < weights_[0] - weights_[7] < 0.15
    assert weights_[8] < 0.4
    for what in pitch.SCORES:
        channels = pitch_cuts.accuracies(cuts, what, pitch_cuts.SHARES).mean(axis=0)
        assert channels[2] < 0.95
        assert channels[5] < 0.05
    gap = (
        pitch_cuts.accuracies(cuts, "relevance", [0.3]) - pitch_cuts.accuracies(cuts, "lots", [0.3])
    ).mean()
    assert abs(gap) < 0.1


def test_the_last_layers_mind_least_and_carry_least(cuts):
    three = {n: pitch_cuts.accuracies(cuts, "relevance", [0.75], n).mean() for n in NAMES}
    assert max(three, key=three.__getitem__) == "conv6"
    assert three["conv6"] > 0.9
    assert all(three[n] < 0.65 for n in NAMES[:4])
    loads = sensitivities.loads()
    assert loads[0].work + loads[1].work > 0.9
    assert 0.03 < loads[4].work + loads[5].work < 0.05
    for share in (0.25, 0.5):
        norm, lots = (
            pitch_cuts.accuracies(cuts, what, [share], "conv1").mean()
            for what in ("L1 norm", "lots")
        )
        assert norm < lots


def test_the_layers_matter_more_than_the_channels_and_vowels_lag(retuned):
    def mean(plan, stage, voice):
        return retunings.accuracies(retuned, plan, stage, voice).mean()

    after = {p: mean(p, "retrained", "organ") for p in retunings.PLANS}
    assert abs(after["relevance"] - after["lots"]) < 0.05
    assert after["shared out"] > max(after["relevance"], after["lots"]) + 0.08
    assert after["from scratch"] < 0.4
    assert after["whole"] > 0.97
    assert mean("whole", "retrained", "vowel") > mean("whole", "cut", "vowel") - 0.02
    lag = mean("whole", "cut", "vowel") - mean("shared out", "retrained", "vowel")
    assert lag > 3 * (mean("whole", "cut", "organ") - after["shared out"])
    for plan in ("relevance", "lots", "shared out"):
        assert 0.2 < mean(plan, "settled", "organ") < 0.65


def test_the_face_is_found_throughout_while_proposals_multiply(detector):
    arrays, picture = detector
    found = {s: faces.proposals(faces.pruned(arrays, s), picture) for s in faces.SPARSITIES}
    assert all(any(faces.on_face(one)) for one in found.values())
    assert len(found[0.9]) > 7 * len(found[0.0])
    assert len(found[0.5]) < 2 * len(found[0.0])

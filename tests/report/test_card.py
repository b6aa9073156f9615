"""Cards, budgets, hand-ins and leaderboards: what is checked, and what is said when it fails."""

import json
import zlib
from dataclasses import replace

import numpy as np
import pytest

from pruning_lab import magnitude, mlp, prune
from pruning_lab.compaction import compact
from pruning_lab.datasets import Split
from pruning_lab.network import Dense, Network
from pruning_lab.report import (
    Budget,
    Card,
    Result,
    Way,
    hand_in,
    judge,
    lacks,
    leaderboard,
    load_network,
    ranked,
    read_card,
    result,
    save_network,
    write_card,
)
from pruning_lab.storage import save
from pruning_lab.storage.files import MAGIC

TIMES = {"dense": (1.0, 2.0, 3.0), "pruned": (0.5, 1.0, 1.5)}
BUDGET = Budget(nbytes=1000, share_of_time=0.5, worst_class=0.6)


def one(seed=0, nbytes=800, worst=6):
    return Result(seed, nbytes, 90, (9, worst), (10, 10))


def way(seeds=5, epochs=60, **how):
    return Way(epochs, tuple(one(seed, **how) for seed in range(seeds)))


def card(**changes):
    ways = {"pruned": way(), "dense": way(nbytes=9000), "random": way(nbytes=810)}
    whole = Card("ours", "by size", "validation", ways, TIMES, "a machine", "no faster")
    return replace(whole, **changes)


def split_of(seed):
    rng = np.random.default_rng(seed)
    return Split(rng.normal(size=(40, 4)), np.arange(40) % 3)


def forged(header):
    """A file with a true checksum, and a header that `save` would not write."""
    described = json.dumps(header).encode()
    body = MAGIC + len(described).to_bytes(4, "little") + described
    return body + zlib.crc32(body).to_bytes(4, "little")


@pytest.fixture
def handed(tmp_path):
    """A true hand-in of two seeds."""
    results, files = [], {}
    for seed in range(2):
        net = mlp((4, 6, 3), rng=np.random.default_rng(seed))
        files[seed] = tmp_path / f"{seed}.pruned"
        size = save_network(files[seed], net)
        results.append(result(net, split_of(seed), seed=seed, nbytes=size))
    ways = {"pruned": Way(60, tuple(results))}
    return hand_in(tmp_path / "team", card(ways=ways), files)


# ---- cards


def test_a_complete_card_lacks_nothing_and_keeps_the_budget():
    assert lacks(card()) == []
    assert BUDGET.broken_by(card()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"team": " "}, "no name of a team"),
        ({"limits": ""}, "nothing about what was not gained"),
        ({"chosen_on": "test"}, "chosen on test, not on validation"),
        ({"chosen_on": ""}, "chosen on nobody knows what, not on validation"),
        ({"machine": ""}, "no times of dense and pruned, or of which machine"),
        ({"times_ms": {}}, "no times of dense and pruned, or of which machine"),
    ],
)
def test_what_is_missing_is_said(changes, sentence):
    assert lacks(card(**changes)) == [sentence]


@pytest.mark.parametrize(
    ("name", "rival", "sentence"),
    [
        ("random", way(nbytes=2000), "random: 2,000 bytes, pruned 800: no equal budget"),
        ("random", way(nbytes=400), "random: 400 bytes, pruned 800: no equal budget"),
        ("dense", way(epochs=40), "dense: 40 epochs in all, pruned 60"),
        ("dense", way(seeds=6), "dense: not the seeds of pruned"),
    ],
)
def test_an_unfair_comparison_is_said(name, rival, sentence):
    assert lacks(card(ways={**card().ways, name: rival})) == [sentence]


def test_a_budget_holds_for_the_largest_file_and_the_lowest_class_of_all_seeds():
    mixed = Way(60, (one(0), one(1, nbytes=1001), one(2, worst=5)))
    assert BUDGET.broken_by(card(ways={"pruned": mixed})) == [
        "1,001 bytes, 1,000 are allowed",
        "worst class 50.0%, 60.0% is asked for",
    ]
    slow = {"dense": (1.0, 1.0, 1.0), "pruned": (0.6, 0.6, 0.6)}
    assert BUDGET.broken_by(card(times_ms=slow)) == ["60% of the dense time, 50% are allowed"]


def test_what_just_reaches_a_bound_keeps_it():
    assert BUDGET.broken_by(card(ways={"pruned": way(nbytes=1000)})) == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Result(0, 1, 1, (1, 2), (2,)), "same classes"),
        (lambda: Result(0, 1, 1, (3,), (2,)), "Were shares written"),
        (lambda: Way(60, ()), "at least one"),
        (lambda: Way(60, (one(), one())), "Was one run entered twice"),
        (lambda: card(ways={"dense": way()}), "hand in that name"),
        (lambda: Budget(100, 0.5, 80), "80 % is 0.8"),
    ],
)
def test_what_cannot_be_is_refused_with_the_likely_fix(make, words):
    with pytest.raises(ValueError, match=words):
        make()


# ---- files


def test_a_card_comes_back_as_it_was(tmp_path):
    whole = card(limits="langsamer: 3 µs, „nichts“")
    write_card(tmp_path / "card.json", whole)
    assert read_card(tmp_path / "card.json") == whole


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda c: c.update(format="other"), "must be an object with format"),
        (lambda c: c.update(team=7), "team must be text; got 7"),
        (lambda c: c.update(ways=[]), "ways must be an object"),
        (lambda c: c["ways"].update(pruned=3), "way 'pruned' must be an object with epochs"),
        (lambda c: c["ways"]["pruned"].update(epochs=1.5), "epochs must be a whole number"),
        (lambda c: c["ways"]["pruned"]["results"].append("x"), "a result must be an object"),
        (lambda c: c["ways"]["pruned"]["results"][0].update(nbytes="2k"), "without k or %"),
        (lambda c: c["ways"]["pruned"]["results"][0].update(right=0.9), "a list of counts"),
        (lambda c: c["ways"]["pruned"]["results"][0].update(seed=True), "seed must be a whole"),
        (lambda c: c["times_ms"].update(dense=[1, 2]), "three numbers above 0"),
        (lambda c: c["times_ms"].update(dense=[1, 2, float("nan")]), "three numbers above 0"),
        (lambda c: c["times_ms"].update(dense=[3, 2, 1]), "must rise"),
    ],
)
def test_a_card_that_is_none_is_refused(tmp_path, break_it, words):
    file = tmp_path / "card.json"
    write_card(file, card())
    entries = json.loads(file.read_text("utf-8"))
    break_it(entries)
    file.write_text(json.dumps(entries), "utf-8")
    with pytest.raises(ValueError, match=words):
        read_card(file)


@pytest.mark.parametrize("text", ["see attachment", "[" * 100_000, "x" * 1_000_001, "[1]"])
def test_any_other_text_is_refused(tmp_path, text):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ValueError, match=r"card\.json"):
        read_card(tmp_path / "card.json")


def test_a_network_comes_back_bit_for_bit_also_compacted(tmp_path):
    net = mlp((5, 8, 6, 3), rng=np.random.default_rng(0))
    _, mask = prune(net, magnitude, 0.7)
    mask["dense1"][::2] = False
    for model in (net, compact(net, mask)):
        save_network(tmp_path / "net", model)
        back = load_network(tmp_path / "net")
        x = np.random.default_rng(1).normal(size=(9, 5)).astype(np.float32)
        assert np.array_equal(back(x), model(x))


def test_rounded_weights_take_few_values_and_biases_none_are_rounded(tmp_path):
    net = mlp((20, 30, 10), rng=np.random.default_rng(0))
    net = net.with_parts({"dense1": Dense(net.weights["dense1"], np.arange(30.0, dtype="f4"))})
    whole = save_network(tmp_path / "whole", net)
    assert save_network(tmp_path / "net", net, bits=2) < whole
    back = load_network(tmp_path / "net")
    assert all(len(np.unique(w)) <= 4 for w in back.weights.values())
    assert np.array_equal(back.biases["dense1"], np.arange(30))


def test_other_layers_and_files_without_biases_are_refused(tmp_path):
    layer = Dense(np.eye(2), np.zeros(2))
    odd = Network({"a": layer, "b": layer})
    with pytest.raises(ValueError, match="dense layers with ReLU between"):
        save_network(tmp_path / "net", odd)
    save(tmp_path / "net", mlp((3, 2), rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match="no biases for"):
        load_network(tmp_path / "net")
    for header in (
        [["w", "Dense", [10**6, 10**6], {"<f4": 0}], ["w.bias", "Dense", [1, 1], {"<f4": 0}]],
        [["w", "Codebook", [2, 2], {"<f4": 1}, {"|u1": 0}, {"|u1": 0}]],
        [["w", "Dense", "wide", {"<f4": 0}]],
        [["w", "Dense", [2, 2], {"|O": 4}]],
    ):
        (tmp_path / "net").write_bytes(forged(header))
        with pytest.raises(ValueError, match=r"net|weights|read|array"):
            load_network(tmp_path / "net")
    (tmp_path / "net").write_bytes(b"something else")
    with pytest.raises(ValueError, match="save did not make it"):
        load_network(tmp_path / "net")


# ---- judging


def test_a_true_hand_in_is_only_told_what_is_missing(handed):
    verdict = judge(handed, Budget(10**6, 1, 0), split_of)
    assert verdict.false == verdict.broken == ()
    assert "no way called dense" in verdict.missing
    assert not verdict.passed
    assert str(verdict).startswith("missing: pruned: 2 seeds, 5 are asked for")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nbytes": 7}, "nbytes 7 on the card"),
        ({"nonzeros": 7}, "nonzeros 7 on the card"),
        ({"samples": (99, 99, 99)}, "samples (99, 99, 99) on the card"),
    ],
)
def test_what_the_files_contradict_is_said_and_counted_anew(handed, changes, words):
    true = read_card(handed / "card.json")
    first, *rest = true.pruned.results
    ways = {"pruned": Way(60, (replace(first, **changes), *rest))}
    write_card(handed / "card.json", replace(true, ways=ways))
    verdict = judge(handed, Budget(20, 1, 0), split_of)
    assert any(words in sentence for sentence in verdict.false)
    assert any("20 are allowed" in sentence for sentence in verdict.broken)


def test_one_sample_may_turn_on_another_machine_and_two_may_not(handed):
    true = read_card(handed / "card.json")
    first, *rest = true.pruned.results
    for off, count in ((1, 0), (2, 1)):
        room = [n - r for r, n in zip(first.right, first.samples, strict=True)]
        label = room.index(max(room))
        right = tuple(r + off * (i == label) for i, r in enumerate(first.right))
        ways = {"pruned": Way(60, (replace(first, right=right), *rest))}
        write_card(handed / "card.json", replace(true, ways=ways))
        assert len(judge(handed, Budget(10**6, 1, 0), split_of).false) == count


def test_a_lost_file_is_said_and_a_lost_card_refused(handed, tmp_path):
    (handed / "seed1.pruned").unlink()
    assert judge(handed, BUDGET, split_of).false == ("seed 1: there is no file of weights",)
    with pytest.raises(ValueError, match=r"no card\.json"):
        judge(tmp_path / "nobody", BUDGET, split_of)
    with pytest.raises(ValueError, match="seeds without a file"):
        hand_in(tmp_path / "other", card(), {})


# ---- leaderboards


def places(cards):
    return {row.name: row.place for row in ranked(list(cards.items()), BUDGET).places}


def sized(nbytes, worst=7):
    ways = {"pruned": way(nbytes=nbytes, worst=worst), "dense": way(nbytes=9000)}
    return card(ways={**ways, "random": way(nbytes=nbytes)})


def test_fewest_bytes_lead_and_equals_share_a_place():
    cards = {"b": sized(500), "a": sized(500), "c": sized(400), "d": sized(500, 6), "e": sized(900)}
    wanted = {"c": 1, "a": 2, "b": 2, "d": 4, "e": 5}
    assert places(cards) == wanted
    assert places(dict(reversed(cards.items()))) == wanted


def test_what_is_not_ranked_is_listed_with_its_reasons(tmp_path):
    for name, entry in {"good": sized(500), "large": sized(2000), "vague": card(limits="")}.items():
        (tmp_path / name).mkdir()
        write_card(tmp_path / name / "card.json", entry)
    (tmp_path / "word").mkdir()
    (tmp_path / "word" / "card.json").write_text("see attachment")
    found = leaderboard(tmp_path, BUDGET)
    assert [row.place for row in found.places] == [1, 0, 0, 0]
    text = str(found)
    assert "2,000 bytes, 1,000 are allowed" in text
    assert "nothing about what was not gained" in text
    assert "card.json is no JSON" in text
    assert str(tmp_path) not in text


def test_an_empty_folder_has_no_leaderboard(tmp_path):
    with pytest.raises(ValueError, match="holds no card"):
        leaderboard(tmp_path, BUDGET)

"""The benchmarks: complete, and honest before the clock starts. No test depends on a time."""

import json
from statistics import median

import cost_complexity
import masks
import numpy as np
import pytest
import run
import sparsegpt
import storage
import training
import turns
import wanda

KEPT = json.loads(run.KEPT.read_text(encoding="utf-8"))
WANTED = [
    *("global_mask_1M", "global_mask_10M", "global_mask_100M", "nm_2_4_2048", "wanda_2048"),
    *("sparsegpt_1024", "sparsegpt_2048", "ccp_1k", "ccp_10k", "ccp_100k"),
    *("train_digits", "train_digits_masked", "remove_half_neurons", "stored_bits_per_weight"),
]
KEYS = {"task", "peer", "ours_ms", "peer_ms", "ratio", "spread", "bound_ms"}


def test_every_task_is_offered_and_kept():
    assert set(WANTED) <= {task.name for task in run.TASKS} | {storage.TASK}
    kept = {row["task"] for row in KEPT["rows"]}
    assert kept == {task.name for task in run.TASKS} | {storage.TASK}


def test_every_peer_is_there():
    said = " ".join(row["peer"] for row in KEPT["rows"])
    for peer in ["nn.utils.prune", "kthvalue", "topk", "torch-pruning", "nvidia-modelopt"]:
        assert peer in said
    assert "sklearn" in said
    for task in ("nm_2_4_2048", "sparsegpt_1024", "sparsegpt_2048"):
        assert any("modelopt" in r["peer"] for r in KEPT["rows"] if r["task"] == task)


def test_every_row_has_the_same_keys_and_a_ratio_within_its_range():
    for row in [*KEPT["rows"], *storage.rows()]:
        assert set(row) >= KEYS, row["task"]
        low, high = row["spread"]
        assert 0 < low <= row["ratio"] <= high
        if row["task"] != storage.TASK:
            assert min(row["ours_ms"], row["peer_ms"], row["bound_ms"]) > 0
            assert row["turns"] >= 1


def test_what_is_kept_says_where_it_comes_from():
    assert KEPT["command"] == "python tests/benchmarks/run.py --keep"
    assert {"seeds", "processor", "cores", "system", "load_before", "versions"} <= set(KEPT)
    assert set(run.PACKAGES) < set(KEPT["versions"])


def test_the_bits_of_our_files_are_what_they_were():
    found = {(row["peer"], row["sparsity"]): row for row in storage.rows()}
    kept = [row for row in KEPT["rows"] if row["task"] == storage.TASK]
    assert {(row["peer"], row["sparsity"]) for row in kept} == set(found)
    for row in kept:
        again = found[row["peer"], row["sparsity"]]
        assert row["ours_bits"] == pytest.approx(again["ours_bits"], rel=1e-3)
        if row["peer"].startswith("pruning_lab"):
            assert row["peer_bits"] == pytest.approx(again["peer_bits"], rel=1e-3)


@pytest.mark.parametrize(
    "contestants",
    [
        lambda: masks.contestants(4_000),
        lambda: wanda.contestants(64),
        lambda: wanda.contestants_2_4(64),
        lambda: sparsegpt.contestants(128),
        lambda: cost_complexity.contestants(50),
        training.dense,
        training.masked,
    ],
)
def test_contestants_agree_before_they_race(contestants):
    first, *others = contestants()  # they compare their answers themselves
    assert first.startswith("pruning_lab")
    assert sum(name.startswith("bound: ") for name in others) == 1


@pytest.mark.filterwarnings("ignore")  # theirs, as they are imported
def test_nvidias_masks_are_ours():
    pytest.importorskip("modelopt", reason="only `make bench` installs it")
    import from_nvidia

    assert len(from_nvidia.contestants_2_4(64)) == 3
    assert len(from_nvidia.contestants_sparsegpt(128)) == 3


@pytest.mark.filterwarnings("ignore")
def test_torch_pruning_removes_the_neurons_that_we_remove():
    pytest.importorskip("torch_pruning", reason="only `make bench` installs it")
    import neurons

    assert len(neurons.contestants((20, 16, 12, 3))) == 4


def test_a_ratio_compares_one_turn_and_the_bound_is_no_peer():
    clock = iter(np.cumsum(np.arange(1.0, 25)))
    names = ["ours", "theirs", "bound: nothing"]
    seen = {name: lambda: lambda: None for name in names}
    (row,) = turns.rows(turns.Task("task", lambda: seen, turns=3, clock=lambda: next(clock)))
    assert row["ratio"] == median(row["ratios"])
    assert row["spread"] == [min(row["ratios"]), max(row["ratios"])]
    assert (row["peer"], row["bound"]) == ("theirs", "nothing")


def test_every_call_of_a_turn_is_set_up_before_the_clock_starts():
    log = []

    def set_up():
        log.append("set up")
        return lambda: log.append("call")

    def clock():
        log.append("clock")
        return float(len(log))

    turns.take_turns(turns.Task("task", lambda: {"ours": set_up}, turns=1, clock=clock, calls=2))
    turn = ["clock", "call", "call", "clock"]
    first, second = log[:5], log[5:]  # the end of the turn that only warms up is not looked at
    assert first == ["set up", "set up", *turn[:3]]
    assert second == ["set up", "set up", *turn]


def test_the_book_keeps_whole_runs_in_four_digits(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "KEPT", tmp_path / "data" / "bench.json")
    row = {"task": "t", "ratio": 1.23456, "ratios": [1.23456], "spread": [1.23456, 2], "machine": 1}
    run.keep([row], {"cores": 2})
    kept = json.loads(run.KEPT.read_text())
    assert kept["rows"] == [{"task": "t", "ratio": 1.235, "spread": [1.235, 2], "turns": 1}]
    assert kept["cores"] == 2

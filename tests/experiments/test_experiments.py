"""Curves: the same numbers wherever they are measured, and after any interruption."""

import json
import multiprocessing
import statistics
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from pruning_lab import datasets
from pruning_lab.criteria import magnitude, random
from pruning_lab.experiments import (
    Cell,
    Study,
    across_seeds,
    cells,
    progress_bar,
    run,
)
from pruning_lab.masks import LayerCollapseWarning, select
from pruning_lab.measure import accuracy
from pruning_lab.network import mlp, train
from pruning_lab.tiles import Layer, Row

SMALL = Study(datasets.digits, (64, 12, 10), epochs=2, retraining_epochs=2)


def same(a, b):
    return a.keys() == b.keys() and all(
        a[n].dtype == b[n].dtype and np.array_equal(a[n], b[n]) for n in a
    )


def drawn(cell):
    """A task that depends on its cell only."""
    rng = np.random.default_rng(cell.seed)
    return {"accuracy": float(rng.random()) * (1 - cell.sparsity), "loss": len(cell.criterion)}


class LastFirst(Executor):
    """What a foreign executor may do: start late, and finish in another order."""

    def __init__(self):
        self.waiting = []

    def submit(self, task, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, task, args, kwargs))
        if len(self.waiting) == 7:  # all are there
            for future_, work, given, named in reversed(self.waiting):
                future_.set_result(work(*given, **named))
        return future


# --- cells ------------------------------------------------------------------------------------


def test_baselines_are_always_there_and_dense_comes_once_for_each_seed():
    planned = cells(["magnitude", "obd"], [0.5, 0.9], seeds=[0, 1])
    assert len(planned) == len(set(planned)) == 2 * (1 + 3 * 2)
    assert planned == cells(["random", "magnitude", "obd"], np.array([0.5, 0.9]), range(2))
    for seed in (0, 1):
        mine = [c for c in planned if c.seed == seed]
        assert [c.sparsity for c in mine if c.criterion == "dense"] == [0.0]
        for name in ("random", "magnitude", "obd"):
            assert [c.sparsity for c in mine if c.criterion == name] == [0.5, 0.9]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cells(["magnitude"], [], [0]), "at least one sparsity and one seed"),
        (lambda: cells(["magnitude"], [0.5], []), "at least one sparsity and one seed"),
        (lambda: cells(["magnitude"], [0.5, 0.5], [0]), "comes twice"),
        (lambda: cells("magnitude", [0.5], [0]), "expected a list"),
        (lambda: cells(["magnitude"], 0.5, [0]), "expected a list"),
        (lambda: cells(["magnitude"], [80], [0]), "Did you mean 0.8"),
        (lambda: cells(["magnitude"], [0.5], [-1]), "seed must be a whole number, 0 or more"),
        (lambda: cells([magnitude], [0.5], [0]), "named by a text"),
        (lambda: run(drawn, []), "there are no cells"),
        (lambda: run(drawn, ["magnitude"]), "expected cells"),
        (lambda: run(drawn, [Cell("a", 0.5, 0)] * 2), "comes twice"),
        (lambda: run(lambda c: 0.5, [Cell("a", 0.5, 0)]), "a dictionary of numbers; got 0.5"),
        (lambda: run(lambda c: {}, [Cell("a", 0.5, 0)]), "a dictionary of numbers"),
        (lambda: run(lambda c: {"seed": 1}, [Cell("a", 0.5, 0)]), "other names"),
        (lambda: run(lambda c: {"a": np.ones(2)}, [Cell("a", 0.5, 0)]), "becomes several"),
        (
            lambda: run(lambda c: {c.criterion: 1}, [Cell("a", 0.5, 0), Cell("b", 0.5, 0)]),
            "must measure the same",
        ),
        (lambda: across_seeds({"seed": np.array([1])}, "accuracy"), "what run"),
        (lambda: across_seeds(run(drawn, [Cell("a", 0.5, 0)]), "height"), "has the columns"),
        (lambda: across_seeds(run(drawn, [Cell("a", 0.5, 0)]), ["loss"]), "has the columns"),
        (lambda: across_seeds(None, "loss"), "what run"),
        (lambda: run(drawn, 3), "expected a list"),
        (lambda: run(3, [Cell("a", 0.5, 0)]), "task is a function"),
        (lambda: run(drawn, [Cell("a", 0.5, 0)], progress=3), "progress one of done and total"),
        (lambda: run(drawn, [Cell("a", 0.5, 0)], executor=3), "pool with submit"),
    ],
)
def test_bad_plans_and_results_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- running ----------------------------------------------------------------------------------


def test_results_come_in_the_order_of_the_cells():
    planned = cells(["magnitude"], [0.5, 0.9], seeds=[3, 1])
    table = run(drawn, planned)
    assert table["criterion"].tolist() == [c.criterion for c in planned]
    assert table["sparsity"].tolist() == [c.sparsity for c in planned]
    assert table["seed"].tolist() == [c.seed for c in planned]
    assert table["accuracy"].tolist() == [drawn(c)["accuracy"] for c in planned]


def test_threads_and_foreign_executors_give_the_same_table():
    planned = cells(["magnitude", "other"], [0.5, 0.9], seeds=[0])
    here = run(drawn, planned)
    with ThreadPoolExecutor(3) as pool:
        assert same(run(drawn, planned, executor=pool), here)
    assert same(run(drawn, planned, executor=LastFirst()), here)


@pytest.fixture
def process_pool():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def dask_executor(tmp_path, monkeypatch):
    """The executor of a dask client with two workers, each a process of this machine."""
    monkeypatch.setenv("DASK_CONFIG", str(tmp_path))  # else it writes one into the home folder
    from distributed import Client, LocalCluster

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "host": "127.0.0.1"}
    with (
        LocalCluster(**options, dashboard_address=None, local_directory=tmp_path) as cluster,
        Client(cluster) as client,
        client.get_executor() as executor,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        yield executor


@pytest.mark.parametrize("name", ["process_pool", "dask_executor"])
def test_a_study_gives_the_same_numbers_in_other_processes(name, request):
    planned = SMALL.cells([0.5, 0.9], seeds=[0, 1])
    table = run(SMALL, planned, executor=request.getfixturevalue(name))
    assert same(table, run(SMALL, planned))


def test_progress_is_told_after_each_cell():
    told = []
    planned = cells([], [0.5], seeds=[0, 1])
    run(drawn, planned, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_progress_bar_is_one_line(capsys):
    progress_bar(1, 4)
    progress_bar(4, 4)
    shown = capsys.readouterr().err
    assert shown == f"\r[{'#' * 5}{'.' * 15}] 1 of 4\r[{'#' * 20}] 4 of 4\n"


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor])
def test_an_error_names_its_cell_and_keeps_what_is_finished(tmp_path, executor):
    planned = cells([], [0.5], seeds=[0, 1, 2])
    path = tmp_path / "finished.jsonl"

    def fails(cell):
        if cell == planned[3]:
            raise RuntimeError("no more memory")
        return drawn(cell)

    pool = executor and executor(1)
    with pytest.raises(RuntimeError, match="no more memory") as caught:
        run(fails, planned, executor=pool, finished=path)
    assert caught.value.__notes__ == [f"in {planned[3]}"]
    done = path.read_text().splitlines()
    assert len(done) >= (3 if executor is None else 1)
    assert same(run(drawn, planned, finished=path), run(drawn, planned))
    if pool:
        pool.shutdown()


def test_what_has_not_begun_is_cancelled_after_an_error():
    class FirstFails(Executor):
        def __init__(self):
            self.futures = []

        def submit(self, task, /, *args, **kwargs):
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_exception(RuntimeError("broken"))
            return self.futures[-1]

    executor = FirstFails()
    with pytest.raises(RuntimeError, match="broken"):
        run(drawn, cells([], [0.5, 0.9], [0]), executor=executor)
    assert [future.cancelled() for future in executor.futures] == [False, True, True]


# --- resuming ---------------------------------------------------------------------------------


def test_finished_cells_do_not_run_again(tmp_path):
    path, seen = tmp_path / "finished.jsonl", []

    def noted(cell):
        seen.append(cell)
        return drawn(cell)

    first = cells(["magnitude"], [0.5], seeds=[0])
    more = cells(["magnitude"], [0.5, 1 / 3], seeds=[0, 1])
    run(noted, first, finished=path)
    table = run(noted, more, finished=str(path))
    assert len(seen) == len(more)
    assert set(seen) == set(more)
    assert same(table, run(drawn, more))
    assert same(run(lambda cell: pytest.fail("ran"), more, finished=path), table)
    told = []
    run(noted, more, finished=path, progress=lambda *now: told.append(now))
    assert told == []
    run(noted, [*more, *cells([], [0.7], [5])], finished=path, progress=lambda *n: told.append(n))
    assert told == [(11, 12), (12, 12)]


def test_a_line_cut_off_by_a_crash_runs_again(tmp_path):
    path = tmp_path / "finished.jsonl"
    planned = cells([], [0.5, 0.9], seeds=[0])
    table = run(drawn, planned, finished=path)
    text = path.read_text()
    path.write_text(text[:-9])
    assert same(run(drawn, planned, finished=path), table)
    assert path.read_text() == text


def test_values_survive_the_file_exactly_even_if_they_are_no_numbers(tmp_path):
    path = tmp_path / "finished.jsonl"
    odd = {"a": 0.1 + 0.2, "b": float("nan"), "c": float("inf"), "d": np.float32(0.1), "e": True}
    planned = [Cell("ä", 1 / 3, 7)]
    first = run(lambda cell: odd, planned, finished=path)
    again = run(lambda cell: pytest.fail("ran"), planned, finished=path)
    for name, values in first.items():
        assert values.dtype == again[name].dtype
        assert values.tobytes() == again[name].tobytes()


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "3", '{"sparsity": 0.5, "seed": 0}', json.dumps({"criterion": "a"})],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path, line):
    path = tmp_path / "finished.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(ValueError, match=r"line 1 of .* is no finished cell.*Name a new file"):
        run(drawn, cells([], [0.5], [0]), finished=path)


def test_a_file_of_another_task_is_noticed_by_its_columns(tmp_path):
    path = tmp_path / "finished.jsonl"
    run(lambda cell: {"height": 1}, [Cell("a", 0.5, 0)], finished=path)
    with pytest.raises(ValueError, match="begun by another task"):
        run(drawn, [Cell("a", 0.5, 0), Cell("b", 0.5, 0)], finished=path)


# --- tables -----------------------------------------------------------------------------------


def test_mean_and_spread_over_seeds_are_those_of_the_samples():
    planned = cells(["magnitude"], [0.5, 0.9], seeds=range(4))
    table = run(drawn, planned)
    found = across_seeds(table, "accuracy")
    assert list(zip(found["criterion"].tolist(), found["sparsity"].tolist(), strict=True)) == [
        ("dense", 0.0),
        ("random", 0.5),
        ("random", 0.9),
        ("magnitude", 0.5),
        ("magnitude", 0.9),
    ]
    for i, (name, sparsity) in enumerate(zip(found["criterion"], found["sparsity"], strict=True)):
        sample = [
            drawn(c)["accuracy"] for c in planned if (c.criterion, c.sparsity) == (name, sparsity)
        ]
        assert found["mean"][i] == pytest.approx(statistics.mean(sample), abs=1e-15)
        assert found["sd"][i] == pytest.approx(statistics.stdev(sample), abs=1e-15)
        assert found["seeds"][i] == 4


def test_one_seed_has_no_spread():
    found = across_seeds(run(drawn, cells([], [0.5], [0])), "loss")
    assert np.isnan(found["sd"]).all()


# --- studies ----------------------------------------------------------------------------------


def test_a_cell_is_the_loop_written_out():
    split, start, _, shuffle = (np.random.default_rng([5, stream]) for stream in range(4))
    data = datasets.digits(rng=split)
    x, y = data.train.x, data.train.y
    net = train(mlp((64, 12, 10), rng=start), x, y, epochs=2, rng=shuffle)
    mask = select(magnitude(net), 0.8)
    net = net.with_weights({n: w * mask[n] for n, w in net.weights.items()})
    net = train(net, x, y, epochs=2, rng=shuffle, mask=mask)
    assert SMALL(Cell("magnitude", 0.8, 5)) == {
        "accuracy": accuracy(net, data.test.x, data.test.y),
        "loss": net.loss(data.test.x, data.test.y),
        "weights_kept": 888 - round(0.8 * 888),
        "emptied_layers": 0,
    }


def test_steps_share_the_retraining_and_every_option_is_heeded():
    study = Study(
        datasets.digits,
        (64, 12, 10),
        epochs=1,
        retraining_epochs=4,
        schedule=lambda sparsity, steps: lambda step: sparsity * step / steps,
        steps=2,
        learning_rate=3e-3,
        granularity=Row(),
        scope=Layer(),
    )
    split, start, _, shuffle = (np.random.default_rng([1, stream]) for stream in range(4))
    data = datasets.digits(rng=split)
    x, y = data.train.x, data.train.y
    net, mask = mlp((64, 12, 10), rng=start), None
    net = train(net, x, y, epochs=1, rng=shuffle, learning_rate=3e-3)
    for sparsity in (0.25, 0.5):
        scores = magnitude(net)
        mask = select(scores, sparsity, granularity=Row(), scope=Layer(), within=mask)
        net = train(net, x, y, epochs=2, rng=shuffle, learning_rate=3e-3, mask=mask)
    found = study(Cell("magnitude", 0.5, 1))
    assert found["loss"] == net.loss(data.test.x, data.test.y)
    assert found["weights_kept"] == 6 * 64 + 5 * 12


@pytest.mark.parametrize("steps", [1, 2])
def test_all_criteria_and_the_dense_baseline_have_the_same_budget(steps):
    """Whoever prunes nothing ends exactly where the dense baseline does."""
    study = Study(
        datasets.digits,
        (64, 12, 10),
        epochs=1,
        retraining_epochs=2,
        criteria={"mine": lambda net, seen: magnitude(net)},
        schedule=lambda sparsity, steps: lambda step: sparsity * step / steps,
        steps=steps,
    )
    dense = study(Cell("dense", 0.0, 3))
    for name in ("random", "magnitude", "mine"):
        assert study(Cell(name, 0.0, 3)) == dense


def test_a_criterion_sees_the_training_part_only():
    seen = []

    def look(net, data):
        seen.append(data)
        return net.gradients(data.x, data.y)

    study = Study(
        datasets.digits, (64, 12, 10), epochs=1, retraining_epochs=0, criteria={"look": look}
    )
    study(Cell("look", 0.5, 4))
    expected = datasets.digits(rng=np.random.default_rng([4, 0])).train
    assert np.array_equal(seen[0].x, expected.x)
    assert study.cells([0.5], [0]) == cells(["magnitude", "look"], [0.5], [0])


def test_steps_follow_the_schedule_within_the_scope():
    study = Study(
        datasets.digits,
        (64, 12, 10),
        epochs=1,
        retraining_epochs=4,
        schedule=lambda sparsity, steps: lambda step: 1 - (1 - sparsity) ** (step / steps),
        steps=4,
        scope=Layer(),
    )
    kept = study(Cell("magnitude", 0.75, 0))["weights_kept"]
    assert kept == (768 - round(0.75 * 768)) + (120 - round(0.75 * 120))


def test_magnitude_beats_random_without_retraining_on_real_digits():
    study = Study(datasets.digits, (64, 30, 10), epochs=30, retraining_epochs=0)
    table = across_seeds(run(study, study.cells([0.5], seeds=range(3))), "accuracy")
    dense, by_lot, by_size = table["mean"]
    assert dense > 0.9
    assert by_size > by_lot + 0.2


def test_random_pruning_is_that_of_the_criterion_with_the_seeds_own_lot():
    study = Study(datasets.digits, (64, 12, 10), epochs=0, retraining_epochs=0)
    net = mlp((64, 12, 10), rng=np.random.default_rng([2, 1]))
    mask = select(random(net, rng=np.random.default_rng([2, 2])), 0.5)
    data = datasets.digits(rng=np.random.default_rng([2, 0]))
    pruned = net.with_weights({n: w * mask[n] for n, w in net.weights.items()})
    found = study(Cell("random", 0.5, 2))["accuracy"]
    assert found == accuracy(pruned, data.test.x, data.test.y)


def test_an_emptied_layer_is_counted_and_warned_of():
    with pytest.warns(LayerCollapseWarning):
        found = Study(datasets.digits, (64, 3, 10), epochs=0, retraining_epochs=0)(
            Cell("magnitude", 1.0, 0)
        )
    assert found["emptied_layers"] == 2
    assert found["weights_kept"] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retraining_epochs": 3, "steps": 2}, "got 3 epochs and 2 steps"),
        ({"steps": 2}, "2 steps need a schedule"),
        ({"steps": 0}, "steps must be a whole number"),
        ({"epochs": -1}, "epochs must be a whole number"),
        ({"criteria": {"mine": 3}}, "a dictionary from names to functions"),
        ({"criteria": magnitude}, "a dictionary from names to functions"),
        ({"schedule": [0.5]}, "data and schedule are functions"),
        ({"criteria": {"random": magnitude}}, r"\['random'\] are always there"),
    ],
)
def test_studies_that_cannot_be_fair_are_refused(options, message):
    given = {"epochs": 1, "retraining_epochs": 2} | options
    with pytest.raises(ValueError, match=message):
        Study(datasets.digits, (64, 12, 10), **given)


def test_a_criterion_that_the_study_does_not_know_is_refused():
    with pytest.raises(ValueError, match=r"knows the criteria .*'magnitude'\]; got 'size'"):
        SMALL(Cell("size", 0.5, 0))

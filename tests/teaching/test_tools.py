"""Chapter 18: amounts as torch counts them, cards whose code runs, promises that are asked for."""

from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier
from torch import nn
from torch.nn.utils import prune as torch_prune
from torch.nn.utils.prune import L1Unstructured, global_unstructured, remove

from pruning_lab import apply, magnitude, prune, select, train
from pruning_lab.adapters.sklearn_trees import forest_from_fitted, forest_to_fitted
from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.compaction import compact
from pruning_lab.ensembles import orientation, votes
from pruning_lab.storage import load, save
from pruning_lab.teaching.demos import calls, guides
from pruning_lab.teaching.figures import guides as cards
from pruning_lab.teaching.gates import Bounds, broken
from pruning_lab.tiles import Layer, Row
from pruning_lab.trees import cost_complexity

AMOUNT = st.one_of(st.floats(0, 1), st.integers(0, 12))


# ---- amounts


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNT, max_size=5))
def test_amounts_take_what_torch_takes(amounts):
    layer = nn.Linear(40, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.arange(1.0, 41)[None])
    left = 40
    for amount in amounts:
        try:
            torch_prune.l1_unstructured(layer, "weight", amount)
        except ValueError:
            with pytest.raises(ValueError, match="count"):
                calls.goes(amount, left)
            return
        left -= calls.goes(amount, left)
        assert int((layer.weight != 0).sum()) == left


@pytest.mark.parametrize(("amount", "said"), [(1.5, "share"), (-0.1, "share"), (-1, "count")])
def test_amounts_that_mean_nothing_are_refused(amount, said):
    with pytest.raises(ValueError, match=said):
        calls.goes(amount, 10)


@pytest.mark.parametrize("text", calls.AMOUNTS)
def test_masks_are_those_of_torch_call_by_call(digit_networks, text):
    amount = float(text) if "." in text else int(text)
    net, _ = digit_networks[0]
    layers = _linears(net)
    for mask in calls.as_torch(net, amount, 3)[1:]:
        global_unstructured([(each, "weight") for each in layers], L1Unstructured, amount=amount)
        for each, kept in zip(layers, mask.values(), strict=True):
            assert np.array_equal(each.weight_mask.numpy() == 1, kept)


def test_this_library_is_asked_twice_and_does_the_same(digit_networks):
    net, _ = digit_networks[0]
    _, once, *others = calls.as_here(net, 0.5, 3)
    assert all(np.array_equal(once[n], other[n]) for other in others for n in once)


def test_each_state_of_the_calls_says_what_is_left(digit_networks, check_demo, check_figure):
    found = {text: calls.compute(digit_networks[:2], _number(text)) for text in ("0.5", "2000")}
    demo = calls.demo(found)
    check_demo(demo, 12)
    for state, text in demo.states():
        torch_left, left = found[str(state["amount"])].left[:, int(state["calls"])]
        assert f"torch leaves {int(torch_left):,} of 11,900" in text
        assert f"this library leaves {int(left):,} of 11,900" in text
    assert found["0.5"].left[0].tolist() == [11900, 5950, 2975, 1487, 743, 371]
    assert found["2000"].left[0].tolist() == [11900, 9900, 7900, 5900, 3900, 1900]
    check_figure(demo._render(amount="0.5", calls=5))
    check_figure(demo._render(amount="2000", calls=0))


def _number(text):
    return float(text) if "." in text else int(text)


def _linears(net):
    layers = []
    for dense in net.dense.values():
        layer = nn.Linear(dense.fan_in, dense.fan_out)
        layer.load_state_dict(
            {"weight": torch.tensor(dense.weights), "bias": torch.tensor(dense.bias)}
        )
        layers.append(layer)
    return layers


# ---- the guide


def test_every_answer_has_a_card_and_it_fits(check_demo, check_figure):
    demo = guides.demo()
    assert len(guides.ADVICE) == 12
    for (tool, code, trap), (state, text) in zip(
        [guides.ADVICE[guides.Case(**state)] for state, _ in demo.states()],
        demo.states(),
        strict=True,
    ):
        assert 2 <= len(code) <= 5
        assert max(map(len, code)) <= cards.LETTERS
        assert tool in text
        assert trap in text
        check_figure(demo._render(**state))


@pytest.fixture(scope="module")
def made(digit_networks, tmp_path_factory):
    """What the cards talk about."""
    net, data = digit_networks[0]
    x, y = data.train.x[:200], data.train.y[:200]
    layers = _linears(net)
    model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    mask = select(
        magnitude(net),
        {**dict.fromkeys(net.weights, 0.5), "dense3": 0.0},
        granularity=Row(),
        scope=Layer(),
    )
    return {
        "net": net,
        "weights": net.weights,
        "mask": mask,
        "masked": net.with_weights(apply(net.weights, mask)),
        "model": model,
        "layers": layers,
        "x": x,
        "y": y,
        "example": torch.zeros(1, 64),
        "s": 0.5,
        "alpha": 0.003,
        "rng": np.random.default_rng(0),
        "tree": DecisionTreeClassifier(random_state=0, max_leaf_nodes=8).fit(x, y),
        "forest": RandomForestClassifier(31, random_state=0).fit(x, y),
        "path": tmp_path_factory.mktemp("cards") / "net.pruned",
        "retrain": lambda model: None,
    }


NAMES = {
    each.__name__: each
    for each in (
        *(np, torch, clone, copy, prune, select, apply, magnitude, train, compact, save, load),
        *(global_unstructured, remove, L1Unstructured, TorchModel, Row, Layer, orientation, votes),
        *(cost_complexity, forest_from_fitted, forest_to_fitted),
    )
} | {"np": np, "Adam": torch.optim.Adam}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", guides.ADVICE, ids=" ".join)
def test_the_code_on_each_card_runs(case, made):
    import torch_pruning

    names = {**NAMES, **made, "model": nn.Sequential(*map(_fresh, made["model"]))}
    names["layers"] = [part for part in names["model"] if isinstance(part, nn.Linear)]
    names["last"] = {guides.NUMPY: "dense3", guides.TORCH: "4.weight"}.get(case.model)
    names |= {
        "MagnitudeImportance": torch_pruning.importance.MagnitudeImportance,
        "BasePruner": torch_pruning.BasePruner,
    }
    if "BasePruner" in "".join(guides.ADVICE[case].code):
        names["last"] = names["layers"][-1]
    exec("\n".join(guides.ADVICE[case].code), names)
    if case == guides.Case(guides.TORCH, guides.WHOLE, guides.SHIP):
        assert names["model"][0].out_features == 50
    if case == guides.Case(guides.TREES, guides.WHOLE, guides.SHIP):
        assert len(names["small"].estimators_) == 30
        assert names["small"].predict(made["x"]).shape == (200,)
    if case == guides.Case(guides.TORCH, guides.WHOLE, guides.STUDY):
        assert names["mask"]["4.weight"].all()
        assert not names["mask"]["0.weight"].all()


def _fresh(part):
    if not isinstance(part, nn.Linear):
        return part
    copied = nn.Linear(part.in_features, part.out_features)
    copied.load_state_dict(part.state_dict())
    return copied


# ---- promises


@pytest.fixture
def shipped(digit_networks, tmp_path):
    net, data = digit_networks[0]
    pruned, mask = prune(net, magnitude, 0.5)
    file = Path(tmp_path / "digits.pruned")
    save(file, pruned)
    held = data.validation
    right = pruned.predict(held.x) == held.y
    worst = min(float(right[held.y == c].mean()) for c in range(10))
    kept = Bounds(sparsity=0.5, worst_class=worst, most_bytes=file.stat().st_size)
    return pruned, mask, file, held.x, held.y, kept


def test_a_model_at_its_bounds_may_be_merged(shipped):
    assert broken(*shipped) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sparsity": 0.51}, "the mask prunes 0.5000, not 0.51"),
        ({"worst_class": 1.01}, "is right in"),
        ({"most_bytes": 10}, "bytes, above 10"),
    ],
)
def test_each_bound_is_heard_alone(shipped, change, said):
    *model, bounds = shipped
    (sentence,) = broken(*model, replace(bounds, **change))
    assert said in sentence


def test_a_lost_mask_is_counted(shipped):
    pruned, mask, *rest = shipped
    name = next(iter(mask))
    weights = {n: w.copy() for n, w in pruned.weights.items()}
    weights[name][~mask[name]] = 1e-9
    found = broken(pruned.with_weights(weights), mask, *rest)
    assert found == [f"{(~mask[name]).sum()} pruned weights are not zero: was the mask held?"]


def test_of_four_equals_torch_takes_two():
    layer = nn.Linear(10, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.1] * 4 + [0.2] * 4 + [0.3] * 2]))
    torch_prune.l1_unstructured(layer, "weight", 0.2)
    assert int((layer.weight == 0).sum()) == 2

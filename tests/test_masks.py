"""`select` against a reference that is slow, short and obviously right; then its promises."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.nn.utils.prune import L1Unstructured, global_unstructured

from pruning_lab.masks import LayerCollapseWarning, apply, select, sparsity_by_layer, sparsity_of
from pruning_lab.teaching.readable.masks import global_mask, mask_by_lists, mask_within_runs
from pruning_lab.tiles import Block, Column, Everything, Layer, Row, Run, Single

TILES = [
    Single(),
    Row(),
    Row(2),
    Column(),
    Column(2),
    Run(2),
    Run(4),
    Block(2, 2),
    Layer(),
    Everything(),
]
PAIRS = [(g, s) for g in TILES for s in TILES if not g.across_layers]
SPARSITY = st.one_of(
    st.sampled_from([0, 0.0, 0.15, 0.29, 0.35, 0.45, 0.5, 0.8, 1.0, 1]), st.floats(0, 1)
)

ignores_collapse = pytest.mark.filterwarnings("ignore::pruning_lab.masks.LayerCollapseWarning")


def normal(shapes, seed=0):
    rng = np.random.default_rng(seed)
    return {f"w{i}": rng.standard_normal(s).astype(np.float32) for i, s in enumerate(shapes)}


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[n], b[n]) for n in a)


# --- against the reference --------------------------------------------------------------------


def fits(granularity, scope, scores):
    for matrix in scores.values():
        (rows, columns) = matrix.shape
        h, w = granularity.height or rows, granularity.width or columns
        height, width = scope.height or rows, scope.width or columns
        if any((rows % h, columns % w, rows % height, columns % width, height % h, width % w)):
            return False
    return True


@st.composite
def problems(draw):
    side = st.tuples(st.sampled_from([2, 4, 8]), st.sampled_from([4, 8, 12, 16]))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.float16, np.int64, np.int8, np.uint8]))
    infinity = (
        draw(st.sampled_from([None, np.inf, -np.inf])) if np.dtype(dtype).kind == "f" else None
    )
    kind = draw(st.sampled_from(["few", "distinct", "constant", "periodic"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores, within = {}, {}
    for i, shape in enumerate(draw(st.lists(side, min_size=1, max_size=3))):
        n = shape[0] * shape[1]
        values = (
            {
                "few": rng.choice([0.0, -0.0, 1, 2, 3, 4], n),
                "distinct": rng.permutation(n),
                "constant": np.full(n, 3.0),
                "periodic": np.arange(n) % 7,
            }[kind]
            .astype(dtype)
            .reshape(shape)
        )
        if infinity is not None:
            values[rng.random(shape) < 0.2] = infinity
        scores[f"w{i}"] = np.asfortranarray(values) if draw(st.booleans()) else values
        within[f"w{i}"] = rng.random(shape) < draw(st.sampled_from([0.0, 0.3, 0.7, 1.0]))
    return scores, (within if draw(st.booleans()) else None)


@ignores_collapse
@settings(max_examples=1500, suppress_health_check=list(HealthCheck))
@given(problems(), SPARSITY, st.data())
def test_select_equals_the_reference(problem, sparsity, data):
    scores, within = problem
    fitting = [(g, s) for g, s in PAIRS if fits(g, s, scores)]
    granularity, scope = data.draw(st.sampled_from(fitting))
    if not scope.across_layers and data.draw(st.booleans()):
        sparsity = {name: data.draw(SPARSITY) for name in scores}
    found = select(scores, sparsity, granularity=granularity, scope=scope, within=within)
    want = mask_by_lists(scores, sparsity, [{n: granularity} for n in scores], scope, within)
    assert same(found, want)
    assert list(found) == list(scores)
    assert all(m.dtype == bool and m.flags.writeable for m in found.values())


@ignores_collapse
@settings(max_examples=400)
@given(st.integers(0, 2**32 - 1), SPARSITY, st.booleans(), st.sampled_from([Layer(), Everything()]))
def test_couplings_equal_the_reference(seed, sparsity, use_within, scope):
    rng = np.random.default_rng(seed)
    shapes = {"q": (8, 3), "o": (5, 8), "up": (6, 4), "down": (2, 6), "alone": (4, 4)}
    scores = {n: rng.integers(0, 3, s).astype(np.float32) for n, s in shapes.items()}
    within = {n: rng.random(s) < 0.3 for n, s in shapes.items()} if use_within else None
    couplings = [{"q": Row(2), "o": Column(2)}, {"up": Row(), "down": Column()}, {"alone": Row()}]
    found = select(scores, sparsity, granularity=couplings, scope=scope, within=within)
    assert same(found, mask_by_lists(scores, sparsity, couplings, scope, within))


@ignores_collapse
@pytest.mark.parametrize("sparsity", [0.1, 0.5, 0.8, 0.97])
def test_a_large_global_mask_equals_a_sort(sparsity):
    scores = normal([(700, 300), (1, 5), (300, 400)])
    assert same(select(scores, sparsity), global_mask(scores, sparsity))


@ignores_collapse
@settings(max_examples=100)
@given(problems(), SPARSITY, st.sampled_from([2, 4]))
def test_the_short_versions_agree_too(problem, sparsity, m):
    scores, _ = problem
    assert same(select(scores, sparsity), global_mask(scores, sparsity))
    assert same(select(scores, sparsity, scope=Run(m)), mask_within_runs(scores, sparsity, m))


@pytest.mark.parametrize("sparsity", [0.1, 0.5, 0.8, 0.9])
def test_masks_equal_those_of_torch_where_nothing_ties(sparsity):
    weights = normal([(300, 64), (100, 300), (10, 100)])
    modules = []
    for w in weights.values():
        modules.append(torch.nn.Linear(w.shape[1], w.shape[0], bias=False))
        modules[-1].weight = torch.nn.Parameter(torch.tensor(w))
    global_unstructured(
        [(m, "weight") for m in modules],
        pruning_method=L1Unstructured,
        amount=sparsity,
    )
    theirs = [m.weight_mask.numpy() > 0 for m in modules]
    ours = select(weights, sparsity, key=np.abs)
    for kept, peer in zip(ours.values(), theirs, strict=True):
        assert np.array_equal(kept, peer)


# --- promises ---------------------------------------------------------------------------------


@ignores_collapse
@pytest.mark.parametrize("n", [7, 10, 100, 1000, 12_345])
@pytest.mark.parametrize("sparsity", [0, 0.15, 0.29, 0.35, 0.45, 1 / 3, 0.5, 0.8, 0.999, 1])
@pytest.mark.parametrize("tied", [False, True])
def test_the_count_is_exact_with_and_without_ties(n, sparsity, tied):
    scores = {"w": np.ones((1, n)) if tied else np.random.default_rng(n).random((1, n))}
    assert (~select(scores, sparsity)["w"]).sum() == round(sparsity * n)


def test_on_a_tie_the_first_in_reading_order_goes_first_across_matrices():
    scores = {"b": np.ones((2, 2)), "a": np.ones((1, 4))}
    mask = select(scores, 3 / 8)
    assert mask["b"].tolist() == [[False, False], [False, True]]
    assert mask["a"].all()


def test_two_of_four_is_single_weights_within_runs():
    mask = select(normal([(16, 32)]), 0.5, scope=Run(4))["w0"]
    assert (mask.reshape(-1, 4).sum(axis=1) == 2).all()


def test_rows_live_or_die_as_one_by_their_mean():
    scores = {"w": np.array([[0.0, 9.0], [3.0, 3.0], [5.0, 5.0]])}
    mask = select(scores, 1 / 3, granularity=Row())
    assert mask["w"].tolist() == [[True, True], [False, False], [True, True]]


@ignores_collapse
@pytest.mark.parametrize("granularity", [Single(), Row(), Column(), Block(2, 2)])
@pytest.mark.parametrize("scope", [Layer(), Everything()])
def test_masks_only_shrink_even_when_the_granularity_changes(granularity, scope):
    scores = normal([(8, 12), (4, 8)])
    mask = select(scores, 0.3)
    for sparsity in (0.3, 0.5, 0.9):
        smaller = select(scores, sparsity, granularity=granularity, scope=scope, within=mask)
        assert not any((smaller[n] & ~mask[n]).any() for n in mask)
        mask = smaller


def test_what_is_already_pruned_counts():
    scores = normal([(10, 10)])
    first = select({"w0": -scores["w0"]}, 0.3)
    second = select(scores, 0.5, within=first)
    assert sparsity_of(second) == 0.5
    assert same(select(scores, 0.2, within=first), first)


@pytest.mark.parametrize(
    ("granularity", "scope"),
    [(Single(), s) for s in (Everything(), Layer(), Row(), Run(4), Column())]
    + [(Row(), s) for s in (Everything(), Layer(), Row(2))],
)
def test_a_key_is_the_same_as_scoring_first(granularity, scope):
    weights = normal([(8, 12)] * 3)
    found = select(weights, 0.4, granularity=granularity, scope=scope, key=np.abs)
    scores = {n: np.abs(w) for n, w in weights.items()}
    assert same(found, select(scores, 0.4, granularity=granularity, scope=scope))


@ignores_collapse
@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("granularity", [Single(), Row(), Block(2, 4)])
def test_nothing_changes_in_place_and_nothing_is_shared(granularity, within):
    scores = normal([(8, 12), (4, 8)])
    before = {n: s.copy() for n, s in scores.items()}
    mask = select(scores, 0.2) if within else None
    mask_before = None if mask is None else {n: m.copy() for n, m in mask.items()}
    found = select(scores, 0.5, granularity=granularity, within=mask)
    assert same(scores, before)
    assert mask is None or same(mask, mask_before)
    found["w0"][:] = True
    assert mask is None or same(mask, mask_before)


def test_integer_and_transposed_scores_give_the_same_mask():
    scores = np.random.default_rng(0).permutation(96).reshape(8, 12)
    want = select({"w": scores.astype(float)}, 0.5)
    assert same(select({"w": scores}, 0.5), want)
    assert same(select({"w": np.asfortranarray(scores)}, 0.5), want)


def test_small_integers_do_not_overflow_under_a_key_or_in_a_sum():
    scores = {"w": np.array([[-128, -128], [127, 127], [1, 1]], np.int8)}
    mask = select(scores, 2 / 3, granularity=Row(), key=np.abs)
    assert mask["w"].any(axis=1).tolist() == [True, False, False]
    mask = select(scores, 2 / 3, scope=Column(), key=abs)
    assert mask["w"].any(axis=1).tolist() == [True, False, False]


# --- layer collapse ---------------------------------------------------------------------------


def test_emptying_a_layer_warns_with_its_name_and_what_to_do():
    scores = {"big": np.full((10, 10), 5.0), "small": np.ones((2, 2)), "tiny": np.ones((1, 1))}
    with pytest.warns(
        LayerCollapseWarning, match=r"left in 'small', 'tiny'.*scope=Layer\(\)"
    ) as seen:
        select(scores, 0.5)
    assert issubclass(LayerCollapseWarning, UserWarning)
    assert seen[0].filename == __file__  # the warning points at the caller's line


def test_what_was_empty_before_does_not_warn_again():
    scores = {"big": np.full((10, 10), 5.0), "small": np.ones((2, 2))}
    with pytest.warns(LayerCollapseWarning):
        mask = select(scores, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        select(scores, 0.7, within=mask)
        select(scores, 0.7, scope=Layer())


def test_the_default_network_of_torch_collapses_where_torch_says_nothing():
    torch.manual_seed(0)
    sizes = [(64, 300), (300, 100), (100, 10)]
    modules = [torch.nn.Linear(*size) for size in sizes]
    weights = {f"layer{i}": m.weight.detach().numpy() for i, m in enumerate(modules, start=1)}
    with pytest.warns(LayerCollapseWarning, match="'layer2'"):
        select(weights, 0.8, key=np.abs)


# --- refusals ---------------------------------------------------------------------------------

ONES = {"a": np.ones((4, 6))}
COUPLING = [{"up": Row(), "down": Column()}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sparsity": 80}, r"got 80\. Did you mean 0\.8\?"),
        ({"sparsity": -0.5}, r"got -0\.5\. Did you mean 0\.5\?"),
        ({"sparsity": float("nan")}, "got nan"),
        ({"sparsity": "0.5"}, "not str"),
        ({"sparsity": {"a": 0.5}}, "one sparsity for each matrix needs a scope within it"),
        ({"sparsity": {"b": 0.5}, "scope": Layer()}, "'a' needs one sparsity; got none"),
        ({"sparsity": {"a": 50}, "scope": Layer()}, "Did you mean 0.5"),
        ({"sparsity": {"a": 0.5, "c": 0.5}, "scope": Layer()}, r"names \['c'\], which the scores"),
        ({"scores": {}}, "empty network"),
        ({"scores": np.ones((2, 2))}, "dictionary"),
        ({"scores": {"a": np.ones(4)}}, "got shape"),
        ({"granularity": Row(), "scope": Run(3)}, "straddles"),
        ({"granularity": Run(4)}, "does not fit"),
        ({"granularity": Everything()}, "Did you mean scope"),
        ({"granularity": Row}, r"granularity is a tile.*Did you mean Row\(\)\?"),
        ({"granularity": "row"}, "granularity is a tile, .* or a list of couplings.*got 'row'"),
        ({"granularity": {"a": Row()}}, "or a list of couplings"),
        ({"granularity": [Row()]}, "or a list of couplings"),
        ({"granularity": [{"a": Row()}, {}]}, "or a list of couplings"),
        ({"granularity": [{"a": "row"}]}, "must be a tile"),
        ({"scope": Layer}, r"scope must be a tile.*Did you mean Layer\(\)\?"),
        ({"scope": None}, "scope must be a tile"),
        ({"granularity": [{"b": Row()}]}, "exactly once"),
        ({"granularity": [{"a": Row()}, {"a": Row()}]}, "exactly once"),
        ({"within": {"b": np.ones((4, 6), bool)}}, "same keys"),
        ({"within": {"a": np.ones((6, 4), bool)}}, "transposed"),
        ({"within": {"a": np.ones((4, 6))}}, "boolean"),
    ],
)
def test_bad_arguments_are_refused_with_the_likely_fix(arguments, message):
    arguments = {"scores": ONES, "sparsity": 0.5, **arguments}
    with pytest.raises(ValueError, match=message):
        select(arguments.pop("scores"), arguments.pop("sparsity"), **arguments)


def test_couplings_that_do_not_match_are_refused():
    scores = {"up": np.ones((6, 4)), "down": np.ones((2, 6))}
    with pytest.raises(ValueError, match="equally many groups"):
        select(scores, 0.5, granularity=[{"up": Row(), "down": Row()}])
    with pytest.raises(ValueError, match="whole layer or everywhere"):
        select(scores, 0.5, granularity=COUPLING, scope=Row(2))
    with pytest.raises(ValueError, match=r"needs one sparsity; got \[0.2, 0.5\]"):
        select(scores, {"up": 0.5, "down": 0.2}, granularity=COUPLING, scope=Layer())


@pytest.mark.parametrize("sparsity", [0, 0.5, 1])
@pytest.mark.parametrize("granularity", [Single(), Row(), Block(2, 2)])
@pytest.mark.parametrize("scope", [Everything(), Layer()])
def test_nan_is_refused_whatever_the_sparsity(granularity, scope, sparsity):
    scores = {"a": np.ones((4, 8)), "b": np.ones((4, 8))}
    scores["b"][2, 5] = np.nan
    with pytest.raises(ValueError, match="scores of 'b' contain NaN"):
        select(scores, sparsity, granularity=granularity, scope=scope)


def test_a_group_whose_mean_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="inf - inf"):
        select({"w": np.array([[np.inf, -np.inf], [1.0, 2.0]])}, 0.5, granularity=Row())


# --- apply and sparsity -----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("order", ["C", "F"])
def test_applying_a_mask_leaves_the_kept_and_zeroes_the_rest_exactly(dtype, order):
    rng = np.random.default_rng(0)
    w = rng.standard_normal((7, 5)).astype(dtype)
    w[0], w[1], w[2] = np.inf, np.nan, -0.0
    w = np.asarray(w, order=order)
    kept = rng.random((7, 5)) < 0.5
    before = w.copy()
    found = apply({"w": w}, {"w": kept})["w"]
    assert found.dtype == dtype
    assert np.array_equal(found[kept], w[kept], equal_nan=True)
    assert (found[~kept] == 0).all()
    assert not np.signbit(found[~kept]).any()
    assert np.array_equal(w, before, equal_nan=True)
    assert not np.shares_memory(found, w)


def test_applying_takes_slices_of_larger_arrays():
    w = np.random.default_rng(0).standard_normal((8, 10))[::2, ::3]
    kept = w > 0
    assert np.array_equal(apply({"w": w}, {"w": kept})["w"], np.where(kept, w, 0))


def test_sparsity_counts_what_is_pruned():
    mask = {"a": np.array([[True, False, False]]), "b": np.array([[True]])}
    assert sparsity_of(mask) == 0.5
    assert sparsity_by_layer(mask) == {"a": 2 / 3, "b": 0.0}
    assert type(sparsity_of(mask)) is float


def test_masks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="same keys"):
        apply(ONES, {"b": np.ones((4, 6), bool)})
    with pytest.raises(ValueError, match="boolean"):
        sparsity_of(ONES)
    with pytest.raises(ValueError, match="empty network"):
        sparsity_of({})
    with pytest.raises(ValueError, match="dictionary"):
        sparsity_by_layer(None)

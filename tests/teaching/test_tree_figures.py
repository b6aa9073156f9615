"""Trees drawn as trees: nothing is lost, nothing crosses, nothing jumps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import PathPatch

from pruning_lab.teaching import drawings
from pruning_lab.teaching.figures import branches, style, tree_curves
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.trees import small_tree

NAMES = ("malignant", "benign")
TREE = small_tree()
CUT = np.arange(7) == 4
RNG = np.random.default_rng(0)
STEPS = [0, 0.1, 0.2, 0.3]


def curve(name, color, **how):
    return Curve(name, 0.6 + 0.3 * RNG.random((5, 4)), color, **how)


TEST, TRAIN = curve("test", style.KEPT), curve("training", style.SECOND, dashed=True)
LOT, WHOLE = curve("at random", style.RANDOM), curve("unpruned", style.INK)


def prices(cut=CUT, place=1):
    return tree_curves.prices(TREE, cut, NAMES, STEPS, [TRAIN, TEST], place)


def methods(cut=CUT, share=0.2):
    return tree_curves.methods(TREE, cut, NAMES, np.array(STEPS), TEST, [LOT, WHOLE], share)


def validation():
    error = np.array([0.1, 0.08, 0.09, 0.4])
    return tree_curves.validation(np.array(STEPS), error, error / 5, 1, 2, np.array([9, 6, 3, 1]))


def orchard():
    return tree_curves.orchard([(TREE, CUT)] * 6, ["mean radius"] * 6)


EVERY = [prices, methods, validation, orchard]


@pytest.mark.parametrize("figure", EVERY)
def test_figures_keep_to_their_sheet_and_their_colours(figure, check_figure):
    check_figure(figure())


@pytest.mark.parametrize("figure", [prices, methods])
def test_axes_stay_where_they_are_from_one_state_to_the_next(figure):
    bounds = [[a.get_position().bounds for a in figure(cut).axes] for cut in (CUT, ~CUT)]
    np.testing.assert_allclose(*bounds)


def test_leaves_stand_side_by_side_and_questions_between_their_children():
    spots = branches.places(TREE)
    assert sorted(spots[TREE.is_leaf, 0]) == [0, 1, 2, 3]
    for node in np.flatnonzero(~TREE.is_leaf):
        left, right = spots[TREE.left[node]], spots[TREE.right[node]]
        assert left[0] < spots[node, 0] < right[0]
        assert left[1] == right[1] == spots[node, 1] - 1


@given(st.lists(st.booleans(), min_size=7, max_size=7).map(np.array))
def test_what_stands_is_what_the_library_leaves(cut):
    there, tips = branches.standing(TREE, cut)
    pruned = TREE.collapse(cut)
    assert there.sum() == pruned.left.size
    assert tips.sum() == pruned.leaves
    assert not (tips & ~there).any()


def test_kept_branches_are_solid_and_as_wide_as_their_samples():
    ax = prices(np.zeros(7, bool)).axes[0]
    kept = [p for p in ax.patches if isinstance(p, PathPatch)]
    kept = [p for p in kept if drawings.mpl.colors.to_hex(p.get_edgecolor()) == style.KEPT]
    widths = [patch.get_linewidth() for patch in kept]
    wanted = [max(0.9, branches.TRUNK * n / 10) for n in TREE.samples[1:]]
    np.testing.assert_allclose(widths, wanted)


def test_a_cut_leaves_a_pale_trace():
    whole, cut = (prices(mark).axes[0] for mark in (np.zeros(7, bool), CUT))
    assert len(whole.patches) - len(cut.patches) == 2
    pale = [p for p in cut.patches if drawings.mpl.colors.to_hex(p.get_edgecolor()) == style.PRUNED]
    assert len(pale) == 1

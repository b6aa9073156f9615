"""The first screen: what it says is what the network answers."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pruning_lab.teaching.demos.landing import SPARSITIES, Landing, landing, read, softmax, typical


@pytest.fixture(scope="module")
def shown() -> Landing:
    return landing(rng=np.random.default_rng(4))


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 9))))
def test_the_typical_digit_has_no_more_than_half_of_the_others_on_either_side(right):
    breaks = [next((i for i, ok in enumerate(digit) if not ok), len(digit)) for digit in right.T]
    middle = breaks[typical(right)]
    assert sum(b < middle for b in breaks) <= len(breaks) / 2
    assert sum(b > middle for b in breaks) <= len(breaks) / 2


def test_probabilities_add_up_to_one_and_keep_the_order_of_the_logits():
    logits = np.array([[1000.0, 0.0, -1000.0], [0.1, 0.3, 0.2]])
    found = softmax(logits)
    assert found.sum(axis=1) == pytest.approx([1, 1])
    assert (found.argsort(axis=1)[1] == logits.argsort(axis=1)[1]).all()


def test_the_answer_stays_right_far_beyond_half_of_the_edges_and_then_breaks(shown):
    answers = [read(shown.net, shown.x, s).answers[shown.shown] for s in SPARSITIES]
    right = [answer == shown.y[shown.shown] for answer in answers]
    assert all(right[: SPARSITIES.index(0.7)])
    assert not right[-1]


def test_the_dense_network_reads_nearly_all_digits_and_the_last_state_nearly_none(shown):
    assert shown.accuracies[0] > 0.93
    assert shown.accuracies[-1] < 0.35


@pytest.mark.parametrize("sparsity", [0.0, 0.33, 0.8, 0.95])
def test_the_caption_counts_what_the_mask_and_the_network_say(shown, sparsity):
    reading = read(shown.net, shown.x, sparsity)
    words = shown.describe(sparsity=sparsity)
    gone = round(sparsity * 1776)
    assert (f"{gone:,} of 1,776 edges are gone" in words) == (gone > 0)
    assert f"reads {int((reading.answers == shown.y).sum())} right" in words
    answer, label = reading.answers[shown.shown], shown.y[shown.shown]
    assert (
        f"this digit as {answer}: {'right' if answer == label else f'wrong, it is {label}'}"
        in words
    )


def test_all_states_together_stay_small_enough_for_a_first_screen(shown, monkeypatch):
    monkeypatch.setenv("PRUNING_LAB_STATIC", "1")
    page = shown.explorer().to_html()
    states = json.loads(re.search(r'application/json"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert len(states["texts"]) == len(SPARSITIES)
    assert len(page.encode()) < 260_000

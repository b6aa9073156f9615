"""One sentence says what is wrong first, and what is not wrong is silent."""

import numpy as np
import pytest

from pruning_lab.teaching.differences import difference, show

MASK = np.array([[True, False], [False, True]])


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (0.5, np.float32(0.5)),
        (0.5, np.array(0.5)),
        (1.0, 1),
        (0.1 + 0.2, 0.3),
        (float("nan"), float("nan")),
        ([1, 2.0], (1, 2.0)),
        (True, np.True_),
        (MASK, MASK.copy()),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        ({"a": MASK, "b": 1}, {"b": 1, "a": MASK}),
        ("text", "text"),
    ],
)
def test_what_means_the_same_does_not_differ(expected, got):
    assert difference(expected, got) == ""


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (0.8, 80.0, "expected 0.8, got 80.0"),
        (0.8, 0.8001, "Close, but 0.0001 away"),
        (0.8, float("nan"), "nan is what 0 / 0 leaves behind"),
        (0.8, True, "expected the number 0.8, got a bool: True"),
        (0.8, None, "nothing (None), as if a `return` were missing."),
        (0.8, "0.8", "got a str: '0.8'"),
        (0.8, max, "got a function"),
        (True, 1, "expected True, got 1"),
        (MASK, MASK.tolist(), "expected an array, got a list"),
        (MASK, MASK.ravel(), "expected shape (2, 2), got shape (4,)"),
        (MASK, MASK.astype(int), "expected True and False (dtype bool), got dtype int"),
        (MASK, ~MASK, "at [0, 0]: expected True, got False. 4 of 4 values differ"),
        (MASK, ~MASK, "True and False are swapped."),
        (MASK, MASK | True, "2 should be True, and 4 are."),
        (MASK, np.sort(MASK, axis=None).reshape(2, 2), "As many are True as should be (2)"),
        (1 / 3, 0.33, "was something rounded on the way?"),
        (np.zeros(2), np.zeros(2, bool), "expected dtype float64, got dtype bool"),
        (np.zeros(2), np.array(["a", "b"]), "expected dtype float64, got dtype <U1"),
        (np.zeros(3), np.array([0, 0, 1e-8]), "at [2]: expected 0.0, got 1e-08"),
        (np.zeros(1), np.array([np.nan]), "nan is what"),
        ({"a": 1}, [1], "expected a dict with the keys 'a', got a list"),
        ({"a": 1, "b": 2}, {"a": 1}, "the key 'b' is missing"),
        ({"a": 1}, {"a": 1, "b": 2}, "the key 'b' is too much"),
        ({"a": MASK}, {"a": ~MASK}, "at ['a'][0, 0]: expected True"),
        ([1, 2], [1], "expected a list of 2, got one of 1"),
        ([1, {"a": 2}], [1, {"a": 3}], "at [1]['a']: expected 2, got 3"),
        ("kept", "gone", "expected 'kept', got 'gone'"),
    ],
)
def test_the_sentence_says_what_is_wrong(expected, got, words):
    assert words in difference(expected, got)


def test_an_array_of_many_numbers_is_shortened_and_a_short_one_can_be_pasted():
    assert show(np.arange(1000.0)) == "<array of 1000 float64: 0, 1, 2, …>"
    assert show(np.ones(1000, bool)) == "<array of 1000 bool: True, True, True, …>"
    short = np.array([0.1, 1e-300], dtype=np.float32)
    pasted = eval(show(short), {"np": np})
    assert pasted.dtype == short.dtype
    assert (pasted == short).all()


class Mute:
    """What a student may return: something that cannot even be printed."""

    def __repr__(self):
        raise RuntimeError("no words")


def test_what_cannot_be_shown_is_named_instead():
    assert show(Mute()) == "<a Mute that cannot be shown>"
    assert "1.5" in show(np.longdouble(1.5))

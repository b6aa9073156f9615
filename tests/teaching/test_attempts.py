"""A call is watched: what it returned, raised, printed, and changed."""

import warnings

import numpy as np

from pruning_lab.teaching.attempts import Outcome, attempt


def test_an_outcome_holds_what_was_returned_and_printed():
    def speak(x):
        print("hello")
        return 2 * x

    outcome = attempt(speak, (3,))
    assert (outcome.value, outcome.output, outcome.error) == (6, "hello", "")


def test_an_error_is_caught_with_the_line_of_the_function_that_it_passed_through():
    def stumble(x):
        return np.reshape(x, (7, 7))  # fails inside numpy

    outcome = attempt(stumble, (np.zeros(3),))
    assert outcome.error == "ValueError"
    assert outcome.line.endswith("return np.reshape(x, (7, 7))  # fails inside numpy")


def test_a_changed_argument_is_noticed_and_the_original_stays(recwarn):
    def trample(keep, weights):
        weights["dense1"][0] = 9
        return keep

    weights = {"dense1": np.zeros(2)}
    assert attempt(trample, (1, weights)).changed == 1
    assert weights["dense1"][0] == 0


def test_a_warning_becomes_output_and_does_not_escape():
    def warn():
        warnings.warn("mind the gap", stacklevel=1)

    assert attempt(warn, ()).output == "UserWarning: mind the gap"


def test_nothing_dots_and_not_implemented_count_as_missing():
    def stub():
        raise NotImplementedError

    assert attempt(stub, ()).is_missing
    assert attempt(lambda: None, ()).is_missing
    assert attempt(lambda: ..., ()).is_missing
    assert not attempt(lambda: 0, ()).is_missing


def test_outcomes_agree_when_value_or_kind_of_error_is_the_same():
    assert Outcome(value=1.0).agrees(Outcome(value=1))
    assert Outcome(error="KeyError").agrees(Outcome(error="KeyError", message="x"))
    assert not Outcome(value=1).agrees(Outcome(error="KeyError"))
    assert not Outcome(value=1).agrees(Outcome(value=2))


def test_a_function_that_ends_python_ends_only_the_attempt():
    def leave():
        raise SystemExit(3)

    assert attempt(leave, ()).error == "SystemExit"

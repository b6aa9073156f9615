"""Feedback on an exercise: `check` an attempt, ask for a `hint`, see the `solution`."""

from __future__ import annotations

import inspect

import numpy as np

from pruning_lab.teaching.answers import Answers, find
from pruning_lab.teaching.attempts import Function, Outcome, attempt
from pruning_lab.teaching.differences import ABBREVIATED, difference, show
from pruning_lab.teaching.feedback import NOT_ATTEMPTED, RIGHT, WRONG, Feedback
from pruning_lab.teaching.progress import keep

_given: dict[str, int] = {}  # how many hints each exercise has given since the kernel started


def check(function: Function) -> Feedback:
    """Feedback on a student's function: right, wrong or not attempted.

    The exercise is the one that asks for a function of this name. The function is called on
    each of its inputs; the first that goes wrong is shown with what was expected and what came.
    In a notebook the outcome is kept for the page `progress`.

    Parameters
    ----------
    function : the function itself, not its result: `check(magnitude_mask)`

    Raises
    ------
    ValueError
        when it is no function, or no exercise asks for one of this name.
    """
    answers = find(_name(function, "check"))
    feedback = judge(function, answers)
    keep(answers.name, feedback.outcome)
    return feedback


def hint(function: Function) -> Feedback:
    """Next hint for the exercise that asks for this function; after the last the first again."""
    answers = find(_name(function, "hint"))
    number = _given.get(answers.name, 0) % len(answers.hints)
    _given[answers.name] = number + 1
    return Feedback(
        "",
        f"Hint {number + 1} of {len(answers.hints)} for {answers.name}",
        (),
        answers.hints[number],
    )


def solution(function: Function) -> Feedback:
    """A solution, and why it works; there are others."""
    answers = find(_name(function, "solution"))
    text = f"```python\n{answers.solution}\n```\n\n{answers.why}"
    return Feedback("", f"A solution for {answers.name}", (), text)


def judge(function: Function, answers: Answers) -> Feedback:
    """Feedback on a function, given the answers that it should meet."""
    if misfit := _misfit(function, answers):
        return Feedback(WRONG, misfit)
    outcomes = [attempt(function, arguments) for arguments in answers.inputs]
    if outcomes[0].error == "NotImplementedError" or all(one.is_missing for one in outcomes):
        return _not_attempted(outcomes[0], answers)
    for number, outcome in enumerate(outcomes):
        if problem := _problem(outcome, number, answers):
            return Feedback(
                WRONG,
                f"Input {number + 1} of {len(outcomes)}{problem}",
                tuple(_details(outcome, number, answers)),
                _help(outcomes, answers),
                answers.inputs[number],
            )
    agree = f"{answers.name} gives what was expected on all {len(outcomes)} inputs."
    return Feedback(RIGHT, agree, (), answers.why)


def _name(function: object, verb: str) -> str:
    name = getattr(function, "__name__", "")
    if callable(function) and name:
        return str(name)
    raise ValueError(
        f"{verb} wants the function itself, without calling it, such as {verb}(magnitude_mask); "
        f"got {show(function, 60)}"
    )


def _misfit(function: Function, answers: Answers) -> str:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*answers.inputs[0])
    except TypeError:
        wanted = ", ".join(answers.parameters)
        return f"{answers.name} should take ({wanted}); yours takes {signature}."
    return ""


def _not_attempted(outcome: Outcome, answers: Answers) -> Feedback:
    if outcome.error:
        how = "Replace the line `raise NotImplementedError()` by your code and run the cell again."
    else:
        how = f"{answers.name} returns nothing. If you have written it, a `return` is missing."
    return Feedback(NOT_ATTEMPTED, how, (), f"`hint({answers.name})` gives a first hint.")


def _problem(outcome: Outcome, number: int, answers: Answers) -> str:
    """What is wrong with one outcome, to be said after its number; empty when nothing is."""
    if outcome.error:
        return f": your code stopped with {outcome.error}."
    if problem := difference(answers.expected[number], outcome.value):
        return f", {problem}" if problem.startswith("at ") else f": {problem}"
    if outcome.changed >= 0:
        name = answers.parameters[outcome.changed]
        copy = f"Work on a copy: `{name}.copy()`."
        if isinstance(answers.inputs[number][outcome.changed], dict):
            copy = "Make a new dict, and copy a matrix before you change it: `matrix.copy()`."
        return (
            f": the result is right, but your code changed {name}, which belongs to the caller. "
            f"{copy}"
        )
    return ""


def _details(outcome: Outcome, number: int, answers: Answers) -> list[tuple[str, str]]:
    rows = [("Input", _call(answers, answers.inputs[number]))]
    if outcome.error:
        rows.append(("Error", f"{outcome.error}: {outcome.message}\n{outcome.line}".rstrip()))
    if outcome.error or isinstance(answers.expected[number], np.ndarray | dict | list | tuple):
        pair = show(answers.expected[number]), show(outcome.value)
        if outcome.error:
            rows.append(("Expected", pair[0]))
        elif pair[0] != pair[1]:  # two long arrays may look alike when they are shortened
            rows += [("Expected", pair[0]), ("Got", pair[1])]
    if outcome.output:
        rows.append(("Printed", outcome.output[:500] + "…" * (len(outcome.output) > 500)))
    return rows


def _call(answers: Answers, arguments: tuple[object, ...]) -> str:
    """The call as it could be typed, with names where it needs several lines."""
    name, shown = answers.name, [show(argument) for argument in arguments]
    if len(line := f"{name}({', '.join(shown)})") <= 80:
        return line
    pairs = zip(answers.parameters, arguments, strict=True)
    named = [f"    {parameter}={_argument(value)},\n" for parameter, value in pairs]
    call = f"{name}(\n{''.join(named)})"
    if any(ABBREVIATED in text for text in shown):
        call += f"\n# to try it: {name}(*check({name}).arguments)"
    return call


def _argument(value: object) -> str:
    """One argument of a call in several lines; a long dict takes a line for each of its keys."""
    text = show(value)
    if not isinstance(value, dict) or len(text) <= 60:
        return text
    items = "".join(f"        {key!r}: {show(item, 100)},\n" for key, item in value.items())
    return f"{{\n{items}    }}"


def _help(outcomes: list[Outcome], answers: Answers) -> str:
    for mistake in answers.mistakes:
        if all(mine.agrees(its) for mine, its in zip(outcomes, mistake.outcomes, strict=True)):
            return mistake.hint
    return f"Stuck? `hint({answers.name})` helps a little, `solution({answers.name})` shows one."

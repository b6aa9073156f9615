"""Prove that exercises hold, and tell what feedback needs to know of them.

Refused is a source whose solution fails, whose stub counts as an attempt, in which a wrong
answer is not caught, or in which a hint does not belong to one mistake alone. The same source
gives the same answers.
"""

from __future__ import annotations

import doctest
from collections.abc import Callable

from pruning_lab.course.authored import Exercise, parse
from pruning_lab.course.sources import stub, without_marks
from pruning_lab.teaching.answers import Answers, Mistake, answers_from_json
from pruning_lab.teaching.attempts import Function, attempt
from pruning_lab.teaching.checks import judge
from pruning_lab.teaching.feedback import NOT_ATTEMPTED, RIGHT, WRONG
from pruning_lab.teaching.wire import copies

Namespace = dict[str, object]


def answers(text: str, *, variant: int = 0) -> list[Answers]:
    """Answers to the exercises of a source, each proved to hold.

    Parameters
    ----------
    text : source of a chapter's exercises
    variant : the number of a student that hidden tests of a course draw their seeds from

    Raises
    ------
    Refused
        If an exercise does not hold; the message says which and why.
    """
    shared: Namespace = {"__name__": "__main__", "variant": variant}
    return [_prove(part, shared) for part in parse(text) if _prepare(part, shared)]


def _prepare(part: Exercise, shared: Namespace) -> bool:
    """Whether the part asks for a function; its given cells are run either way."""
    for source in part.given:
        _run(part, "a given cell", source, shared)
    return bool(part.solution)


def _prove(part: Exercise, shared: Namespace) -> Answers:
    solution = _function(part, "the solution", part.solution, shared)
    shared[part.name] = solution  # a later exercise may build on it
    inputs = _inputs(part, shared)
    outcomes = [attempt(solution, arguments) for arguments in inputs]
    for outcome in outcomes:
        if outcome.error or outcome.is_missing:
            said = f"{outcome.error}: {outcome.message}" if outcome.error else "it returns nothing"
            raise part.refuse(f"the solution fails: {said}")
    wrong = [
        _function(part, f"wrong answer {i}", source, shared)
        for i, source in enumerate(part.mistakes, 1)
    ]
    made = Answers(
        name=part.name,
        title=part.title,
        parameters=_parameters(solution),
        inputs=inputs,
        expected=tuple(outcome.value for outcome in outcomes),
        mistakes=tuple(_mistake(part, function, inputs) for function in wrong),
        hints=tuple(part.hints),
        why=part.why,
        solution=without_marks(part.solution),
    )
    try:
        made = answers_from_json(made.to_json())  # what students are compared with
    except ValueError as error:
        raise part.refuse(f"a result cannot cross to the grader: {error}") from error
    _prove_outcomes(part, made, solution, wrong, shared)
    return made


def _prove_outcomes(
    part: Exercise, made: Answers, solution: Function, wrong: list[Function], shared: Namespace
) -> None:
    if (feedback := judge(solution, made)).outcome != RIGHT:
        raise part.refuse(f"the solution is not right by its own answers:\n{feedback}")
    if (error := _tests(part, solution, shared)) is not None:
        raise part.refuse(f"the solution fails the tests: {type(error).__name__}: {error}")
    nothing = _function(part, "the stub", stub(part.solution), shared)
    if (feedback := judge(nothing, made)).outcome != NOT_ATTEMPTED:
        raise part.refuse(f"the stub should count as not attempted:\n{feedback}")
    for number, (function, mistake) in enumerate(zip(wrong, made.mistakes, strict=True), 1):
        feedback = judge(function, made)
        if feedback.outcome != WRONG:
            raise part.refuse(f"wrong answer {number} is not caught; add an input that shows it")
        if feedback.help != mistake.hint:
            raise part.refuse(
                f"wrong answer {number} gives the same outputs as an earlier one, so its hint "
                "never shows; add an input that tells them apart"
            )
        if _tests(part, function, shared) is None:
            raise part.refuse(f"wrong answer {number} passes the tests")


def _inputs(part: Exercise, shared: Namespace) -> tuple[tuple[object, ...], ...]:
    scope = _run(part, "the inputs", part.inputs, dict(shared))
    inputs = scope.get("inputs")
    if not (isinstance(inputs, list) and inputs and all(isinstance(i, tuple) for i in inputs)):
        raise part.refuse("the inputs cell sets `inputs` to a list of tuples of arguments")
    _doctest(part, scope)
    try:
        return tuple(copies(arguments) for arguments in inputs)
    except ValueError as error:
        raise part.refuse(f"an input cannot cross to the grader: {error}") from error


def _mistake(part: Exercise, function: Function, inputs: tuple[tuple[object, ...], ...]) -> Mistake:
    hint = " ".join((function.__doc__ or "").split())
    if not hint:
        raise part.refuse("a wrong answer needs a docstring: the hint for that mistake")
    return Mistake(hint, tuple(attempt(function, arguments) for arguments in inputs))


def _tests(part: Exercise, function: Function, shared: Namespace) -> Exception | None:
    """What the tests raise when every value crosses to them as text; None when they pass."""

    def across(*arguments: object) -> object:
        return copies([function(*copies(arguments))])[0]

    try:
        exec(compile(part.tests, f"<tests of {part.name}>", "exec"), {**shared, part.name: across})
    except Exception as error:
        return error
    return None


def _doctest(part: Exercise, scope: Namespace) -> None:
    text = str(getattr(scope[part.name], "__doc__", ""))
    example = doctest.DocTestParser().get_doctest(text, dict(scope), part.name, None, 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    if said:
        raise part.refuse(f"the example in the docstring does not hold:\n{''.join(said)}")
    if not example.examples:
        raise part.refuse("the docstring needs an example, `>>> …`")


def _function(part: Exercise, what: str, source: str, shared: Namespace) -> Function:
    others = {name: value for name, value in shared.items() if name != part.name}
    function = _run(part, what, source, others).get(part.name)
    if not callable(function):
        raise part.refuse(f"{what} does not define {part.name}")
    return function


def _run(part: Exercise, what: str, source: str, scope: Namespace) -> Namespace:
    try:
        exec(compile(source, f"<{part.title}: {what}>", "exec"), scope)
    except Exception as error:
        raise part.refuse(f"{what} stops with {type(error).__name__}: {error}") from error
    return scope


def _parameters(function: Callable[..., object]) -> tuple[str, ...]:
    code = function.__code__
    return tuple(code.co_varnames[: code.co_argcount])

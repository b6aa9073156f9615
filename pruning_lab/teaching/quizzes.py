"""Questions with feedback for every option: Quiz may be tried again, Prediction is made once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from pruning_lab.teaching import assets
from pruning_lab.teaching.element import Element
from pruning_lab.teaching.markup import inline, plain, words

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Option:
    """One answer to choose, and what the reader is told who chose it.

    In both texts `code` and *emphasis* may stand.
    """

    text: str
    feedback: str
    right: bool = False

    def __post_init__(self) -> None:
        words(self.text, "an option", "Say what the reader chooses.")
        words(self.feedback, f"feedback of {self.text!r}", "Say why it is right or not.")


@dataclass(frozen=True)
class Question:
    """A prompt and two or more options, in the order in which they stand.

    Examples
    --------
    >>> no = Option("no", "Nothing is smaller than 0.", right=True)
    >>> Question("Is 0 kept?", [Option("yes", "It is the smallest."), no])
    Question('Is 0 kept?')
    """

    prompt: str
    options: Sequence[Option]

    def __post_init__(self) -> None:
        words(self.prompt, "the prompt of a question", "Ask something.")
        if not isinstance(self.options, Iterable):
            raise ValueError(f"question {self.prompt!r} needs a list; got {self.options!r}.")
        object.__setattr__(self, "options", tuple(_each(Option, self.options, "a question")))
        texts = [option.text for option in self.options]
        if len(texts) < 2:
            raise ValueError(f"question {self.prompt!r} needs at least two options; got {texts}.")
        if len(set(texts)) < len(texts):
            raise ValueError(f"question {self.prompt!r} lists an option twice: {texts}.")
        if self.rights > 1:
            raise ValueError(f"question {self.prompt!r} has {self.rights} right options; mark one.")

    def __repr__(self) -> str:
        return f"Question({self.prompt!r})"

    @property
    def rights(self) -> int:
        """How many options are marked right: none (a guess without a known answer) or one."""
        return sum(option.right for option in self.options)


class _Form(Element):
    """Radio buttons, a button to answer with, and feedback beside the option that was chosen."""

    _esm = assets.script("quiz")
    _kind: ClassVar[str]
    _name: ClassVar[str]
    _verb: ClassVar[str]

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = tuple(questions)
        super().__init__(markup=self._html())

    def to_text(self) -> str:
        """The questions and their options, without the answers."""
        lines = [self._name]
        for question in self._questions:
            lines += [plain(question.prompt), *(f"  - {plain(o.text)}" for o in question.options)]
        return "\n".join(lines)

    def _html(self) -> str:
        questions = "".join(_question(q, i, self._verb) for i, q in enumerate(self._questions))
        answers = "".join(map(_answers, self._questions))
        return (
            f'<form data-element="quiz" data-kind="{self._kind}" autocomplete="off">'
            f'<div class="pl-quiz pl-{self._kind}" role="group" aria-label="{self._name}">'
            f'<p class="pl-kicker" aria-hidden="true">{self._name}</p>{questions}{self._score()}'
            f'<details class="pl-answers"><summary>Answers</summary>{answers}</details>'
            "</div></form>"
        )

    def _score(self) -> str:
        return ""


class Quiz(_Form):
    """Questions with one right option each; an answer may be tried again.

    Raises
    ------
    ValueError
        If there is no question, or one without exactly one right option.
    """

    _kind, _name, _verb = "quiz", "Check yourself", "Check"

    def __init__(self, *questions: Question) -> None:
        if not questions:
            raise ValueError("a quiz needs at least one question.")
        for question in _each(Question, questions, "a quiz"):
            if question.rights != 1:
                raise ValueError(
                    f"question {question.prompt!r} has no right option; mark one with right=True."
                )
        super().__init__(questions)

    def _score(self) -> str:
        return f'<p class="pl-score" role="status">0 of {len(self._questions)} answered right</p>'


class Prediction(_Form):
    """One question before the answer is shown: the reader commits once, then sees the feedback."""

    _kind, _name, _verb = "prediction", "Your prediction", "Commit"

    def __init__(self, question: Question) -> None:
        super().__init__(list(_each(Question, [question], "a prediction")))


def _each(kind: type[Kind], things: Iterable[object], owner: str) -> Iterator[Kind]:
    """Yield the things, all of them of this kind."""
    for thing in things:
        if not isinstance(thing, kind):
            name = kind.__name__
            raise ValueError(
                f"{owner} takes {name}s; got {thing!r}. Options go in a list, "
                'questions one after another: Quiz(Question("…", [Option(…), …]), Question(…)).'
            )
        yield thing


def _question(question: Question, number: int, verb: str) -> str:
    options = "".join(
        f'<div class="pl-option"><label><input type="radio" name="q{number}" value="{i}"/> '
        f'<span>{inline(option.text)}</span></label><p class="pl-feedback" role="status"></p></div>'
        for i, option in enumerate(question.options)
    )
    return (
        f'<fieldset class="pl-question"><legend>{inline(question.prompt)}</legend>{options}'
        f'<div class="pl-actions"><button type="button">{verb}</button>'
        '<span class="pl-nudge" role="status"></span></div></fieldset>'
    )


def _answers(question: Question) -> str:
    items = "".join(
        f'<li data-verdict="{verdict}"><b>{verdict}: {inline(_sentence(option.text))}</b>'
        f' <span class="pl-why">{inline(option.feedback)}</span></li>'
        for option in question.options
        for verdict in [_verdict(question, option)]
    )
    return f"<p>{inline(question.prompt)}</p><ul>{items}</ul>"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _verdict(question: Question, option: Option) -> str:
    if not question.rights:
        return "Your guess"
    return "Right" if option.right else "Not quite"

"""Quiz and Prediction: what they refuse, and what stands without a script."""

import re

import pytest

from pruning_lab.teaching.quizzes import Option, Prediction, Question, Quiz

RIGHT = Option("the *smallest*", "Its score is `|w|`.", right=True)
WRONG = Option("the <largest>", "Then nothing & nobody would be left.")


def test_every_option_needs_feedback():
    with pytest.raises(ValueError, match="feedback of 'yes' must be words"):
        Option("yes", " ")


@pytest.mark.parametrize(
    ("prompt", "options", "said"),
    [
        (" ", [RIGHT, WRONG], "the prompt .* must be words"),
        (None, [RIGHT, WRONG], "the prompt .* must be words"),
        ("Which?", RIGHT, "needs a list"),
        ("Which?", ["yes", "no"], "a question takes Options; got 'yes'"),
        ("Which?", [RIGHT], "at least two options"),
        ("Which?", [RIGHT, RIGHT], "an option twice"),
        ("Which?", [RIGHT, Option("all", "Yes.", right=True)], "2 right options"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(prompt, options, said):
    with pytest.raises(ValueError, match=said):
        Question(prompt, options)


def test_an_option_needs_words():
    with pytest.raises(ValueError, match="an option must be words to read; got 3"):
        Option(3, "Why?")


def test_options_may_come_from_anything_that_yields_them():
    html = Quiz(Question("Which?", (option for option in [WRONG, RIGHT]))).to_html()
    assert html.count('type="radio"') == 2


def test_a_quiz_needs_questions_with_a_right_option():
    with pytest.raises(ValueError, match="at least one question"):
        Quiz()
    with pytest.raises(ValueError, match="a quiz takes Questions; got \\["):
        Quiz([Question("Which?", [WRONG, RIGHT])])
    with pytest.raises(ValueError, match="a prediction takes Questions; got Option"):
        Prediction(RIGHT)
    with pytest.raises(ValueError, match="no right option; mark one with right=True"):
        Quiz(Question("Which?", [WRONG, Option("none", "Why?")]))


def test_a_prediction_may_have_no_right_option():
    html = Prediction(Question("Which?", [WRONG, Option("none", "We shall see.")])).to_html()
    assert html.count('data-verdict="Your guess"') == 2
    assert "Not quite" not in html


def test_all_options_and_answers_stand_without_a_script():
    html = Quiz(Question("Which goes first?", [WRONG, RIGHT])).to_html()
    details = html[html.index("<details") :]
    assert html.count('type="radio"') == 2
    assert "<b>Not quite: the &lt;largest&gt;.</b>" in details
    assert "Then nothing &amp; nobody would be left." in details
    assert "<b>Right: the <em>smallest</em>.</b>" in details
    assert "<code>|w|</code>" in details


def test_an_answer_ends_with_one_full_stop():
    html = Quiz(
        Question("Which?", [Option("A sentence.", "So it is.", right=True), WRONG])
    ).to_html()
    assert "<b>Right: A sentence.</b>" in html


def test_questions_of_one_quiz_have_radio_groups_of_their_own():
    question = Question("Which?", [RIGHT, WRONG])
    html = Quiz(question, Question("And now?", [RIGHT, WRONG])).to_html()
    assert set(re.findall(r'type="radio" name="(\w+)"', html)) == {"q0", "q1"}
    assert "0 of 2 answered right" in html


def test_a_book_gets_html_and_text_without_the_answers(in_book):
    data, _ = Quiz(Question("Which goes *first*?", [WRONG, RIGHT]))._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    assert data["text/plain"] == (
        "Check yourself\nWhich goes first?\n  - the <largest>\n  - the smallest"
    )


def test_a_notebook_gets_a_widget_with_the_same_markup():
    prediction = Prediction(Question("Which?", [RIGHT, WRONG]))
    data, _ = prediction._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert prediction.markup == prediction.to_html()

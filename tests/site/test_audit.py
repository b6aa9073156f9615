"""Known weaknesses of packages: an exception has a reason and an end."""

import datetime

import pytest

import audit

TODAY = datetime.date(2026, 6, 1)
ENTRY = '[[tool.pruning-lab.audit]]\nid = "PYSEC-1"\n'


def test_an_explained_weakness_is_left_out_of_the_question():
    text = f'{ENTRY}why = "never called"\nuntil = 2026-07-01\n'
    ids = audit.explained(text, TODAY)
    assert "--ignore-vuln=PYSEC-1" in audit.command(ids)


def test_without_exceptions_every_pin_is_asked_for_as_it_stands():
    assert audit.explained("", TODAY) == []
    command = audit.command([])
    assert str(audit.LOCK) in command
    assert {"--no-deps", "--disable-pip"} <= set(command)
    assert not [word for word in command if "ignore" in word]


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("until = 2026-07-01", "needs a reason"),
        ('why = ""\nuntil = 2026-07-01', "needs a reason"),
        ('why = "never called"', "and a day"),
        ('why = "never called"\nuntil = 2026-05-31', "ended on 2026-05-31; look again"),
    ],
)
def test_an_exception_without_reason_or_end_or_past_its_end_is_refused(rest, said):
    with pytest.raises(ValueError, match=said):
        audit.explained(ENTRY + rest, TODAY)


def test_the_exceptions_of_this_repository_are_in_order():
    text = (audit.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    audit.explained(text, datetime.date(2026, 1, 1))

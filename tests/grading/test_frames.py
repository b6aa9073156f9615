"""Messages cross whole or not at all, and never wait longer than they may."""

import socket
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.grading import frames


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def soon():
    return time.monotonic() + 5


@given(st.dictionaries(st.text(), st.integers(-(2**53), 2**53) | st.text() | st.booleans()))
def test_a_message_crosses_unchanged(message):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.send(ours, message)
        assert frames.receive(theirs, soon()) == message


def test_a_long_length_is_refused_before_anything_is_read(pair):
    pair[0].sendall(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="announced"):
        frames.receive(pair[1], soon())


@pytest.mark.parametrize("text", [b"[1, 2]", b"{", b"\xff", b"7", b"[" * 100_000])
def test_what_is_no_message_is_refused(pair, text):
    pair[0].sendall(struct.pack(">I", len(text)) + text)
    with pytest.raises(ValueError, match=r"message|Expecting|decode"):
        frames.receive(pair[1], soon())


def test_a_side_that_is_gone_is_told_from_one_that_is_slow(pair):
    with pytest.raises(TimeoutError):
        frames.receive(pair[1], time.monotonic() + 0.05)
    pair[0].close()
    with pytest.raises(EOFError):
        frames.receive(pair[1], soon())


def test_drops_of_a_message_do_not_prolong_its_time(pair):
    pair[0].sendall(struct.pack(">I", 100) + b"{")
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        frames.receive(pair[1], start + 0.2)


def test_too_long_a_message_is_not_sent(pair):
    with pytest.raises(ValueError, match="may cross"):
        frames.send(pair[0], {"text": "x" * frames.LONGEST})

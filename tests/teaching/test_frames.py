"""Packing is lossless."""

from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.teaching.frames import pack, unpack

lines = st.lists(st.sampled_from(["<g>", "</g>", "a", "b", ""]), min_size=1).map("\n".join)


@given(st.lists(lines, max_size=6))
def test_every_drawing_comes_back_whole(drawings):
    packed = pack(drawings)
    assert [unpack(packed, k) for k in range(len(drawings))] == drawings


@given(st.lists(lines, max_size=6))
def test_no_line_is_stored_twice(drawings):
    table = pack(drawings)["lines"]
    assert len(table) == len(set(table))

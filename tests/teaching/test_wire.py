"""Plain values cross as text and come back; nothing else crosses, and nothing is run."""

import base64
import io
import json
import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.teaching import wire
from pruning_lab.teaching.differences import difference
from pruning_lab.teaching.wire import copies, dumps, from_json, loads

numbers = st.booleans() | st.integers(-(2**62), 2**62) | st.floats()
matrices = arrays.arrays(
    st.sampled_from([np.bool_, np.int64, np.float32, np.float64]), arrays.array_shapes(min_side=0)
)
values = st.recursive(
    numbers | st.text() | matrices | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_a_value_comes_back_as_it_went(value):
    there = dumps(value)
    assert dumps(loads(there)) == there


@given(matrices)
def test_an_array_keeps_its_shape_its_type_and_every_bit(array):
    back = loads(dumps(array))
    assert (back.shape, back.dtype) == (array.shape, array.dtype)
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


def test_numbers_of_numpy_tuples_and_special_floats_keep_their_kind():
    value = [np.float32(0.1), np.int64(3), (1, -0.0), float("inf"), {2: "two"}]
    back = loads(dumps(value))
    assert [type(one) for one in back] == [np.float32, np.int64, tuple, float, dict]
    assert str(loads(dumps(float("nan")))) == "nan"
    assert str(back[2][1]) == "-0.0"


def test_copies_share_nothing_with_what_came():
    weights = {"dense1": np.ones(3)}
    (copy,) = copies([weights])
    copy["dense1"][0] = 5
    assert not difference({"dense1": np.ones(3)}, weights)


def test_arrays_that_are_laid_out_by_column_come_back_equal():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert not difference(array, loads(dumps(array)))


class Liar(float):
    pass


@pytest.mark.parametrize(
    "value",
    [
        print,
        object(),
        {1, 2},
        Liar(1),
        1j,
        np.array([object()]),
        np.array(["text"]),
        np.zeros(2, dtype=[("a", float)]),
        {(1, 2): 3},
        {True: 1},
        1 << 70,
        np.ma.masked_less([1.0, 2.0], 2),
        np.ones((1, 1)).view(np.matrix),
    ],
    ids=lambda value: re.sub(" at 0x\\w+", "", str(value)),  # the same in every process
)
def test_what_is_no_plain_value_is_refused(value):
    with pytest.raises(ValueError, match=r"may cross|may go in|keys|bits"):
        dumps(value)


def test_endless_nesting_is_refused():
    value = []
    for _ in range(100):
        value = [value]
    with pytest.raises(ValueError, match="deep"):
        dumps(value)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"list":[' * 50_000])
def test_text_that_is_nested_without_end_is_refused(text):
    with pytest.raises(ValueError, match="deep"):
        loads(text)


def npy(array, **options):
    content = io.BytesIO()
    np.lib.format.write_array(content, array, **options)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        npy(np.array([object()]), allow_pickle=True),
        npy(np.zeros(3))[:-1],
        npy(np.zeros(3)) + b"more",
        npy(np.zeros(3)).replace(b"(3,)", b"(9,)"),
        npy(np.zeros(3), version=(2, 0)),
        b"no array at all",
    ],
)
def test_bytes_that_are_no_honest_array_are_refused(content):
    with pytest.raises(ValueError):  # noqa: PT011 - numpy words some of them
        from_json({"array": base64.b64encode(content).decode()})


@pytest.mark.parametrize(
    "content",
    [
        {"array": "%%%"},
        {"float": "1e5"},
        float("nan"),
        float("inf"),
        {"pickle": "gASVCg=="},
        {"list": [], "tuple": []},
        {"dict": [[1]]},
        {"dict": [[[], 1]]},
        [1, 2],
    ],
)
def test_text_that_nobody_wrote_is_refused(content):
    with pytest.raises(ValueError):  # noqa: PT011 - base64 words one of them
        loads(json.dumps(content))


def test_whole_numbers_arrive_as_what_the_machine_counts_in(monkeypatch):
    assert loads(dumps(np.arange(3))).dtype == np.intp
    monkeypatch.setattr(wire, "PLACES", np.dtype(np.int32))  # as in a browser
    for numbers in (np.arange(3), np.zeros((0, 2), np.int64)):
        found = loads(dumps(numbers))
        assert found.dtype == np.int32
        assert np.array_equal(found, numbers)
    large = np.array([1 << 40, -1])
    assert loads(dumps(large)).dtype == np.int64
    assert np.array_equal(loads(dumps(large)), large)
    assert loads(dumps(np.array([1.5]))).dtype == np.float64

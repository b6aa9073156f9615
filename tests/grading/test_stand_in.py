"""A stand-in is called and nothing else: no trick of equality or truth works with it."""

import operator

import pytest

from pruning_lab.grading.sandbox import Stopped
from pruning_lab.grading.stand_in import StandIn


class Recorded:
    def call(self, name, arguments, keywords):
        return name, arguments, keywords


def test_a_call_goes_to_the_jail():
    assert StandIn(Recorded(), "f")(1, [2], key=3) == ("f", [1, [2]], {"key": 3})


@pytest.mark.parametrize(
    "use",
    [
        bool,
        len,
        list,
        float,
        int,
        operator.index,
        lambda f: f == 1,
        lambda f: f < 1,
        lambda f: f[0],
    ],
)
def test_any_other_use_is_refused(use):
    with pytest.raises(Stopped):
        use(StandIn(Recorded(), "f"))


def test_it_can_be_no_key():
    with pytest.raises(TypeError):
        {StandIn(Recorded(), "f"): 1}

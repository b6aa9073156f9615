"""The sign test, against scipy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pruning_lab.report import chance


@given(st.integers(0, 200), st.integers(0, 200))
def test_chance_is_that_of_a_fair_coin(broken, fixed):
    n = broken + fixed
    want = binomtest(broken, n).pvalue if n else 1.0
    assert chance(broken, fixed) == pytest.approx(want, rel=1e-9)
    assert chance(broken, fixed) == chance(fixed, broken)


def test_thousands_of_samples_are_counted_exactly():
    assert chance(2000, 2000) == 1.0
    assert chance(3000, 0) < 1e-300

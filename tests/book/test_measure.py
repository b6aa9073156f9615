"""What `make measure` writes about a page."""

import pytest

import measure
from browser.visits import chromium, served

pytestmark = pytest.mark.browser


def test_a_page_with_a_demo_is_measured(monkeypatch):
    monkeypatch.setattr(measure, "LOADS", 1)
    with served() as address, chromium() as browser:
        found = measure.measure_page(browser, address, "chapters/08_layers")
    assert found["demos"] >= 1
    assert found["states_checked"] > 1
    for name in ("lcp_s", "first_interaction_s", "key_to_paint_ms_median"):
        assert found[name] > 0, name
    assert found["cls"] == 0
    assert measure.row(found).startswith("chapters/08_layers ")

"""A server of the built site and a Chromium, for the tests that read the book as a reader does."""

import pytest

from browser import visits as site_browser


@pytest.fixture(scope="module")
def site():
    """The address of the built site; without one these tests fail, and say what to do."""
    try:
        serving = site_browser.served()
        address = serving.__enter__()
    except ValueError as missing:
        pytest.fail(str(missing), pytrace=False)
    yield address
    serving.__exit__(None, None, None)


@pytest.fixture(scope="module")
def chromium():
    """A running browser; one a module, since Playwright allows one at a time."""
    with site_browser.chromium() as running:
        yield running


@pytest.fixture
def visit(site, chromium):
    """Open visits with a browser context's options; whatever goes wrong in one fails the test."""
    visits = []

    def begin(**options):
        visits.append(site_browser.Visit(chromium, site, **options))
        return visits[-1]

    yield begin
    for each in visits:
        each.context.close()
    assert [url for each in visits for url in each.elsewhere] == [], "asked somebody else"
    assert [error for each in visits for error in each.errors] == [], "errors in the console"

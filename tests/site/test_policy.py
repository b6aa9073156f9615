"""The policy in a page: before anything that loads, its own scripts by hash, nobody else's."""

import base64
import hashlib
import re

import pytest

import policy

HTML = """<!DOCTYPE html>
<html><head>
  <meta charset="utf-8">
  <script>one()</script>
  <script src="two.js"></script>
  <script type="module">three()</script>
  <script type="application/json">{"four": 4}</script>
</head></html>"""


def content(html):
    (found,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    return dict(rule.split(" ", 1) for rule in found.split("; "))


def digest(code):
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def test_scripts_in_the_page_are_allowed_by_their_hashes_and_data_needs_none():
    allowed = content(policy.with_policy(HTML, policy.PAGE))["script-src"].split()
    assert {word for word in allowed if word.startswith("'sha256-")} == {
        f"'sha256-{digest('one()')}'",
        f"'sha256-{digest('three()')}'",
    }
    assert "'unsafe-inline'" not in allowed
    assert "'unsafe-eval'" not in allowed


@pytest.mark.parametrize("rules", [policy.PAGE, policy.LIVE])
def test_no_rule_names_another_site_or_any_site(rules):
    for sources in rules.values():
        assert not re.search(r"\*|https?:|//|\w\.\w", sources)
    assert rules["default-src"] == "'self' file:"


def test_it_stands_before_anything_that_loads():
    html = policy.with_policy(HTML, policy.PAGE)
    assert html.index("Content-Security-Policy") < html.index("<script")
    assert html.index("<meta charset") < html.index("Content-Security-Policy")


@pytest.mark.parametrize("bare", ['<meta http-equiv="Refresh" content="0; url=a.html" />', ""])
def test_a_page_without_a_head_gets_one_too(bare):
    assert content(policy.with_policy(bare, policy.PAGE))["object-src"] == "'none'"


def test_writing_it_twice_changes_nothing_and_a_new_script_renews_it():
    once = policy.with_policy(HTML, policy.PAGE)
    assert policy.with_policy(once, policy.PAGE) == once
    renewed = policy.with_policy(once.replace("one()", "other()"), policy.PAGE)
    assert digest("other()") in renewed
    assert digest("one()") not in renewed


def test_every_page_of_a_site_gets_it_but_the_live_ones_have_their_own(tmp_path):
    for name in ("index.html", "book/a.html", "lite/index.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(HTML)
    policy.build(tmp_path)
    found = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"index.html", "a.html"}
    assert "Content-Security-Policy" in (tmp_path / "book" / "a.html").read_text()
    assert (tmp_path / "lite" / "index.html").read_text() == HTML

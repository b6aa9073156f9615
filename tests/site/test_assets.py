"""Fonts come from packages, small and under names of their own."""

import base64
import re

import pytest
from fontTools.ttLib import TTFont

import assets


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return assets.build(tmp_path_factory.mktemp("build") / "assets")


def test_every_rule_names_a_font_that_is_there(built):
    css = (built / "fonts.css").read_text(encoding="utf-8")
    files = re.findall(r'url\("([^?"]+)\?v=\w+"\)', css)
    assert len(files) == len(assets.FACES) - len(assets.FIRST)
    assert all((built / file).is_file() for file in files)
    assert css.count("font-display: optional") == len(files)
    assert css.count("font-display: block") == len(assets.FIRST)


def test_the_fonts_of_the_first_screen_stand_in_the_style_sheet(built):
    css = (built / "fonts.css").read_text(encoding="utf-8")
    inside = {base64.b64decode(text) for text in re.findall(r"base64,([^\"]+)", css)}
    names = map(assets.web_name, assets.FIRST)
    assert inside == {(built / "fonts" / f"{name}.woff2").read_bytes() for name in names}
    assert len(css) < 130_000
    assert "http" not in css


def test_a_subset_holds_what_the_book_writes_and_keeps_its_licence(built):
    font = TTFont(built / "fonts" / "BookSerif-Regular.woff2")
    assert {ord(sign) for sign in "aé–’“×±≤≥θ→−"} <= set(font.getBestCmap())
    names = {record.nameID: str(record) for record in font["name"].names}
    assert "Source" not in names[1]
    assert "Adobe" in names[0]
    for name in ("BookSerif-Regular", "BookMath-Regular"):
        licence = (built / "fonts" / f"{name}.txt").read_text()
        assert licence.startswith(("©", "Copyright"))
        assert "SIL OPEN FONT LICENSE" in licence


def test_fonts_are_small(built):
    for font in (built / "fonts").glob("*.woff2"):
        assert 10_000 < font.stat().st_size < (100_000 if "Math" in font.stem else 32_000)


def test_the_font_of_formulas_knows_how_to_set_them(built):
    font = TTFont(built / "fonts" / "BookMath-Regular.woff2")
    assert "MATH" in font
    assert {ord(sign) for sign in "Σ∑∂√𝑤𝐖ℎ‖"} <= set(font.getBestCmap())


def test_nothing_is_made_twice(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(assets, "write_fonts", made.append)
    for times, stamp in ((1, assets.stamp()), (1, assets.stamp()), (2, "another state")):
        (tmp_path / "assets.stamp").write_text(stamp, encoding="utf-8")
        assets.build(tmp_path / "assets")
        assert len(made) == times

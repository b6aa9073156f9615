"""Text to HTML is safe whatever the text."""

import json
import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.teaching import markup


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert not attributes

    def handle_data(self, data):
        self.text += data


texts = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("<>&\"'`* "))


@given(texts)
def test_only_code_and_emphasis_become_tags_and_no_word_is_lost(text):
    reader = Reader()
    reader.feed(markup.inline(text))
    reader.close()
    assert reader.tags <= {"code", "em"}
    assert reader.text == markup.plain(text)


@given(texts)
def test_data_cannot_leave_its_script_and_comes_back_whole(text):
    html = markup.data({"text": text})
    (inside,) = re.fullmatch(r'<script type="application/json">(.*)</script>', html).groups()
    assert not set(inside) & set("<>&")
    assert json.loads(inside) == {"text": text}

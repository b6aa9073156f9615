"""The service worker of the live version lists what the build made."""

import hashlib
import json
import re

import pytest

from live import worker


@pytest.fixture
def lite(tmp_path):
    for name, text in {
        "notebooks/index.html": "<html><head><title></title></head></html>",
        "lab/tree/index.html": "<html><head><title></title></head></html>",
        "index.html": "<html><head></head></html>",
        "jupyter-lite.json": '{"jupyter-config-data": {"appVersion": "0.6.4"}}',
        "service-worker.js": "theirs();",
        "build/service-worker.js": "theirs();",
        "static/pyodide/numpy.whl": "numpy",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    worker.build(tmp_path)
    return tmp_path


def test_every_file_is_listed_with_its_hash_and_their_worker_follows(lite):
    text = (lite / "service-worker.js").read_text()
    listed = json.loads(re.match(r"const FILES = (.*);", text)[1])
    assert sorted(listed) == [
        "index.html",
        "jupyter-lite.json",
        "lab/tree/index.html",
        "notebooks/index.html",
        "static/pyodide/numpy.whl",
        "visit.js",
    ]
    for name, digest in listed.items():
        assert hashlib.sha256((lite / name).read_bytes()).hexdigest().startswith(digest)
    assert text.endswith("theirs();")


def test_pages_load_the_script_that_sets_the_worker_to_work(lite):
    assert '<head><script src="../visit.js">' in (lite / "notebooks/index.html").read_text()
    assert '<head><script src="../../visit.js">' in (lite / "lab/tree/index.html").read_text()
    assert '"0.6.4"' in (lite / "visit.js").read_text()

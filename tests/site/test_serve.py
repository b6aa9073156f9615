"""The server listens on this machine only and finds a free port."""

import gzip
import threading
import urllib.request

import pytest

import serve


@pytest.fixture
def two_servers(tmp_path):
    (tmp_path / "page.mjs").write_text("export default 1")
    with serve.open_server(tmp_path, 8123) as first, serve.open_server(tmp_path, 8123) as second:
        yield first, second


def test_a_taken_port_moves_to_the_next(two_servers):
    first, second = two_servers
    assert second.server_port > first.server_port
    assert first.server_address[0] == second.server_address[0] == "127.0.0.1"


def test_where_the_book_lies_is_said_from_any_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serve.sys, "argv", ["serve.py", "0"])
    serve.main()
    assert str(serve.SITE) in capsys.readouterr().out


def test_modules_have_the_type_that_browsers_insist_on(two_servers):
    server = two_servers[0]
    threading.Thread(target=server.handle_request, daemon=True).start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/page.mjs") as answer:
        assert answer.headers["Content-Type"] == "text/javascript"


@pytest.mark.parametrize("accepted", ["gzip, br", ""])
def test_text_is_packed_for_those_who_accept_it(two_servers, tmp_path, accepted):
    server = two_servers[0]
    for text in ("a page", "a newer page"):
        (tmp_path / "index.html").write_text(text)
        threading.Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/?a=b"
        asked = urllib.request.Request(address, headers={"Accept-Encoding": accepted})
        with urllib.request.urlopen(asked) as answer:
            content = answer.read()
            assert answer.headers["Content-Type"] == "text/html"
            assert answer.headers["Cache-Control"] == "no-cache"
            assert answer.headers["Content-Encoding"] == ("gzip" if accepted else None)
        assert (gzip.decompress(content) if accepted else content).decode() == text

"""Versions side by side, the newest in front, and the files around them; tried on a real remote."""

import subprocess
import xml.etree.ElementTree as xml

import pytest

import address
import publish

BASE = "https://example.org/book"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A built site in short, with nothing beside it."""
    along = [tmp_path / name for name in ("sbom.json", "pruning-lab.pdf", "pruning-lab.epub")]
    monkeypatch.setattr(publish, "ALONG", along)
    made = tmp_path / "html"
    for name in ("book/index", "chapters/04_weights", "lite/lab/index", "search", "404"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / f"{name}.html").write_text(f"<head></head>{name}", encoding="utf-8")
    (made / "_static").mkdir()
    (made / "_static" / "book.css").write_text("")
    return made


@pytest.fixture
def repository(tmp_path):
    """A clone with a remote that has no branch of a site yet."""
    for command in (
        ["git", "init", "-q", "--bare", "remote"],
        ["git", "clone", "-q", "remote", "clone"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "clone"


def online(repository):
    """The files of the branch, as the remote has it."""
    run = ["git", "ls-tree", "-r", "--name-only", publish.BRANCH]
    done = subprocess.run(
        run, cwd=repository.parent / "remote", check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_first_version_is_also_the_latest_and_a_way_leads_there(repository, site):
    publish.publish(repository, "v0.1", BASE, site)
    found = online(repository)
    assert {"v0.1/book/index.html", "latest/book/index.html", "latest/_static/book.css"} <= found
    assert {".nojekyll", "index.html", "404.html", "robots.txt", "sitemap.xml"} <= found


def test_the_other_forms_and_the_bill_of_materials_go_with_the_version(tmp_path, site):
    publish.lay_out(tmp_path, "v0.1", BASE, site)
    for name in ("sbom.json", "pruning-lab.pdf", "pruning-lab.epub"):
        (tmp_path / name).write_text("{}")
    publish.lay_out(tmp_path, "v0.2", BASE, site)
    assert (tmp_path / "v0.2" / "sbom.json").is_file()
    listed = (tmp_path / "versions.html").read_text()
    assert "v0.2/pruning-lab.pdf" in listed
    assert "v0.2/pruning-lab.epub" in listed
    assert "v0.1/pruning-lab.pdf" not in listed


def test_latest_stays_the_newest_however_late_an_older_one_comes(tmp_path, site):
    target = tmp_path / "all"
    target.mkdir()
    for folder in ("v0.9", "v0.10", "v0.9"):  # ten is more than nine
        (site / "book" / "index.html").write_text(folder)
        publish.lay_out(target, folder, BASE, site)
    assert publish.versions(target) == ["v0.10", "v0.9"]
    assert (target / "latest" / "book" / "index.html").read_text() == "v0.10"
    assert (target / "versions.html").read_text().index("v0.10/") < (
        target / "versions.html"
    ).read_text().index("v0.9/")


def test_what_is_no_version_yet_takes_no_versions_place(repository, site):
    publish.publish(repository, "v0.1", BASE, site)
    before = online(repository)
    publish.publish(repository, "next", BASE, site)
    assert {name.split("/")[0] for name in online(repository) - before} == {"next"}


def test_a_preview_comes_and_goes_and_leaves_the_versions_alone(repository, site):
    publish.publish(repository, "v0.1", BASE, site)
    before = online(repository)
    publish.publish(repository, "preview/pr-7", BASE, site)
    assert online(repository) - before == {
        f"preview/pr-7/{path.relative_to(site).as_posix()}"
        for path in site.rglob("*")
        if path.is_file()
    }
    publish.publish(repository, "preview/pr-7", BASE, None)
    assert online(repository) == before


def test_the_branch_keeps_no_history(repository, site):
    for folder in ("v0.1", "v0.2"):
        publish.publish(repository, folder, BASE, site)
    count = ["git", "rev-list", "--count", publish.BRANCH]
    done = subprocess.run(count, cwd=repository.parent / "remote", capture_output=True, text=True)
    assert done.stdout.strip() == "1"


def test_what_another_run_pushed_in_the_meantime_is_kept(repository, site, monkeypatch):
    publish.publish(repository, "v0.1", BASE, site)
    lay_out, others = publish.lay_out, ["preview/pr-1"]

    def meanwhile(*arguments):
        if others:
            publish.publish(repository, others.pop(), BASE, site)
        lay_out(*arguments)

    monkeypatch.setattr(publish, "lay_out", meanwhile)
    publish.publish(repository, "preview/pr-2", BASE, site)
    assert {"v0.1/404.html", "preview/pr-1/404.html", "preview/pr-2/404.html"} <= online(repository)


def test_search_engines_get_the_pages_of_the_newest_version_and_no_other(tmp_path, site):
    for folder in ("v0.1", "v0.2"):
        publish.lay_out(tmp_path, folder, BASE, site)
    places = [place.text for place in xml.parse(tmp_path / "sitemap.xml").findall(".//{*}loc")]
    assert places == [f"{BASE}/latest/book/index.html", f"{BASE}/latest/chapters/04_weights.html"]
    robots = (tmp_path / "robots.txt").read_text()
    assert f"Sitemap: {BASE}/sitemap.xml" in robots
    assert {"Disallow: /next/", "Disallow: /preview/"} <= set(robots.split("\n"))


def test_a_site_without_an_address_is_not_published(repository, site):
    with pytest.raises(ValueError, match="set baseurl"):
        publish.publish(repository, "v0.1", "", site)


def test_only_the_tag_of_the_version_publishes_it(monkeypatch):
    monkeypatch.setattr(address, "version", lambda: "1.2.3")
    publish.check_tag("v1.2.3")
    with pytest.raises(ValueError, match=r"is v1\.2\.3, not v1\.2"):
        publish.check_tag("v1.2")


@pytest.mark.parametrize("said", ["https://example.org/book/", "https://example.org/book"])
def test_the_addresses_of_a_build(monkeypatch, said):
    monkeypatch.setenv("SITE_URL", said)
    monkeypatch.setattr(address, "version", lambda: "1.2.3")
    assert address.here() == f"{BASE}/v1.2"
    assert address.canonical() == f"{BASE}/latest/"
    monkeypatch.setenv("SITE_FOLDER", "preview/pr-7")
    assert address.here() == f"{BASE}/preview/pr-7"
    assert address.canonical() == f"{BASE}/latest/"


def test_one_setting_says_the_address_and_without_it_none_is_made_up(monkeypatch, tmp_path):
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setattr(address, "ROOT", tmp_path)
    (tmp_path / "_config.yml").write_text('html: {baseurl: ""}')
    assert address.base() == address.canonical() == ""
    (tmp_path / "_config.yml").write_text(f"html: {{baseurl: {BASE}}}")
    assert address.base() == BASE


def test_an_address_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("SITE_URL", "example.org")
    with pytest.raises(ValueError, match="begins with http"):
        address.base()

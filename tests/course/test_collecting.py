"""Whose file is it, and what is left out: folders and zips as learning platforms write them."""

import io
import stat
import zipfile

import corpus
import pytest

from pruning_lab.course import collecting
from pruning_lab.course.folder import COLUMNS, Course

ASSIGNMENT = "demo"
ROSTER = [
    "ada,Ada,Lovelace,ada@x.org,4711",
    "bob,Bob,Stöne,bob@x.org,4712",
    "sam1,Sam,Twin,sam1@x.org,",
    "sam2,Sam,Twin,sam2@x.org,",
]


@pytest.fixture
def roster(course):
    (course.root / "roster.csv").write_text("\n".join([",".join(COLUMNS), *ROSTER]) + "\n")
    return Course(course.root)


@pytest.fixture
def content(released):
    return corpus.written(corpus.honest(released))


def zipped(tmp_path, files):
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("lovelaceada_4711_99_demo.ipynb", "ada"),
        ("lovelaceada_LATE_4711_99_demo.ipynb", "ada"),
        ("Ada Lovelace_17_assignsubmission_file_/demo.ipynb", "ada"),
        ("Bob Stone_17_assignsubmission_file/work of mine.ipynb", "bob"),
        ("Bob Stone_17_assignsubmission_file_demo.ipynb", "bob"),
        ("bob/demo.ipynb", "bob"),
        ("export/bob/demo/demo.ipynb", "bob"),
        ("ada_demo.ipynb", "ada"),
    ],
)
def test_canvas_moodle_and_plain_folders_are_understood(roster, content, tmp_path, name, owner):
    found = collecting.collect(roster, ASSIGNMENT, zipped(tmp_path, {name: content}))
    assert found.notes == {owner: []}
    assert found.left_out == []


@pytest.mark.parametrize("name", ["Sam Twin_17_assignsubmission_file/demo.ipynb", "eve/demo.ipynb"])
def test_a_name_that_fits_nobody_or_two_is_reported_and_never_guessed(
    roster, content, tmp_path, name
):
    found = collecting.collect(roster, ASSIGNMENT, zipped(tmp_path, {name: content}))
    assert found.notes == {}
    assert "roster" in found.left_out[0]


@pytest.mark.parametrize("name", ["../ada/demo.ipynb", "/ada/demo.ipynb", "x/../../ada/demo.ipynb"])
def test_a_path_that_leads_outside_is_left_out(roster, content, tmp_path, name):
    found = collecting.collect(roster, ASSIGNMENT, zipped(tmp_path, {name: content}))
    assert found.notes == {}
    assert "outside" in found.left_out[0]


def test_links_are_left_out_of_zips_and_folders(roster, content, tmp_path):
    link = zipfile.ZipInfo("ada/demo.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a link" in collecting.collect(roster, ASSIGNMENT, path).left_out[0]

    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "demo.ipynb").write_bytes(content)
    folder = tmp_path / "folder"
    (folder / "ada").mkdir(parents=True)
    (folder / "ada" / "demo.ipynb").symlink_to(secret / "demo.ipynb")
    assert "a link" in collecting.collect(roster, ASSIGNMENT, folder).left_out[0]


def test_a_bomb_counts_as_empty_and_harms_nobody(roster, content, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/demo.ipynb", b" " * 200_000_000)
        archive.writestr("bob/demo.ipynb", content)
    found = collecting.collect(roster, ASSIGNMENT, path)
    assert "could not be read" in found.notes["ada"][0]
    assert found.notes["bob"] == []
    assert (roster.inbox(ASSIGNMENT) / "bob" / "demo.ipynb").read_bytes() == content


def test_an_archive_that_lies_about_a_file_harms_nobody(roster, content, tmp_path):
    path = tmp_path / "broken.zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("bob/demo.ipynb", content)
        archive.writestr("ada/demo.ipynb", content)
    raw = bytearray(buffer.getvalue())
    raw[raw.rindex(b"PK\x03\x04") + 60] ^= 0xFF  # within the content of the last file
    path.write_bytes(raw)
    found = collecting.collect(roster, ASSIGNMENT, path)
    assert found.notes["bob"] == []
    assert "could not be read" in found.notes["ada"][0]


def test_of_several_the_latest_counts_and_its_time_is_kept(roster, released, tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for year, answer in ((2029, "first"), (2028, "earlier")):
            info = zipfile.ZipInfo(f"{year}/ada/demo.ipynb", (year, 5, 6, 7, 8, 10))
            notebook = corpus.honest(released, {"speed": answer})
            archive.writestr(info, corpus.written(notebook))
    collecting.collect(roster, ASSIGNMENT, path)
    submitted = roster.notebook("submitted", ASSIGNMENT, "ada")
    assert "first" in submitted.read_text()
    assert submitted.with_name("timestamp.txt").read_text() == "2029-05-06 07:08:10 UTC\n"


def test_what_is_neither_folder_nor_zip_is_refused(roster, tmp_path):
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        collecting.collect(roster, ASSIGNMENT, tmp_path / "nothing.zip")
    with pytest.raises(ValueError, match="not released"):
        collecting.collect(roster, "another", tmp_path)

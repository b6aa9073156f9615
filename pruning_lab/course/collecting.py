"""Collect what students handed in: a folder, or a zip as Canvas and Moodle export it.

Files are copied one by one as bytes into the inbox; links, paths that lead outside and archives
that unpack to far more than they weigh are left out. Who handed a file in is decided by its name,
and a name that fits nobody or several students is reported, never guessed.
"""

import datetime
import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import nbformat

from pruning_lab.course.folder import Course, Student
from pruning_lab.grading.screening import LARGEST, screen

MOST_FILES = 20_000
LARGEST_ALL = 4 << 30  # bytes that a zip may unpack to
TOO_LARGE = b""  # stands for a file that is not read; it counts as empty
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<number>\d+)_assignsubmission_file_?(?P<file>.*)$")
CANVAS = re.compile(r"^(?P<name>[^_]+)_(?:LATE_)?(?P<number>\d+)_(?P<upload>\d+)_(?P<file>.+)$")


@dataclass(frozen=True)
class Handed:
    """One file as it came.

    Parameters
    ----------
    path : within the folder or zip
    content : of the file
    time : when it was handed in or saved, seconds since 1970
    """

    path: PurePosixPath
    content: bytes
    time: float


@dataclass
class Collected:
    """What collecting found, by student's id; and what it left out, with the reason."""

    notes: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def collect(course: Course, assignment: str, where: Path) -> Collected:
    """Copy submissions into the inbox, and what can be graded of them into submitted/.

    Of several files by one student the latest counts. Collecting again adds and replaces.

    Parameters
    ----------
    course : its roster says who there is
    assignment : released before
    where : a folder or a zip

    Raises
    ------
    ValueError
        If there is no such folder or zip, or the assignment is not released.
    """
    released = course.notebook("release", assignment)
    if not released.is_file():
        raise ValueError(f"{assignment} is not released; first: course release {assignment}.")
    found = Collected()
    latest: dict[str, Handed] = {}
    for handed in _files(where, found.left_out):
        owner = _owner(handed.path, course.students)
        if isinstance(owner, str):
            found.left_out.append(f"{handed.path}: {owner}")
        elif owner.id not in latest or handed.time >= latest[owner.id].time:
            latest[owner.id] = handed
    notebook = nbformat.read(released, as_version=4)
    for student, handed in sorted(latest.items()):
        found.notes[student] = _take(course, assignment, student, handed, notebook)
    return found


def _take(
    course: Course, assignment: str, student: str, handed: Handed, released: nbformat.NotebookNode
) -> list[str]:
    kept = course.inbox(assignment) / student / f"{assignment}.ipynb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(handed.content)
    notebook, notes = screen(handed.content, released)
    if notes:
        text = "**On what you handed in**\n\n" + "\n".join(f"- {note}" for note in notes)
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="notes"))
    path = course.notebook("submitted", assignment, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    when = datetime.datetime.fromtimestamp(handed.time, datetime.UTC)
    (path.parent / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
    return notes


def _files(where: Path, left_out: list[str]) -> Iterator[Handed]:
    if where.is_dir():
        return _in_folder(where, left_out)
    if where.is_file() and zipfile.is_zipfile(where):
        return _in_zip(where, left_out)
    raise ValueError(f"{where} is neither a folder nor a zip. Name what you downloaded.")


def _in_folder(where: Path, left_out: list[str]) -> Iterator[Handed]:
    for path in sorted(where.rglob("*.ipynb")):
        name = PurePosixPath(path.relative_to(where).as_posix())
        if any(
            part.is_symlink() for part in (path, *path.relative_to(where).parents) if part != Path()
        ):
            left_out.append(f"{name}: a link")
        elif path.is_file() and not path.is_symlink():
            info = path.stat()
            content = path.read_bytes() if info.st_size <= LARGEST else TOO_LARGE
            yield Handed(name, content, info.st_mtime)


def _in_zip(where: Path, left_out: list[str]) -> Iterator[Handed]:
    with zipfile.ZipFile(where) as archive:
        infos = archive.infolist()
        if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > LARGEST_ALL:
            raise ValueError(
                f"{where} holds {len(infos)} files, or unpacks to more than "
                f"{LARGEST_ALL >> 30} GB. Is it an archive of submissions?"
            )
        for info in infos:
            name = PurePosixPath(info.filename)
            if name.suffix != ".ipynb" or info.is_dir():
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                left_out.append(f"{name}: a link")
                continue
            if name.is_absolute() or ".." in name.parts or "\\" in info.filename:
                left_out.append(f"{name}: leads outside of the archive")
                continue
            yield Handed(name, _unpacked(archive, info), _time(info))


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Content, or nothing if it is larger than it may be, whatever the archive says of it."""
    content = io.BytesIO()
    try:
        with archive.open(info) as file:
            while chunk := file.read(1 << 20):
                if content.tell() + len(chunk) > LARGEST:
                    return TOO_LARGE
                content.write(chunk)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        return TOO_LARGE
    return content.getvalue()


def _time(info: zipfile.ZipInfo) -> float:
    try:
        return datetime.datetime(*info.date_time, tzinfo=datetime.UTC).timestamp()
    except ValueError:
        return 0.0


def _owner(path: PurePosixPath, students: list[Student]) -> Student | str:
    """Whose file it is, or why that cannot be said."""
    ids = {student.id: student for student in students}
    for part in path.parts:
        if part in ids:
            return ids[part]
    for part in path.parts:
        if found := MOODLE.match(part):
            return _by_name(found["name"], students)
        if found := CANVAS.match(part):
            by_number = [s for s in students if s.canvas_id == found["number"]]
            return by_number[0] if len(by_number) == 1 else _by_name(found["name"], students)
    stem = path.stem.partition("_")[0]
    return ids.get(stem, "no student of the roster is named in it")


def _by_name(name: str, students: list[Student]) -> Student | str:
    found = [
        student
        for student in students
        if _plain(name)
        in (
            _plain(student.first_name + student.last_name),
            _plain(student.last_name + student.first_name),
        )
    ]
    if len(found) == 1:
        return found[0]
    return f"{len(found)} students of the roster are called {name}"


def _plain(name: str) -> str:
    """Letters and digits alone, without accents, in lower case."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())

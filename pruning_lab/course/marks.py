"""Marks out of the gradebook: tables for Canvas and Moodle, and what the questions were worth."""

import csv
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pruning_lab.course import engine
from pruning_lab.course.folder import Course, Student

Row = dict[str, object]


@dataclass(frozen=True)
class Mark:
    """What a student has for one question.

    Parameters
    ----------
    student, assignment, question : who, where and which cell
    points, most : got, and to be had
    needs_reading : whether a person has still to mark it
    """

    student: str
    assignment: str
    question: str
    points: float
    most: float
    needs_reading: bool


def marks(course: Course) -> list[Mark]:
    """All marks of all submissions."""
    with engine.gradebook(course) as book:
        return [
            Mark(
                submission.student.id,
                submission.assignment.name,
                grade.cell.name,
                grade.score,
                grade.max_score,
                grade.needs_manual_grade,
            )
            for assignment in book.assignments
            for submission in assignment.submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        ]


def totals(course: Course) -> dict[str, dict[str, float]]:
    """Assignment -> student -> points, late penalties taken off."""
    with engine.gradebook(course) as book:
        return {
            assignment.name: {
                submission.student.id: max(0.0, submission.score - _penalty(submission))
                for submission in assignment.submissions
            }
            for assignment in book.assignments
        }


def most(course: Course) -> dict[str, float]:
    """Assignment -> points that can be had."""
    with engine.gradebook(course) as book:
        return {assignment.name: assignment.max_score for assignment in book.assignments}


def export(course: Course, folder: Path) -> list[Path]:
    """Write canvas.csv, moodle.csv, marks.csv and statistics.csv, and say where they are.

    Parameters
    ----------
    course : with graded submissions
    folder : where the files go; it is made
    """
    folder.mkdir(parents=True, exist_ok=True)
    all_marks, sums = marks(course), totals(course)
    tables = {
        "canvas.csv": canvas(course.students, sums, most(course)),
        "moodle.csv": moodle(course.students, sums),
        "marks.csv": [vars(mark) for mark in all_marks],
        "statistics.csv": statistics_of(all_marks),
    }
    return [_write(folder / name, rows) for name, rows in tables.items()]


def canvas(
    students: list[Student], sums: dict[str, dict[str, float]], best: dict[str, float]
) -> list[Row]:
    """Rows as Canvas imports them; the first says how many points there are."""
    heads = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    points = {**dict.fromkeys(heads, ""), "Student": "    Points Possible", **best}
    rows: list[Row] = [
        {
            "Student": f"{student.last_name}, {student.first_name}".strip(", ") or student.id,
            "ID": student.canvas_id,
            "SIS User ID": student.id,
            "SIS Login ID": student.email,
            "Section": "",
            **{name: by_student.get(student.id, "") for name, by_student in sums.items()},
        }
        for student in students
    ]
    return [points, *rows]


def moodle(students: list[Student], sums: dict[str, dict[str, float]]) -> list[Row]:
    """Rows as Moodle imports them, by e-mail address or ID number."""
    return [
        {
            "Email address": student.email,
            "ID number": student.id,
            **{name: by_student.get(student.id, "") for name, by_student in sums.items()},
        }
        for student in students
    ]


def statistics_of(all_marks: list[Mark]) -> list[Row]:
    """How hard each question was, and how well it tells students apart.

    `discrimination` is the correlation of the question with the rest of its assignment; empty
    where one of them is the same for everybody.
    """
    questions = dict.fromkeys((mark.assignment, mark.question) for mark in all_marks)
    return [_statistics(name, question, all_marks) for name, question in questions]


def _statistics(assignment: str, question: str, all_marks: list[Mark]) -> Row:
    here = [mark for mark in all_marks if mark.assignment == assignment]
    own = {mark.student: mark for mark in here if mark.question == question}
    rest = dict.fromkeys(own, 0.0)
    for mark in here:
        if mark.question != question:
            rest[mark.student] += mark.points
    points = [mark.points for mark in own.values()]
    best = next(iter(own.values())).most
    return {
        "assignment": assignment,
        "question": question,
        "students": len(own),
        "points": best,
        "mean": round(statistics.mean(points), 3),
        "all points": round(sum(p >= best for p in points) / len(points), 3),
        "no points": round(sum(p == 0 for p in points) / len(points), 3),
        "discrimination": _correlation(points, list(rest.values())),
        "to be read": sum(mark.needs_reading for mark in own.values()),
    }


def _correlation(one: list[float], other: list[float]) -> float | str:
    try:
        return round(statistics.correlation(one, other), 3)
    except statistics.StatisticsError:  # fewer than two students, or all alike
        return ""


def _penalty(submission: object) -> float:
    penalty = getattr(submission, "late_submission_penalty", None)
    return float(penalty or 0.0)


def _write(path: Path, rows: Iterable[Row]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return path


def _safe(value: object) -> object:
    """No cell begins as a formula: spreadsheets would run it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and value else value

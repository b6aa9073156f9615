"""The command `pruning-lab course …`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pruning_lab.course.folder import Course
from pruning_lab.experiments import progress_bar

EXAMPLES = """\
a course from beginning to end:
  pruning-lab course doctor
  pruning-lab course new ~/pruning-2030
  cd ~/pruning-2030                                   # fill in roster.csv
  pruning-lab course release 04_weights --due "2030-01-31 18:00"
  pruning-lab course collect 04_weights ~/Downloads/submissions.zip
  pruning-lab course grade 04_weights
  pruning-lab course feedback 04_weights
  pruning-lab course export
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except (ValueError, RuntimeError) as error:
        print(f"pruning-lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is graded stays graded; the same command goes on.", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pruning-lab", description="The book's companion.")
    course = parser.add_subparsers(required=True, metavar="course").add_parser(
        "course",
        help="teach with the book: release, collect, grade, return feedback, export",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = course.add_subparsers(required=True, metavar="STEP")
    new = _step(steps, "new", _new, "make a course folder")
    new.add_argument("folder", type=Path, help="does not exist yet, or is empty")
    new.add_argument("--name", default="", help="of the course; the folder's name if left out")
    new.add_argument("--exercises", type=Path, help="folder of exercises; the book's if left out")
    release = _step(steps, "release", _release, "prove an assignment and make what students get")
    release.add_argument("--due", default="", help='date and time, as "2030-01-31 18:00 UTC"')
    collect = _step(steps, "collect", _collect, "read what students handed in")
    grade = _step(steps, "grade", _grade, "grade what has changed, in isolation")
    grade.add_argument("--workers", type=int, default=0, help="how many side by side; one a core")
    feedback = _step(steps, "feedback", _feedback, "make a page for each student, and a zip")
    export = _step(steps, "export", _export, "write tables for Canvas and Moodle, and statistics")
    export.add_argument("--to", type=Path, default=Path("export"), help="folder for the tables")
    _step(steps, "doctor", _doctor, "say whether this machine can grade safely")
    for step in (release, collect, grade, feedback):
        step.add_argument("assignment", help="such as 04_weights")
    collect.add_argument("where", type=Path, help="a folder, or a zip from Canvas or Moodle")
    return parser


def _step(
    steps: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
) -> argparse.ArgumentParser:
    step = steps.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    step.set_defaults(run=run)
    return step


def _here() -> Course:
    return Course(Path.cwd())


def _new(options: argparse.Namespace) -> int:
    from pruning_lab.course import new

    source = options.exercises or new.EXERCISES
    names = new.new(options.folder, name=options.name, exercises=source)
    print(f"{options.folder} is ready, with {', '.join(names)}.")
    print("Fill in roster.csv, then release an assignment; README.md there says how.")
    return 0


def _release(options: argparse.Namespace) -> int:
    from pruning_lab.course import release

    path = release.release(_here(), options.assignment, options.due)
    print(f"Proved, and made for students: {path}")
    return 0


def _collect(options: argparse.Namespace) -> int:
    from pruning_lab.course import collecting

    found = collecting.collect(_here(), options.assignment, options.where)
    print(f"{len(found.notes)} submissions of {options.assignment}.")
    for student, notes in found.notes.items():
        for note in notes:
            print(f"  {student}: {note}")
    for reason in found.left_out:
        print(f"  left out: {reason}")
    return 0


def _grade(options: argparse.Namespace) -> int:
    from pruning_lab.course import batch

    found = batch.grade(_here(), options.assignment, workers=options.workers, progress=progress_bar)
    print(f"{len(found.judged)} graded, {len(found.unchanged)} unchanged.")
    for student, reason in found.failed.items():
        print(f"  {student} could not be graded: {reason}")
    return 1 if found.failed else 0


def _feedback(options: argparse.Namespace) -> int:
    from pruning_lab.course import returning

    path = returning.feedback(_here(), options.assignment, progress=progress_bar)
    print(f"A page for each student: {path}")
    return 0


def _export(options: argparse.Namespace) -> int:
    from pruning_lab.course import marks

    for path in marks.export(_here(), options.to):
        print(path)
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from pruning_lab.course import doctor

    findings = doctor.examine()
    for finding in findings:
        print(
            f"{'yes' if finding.holds else 'NO ':3}  {finding.what}"
            + ("" if finding.holds else f": {finding.said}")
        )
    safe = all(finding.holds for finding in findings)
    print("This machine can grade safely." if safe else "Do not grade here until this is mended.")
    return 0 if safe else 1


if __name__ == "__main__":
    sys.exit(main())

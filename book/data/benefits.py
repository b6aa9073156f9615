"""Write both studies of chapter 12 over ten seeds: python book/data/benefits.py (ten minutes).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser.
"""

from studies import write  # first: it tells numpy to use one thread

from pruning_lab.teaching.demos import moves, remedies

COMMAND = "python book/data/benefits.py"
SEEDS = range(10)


def remedies_of(seed: int) -> list[remedies.Row]:
    """All rows of one seed."""
    return [row for task in remedies.TASKS for row in remedies.study(seed, task)]


def moves_of(seed: int) -> list[moves.Row]:
    """All rows of one seed."""
    return [row for task in moves.TASKS for row in moves.study(seed, task)]


def main() -> None:
    """Run both studies."""
    write(
        remedies,
        remedies_of,
        "labels given: test of 360, validation as labelled, in truth, lies; for each of KNOBS",
        command=COMMAND,
        seeds=SEEDS,
    )
    write(moves, moves_of, "accuracies on the test parts", command=COMMAND, seeds=SEEDS)


if __name__ == "__main__":
    main()

"""Write the studies of chapter 14: python book/data/failures.py (some minutes).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser.
"""

from studies import write  # first: it tells numpy to use one thread

from pruning_lab.teaching.demos import budgets, openings, standings, treatments

COMMAND = "python book/data/failures.py"


def treatments_of(seed: int) -> list[treatments.Row]:
    """All rows of one seed."""
    return list(treatments.study(seed))


def standings_of(seed: int) -> list[standings.Row]:
    """All rows of one seed."""
    return list(standings.study(seed))


def budgets_of(seed: int) -> list[budgets.Row]:
    """All rows of one seed."""
    return list(budgets.study(seed))


def openings_of(seed: int) -> list[openings.Row]:
    """All rows of one seed."""
    return list(openings.study(seed))


def main() -> None:
    """Run the four studies."""
    read = "test digits read, of 360,"
    ten, thirty = range(10), range(30)
    write(treatments, treatments_of, "ten networks, eleven treatments", command=COMMAND, seeds=ten)
    write(standings, standings_of, f"{read} after 20 epochs", command=COMMAND, seeds=thirty)
    write(budgets, budgets_of, f"{read} after some epochs", command=COMMAND, seeds=ten)
    write(openings, openings_of, f"what is open, and {read} after training", command=COMMAND)


if __name__ == "__main__":
    main()

"""Write both studies of chapter 6 over five seeds: python book/data/recovery.py (some minutes).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser.
"""

from studies import write  # first: it tells numpy to use one thread

from pruning_lab.teaching.demos import calendars, comebacks

COMMAND = "python book/data/recovery.py"


def calendars_of(seed: int) -> list[calendars.Row]:
    """All rows of one seed."""
    return list(calendars.study(seed))


def comebacks_of(seed: int) -> list[comebacks.Row]:
    """All rows of one seed."""
    return list(comebacks.study(seed))


def main() -> None:
    """Run both studies."""
    right = "test digits read, of 360, after each"
    write(comebacks, comebacks_of, f"{right} of MARKS epochs", command=COMMAND)
    write(calendars, calendars_of, f"{right} marked epoch", command=COMMAND)


if __name__ == "__main__":
    main()

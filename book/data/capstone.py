"""Write the study of chapter 19: python book/data/capstone.py (a minute).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser.
"""

from studies import write  # first: it tells numpy to use one thread

from pruning_lab.teaching.demos import briefs

COMMAND = "python book/data/capstone.py"


def briefs_of(seed: int) -> list[briefs.Row]:
    """All rows of one seed."""
    return list(briefs.study(seed))


def main() -> None:
    """Run the study."""
    what = "bytes of the file, weights not zero, and of each digit how many are read"
    write(briefs, briefs_of, what, command=COMMAND, seeds=briefs.SEEDS)


if __name__ == "__main__":
    main()

"""Write the study of chapter 13 over five seeds: python book/data/minorities.py (a minute or two).

The numbers ship with the library, beside the demo that shows them, so that the chapter also runs
where there is no repository: in the browser.
"""

from studies import write

from pruning_lab.teaching.demos import minorities


def rows_of(seed: int) -> list[minorities.Row]:
    """All rows of one seed."""
    return [*minorities.study(seed), *minorities.every_class(seed)]


def main() -> None:
    """Run the study."""
    what = "held-out digits read right, class 0 to 9, of about 72 each"
    write(minorities, rows_of, what, command="python book/data/minorities.py")


if __name__ == "__main__":
    main()

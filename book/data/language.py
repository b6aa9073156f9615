"""Write the studies of chapter 15: python book/data/language.py (about a quarter of an hour).

Two of them need the pretrained weights (`make weights`). The numbers ship with the library, beside
the demos that show them, so that these also run where the weights are not: in the browser.
"""

from studies import write  # first: it tells numpy to use one thread

from pruning_lab.teaching import minilm
from pruning_lab.teaching.demos import language_parts, language_weights, moving

COMMAND = "python book/data/language.py"
WHAT = "shares of 120 paraphrases found among all, and chosen of four"


def parts_of(seed: int) -> list[language_parts.Row]:
    """All rows of one seed."""
    return list(language_parts.study(minilm.load(), seed))


def weights_of(seed: int) -> list[language_weights.Row]:
    """All rows of one seed."""
    return list(language_weights.study(minilm.load(), seed))


def moves_of(seed: int) -> list[moving.Row]:
    """All rows of one seed."""
    return list(moving.study(seed))


def main() -> None:
    """Run all three."""
    write(language_parts, parts_of, WHAT, command=COMMAND)
    write(language_weights, weights_of, WHAT, command=COMMAND)
    write(moving, moves_of, "share of 360 test digits read", command=COMMAND)


if __name__ == "__main__":
    main()

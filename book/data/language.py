"""Write the studies of chapter 15: python book/data/language.py (about a quarter of an hour).

Two of them need the pretrained weights (`make weights`). The numbers ship with the library, beside
the demos that show them, so that these also run where the weights are not: in the browser.
"""

from pathlib import Path

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
    """Write the scores of all parts, then run all three studies."""
    lines = [",".join(line) for line in language_parts.all_scores(minilm.load())]
    path = Path(language_parts.__file__).with_name(language_parts.SCORES_FILE)
    path.write_text("\n".join([f"# command: {COMMAND}", "kind,values", *lines]) + "\n", "utf-8")
    write(language_parts, parts_of, WHAT, command=COMMAND)
    write(language_weights, weights_of, WHAT, command=COMMAND)
    write(moving, moves_of, "share of 360 test digits read", command=COMMAND)


if __name__ == "__main__":
    main()

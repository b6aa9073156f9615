"""Sentences cut into pieces of words, each with its number in a vocabulary."""

import unicodedata
from collections.abc import Mapping

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
CONTINUED = "##"  # before a piece that does not begin its word
LONGEST = 100  # letters of a word


def pieces(sentence: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Pieces of a sentence: its words in small letters without accents, cut where need be.

    Each word is cut from the left, every time into the longest piece that the vocabulary
    knows, as BERT does [Devlin2019]_.

    Parameters
    ----------
    sentence : of a language that puts spaces between its words
    vocabulary : piece -> number

    Examples
    --------
    >>> pieces("Unpruned!", {"un": 0, "##prune": 1, "##d": 2, "!": 3})
    ['un', '##prune', '##d', '!']
    """
    return [piece for word in words(sentence) for piece in cut(word, vocabulary)]


def words(sentence: str) -> list[str]:
    """Words and punctuation marks, in small letters without accents.

    Examples
    --------
    >>> words("Café, isn't it?")
    ['cafe', ',', 'isn', "'", 't', 'it', '?']
    """
    plain = unicodedata.normalize("NFD", sentence.lower())
    spaced = (f" {c} " if _is_mark(c) else c for c in plain if unicodedata.category(c) != "Mn")
    return "".join(spaced).split()


def cut(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Pieces of one word; ``[UNK]`` if it cannot be made of pieces.

    Examples
    --------
    >>> cut("prunes", {"prune": 0, "##s": 1}), cut("x", {"prune": 0})
    (['prune', '##s'], ['[UNK]'])
    """
    found: list[str] = []
    start = 0
    while start < len(word) <= LONGEST:
        before = CONTINUED if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if before + word[start:end] in vocabulary), None)
        if end is None:
            return [UNKNOWN]
        found.append(before + word[start:end])
        start = end
    return found or [UNKNOWN]


def _is_mark(letter: str) -> bool:
    """Whether it stands by itself: punctuation, and what a keyboard has besides letters."""
    ascii_sign = (
        letter.isascii() and letter.isprintable() and not (letter.isalnum() or letter == " ")
    )
    return ascii_sign or unicodedata.category(letter).startswith("P")

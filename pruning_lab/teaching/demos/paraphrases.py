"""Three tests of what a sentence model understands: an easy one, a telling one, a hopeless one."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.teaching.minilm import MiniLM

CHOICES = 4  # of the easy test


class Marks(NamedTuple):
    """What a model gets right with paraphrases, as shares.

    Parameters
    ----------
    found : of the sentences whose paraphrase comes first among those of all sentences
    chosen : the same if it stands among only four, the other three drawn at random; this is the
        mean over all draws, so nothing is left to chance
    """

    found: float
    chosen: float

    def __str__(self) -> str:
        return f"{self.found:.0%} found, {self.chosen:.0%} chosen"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Lines of a table of sentences that ships with the library, without its head."""
    text = files(__package__).joinpath(name).read_text("utf-8")
    return tuple(
        tuple(line.split(";")) for line in text.splitlines() if line and not line.startswith("#")
    )


def pairs() -> tuple[list[str], list[str], list[str]]:
    """Topics, sentences and their paraphrases; four a topic."""
    topics, sentences, paraphrases = zip(*rows("sentences.csv"), strict=True)
    return list(topics), list(sentences), list(paraphrases)


def near_misses() -> list[tuple[str, ...]]:
    """What differs, a sentence, its paraphrase, and a near miss: nearly the same words."""
    return list(rows("near_misses.csv"))


def calibration(count: int | None = None, *, rng: np.random.Generator | None = None) -> list[str]:
    """Sentences of this book that no test uses; some of them drawn by lot, if a count is given."""
    every = [" ".join(row) for row in rows("calibration.txt")]
    if count is None or rng is None:
        return every
    return [every[i] for i in np.sort(rng.choice(len(every), count, replace=False))]


def ranks(cosines: Array) -> Array:
    """How many of a row are nearer than the right one, on the diagonal, (n,).

    Examples
    --------
    >>> ranks(np.array([[0.9, 0.1], [0.8, 0.3]]))
    array([0, 1])
    """
    right = np.diagonal(cosines)[:, None]
    nearer: Array = np.count_nonzero(cosines > right, axis=1)
    return nearer


def first_of_four(ranks: Array) -> Array:
    """Chance that the right one beats three drawn from the others, (n,), given its rank.

    Examples
    --------
    >>> first_of_four(np.array([0, 0, 3, 1]))
    array([1., 1., 0., 0.])
    """
    others = len(ranks) - 1
    behind = others - ranks
    chances = np.ones(len(ranks))
    for drawn in range(CHOICES - 1):
        chances *= np.maximum(behind - drawn, 0) / (others - drawn)
    return chances


def marks(model: MiniLM) -> Marks:
    """What a model gets right in the first two tests."""
    _, sentences, paraphrases = pairs()
    return marks_of(model([*sentences, *paraphrases]))


def marks_of(vectors: Array) -> Marks:
    """The same from the vectors, (2n, width): first of the sentences, then of the paraphrases."""
    found = ranks(cosines(*np.split(vectors, 2)))
    return Marks(float(np.mean(found == 0)), float(first_of_four(found).mean()))


def cosines(ones: Array, others: Array) -> Array:
    """Cosine of each vector with each of the others, (ones, others)."""
    lengths = np.outer(np.linalg.norm(ones, axis=1), np.linalg.norm(others, axis=1))
    result: Array = ones @ others.T / lengths
    return result


def told(model: MiniLM) -> float:
    """Share of the near misses that lie further off than the paraphrase."""
    return float(np.mean(margins(model) > 0))


def margins(model: MiniLM) -> Array:
    """Cosine with the paraphrase less cosine with the near miss, (near misses,)."""
    _, sentences, paraphrases, misses = (list(part) for part in zip(*near_misses(), strict=True))
    vectors = model([*sentences, *paraphrases, *misses]).reshape(3, len(sentences), -1)
    result: Array = (vectors[0] * (vectors[1] - vectors[2])).sum(axis=1)
    return result

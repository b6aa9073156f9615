"""A leaderboard: the cards in a folder, in order, and what keeps the others off it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pruning_lab.report.budget import Budget
from pruning_lab.report.card import Card, lacks
from pruning_lab.report.card_files import read_card


@dataclass(frozen=True)
class Place:
    """One line of a leaderboard.

    Parameters
    ----------
    place : from 1; equal ones share it; 0 is for a card that is not ranked
    card : None if it could not be read
    name : of the folder that it lay in
    why : what keeps it off the ranks
    """

    place: int
    card: Card | None
    name: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaderboard:
    """Cards in order. ``print(leaderboard)`` gives the table.

    Parameters
    ----------
    places : the ranked first, then the others by name
    """

    places: tuple[Place, ...]

    def __str__(self) -> str:
        lines = [f"{'':3}{'team':16}{'bytes':>7}  worst class  all"]
        for row in self.places:
            if row.place and row.card:
                own = row.card.pruned
                lines.append(
                    f"{row.place:<3}{row.card.team:16.15}{own.nbytes:7,}"
                    f"{own.worst_class:13.1%}{own.accuracy:7.1%}"
                )
            else:
                lines.append(f"-  {row.card.team if row.card else row.name}")
                lines += [f"     {sentence}" for sentence in row.why]
        return "\n".join(lines)


def ranked(cards: Sequence[tuple[str, Card]], budget: Budget) -> Leaderboard:
    """Leaderboard of cards: fewest bytes first, then the better worst class, then as equals.

    Only what is complete and within the budget has a place. Bytes decide, since they are the same
    on every machine; a few digits more or less are luck.

    Parameters
    ----------
    cards : name and card, in any order
    budget : to keep to

    Examples
    --------
    >>> from pruning_lab.report.card import Result, Way
    >>> one = Result(seed=0, nbytes=800, nonzeros=90, right=(9, 6), samples=(10, 10))
    >>> card = Card("ours", "", "validation", {"pruned": Way(60, (one,))}, {}, "", "slow")
    >>> print(ranked([("ours", card)], Budget(4096, 0.5, 0.5)))
       team              bytes  worst class  all
    -  ours
         pruned: 1 seed, 5 are asked for
         no way called dense
         no way called random
         no times of dense and pruned, or of which machine
    """
    reasons = {name: (*budget.broken_by(card), *lacks(card)) for name, card in cards}
    by_name = sorted(cards, key=lambda pair: pair[0])
    good = sorted((pair for pair in by_name if not reasons[pair[0]]), key=_key)
    keys = [_key(pair) for pair in good]
    rows = [Place(1 + keys.index(_key(pair)), pair[1], pair[0]) for pair in good]
    rest = [pair for pair in by_name if reasons[pair[0]]]
    return Leaderboard((*rows, *(Place(0, card, name, reasons[name]) for name, card in rest)))


def leaderboard(folder: str | Path, budget: Budget) -> Leaderboard:
    """Leaderboard of all handed-in cards, ``folder/*/card.json``; unreadable ones are named.

    Parameters
    ----------
    folder : holds one folder a team, as `hand_in` writes them
    budget : to keep to

    Raises
    ------
    ValueError
        If there is no card at all.
    """
    files = sorted(Path(folder).glob("*/card.json"))
    if not files:
        raise ValueError(f"{folder} holds no card: one folder a team was expected, each card.json.")
    cards, unread = [], []
    for file in files:
        try:
            cards.append((file.parent.name, read_card(file)))
        except ValueError as error:
            unread.append(Place(0, None, file.parent.name, (str(error),)))
    return Leaderboard((*ranked(cards, budget).places, *unread))


def _key(named: tuple[str, Card]) -> tuple[int, float]:
    own = named[1].pruned
    return own.nbytes, -own.worst_class

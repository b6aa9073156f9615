"""A budget: what a model may take and must give, and where a card does not keep to it."""

from dataclasses import dataclass

from pruning_lab.report.card import Card


@dataclass(frozen=True)
class Budget:
    """What a model may take and must give.

    Parameters
    ----------
    nbytes : of the largest file, at most
    share_of_time : of the dense network's milliseconds, at most
    worst_class : accuracy of each class in each seed, at least

    Examples
    --------
    >>> Budget(nbytes=4096, share_of_time=0.5, worst_class=0.8)
    Budget(nbytes=4096, share_of_time=0.5, worst_class=0.8)
    """

    nbytes: int
    share_of_time: float
    worst_class: float

    def __post_init__(self) -> None:
        if self.nbytes < 1 or not self.share_of_time > 0 or not 0 <= self.worst_class <= 1:
            raise ValueError(
                "a budget has bytes from 1, a share of time above 0 and a worst class from 0 to 1; "
                f"got {self}. Accuracies are shares: 80 % is 0.8."
            )

    def broken_by(self, card: Card) -> list[str]:
        """What does not keep to the budget, one sentence each; empty if all does.

        Examples
        --------
        >>> from pruning_lab.report.card import Result, Way
        >>> one = Result(seed=0, nbytes=800, nonzeros=90, right=(9, 6), samples=(10, 10))
        >>> times = {"dense": (1.0, 1.0, 2.0), "pruned": (1.0, 1.0, 1.5)}
        >>> card = Card("ours", "", "", {"pruned": Way(60, (one,))}, times, "", "")
        >>> Budget(nbytes=500, share_of_time=0.5, worst_class=0.6).broken_by(card)
        ['800 bytes, 500 are allowed', '100% of the dense time, 50% are allowed']
        """
        own, found = card.pruned, []
        if own.nbytes > self.nbytes:
            found.append(f"{own.nbytes:,} bytes, {self.nbytes:,} are allowed")
        if own.worst_class < self.worst_class:
            found.append(f"worst class {own.worst_class:.1%}, {self.worst_class:.1%} is asked for")
        share = card.share_of_time
        if share is not None and share > self.share_of_time:
            found.append(f"{share:.0%} of the dense time, {self.share_of_time:.0%} are allowed")
        return found

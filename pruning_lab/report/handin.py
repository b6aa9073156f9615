"""A handed-in folder: a card and one file of weights a seed; and what can be counted again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pruning_lab.datasets import Split
from pruning_lab.report.budget import Budget
from pruning_lab.report.card import PRUNED, Card, Result, Way, lacks, result
from pruning_lab.report.card_files import read_card, write_card
from pruning_lab.report.network_files import load_network

SLACK = 1  # samples of a class that another machine's rounding may turn


def hand_in(folder: str | Path, card: Card, files: Mapping[int, Path]) -> Path:
    """Folder that holds a card and a copy of the file of each seed, to be sent or judged.

    Parameters
    ----------
    folder : is made, if it is not there
    card : says what the files hold
    files : seed -> file of `save_network`

    Raises
    ------
    ValueError
        If a seed of the card has no file.
    """
    seeds = [one.seed for one in card.pruned.results]
    if lost := [seed for seed in seeds if seed not in files]:
        raise ValueError(f"the card has seeds without a file: {lost}. Hand in one file each.")
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    write_card(place / "card.json", card)
    for seed in seeds:
        (place / f"seed{seed}.pruned").write_bytes(Path(files[seed]).read_bytes())
    return place


@dataclass(frozen=True)
class Verdict:
    """What a machine can say of a hand-in. ``print(verdict)`` gives it line by line.

    Parameters
    ----------
    false : what the files contradict
    broken : where the budget is not kept
    missing : what the card does not say
    """

    false: tuple[str, ...]
    broken: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.false or self.broken or self.missing)

    def __str__(self) -> str:
        kinds = {"not so": self.false, "over budget": self.broken, "missing": self.missing}
        lines = [f"{kind}: {what}" for kind, found in kinds.items() for what in found]
        return "\n".join(lines) or "counted again: true, within the budget, complete"


def judge(folder: str | Path, budget: Budget, tests: Callable[[int], Split]) -> Verdict:
    """Automatic part of grading: every file is loaded and counted again, the card is checked.

    The budget is checked on what is counted, not on what is claimed. Bytes and weights must agree
    exactly, and of each class all but one digit, since another machine adds in another order.
    Only what is handed in can be counted again: baselines and times are taken as they are
    written, and whether test digits were used nobody can see.

    Parameters
    ----------
    folder : of `hand_in`
    budget : to keep to
    tests : from a seed to the test part of its split

    Raises
    ------
    ValueError
        If the card or a file cannot be read.

    Examples
    --------
    A folder without a card is refused:

    >>> judge("nowhere", Budget(4096, 0.5, 0.8), lambda seed: Split(np.eye(2), np.arange(2)))
    Traceback (most recent call last):
    ...
    ValueError: nowhere has no card.json. Was the folder written by hand_in?
    """
    place = Path(folder)
    if not (place / "card.json").is_file():
        raise ValueError(f"{folder} has no card.json. Was the folder written by hand_in?")
    card = read_card(place / "card.json")
    false, counted = [], []
    for claimed in card.pruned.results:
        found = _counted(claimed, place / f"seed{claimed.seed}.pruned", tests)
        false += _differences(claimed, found)
        counted.append(found or claimed)
    own = Way(card.pruned.epochs, tuple(counted))
    true = replace(card, ways={**card.ways, PRUNED: own})  # what is not so keeps to no budget
    return Verdict(tuple(false), tuple(budget.broken_by(true)), tuple(lacks(true)))


def _counted(claimed: Result, file: Path, tests: Callable[[int], Split]) -> Result | None:
    if not file.is_file():
        return None
    net, data = load_network(file), tests(claimed.seed)
    return result(net, data, seed=claimed.seed, nbytes=file.stat().st_size)


def _differences(claimed: Result, found: Result | None) -> list[str]:
    who = f"seed {claimed.seed}"
    if found is None:
        return [f"{who}: there is no file of weights"]
    said = [
        f"{who}: {name} {getattr(claimed, name):,} on the card, {getattr(found, name):,} counted"
        for name in ("nbytes", "nonzeros")
        if getattr(claimed, name) != getattr(found, name)
    ]
    if claimed.samples != found.samples:
        return [*said, f"{who}: samples {claimed.samples} on the card, {found.samples} counted"]
    return said + [
        f"{who}: class {label} {one} right on the card, {other} counted"
        for label, (one, other) in enumerate(zip(claimed.right, found.right, strict=True))
        if abs(one - other) > SLACK
    ]

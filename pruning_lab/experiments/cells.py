"""A cell: one criterion at one sparsity with one seed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pruning_lab.arrays import checked_sparsity, checked_whole

DENSE = "dense"
RANDOM = "random"

T = TypeVar("T")


@dataclass(frozen=True)
class Cell:
    """What one run is to measure.

    Parameters
    ----------
    criterion : its name
    sparsity : fraction to prune, in [0, 1]
    seed : 0 or more; decides everything that is drawn

    Raises
    ------
    ValueError
        If the name is no text, or a number is out of range.

    Examples
    --------
    >>> Cell("magnitude", 0.8, 0)
    Cell(criterion='magnitude', sparsity=0.8, seed=0)
    """

    criterion: str
    sparsity: float
    seed: int

    def __post_init__(self) -> None:
        if not isinstance(self.criterion, str) or not self.criterion:
            raise ValueError(f"a criterion is named by a text; got {self.criterion!r}.")
        object.__setattr__(self, "sparsity", checked_sparsity(self.sparsity))
        object.__setattr__(self, "seed", checked_whole(self.seed, "seed", least=0))


def cells(criteria: Iterable[str], sparsities: Iterable[float], seeds: Iterable[int]) -> list[Cell]:
    """Every criterion at every sparsity with every seed, and the two baselines.

    Parameters
    ----------
    criteria : names; ``random`` is added if it is not there
    sparsities : fractions to prune
    seeds : at least five for a claim

    Returns
    -------
    cells
        Seed by seed. The dense baseline comes once for each seed, at sparsity 0.

    Raises
    ------
    ValueError
        If there are no sparsities or seeds, one comes twice, or is out of range.

    Examples
    --------
    >>> [(c.criterion, c.sparsity) for c in cells(["magnitude"], [0.5], seeds=[0])]
    [('dense', 0.0), ('random', 0.5), ('magnitude', 0.5)]
    """
    criteria, sparsities, seeds = listed(criteria), listed(sparsities), listed(seeds)
    names = [RANDOM, *(name for name in criteria if name not in (RANDOM, DENSE))]
    found = []
    for seed in seeds:
        found.append(Cell(DENSE, 0.0, seed))
        found += [Cell(name, sparsity, seed) for name in names for sparsity in sparsities]
    if not sparsities or not seeds:
        raise ValueError("an experiment needs at least one sparsity and one seed; got none.")
    check_once(found)
    return found


def check_once(planned: list[Cell]) -> None:
    """Refuse a list of cells that holds something else, or one of them twice."""
    for cell in planned:
        if not isinstance(cell, Cell):
            raise ValueError(f"expected cells, as cells(...) makes them; got {cell!r}.")
    if len(set(planned)) < len(planned):
        twice = next(cell for i, cell in enumerate(planned) if cell in planned[:i])
        raise ValueError(f"each cell counts once; {twice} comes twice. Is a value repeated?")


def listed(values: Iterable[T]) -> list[T]:
    """Values as a list, if they are many and no text."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"expected a list, such as [0, 1, 2]; got {values!r}.")
    return list(values)

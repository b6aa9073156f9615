"""A study: networks that are trained, pruned, retrained and tested, all on one budget."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from pruning_lab.arrays import Mask, Scores, checked_whole
from pruning_lab.criteria import magnitude, random
from pruning_lab.datasets import Dataset, Split
from pruning_lab.experiments.cells import DENSE, RANDOM, Cell, cells
from pruning_lab.groups import Granularity
from pruning_lab.measure import accuracy
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune_in_steps
from pruning_lab.tiles import Everything, Single, Tile

MAGNITUDE = "magnitude"


class Drawn(Protocol):
    """Where data come from."""

    def __call__(self, *, rng: np.random.Generator) -> Dataset:
        """Data split by a generator, such as `datasets.digits`."""
        ...  # pragma: no cover


@dataclass(frozen=True, eq=False)
class Study:
    """Task for `run`: from a cell to accuracy and loss on the test part.

    A seed decides split, initial weights and order of batches, and does so alike for every
    criterion and sparsity: compare within seeds. The dense baseline is trained as long as the
    others are trained and retrained together. Each cell trains its own dense network, so that
    cells need nothing of each other.

    Parameters
    ----------
    data : draws a split, such as `datasets.digits`
    sizes : of the `mlp`
    epochs : of training before the first pruning
    retraining_epochs : of retraining in all, the same number after each step
    criteria : name -> function from a network and the training part to scores; ``random`` and
        ``magnitude`` are always there
    schedule : from the final sparsity and the number of steps to the schedule, such as
        `schedules.cubic`; None prunes in one shot
    steps : how often to prune and retrain
    learning_rate : of Adam, before and after pruning
    granularity, scope : as in `prune`

    Raises
    ------
    ValueError
        If a baseline is redefined, numbers are out of range, retraining cannot be shared
        equally, or there are many steps and no schedule.

    Examples
    --------
    >>> from pruning_lab import datasets
    >>> study = Study(datasets.digits, (64, 20, 10), epochs=2, retraining_epochs=1)
    >>> sorted(study(Cell("magnitude", 0.5, seed=0)))
    ['accuracy', 'emptied_layers', 'loss', 'weights_kept']
    """

    data: Drawn
    sizes: Sequence[int]
    epochs: int
    retraining_epochs: int
    criteria: Mapping[str, Callable[[Network, Split], Scores]] = field(default_factory=dict)
    schedule: Callable[[float, int], Callable[[int], float]] | None = None
    steps: int = 1
    learning_rate: float = 1e-3
    granularity: Granularity = Single()
    scope: Tile = Everything()

    def __post_init__(self) -> None:
        checked_whole(self.epochs, "epochs", least=0)
        checked_whole(self.steps, "steps")
        checked_whole(self.retraining_epochs, "retraining_epochs", least=0)
        if self.retraining_epochs % self.steps:
            raise ValueError(
                "retraining epochs are shared equally among the steps; got "
                f"{self.retraining_epochs} epochs and {self.steps} steps."
            )
        if self.schedule is None and self.steps > 1:
            raise ValueError(
                f"{self.steps} steps need a schedule, such as schedules.cubic; got None."
            )
        if not isinstance(self.criteria, Mapping) or not all(map(callable, self._called())):
            raise ValueError(
                "data and schedule are functions, criteria a dictionary from names to functions; "
                f"got {self.data!r}, {self.schedule!r} and {self.criteria!r}."
            )
        if taken := {DENSE, RANDOM, MAGNITUDE} & set(self.criteria):
            raise ValueError(f"{sorted(taken)} are always there; choose another name.")

    def cells(self, sparsities: Iterable[float], seeds: Iterable[int]) -> list[Cell]:
        """All cells of this study: baselines, magnitude and the other criteria."""
        return cells([MAGNITUDE, *self.criteria], sparsities, seeds)

    def __call__(self, cell: Cell) -> dict[str, float]:
        """Accuracy and loss on the test part, weights kept, and layers that lost all."""
        splitting, starting, drawing, shuffling = (
            np.random.default_rng([cell.seed, stream]) for stream in range(4)
        )
        data = self.data(rng=splitting)
        net = self._trained(mlp(self.sizes, rng=starting), data.train, self.epochs, shuffling)
        criterion = self._criterion(cell.criterion, data.train, drawing)
        each = self.retraining_epochs // self.steps
        *_, (pruned, mask) = prune_in_steps(
            net,
            criterion,
            self._sparsities(cell),
            retrain=lambda model, kept: self._trained(model, data.train, each, shuffling, kept),
            granularity=self.granularity,
            scope=self.scope,
        )
        return {
            "accuracy": accuracy(pruned, data.test.x, data.test.y),
            "loss": pruned.loss(data.test.x, data.test.y),
            "weights_kept": sum(int(np.count_nonzero(kept)) for kept in mask.values()),
            "emptied_layers": sum(not kept.any() for kept in mask.values()),
        }

    def _called(self) -> list[object]:
        """What must be callable."""
        optional = [] if self.schedule is None else [self.schedule]
        return [self.data, *optional, *self.criteria.values()]

    def _sparsities(self, cell: Cell) -> list[float]:
        if cell.criterion == DENSE:  # the same steps, none of which prunes
            return [0.0] * self.steps
        if self.schedule is None:
            return [cell.sparsity]
        schedule = self.schedule(cell.sparsity, self.steps)
        return [schedule(step) for step in range(1, self.steps + 1)]

    def _criterion(
        self, name: str, seen: Split, rng: np.random.Generator
    ) -> Callable[[Network], Scores]:
        if name == RANDOM:
            return lambda net: random(net, rng=rng)
        if name in (DENSE, MAGNITUDE):
            return magnitude
        if name not in self.criteria:
            known = [DENSE, RANDOM, MAGNITUDE, *self.criteria]
            raise ValueError(f"this study knows the criteria {known}; got {name!r}.")
        return lambda net: self.criteria[name](net, seen)

    def _trained(
        self,
        net: Network,
        seen: Split,
        epochs: int,
        rng: np.random.Generator,
        mask: Mask | None = None,
    ) -> Network:
        return train(
            net,
            seen.x,
            seen.y,
            epochs=epochs,
            rng=rng,
            learning_rate=self.learning_rate,
            mask=mask,
        )

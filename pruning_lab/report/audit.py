"""The audit card: what a mean accuracy hides about two models, in one small table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pruning_lab.arrays import Bools, Number, check_rng
from pruning_lab.datasets import Split
from pruning_lab.measure import Classifier, accuracy, calibration_error, exemplars
from pruning_lab.report.chance import SIGNIFICANT, chance

WIDE = 22


@dataclass(frozen=True)
class Change:
    """What became of some samples, as counts.

    Parameters
    ----------
    samples : how many
    right : labels found before
    broken : right before, wrong after
    fixed : wrong before, right after
    otherwise : wrong before and wrong after, but with another label

    Examples
    --------
    >>> found = Change(samples=100, right=90, broken=6, fixed=2, otherwise=1)
    >>> found.before, found.after, found.changed
    (0.9, 0.86, 9)
    """

    samples: int
    right: int
    broken: int
    fixed: int
    otherwise: int

    @property
    def before(self) -> float:
        """Share of the samples whose label was found before."""
        return self.right / self.samples

    @property
    def after(self) -> float:
        """Share of the samples whose label is found after."""
        return (self.right - self.broken + self.fixed) / self.samples

    @property
    def changed(self) -> int:
        """Samples that got another label: broken, fixed and otherwise."""
        return self.broken + self.fixed + self.otherwise

    def verdict(self, among: int = 1) -> str:
        """``worse`` or ``better`` if a coin explains it in fewer than 1 of 20 cases, else ``-``.

        Parameters
        ----------
        among : from how many groups this one was picked for its counts; the best or worst of
            many stands out by luck alone
        """
        if among * chance(self.broken, self.fixed) >= SIGNIFICANT:
            return "-"
        return "worse" if self.broken > self.fixed else "better"


@dataclass(frozen=True)
class Audit:
    """What changed between two models. ``print(audit)`` gives the card.

    Parameters
    ----------
    whole : of all samples
    classes : label -> of the samples of that class
    noisy : of all samples, with noise added
    noise : its standard deviation
    calibration : errors before and after; None where a model gives labels only
    """

    whole: Change
    classes: Mapping[int, Change]
    noisy: Change
    noise: float
    calibration: tuple[float | None, float | None]

    @property
    def lowest(self) -> int:
        """Class that is found least after; on a tie the lowest label."""
        return min(self.classes, key=lambda label: self.classes[label].after)

    @property
    def lost_most(self) -> int:
        """Class whose accuracy fell most; on a tie the lowest label."""
        falls = {label: found.before - found.after for label, found in self.classes.items()}
        return max(falls, key=lambda label: falls[label])

    def __str__(self) -> str:
        heads = f"{f'{self.whole.samples:,} samples':{WIDE}}{'before':>7}{'after':>7}"
        rows = {
            "all": (self.whole, 1),
            f"class {self.lowest}, lowest after": (self.classes[self.lowest], len(self.classes)),
            f"class {self.lost_most}, lost most": (self.classes[self.lost_most], len(self.classes)),
            f"all, with noise {self.noise:g}": (self.noisy, 1),
        }
        return "\n".join(
            [
                f"{heads}{'broken':>8}{'fixed':>7}{'other':>7}",
                *(_row(words, found, among) for words, (found, among) in rows.items()),
                f"{'calibration error':{WIDE}}" + "".join(map(_error, self.calibration)),
            ]
        )


def _row(words: str, found: Change, among: int) -> str:
    counts = f"{found.broken:8,}{found.fixed:7,}{found.otherwise:7,}"
    shares = f"{found.before:7.1%}{found.after:7.1%}"
    return f"{words:{WIDE}}{shares}{counts}  {found.verdict(among)}"


def _error(error: float | None) -> str:
    return "   none" if error is None else f"{error:7.1%}"


def audit(
    before: Classifier,
    after: Classifier,
    data: Split,
    *,
    noise: float,
    rng: np.random.Generator,
) -> Audit:
    """Audit card of two models: what became of all samples, of each class, and under noise.

    Any two models that ``predict`` labels can be compared: dense and pruned, a forest and a
    tree, one training and the next. Compare two dense models from different seeds as well, to
    learn how much changes without any pruning. Equal accuracies hide how classes and samples
    are affected [Hooker2019]_. The calibration error is measured of models that can be called
    and then give logits, as a `Network` does.

    Parameters
    ----------
    before, after : have ``predict``
    data : samples and labels that neither was trained on, such as ``data.test``
    noise : standard deviation of normal noise, in the units of ``data.x``; above 0
    rng : draws it, once for both models

    Raises
    ------
    ValueError
        If data is no Split, has no samples, or noise is no positive number.

    Examples
    --------
    >>> from pruning_lab.network import Dense, Network
    >>> copy = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> swap = Network({"only": Dense(np.eye(2)[::-1], np.zeros(2))})
    >>> data = Split(9 * np.eye(2)[[0, 1, 0, 1]], np.array([0, 0, 0, 1]))
    >>> print(audit(copy, swap, data, noise=0.1, rng=np.random.default_rng(0)))
    4 samples              before  after  broken  fixed  other
    all                     75.0%  25.0%       3      1      0  -
    class 1, lowest after  100.0%   0.0%       1      0      0  -
    class 1, lost most     100.0%   0.0%       1      0      0  -
    all, with noise 0.1     75.0%  25.0%       3      1      0  -
    calibration error       25.0%  75.0%
    """
    _check(data, noise)
    check_rng(rng)
    spread = noise * rng.standard_normal(np.shape(data.x))
    noisy = Split((data.x + spread).astype(np.result_type(data.x, np.float32)), data.y)
    return Audit(
        whole=_change(before, after, data),
        classes={
            label: _change(before, after, Split(data.x[mine], data.y[mine]))
            for label, mine in _by_class(data)
        },
        noisy=_change(before, after, noisy),
        noise=float(noise),
        calibration=(_calibration(before, data), _calibration(after, data)),
    )


def _by_class(data: Split) -> Iterable[tuple[int, Bools]]:
    return ((int(label), np.asarray(data.y == label)) for label in np.unique(data.y))


def _change(before: Classifier, after: Classifier, part: Split) -> Change:
    found = exemplars(before, after, part.x, part.y)
    broken, fixed = int(found.broken.sum()), int(found.fixed.sum())
    return Change(
        samples=len(part),
        right=round(accuracy(before, part.x, part.y) * len(part)),
        broken=broken,
        fixed=fixed,
        otherwise=int(found.renamed.sum()) - broken - fixed,
    )


def _calibration(model: Classifier, data: Split) -> float | None:
    return calibration_error(model, data.x, data.y) if callable(model) else None


def _check(data: Split, noise: float) -> None:
    if not isinstance(data, Split) or len(data) == 0:
        raise ValueError(
            f"data must be a Split with at least one sample; got {data!r:.60}. "
            "Of a Dataset pass data.test; of arrays make Split(x, y)."
        )
    if not (isinstance(noise, Number) and np.isfinite(noise) and noise > 0):
        raise ValueError(
            f"noise is a standard deviation above 0, in the units of data.x; got {noise!r}. "
            "A tenth of np.std(data.x) is a mild start."
        )

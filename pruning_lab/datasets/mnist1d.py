"""MNIST-1D: digits as curves of 40 points, generated; mnist1d.md says where the recipe is from.

The recipe is that of [Greydanus2024]_: a curve of 12 points for each digit is stretched, made
taller or flatter, moved and tilted, and put into noise. All samples are made at once here.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, check_rng, checked_whole
from pruning_lab.datasets.dataset import Dataset, divide

CURVE = 12  # points of a template
PADDING = (36, 60)  # zeros that follow it, at least and at most
WIDE = CURVE + PADDING[1]  # 72 points, while the sample is made
LENGTH = 40  # points in the end
SCALE = 0.4  # heights vary between 1 - 0.2 and 1 + 0.2
SHIFTS = 48  # moved by 0 to 47 points
SHEAR = 0.75  # tilted by up to half of this, end to end
SMOOTH_NOISE, SMOOTHNESS = (
    0.25,
    2.0,
)  # around the curve; standard deviations before and of smoothing
WHITE_NOISE = 0.02  # everywhere

TEMPLATES = np.array(
    [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)  # (10, 12)


def mnist1d(*, rng: np.random.Generator, samples: int = 4000) -> Dataset:
    """Digits as noisy curves of 40 points [Greydanus2024]_: hard without position-free features.

    Parameters
    ----------
    rng : makes the samples and draws the split
    samples : in all three parts together, equally many of each digit

    Returns
    -------
    Dataset
        ``x`` is float32, (n, 40), with mean 0 and standard deviation 1 over all samples; ``y``
        the digit. 60 % to train, 20 % to validate, 20 % to test.

    Raises
    ------
    ValueError
        If `samples` is not a positive multiple of ten.

    Examples
    --------
    >>> data = mnist1d(rng=np.random.default_rng(0))
    >>> data.train.x.shape, data.validation.x.shape, data.test.x.shape
    ((2400, 40), (800, 40), (800, 40))
    """
    check_rng(rng)
    samples = checked_whole(samples, "samples", least=10)
    if samples % 10:
        raise ValueError(f"samples must be a multiple of ten; got {samples}. Try 4000.")
    y = np.arange(samples) % 10
    x = curves(y, rng=rng)
    x = (x - x.mean()) / x.std()
    return divide(x.astype(np.float32), y, rng=rng)


def templates() -> Array:
    """One curve for each digit, starting and ending at 0, (10, 12).

    Examples
    --------
    >>> templates()[0].round(2)[:4]
    array([0.  , 0.24, 0.36, 0.41])
    """
    standard = TEMPLATES - TEMPLATES.mean(axis=1, keepdims=True)
    standard /= standard.std(axis=1, keepdims=True)
    standard -= standard[:, :1].copy()
    result: Array = standard / 6
    return result


def curves(y: NDArray[np.integer[Any]], *, rng: np.random.Generator) -> Array:
    """One sample for each digit in `y`, (n, 40), not yet standardised.

    Parameters
    ----------
    y : (n,) digits
    rng : makes the samples
    """
    x, on_curve = _stretched(y, rng)
    x *= 1 + SCALE * (rng.random((len(y), 1)) - 0.5)
    x, on_curve = _moved(x, on_curve, rng.integers(SHIFTS, size=len(y)))
    noise = smoothed(SMOOTH_NOISE * rng.standard_normal(x.shape), SMOOTHNESS)
    x = np.where(on_curve, x, noise)
    x += WHITE_NOISE * rng.standard_normal(x.shape)
    tilt = SHEAR * (rng.random((len(y), 1)) - 0.5)
    return resampled(x - tilt * np.linspace(-0.5, 0.5, WIDE), LENGTH)


def _stretched(
    y: NDArray[np.integer[Any]], rng: np.random.Generator
) -> tuple[Array, NDArray[np.bool_]]:
    """Curves followed by zeros, on 72 points, and which points lie on the curve.

    The fewer zeros follow a curve, the wider it becomes when all is stretched to 72 points.
    """
    zeros = rng.integers(PADDING[0], PADDING[1] + 1, size=(len(y), 1))
    position = np.linspace(0, 1, WIDE) * (CURVE + zeros - 1)  # (n, 72), in points of the template
    padded = np.pad(templates()[y], ((0, 0), (0, 2)))
    left = np.minimum(position.astype(int), CURVE)
    part = np.clip(position - left, 0, 1)
    rows = np.arange(len(y))[:, None]
    x = (1 - part) * padded[rows, left] + part * padded[rows, left + 1]
    return x, position < CURVE


def _moved(
    x: Array, on_curve: NDArray[np.bool_], steps: NDArray[np.int64]
) -> tuple[Array, NDArray[np.bool_]]:
    """Each row shifted to the right by its steps; what leaves there comes in at the left."""
    source = (np.arange(WIDE) - steps[:, None]) % WIDE
    return np.take_along_axis(x, source, axis=1), np.take_along_axis(on_curve, source, axis=1)


def smoothed(x: Array, deviation: float) -> Array:
    """Rows of x smoothed with a Gaussian of this standard deviation, mirrored at both ends.

    Parameters
    ----------
    x : (n, length)
    deviation : in points; the Gaussian is cut off at four of them
    """
    reach = int(4 * deviation + 0.5)
    offsets = np.arange(-reach, reach + 1)
    kernel = np.exp(-0.5 * (offsets / deviation) ** 2)
    mirrored = np.pad(x, ((0, 0), (reach, reach)), mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(mirrored, len(kernel), axis=1)
    result: Array = windows @ (kernel / kernel.sum())
    return result


def resampled(x: Array, length: int) -> Array:
    """Rows of x on another number of points, by straight lines between neighbours.

    Examples
    --------
    >>> resampled(np.array([[0.0, 2.0]]), 3)
    array([[0., 1., 2.]])
    """
    position = np.linspace(0, x.shape[1] - 1, length)
    left = np.minimum(position.astype(int), x.shape[1] - 2)
    part = position - left
    result: Array = (1 - part) * x[:, left] + part * x[:, left + 1]
    return result

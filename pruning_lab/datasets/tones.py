"""Tones of known pitch, 64 milliseconds each, in three voices; tones.md says what they are."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from pruning_lab.arrays import Array, check_rng, checked_whole

RATE = 16_000  # samples a second
LENGTH = 1024  # samples a tone, 64 ms
HIGHEST = 7_800.0  # hertz; overtones above would fold back
LOW, HIGH = 60.0, 1000.0  # hertz, of the pitches drawn

# centres in hertz of the first three resonances of five vowels
VOWELS = np.array(
    [
        [730, 1090, 2440],
        [270, 2290, 3010],
        [300, 870, 2240],
        [530, 1840, 2480],
        [570, 840, 2410],
    ]
)
WIDTHS = np.array([60.0, 80.0, 120.0])  # of the resonances, in hertz

Voice: TypeAlias = Callable[[float, np.random.Generator], Array]


class Tones(NamedTuple):
    """Tones and their pitches."""

    x: Array  # (n, 1, 1024) float32: one channel, each tone at mean 0 and standard deviation 1
    hertz: Array  # (n,)


def tones(n: int, voice: Voice, *, rng: np.random.Generator) -> Tones:
    """Tones of one voice, at pitches drawn evenly in octaves from 60 to 1000 hertz.

    White noise with a tenth of the tone's standard deviation (20 dB below it) is added.

    Parameters
    ----------
    n : how many
    voice : `organ`, `plucked`, `vowel`, or a function of your own: from a pitch and a Generator
        to 1,024 samples
    rng : draws the pitches and all that varies

    Raises
    ------
    ValueError
        If `n` is not a positive integer, or `rng` is no Generator.

    Examples
    --------
    >>> x, hertz = tones(3, organ, rng=np.random.default_rng(0))
    >>> x.shape, hertz.round().tolist()
    ((3, 1, 1024), [360.0, 128.0, 67.0])
    """
    n = checked_whole(n, "n")
    check_rng(rng)
    hertz = np.exp(rng.uniform(np.log(LOW), np.log(HIGH), n))
    x = np.stack([voice(float(pitch), rng) for pitch in hertz])  # (n, 1024)
    x = _standard(x) + 0.1 * rng.standard_normal(x.shape)
    return Tones(_standard(x)[:, None].astype(np.float32), hertz)


def organ(hertz: float, rng: np.random.Generator) -> Array:
    """Up to twelve overtones of random strengths and phases, with a vibrato.

    Parameters
    ----------
    hertz : pitch; the vibrato strays from it by up to a fifth of a semitone
    rng : draws what varies
    """
    count = min(12, int(HIGHEST // hertz))
    strengths = rng.uniform(0.2, 1, count) / np.arange(1, count + 1) ** rng.uniform(0.3, 1.5)
    swing = rng.uniform(0, 0.2) / 12  # octaves
    seconds = np.arange(LENGTH) / RATE
    octaves = swing * np.sin(2 * np.pi * rng.uniform(4, 7) * seconds + rng.uniform(0, 2 * np.pi))
    turns = hertz * np.cumsum(2**octaves) / RATE  # of the lowest partial
    return _sum(turns, strengths, rng.uniform(0, 2 * np.pi, count))


def plucked(hertz: float, rng: np.random.Generator) -> Array:
    """A string plucked somewhere between a tenth and half of its length; high overtones fade.

    Parameters
    ----------
    hertz : pitch
    rng : draws what varies
    """
    partials = np.arange(1, int(HIGHEST // hertz) + 1)
    strengths = np.sin(np.pi * partials * rng.uniform(0.1, 0.5)) / partials
    seconds = np.arange(LENGTH) / RATE
    fading = np.exp(-seconds * (partials * rng.uniform(3, 8))[:, None])  # (partials, 1024)
    turns = hertz * seconds
    return _sum(turns, strengths[:, None] * fading, rng.uniform(0, 2 * np.pi, len(partials)))


def vowel(hertz: float, rng: np.random.Generator) -> Array:
    """A train of pulses through the three resonances of a vowel.

    Parameters
    ----------
    hertz : pitch
    rng : draws what varies
    """
    centres = VOWELS[rng.integers(len(VOWELS))] * rng.uniform(0.9, 1.2)
    partials = np.arange(1, int(HIGHEST // hertz) + 1)
    away = (hertz * partials[:, None] - centres) / WIDTHS  # (partials, 3)
    strengths = (1 / (1 + away**2)).sum(axis=1) / partials
    return _sum(hertz * np.arange(LENGTH) / RATE, strengths, np.zeros(len(partials)))


def _sum(turns: Array, strengths: Array, phases: Array) -> Array:
    """Sum of partials: turns (1024,) of the lowest, strengths (partials,) or (partials, 1024)."""
    partials = np.arange(1, len(phases) + 1)[:, None]
    waves = np.sin(2 * np.pi * partials * turns + phases[:, None])  # (partials, 1024)
    total: Array = (waves * strengths.reshape(len(phases), -1)).sum(axis=0)
    return total


def _standard(x: Array) -> Array:
    """Rows at mean 0 and standard deviation 1."""
    centred = x - x.mean(axis=1, keepdims=True)
    result: Array = centred / centred.std(axis=1, keepdims=True)
    return result

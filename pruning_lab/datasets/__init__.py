"""Small data that comes with the library: bundled or generated, never downloaded."""

from pruning_lab.datasets.dataset import Dataset, Split
from pruning_lab.datasets.digits import digits
from pruning_lab.datasets.mnist1d import mnist1d
from pruning_lab.datasets.tones import Tones, organ, plucked, tones, vowel

__all__ = [
    "Dataset",
    "Split",
    "Tones",
    "digits",
    "mnist1d",
    "organ",
    "plucked",
    "tones",
    "vowel",
]

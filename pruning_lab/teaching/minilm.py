"""A pretrained language model, all-MiniLM-L6-v2, built of the library's own layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pruning_lab.arrays import Array, Weights
from pruning_lab.network import GELU, Attention, Dense, GlobalPool, LayerNorm, Network, Residual
from pruning_lab.network.layers import Layer
from pruning_lab.teaching import weights
from pruning_lab.teaching.wordpiece import END, START, pieces

HEADS, LAYERS, EPSILON = 12, 6, 1e-12


@dataclass(frozen=True, eq=False)
class MiniLM:
    """A sentence in, 384 numbers out: sentences that mean the same lie close together.

    Every second layer of a model that [WangW2020]_ distilled, trained on pairs of sentences
    in the way of [Reimers2019]_. What comes before the layers (a vector for each piece of a
    word, one for each place) is kept apart and never pruned here; the layers are a `Network`.

    Parameters
    ----------
    vocabulary : piece of a word -> row of `words`
    words : (pieces, 384)
    places : (longest, 384), added to the first piece, the second, and so on
    norm : of their sums
    network : from (n, length, 384) to (n, 384)
    """

    vocabulary: Mapping[str, int] = field(repr=False)
    words: Array = field(repr=False)
    places: Array = field(repr=False)
    norm: LayerNorm
    network: Network = field(repr=False)

    @property
    def weights(self) -> dict[str, Array]:
        """Name -> (fan_out, fan_in), such as ``layer1a.attention.q`` and ``layer6f.down``."""
        return self.network.weights

    def with_weights(self, weights: Weights) -> "MiniLM":
        """Model with other weights in its layers."""
        return self.with_network(self.network.with_weights(weights))

    def with_network(self, network: Network) -> "MiniLM":
        """Model with other layers."""
        return replace(self, network=network)

    def __call__(self, sentences: Sequence[str]) -> Array:
        """Vectors of length 1, (n, 384)."""
        found = np.empty((len(sentences), self.words.shape[1]), np.float32)
        for rows, x in self.batches(sentences):
            vectors = self.network(x)
            found[rows] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return found

    def batches(self, sentences: Sequence[str]) -> list[tuple[list[int], Array]]:
        """Which sentences, and what the layers get of them, (n, length, 384).

        Sentences of one length go together, so that none needs filling up.
        """
        by_length: dict[int, list[int]] = {}
        numbers = [self.numbers(sentence) for sentence in sentences]
        for i, row in enumerate(numbers):
            by_length.setdefault(len(row), []).append(i)
        return [
            (rows, self.norm.forward(self.words[[numbers[i] for i in rows]] + self.places[:length]))
            for length, rows in sorted(by_length.items())
        ]

    def numbers(self, sentence: str) -> list[int]:
        """Number of each piece, between a mark for the start and one for the end."""
        inner = pieces(sentence, self.vocabulary)[: len(self.places) - 2]
        return [self.vocabulary[piece] for piece in (START, *inner, END)]


def load() -> MiniLM:
    """Model from its pretrained weights, which `make weights` puts in place.

    Raises
    ------
    ValueError
        If they are not there: they are no part of the library.
    """
    arrays = weights.load("minilm")
    lines = weights.text("minilm", "vocab.txt").split("\n")
    words, places, kind = (
        arrays[f"embeddings.{name}_embeddings.weight"]
        for name in ("word", "position", "token_type")
    )
    return MiniLM(
        vocabulary={piece: number for number, piece in enumerate(lines) if piece},
        words=words,
        places=places + kind[0],
        norm=_norm(arrays, "embeddings"),
        network=_network(arrays),
    )


def _network(arrays: Mapping[str, Array]) -> Network:
    """Six layers: attention, then a feed-forward block; each is added, and the sum normalised."""
    layers: dict[str, Layer] = {}
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"
        q, k, v = (_dense(arrays, f"{at}.attention.self.{n}") for n in ("query", "key", "value"))
        attention = Attention(q, k, v, _dense(arrays, f"{at}.attention.output.dense"), HEADS)
        block: dict[str, Layer] = {
            "up": _dense(arrays, f"{at}.intermediate.dense"),
            "gelu": GELU(),
            "down": _dense(arrays, f"{at}.output.dense"),
        }
        layers[f"layer{i + 1}a"] = Residual({"attention": attention})
        layers[f"norm{i + 1}a"] = _norm(arrays, f"{at}.attention.output")
        layers[f"layer{i + 1}f"] = Residual(block)
        layers[f"norm{i + 1}f"] = _norm(arrays, f"{at}.output")
    return Network({**layers, "mean": GlobalPool(tokens=True)})


def _dense(arrays: Mapping[str, Array], name: str) -> Dense:
    return Dense(arrays[f"{name}.weight"], arrays[f"{name}.bias"])


def _norm(arrays: Mapping[str, Array], name: str) -> LayerNorm:
    return LayerNorm(arrays[f"{name}.LayerNorm.weight"], arrays[f"{name}.LayerNorm.bias"], EPSILON)

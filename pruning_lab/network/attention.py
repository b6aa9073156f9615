"""Attention with several heads, its four matrices kept apart."""

from dataclasses import dataclass, replace

import numpy as np

from pruning_lab.arrays import Array, checked_whole
from pruning_lab.network.layers import Dense, Layer
from pruning_lab.network.rows import Branch, Layers, Steps


@dataclass(frozen=True, eq=False)
class Attention(Branch):
    r"""Self-attention with heads [Vaswani2017]_, eq. 1: each token gathers from all others.

    Head h owns a run of rows of q, k and v, and the same run of columns of o. The parts are
    named ``attention1.q`` and so on, so a packed projection is four matrices here.

    Parameters
    ----------
    q, k : (heads * d, width)
    v : (heads * e, width)
    o : (width out, heads * e)
    heads : how many; the scale is :math:`1 / \sqrt{d}`

    Raises
    ------
    ValueError
        If the four do not fit each other, or do not divide into heads.

    Examples
    --------
    >>> one = Dense(np.eye(2), np.zeros(2))
    >>> Attention(one, one, one, one, heads=1).forward(np.zeros((1, 3, 2))).shape
    (1, 3, 2)
    """

    q: Dense
    k: Dense
    v: Dense
    o: Dense
    heads: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", checked_whole(self.heads, "heads"))
        for name, part in self.layers.items():
            if not isinstance(part, Dense):
                raise ValueError(f"{name} of attention is a Dense layer; got {part!r}.")
        if not (
            self.q.weights.shape == self.k.weights.shape
            and self.v.fan_in == self.q.fan_in
            and self.v.fan_out == self.o.fan_in
            and self.q.fan_out % self.heads == self.v.fan_out % self.heads == 0
        ):
            shapes = {n: part.weights.shape for n, part in self._parts.items()}
            raise ValueError(
                "attention takes q and k (heads * d, width), v (heads * e, width) and "
                f"o (width out, heads * e); got {shapes} for {self.heads} heads."
            )

    @property
    def _parts(self) -> dict[str, Dense]:
        return {"q": self.q, "k": self.k, "v": self.v, "o": self.o}

    @property
    def layers(self) -> Layers:
        """Its four parts: q, k, v and o."""
        return self._parts

    def with_layers(self, layers: Layers) -> "Attention":
        """Attention with other matrices and as many heads."""
        return replace(self, **layers)  # type: ignore[arg-type]  # checked as it is made

    def forward(self, x: Array) -> Array:
        """Output (n, length, width out) of the input (n, length, width)."""
        return self.o.forward(self._gathered(x)[-1])

    def backpropagate(self, x: Array, slope: Array, prefix: str = "") -> Steps:
        """Yield the steps of o, v, k and q; give back the slope of the input."""
        q, k, v, shares, gathered = self._gathered(x)
        yield f"{prefix}o", self.o, gathered, slope
        by_head = self._split(self.o.backward(gathered, slope))  # (n, heads, length, e)
        by_shares = by_head @ v.swapaxes(2, 3)
        by_logits = shares * (by_shares - (by_shares * shares).sum(axis=3, keepdims=True))
        by_logits *= self._scale(x)
        slopes = {
            "v": _joined(shares.swapaxes(2, 3) @ by_head),
            "k": _joined(by_logits.swapaxes(2, 3) @ q),
            "q": _joined(by_logits @ k),
        }
        total = np.zeros_like(x)
        for name, inner in slopes.items():
            part = self._parts[name]
            yield prefix + name, part, x, inner
            total += part.backward(x, inner)
        return total

    def in_training(self, rng: np.random.Generator) -> Layer:
        """Attention itself: it acts alike in training."""
        return self

    def settled(self, x: Array) -> "Attention":
        """Attention itself: it holds no statistics."""
        return self

    def _gathered(self, x: Array) -> tuple[Array, Array, Array, Array, Array]:
        """q, k, v by head, the share that each token takes of each, and what it gathers."""
        q, k, v = (self._split(part.forward(x)) for part in (self.q, self.k, self.v))
        logits = q @ k.swapaxes(2, 3) * self._scale(x)  # (n, heads, length, length)
        shares = np.exp(logits - logits.max(axis=3, keepdims=True))
        shares /= shares.sum(axis=3, keepdims=True)
        return q, k, v, shares, _joined(shares @ v)

    def _scale(self, x: Array) -> Array:
        scale: Array = np.asarray((self.q.fan_out // self.heads) ** -0.5, x.dtype)
        return scale

    def _split(self, x: Array) -> Array:
        """(n, heads, length, d) of (n, length, heads * d)."""
        return x.reshape(*x.shape[:2], self.heads, x.shape[2] // self.heads).swapaxes(1, 2)


def _joined(x: Array) -> Array:
    """(n, length, heads * d) of (n, heads, length, d)."""
    n, heads, length, d = x.shape
    return x.swapaxes(1, 2).reshape(n, length, heads * d)

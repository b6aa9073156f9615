"""Which encoding takes the fewest bytes for a matrix, and why."""

from dataclasses import dataclass

from pruning_lab.storage.bitmap import Bitmap
from pruning_lab.storage.csr import CSR
from pruning_lab.storage.dense import Dense
from pruning_lab.storage.encoding import Encoding, Matrix, shape_of, stored
from pruning_lab.storage.nofm import NofM
from pruning_lab.tiles import Run, cut

GROUPS = (4, 8, 16)  # M of the N:M patterns that are tried


@dataclass(frozen=True, eq=False)
class Choice:
    """Encodings of one matrix, the cheapest first.

    Parameters
    ----------
    ranked : at least one, by rising bytes
    """

    ranked: tuple[Encoding, ...]

    @property
    def best(self) -> Encoding:
        """The one with the fewest bytes; on a tie the simpler."""
        return self.ranked[0]

    @property
    def why(self) -> str:
        """One sentence on what the best stores, one on what the others would take."""
        best, *others = self.ranked
        rest = [f"{o.name} {o.nbytes} ({o.nbytes / max(best.nbytes, 1):.2f}x)" for o in others]
        return (
            f"{best.name} takes {best.nbytes} bytes, {best.bits_per_weight:.4g} bits a weight: it "
            f"stores {best.holds}. Others would take: {', '.join(rest)}."
        )

    def __repr__(self) -> str:
        return f"Choice({self.why})"


def cheapest(matrix: Matrix) -> Choice:
    """Encodings that keep every bit of a matrix, by bytes, with the reason in words.

    Parameters
    ----------
    matrix : (fan_out, fan_in)

    Returns
    -------
    Choice
        Its ``best`` is what to store. Dense, bitmap and CSR are tried, and N:M where rows divide
        into groups of 4, 8 or 16 with as few as N weights each.

    Raises
    ------
    ValueError
        If `matrix` is no matrix, or empty.

    Examples
    --------
    >>> import numpy as np
    >>> cheapest(np.eye(16, dtype=np.float32)).best
    1:16 of 16 x 16: 72 bytes, 2.25 bits a weight
    """
    shape = shape_of(matrix)
    found: list[Encoding] = [form.encode(matrix) for form in (Dense, Bitmap, CSR)]
    for m in GROUPS:
        if shape[1] % m == 0:
            most = int(stored(cut(matrix, Run(m).on(shape))).sum(axis=1).max())
            if 0 < most < m:
                found.append(NofM.encode(matrix, most, m))
    return Choice(tuple(sorted(found, key=lambda encoding: encoding.nbytes)))

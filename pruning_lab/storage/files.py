"""One file for all weights of a network: a line that describes it, then plain bytes.

The layout: ``PRUNED1`` and a line feed; the length of the header (4 bytes, little-endian); the
header in JSON, one list a matrix; the bytes of all arrays in its order; a checksum (CRC-32,
4 bytes) of all that. Nothing in a file is ever executed.
"""

import json
import os
import zlib
from collections.abc import Callable
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from pruning_lab.arrays import HasWeights, Weights, weights_of
from pruning_lab.storage.bitmap import Bitmap
from pruning_lab.storage.choice import cheapest
from pruning_lab.storage.codebook import Codebook
from pruning_lab.storage.csr import CSR
from pruning_lab.storage.dense import Dense
from pruning_lab.storage.encoding import Encoding, Matrix
from pruning_lab.storage.nofm import NofM

MAGIC = b"PRUNED1\n"
FORMS: dict[str, type[Encoding]] = {
    form.__name__: form for form in (Dense, Bitmap, CSR, NofM, Codebook)
}


def smallest(matrix: Matrix) -> Encoding:
    """Cheapest encoding that keeps every bit."""
    return cheapest(matrix).best


def save(
    path: str | os.PathLike[str],
    weights: Weights | HasWeights,
    *,
    encode: Callable[[Matrix], Encoding] = smallest,
) -> int:
    """Bytes of the file that now holds the weights; an older one of that name is replaced.

    Parameters
    ----------
    path : file to write
    weights : name -> (fan_out, fan_in), or a model that has such weights; biases are not saved
    encode : from a matrix to its encoding: ``Bitmap.encode``, or
        ``lambda w: Codebook.encode(w, bits=5)``, which rounds

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, a name is no text, or `encode` gives no
        encoding of this package.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = save(Path(folder) / "net.pruned", {"w": np.eye(4, dtype=np.float32)})
    ...     load(Path(folder) / "net.pruned")["w"].tolist()[0]
    [1.0, 0.0, 0.0, 0.0]
    """
    matrices = weights_of(weights)
    if unnamed := [name for name in matrices if not isinstance(name, str)]:
        raise ValueError(f"names of weights must be text; got {unnamed}. Use str(name).")
    encodings = {name: encode(matrix) for name, matrix in matrices.items()}
    if unknown := [type(e).__name__ for e in encodings.values() if type(e) not in FORMS.values()]:
        raise ValueError(
            f"encode must give one of {', '.join(FORMS)}; got {unknown[0]}. Pass Bitmap.encode, "
            "say; what cheapest(w) chose is cheapest(w).best."
        )
    header = json.dumps(
        [[name, *_described(e)] for name, e in encodings.items()], separators=(",", ":")
    ).encode()
    body = b"".join(a.tobytes() for e in encodings.values() for a in e.arrays.values())
    content = MAGIC + len(header).to_bytes(4, "little") + header + body
    return Path(path).write_bytes(content + zlib.crc32(content).to_bytes(4, "little"))


def read(path: str | os.PathLike[str]) -> dict[str, Encoding]:
    """Encodings in a file, by name, as `save` wrote them.

    Raises
    ------
    ValueError
        If the file is not one of `save`, is cut short or damaged.
    """
    content = Path(path).read_bytes()
    body, check = content[:-4], content[-4:]
    if not content.startswith(MAGIC):
        raise ValueError(
            f"{path} starts with {content[:8]!r}, not {MAGIC!r}: save did not make it."
        )
    if zlib.crc32(body).to_bytes(4, "little") != check:
        raise ValueError(
            f"{path} is damaged or cut short: its checksum does not fit. Copy it anew."
        )
    stream = BytesIO(body[len(MAGIC) :])
    header = json.loads(stream.read(int.from_bytes(stream.read(4), "little")))
    if unknown := {form for _, form, *_ in header} - set(FORMS):
        raise ValueError(f"{path} holds {unknown}, which this version cannot read. Update it.")
    return {
        name: FORMS[form](*[_value(part, stream) for part in parts])
        for name, form, *parts in header
    }


def load(path: str | os.PathLike[str]) -> dict[str, Matrix]:
    """Weights in a file, name -> (fan_out, fan_in): bit for bit, unless a codebook rounded them.

    Raises
    ------
    ValueError
        If the file is not one of `save`, is cut short or damaged.
    """
    return {name: encoding.decode() for name, encoding in read(path).items()}


def _described(encoding: Encoding) -> list[Any]:
    """Name of the form and its fields in order; an array by its type and length alone."""
    values = [getattr(encoding, field.name) for field in fields(encoding)]
    return [
        type(encoding).__name__,
        *({v.dtype.str: v.size} if isinstance(v, np.ndarray) else v for v in values),
    ]


def _value(described: Any, stream: BytesIO) -> Any:
    """Undo `_described` for one field; an array takes its bytes from the stream."""
    if isinstance(described, dict):
        ((dtype, size),) = described.items()
        return np.frombuffer(stream.read(np.dtype(dtype).itemsize * size), dtype)
    return tuple(described) if isinstance(described, list) else described

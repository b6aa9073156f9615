"""Ways to write a pruned matrix down, what each costs in bytes, and files.

An encoding is a frozen object: ``Bitmap.encode(matrix)`` makes it, ``.decode()`` gives the
matrix back bit for bit, ``.nbytes`` is what it costs. Only `Codebook` rounds. `cheapest` tries
all that do not round and says why one wins; `save` and `load` keep weights in one file.

What is not stored is +0.0 and nothing else: a NaN, an infinity or a -0.0 is a number like any
other and comes back as it was. ``weights + 0.0`` turns every -0.0 into 0.0 first.
"""

from pruning_lab.storage.bitmap import Bitmap
from pruning_lab.storage.choice import Choice, cheapest
from pruning_lab.storage.codebook import Codebook
from pruning_lab.storage.csr import CSR
from pruning_lab.storage.dense import Dense
from pruning_lab.storage.encoding import Encoding
from pruning_lab.storage.files import load, read, save
from pruning_lab.storage.nofm import NofM

__all__ = [
    "CSR",
    "Bitmap",
    "Choice",
    "Codebook",
    "Dense",
    "Encoding",
    "NofM",
    "cheapest",
    "load",
    "read",
    "save",
]

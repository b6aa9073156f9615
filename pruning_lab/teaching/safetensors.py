"""Arrays out of a safetensors file: a header in JSON, then the numbers as they are."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array


def read(path: Path) -> dict[str, Array]:
    """Name -> array of float32, to read only. Other types of numbers are left out.

    Parameters
    ----------
    path : of a safetensors file

    Raises
    ------
    ValueError
        If the file is no such file.
    """
    data: NDArray[np.uint8] = np.memmap(path, mode="r")
    try:
        size = int(data[:8].view("<u8")[0])
        header = json.loads(data[8 : 8 + size].tobytes())
    except (ValueError, IndexError) as error:
        raise ValueError(f"{path.name} is no safetensors file.") from error
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = (8 + size + place for place in entry["data_offsets"])
            found[name] = data[start:end].view("<f4").reshape(entry["shape"])
    return found

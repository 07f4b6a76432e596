"""An ``.npy`` file of anyone's as an array that is mapped from disk, or read."""

import io
import tokenize
import zipfile
from pathlib import Path
from typing import Literal

import numpy as np

_DAMAGE: tuple[type[Exception], ...] = (
    ValueError,
    EOFError,
    OverflowError,
    TypeError,
    KeyError,
    SyntaxError,
    MemoryError,
    RecursionError,
    AttributeError,
)
_DAMAGE += (tokenize.TokenError, zipfile.BadZipFile)


def map_array(path: Path, mode: Literal["r", "c"] = "r") -> np.ndarray:
    """Return the array of a file, mapped; nothing in it is unpickled.

    Raises:
        OSError: the file can't be read.
        ValueError: it is no array, cut short, or says of itself what no array is: a negative or huge shape, an odd type.
    """
    try:
        array = np.load(path, mmap_mode=mode, allow_pickle=False)
    except _DAMAGE as problem:
        raise ValueError(f"{path.name} is no array that can be mapped ({type(problem).__name__})") from problem
    if not isinstance(array, np.ndarray):  # a zip of several
        array.close()
        raise ValueError(f"{path.name} is a zip of arrays")
    return array


def loaded_array(content: bytes, name: str) -> np.ndarray:
    """Return the array in the bytes of a file; nothing in it is unpickled.

    Raises:
        ValueError: as `map_array`.
    """
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except _DAMAGE as problem:
        raise ValueError(f"{name} is no array ({type(problem).__name__})") from problem
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{name} is a zip of arrays")
    return array

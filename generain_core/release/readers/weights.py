"""Checkpoints: weights alone, after a look at what their pickle asks for."""

import pickle
import zipfile
from pathlib import Path
from typing import IO, Any

from generain_core.errors import ReleaseError
from generain_core.storage.plain_unpickler import PlainUnpickler

_MOST_BYTES = 64 << 20
"""Largest description of a checkpoint's tensors, which lie beside it; the published ones take 100 kB."""
_DAMAGE = (
    RuntimeError,
    pickle.UnpicklingError,
    OSError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    AssertionError,
    NotImplementedError,
    zipfile.BadZipFile,
)


def load_weights(path: Path, *, mapped: bool) -> Any:
    """Return what a checkpoint holds: tensors and plain values; no code of it runs.

    Args:
        path: of the file.
        mapped: leave the tensors on disk until they are used.

    Raises:
        ReleaseError: it is cut short, damaged, another kind of file, or asks for more than weights.
    """
    import torch

    try:
        _check_description(path)
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except _DAMAGE as problem:
        raise ReleaseError(
            f"{path.name} is not a readable checkpoint of weights: it is cut short, damaged or another kind of file."
        ) from problem


def is_table(tensor: Any) -> bool:
    """Say whether this is a tensor of real numbers that lie side by side: not sparse, quantized, nested or without content."""
    import torch

    if not isinstance(tensor, torch.Tensor) or tensor.layout != torch.strided or tensor.is_nested:
        return False
    return tensor.is_floating_point() and not tensor.is_quantized and not tensor.is_meta


def _check_description(path: Path) -> None:
    """Refuse a checkpoint whose description would overflow PyTorch's reader, which trusts it as far as this goes."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.filename.rsplit("/", 1)[-1] == "data.pkl":
                if member.file_size > _MOST_BYTES:
                    raise ValueError("a description larger than any")
                with archive.open(member) as source:
                    _Outline(source).load()


class _Anything:
    """Stands for whatever a checkpoint names; takes what is done to it, and does nothing."""

    def __init__(self, *arguments: object, **options: object) -> None:
        pass

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass

    def append(self, value: object) -> None:
        """Take nothing down."""

    def extend(self, values: object) -> None:
        """Take nothing down."""

    def add(self, value: object) -> None:
        """Take nothing down."""


class _Outline(PlainUnpickler):
    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(source)

    def find_class(self, module: str, name: str) -> Any:
        return type("_Anything", (_Anything,), {})

    def persistent_load(self, pid: Any) -> Any:
        return _Anything()

"""The release's pickled ``data.adata.Adata``, read without running code from it.

Unpickling calls what the file names. Here a name leads to one of the inert stand-ins below or to an error: nothing of numpy or
pandas is called with the file's arguments, and no stand-in can be changed by the file. Arrays are then built from checked bytes.
"""

import math
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.samples.io.files import check_file
from generain_core.samples.io.limits import CELLS, check_cells
from generain_core.storage.plain_unpickler import PlainUnpickler

_DAMAGE = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    ImportError,
)
_KINDS = frozenset("biufSUO")


def read_adata_pickle(path: Path, *, name: str | None = None) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray]:
    """Return obs_names, var_names and X (samples × genes) of a pickled Adata, of old or new numpy and pandas.

    Raises:
        GeneRAINError: it asks for anything but an Adata of arrays, lists and plain values, is damaged, or its parts don't agree.
    """
    name = name or path.name
    check_file(path, name)
    with path.open("rb") as stream:
        found = load_inert(stream, name)
    fields = vars(found) if isinstance(found, _Adata) else {}
    if not {"obs_names", "var_names", "X"} <= set(fields):
        raise GeneRAINError(f"{name} holds no Adata with obs_names, var_names and X; give the release's pickle, or an h5ad.")
    try:
        obs, var = _names(fields["obs_names"]), _names(fields["var_names"])
        values = _plain(fields["X"])
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "iufb" or values.shape != (len(obs), len(var)):
            raise ValueError("X isn't a table of numbers, samples × genes")
    except (ValueError, TypeError, OverflowError) as error:
        raise GeneRAINError(f"{name} holds an Adata whose parts don't agree ({error}); give the release's pickle.") from error
    check_cells(name, len(obs), len(var))
    return obs, var, values


def load_inert(stream: Any, name: str) -> Any:
    """Return what a pickle describes, with stand-ins for its arrays.

    Raises:
        GeneRAINError: it names anything but the stand-ins, or is damaged.
    """
    try:
        return _Inert(stream).load()
    except _Refused as refused:
        raise GeneRAINError(
            f"{name} asks to run {refused}, which the release's Adata never does; nothing of it was run. Give an h5ad instead."
        ) from None
    except _DAMAGE as error:
        raise GeneRAINError(
            f"{name} is no pickle of an Adata, or is cut off or damaged; give the release's file again."
        ) from error


class _Refused(Exception):
    pass


class _Sealed(type):
    """Classes that a pickle can neither change nor extend."""

    def __setattr__(cls, name: str, value: object) -> None:
        raise TypeError("not changeable")


class _Adata(metaclass=_Sealed):
    """What the release pickles: any attributes, no behavior."""


class _DataType(metaclass=_Sealed):
    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code

    def __setstate__(self, state: Any) -> None:
        order = state[1]
        if order not in ("<", ">", "|", "="):
            raise ValueError("unknown byte order")
        self.code = order + self.code.lstrip("<>|=")

    def dtype(self) -> np.dtype[Any]:
        """Return numpy's type for numbers, strings or objects."""
        if not isinstance(self.code, str) or len(self.code) > 8 or self.code.lstrip("<>|=")[:1] not in _KINDS:
            raise ValueError("an array of unknown type")
        return np.dtype(self.code)


class _Array(metaclass=_Sealed):
    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: tuple[Any, ...] = ()

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, fortran, data = state
        self.parts = (shape, kind, "F" if fortran else "C", data)


class _Name:
    """A name that stands for itself, such as numpy.ndarray, given to one of the functions below; not changeable."""

    __slots__ = ("_name",)
    _name: str

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("not changeable")


class _Function:
    """A function that a pickle may call, not change."""

    __slots__ = ("_call",)
    _call: Callable[..., Any]

    def __init__(self, call: Callable[..., Any]) -> None:
        object.__setattr__(self, "_call", call)

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("not changeable")


def _frombuffer(data: Any, kind: Any, shape: Any, order: Any) -> _Array:
    out = _Array()
    out.parts = (shape, kind, order, data)
    return out


def _scalar(kind: _DataType, data: Any) -> Any:
    return _built((), kind, "C", data)[()]


def _latin1(text: str, encoding: str) -> bytes:
    if encoding not in ("latin1", "latin-1"):
        raise ValueError("unknown encoding")
    return text.encode("latin1")


def _new_adata(kind: Any, base: Any, state: Any) -> _Adata:
    if kind is not _Adata or state is not None:
        raise _Refused("copyreg._reconstructor of another class")
    return _Adata()


def _index(_: Any, parts: Any) -> Any:
    return parts["data"]


def _allowed() -> Mapping[tuple[str, str], Any]:
    arrays = ("numpy.core.multiarray", "numpy._core.multiarray")
    numeric = ("numpy.core.numeric", "numpy._core.numeric")
    index = ("pandas.core.indexes.base", "pandas.indexes.base", "pandas.core.index")
    out: dict[tuple[str, str], Any] = {("data.adata", "Adata"): _Adata, ("numpy", "ndarray"): _Name("numpy.ndarray")}
    out[("numpy", "dtype")] = _Function(lambda code, *_: _DataType(code))
    out |= {(module, "_reconstruct"): _Function(lambda *_: _Array()) for module in arrays}
    out |= {(module, "scalar"): _Function(_scalar) for module in arrays}
    out |= {(module, "_frombuffer"): _Function(_frombuffer) for module in numeric}
    out |= {(module, "_new_Index"): _Function(_index) for module in index}
    out |= {(module, "Index"): _Name("pandas.Index") for module in index}
    out[("_codecs", "encode")] = _Function(_latin1)
    out |= {(module, "_reconstructor"): _Function(_new_adata) for module in ("copyreg", "copy_reg")}
    out |= {(module, "object"): _Name("object") for module in ("builtins", "__builtin__")}
    out |= {(module, "bytearray"): _Function(bytes) for module in ("builtins", "__builtin__")}
    return out


_ALLOWED = _allowed()


class _Inert(PlainUnpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise _Refused(f"{module}.{name}"[:80])
        return _ALLOWED[module, name]

    def persistent_load(self, pid: Any) -> Any:
        raise _Refused("a persistent object")


def _built(shape: Any, kind: Any, order: Any, data: Any) -> np.ndarray:
    """Build an array from a shape, a type and the bytes or list of its values, all checked against each other."""
    if not isinstance(shape, tuple) or len(shape) > 4 or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ValueError("an array of unknown shape")
    if not isinstance(kind, _DataType) or order not in ("C", "F"):
        raise ValueError("an array of unknown type")
    dtype, size = kind.dtype(), math.prod(shape)
    if size > CELLS:
        raise ValueError(f"an array of {size:,} values")
    if dtype.kind == "O":
        if not isinstance(data, list) or len(data) != size:
            raise ValueError("an array whose values are missing")
        values = np.empty(size, object)
        values[:] = data
        return values.reshape(shape, order=order)
    raw = data.encode("latin1") if isinstance(data, str) else data
    if not isinstance(raw, bytes | bytearray) or len(raw) != size * dtype.itemsize:
        raise ValueError("an array whose bytes are missing")
    return np.frombuffer(raw, dtype).reshape(shape, order=order)


def _plain(value: Any) -> Any:
    return _built(*value.parts) if isinstance(value, _Array) and value.parts else value


def _names(value: Any) -> tuple[str, ...]:
    plain = _plain(value)
    names = plain.tolist() if isinstance(plain, np.ndarray) and plain.ndim == 1 else plain
    if not isinstance(names, list | tuple) or not all(isinstance(n, str | bytes | int | float) for n in names):
        raise ValueError("names that are no list of texts")
    return tuple(n.decode("utf-8", errors="replace") if isinstance(n, bytes) else str(n) for n in names)

"""Values as JSON with their arrays aside, and back: of known records alone, so that nothing of a file is ever run.

A plain value is itself. All else is an object with one key, which says what it is: ``{"tuple": […]}``, ``{"record": […]}``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.work.tables import frame_of, frame_parts, index_of, index_parts

Write = Callable[[np.ndarray], Mapping[str, str]]
Read = Callable[[Mapping[str, str]], np.ndarray]
_DEEPEST = 60


class Unkept(Exception):
    """A value of a kind that can't be written."""


class Writer:
    """Turns values into JSON.

    Args:
        kinds: the records that may come, by the name that they have in files.
        write: takes an array of numbers, and says where it is.
    """

    def __init__(self, kinds: Mapping[str, type], write: Write) -> None:
        self._names = {kind: name for name, kind in kinds.items()}
        self._write = write

    def tree(self, value: Any) -> Any:
        """Return a value as JSON.

        Raises:
            Unkept: it is, or holds, something of another kind.
        """
        if value is None or (isinstance(value, bool | str) and not isinstance(value, Enum)):
            return value
        if isinstance(value, int | float) and not isinstance(value, Enum | np.generic):
            return value if not isinstance(value, float) or math.isfinite(value) else {"float": str(value)}
        for kind, form in self._forms.items():
            if isinstance(value, kind):
                return form(value)
        if is_dataclass(value) and type(value) in self._names:
            held = {each.name: self.tree(getattr(value, each.name)) for each in fields(value) if each.init}
            return {"record": [self._names[type(value)], held]}
        raise Unkept(f"{type(value).__module__}.{type(value).__qualname__}")

    @cached_property
    def _forms(self) -> dict[Any, Callable[[Any], Any]]:
        return {
            Enum: self._enum,
            np.generic: lambda value: {"scalar": [value.dtype.str, self.tree(value.item())]},
            np.ndarray: self._array,
            pd.DataFrame: lambda value: {"frame": [self.tree(part) for part in frame_parts(value)]},
            pd.Series: lambda value: {
                "series": [self.tree(part) for part in frame_parts(value.to_frame("values"))] + [self.tree(value.name)]
            },
            pd.Index: lambda value: {"index": [self.tree(part) for part in index_parts(value)]},
            sparse.csr_matrix: lambda value: {"csr": [self.tree(part) for part in _csr_parts(value)]},
            anndata.AnnData: lambda value: {"samples": self.tree(_samples_parts(value))},
            Mapping: lambda value: {"map": [[self.tree(key), self.tree(each)] for key, each in value.items()]},
            tuple: lambda value: {"tuple": [self.tree(each) for each in value]},
            list: lambda value: [self.tree(each) for each in value],
            set: lambda value: {"set": [self.tree(each) for each in sorted(value, key=repr)]},
            frozenset: lambda value: {"frozenset": [self.tree(each) for each in sorted(value, key=repr)]},
        }

    def _enum(self, value: Enum) -> Any:
        if type(value) not in self._names:
            raise Unkept(type(value).__qualname__)
        return {"enum": [self._names[type(value)], value.name]}

    def _array(self, value: np.ndarray) -> Any:
        if value.dtype.kind in "biuf":
            return {"array": dict(self._write(value))}
        if value.dtype.kind in "OU":
            return {"objects": [list(value.shape), [self.tree(each) for each in value.ravel().tolist()]]}
        raise Unkept(f"an array of {value.dtype}")


class Reader:
    """Turns JSON back into values.

    Args:
        kinds: the records that may come, by the name that they have in files.
        read: returns an array of numbers from where it is.
    """

    def __init__(self, kinds: Mapping[str, type], read: Read) -> None:
        self._kinds = kinds
        self._read = read
        self._depth = 0

    def value(self, tree: Any) -> Any:
        """Return what JSON stands for.

        Raises:
            GeneRAINError: it stands for nothing that is known.
        """
        if tree is None or isinstance(tree, bool | str | int | float):
            return tree
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise GeneRAINError("The work file is nested too deeply; save the work anew.")
            if isinstance(tree, list):
                return [self.value(each) for each in tree]
            (name, content), *others = tree.items()
            if others or name not in self._forms:
                raise GeneRAINError(
                    f"The work file holds something unknown ({str(name)[:40]}); open it with the version that saved it."
                )
            return self._forms[name](content)
        except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError) as problem:
            raise GeneRAINError(
                f"The work file holds something that can't be read ({str(problem)[:80]}); save the work anew."
            ) from problem
        finally:
            self._depth -= 1

    @cached_property
    def _forms(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "float": lambda content: float(content),
            "scalar": lambda content: _number_type(content[0]).type(self.value(content[1])),
            "enum": lambda content: self._kind(content[0], Enum)[content[1]],
            "array": self._read,
            "objects": self._objects,
            "frame": lambda content: frame_of(*map(self.value, content)),
            "series": lambda content: frame_of(*map(self.value, content[:-1])).iloc[:, 0].rename(self.value(content[-1])),
            "index": lambda content: index_of(*map(self.value, content)),
            "csr": lambda content: _csr_of(*map(self.value, content)),
            "samples": lambda content: _samples_of(self.value(content)),
            "map": lambda content: {self.value(key): self.value(each) for key, each in content},
            "tuple": lambda content: tuple(self.value(each) for each in content),
            "set": lambda content: {self.value(each) for each in content},
            "frozenset": lambda content: frozenset(self.value(each) for each in content),
            "record": self._record,
        }

    def _kind(self, name: str, wanted: type) -> Any:
        kind = self._kinds.get(name)
        if kind is None or (wanted is Enum) != issubclass(kind, Enum):
            raise GeneRAINError(
                f"The work file holds something unknown ({str(name)[:40]}); open it with the version that saved it."
            )
        return kind

    def _record(self, content: Any) -> Any:
        name, held = content
        kind = self._kind(name, object)
        return kind(**{str(key): self.value(each) for key, each in held.items()})

    def _objects(self, content: Any) -> np.ndarray:
        shape, values = content
        array = np.empty(len(values), dtype=object)
        array[:] = [self.value(each) for each in values]
        return array.reshape([int(each) for each in shape])


def _number_type(text: str) -> "np.dtype[Any]":
    kind = np.dtype(str(text))
    if kind.kind not in "biufU":
        raise ValueError(f"{kind} is no type of a number")
    return kind


def _samples_parts(value: anndata.AnnData) -> dict[str, Any]:
    several = {name: dict(getattr(value, name)) for name in ("layers", "obsm", "uns")}
    return {"X": value.X, "obs": value.obs, "var": value.var, **several}


def _samples_of(parts: Mapping[str, Any]) -> anndata.AnnData:
    return anndata.AnnData(**parts)


def _csr_parts(value: sparse.csr_matrix) -> tuple[Any, ...]:
    return value.data, value.indices, value.indptr, tuple(map(int, value.shape))


def _csr_of(data: Any, indices: Any, indptr: Any, shape: Any) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((data, indices, indptr), shape=shape, copy=False)
    matrix.check_format(full_check=True)
    return matrix

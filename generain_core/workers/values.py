"""Values as trees of JSON, and back: text, numbers, truth and nothing as they are, all else a list that begins with its kind."""

import dataclasses
import datetime
from collections.abc import Callable, Collection
from enum import Enum
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.workers import arrays
from generain_core.workers.arrays import ArrayReader, ArrayWriter

_PLAIN: frozenset[type] = frozenset({str, int, float, bool, type(None)})
_SERIES: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
_BETWEEN, _FEW = "\0", 16
"""What stands between texts that are written as one, and how many are not."""
_TIMES: dict[str, Any] = {"datetime": datetime.datetime, "date": datetime.date, "time": datetime.time}


class Writer:
    """Makes trees of values."""

    def __init__(self, array_writer: ArrayWriter) -> None:
        self._arrays = array_writer

    def node(self, value: Any) -> Any:
        """Return a value's tree.

        Raises:
            GeneRAINError: it is more than data.
        """
        kind = type(value)
        if kind in _PLAIN:
            return value
        node = self._own(value, kind) or self._of_libraries(value, kind)
        if node is None:
            raise _refused(kind.__module__, kind.__qualname__)
        return node

    def nodes(self, values: Collection[Any]) -> list[Any] | dict[str, Any]:
        """Return the trees of several values; of many texts, where they lie as one."""
        kinds = set(map(type, values))
        if kinds == {str} and len(values) > _FEW and (place := self._joined(values)):
            return {"at": place}
        return list(values) if kinds <= _PLAIN else [self.node(each) for each in values]

    def _joined(self, texts: Collection[str]) -> tuple[int, int] | None:
        whole = _BETWEEN.join(texts)
        return self._arrays.place(whole.encode(errors="surrogatepass")) if whole.count(_BETWEEN) == len(texts) - 1 else None

    def _own(self, value: Any, kind: type) -> list[Any] | None:
        """Return the tree of what Python itself has, and of this program's records."""
        name = kind.__name__
        if kind in (list, tuple, set, frozenset):
            return [name, self.nodes(value)]
        if kind is dict:
            if len(value) <= _FEW and all(type(key) is str for key in value):
                return ["dict", {key: self.node(each) for key, each in value.items()}]
            return ["pairs", self.nodes(list(value)), self.nodes(list(value.values()))]
        if kind in (bytes, bytearray):
            return [name, self._arrays.node(np.frombuffer(value, np.uint8))]
        if kind in _TIMES.values():
            return [name, value.isoformat()]
        if isinstance(value, PurePath):
            return ["path", str(value)]
        if isinstance(value, Enum):
            return ["member", kind.__module__, kind.__qualname__, self.node(value.value)]
        if dataclasses.is_dataclass(kind):
            fields = {each.name: self.node(getattr(value, each.name)) for each in dataclasses.fields(kind) if each.init}
            return ["record", kind.__module__, kind.__qualname__, fields]
        if kind is complex:
            return ["complex", value.real, value.imag]
        if kind is slice:
            return ["slice", self.nodes((value.start, value.stop, value.step))]
        if kind is datetime.timedelta:
            return ["timedelta", value.days, value.seconds, value.microseconds]
        return None

    def _of_libraries(self, value: Any, kind: type) -> list[Any] | None:
        """Return the tree of what numpy, pandas and scipy have."""
        if kind is np.ndarray:
            if value.dtype.kind == "O":
                return self._objects(value)
            return self._arrays.node(value) if arrays.is_plain(value.dtype) else None
        if isinstance(value, np.generic):
            return arrays.scalar_node(value) if arrays.is_plain(value.dtype) else None
        if kind.__module__.startswith("pandas."):
            from generain_core.workers import tables

            return tables.node_of(value, self.node)
        if kind.__module__.startswith("scipy.sparse."):
            return arrays.sparse_node(value, self.node)
        return None

    def _objects(self, array: np.ndarray) -> list[Any]:
        """Return the tree of an array of objects; of texts that are often the same, each once."""
        values = array.ravel()
        if len(values) > _FEW and set(map(type, values)) == {str}:
            from pandas import factorize

            places, texts = factorize(values)
            if 2 * len(texts) < len(values):
                return ["repeated", list(array.shape), self._arrays.node(places), self.nodes(texts.tolist())]
        return ["objects", list(array.shape), self.nodes(values.tolist())]


class Reader:
    """Makes values of trees, and nothing but data."""

    def __init__(self, array_reader: ArrayReader, records: Collection[type] = ()) -> None:
        self._arrays = array_reader
        self._records = {(record.__module__, record.__qualname__): record for record in records}
        self._kinds: dict[str, Callable[..., Any]] = {
            "dict": lambda values: {key: self.value(each) for key, each in values.items()},
            "pairs": lambda keys, values: dict(zip(self.values(keys), self.values(values), strict=True)),
            "bytes": lambda node: self.value(node).tobytes(),
            "bytearray": lambda node: bytearray(self.value(node).tobytes()),
            "path": Path,
            "member": lambda module, name, node: self._record(module, name, Enum)(self.value(node)),
            "record": self._built,
            "complex": complex,
            "slice": lambda nodes: slice(*self.values(nodes)),
            "timedelta": datetime.timedelta,
            "objects": self._objects,
            "repeated": lambda shape, places, nodes: self._objects(shape, nodes, places),
            "array": array_reader.array,
            "scalar": arrays.scalar,
            "sparse": lambda *parts: arrays.sparse(self.value, *parts),
        }
        self._kinds |= {name: lambda nodes, kind=kind: kind(self.values(nodes)) for name, kind in _SERIES.items()}
        self._kinds |= {name: kind.fromisoformat for name, kind in _TIMES.items()}

    def value(self, node: Any) -> Any:
        """Return the value of a tree.

        Raises:
            GeneRAINError: it asks for something else than data.
        """
        if type(node) in _PLAIN:
            return node
        if type(node) is not list or not node or type(node[0]) is not str:
            raise ValueError("no tree of a value")
        kind, *parts = node
        if build := self._kinds.get(kind):
            return build(*parts)
        from generain_core.workers import tables

        if read := tables.READERS.get(kind):
            return read(self.value, *parts)
        raise _refused("", kind)

    def values(self, nodes: list[Any] | dict[str, Any]) -> list[Any]:
        """Return the values of several trees, as `Writer.nodes` made them."""
        if type(nodes) is dict:
            texts: list[Any] = self._arrays.content(*nodes["at"]).decode(errors="surrogatepass").split(_BETWEEN)
            return texts
        if type(nodes) is not list:
            raise ValueError("no trees of values")
        return nodes if _PLAIN.issuperset(map(type, nodes)) else [self.value(node) for node in nodes]

    def _record(self, module: str, name: str, kind: type | None = None) -> Any:
        known = self._records.get((module, name))
        if known is None or (issubclass(known, Enum) if kind is None else not issubclass(known, kind)):
            raise _refused(module, name)
        return known

    def _built(self, module: str, name: str, fields: dict[str, Any]) -> Any:
        record = self._record(module, name)
        return record(**{field: self.value(node) for field, node in fields.items()})

    def _objects(self, shape: list[int], nodes: list[Any], places: Any = None) -> np.ndarray:
        values = self.values(nodes)
        array = np.empty(len(values), object)
        array[:] = values
        return (array if places is None else array[self.value(places)]).reshape(shape)


def _refused(module: str, name: str) -> GeneRAINError:
    kind = f"{module}.{name}" if module else name
    return GeneRAINError(f"A value of the kind {kind[:100]} can't be taken over; save the file without it.")

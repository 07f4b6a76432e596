"""The gene table on disk: joining the files anew takes seconds, reading what was joined takes a tenth."""

import hashlib
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from generain_core.genes.table import GeneTable
from generain_core.release.files import GENE_SETS, Release
from generain_core.storage import cache

_FILES = (
    *(f"{kind}/{s}{end}" for s in GENE_SETS for kind, end in (("index", ""), ("boundaries", "/genes"))),
    *("genes_meta", "gene_statistics", "annotation/ensembl", "annotation/hgnc"),
)
_META = ("columns", "lengths", "problems")
_NAMES = ("name", "gene", "kind")


def open_table(release: Release, model_genes: Sequence[str] | None) -> GeneTable:
    """Return `GeneTable.build` of a release, tolerant of malformed files, from the cache if nothing has changed since.

    Raises:
        ReleaseError: as `GeneTable.build`.
    """
    files = [cache.key_of_file(release.path(key), key) for key in _FILES if release.has(key)]
    genes = None if model_genes is None else hashlib.sha256("\n".join(model_genes).encode()).hexdigest()
    key = cache.key_of(cache.key_of_code("genes"), cache.key_of_code("release"), files, genes)
    entry = cache.load("genes", key, meta=_META)
    if entry is not None:
        try:
            return _unpacked(entry)
        except (ValueError, KeyError, TypeError, StopIteration):
            cache.drop("genes", key)
    table = GeneTable.build(release, model_genes, tolerant=True)
    cache.store("genes", key, *_packed(table))
    return table


def _packed(table: GeneTable) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    frame = table.frame.reset_index()
    kinds = {str(column): str(kind) for column, kind in frame.dtypes.items()}
    words: dict[str, Iterable[str]] = {f"frame {c}": frame[c] for c, kind in kinds.items() if kind == "object"}
    words |= {f"names {c}": table.names[c] for c in _NAMES}
    words |= {"ids": table.ensembl_ids, "genes of ids": table.ensembl_ids.values()}
    texts = {name: _joined(each) for name, each in words.items()}
    numbers = [frame[c].to_numpy(np.float64, na_value=np.nan) for c, kind in kinds.items() if kind != "object"]
    arrays = {"texts": np.frombuffer(b"".join(texts.values()), np.uint8).copy(), "numbers": np.array(numbers)}
    lengths = {name: len(text) for name, text in texts.items()}
    return arrays, {"columns": kinds, "lengths": lengths, "problems": list(table.problems)}


def _unpacked(entry: cache.Entry) -> GeneTable:
    texts, start = {}, 0
    for name, length in entry.meta["lengths"].items():
        texts[name] = entry.arrays["texts"][start : start + length].tobytes().decode().split("\0")[:-1]
        start += length
    numbers = iter(entry.arrays["numbers"])
    kinds = entry.meta["columns"].items()
    columns = {c: _object(texts[f"frame {c}"]) if kind == "object" else _number(next(numbers), kind) for c, kind in kinds}
    frame = pd.DataFrame(columns, copy=False).set_index("gene")
    names = pd.DataFrame({c: _object(texts[f"names {c}"]) for c in _NAMES}, copy=False)
    ids = dict(zip(texts["ids"], texts["genes of ids"], strict=True))
    return GeneTable(frame, MappingProxyType(ids), names, tuple(entry.meta["problems"]))


def _joined(words: Iterable[str]) -> bytes:
    """Return texts as one run of bytes, each with a NUL behind it: files about genes hold none."""
    return "".join(f"{word}\0" for word in words).encode()


def _object(words: list[str]) -> np.ndarray:
    return np.array(words, dtype=object)


def _number(values: np.ndarray, kind: str) -> Any:
    if kind != "Int64":
        return values.astype(kind)
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 1, values).astype(np.int64), missing)

"""AnnData in a Zarr store: a zip of one, or its folder."""

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.errors import GeneRAINError
from generain_core.samples.io.anndata_table import raw_table_of
from generain_core.samples.io.limits import check_bytes
from generain_core.samples.io.members import Members
from generain_core.samples.io.raw_table import Parsed

if TYPE_CHECKING:
    import zarr

_GROUPS, _ARRAYS = (".zgroup", "zarr.json"), (".zarray", "zarr.json")
_CODECS = frozenset(
    re.findall(
        r"[\w-]+",
        "blosc zlib gzip zstd lz4 vlen-utf8 bytes transpose crc32c sharding_indexed shuffle fixed_length_utf32 string",
    )
)
_JSON_BYTES = 64 << 20
_CHUNK = 1 << 30
_DAMAGE = (ValueError, KeyError, TypeError, RuntimeError, OSError, IndexError, AttributeError, OverflowError, MemoryError)


def is_zarr(paths: Iterable[str]) -> bool:
    """Say whether files are those of a Zarr store."""
    return any(path.rsplit("/", 1)[-1] in _GROUPS for path in paths)


def parse_zarr(path: Path, members: Members) -> Parsed:
    """Parse an AnnData in a Zarr store of version 2 or 3: obs, var, X, raw and layers.

    What an array is packed with is looked at first: a store may name codecs that run what they unpack.

    Args:
        path: the zip or folder.
        members: what lies in it.

    Raises:
        GeneRAINError: it holds no AnnData, is damaged, too large, or packed in a way that isn't read.
    """
    import zarr

    name = members.name
    for place in members.files:
        if place.rsplit("/", 1)[-1] in _ARRAYS:
            _check_array(place, members)
    root = min((place for place in members.files if place.rsplit("/", 1)[-1] in _GROUPS), key=lambda place: place.count("/"))
    inside = root.rpartition("/")[0]
    try:
        store = zarr.storage.ZipStore(path, mode="r") if path.is_file() else zarr.storage.LocalStore(path, read_only=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            group = zarr.open_group(store, path=inside or None, mode="r", use_consolidated=False)
            held = raw_table_of(_annotated(group, name))
        store.close()
    except _DAMAGE as error:
        raise GeneRAINError(f"{name} is a Zarr store that is cut off, damaged or holds no AnnData; save it again.") from error
    plain = Parsed(layers=held.layers, rows=held.rows, row_texts=held.row_texts, rows_named=True, format="", notes=())
    return replace(plain, format="an AnnData in Zarr")


def _annotated(group: "zarr.Group", name: str) -> Any:
    import anndata

    if "obs" not in group or "var" not in group:
        found = ", ".join(sorted(group.keys())[:6]) or "nothing"
        raise GeneRAINError(f"{name} is a Zarr store without obs and var; it holds {found}. Give that of an AnnData.")
    parts: dict[str, Any] = {key: anndata.io.read_elem(group[key]) for key in ("obs", "var", "X", "layers") if key in group}
    if "raw" in group:
        inside = [path for path in ("raw/X", "raw/var") if path in group]
        parts["raw"] = {path.removeprefix("raw/"): anndata.io.read_elem(group[path]) for path in inside}
    return anndata.AnnData(**parts)


def _check_array(place: str, members: Members) -> None:
    raw = members.files[place]()
    check_bytes(f"{place} in {members.name}", len(raw), most=_JSON_BYTES)
    try:
        told = json.loads(raw)
        if not isinstance(told, dict) or (place.endswith("zarr.json") and told.get("node_type") != "array"):
            return
        shape = [int(size) for size in told["shape"]]
        chunks = told.get("chunks") or told.get("chunk_grid", {}).get("configuration", {}).get("chunk_shape", [])
        codecs = set(_codecs([told.get("compressor"), told.get("filters"), told.get("codecs")]))
        cells, chunk = _product(shape), _product(chunks)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GeneRAINError(f"{members.name} is a Zarr store whose {place} can't be read; save it again.") from error
    if unknown := sorted(codecs - _CODECS):
        raise GeneRAINError(f"{members.name} packs {place} with {unknown[0][:40]!r}, which isn't read; save it with anndata.")
    if "/uns/" not in f"/{place}":
        check_bytes(f"{place} in {members.name}", 8 * cells)
        check_bytes(f"A chunk of {place} in {members.name}", 8 * chunk, most=max(_CHUNK, 16 * cells))


def _codecs(told: Any) -> Iterable[str]:
    """Return the names of codecs, also of those within others."""
    if isinstance(told, Mapping):
        if (called := told.get("id", told.get("name"))) is not None:
            yield str(called)
        yield from _codecs(list(told.values()))
    elif isinstance(told, list):
        for each in told:
            if isinstance(each, Mapping | list):
                yield from _codecs(each)


def _product(sizes: Iterable[Any]) -> int:
    out = 1
    for size in sizes:
        out *= int(size)
    return out

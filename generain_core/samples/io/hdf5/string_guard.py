"""A check of an HDF5 file's strings, before HDF5 reads them.

HDF5 allocates what an entry of variable length declares before it looks whether so much is there: one damaged byte asks for 4 GB.
"""

import zlib
from collections.abc import Iterator
from typing import IO, Any

import h5py
import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import LABELS

LONGEST = 1 << 20
TOTAL = 1 << 28
_DEFLATE, _SHUFFLE, _LZF = 1, 2, 32000


def check_strings(dataset: Any, source: IO[bytes], name: str) -> None:
    """Refuse a data set whose strings of variable length declare more than names and metadata hold.

    Args:
        dataset: any; those without such strings pass.
        source: the file.
        name: of the file, for messages.

    Raises:
        GeneRAINError: there are too many entries, or a string of over 1 MB.
        ValueError: they are packed in a way that HDF5 alone doesn't know.
    """
    kind = dataset.id.get_type()
    if isinstance(kind, h5py.h5t.TypeCompoundID):
        if any(varies(kind.get_member_type(i)) for i in range(kind.get_nmembers())):
            raise GeneRAINError(f"{name} keeps {dataset.name} in a form that isn't read; save it again with a recent anndata.")
        return
    if not varies(kind):
        return
    if dataset.id.get_create_plist().fill_value_defined() == h5py.h5d.FILL_VALUE_USER_DEFINED:
        raise GeneRAINError(f"{name} keeps {dataset.name} in a form that isn't read; save it again with a recent anndata.")
    if dataset.size > LABELS:
        raise GeneRAINError(f"{name} declares {dataset.size:,} entries in {dataset.name}; up to {LABELS:,} are read.")
    total = 0
    for entries, raw in _stored(dataset, source):
        declared = np.frombuffer(raw, np.uint8).reshape(entries, -1)[:, :4]
        lengths = np.ascontiguousarray(declared).view("<u4").ravel()
        total += int(lengths.sum(dtype=np.int64))
        if total > TOTAL or (len(lengths) and int(lengths.max()) > LONGEST):
            raise GeneRAINError(f"{name} is damaged: it declares strings of unlikely length in {dataset.name}; save it again.")


def varies(kind: Any) -> bool:
    """Say whether a type is of variable length, as texts are."""
    if isinstance(kind, h5py.h5t.TypeStringID):
        return bool(kind.is_variable_str())
    return isinstance(kind, h5py.h5t.TypeVlenID)


def _stored(dataset: Any, source: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Return numbers of entries, and the entries as they lie in the file, unpacked: length, address and index of each."""
    if dataset.chunks is None:
        offset, size = dataset.id.get_offset(), dataset.id.get_storage_size()
        if offset is not None and dataset.size:
            source.seek(offset)
            yield dataset.size, source.read(size)
        return
    plist, entries = dataset.id.get_create_plist(), int(np.prod(dataset.chunks))
    filters = [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]
    if entries > LABELS:
        raise ValueError("too large a chunk")
    for i in range(dataset.id.get_num_chunks()):
        skipped, raw = dataset.id.read_direct_chunk(dataset.id.get_chunk_info(i).chunk_offset)
        for place in reversed(range(len(filters))):
            if not skipped & (1 << place):
                raw = _unpacked(raw, filters[place], entries)
        yield entries, raw


def _unpacked(raw: bytes, packing: int, entries: int) -> bytes:
    if packing == _DEFLATE:
        return zlib.decompressobj().decompress(raw, entries * 32)
    if packing == _SHUFFLE:
        return np.frombuffer(raw, np.uint8).reshape(-1, entries).T.tobytes()
    if packing == _LZF:
        return _lzf(raw, entries * 32)
    raise ValueError("strings packed in an unknown way")


def _lzf(raw: bytes, most: int) -> bytes:
    """Unpack LZF: runs of bytes as they are, and copies of what came before."""
    out, at = bytearray(), 0
    while at < len(raw) and len(out) <= most:
        control, at = raw[at], at + 1
        if control < 32:
            out += raw[at : at + control + 1]
            at += control + 1
            continue
        length = control >> 5
        if length == 7:
            length, at = length + raw[at], at + 1
        start, at = len(out) - ((control & 31) << 8) - raw[at] - 1, at + 1
        if start < 0:
            raise ValueError("a copy of what was never there")
        for i in range(start, start + length + 2):
            out.append(out[i])
    return bytes(out)

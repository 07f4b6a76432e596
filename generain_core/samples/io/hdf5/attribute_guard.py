"""A check of an HDF5 file's attributes, before HDF5 reads them: as of its strings, it allocates whatever they declare.

Source: the HDF5 File Format Specification, version 3, sections IV.A.1 (object headers) and IV.A.2.m (attribute message).
"""

import struct
from collections.abc import Iterator
from typing import IO, Any

import h5py
import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.samples.io.hdf5.string_guard import LONGEST, varies

_ATTRIBUTE, _CONTINUED = 0x0C, 0x10
_MOST_MESSAGES = 100_000
_REFERENCE = 16
"""Bytes of a string of variable length as it lies in the file: its length, and where its letters are."""


def check_attributes(item: Any, source: IO[bytes], name: str) -> None:
    """Refuse a group or data set whose attributes declare strings of unlikely length.

    Args:
        item: any; attributes of fixed size pass.
        source: the file.
        name: of the file, for messages.

    Raises:
        GeneRAINError: a string of over 1 MB, or attributes that lie where this doesn't look.
    """
    wanted = {}
    for title in item.attrs:
        attribute = h5py.h5a.open(item.id, title.encode())
        if varies(attribute.get_type()):
            wanted[title.encode()] = attribute.get_space().get_simple_extent_npoints()
    if not wanted:
        return
    found = dict(_attributes(item, source))
    for title, entries in wanted.items():
        if not entries:
            continue
        raw = found.get(title, b"")[: _REFERENCE * entries]
        if len(raw) < _REFERENCE * entries:
            raise GeneRAINError(f"{name} keeps attributes of {item.name} in a form that isn't read; save it again with anndata.")
        lengths = np.frombuffer(raw, "<u4").reshape(entries, -1)[:, 0]
        if int(lengths.max()) > LONGEST:
            raise GeneRAINError(f"{name} is damaged: it declares strings of unlikely length in {item.name}; save it again.")


def _attributes(item: Any, source: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Return names of the attributes in an object's header, and their values as they lie in the file."""
    base = item.file.userblock_size
    if item.file.id.get_create_plist().get_sizes() != (8, 8):
        raise ValueError("addresses of an unusual size")
    for kind, message in _messages(source, base + h5py.h5o.get_info(item.id).addr, base):
        if kind == _ATTRIBUTE:
            yield _taken_apart(message)


def _taken_apart(message: bytes) -> tuple[bytes, bytes]:
    version, _, of_name, of_type, of_space = struct.unpack_from("<BBHHH", message)
    at = 9 if version == 3 else 8
    padded = [-(-size // 8) * 8 if version == 1 else size for size in (of_name, of_type, of_space)]
    return message[at : at + of_name].rstrip(b"\0"), message[at + sum(padded) :]


def _messages(source: IO[bytes], address: int, base: int) -> Iterator[tuple[int, bytes]]:
    """Return kind and content of the messages of an object header of version 1 or 2, wherever it goes on."""
    head = _bytes(source, address, 32)
    newer = head[:4] == b"OHDR"
    flags = head[5] if newer else 0
    if newer:
        start = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        blocks = [(address + start + width, int.from_bytes(_bytes(source, address + start, width), "little"))]
    else:
        blocks = [(address + 16, int.from_bytes(head[8:12], "little"))]
    seen = 0
    while blocks and seen < _MOST_MESSAGES:
        block = _bytes(source, *blocks.pop())
        at, step = 0, (6 if flags & 4 else 4) if newer else 8
        while at + step <= len(block) and seen < _MOST_MESSAGES:
            kind, size = struct.unpack_from("<BH" if newer else "<HH", block, at)
            content = block[at + step : at + step + size]
            at, seen = at + step + size, seen + 1
            if kind == _CONTINUED:
                place, length = struct.unpack_from("<QQ", content)
                blocks.append((base + place + 4, length - 8) if newer else (base + place, length))
            yield kind, content


def _bytes(source: IO[bytes], address: int, size: int) -> bytes:
    if size > 1 << 24:
        raise ValueError("too long an object header")
    source.seek(address)
    return source.read(max(size, 0))

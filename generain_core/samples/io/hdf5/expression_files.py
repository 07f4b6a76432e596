"""h5ad and 10x .h5, read with h5py alone: nothing is unpickled and no other file is followed."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import h5py

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.samples.io.hdf5.annotated import parse_annotated, parse_mudata
from generain_core.samples.io.hdf5.attribute_guard import check_attributes
from generain_core.samples.io.hdf5.loom import parse_loom
from generain_core.samples.io.hdf5.string_guard import check_strings
from generain_core.samples.io.hdf5.ten_x import parse_ten_x
from generain_core.samples.io.limits import check_packing
from generain_core.samples.io.raw_table import Parsed
from generain_core.samples.io.streams import Watched

_DAMAGE = (
    OSError,
    KeyError,
    RuntimeError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    SystemError,
    MemoryError,
    OverflowError,
    zlib.error,
    struct.error,
)
"""What h5py raises for damaged files; a SystemError where an error passes through its callbacks."""

MOST_OBJECTS = 20_000
DEEPEST = 30
_BESIDE = frozenset(["obsm", "varm"])
"""Where tables lie that are never read: one of very many columns keeps its attributes in a form of its own."""
_REGULAR = ("indices", "indptr")
"""Parts of a sparse matrix that may be packed tightly: dense rows have the same ones. Their numbers are those of the data."""


def parse_hdf5(source: IO[bytes], name: str, progress: Progress = silent) -> Parsed:
    """Parse an h5ad (X, raw and layers; also as anndata wrote before 0.8), a MuData, a loom or a Cell Ranger .h5 (2 or 3).

    Raises:
        GeneRAINError: it is neither, is cut off or damaged, points to other files, or declares more than the limits.
    """
    watched = Watched(source, progress)
    try:
        return _parsed(watched, name)  # type: ignore[arg-type]
    except GeneRAINError:
        if watched.stopped is not None:
            raise watched.stopped from None
        raise


def _parsed(source: IO[bytes], name: str) -> Parsed:
    with opened(source, name) as file:
        if "matrix" in file and "row_attrs" in file:
            return parse_loom(file, name)
        if isinstance(file.get("mod"), h5py.Group):
            return parse_mudata(file, name)
        if "matrix" in file or any(isinstance(g, h5py.Group) and "barcodes" in g for g in file.values()):
            return parse_ten_x(file, name)
        if "obs" in file and "var" in file:
            return parse_annotated(file, name, "h5ad")
        if "meta" in file and "data" in file:
            raise GeneRAINError(f"{name} looks like ARCHS4; put it into the release folder rather than uploading it.")
        found = ", ".join(list(file)[:6]) or "nothing"
        raise GeneRAINError(f"{name} is HDF5 but neither an h5ad (obs, var, X) nor a 10x .h5 (matrix); it holds {found}.")


@contextmanager
def opened(source: IO[bytes], name: str) -> Iterator[h5py.File]:
    """Open an HDF5 file that lies in itself alone; what h5py raises in the block says that the file is damaged.

    Raises:
        GeneRAINError: it is, or it points to other files.
    """
    try:
        with h5py.File(source, "r") as file:
            _refuse_outside(file, source, name)
            yield file
    except _DAMAGE as error:
        raise GeneRAINError(f"{name} is HDF5 but cut off, damaged or laid out otherwise than an h5ad; save it again.") from error


def _refuse_outside(file: h5py.File, source: IO[bytes], name: str) -> None:
    """Refuse links and data sets that lie in other files of this computer, and strings that declare what they can't hold."""
    links, items = list[tuple[str, Any]](), list[tuple[str, Any]]()

    def take(taken: list[tuple[str, Any]], path: str, item: Any) -> bool | None:
        taken.append((path, item))
        return True if len(taken) > MOST_OBJECTS or path.count("/") > DEEPEST else None

    many = file.visititems_links(partial(take, links)) or file.visititems(partial(take, items))
    if many:
        raise GeneRAINError(
            f"{name} holds more than {MOST_OBJECTS:,} groups and tables, or groups more than {DEEPEST} deep, as no file of "
            "samples does; save the expression values alone as h5ad."
        )
    outside = [path for path, link in links if isinstance(link, h5py.ExternalLink)]
    outside += [path for path, item in items if isinstance(item, h5py.Dataset) and (item.external or item.is_virtual)]
    if outside:
        raise GeneRAINError(f"{name} keeps {outside[0]} in another file; save it with everything inside.")
    for path, item in [("", file), *items]:
        if "/uns/" not in f"/{path}" or path.startswith("uns/generain") or path.endswith("_categories"):
            unread = isinstance(item, h5py.Group) and _BESIDE.intersection(path.split("/")[:-1]) and not path.startswith("uns/")
            if not unread:
                check_attributes(item, source, name)
            if isinstance(item, h5py.Dataset):
                if path.rsplit("/", 1)[-1] not in _REGULAR:
                    packed = item.id.get_storage_size()
                    check_packing(f"{name} ({path})", packed, item.nbytes, advice="save it as a sparse matrix")
                check_strings(item, source, name)

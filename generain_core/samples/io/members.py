"""Files that belong together: those of a folder, of a zip, of a tar, or chosen together."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress
from generain_core.samples.io.files import check_file, file_bytes
from generain_core.samples.io.limits import check_bytes
from generain_core.samples.io.sniff import check_inside, gunzipped, member_bytes
from generain_core.samples.io.streams import Unpacked, Watched

MOST_MEMBERS = 100_000
"""Most files of a folder or an archive."""
_DAMAGE = (tarfile.TarError, EOFError, ValueError, OverflowError, OSError, RecursionError)


@dataclass(frozen=True)
class Members:
    """Files of a folder or an archive.

    Attributes:
        files: path → how to read its bytes.
        name: of the folder or archive, for messages.
        places: where they lie on disk; empty for those of an archive.
    """

    files: Mapping[str, Callable[[], bytes]]
    name: str
    places: Mapping[str, Path] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return a member's bytes, unpacked."""
        raw = self.files[path]()
        return gunzipped(io.BytesIO(raw), path) if raw[:2] == b"\x1f\x8b" else raw

    def stream(self, path: str, progress: Progress) -> IO[bytes]:
        """Return a member as a stream of its bytes, unpacked as they are read; of one on disk nothing is held in memory."""
        place = self.places.get(path)
        if place is None:
            raw: IO[bytes] = io.BytesIO(self.files[path]())
        else:
            check_file(place, place.name)
            raw = place.open("rb")
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        watched = Watched(raw, progress, owner=True)
        whole: io.RawIOBase = Unpacked(watched, path) if packed else watched  # type: ignore[arg-type]
        return io.BufferedReader(whole, 1 << 20)


def zip_members(archive: zipfile.ZipFile, name: str) -> Members:
    """Return the files of a zip; what systems add of their own is no file."""
    paths = [member.filename for member in archive.infolist() if is_content(member.filename) or is_store(member.filename)]
    _check_number(name, len(paths))
    return Members({path: _of_zip(archive, path, name) for path in paths}, name)


def tar_members(source: IO[bytes], name: str) -> Members:
    """Return the files of a tar archive, which is read where it lies: nothing is unpacked to disk, and no link is followed.

    Raises:
        GeneRAINError: it is damaged, too large, or a member's path leads outside.
    """
    try:
        archive = tarfile.open(fileobj=source, mode="r:")  # noqa: SIM115  # read as long as its members are
        entries = list[tarfile.TarInfo]()
        for entry in archive:
            check_inside(entry.name, name)
            if entry.isreg() and not entry.issparse() and is_content(entry.name):
                entries.append(entry)
            _check_number(name, len(entries))
    except _DAMAGE as error:
        raise GeneRAINError(f"{name} starts as a tar archive but is cut off or damaged; make or upload it again.") from error
    check_bytes(f"{name}, unpacked,", sum(entry.size for entry in entries))
    return Members({entry.name: _of_tar(archive, entry, name) for entry in entries}, name)


def folder_members(path: Path, name: str, *, deep: bool = True, hidden: bool = False) -> Members:
    """Return the files of a folder, and of the folders in it if `deep`; links to folders are not followed, hidden files left out.

    Raises:
        GeneRAINError: there are very many.
    """
    places = dict[str, Path]()
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(inner) if deep else []
        for each in sorted(names):
            place = Path(folder) / each
            inside = place.relative_to(path).as_posix()
            if (hidden or is_content(inside) or is_store(inside)) and place.is_file():
                places[inside] = place
        _check_number(name, len(places))
    return Members({inside: _of_disk(place) for inside, place in places.items()}, name, places)


def chosen_members(paths: Sequence[Path], names: Sequence[str], name: str) -> Members:
    """Return files, and the files of folders, that were chosen together.

    Raises:
        GeneRAINError: two have one name, or there are very many.
    """
    places = dict[str, Path]()
    for path, shown in zip(paths, names, strict=True):
        inside = folder_members(path, shown).places if path.is_dir() else {}
        of_path = {f"{shown}/{each}": place for each, place in inside.items()} if path.is_dir() else {shown: path}
        if twice := next((each for each in of_path if each in places), ""):
            raise GeneRAINError(f"Two of the files are called {twice}; give each once, or the folders they lie in.")
        places |= of_path
    _check_number(name, len(places))
    return Members({inside: _of_disk(place) for inside, place in places.items()}, name, places)


def is_content(path: str) -> bool:
    """Say whether a member is a file of the user's rather than a folder or one that a system adds."""
    last = path.rsplit("/", 1)[-1]
    return bool(last) and not last.startswith(".") and "__MACOSX" not in path


def is_store(path: str) -> bool:
    """Say whether a file describes a part of a Zarr store of version 2; its name starts with a dot."""
    return path.rsplit("/", 1)[-1] in (".zgroup", ".zarray", ".zattrs", ".zmetadata")


def _check_number(name: str, number: int) -> None:
    if number > MOST_MEMBERS:
        raise GeneRAINError(f"{name} holds more than {MOST_MEMBERS:,} files; give those of expression values alone.")


def _of_zip(archive: zipfile.ZipFile, path: str, name: str) -> Callable[[], bytes]:
    return lambda: member_bytes(archive, path, name)


def _of_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo, name: str) -> Callable[[], bytes]:
    def load() -> bytes:
        try:
            content = archive.extractfile(entry)
            raw = content.read() if content is not None else b""
        except _DAMAGE as error:
            raise GeneRAINError(f"{entry.name} in {name} is cut off or damaged; make or upload the archive again.") from error
        if len(raw) != entry.size:
            raise GeneRAINError(f"{entry.name} in {name} is cut off; make or upload the archive again.")
        return raw

    return load


def _of_disk(path: Path) -> Callable[[], bytes]:
    return lambda: file_bytes(path, path.name)

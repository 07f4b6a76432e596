"""What may be installed, as a list of files to be written: an archive, a folder, or a loose file."""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from generain_core.errors import GeneRAINError
from generain_core.release.files import FILES, key_of_name
from generain_core.storage.checksums import sha256_of, sha256_of_file

MARK = "SIMULATED"
MOST_MEMBERS = 10_000
_DAMAGE = (tarfile.TarError, EOFError, OSError, zlib.error, gzip.BadGzipFile, ValueError)
Told = Callable[[int], None]


@dataclass(frozen=True)
class Item:
    """One file to install: where it belongs below the release root, its size and sha256, the name of what holds it."""

    place: str
    bytes: int
    sha256: str
    source: str


@dataclass(frozen=True)
class Source:
    """An archive, folder or loose file, its contents looked through: what is in it, and what of it is passed over."""

    path: Path
    items: tuple[Item, ...]
    passed_over: tuple[str, ...]

    @property
    def is_archive(self) -> bool:
        """Say whether the contents are packed."""
        return self.path.is_file() and _is_archive(self.path)

    @contextmanager
    def opened(self) -> Iterator[Iterator[tuple[Item, IO[bytes]]]]:
        """Give each item with its content, in the order of the items."""
        if self.is_archive:
            with tarfile.open(self.path) as archive:
                yield _contents(archive, {item.place: item for item in self.items}, self.path.name)
        else:
            yield _files(self.path, self.items)


def look_through(path: Path, told: Told = lambda size: None) -> Source:
    """Read a source to its end and list what is to be installed from it. Nothing is written.

    Raises:
        GeneRAINError: it is missing, damaged, holds a link, a device or a path that leads elsewhere, or no released file.
    """
    if path.is_dir():
        found = _in_folder(path, told)
    elif not path.is_file():
        raise GeneRAINError(f"There is no file or folder {path}; give data.tar.gz, a released file, or a folder that holds them.")
    elif _is_archive(path):
        found = _in_archive(path, told)
    else:
        found = _loose(path, told)
    if not found.items:
        raise GeneRAINError(f"{path} holds none of the released files (such as {FILES['vectors/200d'][0]}); check what it is.")
    return found


def _is_archive(path: Path) -> bool:
    if path.name.endswith((".tar", ".tar.gz", ".tgz")):
        return True
    try:
        return tarfile.is_tarfile(path)
    except _DAMAGE:
        return False


def _in_archive(path: Path, told: Told) -> Source:
    items, over = dict[str, Item](), list[str]()
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isdir():
                    _safe(member.name, path.name)
                    continue
                place = _place(_safe(member.name, path.name))
                if not member.isreg():
                    kind = "a link" if member.issym() or member.islnk() else "a device or pipe"
                    raise GeneRAINError(
                        f"{path.name} holds {kind} ({member.name[:80]}), which a release never does; nothing was installed."
                    )
                if place in items or len(items) > MOST_MEMBERS:
                    raise GeneRAINError(
                        f"{path.name} holds {f'{place} twice' if place in items else 'too many files'}; nothing was installed."
                    )
                content = cast(IO[bytes], archive.extractfile(member))
                size, sha256 = sha256_of(content, told)
                if size != member.size:
                    raise EOFError(f"{member.name} ends early")
                if place is None:
                    over.append(member.name)
                else:
                    items[place] = Item(place, size, sha256, path.name)
            while cast(IO[bytes], archive.fileobj).read(1 << 20):
                continue
    except _DAMAGE as problem:
        words = "it can't be opened as an archive" if "could not be opened" in str(problem) else problem
        raise GeneRAINError(f"{path.name} is cut off or damaged ({words}); get it again. Nothing was installed.") from problem
    return Source(path, tuple(items.values()), tuple(over))


def _contents(archive: tarfile.TarFile, items: dict[str, Item], name: str) -> Iterator[tuple[Item, IO[bytes]]]:
    try:
        for member in archive:
            place = _place(_safe(member.name, name)) if member.isreg() else None
            if place in items:
                yield items[place], cast(IO[bytes], archive.extractfile(member))
    except _DAMAGE as problem:
        raise GeneRAINError(f"{name} can't be read any more ({problem}); run the same command again.") from problem


def _in_folder(folder: Path, told: Told) -> Source:
    items, over = dict[str, Item](), list[str]()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in Path(inside).parts):
            continue
        known = key_of_name(path.name) is not None or inside == MARK
        place = _place(PurePosixPath(inside)) if known else None
        if place is None or place in items:
            over.append(inside)
        else:
            size, sha256 = sha256_of_file(path, told)
            items[place] = Item(place, size, sha256, inside)
    return Source(folder, tuple(items.values()), tuple(over))


def _loose(path: Path, told: Told) -> Source:
    key = key_of_name(path.name)
    if key is None:
        raise GeneRAINError(
            f"{path.name} is not the name of a released file, and no .tar.gz; give data.tar.gz, a folder, or a file under the "
            "name that it was published with."
        )
    size, sha256 = sha256_of_file(path, told)
    return Source(path, (Item(FILES[key][0], size, sha256, path.name),), ())


def _files(path: Path, items: tuple[Item, ...]) -> Iterator[tuple[Item, IO[bytes]]]:
    for item in items:
        with (path / item.source if path.is_dir() else path).open("rb") as content:
            yield item, content


def _safe(name: str, archive: str) -> PurePosixPath:
    """Return a member's path without a leading ``./``.

    Raises:
        GeneRAINError: it leads out of the folder, or is not to be written on every system.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or any(c in name for c in "\\:\0") or not name.isprintable():
        raise GeneRAINError(
            f"{archive} holds a path that leads out of the folder ({name[:80]!r}), which a release never does; "
            "nothing was installed."
        )
    return path


def _place(path: PurePosixPath) -> str | None:
    """Return where a file belongs: its own place if that is a known one, else that of its name, else below ``data`` as it is."""
    key, inside = key_of_name(path.name), path.as_posix()
    if key is not None:
        return next((place for place in FILES[key] if inside == place or inside.endswith(f"/{place}")), FILES[key][0])
    if path.name == MARK and len(path.parts) <= 2:
        return MARK
    return inside if path.parts[:1] == ("data",) else None

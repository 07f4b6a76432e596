"""What a record offers: its files with sizes and md5 sums, as Zenodo's interface or a copy on disk lists them."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from generain_core.errors import GeneRAINError
from generain_core.install import remote
from generain_core.release.files import key_of_name

DOI = "10.5281/zenodo.10408775"
INTERFACE = "https://zenodo.org/api/records/"
HGNC = "https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/hgnc_complete_set.txt"
COPY = "record.json"
"""Name of a record's own list beside its files, in a folder."""
LONGEST = 16 << 20
_NAME = re.compile(r"[^/\\:\x00-\x1f]{1,200}")
_MD5 = re.compile(r"(?:md5:)?([0-9a-f]{32})", re.IGNORECASE)


@dataclass(frozen=True)
class RecordFile:
    """One file on offer: name, size in bytes (None if not told), md5 in hex ('' if not told), address or path."""

    name: str
    size: int | None
    md5: str
    source: str

    @property
    def is_packed(self) -> bool:
        """Say whether it is an archive."""
        return self.name.endswith((".tar.gz", ".tgz", ".tar"))

    @property
    def is_released(self) -> bool:
        """Say whether it is part of a release, as an archive or under a released file's name; a README is not."""
        return self.is_packed or key_of_name(self.name) is not None

    @property
    def is_training(self) -> bool:
        """Say whether it is one of the large chunks of training samples, which most people don't need."""
        return (key_of_name(self.name) or "").startswith("chunk/")


@dataclass(frozen=True)
class Record:
    """A record: title, where its list came from, its files."""

    title: str
    source: str
    files: tuple[RecordFile, ...]

    def choose(self, wanted: list[str]) -> list[RecordFile]:
        """Return files by name, or by ``essential`` (all but training chunks), ``training`` and ``all``.

        Raises:
            GeneRAINError: no file of that name.
        """
        names = {file.name for file in self.files}
        unknown = [each for each in wanted if each not in names | {"essential", "training", "all"}]
        if unknown:
            raise GeneRAINError(
                f"The record has no file called {unknown[0][:80]!r}; it has {', '.join(sorted(names))}. "
                "Say essential, training or all for several."
            )
        kinds = {True: "training", False: "essential"}
        named = [f for f in self.files if f.name in wanted and not f.is_released]
        if named:
            raise GeneRAINError(f"{named[0].name} is no part of a release; read it where it is: {named[0].source}")
        released = [f for f in self.files if f.is_released]
        return [f for f in released if f.name in wanted or "all" in wanted or kinds[f.is_training] in wanted]


def read_record(source: str = DOI, pause: Callable[[float], None] = time.sleep) -> Record:
    """Read a record's list of files.

    Args:
        source: a Zenodo DOI, the address of a record's JSON (a mirror of the interface), or a folder with the record's files,
            in which ``record.json`` may hold the list; without it sizes are the files' own and md5 sums are not known.
        pause: waits so many seconds.

    Raises:
        GeneRAINError: it is none of these, can't be reached, or its list is not as Zenodo writes it.
    """
    doi = re.fullmatch(r"(?:https?://doi\.org/|doi:)?10\.5281/zenodo\.(\d+)", source.strip())
    if doi:
        return _read(INTERFACE + doi[1], pause)
    if remote.is_address(source):
        return _read(source, pause)
    folder = Path(source).expanduser()
    if not folder.is_dir():
        raise GeneRAINError(f"{source[:200]!r} is no DOI of Zenodo, no address and no folder; give one of these.")
    if (folder / COPY).is_file():
        return _parsed((folder / COPY).read_bytes(), str(folder), folder)
    files = [f for f in sorted(folder.iterdir()) if f.is_file() and not f.name.startswith(".")]
    if not files:
        raise GeneRAINError(f"{folder} is empty; give the folder that holds the record's files, such as data.tar.gz.")
    offered = tuple(RecordFile(f.name, f.stat().st_size, "", str(f)) for f in files)
    return Record(folder.name, str(folder), offered)


def _read(address: str, pause: Callable[[float], None]) -> Record:
    return _parsed(remote.patiently(lambda: remote.read_small(address, LONGEST), pause), address, None)


def _parsed(content: bytes, source: str, folder: Path | None) -> Record:
    try:
        document: Any = json.loads(content)
        listed = document["files"]
        title = str(document.get("title") or document.get("metadata", {}).get("title") or "the record")
        files = tuple(_file(each, source, folder) for each in listed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise GeneRAINError(
            f"{source} does not list files as a Zenodo record does ({type(problem).__name__}: {str(problem)[:80]}); "
            "give the address of a record's JSON."
        ) from problem
    names = [file.name for file in files]
    if not files or len(set(names)) < len(names):
        raise GeneRAINError(f"{source} lists {'no file' if not files else 'a file twice'}; give the address of a record's JSON.")
    return Record(title, source, files)


def _file(listed: dict[str, Any], source: str, folder: Path | None) -> RecordFile:
    name, size = str(listed["key"]), listed["size"]
    if not _NAME.fullmatch(name) or name in (".", "..") or name.startswith("."):
        raise ValueError(f"a file called {name[:60]!r}")
    if type(size) is not int or size < 0:
        raise ValueError(f"{name} has the size {str(size)[:20]!r}")
    md5 = _MD5.fullmatch(str(listed["checksum"]))
    if md5 is None:
        raise ValueError(f"{name} has no md5 sum")
    if folder is not None:
        return RecordFile(name, size, md5[1].lower(), str(folder / name))
    address = urljoin(source, str(listed["links"]["self"]))
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError(f"{name} lies at {address[:60]!r}")
    return RecordFile(name, size, md5[1].lower(), address)

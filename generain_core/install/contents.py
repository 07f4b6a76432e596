"""What a release folder holds and lacks, and what a record could add to it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from generain_core.install.download import FOLDER, is_installed, parts_of
from generain_core.install.manifest import Ledger
from generain_core.install.record import Record, RecordFile
from generain_core.release.files import FILES, Release, key_of_name

PARTS = {
    "model": "Models",
    "vectors": "Gene vectors",
    "index": "Token indices",
    "boundaries": "Binning boundaries",
    "chunk": "Training samples",
    "genes_meta": "Genes of ARCHS4",
    "gene_statistics": "Gene statistics",
    "annotation": "Gene annotation",
    "attributes": "Predicted attributes",
    "archs4": "ARCHS4",
    "samples_meta": "Samples of ARCHS4",
    "example": "Example",
    "demo": "Example of the demo",
}
"""Start of a file's key → what it is a part of, for a reader; in the order in which they are shown."""


def contents(release: Release) -> pd.DataFrame:
    """Return one row a published file: ``there``, ``part``, ``file``, ``bytes`` (NaN where it is missing), ``folder``.

    The demo's own files are left out of a release that lacks them.
    """
    files = [file for file in release.files.values() if file.present or not file.key.startswith("demo/")]
    rows = [
        {
            "there": file.present,
            "part": PARTS[file.key.split("/")[0]],
            "file": file.path.name,
            "bytes": float(file.bytes) if file.present else float("nan"),
            "folder": file.path.parent.relative_to(release.root).as_posix(),
        }
        for file in files
    ]
    order = {part: i for i, part in enumerate(PARTS.values())}
    return pd.DataFrame(rows).sort_values("part", key=lambda part: part.map(order), kind="stable", ignore_index=True)


@dataclass(frozen=True)
class Offer:
    """A file of a record as seen from a release folder: whether it is in use there, and how many bytes of it came already."""

    file: RecordFile
    installed: bool
    at_hand: int


def offers(record: Record, root: Path) -> list[Offer]:
    """Return the record's files that are part of a release, each with what the folder has of it; nothing is read but names."""
    ledger = Ledger.open(root)
    return [
        Offer(file, is_installed(ledger, file) or _lies_there(file, root), parts_of(root / FOLDER, file))
        for file in record.files
        if file.is_released
    ]


def free_bytes(folder: Path) -> int:
    """Return the room on the disk that a folder, which may not be there yet, belongs to."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())
    return shutil.disk_usage(there).free


def _lies_there(file: RecordFile, root: Path) -> bool:
    key = key_of_name(file.name)
    paths = [root / place for place in FILES[key]] if key is not None else []
    return any(path.is_file() and path.stat().st_size == file.size for path in paths)

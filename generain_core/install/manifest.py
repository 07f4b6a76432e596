"""What was installed: each file's size and sha256, so that `verify` finds any later change, and which files of a record."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generain_core.storage.atomic import atomic_write

NAME = "installed.json"


@dataclass(frozen=True)
class Entry:
    """One installed file: size in bytes, sha256 in hex, the file or archive that it came from."""

    bytes: int
    sha256: str
    source: str


@dataclass
class Ledger:
    """The list of a release folder: paths relative to it, with slashes; and md5 sums of a record's files, by name."""

    root: Path
    files: dict[str, Entry] = field(default_factory=dict)
    record: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path) -> "Ledger":
        """Read the list; an empty one if there is none or it can't be read, for files are the truth."""
        try:
            listed: Any = json.loads((root / NAME).read_text(encoding="utf-8"))
            files = {path: Entry(int(e["bytes"]), str(e["sha256"]), str(e["source"])) for path, e in listed["files"].items()}
            record = {str(name): str(md5) for name, md5 in listed["record"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            files, record = {}, {}
        return cls(root, files, record)

    def write(self) -> None:
        """Write the list, whole or not at all; the same files give the same bytes."""
        listed = {path: vars(self.files[path]) for path in sorted(self.files)}
        text = json.dumps({"files": listed, "record": dict(sorted(self.record.items()))}, indent=1) + "\n"
        if not self._is(text):
            with atomic_write(self.root / NAME) as working:
                working.write_text(text, encoding="utf-8", newline="\n")

    def _is(self, text: str) -> bool:
        path = self.root / NAME
        return path.is_file() and path.read_bytes() == text.encode()

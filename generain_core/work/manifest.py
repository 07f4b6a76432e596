"""What a work file says of itself: program, release, and the size and checksum of each of its members."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.version import __version__

NAME = "manifest.json"
FORMAT = "GeneRAIN Explorer work"
FORMAT_VERSION = 1
MOST_BYTES = 4 << 20
_MEMBER = re.compile(r"(?:[a-z_]{1,40}\.(?:json|csv|gmt|h5ad)|arrays/[0-9a-f]{64}\.npy)")
_SUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Member:
    """A file within the work file: its bytes and their sha256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a work file says of itself.

    Attributes:
        members: by name.
        release: name of the release that was open.
        fingerprint: of that release.
        version: of the program.
        saved: when, in seconds since 1970.
        number: of the save, for work that rests in a folder.
    """

    members: Mapping[str, Member]
    release: str
    fingerprint: str
    version: str
    saved: float
    number: str = ""


def write(members: Mapping[str, Member], release: Release, saved: float, number: str = "") -> bytes:
    """Return the manifest of these members as JSON."""
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "version": __version__,
        "release": release.name,
        "fingerprint": release.fingerprint,
        "simulated": release.simulated,
        "provenance": provenance(release, "work file"),
        "saved": saved,
        "number": number,
        "members": {name: {"bytes": each.bytes, "sha256": each.sha256} for name, each in members.items()},
    }
    return json.dumps(document, indent=1).encode()


def read(content: bytes, file: str) -> Manifest:
    """Return a manifest.

    Raises:
        GeneRAINError: it is none, or of a later version of the program.
    """
    try:
        document: Any = json.loads(content)
        if document["format"] != FORMAT:
            raise ValueError("another format")
        if int(document["format_version"]) > FORMAT_VERSION:
            raise GeneRAINError(
                f"{file} was saved by version {str(document['version'])[:20]} of this program, which is later than this one "
                f"({__version__}); open it there, or bring this program up to date."
            )
        return Manifest(
            members={_name(name): _member(each) for name, each in document["members"].items()},
            release=str(document["release"]),
            fingerprint=str(document["fingerprint"]),
            version=str(document["version"]),
            saved=float(document["saved"]),
            number=_number(document.get("number", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise GeneRAINError(f"{file} is no work file of this program; give one that “Save” in the sidebar wrote.") from problem


def _name(name: str) -> str:
    if not _MEMBER.fullmatch(name):
        raise ValueError("a name that no member has")
    return name


def _number(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{0,32}", text):
        raise ValueError("no number of a save")
    return text


def _member(document: Mapping[str, Any]) -> Member:
    size, digest = document["bytes"], document["sha256"]
    if not isinstance(size, int) or size < 0 or not _SUM.fullmatch(digest):
        raise ValueError("no checksum")
    return Member(size, digest)

"""What a visitor may do beyond looking: name files of the server's disk, and what writes to it or reads all of the release.

A server that others reach offers neither, whatever a request says of itself: headers can be forged. The operator names the
folders below which files may be named (`$GENERAIN_LOCAL_FILES`), and says whether visitors look after the release
(`$GENERAIN_MANAGE`). ``generain app`` and the starters, which serve one person at their own computer, say so by `PERSONAL`.
"""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.storage.paths import resolved

SETTING = "GENERAIN_LOCAL_FILES"
MANAGE = "GENERAIN_MANAGE"
PERSONAL = "GENERAIN_PERSONAL"
_ON, _OFF = ("1", "yes", "true", "on"), ("", "0", "no", "false", "off")
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def reads_disk() -> bool:
    """Say whether files of this computer may be named on the page."""
    return bool(folders())


def folders() -> tuple[Path, ...]:
    """Return the folders below which files may be named: those of `$GENERAIN_LOCAL_FILES`, else a person's own at their computer.

    ``yes`` stands for the home folder and the one that the app was started in.
    """
    words = os.environ.get(SETTING)
    if words is None:
        return _own() if is_own_computer() else ()
    if words.strip().lower() in _ON:
        return _own()
    if words.strip().lower() in _OFF:
        return ()
    named = [Path(each.strip()).expanduser() for each in words.split(os.pathsep) if each.strip()]
    return tuple(resolved(each) for each in named if each.is_absolute() and each.is_dir())


def manages() -> bool:
    """Say whether whoever looks at the page may download, build references and have every file checked."""
    words = os.environ.get(MANAGE, "").strip().lower()
    return words in _ON or (not words and is_own_computer())


def named(path: Path) -> Path:
    """Return a path that may be named on the page, links followed.

    Raises:
        GeneRAINError: it lies elsewhere.
    """
    try:
        place = resolved(path.expanduser())
    except RuntimeError as problem:
        raise GeneRAINError("That names the home folder of a user who is not here; give the whole path.") from problem
    if not any(place.is_relative_to(folder) for folder in folders()):
        raise GeneRAINError(
            "That path lies outside the folders whose files may be named here; upload the file, or ask whoever runs the page "
            f"to add its folder to {SETTING}."
        )
    return place


def discreet(text: object) -> str:
    """Return what is said to a visitor: without the server's folders, unless it is they who look after it."""
    words = str(text)
    if manages() or reads_disk():
        return words
    places = [settings.cache_dir(), Path.cwd(), settings.PROJECT, Path.home()]
    folder = os.environ.get("GENERAIN_RELEASE")
    if folder:
        places.append(Path(folder))
    for place in sorted({str(place) for place in places if len(place.parts) > 1}, key=len, reverse=True):
        words = words.replace(place, "…")
    return words


def is_local(address: str | None, headers: Mapping[str, str]) -> bool:
    """Say whether the server listens on loopback only, the browser asked for loopback, and nothing passed the request on.

    A proxy on the same computer makes every visitor's address look local, and a forged request says what it likes: this holds
    for honest browsers alone, and opens nothing by itself.
    """
    asked = [headers.get("host", ""), urlsplit(headers.get("origin", "")).netloc]
    return all(map(_is_loopback, [address or "", *asked])) and not any(name in headers for name in _PASSED_ON)


def is_own_computer() -> bool:
    """Say whether the page was started for one person (`PERSONAL`) and is looked at on the computer that it runs on."""
    if os.environ.get(PERSONAL, "").strip().lower() not in _ON:
        return False
    headers = {str(name).lower(): str(value) for name, value in st.context.headers.to_dict().items()}
    return st.context.ip_address is None and is_local(st.get_option("server.address"), headers)


def _own() -> tuple[Path, ...]:
    return tuple(dict.fromkeys(resolved(each) for each in (Path.home(), Path.cwd()) if len(each.parts) > 1))


def _is_loopback(host: str) -> bool:
    name = (urlsplit(f"//{host}").hostname or "") if host.count(":") < 2 or host.startswith("[") else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

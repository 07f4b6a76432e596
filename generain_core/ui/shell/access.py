"""Whether whoever looks at the app sits at the computer that it runs on, and so may name files of its disk."""

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

SETTING = "GENERAIN_LOCAL_FILES"
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def reads_disk() -> bool:
    """Say whether paths on this computer are offered: as `$GENERAIN_LOCAL_FILES` (yes or no) says, else if the app is local."""
    said = os.environ.get(SETTING, "").strip().lower()
    if said:
        return said in ("1", "yes", "true", "on")
    return is_own_computer()


def is_own_computer() -> bool:
    """Say whether whoever looks at the app sits at the computer that it runs on, whatever is set."""
    headers = {str(name).lower(): str(value) for name, value in st.context.headers.to_dict().items()}
    return st.context.ip_address is None and is_local(st.get_option("server.address"), headers)


def is_local(address: str | None, headers: Mapping[str, str]) -> bool:
    """Say whether the server listens on loopback only, the browser asked for loopback, and nothing passed the request on.

    A proxy on the same computer makes every visitor's address look local; but the page that a browser asks from (Origin) has
    the name that the visitor knows, and what is not said counts as not local.
    """
    asked = [headers.get("host", ""), urlsplit(headers.get("origin", "")).netloc]
    return all(map(_is_loopback, [address or "", *asked])) and not any(name in headers for name in _PASSED_ON)


def _is_loopback(host: str) -> bool:
    name = (urlsplit(f"//{host}").hostname or "") if host.count(":") < 2 or host.startswith("[") else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

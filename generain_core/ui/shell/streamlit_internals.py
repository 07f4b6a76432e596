"""All that the app takes of Streamlit beyond its public interface, for the version that is named here.

A test says, for a new version, whether each of these is still there and does the same.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.auth_util import get_cookie_with_chunks, get_secrets_auth_section
from streamlit.navigation.page import StreamlitPage as Page
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

__all__ = [
    "Page",
    "browser_id",
    "connected_sessions",
    "has_secrets",
    "has_sign_in",
    "is_connected",
    "release_upload",
    "rewrite_address",
    "signed_in",
    "tab_id",
    "went_back",
]
VERSION = "1.67"
"""The version of Streamlit that this was written for, as `pyproject.toml` pins it."""
BROWSER_COOKIE = "_streamlit_xsrf"
"""The cookie by which Streamlit tells one browser from another, until the browser is closed."""
LASTING_COOKIE = "generain_browser"
"""The cookie by which the server knows a browser again later, where work rests on the disk (`ui.server.browser`)."""
USER_COOKIE = "_streamlit_user"
"""The cookie, signed by the server, by which Streamlit knows who signed in."""
_RANDOM_BYTES = 16


def tab_id() -> str | None:
    """Return Streamlit's name of the session that this script runs in (one a tab and load of the page); None outside of any."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else None


def is_serving() -> bool:
    """Say whether a server runs in this process; under a test runner none does."""
    return runtime.exists()


def has_sign_in() -> bool:
    """Say whether a provider to sign in with is set up in ``secrets.toml``: only then is `st.user` told of who signed in."""
    section = get_secrets_auth_section()
    return all(section.get(key) for key in ("redirect_uri", "cookie_secret"))


def has_secrets() -> bool:
    """Say whether there is a ``secrets.toml``, whatever it holds: Streamlit makes as if one that it can't read were not there."""
    return any(Path(each).exists() for each in st.get_option("secrets.files"))


def signed_in(cookies: Mapping[str, str]) -> dict[str, object] | None:
    """Return what the provider said of whoever sent some cookies; None where they have not signed in here."""

    def value(name: str) -> bytes | None:
        line = cookies.get(name)
        return None if line is None else decode_signed_value(get_cookie_secret(), name, line)

    try:
        claims = json.loads(get_cookie_with_chunks(value, USER_COOKIE) or b"null")
    except ValueError:
        return None
    return dict(claims) if isinstance(claims, dict) and claims.get("is_logged_in") is True else None


def is_connected(tab: str) -> bool:
    """Say whether the tab of a session is still connected to the server."""
    return runtime.exists() and runtime.get_instance().is_active_session(tab)


def went_back() -> bool:
    """Say whether this run came of the browser's Back or Forward button."""
    context = get_script_run_ctx()
    return bool(context is not None and context.is_history_navigation)


def rewrite_address(changes: Mapping[str, Sequence[str]]) -> None:
    """Change parameters of the address, all in one entry of the browser's history; those without words are taken out.

    Streamlit's public interface makes an entry for each of them.
    """
    context = get_script_run_ctx()
    if context is None or not changes:
        return
    with context.session_state.query_params() as address:
        for name, words in changes.items():
            address.discard_param_no_forward_msg(name)
            if words:
                address.set_with_no_forward_msg(name, list(words) if len(words) > 1 else words[0])
        address._send_query_param_msg()


def browser_id() -> str:
    """Return the random number by which this browser is known: of the cookie that lasts, else of Streamlit's; "" without any.

    Streamlit's, ``2|mask|masked|time``, is masked anew each time: its 16 random bytes, the mask's four laid over them again and
    again.
    """
    lasting = str(st.context.cookies.get(LASTING_COOKIE, ""))
    if re.fullmatch(r"[0-9a-f]{32}", lasting):
        return f"lasting-{lasting}"
    parts = str(st.context.cookies.get(BROWSER_COOKIE, "")).split("|")
    try:
        _, mask, masked, _ = parts
        key, data = bytes.fromhex(mask), bytes.fromhex(masked)
    except ValueError:
        return ""
    if not key or len(data) < _RANDOM_BYTES:
        return ""
    return bytes(byte ^ key[i % len(key)] for i, byte in enumerate(data)).hex()


def release_upload(uploaded: Any) -> None:
    """Let the server forget the bytes of an upload, which it would keep until the session ends."""
    context, file = get_script_run_ctx(), getattr(uploaded, "file_id", None)
    if context is not None and file is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file)


def connected_sessions() -> int:
    """Return how many tabs are connected to the server."""
    return len(runtime.get_instance()._session_mgr.list_active_sessions()) if runtime.exists() else 0

"""Who sees the page: anyone; where the operator asks for it, those alone who signed in (OpenID Connect, as Streamlit has it)."""

import os
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NoReturn

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.shell import streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown

SETTING = "GENERAIN_SIGN_IN"
ALLOWED = "GENERAIN_SIGN_IN_ALLOWED"
SECRETS = "GENERAIN_SECRETS"
_ON, _OFF = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
_ASKED = threading.Event()
"""Set once sign-in was asked for: a settings file that is being written anew does not open the page meanwhile."""


def is_asked_for() -> bool:
    """Say whether visitors have to sign in: where `$GENERAIN_SIGN_IN` says so, else where there is a file for a provider.

    Raises:
        GeneRAINError: the setting is neither yes nor no. What was meant can't be told, so nobody is let in.
    """
    words = os.environ.get(SETTING, "").strip().lower()
    if words in _OFF:
        return False
    if words and words not in _ON:
        raise GeneRAINError(f"{SETTING} is {words!r}; it may be yes or no. Until it is one of them, nobody is let in.")
    if words or os.environ.get(SECRETS) or streamlit_internals.has_secrets():
        _ASKED.set()
    return _ASKED.is_set()


def lets_in(cookies: Mapping[str, str]) -> bool:
    """Say whether whoever sends some cookies may hand something over, such as an upload, without a page being shown."""
    try:
        if not is_asked_for():
            return True
    except GeneRAINError:
        return False
    claims = streamlit_internals.signed_in(cookies) if streamlit_internals.has_sign_in() else None
    return claims is not None and is_allowed(claims, os.environ.get(ALLOWED, ""))


def is_allowed(claims: Mapping[str, object], allowed: str) -> bool:
    """Say whether who signed in may see the page.

    Args:
        claims: what the provider says of them: `email`, and `email_verified` where it tells.
        allowed: addresses (``ana@lab.example``) and domains (``@lab.example``), separated by commas or blanks; "" for everyone
            whom the provider knows. An address that the provider calls unverified is none.
    """
    entries = allowed.replace(",", " ").lower().split()
    if not entries:
        return not allowed  # separators alone were to be a list: nobody is on it
    address = str(claims.get("email") or "").strip().lower()
    name, at, domain = address.rpartition("@")
    if not (name and at) or str(claims.get("email_verified", True)).lower() == "false":
        return False
    return address in entries or f"@{domain}" in entries


def require() -> None:
    """Go on if the visitor may see the page; else show how to sign in, and end the page."""
    try:
        if not is_asked_for():
            return
    except GeneRAINError as problem:
        _refuse(str(problem))
    if not streamlit_internals.has_sign_in():
        _refuse(
            "Visitors are to sign in here, but no provider is set up: secrets.toml is not there, can't be read, or has no "
            "whole section [auth]. “I run the server” in the guide shows one. Until then nobody is let in."
        )
    if find_spec("authlib") is None:
        _refuse("Visitors are to sign in here, but the extra `auth` is not installed. Until it is, nobody is let in.")
    if not st.user.is_logged_in:
        _welcome()
    if not is_allowed(st.user.to_dict(), os.environ.get(ALLOWED, "")):
        _turn_away()


def section() -> None:
    """Show in the sidebar who is signed in, and the way out."""
    if not is_asked_for():
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(escape_markdown(_name(), 60), width="stretch")
    row.button("Sign out", key="sign_out", icon=":material/logout:", type="tertiary", on_click=st.logout)


def _name() -> str:
    claims = st.user.to_dict()
    return str(claims.get("email") or claims.get("name") or "Signed in")


def _welcome() -> NoReturn:
    st.title("GeneRAIN Explorer", anchor=False)
    st.markdown("This page is for people whom its operator knows. Sign in with the account of your institution.")
    st.button("Sign in", type="primary", key="sign_in", icon=":material/login:", on_click=st.login)
    st.stop()


def _turn_away() -> NoReturn:
    st.title("GeneRAIN Explorer", anchor=False)
    name = escape_markdown(_name(), 120)
    st.error(f"You are signed in as {name}, whom this page is not open to. Ask whoever runs it to let you in.")
    st.button("Sign in as somebody else", key="sign_out", icon=":material/logout:", on_click=st.logout)
    st.stop()


def _refuse(words: str) -> NoReturn:
    st.title("GeneRAIN Explorer", anchor=False)
    st.error(escape_markdown(words, 600))
    st.stop()

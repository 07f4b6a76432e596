"""Who is let in, who is not, and that nobody is where the operator's settings can't be understood."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from generain_core.ui.shell import sign_in, streamlit_internals
from tests.conftest import PROJECT
from tests.ui.test_pages import words


@pytest.mark.parametrize(
    ("claims", "allowed", "comes_in"),
    [
        ({"email": "ana@lab.example"}, "", True),
        ({}, "", True),
        ({"email": "ana@lab.example"}, "@lab.example", True),
        ({"email": "Ana@LAB.example", "email_verified": True}, "bo@x.example, ana@lab.example", True),
        ({"email": "ana@lab.example", "email_verified": False}, "@lab.example", False),
        ({"email": "ana@lab.example", "email_verified": "false"}, "ana@lab.example", False),
        ({"email": "ana@notlab.example"}, "@lab.example", False),
        ({"email": "ana@lab.example.evil.example"}, "@lab.example", False),
        ({"email": "ana@sub.lab.example"}, "@lab.example", False),
        ({"email": "@lab.example"}, "@lab.example", False),
        ({"email": "lab.example"}, "lab.example", False),
        ({"name": "Ana"}, "@lab.example", False),
        ({"email": None}, "@lab.example", False),
    ],
)
def test_who_is_allowed(claims, allowed, comes_in) -> None:
    assert sign_in.is_allowed(claims, allowed) is comes_in


def _streamlits_files(monkeypatch: pytest.MonkeyPatch, *paths) -> None:
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: [str(each) for each in paths] if name == "secrets.files" else option(name))


def _first_page() -> str:
    page = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()
    assert not page.exception
    return words(page)


def test_without_a_provider_everybody_sees_the_page(monkeypatch) -> None:
    _streamlits_files(monkeypatch)
    assert not sign_in.is_asked_for()
    assert "Sign" not in _first_page()


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("GENERAIN_SIGN_IN", "yes", "no provider is set up"),
        ("GENERAIN_SIGN_IN", "perhaps", "it may be yes or no"),
        ("GENERAIN_SECRETS", "/not/there.toml", "no provider is set up"),
    ],
)
def test_what_is_half_set_up_lets_nobody_in(monkeypatch, setting, value, sentence) -> None:
    monkeypatch.setenv(setting, value)
    shown = _first_page()
    assert sentence in shown
    assert "demo" not in shown.lower()


def test_a_damaged_file_lets_nobody_in(monkeypatch, tmp_path) -> None:
    damaged = tmp_path / "secrets.toml"
    damaged.write_text("[auth\nclient_id =")
    _streamlits_files(monkeypatch, damaged)
    assert streamlit_internals.has_unread_secrets()
    assert sign_in.is_asked_for()
    monkeypatch.setenv("GENERAIN_SIGN_IN", "no")
    assert not sign_in.is_asked_for()

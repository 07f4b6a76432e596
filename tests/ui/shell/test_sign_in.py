"""Who is let in, who is not, and that nobody is where the operator's settings can't be understood."""

import json
import threading
import tomllib

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from generain_core.ui.shell import sign_in, streamlit_internals
from tests.conftest import PROJECT
from tests.ui.test_pages import words


@pytest.fixture(autouse=True)
def not_asked_before(monkeypatch):
    monkeypatch.setattr(sign_in, "_ASKED", threading.Event())


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
        ({"email": "ana@lab.example"}, ", ,", False),
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


@pytest.mark.parametrize(
    "content", ["[auth\nclient_id =", "", "[auth]\n", "[Auth]\nredirect_uri = 'x'\n", "[auth]\nclient_id = 'a'\n"]
)
def test_a_file_without_a_whole_provider_lets_nobody_in(monkeypatch, tmp_path, content) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(content)
    _streamlits_files(monkeypatch, file)
    monkeypatch.setattr(
        streamlit_internals, "get_secrets_auth_section", lambda: tomllib.loads(content).get("auth", {}) if "]" in content else {}
    )
    assert not streamlit_internals.has_sign_in()
    assert sign_in.is_asked_for()
    assert not sign_in.lets_in({})
    file.unlink()
    assert sign_in.is_asked_for()  # it was asked for once: a file that is written anew opens nothing meanwhile
    monkeypatch.setenv("GENERAIN_SIGN_IN", "no")
    assert not sign_in.is_asked_for()
    assert sign_in.lets_in({})


def test_a_cookie_that_the_server_signed_lets_files_in(monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_SIGN_IN", "yes")
    monkeypatch.setattr(streamlit_internals, "has_sign_in", lambda: True)
    claims = json.dumps({"email": "ana@lab.example", "is_logged_in": True})
    name = streamlit_internals.USER_COOKIE
    signed = create_signed_value(get_cookie_secret(), name, claims).decode()
    assert sign_in.lets_in({name: signed})
    monkeypatch.setenv("GENERAIN_SIGN_IN_ALLOWED", "@else.example")
    assert not sign_in.lets_in({name: signed})
    monkeypatch.delenv("GENERAIN_SIGN_IN_ALLOWED")
    forged = create_signed_value("another secret", name, claims).decode()
    for cookie in (forged, signed[:-2], claims, "", "x" * 5000):
        assert not sign_in.lets_in({name: cookie})

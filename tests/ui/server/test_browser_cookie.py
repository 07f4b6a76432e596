"""The cookie by which a browser is known later: where work rests on the disk, and nowhere else."""

from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from generain_core import settings
from generain_core.settings import DEMO_RELEASE
from generain_core.ui.server.browser import BEFORE_CONNECTING
from generain_core.ui.shell import streamlit_internals
from generain_core.ui.shell.access import PERSONAL
from generain_core.ui.shell.streamlit_internals import LASTING_COOKIE, browser_id
from tests.ui.server.test_service import service


def cookie(headers: dict[str, str] | None = None, path: str = BEFORE_CONNECTING) -> str:
    """Return the cookie that a browser which sends these headers is given; "" for none."""
    return TestClient(service(str(DEMO_RELEASE))).get(path, headers=headers or {}).headers.get("set-cookie", "")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.KEEP_WORK, "3")


def test_none_is_set_where_no_work_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.KEEP_WORK, raising=False)
    monkeypatch.delenv(PERSONAL, raising=False)
    assert cookie() == ""
    monkeypatch.setenv(PERSONAL, "yes")
    assert f"Max-Age={8 * 86_400};" in cookie()
    monkeypatch.setenv(settings.KEEP_WORK, "0")
    assert cookie() == ""


def test_it_outlasts_the_work_and_no_script_reads_it(kept: None) -> None:
    words = cookie().split("; ")
    assert words[0].startswith(f"{LASTING_COOKIE}=")
    assert len(words[0].partition("=")[2]) == 32
    assert words[1:] == ["Path=/", f"Max-Age={4 * 86_400}", "HttpOnly", "SameSite=Lax"]
    assert cookie() != cookie()
    assert cookie(path="/gene") == ""
    assert cookie({"x-forwarded-proto": "https"}).endswith("; Secure")


def test_a_browser_keeps_its_number_and_what_was_not_given_here_is_replaced(kept: None) -> None:
    known = "0123456789abcdef" * 2
    assert cookie({"cookie": f"a=b; {LASTING_COOKIE}={known}"}).startswith(f"{LASTING_COOKIE}={known};")
    for forged in ("x", "0" * 33, "0" * 31 + "G", f"{known}%0d%0aSet-Cookie: a=b", ""):
        assert not cookie({"cookie": f"{LASTING_COOKIE}={forged}"}).startswith(f"{LASTING_COOKIE}={forged};")


def test_the_browser_is_known_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known = "0123456789abcdef" * 2
    for value, name in ((known, f"lasting-{known}"), ("forged", ""), ("", "")):
        monkeypatch.setattr(streamlit_internals.st, "context", SimpleNamespace(cookies={LASTING_COOKIE: value}))
        assert browser_id() == name

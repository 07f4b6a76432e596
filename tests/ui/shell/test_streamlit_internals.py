"""What the app takes of Streamlit beyond its public interface is there in the version that is pinned."""

import inspect
import re
import tomllib
from types import SimpleNamespace

import pytest
import streamlit
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from generain_core.ui.shell import streamlit_internals
from generain_core.ui.shell.streamlit_internals import BROWSER_COOKIE, VERSION
from tests.conftest import PROJECT


def test_the_pinned_version_is_the_one_that_this_was_written_for() -> None:
    pins = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [pin for pin in pins if re.match(r"streamlit\b", pin)] == ["streamlit>=1.67,<1.68"]
    assert streamlit.__version__.startswith(f"{VERSION}.")


def test_each_thing_is_there() -> None:
    assert {"session_id", "uploaded_file_mgr"} <= set(inspect.get_annotations(ScriptRunContext))
    assert list(inspect.signature(Runtime.is_active_session).parameters) == ["self", "session_id"]
    assert {"session_id", "file_id"} <= set(inspect.signature(MemoryUploadedFileManager.remove_file).parameters)
    assert not streamlit.runtime.exists()


def test_outside_of_a_script_there_is_no_tab_and_nothing_is_connected() -> None:
    assert streamlit_internals.tab_id() is None
    assert not streamlit_internals.is_connected("some tab")


def test_the_server_forgets_an_upload_and_no_other(monkeypatch) -> None:
    manager = MemoryUploadedFileManager("/upload")
    for file in ("file", "other"):
        manager.add_file("me", UploadedFileRec(file, "mine.csv", "text/csv", b"1"))
    context = SimpleNamespace(uploaded_file_mgr=manager, session_id="me")
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda: context)
    streamlit_internals.release_upload(SimpleNamespace(file_id="file"))
    streamlit_internals.release_upload(SimpleNamespace())
    assert [each.file_id for each in manager.get_files("me", ["file", "other"])] == ["other"]


def test_the_cookie_is_known_through_its_changing_mask(monkeypatch) -> None:
    token = bytes(range(16))
    seen = set()
    for _ in range(5):
        cookie = generate_xsrf_token_string(token, 1_700_000_000)
        monkeypatch.setattr(streamlit_internals.st, "context", SimpleNamespace(cookies={BROWSER_COOKIE: cookie}))
        seen.add((cookie, streamlit_internals.browser_id()))
    assert len({cookie for cookie, _ in seen}) == 5
    assert {name for _, name in seen} == {token.hex()}


@pytest.mark.parametrize("cookie", ["", "2|x|y|z", "2||00|1", "nonsense", "2|00112233|0011|1", "1|2"])
def test_a_cookie_of_another_form_tells_nothing(monkeypatch, cookie) -> None:
    monkeypatch.setattr(streamlit_internals.st, "context", SimpleNamespace(cookies={BROWSER_COOKIE: cookie}))
    assert streamlit_internals.browser_id() == ""


def test_nothing_else_in_the_app_reaches_into_streamlit() -> None:
    inner = re.compile(r"streamlit\.(runtime|web|elements|proto)|from streamlit import runtime|_streamlit_xsrf")
    places = [*(PROJECT / "generain_core").rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "app.py"]
    assert [path.name for path in places if inner.search(path.read_text())] == ["streamlit_internals.py"]


def test_an_address_is_rewritten_in_one_message(monkeypatch) -> None:
    state, sent = SafeSessionState(SessionState(), lambda: None), []
    context = SimpleNamespace(session_state=state, query_string="", enqueue=sent.append, is_history_navigation=True)
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda: context)
    monkeypatch.setattr("streamlit.runtime.state.query_params.get_script_run_ctx", lambda: context)
    assert streamlit_internals.went_back()
    streamlit_internals.rewrite_address({"a": ["RPL3"], "b": ["GAS5", "XIST"]})
    streamlit_internals.rewrite_address({"a": [], "c": ["a b"]})
    streamlit_internals.rewrite_address({})
    queries = [each.page_info_changed.query_string for each in sent]
    assert queries == ["a=RPL3&b=GAS5&b=XIST", "b=GAS5&b=XIST&c=a+b"]

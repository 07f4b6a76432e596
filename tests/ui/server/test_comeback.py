"""The link one came by, kept until one has signed in."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from generain_core.ui.server.comeback import LINK_COOKIE, Comeback, Door
from generain_core.ui.shell import sign_in, streamlit_internals

HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def visit(monkeypatch):
    """Return a browser that follows no redirect, for a page under a path."""
    monkeypatch.setattr(streamlit_internals, "has_sign_in", lambda: True)

    def client(base_path: str = "") -> TestClient:
        routes = [Route("/{path:path}", lambda request: PlainTextResponse("page"))]
        app = Starlette(routes=routes, middleware=[Middleware(Comeback, base_path=base_path)])
        return TestClient(app, follow_redirects=False, headers=HTML)

    return client


@pytest.mark.parametrize("prefix", ["", "/lab/generain"])
def test_a_link_is_come_back_to_once(visit, prefix) -> None:
    page = visit(prefix.strip("/"))
    assert page.get(f"{prefix}/gene?gene=GAS5&words=a%20b").text == "page"
    page.cookies.set("_streamlit_user", "signed", path="/")
    answer = page.get(f"{prefix}/")
    assert (answer.status_code, answer.headers["location"]) == (302, f"{prefix}/gene?gene=GAS5&words=a%20b")
    assert page.get(f"{prefix}/").status_code == 200


def test_without_sign_in_no_cookie_is_set(visit, monkeypatch) -> None:
    monkeypatch.setattr(streamlit_internals, "has_sign_in", lambda: False)
    assert "set-cookie" not in visit().get("/gene?gene=GAS5").headers


NO_LINKS = ["/", "/_stcore/health", "/oauth2callback", "/auth/login", "/static/x.js", "/gene?a=" + "x" * 4000]
FORGED = ["//evil.example", "https://evil.example", "/gene%0d%0aSet-Cookie:%20a=b", "/%5cevil.example", "gene", "/gene?a=%0d%0a"]


@pytest.mark.parametrize("path", NO_LINKS)
def test_what_is_no_page_is_no_link(visit, path) -> None:
    assert "set-cookie" not in visit().get(path).headers


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_cookie_leads_nowhere_else(visit, forged) -> None:
    page = visit()
    page.cookies.set("_streamlit_user", "signed")
    page.cookies.set(LINK_COOKIE, forged)
    answer = page.get("/")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_files_are_taken_from_those_alone_who_signed_in(monkeypatch, method) -> None:
    methods = ["GET", "PUT", "POST", "DELETE"]
    routes = [Route("/{path:path}", lambda request: PlainTextResponse("taken"), methods=methods)]
    page = TestClient(Starlette(routes=routes, middleware=[Middleware(Door)]))
    monkeypatch.setattr(sign_in, "lets_in", lambda cookies: cookies.get("who") == "ana")
    path = "/lab/_stcore/upload_file/session/file"
    assert page.request(method, path).status_code == 403
    assert page.get("/_stcore/health").text == "taken"
    page.cookies.set("who", "ana")
    assert page.request(method, path).text == "taken"

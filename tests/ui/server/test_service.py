"""What an operator meets: readiness, figures, headers and the log, of the application itself without a socket."""

import json
import logging
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from generain_core.settings import DEMO_RELEASE
from generain_core.ui.server.headers import policy
from generain_core.ui.server.records import AsJson, kind_of
from generain_core.ui.server.service import surroundings


def service(release: str, base_path: str = "") -> Starlette:
    """Return what lies around the page, with another in its place: a process can hold Streamlit's only once."""

    def page(_: Request) -> Response:
        return PlainTextResponse("page")

    routes, middleware = surroundings(release, base_path)
    return Starlette(routes=[*routes, Route("/{path:path}", page)], middleware=middleware)


@pytest.fixture
def ask() -> TestClient:
    return TestClient(service(str(DEMO_RELEASE)))


def test_a_whole_release_is_ready(ask: TestClient) -> None:
    answer = ask.get("/ready")
    state = answer.json()
    assert (answer.status_code, state["ready"], state["simulated"], state["problem"]) == (200, True, True, "")
    assert state["release"].startswith("demo ")


def test_a_release_that_is_not_there_is_not_ready_and_its_place_is_not_told(tmp_path: Path) -> None:
    answer = TestClient(service(str(tmp_path / "gone"))).get("/ready")
    assert answer.status_code == 503
    assert answer.json()["problem"]
    assert str(tmp_path) not in answer.text


def test_an_installed_file_that_shrank_makes_it_unready(tmp_path: Path) -> None:
    root = tmp_path / "release"
    shutil.copytree(DEMO_RELEASE, root)
    file = next(path for path in root.rglob("*.tsv"))
    place = file.relative_to(root).as_posix()
    entry = {"bytes": file.stat().st_size, "sha256": "0" * 64, "source": "data.tar.gz"}
    (root / "installed.json").write_text(json.dumps({"files": {place: entry}, "record": {}}))
    ask = TestClient(service(str(root)))
    assert ask.get("/ready").status_code == 200
    file.write_bytes(file.read_bytes()[:-1])
    answer = ask.get("/ready")
    assert (answer.status_code, answer.json()["problem"]) == (503, f"{place} is not as it was installed; install it again.")


def test_a_path_lies_before_all_that_is_asked() -> None:
    ask = TestClient(service(str(DEMO_RELEASE), "lab/generain"))
    assert ask.get("/lab/generain/ready").status_code == 200
    assert ask.get("/lab/generain/live").text == "ok\n"


def test_figures_are_given_to_the_token_alone(ask: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask.get("/metrics").status_code == 404
    assert ask.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    monkeypatch.setenv("GENERAIN_METRICS_TOKEN", "s3cret")
    assert ask.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    lines = ask.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text.splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert figures["generain_ready"] == "1"
    assert float(figures["generain_uptime_seconds"]) >= 0
    assert {line.split()[2] for line in lines if line.startswith("# TYPE")} >= {"generain_jobs", "generain_resident_bytes"}


def test_streamlits_own_figures_are_closed(ask: TestClient) -> None:
    assert ask.get("/_stcore/metrics").status_code == 404
    assert ask.get("/_stcore/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/gene", "/ready", "/_stcore/host-config"])
def test_headers_of_safety_go_with_every_answer(ask: TestClient, path: str) -> None:
    headers = ask.get(path).headers
    assert headers["content-security-policy"] == policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_frames_are_the_operators_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "frame-ancestors 'self'" in policy()
    monkeypatch.setenv("GENERAIN_FRAME_ANCESTORS", "https://portal.example.org")
    assert "frame-ancestors https://portal.example.org" in policy()


def test_the_log_names_nobody() -> None:
    assert kind_of("/lab/_stcore/upload_file/SESSION/FILE") == "/_stcore/upload_file"
    assert kind_of("/gene") == kind_of("/patients.csv") == "page"
    record = logging.LogRecord("generain_core.requests", logging.INFO, "", 0, "request", (), None)
    record.facts = {"kind": "page", "status": 200, "seconds": 0.01}
    line = json.loads(AsJson().format(record))
    assert (line["kind"], line["status"], line["level"]) == ("page", 200, "info")
    assert line["time"].endswith("Z")

"""Paths of the server's disk are offered to whoever sits at it, and to nobody whom a proxy brings."""

from pathlib import Path

import pytest
import streamlit as st

from generain_core import settings
from generain_core.ui.jobs import job_view
from generain_core.ui.session import session_restore
from generain_core.ui.shell import access
from generain_core.ui.shell.access import is_local
from tests.ui.test_pages import words

HERE = {"host": "localhost:8501", "origin": "http://localhost:8501"}


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize(
    "headers",
    [HERE, {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}, {"host": "[::1]:8501", "origin": "http://[::1]:8501"}],
)
def test_at_the_computer(address, headers) -> None:
    assert is_local(address, headers)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (None, HERE),
        ("", HERE),
        ("0.0.0.0", HERE),
        ("10.0.0.7", HERE),
        ("localhost", {}),
        ("localhost", {"host": "localhost:8501"}),
        ("localhost", {"host": "localhost:8501", "origin": "https://genes.example"}),
        ("localhost", {"host": "genes.example", "origin": "http://localhost:8501"}),
        ("localhost", {"host": "localhost.genes.example", "origin": "http://localhost.genes.example"}),
        ("localhost", {"host": "127.0.0.1.genes.example", "origin": "http://127.0.0.1.genes.example"}),
        ("localhost", {"host": "localhost:8501", "origin": "null"}),
        *(("localhost", HERE | {name: "x"}) for name in ("x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host")),
    ],
)
def test_brought_by_a_proxy_or_listening_to_others(address, headers) -> None:
    assert not is_local(address, headers)


@pytest.mark.parametrize(
    ("said", "offered"),
    [("yes", True), ("no", False), ("", False), ("perhaps", False), ("relative/folder", False), ("/none", False)],
)
def test_the_setting_decides(visit, monkeypatch, said, offered) -> None:
    monkeypatch.setenv("GENERAIN_LOCAL_FILES", said)
    app = visit("samples")
    assert ("path" in [each.key for each in app.text_input]) == offered


def test_without_the_operators_word_nothing_is_offered_whatever_a_request_says(visit, monkeypatch) -> None:
    monkeypatch.delenv("GENERAIN_LOCAL_FILES", raising=False)
    monkeypatch.setattr(access, "is_local", lambda address, headers: True)
    assert not access.reads_disk()
    assert not access.manages()
    assert "path" not in [each.key for each in visit("samples").text_input]


def test_a_person_at_their_own_computer_may(monkeypatch) -> None:
    monkeypatch.setenv("GENERAIN_PERSONAL", "yes")
    monkeypatch.setattr(access, "is_local", lambda address, headers: True)
    assert access.manages()
    assert Path.home().resolve() in access.folders()
    monkeypatch.setattr(access, "is_local", lambda address, headers: False)
    assert not access.manages()
    assert access.folders() == ()


def test_a_path_is_read_below_the_folders_that_are_named_and_nowhere_else(visit, monkeypatch, tmp_path) -> None:
    from tests.ui.test_samples_page import is_read, until

    (tmp_path / "open").mkdir()
    (tmp_path / "shut.csv").write_text("secret")
    (tmp_path / "open" / "link.csv").symlink_to(tmp_path / "shut.csv")
    (tmp_path / "open" / "loop.csv").symlink_to(tmp_path / "open" / "loop.csv")
    (tmp_path / "open" / "mine.csv").write_text("gene,s1,s2\nTP53,1,2\nMYC,3,4\n")
    monkeypatch.setenv("GENERAIN_LOCAL_FILES", str(tmp_path / "open"))
    outside = ["/etc/passwd", str(tmp_path / "shut.csv"), str(tmp_path / "open" / "link.csv"), "../../etc/passwd", "/"]
    outside += [
        str(tmp_path / "open" / ".." / "shut.csv"),
        "~/x.csv",
        "x" * 5000,
        "~nobody/none.csv",
        str(tmp_path / "open-too.csv"),
    ]
    wrong = [str(tmp_path / "open" / ("x" * 5000)), str(tmp_path / "open" / "none.csv"), str(tmp_path / "open" / "loop.csv")]
    app = visit("samples")
    for path in (*outside, *wrong):
        app.text_input(key="path").set_value(path)
        app.button[-1].click().run()
        assert not app.exception
        assert len(app.error) == 1, path[:99]
        assert ("outside the folders" in app.error[0].value) == (path in outside), path[:99]
    app.text_input(key="path").set_value(f" {tmp_path / 'open' / 'mine.csv'} ")
    app.button[-1].click().run()
    until(app, is_read)
    assert app.header[0].value == "mine\\.csv"


def test_visitors_are_not_shown_the_servers_folders(visit, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("GENERAIN_RELEASE", str(tmp_path / "nowhere"))
    monkeypatch.setattr("sys.argv", ["app.py", "--release", str(tmp_path / "nowhere")])
    for page in ("home", "release", "samples"):
        assert str(tmp_path) not in words(visit(page)).replace("\\", "")


@pytest.mark.parametrize("page", ["home", "release", "about"])
def test_visitors_are_not_shown_where_a_whole_release_lies(visit, monkeypatch, page) -> None:
    folder = str(settings.DEMO_RELEASE.parent)
    assert folder not in words(visit(page)).replace("\\", "")
    monkeypatch.setenv("GENERAIN_MANAGE", "yes")
    assert (folder in words(visit(page)).replace("\\", "")) is (page != "about")


def test_visitors_who_do_not_look_after_the_release_start_no_check(visit) -> None:
    app = visit("release")
    assert "verify" not in [button.key for button in app.button]
    assert str(settings.DEMO_RELEASE.parent) not in words(app).replace("\\", "")


def test_emptying_streamlits_caches_leaves_the_queue_and_the_work_of_others() -> None:
    queue, desks = job_view.queue(), session_restore._all()
    st.cache_resource.clear()
    st.cache_data.clear()
    assert job_view.queue() is queue
    assert session_restore._all() is desks

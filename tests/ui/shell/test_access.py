"""Paths of the server's disk are offered to whoever sits at it, and to nobody whom a proxy brings."""

import pytest

from generain_core.ui.shell.access import is_local

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


@pytest.mark.parametrize(("said", "offered"), [("yes", True), ("no", False), ("", False), ("perhaps", False)])
def test_the_setting_decides(visit, monkeypatch, said, offered) -> None:
    monkeypatch.setenv("GENERAIN_LOCAL_FILES", said)
    app = visit("samples")
    assert ("path" in [each.key for each in app.text_input]) == offered


def test_a_path_is_read_and_a_wrong_one_is_said(visit, monkeypatch, tmp_path) -> None:
    from tests.ui.test_samples_page import is_read, until

    monkeypatch.setenv("GENERAIN_LOCAL_FILES", "yes")
    (tmp_path / "mine.csv").write_text("gene,s1,s2\nTP53,1,2\nMYC,3,4\n")
    for wrong in (str(tmp_path / "none.csv"), "~nobody/none.csv", "a\0b", "x" * 5000):
        app = visit("samples")
        app.text_input(key="path").set_value(wrong)
        app.button[-1].click().run()
        assert not app.exception
        assert len(app.error) == 1
    app.text_input(key="path").set_value(f" {tmp_path / 'mine.csv'} ")
    app.button[-1].click().run()
    until(app, is_read)
    assert app.subheader[0].value == "mine\\.csv"

"""The Release page: what is there, the check of all files, and a download from a record, as jobs."""

import shutil
import tarfile
from pathlib import Path

import pytest

from generain_core import settings
from generain_core.release.files import FILES, choose
from generain_core.ui.jobs import job_view
from tests.install.record_server import serving
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import until


@pytest.fixture
def copy_of_demo(tmp_path: Path) -> Path:
    shutil.copytree(settings.DEMO_RELEASE, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def local(monkeypatch) -> None:
    monkeypatch.setattr("generain_core.ui.shell.access.manages", lambda: True)


def test_visitors_from_elsewhere_can_download_nothing(visit) -> None:
    app = visit("release")
    healthy(app)
    assert "If you started this page yourself, stop it (Ctrl+C) and type this in the same folder" in words(app)
    assert any(each.value.endswith("generain_core download") for each in app.code)
    assert not app.text_input


def ended(app) -> bool:
    return not [button for button in app.button if str(button.key).startswith("cancel_")]


def test_it_lists_every_file_and_what_is_missing(visit) -> None:
    app = visit("release")
    healthy(app)
    release = choose()
    table = app.dataframe[0].value
    assert dict(zip(table["file"], table["there"], strict=True)) == {f.path.name: f.present for f in release.files.values()}
    there = table[table["there"]]
    assert there["bytes"].sum() == sum(f.bytes for f in release.files.values())
    assert app.metric[0].value == f"{len(there)} of {len(table)}"


@pytest.mark.usefixtures("local")
def test_the_check_names_the_fault_and_gives_the_json(visit, copy_of_demo) -> None:
    path = copy_of_demo / FILES["vectors/genes"][0]
    path.write_text("\n".join(path.read_text().splitlines()[:-1]))
    app = visit("release", copy_of_demo)
    app.button(key="verify").click().run()
    until(app, ended)
    assert not app.exception
    assert "found a fault" in app.error[0].value
    assert "vectors GeneRAIN-vec.200d" in words(app)
    assert "send this report (verify -o report.json, or JSON on the page Release)" in words(app)
    assert "to those who keep the record 10.5281/zenodo.10408775" in words(app)
    table = app.dataframe[1].value
    printed = table[table["name"].str.startswith("as the authors printed")]
    assert len(printed) == 4
    assert (printed["ok"] == "not applicable").all()
    assert printed["detail"].str.contains("this release is simulated").all()
    assert table["ok"].tolist() == sorted(table["ok"])
    assert table["ok"].iloc[0] == "FAULT"
    document = job_view.queue().get(f"verify-{copy_of_demo}").result
    assert document["ok"] is False
    assert "SIMULATED" in document["provenance"]
    assert [button.label for button in app.get("download_button")] == ["JSON"]


def test_a_download_is_chosen_followed_and_installed(visit, local, tmp_path, monkeypatch) -> None:
    names = settings.DEMO_RELEASE / FILES["annotation/hgnc"][0]
    monkeypatch.setattr("generain_core.ui.release.jobs.HGNC", str(names))
    published = tmp_path / "published"
    published.mkdir()
    with tarfile.open(published / "data.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(settings.DEMO_RELEASE / "data" / "models", "data/models")
        archive.add(settings.DEMO_RELEASE / "SIMULATED", "SIMULATED")
    chunk = Path(FILES["chunk/0"][0]).name
    (published / chunk).write_bytes(bytes(1000))
    with serving(published) as server:
        app = visit("release")
        app.text_input(key="record_source").set_value(server.record).run()
        app.text_input(key="record_target").set_value(str(tmp_path / "r")).run()
        app.button(key="look_up").click().run()
        until(app, lambda app: any(box.label.startswith("data") for box in app.checkbox))
        healthy(app)
        assert [box.value for box in app.checkbox] == [True, False, False]
        assert app.button(key="download").label.startswith("Download 1 file")
        app.button(key="download").click().run()
        until(app, lambda app: (tmp_path / "r" / FILES["vectors/200d"][0]).is_file() and ended(app))
        healthy(app)
        app.checkbox(key="get_hgnc").check().run()
        assert app.button(key="download").label.startswith("Download 1 file")
        app.button(key="download").click().run()
        until(app, lambda app: (tmp_path / "r" / FILES["annotation/hgnc"][0]).is_file() and ended(app))
        healthy(app)
    assert (tmp_path / "r" / FILES["annotation/hgnc"][0]).read_bytes() == names.read_bytes()
    assert (tmp_path / "r" / FILES["vectors/200d"][0]).read_bytes() == choose().path("vectors/200d").read_bytes()
    assert not (tmp_path / "r" / FILES["chunk/0"][0]).exists()
    assert "Installed in" in words(app)
    assert [box.value for box in app.checkbox[:2]] == [False, False]
    assert "installed" in app.checkbox[0].label


def test_a_record_that_is_none_is_one_sentence(visit, local, tmp_path) -> None:
    app = visit("release")
    app.text_input(key="record_source").set_value(str(tmp_path / "nowhere")).run()
    app.button(key="look_up").click().run()
    until(app, lambda app: bool(app.error))
    assert not app.exception
    assert "no DOI of Zenodo" in words(app)
    assert app.button(key="look_up")

"""Predictions that are missing, damaged, or have to be made ready first."""

import threading
import time

import pytest

from generain_core.attributes import is_converted, open_store
from generain_core.attributes.predictions import Predictions
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from tests.ui.predicted import demo_with_predictions
from tests.ui.test_attributes_page import table
from tests.ui.test_pages import healthy, words


@pytest.fixture(scope="module")
def predicted(tmp_path_factory, demo_atlas) -> Predictions:
    release = demo_with_predictions(tmp_path_factory.mktemp("predicted") / "release", demo_atlas)
    return Predictions.open(release, demo_atlas.resolver)


def test_a_release_without_predictions_says_what_is_missing(visit, mapped, tmp_path, predicted) -> None:
    import shutil

    root = tmp_path / "release"
    shutil.copytree(predicted.release.root, root)
    Release.open(root).path("attributes").unlink()
    app = visit("attributes", root)
    healthy(app)
    assert "genes_clf_pred_results.parquet" in words(app)
    app = visit("gene", root, gene="CD3E")
    healthy(app)
    assert "no predicted attributes" in words(app)


def test_a_damaged_file_is_explained(visit, mapped, tmp_path, predicted) -> None:
    import shutil

    root = tmp_path / "release"
    shutil.copytree(predicted.release.root, root)
    path = Release.open(root).path("attributes")
    path.write_bytes(path.read_bytes()[:5000])
    app = visit("attributes", root)
    assert not app.exception
    assert "cut short" in app.error[0].value


def test_a_large_table_is_announced_and_made_ready_without_being_asked(visit, mapped, tmp_path, demo_atlas, monkeypatch) -> None:
    monkeypatch.setattr("generain_core.ui.shell.resources.SMALL_PREDICTIONS", 1000)
    release = demo_with_predictions(tmp_path / "release", demo_atlas, twins=1)
    app = visit("attributes", release.root, gene="CD3E")
    assert "MB of disk" in words(app)
    for _ in range(200):
        healthy(app)
        if app.dataframe:
            break
        time.sleep(1)
        app.run()
    assert table(app, "attribute", "percentile")["attribute"].tolist()[0].startswith("T cell activation")
    assert len(open_store(release).table) == 10


def test_making_ready_is_shown_to_all_cancelled_by_none_and_begun_again_where_it_failed(
    visit, mapped, tmp_path, demo_atlas, monkeypatch
) -> None:
    gate = threading.Event()

    def failing(*arguments: object, **options: object):
        def work(job) -> None:
            job.share, job.words = 0.4, "reading and ranking"
            assert gate.wait(30)
            raise GeneRAINError("The disk is full.")

        return work

    monkeypatch.setattr("generain_core.ui.shell.resources.SMALL_PREDICTIONS", 1000)
    release = demo_with_predictions(tmp_path / "release", demo_atlas, twins=4)
    with monkeypatch.context() as patched:
        patched.setattr("generain_core.ui.jobs.preparation.job_view.in_child", failing)
        app = visit("attributes", release.root, gene="CD3E")
    for _ in range(40):
        if any("reading and ranking" in each.proto.text for each in app.get("progress")):
            break
        time.sleep(0.25)
        app.run()
    healthy(app)
    assert not any(str(each.key).startswith("cancel_") for each in app.button)
    gate.set()
    for _ in range(40):
        if any(each.key == "attributes_prepare" for each in app.button):
            break
        time.sleep(0.25)
        app.run()
    assert "The disk is full" in app.error[0].value
    assert not is_converted(release)
    app.button(key="attributes_prepare").click().run()
    for _ in range(400):
        if app.dataframe:
            break
        time.sleep(0.5)
        app.run()
    assert is_converted(release)


def test_a_small_table_is_made_ready_at_once(visit, mapped, tmp_path, demo_atlas) -> None:
    release = demo_with_predictions(tmp_path / "release", demo_atlas, twins=3)
    app = visit("gene", release.root, gene="CD3E")
    healthy(app)
    assert len(table(app, "attribute", "percentile"))

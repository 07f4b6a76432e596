"""Work that is saved on the page opens again in another session, to the same state."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from generain_core.progress import silent
from generain_core.release.files import choose
from generain_core.ui.jobs import job_view
from generain_core.ui.shell import keys
from generain_core.ui.work import capture, panel
from generain_core.ui.work.opening import open_file
from generain_core.vectors.atlas import open_genes
from tests.conftest import PROJECT
from tests.ui.lists.test_lists_page import pasted
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import is_read, until


def in_session(app: AppTest, monkeypatch, function):
    """Return what a function gives in a session."""
    with monkeypatch.context() as patch:
        patch.setattr("streamlit.session_state", {key: app.session_state[key] for key in app.session_state._state.filtered_state})
        return function()


def opened(content: bytes, tmp_path: Path) -> AppTest:
    """Return a new session that a work file was opened in; only the first run of a session has the sidebar here."""
    path = tmp_path / "mine.generain.zip"
    path.write_bytes(content)
    release = choose()
    job = job_view.Job("open", "Opening", lambda job: None, state="done")
    job.result = open_file(path, path.name, release, open_genes(release), silent)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120)
    app.session_state[panel.JOB] = job
    return app.run()


def test_lists_samples_and_bins_open_again(visit, mapped, monkeypatch, tmp_path) -> None:
    app = pasted(visit("lists"), "ribosome", "RPL3 RPL4 RPS6 nothing")
    assert not in_session(app, monkeypatch, capture.is_saved)
    app = app.switch_page("pages/samples.py").run()
    app.button(key="example").click().run()
    until(app, is_read)
    app.number_input(key=keys.MIN_GENES).set_value(2100).run()
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None)
    first = app.session_state[keys.SAMPLES]
    content = panel.content(in_session(app, monkeypatch, capture.capture), choose())
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"manifest.json", "lists.json", "lists.gmt", "samples.h5ad", "sheet.csv"} <= set(names)

    again = opened(content, tmp_path)
    healthy(again)
    assert [(each.name, each.genes, dict(each.missing)) for each in again.session_state[keys.LISTS]] == [
        (each.name, each.genes, dict(each.missing)) for each in app.session_state[keys.LISTS]
    ]
    second = again.session_state[keys.SAMPLES]
    assert second.binned.basis == first.binned.basis
    old, new = first.normalized.adata, second.normalized.adata
    assert np.array_equal(old.layers["bins"], new.layers["bins"])
    assert np.array_equal(old.X, new.X)
    pd.testing.assert_frame_equal(old.obs, new.obs)
    again = again.switch_page("pages/samples.py").run()
    healthy(again)
    assert words(again) == words(app)
    assert in_session(again, monkeypatch, capture.is_saved)

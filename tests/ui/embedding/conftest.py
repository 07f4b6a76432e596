"""Samples on the page, on a small release with all four models."""

import pandas as pd
import pytest

from generain_core.release.files import Release
from generain_core.ui.shell import keys
from tests.ui.embedding.on_page import some_counts
from tests.ui.test_samples_page import csv, until, upload


@pytest.fixture(scope="module")
def release(standin) -> Release:
    return Release.open(standin)


@pytest.fixture(scope="module")
def counts(release) -> pd.DataFrame:
    return some_counts(release)


@pytest.fixture
def binned(visit, standin, counts, monkeypatch):
    """Return the page with samples and their sheet, binned."""

    def go(table: pd.DataFrame = counts):
        monkeypatch.setenv("GENERAIN_RELEASE", str(standin))
        app = upload(visit, csv(table), "mine.csv")
        sheet = pd.DataFrame({"name": table.columns, "group": ["treated", "untreated"] * (table.shape[1] // 2)})
        app.file_uploader[0].upload("sheet.csv", csv(sheet, index=False)).run()
        app.number_input(key=keys.MIN_GENES).set_value(500).run()
        app.button(key="bin").click().run()
        return until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None).run()

    return go

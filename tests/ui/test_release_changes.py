"""A release that changes under the running app: what is shown is of the files that are there, or it is said that they changed."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning import bins as binning
from generain_core.samples.binning.bins import bin_samples
from generain_core.settings import DEMO_RELEASE
from generain_core.ui.shell import resources
from tests.ui.test_pages import healthy, words

GENE = "CD3E"


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Return a copy of the demo that may be written to; its files are looked at anew at each run of a page."""
    shutil.copytree(DEMO_RELEASE, tmp_path / "release")
    monkeypatch.setattr(resources, "_stamp_of", resources._stamp_of.__wrapped__)
    return Release.open(tmp_path / "release")


def replace(path: Path, array: np.ndarray) -> None:
    """Put another array in the place of a file, a second later by its clock."""
    later = path.stat().st_mtime + 1
    np.save(path, array)
    os.utime(path, (later, later))


def nearest(app) -> str:
    return str(app.dataframe[0].value.iloc[0, 0])


def test_a_page_shows_the_vectors_that_are_there_now_and_names_a_file_that_was_cut_short(visit, copied: Release) -> None:
    path = copied.path("vectors/200d")
    vectors = np.load(path)
    genes = copied.path("vectors/genes").read_text().split()
    app = visit("gene", release=copied.root, gene=GENE)
    healthy(app)
    before = nearest(app)
    other = next(name for name in ("ALB", "MYL7", "TP53") if name in genes and name != before)
    vectors[genes.index(other)] = vectors[genes.index(GENE)] * 1.5
    replace(path, vectors)
    healthy(app.run())
    assert nearest(app) == other != before
    os.truncate(path, path.stat().st_size // 2)
    app.run()
    assert not app.exception
    assert path.name in words(app)


@pytest.mark.parametrize("how", ["cut short", "written over", "gone"])
def test_bins_are_never_of_boundaries_that_changed_meanwhile(copied: Release, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    boundaries = Boundaries.open(copied)
    counts, totals = np.ones((2, len(boundaries.genes)), np.float32), np.full(2, 1e6)
    columns = np.arange(len(boundaries.genes))
    whole = bin_samples(counts, totals, boundaries, columns)
    bin_block, path = binning._bin_block, copied.path("boundaries/coding_lncrna")

    def meanwhile(*arguments: object) -> np.ndarray:
        result = bin_block(*arguments)
        if how == "cut short":
            os.truncate(path, path.stat().st_size // 2)
        elif how == "written over":
            replace(path, np.load(path))
        else:
            path.unlink()
        return result

    monkeypatch.setattr(binning, "_bin_block", meanwhile)
    with pytest.raises(ReleaseError, match=f"{path.name} was changed or removed"):
        bin_samples(counts, totals, boundaries, columns)
    monkeypatch.undo()
    if how == "written over":
        np.testing.assert_array_equal(bin_samples(counts, totals, Boundaries.open(copied), columns), whole)

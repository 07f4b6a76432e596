"""Where a release is fetched from, and how fast."""

from pathlib import Path

import pytest

from generain_core.errors import GeneRAINError
from generain_core.install import record as records
from generain_core.install.download import Meter
from generain_core.install.record import RecordFile, read_record


@pytest.mark.parametrize("source", ["http://[::1", "nowhere", "10.1101/2024.03.07.583777", "ftp://x/y", ""])
def test_what_is_no_record(source: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GeneRAINError):
        read_record(source)


def test_the_doi_leads_to_the_interface(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(records.remote, "read_small", lambda address, most: asked.append(address) or b"{}")
    for doi in (records.DOI, f"https://doi.org/{records.DOI}"):
        with pytest.raises(GeneRAINError, match="does not list files"):
            read_record(doi)
    assert asked == ["https://zenodo.org/api/records/10408775"] * 2


def test_rate_and_time_left() -> None:
    now = iter([0.0, 10.0, 20.0])
    told: list[tuple[float, str]] = []
    meter = Meter(lambda share, words: told.append((share, words)), 40_000_000, clock=lambda: next(now))
    at = meter.of(RecordFile("a.npy", 40_000_000, "", ""))
    for done in (0, 10_000_000, 20_000_000):
        at(done)
    assert told[-1] == (0.45, "a.npy: 20 MB of 40 MB, 1.0 MB/s, 20 s left")

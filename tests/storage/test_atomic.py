"""Tables that carry their origin, files that are whole or not there."""

import errno
import io
import os
from pathlib import Path

import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.release.provenance import csv_bytes
from generain_core.storage.atomic import atomic_write


def test_the_origin_stays_with_every_row() -> None:
    table = pd.DataFrame({"gene": ["TP53", "XIST"], "cosine": [0.1234567891, -1.0]})
    back = pd.read_csv(io.BytesIO(csv_bytes(table, "SIMULATED; demo, k=2")))
    assert back.columns.tolist() == ["gene", "cosine", "provenance"]
    assert set(back["provenance"]) == {"SIMULATED; demo, k=2"}
    assert back["cosine"].tolist() == [0.12345679, -1.0]


def test_a_spreadsheet_runs_nothing() -> None:
    back = csv_bytes(pd.DataFrame({"gene": ["=cmd()", "@x", "-1-x", "A=1"]}), "o").decode()
    assert "'=cmd()" in back
    assert "'@x" in back
    assert "\nA=1," in back


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with pytest.raises(RuntimeError, match="boom"), atomic_write(target) as working:  # noqa: PT012
        working.write_text("half")
        raise RuntimeError("boom")
    assert list(tmp_path.iterdir()) == []
    with atomic_write(target) as working:
        working.write_text("whole")
    assert target.read_text() == "whole"
    h5 = tmp_path / "a.h5"
    with pytest.raises(GeneRAINError) as told, atomic_write(h5):
        raise OSError(errno.EFBIG, "Can't synchronously write data (file write failed\n, filename = '/tmp/.a.h5-x7')")  # HDF5's
    assert str(told.value) == f"{h5} can't be written ({os.strerror(errno.EFBIG)}); make room, then do it again."
    with pytest.raises(GeneRAINError, match="can't be written"), atomic_write(tmp_path / "no" / "x"):
        pass

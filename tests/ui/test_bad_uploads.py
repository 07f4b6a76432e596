"""Bad input is normal input: each file is refused in one sentence (what was given, and what to do), and the page goes on."""

import io
import os
import pickle
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import anndata
import h5py
import numpy as np
import openpyxl
import pandas as pd
import pytest

from generain_core.release.files import choose
from generain_core.ui.shell import keys
from tests.ui.test_pages import healthy
from tests.ui.test_samples_page import csv, is_read, until, upload

COUNTS = pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :3]
GENES = list(COUNTS.index)


def with_cell(value: object) -> bytes:
    return csv(COUNTS.astype(object).mask((COUNTS.index == GENES[5])[:, None] & (COUNTS.columns == COUNTS.columns[1]), value))


def workbook(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["gene", *COUNTS.columns])
    for gene, row in list(COUNTS.iterrows())[:2100]:
        book.active.append([gene, *map(int, row)])
    change(book)
    book.save(out)
    return out.getvalue()


def formula(book: openpyxl.Workbook) -> None:
    book.active["C7"] = "=A1+1"


def second_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("notes", 0).append(["made in", 2024])


def zipped(name: str, content: bytes, *, declared: int | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    raw = bytearray(out.getvalue())
    if declared is not None:
        at = raw.rindex(b"PK\x01\x02")
        raw[at + 24 : at + 28] = struct.pack("<I", declared)
    return bytes(raw)


def h5(write: Callable[[h5py.File], object]) -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        write(file)
    return out.getvalue()


def h5ad() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        anndata.AnnData(COUNTS[~COUNTS.index.duplicated()].T.astype("float32")).write_h5ad(Path(folder) / "a.h5ad")
        return (Path(folder) / "a.h5ad").read_bytes()


class Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(Path(tempfile.gettempdir()) / "generain-was-run"),)


def packed(file: h5py.File) -> None:
    """Declare a table of 3 GB."""
    file.create_group("obs")
    file.create_group("var")
    file.create_dataset("X", (20_000, 20_000), "f8", chunks=True)


SAMPLE, GENE = COUNTS.columns[1], GENES[5]
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "an empty file": (lambda: b"", "a.csv", "is empty; give a table"),
    "only a header": (lambda: b"gene,a,b\n", "a.csv", "only a header; give a table"),
    "ragged rows": (
        lambda: csv(COUNTS[:60]) + b"MYC,1\n",
        "a.csv",
        r"2 fields in line 62 \(it starts with 'MYC'\) but 4 .*; complete",
    ),
    "text in a cell": (
        lambda: with_cell("high"),
        "a.csv",
        rf"the text 'high' in row '{GENE}' \(line 7\), column .*; put a number",
    ),
    "a date": (lambda: with_cell("2024-03-01"), "a.csv", rf"the date '2024-03-01' in row '{GENE}' \(line 7\).*; put a number"),
    "all zeros": (lambda: csv(COUNTS * 0), "a.csv", "nothing but zeros; give counts"),
    "one gene": (lambda: csv(COUNTS.iloc[:1]), "a.csv", "holds one gene; give a whole table"),
    "an infinite value": (lambda: with_cell("inf"), "a.csv", f"infinite value in sample '{SAMPLE}', '{GENE}'; give counts"),
    "1e300": (lambda: with_cell("1e300"), "a.csv", rf"1e\+300, more than any count, in sample '{SAMPLE}', '{GENE}'; give"),
    "negative counts": (lambda: with_cell(-3), "a.csv", rf"the first -3 in sample '{SAMPLE}', '{GENE}'.*; give counts"),
    "a zip bomb": (lambda: zipped("a.csv", b"0" * (80 << 20)), "a.zip", r"unpacks to [\d,]+ times its size.*; give the table"),
    "a path outside": (lambda: zipped("../../matrix.mtx", b"x"), "a.zip", "a path outside the archive .*; pack the folder again"),
    "3 GB, as a zip says": (
        lambda: zipped("a.csv", b"x", declared=3 << 30),
        "a.zip",
        "holds 3.0 GB of data; up to 2.0 GB .*, so split",
    ),
    "3 GB, as an h5ad says": (lambda: h5(packed), "a.h5ad", "declares 3.0 GB but stores nothing of it; save it again"),
    "an h5 that is no h5ad": (
        lambda: h5(lambda f: f.create_dataset("pictures", data=[1])),
        "a.h5",
        "neither an h5ad .* nor a 10x",
    ),
    "a truncated h5ad": (lambda: h5ad()[:-3000], "a.h5ad", "HDF5 but cut off, damaged .*; save it again"),
    "merged cells": (lambda: workbook(lambda b: b.active.merge_cells("B5:C6")), "a.xlsx", "merged cells .*; unmerge them"),
    "a formula alone": (lambda: workbook(formula), "a.xlsx", "a formula without a stored value in C7 .*; open and save"),
    "a pickle that would run code": (lambda: pickle.dumps(Hostile()), "a.pickle", r"a\.pickle .*; "),
    "a PDF called csv": (
        lambda: b"%PDF-1.7\n%\xe2\xe3" + b"x" * 500,
        "a.csv",
        "a PDF document, not a table of .*; accepted are csv",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_one_sentence_and_nothing_is_lost(visit, what) -> None:
    make, name, said = REFUSED[what]
    app = upload(visit, make(), name)
    assert not app.exception
    assert len(app.error) == 1
    message = str(app.error[0].value).replace("\\", "").replace("\u2060", "")
    assert re.search(said, message), message
    assert name in message
    assert message.endswith(".")
    assert "\n" not in message
    assert not (Path(tempfile.gettempdir()) / "generain-was-run").exists()
    app.button(key="forget").click().run()
    app.file_uploader[0].upload("good.csv", csv(COUNTS)).run()
    until(app, is_read)
    healthy(app)
    assert app.metric[0].value == "3"


ACCEPTED: dict[str, tuple[Callable[[], bytes], str, int, str]] = {
    "one sample": (lambda: csv(COUNTS.iloc[:, :1]), "a.csv", 1, ""),
    "genes in columns": (lambda: csv(COUNTS.T), "a.csv", 3, "Genes are in columns"),
    "two samples of one name": (lambda: csv(COUNTS.set_axis(["a", "a", "b"], axis=1)), "a.csv", 3, "were made unique: a."),
    "two sheets": (lambda: workbook(second_sheet), "a.xlsx", 3, "Of 2 sheets, Sheet was read"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_it_is_understood_and_said(visit, what) -> None:
    make, name, samples, said = ACCEPTED[what]
    app = upload(visit, make(), name)
    healthy(app)
    made = app.session_state[keys.SAMPLES].joined.expression
    assert app.metric[0].value == str(samples) == str(len(set(made.samples)))
    assert said in " ".join(made.notes)
    of = {gene: i for i, gene in enumerate(made.identifiers)}
    np.testing.assert_array_equal(made.values[:, of[GENES[7]]], COUNTS.loc[GENES[7]].to_numpy()[:samples])

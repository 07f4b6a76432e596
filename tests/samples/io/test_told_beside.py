"""What lies beside a table in its file: merged headers, hidden parts, metadata and tables that are not read."""

import anndata
import h5py
import numpy as np
import openpyxl
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.read import read
from tests.samples.io.test_read_formats import COUNTS, SAMPLES, assert_same, dense, excel, rows_of, ten_x
from tests.samples.known import ENSEMBL, SYMBOLS, Known


def test_xlsx_with_a_merged_header(tmp_path):
    """Groups over samples, and the names of genes beside both rows: refused before, though nothing is unclear."""
    rows = rows_of()
    groups, numbers = ["Gene", "Control", None, "Treated", None], [None, 1, 2, 1, 2]
    path = excel(tmp_path / "a.xlsx", ("S", [groups, numbers, *rows[1:]]), merged=["A1:A2", "B1:C1", "D1:E1"])
    found = read_expression(path, Known())
    assert found.samples == ("Control 1", "Control 2", "Treated 1", "Treated 2")
    np.testing.assert_array_equal(dense(found.values), COUNTS.T)
    kinds = [["Gene", "Raw counts", *[None] * 3, "TPM", *[None] * 3], [None, *SAMPLES, *SAMPLES]]
    both = [[name, *row, *(value / 7 for value in row)] for name, *row in rows[1:]]
    path = excel(tmp_path / "b.xlsx", ("S", [*kinds, *both]), merged=["B1:E1", "F1:I1"])
    assert_same(read_expression(path, Known()))
    path = excel(tmp_path / "c.xlsx", ("S", [groups, *rows[1:]]), merged=["B1:C1", "D1:E1"])
    with pytest.raises(GeneRAINError, match="merged cells"):
        read_expression(path, Known())


def test_xlsx_says_what_is_hidden(tmp_path):
    for whole in (True, False):
        path = excel(tmp_path / "a.xlsx", ("Counts", rows_of()), ("Old", [["x"]]))
        book = openpyxl.load_workbook(path)
        book["Counts"].column_dimensions["C"].hidden = True
        for row in (4, 5, 9):
            book["Counts"].row_dimensions[row].hidden = True
        if whole:
            book["Counts"].sheet_state = "hidden"
            book.active = 1
        book.save(path)
        table = read(path)
        assert table.layers["values"].values.shape == COUNTS.shape
        assert f"1 column of the sheet Counts is hidden and read too: '{SAMPLES[1]}'." in table.not_read
        assert "3 rows of the sheet Counts are hidden, as a filter hides them, and read too." in table.not_read
        assert any("is hidden in the workbook" in note for note in table.not_read) == whole
    plain = read(excel(tmp_path / "b.xlsx", ("Counts", rows_of())))
    assert not any("hidden" in note for note in plain.notes)


def test_metadata_of_a_10x_archive_that_contradicts_itself_is_left_aside(tmp_path):
    """The first column that fitted was taken, though another gave each barcode another row."""
    folder = tmp_path / "sample"
    folder.mkdir()
    files = ten_x(packed=False, csv=False)
    files["metadata.csv"] = ("run,sample,age\n" + "".join(f"{s},{SAMPLES[i - 1]},{i}\n" for i, s in enumerate(SAMPLES))).encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = read_expression(folder, Known())
    assert_same(found, ENSEMBL)
    assert found.obs.empty
    assert any("metadata.csv was left aside" in note and "contradict each other" in note for note in read(folder).not_read)


def test_an_h5ad_beside_whose_samples_lies_a_wide_table(tmp_path):
    """A table of very many columns keeps its attributes elsewhere; the file was refused, though nobody reads that table."""
    adata = anndata.AnnData(COUNTS.T, obs=pd.DataFrame(index=SAMPLES), var=pd.DataFrame(index=SYMBOLS))
    adata.write_h5ad(tmp_path / "plain.h5ad")
    with h5py.File(tmp_path / "plain.h5ad") as plain, h5py.File(tmp_path / "a.h5ad", "w", libver="latest") as file:
        for key in plain:
            plain.copy(key, file)
        file.attrs.update({name: str(value) for name, value in plain.attrs.items()})
        group = file["obsm"].create_group("wide")
        group.attrs["column-order"] = np.array([f"column {i}" for i in range(5000)], dtype=object)
    assert_same(read_expression(tmp_path / "a.h5ad", Known()))

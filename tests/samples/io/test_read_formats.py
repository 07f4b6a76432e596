import gzip
import io
import zipfile

import anndata
import h5py
import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import io as scipy_io
from scipy import sparse

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.io.read import read
from tests.samples.known import ENSEMBL, SYMBOLS, Known, counts

COUNTS = counts()
SAMPLES = ["s1", "s2", "s3", "s4"]
FRAME = pd.DataFrame(COUNTS, index=pd.Index(SYMBOLS, name="gene"), columns=SAMPLES)


def dense(values):
    return values.toarray() if sparse.issparse(values) else values


def assert_same(found, identifiers=SYMBOLS):
    assert found.samples == tuple(SAMPLES)
    assert found.identifiers == tuple(identifiers)
    np.testing.assert_array_equal(dense(found.values), COUNTS.T)
    assert len(found.sha256) == 64


def excel(path, *sheets, merged=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path


def rows_of(frame=FRAME):
    return [
        ["gene", *frame.columns],
        *([name, *map(float, row)] for name, row in zip(frame.index, frame.to_numpy(), strict=True)),
    ]


@pytest.mark.parametrize("index", [True, False])
def test_parquet(tmp_path, index):
    path = tmp_path / "a.parquet"
    (FRAME if index else FRAME.reset_index()).to_parquet(path)
    assert_same(read_expression(path, Known()))


def test_parquet_with_an_unnamed_index_and_samples_in_rows(tmp_path):
    path = tmp_path / "a.parquet"
    FRAME.rename_axis(None).T.to_parquet(path)
    assert_same(read_expression(path, Known()))


def test_xlsx(tmp_path):
    assert_same(read_expression(excel(tmp_path / "a.xlsx", ("Sheet1", rows_of())), Known()))


def test_xlsx_takes_the_sheet_with_numbers_and_skips_titles(tmp_path):
    notes = ("Read me", [["This file", "has counts", "of 4 samples"], ["see sheet 2"]])
    path = excel(tmp_path / "a.xlsx", notes, ("Counts", [["Counts of our study"], [], *rows_of()]))
    found = read_expression(path, Known())
    assert_same(found)
    assert any("Of 2 sheets, Counts was read" in note for note in found.notes)


def test_xlsx_with_two_sheets_that_are_as_likely_asks_and_says_what_it_leaves_out(tmp_path):
    path = excel(tmp_path / "a.xlsx", ("Batch 1", rows_of()), ("Batch 2", rows_of()))
    with pytest.raises(NeedsConsent, match="2 sheets that may hold the samples .Batch 1 and Batch 2.") as question:
        read_expression(path, Known())
    assert (question.value.options, question.value.choices) == (("part",), ("Batch 1", "Batch 2"))
    found = read_expression(path, Known(), part="Batch 2")
    assert_same(found)
    assert [(left.kind, left.name) for left in found.left_out] == [("part", "Batch 1")]
    with pytest.raises(GeneRAINError, match="no sheet 'Batch 3'; choose one of: Batch 1 or Batch 2"):
        read_expression(path, Known(), part="Batch 3")
    tpm = [rows_of()[0], *([row[0], *(7.5 * value for value in row[1:])] for row in rows_of()[1:])]
    found = read_expression(excel(tmp_path / "c.xlsx", ("TPM", tpm), ("Raw counts", rows_of())), Known())
    assert_same(found)
    assert any("Not read: TPM, though full of numbers too." in note for note in found.notes)
    results = [["gene", "log2FoldChange", "padj", "mean"], *([row[0], 1.5, 0.5, 3] for row in rows_of()[1:])]
    assert_same(read_expression(excel(tmp_path / "d.xlsx", ("Counts", rows_of()), ("DE", results)), Known()))
    found = read_expression(excel(tmp_path / "b.xlsx", ("Counts", rows_of()), ("Ages", [["age"], [31], [42]])), Known())
    assert not any("Not read" in note for note in found.notes)


def test_xlsx_merged_title_is_fine_but_merged_cells_are_not(tmp_path):
    path = excel(tmp_path / "a.xlsx", ("S", [["Counts of our study"], *rows_of()]), merged=["A1:E1"])
    assert_same(read_expression(path, Known()))
    path = excel(tmp_path / "b.xlsx", ("S", rows_of()), merged=["B3:C3"])
    with pytest.raises(GeneRAINError, match="merged cells .B3:C3"):
        read_expression(path, Known())


def test_xlsx_formulas_without_values(tmp_path):
    rows = rows_of()
    rows[3][2] = "=B4*2"
    with pytest.raises(GeneRAINError, match="formula without a stored value in C4"):
        read_expression(excel(tmp_path / "a.xlsx", ("S", rows)), Known())


def test_xlsx_dates_among_numbers(tmp_path):
    rows = rows_of()
    rows[2][1] = pd.Timestamp("2024-03-01").to_pydatetime()
    with pytest.raises(GeneRAINError, match=r"date '2024-03-01.* in row 'GAPDH' \(line 3\), column 's1'"):
        read_expression(excel(tmp_path / "a.xlsx", ("S", rows)), Known())


def test_xlsx_with_a_far_away_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in rows_of():
        book.active.append(row)
    book.active["XFD1048576"].number_format = "0.00"
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert_same(read_expression(path, Known()))


@pytest.fixture
def adata():
    obs = pd.DataFrame({"group": pd.Categorical(["a", "a", "b", "b"]), "age": [50.0, 61, np.nan, 38]}, index=SAMPLES)
    return anndata.AnnData(COUNTS.T.copy(), obs=obs, var=pd.DataFrame(index=SYMBOLS))


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.csc_matrix])
def test_h5ad(tmp_path, adata, kind):
    adata.X = kind(adata.X)
    path = tmp_path / "a.h5ad"
    adata.write_h5ad(path, compression="gzip")
    found = read_expression(path, Known())
    assert_same(found)
    assert found.obs["group"].tolist() == ["a", "a", "b", "b"]
    assert found.obs["age"].isna().tolist() == [False, False, True, False]


def test_h5ad_finds_the_layer_with_counts(tmp_path, adata):
    adata.layers["counts"] = sparse.csr_matrix(adata.X)
    adata.X = np.log1p(adata.X / adata.X.sum(axis=1, keepdims=True) * 1e4)
    adata.raw = adata.copy()
    path = tmp_path / "a.h5ad"
    adata.write_h5ad(path)
    findings = diagnose(read(path), Known())
    assert findings.layer == "layers/counts"
    assert {name: v.kind for name, v in findings.layers.items()} == {"layers/counts": "counts", "X": "log", "raw": "log"}
    assert_same(read_expression(path, Known()))
    with pytest.raises(GeneRAINError, match=r"ln\(x \+ 1\)"):
        read_expression(path, Known(), layer="X")
    assert_same(read_expression(path, Known(), layer="counts"))
    assert_same(read_expression(path, Known(), layer="layers/counts"))
    with pytest.raises(GeneRAINError, match="has no layer 'count'; choose one of: X, raw or counts"):
        read_expression(path, Known(), layer="count")


def test_h5ad_with_symbols_in_a_column(tmp_path, adata):
    adata.var["gene_name"] = SYMBOLS
    adata.var_names = [f"feature {i}" for i in range(len(SYMBOLS))]
    path = tmp_path / "a.h5ad"
    adata.write_h5ad(path)
    assert_same(read_expression(path, Known()))


def test_h5ad_of_knock_downs_is_not_turned_round(tmp_path, adata):
    adata.obs_names = SYMBOLS[:4]
    path = tmp_path / "a.h5ad"
    adata[:, ::-1].copy().write_h5ad(path)
    assert read_expression(path, Known()).samples == tuple(SYMBOLS[:4])


def test_h5ad_inside_gzip(tmp_path, adata):
    path = tmp_path / "a.h5ad"
    adata.write_h5ad(path)
    packed = tmp_path / "a.h5ad.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert_same(read_expression(packed, Known()))


@pytest.mark.parametrize("version", [2, 3])
def test_10x_h5(tmp_path, version):
    path = tmp_path / "a.h5"
    matrix = sparse.csc_matrix(np.vstack([COUNTS, COUNTS[:2]])) if version == 3 else sparse.csc_matrix(COUNTS)
    with h5py.File(path, "w") as file:
        group = file.create_group("matrix" if version == 3 else "GRCh38")
        group["data"], group["indices"], group["indptr"] = matrix.data.astype(int), matrix.indices, matrix.indptr
        group["shape"], group["barcodes"] = matrix.shape, [s.encode() for s in SAMPLES]
        if version == 3:
            group["features/id"] = [*(e.encode() for e in ENSEMBL), b"CD3", b"CD4"]
            group["features/name"] = [*(e.encode() for e in SYMBOLS), b"CD3", b"CD4"]
            group["features/feature_type"] = [b"Gene Expression"] * len(SYMBOLS) + [b"Antibody Capture"] * 2
        else:
            group["genes"], group["gene_names"] = [e.encode() for e in ENSEMBL], [e.encode() for e in SYMBOLS]
    found = read_expression(path, Known())
    assert_same(found, ENSEMBL)
    assert any("2 features that are no gene expression" in note for note in found.notes) == (version == 3)


def ten_x(*, packed: bool, csv: bool) -> dict[str, bytes]:
    out = io.BytesIO()
    scipy_io.mmwrite(out, sparse.coo_matrix(COUNTS.astype(int)))
    if csv:
        genes = '"","x"\n' + "".join(f'"{i + 1}","{s}"\n' for i, s in enumerate(SYMBOLS))
        barcodes = '"","x"\n' + "".join(f'"{i + 1}","{s}"\n' for i, s in enumerate(SAMPLES))
        files = {"matrix.mtx": out.getvalue(), "genes.csv": genes.encode(), "barcodes.csv": barcodes.encode()}
        files["seurat_metadata.csv"] = ('"","batch"\n' + "".join(f'"{s}",{i}\n' for i, s in enumerate(SAMPLES))).encode()
    else:
        features = "".join(f"{e}\t{s}\tGene Expression\n" for e, s in zip(ENSEMBL, SYMBOLS, strict=True))
        files = {"matrix.mtx": out.getvalue(), "features.tsv": features.encode(), "barcodes.tsv": "\n".join(SAMPLES).encode()}
    return {f"{k}.gz": gzip.compress(v) for k, v in files.items()} if packed else files


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("csv", [True, False])
@pytest.mark.parametrize("zipped", [True, False])
def test_10x_folder_and_zip(tmp_path, packed, csv, zipped):
    folder = tmp_path / "sample"
    folder.mkdir()
    for name, content in ten_x(packed=packed, csv=csv).items():
        (folder / f"GSM1_{name}").write_bytes(content)
    path = folder
    if zipped:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for member in folder.iterdir():
                archive.write(member, f"filtered/{member.name}")
            archive.writestr("__MACOSX/._x", b"junk")
    found = read_expression(path, Known())
    assert_same(found, SYMBOLS if csv else ENSEMBL)
    assert found.obs.columns.tolist() == (["batch"] if csv else [])


def test_zip_of_one_table(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("counts.csv", FRAME.to_csv())
    assert_same(read_expression(path, Known()))


def gct(version: str) -> str:
    rows = [f"p{i}\t{name}\t" + "\t".join(map(str, row)) for i, (name, row) in enumerate(zip(SYMBOLS, COUNTS, strict=True))]
    if version == "1.2":
        return f"#1.2\n{len(rows)}\t4\nName\tDescription\t" + "\t".join(SAMPLES) + "\n" + "\n".join(rows) + "\n"
    head = f"#1.3\n{len(rows)}\t4\t1\t2\nid\tpr_gene_symbol\t" + "\t".join(SAMPLES)
    return head + "\ndrug\tna\ta\ta\tb\tb\ndose\tna\t1\t2\t1\t2\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_gct(tmp_path, version):
    path = tmp_path / "a.gct"
    path.write_text(gct(version))
    found = read_expression(path, Known())
    assert_same(found)
    assert found.obs.columns.tolist() == (["drug", "dose"] if version == "1.3" else [])


def test_gct_that_is_cut_off(tmp_path):
    path = tmp_path / "a.gct"
    path.write_text("\n".join(gct("1.3").splitlines()[:-3]))
    with pytest.raises(GeneRAINError, match="declares 30 rows but has 27"):
        read(path)

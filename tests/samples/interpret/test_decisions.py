"""What was decided about a table is said, can be had otherwise, and is asked where two readings are about as likely."""

import io
import json
import tarfile
import zipfile

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import io as scipy_io
from scipy import sparse

import generain_core
from generain_core.cli import main
from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.release.files import choose
from generain_core.samples.interpret.correction import read_expression, to_expression
from generain_core.samples.interpret.decisions import UNTOLD, decisions_of
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.anndata_table import raw_table_of
from generain_core.samples.io.read import read
from generain_core.wording.table_reading import decision_sentence, reading_report
from tests.samples.known import SYMBOLS, Known, counts, text

COUNTS = counts() + 1
SAMPLES = ["s1", "s2", "s3", "s4"]


def frame(**columns) -> pd.DataFrame:
    return pd.DataFrame(COUNTS, index=pd.Index(SYMBOLS, name="gene"), columns=SAMPLES).assign(**columns)


def test_one_sentence_says_all_that_was_decided_and_how_to_have_it_otherwise(tmp_path):
    frame(mean=COUNTS.mean(axis=1), log2FoldChange=0.5, padj=0.1, Total=COUNTS.sum(axis=1)).to_csv(tmp_path / "a.csv")
    found = read_expression(tmp_path / "a.csv", Known())
    assert found.samples == tuple(SAMPLES)
    assert decision_sentence(found.decisions) == (
        "Read as: genes in rows; called by the column gene; counts; 4 samples (4 others left out); totals over all 30 genes of "
        "the table."
    )
    left = {each.name: each for each in found.left_out}
    assert set(left) == {"mean", "log2FoldChange", "padj", "Total"}
    assert all(each.kind == "column" and each.reason and each.option == "take_in" for each in left.values())
    report = reading_report(found)
    assert {each["decision"]: each["option"] for each in report["decisions"]} == {
        "orientation": "--genes-in columns",
        "names": "",
        "values": "--value-kind log",
        "samples": "--take-in mean",
        "totals": "",
    }
    json.dumps(report)


@pytest.mark.parametrize("name", ["mean", "Total", "length", "padj"])
def test_what_was_left_out_is_taken_in_by_its_name(tmp_path, name):
    odd = {"mean": COUNTS.mean(axis=1), "padj": 0.25, "log2FC": 1.5, "Total": COUNTS.sum(axis=1), "length": np.arange(30) + 900.0}
    table = frame(**odd)
    table.to_csv(tmp_path / "a.csv")
    plain = read_expression(tmp_path / "a.csv", Known())
    assert plain.samples == tuple(SAMPLES)
    assert name in [each.name for each in plain.left_out]
    found = read_expression(tmp_path / "a.csv", Known(), take_in=(name,))
    assert set(found.samples) == {*SAMPLES, name}
    np.testing.assert_allclose(found.values[found.samples.index(name)], table[name])
    assert name not in [each.name for each in found.left_out]
    with pytest.raises(GeneRAINError, match="no column or row 'nothing' to take in"):
        read_expression(tmp_path / "a.csv", Known(), take_in=("nothing",))


def test_samples_and_genes_are_left_out_by_name_and_another_quantity_is_taken(tmp_path):
    wide = frame().add_suffix("_count").join((frame() * 1.5).add_suffix("_TPM"))
    wide.to_csv(tmp_path / "a.csv")
    found = read_expression(tmp_path / "a.csv", Known(), leave_out=("s2_count", "TP53"))
    assert found.samples == ("s1", "s3", "s4")
    assert "TP53" not in found.identifiers
    taken = read_expression(tmp_path / "a.csv", Known(), measure="TPM")
    np.testing.assert_allclose(taken.values, COUNTS.T * 1.5)
    with pytest.raises(GeneRAINError, match="no FPKM among its columns; choose counts or TPM"):
        read_expression(tmp_path / "a.csv", Known(), measure="FPKM")


def test_a_mean_stays_one_when_one_of_its_samples_is_left_out(tmp_path):
    frame(mean=COUNTS.mean(axis=1), total=COUNTS.sum(axis=1)).to_csv(tmp_path / "a.csv")
    assert read_expression(tmp_path / "a.csv", Known(), leave_out=("s1",)).samples == ("s2", "s3", "s4")


def test_genes_along_both_axes_are_asked_for_and_long_axes_are_not(tmp_path):
    square = pd.DataFrame(COUNTS[:20], index=SYMBOLS[:20])
    square = pd.concat([square] * 5, axis=1).set_axis(SYMBOLS[:20], axis=1)
    square.to_csv(tmp_path / "a.csv")
    with pytest.raises(NeedsConsent, match=r"names of genes in rows \(100 % known\) and in columns \(100 %\)") as question:
        read_expression(tmp_path / "a.csv", Known())
    assert question.value.options == ("genes_in",)
    rows = read_expression(tmp_path / "a.csv", Known(), genes_in="rows")
    columns = read_expression(tmp_path / "a.csv", Known(), genes_in="columns")
    np.testing.assert_array_equal(rows.values, columns.values.T)
    pd.DataFrame(COUNTS, index=SYMBOLS, columns=SYMBOLS[:4]).to_csv(tmp_path / "b.csv")
    assert read_expression(tmp_path / "b.csv", Known()).samples == tuple(SYMBOLS[:4])


def test_layers_that_differ_are_asked_for_and_a_whole_one_is_taken_for_its_part():
    names = {"obs": pd.DataFrame(index=SAMPLES), "var": pd.DataFrame(index=SYMBOLS)}
    adata = anndata.AnnData(COUNTS.T.copy(), **names, layers={"corrected": np.maximum(COUNTS.T - 1, 0)})
    raw = raw_table_of(adata)
    findings = diagnose(raw, Known())
    with pytest.raises(NeedsConsent, match="counts in several layers that differ .X and layers/corrected.") as question:
        to_expression(raw, findings)
    assert (question.value.options, question.value.choices) == (("layer",), ("X", "layers/corrected"))
    chosen = to_expression(raw, diagnose(raw, Known(), layer="corrected"), layer="corrected")
    np.testing.assert_array_equal(chosen.values, COUNTS.T - 1)
    same = anndata.AnnData(COUNTS.T.copy(), **names, layers={"counts": COUNTS.T.copy(), "spliced": COUNTS.T // 2})
    assert diagnose(raw_table_of(same), Known()).questions == {}
    part = anndata.AnnData(COUNTS.T.copy(), **names)
    part.raw = part
    part = part[:, :20].copy()
    assert diagnose(raw_table_of(part), Known()).layer == "raw"


def archive(path, groups, *, shared: bool = False):
    """Write 10x matrices, one a group, as a tar or a zip."""
    files = {}
    for i, group in enumerate(groups):
        buffer = io.BytesIO()
        scipy_io.mmwrite(buffer, sparse.csr_matrix(COUNTS.astype(int) * (i + 1)))
        files[f"{group}matrix.mtx"] = buffer.getvalue()
        if not shared or not i:
            at = "" if shared else group
            files[f"{at}features.tsv"] = "".join(f"ENSG{j}\t{name}\tGene Expression\n" for j, name in enumerate(SYMBOLS)).encode()
            files[f"{at}barcodes.tsv"] = "".join(f"{name}\n" for name in SAMPLES).encode()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as out:
            for name, content in files.items():
                out.writestr(name, content)
        return path
    with tarfile.open(path, "w") as out:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("ending", [".zip", ".tar"])
@pytest.mark.parametrize(
    ("groups", "parts"),
    [
        (("filtered/", "raw/"), ("filtered", "raw")),
        (("GSM1_ctrl_", "GSM2_ko_"), ("GSM1_ctrl", "GSM2_ko")),
        (("out/a/", "out/b/"), ("out/a", "out/b")),
    ],
)
def test_several_matrices_in_an_archive_are_asked_for(tmp_path, ending, groups, parts):
    path = archive(tmp_path / f"a{ending}", groups)
    with pytest.raises(NeedsConsent, match="holds 2 matrices") as question:
        read(path)
    assert (question.value.options, question.value.choices) == (("part",), parts)
    for i, part in enumerate(parts, 1):
        table = read(path, part=part)
        np.testing.assert_array_equal(table.layers["matrix"].values.toarray(), COUNTS.T * i)
        assert [each.name for each in table.unread] == [other for other in parts if other != part]
    with pytest.raises(GeneRAINError, match="no part 'c'; choose one of"):
        read(path, part="c")


def test_matrices_that_share_their_lists_of_names(tmp_path):
    path = archive(tmp_path / "a.zip", ("spliced.", "unspliced."), shared=True)
    np.testing.assert_array_equal(read(path, part="unspliced").layers["matrix"].values.toarray(), COUNTS.T * 2)


def test_the_line_and_methods_say_it_too(tmp_path, capsys):
    demo = pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :4]
    demo.assign(Total=demo.sum(axis=1), padj=0.5, log2FC=1.0).to_csv(tmp_path / "a.csv")
    line = ["normalize", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.h5ad"), "--json"]
    assert main(line) == 0
    written = capsys.readouterr()
    report = json.loads(written.out)
    assert report["decision"].startswith("Read as: genes in rows")
    assert {each["name"]: each["option"] for each in report["left_out"]}["Total"] == "--take-in Total"
    assert report["decision"] in written.err
    assert anndata.read_h5ad(tmp_path / "o.h5ad").uns["generain"]["decision"] == report["decision"]
    assert main([*line, "--take-in", "Total", "--leave-out", demo.columns[0]]) == 0
    kept = [*demo.columns[1:], "Total"]
    assert [each["sample"] for each in json.loads(capsys.readouterr().out)["samples"]] == kept
    found = generain_core.open().normalize(tmp_path / "a.csv", take_in=["Total"], leave_out=demo.columns[0])
    assert list(found.obs_names) == kept
    square = pd.DataFrame(COUNTS[:20].repeat(5, axis=1), index=demo.index[:20], columns=demo.index[20:40])
    square.to_csv(tmp_path / "b.csv")
    assert main(["normalize", str(tmp_path / "b.csv"), "-o", str(tmp_path / "o.h5ad")]) == 2
    assert "add --genes-in rows or columns to go on with it so" in capsys.readouterr().err
    with pytest.raises(NeedsConsent, match="give genes_in='rows' or 'columns'"):
        generain_core.open().normalize(tmp_path / "b.csv")
    path = archive(tmp_path / "c.zip", ("filtered/", "raw/"))
    assert main(["normalize", str(path), "-o", str(tmp_path / "o.h5ad")]) == 2
    assert "add --part NAME to go on" in capsys.readouterr().err


def test_the_text_of_a_table_stays(tmp_path):
    (tmp_path / "a.csv").write_text(text(COUNTS))
    assert read_expression(tmp_path / "a.csv", Known()).left_out == ()


def test_values_that_are_asked_about_are_not_said_to_be_decided(tmp_path):
    rng = np.random.default_rng(0)
    genes = [f"ENSG{i:011d}" for i in range(1200)]
    lengths = rng.lognormal(7.5, 0.8, (1200, 1)) * rng.normal(1, 0.003, (1200, 4))
    pd.DataFrame(lengths, index=genes, columns=SAMPLES).to_csv(tmp_path / "a.csv")
    raw, known = read(tmp_path / "a.csv"), Known(genes)
    findings = diagnose(raw, known)
    asked = {each.code: each for each in decisions_of(raw, findings, {})}
    assert (asked["values"].taken, asked["values"].otherwise) == (UNTOLD, ("log", "estimated counts", "CPM/TPM"))
    told = {each.code: each for each in decisions_of(raw, findings, {"value_kind": ValueKind.SCALED})}
    assert told["values"].taken == "CPM/TPM"


def test_a_log_is_not_said_to_be_undone_before_it_is(tmp_path):
    (tmp_path / "a.csv").write_text(text(np.log2(counts() + 1), fmt="%.10f"))
    raw = read(tmp_path / "a.csv")
    findings = diagnose(raw, Known())
    before = decision_sentence(decisions_of(raw, findings, {}))
    assert "by their values log2(x + 1), not undone" in before
    assert "undone as" not in before
    assert "undone as" not in decision_sentence(decisions_of(raw, findings, {"back_transform": False, "base": 2.0}))
    found = read_expression(tmp_path / "a.csv", Known(), back_transform=True)
    assert "; undone as log2(x + 1);" in decision_sentence(found.decisions)
    np.testing.assert_allclose(found.values, counts().T, rtol=1e-5)

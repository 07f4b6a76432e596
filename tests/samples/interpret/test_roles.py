"""Which columns and rows are samples and genes: facts about samples and genes, several columns a sample, orientation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.interpret.roles.measures import choose_measure
from generain_core.samples.interpret.roles.sample_facts import describe_samples
from generain_core.samples.io.read import read
from tests.samples.known import Known

GENES = [f"ENSG{i:011d}" for i in range(300)]
SYMBOLS = [f"GENE{i}" for i in range(300)]
SAMPLES = ["c1", "c2", "k1", "k2"]
RNG = np.random.default_rng(0)
COUNTS = RNG.poisson(30, (300, 4))
TPM = COUNTS / COUNTS.sum(axis=0) * 1e6
FRAME = pd.DataFrame(COUNTS, index=pd.Index(GENES, name="gene_id"), columns=SAMPLES)


def found(tmp_path, frame, **corrections):
    frame.to_csv(tmp_path / "a.csv")
    return read_expression(tmp_path / "a.csv", Known([*GENES, *SYMBOLS, "MAX"]), **corrections)


def beside(measure, values=TPM, form="{s}_{m}"):
    return pd.DataFrame(values, index=FRAME.index, columns=[form.format(s=s, m=measure) for s in SAMPLES])


def tximport(names):
    values = {"abundance": TPM, "counts": COUNTS + 0.5, "length": np.full(TPM.shape, 1500.5)}
    return pd.concat([beside(name, values[name], "{m}.{s}") for name in names], axis=1)


MEASURED = {
    "cufflinks": (pd.concat([beside("FPKM"), beside("conf_lo", TPM * 0.8), beside("conf_hi", TPM * 1.2)], axis=1), TPM),
    "counts and FPKM": (pd.concat([beside("fpkm", TPM * 0.3), beside("count", COUNTS)], axis=1), COUNTS),
    "counts and TPM in brackets": (
        pd.concat([beside("TPM", TPM, "{s} ({m})"), beside("Counts", COUNTS, "{s} ({m})")], axis=1),
        COUNTS,
    ),
    "plain and normalized": (pd.concat([FRAME, beside("norm", COUNTS * [1.1, 0.9, 1, 1.3])], axis=1), COUNTS),
    "raw and vst": (pd.concat([beside("vst", np.log2(COUNTS + 7.3)), beside("raw", COUNTS)], axis=1), COUNTS),
    "tximport": (tximport(["abundance", "counts", "length"]), COUNTS + 0.5),
    "tximport in its own order": (tximport(["counts", "length", "abundance"]), COUNTS + 0.5),
}


@pytest.mark.parametrize("name", MEASURED)
def test_one_of_several_columns_a_sample_is_taken(tmp_path, name) -> None:
    frame, right = MEASURED[name]
    expression = found(tmp_path, frame)
    assert expression.samples == tuple(SAMPLES)
    np.testing.assert_allclose(expression.values, np.asarray(right).T)
    assert any("several columns each" in note or "No samples" in note for note in expression.notes)


def test_another_measure_can_be_taken(tmp_path) -> None:
    frame = MEASURED["tximport"][0]
    expression = found(tmp_path, frame, measure="TPM")
    np.testing.assert_allclose(expression.values, TPM.T)
    findings = diagnose(read(tmp_path / "a.csv"), Known(GENES))
    assert (findings.sorted.measure, findings.sorted.measures) == ("counts", ("counts", "TPM"))


@pytest.mark.parametrize(
    "titles",
    [
        ["norm_1", "norm_2", "tumor_1", "tumor_2"],
        ["raw_1", "raw_2", "raw_3"],
        ["a_count", "b_count", "c_count"],
        ["TPM_1", "TPM_2"],
        ["control", "count"],
        SAMPLES,
    ],
)
def test_samples_with_one_column_each_have_no_measures(titles) -> None:
    assert choose_measure(titles) is None


FACTS = {
    "Gene start (bp)": RNG.integers(100_000, 10_000_000, 300), "Gene end (bp)": RNG.integers(100_000, 10_000_000, 300),
    "Gene % GC content": np.full(300, 44.2), "Transcript count": np.full(300, 5),
    "chromosome_start": RNG.integers(1, 9**6, 300), "transcript_length": RNG.integers(200, 9000, 300),
    "bp_length": RNG.integers(200, 9000, 300), "exon_count": np.full(300, 7),
    "FoldChange": RNG.random(300), "Fold Change": RNG.random(300), "log2FoldChange": RNG.normal(size=300),
    "Pval": RNG.random(300),
    "P-value": RNG.random(300), "q-value": RNG.random(300), "adj.P.Val": RNG.random(300), "control_mean": COUNTS[:, :2].mean(1),
    "mean_kd": COUNTS[:, 2:].mean(1), "SD": COUNTS.std(1, ddof=1), "CV": COUNTS.std(1) / COUNTS.mean(1), "max": COUNTS.max(1),
    "min": COUNTS.min(1), "baseMean": COUNTS.mean(1), "gene_length": RNG.integers(200, 9000, 300),
    "tss": RNG.integers(1, 9**6, 300),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("behind", [False, True])
def test_columns_about_genes_are_no_samples(tmp_path, name, behind) -> None:
    extra = pd.DataFrame({name: FACTS[name]}, index=FRAME.index)
    expression = found(tmp_path, pd.concat([FRAME, extra] if behind else [extra, FRAME], axis=1))
    assert expression.samples == tuple(SAMPLES)
    assert expression.value_kind == "counts"


@pytest.mark.parametrize("name", ["SD", "CV", "max", "min", "FC", "mean", "P", "kd_max", "Normal", "Tumor", "TSS1", "length_1h"])
def test_a_sample_may_have_such_a_name(tmp_path, name) -> None:
    assert found(tmp_path, FRAME.rename(columns={"c1": name})).samples[0] == name


def test_what_is_left_out_can_be_taken_in_and_the_other_way(tmp_path) -> None:
    frame = FRAME.assign(bp_length=1000.0)
    assert found(tmp_path, frame, take_in=("bp_length",)).samples[-1] == "bp_length"
    assert found(tmp_path, frame, leave_out=("c1",)).samples == ("c2", "k1", "k2")
    findings = diagnose(read(tmp_path / "a.csv"), Known(GENES), take_in=("bp_length",))
    assert findings.sorted.apart == ()


OF_SAMPLES = {
    "nCount_RNA": COUNTS.sum(0) + 1234, "nFeature_RNA": 280, "percent.mt": 3.2,
    "OS.time": [3000, 200, 1500, 800], "OS": [1, 0, 1, 0],
    "sequencing_depth": 40_000_000, "size_factor": 1.1, "RIN": 7.5, "age": 61,
    "n_genes_by_counts": 280, "total_counts": COUNTS.sum(0),
    "whatever": COUNTS.sum(0) * 3, "purity_score": 0.7, "log_ratio": -1.5,
}  # fmt: skip


@pytest.mark.parametrize("name", OF_SAMPLES)
@pytest.mark.parametrize("place", [0, 150, 300])
@pytest.mark.parametrize("turned", [False, True])
def test_numbers_of_samples_among_genes_describe_them(tmp_path, name, place, turned) -> None:
    frame = pd.DataFrame(COUNTS.T, index=SAMPLES, columns=SYMBOLS)
    frame.insert(place, name, OF_SAMPLES[name])
    expression = found(tmp_path, frame.T if turned else frame)
    assert expression.identifiers == tuple(SYMBOLS)
    assert expression.values.sum() == COUNTS.sum()
    assert expression.obs[name].astype(float).tolist() == frame[name].astype(float).tolist()


def test_a_gene_with_the_name_of_a_fact_stays(tmp_path) -> None:
    frame = pd.DataFrame(COUNTS.T, index=SAMPLES, columns=["MAX", *SYMBOLS[1:]])
    assert "MAX" in found(tmp_path, frame).identifiers
    unknown = pd.DataFrame(COUNTS.T, index=SAMPLES, columns=["LOC1234", *SYMBOLS[1:]])
    assert "LOC1234" in found(tmp_path, unknown, take_in=("LOC1234",)).identifiers


@pytest.mark.parametrize("columns", [["BASO", "CMP", "EOS", "MEP"], ["A", "B", "C", "D"], ["MAX", "RIN", "GENE1", "GENE2"]])
@pytest.mark.parametrize("rows", ["{}_at", "thing {}"])
def test_few_columns_named_like_genes_beside_many_rows_are_samples(tmp_path, columns, rows) -> None:
    frame = pd.DataFrame(COUNTS, index=[rows.format(1000 + i) for i in range(300)], columns=columns)
    frame.to_csv(tmp_path / "a.csv")
    known = Known([*columns, "GENE1"])
    assert diagnose(read(tmp_path / "a.csv"), known).genes_in == "rows"
    with pytest.raises(GeneRAINError, match="no gene name that is known here: the rows are called"):
        read_expression(tmp_path / "a.csv", known)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "h5ad"])
def test_a_matrix_without_names_of_genes_is_refused(tmp_path, suffix) -> None:
    path, frame = tmp_path / f"a.{suffix}", pd.DataFrame(COUNTS, columns=SAMPLES)
    if suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "h5ad":
        import anndata

        anndata.AnnData(COUNTS.T.astype("f4")).write_h5ad(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if suffix == "tsv" else ",")
    with pytest.raises(GeneRAINError, match="no gene name that is known here: its (rows|columns) are only numbered"):
        read_expression(path, Known([str(i) for i in range(1000)]))


def test_a_mouse_in_capitals_is_refused_by_its_names(tmp_path) -> None:
    names = [*GENES[:250], *(f"GM{i}" for i in range(3000, 3030)), *(f"{1700000 + i}A{i:02}RIK" for i in range(20))]
    (tmp_path / "a.csv").write_text(FRAME.set_axis(names, axis=0).to_csv())
    with pytest.raises(GeneRAINError, match=r"genes of mouse: 50 of 300 names are those of a mouse's genes alone.*GM3000"):
        read_expression(tmp_path / "a.csv", Known(GENES))


def test_genes_in_small_letters_are_no_facts_about_samples() -> None:
    names = [*(f"gene{i}" for i in range(50)), "dpt", *(f"gene{i}" for i in range(50, 100)), "age"]
    kinds = [("symbol", True)] * 102
    values = np.random.default_rng(1).poisson(9, (3, 102)).astype(float)
    assert list(describe_samples(values, names, kinds)) == [101]


def test_means_of_samples_under_any_name_are_left_out(tmp_path) -> None:
    frame = FRAME.assign(ctrl=(FRAME["c1"] + FRAME["k2"]) / 2, case=FRAME[["c2", "k1"]].mean(axis=1).round(2))
    frame["halved"] = FRAME["c1"] * 0.37
    with pytest.raises(NeedsConsent, match="or leave out what is no sample of halved"):
        found(tmp_path, frame)
    expression = found(tmp_path, frame.drop(columns="halved"))
    assert expression.samples == tuple(SAMPLES)
    reasons = {left.name: left.reason for left in expression.left_out}
    assert reasons == dict.fromkeys(["ctrl", "case"], "the mean of 2 of the others")

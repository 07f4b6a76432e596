import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.interpret.log_base import LogBase
from generain_core.samples.interpret.values import judge
from generain_core.samples.io.read import read
from tests.samples.known import SYMBOLS, Known, counts, text

GENES = [f"ENSG{i:011d}" for i in range(2000)]
COUNTS = counts(6, 2000).T.copy()
CPM = COUNTS / COUNTS.sum(axis=1, keepdims=True) * 1e6


def written(path, values, names=GENES):
    path.write_text(text(np.asarray(values).T, names=list(names), fmt="%.17g"))
    return path


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (COUNTS, "counts"),
        (COUNTS * 0, "all zeros"),
        (np.where(np.random.default_rng(1).random(COUNTS.shape) < 0.5, COUNTS * 1.037, COUNTS), "estimated counts"),
        (COUNTS / 7, "estimated counts"),
        (COUNTS * np.linspace(0.8, 1.3, 6)[:, None] * np.random.default_rng(2).random((6, 2000)), "estimated counts"),
        (CPM, "CPM/TPM"),
        (CPM / 100, "CPM/TPM"),
        (CPM * np.linspace(0.5, 1.3, 6)[:, None] * np.random.default_rng(2).uniform(0.5, 1, 2000), "CPM/TPM"),
        (np.log2(COUNTS + 1), "log"),
        (np.log2(CPM + 1), "log"),
        (np.log1p(COUNTS), "log"),
        (np.log10(CPM + 1), "log"),
        (COUNTS - 1, "negative"),
        ((np.log1p(CPM) - np.log1p(CPM).mean(0)) / (np.log1p(CPM).std(0) + 1e-9), "z-scores"),
    ],
)
def test_kinds_of_values(values, expected, kind):
    assert judge(kind(values)).kind == expected


@pytest.mark.parametrize("base", [2.0, np.e, 10.0])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("values", "plus_one", "words"),
    [
        (COUNTS, True, "whole numbers"),
        (CPM, True, "whole multiples"),
        (np.random.default_rng(3).lognormal(3, 2, COUNTS.shape), True, ""),
        (COUNTS[:, :400] + 1, False, "whole numbers"),
    ],
)
def test_base_of_a_log(base, precision, values, plus_one, words):
    if not words:
        values = values * (np.arange(values.shape[1]) > 4)
        values = values / values.sum(axis=1, keepdims=True) * 1e6
        words = "sums to about 1,000,000"
    logs = (np.log(values + plus_one) / np.log(base)).astype(precision)
    found = judge(logs)
    assert found.kind == "log"
    assert found.log is not None
    assert (found.log.base, found.log.certain) == (base, True)
    assert words in found.log.why
    if words != "whole numbers":
        assert found.log.plus_one is plus_one


def test_base_that_nothing_tells():
    values = np.random.default_rng(0).normal(8, 1.2, (5, 300)).clip(3, 13)
    found = judge(values)
    assert found.kind == "log"
    assert found.log is not None
    assert (found.log.base, found.log.plus_one, found.log.certain) == (2.0, False, False)
    assert "don't tell the base" in found.log.why


@pytest.mark.parametrize(
    ("base", "formula"), [(2.0, "log2(x + 1)"), (np.e, "ln(x + 1)"), (10.0, "log10(x + 1)"), (3.0, "log3(x + 1)")]
)
def test_formula(base, formula):
    assert LogBase(base, True, True, "").formula == formula


def test_log_is_offered_and_undone(tmp_path):
    path = written(tmp_path / "a.csv", np.log2(COUNTS + 1))
    known = Known(GENES)
    with pytest.raises(GeneRAINError, match=r"holds logs, it seems log2\(x \+ 1\)"):
        read_expression(path, known)
    found = read_expression(path, known, back_transform=True)
    assert found.value_kind == "log (back-transformed)"
    np.testing.assert_allclose(found.values, COUNTS, atol=1e-9)
    assert any("log2(x + 1)" in note for note in found.notes)
    other = read_expression(path, known, base=10, plus_one=False)
    np.testing.assert_allclose(other.values, 10 ** np.log2(COUNTS + 1))
    assert read_expression(path, known, value_kind="estimated counts").value_kind == "estimated counts"
    for wrong in ({"base": 1.0}, {"base": 100.0}, {"value_kind": "z-scores"}):
        with pytest.raises(GeneRAINError):
            read_expression(path, known, **wrong)


@pytest.mark.parametrize("kind", [sparse.csr_matrix, np.asarray])
def test_undoing_keeps_zeros_and_leaves_the_input(tmp_path, kind):
    import anndata

    logs = np.log1p(COUNTS)
    adata = anndata.AnnData(kind(logs), obs=pd.DataFrame(index=list("abcdef")), var=pd.DataFrame(index=GENES))
    adata.write_h5ad(tmp_path / "a.h5ad")
    raw = read(tmp_path / "a.h5ad")
    found = read_expression(tmp_path / "a.h5ad", Known(GENES), back_transform=True)
    values = found.values.toarray() if sparse.issparse(found.values) else found.values
    np.testing.assert_allclose(values, COUNTS, atol=1e-9)
    assert sparse.issparse(found.values) == (kind is sparse.csr_matrix)
    assert raw.layers["X"].values.max() == logs.max()


def test_cpm_goes_through_with_a_notice(tmp_path):
    found = read_expression(written(tmp_path / "a.csv", CPM), Known(GENES))
    assert found.value_kind == "CPM/TPM"
    assert any("gene length" in note for note in found.notes)


def test_refused_values(tmp_path):
    scores = (COUNTS - COUNTS.mean(0)) / (COUNTS.std(0) + 1e-9)
    with pytest.raises(GeneRAINError, match="holds z-scores"):
        read_expression(written(tmp_path / "a.csv", scores), Known(GENES))


@pytest.mark.parametrize(
    ("names", "species"),
    [
        ([f"ENSMUSG{i:011d}" for i in range(30)], "mouse"),
        ([f"ENSRNOG{i:011d}.2" for i in range(30)], "rat"),
        ([f"ENSDARG{i:011d}" for i in range(30)], "another species"),
        ([s.capitalize() for s in SYMBOLS], "mouse or rat"),
        ([*(s.lower() for s in SYMBOLS[:-3]), "zgc:158463", "si:ch211-152c2.3", "wu:fj16a03"], "zebrafish"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_other_species_are_refused(tmp_path, names, species, turned):
    path = written(tmp_path / "a.csv", counts().T, names)
    if turned:
        lines = [line.split(",") for line in path.read_text().splitlines()]
        path.write_text("\n".join(",".join(cells) for cells in zip(*lines, strict=True)))
    findings = diagnose(read(path), Known())
    assert findings.organism == species
    assert findings.genes_in == ("columns" if turned else "rows")
    with pytest.raises(GeneRAINError, match=f"genes of {species}: .*human only") as refusal:
        read_expression(path, Known())
    assert " names are " in str(refusal.value) or " of 30 as only zebrafish" in str(refusal.value)
    assert "Genes are in" not in str(refusal.value)


def test_human_names_in_small_letters_and_orf_names_are_human(tmp_path):
    names = [*SYMBOLS[:20], *(f"C{i}orf{i}" for i in range(10))]
    findings = diagnose(read(written(tmp_path / "a.csv", counts().T, names)), Known(names))
    assert findings.organism == "human"
    findings = diagnose(read(written(tmp_path / "a.csv", counts().T, [s.lower() for s in SYMBOLS])), Known())
    assert findings.organism == "human"


def test_kinds_of_identifiers_are_counted(tmp_path):
    names = [*SYMBOLS[:10], *GENES[1000:1010], "ERCC-00002", "__no_feature", "LRG_1", "7157", "1007_s_at"]
    names += ["NM_000546.6", "foo", "bar"]
    names += ["ENST00000269305.9", "ENSMUSG00000059552"]
    findings = diagnose(read(written(tmp_path / "a.csv", counts().T, names)), Known([*SYMBOLS, *GENES]))
    assert findings.identifier_kinds == {
        "symbol": 10, "Ensembl gene": 10, "unknown": 2, "spike-in": 1, "counting footer": 1, "LRG": 1, "Entrez number": 1,
        "probe ID": 1, "RefSeq": 1, "Ensembl transcript": 1, "mouse Ensembl gene": 1,
    }  # fmt: skip
    assert findings.recognized == 20
    assert findings.identifier_kind in ("symbol", "Ensembl gene")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([f"{i}_at" for i in range(30)], "probe IDs, it seems.*RNA sequencing"),
        ([f"NM_{i:06d}" for i in range(30)], "RefSeq IDs|RefSeqs"),
        ([f"ENST{i:011d}" for i in range(30)], "Ensembl transcripts.*sum transcripts"),
        ([str(5000 + 3 * i) for i in range(30)], "Entrez numbers.*HGNC"),
        ([f"thing {i}" for i in range(30)], "no known kind"),
    ],
)
def test_names_that_no_gene_has(tmp_path, names, said):
    with pytest.raises(GeneRAINError, match=said):
        read_expression(written(tmp_path / "a.csv", counts().T, names), Known())


def test_a_long_table_is_refused_and_rows_of_exons_are_not(tmp_path):
    rows = [f"{gene},{sample},{i + 3}" for i, gene in enumerate(SYMBOLS) for sample in ("liver", "lung", "skin")]
    (tmp_path / "long.csv").write_text("\n".join(["gene,brick,count", *rows]))
    with pytest.raises(GeneRAINError, match="long table, with a row for each gene and each value of 'brick'; give"):
        read_expression(tmp_path / "long.csv", Known())
    exons = [f"{gene},chr1,exon {3 * i + j},{i + 3}" for i, gene in enumerate(SYMBOLS) for j in range(3)]
    (tmp_path / "exons.csv").write_text("\n".join(["gene,chr,exon,s1", *exons]))
    assert read_expression(tmp_path / "exons.csv", Known()).values.shape == (1, len(exons))


def test_counts_and_tpm_side_by_side_are_refused(tmp_path):
    both = np.vstack([COUNTS, CPM])
    assert judge(both).kind == "mixed"
    with pytest.raises(GeneRAINError, match="counts in some samples and CPM or TPM in others; keep the columns of counts"):
        read_expression(written(tmp_path / "a.csv", both), Known(GENES))
    assert judge(np.vstack([COUNTS, COUNTS * 1.037])).kind == "estimated counts"


def test_bins_are_no_counts(tmp_path):
    bins = np.random.default_rng(5).integers(1, 1990, (4, 2400))
    bins[0, 0] = 1
    assert judge(bins).kind == "bins"
    with pytest.raises(GeneRAINError, match="from 1 to 1,9.. without any 0, as bins are rather than counts; give the counts"):
        read_expression(
            written(tmp_path / "a.csv", bins, [f"GENE{i}" for i in range(2400)]), Known([f"GENE{i}" for i in range(2400)])
        )
    assert judge(np.maximum(bins - 1, 0)).kind == "counts"
    assert judge(bins + 1000).kind == "counts"


def test_evidence_is_said(tmp_path):
    findings = diagnose(read(written(tmp_path / "a.csv", COUNTS)), Known(GENES))
    assert findings.evidence[0] == "Genes are in rows: 100 % of column gene are known genes, against 0 % in columns."
    assert (findings.genes, findings.samples) == (2000, 6)
    with pytest.raises(GeneRAINError, match="choose rows or columns"):
        diagnose(read(tmp_path / "a.csv"), Known(), genes_in="layers")


def test_a_sample_sheet_given_as_the_table_is_said_to_be_one(tmp_path):
    path = tmp_path / "sheet.csv"
    rows = [
        f"{name},{'tb' if i % 2 else 'contact'},day {i % 3},{i * 1.5 + 20},{i}"
        for i, name in enumerate([*SYMBOLS[:9], *"abcdefghijkl"])
    ]
    path.write_text("id,status,day,age,rin\n" + "\n".join(rows))
    with pytest.raises(GeneRAINError, match=r"looks like a sample sheet \(status and day\).*then join the sheet"):
        read_expression(path, Known())


def test_a_table_of_something_else_names_hardly_any_gene(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(
        "cell,n,mt\n"
        + "\n".join(f"{name},{i + 5},{i * i}" for i, name in enumerate([*SYMBOLS[:5], *(f"c{i}x" for i in range(400))]))
    )
    with pytest.raises(GeneRAINError, match=r"names hardly any gene: 5 of 405 names are known here"):
        read_expression(path, Known())


def test_a_release_that_lacks_the_ids_is_told_from_a_table_of_something_else(tmp_path):
    path = tmp_path / "counts.csv"
    names = [*SYMBOLS[:5], *(f"ENSG{i:011d}" for i in range(400))]
    path.write_text("gene,a,b\n" + "\n".join(f"{name},{i + 5},{i * i}" for i, name in enumerate(names)))
    with pytest.raises(GeneRAINError, match=r"by Ensembl ID, but this release knows only 5 of its 405 IDs"):
        read_expression(path, Known())


@pytest.mark.parametrize("name", ["hallmark.gmt", "HALLMARK.GMT.gz"])
def test_gene_sets_are_no_table(tmp_path, name):
    (tmp_path / name).write_bytes(b"A\thttp\tTP53\tMYC\nB\thttp\tKRAS\n")
    with pytest.raises(GeneRAINError, match="a file of gene sets, not a table"):
        read_expression(tmp_path / name, Known())

"""What a user says against the findings: kind of values, base of a log; on the line as in the core."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.errors import GeneRAINError
from generain_core.release.files import choose
from generain_core.samples.interpret.correction import read_expression
from tests.samples.known import Known, counts, text

GENES = [f"ENSG{i:011d}" for i in range(2500)]
COUNTS = counts(4, 2500)


@pytest.fixture
def logs(tmp_path):
    path = tmp_path / "logs.csv"
    path.write_text(text(np.log2(COUNTS + 1), names=GENES, fmt="%.17g"))
    return path


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ({"back_transform": True}, COUNTS),
        ({"back_transform": True, "base": np.e}, np.exp(np.log2(COUNTS + 1)) - 1),
        ({"base": 10.0, "plus_one": True}, 10 ** np.log2(COUNTS + 1) - 1),
        ({"plus_one": False}, COUNTS + 1),
        ({"value_kind": "estimated counts"}, np.log2(COUNTS + 1)),
        ({"value_kind": "CPM/TPM"}, np.log2(COUNTS + 1)),
    ],
)
def test_values_are_taken_as_said(logs, said, values):
    found = read_expression(logs, Known(GENES), **said)
    np.testing.assert_allclose(found.values, values.T, rtol=1e-9, atol=1e-9)


def test_a_base_that_was_said_is_not_justified_by_the_values(logs):
    notes = read_expression(logs, Known(GENES), base=10.0).notes
    assert any("log10(x + 1). The log was said to be so, against log2(x + 1), which" in note for note in notes)


def test_counts_can_be_said_to_be_logs(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(np.rint(np.log2(COUNTS + 1)), names=GENES))
    with pytest.raises(GeneRAINError, match="holds logs"):
        read_expression(path, Known(GENES), value_kind="log")
    found = read_expression(path, Known(GENES), value_kind="log", back_transform=True)
    np.testing.assert_array_equal(found.values, 2 ** np.rint(np.log2(COUNTS.T + 1)) - 1)


def test_what_is_refused_stays_refused(logs, tmp_path):
    with pytest.raises(GeneRAINError, match="can't be taken as counts, as there are fractions among them; choose estimated"):
        read_expression(logs, Known(GENES), value_kind="counts")
    path = tmp_path / "negative.csv"
    path.write_text(text(COUNTS - 5, names=GENES))
    scores = tmp_path / "scores.csv"
    scores.write_text(text(((COUNTS.T - COUNTS.mean(1)) / (COUNTS.std(1) + 1e-9)).T, names=GENES))
    for file, kind in ((path, "negative values"), (scores, "z-scores")):
        for said in ({"value_kind": "counts"}, {"value_kind": "log"}, {"back_transform": True}, {"base": 2.0}):
            with pytest.raises(GeneRAINError, match=kind):
                read_expression(file, Known(GENES), **said)


def test_logs_of_too_few_genes_are_said_to_be_both(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(np.log2(COUNTS[:900] + 1), names=GENES[:900], fmt="%.17g"))
    with pytest.raises(GeneRAINError, match=r"holds logs, it seems log2\(x \+ 1\).* and has only 900 genes.*too thin to trust"):
        read_expression(path, Known(GENES))


def test_the_line_says_it_too(tmp_path, capsys):
    frame = pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :4]
    (np.log10(frame + 1)).assign(Total=1.0 + np.log10(frame + 1).max(axis=1)).to_csv(tmp_path / "a.csv")
    line = ["normalize", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.h5ad"), "--json"]
    assert main(line) == 2
    assert "holds logs, it seems log10(x + 1)" in capsys.readouterr().err
    assert main([*line, "--values", "log", "--log-base", "10", "--plus-one"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [each["sample"] for each in report["samples"]] == list(frame.columns)
    assert set(report["samples"][0]) >= {"total_counts", "n_genes_by_counts", "n_genes_matched", "kept", "reason"}
    assert any("Left out as no sample: 'Total'" in note for note in report["notes"])
    found = anndata.read_h5ad(tmp_path / "o.h5ad")
    np.testing.assert_allclose(found[:, "CD3E"].X.ravel(), frame.loc["CD3E"], rtol=1e-5)
    assert main([*line, "--log-base", "2", "--no-plus-one"]) == 0
    np.testing.assert_allclose(
        anndata.read_h5ad(tmp_path / "o.h5ad")[:, "CD3E"].X.ravel(), 2 ** np.log10(frame.loc["CD3E"] + 1), rtol=1e-5
    )
    capsys.readouterr()
    assert main([*line, "--values", "counts"]) == 2
    assert "fractions" in capsys.readouterr().err
    assert main([*line, "--back-transform", "--keep-sums"]) == 0
    assert json.loads(capsys.readouterr().out)["samples_kept"] == 5


def test_the_line_says_which_options_go_on(tmp_path, capsys):
    frame = np.log2(pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :4] + 1)
    frame.iloc[3, 2] = np.nan
    frame.to_csv(tmp_path / "a.csv")
    line = ["normalize", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.h5ad")]
    assert main(line) == 2
    assert capsys.readouterr().err.rstrip().endswith("; add --missing-as-zero --back-transform to go on with it so.")
    assert main([*line, "--missing-as-zero", "--back-transform"]) == 0


def test_the_line_says_what_is_set_aside_and_summed(tmp_path, capsys):
    frame = pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :2]
    more = pd.DataFrame(7, index=["ERCC-00002", "LRG_12", frame.index[0]], columns=frame.columns)
    pd.concat([frame, more]).to_csv(tmp_path / "a.csv")
    assert main(["normalize", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.h5ad")]) == 0
    said = capsys.readouterr().out
    assert "set aside as no genes, left out of the totals: 2 (ERCC-00002 and LRG_12)" in said
    assert f"genes of several rows, which were summed: 2 ({frame.index[0]} and MATR3)" in said
    made = anndata.read_h5ad(tmp_path / "o.h5ad")
    assert made.obs["total_counts"].tolist() == (frame.sum() + 7).tolist()

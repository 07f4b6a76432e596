"""The command cohort: what it answers and writes, genes left out by hand, a probe used and refused, and bad input."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.facade.cohort_answer import CohortAnswer
from generain_core.generain import GeneRAIN
from tests.conftest import PROJECT

DEMO = PROJECT / "assets" / "demo"
EXAMPLES = DEMO / "data" / "examples"
COUNTS, SHEET = EXAMPLES / "demo_counts.csv.gz", EXAMPLES / "demo_samples.csv"
MODEL = "GPT_Binning_By_Gene"
QUICK = ["--models", MODEL, "--repeats", "1", "--folds", "3", "--permutations", "19", "--device", "cpu"]


THIN = ["--even-if-thin", "--min-genes", "100"]
SEXED = ["XIST", "RPS4Y1", "DDX3Y", "KDM5D", "UTY", "EIF1AY", "LINC00278"]


def _few_genes(path: Path) -> None:
    """Write the example with 500 of its genes, among them those of the sexes, so that embedding is quick."""
    table = pd.read_csv(COUNTS, index_col=0)
    kept = dict.fromkeys([*table.index[:: len(table) // 500], "RPL3", *(name for name in SEXED if name in table.index)])
    table.loc[list(kept)].to_csv(path)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object], CohortAnswer]:
    """Return the folder, the document and the answer behind it of one run, with a gene left out and the probe saved."""
    import contextlib
    import io

    answers = []
    method = GeneRAIN.cohort

    def kept(self: GeneRAIN, *arguments: object, **options: object) -> CohortAnswer:
        answers.append(method(self, *arguments, **options))
        return answers[-1]

    folder = tmp_path_factory.mktemp("cohort")
    _few_genes(folder / "counts.csv")
    words = [
        "--json",
        "--release",
        DEMO,
        "cohort",
        folder / "counts.csv",
        *THIN,
        "--sheet",
        SHEET,
        "--predict",
        "sex",
        "-o",
        folder / "out",
        *QUICK,
    ]
    words += ["--without-genes", "RPL3", "--save", folder / "probe.zip"]
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        patch.setattr(GeneRAIN, "cohort", kept)
        assert main(list(map(str, words))) == 0
    return folder, json.loads(out.getvalue()), answers[0]


def test_the_answer_has_what_the_contract_says(judged) -> None:
    folder, document, _ = judged
    assert {"outcome", "scores", "verdict", "difference", "p_value", "warnings"} <= set(document)
    assert document["verdict"] in ("no_better", "worse")
    assert {"kind": "two_classes", "classes": ["female", "male"], "n": 32}.items() <= document["outcome"].items()
    first: dict[str, str] = {}
    for row in document["scores"]:
        first.setdefault(row["representation"], row["metric"])
    assert first == dict.fromkeys([f"embedding:{MODEL}", "bins", "expression_pca", "expression_lasso"], "auroc")
    predictions = pd.read_csv(folder / "out" / "predictions.csv")
    assert len(predictions) == 32 * 4 == len(predictions.drop_duplicates(["sample", "representation"]))
    folds = pd.read_csv(folder / "out" / "folds.csv")
    own = folds[folds["representation"] == "expression_pca"]["auroc"]
    shown = next(row for row in document["scores"] if row["representation"] == "expression_pca")
    assert shown["mean"] == pytest.approx(own.mean(), rel=1e-6)
    assert all("SIMULATED" in text for text in predictions["provenance"])
    assert "Nadeau" in (folder / "out" / "methods.txt").read_text()


def test_a_gene_left_out_is_a_sample_embedded_without_it(judged) -> None:
    import generain_core as gr
    from generain_core.cohort.validation.metrics import auroc
    from generain_core.models.embedding import embed_samples

    folder, document, answer = judged
    generain, result = gr.open(DEMO), answer.result
    adata = generain.normalize(folder / "counts.csv", gene_set="gene2vec", min_genes=100)
    adata.layers["bins"][:, list(adata.var_names).index("RPL3")] = 1
    embed_samples(adata, generain.release, MODEL, device="cpu")
    truth, scores = result.design.truth.astype(int), []
    for split, each in zip(result.splits, result.results[f"embedding:{MODEL}"], strict=True):
        scores.append(auroc(truth[split.test], each.pipeline.predict_proba(adata.obsm["X_generain"][split.test])))
    (row,) = document["left_out"]
    assert row["set"] == "RPL3"
    assert row["score"] == pytest.approx(np.mean(scores), abs=1e-6)
    assert 1 / 20 <= row["p_value"] <= 1


def test_a_saved_probe_is_used_and_refused(judged, tmp_path, capsys, standin) -> None:
    folder, _, _ = judged
    words = ["cohort", folder / "counts.csv", *THIN, "--apply", folder / "probe.zip", "-o", tmp_path / "used", "--device", "cpu"]
    assert main(["--json", "--release", str(DEMO), *map(str, words)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], len(document["predictions"])) == ("sex", 32)
    assert document["far"] <= 3
    assert (tmp_path / "used" / "predictions.csv").is_file()
    assert main(["--release", str(standin), *map(str, words)]) == 2
    assert "another release" in capsys.readouterr().err
    shutil.copy(SHEET, tmp_path / "sheet.zip")
    assert main(["--release", str(DEMO), "cohort", str(COUNTS), "--apply", str(tmp_path / "sheet.zip"), "-o", str(tmp_path)]) == 2
    assert "no saved probe" in capsys.readouterr().err


def test_survival_is_judged_with_a_batch_regressed_out(judged, tmp_path) -> None:
    """Times that are simulated, a third of them censored."""
    import generain_core as gr

    folder, _, _ = judged
    generator = np.random.default_rng(0)
    sheet = pd.read_csv(SHEET).assign(age=generator.integers(30, 80, 32), batch=np.tile(["b1", "b2"], 16))
    sheet["days"] = np.ceil(generator.exponential(np.where(sheet["sex"] == "male", 100, 900)))
    sheet["vital_status"] = np.where(generator.random(32) < 0.7, "dead", "alive")
    sheet.to_csv(tmp_path / "sheet.csv", index=False)
    options = {"repeats": 1, "folds": 3, "permutations": 19, "models": MODEL, "device": "cpu", "min_genes": 100}
    answer = gr.open(DEMO).cohort(
        folder / "counts.csv", "days", sheet=tmp_path / "sheet.csv", adjust="batch", even_if_thin=True, **options
    )
    assert answer.document()["outcome"]["kind"] == "survival"
    assert set(answer.table["metric"]) == {"concordance"}
    assert set(answer.table["representation"]) >= {"covariates", f"embedding_covariates:{MODEL}"}
    assert any("batch' was regressed out" in text and "can't undo" in text for text in answer.warnings)
    scores = answer.table.set_index("representation")["mean"]
    assert scores.between(0, 1).all()
    assert {"time", "event", "predicted"} <= set(answer.predictions.columns)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Name the column"),
        (["--predict", "nobody"], "no column 'nobody'"),
        (["--predict", "tissue"], "Too few"),
        (["--predict", "sex", "--groups", "nobody"], "no column 'nobody'"),
        (["--predict", "sex", "--adjust", "nobody"], "no column 'nobody'"),
        (["--predict", "sex", "--folds", "1"], "2 to 20 folds"),
        (["--predict", "sex", "--permutations", "5"], "19 to 10,000"),
        (["--predict", "sex", "--kind", "number"], "no number"),
        (["--predict", "sex", "--kind", "survival"], "event"),
        (["--predict", "sex", "--models", "nobody"], "no model 'nobody'"),
        (["--predict", "sex", "--event-value", "dead"], "which column tells"),
        (["--predict", "sex", "--apply", "probe.zip"], "--predict can't stand beside --apply"),
        (["--predict", "sex", "--without-genes", "RPL3", "--placebos", "3"], "at least 19"),
        (["--predict", "sex", "--groups", "sex"], "outcome and donor at once"),
    ],
)
def test_bad_input_is_one_sentence(words, message, tmp_path, capsys) -> None:
    line = ["--release", DEMO, "cohort", COUNTS, "--sheet", SHEET, "-o", tmp_path / "out", *words]
    assert main(list(map(str, line))) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert errors[-1].startswith("error: ")
    assert message in errors[-1]

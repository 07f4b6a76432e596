"""From an expression table to ranked perturbations, in the library and on the command line."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.errors import GeneRAINError
from generain_core.perturbations.cells import looks_like_cells, pseudobulk
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.design.experiment import make_design, perturbation_columns
from generain_core.perturbations.effects.analysis import rank
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.effects.spaces import embedding_space, expression_space, log_depth
from generain_core.perturbations.notes import NoteKind
from generain_core.perturbations.run import run
from generain_core.perturbations.shifts_file import shifts_adata
from generain_core.release.files import Release, choose
from generain_core.samples.interpret.expression import Expression
from generain_core.vectors.atlas import open_genes
from generain_core.wording.methods import methods
from generain_core.wording.perturbations import note_sentence, note_sentences
from tests.samples.toy import table

QUICK = Settings(permutations=199, bootstrap=50)
CHOICES = Choices(column="what", control="ctrl", model="", settings=QUICK)


def test_log_depth_and_components_equal_a_decomposition(screen) -> None:
    counted = np.ones(screen.values.shape[1], dtype=bool)
    logs = np.log10(screen.values * (1e7 / screen.values.sum(1))[:, None] + 1)
    np.testing.assert_allclose(log_depth(screen.values, screen.values.sum(1)), logs, rtol=1e-6)
    left, sizes, _ = np.linalg.svd(logs - logs.mean(0), full_matrices=False)
    space = expression_space(screen.values, counted, screen.samples, 10)
    np.testing.assert_allclose(np.abs(space.points), np.abs((left * sizes)[:, :10]), atol=2e-3)
    full = expression_space(screen.values, counted, screen.samples)
    assert full.notes == ()
    apart = np.linalg.norm(logs[0] - logs[9])
    assert np.linalg.norm(full.points[0] - full.points[9]) == pytest.approx(apart, rel=1e-4)


def test_components_that_hold_little_say_so() -> None:
    values = np.random.default_rng(0).poisson(20, (30, 400)).astype(float)
    logs = np.log10(values * (1e7 / values.sum(1))[:, None] + 1)
    sizes = np.linalg.svd(logs - logs.mean(0), compute_uv=False)
    share = (sizes[:5] ** 2).sum() / (sizes**2).sum()
    space = expression_space(values, np.ones(400, dtype=bool), tuple(f"S{i}" for i in range(30)), 5)
    (note,) = space.notes
    assert f"5 components hold {100 * share:.0f} % of the variance" in note_sentence(note)
    obs = pd.DataFrame({"what": ["ctrl"] * 15 + ["A"] * 15}, index=pd.Index(space.samples))
    assert note in rank(space, make_design(obs, "what", "ctrl"), Settings(99, 50)).notes


def test_samples_without_counts_have_no_place_and_equal_ones_are_refused(screen) -> None:
    values = screen.values.copy()
    values[3] = 0
    counted = np.ones(values.shape[1], dtype=bool)
    assert "S3" not in expression_space(values, counted, screen.samples).samples
    with pytest.raises(GeneRAINError, match="All samples are equal"):
        expression_space(np.ones((4, 5)), np.ones(5, dtype=bool), ("a", "b", "c", "d"))
    with pytest.raises(GeneRAINError, match="at least 3"):
        expression_space(values[:2], counted, screen.samples[:2])


def test_the_planted_perturbation_is_found_and_the_other_not(screen, release, resolver) -> None:
    result = run(screen, CHOICES, release, resolver)
    found = result.table.set_index("perturbation")
    assert found.index.tolist() == ["CD3E", "RPL3"]
    assert found.loc["CD3E", "target"] == "CD3E"
    assert found.loc["CD3E", "n_samples"] == 6
    assert found.loc["CD3E", "fdr"] < 0.01
    assert found.loc["RPL3", "fdr"] > 0.05
    assert np.isnan(found.loc["CD3E", "effect_low"])  # eight controls do not tell how sure their spread is
    assert found.loc["CD3E", "test"] == "exchange"
    assert found["depth_ratio"].between(0.5, 2).all()
    assert found["space"].eq("expression").all()
    assert result.model == ""


def test_a_release_without_models_says_that_only_expression_is_left(screen, release, resolver, tmp_path) -> None:
    bare = shutil.copytree(release.root, tmp_path / "bare", ignore=shutil.ignore_patterns("*.pth"))
    result = run(screen, replace(CHOICES, model=None), Release.open(bare), resolver)
    assert [ranking.space.name for ranking in result.rankings] == ["expression"]
    assert NoteKind.NO_MODEL in [note.kind for note in result.notes]
    with pytest.raises(GeneRAINError, match="no model 'other'"):
        run(screen, replace(CHOICES, model="other"), release, resolver)


def test_a_thin_table_is_kept_out_of_the_model(screen, standin_release, standin_resolver) -> None:
    genes = standin_resolver.table.model.index.tolist()[:400]
    thin = replace(screen, values=screen.values[:, :400], identifiers=tuple(genes))
    result = run(thin, replace(CHOICES, model=None), standin_release, standin_resolver)
    assert [r.space.name for r in result.rankings] == ["expression"]
    assert any("Too thin for the model; expression space only" in note for note in note_sentences(result.notes))
    lowered = run(thin, replace(CHOICES, model=None, min_genes=10), standin_release, standin_resolver)
    assert any("of the model's genes were measured" in note for note in note_sentences(lowered.notes))


@pytest.fixture(scope="module")
def standin_release(standin):
    return choose(standin)


@pytest.fixture(scope="module")
def standin_resolver(standin_release):
    return open_genes(standin_release)


def test_both_spaces_are_compared_and_leave_as_anndata(standin_release, standin_resolver, screen, tmp_path) -> None:
    rng = np.random.default_rng(1)
    genes = standin_resolver.table.model.index.tolist()
    what = ["ctrl"] * 6 + ["A"] * 6
    counts = rng.poisson(np.tile(rng.gamma(2, 100, len(genes)), (12, 1)) * np.where(np.arange(12) < 6, 1, 2)[:, None])
    made = table(counts.astype(float), genes, obs={"what": what})
    told: list[float] = []
    options = replace(CHOICES, model=None, min_genes=100, device="cpu")
    result = run(made, options, standin_release, standin_resolver, progress=lambda share, words: told.append(share))
    assert [r.space.name for r in result.rankings] == ["embedding", "expression"]
    assert told == sorted(told)
    row = result.table.iloc[0]
    assert row["space"] == "embedding"
    assert np.isfinite(row["expression_effect"])
    np.testing.assert_allclose(
        result.rankings[0].shifts[0],
        result.adata.obsm["X_generain"][6:].mean(0) - result.adata.obsm["X_generain"][:6].mean(0),
        atol=1e-6,
    )
    assert embedding_space(result.adata).points.shape == result.adata.obsm["X_generain"].shape
    again = run(made, options, standin_release, standin_resolver, embedded=result.adata)
    assert again.adata is result.adata
    shifts = shifts_adata(result, standin_release, note_sentences(result.notes))
    shifts.write_h5ad(tmp_path / "shifts.h5ad")
    back = anndata.read_h5ad(tmp_path / "shifts.h5ad")
    np.testing.assert_allclose(back.X[0], result.rankings[0].shifts[0], rtol=1e-5)
    assert back.obsm["shift_expression"].shape[0] == 1
    assert "SIMULATED" in back.uns["generain"]["provenance"]
    assert json.loads(back.uns["generain"]["choices"]) == json.loads(json.dumps(asdict(options)))
    assert back.obs["expression_energy_fdr"].between(0, 1).all()
    text = methods(result, standin_release)
    for words in ("10.1016/j.jspi.2013.03.018", "10.1111/j.2517-6161.1995.tb02031.x", "10.1038/s41592-023-02144-y", "SIMULATED"):
        assert words in text
    assert "10.1101/2024.03.07.583777" in text


@pytest.mark.parametrize(
    ("options", "bootstrap", "said", "unsaid"),
    [
        ({}, 20, ["exact, over all relabellings."], ["random", "anew"]),
        ({"reference": "others"}, 20, ["over 199 random ones", "seed 0; those near the smallest possible"], ["exact"]),
        ({"pair": "pair"}, 0, ["exact, over all sign flips."], ["random", "anew", "95 % intervals"]),
        ({"pair": "block"}, 0, ["by rotation of residuals", "199 random rotations"], ["exact", "sign flips"]),
    ],
)
def test_methods_say_which_relabellings_were_looked_at(options, bootstrap, said, unsaid, screen, release, resolver) -> None:
    pairs = [f"p{i % 8}" for i in range(20)]
    made = replace(screen, obs=screen.obs.assign(pair=pairs))
    result = run(
        made, Choices(column="what", control="ctrl", model="", settings=Settings(199, bootstrap), **options), release, resolver
    )
    text = methods(result, release, ["attributes"])
    assert all(words in text for words in said)
    assert not any(words in text for words in unsaid)
    drawn = bool(result.table["effect_low"].notna().any())
    assert ("95 % intervals" in text) == drawn  # what was not made is not told
    ranked = "attributes ranked by their mean place" in text  # four pairs are exchanged in seven ways, too few for p
    assert ranked == (options.get("pair") == "block")


def test_methods_of_random_relabellings_name_their_number_and_what_was_taken_anew(release, resolver) -> None:
    rng = np.random.default_rng(0)
    genes = resolver.table.model.index.tolist()[:60]
    what = ["ctrl"] * 16 + ["x"] * 16
    made = table(rng.poisson(50, (32, 60)).astype(float), genes, obs={"what": what, "pair": [f"p{i % 16}" for i in range(32)]})
    choices = Choices(column="what", control="ctrl", model="", sum_by=(), settings=Settings(199, 0))
    text = methods(run(made, choices, release, resolver), release)
    assert "over 199 random ones, p = (b + 1) / (m + 1) (seed 0; those near the smallest possible were taken anew" in text
    paired = methods(run(made, replace(choices, pair="pair"), release, resolver), release)
    assert "over 199 random ones, p = (b + 1) / (m + 1) (seed 0)." in paired


def cells(resolver) -> Expression:
    rng = np.random.default_rng(2)
    what = [w for w in ("ctrl", "CD3E_1", "CD3E_2", "RPL3_1") for _ in range(40)]
    genes = resolver.table.model.index.tolist()[:300]
    counts = rng.poisson(0.5, (160, 300)).astype(float)
    return table(counts, genes, obs={"what": what, "batch": [f"b{i % 4}" for i in range(160)]})


def test_cells_are_summed_by_guide_and_stratum_with_the_numbers_said(resolver) -> None:
    made = cells(resolver)
    assert looks_like_cells(made, "what")
    summed, notes = pseudobulk(made, replace(CHOICES, strata=("batch",)))
    assert len(summed.samples) == 16
    assert "160 cells were summed to 16 pseudobulks by what and batch: 10 to 10 cells each, 10 in the middle." in note_sentences(
        notes
    )
    assert summed.values.sum() == made.values.sum()
    kept, notes = pseudobulk(made, replace(CHOICES, sum_by=()))
    assert kept is made
    assert notes == ()
    with pytest.raises(GeneRAINError, match="lose the column batch"):
        pseudobulk(made, replace(CHOICES, strata=("batch",), sum_by=("what",)))


def test_cells_whose_labels_differ_in_capitals_only_are_summed_as_one_and_it_is_said(resolver) -> None:
    made = cells(resolver)
    what = ["cd3e_1 " if i < 50 else each for i, each in enumerate(made.obs["what"])]
    what[:40] = ["Ctrl"] * 10 + ["ctrl"] * 30
    made = replace(made, obs=made.obs.assign(what=what))
    summed, notes = pseudobulk(made, CHOICES)
    assert summed.obs["what"].tolist() == ["ctrl", "CD3E_1", "CD3E_2", "RPL3_1"]
    assert summed.obs["n_cells"].tolist() == [40] * 4
    assert note_sentence(notes[1]) == (
        "Cells were summed with those that differ in capitals or blanks only: Ctrl as ctrl and cd3e_1 as CD3E_1."
    )
    apart, notes = pseudobulk(made, replace(CHOICES, as_written=("Ctrl", "cd3e_1")))
    assert sorted(apart.obs["n_cells"]) == [10, 10, 30, 30, 40, 40]
    assert len(notes) == 1


def test_labels_with_commas_are_named_whole_and_labels_can_be_left_as_written(screen, tmp_path, capsys) -> None:
    names = {"sgCD3E-1": "a, b", "CD3E_2": "a, b", "CD3E_3": "a, b", "cd3e": "a, b", "CD3E ": "a, b", "CD3E_1": "a, b"}
    what = [names.get(each, each) for each in screen.obs["what"]]
    what[:4] = ["ctrl 24"] * 4
    counts, sheet = csv(replace(screen, obs=screen.obs.assign(what=what)), tmp_path)
    line = ["perturb", str(counts), "--samples", str(sheet), "--by", "what", "--control", "ctrl", "-o", str(tmp_path / "out.csv")]
    line += ["--model", "none", "--permutations", "199", "--bootstrap", "0", "--json"]
    assert main([*line, "--genes", str(tmp_path / "genes.csv"), "--of", "a, b", "--of", "RPL3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["perturbation"] for each in told["genes"]] == ["a, b", "RPL3"]
    assert told["controls"] == 8
    assert any(note.startswith("ctrl 24 was taken for the control ctrl") for note in told["notes"])
    assert main([*line, "--as-written", "ctrl 24", "--as-written", "RPL3_2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["controls"] == 4
    assert {each["perturbation"] for each in told["perturbations"]} == {"a, b", "RPL3", "RPL3_2", "ctrl 24"}
    assert "left as written ctrl 24, RPL3_2" in (tmp_path / "out.csv").read_text()
    assert main([*line, "--as-written", "ctrl24"]) == 2
    assert "has no ctrl24 to leave as written" in capsys.readouterr().err


def test_bulk_samples_are_not_taken_for_cells(screen) -> None:
    assert not looks_like_cells(screen, "what")


def test_columns_that_can_name_perturbations() -> None:
    frame = pd.DataFrame({"what": list("aabb"), "one": ["x"] * 4, "id": list("abcd"), "part": ["a", "a", None, "b"]})
    assert perturbation_columns(frame) == ["what", "part"]
    many = pd.DataFrame({"what": ["control", *(f"P{i}" for i in range(2500))] * 2})
    assert perturbation_columns(many) == ["what"]


def csv(made: Expression, path: Path) -> tuple[Path, Path]:
    frame = pd.DataFrame(made.values.T.astype(int), index=list(made.identifiers), columns=list(made.samples))
    frame.to_csv(path / "counts.csv")
    made.obs.rename_axis("sample").to_csv(path / "sheet.csv")
    return path / "counts.csv", path / "sheet.csv"


def test_samples_of_a_donor_under_several_names_of_a_guide_keep_their_label(screen, release, resolver) -> None:
    donors = replace(screen, obs=screen.obs.rename(columns={"block": "donor"}))
    result = run(donors, CHOICES, release, resolver)
    table = result.rankings[0].table.set_index("perturbation")
    assert table["n_samples"].to_dict() == {"CD3E": 4, "RPL3": 4}
    assert not any(note.kind is NoteKind.WITHOUT_LABEL for note in result.notes)
    assert table.index[0] == "CD3E"

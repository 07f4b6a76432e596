"""A reference from samples to placing: embedded once, resumed, calibrated, and strange samples known for strange."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.models.model import Model
from generain_core.models.pooling import embed_bins
from generain_core.reference.build import BLOCK, build_reference
from generain_core.reference.catalog import weights_of
from generain_core.reference.novelty import independent_number
from generain_core.reference.placement import Placement, Reference, place_samples
from generain_core.reference.sources import Archs4Source, TableSource
from generain_core.reference.store import read_state, table_of, vectors_of
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.archs4.chosen_samples import Archs4
from generain_core.samples.binning.bins import bin_samples
from generain_core.vectors.atlas import open_genes
from tests.conftest import full_disk
from tests.reference.simulate import MODEL, SAMPLES, Simulated

NEW = 120


def embedded(model: Model, release: Release, genes: tuple[str, ...], counts: np.ndarray) -> np.ndarray:
    opened = Boundaries.open(release, "coding_lncrna")
    bins = bin_samples(counts, counts.sum(1), opened, opened.columns(genes))
    read = model.read_bins(bins, genes, "coding_lncrna")
    return np.asarray(embed_bins(model.network, read.bins, read.tokens))


@pytest.fixture(scope="module")
def placed(built: Reference, model: Model, release: Release, simulated: Simulated) -> dict[str, tuple[Placement, np.ndarray]]:
    counts, tissue = simulated.draw(NEW)
    kinds = {"new": counts} | {name: values[:30] for name, values in simulated.strange(counts).items()}
    found = {}
    for name, values in kinds.items():
        made = embedded(model, release, simulated.genes, values)
        found[name] = (place_samples(built, made, [f"{name} {i}" for i in range(len(made))], model=MODEL), tissue)
    return found


def test_every_sample_is_there_with_what_is_known_of_it(built: Reference, table: Path) -> None:
    import anndata

    obs = anndata.read_h5ad(table).obs
    assert built.table["sample"].tolist() == list(obs.index)
    assert built.table["series"].tolist() == obs["series_id"].tolist()
    assert built.table["tissue"].tolist() == obs["tissue"].tolist()
    assert built.table["characteristics"].tolist() == [f"age: {age}" for age in obs["age"]]


def test_vectors_are_those_of_the_model(
    built: Reference, model: Model, release: Release, simulated: Simulated, table: Path
) -> None:
    import anndata

    some = anndata.read_h5ad(table)[[0, 255, 256, 399]]
    expected = embedded(model, release, simulated.genes, np.asarray(some.X, float))
    np.testing.assert_allclose(built.vectors[[0, 255, 256, 399]], expected, atol=1e-5)


def test_samples_like_the_reference_are_flagged_at_the_rate(placed) -> None:
    flags = placed["new"][0].samples["out_of_distribution"]
    assert 0.05 * NEW + 3 * np.sqrt(NEW * 0.05 * 0.95) >= flags.sum()
    p = placed["new"][0].samples["p_value"]
    assert 0.3 < p.mean() < 0.7


@pytest.mark.parametrize("kind", ["noise", "shuffled", "mouse-like"])
def test_strange_samples_are_flagged(placed, kind) -> None:
    flagged = placed[kind][0].samples["out_of_distribution"].astype(float).mean()
    assert flagged >= (0.6 if kind == "mouse-like" else 0.95)  # of 20 held-out series none may be as strange


def test_labels_are_told_with_the_confidence_they_deserve(placed, built) -> None:
    samples, tissue = placed["new"][0].samples, placed["new"][1]
    right = samples["label"].to_numpy() == [f"tissue {t}" for t in tissue]
    assert right.mean() > samples["label_confidence"].mean() - 0.1
    assert samples["label_confidence"][right].mean() > samples["label_confidence"][~right].mean()
    listed = placed["new"][0].nearest
    assert listed.groupby("sample").size().eq(10).all()
    assert set(listed["neighbor"]) <= set(built.table["sample"])


def test_places_of_reference_samples_are_near_their_own(built: Reference) -> None:
    some = np.arange(0, SAMPLES, 7)
    again = place_samples(built, np.asarray(built.vectors[some]), [str(i) for i in some], model=MODEL)
    assert again.samples["nearest"].tolist() == built.table["sample"].iloc[some].tolist()
    off = np.linalg.norm(again.samples[["x", "y"]].to_numpy() - built.places[some], axis=1)
    spread = np.linalg.norm(built.places - built.places.mean(0), axis=1)
    assert np.median(off) < 0.25 * np.median(spread)


def test_a_sample_of_the_reference_is_told_so_and_judged_by_the_others(built: Reference, placed) -> None:
    assert (placed["new"][0].samples["in_reference"] == "").all()
    assert placed["new"][0].known == ""
    some = np.arange(0, SAMPLES, 37)
    vectors = np.asarray(built.vectors, float)
    found = place_samples(built, vectors[some], [f"mine {i}" for i in some], model=MODEL)
    assert found.samples["in_reference"].tolist() == built.table["sample"].iloc[some].tolist()
    assert f"{len(some)} of the {len(some)} samples are in this reference themselves" in found.known
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for row, (_, said) in zip(some, found.samples.iterrows(), strict=True):
        cosines = unit @ unit[row]
        near = [i for i in np.argsort(-cosines, kind="stable") if i != row][:30]
        there = [i for i in np.argsort(-cosines, kind="stable") if i != row and not built.measure.away[i]][:30]
        plain = np.mean([np.linalg.norm(unit[i] - unit[row]) for i in there[:5]])
        white = np.mean(sorted(np.linalg.norm((vectors[i] - vectors[row]) @ built.measure.whiten) for i in there)[:5])
        score = max(plain / built.measure.scales[0], white / built.measure.scales[1])
        assert said["strangeness"] == pytest.approx(score, rel=1e-6)
        fitted, series = built.fitted, np.unique(built.fitted.series)
        low, high = (
            np.mean([(fitted.scores[fitted.series == each] >= score * edge).mean() for each in series])
            for edge in (1 + 1e-7, 1 - 1e-7)  # it may be one of the held-out samples, whose scores are kept to nine digits
        )
        number = independent_number(fitted.scores, fitted.series)
        assert 20 <= number <= 160
        assert 1 + number * low - 1e-9 <= said["p_value"] * (1 + number) <= 1 + number * high + 1e-9
        votes = pd.Series([built.table["tissue"].iloc[i] for i in near[:15]]).value_counts()
        assert said["label"] in votes[votes == votes.max()].index
        assert said["label_share"] == pytest.approx(votes.max() / 15)
    alone = place_samples(built, vectors[some[:1]], ["x"], model=MODEL).samples.iloc[0]
    assert alone["p_value"] == found.samples["p_value"].iloc[0]
    assert "1 of the 1 sample is in this reference itself" in place_samples(built, vectors[:1], ["x"], model=MODEL).known


def test_a_public_accession_is_known_again_and_another_name_is_not(built: Reference) -> None:
    table = built.table.assign(sample=["GSM123", "S1", *built.table["sample"][2:]])
    named = replace(built, table=table)
    moved = np.asarray(built.vectors[:2], float) * (1 + 0.05 * np.sign(np.arange(built.vectors.shape[1]) % 2 - 0.5))
    found = place_samples(named, moved, ["GSM123", "S1"], model=MODEL).samples
    assert found["in_reference"].tolist() == ["GSM123", ""]
    far = place_samples(named, -np.asarray(built.vectors[50:51], float), ["GSM123"], model=MODEL).samples
    assert far["in_reference"].tolist() == ["GSM123"]


def tree(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir()) if p.name != ".writing"}


def test_a_stopped_build_goes_on_and_grows(built, release, model, table, tmp_path) -> None:
    source = TableSource(table, release, open_genes(release), "coding_lncrna", 500)

    def stop(share: float, words: str) -> None:
        if not words.startswith("0 of"):
            raise Cancelled("Cancelled.")

    with full_disk(20_000), pytest.raises(GeneRAINError, match=r"vectors\.f32 can't be written .*; make room"):
        build_reference(tmp_path / "r", release, model, [source], min_genes=500, plane="umap")
    with pytest.raises(Cancelled):
        build_reference(tmp_path / "r", release, model, [source], min_genes=500, plane="pca", progress=stop)
    state = read_state(tmp_path / "r")
    assert state is not None
    assert (state.rows, state.finished) == (BLOCK, 0)
    with pytest.raises(GeneRAINError, match="is not finished"):
        Reference.open(tmp_path / "r")
    for name in ("vectors.f32", "samples.tsv"):
        with (tmp_path / "r" / name).open("ab") as out:
            out.write(b"half a block")
    (tmp_path / "r" / ".reference.json-x7").write_text("half")
    build_reference(tmp_path / "r", release, model, [source], min_genes=500, plane="pca")
    assert tree(tmp_path / "r") == tree(built.folder)
    before = np.array(vectors_of(tmp_path / "r", read_state(tmp_path / "r")))
    resolver = open_genes(release)
    archs4 = Archs4Source(release, resolver, range(5, 40), "coding_lncrna", 500)
    state = build_reference(tmp_path / "r", release, model, [archs4], min_genes=500, plane="pca")
    assert state.rows == SAMPLES + 35 - state.dropped
    assert (np.array(vectors_of(tmp_path / "r", state))[:SAMPLES] == before).all()
    names = Archs4.open(release).rows(range(5, 40))["geo_accession"].tolist()
    assert table_of(tmp_path / "r")["sample"].tolist()[SAMPLES:] == names[: 35 - state.dropped]
    again = tree(tmp_path / "r")
    build_reference(tmp_path / "r", release, model, [archs4, source], min_genes=500, plane="pca")
    assert tree(tmp_path / "r") == again


def test_what_the_flags_rest_on_is_said_everywhere(built, release, table, simulated, tmp_path, capsys) -> None:
    calibration = built.fitted.calibration
    assert (calibration.basis, calibration.series, calibration.samples) == ("series", 20, 160)
    assert calibration.sentence.startswith("What is usual is told by 20 held-out series: of their 160 samples ")
    assert calibration.sentence in (built.folder / "README.md").read_text()
    assert "SIMULATED" in (built.folder / "README.md").read_text()
    counts, tissue = simulated.draw(2)
    new, out = simulated.write(tmp_path / "new.h5ad", counts, tissue, "N"), tmp_path / "out.csv"
    asked = ("place", new, "--reference", built.folder, "-o", out, "--min-genes", 500, "--device", "cpu", "--json")
    assert main(line(release, *asked)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["calibration"]["basis"], answer["calibration"]["series"]) == ("series", 20)
    assert calibration.sentence in answer["note"]
    assert pd.read_csv(out)["provenance"].str.contains("held-out series").all()


def test_a_reference_of_an_earlier_version_opens_without_flags_and_is_calibrated_again(
    built, release, model, table, tmp_path
) -> None:
    shutil.copytree(built.folder, tmp_path / "r")
    fitted = json.loads((tmp_path / "r" / "fitted.json").read_text())
    old = {"held_out": 80, "by_series": True, "scores": fitted["scores"], "votes": [vote[:2] for vote in fitted["votes"]]}
    (tmp_path / "r" / "fitted.json").write_text(json.dumps(old | {name: fitted[name] for name in ("plane", "plane_kept")}))
    opened = Reference.open(tmp_path / "r")
    placement = place_samples(opened, np.asarray(opened.vectors[:2]), ["a", "b"], model=MODEL)
    assert placement.flagged is None
    assert "by an earlier version" in placement.note
    before = (tmp_path / "r" / "vectors.f32").stat().st_mtime_ns
    source = TableSource(table, release, open_genes(release), "coding_lncrna", 500)
    build_reference(tmp_path / "r", release, model, [source], min_genes=500, plane="pca")
    assert (tmp_path / "r" / "vectors.f32").stat().st_mtime_ns == before
    assert tree(tmp_path / "r") == tree(built.folder)


def test_what_does_not_fit_is_refused(built, release, model, table, tmp_path) -> None:
    source = TableSource(table, release, open_genes(release), "coding_lncrna", 500)
    with pytest.raises(GeneRAINError, match="another batch size"):
        build_reference(built.folder, release, model, [source], min_genes=500, plane="pca", batch_size=3)
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(GeneRAINError, match="holds other files"):
        build_reference(tmp_path, release, model, [source], min_genes=500, plane="pca")
    with pytest.raises(GeneRAINError, match="embed them with that"):
        place_samples(built, np.asarray(built.vectors[:1]), ["a"], model="GPT_Binning_By_Gene")
    with pytest.raises(GeneRAINError, match="can't be compared"):
        place_samples(built, np.zeros((1, built.vectors.shape[1])), ["a"], model=MODEL)
    with pytest.raises(GeneRAINError, match="holds no reference"):
        Reference.open(tmp_path)


def line(release: Release, *arguments: object) -> list[str]:
    return ["--release", str(release.root), *map(str, arguments)]


def test_the_command_line_builds_and_places(built, release, table, simulated, tmp_path, capsys) -> None:
    counts, tissue = simulated.draw(4)
    new = simulated.write(tmp_path / "new.h5ad", counts, tissue, "N")
    store = tmp_path / "r"
    asked = ("reference", store, "--model", MODEL, "--input", table, "--min-genes", 500, "--plane", "pca", "--json")
    assert main(line(release, *asked)) == 0
    assert json.loads(capsys.readouterr().out)["samples"] == SAMPLES
    np.testing.assert_allclose(Reference.open(store).vectors, built.vectors, atol=1e-5)
    out = tmp_path / "out.csv"
    asked = ("place", new, "--reference", store, "-o", out, "--min-genes", 500, "-k", 3, "--device", "cpu", "--json")
    assert main(line(release, *asked)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [row["sample"] for row in answer["samples"]] == ["N0", "N1", "N2", "N3"]
    assert len(answer["nearest"]) == 12
    written = pd.read_csv(out, keep_default_na=False)
    assert written["sample"].tolist() == ["N0", "N1", "N2", "N3"]
    assert written["in_reference"].tolist() == [""] * 4
    asked = ("place", table, "--reference", store, "-o", out, "--min-genes", 500, "--device", "cpu")
    assert main(line(release, *asked)) == 0
    assert f"{SAMPLES} of the {SAMPLES} samples are in this reference" in capsys.readouterr().out
    written = pd.read_csv(out, keep_default_na=False)
    assert written["in_reference"].tolist() == written["sample"].tolist()
    assert written["provenance"].str.contains("SIMULATED").all()
    assert main(line(release, "place", new, "--reference", tmp_path / "nowhere", "-o", out)) == 2
    assert "holds no reference" in capsys.readouterr().err
    kept = store / "reference.json"
    kept.write_text(kept.read_text().replace(weights_of(release, MODEL), "0" * 24))
    assert main(line(release, "place", new, "--reference", store, "-o", out)) == 2
    assert "other weights" in capsys.readouterr().err
    made = json.loads(kept.read_text())
    del made["made"]["ties"]  # as before equal bins had an order of their own
    kept.write_text(json.dumps(made))
    assert main(line(release, "place", new, "--reference", store, "-o", out)) == 2
    assert "an earlier version" in capsys.readouterr().err

"""Gene sets among moved genes against limma's camera itself: golden/camera.R wrote what it gives."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from generain_core.attributes.gmt import read_gmt
from generain_core.cli import main
from generain_core.errors import Cancelled, GeneRAINError, ReleaseError, Untestable
from generain_core.facade.results.perturbation_result import PerturbationResult
from generain_core.generain import GeneRAIN
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.gene_sets import moved_gene_sets
from generain_core.perturbations.genes.gene_values import gene_values
from generain_core.perturbations.genes.moved_genes import EXCHANGES, find_moved_genes
from generain_core.perturbations.report import Untested, attributes_of_moved_genes, moved_genes
from generain_core.perturbations.run import run
from generain_core.release.files import choose
from tests.perturbations.test_against_limma import COUNTS, DESIGN, GOLDEN, values_of
from tests.perturbations.test_moved import experiment
from tests.perturbations.test_moved_attributes import store_of
from tests.perturbations.test_run import csv
from tests.samples.toy import ToyResolver, table

RESULTS = pd.read_csv(GOLDEN / "camera_results.csv", comment="#", skipinitialspace=True)
SETS = {name: frozenset(genes) for name, genes in read_gmt((GOLDEN / "camera_sets.gmt").read_bytes(), "sets").items()}


@pytest.mark.parametrize("case", RESULTS["case"].unique())
def test_from_counts_on_gene_sets_are_those_of_camera(case) -> None:
    expected = RESULTS[RESULTS["case"] == case].set_index("set")
    sheet, _, counts = values_of(case, COUNTS.columns)
    obs = {column: sheet[column].tolist() for column in sheet}
    choices = Choices(column="what", control="ctrl", model="", settings=Settings(99, 0), depth=0, **DESIGN[case])
    result = run(table(counts.astype(float), list(COUNTS.columns), obs=obs), choices, choose(), ToyResolver())
    result = replace(result, depth=replace(result.depth, untestable={}))
    values = gene_values(result, "log2")
    found = moved_gene_sets(result, find_moved_genes(result, "A", "log2", values=values), values, {"lib": SETS})
    found = found.table.set_index("set").loc[expected.index]
    assert found["overlap"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(found["correlation"], expected["correlation"], rtol=1e-4)
    np.testing.assert_allclose(found["p_value"], expected["p"], rtol=1e-4)
    assert (np.sign(found["ratio"]) == expected["direction"].map({"Up": 1, "Down": -1})).all()


def test_the_line_writes_them_where_sets_are_named_and_the_method_gives_the_same(screen, tmp_path, capsys, release) -> None:
    counts, sheet = csv(screen, tmp_path)
    genes = screen.identifiers
    sets = tmp_path / "sets.gmt"
    sets.write_text(
        "\n".join(["\t".join(["planted", "", *genes[:200:5]]), "\t".join(["other", "", *genes[300:340]]), "none\t\tNOT1"])
    )
    line = ["perturb", str(counts), "--samples", str(sheet), "--by", "what", "--control", "ctrl", "--model", "none", "--json"]
    line += ["--permutations", "99", "--bootstrap", "0"]
    assert main([*line, "-o", str(tmp_path / "out"), "--sets", str(sets)]) == 0
    document = json.loads(capsys.readouterr().out)
    written = pd.read_csv(tmp_path / "out" / "gene_sets.csv").set_index("set")
    assert written.loc["planted", "fdr"] < 0.01
    assert written.loc["other", "fdr"] > 0.05
    assert written.loc["none", "size"] == 0
    assert written["perturbation"].eq("CD3E").all()
    assert document["gene_sets"][0]["test"] == "camera"
    assert "allows" in document["gene_sets"][0]["null"]
    assert "camera [" in (tmp_path / "out" / "methods.txt").read_text()
    moved = pd.read_csv(tmp_path / "out" / "genes.csv").set_index("gene")
    assert written.loc["planted", "overlap"] == sum(gene in moved.index for gene in genes[:200:5])
    options = {"by": "what", "control": "ctrl", "model": "none", "samples": sheet, "permutations": 99, "bootstrap": 0}
    same = GeneRAIN(release).perturb(counts, **options).gene_sets(sets).set_index("set")
    np.testing.assert_allclose(same["p_value"], written.loc[same.index, "p_value"], rtol=1e-6)
    for wrong in (
        ["-o", str(tmp_path / "x.csv"), "--sets", str(sets)],
        ["-o", str(tmp_path / "out"), "--write-gene-sets", "y.csv"],
    ):
        assert main([*line, *wrong]) == 2
        assert "ets" in capsys.readouterr().err.splitlines()[-1]


def test_p_values_do_not_depend_on_how_many_exchanges_are_asked_for() -> None:
    result = experiment(0, ["ctrl"] * 9 + ["A"] * 4, {}, {})
    few, many = (find_moved_genes(result, "A", "log2", most_exchanges=most) for most in (20, EXCHANGES))
    assert few.by_exchange
    pd.testing.assert_frame_equal(few.table, many.table)
    assert few.by_chance == many.by_chance


def test_genes_of_those_found_in_either_space_are_told_and_why_some_are_not() -> None:
    result = experiment(0, ["ctrl"] * 5 + ["A"] * 3 + ["B"], {}, {})
    ranked = result.table.assign(fdr=1.0, expression_fdr=0.01)
    table_of_genes, each = moved_genes(replace(result, table=ranked))
    assert set(table_of_genes["perturbation"]) == {"A"}
    assert [found.perturbation for found in each if isinstance(found, Untested)] == ["B"]
    with pytest.raises(GeneRAINError, match="too few to test genes"):
        moved_genes(replace(result, table=ranked), of=["B"])
    with pytest.raises(
        Untestable, match=r"none of the perturbations that were found \(1\) can be tested.* B has 1 sample against 5: too few"
    ):
        moved_genes(replace(result, table=ranked[ranked["perturbation"] == "B"]))


def test_attributes_too_tell_which_perturbations_are_left_out_and_faults_beside_these_are_raised(release, monkeypatch) -> None:
    result = experiment(0, ["ctrl"] * 5 + ["A"] * 3 + ["B"], {}, {})
    result = replace(result, table=result.table.assign(fdr=1.0, expression_fdr=0.01))
    store = store_of(np.random.default_rng(0).random((3, 800)).astype(np.float32))
    monkeypatch.setattr("generain_core.attributes.store.attribute_store.open_store", lambda *_, **__: store)
    monkeypatch.setattr("generain_core.attributes.order.recorded.refuse_refuted", lambda *_: None)
    attributes = PerturbationResult(GeneRAIN(release), result).attributes
    assert set(attributes["perturbation"]) == {"A"}
    assert list(attributes.attrs["untested"]) == ["B"]
    assert "too few to test genes" in attributes.attrs["untested"]["B"]
    for fault in (ReleaseError("The store lacks a part."), Cancelled("stopped")):

        def damaged(*_: object, fault: GeneRAINError = fault) -> None:
            raise fault

        monkeypatch.setattr("generain_core.perturbations.report.moved_attributes", damaged)
        with pytest.raises(type(fault), match=str(fault)):
            attributes_of_moved_genes(result, store)

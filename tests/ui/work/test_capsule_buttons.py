"""A capsule of the page holds the numbers that the page shows; where the command line gives others, none is made."""

import zipfile

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.run import run
from generain_core.release.files import choose
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.correction import to_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from generain_core.ui.components import capsule_button
from generain_core.ui.components.capsule_tables import binning_line, comparison_line
from generain_core.ui.shell import keys, resources
from generain_core.vectors.atlas import open_genes
from generain_core.work.capsule import capsule
from tests.ui.test_pages import healthy
from tests.work.test_capsule import in_process


@pytest.fixture
def opened(monkeypatch):
    release = choose()
    resolver = open_genes(release)
    monkeypatch.setattr(capsule, "run_command", in_process)
    monkeypatch.setattr(resources, "release", lambda: release)
    monkeypatch.setattr(resources, "resolver", lambda: resolver)
    return release, resolver


def expression_of(release, resolver, counts: str, sheet: str):
    raw = read(release.path(counts))
    return join_samples(to_expression(raw, diagnose(raw, resolver)), read_sample_sheet(release.path(sheet)))


def test_the_capsule_of_bins_holds_the_bins_of_the_page(opened, tmp_path) -> None:
    release, resolver = opened
    expression = expression_of(release, resolver, "demo/counts", "demo/sample_sheet")
    bins = normalize(expression, release, resolver, min_genes=2100).adata.layers["bins"]
    content = capsule_button._content(lambda folder: binning_line(expression, "coding_lncrna", 2100, bins, folder))
    (tmp_path / "c.zip").write_bytes(content)
    assert {"results/bins.h5ad", "inputs/table.h5ad"} <= set(zipfile.ZipFile(tmp_path / "c.zip").namelist())
    assert capsule.verify_capsule(tmp_path / "c.zip", release).same
    with pytest.raises(GeneRAINError, match="other numbers"):
        capsule_button._content(lambda folder: binning_line(expression, "coding_lncrna", 2100, bins + 1, folder))


def test_the_capsule_of_a_comparison_holds_its_effects(opened, tmp_path) -> None:
    release, resolver = opened
    expression = expression_of(release, resolver, "demo/perturbation_counts", "demo/perturbation_sheet")
    settings = Settings(permutations=99, bootstrap=20, seed=4)
    choices = Choices(column="perturbation", control="non-targeting", model="", settings=settings)
    table = run(expression, choices, release, resolver).table
    content = capsule_button._content(lambda folder: comparison_line(expression, choices, "", table, folder))
    (tmp_path / "c.zip").write_bytes(content)
    assert capsule.verify_capsule(tmp_path / "c.zip", release).same
    other = table.assign(effect=np.asarray(table["effect"]) + 0.01)
    with pytest.raises(GeneRAINError, match="other numbers"):
        capsule_button._content(lambda folder: comparison_line(expression, choices, "", other, folder))


def test_pages_offer_capsules(visit, mapped) -> None:
    app = visit("gene", **{keys.GENE: "CD3D"})
    healthy(app)
    assert "Capsule" in [each.label for each in app.get("download_button")]
    app = visit("compare", **{keys.A: "CD3D", keys.B: "CD3E"})
    healthy(app)
    assert "Capsule" in [each.label for each in app.get("download_button")]

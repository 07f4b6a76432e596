"""A reference of simulated samples, on a small release."""

from pathlib import Path

import pytest

from generain_core.models.model import Model, open_model
from generain_core.reference.build import build_reference
from generain_core.reference.placement import Reference
from generain_core.reference.sources import TableSource
from generain_core.release.files import Release
from generain_core.vectors.atlas import open_genes
from tests.reference.simulate import MODEL, SAMPLES, Simulated


@pytest.fixture(scope="module")
def release(standin: Path) -> Release:
    return Release.open(standin)


@pytest.fixture(scope="module")
def model(release: Release) -> Model:
    return open_model(release, MODEL)


@pytest.fixture(scope="module")
def simulated(release: Release) -> Simulated:
    return Simulated.of(release)


@pytest.fixture(scope="module")
def table(simulated: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated.write(tmp_path_factory.mktemp("table") / "reference.h5ad", *simulated.draw(SAMPLES))


@pytest.fixture(scope="module")
def built(release: Release, model: Model, table: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("built") / "reference"
    source = TableSource(table, release, open_genes(release), "coding_lncrna", 500)
    state = build_reference(folder, release, model, [source], min_genes=500, plane="pca")
    assert (state.rows, state.dropped) == (SAMPLES, 0)
    return Reference.open(folder)

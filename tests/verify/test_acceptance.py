"""The figures of the real release: matched, missed, and never passed on a simulated one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from generain_core.errors import ReleaseError
from generain_core.models.model import open_model
from generain_core.release.files import FILES, Release
from generain_core.verify.checks import acceptance
from generain_core.verify.verify import verify


@pytest.fixture(scope="module")
def real(standin: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the small stand-in without its mark, with bins of four samples."""
    root = tmp_path_factory.mktemp("real") / "release"
    shutil.copytree(standin, root)
    (root / "SIMULATED").unlink()
    tokens = json.loads((root / FILES["index/coding_lncrna"][0]).read_text())
    genes = [gene for gene in tokens if not gene.startswith(("SPECIAL", "LOWEXPR"))]
    bins = np.random.default_rng(0).integers(1, 300, (4, len(genes)))
    bins[0, :3] = [1999, 1998, 1998]
    table = pd.DataFrame(bins, index=[f"s{i}" for i in range(4)], columns=genes)
    table.to_csv(root / FILES["example/binned.tsv"][0], sep="\t")
    return Release.open(root)


@pytest.fixture(scope="module")
def figures(real: Release) -> acceptance.Figures:
    """Return the figures of this release, by plain code."""
    table = pd.read_csv(real.path("example/binned.tsv"), sep="\t", index_col=0)
    tokens = json.loads(real.path("index/coding_lncrna").read_text())
    network = open_model(real, acceptance.MODEL).network
    losses, first = [], None
    for _, row in table.iterrows():
        order = sorted(row.index, key=lambda gene: (-row[gene], tokens[gene]))[: network.max_genes]
        first = first or [order[i] for i in (0, 1, 2, -3, -2, -1)]
        order = [gene for gene in order if row[gene] > 1]
        numbers = torch.tensor([[tokens[gene] for gene in order]])
        with torch.inference_mode():
            logits = network.logits(network.body(input_ids=numbers).last_hidden_state)
            losses.append(float(torch.nn.functional.cross_entropy(logits[0, :-1], numbers[0, 1:])))
    return acceptance.Figures(
        example_samples=4,
        boundaries=(len(real.path("boundaries/coding_lncrna/genes").read_text().split()), 300),
        vocabulary=len(tokens),
        width=40,
        positions=256,
        tokens=tuple(tokens[gene] for gene in first),
        bins=tuple(int(table.iloc[0][gene]) for gene in first),
        losses=tuple(np.array(losses).reshape(-1, 2).mean(axis=1)),
    )


def test_figures_that_agree_pass(real: Release, figures: acceptance.Figures) -> None:
    assert "tokens: " in acceptance.shapes(real, figures)
    assert "1999, 1998, 1998" in acceptance.first_sample(real, figures)
    assert "is allowed" in acceptance.losses(real, figures)


def test_figures_that_differ_are_told(real: Release, figures: acceptance.Figures) -> None:
    with pytest.raises(ReleaseError, match="samples of the example: 4, not 2273"):
        acceptance.shapes(real, replace(figures, example_samples=2273))
    with pytest.raises(ReleaseError, match="bins"):
        acceptance.first_sample(real, replace(figures, bins=(1999, 1998, 1998, 1, 1, 2)))
    with pytest.raises(ReleaseError, match="another version"):
        acceptance.first_sample(real, replace(figures, tokens=(figures.tokens[-1], *figures.tokens[1:])))
    with pytest.raises(ReleaseError, match="off by at most"):
        acceptance.losses(real, replace(figures, losses=tuple(loss + 0.5 for loss in figures.losses)))


def test_on_a_simulated_release_they_do_not_apply(standin: Path) -> None:
    checks = [check for check in verify(Release.open(standin)) if check.name.startswith("as the authors printed")]
    assert len(checks) == 4
    assert all(check.ok is None and "not applicable: this release is simulated" in check.detail for check in checks)


def test_a_release_that_is_not_the_real_one_fails_and_says_what_to_send(real: Release) -> None:
    checks = {check.name: check for check in verify(real)}
    found = checks["as the authors printed: sizes"]
    assert found.ok is False
    assert "send this report" in found.detail
    assert checks["as the authors printed: vectors and checkpoint"].ok is True

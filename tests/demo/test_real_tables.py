"""Ordinary human tables of expression on the demo release, which models a part of the genes."""

import re

import numpy as np
import pandas as pd
import pytest

import generain_core as gr
from generain_core import settings
from generain_core.demo.genes import ensembl_ids
from generain_core.release.files import FILES
from generain_core.vectors.gene_map import METHODS, cached_projection

DEMO = settings.DEMO_RELEASE


@pytest.fixture(scope="module")
def generain() -> gr.GeneRAIN:
    return gr.open(DEMO)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return pd.read_csv(DEMO / FILES["demo/counts"][0], index_col=0).iloc[:, :4]


def as_a_facility_sends_it(counts: pd.DataFrame, names: str) -> pd.DataFrame:
    """Return the table under other names, with 9,000 genes more that the demo does not model."""
    rng = np.random.default_rng(0)
    ids = [f"ENSG{n:011d}" for n in range(900_000, 909_000)] if names == "ensembl" else [f"ZNF{n}L" for n in range(9000)]
    others = pd.DataFrame(rng.negative_binomial(1, 0.02, (9000, counts.shape[1])), ids, counts.columns)
    known = counts.rename(index=ensembl_ids()) if names == "ensembl" else counts
    return pd.concat([known, others]).sample(frac=1, random_state=0)


@pytest.mark.parametrize("names", ["ensembl", "symbols"])
def test_a_facility_s_table_fits_and_says_what_the_demo_models(generain, counts, tmp_path, names) -> None:
    path = tmp_path / "counts.csv"
    as_a_facility_sends_it(counts, names).to_csv(path)
    binned = generain.bin_table(path)
    assert binned.adata.n_obs == 4
    modelled = (DEMO / FILES["vectors/genes"][0]).read_text().split()
    note = next(text for text in binned.report["notes"] if "This simulated release models" in text)
    numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", note)]
    others = 9000 + int((~counts.index.isin(modelled)).sum())
    assert numbers == [len(modelled), len(modelled), 9000 + len(counts) - others, others]  # all rows of the table
    assert "your table fits" in note
    assert "get the published release" in note
    opinion = binned.report["second_opinion"]["sentences"]
    assert all("can't tell" in text for text in opinion)


def test_the_demo_s_own_table_is_not_told_to_fit(generain, counts) -> None:
    assert not any(
        "This simulated release models" in text for text in generain.bin_table(DEMO / FILES["demo/counts"][0]).report["notes"]
    )


def test_every_gene_of_the_demo_has_its_ensembl_id(generain) -> None:
    table = generain.resolver.table.model
    assert table["ensembl_gene"].str.fullmatch(r"ENSG\d{11}").all()
    assert table["ensembl_gene"].is_unique


@pytest.mark.parametrize("method", METHODS)
def test_maps_are_there_without_being_made(generain, tmp_path, monkeypatch, method) -> None:
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path))
    projection = cached_projection(gr.open(DEMO).atlas().space, method)
    assert projection is not None
    assert projection.genes == generain.atlas().space.genes
    assert 0.1 < projection.kept < 1
    if method == "pca":  # the one that a few lines make anew
        unit = generain.atlas().space.vectors / generain.atlas().space.norms[:, None]
        centered = unit - unit.mean(axis=0)
        axes = np.linalg.svd(centered, full_matrices=False)[2][:2]
        np.testing.assert_allclose(np.abs(centered @ axes.T), np.abs(projection.places), atol=1e-4)


def test_samples_can_be_placed_among_those_of_the_demo_at_once(generain) -> None:
    from generain_core.reference.catalog import list_references

    reference = list_references(generain.release, "GPT_protein_coding_lncRNAs")[0]
    samples = len((DEMO / FILES["samples_meta"][0]).read_text().splitlines()) - 1
    assert reference.is_finished
    assert reference.state.rows == samples

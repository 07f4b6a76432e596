"""Work that is opened with another release: what fits stays, what does not is left out, and each of these is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generain_core.generain import open as open_release
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.models.embedding import Embedded
from generain_core.wording.work import misfit_sentence
from generain_core.work.contents import KeptResult, Work
from generain_core.work.fit import fitted
from generain_core.work.manifest import Manifest
from generain_core.work.work_file import open_work, save_work
from tests.work.test_work_file import KINDS, work


@pytest.fixture(scope="module")
def elsewhere(release) -> Manifest:
    """Return the manifest of work that was saved with another release."""
    return Manifest(members={}, release="another", fingerprint="other", version="0.1", saved=0.0)


def moved() -> GeneList:
    """Return a list of tested genes, two of which this release does not know, and one of which it calls otherwise."""
    return GeneList(
        name="moved",
        genes=("RPL3", "NOTHING1", "p53"),
        missing={"before": "it was unknown"},
        origin=Origin.MOVED,
        background=("RPL3", "NOTHING1", "p53", "RPS6", "NOTHING2"),
        ranking={"NOTHING1": 9.0, "RPL3": 3.0, "p53": -2.0, "RPS6": 0.5, "TP53": 7.0},
        residuals=np.arange(10.0).reshape(2, 5),
        freedom=4,
    )


def test_with_the_same_release_all_stays(release, resolver, tmp_path: Path) -> None:
    path = tmp_path / "w.generain.zip"
    save_work(replace(work(), lists=(moved(),)), path, release, KINDS)
    again, manifest = open_work(path, KINDS)
    kept, misfits = fitted(again, manifest, release, resolver)
    assert misfits == ()
    assert kept.lists == (moved(),)
    assert kept.samples is not None
    assert len(kept.samples.results) == 1


def test_genes_are_looked_up_anew_and_lost_ones_are_counted(release, resolver, elsewhere) -> None:
    library = {"known": frozenset({"RPL3", "p53"}), "half": frozenset({"RPS6", "NOTHING3"})}
    kept, misfits = fitted(Work(lists=(moved(),), libraries={"mine": library}), elsewhere, release, resolver)
    (genes,) = kept.lists
    assert genes.genes == ("RPL3", "TP53")
    assert genes.missing == {"before": "it was unknown", "NOTHING1": "no gene of the release that is open"}
    assert genes.background == ("RPL3", "TP53", "RPS6")
    assert dict(genes.ranking) == {"RPL3": 3.0, "TP53": -2.0, "RPS6": 0.5}
    assert genes.residuals is not None
    assert genes.residuals.tolist() == [[1.0, 2.0, 3.0], [6.0, 7.0, 8.0]]  # the columns of these three genes
    assert (genes.origin, genes.freedom, genes.name) == (Origin.MOVED, 4, "moved")
    assert kept.libraries == {"mine": {"known": frozenset({"RPL3", "TP53"}), "half": frozenset({"RPS6"})}}
    assert [(each.kind, each.name, each.count) for each in misfits] == [
        ("list", "moved", 1),
        ("background", "moved", 2),
        ("library", "mine", 1),
    ]
    assert "1 gene is not in this release" in misfit_sentence(misfits[0])
    assert "could have been on the list “moved”, 2 genes are not in this release" in misfit_sentence(misfits[1])


def test_a_list_stays_when_its_background_is_lost_and_that_is_said(release, resolver, elsewhere) -> None:
    tested = replace(moved(), background=("NOTHING2", "NOTHING3"), ranking={}, residuals=None)
    kept, misfits = fitted(Work(lists=(tested,)), elsewhere, release, resolver)
    assert kept.lists[0].genes == ("RPL3", "TP53")
    assert kept.lists[0].background == ()
    assert [(each.kind, each.count) for each in misfits] == [("list", 1), ("background", 2)]
    assert "against all genes of the model" in misfit_sentence(misfits[1])


def test_results_of_samples_are_left_out_and_the_table_stays(release, resolver, elsewhere) -> None:
    before = replace(work(), known_sets=({"a": ["TP53"]}, "file"))
    kept, misfits = fitted(before, elsewhere, release, resolver)
    assert kept.samples is not None
    assert before.samples is not None
    assert kept.samples.results == ()
    assert kept.samples.raw is before.samples.raw
    assert kept.samples.sheet is before.samples.sheet
    assert kept.known_sets is None
    assert kept.choices == before.choices
    assert [(each.kind, each.count) for each in misfits] == [("known_sets", 0), ("results", 1)]
    assert all(misfit_sentence(each).endswith(".") for each in misfits)


@pytest.fixture(scope="module")
def samples_embedded(release):
    return open_release(release.root).embed(release.path("demo/counts"), model="GPT_Binning_By_Gene")


@pytest.mark.parametrize("change", ["none", "numbers", "weights"])
def test_an_embedding_stays_if_it_is_whole_and_of_these_weights(release, resolver, elsewhere, samples_embedded, change) -> None:
    adata = samples_embedded.copy()
    if change == "numbers":
        adata.obsm["X_generain"][0, 0] += 1
    if change == "weights":
        adata.uns["generain"]["embedding"] = "of another training"
    embedded = Embedded(adata, {"model": "GPT_Binning_By_Gene"}, None)
    samples = work().samples
    assert samples is not None
    before = Work(samples=replace(samples, results=(KeptResult(name="e", key=1, label="E", value=embedded),)))
    kept, misfits = fitted(before, elsewhere, release, resolver)
    assert kept.samples is not None
    assert len(kept.samples.results) == (change == "none")
    assert [each.kind for each in misfits] == ([] if change == "none" else ["embedding"])

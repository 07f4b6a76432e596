"""Which models know a gene: by present names that are tokens and columns of the boundaries, never by an old name."""

import json

import pytest

from generain_core.errors import GeneRAINError
from generain_core.genes import Absence, GeneTable, Missing, Resolver
from generain_core.models.model import open_model
from generain_core.release.files import Release
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.model_genes import genes_of_set

from .conftest import hgnc_row

GENE2VEC = ("GPT_Binning_By_Gene", "BERT_Pred_Expr_Binning_By_Gene", "BERT_Pred_Genes_Binning_By_Gene")
LARGE = "GPT_protein_coding_lncRNAs"
HGNC = [
    hgnc_row(1, "SEPTIN7", previous="SEPT7"),
    hgnc_row(2, "TP53", alias="P53"),
    hgnc_row(3, "NEWB", previous="TAKEN"),
    hgnc_row(4, "SHARED1", alias="BOTH"),
    hgnc_row(5, "SHARED2", alias="BOTH"),
]


@pytest.fixture
def release(write_release) -> Release:
    """A release whose second index has names of 2018; TAKEN was NEWB then and is another gene today."""
    genes = ("TP53", "SEPTIN7", "NEWB", "TAKEN", "BARE", "NOCOLUMN", "SHARED1", "SHARED2")
    old = ("SEPT7", "TAKEN", "TP53", "NOCOLUMN", "BOTH", "WITHDRAWN")
    column = [0.0, 1.0, 2.0]
    write_release(tokens=old, boundaries=dict.fromkeys(("TP53", "TAKEN"), column), gene_set="gene2vec")
    return write_release(tokens=genes, boundaries=dict.fromkeys(genes, column), hgnc=HGNC)


def test_each_gene_with_the_models_that_know_it_and_why_others_do_not(release):
    resolver = Resolver(GeneTable.build(release))
    expected = {
        "TP53": None,
        "p53": None,
        "TAKEN": None,
        "SEPTIN7": (Absence.OLD_NAME, ("SEPT7",)),
        "SEPT7": (Absence.OLD_NAME, ("SEPT7",)),
        "NEWB": (Absence.NO_TOKEN, ()),
        "BARE": (Absence.NO_TOKEN, ()),
        "NOCOLUMN": (Absence.NO_BOUNDARIES, ()),
        "SHARED1": (Absence.NO_TOKEN, ()),
    }
    for answer, (name, why) in zip(resolver.resolve_list(expected), expected.items(), strict=True):
        assert answer == resolver.resolve(name)
        assert answer.models == ((LARGE, *GENE2VEC) if why is None else (LARGE,)), name
        assert answer.missing == (() if why is None else tuple(Missing(model, *why) for model in GENE2VEC)), name
    nobody = resolver.resolve("nobody")
    assert (nobody.models, nobody.missing) == ((), ())


def test_a_gene_that_no_model_reads(release):
    facts = GeneTable.build(release, ["TP53"]).frame.loc["SEPTIN7"]
    assert (facts["missing_coding_lncrna"], facts["missing_gene2vec"]) == (Absence.UNMODELED, Absence.UNMODELED)


def test_without_index_and_boundaries_nothing_can_be_told(write_release):
    answer = Resolver(GeneTable.build(write_release(tokens=("A",)))).resolve("A")
    assert answer.models == (LARGE,)
    assert {each.absence for each in answer.missing} == {Absence.UNTOLD}


def test_gene2vec_alone_takes_no_old_name_for_a_gene_of_the_model(write_release):
    """Without the other index, statistics and vectors, the whole vocabulary was taken for genes of the model."""
    release = write_release(tokens=("SEPT7", "TP53"), boundaries={"TP53": [0.0, 1.0]}, gene_set="gene2vec", hgnc=HGNC)
    assert list(GeneTable.build(release).model.index) == ["TP53"]
    assert genes_of_set(release, "gene2vec") == {"TP53"}


def test_old_names_of_a_release_are_never_used_as_if_trained(standin):
    release = Release.open(standin)
    index = json.loads((standin / "data/embedding/gene2vec_gene_to_idx.json").read_text())
    columns = set(read_gene_list(release.path("boundaries/gene2vec/genes")))
    untrained = sorted(set(index) - columns)
    assert len(untrained) > 100
    atlas, model = Atlas.open(release, GENE2VEC[0]), open_model(release, GENE2VEC[0])
    assert not set(untrained) & (set(atlas.space.genes) | model.modelled)
    assert set(atlas.space.genes) <= columns
    known = {gene for gene in atlas.space.genes if GENE2VEC[0] in atlas.resolver.resolve(gene).models}
    assert known == set(atlas.space.genes)
    with pytest.raises(GeneRAINError):
        atlas.gene(next(name for name in untrained if not name.startswith("SPECIAL")))

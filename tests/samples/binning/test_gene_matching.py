"""Which row is which gene, what is set aside and what still counts."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.binning.gene_matching import match_genes, not_a_gene
from tests.samples.toy import ToyResolver

ROWS = ["XIST", "ERCC-00002", "P53", "AMB", "OUT", "??", "TP53", "__no_feature", "LRG_321", "G7"]
GENE_SET = ["TP53", "G1", "XIST", "G2", "AMB"]


def test_rows_find_their_genes() -> None:
    match = match_genes(ROWS, ToyResolver(), GENE_SET)
    assert match.genes == ("XIST", "TP53")
    assert match.ensembl == ("ENSG00000229807", "ENSG00000141510")
    assert match.of_gene.tolist() == [0, -1, 1, -1, -1, -1, 1, -1, -1, -1]
    assert match.summed == {"TP53": ("P53", "TP53")}
    assert match.missing == ("G1", "G2", "AMB")
    assert match.coverage == pytest.approx(0.4)


def test_only_rows_that_are_no_genes_leave_the_total() -> None:
    match = match_genes(ROWS, ToyResolver(), GENE_SET)
    assert match.identifiers("set aside") == ("ERCC-00002", "__no_feature", "LRG_321")
    assert np.array(ROWS)[match.counted].tolist() == ["XIST", "P53", "AMB", "OUT", "??", "TP53", "G7"]
    assert match.identifiers("ambiguous") == ("AMB",)
    assert match.identifiers("not_in_model", "unknown") == ("OUT", "??")
    assert match.rows.set_index("identifier").loc["LRG_321", "reason"].startswith("locus reference")


def test_a_name_the_resolver_knows_is_never_set_aside() -> None:
    class Knows(ToyResolver):
        def _row(self, name: str) -> dict[str, object]:
            return super()._row("TP53") | {"input": name}

    assert match_genes(["sum"], Knows(), ["TP53"]).counted.all()


@pytest.mark.parametrize(("found", "verdict"), [(10, "fine"), (8, "fine"), (7, "thin"), (5, "thin"), (4, "too thin to trust")])
def test_coverage_in_words(found: int, verdict: str) -> None:
    assert match_genes([f"G{i}" for i in range(found)], ToyResolver(), [f"G{i}" for i in range(10)]).verdict == verdict


@pytest.mark.parametrize(
    "name",
    [
        "ERCC-00171",
        "__alignment_not_unique",
        "N_unmapped",
        "N_noFeature",
        "Unassigned_NoFeatures",
        "LRG_1",
        "SIRV101",
        "*",
        "",
        " ",
    ],
)
def test_rows_that_are_no_genes(name: str) -> None:
    assert not_a_gene(name)


@pytest.mark.parametrize("name", ["ERCC1", "ERCC6L2", "LRGUK", "SUMO1", "N4BP1", "SIRT1", "AMBP", "1-Mar", "ENSG00000141510.18"])
def test_genes_are_not_set_aside(name: str) -> None:
    assert not not_a_gene(name)


def test_no_gene_at_all_is_told_with_examples() -> None:
    with pytest.raises(GeneRAINError, match=r"None of the 2 identifiers \(such as foo, __x\)"):
        match_genes(["foo", "__x"], ToyResolver(), GENE_SET)

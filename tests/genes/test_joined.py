"""Names that hold two names, as pipelines write them."""

import pytest

from generain_core.genes import GeneTable, Resolver
from generain_core.genes.spelling.compound_names import parts_of
from tests.genes.conftest import ensg, hgnc_row

MODEL = ("TP53", "SEPTIN7", "ERBB2", "HLA-A")


@pytest.fixture
def resolver(write_release):
    meta = [("protein_coding", ensg(i), gene) for i, gene in enumerate(MODEL, 1)] + [("pseudogene", ensg(50), "PSEU")]
    hgnc = [hgnc_row(i, gene, ensembl=ensg(i)) for i, gene in enumerate(MODEL, 1)]
    hgnc += [hgnc_row(50, "PSEU", ensembl=ensg(50), alias="ERBB2", locus="pseudogene")]
    return Resolver(GeneTable.build(write_release(meta=meta, hgnc=hgnc), MODEL))


@pytest.mark.parametrize(
    ("name", "gene"),
    [
        (f"{ensg(1)}_TP53", "TP53"),
        (f"{ensg(1)}.18_TP53", "TP53"),
        (f"{ensg(1)}.18_PAR_Y_TP53", "TP53"),
        (f"TP53_{ensg(1)}", "TP53"),
        (f"{ensg(1)}|TP53", "TP53"),
        (f"{ensg(1)}|TP53|1001", "TP53"),
        (f"TP53 ({ensg(1)})", "TP53"),
        (f"{ensg(1)}:TP53", "TP53"),
        (f"{ensg(4)}_HLA-A", "HLA-A"),
        (f"{ensg(1)}_NEWNAME", "TP53"),
        (f"{ensg(1)}_ERBB2", "TP53"),
        (f"{ensg(1)}_GS1-24F4.2", "TP53"),
        (f"{ensg(9)}_TP53", "TP53"),
        ("TP53|1001", "TP53"),
        ("SEPT7|1002", "SEPTIN7"),
        ("?|1003", "ERBB2"),
        ("TP53|999999", "TP53"),
        ("WHATEVER|1003", "ERBB2"),
        ("TP53 (1001)", "TP53"),
        ("SEPT7 (1002)", "SEPTIN7"),
        ("WHATEVER (1003)", "ERBB2"),
        ("TP53|TP53", "TP53"),
    ],
)
def test_one_gene(resolver, name, gene):
    found = resolver.resolve(name)
    assert (found.gene, found.candidates) == (gene, (gene,))
    assert "in it" in found.reason
    assert resolver.resolve_many([name])["gene"].tolist() == [gene]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("TP53|1003", "ambiguous"),
        ("TP53 (1003)", "ambiguous"),
        ("TP53 (human)", "unknown"),
        ("TP53|ERBB2", "ambiguous"),
        (f"{ensg(50)}_ERBB2", "not_in_model"),
        ("ERBB2|1050", "ambiguous"),
        ("TP53_1001", "unknown"),
        ("TP53_1", "unknown"),
        ("TP53_ERBB2", "unknown"),
        ("NOBODY|NOTHING", "unknown"),
        ("?|?", "unknown"),
        ("|", "unknown"),
        ("ENSMUSG00000059552_TP53", "unknown"),
        ("ENSMUSG00000059552|TP53", "unknown"),
        (f"ENST00000269305.9|{ensg(1)}.18", "unknown"),
    ],
)
def test_what_tells_no_gene_or_two(resolver, name, status):
    found = resolver.resolve(name)
    assert (found.status, found.gene) == (status, None)
    assert found.reason


def test_parts():
    assert parts_of("TP53") == []
    assert parts_of("A|7|?") == ["7", "A"]
    assert parts_of("HLA-A (ENSG00000206503.13)") == ["ENSG00000206503.13", "HLA-A"]


def test_a_number_beside_several_names_is_nobody_s(resolver) -> None:
    table = resolver.resolve_many(["TP53 (1001)", "SEPTIN7 (1001)", "ERBB2 (1001)", "HLA-A (1001)", "NOBODY (1001)"])
    assert table["gene"].tolist() == ["TP53", "SEPTIN7", "ERBB2", "HLA-A", None]
    assert resolver.resolve_many(["SEPTIN7 (1002)", "NOBODY (1003)"])["gene"].tolist() == ["SEPTIN7", "ERBB2"]

"""How names are spelled in tables and lists: placeholders, numbers, repeats, prefixes, and what R makes of names."""

from __future__ import annotations

import numpy as np
import pytest

from generain_core.genes import GeneTable, Resolver
from generain_core.genes.spelling.numbers import are_entrez_ids, numbers_rows
from generain_core.genes.spelling.placeholders import is_placeholder
from generain_core.genes.spelling.variants import as_r_writes, unwrapped
from tests.genes.conftest import ensg, hgnc_row

GENES = ["TP53", "HLA-A", "A1BG-AS1", "SKI", "AGT", "NKX2-1", "MATR3", "GOLGA2", "A.B", ensg(9)]


@pytest.fixture
def known(write_release):
    aliases = {"MBTPS1": "SKI-1", "SLC7A13": "AGT-1", "XK": "NA", "SCN11A": "NaN", "RN7SK": "7SK", "TTF": "NKX2-1-A|NKX2.9"}
    rows = [hgnc_row(i, gene) for i, gene in enumerate(GENES[:-1], 1)]
    rows += [hgnc_row(100 + i, gene, alias=alias) for i, (gene, alias) in enumerate(aliases.items())]
    return Resolver(GeneTable.build(write_release(hgnc=rows), [*GENES, *aliases]))


@pytest.mark.parametrize(
    "text", ["", "NA", "nan", "None", "NULL", "#N/A", "?", "-", "---", "<NA>", "n/a", "NA.1", "NA..2", "nan-3", "#REF!"]
)
def test_a_placeholder_is_no_name_in_a_table_or_a_list(known, text) -> None:
    assert is_placeholder(text)
    assert known.resolve(text).status == "unknown"
    found = known.resolve_many(["TP53", text, "SKI"])
    assert found["gene"].tolist() == ["TP53", None, "SKI"]


@pytest.mark.parametrize("text", ["NAT1", "NA1", "NANOG", "NONO", "N", "1-Mar", "NUL1", "7157", "XK"])
def test_no_placeholder(text) -> None:
    assert not is_placeholder(text)


def test_numbers_of_rows_are_no_ids_in_whatever_order() -> None:
    rng = np.random.default_rng(0)
    for first in (0, 1):
        numbers = [str(i) for i in rng.permutation(np.arange(first, first + 500))]
        assert numbers_rows(numbers)
        assert not are_entrez_ids(numbers, lambda number: True)
    assert not numbers_rows(["7157", "672", "675"])
    assert are_entrez_ids(["7157", "672", "675"], lambda number: False)


def test_row_numbers_with_gaps_are_told_by_those_that_no_gene_has() -> None:
    rng = np.random.default_rng(1)
    ids = {str(i) for i in np.flatnonzero(rng.random(10_000) < 0.78)}
    rows = [str(i) for i in np.sort(rng.choice(10_000, 4000, replace=False))]
    assert not are_entrez_ids(rows, ids.__contains__)
    assert are_entrez_ids(sorted(ids)[:4000], ids.__contains__)
    spread = [str(i) for i in rng.choice(100_000_000, 4000, replace=False)]
    assert are_entrez_ids(spread, ids.__contains__)


def test_a_bare_number_is_an_id_only_in_a_list_of_them(known) -> None:
    assert known.resolve_many(["1001", "1003", "1005.0"])["gene"].tolist() == ["TP53", "A1BG-AS1", "AGT"]
    assert known.resolve_many(["X1001", "X1003"])["gene"].tolist() == ["TP53", "A1BG-AS1"]
    mixed = known.resolve_many(["TP53", "1003", "SKI"])
    assert mixed["gene"].tolist() == ["TP53", None, "SKI"]
    assert "only in a list of them" in mixed["reason"][1]
    assert known.resolve("1001").gene == "TP53"
    assert known.resolve_many(["1001"])["gene"].tolist() == ["TP53"]


def test_a_name_whose_base_is_in_the_table_is_its_repeat(known) -> None:
    names = ["SKI", "SKI-1", "AGT", "AGT-1", "MATR3", "MATR3.1", "MATR3.2", "HLA-A", "HLA-A-1", ensg(9), f"{ensg(9)}-1"]
    table = known.resolve_many(names)
    assert table["gene"].tolist() == ["SKI", "SKI", "AGT", "AGT", "MATR3", "MATR3", "MATR3", "HLA-A", "HLA-A", ensg(9), ensg(9)]
    assert "SKI again" in table["reason"][1]
    assert known.resolve_many(["TP53", "SKI-1", "AGT-1"])["gene"].tolist() == ["TP53", "MBTPS1", "SLC7A13"]
    assert known.resolve_many(["SKI", "SKI-2"])["status"].tolist() == ["symbol", "symbol"]
    assert known.resolve_many(["AGT", "NKX2-1", "NKX2"])["gene"].tolist() == ["AGT", "NKX2-1", None]


def test_a_dot_where_one_hyphenated_symbol_fits_is_a_hyphen(known) -> None:
    names = ["HLA.A", "A1BG.AS1", "NKX2.1", "X7SK", "A.B", "hla.a", "HLA.B", "NKX2.9"]
    assert known.resolve_many(names)["gene"].tolist() == ["HLA-A", "A1BG-AS1", "NKX2-1", "RN7SK", "A.B", "HLA-A", None, "TTF"]
    assert known.resolve_many(["HLA.A", "HLA.A.1", "AGT", "AGT.1"])["gene"].tolist() == ["HLA-A", "HLA-A", "AGT", "AGT"]
    names = ["HLA-A", "7SK", "A1BG-AS1", "H19", "a b"]
    assert [as_r_writes(name) for name in names] == [
        "HLA.A",
        "X7SK",
        "A1BG.AS1",
        "H19",
        "A.B",
    ]


@pytest.mark.parametrize(
    "text",
    ["gene-TP53", "gene:TP53", "GRCh38_TP53", "GRCh38______TP53", "hg19_TP53", "TP53 [ENSG]", "TP53 /// TP53", "GRCh38_TP53 [x]"],
)
def test_prefixes_and_brackets_of_programs(known, text) -> None:
    found = known.resolve(text)
    assert found.gene == "TP53"
    assert "TP53 in it" in found.reason


@pytest.mark.parametrize(
    "text", ["mm10_TP53", "mm10___Trp53", "TP53 [ENSMUSG00000059552]", "TP53 [mouse]", "gene-", "gene-gene-X1", "TP53 (human)"]
)
def test_what_is_no_human_gene_under_its_prefix(known, text) -> None:
    assert known.resolve(text).gene is None


def test_joined_names_of_two_genes_are_told(known) -> None:
    assert known.resolve("TP53 /// SKI").status == "ambiguous"
    assert unwrapped("TP53") == ""


@pytest.mark.parametrize("text", ["RP11-34P13.7", "CTD-2311B13.7", "RP1-4G17.5", "KB-1732A1.1", "CTB-41I6.2"])
def test_old_names_of_clones_are_told(known, text) -> None:
    found = known.resolve(text)
    assert (found.status, found.suggestions) == ("unknown", ())
    assert "clone" in found.reason
    assert "clone" in known.resolve(text.replace("-", ".")).reason or "no gene" in known.resolve(text.replace("-", ".")).reason

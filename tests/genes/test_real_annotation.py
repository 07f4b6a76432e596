"""The real annotation of 2018 (HGNC) and 2023 (Ensembl 109), with the model's real vocabulary."""

import csv
import gzip
import random
from pathlib import Path

import pytest

from generain_core.genes import GeneTable, Resolver
from generain_core.genes.closest import edits
from generain_core.release.files import FILES, Release

ANNOTATION = Path(__file__).parents[2].parent / "shared" / "data" / "annotation"
VOCABULARY = ANNOTATION / "gencode.v43.Ensembl_ID_gene_symbol_mapping.GeneRAIN.txt"
pytestmark = pytest.mark.skipif(not VOCABULARY.is_file(), reason="the real annotation is not beside the repository")


def read(name):
    with gzip.open(ANNOTATION / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def vocabulary():
    return [line.split("\t") for line in VOCABULARY.read_text().splitlines()]


@pytest.fixture(scope="module")
def table(tmp_path_factory, vocabulary):
    root = tmp_path_factory.mktemp("real")
    for key, place, name in (
        ("annotation/hgnc", 1, "hgnc_complete_set.txt.gz"),
        ("annotation/ensembl", 1, "ensembl109_grch38_genes.tsv.gz"),
    ):
        path = root / FILES[key][place]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(ANNOTATION / name)
    meta = root / FILES["genes_meta"][0]
    meta.parent.mkdir(parents=True)
    meta.write_text("biotype\tensembl_gene\tsymbol\n" + "".join(f"\t{i}\t{s}\n" for i, s in vocabulary))
    return GeneTable.build(Release.open(root), list(dict.fromkeys(s for _, s in vocabulary)))


@pytest.fixture(scope="module")
def resolver(table):
    return Resolver(table)


@pytest.mark.parametrize(
    ("name", "status", "gene"),
    [
        *(("SEPT7", "previous", "SEPTIN7"), ("MARCH1", "previous", "MARCHF1"), ("MARC1", "previous", "MTARC1")),
        *(("p53", "alias", "TP53"), ("OCT4", "alias", "POU5F1"), ("HER2", "alias", "ERBB2"), ("DEC1", "previous", "DELEC1")),
        *(("7-Sep", "previous", "SEPTIN7"), ("2023-03-03 00:00:00", "previous", "MARCHF3")),
        *(("ENSG00000141510.18", "ensembl", "TP53"), ("7157", "alias", "TP53"), ("HGNC:11998", "alias", "TP53")),
        ("c1ORF112", "symbol", "C1orf112"),
    ],
)
def test_well_known_names(resolver, name, status, gene):
    found = resolver.resolve(name)
    assert (found.status, found.gene) == (status, gene)


def test_excel_ambiguity(resolver):
    assert resolver.resolve("1-Mar").candidates == ("MARCHF1", "MTARC1")
    assert resolver.resolve("2-Mar").candidates == ("MARCHF2", "MTARC2")


@pytest.mark.parametrize(("name", "words"), [("MIR21", "microRNA"), ("IGHG1", "immunoglobulin C gene"), ("TUBB4Q", "pseudogene")])
def test_known_but_not_in_the_model(resolver, name, words):
    found = resolver.resolve(name)
    assert found.status == "not_in_model"
    assert words in found.reason


@pytest.mark.parametrize(
    ("typo", "symbol"), [("TP35", "TP53"), ("MALATT1", "MALAT1"), ("GAPHD", "GAPDH"), ("BRCAA1", "BRCA1"), ("HOTAR", "HOTAIR")]
)
def test_typos(resolver, typo, symbol):
    assert resolver.suggest(typo)[0] == symbol


def test_closest_is_the_closest_of_all(resolver, table):
    symbols = [s for s in table.model.index if not s.startswith("ENSG")]
    chosen = random.Random(0).sample(symbols, 8)
    for symbol in chosen:
        typo = symbol[:-2] + symbol[-1] + symbol[-2]
        best = min(edits(typo.upper(), s.upper()) for s in symbols)
        found = resolver.suggest(typo, n=1)
        assert edits(typo.upper(), found[0].upper()) <= best + 1


def test_every_vocabulary_row_resolves_to_its_gene(resolver, vocabulary):
    ids = resolver.resolve_many([i for i, _ in vocabulary])
    symbols = resolver.resolve_many([s for _, s in vocabulary])
    expected = [s for _, s in vocabulary]
    assert ids["gene"].tolist() == expected
    assert symbols["gene"].tolist() == expected
    assert set(ids["status"]) == {"ensembl"}


def test_other_ids_of_a_gene_lead_back_to_it(resolver, table):
    for column in ("hgnc_id", "entrez"):
        of_gene = table.model.loc[table.model[column] != "", column]
        found = resolver.resolve_many(of_gene)
        assert (found["gene"] == of_gene.index.to_numpy()).mean() > 0.995
        if column == "hgnc_id":
            assert found["gene"].tolist() == of_gene.index.tolist()


def test_current_symbols_of_ensembl_lead_to_the_gene_of_their_id(resolver):
    """Only by the ID of the row can a symbol of Ensembl 109 be the name of a model gene that is called otherwise."""
    rows = [row for row in read("ensembl109_grch38_genes.tsv.gz") if row["symbol"]]
    by_symbol = resolver.resolve_many([row["symbol"] for row in rows])["gene"]
    by_id = resolver.resolve_many([row["ensgene"] for row in rows])["gene"]
    for row, gene, of_id in zip(rows, by_symbol, by_id, strict=True):
        assert gene is None or gene == of_id or gene == row["symbol"], row["symbol"]


def test_tiers_agree_with_a_loop_over_the_files(resolver, table, vocabulary):
    model, by_id = {s for _, s in vocabulary}, dict(vocabulary)
    previous, aliases = {}, {}
    joined = []
    for row in read("hgnc_complete_set.txt.gz"):
        gene = by_id.get(row["ensembl_gene_id"])
        if gene is not None and row["status"] == "Approved":
            joined.append(gene)
            if row["symbol"] != gene:
                previous.setdefault(row["symbol"].upper(), set()).add(gene)
            for target, column in ((previous, "prev_symbol"), (aliases, "alias_symbol")):
                for name in filter(None, row[column].split("|")):
                    target.setdefault(name.upper(), set()).add(gene)
    known = {name.upper() for name in table.frame.index}
    outside = table.names[~table.names["gene"].isin(set(joined))]
    elsewhere = {name.upper() for name in outside["name"]}
    later = {n.upper() for n in table.names.loc[table.names["kind"].isin(["hgnc_symbol", "ensembl_symbol"]), "name"]}
    pool = sorted((set(previous) | set(aliases)) - known - elsewhere - later)
    names = random.Random(1).sample(pool, 2000)
    found = resolver.resolve_many(names)
    assert len(model) == len(table.model)
    for name, status, candidates in zip(names, found["status"], found["candidates"], strict=True):
        old, other = previous.get(name, set()), aliases.get(name, set())
        winners = old or other
        expected = ("previous" if old else "alias") if len(winners) == 1 else "ambiguous"
        assert (name, status) == (name, expected)
        assert set(candidates) == (winners if len(winners) == 1 else old | other)

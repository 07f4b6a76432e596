"""The demo's own gene lists against a real annotation, where one is at hand: ``$GENERAIN_ANNOTATION`` names its folder."""

import os
from pathlib import Path

import pandas as pd
import pytest

from generain_core import settings
from generain_core.demo.genes import ensembl_ids
from generain_core.demo.programs import gene_facts
from generain_core.demo.programs.programs import biotypes

FOLDER = Path(os.environ.get("GENERAIN_ANNOTATION") or settings.PROJECT.parent / "shared" / "data" / "annotation")
VOCABULARY = FOLDER / "gencode.v43.Ensembl_ID_gene_symbol_mapping.GeneRAIN.txt"
ENSEMBL = FOLDER / "ensembl109_grch38_genes.tsv.gz"
pytestmark = pytest.mark.skipif(
    not (VOCABULARY.is_file() and ENSEMBL.is_file()), reason="no annotation to check the gene lists against"
)


@pytest.fixture(scope="module")
def vocabulary() -> pd.DataFrame:
    genes = pd.read_csv(VOCABULARY, sep="\t", header=None, names=["ensembl_gene", "symbol"])
    return genes.merge(ensembl().rename(columns={"ensgene": "ensembl_gene"}).drop(columns="symbol"), how="left")


def ensembl() -> pd.DataFrame:
    return pd.read_csv(ENSEMBL, sep="\t", usecols=["ensgene", "symbol", "biotype"])


def test_every_gene_is_in_the_vocabulary_with_its_biotype(vocabulary: pd.DataFrame):
    real = set(zip(vocabulary["symbol"], vocabulary["biotype"], strict=True))
    assert [pair for pair in biotypes().items() if pair not in real] == []


def test_every_ensembl_id_belongs_to_its_symbol(vocabulary: pd.DataFrame):
    real = set(zip(vocabulary["symbol"], vocabulary["ensembl_gene"], strict=True))
    symbol, *two = gene_facts.TWO_ROWS
    left_out = {*gene_facts.LITTLE_EXPRESSED.split(), *(word.split(":")[0] for word in gene_facts.OTHER_KINDS.split())}
    real |= {(each.symbol, each.ensgene) for each in ensembl().itertuples() if each.symbol in left_out}
    given = [*ensembl_ids().items(), *((symbol, ensembl_id) for ensembl_id in two)]
    assert set(biotypes()) | left_out == set(ensembl_ids())
    assert [pair for pair in given if pair not in real] == []


def test_genes_left_out_are_real_and_not_in_the_vocabulary(vocabulary: pd.DataFrame):
    real, modelled = set(ensembl()[["symbol", "biotype"]].itertuples(index=False, name=None)), set(vocabulary["symbol"])
    left_out = [(gene, "protein_coding") for gene in gene_facts.LITTLE_EXPRESSED.split()]
    left_out += [tuple(word.split(":")) for word in gene_facts.OTHER_KINDS.split()]
    assert [pair for pair in left_out if pair not in real or pair[0] in modelled] == []

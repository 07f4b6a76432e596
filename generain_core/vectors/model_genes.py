"""Which genes the models of a release know: those of the published vectors, else those that its files name."""

import logging
from functools import lru_cache

from generain_core.errors import ReleaseError
from generain_core.genes.table import GeneTable
from generain_core.genes.table_cache import open_table
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.vectors.open import open_vectors, vector_sets
from generain_core.vectors.space import GeneSpace

log = logging.getLogger(__name__)


def open_gene_table(release: Release) -> GeneTable:
    """Open the gene table of a release. The model's genes are those of the published vectors, if they can be read.

    Raises:
        ReleaseError: nothing says which genes the model has.
    """
    sets = vector_sets(release)
    if sets and sets[0].name not in MODEL_NAMES:
        try:
            genes = open_vectors(release, sets[0].name).genes
        except ReleaseError as problem:
            log.warning("the model's genes are taken from the token index: %s", problem)
        else:
            return open_table(release, genes)
    return open_table(release, None)


def model_genes(release: Release) -> frozenset[str]:
    """Return the genes whose mean expression is high enough for a model; others have a token and do not enter.

    Raises:
        ReleaseError: as `open_gene_table`.
    """
    return _model_genes(str(release.root), release.fingerprint)


@lru_cache(maxsize=8)
def _model_genes(root: str, fingerprint: str) -> frozenset[str]:
    return frozenset(open_gene_table(Release.open(root)).model.index)


def genes_of_set(release: Release, gene_set: str) -> frozenset[str]:
    """Return the genes that models of a gene set read: those of `model_genes` that have boundaries in it, where these are there.

    Samples of the training have the columns of the boundaries alone: a token of any other name was never trained.

    Raises:
        ReleaseError: as `open_gene_table`, or the list of columns can't be read.
    """
    genes, key = model_genes(release), f"boundaries/{gene_set}/genes"
    return genes & frozenset(read_gene_list(release.path(key))) if release.has(key) else genes


def open_model_vectors(release: Release, name: str | None = None) -> GeneSpace:
    """Open a vector set by name (default: the published one), with the model's genes alone.

    The embedding of a checkpoint has rows for further genes, which no model reads.

    Raises:
        ReleaseError: as `open_vectors` and `genes_of_set`.
    """
    space = open_vectors(release, name)
    genes = genes_of_set(release, describe_model(space.name).gene_set) if space.name in MODEL_NAMES else frozenset[str]()
    return space.subset([gene in genes for gene in space.genes]) if genes & set(space.genes) else space

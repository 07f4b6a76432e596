"""Orders of genes that a release knows: of its vectors, boundaries, token indices and statistics."""

from collections.abc import Iterator
from dataclasses import dataclass

from generain_core.errors import ReleaseError
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.readers.annotation import read_gene_statistics, read_genes_meta
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.token_index import indexed_genes, read_token_index
from generain_core.settings import MEAN_CUTOFF
from generain_core.vectors import open_vectors, vector_sets


@dataclass(frozen=True)
class GeneOrder:
    """Genes in an order, and the files of the release that have them so."""

    genes: tuple[str, ...]
    sources: tuple[str, ...]


def candidate_orders(release: Release) -> list[GeneOrder]:
    """Return the orders of genes that the release knows, each once; what can't be read offers none."""
    sources: dict[tuple[str, ...], list[str]] = {}
    for source, genes in _orders(release):
        if genes and len(set(genes)) == len(genes):
            sources.setdefault(genes, []).append(source)
    return [GeneOrder(genes, tuple(names)) for genes, names in sources.items()]


def source_files(release: Release) -> list[str]:
    """Return the keys of the files that orders are from, and that they are proved by."""
    sets = [key for each in vector_sets(release)[:1] for key in each.files]
    lists = [f"{kind}/{name}{end}" for name in GENE_SETS for kind, end in (("boundaries", "/genes"), ("index", ""))]
    keys = [*sets, "vectors/genes", *lists, "gene_statistics", "genes_meta", "annotation/gene_sets"]
    return [key for key in dict.fromkeys(keys) if release.has(key)]


def _orders(release: Release) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in vector_sets(release)[:1]:
        if not each.name.startswith("GeneRAIN-vec") or not release.has("vectors/genes"):
            yield f"the vectors {each.name}", _genes_of_vectors(release, each.name)
    if release.has("vectors/genes"):
        yield "the gene list of the vectors", _listed(release, "vectors/genes")
    for name in GENE_SETS:
        if release.has(f"boundaries/{name}/genes"):
            yield f"the boundaries of {name}", _listed(release, f"boundaries/{name}/genes")
    kept, expressed = _of_statistics(release)
    yield "the gene statistics", kept
    yield "the modeled genes of the gene statistics", expressed
    for name in GENE_SETS:
        if release.has(f"index/{name}"):
            try:
                indexed = indexed_genes(read_token_index(release.path(f"index/{name}")))
            except ReleaseError:
                continue
            yield f"the token index {name}", tuple(indexed)
            modeled = set(expressed)
            yield f"the modeled genes of the token index {name}", tuple(gene for gene in indexed if gene in modeled)
    if release.has("genes_meta"):
        try:
            yield "the gene rows", tuple(dict.fromkeys(read_genes_meta(release.path("genes_meta"))["symbol"]))
        except ReleaseError:
            return


def _genes_of_vectors(release: Release, name: str) -> tuple[str, ...]:
    try:
        return open_vectors(release, name).genes
    except ReleaseError:
        return ()


def _listed(release: Release, key: str) -> tuple[str, ...]:
    try:
        return read_gene_list(release.path(key))
    except ReleaseError:
        return ()


def _of_statistics(release: Release) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the genes that the statistics keep, and those of them that are expressed enough to be modeled."""
    if not release.has("gene_statistics"):
        return (), ()
    try:
        table = read_gene_statistics(release.path("gene_statistics"))
    except ReleaseError:
        return (), ()
    kept = table[table["kept"]]
    return tuple(dict.fromkeys(kept["symbol"])), tuple(dict.fromkeys(kept.loc[kept["mean"] > MEAN_CUTOFF, "symbol"]))

"""A model of the release, opened: its network, its genes, and what of a sample it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.models.batches import BinRows, Rows
from generain_core.models.network import Network, open_network
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.release.readers.token_index import read_token_index
from generain_core.vectors.model_genes import genes_of_set

if TYPE_CHECKING:
    import anndata

SPARE = 1.25
"""A network may have so many times the rows that its index counts, as tables are padded; the other gene set has twice as many."""


class ReadBins(NamedTuple):
    """What a model reads of binned samples; genes are in the order of the model's token index.

    Attributes:
        bins: samples × genes that the model reads; rows are taken as they are asked for.
        tokens: token index of each of these genes.
        genes: their names.
    """

    bins: Rows
    tokens: NDArray[np.int64]
    genes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """A released model. Open it with `open_model`.

    Attributes:
        name: one of `MODEL_NAMES`.
        gene_set: whose bins it reads.
        network: on the CPU.
        index: gene → token index.
        modelled: genes whose mean expression is high enough for a model; others do not enter.
    """

    name: str
    gene_set: str
    network: Network
    index: Mapping[str, int]
    modelled: frozenset[str]

    def read(self, adata: "anndata.AnnData") -> ReadBins:
        """Return what the model reads of samples with bins in ``layers["bins"]``, as `normalize` makes them.

        Raises:
            GeneRAINError: there are no bins, they are of the other gene set, or none of the genes is one of the model's.
        """
        if "bins" not in adata.layers:
            raise GeneRAINError('The samples have no bins in layers["bins"]; bin them before they are embedded.')
        return self.read_bins(adata.layers["bins"], list(adata.var_names), gene_set_of_bins(adata))

    def read_bins(self, bins: BinRows, genes: Sequence[str], gene_set: str | None = None) -> ReadBins:
        """Return what the model reads of bins (samples × genes) that were made for a gene set, in the order of its token index.

        Equal bins are the rule, and their order decides which genes enter and where: it must not be that of the table's rows.

        Raises:
            GeneRAINError: as `read`.
        """
        check_gene_set(self.name, gene_set)
        columns = [i for i, gene in enumerate(genes) if gene in self.index and gene in self.modelled]
        columns.sort(key=lambda i: self.index[genes[i]])
        if not columns:
            raise GeneRAINError(f"None of the {len(genes):,} genes is read by {self.name}; give whole transcriptomes.")
        names = tuple(genes[i] for i in columns)
        tokens = np.array([self.index[gene] for gene in names], dtype=np.int64)
        return ReadBins(Rows(bins, np.array(columns, dtype=np.int64)), tokens, names)


def gene_set_of_bins(adata: "anndata.AnnData") -> str | None:
    """Return the gene set that samples were binned for, as `normalize` wrote it down; None if it is not said."""
    gene_set = adata.uns.get("generain", {}).get("options", {}).get("gene_set")
    return None if gene_set is None else str(gene_set)


def check_gene_set(name: str, gene_set: str | None) -> None:
    """Refuse bins that were made for another gene set than a model reads; None is not known.

    Raises:
        GeneRAINError: they were, or there is no such model.
    """
    description = describe_model(name)
    if gene_set is not None and gene_set != description.gene_set:
        raise GeneRAINError(
            f"The bins are of the gene set {gene_set}, but {name} reads {description.gene_set}; bin the samples for that."
        )


def open_model(release: Release, name: str) -> Model:
    """Open a model of the release by name.

    Raises:
        GeneRAINError: no such model.
        ReleaseError: the checkpoint or its index is missing or damaged, they don't fit each other, or nothing says which genes
            the model has.
    """
    network, index = open_network_with_index(release, name)
    gene_set = describe_model(name).gene_set
    return Model(name=name, gene_set=gene_set, network=network, index=index, modelled=genes_of_set(release, gene_set))


def open_network_with_index(release: Release, name: str) -> tuple[Network, Mapping[str, int]]:
    """Open the network of a model and the token index of its genes, and check that they fit each other.

    Raises:
        GeneRAINError: no such model.
        ReleaseError: the checkpoint or its index is missing or damaged, or they don't fit each other.
    """
    description = describe_model(name)
    gene_set = description.gene_set
    network = open_network(release.path(f"model/{name}"), description.family)
    path = release.path(f"index/{gene_set}")
    index = read_token_index(path)
    last = max(index.values())
    lost = sorted(set(range(last)) - set(index.values()))
    if lost:
        holes = f"{len(lost):,} hole{'s' if len(lost) > 1 else ''}"
        raise ReleaseError(
            f"{path.name} has {holes}: no gene has the token index {lost[0]:,}, though it counts to {last:,}; download it again."
        )
    if last >= network.genes or network.genes > SPARE * (last + 1):
        table = {"gpt": "wte", "bert_genes": "word_embeddings", "bert_expression": "position_embeddings"}[network.family]
        raise ReleaseError(
            f"{path.name} counts to {last:,}, but {table}.weight of {network.source} has {network.genes:,} rows; "
            "take both files from the same download."
        )
    return network, index

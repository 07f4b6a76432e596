"""Gene sets among the genes that a perturbation moves, asked of the samples themselves."""

from collections.abc import Mapping

from generain_core.lists.camera import SampleRanking, camera
from generain_core.lists.enrichment import Enrichment
from generain_core.perturbations.genes.gene_values import GeneValues
from generain_core.perturbations.genes.moved_genes import MovedGenes
from generain_core.perturbations.genes.residuals import residuals, z_scores
from generain_core.perturbations.run import Perturbed

COLUMNS = ("set", "library", "size", "overlap", "ratio", "correlation", "p_value", "fdr", "genes", "folded_into")


def sample_ranking(result: Perturbed, moved: MovedGenes, values: GeneValues) -> SampleRanking:
    """Return the tested genes by their z-scores, with what their test leaves unexplained in the samples.

    Raises:
        GeneRAINError: the samples can't be compared.
    """
    left, freedom = residuals(result, moved, values)
    scores = dict(zip(map(str, moved.table["gene"]), map(float, z_scores(moved)), strict=True))
    return SampleRanking(scores=scores, residuals=left, freedom=freedom)


def moved_gene_sets(
    result: Perturbed, moved: MovedGenes, values: GeneValues, libraries: Mapping[str, Mapping[str, frozenset[str]]]
) -> Enrichment:
    """Test gene sets for moving together, their genes' correlation in the samples taken into account (camera).

    Args:
        result: of `run`.
        moved: genes of one of its perturbations.
        values: those that were tested.
        libraries: library → set → members, resolved.

    Raises:
        GeneRAINError: fewer than three genes were tested.
    """
    return camera(sample_ranking(result, moved, values), libraries)

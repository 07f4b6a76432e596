"""The perturbations of an experiment, ranked, with the tables behind them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.facade.opened import Opened
from generain_core.text import with_noun

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.perturbations.genes.gene_values import Measure
    from generain_core.perturbations.run import Perturbed


class PerturbationResult:
    """The perturbations of an experiment, ranked; further tables are made when they are first asked for.

    Attributes:
        perturbed: the rankings, the design, and the samples with their embedding.
        table: one row a perturbation, the surest first.
    """

    def __init__(self, opened: Opened, perturbed: Perturbed, of: Sequence[str] = (), measure: Measure | None = None) -> None:
        """Hold a result; `of` names the perturbations whose genes are asked for, `measure` what genes are measured in."""
        from generain_core.perturbations.shifts_file import parameters
        from generain_core.wording.perturbations import note_sentences

        self.perturbed = perturbed
        self._opened, self._of, self._measure = opened, tuple(of), measure
        self._origin = parameters(perturbed)
        self.table = opened._table(perturbed.table, self._origin, notes=note_sentences(perturbed.notes), model=perturbed.model)

    @cached_property
    def genes(self) -> pd.DataFrame:
        """Return the genes that each perturbation moves, by a moderated t-test: perturbation, gene and the numbers of the test.

        Raises:
            GeneRAINError: no perturbation was found and none was named, or none has samples enough.
        """
        from generain_core.perturbations.report import moved_genes

        table, each = moved_genes(self.perturbed, of=self._of, measure=self._measure)
        return self._opened._table(table, self._origin, "moved genes", untested=untested_words(each))

    def gene_sets(self, sets: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> pd.DataFrame:
        """Test gene sets for moving together under each perturbation: camera, by the genes' correlation in the samples.

        Args:
            sets: GMT files, each a library.

        Returns:
            One row a perturbation and set, each perturbation's smallest p first: perturbation, set, library, size and overlap
            (genes tested), ratio (difference of mean z-scores), correlation, p_value, fdr, genes, folded_into.

        Raises:
            GeneRAINError: a file can't be read, or as `genes`.

        Examples:
            >>> import generain_core as gr
            >>> examples = "assets/demo/data/examples/demo"
            >>> result = gr.open("assets/demo").perturb(
            ...     f"{examples}_perturbation_counts.csv.gz", by="perturbation", control="non-targeting", model="none",
            ...     samples=f"{examples}_perturbations.csv", permutations=99, bootstrap=0, of=["AURKA"],
            ... )
            >>> list(result.gene_sets(f"{examples}_gene_sets.gmt").columns[:3])
            ['perturbation', 'set', 'library']
        """
        from generain_core.lists.list_files import read_libraries
        from generain_core.perturbations.report import gene_sets_of_moved_genes

        files = [sets] if isinstance(sets, str | os.PathLike) else list(sets)
        libraries = read_libraries([Path(file) for file in files], self._opened.resolver)
        table, each = gene_sets_of_moved_genes(self.perturbed, libraries, of=self._of, measure=self._measure)
        return self._opened._table(table, self._origin, "camera of moved genes", untested=untested_words(each))

    @cached_property
    def attributes(self) -> pd.DataFrame:
        """Return the predicted attributes that the moved genes of each perturbation share.

        Raises:
            GeneRAINError: as `genes`, or the release has no predictions.
        """
        from generain_core.attributes.order.recorded import refuse_refuted
        from generain_core.attributes.store.attribute_store import open_store
        from generain_core.perturbations.report import attributes_of_moved_genes

        store = open_store(self._opened.release, ranked=False)
        refuse_refuted(self._opened.release, store)
        table, each = attributes_of_moved_genes(self.perturbed, store, of=self._of, measure=self._measure)
        return self._opened._table(table, self._origin, "predicted attributes of moved genes", untested=untested_words(each))

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Return what is left of each target: its log2 change, where a perturbation names a gene that was measured."""
        from generain_core.perturbations.genes.target_levels import measure_targets

        return self._opened._table(measure_targets(self.perturbed), self._origin, "log2(count · 10⁷ / total + 1) of the target")

    def trends(self, level: str, compound: str | None = None) -> pd.DataFrame:
        """Return each compound's effect against a column of doses or times, with a test of trend that keeps plates apart.

        Raises:
            GeneRAINError: a column is missing, or no compound has three levels.
        """
        from generain_core.perturbations.screens.dose_time import find_trends

        return self._opened._table(find_trends(self.perturbed, level, compound).table, self._origin, f"trend over {level}")

    @cached_property
    def labels(self) -> pd.DataFrame:
        """Return how labels were cleaned."""
        return self._opened._table(self.perturbed.design.cleaned, self._origin)

    @cached_property
    def alike(self) -> pd.DataFrame:
        """Return the cosines of all pairs of shifts."""
        from generain_core.perturbations.similarity.shift_similarity import compare_shifts, cosine_table

        similarity = compare_shifts(self.perturbed.rankings[0])
        return self._opened._table(cosine_table(similarity), self._origin, f"cosines of shifts, {similarity.space} space")

    @cached_property
    def methods(self) -> str:
        """Return the methods as text, for a paper."""
        from generain_core.wording.methods import methods

        return methods(self.perturbed, self._opened.release, [])

    def __repr__(self) -> str:
        return f"PerturbationResult({with_noun(len(self.table), 'perturbation')}; {self.table.attrs['label']})"


def untested_words(each: Iterable[object]) -> dict[str, str]:
    """Return why the genes of some perturbations could not be tested, by their names."""
    from generain_core.perturbations.report import Untested

    return {found.perturbation: found.reason for found in each if isinstance(found, Untested)}

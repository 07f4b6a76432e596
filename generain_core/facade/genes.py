"""What can be asked of genes and their vectors: resolve, neighbors, similarity, analogy, project."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.facade.opened import Opened
from generain_core.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd


class GeneMethods(Opened):
    """Methods about genes and their vectors."""

    def resolve(self, names: str | Iterable[str]) -> pd.DataFrame:
        """Look up who each name is: symbol, Ensembl ID, alias, previous symbol, or a date that a spreadsheet made of one.

        Returns:
            One row a name: input, status, gene (None unless there is exactly one), ensembl_gene, candidates, reason,
            suggestions, models (those that know the gene), missing_from (model → why it does not).

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").resolve(["GAS5", "no such gene"])[["input", "status", "gene"]].values.tolist()
            [['GAS5', 'symbol', 'GAS5'], ['no such gene', 'unknown', None]]
        """
        import numpy as np
        import pandas as pd

        from generain_core.wording.genes import absence_reason

        answers = self.resolver.resolve_list([names] if isinstance(names, str) else names)
        columns = ("input", "status", "gene", "ensembl_gene", "candidates", "reason", "suggestions", "models")
        rows = [[getattr(answer, column) for column in columns] for answer in answers]
        table = pd.DataFrame(rows, columns=list(columns), dtype=object)
        reasons = [{each.model: absence_reason(each) for each in answer.missing} for answer in answers]
        table["missing_from"] = np.array([*reasons, None], dtype=object)[:-1]
        return self._table(table, "names of genes")

    def neighbors(
        self,
        gene: str,
        k: int = 20,
        biotype: str | None = None,
        vectors: str | None = None,
        *,
        calibrated: bool = False,
        progress: Progress = silent,
    ) -> pd.DataFrame:
        """Find the most similar genes by cosine of their vectors.

        Args:
            gene: any name of the gene.
            k: how many.
            biotype: ``coding``, ``lncRNA``, or a biotype of the release; ranks are among all genes all the same.
            vectors: a vector set that `status` lists.
            calibrated: add what the cosines mean, see `generain_core.vectors.calibration.calibrate`. All pairs of genes are
                looked at for it once, which takes about 20 seconds of a full release, and is kept.
            progress: called with the share done and words.

        Returns:
            One row a gene: gene, ensembl_gene, biotype, cosine, rank, reciprocal_rank, percentile; with `calibrated` also
            mutual_rank, corrected, hub, p_value, p_adjusted.

        Raises:
            GeneError: no gene, several genes, or a gene without a vector.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").neighbors("GAS5", k=3)["gene"].tolist()
            ['FKBP4', 'GFM2', 'GPI']
        """
        atlas = self.atlas(vectors)
        symbol = atlas.gene(gene)
        table = atlas.neighbors(symbol, k, biotype)
        if calibrated:
            from generain_core.vectors.all_pairs import all_pairs
            from generain_core.vectors.calibration import calibrate

            table = calibrate(atlas, symbol, table, all_pairs(atlas.space, progress))
        return self._table(table, atlas.space.name, gene=symbol, vectors=atlas.space.name, genes=len(atlas.space))

    def similarity(self, a: str, b: str, vectors: str | None = None) -> pd.DataFrame:
        """Measure how alike two genes are: the cosine of their vectors, and the rank of each among all genes seen from the other.

        Returns:
            One row: a, b, cosine, rank_of_b_from_a, rank_of_a_from_b, genes (how many were ranked).

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").similarity("GAS5", "GAS5")["cosine"].round(6).tolist()
            [1.0]
        """
        import pandas as pd

        atlas = self.atlas(vectors)
        first, second = atlas.gene(a), atlas.gene(b)
        cosine, b_from_a, a_from_b = atlas.space.similarity(first, second)
        columns = {"a": first, "b": second, "cosine": cosine, "rank_of_b_from_a": b_from_a, "rank_of_a_from_b": a_from_b}
        table = pd.DataFrame([columns | {"genes": len(atlas.space) - 1}])
        return self._table(table, atlas.space.name, vectors=atlas.space.name)

    def analogy(self, a: str, b: str, c: str, k: int = 10, vectors: str | None = None, formula: str = "unit") -> pd.DataFrame:
        """Find the genes that are to c as b is to a, by the vector b − a + c; the three are left out.

        Args:
            a: any name of a gene, as of the two others.
            b: what a is to.
            c: what the genes found are to.
            k: how many.
            vectors: a vector set that `status` lists.
            formula: ``unit``: vectors at length 1; ``raw``: vectors as they are, as GeneRAIN's authors compute it.

        Returns:
            One row a gene: gene, ensembl_gene, biotype, cosine, rank.

        Examples:
            >>> import generain_core as gr
            >>> generain = gr.open("assets/demo")
            >>> a, b, c = generain.neighbors("GAS5", k=3)["gene"]
            >>> len(generain.analogy(a, b, c, k=5))
            5
        """
        atlas = self.atlas(vectors)
        sentence = f"b − a + c over {formula} vectors"
        table = atlas.analogy(a, b, c, k, formula)
        return self._table(table, atlas.space.name, sentence, vectors=atlas.space.name, formula=formula)

    def project(
        self,
        method: str = "umap",
        output: str | os.PathLike[str] | None = None,
        *,
        seed: int = 0,
        vectors: str | None = None,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Lay out all genes on a plane, the map of the genes; `output` names a CSV to write as well.

        Args:
            method: ``umap``, ``pca`` or ``tsne``.
            output: a CSV file.
            seed: of the layout.
            vectors: a vector set that `status` lists.
            progress: called with the share done and words.

        Returns:
            One row a gene: gene, x, y.

        Examples:
            >>> import generain_core as gr
            >>> list(gr.open("assets/demo").project("pca"))
            ['gene', 'x', 'y']
        """
        from generain_core.storage.atomic import check_target
        from generain_core.vectors.gene_map import project

        if output is not None:
            check_target(Path(output))
        atlas = self.atlas(vectors)
        projection = project(atlas.space, method.lower(), seed, progress=progress)
        facts = {"genes": len(atlas.space), "parameters": projection.parameters, "neighbors_kept": projection.kept}
        table = self._table(projection.table(), atlas.space.name, projection.parameters, **facts)
        self._write_csv(table, output)
        return table

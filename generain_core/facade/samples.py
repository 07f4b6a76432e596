"""What can be done with samples: read, normalize, embed, place in a reference."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from generain_core.facade.binned_table import BinnedTable, EmbeddingChoices, check_output, report_of, species_of, write_samples
from generain_core.facade.opened import Opened
from generain_core.facade.tables import check_names, choice, expression_of, naming_arguments, raw_table, start_reader, understand
from generain_core.progress import Progress, part, silent
from generain_core.text import with_noun

if TYPE_CHECKING:
    import anndata

    from generain_core.facade.tables import ReadOptions, Table, TableOptions
    from generain_core.reference.placement import Placement


class SampleMethods(Opened):
    """Methods about the user's samples."""

    def read(self, path: Table, **options: Unpack[ReadOptions]) -> anndata.AnnData:
        """Read an expression table as it is understood: every row, names as written, nothing summed or dropped.

        Args:
            path: a file (h5ad, csv, tsv, xlsx, parquet, 10x, gct …), a folder, files of one sample each, or an AnnData.
            options: what is said of the table; see `ReadOptions`.

        Returns:
            Samples × rows: counts in X, what file and sample sheet say of the samples in obs, findings in
            ``uns["generain"]``.

        Raises:
            GeneRAINError: it can't be read, or what it holds can't be used; the message says what to do.

        Examples:
            >>> import generain_core as gr
            >>> adata = gr.open("assets/demo").read("assets/demo/data/examples/demo_counts.csv.gz")
            >>> adata.uns["generain"]["organism"]
            'human'
        """
        from generain_core.facade.tables import ReadOptions
        from generain_core.samples.interpret.as_understood import as_understood
        from generain_core.samples.own_files.verification import verified
        from generain_core.wording.table_reading import decision_sentence

        choices: TableOptions = {**options, "keep_sums": True}  # type: ignore[typeddict-item]
        check_names(choices, ReadOptions.__optional_keys__)
        start_reader(path)
        with naming_arguments():
            raw = raw_table(path, choices.get("part", ""))
            expression, findings = understand(raw, self.resolver, choices)
            expression = verified(expression, self.release)
        adata = as_understood(expression, raw, findings)
        if expression.own is not None:
            return adata
        adata.uns["generain"]["decision"] = decision_sentence(expression.decisions)
        release = self.release
        adata.uns["generain"] |= {"release": release.label, "fingerprint": release.fingerprint, "simulated": release.simulated}
        return adata

    def normalize(
        self,
        path: Table,
        gene_set: str = "coding_lncrna",
        output: str | os.PathLike[str] | None = None,
        *,
        chunk: int | None = None,
        device: str = "cpu",
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> anndata.AnnData:
        """Bin samples by gene (Binning-By-Gene) for one of the models' gene sets.

        Args:
            path: a file, a folder, files of one sample each, or an AnnData, which stays as it is.
            gene_set: ``coding_lncrna`` or ``gene2vec``.
            output: an h5ad file to write as well.
            chunk: rank runs of so many samples together; 5 reproduces the published example.
            device: ``cpu`` or ``cuda``.
            progress: called with the share done and words.
            options: what is said of the table; see `TableOptions`.

        Returns:
            Kept samples × matched genes: counts in X, bins 1 to 2,000 in ``layers["bins"]``, what was left out in
            ``uns["generain"]``.

        Raises:
            GeneRAINError: the table can't be used, or no sample can be binned; the message says what to do.

        Examples:
            >>> import generain_core as gr
            >>> adata = gr.open("assets/demo").normalize("assets/demo/data/examples/demo_counts.csv.gz", gene_set="gene2vec")
            >>> int(adata.layers["bins"].max()) <= 2000
            True
        """
        with naming_arguments():
            return self.bin_table(
                path, gene_set=gene_set, output=output, chunk=chunk, device=device, progress=progress, **options
            ).adata

    def embed(
        self,
        path: Table,
        model: str,
        output: str | os.PathLike[str] | None = None,
        *,
        device: str = "auto",
        batch_size: int | None = None,
        precision: str = "float32",
        loss: bool = False,
        genes: str | Sequence[str] = (),
        stability: bool = False,
        tie_orders: int = 1,
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> anndata.AnnData:
        """Embed samples with a model of the release; they are binned for its gene set first.

        Args:
            path: a file, a folder, files of one sample each, or an AnnData, which stays as it is.
            model: its name.
            output: an h5ad file to write as well.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            batch_size: samples a batch; by default as many as fit.
            precision: ``float32``, or ``mixed``: 16 bits where that holds.
            loss: add how surprising the model finds each sample, ``obs["generain_loss"]``.
            genes: add contextual embeddings of these genes, ``obsm["X_generain_gene_GENE"]``.
            stability: embed again under random gene drop-out and other orders of ties, ``uns["generain_stability"]``.
            tie_orders: the mean over so many seeded orders of equal bins; 1 is that of the token index alone.
            progress: called with the share done and words.
            options: what is said of the table; see `TableOptions`.

        Returns:
            A copy with the model's genes: counts in X, ``layers["bins"]``, ``obsm["X_generain"]`` (samples × width, float32).

        Raises:
            GeneRAINError: no such model, or the table can't be used; the message says what to do.

        Examples:
            >>> import generain_core as gr
            >>> counts = "assets/demo/data/examples/demo_counts.csv.gz"
            >>> adata = gr.open("assets/demo").embed(counts, model="GPT_Binning_By_Gene", device="cpu")
            >>> adata.obsm["X_generain"].dtype.name
            'float32'
        """
        choices = EmbeddingChoices(
            device=device,
            batch_size=batch_size,
            precision=precision,
            loss=loss,
            genes=genes,
            stability=stability,
            tie_orders=tie_orders,
        )
        with naming_arguments():
            return self.embed_table(path, model, choices, output=output, progress=progress, **options).adata

    def place(
        self,
        path: Table,
        reference: str | os.PathLike[str],
        k: int = 10,
        rate: float = 0.05,
        output: str | os.PathLike[str] | None = None,
        *,
        nearest: str | os.PathLike[str] | None = None,
        device: str = "auto",
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> Placement:
        """Place samples among those of a reference, which the command ``reference`` builds.

        Args:
            path: a file, a folder, files of one sample each, or an AnnData, which stays as it is.
            reference: its folder.
            k: nearest reference samples of each.
            rate: share of samples like the reference that are flagged.
            output: a CSV file to write the samples to as well.
            nearest: a CSV file to write the nearest samples to as well.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            progress: called with the share done and words.
            options: what is said of the table; see `TableOptions`.

        Returns:
            A record with the tables ``samples`` and ``nearest``, and a ``note`` on what limits their numbers.

        Raises:
            GeneRAINError: there is no such reference, it was made with other weights, or the table can't be used.
        """
        from generain_core.errors import GeneRAINError
        from generain_core.reference.catalog import weights_of
        from generain_core.reference.placement import Reference, place_samples
        from generain_core.storage.atomic import check_target

        for target in (output, nearest):
            if target is not None:
                check_target(Path(target))
        opened = Reference.open(Path(reference))
        model = opened.state.made.model
        if weights_of(self.release, model) != opened.state.made.weights:
            raise GeneRAINError(
                f"{reference} was made with other weights of {model} than this release has; "
                "choose that release, or build the reference anew."
            )
        with naming_arguments():
            choices = EmbeddingChoices(device=device)
            adata = self.embed_table(path, model, choices, progress=progress, **options).adata
        names = [str(name) for name in adata.obs_names]
        placed = place_samples(opened, adata.obsm["X_generain"], names, model=model, k=k, rate=rate)
        details = (model, *species_of(adata), f"placed among {with_noun(len(opened), 'sample')}", f"rate {rate:g}", placed.note)
        facts: dict[str, object] = {"model": model, "reference_samples": len(opened)}
        facts |= {"note": f"{placed.note} {placed.known}".strip(), "calibration": placed.calibration.facts()}
        self._write_csv(self._table(placed.samples, *details, **facts), output)
        self._write_csv(self._table(placed.nearest, *details, **facts), nearest)
        return placed

    def bin_table(
        self,
        path: Table,
        *,
        gene_set: str = "coding_lncrna",
        output: str | os.PathLike[str] | None = None,
        chunk: int | None = None,
        device: str = "cpu",
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> BinnedTable:
        """Bin samples as `normalize` does, and return the report with them."""
        from generain_core.release.files import GENE_SETS
        from generain_core.samples.binning.acceptance import MIN_GENES
        from generain_core.samples.binning.normalize import normalize

        choice("gene set", gene_set, GENE_SETS)
        check_output(output, path, options)
        start_reader(path)
        tell: Progress = progress or silent
        expression = expression_of(path, self.resolver, options, part(tell, 0.0, 0.5))
        binned = normalize(
            expression,
            self.release,
            self.resolver,
            gene_set=gene_set,
            chunk=chunk,
            min_genes=options.get("min_genes", MIN_GENES),
            device=device,
            progress=part(tell, 0.5, 0.5),
        )
        report = report_of(binned, expression, self.release)
        write_samples(binned.adata, output)
        return BinnedTable(binned.adata, expression, report)

    def embed_table(
        self,
        path: Table,
        model: str,
        choices: EmbeddingChoices,
        *,
        output: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
        **options: Unpack[TableOptions],
    ) -> BinnedTable:
        """Embed samples as `embed` does, and return the report with them."""
        from generain_core.models.embedding import embed_samples
        from generain_core.release.model_descriptions import MODEL_NAMES, describe_model

        choice("model", model, MODEL_NAMES)
        check_output(output, path, options)
        tell: Progress = progress or silent
        gene_set = describe_model(model).gene_set
        binned = self.bin_table(path, gene_set=gene_set, progress=lambda share, words: tell(0.1 * share, words), **options)
        report = embed_samples(
            binned.adata,
            self.release,
            model,
            device=choices.device,
            batch_size=choices.batch_size,
            precision=choices.precision,
            loss=choices.loss,
            genes=[name.strip() for name in choices.genes.split(",")] if isinstance(choices.genes, str) else choices.genes,
            with_stability=choices.stability,
            tie_orders=choices.tie_orders,
            progress=lambda share, words: tell(0.1 + 0.9 * share, words),
        )
        write_samples(binned.adata, output)
        return BinnedTable(binned.adata, binned.expression, binned.report | report)

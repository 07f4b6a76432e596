"""Tools about samples in files: normalize, embed, place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Unpack

from mcp.server.mcpserver import Context
from pydantic import ConfigDict, Field

from generain_core.facade.binned_table import BinnedTable, EmbeddingChoices
from generain_core.facade.tables import naming_arguments
from generain_core.mcp.answers import Answer, Page, Row, page
from generain_core.mcp.arguments import TableArguments, each, sheet_of, table_options, with_table_arguments
from generain_core.mcp.door import Door
from generain_core.mcp.limits import Limit, Offset
from generain_core.progress import Progress

if TYPE_CHECKING:
    from generain_core.reference.placement import Placement

Table = Annotated[
    str | Annotated[list[str], Field(min_length=1, max_length=10_000)],
    Field(description="path of an expression table: csv, tsv, xlsx, parquet, h5ad, 10x, gct …; or paths of one sample each"),
]
Device = Annotated[str, Field(description="auto, cpu, cuda or mps")]
Model = Literal[
    "GPT_Binning_By_Gene",
    "GPT_protein_coding_lncRNAs",
    "BERT_Pred_Expr_Binning_By_Gene",
    "BERT_Pred_Genes_Binning_By_Gene",
]
_MOST = 20


class Dropped(Row):
    """A sample that was left out."""

    sample: str
    reason: str


class Decided(Row):
    """What was decided about a table."""

    decision: str
    taken: str


class Left(Row):
    """What of a file was left out."""

    what: str
    name: str
    reason: str


class Report(Answer):
    """What was kept, matched and left out, how the table was understood, and facts of the work; long lists are cut."""

    model_config = ConfigDict(extra="allow")

    output: str
    samples_kept: int
    samples_dropped: list[Dropped] = Field(description=f"the first {_MOST}")
    samples_dropped_total: int
    genes_in_input: int
    genes_matched: int
    genes_missing: int
    coverage: float = Field(description="share of the gene set that was found")
    verdict: str = Field(description="what to think of the coverage")
    value_kind: str
    warnings: list[str]
    notes: list[str] = Field(description="how the table was understood")
    decision: str = Field(default="", description="what was decided about the table, in one sentence")
    decisions: list[Decided] = Field(
        default=[], description="each decision, what it could be instead, and the argument that says so"
    )
    left_out: list[Left] = Field(default=[], description=f"what of the file is no sample or gene, the first {_MOST}")


class PlacedSample(Row):
    """A sample among those of a reference."""

    sample: str
    p_value: float | None = Field(description="share of held-out series that are as strange; null: not known")
    out_of_distribution: bool | None = Field(description="null: no flag can be given, the note says why")
    label: str | None
    label_confidence: float | None
    nearest: str | None
    cosine: float | None


class PlacedSamples(Page):
    """Samples among those of a reference."""

    model: str
    note: str = Field(description="what limits these numbers; '' if nothing does")
    output: str | None
    samples: list[PlacedSample]


class SampleTools(Door):
    """Tools about samples."""

    @with_table_arguments
    async def normalize(
        self,
        context: Context[Any, Any],
        path: Table,
        output: Annotated[str, Field(description="h5ad file to write")],
        gene_set: Literal["coding_lncrna", "gene2vec"] = "coding_lncrna",
        chunk: Annotated[int | None, Field(ge=1, description="rank runs of so many samples together")] = None,
        **options: Unpack[TableArguments],
    ) -> Report:
        """Bin the samples of an expression table by gene (Binning-By-Gene), and write them to a file."""
        source, target, said = self.folders.inputs(path), self.folders.output(output), table_options(options, self.folders)

        def bin_samples(progress: Progress) -> BinnedTable:
            with naming_arguments():
                return self.with_genes().bin_table(
                    source, gene_set=gene_set, output=target, chunk=chunk, progress=progress, **said
                )

        return self._report(await self.work.run(context, bin_samples), str(target))

    @with_table_arguments
    async def embed(
        self,
        context: Context[Any, Any],
        path: Table,
        output: Annotated[str, Field(description="h5ad file to write")],
        model: Model,
        device: Device = "auto",
        batch_size: Annotated[int | None, Field(ge=1, le=4096)] = None,
        precision: Literal["float32", "mixed"] = "float32",
        loss: Annotated[bool, Field(description="add how surprising the model finds each sample")] = False,
        genes: Annotated[list[str], Field(max_length=50, description="add contextual embeddings of these genes")] = [],  # noqa: B006
        stability: Annotated[bool, Field(description="embed again under random gene drop-out and other orders of ties")] = False,
        tie_orders: Annotated[int, Field(ge=1, le=100, description="mean over so many orders of equal bins")] = 1,
        **options: Unpack[TableArguments],
    ) -> Report:
        """Embed the samples of an expression table with a model of the release, and write them to a file."""
        source, target, said = self.folders.inputs(path), self.folders.output(output), table_options(options, self.folders)

        choices = EmbeddingChoices(
            device=device,
            batch_size=batch_size,
            precision=precision,
            loss=loss,
            genes=genes,
            stability=stability,
            tie_orders=tie_orders,
        )

        def embed_samples(progress: Progress) -> BinnedTable:
            with naming_arguments():
                return self.with_models().embed_table(source, model, choices, output=target, progress=progress, **said)

        return self._report(await self.work.run(context, embed_samples), str(target))

    @with_table_arguments
    async def place(
        self,
        context: Context[Any, Any],
        path: Table,
        reference: Annotated[str, Field(description="folder that the command `reference` has written")],
        k: Annotated[int, Field(ge=1, le=1000, description="nearest reference samples of each")] = 10,
        rate: Annotated[float, Field(description="share of samples like the reference that are flagged")] = 0.05,
        output: Annotated[str | None, Field(description="CSV file to write the samples to")] = None,
        nearest: Annotated[str | None, Field(description="CSV file to write the nearest samples to")] = None,
        device: Device = "auto",
        offset: Offset = 0,
        limit: Limit = 50,
        **options: Unpack[TableArguments],
    ) -> PlacedSamples:
        """Place the samples of an expression table among those of a reference."""
        source, store, table = self.folders.inputs(path), self.folders.input(reference), table_options(options, self.folders)
        from generain_core.reference.store import read_state

        state = read_state(store)

        def place_samples(progress: Progress, outputs: tuple[Path | None, ...]) -> Placement:
            target, further = outputs
            return self.with_models().place(
                source, store, k, rate, target, nearest=further, device=device, progress=progress, **table
            )

        call = ("place", str(source), str(store), k, rate, device, repr(table))
        placed = await self.result(context, call, [*each(source), store, sheet_of(table)], [output, nearest], place_samples)
        target = None if output is None else str(self.folders.written(output))
        rows, pages = page(placed.samples, offset, limit)
        facts: dict[str, Any] = {
            "model": "" if state is None else state.made.model,
            "note": f"{placed.note} {placed.known}".strip(),
        }
        return PlacedSamples(**self.about, **pages, **facts, output=target, samples=rows)

    def _report(self, binned: BinnedTable, output: str) -> Report:
        """Return what was done with samples, without the row of each, lists cut to their first entries."""
        facts: dict[str, Any] = {}
        for name, value in binned.report.items():
            if isinstance(value, list | dict) and name not in ("warnings", "notes", "decisions"):
                facts[f"{name}_total"] = len(value)
                facts[name] = dict(list(value.items())[:_MOST]) if isinstance(value, dict) else value[:_MOST]
            else:
                facts[name] = value
        del facts["samples"], facts["samples_total"], facts["second_opinion_total"]
        facts["second_opinion"] = {name: facts["second_opinion"].get(name) for name in ("verdict", "sentences", "reference")}
        return Report(**self.about, output=output, **facts)

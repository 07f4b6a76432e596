"""Samples as probes read them: log-depth expression, bins, embeddings, library size and coverage, over the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.embed import EmbeddedRows, embed_rows
from generain_core.cohort.known_embeddings import KnownEmbeddings
from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.effects.spaces import log_depth
from generain_core.perturbations.run import models_of
from generain_core.progress import Progress, part
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.text import listed, percent

if TYPE_CHECKING:
    import anndata


@dataclass(frozen=True, eq=False, kw_only=True)
class CohortSamples:
    """Samples that are binned, and all that is known of them.

    Attributes:
        names: of the samples.
        obs: what the sheet says of them.
        expression: samples × genes, log10(count · 10⁷ / total + 1), float32.
        genes: the gene of each column, its name in the table where it is none that is known.
        binned: by gene set, the binned samples.
        embeddings: by model, samples × width.
        depth: counts of each sample.
        coverage: its expressed genes.
        notes: what was left out.
    """

    names: tuple[str, ...]
    obs: pd.DataFrame
    expression: NDArray[np.float32]
    genes: tuple[str, ...]
    binned: Mapping[str, Any]
    embeddings: Mapping[str, NDArray[np.float32]]
    depth: NDArray[np.float64]
    coverage: NDArray[np.float64]
    notes: tuple[CohortNote, ...] = ()

    @property
    def bins(self) -> NDArray[Any]:
        """Return the bins of the first gene set, samples × genes."""
        return np.asarray(next(iter(self.binned.values())).layers["bins"])

    def take(self, rows: NDArray[np.intp]) -> "CohortSamples":
        """Return some of the samples."""
        return CohortSamples(
            names=tuple(self.names[i] for i in rows),
            obs=self.obs.iloc[rows],
            expression=self.expression[rows],
            genes=self.genes,
            binned={gene_set: adata[rows] for gene_set, adata in self.binned.items()},
            embeddings={model: values[rows] for model, values in self.embeddings.items()},
            depth=self.depth[rows],
            coverage=self.coverage[rows],
            notes=self.notes,
        )


def models_at_hand(release: Release, choices: CohortChoices) -> tuple[str, ...]:
    """Return the models that embed: those chosen, or all of the release that can.

    Raises:
        GeneRAINError: there is none, or one that was chosen isn't there.
    """
    there = models_of(release)
    for name in choices.models or ():
        describe_model(name)
        if name not in there:
            raise GeneRAINError(f"{name} can't embed: a file of it is missing; `status` lists what is there ({listed(there)}).")
    models = choices.models if choices.models is not None else tuple(there)
    if not models:
        raise GeneRAINError(
            "No model of the release can embed samples, so there is nothing to hold against expression; "
            "download a model with its token index and boundaries."
        )
    return tuple(dict.fromkeys(models))


def gather(
    expression: Expression,
    choices: CohortChoices,
    release: Release,
    resolver: Resolver,
    *,
    rows: NDArray[np.intp],
    embedded: Sequence["anndata.AnnData"] = (),
    known: KnownEmbeddings | None = None,
    progress: Progress,
) -> CohortSamples:
    """Bin and embed some samples of a table, by each model at hand, and put their expression beside.

    Args:
        expression: the table.
        choices: which models, and how they embed.
        release: where they are.
        resolver: knows the genes.
        rows: the samples that have an outcome.
        embedded: samples that were embedded before; taken where bins and weights are the same.
        known: where embeddings are kept from one cohort to the next.
        progress: told the share done and words.

    Raises:
        GeneRAINError: no model is at hand, or no sample can be binned.
    """
    models = models_at_hand(release, choices)
    names = [expression.samples[i] for i in rows]
    binned: dict[str, Any] = {}
    embeddings: dict[str, pd.DataFrame] = {}
    species = expression.from_species
    notes = [CohortNote(CohortNoteKind.FROM_SPECIES, {"species": species})] if species else []
    examined: Any = None
    for i, model in enumerate(models):
        tell = part(progress, i / len(models), 1 / len(models))
        gene_set = describe_model(model).gene_set
        if gene_set not in binned:
            normalized = normalize(
                expression, release, resolver, gene_set=gene_set, min_genes=choices.min_genes, progress=part(tell, 0.0, 0.1)
            )
            examined = examined or normalized.examined
            _check_coverage(normalized.examined, gene_set, choices)
            kept = [name for name in names if name in set(map(str, normalized.adata.obs_names))]
            if not kept:
                raise GeneRAINError("None of the samples with an outcome can be binned; see what the Samples page says of them.")
            binned[gene_set] = normalized.adata[kept].copy()
        rows_of = embed_rows(
            binned[gene_set],
            model,
            release,
            device=choices.device,
            embedded=embedded,
            known=known,
            progress=part(tell, 0.1, 0.9),
        )
        embeddings[model] = pd.DataFrame(rows_of.vectors, index=list(map(str, binned[gene_set].obs_names)))
        notes += _on_embedding(model, rows_of)
    kept = [name for name in names if all(name in table.index for table in embeddings.values())]
    if len(kept) < len(names):
        left = [name for name in names if name not in set(kept)]
        notes.append(CohortNote(CohortNoteKind.SAMPLES_DROPPED, {"samples": tuple(left), "min_genes": choices.min_genes}))
    place = {name: i for i, name in enumerate(expression.samples)}
    chosen = np.array([place[name] for name in kept], dtype=np.intp)
    accepted = examined.acceptance.iloc[chosen]
    totals = accepted["total_counts"].to_numpy(np.float64)
    columns, genes = _measured(expression, examined.match)
    logs = log_depth(expression.values[chosen][:, columns], totals)
    return CohortSamples(
        names=tuple(kept),
        obs=expression.obs.iloc[chosen],
        expression=logs,
        genes=genes,
        binned={gene_set: adata[kept].copy() for gene_set, adata in binned.items()},
        embeddings={model: table.loc[kept].to_numpy(np.float32) for model, table in embeddings.items()},
        depth=totals,
        coverage=accepted["n_genes_by_counts"].to_numpy(np.float64),
        notes=tuple(notes),
    )


def _measured(expression: Expression, match: Match) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the columns of a table that are genes, and the gene of each.

    A match has a row a column of the table that was binned. An own file has a column a gene of the model instead, all of which
    count, and its match speaks of the table that it was made of.
    """
    if expression.own is not None and len(match.rows) != expression.values.shape[1]:
        return np.arange(expression.values.shape[1]), tuple(map(str, expression.identifiers))
    names = np.where(match.rows["gene"] != "", match.rows["gene"], match.rows["identifier"])[match.counted]
    return np.flatnonzero(match.counted), tuple(map(str, names))


def _on_embedding(model: str, rows: EmbeddedRows) -> list[CohortNote]:
    notes = []
    if rows.before:
        facts = {"model": model, "samples": rows.before, "of": len(rows.vectors)}
        notes.append(CohortNote(CohortNoteKind.EMBEDDED_BEFORE, facts))
    if rows.unfit:
        notes.append(CohortNote(CohortNoteKind.EMBEDDED_OTHERS, {"model": model}))
    return notes


def _check_coverage(examined: Any, gene_set: str, choices: CohortChoices) -> None:
    if examined.match.verdict == "too thin to trust" and not choices.thin:
        raise GeneRAINError(
            f"Only {percent(examined.match.coverage)} of the genes of {gene_set} were measured, too thin to trust an embedding; "
            "give whole transcriptomes, or say that samples are embedded even if thin."
        )


def isometry(values: NDArray[Any], rows: Sequence[int] | None = None) -> NDArray[np.float64]:
    """Return samples × (samples - 1) coordinates with the same distances and inner products about the mean as samples × genes.

    Whatever is computed of inner products alone (components, ridge) is the same in them as in thousands of genes; no outcome is
    looked at, and nothing is left out.
    """
    from scipy.linalg import eigh

    mean = values.mean(0, dtype=np.float64)
    gram = np.zeros((len(values), len(values)))
    for start in range(0, values.shape[1], 2000):
        block = np.asarray(values[:, start : start + 2000], dtype=np.float64) - mean[start : start + 2000]
        gram += block @ block.T
    squares, vectors = eigh(gram)
    kept = squares > 1e-12 * max(float(squares[-1]), 1e-300)
    squares, vectors = squares[kept][::-1], vectors[:, kept][:, ::-1]
    signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])])
    return np.asarray(vectors * signs * np.sqrt(squares))

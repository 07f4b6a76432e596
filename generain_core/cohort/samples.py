"""Samples as probes read them: log-depth expression, bins, embeddings, library size and coverage, over the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.perturbations.effects.spaces import log_depth
from generain_core.perturbations.run import models_of
from generain_core.progress import Progress, part
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model
from generain_core.samples.binning.normalize import normalize
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.embedding_at_hand import embedding_at_hand
from generain_core.text import listed


@dataclass(frozen=True, eq=False, kw_only=True)
class CohortSamples:
    """Samples that are binned, and all that is known of them.

    Attributes:
        names: of the samples.
        obs: what the sheet says of them.
        expression: samples × genes, log10(count · 10⁷ / total + 1), float32.
        genes: the gene of each column, its name in the table where it is none that is known.
        binned: by gene set, the binned samples; those of a model hold its embedding.
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
    embedded: Mapping[str, Any],
    progress: Progress,
) -> CohortSamples:
    """Bin and embed some samples of a table, by each model at hand, and put their expression beside.

    Args:
        expression: the table.
        choices: which models, and how they embed.
        release: where they are.
        resolver: knows the genes.
        rows: the samples that have an outcome.
        embedded: by model, samples that were embedded before; taken where bins and weights are the same.
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
        adata, before = _embed(binned[gene_set], model, release, choices, embedded.get(model), part(tell, 0.1, 0.9))
        embeddings[model] = pd.DataFrame(np.asarray(adata.obsm["X_generain"]), index=list(map(str, adata.obs_names)))
        if before:
            notes.append(CohortNote(CohortNoteKind.EMBEDDED_BEFORE, {"model": model, "samples": adata.n_obs}))
    kept = [name for name in names if all(name in table.index for table in embeddings.values())]
    if len(kept) < len(names):
        left = [name for name in names if name not in set(kept)]
        notes.append(CohortNote(CohortNoteKind.SAMPLES_DROPPED, {"samples": tuple(left), "min_genes": choices.min_genes}))
    place = {name: i for i, name in enumerate(expression.samples)}
    chosen = np.array([place[name] for name in kept], dtype=np.intp)
    accepted = examined.acceptance.iloc[chosen]
    totals = accepted["total_counts"].to_numpy(np.float64)
    counted = examined.match.counted
    known = examined.match.rows
    genes = np.where(known["gene"] != "", known["gene"], known["identifier"])[counted]
    logs = log_depth(expression.values[chosen][:, np.flatnonzero(counted)], totals)
    return CohortSamples(
        names=tuple(kept),
        obs=expression.obs.iloc[chosen],
        expression=logs,
        genes=tuple(map(str, genes)),
        binned={gene_set: adata[kept].copy() for gene_set, adata in binned.items()},
        embeddings={model: table.loc[kept].to_numpy(np.float32) for model, table in embeddings.items()},
        depth=totals,
        coverage=accepted["n_genes_by_counts"].to_numpy(np.float64),
        notes=tuple(notes),
    )


def _check_coverage(examined: Any, gene_set: str, choices: CohortChoices) -> None:
    if examined.match.verdict == "too thin to trust" and not choices.thin:
        raise GeneRAINError(
            f"Only {examined.match.coverage:.0%} of the genes of {gene_set} were measured, too thin to trust an embedding; "
            "give whole transcriptomes, or say that samples are embedded even if thin."
        )


def _embed(
    binned: Any, model: str, release: Release, choices: CohortChoices, before: Any, progress: Progress
) -> tuple[Any, bool]:
    """Return the samples as a model embeds them, and whether an embedding at hand was taken."""
    from generain_core.models.embedding import embed_samples

    names = list(map(str, binned.obs_names))
    if before is not None and embedding_at_hand(before, release, model) is not None:
        own = before[[name for name in map(str, before.obs_names) if name in set(names)]]
        if set(map(str, own.obs_names)) == set(names) and _same_bins(own[names], binned):
            return own[names], True
    facts = embed_samples(binned, release, model, device=choices.device, progress=progress)
    return binned, bool(facts.get("restored"))


def _same_bins(own: Any, binned: Any) -> bool:
    if "bins" not in own.layers or list(own.var_names) != list(binned.var_names):
        return False
    return bool((np.asarray(own.layers["bins"]) == np.asarray(binned.layers["bins"])).all())


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

"""In-silico knock-down: set a gene in control samples, embed again, and hold the direction against the measured one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.genes.gene_values import gene_values
from generain_core.perturbations.in_silico.baselines import LEAST, mean_shift_of_others, regression_shift, target_expression
from generain_core.perturbations.in_silico.changed_controls import ChangedControls, InSilicoOptions
from generain_core.perturbations.in_silico.verdict import BASELINES, summarize_baselines, verdict_of
from generain_core.perturbations.run import Perturbed
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.text import with_noun

COLUMNS = (
    "perturbation",
    "target",
    "read_in",
    "n_controls",
    "cosine_model",
    *BASELINES,
    "random_p",
    "beats",
    "length",
    "placebo_length",
    "placebo_p",
    "published_read_in",
    "cosine_published",
    "published_length",
    "published_placebo_length",
    "published_placebo_p",
    "note",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class InSilico:
    """How well the model foresees measured shifts.

    Attributes:
        table: one row a perturbation; see `COLUMNS`.
        summary: one row a baseline: baseline, perturbations, mean_cosine_model, mean_cosine, difference, p_value.
        verdict: beats, does not beat, or too few to tell; in a sentence.
        beats: True, False, or None if it can't be told.
        shifts: the foreseen ones, in the order of the table.
        ask: what was tried.
        notes: what has to be known to read it.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    verdict: str
    beats: bool | None
    shifts: NDArray[np.float64]
    ask: InSilicoOptions
    notes: tuple[str, ...]


def candidates(result: Perturbed) -> list[str]:
    """Return the perturbations that can be foreseen: they have a shift in the embedding and a target that was binned."""
    if not result.model or result.adata is None:
        return []
    ranking, genes = result.rankings[0], set(map(str, result.adata.var_names))
    there = np.isfinite(ranking.shifts).all(1) & np.array([t in genes for t in ranking.table["target"].fillna("")], dtype=bool)
    return [str(name) for name, kept in zip(ranking.table["perturbation"], there, strict=True) if kept]


def in_silico(
    result: Perturbed, release: Release, ask: InSilicoOptions | None = None, progress: Progress | None = None
) -> InSilico:
    """Foresee the shift of each perturbation that names a gene, and compare its direction with the measured one.

    The gene's bin is set in control samples, these are embedded again, and the mean difference is the foreseen shift. Its
    cosine with the measured shift stands beside those of three baselines. The verdict is of all perturbations together: the
    model beats a baseline if its mean cosine is higher with p of 0.05 or less (sign flips over perturbations, one-sided),
    and it must beat all of them; where one could not be made there is no verdict for the model. See `rows_of_verdict` for which
    perturbations count.

    Args:
        result: of `run`, with an embedding.
        release: where the model is.
        ask: what to try.
        progress: told the share done and words.

    Raises:
        GeneRAINError: the samples were not embedded, no perturbation names a gene that was binned, or no control is left.
    """
    ask, report = ask or InSilicoOptions(), progress or silent
    names = candidates(result)
    if not names:
        why = "none names a gene that was binned" if result.model else "the samples were not embedded with a model"
        raise GeneRAINError(f"No perturbation can be foreseen: {why}.")
    names_tried, seed = names[: ask.most], result.choices.settings.seed
    changes = ChangedControls.open(result, release, ask, seed)
    ranking = result.rankings[0]
    place = {name: i for i, name in enumerate(ranking.table["perturbation"].astype(str))}
    measured = ranking.shifts[[place[name] for name in names]]
    targets = [result.design.targets[name] for name in names]
    every = np.asarray(np.isfinite(ranking.shifts).all(1), dtype=bool)
    all_names = [name for name, kept in zip(place, every.tolist(), strict=True) if kept]
    all_shifts = ranking.shifts[every]
    all_targets = [result.design.targets.get(name, name) for name in all_names]
    values = gene_values(result, "log2", prior=1)
    labels = dict(zip(result.design.samples, result.design.labels, strict=True))
    known = target_expression(values, np.array([labels.get(s, "") for s in values.samples], dtype=object), targets, seed)
    rows, foreseen = [], np.full((len(names_tried), measured.shape[1]), np.nan)
    for i, name in enumerate(names_tried):
        report(i / len(names_tried), f"in silico: {i:,} of {with_noun(len(names_tried), 'perturbation')}")
        ours, published = changes.of(targets[i], set(targets), i)
        foreseen[i] = ours.shift
        by_chance = np.array([cosine(each, measured[i]) for each in ours.placebos])
        own = cosine(ours.shift, measured[i])
        rows.append(
            {
                "perturbation": name,
                "target": targets[i],
                "read_in": ours.read_in,
                "n_controls": changes.n,
                "cosine_model": own,
                "cosine_mean_others": cosine(mean_shift_of_others(all_shifts, all_targets, all_names.index(name)), measured[i]),
                "cosine_regression": cosine(regression_shift(known, measured, names, targets, i), measured[i]),
                "cosine_random": float(by_chance.mean()) if len(by_chance) else np.nan,
                "random_p": (1 + int((by_chance >= own).sum())) / (len(by_chance) + 1) if np.isfinite(own) else np.nan,
                "length": ours.length,
                "placebo_length": ours.placebo_length,
                "placebo_p": ours.placebo_p,
                "published_read_in": published.read_in,
                "cosine_published": cosine(published.shift, measured[i]),
                "published_length": published.length,
                "published_placebo_length": published.placebo_length,
                "published_placebo_p": published.placebo_p,
                "note": "" if np.isfinite(own) else "this changes nothing that the model reads in the controls",
            }
        )
    table = pd.DataFrame(rows)
    table["beats"] = _beats(table)
    summary = summarize_baselines(table, seed)
    beats, verdict = verdict_of(summary)
    report(1.0, "in silico: done")
    return InSilico(
        table=table[list(COLUMNS)],
        summary=summary,
        verdict=verdict,
        beats=beats,
        shifts=foreseen,
        ask=ask,
        notes=_notes(table, len(names), ask),
    )


def _beats(table: pd.DataFrame) -> pd.Series:
    """Return whether the model is above all baselines; unknown where one could not be made, as in the verdict."""
    best = table[list(BASELINES)].max(axis=1, skipna=False)
    return ((table["cosine_model"] > best) & (table["random_p"] <= ALPHA)).astype("boolean").mask(best.isna())


def cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the cosine of two shifts; NaN where one has no length or is not known."""
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size > 0 else float("nan")


def _notes(table: pd.DataFrame, able: int, ask: InSilicoOptions) -> tuple[str, ...]:
    notes = [
        "The mean shift of others and the regression share the controls of the measured shift, and so their noise; "
        "this favors them where controls are few.",
        "Shifts follow the rank of the gene that is changed, whatever it does. So each stands beside placebos, genes of like "
        "rank: length against placebo_length, and placebo_p is the share of placebos that shift as far.",
    ]
    if ask.published:
        notes.append(
            "Columns that begin with published are of the change as the authors made it: the same genes of a control before and "
            "after, in a new order, the unexpressed attended to. The others are ours: a gene leaves and another may enter."
        )
    if able > len(table):
        notes.append(f"The {len(table):,} surest of {with_noun(able, 'perturbation')} were tried.")
    unread = int((table["read_in"] == 0).sum())
    if unread:
        notes.append(
            f"{with_noun(unread, 'target')} with nothing to change that the model reads in the controls: too low, or so already."
        )
    if table["cosine_regression"].isna().all():
        notes.append(f"No regression: it needs {LEAST} other perturbations that name a measured gene.")
    return tuple(notes)

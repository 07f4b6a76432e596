"""In-silico knock-down: set a gene in control samples, embed again, and hold the direction against the measured one."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.analysis import usable
from generain_core.perturbations.effects.permutations import ALPHA, share_at_least, sign_flips
from generain_core.perturbations.genes.gene_values import gene_values
from generain_core.perturbations.in_silico.baselines import LEAST, expressed, mean_of_others, regressed
from generain_core.perturbations.run import Perturbed
from generain_core.progress import Progress, silent
from generain_core.release.files import Release

To = Literal["unexpressed", "top"]
BINS: dict[To, int] = {"unexpressed": 1, "top": 2000}
BASELINES = {
    "cosine_mean_others": "the mean shift of all others",
    "cosine_regression": "regression on principal components",
    "cosine_random": "random genes of similar expression",
}
COLUMNS = (
    "perturbation",
    "target",
    "read_in",
    "n_controls",
    "cosine_model",
    *BASELINES,
    "random_p",
    "beats",
    "note",
)
_LIKE = 200
_SAME = 1e-5
"""An embedding differs by up to this much in other company, where nothing was changed."""
ENOUGH = 5
"""Fewer perturbations can't give a p-value of 0.05."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is tried: the gene's new value, control samples and random genes to embed at most, and which perturbations.

    Attributes:
        to: unexpressed (a knock-down) or top (an activation).
        controls: control samples that are changed.
        random_genes: drawn for each target from the 200 of most like mean bin.
        most: perturbations, the surest first.
        device: where the model runs.
    """

    to: To = "unexpressed"
    controls: int = 8
    random_genes: int = 19
    most: int = 50
    device: str = "auto"


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
    ask: Ask
    notes: tuple[str, ...]


def candidates(result: Perturbed) -> list[str]:
    """Return the perturbations that can be foreseen: they have a shift in the embedding and a target that was binned."""
    if not result.model or result.adata is None:
        return []
    ranking, genes = result.rankings[0], set(map(str, result.adata.var_names))
    there = np.isfinite(ranking.shifts).all(1) & np.array([t in genes for t in ranking.table["target"].fillna("")], dtype=bool)
    return [str(name) for name, kept in zip(ranking.table["perturbation"], there, strict=True) if kept]


def in_silico(result: Perturbed, release: Release, ask: Ask | None = None, progress: Progress | None = None) -> InSilico:
    """Foresee the shift of each perturbation that names a gene, and compare its direction with the measured one.

    The gene's bin is set in control samples, these are embedded again, and the mean difference is the foreseen shift. Its
    cosine with the measured shift stands beside those of three baselines. The verdict is of all perturbations together: the
    model beats a baseline if its mean cosine is higher with p of 0.05 or less (sign flips over perturbations, one-sided),
    and it must beat all of them; where one could not be made there is no verdict for the model. See `judged` for which
    perturbations count.

    Args:
        result: of `run`, with an embedding.
        release: where the model is.
        ask: what to try.
        progress: told the share done and words.

    Raises:
        GeneRAINError: the samples were not embedded, no perturbation names a gene that was binned, or no control is left.
    """
    ask, tell = ask or Ask(), progress or silent
    names = candidates(result)
    if not names:
        why = "none names a gene that was binned" if result.model else "the samples were not embedded with a model"
        raise GeneRAINError(f"No perturbation can be foreseen: {why}.")
    tried, seed = names[: ask.most], result.choices.settings.seed
    changes = _Changes.open(result, release, ask, seed)
    ranking = result.rankings[0]
    place = {name: i for i, name in enumerate(ranking.table["perturbation"].astype(str))}
    measured = ranking.shifts[[place[name] for name in names]]
    targets = [result.design.targets[name] for name in names]
    every = np.asarray(np.isfinite(ranking.shifts).all(1), dtype=bool)
    all_names = [name for name, kept in zip(place, every.tolist(), strict=True) if kept]
    all_shifts = ranking.shifts[every]
    all_targets = [result.design.targets.get(name, name) for name in all_names]
    values = gene_values(result, "log2")
    labels = dict(zip(result.design.samples, result.design.labels, strict=True))
    known = expressed(values, np.array([labels.get(s, "") for s in values.samples], dtype=object), targets, seed)
    rows, foreseen = [], np.full((len(tried), measured.shape[1]), np.nan)
    for i, name in enumerate(tried):
        tell(i / len(tried), f"in silico: {i:,} of {len(tried):,} perturbations")
        made, random, read = changes.of(targets[i], set(targets), i)
        foreseen[i] = made
        by_chance = np.array([cosine(each, measured[i]) for each in random])
        by_chance = by_chance[np.isfinite(by_chance)]  # random genes that the model does not read say nothing
        own = cosine(made, measured[i])
        rows.append(
            {
                "perturbation": name,
                "target": targets[i],
                "read_in": read,
                "n_controls": changes.n,
                "cosine_model": own,
                "cosine_mean_others": cosine(mean_of_others(all_shifts, all_targets, all_names.index(name)), measured[i]),
                "cosine_regression": cosine(regressed(known, measured, names, targets, i), measured[i]),
                "cosine_random": float(by_chance.mean()) if len(by_chance) else np.nan,
                "random_p": (1 + int((by_chance >= own).sum())) / (len(by_chance) + 1) if np.isfinite(own) else np.nan,
                "note": "" if np.isfinite(own) else "this changes nothing that the model reads in the controls",
            }
        )
    table = pd.DataFrame(rows)
    table["beats"] = _beats(table)
    summary = _summary(table, seed)
    beats, verdict = _verdict(summary)
    tell(1.0, "in silico: done")
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


@dataclass(frozen=True, eq=False, kw_only=True)
class _Changes:
    """Control samples and the network that embeds them with genes changed."""

    network: Any
    bins: NDArray[np.int64]
    tokens: NDArray[np.int64]
    genes: tuple[str, ...]
    start: NDArray[np.float64]
    device: str
    ask: Ask
    seed: int

    @classmethod
    def open(cls, result: Perturbed, release: Release, ask: Ask, seed: int) -> "_Changes":
        from generain_core.models.devices import device_of
        from generain_core.models.model import open_model
        from generain_core.models.pooling import embed_bins

        if ask.controls < 1 or ask.random_genes < 1:
            raise GeneRAINError("Give at least 1 control sample and 1 random gene.")
        data, design, device = result.adata, result.design, device_of(ask.device)
        controls = set(np.array(design.samples, dtype=object)[design.is_control & usable(design)])
        rows = np.flatnonzero([str(name) in controls for name in data.obs_names])
        if not len(rows):
            raise GeneRAINError(f"No control sample ({design.control}) was embedded, so none can be changed.")
        if len(rows) > ask.controls:
            rows = np.sort(np.random.default_rng(seed).choice(rows, ask.controls, replace=False))
        opened = open_model(release, result.model)
        read = opened.read(data)
        bins = np.asarray(read.bins[rows])
        start = embed_bins(opened.network, bins, read.tokens, device=device).astype(np.float64)
        return cls(
            network=opened.network,
            bins=bins,
            tokens=read.tokens,
            genes=read.genes,
            start=start,
            device=device,
            ask=ask,
            seed=seed,
        )

    @property
    def n(self) -> int:
        return len(self.bins)

    def of(self, target: str, targets: set[str], number: int) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Return the mean shift when the target is changed, when random genes are, and in how many controls it is read."""
        from generain_core.models.pooling import embed_bins

        width = self.start.shape[1]
        if target not in self.genes:
            return np.full(width, np.nan), np.empty((0, width)), 0
        column = self.genes.index(target)
        changed = [column, *self._random(column, targets, number)]
        stacked = np.tile(self.bins, (len(changed), 1))
        for i, each in enumerate(changed):
            stacked[i * self.n : (i + 1) * self.n, each] = BINS[self.ask.to]
        made = embed_bins(self.network, stacked, self.tokens, device=self.device).astype(np.float64)
        moved = made.reshape(len(changed), self.n, width) - self.start
        read = int((np.abs(moved[0]).max(1) > _SAME).sum())
        means = moved.mean(1)
        return (means[0] if read else np.full(width, np.nan)), means[1:], read

    def _random(self, column: int, targets: set[str], number: int) -> list[int]:
        level = self.bins.mean(0)
        apart = np.abs(level - level[column])
        allowed = np.array([gene not in targets for gene in self.genes])
        near = np.argsort(np.where(allowed, apart, np.inf), kind="stable")[: min(_LIKE, int(allowed.sum()))]
        generator = np.random.default_rng([self.seed, number])
        return [int(i) for i in generator.choice(near, min(self.ask.random_genes, len(near)), replace=False)]


def judged(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which perturbations the verdict is of: the model and every baseline that could be made have a cosine there."""
    made = [column for column in BASELINES if table[column].notna().any()]
    return table[["cosine_model", *made]].notna().all(axis=1).to_numpy(bool)


def _summary(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    rows, table = [], table[judged(table)]
    for column, words in BASELINES.items():
        both = table[["cosine_model", column]].dropna()
        differences = (both["cosine_model"] - both[column]).to_numpy()
        p = float("nan")
        if len(both) >= ENOUGH:
            # the first sign is fixed in `sign_flips`, as for lengths; one-sided needs the mirror images too
            signs, exact = sign_flips(len(both), 9999, seed)
            signs = np.vstack([signs, -signs]) if exact else signs
            p = share_at_least(signs @ differences, float(differences.sum()), exact=exact)
        rows.append(
            {
                "baseline": words,
                "perturbations": len(both),
                "mean_cosine_model": both["cosine_model"].mean(),
                "mean_cosine": both[column].mean(),
                "difference": differences.mean() if len(both) else np.nan,
                "p_value": p,
            }
        )
    return pd.DataFrame(rows)


def _verdict(summary: pd.DataFrame) -> tuple[bool | None, str]:
    n = int(summary["perturbations"].max())
    tested = summary[summary["p_value"].notna()]
    if not len(tested):
        return None, f"Too few perturbations to tell: {n}, and at least {ENOUGH} are needed for a verdict."
    model = float(tested["mean_cosine_model"].iloc[0])
    beaten = tested["p_value"] <= ALPHA
    missing = summary.loc[summary["p_value"].isna(), "baseline"].tolist()
    against = "; ".join(
        f"{row.mean_cosine:.3f} for {row.baseline} (p {row.p_value:.2g})" for row in tested.itertuples(index=False)
    )
    beats: bool | None = bool(beaten.all())
    head = "The model beats the baselines" if beats else "The model does not beat the baselines"
    if beats and missing:
        beats, head = None, f"The model beats the baselines that could be made, and {' and '.join(missing)} could not"
    elif beaten.any() and not beaten.all():
        head += f" (only {' and '.join(tested.loc[beaten, 'baseline'])})"
    return beats, f"{head}: over {n:,} perturbations, mean cosine with the measured shift {model:.3f}, against {against}."


def _notes(table: pd.DataFrame, able: int, ask: Ask) -> tuple[str, ...]:
    notes = [
        "The mean shift of others and the regression share the controls of the measured shift, and so their noise; "
        "this favors them where controls are few."
    ]
    if able > len(table):
        notes.append(f"The {len(table):,} surest of {able:,} perturbations were tried.")
    unread = int((table["read_in"] == 0).sum())
    if unread:
        notes.append(f"{unread:,} targets change nothing that the model reads in the controls: too low, or so already.")
    if table["cosine_regression"].isna().all():
        notes.append(f"No regression: it needs {LEAST} other perturbations that name a measured gene.")
    return tuple(notes)

"""Why two genes, or those of a list, are alike: trivial reasons first, each beside what random genes like them show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import fold
from generain_core.errors import GeneRAINError
from generain_core.lists.coherence import mean_cosines
from generain_core.lists.families import family_of
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.calibration import PairNull, mutual_rank
from generain_core.vectors.matched_genes import draw, strata_of

Kind = Literal["position", "family", "attribute", "neighbors", "expression", "none"]
LEVEL = 0.05
RANDOM_PAIRS = 199
NEAREST = 50
TOP_PERCENTILE = 99.0
SHARED_PROMOTER = 1_000
NEARBY = 100_000
MOST_ATTRIBUTES = 5


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason why genes are alike.

    Attributes:
        kind: of what sort it is.
        text: in a few words.
        genes: those it rests on.
        attributes: those it rests on.
        observed, expected, p_value: what was counted, its mean over random genes of like expression and biotype, and how often
            these show as much; NaN where nothing is counted.
    """

    kind: Kind
    text: str
    genes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    observed: float = float("nan")
    expected: float = float("nan")
    p_value: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why genes are alike.

    Attributes:
        genes: the genes.
        cosine: of the pair, or the mean of all pairs of a list.
        mutual_rank: of the pair; the median over pairs of a list of up to 30 genes; NaN for longer ones.
        p_value: share of random pairs (lists) of like biotype and expression that are as alike.
        reasons: the trivial first; a single one of kind ``none`` where nothing is found.
    """

    genes: tuple[str, ...]
    cosine: float
    mutual_rank: float
    p_value: float
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def sentence(self) -> str:
        """Return all of it in one sentence."""
        names = " and ".join(self.genes) if len(self.genes) == 2 else f"The {len(self.genes)} genes"
        close = f"{names} have {'a' if len(self.genes) == 2 else 'a mean'} cosine of {self.cosine:.2f} (p {self.p_value:.2g})"
        return f"{close}: {'; '.join(reason.text for reason in self.reasons)}."


def explain(atlas: Atlas, predictions: Predictions | None, genes: Sequence[str], seed: int = settings.SEED) -> Explanation:
    """Say why two genes, or those of a list, are alike.

    A shared attribute counts if both (of a list: half of its genes) are above the 99th percentile of all genes in it, a shared
    neighbor if it is among the 50 nearest; each is a reason only if at most 5 % of random pairs (lists) of genes of like
    biotype and expression show as many. Place and family come from the gene table.

    Raises:
        GeneRAINError: fewer than two different genes.
    """
    names = tuple(dict.fromkeys(genes))
    if len(names) < 2:
        raise GeneRAINError("Likeness is between genes; give two different ones, or a list.")
    rows = np.array([atlas.space.row(gene) for gene in names])
    unit = atlas.space.unit(atlas.space.genes)
    random = draw(strata_of(atlas), rows, RANDOM_PAIRS, np.random.default_rng(seed))
    reasons = [
        reason
        for reason in (
            _position(atlas, names),
            _family(names),
            None if predictions is None else _attributes(atlas, predictions, rows, random),
            _neighbors(atlas, unit, rows, random),
            _expression(atlas, rows, random),
        )
        if reason is not None
    ]
    cosine, rank, p_value = _likeness(atlas, unit, rows, random)
    nothing = Reason(kind="none", text="nothing that random genes of like expression don't show as well")
    return Explanation(genes=names, cosine=cosine, mutual_rank=rank, p_value=p_value, reasons=tuple(reasons or [nothing]))


def _likeness(atlas: Atlas, unit: np.ndarray, rows: np.ndarray, random: np.ndarray) -> tuple[float, float, float]:
    space = atlas.space
    if len(rows) == 2:
        cosine, forward, back = space.similarity(space.genes[rows[0]], space.genes[rows[1]])
        rank = float(mutual_rank(np.array([forward]), np.array([back]))[0])
        return cosine, rank, PairNull.of(atlas).p_value(cosine, int(rows[0]), int(rows[1]))
    means = mean_cosines(unit, np.vstack([rows[None], random]))
    return float(means[0]), float("nan"), _share(means[0], means[1:])


def _share(observed: float, null: np.ndarray) -> float:
    return float((1 + (null >= observed - 1e-12).sum()) / (1 + len(null)))


def _position(atlas: Atlas, names: Sequence[str]) -> Reason | None:
    """Return the closest pair of genes on one chromosome, if it is within 100 kb."""
    places = atlas.resolver.table.frame.loc[list(names), ["chromosome", "start", "end", "strand"]]
    best: tuple[int, str, str] | None = None
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            a, b = places.loc[one], places.loc[other]
            if not a["chromosome"] or a["chromosome"] != b["chromosome"] or pd.isna(a["start"]) or pd.isna(b["start"]):
                continue
            gap = max(0, max(int(a["start"]), int(b["start"])) - min(int(a["end"]), int(b["end"])))
            if gap <= NEARBY and (best is None or gap < best[0]):
                best = (gap, one, other)
    if best is None:
        return None
    gap, one, other = best
    a, b = places.loc[one], places.loc[other]
    opposite = str(a["strand"]) != str(b["strand"])
    starts = [int(float(str(each["start"] if str(each["strand"]) in ("1", "+") else each["end"]))) for each in (a, b)]
    if opposite and gap > 0 and abs(starts[0] - starts[1]) <= SHARED_PROMOTER:
        how = "start side by side in opposite directions and may share a promoter"
    elif gap == 0:
        how = "overlap on opposite strands" if opposite else "overlap"
    else:
        how = f"lie {gap / 1000:,.1f} kb apart"
    return Reason(kind="position", text=f"{one} and {other} {how} on chromosome {a['chromosome']}", genes=(one, other))


def _family(names: Sequence[str]) -> Reason | None:
    families = Counter(family for family in map(family_of, names) if family)
    if not families:
        return None
    family, count = families.most_common(1)[0]
    members = tuple(gene for gene in names if family_of(gene) == family)
    if count < 2 or count < len(names) / 2:
        return None
    return Reason(
        kind="family", text=f"{'both' if len(names) == 2 else count} are called {family}…, a family by name", genes=members
    )


def _attributes(atlas: Atlas, predictions: Predictions, rows: np.ndarray, random: np.ndarray) -> Reason | None:
    store = predictions.store
    wanted = np.unique(np.concatenate([rows, random.ravel()]))
    high: dict[int, np.ndarray] = {}
    for row in wanted:
        gene = atlas.space.genes[row]
        if gene in store:
            high[int(row)] = np.nan_to_num(store.percentiles(gene)) >= TOP_PERCENTILE
    store.let_go()
    if any(int(row) not in high for row in rows):
        return None
    most = 2 if len(rows) == 2 else len(rows) / 2
    shared = np.flatnonzero(np.sum([high[int(row)] for row in rows], axis=0) >= most)
    none = np.zeros(len(store.attributes), bool)
    null = np.array([(np.sum([high.get(int(row), none) for row in each], axis=0) >= most).sum() for each in random])
    p_value = _share(len(shared), null)
    if not len(shared) or p_value > LEVEL:
        return None
    percentiles = np.mean([store.percentiles(atlas.space.genes[row])[shared] for row in rows], axis=0)
    order = shared[np.argsort(-percentiles, kind="stable")][:100]
    leaders = list(dict.fromkeys(fold(store, order).tolist()))[:MOST_ATTRIBUTES]
    names = tuple(str(store.attributes[leader]) for leader in leaders)
    text = (
        f"{'both' if len(rows) == 2 else 'half or more of them'} are in the top 1 % of all genes for {len(shared):,} attributes "
    )
    text += f"({null.mean():.1f} expected), such as {', '.join(names[:3])}"
    return Reason(
        kind="attribute", text=text, attributes=names, observed=float(len(shared)), expected=float(null.mean()), p_value=p_value
    )


def _neighbors(atlas: Atlas, unit: np.ndarray, rows: np.ndarray, random: np.ndarray) -> Reason | None:
    wanted = np.unique(np.concatenate([rows, random.ravel()]))
    k = min(NEAREST, len(unit) - 1)
    nearest: dict[int, set[int]] = {}
    for start in range(0, len(wanted), 256):
        part = wanted[start : start + 256]
        cosines = unit[part] @ unit.T
        cosines[np.arange(len(part)), part] = -np.inf
        top = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        nearest |= {int(row): set(found.tolist()) for row, found in zip(part, top, strict=True)}
    most = 2 if len(rows) == 2 else len(rows) / 2

    def shared(each: np.ndarray) -> list[int]:
        counts = Counter(neighbor for row in each for neighbor in nearest[int(row)])
        return [neighbor for neighbor, count in counts.items() if count >= most]

    common = sorted(shared(rows), key=lambda neighbor: -float((unit[rows] @ unit[neighbor]).mean()))
    null = np.array([len(shared(each)) for each in random])
    p_value = _share(len(common), null)
    if not common or p_value > LEVEL:
        return None
    names = tuple(atlas.space.genes[row] for row in common[:10])
    text = f"{len(common)} genes are among the {k} nearest of {'both' if len(rows) == 2 else 'half or more of them'} "
    text += f"({null.mean():.1f} expected), such as {', '.join(names[:3])}"
    return Reason(
        kind="neighbors", text=text, genes=names, observed=float(len(common)), expected=float(null.mean()), p_value=p_value
    )


def _expression(atlas: Atlas, rows: np.ndarray, random: np.ndarray) -> Reason | None:
    """Return whether mean and spread over the reference are closer to each other than those of random genes of the same tenth."""
    profile = atlas.described[["mean", "sd"]].to_numpy(np.float64)
    if not np.isfinite(profile[rows]).all():
        return None
    scaled = (profile - np.nanmean(profile, axis=0)) / np.nanstd(profile, axis=0)
    spread = np.array(
        [float(np.linalg.norm(scaled[each] - scaled[each].mean(axis=0), axis=1).mean()) for each in (rows, *random)]
    )
    spread = np.nan_to_num(spread, nan=np.inf)
    p_value = _share(-spread[0], -spread[1:])
    if p_value > LEVEL:
        return None
    text = "their mean and spread over the reference samples are closer than those of random genes of like expression"
    return Reason(kind="expression", text=text, observed=float(spread[0]), expected=float(np.mean(spread[1:])), p_value=p_value)

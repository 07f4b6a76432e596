"""Why two genes, or those of a list, are alike: trivial reasons first, each beside what random genes like them show."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from generain_core import settings
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import fold
from generain_core.attributes.top_genes import common_attributes, own_attributes, percentiles_at, thresholds
from generain_core.errors import GeneRAINError
from generain_core.lists import locus
from generain_core.lists.coherence import coherence
from generain_core.lists.families import family_of
from generain_core.lists.gene_list import GeneList
from generain_core.lists.reasons import RANDOM_LISTS, CommonNeighbor, Kind, Reason, share, standing
from generain_core.progress import Progress, part, silent
from generain_core.text import significant
from generain_core.vectors.all_pairs import NEAREST, all_pairs, kept_pairs
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.calibration import PairNull, mutual_rank
from generain_core.vectors.matched_genes import draw, strata_of

__all__ = ["CommonNeighbor", "Explanation", "Kind", "Reason", "explain"]
TOP_PERCENTILE = 99.0
MOST_ATTRIBUTES = 5
MOST_OWN = 3
"""Attributes that are told of each neighbor in common."""
MOST_GENES = 2_000
"""Genes on a list that is explained; of more, hardly anything is common to half."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why genes are alike.

    Attributes:
        genes: the genes.
        cosine: of the pair, or the mean of all pairs of a list.
        mutual_rank: of the pair; NaN for lists.
        p_value: share of random pairs of like biotype and expression that are as alike; of a list, as `coherence` tells it;
            NaN of a list that was chosen by similarity.
        reasons: the trivial first; a single one of kind ``none`` where nothing is found.
        neighbors: those in common with their own attributes, the nearest first, where they are a reason; no more than 50. What
            they are high in describes them: genes that are near to the same ones are alike, so that no p goes with it.
    """

    genes: tuple[str, ...]
    cosine: float
    mutual_rank: float
    p_value: float
    reasons: tuple[Reason, ...] = field(default=())
    neighbors: tuple[CommonNeighbor, ...] = field(default=())

    @property
    def sentence(self) -> str:
        """Return all of it in one sentence."""
        names = " and ".join(self.genes) if len(self.genes) == 2 else f"The {len(self.genes):,} genes"
        p_value = f" (p {significant(self.p_value)})" if self.p_value == self.p_value else ""
        close = f"{names} have {'a' if len(self.genes) == 2 else 'a mean'} cosine of {self.cosine:.2f}{p_value}"
        return f"{close}: {'; '.join(reason.text for reason in self.reasons)}."


def explain(
    atlas: Atlas,
    predictions: Predictions | None,
    genes: Sequence[str],
    *,
    by_similarity: bool = False,
    seed: int = settings.SEED,
    progress: Progress = silent,
) -> Explanation:
    """Say why two genes, or those of a list, are alike.

    A shared attribute counts if both (of a list: half of its genes) are above the 99th percentile of all genes in it, a shared
    neighbor if it is among the 50 nearest. These, mean and spread of expression, and of a list the genes that lie side by side,
    are held against random pairs (lists) of genes of like biotype and expression, together at a level of 5 % (Holm). Place of a
    pair and family come from the gene table.

    Args:
        atlas: genes and vectors.
        predictions: predicted attributes; None where there are none.
        genes: two, or those of a list.
        by_similarity: whether the list was chosen by similarity: what its genes have in common is told, without p.
        seed: of the random pairs or lists.
        progress: told the share done.

    Raises:
        GeneRAINError: fewer than two different genes, or more than 2,000.
    """
    names = tuple(dict.fromkeys(genes))
    if len(names) < 2:
        raise GeneRAINError("Likeness is between genes; give two different ones, or a list.")
    if len(names) > MOST_GENES:
        raise GeneRAINError(
            f"Why {len(names):,} genes are alike has no answer that holds for them; give a list of up to {MOST_GENES:,}."
        )
    rows = np.array([atlas.space.row(gene) for gene in names])
    unit = atlas.space.unit(atlas.space.genes)
    random = draw(strata_of(atlas), rows, RANDOM_LISTS, np.random.default_rng(seed))
    question = _Question(atlas, names, rows, random, seed)
    tested = [_position(question), _expression(question)]
    near, common = _neighbors(question, unit, part(progress, 0.0, 0.5))
    tested.insert(1, near)
    if predictions is not None:
        tested.insert(1, _attributes(question, predictions, part(progress, 0.5, 0.4)))
    place, *others = tested
    reasons = standing([place, _family(names), *others], len(others) + (len(names) > 2))
    neighbors = tuple[CommonNeighbor, ...]()
    if near is not None and near in reasons:
        neighbors, shared = _with_attributes(question, unit, common, predictions)
        reasons[reasons.index(near)] = _told(near, shared)
    cosine, rank, p_value = _likeness(question)
    if by_similarity:
        p_value, reasons = float("nan"), [replace(reason, p_value=float("nan")) for reason in reasons]
    nothing = Reason(kind="none", text="nothing that random genes of like expression don't show as well")
    answer = tuple(reasons or [nothing])
    return Explanation(genes=names, cosine=cosine, mutual_rank=rank, p_value=p_value, reasons=answer, neighbors=neighbors)


@dataclass(frozen=True, eq=False)
class _Question:
    """Genes that are asked about, their rows, and those of random pairs or lists like them (number × genes)."""

    atlas: Atlas
    names: tuple[str, ...]
    rows: np.ndarray
    random: np.ndarray
    seed: int

    @property
    def most(self) -> float:
        """Return of how many genes something must be true."""
        return 2 if len(self.rows) == 2 else len(self.rows) / 2

    @property
    def whose(self) -> str:
        """Return these genes in words."""
        return "both" if len(self.rows) == 2 else "half or more of them"

    def held_against(self, count: Callable[[np.ndarray], int], random: np.ndarray | None = None) -> tuple[float, float]:
        """Return p and what is expected of something that is counted in pairs or lists (rows of genes).

        Args:
            count: what is counted in one.
            random: other random ones, where not every gene can be counted in.
        """
        null = np.array([count(each) for each in (self.random if random is None else random)], np.float64)
        return share(count(self.rows), null), float(null.mean())


def _likeness(question: _Question) -> tuple[float, float, float]:
    atlas, rows = question.atlas, question.rows
    if len(rows) == 2:
        cosine, forward, back = atlas.space.similarity(*question.names)
        rank = float(mutual_rank(np.array([forward]), np.array([back]))[0])
        return cosine, rank, PairNull.of(atlas).p_value(cosine, int(rows[0]), int(rows[1]))
    result = coherence(atlas, GeneList(name="list", genes=question.names, missing={}))
    return result.mean_cosine, float("nan"), float("nan") if result.p_value is None else result.p_value


def _position(question: _Question) -> Reason | None:
    places, names = question.atlas.described, question.names
    if len(names) == 2:
        return locus.of_pair(places, *names)
    genes = question.atlas.space.genes
    return locus.of_list(places, names, [[genes[row] for row in each] for each in question.random])


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


def _random_with_predictions(question: _Question, predictions: Predictions, in_store: np.ndarray) -> np.ndarray:
    """Return random pairs or lists of genes with predictions: those without share none, and would make chance too small."""
    drawn = draw(strata_of(predictions), in_store[question.rows], RANDOM_LISTS, np.random.default_rng(question.seed))
    of_vectors = np.full(len(predictions.store.genes), -1, np.intp)
    known = np.flatnonzero(in_store >= 0)
    of_vectors[in_store[known]] = known
    random: np.ndarray = of_vectors[drawn]
    return random[(random >= 0).all(axis=1)]


def _attributes(question: _Question, predictions: Predictions, progress: Progress) -> Reason | None:
    store, genes = predictions.store, question.atlas.space.genes
    limits = thresholds(store, TOP_PERCENTILE, progress)
    in_store = np.array([store.row(gene) if gene in store else -1 for gene in genes], np.intp)
    if (in_store[question.rows] < 0).any():
        return None

    def shared(each: np.ndarray) -> np.ndarray:
        rows = in_store[each]
        return np.flatnonzero((store.by_gene[np.sort(rows[rows >= 0])] > limits).sum(axis=0) >= question.most)

    common = shared(question.rows)
    random = None if (in_store >= 0).all() else _random_with_predictions(question, predictions, in_store)
    p_value, expected = question.held_against(lambda each: len(shared(each)), random)
    store.let_go()
    if not len(common):
        return None
    percentiles = percentiles_at(store, in_store[question.rows], common).mean(axis=0)
    order = common[np.argsort(-percentiles, kind="stable")][:100]
    leaders = list(dict.fromkeys(fold(store, order).tolist()))[:MOST_ATTRIBUTES]
    names = tuple(str(store.attributes[leader]) for leader in leaders)
    text = f"{question.whose} are in the top 1 % of all genes for {len(common):,} attribute{'s' * (len(common) > 1)} "
    text += f"({expected:.1f} expected), such as {', '.join(names[:3])}"
    return Reason(kind="attribute", text=text, attributes=names, observed=float(len(common)), expected=expected, p_value=p_value)


def _neighbors(question: _Question, unit: np.ndarray, progress: Progress) -> tuple[Reason | None, np.ndarray]:
    """Return the reason, and the rows of the neighbors in common, the nearest first."""
    near = _nearest(question, unit, progress)

    def shared(each: np.ndarray) -> np.ndarray:
        neighbors, counts = np.unique(near[each], return_counts=True)
        found: np.ndarray = neighbors[counts >= question.most]
        return found

    common = shared(question.rows)
    p_value, expected = question.held_against(lambda each: len(shared(each)))
    if not len(common):
        return None, common
    closeness = (unit[question.rows] @ unit[common].T).mean(axis=0)
    common = common[np.argsort(-closeness, kind="stable")]
    names = tuple(question.atlas.space.genes[row] for row in common[:10])
    words = f"{len(common)} genes are" if len(common) > 1 else "one gene is"
    which = f", such as {', '.join(names[:3])}" if len(common) > 1 else f": {names[0]}"
    text = f"{words} among the {near.shape[1]} nearest of {question.whose} ({expected:.1f} expected){which}"
    reason = Reason(kind="neighbors", text=text, genes=names, observed=float(len(common)), expected=expected, p_value=p_value)
    return reason, common


def _with_attributes(
    question: _Question, unit: np.ndarray, common: np.ndarray, predictions: Predictions | None
) -> tuple[tuple[CommonNeighbor, ...], tuple[str, ...]]:
    """Return neighbors in common with what each is high in, and what more than half of them are."""
    common = common[:NEAREST]
    genes = [question.atlas.space.genes[row] for row in common]
    cosines = (unit[question.rows] @ unit[common].T).mean(axis=0)
    if predictions is None:
        return tuple(CommonNeighbor(gene, float(cosine)) for gene, cosine in zip(genes, cosines, strict=True)), ()
    store, limits = predictions.store, thresholds(predictions.store, TOP_PERCENTILE)
    own = {gene: own_attributes(store, store.row(gene), limits, MOST_OWN) for gene in genes if gene in store}
    neighbors = [CommonNeighbor(gene, float(cosine), own.get(gene, ())) for gene, cosine in zip(genes, cosines, strict=True)]
    shared = common_attributes(store, np.array([store.row(gene) for gene in own], np.intp), limits, MOST_ATTRIBUTES)
    store.let_go()
    return tuple(neighbors), shared


def _told(near: Reason, shared: tuple[str, ...]) -> Reason:
    """Return the reason with what most of the neighbors in common are high in."""
    return replace(near, attributes=shared, text=f"{near.text}, most of them in the top 1 % for {shared[0]}") if shared else near


def _nearest(question: _Question, unit: np.ndarray, progress: Progress) -> np.ndarray:
    """Return the rows of each gene's nearest (genes × 50), of the genes that are asked about and those like them."""
    space = question.atlas.space
    wanted = np.unique(np.concatenate([question.rows, question.random.ravel()]))
    pairs = kept_pairs(space)
    if pairs is None and len(wanted) > len(space) / 4:
        pairs = all_pairs(space, progress)
    if pairs is not None:
        return np.asarray(pairs.near)
    k = min(NEAREST, len(unit) - 1)
    near = np.zeros((len(unit), k), np.intp)
    for start in range(0, len(wanted), 256):
        rows = wanted[start : start + 256]
        cosines = unit[rows] @ unit.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        near[rows] = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        progress(min(1.0, (start + 256) / len(wanted)), "the nearest genes")
    return near


def _expression(question: _Question) -> Reason | None:
    """Return whether mean and spread over the reference are closer to each other than those of random genes of the same tenth."""
    profile = question.atlas.described[["mean", "sd"]].to_numpy(np.float64)
    if not np.isfinite(profile[question.rows]).all():
        return None
    scaled = (profile - np.nanmean(profile, axis=0)) / np.nanstd(profile, axis=0)
    lists = (question.rows, *question.random)
    spread = [float(np.linalg.norm(scaled[each] - scaled[each].mean(axis=0), axis=1).mean()) for each in lists]
    null = np.nan_to_num(spread[1:], nan=np.inf)
    text = "their mean and spread over the reference samples are closer than those of random genes of like expression"
    p_value = share(-spread[0], -null)
    return Reason(kind="expression", text=text, observed=spread[0], expected=float(np.mean(null)), p_value=p_value)

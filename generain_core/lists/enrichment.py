"""Gene sets that are over-represented in a list, or lie at the top of a ranked one.

Over-representation is Fisher's one-sided exact test, the upper tail of the hypergeometric distribution, against an explicit
background. A ranking is tested by Wilcoxon's rank sum, one-sided, with the normal approximation, ties and continuity
corrected, or exactly where few genes are ranked. Both exchange genes and so take them for independent: genes of one set that
vary together make small p-values more frequent than they claim (`NULLS`); samples, where they are at hand, are asked by
`camera`. False discovery rates are Benjamini and Hochberg's, within
each library.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.lists.gene_list import Origin

FOLDED = 0.5
"""Sets whose overlapping genes agree by this share (Jaccard) are folded into the better one."""
FOLDED_BELOW = 0.05
EXACT_UP_TO = 2_000
"""Pairs of a gene inside and one outside up to which the rank sum is exact; above, p of a small set errs upward."""
NULLS = {
    "over-representation": (
        "hypergeometric: as many genes drawn at random from the background, one by one. Where the list came from an experiment, "
        "genes that vary together come together, and small p-values are then more frequent than they say: it describes the list"
    ),
    "ranks": (
        "genes exchanged over the ranking, one by one. Sets whose genes vary together lie high or low without any effect (p of "
        "0.05 or less in 35 % of simulated experiments in which nothing acts): it describes the ranking, and is no test of the "
        "experiment behind it"
    ),
    "camera": (
        "camera: the set's mean differs from that of other genes by no more than its genes' correlation in the samples allows"
    ),
}
"""What the p-value of each test is under, and what it is not: one sentence without a full stop."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Enrichment:
    """What the sets of some libraries have to do with a list.

    Attributes:
        table: one row a set, the smallest p first: set, library, size (members in the background), overlap, genes, ratio
            (overlap over what is expected), p_value, fdr, folded_into.
        background_size: genes that could have been on the list.
        list_size: genes of the list in the background.
        missing: names of the list that are not in the background or are no genes.
        test: ``over-representation``, ``ranks`` or ``camera``.
        origin: how the list came about; of one by similarity the sets say what its genes resemble, and no more.
    """

    table: pd.DataFrame
    background_size: int
    list_size: int
    missing: Mapping[str, str]
    test: str
    origin: Origin = Origin.USER

    @property
    def null(self) -> str:
        """Return under which null its p-values are, in words."""
        return NULLS[self.test]


def resolve_sets(
    libraries: Mapping[str, Mapping[str, Sequence[str]]], resolver: Resolver
) -> dict[str, dict[str, frozenset[str]]]:
    """Resolve the members of gene sets; names that lead to no gene are left out and never counted.

    Raises:
        GeneRAINError: no name of a library leads to a gene, as of a mouse's sets, or Entrez IDs where the release has none.
    """
    names = list(dict.fromkeys(name for sets in libraries.values() for members in sets.values() for name in members))
    gene_of = dict(zip(names, resolver.resolve_many(names)["gene"], strict=True))
    nothing = frozenset([None])
    resolved = {
        library: {title: frozenset(map(gene_of.__getitem__, members)) - nothing for title, members in sets.items()}
        for library, sets in libraries.items()
    }
    for library, sets in resolved.items():
        if sets and not any(sets.values()):
            first = next(iter(next(iter(libraries[library].values()))), "")
            raise GeneRAINError(
                f"No member of the {len(sets):,} sets of {library[:60]} is a gene of the model (the first is {first[:40]!r}); "
                "give sets of human genes, by symbol or Ensembl ID, or by Entrez ID where the release has HGNC’s complete set."
            )
    return resolved


def over_representation(
    genes: Iterable[str],
    libraries: Mapping[str, Mapping[str, frozenset[str]]],
    background: Iterable[str],
    missing: Mapping[str, str] | None = None,
) -> Enrichment:
    """Test each set for more genes of a list than chance puts there; sets without any are returned as well.

    Args:
        genes: the list; genes outside the background are not counted, and said to be missing.
        libraries: library → set → members, resolved.
        background: the genes that could have been on the list.
        missing: names of the list that led to no gene.

    Raises:
        GeneRAINError: no gene of the list is in the background.
    """
    known = set(background)
    listed = dict.fromkeys(genes)
    inside = [gene for gene in listed if gene in known]
    outside = {gene: "it is not in the background" for gene in listed if gene not in known}
    if not inside:
        raise GeneRAINError(
            f"None of the {len(listed):,} genes of the list is in the background of {len(known):,}; give another one."
        )
    chosen = set(inside)
    place = {gene: i for i, gene in enumerate(inside)}
    all_known = known.issuperset(frozenset().union(*(members for sets in libraries.values() for members in sets.values())))
    rows = [
        (title, library, len(members) if all_known else len(members & known), sorted(members & chosen, key=place.__getitem__))
        for library, sets in libraries.items()
        for title, members in sets.items()
    ]
    sizes = np.array([size for _, _, size, _ in rows], np.int64)
    overlaps = np.array([len(overlap) for _, _, _, overlap in rows], np.int64)
    p_values = _tails(overlaps, sizes, len(known), len(chosen))
    expected = sizes * len(chosen) / len(known)
    table = table_of(rows, overlaps, p_values, overlaps / np.maximum(expected, 1e-300))
    return Enrichment(
        table=table,
        background_size=len(known),
        list_size=len(chosen),
        missing={**(missing or {}), **outside},
        test="over-representation",
    )


def _tails(overlaps: np.ndarray, sizes: np.ndarray, total: int, drawn: int) -> np.ndarray:
    """Return the probability of each overlap or a larger one; equal ones are computed once."""
    from scipy.stats import hypergeom

    p_values = np.ones(len(overlaps))
    some = np.flatnonzero(overlaps > 0)
    pairs, which = np.unique(np.stack([overlaps[some], sizes[some]]), axis=1, return_inverse=True)
    p_values[some] = hypergeom.sf(pairs[0] - 1, total, pairs[1], drawn)[which.ravel()] if len(some) else 1.0
    return p_values


def rank_enrichment(
    scores: Mapping[str, float], libraries: Mapping[str, Mapping[str, frozenset[str]]], missing: Mapping[str, str] | None = None
) -> Enrichment:
    """Test each set for lying above the rest of a ranked list; the genes ranked are the background.

    `overlap` counts the set's genes that are ranked, `genes` names those above the median of all, the highest first, and
    `ratio` is the probability that a gene of the set lies above one outside it, over one half.

    Raises:
        GeneRAINError: fewer than two genes are ranked.
    """
    if len(scores) < 2:
        raise GeneRAINError(f"The ranked list has {len(scores)} genes; give two or more.")
    from scipy.stats import rankdata

    genes = list(scores)
    values = np.array([scores[gene] for gene in genes], np.float64)
    ranks = rankdata(values)
    row_of = {gene: i for i, gene in enumerate(genes)}
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    ties = float((counts**3 - counts).sum())
    middle = float(np.median(values))
    rows, overlaps, p_values, ratios = [], [], [], []
    for library, sets in libraries.items():
        for title, members in sets.items():
            inside = np.array(sorted(row_of[gene] for gene in members if gene in row_of), np.intp)
            top = [genes[i] for i in inside[np.argsort(-values[inside], kind="stable")] if values[i] > middle]
            rows.append((title, library, len(inside), top))
            overlaps.append(len(inside))
            p_value, above = _rank_sum(ranks, inside, ties, values)
            p_values.append(p_value)
            ratios.append(2 * above)
    table = table_of(rows, np.array(overlaps, np.int64), np.array(p_values), np.array(ratios))
    return Enrichment(table=table, background_size=len(genes), list_size=len(genes), missing=dict(missing or {}), test="ranks")


def _rank_sum(ranks: np.ndarray, inside: np.ndarray, ties: float, values: np.ndarray) -> tuple[float, float]:
    """Return the one-sided p-value of a rank sum, and the share of pairs in which the gene inside is the higher."""
    from scipy.stats import mannwhitneyu, norm

    total, size = len(ranks), len(inside)
    rest = total - size
    if size == 0 or rest == 0:
        return 1.0, 0.5
    statistic = float(ranks[inside].sum()) - size * (size + 1) / 2
    above = statistic / (size * rest)
    if size * rest <= EXACT_UP_TO and ties == 0:
        mask = np.zeros(total, bool)
        mask[inside] = True
        return float(mannwhitneyu(values[mask], values[~mask], alternative="greater", method="exact").pvalue), above
    variance = size * rest / 12 * ((total + 1) - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0, above
    return float(norm.sf((statistic - size * rest / 2 - 0.5) / np.sqrt(variance))), above


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Return false discovery rates of p-values, in their order (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    rates: np.ndarray = false_discovery_control(p_values, method="bh") if len(p_values) else np.empty(0)
    return rates


def table_of(
    rows: Sequence[tuple[str, str, int, list[str]]], overlaps: np.ndarray, p_values: np.ndarray, ratios: np.ndarray
) -> pd.DataFrame:
    """Return the table of an `Enrichment` from rows of set, library, size and genes, with rates within each library."""
    table = pd.DataFrame(
        {
            "set": [row[0] for row in rows],
            "library": [row[1] for row in rows],
            "size": np.array([row[2] for row in rows], np.int64),
            "overlap": overlaps,
            "genes": [row[3] for row in rows],
            "ratio": ratios,
            "p_value": p_values,
        }
    )
    table["fdr"] = 1.0
    for places in table[table["size"] > 0].groupby("library", sort=False).groups.values():
        table.loc[places, "fdr"] = benjamini_hochberg(table.loc[places, "p_value"].to_numpy())
    table = table.sort_values(["p_value", "overlap"], ascending=[True, False], kind="stable", ignore_index=True)
    return table.assign(folded_into=_folded(table))


def _folded(table: pd.DataFrame) -> list[str]:
    """Return for each set the better one whose overlapping genes are mostly the same, or ''."""
    leaders: list[tuple[str, set[str]]] = []
    folded = []
    for title, genes, p_value in zip(table["set"], table["genes"], table["p_value"], strict=True):
        own = set(genes)
        leader = ""
        if p_value <= FOLDED_BELOW and own:
            leader = next((name for name, other in leaders if len(own & other) >= FOLDED * len(own | other)), "")
            if not leader:
                leaders.append((title, own))
        folded.append(leader)
    return folded

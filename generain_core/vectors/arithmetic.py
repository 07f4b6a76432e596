"""Sums and differences of genes and lists, and whether they find more than random ones would."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.matched_genes import Strata, draw, strata_of
from generain_core.vectors.shaped_lists import elsewhere
from generain_core.vectors.space import ANALOGY_FORMULAS

DRAWS = 999
POOL = 20
"""So many times as many random terms are drawn; those whose sum is nearest in length to the one asked about are kept."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Arithmetic:
    """What a sum of genes finds.

    Attributes:
        table: gene, ensembl_gene, biotype, cosine, rank; the nearest to the sum first, the genes of its terms left out.
        p_value: (1 + random sums whose best gene is as near or nearer) / (1 + random sums).
        draws: how many random sums.
        null_mean: mean cosine of their best genes.
        matched_on: what each random gene has in common with the one in whose place it stands; the sum's length too.
        formula: ``unit`` or ``raw``.
    """

    table: pd.DataFrame
    p_value: float
    draws: int
    null_mean: float
    matched_on: tuple[str, ...]
    formula: str


def arithmetic(
    atlas: Atlas,
    plus: Sequence[Sequence[str]],
    minus: Sequence[Sequence[str]],
    k: int = 10,
    formula: str = "unit",
    draws: int = DRAWS,
    seed: int = 0,
) -> Arithmetic:
    """Find the genes nearest to a sum of terms less others; a term is a gene, or a list by the mean of its vectors.

    An answer there always is, and genes that are alike give a good one whatever is asked. So the best answer is held against
    those of random sums: every gene exchanged for one of its biotype and expression, every list, whose genes are alike whatever
    the others are, for one of its shape elsewhere (`shaped_lists`); and of many such sums those whose length, which tells how
    alike the terms are, is nearest. b − a + c with one gene a term is the analogy a : b = c : ?.

    Args:
        atlas: genes and vectors.
        plus: terms that are added, as genes of the atlas.
        minus: terms that are taken away.
        k: how many genes.
        formula: ``unit``, vectors at length 1; ``raw``, as they are.
        draws: random sums, 999 or more.
        seed: of the random genes.

    Raises:
        GeneRAINError: no term, an empty one, an unknown formula, k below 1, too few draws, or a sum that is no direction.
    """
    if formula not in ANALOGY_FORMULAS:
        raise GeneRAINError(f"There is no formula “{formula[:40]}”; choose {' or '.join(ANALOGY_FORMULAS)}.")
    if k < 1 or draws < DRAWS:
        raise GeneRAINError(f"{k} genes and {draws} random sums were asked for; ask for 1 or more and {DRAWS} or more.")
    terms = [(1.0, each) for each in plus] + [(-1.0, each) for each in minus]
    if not plus or not all(each for _, each in terms):
        raise GeneRAINError("A sum needs at least one gene to add, and no empty list; give genes for each.")
    vectors = atlas.space.unit(atlas.space.genes)
    unit = vectors.astype(np.float32)
    if formula == "raw":
        vectors = atlas.space.vectors.astype(np.float64)
    parts = [np.array([atlas.space.row(gene) for gene in dict.fromkeys(each)]) for _, each in terms]
    signs, rows = np.array([sign for sign, _ in terms]), np.concatenate(parts)
    weights = np.concatenate([np.full(len(each), sign / len(each)) for sign, each in zip(signs, parts, strict=True)])
    target = weights @ vectors[rows]
    length = float(np.linalg.norm(target))
    if length < 1e-6 * float(np.linalg.norm(vectors[rows], axis=1).max()):
        raise GeneRAINError("These terms cancel each other; choose other genes.")
    found, cosines = _best(vectors, unit, target, rows, k)
    table = pd.DataFrame({"gene": [atlas.space.genes[row] for row in found], "cosine": cosines, "rank": range(1, len(found) + 1)})
    strata = strata_of(atlas)
    sums, drawn = _random_sums(atlas, vectors, strata, signs, parts, draws, np.random.default_rng(seed))
    lengths = np.linalg.norm(sums, axis=1)
    kept = np.sort(np.argsort(np.abs(lengths - length), kind="stable")[:draws])
    null = _tops(unit, sums[kept] / np.maximum(lengths[kept, None], 1e-30), drawn[kept])
    best = float(cosines[0]) if len(cosines) else -1.0
    return Arithmetic(
        table=atlas.named(table),
        p_value=(1 + int((null >= best - 1e-6).sum())) / (1 + draws),
        draws=draws,
        null_mean=float(null.mean()),
        matched_on=(*strata.matched_on, *(["likeness within lists"] if len(rows) > len(parts) else []), "length of the sum"),
        formula=formula,
    )


def _random_sums(
    atlas: Atlas,
    vectors: np.ndarray,
    strata: Strata,
    signs: np.ndarray,
    parts: Sequence[np.ndarray],
    draws: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return sums of random terms (sums × dimensions), and the rows of the genes of each (sums × genes).

    There are `POOL` times as many as are asked for, each of other genes and of another choice of as many random lists; of one
    list alone there are just these.
    """
    number = draws if len(parts) == 1 and len(parts[0]) > 1 else POOL * draws
    unit = atlas.space.unit(atlas.space.genes)
    alone = [each[0] for each in parts if len(each) == 1]
    singles = iter(draw(strata, alone, number, rng).T if alone else ())
    sums, drawn = np.zeros((number, vectors.shape[1])), []
    for sign, rows in zip(signs, parts, strict=True):
        if len(rows) == 1:
            genes = next(singles)[:, None]
            sums += sign * vectors[genes[:, 0]]
        else:
            lists = elsewhere(unit, strata, rows, draws, rng)
            places = np.arange(number) if number == draws else rng.integers(draws, size=number)
            genes = lists[places]
            sums += sign * np.stack([vectors[each].mean(axis=0) for each in lists])[places]
        drawn.append(genes)
    return sums, np.concatenate(drawn, axis=1)


def _best(
    vectors: np.ndarray, unit: np.ndarray, target: np.ndarray, without: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the k rows nearest to a vector and their cosines, in double precision."""
    norms = np.linalg.norm(vectors, axis=1)
    cosines = vectors @ (target / np.linalg.norm(target)) / norms
    cosines[without] = -2.0
    order = np.argsort(-cosines, kind="stable")[: min(k, len(unit) - len(set(without.tolist())))]
    return order, cosines[order]


def _tops(unit: np.ndarray, directions: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return for each direction the cosine of the nearest gene that is not among its own."""
    best = np.empty(len(directions))
    block = max(1, (64 << 20) // (4 * len(unit)))
    for start in range(0, len(directions), block):
        part = slice(start, start + block)
        cosines = directions[part].astype(np.float32) @ unit.T
        np.put_along_axis(cosines, without[part], np.float32(-2), axis=1)
        best[part] = cosines.max(axis=1)
    return best

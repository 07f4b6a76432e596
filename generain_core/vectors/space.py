"""The space of gene vectors: cosine similarity, exact neighbors and ranks, analogies.

Products are taken in float32 over all genes at once, then whatever float32 can't tell apart is computed again in
float64, so that values, ranks and order equal those of a float64 computation throughout. Genes of equal similarity
keep the order of the release.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from generain_core.errors import GeneError

if TYPE_CHECKING:
    import pandas as pd

ANALOGY_FORMULAS = ("unit", "raw")
_NEVER = np.float32(-np.inf)


@dataclass(frozen=True, eq=False)
class Found:
    """The genes that a query found, the nearest first: their rows, cosines (float64), and ranks among all genes (from 1)."""

    rows: np.ndarray
    cosines: np.ndarray
    ranks: np.ndarray


@dataclass(frozen=True, eq=False)
class GeneSpace:
    """Gene vectors: names, vectors (genes × dimensions, float32), their Euclidean lengths (float64) and a fingerprint."""

    name: str
    genes: tuple[str, ...]
    vectors: np.ndarray
    norms: np.ndarray
    fingerprint: str
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def _row(self) -> dict[str, int]:
        return {gene: i for i, gene in enumerate(self.genes)}

    @cached_property
    def _inverse_norms(self) -> np.ndarray:
        return (1 / self.norms).astype(np.float32)

    @cached_property
    def _matrix(self) -> np.ndarray:
        return np.asarray(self.vectors)  # the same memory, without the ways of a memory map, which cost time at each slice

    @property
    def margin(self) -> float:
        """Return twice the largest error of a cosine in float32 (dot product of d terms: d + 4 roundings at worst)."""
        return float(2 * (self.vectors.shape[1] + 4) * 2.0**-24)

    def __contains__(self, gene: object) -> bool:
        return gene in self._row

    def __len__(self) -> int:
        return len(self.genes)

    def row(self, gene: str) -> int:
        """Return the row of a gene.

        Raises:
            GeneError: the gene has no vector.
        """
        try:
            return self._row[gene]
        except KeyError:
            raise GeneError(
                f"“{gene[:40]}” has no vector in {self.name}; give one of its {len(self):,} genes, or use other vectors."
            ) from None

    def subset(self, keep: Sequence[bool]) -> "GeneSpace":
        """Return the space of the genes marked true."""
        mask = np.asarray(keep, bool)
        genes = tuple(g for g, k in zip(self.genes, mask, strict=True) if k)
        digest = hashlib.sha256("\n".join((self.fingerprint, *genes)).encode()).hexdigest()
        return GeneSpace(self.name, genes, self.vectors[mask], self.norms[mask], digest, self.notes)

    def cosines(self, gene: str) -> np.ndarray:
        """Return the cosine similarity of a gene to every gene, in their order (float32; itself included)."""
        # Not by BLAS, whose last bits may change with the number of threads: figures drawn of this should stay the same bytes.
        cosines: np.ndarray = np.einsum("ij,j->i", self.vectors, self._unit(self.row(gene)).astype(np.float32))
        cosines *= self._inverse_norms
        return cosines

    def query(self, gene: str, k: int = 20, among: np.ndarray | None = None) -> Found:
        """Return the k most similar genes as arrays; `neighbors` gives the same as a table.

        Args:
            gene: a name of this space.
            k: how many; fewer come where fewer are there.
            among: bool per gene, to find only these. Ranks stay ranks among all.

        Raises:
            GeneError: the gene has no vector, or k is below 1.
        """
        if k < 1:
            raise GeneError(f"{k} neighbors were asked for; ask for 1 or more.")
        row = self.row(gene)
        unit = self._unit(row)
        rows, exact, approximate = self._top(unit, k, [row], among)
        if among is None:
            return Found(rows, exact, np.arange(1, len(rows) + 1))
        ranks = [self._rank(approximate, unit, row, int(found)) for found in rows]
        return Found(rows, exact, np.array(ranks, np.int64))

    def neighbors(self, gene: str, k: int = 20, among: np.ndarray | None = None, *, reciprocal: bool = True) -> "pd.DataFrame":
        """Return the k most similar genes, the nearest first.

        Columns: ``gene``, ``cosine``, ``rank`` (1 is the nearest; always among all genes, the gene itself not counted),
        ``percentile`` (share of the other genes that are less similar, in per cent) and ``reciprocal_rank`` (the rank of
        `gene` seen from the neighbor; left out with ``reciprocal=False``).

        Args:
            gene: a name of this space.
            k: how many; fewer come where fewer are there.
            among: bool per gene, to show only these. Ranks stay ranks among all.
            reciprocal: whether to rank back, which costs a product of all genes with the k found.

        Raises:
            GeneError: the gene has no vector, or k is below 1.
        """
        found = self.query(gene, k, among)
        import pandas as pd

        table = pd.DataFrame(
            {
                "gene": [self.genes[i] for i in found.rows],
                "cosine": found.cosines,
                "rank": found.ranks,
                "percentile": 100 * (len(self) - 1 - found.ranks) / max(len(self) - 2, 1),
            }
        )
        return table.assign(reciprocal_rank=self._ranks_back(found.rows, self.row(gene))) if reciprocal else table

    def similarity(self, a: str, b: str) -> tuple[float, int, int]:
        """Return the cosine of two genes, the rank of b seen from a, and the rank of a seen from b (1 is the nearest).

        Ranks are among all genes, the gene itself not counted. A gene and itself: cosine 1, ranks 0.
        """
        i, j = self.row(a), self.row(b)
        if i == j:
            return 1.0, 0, 0
        cosine = float(self._exact(self._unit(i), np.array([j]))[0])
        return cosine, int(self._ranks_back(np.array([i]), j)[0]), int(self._ranks_back(np.array([j]), i)[0])

    def analogy(self, a: str, b: str, c: str, k: int = 10, formula: str = "unit") -> "pd.DataFrame":
        """Return the k genes most similar to b − a + c, inputs left out: a is to b as c is to them.

        Columns ``gene``, ``cosine``, ``rank``. Source: Mikolov et al. 2013, doi 10.48550/arXiv.1301.3781 (3CosAdd).

        Args:
            a, b, c: genes of this space.
            k: how many.
            formula: ``unit``, each vector at length 1 before they are added, as in 3CosAdd; or ``raw``, vectors as they are, as
                GeneRAIN's authors compute it: genes with long vectors weigh more then.

        Raises:
            GeneError: a gene has no vector, b − a + c is zero, k is below 1, or there is no such formula.
        """
        if formula not in ANALOGY_FORMULAS:
            raise GeneError(f"There is no formula “{formula[:40]}” of an analogy; choose {' or '.join(ANALOGY_FORMULAS)}.")
        if k < 1:
            raise GeneError(f"{k} genes were asked for; ask for 1 or more.")
        i, j, m = self.row(a), self.row(b), self.row(c)
        first, second, third = (self._unit(r) if formula == "unit" else self.vectors[r].astype(np.float64) for r in (i, j, m))
        target = second - first + third
        length = np.linalg.norm(target)
        if length < 1e-6 * (1.0 if formula == "unit" else float(self.norms[[i, j, m]].max())):
            raise GeneError(f"{b} − {a} + {c} is no direction at all; choose other genes.")
        rows, exact, _ = self._top(target / length, k, [i, j, m], None)
        import pandas as pd

        return pd.DataFrame({"gene": [self.genes[r] for r in rows], "cosine": exact, "rank": np.arange(1, len(rows) + 1)})

    def unit(self, genes: Sequence[str]) -> np.ndarray:
        """Return the vectors of genes at length 1 (genes × dimensions, float64)."""
        return self.unit_rows([self.row(g) for g in genes])

    def unit_rows(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the vectors of rows at length 1 (rows × dimensions, float64)."""
        result: np.ndarray = self._matrix[rows].astype(np.float64) / self.norms[rows, None]
        return result

    def _unit(self, row: int) -> np.ndarray:
        unit: np.ndarray = self._matrix[row].astype(np.float64) / self.norms[row]
        return unit

    def _approximate(self, unit: np.ndarray) -> np.ndarray:
        cosines: np.ndarray = self._matrix @ unit.astype(np.float32)
        cosines *= self._inverse_norms
        return cosines

    def _exact(self, unit: np.ndarray, rows: np.ndarray) -> np.ndarray:
        products: np.ndarray = np.einsum("ij,j->i", self._matrix[rows].astype(np.float64), unit)
        exact: np.ndarray = np.clip(products / self.norms[rows], -1, 1)
        return exact

    def _top(
        self, unit: np.ndarray, k: int, without: list[int], among: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        approximate = self._approximate(unit)
        allowed = approximate.copy() if among is None else np.where(among, approximate, _NEVER)
        allowed[without] = _NEVER
        there = len(allowed) - len(set(without)) if among is None else int(np.count_nonzero(allowed > _NEVER))
        k = min(k, there)
        if k == 0:
            return np.empty(0, np.intp), np.empty(0), approximate
        level = np.partition(allowed, len(allowed) - k)[len(allowed) - k]
        candidates = np.flatnonzero(allowed >= level - self.margin)
        exact = self._exact(unit, candidates)
        order = np.argsort(-exact, kind="stable")[:k]
        return candidates[order], exact[order], approximate

    def _rank(self, approximate: np.ndarray, unit: np.ndarray, seen_from: int, row: int) -> int:
        """Return the rank of a row by its similarity to `unit`: one more than the genes that come before it."""
        level = np.flatnonzero(np.abs(approximate - approximate[row]) <= self.margin)
        exact = self._exact(unit, level)
        own = exact[level == row][0]
        before = ((exact > own) | ((exact == own) & (level < row))) & (level != seen_from)
        above = approximate > approximate[row] + self.margin
        return 1 + int(np.count_nonzero(above)) - int(above[seen_from]) + int(np.count_nonzero(before))

    def _ranks_back(self, rows: np.ndarray, query: int) -> np.ndarray:
        """Return the rank of `query` seen from each of these rows."""
        ranks = []
        block = max(1, (64 << 20) // (4 * len(self)))
        for start in range(0, len(rows), block):
            part = rows[start : start + block]
            units = self._matrix[part].astype(np.float64) / self.norms[part, None]
            products = units.astype(np.float32) @ self._matrix.T
            products *= self._inverse_norms
            ranks += [self._rank(products[n], units[n], int(row), query) for n, row in enumerate(part)]
        return np.array(ranks, np.int64)

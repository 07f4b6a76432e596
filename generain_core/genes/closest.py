"""The gene names closest to a misspelled one."""

from collections.abc import Sequence

import numpy as np

from generain_core.genes.spelling.cleaning import letters

_SHORTLIST = 250


class ClosestNames:
    """An index of names by their letters, pairs and longer runs of letters."""

    def __init__(self, names: Sequence[str], run: int = 2) -> None:
        """Index `names`; `run` is the longest run of letters to compare, longer for names that are alike (IDs)."""
        self._names = list(names)
        self._plain = [letters(name) for name in self._names]
        self._run = run
        grams = [self._grams(plain) for plain in self._plain]
        holders: dict[str, list[int]] = {}
        for i, of_name in enumerate(grams):
            for gram in of_name:
                holders.setdefault(gram, []).append(i)
        self._holders = {gram: np.array(rows, dtype=np.int64) for gram, rows in holders.items()}
        self._sizes = np.array([len(g) for g in grams], dtype=np.float64)

    def find(self, name: str, n: int = 3) -> list[str]:
        """Return up to `n` names, closest first: fewest edits (Damerau-Levenshtein), then most letter pairs in common.

        Names that differ in more than half of their letters are not returned.
        """
        plain = letters(name)[:64]
        grams = self._grams(plain)
        rows = [self._holders[gram] for gram in grams if gram in self._holders]
        if not plain or not rows or n < 1:
            return []
        common = np.bincount(np.concatenate(rows), minlength=len(self._names))
        dice = 2 * common / (len(grams) + self._sizes)
        shortlist = np.argsort(-dice, kind="stable")[:_SHORTLIST].tolist()
        scored = sorted((edits(plain, self._plain[i]), -float(dice[i]), self._names[i]) for i in shortlist)
        return [found for distance, _, found in scored if distance <= max(1.0, len(plain) / 2)][:n]

    def _grams(self, plain: str) -> set[str]:
        framed = f"^{plain}$"
        return set(plain) | {framed[i : i + k] for k in range(2, self._run + 1) for i in range(len(framed) - k + 1)}


def edits(a: str, b: str) -> float:
    """Return how many letters to insert, delete, replace or swap with their neighbor (0.75) to make `b` of `a`.

    Optimal string alignment distance (restricted Damerau-Levenshtein).
    """
    before: list[float] = []
    last = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        row = [float(i)]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 0.75 * (x != y))
            row.append(cost)
        before, last = last, row
    return last[-1]

"""The closest names against a search through all, with edits counted by their definition."""

import random
from functools import cache

import pytest

from generain_core.genes.closest import ClosestNames, edits
from generain_core.genes.not_modeled import left_out_reason


def by_definition(a: str, b: str) -> float:
    """Count edits by recursion over the ends of both words."""

    @cache
    def cost(i: int, j: int) -> float:
        if not i or not j:
            return float(i + j)
        ways = [cost(i - 1, j) + 1, cost(i, j - 1) + 1, cost(i - 1, j - 1) + (a[i - 1] != b[j - 1])]
        if i >= 2 and j >= 2 and (a[i - 1], a[i - 2]) == (b[j - 2], b[j - 1]) and a[i - 1] != a[i - 2]:
            ways.append(cost(i - 2, j - 2) + 0.75)
        return min(ways)

    return cost(len(a), len(b))


def grams(word: str, run: int) -> set[str]:
    framed = f"^{word}$"
    return set(word) | {framed[i : i + k] for k in range(2, run + 1) for i in range(len(framed)) if i + k <= len(framed)}


def test_edits_are_those_of_the_definition() -> None:
    rng = random.Random(1)
    words = ["".join(rng.choices("AB1", k=rng.randint(0, 6))) for _ in range(400)]
    for a, b in zip(words[::2], words[1::2], strict=True):
        assert edits(a, b) == by_definition(a, b), (a, b)
    assert edits("BA", "AB") == 0.75
    assert edits("XBA", "AB") == by_definition("XBA", "AB") == 1.75


@pytest.mark.parametrize("run", [2, 3])
def test_the_closest_are_those_of_a_search_through_all(run) -> None:
    rng = random.Random(run)
    names = sorted({"".join(rng.choices("ABCD12", k=rng.randint(2, 9))) for _ in range(240)})
    index = ClosestNames(names, run)
    for _ in range(60):
        asked = "".join(rng.choices("ABCD12", k=rng.randint(2, 9)))
        scored = []
        for name in names:
            one, other = grams(asked, run), grams(name, run)
            if one & other:
                scored.append((by_definition(asked, name), -2 * len(one & other) / (len(one) + len(other)), name))
        expected = [name for distance, _, name in sorted(scored) if distance <= max(1, len(asked) / 2)]
        assert index.find(asked, 5) == expected[:5]
        assert index.find(asked) == expected[:3]


@pytest.mark.parametrize(
    ("mean", "written"),
    [(0.05, "0.05"), (0.0996, "0.0996"), (0.09996, "0.09996"), (0.0999996, "0.0999996"), (0.1, "0.1"), (-0.3, "-0.3")],
)
def test_a_mean_below_the_cut_off_is_written_below_it(mean, written) -> None:
    said = left_out_reason("lncRNA", mean, has_token=True, has_row=True)
    assert said == f"its mean expression in ARCHS4, {written}, is not above the cut-off of 0.1"

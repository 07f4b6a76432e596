"""Genes that lie side by side, against a loop over all pairs."""

import numpy as np
import pandas as pd
import pytest

from generain_core.lists import locus
from generain_core.lists.locus import NEARBY


def places(**genes: tuple[str, int, int, str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(genes, orient="index", columns=["chromosome", "start", "end", "strand"])


@pytest.mark.parametrize(
    ("first", "other", "words"),
    [
        (("1", 1_000, 2_000, "-"), ("1", 5_000, 9_000, "+"), "3.0 kb apart"),
        (("1", 1_000, 2_000, "-1"), ("1", 5_000, 9_000, "1"), "3.0 kb apart"),
        (("1", 1_000, 2_000, "+"), ("1", 2_400, 9_000, "+"), "0.4 kb apart"),
        (("1", 1_000, 2_000, "1"), ("1", 100, 900, "-1"), "may share a promoter"),
        (("1", 1_000, 2_000, "+"), ("1", 2_100, 2_900, "-"), "0.1 kb apart"),
        (("1", 1_000, 2_000, "+"), ("1", 1_500, 9_000, "-"), "overlap on opposite strands"),
        (("1", 1_000, 2_000, "+"), ("1", 1_500, 9_000, "+"), "overlap on chromosome"),
        (("1", 1_000, 2_000, "+"), ("1", 200_000, 300_000, "+"), None),
        (("1", 1_000, 2_000, "+"), ("2", 1_500, 9_000, "+"), None),
        (("1", 1_000, 2_000, "+"), ("", 1_500, 9_000, "+"), None),
    ],
)
def test_places_of_a_pair_by_hand(first, other, words) -> None:
    # The fifth converge: their starts are 1.9 kb apart.
    reason = locus.of_pair(places(A=first, B=other), "A", "B")
    assert (reason is None) if words is None else (words in reason.text)


def brute(frame: pd.DataFrame, names: list[str]) -> int:
    where = {
        gene: (row.chromosome, int(row.start), int(row.end)) for gene, row in zip(frame.index, frame.itertuples(), strict=True)
    }
    beside = set()
    for one in names:
        for other in names:
            (a, start, end), (b, other_start, other_end) = where[one], where[other]
            if one != other and a and a == b and max(start, other_start) - min(end, other_end) <= NEARBY:
                beside |= {one, other}
    return len(beside)


def test_genes_of_a_list_beside_another_equal_a_loop() -> None:
    rng = np.random.default_rng(0)
    start = rng.integers(0, 20_000_000, 150)
    frame = pd.DataFrame(
        {
            "chromosome": rng.choice(["1", "2", "X", ""], 150),
            "start": pd.array(start, "Int64"),
            "end": pd.array(start + rng.choice([1_000, 50_000, 2_000_000], 150, p=[0.6, 0.35, 0.05]), "Int64"),
            "strand": rng.choice(["+", "-"], 150),
        },
        index=[f"G{i}" for i in range(150)],
    )
    lists = [[f"G{i}" for i in rng.permutation(150)[:40]] for _ in range(30)]
    counts, found = [brute(frame, names) for names in lists], 0
    for number, (names, wanted) in enumerate(zip(lists, counts, strict=True)):
        reason = locus.of_list(frame, names, lists)
        assert (reason.observed if reason is not None else 0) == wanted, number
        if reason is not None:
            found += 1
            assert reason.p_value == (1 + sum(count >= wanted for count in counts)) / (1 + len(lists))
            assert brute(frame, list(reason.genes)) == 2
    assert found > 10


def test_a_list_without_neighbors_has_no_place() -> None:
    frame = places(A=("1", 1, 2, "+"), B=("1", 900_000, 900_001, "+"), C=("2", 1, 2, "+"))
    assert locus.of_list(frame, ["A", "B", "C"], [["A", "B", "C"]]) is None
    assert locus.of_list(frame.assign(start=pd.NA), ["A", "B", "C"], [["A", "B", "C"]]) is None

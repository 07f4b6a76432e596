"""What is said of real gene sets, of neighbors on the chromosome, and of random genes: coherence, recovery, reasons.

    python -m tests.benchmarks.bench_gene_sets RELEASE GMT... -o FOLDER [--only coherence recovery why]

Each answer is a line of FOLDER/coherence.csv, recovery.csv or why.csv; a run that was stopped goes on where it was. The first
GMT file is the one whose sets are held out and explained (Hallmark); all are drawn from for coherence. Of a stand-in these
figures say that the computation is right, not how good GeneRAIN is: part of its vectors was made of these very gene sets.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core.attributes.gmt import read_gmt
from generain_core.generain import GeneRAIN
from generain_core.generain import open as open_generain
from generain_core.lists.coherence import coherence
from generain_core.lists.expansion import METHODS, expand
from generain_core.lists.explanation import explain
from generain_core.lists.gene_list import GeneList

SETS, PAIRS = 200, 100
SIZES = (5, 10, 20, 50, 0)
"""Members that are given of a set; 0 for all but a fifth."""
NEARBY = 100_000
Sets = dict[str, tuple[str, ...]]
Row = dict[str, object]


def sets_of(generain: GeneRAIN, path: Path) -> Sets:
    """Return the sets of a file, their genes as the vectors have them."""
    space = generain.atlas().space
    libraries = read_gmt(path.read_bytes(), path.name)
    names = list(dict.fromkeys(name for members in libraries.values() for name in members))
    gene_of = dict(zip(names, generain.resolver.resolve_many(names)["gene"], strict=True))
    return {
        title: tuple(dict.fromkeys(gene_of[name] for name in members if gene_of[name] in space))
        for title, members in libraries.items()
    }


def as_list(genes: Iterable[str], name: str = "list") -> GeneList:
    """Return genes as a list of a user."""
    return GeneList(name=name, genes=tuple(genes), missing={})


def coherences(generain: GeneRAIN, libraries: dict[str, Sets]) -> Iterator[tuple[str, Callable[[], list[Row]]]]:
    """Yield questions on real sets, and on as many random lists of the same sizes."""
    rng = np.random.default_rng(0)
    genes = generain.atlas().space.genes
    titles = [(name, title) for name, sets in libraries.items() for title, members in sets.items() if 5 <= len(members) <= 500]
    for i in np.sort(rng.permutation(len(titles))[:SETS]):
        name, title = titles[i]
        members = libraries[name][title]
        random = tuple(genes[row] for row in rng.permutation(len(genes))[: len(members)])
        for kind, listed in (("real", members), ("random", random)):
            yield f"{kind} {name} {title}", lambda kind=kind, listed=listed, i=i: [_coherence(generain, kind, listed, int(i))]


def _coherence(generain: GeneRAIN, kind: str, genes: tuple[str, ...], seed: int) -> Row:
    result = coherence(generain.atlas(), as_list(genes), seed=seed)
    return {"kind": kind, "genes": len(genes), "mean": result.mean_cosine, "effect": result.effect, "p": result.p_value}


def recoveries(generain: GeneRAIN, sets: Sets) -> Iterator[tuple[str, Callable[[], list[Row]]]]:
    """Yield questions on members of each set that are given, and the others that are looked for."""
    rng = np.random.default_rng(1)
    for title, members in sets.items():
        order = rng.permutation(len(members))
        for size in SIZES:
            given = size or len(members) - len(members) // 5
            if len(members) - given >= 5:
                shuffled = [members[i] for i in order]
                for method in METHODS:
                    yield (
                        f"{title} {size} {method}",
                        lambda given=given, size=size, shuffled=shuffled, method=method: _recovery(
                            generain, shuffled[:given], shuffled[given:], size, method
                        ),
                    )


def _recovery(generain: GeneRAIN, given: list[str], held_out: list[str], size: int, method: str) -> list[Row]:
    rows: list[Row] = []
    for k in (50, 200):
        result = expand(generain.atlas(), as_list(given), k, method)
        share = len(set(result.table["gene"]) & set(held_out)) / len(held_out)
        own = {"claimed": result.recovery, "chance": result.by_chance}
        rows.append({"given": size, "method": method, "k": k, "set": len(given) + len(held_out), "found": share, **own})
    return rows


def pairs_of(generain: GeneRAIN, sets: Sets) -> Iterator[tuple[str, str, str]]:
    """Yield kind and genes of pairs: of a set, of neighbors on a chromosome, of random genes, and of genes of two sets."""
    rng, genes = np.random.default_rng(2), generain.atlas().space.genes
    titles, sets_with = list(sets), {}
    for title, members in sets.items():
        for gene in members:
            sets_with.setdefault(gene, set()).add(title)
    known, near = sorted(sets_with), list(_neighbors(generain))
    for _ in range(PAIRS):
        members = sets[titles[rng.integers(len(titles))]]
        yield "same set", *(members[i] for i in rng.permutation(len(members))[:2])
        yield "neighbors", *near[rng.integers(len(near))]
        yield "random", *(genes[i] for i in rng.permutation(len(genes))[:2])
        one, other = (known[i] for i in rng.permutation(len(known))[:2])
        while sets_with[one] & sets_with[other]:
            one, other = (known[i] for i in rng.permutation(len(known))[:2])
        yield "two sets", one, other


def _neighbors(generain: GeneRAIN) -> Iterator[tuple[str, str]]:
    """Yield genes that follow one another on a chromosome within 100 kb."""
    table = generain.atlas().described.dropna(subset=["start"]).sort_values(["chromosome", "start"])
    ends = table["end"].to_numpy(np.int64)
    for i, (one, other) in enumerate(zip(table.itertuples(), table.iloc[1:].itertuples(), strict=False)):
        if one.chromosome and one.chromosome == other.chromosome and int(other.start) - int(ends[i]) <= NEARBY:
            yield str(one.Index), str(other.Index)


def whys(generain: GeneRAIN, sets: Sets) -> Iterator[tuple[str, Callable[[], list[Row]]]]:
    """Yield questions on why two genes are alike."""
    for number, (kind, one, other) in enumerate(pairs_of(generain, sets)):
        yield f"{number} {one} {other}", lambda kind=kind, one=one, other=other: [_why(generain, kind, one, other)]


def _why(generain: GeneRAIN, kind: str, one: str, other: str) -> Row:
    start = time.process_time()
    result = explain(generain.atlas(), generain.predictions, [one, other])
    reasons = " ".join(reason.kind for reason in result.reasons)
    return {"kind": kind, "reasons": reasons, "p": result.p_value, "seconds": time.process_time() - start}


def answered(path: Path, questions: Iterator[tuple[str, Callable[[], list[Row]]]]) -> pd.DataFrame:
    """Answer what was not answered before, and return all answers."""
    done = set(pd.read_csv(path)["question"]) if path.exists() else set()
    for name, answer in questions:
        if name not in done:
            rows = [{"question": name, **row} for row in answer()]
            new = not path.exists()
            with path.open("a", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writerows([dict(zip(rows[0], rows[0], strict=True)), *rows] if new else rows)
    return pd.read_csv(path)


def tell_coherence(table: pd.DataFrame) -> None:
    """Print how many lists of each kind are coherent."""
    for kind, each in table.groupby("kind"):
        p = each["p"]
        print(
            f"coherence  {kind:8s} {len(each)} lists: p ≤ .05 {100 * (p <= 0.05).mean():5.1f} %, p ≤ .001 "
            f"{100 * (p <= 0.001).mean():5.1f} %, median p {p.median():.3f}, median effect {each['effect'].median():.1f} sd"
        )


def tell_recovery(table: pd.DataFrame) -> None:
    """Print the share of held-out members that are found, beside what leave-one-out says and chance."""
    for (k, method, size), each in table.groupby(["k", "method", "given"]):
        print(
            f"recovery   of {len(each)} sets, {size or 'four fifths'} given, {k} best by {method:8s}: found "
            f"{100 * each['found'].mean():5.1f} %, leave-one-out {100 * each['claimed'].mean():5.1f} %, chance "
            f"{100 * each['chance'].mean():.1f} %"
        )
    whole = table[(table["given"] == 0) & (table["method"] == "centroid") & (table["k"] == 200)]
    for sizes, each in whole.groupby(pd.cut(whole["set"], [0, 75, 150, 250]), observed=True):
        print(f"recovery   sets of {sizes}: {len(each)}, found {100 * each['found'].mean():.1f} % among 200")


def tell_why(table: pd.DataFrame) -> None:
    """Print what is said of each kind of pair."""
    for kind, each in table.groupby("kind"):
        reasons = each["reasons"].str.split()
        shares = {
            r: sum(r in row for row in reasons) for r in ("position", "family", "attribute", "neighbors", "expression", "none")
        }
        words = ", ".join(f"{r} {100 * count / len(each):.0f} %" for r, count in shares.items())
        print(f"why        {kind:9s} {len(each)} pairs: {words}; {each['seconds'].median():.2f} s of the processor each")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=["coherence", "recovery", "why"])
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    opened = open_generain(arguments.release)
    read = {path.stem: sets_of(opened, path) for path in arguments.sets}
    first = next(iter(read.values()))
    parts = {
        "coherence": (lambda: coherences(opened, read), tell_coherence),
        "recovery": (lambda: recoveries(opened, first), tell_recovery),
        "why": (lambda: whys(opened, first), tell_why),
    }
    for part, (questions, tell) in parts.items():
        if part in arguments.only:
            tell(answered(arguments.output / f"{part}.csv", questions()))

"""Time what is asked of lists against what it cannot go below, and against others' tools where they are installed; print ratios.

python -m tests.benchmarks.bench_lists RELEASE GMT... [--others PYTHON] [--only enrichment]

PYTHON is that of an environment with gseapy and decoupler, which are asked the same in the same run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.stats import hypergeom

from generain_core.attributes.gmt import read_gmt
from generain_core.generain import GeneRAIN
from generain_core.lists.enrichment import over_representation, rank_enrichment, resolve_sets
from generain_core.release.files import Release
from generain_core.vectors.all_pairs import TILE, all_pairs
from tests.benchmarks.bench_vectors import median_seconds, row

SETS = 8_000


def pairs(generain: GeneRAIN) -> None:
    """Time the pass over all pairs against the two products that it stands on."""
    space = generain.atlas().space
    unit = space.unit(space.genes)

    def product(matrix: np.ndarray) -> float:
        tile, start = max(1, TILE // (matrix.itemsize * len(matrix))), time.perf_counter()
        for first in range(0, len(matrix), tile):
            matrix[first : first + tile] @ matrix.T
        return time.perf_counter() - start

    with tempfile.TemporaryDirectory() as cache:
        os.environ["GENERAIN_CACHE"] = cache
        before = product(unit.astype(np.float32)) + product(unit)
        start = time.perf_counter()
        all_pairs(space)
        own = time.perf_counter() - start
        floor = (before + product(unit.astype(np.float32)) + product(unit)) / 2
        size = sum(path.stat().st_size for path in Path(cache).rglob("*") if path.is_file())
        row(f"all {len(space):,} × {len(space):,} pairs ({size / 1e6:.1f} MB kept)", own)
        row("floor: the two products, single and double precision", floor, "of the floor", own / floor)
        again = median_seconds(lambda: all_pairs(space), 5)
        row("all pairs, from the cache", again)


def processor_seconds(call: Callable[[], object], times: int) -> float:
    """Return the processor's median time for a call: other work on the machine does not count."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def enrichment(generain: GeneRAIN, files: list[Path], python: str | None) -> None:
    """Time 200 genes, and a ranking of all, against thousands of sets."""
    genes = generain.atlas().space.genes
    chosen = np.random.default_rng(0).permutation(len(genes))
    libraries = {path.stem: read_gmt(path.read_bytes(), path.name) for path in files}
    names = [(library, name) for library, sets in libraries.items() for name in sets]
    libraries = {library: {n: libraries[library][n] for at, n in names[:SETS] if at == library} for library in libraries}
    count = sum(map(len, libraries.values()))
    start = time.process_time()
    resolved = resolve_sets(libraries, generain.resolver)
    row(f"names of the members of {count:,} sets looked up, once", time.process_time() - start)
    listed = [genes[i] for i in chosen[:200]]
    answer = over_representation(listed, resolved, genes)
    own = processor_seconds(lambda: over_representation(listed, resolved, genes), 5)
    row(f"200 genes over {count:,} sets", own)
    scores = dict(zip(genes, np.random.default_rng(1).normal(size=len(genes)).tolist(), strict=True))
    ranked = processor_seconds(lambda: rank_enrichment(scores, resolved), 3)
    row(f"a ranking of {len(genes):,} genes over them", ranked)
    if python is not None:
        sets = {f"{library}: {name}": sorted(members) for library, each in resolved.items() for name, members in each.items()}
        question = {"list": listed, "sets": sets, "background": list(genes), "scores": scores}
        p_values = {f"{each.library}: {each.set}": each.p_value for each in answer.table.itertuples() if each.overlap}
        by_hand(listed, sets, genes, p_values)
        others(question, python, own, p_values)


def others(question: dict[str, object], python: str, own: float, p_values: dict[str, float]) -> None:
    """Time gseapy and decoupler on the same question, and hold their p-values against ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "question.json"
        path.write_text(json.dumps(question))
        script = Path(__file__).with_name("other_enrichment.py")
        done = subprocess.run([python, str(script), str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    for name, answer in json.loads(done.stdout.splitlines()[-1]).items():
        if "problem" in answer:
            print(f"{name}: {answer['problem']}")
            continue
        row(f"{name} {answer['version']}: 200 genes over them", answer["over"], "ours", answer["over"] / own)
        row(f"{name}: the ranking over {answer['ranked_sets']:,} of them, by its own test", answer["ranked"])
        expected = answer.get("expected", p_values)
        both = [(p, answer["p_values"][each]) for each, p in expected.items() if each in answer["p_values"]]
        apart = [abs(np.log10(max(theirs, 1e-300) / max(p, 1e-300))) for p, theirs in both]
        what = f"scipy's ({answer['expected_are']})" if "expected" in answer else "ours"
        print(f"{name}: p-values of {len(both):,} sets against {what}, at most {10 ** max(apart):.10g} times apart")


def by_hand(listed: list[str], sets: dict[str, list[str]], genes: tuple[str, ...], p_values: dict[str, float]) -> None:
    """Hold our p-values against scipy's hypergeometric distribution, with members counted set by set."""
    chosen, background = set(listed), set(genes)
    apart = 0.0
    for name, p in p_values.items():
        members = set(sets[name]) & background
        tail = hypergeom.sf(len(chosen & members) - 1, len(background), len(members), len(chosen))
        apart = max(apart, abs(np.log10(tail / p)))
    print(f"ours against scipy's hypergeometric, by hand: {len(p_values):,} sets, at most {10**apart:.10g} times apart")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("sets", type=Path, nargs="*")
    parser.add_argument("--others", metavar="PYTHON")
    parser.add_argument("--only", choices=("enrichment",))
    arguments = parser.parse_args()
    opened = GeneRAIN(Release.open(arguments.release))
    if arguments.only is None:
        pairs(opened)
    if arguments.sets:
        enrichment(opened, arguments.sets, arguments.others)

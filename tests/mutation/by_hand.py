"""Faults that a person thought of: run by ``python -m tests.mutation.by_hand [WORD]``, which names those that no test notices."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.mutation.in_place import change_text
from tests.mutation.runs import PROJECT, in_child, run_all, with_tests

CORE = PROJECT / "generain_core"

SECONDS = 200


@dataclass(frozen=True)
class ByHand:
    """A change of a module's text: what is wrong, where, what stood there, what stands there instead, and who has to notice."""

    fault: str
    module: str
    before: str
    after: str
    tests: str


ATTRIBUTES, EFFECTS, GENES = (
    "tests/attributes/test_grades.py tests/attributes/test_known.py",
    "tests/perturbations/test_numbers.py",
    "tests/perturbations/test_target.py",
)
EVIDENCE, VOTES = "attributes/evidence.py", "attributes/votes.py"
INTERVALS = "perturbations/effects/intervals.py"
TARGETS, NEAR = "perturbations/genes/target_levels.py", "perturbations/genes/near_target.py"
ALIKE, SIMILAR = "tests/perturbations/test_alike.py", "perturbations/similarity/shift_similarity.py"
SURE = " ".join(f"tests/perturbations/test_{name}.py" for name in ("sureness", "numbers"))
SUMS, MAPS, CLOSEST = "tests/vectors/test_arithmetic.py", "tests/vectors/test_projection.py", "tests/genes/test_closest.py"
COUNTS, LOSS = "tests/samples/binning/test_gene_counts.py", "tests/models/test_loss.py"

FAULTS = (
    ByHand(
        "gene sums: the first of many fractions is left out",
        "samples/binning/gene_counts.py",
        "in sorted_values.T:",
        "in sorted_values.T[1:]:",
        COUNTS,
    ),
    ByHand(
        "gene sums: two of many fractions are added",
        "samples/binning/gene_counts.py",
        "in sorted_values.T:",
        "in sorted_values.T[:2]:",
        COUNTS,
    ),
    ByHand(
        "gene sums: rows are averaged", "samples/binning/gene_counts.py", "np.ones(len(rows))", "np.ones(len(rows)) / 2", COUNTS
    ),
    ByHand(
        "gene sums: more than two rows are dropped",
        "samples/binning/gene_counts.py",
        "        yield gene, total\n",
        "        yield gene, 0 * total\n",
        COUNTS,
    ),
    ByHand(
        "hubness: the median for the average",
        "vectors/hubness.py",
        "float(self.counts.mean())",
        "float(np.median(self.counts))",
        "tests/vectors/test_hubness.py",
    ),
    ByHand(
        "evidence: more than so many members for so many or more",
        VOTES,
        "hypergeom.sf(count - 1",
        "hypergeom.sf(count",
        ATTRIBUTES,
    ),
    ByHand("evidence: the lower tail", VOTES, "hypergeom.sf(count - 1", "hypergeom.cdf(count", ATTRIBUTES),
    ByHand("evidence: 0.1 for 0.05", VOTES, "chance <= 0.05", "chance <= 0.1", ATTRIBUTES),
    ByHand("evidence: below 0.05", VOTES, "chance <= 0.05", "chance < 0.05", ATTRIBUTES),
    ByHand("evidence: 0.01 for 0.001", VOTES, "chance <= 0.001", "chance <= 0.01", ATTRIBUTES),
    ByHand("evidence: three members for two", VOTES, "count >= 2 else", "count >= 3 else", ATTRIBUTES),
    ByHand("evidence: two members for three", VOTES, "count >= 3 else", "count >= 2 else", ATTRIBUTES),
    ByHand("evidence: percentile above 99", EVIDENCE, "percentile >= 99", "percentile > 99", ATTRIBUTES),
    ByHand("evidence: percentile of 90", EVIDENCE, "percentile >= 95", "percentile >= 90", ATTRIBUTES),
    ByHand("evidence: four members do", EVIDENCE, "LEAST_MEMBERS = 5", "LEAST_MEMBERS = 4", ATTRIBUTES),
    ByHand("evidence: a reliability of 0.5 does", EVIDENCE, "LEAST_RELIABLE = 0.6", "LEAST_RELIABLE = 0.5", ATTRIBUTES),
    ByHand("evidence: low expression is below 20 %", EVIDENCE, "LOW_EXPRESSION = 25.0", "LOW_EXPRESSION = 20.0", ATTRIBUTES),
    ByHand("evidence: 20 voters", VOTES, "VOTERS = 30", "VOTERS = 20", ATTRIBUTES),
    ByHand("evidence: a hub takes two grades", EVIDENCE, "-1 if times >= HUB", "-2 if times >= HUB", ATTRIBUTES),
    ByHand("evidence: a hub from above five times", EVIDENCE, "times >= HUB", "times > HUB", ATTRIBUTES),
    ByHand(
        "intervals: 90 %",
        INTERVALS,
        "LEVEL = 0.95",
        "LEVEL = 0.90",
        SURE,
    ),
    ByHand(
        "intervals: the one-sided quantile of t",
        INTERVALS,
        "t.ppf(0.5 + LEVEL / 2",
        "t.ppf(LEVEL",
        SURE,
    ),
    ByHand(
        "intervals: the one-sided quantile of chi-square",
        INTERVALS,
        "[(1 - LEVEL) / 2, (1 + LEVEL) / 2]",
        "[1 - LEVEL, LEVEL]",
        SURE,
    ),
    ByHand(
        "intervals: wide and narrow exchanged",
        INTERVALS,
        "wide, narrow = ",
        "narrow, wide = ",
        SURE,
    ),
    ByHand("knock-down: expressed in a tenth of the reference does", TARGETS, "_SHARE = 0.5", "_SHARE = 0.1", GENES),
    ByHand("knock-down: expressed in nine tenths is needed", TARGETS, "_SHARE = 0.5", "_SHARE = 0.9", GENES),
    ByHand(
        "knock-down: a share for percents",
        TARGETS,
        '"left_percent": 100 * 2**change,\n        "change": change,\n        "p_value": effect',
        '"left_percent": 2**change,\n        "change": change,\n        "p_value": effect',
        GENES,
    ),
    ByHand(
        "knock-down: a share for percents, of one sample",
        TARGETS,
        '"left_percent": 100 * 2**change,\n        "change": change,\n        "p_value": p,',
        '"left_percent": 2**change,\n        "change": change,\n        "p_value": p,',
        GENES,
    ),
    ByHand("knock-down: down is up", TARGETS, '< 0, "down", "up"', '> 0, "down", "up"', GENES),
    ByHand("alike: weak below 0.3", SIMILAR, "WEAK = 0.5", "WEAK = 0.3", ALIKE),
    ByHand("alike: weak below 0.7", SIMILAR, "WEAK = 0.5", "WEAK = 0.7", ALIKE),
    ByHand(
        "alike: the share of lengths for that of squares",
        SIMILAR,
        'rows["length"].to_numpy(float)) ** 2',
        'rows["length"].to_numpy(float)) ** 1',
        ALIKE,
    ),
    ByHand(
        "alike: the mean is of all rows",
        SIMILAR,
        "shifts - shifts[has_shift].mean(0)",
        "shifts - np.median(shifts[has_shift], 0)",
        ALIKE,
    ),
    ByHand("near: b for b + 1", NEAR, "(above + 1) / len(means)", "above / len(means)", GENES),
    ByHand("near: m for m + 1", NEAR, "(above + 1) / len(means)", "(above + 1) / (len(means) - 1)", GENES),
    ByHand("near: the other tail", NEAR, "means[1:] >= means[0] - 1e-12", "means[1:] <= means[0] - 1e-12", GENES),
    ByHand(
        "near: the expected includes the target", NEAR, "expected=float(means[1:].mean())", "expected=float(means.mean())", GENES
    ),
    ByHand("near: 100 around", NEAR, "AROUND = 200", "AROUND = 100", GENES),
    ByHand(
        "energy: the sign of its p",
        "perturbations/effects/unpaired.py",
        "p = draws.p_value(sums_within(apart, draws.chosen), energy)",
        "p = draws.p_value(-sums_within(apart, draws.chosen), -energy)",
        EFFECTS,
    ),
    ByHand(
        "energy: the sign of its p, of many relabelings",
        "perturbations/effects/unpaired.py",
        "p = more.p_value(sums_within(apart, more.chosen), energy)",
        "p = more.p_value(-sums_within(apart, more.chosen), -energy)",
        SURE,
    ),
    ByHand(
        "energy: the sign of its p, in pairs",
        "perturbations/effects/paired.py",
        "share_at_least(sums_within(apart, chosen), energy,",
        "share_at_least(-sums_within(apart, chosen), -energy,",
        EFFECTS,
    ),
    ByHand("energy: half of it", "perturbations/effects/energy.py", "(n / (k * (n - k)))", "(n / (2 * k * (n - k)))", EFFECTS),
    ByHand(
        "permutations: b for b + 1",
        "perturbations/effects/permutations.py",
        "(above + 1) / (len(values) + 1)",
        "above / len(values)",
        SURE,
    ),
    ByHand("loss: a fifth is hidden", "models/loss.py", "MASKED = 0.15", "MASKED = 0.2", LOSS),
    ByHand("loss: a tenth is hidden", "models/loss.py", "MASKED = 0.15", "MASKED = 0.1", LOSS),
    ByHand(
        "loss: nothing is hidden from the network",
        "models/loss.py",
        "inputs.tokens.masked_fill(hidden_genes, MASK_TOKEN)",
        "inputs.tokens",
        LOSS,
    ),
    ByHand(
        "loss: the mean of means for that of all",
        "models/loss.py",
        "inputs.tokens[:, :longest], hit) * each",
        "inputs.tokens[:, :longest], hit) * each * each",
        LOSS,
    ),
    ByHand("sums of genes: 2 for 1 in p", "vectors/arithmetic.py", "p_value=(1 + int(", "p_value=(2 + int(", SUMS),
    ByHand("sums of genes: m for m + 1", "vectors/arithmetic.py", "/ (1 + draws)", "/ draws", SUMS),
    ByHand("sums of genes: near is as near", "vectors/arithmetic.py", "null >= best - 1e-6", "null >= best - 1e-2", SUMS),
    ByHand(
        "maps: lengths of vectors count",
        "vectors/gene_map.py",
        "unit = space.vectors / space.norms[:, None]\n    return",
        "unit = space.vectors * 1.0\n    return",
        MAPS,
    ),
    ByHand("maps: no fewer than five genes", "vectors/gene_map.py", "if len(space) < 4:", "if len(space) <= 4:", MAPS),
    ByHand("closest: products for shares", "genes/closest.py", "2 * common / (", "2 * common * (", CLOSEST),
    ByHand("closest: the first letters are not swapped", "genes/closest.py", "i > 1 and j > 1", "i > 2 and j > 1", CLOSEST),
    ByHand(
        "closest: runs at the end are left out",
        "genes/closest.py",
        "range(len(framed) - k + 1)",
        "range(len(framed) - k)",
        CLOSEST,
    ),
    ByHand(
        "pairs: one degree of freedom too many",
        INTERVALS,
        "noise=float((rest**2).sum()) / (n - 1) / n",
        "noise=float((rest**2).sum()) / n / n",
        SURE,
    ),
    ByHand(
        "strata: two degrees of freedom are hardly a replicate",
        "perturbations/effects/noise.py",
        "least < 2 and",
        "least < 3 and",
        SURE,
    ),
    ByHand(
        "rotation: the smallest p",
        "perturbations/effects/rotation.py",
        "smallest_p=1 / (MORE * rotations + 1)",
        "smallest_p=1 / (rotations + 1)",
        SURE,
    ),
)


def main() -> None:
    """Put each fault in place by itself and run the tests that have to notice."""
    os.chdir(PROJECT)
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    faults = [each for each in FAULTS if word in each.fault]
    for each in faults:
        if (CORE / each.module).read_text(encoding="utf-8").count(each.before) != 1:
            sys.exit(f"{each.module} has not once {each.before!r}; bring this list up to date")
    for tests in dict.fromkeys(each.tests for each in faults):
        child = os.fork()
        if child == 0:
            with_tests(tests.split(), partial(_try, [each for each in faults if each.tests == tests]))
            os._exit(0)
        os.waitpid(child, 0)


def _try(faults: Sequence[ByHand], session: pytest.Session) -> None:
    for each in faults:
        path = CORE / each.module
        changed = path.read_text(encoding="utf-8").replace(each.before, each.after)
        status = in_child(partial(_run_with, session, path, changed), SECONDS)
        words = "ALIVE  " if status == 0 else "noticed" if status == 1 else f"ended with {status}"
        print(f"{words} {each.fault}", flush=True)


def _run_with(session: pytest.Session, path: Path, changed: str) -> int:
    change_text(path, changed)
    return run_all(session)


if __name__ == "__main__":
    main()

"""How often a saved probe takes further samples for far from its training samples: like ones, and ones of another kind.

    python -m tests.benchmarks.bench_cohort_probe [--runs 200] [--donors 15 30 100] [--each 1 2]

Embeddings are simulated: programs of falling strength over 128 numbers, each donor with its own, each sample with some more.
Further samples are of new donors of the same kind (`same`: the share should be 5 % or less), have a program that no training
sample has (`other`), or are much noisier (`noisy`).
"""

import argparse

import numpy as np

from generain_core.cohort.saved.fit import own_strangeness, strangeness
from generain_core.cohort.saved.use import far_from

WIDTH, PROGRAMS, FURTHER = 128, 20, 40


def draw(generator: np.random.Generator, loads: np.ndarray, donors: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings of samples, and their donors."""
    groups = np.repeat(np.arange(donors), each)
    programs = generator.normal(size=(donors, PROGRAMS))[groups] + 0.4 * generator.normal(size=(len(groups), PROGRAMS))
    values = 3 + programs @ loads + 0.15 * generator.normal(size=(len(groups), WIDTH))
    return values.astype(np.float32), groups


def shares(seed: int, donors: int, each: int) -> dict[str, float]:
    """Return the share of further samples that are far, of each kind."""
    generator = np.random.default_rng(seed)
    loads = generator.normal(size=(PROGRAMS, WIDTH)) * 0.8 ** np.arange(PROGRAMS)[:, None] / 3
    vectors, groups = draw(generator, loads, donors, each)
    measure, held_out = own_strangeness(vectors, groups)
    same, _ = draw(generator, loads, FURTHER, 1)
    kinds = {"same": same, "other": same + 3 * (generator.normal(size=WIDTH) / 3)}
    kinds["noisy"] = same + 0.6 * generator.normal(size=same.shape)
    found = {}
    for kind, values in kinds.items():
        scores = strangeness(measure, vectors, np.ascontiguousarray(values, dtype=np.float32))
        found[kind] = float(far_from(scores, held_out, groups)[1].mean())
    return found


def main() -> None:
    """Print the share of each kind, with its error over runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--donors", type=int, nargs="+", default=[15, 30, 100])
    parser.add_argument("--each", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    for donors in args.donors:
        for each in args.each:
            runs = [shares(seed, donors, each) for seed in range(args.runs)]
            words = []
            for kind in runs[0]:
                values = np.array([run[kind] for run in runs])
                words.append(f"{kind} {100 * values.mean():.1f} ± {100 * values.std() / np.sqrt(len(values)):.1f} %")
            print(f"{donors} donors, {each} samples of each: {', '.join(words)}", flush=True)


if __name__ == "__main__":
    main()

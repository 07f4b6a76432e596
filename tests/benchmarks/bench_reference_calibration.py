"""How references judge samples of series that they do not have, in simulated worlds.

python -m tests.benchmarks.bench_reference_calibration [--draws 20]

Of each world: whether flags are given, the share of ordinary samples that are flagged at 5 % (one of each new series), the share
flagged of samples that left the usual directions by four standard deviations, and how sure and how right labels are.
"""

import argparse
import sys

import numpy as np

from tests.reference.series import World, outcome

WORLDS = {
    "series known, 600 samples": World(samples=600, known=True),
    "series known, 2,000": World(samples=2000, known=True),
    "series known, much in common": World(samples=2000, known=True, between=1.0, within=0.2),
    "series known, little in common": World(samples=2000, known=True, between=0.1, within=0.6),
    "told by order, 4,000": World(samples=4000),
    "told by order, 20,000": World(samples=20000),
    "told by order, much in common": World(samples=4000, between=1.0, within=0.2),
    "told by order, mixed tissues": World(samples=4000, mixed=0.3),
    "told by order, a fifth of the rows elsewhere": World(samples=4000, between=0.7, within=0.3, moved=0.2),
    "any order": World(samples=4000, moved=1.0),
}


def main() -> None:
    """Print a line a world."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=20)
    draws = parser.parse_args().draws
    sys.stdout.write("world | flags given | ordinary flagged | strange flagged | label stated | label right\n")
    for name, world in WORLDS.items():
        outcomes = [outcome(world, seed) for seed in range(draws)]
        given = [each for each in outcomes if each.basis]
        values = [np.mean([getattr(each, key) for each in given]) if given else np.nan for key in _SHOWN]
        sys.stdout.write(f"{name} | {len(given)} of {draws} | {' | '.join(f'{value:.3f}' for value in values)}\n")
        sys.stdout.flush()


_SHOWN = ("flagged", "strange", "stated", "right")

if __name__ == "__main__":
    main()

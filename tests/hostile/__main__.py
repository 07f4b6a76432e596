"""Run ``python -m tests.hostile [--number 1000] [--seed 0] [--keep FOLDER]``: which files break what reads them?

Each is read by the reader of its kind within 10 s of processor time and 2 GB; the exit status is 1 where one was not refused in a
sentence or read.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.hostile.corpus import corpus
from tests.hostile.trial import tried


def main() -> int:
    """Read the corpus and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--number", type=int, default=1000, help="files at least (1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that violate")
    args = parser.parse_args()
    counts, worst, violations = Counter[tuple[str, str]](), (0.0, 0.0), 0
    for reader, name, content in corpus(args.number, args.seed):
        outcome = tried(reader, Path(name).name, content)
        counts[reader, outcome.verdict] += 1
        worst = max(worst[0], outcome.seconds), max(worst[1], outcome.megabytes)
        if outcome.is_violation:
            violations += 1
            sys.stdout.write(f"{reader:10} {name:40} {outcome.verdict:9} {outcome.seconds:5.1f} s {outcome.words[:200]}\n")
            sys.stdout.flush()
            if args.keep:
                args.keep.mkdir(exist_ok=True)
                (args.keep / f"{violations:03}-{Path(name).name}").write_bytes(content)
    verdicts = sorted({verdict for _, verdict in counts})
    sys.stdout.write(f"\n{'':12}" + "".join(f"{verdict:>12}" for verdict in verdicts) + "\n")
    for reader in sorted({reader for reader, _ in counts}):
        sys.stdout.write(f"{reader:12}" + "".join(f"{counts[reader, verdict]:12}" for verdict in verdicts) + "\n")
    total = sum(counts.values())
    sys.stdout.write(f"{total} files, {violations} violations; at most {worst[0]:.1f} s, {worst[1]:.0f} MB with the libraries\n")
    return 1 if violations else 0


if __name__ == "__main__":
    raise SystemExit(main())

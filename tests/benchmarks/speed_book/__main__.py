"""Run every measurement of the speed book, one after another, and write its table.

python -m tests.benchmarks.speed_book RELEASE [--turns 5] [--only neighbors …] [-o speed.md]

Nothing else should run beside it. Each measurement is a process of its own; rows go to OUT.jsonl as they are made, so that a
stopped run goes on. A CUDA device is measured where there is one. Visitors of a server are
`tests.load`'s.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from generain_core.release.files import Release
from generain_core.version import __version__
from tests.benchmarks.speed_book import genes, samples, studies
from tests.benchmarks.speed_book.measure import FLOOR, OURS, Row

Measurement = Callable[[Release, int], Iterator[Row]]
ALL: dict[str, Measurement] = {
    work.__name__: work
    for work in (
        *(genes.opening, genes.neighbors, genes.pairs, genes.maps, genes.enrichment),
        *(studies.attributes, samples.reading, samples.binning, samples.embedding, samples.placing),
        *(studies.comparisons, studies.cohorts, studies.training),
    )
}


def main() -> None:
    """Measure, or write the table of what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(ALL), default=list(ALL))
    parser.add_argument("-o", "--output", type=Path, default=Path("speed.md"))
    parser.add_argument("--one", choices=list(ALL), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        for row in ALL[args.one](Release.open(args.release), args.turns):
            print(json.dumps(row.document()), flush=True)
        return
    kept = args.output.with_suffix(".jsonl")
    known = [json.loads(line) for line in kept.read_text().splitlines()] if kept.is_file() else []
    with kept.open("a") as out:
        for name in args.only:
            if any(each["measurement"] == name for each in known):
                continue
            print(f"{name} …", file=sys.stderr, flush=True)
            line = [sys.executable, "-m", "tests.benchmarks.speed_book", str(args.release), "--turns", str(args.turns)]
            done = subprocess.run([*line, "--one", name], check=False, capture_output=True, text=True)
            if done.returncode:
                print(f"{name} failed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                continue
            for text in done.stdout.splitlines():
                if text.startswith("{"):
                    known.append({"measurement": name, "row": json.loads(text)})
                    out.write(json.dumps(known[-1]) + "\n")
            out.flush()
    args.output.write_text(book([Row(**each["row"]) for each in known]))


def machine() -> str:
    """Return processor, memory and versions in words."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.is_file() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9 if hasattr(os, "sysconf") else 0
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "torch", "pandas", "streamlit"))
    where = f"{model}, {os.cpu_count()} processors, {memory:.0f} GB, {platform.system()}"
    return f"{where}; Python {platform.python_version()}, {versions}; GeneRAIN Explorer {__version__}."


def book(rows: list[Row]) -> str:
    """Return the table in Markdown."""
    lines = [f"Measured on {machine()}", ""]
    for room in dict.fromkeys(row.room for row in rows):
        lines += [f"### {room}", "", "| work | size | ours | the usual way | its ratio | floor | ours over it |"]
        lines += ["|---|---|---|---|---|---|---|"]
        for row in rows:
            if row.room == room:
                lines.append(_line(row))
        lines.append("")
    return "\n".join(lines)


def _line(row: Row) -> str:
    others = [name for name in row.seconds if name not in (OURS, FLOOR)]
    usual = "; ".join(f"{name} {seconds(row.median(name))}" for name in others)
    ratios = "; ".join(f"{times(row.ratio(name))}" for name in others)
    spread = row.seconds[OURS]
    ends = [seconds(end(spread)) for end in (min, max)]
    ours = seconds(row.median(OURS)) + (f" ({'–'.join(ends)})" if ends[0] != ends[1] else "")
    floor = f"{row.floor} {seconds(row.median(FLOOR))}" if FLOOR in row.seconds else ""
    over = times(1 / row.ratio(FLOOR)) if FLOOR in row.seconds else ""
    return f"| {row.what} | {row.size} | {ours} | {usual} | {ratios} | {floor} | {over} |"


def times(ratio: float) -> str:
    """Return a ratio in words: with one digit after the point below ten."""
    return f"{ratio:,.0f} ×" if ratio >= 9.95 else f"{ratio:,.1f} ×"


def seconds(value: float) -> str:
    """Return seconds in words: with two digits, in s, ms or µs."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 0.995 or unit == "µs":
            number = value * factor
            return f"{number:,.0f} {unit}" if number >= 99.5 else f"{number:.2g} {unit}"
    return ""


if __name__ == "__main__":
    main()

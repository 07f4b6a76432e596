"""Commands about the release: status, demo."""

import argparse
from pathlib import Path

import pandas as pd

from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, tell, whole
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release


def add(command: Command) -> None:
    """Add the commands to the line."""
    command("status", _status, "what of the release is present, and what is missing")
    demo = command("demo", _demo, "write the demo release: simulate samples, train the networks, predict attributes")
    demo.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    demo.add_argument("--seed", type=whole, default=0, help="0 or more")
    demo.add_argument("--small", action="store_true", help="made whole in seconds, from few samples; it learns next to nothing")


def _status(given: argparse.Namespace) -> Answer:
    return described(open_release(given))


def described(chosen: Release) -> Answer:
    """Return the answer of `status` for a release."""
    from generain_core.vectors import vector_sets

    files = [
        {"name": file.key, "path": str(file.path.relative_to(chosen.root)), "present": file.present, "bytes": file.bytes}
        for file in chosen.files.values()
    ]
    sets = [each.name for each in vector_sets(chosen)]
    try:
        warnings = list(open_resolver(chosen).table.warnings)
    except GeneRAINError as problem:
        warnings = [str(problem)]
    document = mark(chosen) | {
        "version": chosen.fingerprint,
        "files": files,
        "missing": chosen.missing(),
        "vectors": sets,
        "warnings": warnings,
    }
    table = pd.DataFrame(files)[["present", "bytes", "path"]].to_string(index=False)
    words = [
        f"{chosen.root}",
        chosen.label,
        "",
        table,
        "",
        f"Vector sets: {', '.join(sets) or 'none'}",
        *chosen.missing(),
        *warnings,
    ]
    return document, "\n".join(words)


def _demo(given: argparse.Namespace) -> Answer:
    from generain_core.demo.recipe import Recipe, small
    from generain_core.demo.write import write_demo

    recipe = small(given.seed) if given.small else Recipe(given.seed)
    return described(write_demo(given.output, recipe, tell))

"""The command about what of the release is there: status."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.output import Output
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    add_command("status", _status, "what of the release is present, and what is missing")


def _status(args: argparse.Namespace) -> Output:
    return release_status(open_release(args))


def release_status(release: Release) -> Output:
    """Return the answer of `status` for a release."""
    import pandas as pd

    from generain_core.vectors import vector_sets

    files = [
        {"name": file.key, "path": str(file.path.relative_to(release.root)), "present": file.present, "bytes": file.bytes}
        for file in release.files.values()
    ]
    sets = [each.name for each in vector_sets(release)]
    try:
        warnings = list(open_resolver(release).table.warnings)
    except GeneRAINError as problem:
        warnings = [str(problem)]
    missing = release.missing()
    document = {"version": release.fingerprint, "files": files, "missing": missing, "vectors": sets, "warnings": warnings}
    table = pd.DataFrame(files)[["present", "bytes", "path"]].to_string(index=False)
    names = f"Vector sets: {', '.join(sets) or 'none'}"
    lines = [str(release.root), release.label, "", table, "", names, *missing, *warnings]
    return Output(release_fields(release) | document, "\n".join(lines))

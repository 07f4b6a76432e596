"""What commands open: the release that the line names, its genes and vectors."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.progress import note
from generain_core.release import files
from generain_core.release.files import Release

if TYPE_CHECKING:
    from generain_core.genes import Resolver
    from generain_core.vectors.atlas import Atlas


def open_release(args: argparse.Namespace) -> Release:
    """Open the release that the line names, and say on standard error if its values are simulated."""
    release = files.choose(args.release)
    if release.simulated:
        note(f"note: {release.label}")
    return release


def release_fields(release: Release) -> dict[str, Any]:
    """Return what every JSON document begins with: release, whether simulated, label."""
    return {"release": str(release.root), "simulated": release.simulated, "label": release.label}


def open_resolver(release: Release) -> Resolver:
    """Open the resolver of gene names; warnings go to standard error."""
    from generain_core.vectors.atlas import open_genes

    resolver = open_genes(release)
    for problem in resolver.table.warnings:
        note(f"warning: {problem}")
    return resolver


def open_atlas(args: argparse.Namespace) -> Atlas:
    """Open genes and the vector set that the line names."""
    from generain_core.vectors.atlas import Atlas

    release = open_release(args)
    return Atlas.open(release, args.vectors, open_resolver(release))

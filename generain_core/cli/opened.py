"""What commands open: the release that the line names, and what can be asked of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.progress import note
from generain_core.release import files
from generain_core.release.files import Release

if TYPE_CHECKING:
    from generain_core.generain import GeneRAIN
    from generain_core.genes import Resolver


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


def open_generain(args: argparse.Namespace) -> GeneRAIN:
    """Open the release that the line names with its genes; warnings about these go to standard error."""
    from generain_core.generain import GeneRAIN

    generain = GeneRAIN(open_release(args))
    for problem in generain.resolver.table.warnings:
        note(f"warning: {problem}")
    return generain

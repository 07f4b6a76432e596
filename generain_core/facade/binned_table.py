"""Samples on their way out: what binning and embedding return, and the file they are written to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.errors import GeneRAINError
from generain_core.storage.paths import resolved

if TYPE_CHECKING:
    import anndata

    from generain_core.facade.tables import TableOptions
    from generain_core.release.files import Release
    from generain_core.samples.binning.normalize import Normalized
    from generain_core.samples.interpret.expression import Expression


@dataclass(frozen=True, eq=False)
class BinnedTable:
    """Samples that were binned, and perhaps embedded.

    Attributes:
        adata: kept samples × genes of the gene set.
        expression: the table as it was read.
        report: what was kept, dropped, matched and left out, and how it was embedded, as plain values.
    """

    adata: anndata.AnnData
    expression: Expression
    report: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class EmbeddingChoices:
    """How a model embeds samples; as the arguments of `GeneRAIN.embed`."""

    device: str = "auto"
    batch_size: int | None = None
    precision: str = "float32"
    loss: bool = False
    genes: str | Sequence[str] = ()
    stability: bool = False
    tie_orders: int = 1


def check_output(output: str | os.PathLike[str] | None, path: object, options: TableOptions) -> None:
    """Refuse an output that can't be written, or that is the input.

    Raises:
        GeneRAINError: it is either.
    """
    from generain_core.storage.atomic import check_target

    if output is None:
        return
    check_target(Path(output))
    paths = path if isinstance(path, list | tuple) else [path]
    sources = (*paths, options.get("sheet"), options.get("samples"))
    inputs = {resolved(Path(each)) for each in sources if isinstance(each, str | os.PathLike)}
    if resolved(Path(output)) in inputs:
        raise GeneRAINError(f"{output} is the input itself; name another file for the result.")


def report_of(binned: Normalized, expression: Expression, release: Release) -> dict[str, object]:
    """Return the report on binned samples with how their table was read, which stands beside the bins too."""
    from generain_core.wording.simulated import table_fits
    from generain_core.wording.table_reading import reading_report

    reading = reading_report(expression)
    binned.adata.uns["generain"].setdefault("decision", reading["decision"])
    notes = [str(text) for text in binned.adata.uns["generain"]["notes"]]
    if release.simulated and (words := table_fits(binned.examined.match)):
        notes.append(words)
    return binned.report | reading | {"notes": notes, "value_kind": expression.value_kind.label}


def species_of(adata: anndata.AnnData) -> list[str]:
    """Return the mark of samples of another species, for what is made of them; nothing for human ones."""
    species = str(adata.uns["generain"].get("from_species", ""))
    return [f"from {species} by orthologs"] if species else []


def write_samples(adata: anndata.AnnData, output: str | os.PathLike[str] | None) -> None:
    """Write samples as h5ad, if a file is named and this process is the first of its launch."""
    from generain_core.models.parallel import is_first
    from generain_core.samples.binning.binned_files import write_h5ad

    if output is not None and is_first():
        write_h5ad(adata, Path(output))

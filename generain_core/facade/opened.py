"""A release whose parts are opened when they are first asked for, each once."""

from __future__ import annotations

import os
from collections.abc import Hashable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.release.files import Release

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.attributes.predictions import Predictions
    from generain_core.genes import Resolver
    from generain_core.vectors.atlas import Atlas


class Opened:
    """A release and its parts, opened when they are first asked for.

    Attributes:
        release: the release's folder and files.
    """

    def __init__(self, release: Release) -> None:
        """Hold a release; nothing of it is read yet."""
        self.release = release
        self._atlases: dict[str | None, Atlas] = {}

    @cached_property
    def resolver(self) -> Resolver:
        """Return who is who among gene names; its ``table`` holds all genes."""
        from generain_core.vectors.atlas import open_genes

        return open_genes(self.release)

    def atlas(self, vectors: str | None = None) -> Atlas:
        """Return the genes with one of the vector sets (default: the published one).

        Raises:
            ReleaseError: the release has no vectors, or none of that name.
        """
        from generain_core.vectors.atlas import Atlas

        if vectors not in self._atlases:
            self._atlases[vectors] = Atlas.open(self.release, vectors, self.resolver)
        return self._atlases[vectors]

    @cached_property
    def predictions(self) -> Predictions:
        """Return the predicted attributes; the first time they are converted, which takes a while for a full release.

        Raises:
            ReleaseError: the release has no predictions, a file is not as published, or they are clearly of other genes than
                they say.
        """
        from generain_core.attributes.order.recorded import refuse_refuted

        refuse_refuted(self.release, self.unexamined_predictions.store)
        return self.unexamined_predictions

    @cached_property
    def unexamined_predictions(self) -> Predictions:
        """Return the predicted attributes, whichever genes they are of.

        Raises:
            ReleaseError: the release has no predictions, or a file is not as published.
        """
        from generain_core.attributes.predictions import Predictions

        return Predictions.open(self.release, self.resolver)

    def _table(self, table: pd.DataFrame, *details: str, **facts: object) -> pd.DataFrame:
        """Return a table with its provenance in ``.attrs``: release, simulated, label, provenance, and facts of its own."""
        from generain_core.release.provenance import provenance

        release = self.release
        attrs: dict[Hashable, object] = {
            "release": str(release.root),
            "simulated": release.simulated,
            "label": release.label,
            "provenance": provenance(release, *details),
        }
        table.attrs = attrs | dict(facts)
        return table

    def _write_csv(self, table: pd.DataFrame, output: str | os.PathLike[str] | None) -> None:
        """Write a table with its provenance as CSV, if a file is named."""
        from generain_core.release.provenance import csv_bytes
        from generain_core.storage.atomic import atomic_write

        if output is not None:
            with atomic_write(Path(output)) as working:
                working.write_bytes(csv_bytes(table, table.attrs["provenance"]))

"""What can be asked of the release: status, verify; and of ARCHS4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generain_core.errors import GeneRAINError
from generain_core.facade.opened import Opened
from generain_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


class ReleaseMethods(Opened):
    """Methods about the release itself."""

    def status(self) -> pd.DataFrame:
        """List the release's files, and what is missing.

        Returns:
            One row a file: name, path, present, bytes. In ``.attrs``: version, missing (one sentence a part of the product
            that is switched off), vectors (names of the vector sets), warnings.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").status().attrs["vectors"][0]
            'GeneRAIN-vec.200d'
        """
        import pandas as pd

        from generain_core.vectors import vector_sets

        release = self.release
        rows = [(f.key, str(f.path.relative_to(release.root)), f.present, f.bytes) for f in release.files.values()]
        try:
            warnings = list(self.resolver.table.warnings)
        except GeneRAINError as problem:
            warnings = [str(problem)]
        return self._table(
            pd.DataFrame(rows, columns=["name", "path", "present", "bytes"]),
            version=release.fingerprint,
            missing=release.missing(),
            vectors=[each.name for each in vector_sets(release)],
            warnings=warnings,
        )

    def verify(self, progress: Progress | None = None) -> pd.DataFrame:
        """Check every file that is there: readable, unchanged, agreeing with the others, the published example reproduced.

        Returns:
            One row a check: name, ok (None where it does not apply to this release), detail.
        """
        import pandas as pd

        from generain_core.verify.verify import verify

        checks = verify(self.release, progress=progress)
        rows = [(check.name, check.ok, check.detail) for check in checks]
        return self._table(
            pd.DataFrame(rows, columns=["name", "ok", "detail"], dtype=object),
            "verify",
            ok=all(check.ok is not False for check in checks),
        )

    def prepare(self, *, all_vectors: bool = False, progress: Progress | None = None) -> pd.DataFrame:
        """Make ahead all that is computed once for the release, so that nobody waits for it: vectors, maps, predictions.

        Args:
            all_vectors: also the UMAP of each further vector set.
            progress: called with the share done and words; it may raise to stop.

        Returns:
            One row a cache: what, outcome (made, there, failed), seconds, problem.
        """
        import pandas as pd

        from generain_core.install.prepare import prepare

        steps = prepare(self.release, all_vectors=all_vectors, progress=progress)
        return self._table(pd.DataFrame([vars(step) for step in steps], columns=["what", "outcome", "seconds", "problem"]))

    def archs4(
        self, words: str | Iterable[str] = "", k: int = 50, max_single_cell: float = 0.5, progress: Progress | None = None
    ) -> pd.DataFrame:
        """Find samples of ARCHS4 that have all of the words in title, source, characteristics, series or accession.

        Args:
            words: as text or a list; ``-word``: without it.
            k: rows to return.
            max_single_cell: leave out samples that are single cells with a higher probability; 1 keeps all.
            progress: called with the share done and words.

        Returns:
            One row a sample; ``.attrs["found"]`` is how many there are.

        Raises:
            ReleaseError: the release has no ARCHS4 file.
        """
        from generain_core.samples.archs4.chosen_samples import Archs4

        text = words if isinstance(words, str) else " ".join(words)
        opened = Archs4.open(self.release, progress=progress)
        table, found = opened.search(text, max_single_cell=max_single_cell, limit=max(0, k))
        return self._table(table, "ARCHS4", text, found=found)

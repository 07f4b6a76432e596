"""Results that can be run again: save_capsule, verify_capsule."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.facade.opened import Opened
from generain_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from generain_core.work.capsule.capsule import Verdict


class CapsuleMethods(Opened):
    """Methods about capsules."""

    def save_capsule(
        self, command: Sequence[str], output: str | os.PathLike[str], *, progress: Progress = silent
    ) -> dict[str, Any]:
        """Run a command and save its result with all that it stands on: inputs, decisions on names, versions, a figure.

        Args:
            command: as on the command line, such as ``["neighbors", "GAS5", "-k", "10"]``.
            output: the zip to write.
            progress: told what the command reports.

        Returns:
            What the capsule says of itself: command, release, versions, checksums.

        Raises:
            GeneRAINError: it is no command whose result can be saved, its input is at fault, or the file can't be written.

        Examples:
            >>> import generain_core as gr
            >>> generain = gr.open("assets/demo")
            >>> about = generain.save_capsule(["similarity", "CD3D", "CD3E"], "pair.capsule.zip")  # doctest: +SKIP
        """
        from generain_core.work.capsule.capsule import save_capsule

        return save_capsule(command, Path(output), self.release, self.resolver, progress=progress)

    def verify_capsule(self, path: str | os.PathLike[str], *, progress: Progress = silent) -> Verdict:
        """Run the command of a capsule again and compare its result with the saved one, number by number.

        Raises:
            GeneRAINError: it is no capsule, or its command can't be run with this release.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").verify_capsule("pair.capsule.zip").same  # doctest: +SKIP
            True
        """
        from generain_core.work.capsule.capsule import verify_capsule

        return verify_capsule(Path(path), self.release, progress=progress)

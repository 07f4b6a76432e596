"""Maps of many samples in a process of their own: neither UMAP nor t-SNE can be stopped on the way, a process can."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.geometry.projection import SampleMap, map_samples
from generain_core.geometry.sample_similarity import Metric
from generain_core.progress import Progress, silent

APART = 500
"""Samples above which a map takes longer than the start of a process."""
_ERROR = "error: "


def map_apart(
    embedding: NDArray[np.floating],
    method: str,
    metric: Metric = "cosine",
    seed: int = settings.SEED,
    progress: Progress | None = None,
) -> SampleMap:
    """Return what `map_samples` returns, made by a process that ends as soon as `progress` raises.

    Raises:
        GeneRAINError: as `map_samples`, or the system ended the process.
    """
    tell: Progress = progress or silent
    with tempfile.TemporaryDirectory(prefix="generain-map-") as folder:
        np.save(Path(folder) / "embedding.npy", np.asarray(embedding))
        line = [sys.executable, "-m", "generain_core.geometry.projection_apart", folder, method, metric, str(seed)]
        said = Path(folder) / "said.txt"
        with (
            said.open("wb") as errors,
            subprocess.Popen(line, cwd=settings.PROJECT, stdout=subprocess.DEVNULL, stderr=errors) as process,
        ):
            try:
                while _runs(process):
                    tell(0.4, f"arranging {len(embedding):,} samples, which can't tell how far it is")
            finally:
                process.kill()  # does nothing to one that has ended
        if process.returncode:
            told = [line for line in said.read_text(errors="replace").splitlines() if line.startswith(_ERROR)]
            raise GeneRAINError(told[-1].removeprefix(_ERROR) if told else _ended(process.returncode))
        made = json.loads((Path(folder) / "made.json").read_text())
        explained = tuple(made.pop("explained") or ())
        return SampleMap(np.load(Path(folder) / "places.npy"), **made, explained=explained or None)


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(0.2)
    except subprocess.TimeoutExpired:
        return True
    return False


def _ended(status: int) -> str:
    return f"The map was ended by the system (status {status}), perhaps for lack of memory; try again, or take PCA."


def _main(folder: str, method: str, metric: Metric, seed: str) -> int:
    try:
        made = map_samples(np.load(Path(folder) / "embedding.npy"), method, metric, int(seed))
    except GeneRAINError as problem:
        sys.stderr.write(f"{_ERROR}{problem}\n")
        return 2
    np.save(Path(folder) / "places.npy", made.places)
    told = {name: getattr(made, name) for name in ("method", "metric", "parameters", "kept", "neighbors", "explained")}
    (Path(folder) / "made.json").write_text(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:5]))  # type: ignore[arg-type]  # the metric comes from `map_apart`

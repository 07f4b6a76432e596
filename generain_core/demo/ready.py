"""What comes ready with the demo release, so that nothing is to be waited for at first: gene maps, and a reference."""

from pathlib import Path

from generain_core.models.model import open_model
from generain_core.progress import Progress, silent
from generain_core.reference.build import build_reference
from generain_core.reference.catalog import FOLDER
from generain_core.reference.choice import choose_sources
from generain_core.release.files import Release
from generain_core.storage import exclusive_folder
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import METHODS, ship_projection

MODEL = "GPT_protein_coding_lncRNAs"
NAME = "demo ARCHS4 samples"


def write_ready(root: Path, progress: Progress | None = None) -> None:
    """Lay gene maps and a reference of the simulated ARCHS4 samples into a demo release that is otherwise whole.

    Args:
        root: of the demo release.
        progress: told the share done and words.
    """
    report, release = progress or silent, Release.open(root)
    atlas = Atlas.open(release)
    for i, method in enumerate(METHODS):
        report(0.1 * i, f"making the {method} map")
        ship_projection(atlas.space, method, root)
    sources = choose_sources(release, atlas.resolver, MODEL, archs4="")
    model = open_model(release, MODEL)
    folder = root / FOLDER / NAME
    build_reference(folder, release, model, sources, progress=lambda share, words: report(0.3 + 0.7 * share, words))
    (folder / exclusive_folder.NAME).unlink(missing_ok=True)

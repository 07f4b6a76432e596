"""Write the demo release: simulate, train, measure how well it does."""

import json
import tempfile
from pathlib import Path

import numpy as np

from generain_core.demo.attributes import gene_sets, predictions
from generain_core.demo.data import DemoData, demo_data
from generain_core.demo.evaluation import prove
from generain_core.demo.files import NOTE, place, write_attributes, write_samples, write_text, write_vectors
from generain_core.demo.ready import write_ready
from generain_core.demo.recipe import Recipe
from generain_core.demo.training import FIRST, train_all
from generain_core.errors import ReleaseError
from generain_core.progress import Progress, silent
from generain_core.release.files import Release


def write_demo(out: Path, recipe: Recipe | None = None, progress: Progress | None = None) -> Release:
    """Write the demo release into a folder, in place of an older demo release, and open it.

    Counts are simulated; statistics and boundaries follow from them; four networks are trained on the binned samples; the
    vectors are the first network's gene embedding; the attributes are predicted from the vectors; how well all this does is
    measured from the files. The folder appears only when it is complete. The same recipe gives the same bytes on the same
    machine; on another one, the last digits of what was trained may differ.

    Args:
        out: the folder.
        recipe: sizes and seed; by default those of the demo that comes with the project.
        progress: told the share done and words.

    Raises:
        ReleaseError: something is there already that is no demo release.
    """
    out, recipe, report = Path(out), recipe or Recipe(), progress or silent
    if out.exists() and not _may_be_replaced(out):
        raise ReleaseError(
            f"{out} exists and is no demo release, so it is not replaced; give an empty or new folder for the demo release."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ReleaseError(f"{out} can't be written ({problem.strerror}); name a folder that you may write to.") from problem
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as work:
        new = Path(work) / "new"
        report(0.0, "simulating samples")
        _make(new, demo_data(recipe), recipe, report)
        if out.exists():
            out.rename(Path(work) / "old")
        new.rename(out)
    return Release.open(out)


def _may_be_replaced(out: Path) -> bool:
    if not out.is_dir():
        return False
    mark = out / "SIMULATED"
    return not any(out.iterdir()) or (mark.is_file() and mark.read_bytes().startswith(NOTE[:12].encode()))


def _make(root: Path, data: DemoData, recipe: Recipe, progress: Progress) -> None:
    write_samples(root, data, recipe)
    release = Release.open(root)
    symbols = data.rows["symbol"].tolist()
    losses = train_all(release, data.expression.counts, symbols, recipe, lambda s, w: progress(0.05 + 0.75 * s, w))
    vectors = _vectors(Release.open(root), data.genes)
    write_vectors(root, data.genes, vectors)
    progress(0.8, "predicting attributes")
    sets = gene_sets(data.genes, data.by_type(), recipe.seed)
    sets = sets if not recipe.attributes else sets[:: max(1, len(sets) // recipe.attributes)]
    write_attributes(root, data.genes, sets, predictions(data.genes, vectors, sets, recipe.seed))
    progress(0.9, "measuring how well it does")
    result = {
        "seed": recipe.seed,
        "reference_samples": len(data.expression.sample_types),
        "types": len(set(data.expression.sample_types)),
        "genes": len(data.genes),
        "lncRNAs": int(data.lncrna.sum()),
        "width": recipe.width,
        "layers": recipe.layers,
        "positions": recipe.positions,
        "epochs": recipe.epochs,
        "training": losses,
    }
    write_text(place(root, "demo/proof"), json.dumps({"made": result} | prove(Release.open(root), recipe.seed), indent=1) + "\n")
    if recipe.ready:
        write_ready(root, lambda share, words: progress(0.95 + 0.05 * share, words))


def _vectors(release: Release, genes: list[str]) -> "np.ndarray":
    from generain_core.release.readers.checkpoint import read_gene_embedding

    named, rows = read_gene_embedding(release.path(f"model/{FIRST}"), release.path("index/coding_lncrna"))
    row = {gene: i for i, gene in enumerate(named)}
    return np.ascontiguousarray(rows[[row[gene] for gene in genes]], dtype=np.float32)

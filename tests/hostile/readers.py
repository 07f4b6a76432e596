"""What reads which kind of file, as the product does."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generain_core import settings
from generain_core.attributes.store.attribute_store import open_store
from generain_core.cohort.saved.probe_file import read_probe
from generain_core.install.record import read_record
from generain_core.install.sources import look_through
from generain_core.lists.list_files import read_lists
from generain_core.release import files as releases
from generain_core.release.files import Release
from generain_core.release.readers.annotation import read_hgnc
from generain_core.release.readers.checkpoint import read_gene_embedding
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.token_index import read_token_index
from generain_core.release.readers.vector_array import read_array
from generain_core.release.readers.word2vec import read_text
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.sample_sheet import read_sample_sheet
from generain_core.ui.work.kinds import all_kinds
from generain_core.vectors.atlas import open_genes
from generain_core.work.work_file import open_work

_RESOLVER = open_genes(Release.open(settings.DEMO_RELEASE))


def _beside(path: Path, name: str, content: str) -> Path:
    (path.parent / name).write_text(content, encoding="utf-8")
    return path.parent / name


def _array(path: Path) -> Any:
    from tests.hostile.files import GENES

    return read_array(path, _beside(path, "genes.txt", "\n".join(GENES)))


def _checkpoint(path: Path) -> Any:
    return read_gene_embedding(path, _beside(path, "index.json", '{"TP53": 0, "MYC": 1}'))


def _predictions(path: Path) -> Any:
    """Read a table of predictions as the store does: in a release that has it, and its genes."""
    from tests.hostile.files import GENES

    root = path.parent / "release"
    place = root / releases.FILES["attributes"][0]
    place.parent.mkdir(parents=True)
    shutil.copy(path, place)
    _beside(place, "genes_clf_pred_results.genes.txt", "\n".join(GENES))
    os.environ["GENERAIN_CACHE"] = str(path.parent / "cache")
    return open_store(Release.open(root))


READERS: dict[str, Callable[[Path], Any]] = {
    "table": lambda path: read_expression(path, _RESOLVER),
    "sheet": read_sample_sheet,
    "list": lambda path: read_lists(path, _RESOLVER),
    "npy": _array,
    "word2vec": read_text,
    "genes": read_gene_list,
    "index": read_token_index,
    "checkpoint": _checkpoint,
    "record": lambda path: read_record(str(path.parent)),
    "install": look_through,
    "hgnc": read_hgnc,
    "work": lambda path: open_work(path, all_kinds()),
    "probe": read_probe,
    "predictions": _predictions,
}
"""Kind of file → its reader."""

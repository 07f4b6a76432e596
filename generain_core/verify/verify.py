"""Check every file that is there: readable, unchanged, agreeing with the others, and the example reproduced."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import pandas as pd

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.install.manifest import Entry, Ledger
from generain_core.progress import Progress
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.model_descriptions import MODEL_NAMES, MODELS
from generain_core.release.readers.annotation import read_ensembl, read_hgnc
from generain_core.storage.checksums import sha256_of_file
from generain_core.vectors import vector_sets
from generain_core.vectors.atlas import open_genes
from generain_core.verify.checks import arrays, predictions, samples, tables


@dataclass(frozen=True)
class Check:
    """One check: its name, whether all is well, and what was found, in words."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class _Task:
    name: str
    needs: tuple[str, ...]
    run: Callable[[], str]


def verify(release: Release, *, progress: Progress | None = None) -> list[Check]:
    """Check everything of a release whose files are there.

    Files that are missing are no fault; they are told in the first check. One fault never hides another.

    Args:
        release: what to check.
        progress: told the share done and words; what it raises stops the work.
    """
    tasks = [task for task in _tasks(release) if release.has(*task.needs)]
    found = [_present(release)]
    for i, task in enumerate(tasks):
        if progress:
            progress(i / len(tasks), task.name)
        found.append(_done(task))
    return found


def _done(task: _Task) -> Check:
    try:
        return Check(task.name, True, task.run())
    except Cancelled:
        raise
    except GeneRAINError as problem:
        return Check(task.name, False, str(problem))


def _present(release: Release) -> Check:
    missing = [str(f.path.relative_to(release.root)) for f in release.files.values() if not f.present and f.key[:5] != "demo/"]
    said = f"{sum(file.present for file in release.files.values())} files are there"
    return Check("files", True, f"{said}; not there: {', '.join(missing)}" if missing else said)


def _tasks(release: Release) -> Iterator[_Task]:
    for path, entry in sorted(Ledger.open(release.root).files.items()):
        yield _Task(f"unchanged: {PurePosixPath(path).name}", (), partial(_unchanged, release, path, entry))
    for name in GENE_SETS:
        needs = (f"boundaries/{name}", f"boundaries/{name}/genes")
        yield _Task(f"token index {name}", (f"index/{name}",), partial(tables.index, release, name))
        yield _Task(f"boundaries {name}", needs, partial(tables.boundaries, release, name))
        yield _Task(f"genes of the boundaries {name}", needs, partial(tables.genes_of_boundaries, release, name))
    both = tuple(key for name in GENE_SETS for key in (f"boundaries/{name}", f"boundaries/{name}/genes"))
    yield _Task("both boundaries", both, lambda: tables.both_boundaries(release))
    yield _Task("gene statistics", ("gene_statistics",), lambda: tables.statistics(release))
    yield _Task("gene rows", ("genes_meta",), lambda: tables.gene_rows(release))
    for name in MODEL_NAMES:
        yield _Task(f"model {name}", (f"model/{name}",), partial(arrays.checkpoint, release, name))
    sets = [each for each in vector_sets(release) if each.name not in MODEL_NAMES]
    for each in sets:
        yield _Task(f"vectors {each.name}", each.files, partial(arrays.vectors, release, each.name))
    yield _Task(
        "vectors as text and array", ("vectors/200d", "vectors/genes", "vectors/200d.txt"), lambda: arrays.text_and_array(release)
    )
    if arrays.published(release):
        for model in MODELS:
            against = partial(arrays.against_checkpoint, release, model.name)
            yield _Task(f"vectors and {model.name}", model.files, against)
        yield _Task("vectors of both widths", ("vectors/32d", "vectors/genes"), lambda: arrays.widths(release))
    for i in range(5):
        yield _Task(f"training chunk {i}", (f"chunk/{i}",), partial(arrays.chunk, release, i))
    yield _Task("predictions", ("attributes",), lambda: predictions.predictions(release))
    yield _Task("ARCHS4", ("archs4",), lambda: samples.archs4(release))
    yield _Task("samples of ARCHS4", ("samples_meta",), lambda: samples.samples_meta(release))
    yield _Task("example", ("example",), lambda: samples.example(release))
    all_four = ("example", "example/binned.tsv", "boundaries/coding_lncrna", "boundaries/coding_lncrna/genes")
    yield _Task("example reproduced", all_four, lambda: samples.reproduction(release, open_genes(release)))
    for key, read in (("annotation/hgnc", read_hgnc), ("annotation/ensembl", read_ensembl)):
        yield _Task(key, (key,), partial(_annotation, release, key, read))


def _annotation(release: Release, key: str, read: Callable[[Path], pd.DataFrame]) -> str:
    return f"{len(read(release.path(key))):,} genes"


def _unchanged(release: Release, path: str, entry: Entry) -> str:
    target = release.root / path
    if not target.is_file():
        raise GeneRAINError(f"{path} was installed from {entry.source} and is gone; install it again.")
    if sha256_of_file(target) != (entry.bytes, entry.sha256):
        raise GeneRAINError(f"{path} is not as it was installed from {entry.source}; install it again.")
    return f"{entry.bytes:,} bytes, sha256 as installed"

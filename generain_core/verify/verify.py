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
from generain_core.verify.checks import acceptance, arrays, predictions, samples, tables


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: what is checked.
        ok: whether all is well; None where the check does not apply to this release.
        detail: what was found, in words; of a fault also what to do.
    """

    name: str
    ok: bool | None
    detail: str


_FAULT = (
    "If the same is said of the file got anew, send this report (verify -o report.json, or JSON on the page Release), with the "
    "file's name and size, to those who keep the record 10.5281/zenodo.10408775."
)
_REAL_FAULT = (
    "Get the files anew first. If it stays so, send this report (verify -o report.json, or JSON on the page Release) to the "
    "makers of GeneRAIN Explorer: either the record holds other files than the authors' notebooks read, or the program reads "
    "them otherwise."
)


@dataclass(frozen=True)
class _Task:
    name: str
    needs: tuple[str, ...]
    run: Callable[[], str]
    real: bool = False
    """Whether it holds of the real release alone."""


def verify(release: Release, *, progress: Progress | None = None) -> list[Check]:
    """Check everything of a release whose files are there.

    Files that are missing are no fault; they are told in the first check. One fault never hides another.

    Args:
        release: what to check.
        progress: told the share done and words; what it raises stops the work.
    """
    tasks = [task for task in _tasks(release) if task.real or release.has(*task.needs)]
    found = [_present(release)]
    for i, task in enumerate(tasks):
        if progress:
            progress(i / len(tasks), task.name)
        found.append(_not_applicable(release, task) or _done(task))
    return found


def _not_applicable(release: Release, task: _Task) -> Check | None:
    """Return what is said of a check that holds of the real release alone, where it can't be made."""
    if task.real and release.simulated:
        return Check(task.name, None, "not applicable: this release is simulated, and the figures are of the real one")
    if task.real and not release.has(*task.needs):
        lacking = ", ".join(release.files[key].path.name for key in task.needs if not release.has(key))
        return Check(task.name, None, f"not applicable: it needs {lacking}")
    return None


def _done(task: _Task) -> Check:
    try:
        return Check(task.name, True, task.run())
    except Cancelled:
        raise
    except GeneRAINError as problem:
        return Check(task.name, False, f"{problem} {_REAL_FAULT if task.real else _FAULT}")


def _present(release: Release) -> Check:
    missing = [str(f.path.relative_to(release.root)) for f in release.files.values() if not f.present and f.key[:5] != "demo/"]
    sentence = f"{sum(file.present for file in release.files.values())} files are there"
    return Check("files", True, f"{sentence}; not there: {', '.join(missing)}" if missing else sentence)


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
    gpt, bounds = (f"model/{acceptance.MODEL}", "index/coding_lncrna"), all_four[2:]
    binned = ("example/binned.tsv",)
    vectors = ("vectors/200d", "vectors/genes")
    printed: list[tuple[str, tuple[str, ...], Callable[[Release], str]]] = [
        ("sizes", (*gpt, *binned, *bounds), acceptance.shapes),
        ("first example sample", (*gpt, *binned), acceptance.first_sample),
        ("losses of example samples", (*gpt, *binned), acceptance.losses),
        ("vectors and checkpoint", (*gpt, *vectors), acceptance.vectors),
    ]
    for part, needed, run in printed:
        yield _Task(f"as the authors printed: {part}", needed, partial(run, release), real=True)
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

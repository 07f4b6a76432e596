"""Work taken apart into the members of a work file, and put together again."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Protocol

import anndata

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.samples.binning.binned_files import write_h5ad
from generain_core.samples.io.isolated import read_isolated
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.own_files.content import Trust
from generain_core.samples.own_files.reading import own_expression
from generain_core.samples.own_files.restoration import restored
from generain_core.work.arrays import ArrayWriter, read_array
from generain_core.work.contents import KeptResult, KeptSamples, KeptSheet, Work
from generain_core.work.records import Reader, Unkept, Writer

LISTS, SETS, CHOICES, UPLOAD, SHEET, RESULTS = (
    f"{name}.json" for name in ("lists", "gene_sets", "choices", "upload", "sheet", "results")
)
SAMPLES = "samples.h5ad"
_STEPS = ("number", "corrections", "columns", "fitness")
_MOST_JSON = 1 << 30
Kinds = Mapping[str, type]


class Sink(Protocol):
    """Takes members."""

    def put(self, name: str, pieces: Iterator[bytes], /) -> None:
        """Write a member, unless it is there."""
        ...


class Members(Protocol):
    """Holds members."""

    def __contains__(self, name: object, /) -> bool: ...

    def open(self, name: str, /) -> IO[bytes]:
        """Return a member, to be read."""
        ...

    def size(self, name: str, /) -> int:
        """Return a member's bytes."""
        ...


def put_work(work: Work, sink: Sink, kinds: Kinds) -> None:
    """Write work as members.

    Raises:
        GeneRAINError: the table that was brought holds something that can't be kept, or there is no room.
    """
    writer = Writer(kinds, ArrayWriter(sink.put).write)
    _put(sink, LISTS, writer.tree(work.lists))
    sink.put("lists.gmt", iter([_gmt(work.lists)]))
    _put(sink, SETS, writer.tree({"libraries": work.libraries, "known": work.known_sets}))
    _put(sink, CHOICES, writer.tree(work.choices))
    if work.samples is not None:
        _put_samples(work.samples, sink, writer)


def _put_samples(samples: KeptSamples, sink: Sink, writer: Writer) -> None:
    try:
        steps = {name: getattr(samples, name) for name in _STEPS}
        _put(sink, UPLOAD, writer.tree({"raw": samples.raw, "is_example": samples.is_example, **steps}))
        _put(sink, SHEET, writer.tree(samples.sheet))
    except Unkept as problem:
        raise GeneRAINError(
            f"{samples.raw.source} holds values of a kind that a work file can't keep ({problem}); give them as text or numbers."
        ) from problem
    if samples.sheet is not None:
        sink.put("sheet.csv", iter([samples.sheet.table.to_csv(index=False).encode()]))
    if samples.bins is not None:
        with tempfile.TemporaryDirectory(prefix="generain-work-") as folder:
            path = Path(folder) / SAMPLES
            write_h5ad(_shallow(samples.bins), path)
            sink.put(SAMPLES, _pieces(path))
    _put(sink, RESULTS, [tree for each in samples.results for tree in _trees(each, writer)])


def _shallow(adata: anndata.AnnData) -> anndata.AnnData:
    """Return samples whose tables are others: writing turns their texts into categories, while a page may show them."""
    tables = {"obs": adata.obs.copy(), "var": adata.var.copy()}
    return anndata.AnnData(X=adata.X, **tables, layers=dict(adata.layers), obsm=dict(adata.obsm), uns=dict(adata.uns))


def _trees(result: KeptResult, writer: Writer) -> Iterator[Any]:
    """Yield a result as JSON; nothing of one that can't be kept, which is computed again instead."""
    try:
        yield writer.tree(result)
    except Unkept:
        return


def get_work(members: Members, kinds: Kinds) -> Work:
    """Return the work that members hold.

    Raises:
        GeneRAINError: they hold none.
    """
    reader = Reader(kinds, lambda at: _array(members, at))
    sets = _get(members, SETS, reader) or {}
    work = Work(
        lists=_get(members, LISTS, reader) or (),
        libraries=sets.get("libraries", {}),
        known_sets=sets.get("known"),
        samples=_samples(members, reader),
        choices=_get(members, CHOICES, reader) or {},
    )
    if not all(isinstance(each, GeneList) for each in work.lists) or not isinstance(work.choices, dict):
        raise GeneRAINError("The work file holds lists or choices that are none; save the work anew.")
    return work


def _samples(members: Members, reader: Reader) -> KeptSamples | None:
    upload = _get(members, UPLOAD, reader)
    if upload is None:
        return None
    raw, sheet = upload["raw"], _get(members, SHEET, reader)
    if not isinstance(raw, RawTable) or not isinstance(sheet, KeptSheet | None):
        raise GeneRAINError("The work file holds a table that is none; save the work anew.")
    steps = {name: upload[name] for name in _STEPS}
    steps["is_example"] = upload.get("is_example") is True  # files of earlier versions do not say
    return KeptSamples(raw=raw, sheet=sheet, **steps, bins=_bins(members), results=_results(members, reader))


def _bins(members: Members) -> anndata.AnnData | None:
    """Return the bins, if their seals hold: see `samples.own_files`."""
    if SAMPLES not in members:
        return None
    with tempfile.TemporaryDirectory(prefix="generain-work-") as folder:
        path = Path(folder) / SAMPLES
        with members.open(SAMPLES) as source, path.open("wb") as out:
            while block := source.read(1 << 20):
                out.write(block)
        raw = read_isolated(path, name=SAMPLES)
    if raw.own is None:
        return None
    expression = own_expression(raw)
    if expression.own is None or expression.own.trust != Trust.SEALED or not expression.own.whole:
        return None
    return restored(expression, expression.own)


def _results(members: Members, reader: Reader) -> tuple[KeptResult, ...]:
    """Return the results that can be read; what another version of the program wrote differently is computed again."""
    results = []
    for tree in _json(members, RESULTS) or []:
        try:
            value = reader.value(tree)
        except GeneRAINError:
            continue
        if isinstance(value, KeptResult):
            results.append(value)
    return tuple(results)


def _put(sink: Sink, name: str, tree: Any) -> None:
    sink.put(name, iter([json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()]))


def _get(members: Members, name: str, reader: Reader) -> Any:
    return reader.value(_json(members, name))


def _json(members: Members, name: str) -> Any:
    if name not in members:
        return None
    if members.size(name) > _MOST_JSON:
        raise GeneRAINError(f"The work file's {name} is too large; save the work anew.")
    try:
        with members.open(name) as source:
            return json.loads(source.read())
    except (ValueError, RecursionError) as problem:
        raise GeneRAINError(f"The work file's {name} can't be read; save the work anew.") from problem


def _array(members: Members, at: Mapping[str, str]) -> Any:
    name = str(at["at"])
    if name not in members:
        raise GeneRAINError(f"The work file lacks {name[:80]}; save the work anew.")
    with members.open(name) as source:
        return read_array(source, members.size(name), name, str(at.get("type", "")))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            yield block


def _gmt(lists: tuple[GeneList, ...]) -> bytes:
    """Return lists as GMT, for other programs: one a line."""
    lines = ["\t".join([" ".join(each.name.split()), each.origin.value, *each.genes]) for each in lists]
    return "".join(f"{line}\n" for line in lines).encode()

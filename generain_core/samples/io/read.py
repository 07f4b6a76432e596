"""Read any file with expression values, or files that belong together, into a `RawTable`."""

import io
from collections.abc import Sequence
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, part, silent
from generain_core.samples.io.files import check_file, check_there, file_bytes, sha256_of, sha256_of_places
from generain_core.samples.io.formats.excel.spreadsheet import parse_xlsx
from generain_core.samples.io.formats.matrix_market import matrices_of, parse_10x, roles_of
from generain_core.samples.io.formats.zarr_store import is_zarr, parse_zarr
from generain_core.samples.io.limits import FILE_BYTES, check_bytes, check_names
from generain_core.samples.io.members import Members, chosen_members, folder_members, tar_members, zip_members
from generain_core.samples.io.parse import once, parse_bytes, parse_path
from generain_core.samples.io.raw_table import Parsed, RawTable
from generain_core.samples.io.several import parse_members, several_name
from generain_core.samples.io.sniff import ACCEPTED, SHEETS, kind_of_file, open_zip, unpacked
from generain_core.samples.io.streams import Watched
from generain_core.text import echo


def read(
    path: Path | Sequence[Path],
    *,
    name: str | Sequence[str] | None = None,
    part: str = "",
    progress: Progress = silent,
) -> RawTable:
    """Parse a file, a folder or several files of one sample each, by what they are rather than by their names.

    Args:
        path: the file or folder; or several files or folders, which are read together.
        name: as the user knows it, if the path is that of a temporary copy; of several, one each.
        part: the sheet of a workbook, or the matrix, file or folder of an archive, to read; found out without it.
        progress: told the share that is read.

    Raises:
        NeedsConsent: it has several parts, each as likely to be meant.
        GeneRAINError: it is none of the formats, damaged, larger than the limits, or wrong in some cell; the message says where.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    names = [name] if isinstance(name, str) else list(name) if name is not None else [each.name for each in paths]
    names = [Path(each).name for each in names]
    if not paths:
        raise GeneRAINError("There is no file; give the path of a table of expression values.")
    if len(paths) > 1:
        for each, shown in zip(paths, names, strict=True):
            check_there(each, shown)
        return _members(chosen_members(paths, names, several_name(names)), part, progress)
    path, shown = paths[0], names[0]
    check_there(path, shown)
    if path.is_dir():
        return _folder(path, shown, part, progress)
    check_file(path, shown)
    if shown.lower().removesuffix(".gz").endswith(".gmt"):
        raise GeneRAINError(f"{shown} is a file of gene sets, not a table of expression values; accepted are {ACCEPTED}.")
    with path.open("rb") as stream:
        kind = kind_of_file(stream.read(4096), shown)
    return _identified(_parse(path, kind, shown, part, progress), shown, sha256_of(path, []))


def _identified(parsed: Parsed, source: str, sha256: str) -> RawTable:
    for layer in parsed.layers.values():
        if layer.values.shape[0] != len(parsed.rows) or len(parsed.row_texts) != len(parsed.rows):
            raise GeneRAINError(f"{source} has tables whose numbers of rows don't agree; save it again.")
        if not all(layer.values.shape):
            raise GeneRAINError(f"{source} has no rows or no columns; give a table with genes and samples.")
    for names in (parsed.rows, *(layer.columns for layer in parsed.layers.values())):
        check_names(source, names)
    return RawTable(
        layers=parsed.layers,
        rows=parsed.rows,
        row_texts=parsed.row_texts,
        rows_named=parsed.rows_named,
        format=parsed.format,
        source=source,
        sha256=sha256,
        notes=parsed.notes,
        not_read=parsed.not_read,
        chosen=parsed.chosen,
        part=parsed.part,
        unread=parsed.unread,
        own=parsed.own,
        among=parsed.among,
        may_be_sheets=parsed.may_be_sheets,
    )


def _parse(path: Path, kind: str, name: str, wanted: str, progress: Progress) -> Parsed:
    if kind == "tar":
        with path.open("rb") as stream:
            return parse_members(tar_members(stream, name), part=wanted, progress=progress)
    if kind == "zip":
        return _zip(path, name, wanted, progress)
    if kind in ("gzip", "bzip2", "xz"):
        return _packed(file_bytes(path, name), kind, name, wanted, progress)
    _check_whole(wanted, name)
    return parse_path(path, kind, name, progress)


def _check_whole(wanted: str, name: str) -> None:
    if wanted:
        raise GeneRAINError(f"{name} has no parts to choose from, such as {echo(wanted)}: it is one table.")


def _packed(raw: bytes, packing: str, name: str, wanted: str, progress: Progress) -> Parsed:
    progress(0.0, "unpacking")
    watched = Watched(io.BytesIO(raw), part(progress, 0.0, 0.1))
    try:
        inner = unpacked(io.BufferedReader(watched), packing, name)
    except GeneRAINError:
        if watched.stopped:
            raise watched.stopped from None
        raise
    del raw
    kind = kind_of_file(inner[:4096], name)
    if kind == "tar":
        return parse_members(tar_members(io.BytesIO(inner), name), part=wanted, progress=progress)
    _check_whole(wanted, name)
    return parse_bytes(inner, once(kind, name), name, part(progress, 0.1, 0.9))


def _zip(path: Path, name: str, wanted: str, progress: Progress) -> Parsed:
    with path.open("rb") as stream, open_zip(stream, name) as archive:
        if any(each.startswith(SHEETS) for each in archive.namelist()):
            return parse_xlsx(stream, name, wanted, progress)
        members = zip_members(archive, name)
        if is_zarr(members.files):
            return parse_zarr(path, members)
        return parse_members(members, part=wanted, progress=progress)


def _folder(path: Path, name: str, wanted: str, progress: Progress) -> RawTable:
    top = folder_members(path, name, deep=False)
    if is_zarr(top.files):
        return _zarr_folder(path, name)
    matrices = matrices_of(top)
    if len(matrices) == 1 and not wanted:
        parts = [top.places[each] for each in roles_of(top).values()]
        check_bytes(name, sum(each.stat().st_size for each in parts), most=FILE_BYTES)
        return _identified(parse_10x(top, progress), name, sha256_of(path, parts))
    return _members(folder_members(path, name), wanted, progress)


def _zarr_folder(path: Path, name: str) -> RawTable:
    members = folder_members(path, name, hidden=True)
    check_bytes(name, sum(each.stat().st_size for each in members.places.values()), most=FILE_BYTES)
    return _identified(parse_zarr(path, members), name, sha256_of_places(members.places))


def _members(members: Members, wanted: str, progress: Progress) -> RawTable:
    check_bytes(members.name, sum(each.stat().st_size for each in members.places.values()), most=FILE_BYTES)
    return _identified(parse_members(members, part=wanted, progress=progress), members.name, sha256_of_places(members.places))

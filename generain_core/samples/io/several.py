"""Files that belong together, to one table: 10x files, one table among others, or one file a sample."""

import io
from collections.abc import Sequence
from dataclasses import replace

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, silent
from generain_core.samples.io.columns import NoNumbers
from generain_core.samples.io.formats.excel.spreadsheet import parse_xlsx
from generain_core.samples.io.formats.matrix_market import matrices_of, parse_10x, part_of, roles_of
from generain_core.samples.io.limits import check_bytes
from generain_core.samples.io.members import Members
from generain_core.samples.io.parse import once, parse_bytes, stem_of
from generain_core.samples.io.raw_table import Parsed, Unread
from generain_core.samples.io.sheets.beside_samples import CONTRADICTS
from generain_core.samples.io.single_samples.choice import is_known, likely_samples, of_one_kind
from generain_core.samples.io.single_samples.join import bare_names, joined
from generain_core.samples.io.single_samples.sample_file import SampleFile, sample_file
from generain_core.samples.io.single_samples.sheets_beside import described_by_files, names_samples
from generain_core.samples.io.sniff import kind_of_file
from generain_core.text import echo, listed

_OFFICE = {"word/": "a Word document", "ppt/": "a PowerPoint document", "content.xml": "an OpenDocument file"}
_LONG = 0.5
_GIVE = "give a 10x folder (matrix.mtx, features.tsv, barcodes.tsv), one table, or one file a sample"


def parse_members(members: Members, *, part: str = "", progress: Progress = silent) -> Parsed:
    """Parse the files of a folder, an archive or an upload, or a part of them.

    Raises:
        NeedsConsent: they are several matrices.
        GeneRAINError: they are none of what is read, or don't belong together.
    """
    if part and list(members.files) == [part]:
        return replace(_one(part, members), part=part)
    if part:
        some = part_of(members, part)
        unread = tuple(Unread(each, "another part") for each in matrices_of(members) if each != part)
        return replace(parse_members(some, progress=progress), part=part, unread=unread)
    roles = roles_of(members)
    if "matrix" in roles or {"genes", "barcodes"} <= set(roles):
        return parse_10x(members, progress)
    if len(members.files) == 1:
        return _one(next(iter(members.files)), members)
    if office := next((words for part, words in _OFFICE.items() if any(p.startswith(part) for p in members.files)), ""):
        raise GeneRAINError(f"{members.name} is {office}, not a table of expression values; save the table as .xlsx or .csv.")
    files, aside, sheets = _sample_files(members, progress)
    if not files:
        there = ", ".join(list(members.files)[:4]) or "nothing"
        why = f" ({next(iter(aside.values())).rstrip('.')})" if aside else ""
        raise GeneRAINError(f"{members.name} holds {there}{why}; {_GIVE}.")
    files, of_transcripts = of_one_kind(files, members.name)
    first = [f"Of {len(members.files):,} files {files[0].path} was read."] if len(files) == 1 else []
    parsed = _one(files[0].path, members) if len(files) == 1 else joined(files, members.name)
    parsed, described = described_by_files(parsed, members, list(aside))
    joined_sheets = [sentence for sentence in described.values() if CONTRADICTS not in sentence]
    if joined_sheets:
        aside |= {
            path: f"{path} was left aside, as another file was joined as the sample sheet; choose this one if it is."
            for path in sheets
        }
    left = [described.get(path, sentence) for path, sentence in aside.items()]
    told = [*first, *(sentence for sentence in left if sentence not in joined_sheets), *of_transcripts]
    notes = (*parsed.notes, *told, *joined_sheets)
    may_be_sheets = () if joined_sheets else tuple(sheets)
    return replace(parsed, notes=notes, not_read=(*parsed.not_read, *told), may_be_sheets=may_be_sheets)


def _one(path: str, members: Members) -> Parsed:
    content = members.read(path)
    check_bytes(path, len(content))
    if content.startswith(b"PK") and path.lower().endswith(".xlsx"):
        return parse_xlsx(io.BytesIO(content), path.rsplit("/", 1)[-1])
    return parse_bytes(content, once(kind_of_file(content[:4096], path), path), path)


def _sample_files(members: Members, progress: Progress) -> tuple[list[SampleFile], dict[str, str], list[str]]:
    """Return the files that hold samples, those left aside, each with a sentence, and which of these may be sample sheets."""
    paths = likely_samples(list(members.files))
    files, aside, failed = list[SampleFile](), dict[str, str](), dict[str, GeneRAINError]()
    sheets = list[str]()
    for i, path in enumerate(paths):
        progress(i / len(paths), f"reading {path.rsplit('/', 1)[-1]}")
        try:
            file = sample_file(path, stem_of(path), _one(path, members))
        except NoNumbers:
            if is_known(path):
                raise
            aside[path] = f"{path} was left aside, as it holds no column of values; join it if it is the sample sheet."
            sheets.append(path)
            continue
        except GeneRAINError as problem:
            if is_known(path):
                raise
            failed[path] = problem
            continue
        if file is None:
            aside[path] = f"{path} was left aside: it is no table with a row a gene."
        else:
            files.append(file)
    files, others = _together(files)
    aside |= {file.path: f"{file.path} was left aside: its names are none of the others'." for file in others}
    sheets += [file.path for file in others if names_samples(file, files[0])]
    return files, aside | _failures(files, failed), sheets


def _failures(files: Sequence[SampleFile], failed: dict[str, GeneRAINError]) -> dict[str, str]:
    """Return files that can't be read, each with a sentence; one called like the samples is a sample that is damaged.

    Raises:
        GeneRAINError: there is one.
    """
    endings = {_ending(file.path) for file in files}
    for path, problem in failed.items():
        if _ending(path) in endings:
            raise problem
    return {path: f"{path} was left aside: {problem}" for path, problem in failed.items()}


def _ending(path: str) -> str:
    return path.rsplit("/", 1)[-1].partition(".")[2].lower()


def _together(files: list[SampleFile]) -> tuple[list[SampleFile], list[SampleFile]]:
    """Return the files that share names with most others, and other tables that share none, as sample sheets do.

    Raises:
        GeneRAINError: one that shares none is as long as a sample, which would be lost.
    """
    tables = [file for file in files if not file.program]
    if len(tables) < 2:
        return files, []
    largest = max(tables, key=lambda file: len(set(file.genes)))
    names = set(bare_names(largest.genes))
    alike = [file for file in files if file.program or names.intersection(bare_names(file.genes))]
    if len(alike) == 1:
        alike = [file for file in files if not names_samples(file, alike[0])]
        return alike, [file for file in files if file not in alike]
    long = next((file for file in files if file not in alike and len(file.genes) >= _LONG * len(names)), None)
    if long is not None:
        raise GeneRAINError(
            f"{long.path} shares none of its {len(long.genes):,} names (such as {echo(long.genes[0])}) with {largest.path} (such "
            f"as {echo(largest.genes[0])}); give files of one annotation, named alike, or leave it out."
        )
    return alike, [file for file in files if file not in alike]


def several_name(names: Sequence[str]) -> str:
    """Return what files that were chosen together are called."""
    return names[0] if len(names) == 1 else f"{len(names):,} files ({listed(list(names), most=2)})"

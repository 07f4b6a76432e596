"""Commands that bring a release onto the disk: download, install, prepare."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core import settings
from generain_core.cli.commands.release import release_status
from generain_core.cli.opened import open_release, release_fields
from generain_core.cli.output import Output, one_line
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.install.install import Installed
    from generain_core.install.record import Record, RecordFile
    from generain_core.release.files import Release


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    words = "fetch the published release into the folder that --release names, and install it"
    download = add_command("download", _download, words)
    download.add_argument("--files", nargs="*", metavar="NAME", help="essential (default), training, all, or names of files")
    download.add_argument("--list", action="store_true", help="only list the record's files and their sizes")
    download.add_argument("--from", dest="source", metavar="SOURCE", help="another DOI, a mirror's address, or a folder")
    download.add_argument("--hgnc", nargs="?", const="", metavar="SOURCE", help="HGNC's complete set too, for aliases")
    download.add_argument("--keep", action="store_true", help="keep what was fetched after it is installed")
    download.add_argument("--no-prepare", action="store_true", help="don't make caches ahead; pages make them when first asked")
    download.add_argument("-y", "--yes", action="store_true", help="don't ask")
    ahead = add_command("prepare", _prepare, "make ahead all that is computed once for a release: vectors, maps, predictions")
    ahead.add_argument("--all-vectors", action="store_true", help="also the UMAP of each further vector set")
    install = add_command("install", _install, "put released files where they belong in the folder that --release names")
    install.add_argument("sources", nargs="+", type=Path, metavar="ARCHIVE_OR_FOLDER")


def _folder(args: argparse.Namespace) -> Path:
    """Return where to install: the line's folder, ``$GENERAIN_RELEASE``, or ``./release``; never the demo."""
    return Path(args.release or os.environ.get("GENERAIN_RELEASE") or "release").expanduser()


def _download(args: argparse.Namespace) -> Output:
    from generain_core.install.download import download
    from generain_core.install.record import DOI, HGNC, read_record

    record = read_record(args.source or DOI)
    chosen = record.choose(["essential"] if args.files is None else args.files)
    if not chosen and args.hgnc is None and not args.list:
        raise GeneRAINError("No file was chosen; name files after --files, or say essential, training or all.")
    listing = f"{one_line(record.title)}\n{_listed(record, chosen)}"
    if args.list:
        rows = [_described(file) | {"chosen": file in chosen} for file in record.files]
        return Output({"record": record.source, "title": record.title, "record_files": rows}, listing)
    root = _folder(args)
    if not args.yes and not args.json and sys.stdin.isatty():
        _ask(listing, chosen, root, hgnc=args.hgnc is not None)
    hgnc = None if args.hgnc is None else args.hgnc or HGNC
    installed = download(record, [file.name for file in chosen], root, hgnc=hgnc, keep=args.keep, progress=args.progress)
    output = _installed(installed, {"record": record.source})
    if args.no_prepare:
        return output
    steps = _prepared(installed.release, args)
    return Output(output.document | {"prepared": steps}, f"{output.text}\n{_told(steps)}")


def _prepare(args: argparse.Namespace) -> Output:
    release = open_release(args)
    steps = _prepared(release, args)
    document = release_fields(release) | {"cache": str(settings.cache_dir()), "prepared": steps}
    failed = any(step["outcome"] == "failed" for step in steps)
    return Output(document, f"{release.label}\n{_told(steps)}", status=1 if failed else 0)


def _prepared(release: Release, args: argparse.Namespace) -> list[dict[str, Any]]:
    from generain_core.install.prepare import prepare

    all_vectors = bool(getattr(args, "all_vectors", False))
    return [vars(step) for step in prepare(release, all_vectors=all_vectors, progress=args.progress)]


def _told(steps: Collection[dict[str, Any]]) -> str:
    """Return a line a cache."""
    words = {"made": "made in {seconds:.1f} s", "there": "was there already", "failed": "could not be made: {problem}"}
    lines = [f"{step['what']}: {words[step['outcome']].format(**step)}" for step in steps]
    return "\n".join(lines) or "Nothing is to be made ahead for this release."


def _described(file: RecordFile) -> dict[str, Any]:
    fields = {"name": file.name, "bytes": file.size, "md5": file.md5}
    return fields | {"released": file.is_released, "training": file.is_training}


def _listed(record: Record, chosen: Collection[RecordFile]) -> str:
    import pandas as pd

    from generain_core.text import file_size

    columns = {
        "chosen": ["yes" if file in chosen else "" for file in record.files],
        "size": [file_size(file.size) if file.size is not None else "?" for file in record.files],
        "file": [one_line(file.name, 200) for file in record.files],
    }
    return pd.DataFrame(columns).to_string(index=False)


def _ask(listing: str, chosen: Collection[RecordFile], root: Path, *, hgnc: bool) -> None:
    """Ask on the terminal whether to go on.

    Raises:
        GeneRAINError: the answer is no.
    """
    from generain_core.text import file_size

    size = file_size(sum(file.size or 0 for file in chosen))
    also = " and HGNC's complete set" if hgnc else ""
    question = f"Download {len(chosen)} file{'s' * (len(chosen) != 1)}, {size},{also} to {root}? [Y/n] "
    sys.stderr.write(f"{listing}\n{question}")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("", "y", "yes"):
        raise GeneRAINError("Nothing was downloaded; --files chooses what is.")


def _install(args: argparse.Namespace) -> Output:
    from generain_core.install.install import install

    return _installed(install(args.sources, _folder(args), progress=args.progress), {})


def _installed(installed: Installed, fields: dict[str, Any]) -> Output:
    status = release_status(installed.release)
    for name in installed.passed_over:
        note(f"note: {one_line(name, 200)} is no released file and was passed over")
    written = len(installed.written)
    counts = f"{written} file{'s' * (written != 1)} installed, {len(installed.kept)} were there already."
    document = status.document | fields | {"written": list(installed.written), "kept": list(installed.kept)}
    return Output(document, f"{status.text}\n{counts}")

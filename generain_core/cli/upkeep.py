"""Commands that bring a release onto the disk and check it: download, install, verify."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from generain_core.cli.common import Answer, Command, line, mark, open_release, tell
from generain_core.cli.release import described
from generain_core.errors import GeneRAINError


def add(command: Command) -> None:
    """Add the commands to the line."""
    download = command("download", _download, "fetch the published release into the folder that --release names, and install it")
    download.add_argument("--files", nargs="*", metavar="NAME", help="essential (default), training, all, or names of files")
    download.add_argument("--list", action="store_true", help="only list the record's files and their sizes")
    download.add_argument("--from", dest="source", metavar="SOURCE", help="another DOI, a mirror's address, or a folder")
    download.add_argument("--hgnc", nargs="?", const="", metavar="SOURCE", help="HGNC's complete set too, for aliases")
    download.add_argument("--keep", action="store_true", help="keep what was fetched after it is installed")
    download.add_argument("-y", "--yes", action="store_true", help="don't ask")
    install = command("install", _install, "put released files where they belong in the folder that --release names")
    install.add_argument("sources", nargs="+", type=Path, metavar="ARCHIVE_OR_FOLDER")
    verify = command("verify", _verify, "check every file that is there: readable, unchanged, agreeing, the example reproduced")
    verify.add_argument("-o", "--output", type=Path, metavar="OUT.json", help="write the checks to a file too")


def _folder(given: argparse.Namespace) -> Path:
    """Return where to install: the line's folder, ``$GENERAIN_RELEASE``, or ``./release``; never the demo."""
    named = getattr(given, "release", None) or os.environ.get("GENERAIN_RELEASE") or "release"
    return Path(named).expanduser()


def _download(given: argparse.Namespace) -> Answer:
    from generain_core.install.download import download, in_megabytes
    from generain_core.install.record import DOI, HGNC, read_record

    record = read_record(given.source or DOI)
    chosen = record.choose(["essential"] if given.files is None else given.files)
    if not chosen and given.hgnc is None and not given.list:
        raise GeneRAINError("No file was chosen; name files after --files, or say essential, training or all.")
    listed: list[dict[str, Any]] = [
        {
            "name": f.name,
            "bytes": f.size,
            "md5": f.md5,
            "released": f.is_released,
            "training": f.is_training,
            "chosen": f in chosen,
        }
        for f in record.files
    ]
    shown = pd.DataFrame(
        {
            "chosen": ["yes" if f in chosen else "" for f in record.files],
            "size": [in_megabytes(f.size) if f.size is not None else "?" for f in record.files],
            "file": [line(f.name, 200) for f in record.files],
        }
    ).to_string(index=False)
    if given.list:
        return {"record": record.source, "title": record.title, "record_files": listed}, f"{line(record.title)}\n{shown}"
    root = _folder(given)
    if not given.yes and not getattr(given, "json", False) and sys.stdin.isatty():
        sys.stderr.write(f"{line(record.title)}\n{shown}\n")
        size = in_megabytes(sum(f.size or 0 for f in chosen))
        also = "" if given.hgnc is None else " and HGNC's complete set"
        sys.stderr.write(f"Download {len(chosen)} file{'s' * (len(chosen) != 1)}, {size},{also} to {root}? [Y/n] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("", "y", "yes"):
            raise GeneRAINError("Nothing was downloaded; --files chooses what is.")
    hgnc = None if given.hgnc is None else given.hgnc or HGNC
    done = download(record, [f.name for f in chosen], root, hgnc=hgnc, keep=given.keep, progress=tell)
    return _installed(done, {"record": record.source})


def _install(given: argparse.Namespace) -> Answer:
    from generain_core.install.install import install

    return _installed(install(given.sources, _folder(given), progress=tell), {})


def _installed(done: Any, extra: dict[str, Any]) -> Answer:
    document, words = described(done.release)
    for name in done.passed_over:
        sys.stderr.write(f"note: {line(name, 200)} is no released file and was passed over\n")
    told = f"{len(done.written)} file{'s' * (len(done.written) != 1)} installed, {len(done.kept)} were there already."
    return document | extra | {"written": list(done.written), "kept": list(done.kept)}, f"{words}\n{told}"


def _verify(given: argparse.Namespace) -> Answer:
    from generain_core.release.provenance import provenance
    from generain_core.storage.atomic import atomic_write, check_target
    from generain_core.verify.verify import verify

    if given.output is not None:
        check_target(given.output)
    chosen = open_release(given)
    checks = verify(chosen, progress=tell)
    faults = [check for check in checks if not check.ok]
    document = mark(chosen) | {"ok": not faults, "checks": [vars(check) for check in checks]}
    document |= {"provenance": provenance(chosen, "verify")}
    if given.output is not None:
        with atomic_write(given.output) as working:
            working.write_text(json.dumps(document, indent=1), encoding="utf-8")
    words = [f"{'ok   ' if check.ok else 'FAULT'} {check.name}: {check.detail}" for check in checks]
    given.status = 1 if faults else 0
    words.append(f"{len(faults)} fault{'s' * (len(faults) > 1)}." if faults else f"All {len(checks)} checks passed.")
    return document, "\n".join([chosen.label, *words])

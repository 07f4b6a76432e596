"""A capsule saved, and run again.

In the zip: ``capsule.json`` (command, parameters, versions, release, checksums), ``inputs/``, ``results/result.json`` and the
files that the command wrote, ``decisions.csv`` (what each name was taken for), ``figure.svg``.
"""

import json
import platform
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any

from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver
from generain_core.progress import Progress, part, silent
from generain_core.release.files import Release
from generain_core.release.provenance import csv_bytes, provenance
from generain_core.samples.io.limits import FILE_BYTES, check_packing, in_words
from generain_core.storage.atomic import atomic_write, check_target
from generain_core.storage.checksums import sha256_of_file
from generain_core.version import __version__
from generain_core.work.capsule.command import Command
from generain_core.work.capsule.compare import MOST, Difference, differences, file_differences
from generain_core.work.capsule.decisions import decisions
from generain_core.work.capsule.picture import picture
from generain_core.work.capsule.running import files_below, run_command

FORMAT = "GeneRAIN Explorer capsule"
FORMAT_VERSION = 1
_ABOUT, _RESULT = "capsule.json", "results/result.json"
_MEMBER = re.compile(r"(?:capsule\.json|decisions\.csv|figure\.svg|(?:inputs|results)(?:/[\w][\w.-]{0,200}){1,6})")
_LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "torch", "transformers", "anndata", "umap-learn")
_MOST_MEMBERS = 10_000


@dataclass(frozen=True)
class Verdict:
    """Whether a result came about again.

    Attributes:
        same: whether all numbers did.
        differences: what did not, the first thousand.
        notes: what is another here than where the capsule was saved, without being a difference.
    """

    same: bool
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]


def save_capsule(
    line: Sequence[str], output: Path, release: Release, resolver: Resolver, *, progress: Progress = silent
) -> dict[str, Any]:
    """Run a command and save its result as a capsule; return what the capsule says of itself.

    Args:
        line: the command and its arguments, as on the command line.
        output: the file to write.
        release: that the command is asked of.
        resolver: who is who, for the decisions on names.
        progress: told what the command reports.

    Raises:
        GeneRAINError: it is no command whose result can be saved, its input is at fault, or the file can't be written.
    """
    check_target(output)
    command = Command.of(line)
    with tempfile.TemporaryDirectory(prefix="generain-capsule-") as name:
        folder = Path(name)
        _copied(command.inputs, folder / "inputs")
        document = _run(command, folder, release, part(progress, 0.0, 0.9))
        members = files_below(folder)
        written = {each.removeprefix("results/"): path for each, path in members.items() if each.startswith("results/")}
        table = decisions(command, document, written, folder / "inputs", resolver)
        (folder / "decisions.csv").write_bytes(csv_bytes(table, provenance(release, "what each name was taken for")))
        (folder / _RESULT).write_text(json.dumps(document, indent=1), encoding="utf-8")
        figure = picture(command.words[0], document, written, provenance(release, " ".join(command.words)[:200]))
        if figure is not None:
            (folder / "figure.svg").write_text(figure, encoding="utf-8")
        about = _about(command, release, files_below(folder))
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        with atomic_write(output) as working, zipfile.ZipFile(working, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
            for each, path in files_below(folder).items():
                target.write(path, each)
    progress(1.0, "saved")
    return about


def verify_capsule(path: Path, release: Release, *, progress: Progress = silent) -> Verdict:
    """Run the command of a capsule again and compare its result with the saved one, number by number.

    Raises:
        GeneRAINError: it is no capsule, or its command can't be run with this release.
    """
    with tempfile.TemporaryDirectory(prefix="generain-capsule-") as name:
        saved, anew = Path(name) / "saved", Path(name) / "anew"
        _unpack(path, saved)
        about = _read_about(saved, path.name)
        found = [*_changed(about, saved)]
        command = Command(tuple(about["command"]), {})
        command.check()
        anew.mkdir()
        shutil.copytree(saved / "inputs", anew / "inputs")
        document = _run(command, anew, release, progress)
        found += islice(differences(_json(saved / _RESULT), document, "result"), MOST)
        found += islice(_of_files(saved / "results", anew / "results"), MOST)
        if about["release"]["fingerprint"] != release.fingerprint:
            found.insert(0, Difference("release", about["release"]["label"], release.label))
        return Verdict(not found, tuple(found[:MOST]), _notes(about))


def _run(command: Command, folder: Path, release: Release, progress: Progress) -> dict[str, Any]:
    inputs, results = folder / "inputs", folder / "results"
    inputs.mkdir(exist_ok=True)
    results.mkdir()
    document = run_command(command.filled(inputs, results), release, progress)
    text = json.dumps(document).replace(json.dumps(str(folder))[1:-1], "@capsule")
    plain: dict[str, Any] = json.loads(text)
    return plain


def _copied(inputs: Mapping[str, Path], folder: Path) -> None:
    folder.mkdir()
    for name, path in inputs.items():
        if path.is_dir():
            shutil.copytree(path, folder / name)
        else:
            shutil.copyfile(path, folder / name)
    size = sum(path.stat().st_size for path in files_below(folder).values())
    if size > FILE_BYTES:
        raise GeneRAINError(f"The command's inputs have {in_words(size)}; capsules hold up to {in_words(FILE_BYTES)} of them.")


def _about(command: Command, release: Release, members: Mapping[str, Path]) -> dict[str, Any]:
    sums = {name: sha256_of_file(path) for name, path in members.items()}
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "command": list(command.words),
        "inputs": {name: {"name": path.name} for name, path in command.inputs.items()},
        "release": {
            "name": release.name,
            "label": release.label,
            "fingerprint": release.fingerprint,
            "simulated": release.simulated,
            "files": {key: {"path": str(file.path.name), "bytes": file.path.stat().st_size} for key, file in _present(release)},
        },
        "versions": versions(),
        "provenance": provenance(release, " ".join(command.words)[:400]),
        "members": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in sums.items()},
    }


def _present(release: Release) -> list[tuple[str, Any]]:
    return [(key, file) for key, file in release.files.items() if release.has(key) and file.path.is_file()]


def versions() -> dict[str, str]:
    """Return the versions of this program, Python, the system, and the libraries that numbers come from."""
    found = {"generain-explorer": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _unpack(path: Path, folder: Path) -> None:
    """Unpack a capsule's files, of known names only, into a new folder."""
    try:
        with zipfile.ZipFile(path) as source:
            entries = source.infolist()
            names = [each.filename for each in entries]
            if len(entries) > _MOST_MEMBERS or len(set(names)) < len(names) or not all(map(_MEMBER.fullmatch, names)):
                raise GeneRAINError(f"{path.name} holds files that no capsule has; give one that `generain save-capsule` wrote.")
            whole = sum(each.file_size for each in entries)
            if whole > 4 * FILE_BYTES:
                raise GeneRAINError(f"{path.name} unpacks to {in_words(whole)}; up to {in_words(4 * FILE_BYTES)} are read.")
            check_packing(path.name, sum(each.compress_size for each in entries), whole, advice="save the capsule anew")
            for part_of in ("inputs", "results"):
                (folder / part_of).mkdir(parents=True)
            for each in entries:
                place = folder / each.filename
                place.parent.mkdir(parents=True, exist_ok=True)
                with source.open(each) as content, place.open("wb") as out:
                    shutil.copyfileobj(content, out, 1 << 20)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as problem:
        raise GeneRAINError(
            f"{path.name} is no capsule, or was damaged ({str(problem)[:80]}); give one that `generain save-capsule` wrote."
        ) from problem


def _read_about(folder: Path, file: str) -> dict[str, Any]:
    try:
        about: dict[str, Any] = _json(folder / _ABOUT)
        if about["format"] != FORMAT:
            raise ValueError("another format")
        if int(about["format_version"]) > FORMAT_VERSION:
            later = about["versions"]["generain-explorer"]
            raise GeneRAINError(f"{file} was saved by a later version ({later}); bring this program up to date.")
        if not {"fingerprint", "label"} <= set(about["release"]) or not all(
            "sha256" in each for each in about["members"].values()
        ):
            raise ValueError("not complete")
        about["command"] = [str(word) for word in about["command"]]
        return about
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as problem:
        raise GeneRAINError(f"{file} is no capsule; give one that `generain save-capsule` wrote.") from problem


def _changed(about: Mapping[str, Any], folder: Path) -> list[Difference]:
    """Return which of a capsule's files are not as they were saved."""
    members, found = files_below(folder), []
    for name, said in about["members"].items():
        there = sha256_of_file(members[name])[1] if name in members else "missing"
        if there != said["sha256"]:
            found.append(Difference(f"{name} (file)", said["sha256"], there))
    more = members.keys() - about["members"].keys() - {_ABOUT}
    return found + [Difference(f"{name} (file)", "not in the capsule", "added since") for name in sorted(more)]


def _of_files(saved: Path, anew: Path) -> list[Difference]:
    before, now = files_below(saved), files_below(anew)
    before.pop("result.json", None)
    found = [Difference(f"{name} (file)", name in before, name in now) for name in sorted(before.keys() ^ now.keys())]
    for name in sorted(before.keys() & now.keys()):
        found += islice(file_differences(before[name], now[name], name), MOST)
    return found


def _notes(about: Mapping[str, Any]) -> tuple[str, ...]:
    here = versions()
    there = about.get("versions", {})
    return tuple(
        f"{name} was {str(there[name])[:60]} and is {here.get(name, 'missing')}"
        for name in there
        if there[name] != here.get(name)
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))

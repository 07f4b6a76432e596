"""Commands about results that can be run again: save-capsule, verify-capsule."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.cli.opened import open_generain, open_release, release_fields
from generain_core.cli.options import add_output
from generain_core.cli.output import Output, one_line
from generain_core.generain import GeneRAIN

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand

_SHOWN = 20


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    words = "run a command and save its result with inputs, decisions on names, versions and figure, to be run again"
    save = add_command("save-capsule", _save, words)
    add_output(save, "FILE", words="the zip to write")
    save.add_argument("line", nargs=argparse.REMAINDER, metavar="COMMAND", help="the command, with its arguments")
    verify = add_command("verify-capsule", _verify, "run a capsule's command again and compare number by number")
    verify.add_argument("file", type=Path, metavar="FILE", help="a zip that save-capsule wrote")


def _save(args: argparse.Namespace) -> Output:
    line = _own_options(args)
    generain = open_generain(args)
    about = generain.save_capsule(line, args.output, progress=args.progress)
    document = {"output": str(args.output), "capsule": about}
    text = f"{args.output}: the result of `generain {one_line(' '.join(line), 200)}`, {len(about['members']):,} files"
    return Output(release_fields(generain.release) | document, text)


def _own_options(args: argparse.Namespace) -> list[str]:
    """Take the options that all commands share, which may stand at the end of the line, off the command's own."""
    line: list[str] = []
    words = iter(args.line)
    for word in words:
        if word == "--json":
            args.json = True
        elif word == "--release":
            args.release = next(words, args.release)
        else:
            line.append(word)
    return line


def _verify(args: argparse.Namespace) -> Output:
    generain = GeneRAIN(open_release(args))
    verdict = generain.verify_capsule(args.file, progress=args.progress)
    rows = [{"where": each.where, "saved": each.saved, "now": each.now} for each in verdict.differences]
    document = {"same": verdict.same, "differences": rows, "notes": list(verdict.notes)}
    lines = [f"{args.file.name}: {'the same' if verdict.same else f'{len(rows):,} differences'}"]
    lines += [
        f"  {one_line(each.where, 100)}: {one_line(str(each.saved))} → {one_line(str(each.now))}" for each in verdict.differences
    ]
    lines = lines[: _SHOWN + 1] + ([f"  and {len(rows) - _SHOWN:,} more"] if len(rows) > _SHOWN else [])
    lines += [f"  here {note}" for note in verdict.notes]
    return Output(release_fields(generain.release) | document, "\n".join(lines), 0 if verdict.same else 1)

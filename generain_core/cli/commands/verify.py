"""The command that checks a release: verify."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from generain_core.cli.opened import open_release, release_fields
from generain_core.cli.options import add_output
from generain_core.cli.output import Output

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


_MARKS = {True: "ok   ", False: "FAULT", None: "n/a  "}


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    words = "check every file that is there: readable, unchanged, agreeing, the example reproduced"
    add_output(add_command("verify", _verify, words), "OUT.json", required=False, words="write the checks to a file too")


def _verify(args: argparse.Namespace) -> Output:
    from generain_core.release.provenance import provenance
    from generain_core.storage.atomic import atomic_write, check_target
    from generain_core.verify.verify import verify

    if args.output is not None:
        check_target(args.output)
    release = open_release(args)
    checks = verify(release, progress=args.progress)
    faults = sum(check.ok is False for check in checks)
    document = release_fields(release) | {"ok": not faults, "checks": [vars(check) for check in checks]}
    document |= {"provenance": provenance(release, "verify")}
    if args.output is not None:
        with atomic_write(args.output) as working:
            working.write_text(json.dumps(document, indent=1), encoding="utf-8")
    lines = [f"{_MARKS[check.ok]} {check.name}: {check.detail}" for check in checks]
    result = sum(check.ok is not None for check in checks)
    rest = f" {len(checks) - result} do not apply to this release." if result < len(checks) else ""
    verdict = f"{faults} fault{'s' * (faults > 1)}." if faults else f"All {result} checks passed.{rest}"
    return Output(document, "\n".join([release.label, *lines, verdict]), status=1 if faults else 0)

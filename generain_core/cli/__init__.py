"""The command line: ``generain [--release DIR] COMMAND … [--json]``.

`parser` builds the line and its help, `options` spells what several commands share, `commands` has a file a group.
"""

import os
import sys
from collections.abc import Sequence

from generain_core.cli.output import Output, write
from generain_core.cli.parser import parse
from generain_core.cli.progress import report_progress
from generain_core.errors import GeneRAINError
from generain_core.models.parallel import is_first


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 1 when `verify` found faults, 2 when the input or its use is at fault."""
    try:
        args = parse(arguments)
        with report_progress(as_json=args.json) as args.progress:
            output: Output = args.run(args)
        if is_first():
            write(output, as_json=args.json)
        sys.stdout.flush()
    except GeneRAINError as problem:
        sys.stderr.write(f"error: {_said(problem)}\n")
        return 2
    except BrokenPipeError:  # whoever read on has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:  # a disk, a folder or a name that the system refuses, wherever the work met it
        where = f"{str(problem.filename)[:200]}: " if problem.filename else ""
        sys.stderr.write(f"error: {where}{problem.strerror or ' '.join(str(problem).split())}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return output.status


def _said(problem: GeneRAINError) -> str:
    """Return an error as one line; where the user's consent makes it go away, with the options that give it."""
    words = " ".join(str(problem).split())
    values = {"log_base": " 2, e or 10", "value_kind": " counts, estimated, cpm or log", "genes_in": " rows or columns"}
    values |= dict.fromkeys(("layer", "part", "sheet_column", "gene_column"), " NAME")
    options = " ".join(f"--{name.replace('_', '-')}{values.get(name, '')}" for name in getattr(problem, "options", ()))
    return f"{words.rstrip('.')}; add {options} to go on with it so." if options else words

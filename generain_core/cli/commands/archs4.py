"""Commands about ARCHS4: archs4 (search), archs4-pull, archs4-tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.commands.samples import report_samples
from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.options import (
    add_device,
    add_max_single_cell,
    add_min_genes,
    add_model,
    add_option,
    add_output,
    add_rows,
)
from generain_core.cli.output import Output, records
from generain_core.errors import GeneRAINError
from generain_core.progress import part
from generain_core.release import files
from generain_core.release.model_descriptions import describe_model
from generain_core.text import with_noun

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.samples.archs4.chosen_samples import Archs4

MOST = 2000
"""Samples that are pulled into one file at most."""


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    search = add_command("archs4", _search, "samples of ARCHS4 that have all of the words")
    search.add_argument(
        "text", nargs="*", metavar="WORD", help="in title, source, characteristics, series or accession; -WORD: not"
    )
    add_rows(search, 50, "rows to show")
    add_max_single_cell(search)
    words = "chosen samples of ARCHS4: read by column, binned, embedded; written as h5ad"
    pull = add_command("archs4-pull", _pull, words)
    pull.add_argument("samples", nargs="*", metavar="GSM", help="accessions of samples")
    accessions = {"type": Path, "metavar": "FILE", "help": "a file with one accession a line"}
    add_option(pull, "--accessions", old=["--list"], **accessions)
    add_option(pull, "--search", old=["--find"], metavar="WORDS", help="all samples that have these words")
    pull.add_argument("--most", type=int, default=MOST, metavar="N", help=f"samples at most ({MOST:,})")
    add_output(pull, "OUT.h5ad", words="counts, bins and embedding")
    pull.add_argument("--gene-set", choices=files.GENE_SETS, help="whose bins to make; a model's own if --model is given")
    add_model(pull, "embed with this network too")
    add_device(pull)
    add_min_genes(pull)
    add_max_single_cell(pull)
    add_command("archs4-tables", _tables, "write genes_meta.tsv and samples_meta.tsv beside ARCHS4")


def _search(args: argparse.Namespace) -> Output:
    from generain_core.samples.archs4.chosen_samples import Archs4

    release = open_release(args)
    opened = Archs4.open(release, progress=args.progress)
    samples, total = opened.search(" ".join(args.text), max_single_cell=args.max_single_cell, limit=max(0, args.k))
    rows = samples.map(_printable).to_string(index=False)
    table = rows if len(samples) else "None has all of these words and is no single cell; try fewer."
    document = {"found": total, "samples": records(samples)}
    return Output(release_fields(release) | document, f"{with_noun(total, 'sample')} ({release.label})\n{table}")


def _printable(value: object) -> object:
    return "".join(c if c.isprintable() else " " for c in value)[:60] if isinstance(value, str) else value


def _pull(args: argparse.Namespace) -> Output:
    from generain_core.facade.binned_table import write_samples
    from generain_core.models.embedding import embed_samples
    from generain_core.samples.archs4.chosen_samples import Archs4
    from generain_core.samples.binning.normalize import normalize
    from generain_core.storage.atomic import check_target

    check_target(args.output)
    release = open_release(args)
    columns = _columns(args, Archs4.open(release, progress=args.progress))
    opened, resolver = Archs4.open(release), open_resolver(release)
    expression = opened.read(columns, progress=part(args.progress, 0.0, 0.3))
    gene_set = describe_model(args.model).gene_set if args.model else args.gene_set or "coding_lncrna"
    options = {"gene_set": gene_set, "min_genes": args.min_genes}
    normalized = normalize(expression, release, resolver, **options, progress=part(args.progress, 0.3, 0.2))
    report: dict[str, Any] = {}
    if args.model:
        progress = part(args.progress, 0.5, 0.5)
        report = embed_samples(normalized.adata, release, args.model, device=args.device, progress=progress)
    write_samples(normalized.adata, args.output)
    said = {"notes": list(expression.notes), "value_kind": expression.value_kind.label}
    return report_samples(args, release, normalized.report | said | report)


def _columns(args: argparse.Namespace, opened: Archs4) -> list[int]:
    names = list(args.samples)
    if args.accessions is not None:
        try:
            names += args.accessions.read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError) as problem:
            raise GeneRAINError(f"{args.accessions} can't be read as a list of accessions; give a text file.") from problem
    columns = list(opened.columns(names)) if names else []
    if args.search is not None:
        columns += list(opened.search(args.search, max_single_cell=args.max_single_cell, limit=None)[0]["column"])
    if not columns:
        raise GeneRAINError("No sample was chosen; give accessions, --accessions FILE, or --search WORDS that some samples have.")
    if len(set(columns)) > args.most:
        raise GeneRAINError(
            f"{with_noun(len(set(columns)), 'sample')} were chosen, and up to {args.most:,} go into one file; choose "
            "fewer, say --most, "
            "or build a reference of them."
        )
    return columns


def _tables(args: argparse.Namespace) -> Output:
    from generain_core.samples.archs4.meta_tables import write_tables

    release = open_release(args)
    paths = [str(path) for path in write_tables(release)]
    return Output(release_fields(release) | {"written": paths}, "\n".join(paths))

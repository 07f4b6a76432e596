"""Commands about the user's samples: normalize, embed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.expression_table import add_table, input_files, read_table
from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.options import add_device, add_model, add_option, add_output, whole
from generain_core.cli.output import Output
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError
from generain_core.models.parallel import is_first
from generain_core.progress import Progress, part
from generain_core.release import files
from generain_core.release.files import Release
from generain_core.release.model_descriptions import describe_model

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.samples.binning.normalize import Normalized
    from generain_core.samples.interpret.expression import Expression


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    normalize = add_command("normalize", _normalize, "Binning-By-Gene of an expression table, written as h5ad")
    embed = add_command("embed", _embed, "embedding of the samples of an expression table, written as h5ad")
    for command in (normalize, embed):
        add_table(command)
        add_output(command, "OUT.h5ad", words="counts, bins, and what was decided")
    normalize.add_argument("--gene-set", choices=files.GENE_SETS, default="coding_lncrna", help="(coding_lncrna)")
    normalize.add_argument(
        "--chunk", type=int, metavar="N", help="rank runs of N samples together; 5 reproduces the published example"
    )
    add_device(normalize, "auto (default), cpu or cuda; auto is the CPU, which suffices for bins")
    add_model(embed, "which network embeds", required=True)
    add_device(embed)
    embed.add_argument("--batch-size", type=_batch, default=None, metavar="N", help="samples a batch; auto (default): as fit")
    embed.add_argument("--precision", choices=("float32", "mixed"), default="float32", help="mixed: 16 bits where that holds")
    embed.add_argument("--loss", action="store_true", help="add how surprising the model finds each sample")
    contextual = {"metavar": "GENE[,GENE]", "help": "add contextual embeddings of these genes"}
    add_option(embed, "--contextual", old=["--genes"], **contextual)
    embed.add_argument("--stability", action="store_true", help="embed again under random gene drop-out and other orders of ties")
    words = "the mean over so many seeded orders of equal bins (1: that of the token index alone)"
    embed.add_argument("--tie-orders", type=whole, default=1, metavar="N", help=words)


def _batch(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no batch size; give auto or a whole number from 1")
    return int(text)


def _normalize(args: argparse.Namespace) -> Output:
    device = "cpu" if args.device == "auto" else args.device
    options = {"gene_set": args.gene_set, "chunk": args.chunk, "device": device}
    release, expression, normalized = _binned(args, args.progress, **options)
    return write_samples(args, release, expression, normalized)


def _embed(args: argparse.Namespace) -> Output:
    from generain_core.models.embedding import embed_samples

    release, expression, normalized = _binned(args, part(args.progress, 0.0, 0.1), gene_set=describe_model(args.model).gene_set)
    report = embed_samples(
        normalized.adata,
        release,
        args.model,
        device=args.device,
        batch_size=args.batch_size,
        precision=args.precision,
        loss=args.loss,
        with_stability=args.stability,
        tie_orders=args.tie_orders,
        genes=[name.strip() for name in args.contextual.split(",")] if args.contextual else (),
        progress=part(args.progress, 0.1, 0.9),
    )
    return write_samples(args, release, expression, normalized, **report)


def _binned(args: argparse.Namespace, progress: Progress, **options: Any) -> tuple[Release, Expression, Normalized]:
    """Return the release, the table as read and what `normalize` made of it."""
    from generain_core.samples.binning.normalize import normalize
    from generain_core.samples.interpret.pseudobulk import sum_by
    from generain_core.storage.atomic import check_target

    check_target(args.output)
    if args.output.resolve() in input_files(args):
        raise GeneRAINError(f"{args.output} is the input itself; name another file for the result.")
    release = open_release(args)
    resolver = open_resolver(release)
    expression = read_table(args, resolver)
    if args.sum_by:
        expression = sum_by(expression, args.sum_by.split(","))
    normalized = normalize(expression, release, resolver, min_genes=args.min_genes, **options, progress=progress)
    return release, expression, normalized


def write_samples(
    args: argparse.Namespace, release: Release, expression: Expression, normalized: Normalized, **embedding: Any
) -> Output:
    """Write binned (and embedded) samples as h5ad, and return the report."""
    if not is_first():
        return Output({}, "")
    from generain_core.samples.binning.binned_files import write_h5ad

    write_h5ad(normalized.adata, args.output)
    report = normalized.report
    report |= {"notes": list(expression.notes), "value_kind": expression.value_kind.label, "output": str(args.output)}
    for text in (*expression.notes, *report["warnings"]):
        note(f"note: {text}")
    return Output(release_fields(release) | report | embedding, "\n".join(_report_lines(report, embedding)))


def _report_lines(report: dict[str, Any], embedding: dict[str, Any]) -> list[str]:
    from generain_core.text import listed

    text = (
        f"{report['samples_kept']:,} samples kept, {len(report['samples_dropped']):,} dropped; {report['genes_matched']:,} genes "
        f"matched of {report['genes_in_input']:,} in the file, {report['genes_missing']:,} of the gene set missing "
        f"({report['coverage']:.1%} found: {report['verdict']}); written to {report['output']}"
    )
    if embedding:
        text += f"; embedded by {embedding['model']} on {embedding['device']} in {embedding['seconds']:.1f} s"
    lines = [text]
    if aside := report["set_aside"]:
        lines.append(f"set aside as no genes, left out of the totals: {len(aside):,} ({listed(aside)})")
    if summed := list(report["genes_summed"]):
        lines.append(f"genes of several rows, which were summed: {len(summed):,} ({listed(summed)})")
    return lines + [f"dropped: {each['sample']} ({each['reason']})" for each in report["samples_dropped"]]

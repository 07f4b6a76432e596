"""Commands about the user's samples: normalize, embed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.expression_table import add_table, table_options
from generain_core.cli.opened import open_generain, release_fields
from generain_core.cli.options import add_device, add_model, add_option, add_output, whole
from generain_core.cli.output import Output
from generain_core.cli.progress import note
from generain_core.facade.binned_table import EmbeddingChoices
from generain_core.facade.tables import start_reader
from generain_core.models.parallel import is_first
from generain_core.release import files
from generain_core.release.files import Release
from generain_core.text import percent, with_noun

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand


_MOST = 12
"""So many things that were left out are told of on the line; the JSON document has all."""


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
    start_reader(args.input)
    generain = open_generain(args)
    binned = generain.bin_table(
        args.input,
        gene_set=args.gene_set,
        output=args.output,
        chunk=args.chunk,
        device="cpu" if args.device == "auto" else args.device,
        progress=args.progress,
        **table_options(args),
    )
    return report_samples(args, generain.release, binned.report)


def _embed(args: argparse.Namespace) -> Output:
    start_reader(args.input)
    generain = open_generain(args)
    choices = EmbeddingChoices(
        device=args.device,
        batch_size=args.batch_size,
        precision=args.precision,
        loss=args.loss,
        genes=args.contextual or (),
        stability=args.stability,
        tie_orders=args.tie_orders,
    )
    said = table_options(args)
    binned = generain.embed_table(args.input, args.model, choices, output=args.output, progress=args.progress, **said)
    return report_samples(args, generain.release, binned.report)


def report_samples(args: argparse.Namespace, release: Release, report: dict[str, Any]) -> Output:
    """Return the report on binned (and embedded) samples that were written; its notes go to standard error."""
    if not is_first():
        return Output({}, "")
    if report.get("decision"):
        ways = ", ".join(each["option"] for each in report["decisions"] if each["option"])
        note(f"note: {report['decision']}{f' Otherwise: {ways}.' if ways else ''}")
    for left in report.get("left_out", ())[:_MOST]:
        note(f"note: left out: the {left['what']} {left['name']}, {left['reason']} ({left['option']} takes it in)")
    for text in (*report["notes"], *report["warnings"], *report["second_opinion"].get("sentences", ())):
        note(f"note: {text}")
    document = report | {"output": str(args.output)}
    return Output(release_fields(release) | document, "\n".join(_report_lines(document)))


def _report_lines(report: dict[str, Any]) -> list[str]:
    from generain_core.text import listed

    text = (
        f"{with_noun(report['samples_kept'], 'sample')} kept, {len(report['samples_dropped']):,} dropped; "
        f"{with_noun(report['genes_matched'], 'gene')} "
        f"matched of {report['genes_in_input']:,} in the file, {report['genes_missing']:,} of the gene set missing "
        f"({percent(report['coverage'], 1)} found: {report['verdict']}); written to {report['output']}"
    )
    if report.get("restored"):
        text += f"; the embedding by {report['model']} in the file was kept"
    elif "model" in report:
        text += f"; embedded by {report['model']} on {report['device']} in {report['seconds']:.1f} s"
    lines = [text]
    if aside := report["set_aside"]:
        lines.append(f"set aside as no genes, left out of the totals: {len(aside):,} ({listed(aside)})")
    if summed := list(report["genes_summed"]):
        lines.append(f"genes of several rows, which were summed: {len(summed):,} ({listed(summed)})")
    return lines + [f"dropped: {each['sample']} ({each['reason']})" for each in report["samples_dropped"]]

"""Commands about the user's samples: normalize, embed."""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, quiet, tell
from generain_core.errors import GeneRAINError
from generain_core.genes.cleaning import listed
from generain_core.models.parallel import is_first
from generain_core.release import files
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model


def add(command: Command) -> None:
    """Add the commands to the line."""
    normalize = command("normalize", _normalize, "Binning-By-Gene of an expression table, written as h5ad")
    embed = command("embed", _embed, "embedding of the samples of an expression table, written as h5ad")
    for each in (normalize, embed):
        add_input(each, "OUT.h5ad")
    normalize.add_argument("--gene-set", choices=files.GENE_SETS, default="coding_lncrna")
    normalize.add_argument("--chunk", type=int, help="rank runs of so many samples together; 5 reproduces the published example")
    normalize.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    embed.add_argument("--model", choices=MODEL_NAMES, required=True)
    embed.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    embed.add_argument("--batch-size", type=_batch, default=None, help="samples a batch; auto (default): as many as fit")
    embed.add_argument("--precision", choices=("float32", "mixed"), default="float32", help="mixed: 16 bits where that holds")
    embed.add_argument("--loss", action="store_true", help="add how surprising the model finds each sample")
    embed.add_argument("--genes", metavar="GENE[,GENE]", help="add contextual embeddings of these genes")
    embed.add_argument("--stability", action="store_true", help="embed again under random gene drop-out")


def add_input(parser: argparse.ArgumentParser, output: str) -> None:
    """Add the arguments that say how an expression table is read."""
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar=output)
    parser.add_argument("--min-genes", type=int, default=2000, help="a sample needs more expressed genes than this (2000)")
    parser.add_argument("--samples", type=Path, metavar="SHEET", help="a sample sheet to join by sample name")
    parser.add_argument("--sum-by", metavar="COLUMN[,COLUMN]", help="sum the samples (cells) of equal values first")
    parser.add_argument("--layer", help="the layer of an h5ad that holds counts")
    parser.add_argument("--genes-in", choices=("rows", "columns"))
    parser.add_argument("--gene-column", metavar="NAME", help="the column that names the genes")
    parser.add_argument("--values", choices=KINDS, help="what the values are, against what is found out")
    parser.add_argument("--back-transform", action="store_true", help="undo a log, with the base that is inferred or given")
    parser.add_argument("--log-base", choices=("2", "e", "10"), help="undo a log of this base")
    parser.add_argument("--plus-one", action=argparse.BooleanOptionalAction, help="1 was, or was not, added before the log")
    parser.add_argument("--missing-as-zero", action="store_true", help="take cells without a value as 0")
    parser.add_argument("--keep-sums", action="store_true", help="keep columns and rows that are the sum or mean of the others")


KINDS = {"counts": "counts", "estimated": "estimated counts", "cpm": "CPM/TPM", "log": "log"}
"""Kinds of values as they are written on the line."""


def _batch(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no batch size; give auto or a whole number from 1")
    return int(text)


def read_input(given: argparse.Namespace, resolver: Any) -> Any:
    """Read the expression table that the line names, with its sample sheet joined."""
    from generain_core.samples.interpret.correction import read_expression
    from generain_core.samples.interpret.refusal import Mendable
    from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet

    try:
        expression = read_expression(given.input, resolver, **_corrections(given))
    except Mendable as problem:
        options = " ".join(f"--{name.replace('_', '-')}" for name in problem.by)
        raise GeneRAINError(f"{str(problem).rstrip('.')}; add {options} to go on with it so.") from problem
    if given.samples is not None:
        expression = join_samples(expression, read_sample_sheet(given.samples))
    return expression


def _corrections(given: argparse.Namespace) -> Any:
    """Return what the line says of the table, against or beside what is found out."""
    plain = ("layer", "genes_in", "gene_column", "back_transform", "missing_as_zero", "keep_sums")
    said = {name: value for name in plain if (value := getattr(given, name))}
    if given.values is not None:
        said["value_kind"] = KINDS[given.values]
    if given.log_base is not None:
        said["base"] = math.e if given.log_base == "e" else float(given.log_base)
    if given.plus_one is not None:
        said["plus_one"] = given.plus_one
    return said


def _binned(given: argparse.Namespace, told: Callable[[float, str], None], **options: Any) -> tuple[Release, Any, Any, Any]:
    """Return the release, its resolver, the table as read and what `normalize` made of it."""
    from generain_core.samples.binning.normalize import normalize
    from generain_core.samples.interpret.pseudobulk import sum_by
    from generain_core.storage.atomic import check_target

    check_target(given.output)
    if given.output.resolve() in {path.resolve() for path in (given.input, given.samples) if path is not None}:
        raise GeneRAINError(f"{given.output} is the input itself; name another file for the result.")
    chosen = open_release(given)
    resolver = open_resolver(chosen)
    expression = read_input(given, resolver)
    if given.sum_by:
        expression = sum_by(expression, given.sum_by.split(","))
    done = normalize(expression, chosen, resolver, min_genes=given.min_genes, **options, progress=told)
    return chosen, resolver, expression, done


def written(given: argparse.Namespace, chosen: Release, expression: Any, done: Any, **extra: Any) -> Answer:
    """Write binned (and embedded) samples as h5ad, and return the report."""
    if not is_first():
        return {}, ""
    from generain_core.samples.binning.binned_files import write_h5ad

    write_h5ad(done.adata, given.output)
    report = done.report | {"notes": list(expression.notes), "value_kind": expression.value_kind, "output": str(given.output)}
    for note in (*expression.notes, *report["warnings"]):
        sys.stderr.write(f"note: {note}\n")
    words = (
        f"{report['samples_kept']:,} samples kept, {len(report['samples_dropped']):,} dropped; {report['genes_matched']:,} genes "
        f"matched of {report['genes_in_input']:,} in the file, {report['genes_missing']:,} of the gene set missing "
        f"({report['coverage']:.1%} found: {report['verdict']}); written to {given.output}"
    )
    if extra:
        words += f"; embedded by {extra['model']} on {extra['device']} in {extra['seconds']:.1f} s"
    lines = [words]
    if aside := report["set_aside"]:
        lines.append(f"set aside as no genes, left out of the totals: {len(aside):,} ({listed(aside)})")
    if summed := list(report["genes_summed"]):
        lines.append(f"genes of several rows, which were summed: {len(summed):,} ({listed(summed)})")
    lines += [f"dropped: {each['sample']} ({each['reason']})" for each in report["samples_dropped"]]
    return mark(chosen) | report | extra, "\n".join(lines)


def _normalize(given: argparse.Namespace) -> Answer:
    options = {"gene_set": given.gene_set, "chunk": given.chunk, "device": given.device}
    chosen, _, expression, done = _binned(given, tell, **options)
    return written(given, chosen, expression, done)


def _embed(given: argparse.Namespace) -> Answer:
    from generain_core.models.embedding import embed_samples

    said = tell if is_first() else quiet
    chosen, _, expression, done = _binned(
        given, lambda share, words: said(0.1 * share, words), gene_set=describe_model(given.model).gene_set
    )
    options: dict[str, Any] = {"device": given.device, "batch_size": given.batch_size, "precision": given.precision}
    options |= {"loss": given.loss, "with_stability": given.stability}
    options |= {"genes": [name.strip() for name in given.genes.split(",")] if given.genes else ()}
    extra = embed_samples(
        done.adata, chosen, given.model, **options, progress=lambda share, words: said(0.1 + 0.9 * share, words)
    )
    return written(given, chosen, expression, done, **extra)

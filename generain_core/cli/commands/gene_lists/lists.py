"""Commands about lists of genes: lists, coherence, expand, enrich, shared-attributes, explain."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.opened import open_release, release_fields
from generain_core.cli.options import add_output, add_rows, add_seed
from generain_core.cli.output import Output, records, titled_table
from generain_core.generain import GeneRAIN
from generain_core.lists.gene_list import Origin
from generain_core.text import percent, significant
from generain_core.wording.origins import WORDS, circular, resembles

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand

_LIST = "a file (txt, csv, xlsx, GMT with --name) or names with commas between"


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    lists = add_command("lists", _lists, "resolve lists of genes and combine them")
    lists.add_argument("files", nargs="+", metavar="LIST", help=_LIST)
    lists.add_argument("--op", choices=("union", "intersection", "difference"), help="difference: the first without the others")
    add_output(lists, "OUT.gmt", required=False, words="the lists")
    coherence = add_command("coherence", _coherence, "is a list more alike than matched random lists")
    coherence.add_argument("list", metavar="LIST", help=_LIST)
    coherence.add_argument("--draws", type=int, default=999, metavar="N", help="random lists, 999 (default) or more")
    add_seed(coherence)
    expand = add_command("expand", _expand, "genes that belong to a list too")
    expand.add_argument("list", metavar="LIST", help=_LIST)
    add_rows(expand, 50, "how many")
    expand.add_argument("--method", choices=("centroid", "ranks"), default="centroid", help="centroid (default) or ranks")
    enrich = add_command("enrich", _enrich, "gene sets over-represented in a list, or at the top of a ranked one")
    enrich.add_argument("list", metavar="LIST", help=f"{_LIST}; with --ranked a table with the columns gene and score")
    enrich.add_argument("--sets", nargs="+", required=True, type=Path, metavar="SETS.gmt", help="gene sets, a library a file")
    enrich.add_argument("--background", metavar="LIST", help="genes that could have been on the list; default: the model's")
    enrich.add_argument("--ranked", action="store_true", help="the list is a ranking")
    enrich.add_argument("--score", metavar="COLUMN", help="with --ranked: the column of numbers that ranks, the highest first")
    words = "with --ranked, of a table with the rankings of several perturbations, contrasts or clusters: which"
    enrich.add_argument("--of", metavar="NAME", help=words)
    words = "the predicted attributes that a list's genes share, beside random lists"
    shared = add_command("shared-attributes", _shared, words)
    shared.add_argument("list", metavar="LIST", help=_LIST)
    shared.add_argument("--draws", type=int, default=999, metavar="N", help="random lists, 999 (default) or more")
    add_rows(shared, 50, "how many")
    add_seed(shared)
    explain = add_command("explain", _explain, "why two genes, or those of a list, are alike")
    explain.add_argument("genes", nargs="+", metavar="GENE", help=f"two genes, or {_LIST}")
    for command in (lists, coherence, shared, explain):
        words = "how the list came about, such as neighbors: those by similarity get no p; default: what its file says, else user"
        command.add_argument("--origin", help=words)
    for command in (lists, coherence, expand, enrich, shared, explain):
        command.add_argument("--name", help="the set to take of a GMT file")
    for command in (coherence, expand, explain):
        command.add_argument("--vectors", metavar="NAME", help="a vector set that `status` lists")


def _lists(args: argparse.Namespace) -> Output:
    release = open_release(args)
    lists = GeneRAIN(release).lists(args.files, args.op, args.output, name=args.name, origin=args.origin)
    rows = [
        {"name": each.name, "genes": list(each.genes), "missing": _missing(each.missing), "origin": str(each.origin)}
        for each in lists
    ]
    text = "\n".join(
        f"{each.name}: {len(each):,} genes, {len(each.missing):,} names without one; {WORDS[each.origin]}" for each in lists
    )
    return Output(release_fields(release) | {"lists": rows}, text)


def _coherence(args: argparse.Namespace) -> Output:
    release = open_release(args)
    generain = GeneRAIN(release)
    genes = generain.gene_list(args.list, name=args.name, vectors=args.vectors)
    options: dict[str, Any] = {"name": args.name, "origin": args.origin, "draws": args.draws, "seed": args.seed}
    result = generain.coherence(args.list, **options, vectors=args.vectors, progress=args.progress)
    why = circular(Origin(args.origin or genes.origin)) if result.p_value is None else ""
    fields = ("mean_cosine", "null_mean", "null_sd", "effect", "p_value", "draws")
    document = {"genes": list(genes.genes), "missing": _missing(genes.missing)} | {name: getattr(result, name) for name in fields}
    text = (
        f"{result.genes} genes, mean cosine {result.mean_cosine:.4f}; {result.draws:,} random lists of like "
        f"{' and '.join(result.matched_on)}: {result.null_mean:.4f} ± {result.null_sd:.4f}"
    )
    p_value = f". {why}" if result.p_value is None else f", p {significant(result.p_value)}"
    text += p_value + _unused(genes.missing)
    return Output(release_fields(release) | document | {"matched_on": list(result.matched_on), "why": why}, text)


def _expand(args: argparse.Namespace) -> Output:
    release = open_release(args)
    generain = GeneRAIN(release)
    listed = generain.gene_list(args.list, name=args.name, vectors=args.vectors)
    result = generain.expand(args.list, args.k, method=args.method, name=args.name, vectors=args.vectors)
    document = {"genes": records(result.table), "recovery": result.recovery, "recovery_by_chance": result.by_chance}
    recovered = "" if result.recovery is None else f"; {percent(result.recovery)} of the list's own found when left out"
    title = f"genes that belong too ({release.label}{recovered}{_unused(listed.missing)})"
    document |= {"missing": _missing(listed.missing)}
    return Output(release_fields(release) | document, titled_table(title, result.table))


def _enrich(args: argparse.Namespace) -> Output:
    release = open_release(args)
    result = GeneRAIN(release).enrich(
        args.list, args.sets, background=args.background, ranked=args.ranked, score=args.score, of=args.of, name=args.name
    )
    document = {
        "background_size": result.background_size,
        "list_size": result.list_size,
        "test": result.test,
        "null": result.null,
        "why": resembles(result.origin),
        "missing": _missing(result.missing),
        "sets": records(result.table),
    }
    shown = result.table.drop(columns=["genes", "folded_into"]).head(30)
    title = f"{result.test}, {len(result.table):,} sets ({release.label}{_unused(result.missing)}); null: {result.null}"
    title += f". {resembles(result.origin).rstrip('.')}" if result.origin.by_similarity else ""
    return Output(release_fields(release) | document, titled_table(title, shown))


def _shared(args: argparse.Namespace) -> Output:
    generain = GeneRAIN(open_release(args))
    listed = generain.lists([args.list], name=args.name, origin=args.origin)[0]
    options: dict[str, Any] = {"name": args.name, "origin": args.origin, "draws": args.draws, "seed": args.seed}
    result = generain.shared_attributes(args.list, **options, progress=args.progress)
    why = circular(listed.origin) if listed.origin.by_similarity else ""
    document = {
        "genes": result.genes,
        "draws": result.draws,
        "matched_on": list(result.matched_on),
        "why": why,
        "missing": _missing(listed.missing) + [{"input": gene, "reason": "no predictions"} for gene in result.missing],
        "attributes": records(result.table.head(args.k)),
    }
    title = f"attributes shared by {result.genes:,} genes, beside {result.draws:,} random lists of like "
    title += f"{' and '.join(result.matched_on)} ({generain.release.label}{_unused(listed.missing)})"
    shown = result.table.head(args.k).drop(columns=["p_value", "p_adjusted"] if why else [])
    return Output(release_fields(generain.release) | document, titled_table(f"{title}. {why}".rstrip(". "), shown))


def _explain(args: argparse.Namespace) -> Output:
    release = open_release(args)
    generain = GeneRAIN(release)
    asked = args.genes if len(args.genes) <= 2 else [",".join(args.genes)]
    missing = {} if len(asked) == 2 else generain.gene_list(asked[0], name=args.name, vectors=args.vectors).missing
    result = generain.explain(*asked, name=args.name, origin=args.origin, vectors=args.vectors, progress=args.progress)
    reasons = [{name: _plain(value) for name, value in vars(reason).items()} for reason in result.reasons]
    document = {"genes": list(result.genes), "cosine": result.cosine, "mutual_rank": _plain(result.mutual_rank)}
    document |= {"p_value": _plain(result.p_value), "sentence": result.sentence, "reasons": reasons}
    document |= {"neighbors": [{name: _plain(value) for name, value in vars(each).items()} for each in result.neighbors]}
    document |= {"missing": _missing(missing)}
    return Output(release_fields(release) | document, f"{result.sentence.rstrip('.')}{_unused(missing)}.")


def _unused(missing: Mapping[str, str]) -> str:
    """Return how many names led to no gene, and the first of them, in words."""
    return f"; {len(missing):,} names not used, such as {next(iter(missing))[:40]}" if missing else ""


def _missing(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"input": name, "reason": reason} for name, reason in names.items()]


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: tuples as lists, numbers that are none as null."""
    if isinstance(value, tuple):
        return list(value)
    return None if isinstance(value, float) and value != value else value

"""Commands that hold lists or vector sets against each other: compare, neighborhoods, sum-of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.opened import open_generain, release_fields
from generain_core.cli.options import add_rows, add_seed
from generain_core.cli.output import Output, records, titled_table
from generain_core.text import percent, significant

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand

_LIST = "a file (txt, csv, xlsx, GMT with one set) or names with commas between"


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    compare = add_command("compare", _compare, "two lists: what they share, how near they are, which genes are nearest")
    compare.add_argument("genes", metavar="LIST", help=_LIST)
    compare.add_argument("other", metavar="LIST", help=_LIST)
    neighborhoods = add_command("neighborhoods", _neighborhoods, "the nearest genes in one vector set against those in another")
    neighborhoods.add_argument("genes", metavar="LIST", help=_LIST)
    neighborhoods.add_argument("--with-vectors", required=True, metavar="NAME", help="the other vector set, of those of `status`")
    add_rows(neighborhoods, 50, "neighbors of each gene")
    sum_of = add_command("sum-of", _sum_of, "genes nearest to a sum of genes and lists less others, with p against random sums")
    sum_of.add_argument("plus", nargs="+", metavar="LIST", help=f"a gene, or {_LIST}")
    sum_of.add_argument("--minus", nargs="+", default=[], metavar="LIST", help="what is taken away")
    sum_of.add_argument("--formula", default="unit", help="unit (default): vectors at length 1; raw: as they are")
    add_rows(sum_of, 10, "how many")
    for command in (compare, sum_of):
        command.add_argument("--draws", type=int, default=999, metavar="N", help="random ones, 999 (default) or more")
        add_seed(command)
    for command in (compare, neighborhoods, sum_of):
        command.add_argument("--vectors", metavar="NAME", help="a vector set that `status` lists")


def _number(value: Any) -> Any:
    """Return a value as JSON has it: a number that is none as null."""
    return None if isinstance(value, float) and value != value else value


def _compare(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    result = generain.compare(
        args.genes, args.other, draws=args.draws, seed=args.seed, vectors=args.vectors, progress=args.progress
    )
    fields = ("jaccard", "overlap_p", "mean_cosine", "null_mean", "null_sd", "p_value", "draws")
    document = {"shared": list(result.shared)} | {name: _number(getattr(result, name)) for name in fields}
    document["nearest"] = records(result.nearest)
    near = "all of the first are on the second too, so nothing is left to compare"
    if result.p_value is not None:
        near = f"mean cosine {result.mean_cosine:.3f}, {result.null_mean:.3f} ± {result.null_sd:.3f} by chance, "
        near += f"p {significant(result.p_value)} against lists shaped like the second"
    chance = (
        "no p, for both lists were chosen by similarity" if result.overlap_p is None else f"p {significant(result.overlap_p)}"
    )
    title = f"{len(result.shared)} shared ({chance}); {near} ({generain.release.label})"
    return Output(release_fields(generain.release) | document, titled_table(title, result.nearest.head(20)))


def _neighborhoods(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    result = generain.neighborhoods(args.genes, args.with_vectors, args.k, vectors=args.vectors)
    table = result.table.assign(neighbors=result.table["neighbors"].map(", ".join))
    facts = {
        "vectors": list(result.sets),
        "k": result.k,
        "genes": result.genes,
        "usual": result.usual,
        "by_chance": result.by_chance,
    }
    title = (
        f"of {result.k} nearest in {result.sets[0]}, those nearest in {result.sets[1]} too; usual {percent(result.usual)}, by "
        f"chance {percent(result.by_chance, 2)} ({generain.release.label})"
    )
    document = release_fields(generain.release) | facts | {"neighborhoods": records(result.table)}
    return Output(document, titled_table(title, table))


def _sum_of(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    result = generain.sum_of(
        args.plus, args.minus, args.k, vectors=args.vectors, formula=args.formula, draws=args.draws, seed=args.seed
    )
    facts = {name: getattr(result, name) for name in ("p_value", "null_mean", "draws", "formula")}
    title = f"nearest to the sum, p {significant(result.p_value)} against random sums as long ({generain.release.label})"
    document = (
        release_fields(generain.release) | facts | {"matched_on": list(result.matched_on), "results": records(result.table)}
    )
    return Output(document, titled_table(title, result.table))

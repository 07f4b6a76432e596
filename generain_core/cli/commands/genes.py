"""Commands about genes and their vectors: resolve, neighbors, similarity, analogy, project."""

from __future__ import annotations

import argparse
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from generain_core.cli.opened import open_generain, release_fields
from generain_core.cli.options import add_output, add_rows, add_seed
from generain_core.cli.output import Output, one_line, records, titled_table
from generain_core.text import percent

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    add_command("resolve", _resolve, "who each name is").add_argument("names", nargs="+", metavar="NAME")
    neighbors = add_command("neighbors", _neighbors, "most similar genes")
    neighbors.add_argument("gene", metavar="GENE")
    add_rows(neighbors, 20, "how many")
    neighbors.add_argument("--biotype", help="coding, lncRNA, or a biotype of the release")
    neighbors.add_argument("--calibrated", action="store_true", help="add mutual rank, hubs, and p from matched random pairs")
    similarity = add_command("similarity", _similarity, "cosine similarity of two genes, and their ranks")
    similarity.add_argument("genes", nargs=2, metavar="GENE")
    analogy = add_command("analogy", _analogy, "D with A : B = C : D, by B − A + C")
    analogy.add_argument("genes", nargs=3, metavar="GENE")
    add_rows(analogy, 10, "how many")
    analogy.add_argument(
        "--formula", default="unit", help="unit (default): vectors at length 1; raw: as they are, as GeneRAIN's authors do"
    )
    project = add_command("project", _project, "the map of all genes, as a CSV with the columns gene, x, y")
    add_output(project, "OUT.csv", required=False, words="the map")
    project.add_argument("--method", default="umap", help="umap (default), pca or tsne")
    add_seed(project)
    for command in (neighbors, similarity, analogy, project):
        command.add_argument("--vectors", metavar="NAME", help="a vector set that `status` lists")


def _resolve(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    rows = generain.resolve(args.names).to_dict("records")
    rows = [row | {column: list(row[column]) for column in ("candidates", "suggestions", "models")} for row in rows]
    return Output(release_fields(generain.release) | {"names": rows}, "\n".join(_resolved(row) for row in rows))


def _resolved(row: dict[Hashable, Any]) -> str:
    from generain_core.wording.genes import membership_sentence

    text = f"{one_line(row['input'])}\t{row['status']}\t{row['gene'] or ''}\t{row['ensembl_gene'] or ''}\t{row['reason']}"
    if not row["gene"] and row["candidates"]:
        text = f"{text.rstrip('.')}. Candidates: {', '.join(row['candidates'])}."
    if known := membership_sentence(row["models"], row["missing_from"]):
        text += f"{'; ' if row['reason'] else ''}{known}"
    if row["suggestions"]:
        text = f"{text.rstrip('.')}. Close to it: {', '.join(row['suggestions'])}."
    return text.rstrip()


def _neighbors(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    choices = {"calibrated": args.calibrated, "progress": args.progress}
    table = generain.neighbors(args.gene, args.k, args.biotype, args.vectors, **choices)
    fields = {name: table.attrs[name] for name in ("gene", "vectors", "genes")}
    document = release_fields(generain.release) | fields | {"neighbors": records(table)}
    return Output(document, _titled(f"most similar to {fields['gene']}", table))


def _titled(title: str, table: pd.DataFrame) -> str:
    return titled_table(f"{title} ({table.attrs['vectors']}; {table.attrs['label']})", table)


def _similarity(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    first, second = args.genes
    table = generain.similarity(first, second, args.vectors)
    pair = records(table)[0] | {"cosine": float(table["cosine"][0])}
    a, b = pair["a"], pair["b"]
    text = (
        f"{a} and {b} are one gene"
        if a == b
        else (
            f"cosine of {a} and {b}: {pair['cosine']:.4f}; of {pair['genes']:,} genes, "
            f"{b} is number {pair['rank_of_b_from_a']:,} from {a}, and {a} number {pair['rank_of_a_from_b']:,} from {b}"
        )
    )
    return Output(release_fields(generain.release) | pair | {"vectors": table.attrs["vectors"]}, text)


def _analogy(args: argparse.Namespace) -> Output:
    generain = open_generain(args)
    a, b, c = args.genes
    table = generain.analogy(a, b, c, args.k, args.vectors, args.formula)
    a, b, c = (generain.atlas(args.vectors).gene(name) for name in args.genes)
    facts = {name: table.attrs[name] for name in ("vectors", "formula")}
    document = release_fields(generain.release) | facts | {"results": records(table)}
    return Output(document, _titled(f"{a} : {b} = {c} : ?, by B − A + C over {args.formula} vectors", table))


def _project(args: argparse.Namespace) -> Output:
    from generain_core.storage.atomic import check_target

    if args.output is not None:
        check_target(args.output)
    generain = open_generain(args)
    table = generain.project(args.method, args.output, seed=args.seed, vectors=args.vectors, progress=args.progress)
    fields = {name: table.attrs[name] for name in ("genes", "parameters", "neighbors_kept")}
    kept = f"{percent(fields['neighbors_kept'])} of the 15 nearest genes are kept on the plane"
    text = f"{fields['genes']:,} genes placed by {fields['parameters']}; {kept}"
    return Output(release_fields(generain.release) | fields, text)

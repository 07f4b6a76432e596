"""Commands about genes and their vectors: resolve, neighbors, similarity, analogy, project."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generain_core.cli.opened import open_atlas, open_release, open_resolver, release_fields
from generain_core.cli.options import add_output, add_rows, add_seed
from generain_core.cli.output import Output, one_line, records, titled_table

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.cli.parser import AddCommand
    from generain_core.vectors.atlas import Atlas


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
    project = add_command("project", _project, "the map of all genes, as a CSV with the columns gene, x, y")
    add_output(project, "OUT.csv", required=False, words="the map")
    project.add_argument("--method", default="umap", help="umap (default), pca or tsne")
    add_seed(project)
    for command in (neighbors, similarity, analogy, project):
        command.add_argument("--vectors", metavar="NAME", help="a vector set that `status` lists")


def _titled(title: str, atlas: Atlas, table: pd.DataFrame) -> str:
    return titled_table(f"{title} ({atlas.space.name}; {atlas.release.label})", table)


def _resolve(args: argparse.Namespace) -> Output:
    release = open_release(args)
    resolver = open_resolver(release)
    columns = ("input", "status", "gene", "ensembl_gene", "candidates", "reason", "suggestions")
    rows = []
    for name in args.names:
        values = {column: getattr(resolver.resolve(name), column) for column in columns}
        rows.append(values | {column: list(values[column]) for column in ("candidates", "suggestions")})
    return Output(release_fields(release) | {"names": rows}, "\n".join(_resolved(row) for row in rows))


def _resolved(row: dict[str, Any]) -> str:
    text = f"{one_line(row['input'])}\t{row['status']}\t{row['gene'] or ''}\t{row['ensembl_gene'] or ''}\t{row['reason']}"
    if not row["gene"] and row["candidates"]:
        text += f" Candidates: {', '.join(row['candidates'])}."
    if row["suggestions"]:
        text += f" Close to it: {', '.join(row['suggestions'])}."
    return text.rstrip()


def _neighbors(args: argparse.Namespace) -> Output:
    atlas = open_atlas(args)
    gene = atlas.gene(args.gene)
    table = atlas.neighbors(gene, args.k, args.biotype)
    if args.calibrated:
        from generain_core.vectors.calibration import calibrate

        table = calibrate(atlas, gene, table)
    document = {"gene": gene, "vectors": atlas.space.name, "genes": len(atlas.space), "neighbors": records(table)}
    return Output(release_fields(atlas.release) | document, _titled(f"most similar to {gene}", atlas, table))


def _similarity(args: argparse.Namespace) -> Output:
    atlas = open_atlas(args)
    a, b = (atlas.gene(name) for name in args.genes)
    cosine, b_from_a, a_from_b = atlas.space.similarity(a, b)
    ranked = len(atlas.space) - 1
    document = {"a": a, "b": b, "cosine": cosine, "rank_of_b_from_a": b_from_a, "rank_of_a_from_b": a_from_b, "genes": ranked}
    text = (
        f"{a} and {b} are one gene"
        if a == b
        else (
            f"cosine of {a} and {b}: {cosine:.4f}; of {ranked:,} genes, "
            f"{b} is number {b_from_a:,} from {a}, and {a} number {a_from_b:,} from {b}"
        )
    )
    return Output(release_fields(atlas.release) | document | {"vectors": atlas.space.name}, text)


def _analogy(args: argparse.Namespace) -> Output:
    atlas = open_atlas(args)
    a, b, c = args.genes
    table = atlas.analogy(a, b, c, args.k)
    a, b, c = (atlas.gene(name) for name in args.genes)
    document = release_fields(atlas.release) | {"vectors": atlas.space.name, "results": records(table)}
    return Output(document, _titled(f"{a} : {b} = {c} : ?", atlas, table))


def _project(args: argparse.Namespace) -> Output:
    from generain_core.release.provenance import csv_bytes, provenance
    from generain_core.storage.atomic import atomic_write, check_target
    from generain_core.vectors.gene_map import project

    if args.output is not None:
        check_target(args.output)
    atlas = open_atlas(args)
    projection = project(atlas.space, args.method.lower(), args.seed, progress=args.progress)
    parameters, kept = projection.parameters, projection.kept
    if args.output is not None:
        with atomic_write(args.output) as working:
            working.write_bytes(csv_bytes(projection.table(), provenance(atlas.release, atlas.space.name, parameters)))
    document = {"genes": len(atlas.space), "parameters": parameters, "neighbors_kept": kept}
    text = f"{len(atlas.space):,} genes placed by {parameters}; {kept:.0%} of the 15 nearest genes are kept on the plane"
    return Output(release_fields(atlas.release) | document, text)

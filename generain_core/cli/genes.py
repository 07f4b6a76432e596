"""Commands about genes and their vectors: resolve, neighbors, similarity, analogy, project."""

import argparse
from pathlib import Path

from generain_core.cli.common import (
    Answer,
    Command,
    headed,
    line,
    mark,
    open_atlas,
    open_release,
    open_resolver,
    records,
    tell,
    whole,
)


def add(command: Command) -> None:
    """Add the commands to the line."""
    command("resolve", _resolve, "who each name is").add_argument("names", nargs="+", metavar="NAME")
    neighbors = command("neighbors", _neighbors, "most similar genes")
    neighbors.add_argument("gene", metavar="GENE")
    neighbors.add_argument("-k", type=int, default=20)
    neighbors.add_argument("--biotype", help="coding, lncRNA, or a biotype of the release")
    similarity = command("similarity", _similarity, "cosine similarity of two genes, and their ranks")
    similarity.add_argument("genes", nargs=2, metavar="GENE")
    analogy = command("analogy", _analogy, "D with A : B = C : D, by B − A + C")
    analogy.add_argument("genes", nargs=3, metavar="GENE")
    analogy.add_argument("-k", type=int, default=10)
    project = command("project", _project, "the map of all genes, as a CSV with the columns gene, x, y")
    project.add_argument("-o", "--output", type=Path, metavar="OUT.csv")
    project.add_argument("--method", default="umap", help="umap (default), pca or tsne")
    project.add_argument("--seed", type=whole, default=0, help="0 or more")
    for each in (neighbors, similarity, analogy, project):
        each.add_argument("--vectors", metavar="NAME", help="a vector set that `status` lists")


def _resolve(given: argparse.Namespace) -> Answer:
    chosen = open_release(given)
    resolver = open_resolver(chosen)
    found = [resolver.resolve(name) for name in given.names]
    rows = [
        {
            "input": each.input,
            "status": each.status,
            "gene": each.gene,
            "ensembl_gene": each.ensembl_gene,
            "candidates": list(each.candidates),
            "reason": each.reason,
            "suggestions": list(each.suggestions),
        }
        for each in found
    ]
    lines = [
        f"{line(r['input'])}\t{r['status']}\t{r['gene'] or ''}\t{r['ensembl_gene'] or ''}\t{r['reason']}"
        + (f" Candidates: {', '.join(r['candidates'])}." if not r["gene"] and r["candidates"] else "")
        + (f" Close to it: {', '.join(r['suggestions'])}." if r["suggestions"] else "")
        for r in rows
    ]
    return mark(chosen) | {"names": rows}, "\n".join(each.rstrip() for each in lines)


def _neighbors(given: argparse.Namespace) -> Answer:
    atlas = open_atlas(given)
    gene = atlas.gene(given.gene)
    table = atlas.neighbors(gene, given.k, given.biotype)
    document = {"gene": gene, "vectors": atlas.space.name, "genes": len(atlas.space), "neighbors": records(table)}
    return mark(atlas.release) | document, headed(f"most similar to {gene}", atlas, table)


def _similarity(given: argparse.Namespace) -> Answer:
    atlas = open_atlas(given)
    a, b = (atlas.gene(name) for name in given.genes)
    cosine, b_from_a, a_from_b = atlas.space.similarity(a, b)
    ranked = len(atlas.space) - 1
    document = {"a": a, "b": b, "cosine": cosine, "rank_of_b_from_a": b_from_a, "rank_of_a_from_b": a_from_b, "genes": ranked}
    words = (
        f"{a} and {b} are one gene"
        if a == b
        else (
            f"cosine of {a} and {b}: {cosine:.4f}; of {ranked:,} genes, "
            f"{b} is number {b_from_a:,} from {a}, and {a} number {a_from_b:,} from {b}"
        )
    )
    return mark(atlas.release) | document | {"vectors": atlas.space.name}, words


def _analogy(given: argparse.Namespace) -> Answer:
    atlas = open_atlas(given)
    table = atlas.analogy(*given.genes, given.k)
    a, b, c = (atlas.gene(name) for name in given.genes)
    words = headed(f"{a} : {b} = {c} : ?", atlas, table)
    return mark(atlas.release) | {"vectors": atlas.space.name, "results": records(table)}, words


def _project(given: argparse.Namespace) -> Answer:
    from generain_core.release.provenance import csv_bytes, provenance
    from generain_core.storage.atomic import atomic_write, check_target
    from generain_core.vectors.gene_map import project

    if given.output is not None:
        check_target(given.output)
    atlas = open_atlas(given)
    made = project(atlas.space, given.method.lower(), given.seed, progress=tell)
    document = mark(atlas.release) | {"genes": len(atlas.space), "parameters": made.parameters, "neighbors_kept": made.kept}
    if given.output is not None:
        with atomic_write(given.output) as working:
            working.write_bytes(csv_bytes(made.table(), provenance(atlas.release, atlas.space.name, made.parameters)))
    words = (
        f"{len(atlas.space):,} genes placed by {made.parameters}; {made.kept:.0%} of the 15 nearest genes are kept on the plane"
    )
    return document, words

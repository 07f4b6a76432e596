"""The command line: ``python -m generain_core [--release DIR] COMMAND … [--json]``."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from generain_core import __version__, release
from generain_core.errors import GeneRAINError
from generain_core.release import Release

Answer = tuple[dict[str, Any], pd.DataFrame | str]
"""The JSON document, and the same for a reader: a table or text."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GeneRAINError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 2 when the input or its use is at fault."""
    try:
        given = _parser().parse_args(arguments)
        document, shown = given.run(given)
        _write(document, shown, as_json=getattr(given, "json", False))
        sys.stdout.flush()
    except GeneRAINError as problem:
        sys.stderr.write(f"error: {' '.join(str(problem).split())}\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument(
        "--release", default=argparse.SUPPRESS, metavar="DIR", help="release folder ($GENERAIN_RELEASE, ./release, the demo)"
    )
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    parser = _Parser(prog="generain_core", description="Explore the GeneRAIN release.", parents=[common])
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], Answer], words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words, parents=[common])
        added.set_defaults(run=run)
        return added

    command("status", _status, "what of the release is present, and what is missing")
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
    project.add_argument("--seed", type=_whole, default=0, help="0 or more")
    for each in (neighbors, similarity, analogy, project):
        each.add_argument("--vectors", metavar="NAME", help="a vector set that `status` lists")
    normalize = command("normalize", _normalize, "Binning-By-Gene of an expression table, written as h5ad")
    embed = command("embed", _embed, "embedding of the samples of an expression table, written as h5ad")
    for each in (normalize, embed):
        _add_input(each)
    normalize.add_argument("--gene-set", choices=release.GENE_SETS, default="coding_lncrna")
    normalize.add_argument("--chunk", type=int, help="rank runs of so many samples together; 5 reproduces the published example")
    normalize.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    embed.add_argument("--model", choices=release.MODEL_NAMES, required=True)
    embed.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    embed.add_argument("--batch-size", type=_batch, default=None, help="samples a batch; auto (default): as many as fit")
    demo = command("demo", _demo, "write the demo release")
    demo.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    demo.add_argument("--seed", type=_whole, default=0, help="0 or more")
    return parser


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.h5ad")
    parser.add_argument("--min-genes", type=int, default=2000, help="a sample needs more expressed genes than this (2000)")
    parser.add_argument("--samples", type=Path, metavar="SHEET", help="a sample sheet to join by sample name")
    parser.add_argument("--sum-by", metavar="COLUMN[,COLUMN]", help="sum the samples (cells) of equal values first")
    parser.add_argument("--layer", help="the layer of an h5ad that holds counts")
    parser.add_argument("--genes-in", choices=("rows", "columns"))
    parser.add_argument("--gene-column", metavar="NAME", help="the column that names the genes")
    parser.add_argument("--back-transform", action="store_true", help="undo a log, with the base that is inferred")
    parser.add_argument("--missing-as-zero", action="store_true", help="take cells without a value as 0")


def _batch(text: str) -> int | None:
    return None if text == "auto" else max(1, int(text))


def _whole(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 4294967295")
    return number


def _write(document: dict[str, Any], shown: pd.DataFrame | str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    elif isinstance(shown, str):
        sys.stdout.write(shown + "\n")
    else:
        sys.stdout.write(shown.to_string(index=False, float_format="{:.4f}".format) + "\n")


def _release(given: argparse.Namespace) -> Release:
    chosen = release.choose(getattr(given, "release", None))
    if chosen.simulated:
        sys.stderr.write(f"note: {chosen.label}\n")
    return chosen


def _mark(chosen: Release) -> dict[str, Any]:
    return {"release": str(chosen.root), "simulated": chosen.simulated, "label": chosen.label}


def _resolver(chosen: Release) -> Any:
    from generain_core.atlas import open_genes

    resolver = open_genes(chosen)
    for problem in resolver.table.warnings:
        sys.stderr.write(f"warning: {problem}\n")
    return resolver


def _atlas(given: argparse.Namespace) -> Any:
    from generain_core.atlas import Atlas

    chosen = _release(given)
    return Atlas.open(chosen, given.vectors, _resolver(chosen))


def _headed(words: str, atlas: Any, table: pd.DataFrame) -> str:
    rows = table.to_string(index=False, float_format="{:.4f}".format)
    return f"{words} ({atlas.space.name}; {atlas.release.label})\n{rows}"


def _line(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return records


def _status(given: argparse.Namespace) -> Answer:
    return _described(_release(given))


def _described(chosen: Release) -> Answer:
    from generain_core.vectors import vector_sets

    files = [
        {"name": file.key, "path": str(file.path.relative_to(chosen.root)), "present": file.present, "bytes": file.bytes}
        for file in chosen.files.values()
    ]
    sets = [each.name for each in vector_sets(chosen)]
    try:
        warnings = list(_resolver(chosen).table.warnings)
    except GeneRAINError as problem:
        warnings = [str(problem)]
    document = _mark(chosen) | {
        "version": chosen.fingerprint,
        "files": files,
        "missing": chosen.missing(),
        "vectors": sets,
        "warnings": warnings,
    }
    table = pd.DataFrame(files)[["present", "bytes", "path"]].to_string(index=False)
    words = [
        f"{chosen.root}",
        chosen.label,
        "",
        table,
        "",
        f"Vector sets: {', '.join(sets) or 'none'}",
        *chosen.missing(),
        *warnings,
    ]
    return document, "\n".join(words)


def _resolve(given: argparse.Namespace) -> Answer:
    chosen = _release(given)
    resolver = _resolver(chosen)
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
        f"{_line(r['input'])}\t{r['status']}\t{r['gene'] or ''}\t{r['ensembl_gene'] or ''}\t{r['reason']}"
        + (f" Candidates: {', '.join(r['candidates'])}." if not r["gene"] and r["candidates"] else "")
        + (f" Close to it: {', '.join(r['suggestions'])}." if r["suggestions"] else "")
        for r in rows
    ]
    return _mark(chosen) | {"names": rows}, "\n".join(line.rstrip() for line in lines)


def _neighbors(given: argparse.Namespace) -> Answer:
    atlas = _atlas(given)
    gene = atlas.gene(given.gene)
    table = atlas.neighbors(gene, given.k, given.biotype)
    document = {"gene": gene, "vectors": atlas.space.name, "genes": len(atlas.space), "neighbors": _records(table)}
    return _mark(atlas.release) | document, _headed(f"most similar to {gene}", atlas, table)


def _similarity(given: argparse.Namespace) -> Answer:
    atlas = _atlas(given)
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
    return _mark(atlas.release) | document | {"vectors": atlas.space.name}, words


def _analogy(given: argparse.Namespace) -> Answer:
    atlas = _atlas(given)
    table = atlas.analogy(*given.genes, given.k)
    a, b, c = (atlas.gene(name) for name in given.genes)
    words = _headed(f"{a} : {b} = {c} : ?", atlas, table)
    return _mark(atlas.release) | {"vectors": atlas.space.name, "results": _records(table)}, words


def _project(given: argparse.Namespace) -> Answer:
    from generain_core.export import check_target, csv_bytes, provenance, written_whole
    from generain_core.vectors.projection import project

    if given.output is not None:
        check_target(given.output)
    atlas = _atlas(given)
    made = project(atlas.space, given.method.lower(), given.seed, progress=_tell)
    document = _mark(atlas.release) | {"genes": len(atlas.space), "parameters": made.parameters, "neighbors_kept": made.kept}
    if given.output is not None:
        with written_whole(given.output) as working:
            working.write_bytes(csv_bytes(made.table(), provenance(atlas.release, atlas.space.name, made.parameters)))
    words = (
        f"{len(atlas.space):,} genes placed by {made.parameters}; {made.kept:.0%} of the 15 nearest genes are kept on the plane"
    )
    return document, words


def _tell(share: float, words: str) -> None:
    sys.stderr.write(f"progress {share:.3f} {words}\n")
    sys.stderr.flush()


def _binned(given: argparse.Namespace, tell: Callable[[float, str], None], **options: Any) -> tuple[Release, Any, Any, Any]:
    """Return the release, its resolver, the table as read and what `normalize` made of it."""
    from generain_core.export import check_target
    from generain_core.samples.correct import read_expression
    from generain_core.samples.normalize import normalize
    from generain_core.samples.pseudobulk import sum_by
    from generain_core.samples.sample_sheet import join_samples, read_sample_sheet

    check_target(given.output)
    if given.output.resolve() in {path.resolve() for path in (given.input, given.samples) if path is not None}:
        raise GeneRAINError(f"{given.output} is the input itself; name another file for the result.")
    chosen = _release(given)
    resolver = _resolver(chosen)
    said = {name: getattr(given, name) for name in ("layer", "genes_in", "gene_column", "back_transform", "missing_as_zero")}
    expression = read_expression(given.input, resolver, **{name: value for name, value in said.items() if value})  # type: ignore[arg-type]
    if given.samples is not None:
        expression = join_samples(expression, read_sample_sheet(given.samples))
    if given.sum_by:
        expression = sum_by(expression, given.sum_by.split(","))
    done = normalize(expression, chosen, resolver, min_genes=given.min_genes, **options, progress=tell)
    return chosen, resolver, expression, done


def _written(given: argparse.Namespace, chosen: Release, expression: Any, done: Any, **extra: Any) -> Answer:
    from generain_core.samples.provenance import write_h5ad

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
    lines = [words, *(f"dropped: {each['sample']} ({each['reason']})" for each in report["samples_dropped"])]
    return _mark(chosen) | report | extra, "\n".join(lines)


def _normalize(given: argparse.Namespace) -> Answer:
    options = {"gene_set": given.gene_set, "chunk": given.chunk, "device": given.device}
    chosen, _, expression, done = _binned(given, _tell, **options)
    return _written(given, chosen, expression, done)


def _embed(given: argparse.Namespace) -> Answer:
    from generain_core.models.samples import embed_samples

    chosen, resolver, expression, done = _binned(
        given, lambda share, words: _tell(0.1 * share, words), gene_set=release.gene_set_of(given.model)
    )
    modelled = set(resolver.table.model.index)
    options = {"device": given.device, "batch_size": given.batch_size}
    extra = embed_samples(
        done.adata, chosen, given.model, modelled, **options, progress=lambda share, words: _tell(0.1 + 0.9 * share, words)
    )
    return _written(given, chosen, expression, done, **extra)


def _demo(given: argparse.Namespace) -> Answer:
    from generain_core.upkeep.demo import write_demo

    return _described(write_demo(given.output, given.seed))

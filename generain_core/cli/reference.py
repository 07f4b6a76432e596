"""Commands about references: reference (build), place."""

import argparse
from pathlib import Path
from typing import Any

from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, records, tell
from generain_core.cli.samples import add_input, read_input
from generain_core.errors import GeneRAINError
from generain_core.release import files
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model


def add(command: Command) -> None:
    """Add the commands to the line."""
    build = command("reference", _build, "embed samples once into a folder, to place others among them; goes on where it stopped")
    build.add_argument("store", type=Path, metavar="STORE")
    build.add_argument("--model", choices=MODEL_NAMES, required=True)
    build.add_argument("--chunks", nargs="*", type=int, metavar="N", help="training chunks; without a number all that are there")
    build.add_argument("--archs4", metavar="WORDS", help="samples of ARCHS4 that have all of the words; '' for all")
    build.add_argument("--max-single-cell", type=float, default=0.5, metavar="P", help="of these, leave out single cells (0.5)")
    build.add_argument("--input", nargs="+", type=Path, default=[], metavar="IN", help="expression tables")
    build.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    build.add_argument("--batch-size", type=int, default=16, help="samples a batch, for the reference's whole life (16)")
    build.add_argument("--min-genes", type=int, default=2000, help="a sample needs more expressed genes than this (2000)")
    build.add_argument("--plane", choices=("umap", "pca"), default="umap", help="how the samples are laid out (umap)")
    place = command("place", _place, "place the samples of an expression table in a reference")
    add_input(place, "OUT.csv")
    place.add_argument("--reference", type=Path, required=True, metavar="STORE")
    place.add_argument("-k", type=int, default=10, help="nearest reference samples of each (10)")
    place.add_argument("--rate", type=float, default=0.05, help="share of samples like the reference that are flagged (0.05)")
    place.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    place.add_argument("--nearest", type=Path, metavar="OUT.csv", help="write the nearest samples too")


def _build(given: argparse.Namespace) -> Answer:
    from generain_core.models.model import open_model
    from generain_core.reference.build import build

    chosen = open_release(given)
    resolver = open_resolver(chosen)
    sources = _sources(given, chosen, resolver)
    model = open_model(chosen, given.model)
    options = {"device": given.device, "batch_size": given.batch_size, "min_genes": given.min_genes}
    options |= {"plane": given.plane}
    state = build(given.store, chosen, model, sources, **options, progress=tell)
    words = f"{state.rows:,} samples embedded by {given.model}, {state.dropped:,} unfit; {given.store}"
    document = {"samples": state.rows, "dropped": state.dropped, "model": given.model, "store": str(given.store)}
    return mark(chosen) | document | {"sources": [vars(origin) for origin in state.origins]}, words


def _sources(given: argparse.Namespace, chosen: files.Release, resolver: Any) -> list[Any]:
    from generain_core.reference.sources import Chunk, FromArchs4, Table
    from generain_core.samples.archs4.chosen_samples import Archs4

    gene_set, sources = describe_model(given.model).gene_set, list[Any]()
    if given.chunks is not None:
        if gene_set != "gene2vec":
            raise GeneRAINError(f"Training chunks are binned for gene2vec, but {given.model} reads {gene_set}; take another.")
        numbers = given.chunks or [i for i in range(5) if chosen.has(f"chunk/{i}")]
        if not numbers or not set(numbers) <= set(range(5)):
            raise GeneRAINError("There are training chunks 0 to 4; the release needs those that are named.")
        sources += [Chunk(chosen, number) for number in sorted(set(numbers))]
    if given.archs4 is not None:
        found, _ = Archs4.open(chosen, progress=tell).search(given.archs4, max_single_cell=given.max_single_cell, limit=None)
        if found.empty:
            raise GeneRAINError(f"No sample of ARCHS4 has all of the words {given.archs4[:60]!r}; try fewer.")
        sources.append(FromArchs4(chosen, resolver, found["column"].to_numpy(), gene_set, given.min_genes))
    sources += [Table(path, chosen, resolver, gene_set, given.min_genes) for path in given.input]
    if not sources:
        raise GeneRAINError("Say what the reference is made of: --chunks, --archs4 WORDS, or --input FILE.")
    return sources


def _place(given: argparse.Namespace) -> Answer:
    from generain_core.models.embedding import embed_samples
    from generain_core.reference.catalog import weights_of
    from generain_core.reference.placement import Reference, place
    from generain_core.release.provenance import csv_bytes, provenance
    from generain_core.samples.binning.normalize import normalize
    from generain_core.storage.atomic import atomic_write, check_target

    targets = [path for path in (given.output, given.nearest) if path is not None]
    for path in targets:
        check_target(path)
    reference = Reference.open(given.reference)
    chosen = open_release(given)
    resolver = open_resolver(chosen)
    model = reference.state.made.model
    if weights_of(chosen, model) != reference.state.made.weights:
        raise GeneRAINError(
            f"{given.reference} was made with other weights of {model} than this release has; "
            "choose that release with --release, or build the reference anew."
        )
    expression = read_input(given, resolver)
    done = normalize(expression, chosen, resolver, gene_set=reference.state.made.gene_set, min_genes=given.min_genes)
    embed_samples(done.adata, chosen, model, device=given.device, progress=lambda share, words: tell(0.9 * share, words))
    names = [str(name) for name in done.adata.obs_names]
    placed = place(reference, done.adata.obsm["X_generain"], names, model=model, k=given.k, rate=given.rate)
    origin = provenance(chosen, model, f"placed among {len(reference):,} samples", f"rate {given.rate:g}")
    for path, table in zip(targets, (placed.samples, placed.nearest), strict=False):
        with atomic_write(path) as working:
            working.write_bytes(csv_bytes(table, origin))
    flagged = int(placed.samples["out_of_distribution"].sum())
    note = f"{placed.note} {placed.known}".strip()
    words = f"{len(names):,} samples placed among {len(reference):,}; {flagged:,} out of distribution. {note}"
    document = {"samples": records(placed.samples), "nearest": records(placed.nearest), "note": note, "model": model}
    columns = ["sample", "p_value", "out_of_distribution", "label", "nearest", "cosine"]
    shown = placed.samples[[*columns, *(["in_reference"] if placed.known else [])]].to_string(index=False)
    return mark(chosen) | document, f"{shown}\n{words.strip()}"

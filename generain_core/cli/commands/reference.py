"""Commands about references: reference (build), place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.expression_table import add_table, read_table
from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.options import (
    add_device,
    add_file,
    add_max_single_cell,
    add_min_genes,
    add_model,
    add_option,
    add_output,
    add_rows,
)
from generain_core.cli.output import Output, records
from generain_core.errors import GeneRAINError
from generain_core.facade.tables import start_reader
from generain_core.models.parallel import is_first
from generain_core.progress import part
from generain_core.release.files import Release
from generain_core.text import with_noun

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.reference.placement import Placement, Reference


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    words = "embed samples once into a folder, to place others among them; goes on where it stopped"
    build = add_command("reference", _build, words)
    build.add_argument("store", type=Path, metavar="STORE")
    add_model(build, "which network embeds", required=True)
    build.add_argument("--chunks", nargs="*", type=int, metavar="N", help="training chunks; without a number all that are there")
    build.add_argument("--archs4", metavar="WORDS", help="samples of ARCHS4 that have all of the words; '' for all")
    add_max_single_cell(build)
    build.add_argument("--input", nargs="+", type=Path, default=[], metavar="IN", help="expression tables")
    add_device(build)
    words = "samples a batch, for the reference's whole life (16)"
    build.add_argument("--batch-size", type=int, default=16, metavar="N", help=words)
    add_min_genes(build)
    layout: dict[str, Any] = {"choices": ("umap", "pca"), "default": "umap", "help": "of the samples' map: umap (default) or pca"}
    add_option(build, "--method", old=["--plane"], **layout)
    place = add_command("place", _place, "place the samples of an expression table in a reference")
    add_table(place)
    add_output(place, "OUT.csv", words="the samples and where they lie")
    place.add_argument("--reference", type=Path, required=True, metavar="STORE", help="a folder that `reference` has written")
    add_rows(place, 10, "nearest reference samples of each")
    place.add_argument("--rate", type=float, default=0.05, help="share of samples like the reference that are flagged (0.05)")
    add_device(place)
    add_file(place, "nearest", "the nearest samples too", old=["--nearest"])


def _build(args: argparse.Namespace) -> Output:
    from generain_core.models.model import open_model
    from generain_core.reference.build import build_reference
    from generain_core.reference.choice import choose_sources
    from generain_core.reference.placement import Reference

    release = open_release(args)
    resolver = open_resolver(release)
    sources = choose_sources(
        release,
        resolver,
        args.model,
        chunks=args.chunks,
        archs4=args.archs4,
        max_single_cell=args.max_single_cell,
        tables=args.input,
        min_genes=args.min_genes,
        progress=args.progress,
    )
    model = open_model(release, args.model)
    options = {"device": args.device, "batch_size": args.batch_size, "min_genes": args.min_genes, "plane": args.method}
    state = build_reference(args.store, release, model, sources, **options, progress=args.progress)
    if not is_first():
        return Output({}, "")
    calibration = Reference.open(args.store).fitted.calibration
    text = f"{with_noun(state.rows, 'sample')} embedded by {args.model}, {state.dropped:,} unfit; {args.store}\n"
    text += calibration.sentence
    document: dict[str, Any] = {"samples": state.rows, "dropped": state.dropped, "model": args.model, "store": str(args.store)}
    document |= {"sources": [vars(origin) for origin in state.origins], "calibration": calibration.facts()}
    return Output(release_fields(release) | document, text)


def _place(args: argparse.Namespace) -> Output:
    from generain_core.models.embedding import embed_samples
    from generain_core.reference.placement import Reference, place_samples
    from generain_core.samples.binning.normalize import normalize
    from generain_core.storage.atomic import check_target

    for path in _targets(args):
        check_target(path)
    start_reader(args.input)
    reference = Reference.open(args.reference)
    release = open_release(args)
    resolver = open_resolver(release)
    model = _model_of(reference, release, args)
    expression = read_table(args, resolver)
    gene_set = reference.state.made.gene_set
    adata = normalize(expression, release, resolver, gene_set=gene_set, min_genes=args.min_genes).adata
    embed_samples(adata, release, model, device=args.device, progress=part(args.progress, 0.0, 0.9))
    names = [str(name) for name in adata.obs_names]
    placed = place_samples(reference, adata.obsm["X_generain"], names, model=model, k=args.k, rate=args.rate)
    _write(args, placed, reference, release, model)
    return _placed(placed, reference, release, model)


def _targets(args: argparse.Namespace) -> list[Path]:
    return [path for path in (args.output, args.write_nearest) if path is not None]


def _model_of(reference: Reference, release: Release, args: argparse.Namespace) -> str:
    """Return the model that made a reference.

    Raises:
        GeneRAINError: the release has other weights of it.
    """
    from generain_core.reference.catalog import weights_of

    model: str = reference.state.made.model
    if weights_of(release, model) != reference.state.made.weights:
        raise GeneRAINError(
            f"{args.reference} was made with other weights of {model} than this release has; "
            "choose that release with --release, or build the reference anew."
        )
    return model


def _write(args: argparse.Namespace, placed: Placement, reference: Reference, release: Release, model: str) -> None:
    from generain_core.release.provenance import csv_bytes, provenance
    from generain_core.storage.atomic import atomic_write

    origin = provenance(release, model, f"placed among {with_noun(len(reference), 'sample')}", f"rate {args.rate:g}", placed.note)
    for path, table in zip(_targets(args), (placed.samples, placed.nearest), strict=False):
        with atomic_write(path) as working:
            working.write_bytes(csv_bytes(table, origin))


def _placed(placed: Placement, reference: Reference, release: Release, model: str) -> Output:
    flagged = "" if placed.flagged is None else f"; {placed.flagged:,} out of distribution"
    remark = f"{placed.note} {placed.known}".strip()
    document: dict[str, Any] = {
        "samples": records(placed.samples),
        "nearest": records(placed.nearest),
        "note": remark,
        "model": model,
    }
    document |= {"calibration": placed.calibration.facts()}
    text = f"{with_noun(len(placed.samples), 'sample')} placed among {len(reference):,}{flagged}. {remark}"
    columns = ["sample", "p_value", "out_of_distribution", "label", "nearest", "cosine"]
    shown = placed.samples[[*columns, *(["in_reference"] if placed.known else [])]].to_string(index=False)
    return Output(release_fields(release) | document, f"{shown}\n{text.strip()}")

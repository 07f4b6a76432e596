"""Commands about ARCHS4: archs4 (search), archs4-pull, archs4-tables."""

import argparse
from pathlib import Path
from typing import Any

from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, records, tell
from generain_core.cli.samples import written
from generain_core.errors import GeneRAINError
from generain_core.release import files
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model

MOST = 2000
"""Samples that are pulled into one file at most."""


def add(command: Command) -> None:
    """Add the commands to the line."""
    search = command("archs4", _search, "samples of ARCHS4 that have all of the words")
    search.add_argument(
        "text", nargs="*", metavar="WORD", help="in title, source, characteristics, series or accession; -WORD: not"
    )
    search.add_argument("-k", type=int, default=50, help="rows to show (50)")
    pull = command("archs4-pull", _pull, "chosen samples of ARCHS4: read by column, binned, embedded; written as h5ad")
    pull.add_argument("samples", nargs="*", metavar="GSM", help="accessions of samples")
    pull.add_argument("--list", type=Path, metavar="FILE", help="a file with one accession a line")
    pull.add_argument("--find", metavar="WORDS", help="all samples that have these words")
    pull.add_argument("--most", type=int, default=MOST, help=f"samples at most ({MOST:,})")
    pull.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.h5ad")
    pull.add_argument("--gene-set", choices=files.GENE_SETS, help="whose bins to make; a model's own if --model is given")
    pull.add_argument("--model", choices=MODEL_NAMES, help="embed with this model")
    pull.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    pull.add_argument("--min-genes", type=int, default=2000, help="a sample needs more expressed genes than this (2000)")
    for each in (search, pull):
        each.add_argument(
            "--max-single-cell",
            type=float,
            default=0.5,
            metavar="P",
            help="leave out samples that are single cells with a higher probability (0.5); 1 keeps all",
        )
    command("archs4-tables", _tables, "write genes_meta.tsv and samples_meta.tsv beside ARCHS4")


def _search(given: argparse.Namespace) -> Answer:
    from generain_core.samples.archs4.chosen_samples import Archs4

    chosen = open_release(given)
    found, total = Archs4.open(chosen, progress=tell).search(
        " ".join(given.text), max_single_cell=given.max_single_cell, limit=max(0, given.k)
    )
    words = found.map(
        lambda value: "".join(c if c.isprintable() else " " for c in value)[:60] if isinstance(value, str) else value
    )
    table = words.to_string(index=False) if len(words) else "None has all of these words and is no single cell; try fewer."
    shown = f"{total:,} samples ({chosen.label})\n{table}"
    return mark(chosen) | {"found": total, "samples": records(found)}, shown


def _pull(given: argparse.Namespace) -> Answer:
    from generain_core.models.embedding import embed_samples
    from generain_core.samples.archs4.chosen_samples import Archs4
    from generain_core.samples.binning.normalize import normalize
    from generain_core.storage.atomic import check_target

    check_target(given.output)
    chosen = open_release(given)
    columns = _columns(given, Archs4.open(chosen, progress=tell))
    opened, resolver = Archs4.open(chosen), open_resolver(chosen)
    expression = opened.read(columns, progress=lambda share, words: tell(0.3 * share, words))
    gene_set = describe_model(given.model).gene_set if given.model else given.gene_set or "coding_lncrna"
    done = normalize(
        expression,
        chosen,
        resolver,
        gene_set=gene_set,
        min_genes=given.min_genes,
        progress=lambda share, words: tell(0.3 + 0.2 * share, words),
    )
    extra: dict[str, Any] = {}
    if given.model:
        extra = embed_samples(
            done.adata,
            chosen,
            given.model,
            device=given.device,
            progress=lambda share, words: tell(0.5 + 0.5 * share, words),
        )
    return written(given, chosen, expression, done, **extra)


def _columns(given: argparse.Namespace, opened: Any) -> Any:
    names = list(given.samples)
    if given.list is not None:
        try:
            names += given.list.read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError) as problem:
            raise GeneRAINError(f"{given.list} can't be read as a list of accessions; give a text file.") from problem
    columns = list(opened.columns(names)) if names else []
    if given.find is not None:
        columns += list(opened.search(given.find, max_single_cell=given.max_single_cell, limit=None)[0]["column"])
    if not columns:
        raise GeneRAINError("No sample was chosen; give accessions, --list FILE, or --find WORDS that some samples have.")
    if len(set(columns)) > given.most:
        raise GeneRAINError(
            f"{len(set(columns)):,} samples were chosen, and up to {given.most:,} go into one file; choose fewer, say --most, "
            "or build a reference of them."
        )
    return columns


def _tables(given: argparse.Namespace) -> Answer:
    from generain_core.samples.archs4.meta_tables import write_tables

    chosen = open_release(given)
    written_to = [str(path) for path in write_tables(chosen)]
    return mark(chosen) | {"written": written_to}, "\n".join(written_to)

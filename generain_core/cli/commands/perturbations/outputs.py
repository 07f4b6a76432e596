"""Files that a perturbation experiment is written to, and what the line answers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generain_core.cli.commands.perturbations.further_tables import Question, Tables
from generain_core.cli.expression_table import input_files
from generain_core.cli.opened import release_fields
from generain_core.cli.options import add_file
from generain_core.cli.output import Output, records
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError
from generain_core.storage.paths import resolved
from generain_core.text import significant

IN_FOLDER = {
    "perturbations": "perturbations.csv",
    "genes": "genes.csv",
    "attributes": "attributes.csv",
    "targets": "targets.csv",
    "cosines": "alike.csv",
    "methods": "methods.txt",
}
"""Files of a folder, by what they hold."""
GENE_SETS = "gene_sets"
"""A file of the folder where gene sets are named."""
OPTIONS = {
    "genes": "write_genes",
    "gene_sets": "write_gene_sets",
    "attributes": "write_attributes",
    "targets": "write_targets",
    "cosines": "write_alike",
    "methods": "write_methods",
    "trends": "write_trends",
    "foreseen": "write_agreement",
    "in_silico": "write_in_silico",
    "labels": "write_labels",
    "shifts": "write_shifts",
}
"""Options that name a file, by what it holds."""


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the options that name further files."""
    further = parser.add_argument_group("further files", "each is written where it is named; a folder has some by itself")
    add_file(further, "alike", "the cosines of all pairs of shifts", old=["--cosines"])
    words = "pairs by gene vectors and by shifts, most surprising first"
    add_file(further, "agreement", words, old=["--foreseen"])
    add_file(further, "genes", "the genes that perturbations move", old=["--genes"])
    add_file(further, "gene-sets", "gene sets that moved genes are of, with --sets")
    add_file(further, "attributes", "the predicted attributes of moved genes", old=["--attributes"])
    add_file(further, "targets", "what is left of each target", old=["--targets"])
    words = "set targets in controls, embed, compare with measured shifts"
    add_file(further, "in-silico", words, old=["--in-silico"])
    add_file(further, "trends", "effect against dose or time of each compound, with a test of trend (--level)")
    add_file(further, "labels", "how labels were cleaned", old=["--labels"])
    add_file(further, "shifts", "the shift vectors", kind="h5ad", old=["--shifts"])
    add_file(further, "methods", "the methods as text", kind="txt", old=["--methods"])


def is_folder(args: argparse.Namespace) -> bool:
    """Say whether the output is a folder for all tables."""
    return bool(args.output.suffix.lower() != ".csv")


def is_asked(args: argparse.Namespace, name: str) -> bool:
    """Say whether a file was named itself, so that it must have rows."""
    return name in OPTIONS and getattr(args, OPTIONS[name]) is not None


def files_of(args: argparse.Namespace) -> dict[str, Path]:
    """Return the files to write, by what they hold; those that are named stand for the folder's."""
    named = {name: path for name, option in OPTIONS.items() if (path := getattr(args, option)) is not None}
    if is_folder(args):
        files = IN_FOLDER | ({GENE_SETS: f"{GENE_SETS}.csv"} if args.sets else {})
        return {name: args.output / file for name, file in files.items()} | named
    return {"perturbations": args.output} | named


def check_files(args: argparse.Namespace, files: dict[str, Path]) -> None:
    """Refuse outputs that can't be written, or that are the input or each other; make the folder.

    Raises:
        GeneRAINError: one is so.
    """
    from generain_core.lists.list_files import read_list_file
    from generain_core.storage.atomic import check_target

    if args.sets and GENE_SETS not in files:
        raise GeneRAINError("Gene sets are asked for and no file for them; name a folder with -o, or one by --write-gene-sets.")
    if GENE_SETS in files and not args.sets:
        raise GeneRAINError("--write-gene-sets needs gene sets; give GMT files with --sets.")
    for path in args.sets or ():
        read_list_file(path)  # what can't be read is refused before the long work
    places = {resolved(path) for path in files.values()}
    if input_files(args) & (places | {resolved(args.output)}) or len(places) < len(files):
        raise GeneRAINError("Input and outputs need names of their own; name another file for the result.")
    if is_folder(args):
        try:
            args.output.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise GeneRAINError(
                f"{args.output} can't be made a folder ({problem.strerror}); name another, or a .csv for the ranked table alone."
            ) from problem
    for path in files.values():
        check_target(path)


def write(question: Question, tables: Tables, files: dict[str, Path]) -> None:
    """Write the tables, and what else was named, with where they come from."""
    from generain_core.perturbations.shifts_file import parameters, shifts_adata
    from generain_core.release.provenance import csv_bytes, provenance
    from generain_core.samples.binning.binned_files import write_h5ad
    from generain_core.storage.atomic import atomic_write
    from generain_core.wording.methods import methods
    from generain_core.wording.perturbations import note_sentences

    result, release = question.result, question.release
    origin = provenance(release, parameters(result))
    contents = {"perturbations": csv_bytes(result.table, origin), "labels": csv_bytes(result.design.cleaned, origin)}
    for name, table in tables.tables.items():
        contents[name] = csv_bytes(table.rows, provenance(release, parameters(result), *table.details))
    if "methods" in files:
        contents["methods"] = (methods(result, release, tables.analyses) + "\n").encode()
    for name, content in contents.items():
        if name in files:
            with atomic_write(files[name]) as working:
                working.write_bytes(content)
    if "shifts" in files:
        write_h5ad(shifts_adata(result, release, note_sentences(result.notes)), files["shifts"])


def output(question: Question, tables: Tables, files: dict[str, Path]) -> Output:
    """Return what the line prints, with the notes on standard error."""
    from generain_core.text import with_noun
    from generain_core.wording.perturbations import note_sentences

    args, result = question.args, question.result
    notes = note_sentences(result.notes)
    for text in (*notes, *(f"{files[name].name} has no rows: {reason}" for name, reason in tables.reasons.items())):
        note(f"note: {text}")
    spaces = [ranking.space.words for ranking in result.rankings]
    document: dict[str, Any] = {
        "space": result.rankings[0].space.name,
        "spaces": spaces,
        "model": result.model,
        "samples": len(result.design.samples),
        "controls": int(result.design.is_control.sum()),
        "notes": notes,
        "labels": records(result.design.cleaned),
        "perturbations": records(result.table),
        "output": str(args.output),
        "files": [str(path) for path in files.values()],
        "without_rows": tables.reasons,
    }
    document |= tables.fields
    lines = [f"{with_noun(len(result.table), 'perturbation')} in {' and '.join(spaces)}; written to {args.output}"]
    if "in_silico" in tables.fields:
        lines.append(tables.fields["in_silico"]["verdict"])
    if "foreseen" in tables.fields:
        agreement = tables.fields["foreseen"]
        lines.append(f"Gene space against effects: Spearman {agreement['spearman']:.3f}, p {significant(agreement['p_value'])}")
    columns = ["perturbation", "n_samples", "effect", "p_value", "fdr", "test", "found_in", "note"]
    lines.append(result.table[columns].head(40).to_string(index=False, float_format="{:.4g}".format))
    return Output(release_fields(question.release) | document, "\n".join(lines))

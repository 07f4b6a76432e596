"""The command about perturbation experiments: perturb."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.commands import perturbation_tables
from generain_core.cli.commands.perturbation_tables import Question, Tables
from generain_core.cli.expression_table import add_table, input_files, read_table
from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.options import add_device, add_file, add_model, add_output, add_seed, whole
from generain_core.cli.output import Output, records
from generain_core.cli.progress import note
from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.perturbations.choices import Choices

IN_FOLDER = {
    "perturbations": "perturbations.csv",
    "genes": "genes.csv",
    "attributes": "attributes.csv",
    "targets": "targets.csv",
    "cosines": "alike.csv",
    "methods": "methods.txt",
}
"""Files of a folder, by what they hold."""
OPTIONS = {
    "genes": "write_genes",
    "attributes": "write_attributes",
    "targets": "write_targets",
    "cosines": "write_alike",
    "methods": "write_methods",
    "foreseen": "write_agreement",
    "in_silico": "write_in_silico",
    "labels": "write_labels",
    "shifts": "write_shifts",
}
"""Options that name a file, by what it holds."""


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    words = "shift of each perturbation from control, with tests; what acts alike, moved genes, their attributes, targets"
    perturb = add_command("perturb", _perturb, words)
    add_table(perturb)
    words = "a .csv: the ranked table alone; any other name: a folder for all tables and the methods"
    add_output(perturb, "OUT", words=words)
    perturb.add_argument("--by", required=True, metavar="COLUMN", help="the sample column that names the perturbation")
    perturb.add_argument("--control", required=True, metavar="VALUE", help="its value for controls")
    perturb.add_argument("--strata", metavar="COLUMN[,COLUMN]", help="compare within the values of these (batch, cell line)")
    perturb.add_argument("--pair", metavar="COLUMN", default="", help="the donor or pair that samples belong to")
    perturb.add_argument("--against", choices=("control", "others"), default="control", help="controls (default) or all others")
    perturb.add_argument("--keep-guides", action="store_true", help="guides of one gene stay perturbations of their own")
    words = "leave this label as it is, whatever it looks like; may be repeated"
    perturb.add_argument("--as-written", action="append", default=[], metavar="LABEL", help=words)
    add_model(perturb, "which network embeds; default: the first there; none: expression only", none=True)
    perturb.add_argument("--even-if-thin", action="store_true", help="embed although few genes of the model were measured")
    add_device(perturb)
    perturb.add_argument("--permutations", type=whole, default=9999, metavar="N", help="of labels, for p-values (9999)")
    perturb.add_argument("--bootstrap", type=whole, default=500, metavar="N", help="draws, for intervals (500)")
    add_seed(perturb)
    perturbation_tables.add_options(perturb)
    further = perturb.add_argument_group("further files", "each is written where it is named; a folder has some by itself")
    add_file(further, "alike", "the cosines of all pairs of shifts", old=["--cosines"])
    words = "pairs by gene vectors and by shifts, most surprising first"
    add_file(further, "agreement", words, old=["--foreseen"])
    add_file(further, "genes", "the genes that perturbations move", old=["--genes"])
    add_file(further, "attributes", "the predicted attributes of moved genes", old=["--attributes"])
    add_file(further, "targets", "what is left of each target", old=["--targets"])
    words = "set targets in controls, embed, compare with measured shifts"
    add_file(further, "in-silico", words, old=["--in-silico"])
    add_file(further, "labels", "how labels were cleaned", old=["--labels"])
    add_file(further, "shifts", "the shift vectors", kind="h5ad", old=["--shifts"])
    add_file(further, "methods", "the methods as text", kind="txt", old=["--methods"])


def _perturb(args: argparse.Namespace) -> Output:
    from generain_core.perturbations.run import run

    choices = _choices(args)
    files = _files(args)
    _check_files(args, files)
    release = open_release(args)
    resolver = open_resolver(release)
    result = run(read_table(args, resolver), choices, release, resolver, progress=args.progress)
    question = Question(args, result, release)
    tables = perturbation_tables.make(question, [name for name in files if _is_asked(args, name)], list(files))
    _write(question, tables, files)
    return _output(question, tables, files)


def _choices(args: argparse.Namespace) -> Choices:
    from generain_core.perturbations.choices import Choices
    from generain_core.perturbations.effects.effect import Settings

    if not 99 <= args.permutations <= 1_000_000 or args.bootstrap > 100_000:
        raise GeneRAINError("Give 99 to 1,000,000 permutations and at most 100,000 bootstrap draws.")
    return Choices(
        column=args.by,
        control=args.control,
        strata=tuple(args.strata.split(",")) if args.strata else (),
        pair=args.pair,
        merge_guides=not args.keep_guides,
        reference=args.against,
        sum_by=tuple(args.sum_by.split(",")) if args.sum_by else None,
        model="" if args.model == "none" else args.model,
        min_genes=args.min_genes,
        thin=args.even_if_thin,
        device=args.device,
        settings=Settings(args.permutations, args.bootstrap, args.seed),
        as_written=tuple(args.as_written),
    )


def _is_folder(args: argparse.Namespace) -> bool:
    return bool(args.output.suffix.lower() != ".csv")


def _is_asked(args: argparse.Namespace, name: str) -> bool:
    """Say whether a file was named itself, so that it must have rows."""
    return name in OPTIONS and getattr(args, OPTIONS[name]) is not None


def _files(args: argparse.Namespace) -> dict[str, Path]:
    """Return the files to write, by what they hold; those that are named stand for the folder's."""
    named = {name: path for name, option in OPTIONS.items() if (path := getattr(args, option)) is not None}
    if _is_folder(args):
        return {name: args.output / file for name, file in IN_FOLDER.items()} | named
    return {"perturbations": args.output} | named


def _check_files(args: argparse.Namespace, files: dict[str, Path]) -> None:
    """Refuse outputs that can't be written, or that are the input or each other; make the folder.

    Raises:
        GeneRAINError: one is so.
    """
    from generain_core.storage.atomic import check_target

    places = {path.resolve() for path in files.values()}
    if input_files(args) & (places | {args.output.resolve()}) or len(places) < len(files):
        raise GeneRAINError("Input and outputs need names of their own; name another file for the result.")
    if _is_folder(args):
        try:
            args.output.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise GeneRAINError(
                f"{args.output} can't be made a folder ({problem.strerror}); name another, or a .csv for the ranked table alone."
            ) from problem
    for path in files.values():
        check_target(path)


def _write(question: Question, tables: Tables, files: dict[str, Path]) -> None:
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


def _output(question: Question, tables: Tables, files: dict[str, Path]) -> Output:
    from generain_core.wording.methods import with_noun
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
        lines.append(f"Gene space against effects: Spearman {agreement['spearman']:.3f}, p {agreement['p_value']:.2g}")
    columns = ["perturbation", "n_samples", "effect", "p_value", "fdr", "found_in", "note"]
    lines.append(result.table[columns].head(40).to_string(index=False, float_format="{:.4g}".format))
    return Output(release_fields(question.release) | document, "\n".join(lines))

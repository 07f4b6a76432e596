"""Commands about perturbations: perturb."""

import argparse
import sys
from pathlib import Path
from typing import Any

from generain_core.cli import perturb_more
from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, records, tell, whole
from generain_core.cli.samples import add_input, read_input
from generain_core.release import files
from generain_core.release.model_descriptions import MODEL_NAMES


def add(command: Command) -> None:
    """Add the commands to the line."""
    parser = command("perturb", _perturb, "shift of each perturbation from control, with tests, written as CSV")
    add_input(parser, "OUT.csv")
    parser.add_argument("--by", required=True, metavar="COLUMN", help="the sample column that names the perturbation")
    parser.add_argument("--control", required=True, metavar="VALUE", help="its value for controls")
    parser.add_argument("--strata", metavar="COLUMN[,COLUMN]", help="compare within the values of these (batch, cell line)")
    parser.add_argument("--pair", metavar="COLUMN", default="", help="the donor or pair that samples belong to")
    parser.add_argument("--against", choices=("control", "others"), default="control", help="controls (default) or all others")
    parser.add_argument("--keep-guides", action="store_true", help="guides of one gene stay perturbations of their own")
    parser.add_argument(
        "--as-written", action="append", default=[], metavar="LABEL", help="leave this label as it is, whatever it looks like"
    )
    parser.add_argument("--model", choices=(*MODEL_NAMES, "none"), help="default: the first there; none: expression only")
    parser.add_argument("--even-if-thin", action="store_true", help="embed although few genes of the model were measured")
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    parser.add_argument("--permutations", type=whole, default=9999)
    parser.add_argument("--bootstrap", type=whole, default=500)
    parser.add_argument("--seed", type=whole, default=0, help="0 or more")
    parser.add_argument("--labels", type=Path, metavar="OUT.csv", help="write how labels were cleaned")
    parser.add_argument("--shifts", type=Path, metavar="OUT.h5ad", help="write the shift vectors")
    parser.add_argument("--methods", type=Path, metavar="OUT.txt", help="write the methods as text")
    perturb_more.add(parser)


def _perturb(given: argparse.Namespace) -> Answer:
    from generain_core.errors import GeneRAINError
    from generain_core.perturbations.effects.effect import Settings
    from generain_core.perturbations.run import Choices, run
    from generain_core.storage.atomic import check_target
    from generain_core.wording.methods import counted
    from generain_core.wording.perturbations import note_sentences

    outputs = [path for path in (given.output, given.labels, given.shifts, given.methods) if path is not None]
    outputs += perturb_more.outputs(given)
    for path in outputs:
        check_target(path)
    inputs = {path.resolve() for path in (given.input, given.samples) if path is not None}
    if inputs & {path.resolve() for path in outputs} or len({path.resolve() for path in outputs}) < len(outputs):
        raise GeneRAINError("Input and outputs need names of their own; name another file for the result.")
    if not 99 <= given.permutations <= 1_000_000 or given.bootstrap > 100_000:
        raise GeneRAINError("Give 99 to 1,000,000 permutations and at most 100,000 bootstrap draws.")
    chosen = open_release(given)
    resolver = open_resolver(chosen)
    expression = read_input(given, resolver)
    choices = Choices(
        column=given.by,
        control=given.control,
        strata=tuple(given.strata.split(",")) if given.strata else (),
        pair=given.pair,
        merge_guides=not given.keep_guides,
        reference=given.against,
        sum_by=tuple(given.sum_by.split(",")) if given.sum_by else None,
        model="" if given.model == "none" else given.model,
        min_genes=given.min_genes,
        thin=given.even_if_thin,
        device=given.device,
        settings=Settings(given.permutations, given.bootstrap, given.seed),
        as_written=tuple(given.as_written),
    )
    result = run(expression, choices, chosen, resolver, progress=tell)
    tables, further = perturb_more.more(given, result, chosen, resolver)
    _write(given, chosen, result, tables)
    notes = note_sentences(result.notes)
    for note in notes:
        sys.stderr.write(f"note: {note}\n")
    spaces = [ranking.space.words for ranking in result.rankings]
    document = {
        "space": result.rankings[0].space.name,
        "spaces": spaces,
        "model": result.model,
        "samples": len(result.design.samples),
        "controls": int(result.design.is_control.sum()),
        "notes": notes,
        "labels": records(result.design.cleaned),
        "perturbations": records(result.table),
        "output": str(given.output),
        **further,
    }
    shown = result.table[["perturbation", "n_samples", "effect", "p_value", "fdr", "found_in", "note"]].head(40)
    words = f"{counted(len(result.table), 'perturbation')} in {' and '.join(spaces)}; written to {given.output}"
    for name, said in further.items():
        if name == "in_silico":
            words += f"\n{said['verdict']}"
        if name == "foreseen":
            words += f"\nGene space against effects: Spearman {said['spearman']:.3f}, p {said['p_value']:.2g}"
    return mark(chosen) | document, f"{words}\n{shown.to_string(index=False, float_format='{:.4g}'.format)}"


def _write(given: argparse.Namespace, chosen: files.Release, result: Any, tables: perturb_more.Tables) -> None:
    from generain_core.perturbations.shifts_file import parameters, shifts_adata
    from generain_core.release.provenance import csv_bytes, provenance
    from generain_core.samples.binning.binned_files import write_h5ad
    from generain_core.storage.atomic import atomic_write
    from generain_core.wording.methods import methods
    from generain_core.wording.perturbations import note_sentences

    origin = provenance(chosen, parameters(result))
    contents = {given.output: csv_bytes(result.table, origin)}
    for path, (table, what) in tables.items():
        contents[path] = csv_bytes(table, provenance(chosen, parameters(result), what))
    if given.labels is not None:
        contents[given.labels] = csv_bytes(result.design.cleaned, origin)
    if given.methods is not None:
        contents[given.methods] = (methods(result, chosen, _further(given)) + "\n").encode()
    for path, content in contents.items():
        with atomic_write(path) as working:
            working.write_bytes(content)
    if given.shifts is not None:
        write_h5ad(shifts_adata(result, chosen, note_sentences(result.notes)), given.shifts)


def _further(given: argparse.Namespace) -> list[str]:
    named = {"alike": given.cosines, "foreseen": given.foreseen, "genes": given.genes or given.attributes}
    named |= {"attributes": given.attributes, "targets": given.targets, "in_silico": given.in_silico}
    return [name for name, path in named.items() if path is not None]

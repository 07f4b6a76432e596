"""Commands about predicted attributes: of a gene, of an attribute, by rule."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.options import add_file, add_rows
from generain_core.cli.output import Output, records, titled_table
from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from generain_core.attributes.predictions import Predictions
    from generain_core.attributes.rules import Rule
    from generain_core.cli.parser import AddCommand


def add(add_command: AddCommand) -> None:
    """Add the commands to the line."""
    attributes = add_command("attributes", _attributes, "a gene's most probable attributes")
    attributes.add_argument("gene", nargs="?", metavar="GENE")
    add_rows(attributes, 50, "how many")
    attributes.add_argument("--by", default="probability", metavar="COLUMN", help="probability (default) or percentile")
    attributes.add_argument(
        "--search", default="", metavar="WORDS", help="only attributes with these words in their name or library"
    )
    attributes.add_argument("--fold", action="store_true", help="nearly identical attributes count as one")
    attributes.add_argument("--prepare", action="store_true", help="only make the store that queries read, if it is not there")
    genes = add_command("genes", _genes, "an attribute's most probable genes, or those that a rule chooses")
    genes.add_argument("attribute", nargs="?", metavar="ATTRIBUTE")
    add_rows(genes, None, "how many; 50 of an attribute, all of a rule")
    genes.add_argument("--biotype", help="coding, lncRNA, or a biotype of the release")
    genes.add_argument("--rule", metavar="TEXT", help="such as 'P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA'")
    genes.add_argument("--sets", type=Path, metavar="SETS.gmt", help="gene sets for known(…); the release's without it")
    add_file(genes, "gmt", "the genes as a gene set", kind="gmt", old=["--gmt"])


def _open(args: argparse.Namespace) -> Predictions:
    from generain_core.attributes.predictions import Predictions
    from generain_core.attributes.store.attribute_store import is_converted

    release = open_release(args)
    return Predictions.open(release, open_resolver(release), None if is_converted(release) else args.progress)


def _titled(title: str, predictions: Predictions, table: pd.DataFrame) -> str:
    shown = table.drop(columns="alike_attributes", errors="ignore")
    return titled_table(f"{title} ({predictions.release.label})", shown)


def _attributes(args: argparse.Namespace) -> Output:
    if args.prepare:
        return _prepare(args)
    if args.gene is None:
        raise GeneRAINError("A gene must be named, such as GAS5.")
    predictions = _open(args)
    gene = predictions.gene(args.gene)
    among = predictions.chosen(args.search) if args.search else None
    table = predictions.of_gene(gene, args.k, by=args.by, among=among, folded=args.fold)
    document = {"gene": gene, "genes": len(predictions.store.genes), "attributes": records(table)}
    return Output(release_fields(predictions.release) | document, _titled(f"attributes of {gene}", predictions, table))


def _prepare(args: argparse.Namespace) -> Output:
    from generain_core.attributes.store.attribute_store import open_store

    release = open_release(args)
    store = open_store(release, args.progress)
    document = {"attributes": len(store.table), "genes": len(store.genes), "layout": store.layout}
    text = f"{len(store.table):,} attributes of {len(store.genes):,} genes are ready"
    return Output(release_fields(release) | document, text)


def _genes(args: argparse.Namespace) -> Output:
    from generain_core.attributes.rule_text import parse
    from generain_core.storage.atomic import check_target

    if (args.attribute is None) == (args.rule is None):
        raise GeneRAINError("Either an attribute or --rule must be given, and not both.")
    if args.sets is not None and args.rule is None:
        raise GeneRAINError("--sets belongs to a --rule with known(…); give one, or leave it out.")
    if args.write_gmt is not None:
        check_target(args.write_gmt)
    if args.k is not None and args.k < 1:
        raise GeneRAINError(f"{args.k} genes were asked for; ask for 1 or more.")
    rule = parse(args.rule) if args.rule is not None else None
    predictions = _open(args)
    name, table, document = _by_rule(args, rule, predictions) if rule else _of_attribute(args, predictions)
    if args.write_gmt is not None:
        _write_gmt(args.write_gmt, name, table, predictions)
    document = release_fields(predictions.release) | document | {"genes": records(table)}
    return Output(document, _titled(f"{len(table):,} genes of {name}", predictions, table))


def _of_attribute(args: argparse.Namespace, predictions: Predictions) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    name = predictions.attribute(args.attribute)
    return name, predictions.of_attribute(name, args.k or 50, args.biotype), {"attribute": name}


def _by_rule(args: argparse.Namespace, rule: Rule, predictions: Predictions) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    from generain_core.attributes.rules import And, Biotype, chosen_genes

    rule = And((rule, Biotype(args.biotype))) if args.biotype else rule
    table = chosen_genes(rule, predictions, _known(args, rule, predictions))
    return str(rule), table.head(args.k) if args.k else table, {"rule": str(rule), "chosen": len(table)}


def _known(args: argparse.Namespace, rule: Rule, predictions: Predictions) -> Callable[[str], np.ndarray[Any, Any] | None] | None:
    """Return which genes are known members of which attribute, if the rule asks for that."""
    from generain_core.attributes.gmt import read_gmt
    from generain_core.attributes.known_members import match_sets, released_sets
    from generain_core.attributes.rules import Known, leaves

    if not any(isinstance(leaf, Known) for leaf in leaves(rule)):
        return None
    if args.sets is None:
        sets = released_sets(predictions.release)
        return None if sets is None else match_sets(predictions, sets, "the release's gene sets").of
    try:
        content = args.sets.read_bytes()
    except OSError as problem:
        raise GeneRAINError(f"{args.sets} can't be read ({problem.strerror}); give a GMT file.") from problem
    return match_sets(predictions, read_gmt(content, args.sets.name), args.sets.name).of


def _write_gmt(path: Path, name: str, table: pd.DataFrame, predictions: Predictions) -> None:
    from generain_core.attributes.gmt import gmt_bytes
    from generain_core.release.provenance import provenance
    from generain_core.storage.atomic import atomic_write

    with atomic_write(path) as working:
        working.write_bytes(gmt_bytes({name: list(table["gene"])}, provenance(predictions.release, name)))

"""Commands about predicted attributes: of a gene, of an attribute, by rule."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.cli.opened import open_generain, release_fields
from generain_core.cli.options import add_file, add_rows
from generain_core.cli.output import Output, records, titled_table
from generain_core.errors import GeneRAINError

if TYPE_CHECKING:
    import pandas as pd

    from generain_core.cli.parser import AddCommand
    from generain_core.generain import GeneRAIN


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
    words = "with --prepare: have predictions told although their order of genes is refuted, with a warning"
    attributes.add_argument("--even-if-unproved", action="store_true", help=words)
    genes = add_command("genes", _genes, "an attribute's most probable genes, or those that a rule chooses")
    genes.add_argument("attribute", nargs="?", metavar="ATTRIBUTE")
    add_rows(genes, None, "how many; 50 of an attribute, all of a rule")
    genes.add_argument("--biotype", help="coding, lncRNA, or a biotype of the release")
    genes.add_argument("--rule", metavar="TEXT", help="such as 'P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA'")
    genes.add_argument("--sets", type=Path, metavar="SETS.gmt", help="gene sets for known(…); the release's without it")
    add_file(genes, "gmt", "the genes as a gene set", kind="gmt", old=["--gmt"])


def _open(args: argparse.Namespace) -> GeneRAIN:
    """Open the release, and make the store that queries read if it is not there."""
    from generain_core.attributes.store.attribute_store import is_converted, open_store

    generain = open_generain(args)
    if not is_converted(generain.release):
        open_store(generain.release, args.progress)
    return generain


def _titled(title: str, table: pd.DataFrame) -> str:
    text = titled_table(f"{title} ({table.attrs['label']})", table.drop(columns="alike_attributes", errors="ignore"))
    return "\n".join([*table.attrs["warnings"], *table.attrs["notes"], text])


def _attributes(args: argparse.Namespace) -> Output:
    if args.prepare:
        return _prepare(args)
    if args.even_if_unproved:
        raise GeneRAINError("--even-if-unproved belongs to --prepare: predictions are then told from now on.")
    if args.gene is None:
        raise GeneRAINError("A gene must be named, such as GAS5.")
    generain = _open(args)
    table = generain.attributes(args.gene, args.k, args.by, args.search, args.fold)
    fields = {name: table.attrs[name] for name in ("gene", "genes")}
    document = (
        release_fields(generain.release)
        | fields
        | {"warnings": table.attrs["warnings"], "notes": table.attrs["notes"], "attributes": records(table)}
    )
    return Output(document, _titled(f"attributes of {fields['gene']}", table))


def _prepare(args: argparse.Namespace) -> Output:
    from generain_core.attributes.order.recorded import CONSENT
    from generain_core.attributes.store.attribute_store import open_store

    generain = open_generain(args)
    store = open_store(generain.release, args.progress)
    order = generain.attribute_order(even_if_unproved=args.even_if_unproved).attrs
    document = {"attributes": len(store.table), "genes": len(store.genes), "layout": store.layout, "notes": list(store.notes)}
    document["order"] = {name: order[name] for name in ("proved", "refuted", "source", "agreement", "shuffled", "said")}
    ready = f"{len(store.table):,} attributes of {len(store.genes):,} genes are ready"
    lines = [ready, *store.notes, order["said"]]
    if order["refuted"]:
        taken = "They are told nevertheless, with a warning." if args.even_if_unproved else f"To have them told: {CONSENT}."
        lines.append(f"So they are of other genes than they say. {taken}")
    return Output(release_fields(generain.release) | document, "\n".join(lines))


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
    if args.rule is not None:
        parse(args.rule)  # what can't be read is refused before the release is opened
    generain = _open(args)
    table = generain.genes(args.attribute, args.rule, args.k, args.biotype, args.sets, args.write_gmt)
    fields = {name: table.attrs[name] for name in ("attribute", "rule", "chosen") if name in table.attrs}
    document = (
        release_fields(generain.release)
        | fields
        | {"warnings": table.attrs["warnings"], "notes": table.attrs["notes"], "genes": records(table)}
    )
    name = fields.get("attribute") or fields["rule"]
    return Output(document, _titled(f"{len(table):,} genes of {name}", table))

"""Commands about predicted attributes: of a gene, of an attribute, by rule."""

import argparse
from pathlib import Path
from typing import Any

from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, records, tell
from generain_core.errors import GeneRAINError


def add(command: Command) -> None:
    """Add the commands to the line."""
    of_gene = command("attributes", _attributes, "a gene's most probable attributes")
    of_gene.add_argument("gene", nargs="?", metavar="GENE")
    of_gene.add_argument("-k", type=int, default=50)
    of_gene.add_argument("--by", default="probability", metavar="ORDER", help="probability (default) or percentile")
    of_gene.add_argument(
        "--search", default="", metavar="WORDS", help="only attributes with these words in their name or library"
    )
    of_gene.add_argument("--fold", action="store_true", help="nearly identical attributes count as one")
    of_gene.add_argument("--prepare", action="store_true", help="only make the store that queries read, if it is not there")
    genes = command("genes", _genes, "an attribute's most probable genes, or those that a rule chooses")
    genes.add_argument("attribute", nargs="?", metavar="ATTRIBUTE")
    genes.add_argument("-k", type=int, help="how many; 50 of an attribute, all of a rule")
    genes.add_argument("--biotype", help="coding, lncRNA, or a biotype of the release")
    genes.add_argument("--rule", metavar="TEXT", help="such as 'P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA'")
    genes.add_argument("--sets", type=Path, metavar="SETS.gmt", help="gene sets for known(…); the release's without it")
    genes.add_argument("--gmt", type=Path, metavar="OUT.gmt", help="write the genes as a gene set too")


def _open(given: argparse.Namespace) -> Any:
    from generain_core.attributes.predictions import Predictions
    from generain_core.attributes.store.attribute_store import is_converted

    chosen = open_release(given)
    quiet = is_converted(chosen)
    return Predictions.open(chosen, open_resolver(chosen), None if quiet else tell)


def _attributes(given: argparse.Namespace) -> Answer:
    if given.prepare:
        from generain_core.attributes.store.attribute_store import open_store

        chosen = open_release(given)
        store = open_store(chosen, tell)
        document = {"attributes": len(store.table), "genes": len(store.genes), "layout": store.layout}
        return mark(chosen) | document, f"{len(store.table):,} attributes of {len(store.genes):,} genes are ready"
    if given.gene is None:
        raise GeneRAINError("A gene must be named, such as GAS5.")
    predictions = _open(given)
    gene = predictions.gene(given.gene)
    among = predictions.chosen(given.search) if given.search else None
    table = predictions.of_gene(gene, given.k, by=given.by, among=among, folded=given.fold)
    document = {"gene": gene, "genes": len(predictions.store.genes), "attributes": records(table)}
    return mark(predictions.release) | document, _headed(f"attributes of {gene}", predictions, table)


def _headed(words: str, predictions: Any, table: Any) -> str:
    if not len(table):
        return f"{words} ({predictions.release.label}): none"
    rows = table.drop(columns="alike_attributes", errors="ignore").to_string(index=False, float_format="{:.4f}".format)
    return f"{words} ({predictions.release.label})\n{rows}"


def _known(given: argparse.Namespace, rule: Any, predictions: Any) -> Any:
    from generain_core.attributes.gmt import read_gmt
    from generain_core.attributes.known_members import match_sets, released_sets
    from generain_core.attributes.rules import Known, leaves

    if not any(isinstance(leaf, Known) for leaf in leaves(rule)):
        return None
    if given.sets is None:
        sets = released_sets(predictions.release)
        return None if sets is None else match_sets(predictions, sets, "the release's gene sets").of
    try:
        content = given.sets.read_bytes()
    except OSError as problem:
        raise GeneRAINError(f"{given.sets} can't be read ({problem.strerror}); give a GMT file.") from problem
    return match_sets(predictions, read_gmt(content, given.sets.name), given.sets.name).of


def _genes(given: argparse.Namespace) -> Answer:
    from generain_core.attributes.gmt import gmt_bytes
    from generain_core.attributes.rule_text import parse
    from generain_core.attributes.rules import And, Biotype, chosen_genes
    from generain_core.release.provenance import provenance
    from generain_core.storage.atomic import atomic_write, check_target

    if (given.attribute is None) == (given.rule is None):
        raise GeneRAINError("Either an attribute or --rule must be given, and not both.")
    if given.sets is not None and given.rule is None:
        raise GeneRAINError("--sets belongs to a --rule with known(…); give one, or leave it out.")
    if given.gmt is not None:
        check_target(given.gmt)
    if given.k is not None and given.k < 1:
        raise GeneRAINError(f"{given.k} genes were asked for; ask for 1 or more.")
    rule = parse(given.rule) if given.rule is not None else None
    predictions = _open(given)
    if rule is None:
        name = predictions.attribute(given.attribute)
        table, document = predictions.of_attribute(name, given.k or 50, given.biotype), {"attribute": name}
    else:
        rule = And((rule, Biotype(given.biotype))) if given.biotype else rule
        name = str(rule)
        table = chosen_genes(rule, predictions, _known(given, rule, predictions))
        document = {"rule": name, "chosen": len(table)}
        table = table.head(given.k) if given.k else table
    if given.gmt is not None:
        content = gmt_bytes({name: list(table["gene"])}, provenance(predictions.release, name))
        with atomic_write(given.gmt) as working:
            working.write_bytes(content)
    said = f"{len(table):,} genes of {name}"
    return mark(predictions.release) | document | {"genes": records(table)}, _headed(said, predictions, table)

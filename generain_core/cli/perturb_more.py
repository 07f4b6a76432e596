"""Options of perturb that look further: what acts alike, moved genes, targets, in-silico knock-downs."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from generain_core.cli.common import records, tell, whole
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release

Tables = dict[Path, tuple[pd.DataFrame, str]]
OUTPUTS = ("cosines", "foreseen", "genes", "attributes", "targets", "in_silico")
MOST = 50


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command."""
    parser.add_argument("--cosines", type=Path, metavar="OUT.csv", help="write the cosines of all pairs of shifts")
    parser.add_argument("--centered", action="store_true", help="take the mean shift off before cosines")
    parser.add_argument(
        "--foreseen", type=Path, metavar="OUT.csv", help="write pairs by gene vectors and by shifts, most surprising first"
    )
    parser.add_argument("--genes", type=Path, metavar="OUT.csv", help="write the genes that perturbations move")
    parser.add_argument("--attributes", type=Path, metavar="OUT.csv", help="write the predicted attributes of moved genes")
    parser.add_argument(
        "--of", action="append", metavar="NAME", help=f"which perturbation, may be repeated; default: those found, at most {MOST}"
    )
    parser.add_argument("--measure", choices=("bins", "log2"), help="genes in bins (default where embedded) or log2 depth")
    parser.add_argument("--targets", type=Path, metavar="OUT.csv", help="write what is left of each target")
    parser.add_argument(
        "--in-silico", type=Path, metavar="OUT.csv", help="set targets in controls, embed, compare with measured shifts"
    )
    parser.add_argument("--set-to", choices=("unexpressed", "top"), default="unexpressed", help="what targets are set to")
    parser.add_argument("--in-silico-most", type=whole, default=MOST, help="perturbations at most, the surest first")


def outputs(given: argparse.Namespace) -> list[Path]:
    """Return the files that were asked for."""
    return [path for name in OUTPUTS if (path := getattr(given, name)) is not None]


def more(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[Tables, dict[str, Any]]:
    """Return the tables that were asked for, by their files, and what is said of them in JSON."""
    tables: Tables = {}
    document: dict[str, Any] = {}
    steps: dict[str, Callable[..., tuple[pd.DataFrame, str, Any]]] = {
        "cosines": _cosines,
        "foreseen": _foreseen,
        "genes": _genes,
        "attributes": _attributes,
        "targets": _targets,
        "in_silico": _in_silico,
    }
    for name, step in steps.items():
        path = getattr(given, name)
        if path is not None:
            table, origin, said = step(given, result, chosen, resolver)
            tables[path] = (table, origin)
            document[name] = said
    return tables, document


def _cosines(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[pd.DataFrame, str, Any]:
    from generain_core.perturbations.similarity.alike import alike, pairs_table

    of = alike(result.rankings[0], centered=given.centered)
    return pairs_table(of), f"cosines of shifts, {of.space} space", {"space": of.space, "notes": list(of.notes)}


def _foreseen(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[pd.DataFrame, str, Any]:
    from generain_core.perturbations.similarity.alike import alike
    from generain_core.perturbations.similarity.vector_agreement import foreseen
    from generain_core.vectors import open_model_vectors

    vectors = open_model_vectors(chosen)
    of, settings = alike(result.rankings[0], centered=given.centered), result.choices.settings
    made = foreseen(of, vectors, permutations=settings.permutations, seed=settings.seed, progress=tell)
    said = {"space": made.space, "vectors": made.vectors, "spearman": made.rho, "p_value": made.p_value}
    said |= {"permutations": made.permutations, "exact": made.exact, "genes": records(made.genes), "notes": list(made.notes)}
    return made.pairs, f"{made.space} space against {made.vectors}", said


def _genes(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[pd.DataFrame, str, Any]:
    from generain_core.perturbations.genes.gene_values import WORDS, gene_values, measures
    from generain_core.perturbations.genes.moved import moved
    from generain_core.perturbations.genes.near_target import near_target
    from generain_core.vectors import open_model_vectors, vector_sets

    names = _named(given, result)
    measure = given.measure or measures(result)[0]
    values = gene_values(result, measure)
    vectors = open_model_vectors(chosen) if vector_sets(chosen) else None
    parts: list[pd.DataFrame] = []
    said: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        tell(i / len(names), f"genes of {name}")
        try:
            made = moved(result, name, measure, values=values)
        except GeneRAINError as problem:
            if given.of:
                raise
            said.append({"perturbation": name, "found": None, "notes": [str(problem)]})
            continue
        parts.append(made.table.assign(perturbation=name)[["perturbation", *made.table.columns]])
        row = {"perturbation": name, "found": len(made.found), "by_chance": list(made.by_chance)}
        row |= {"tested": len(made.table), "notes": list(made.notes), "near_target": None}
        if vectors is not None and made.target in vectors and made.target in set(made.table["gene"]):
            near = near_target(made, vectors)
            row["near_target"] = {
                "target": near.target,
                "mean_cosine": near.mean_cosine,
                "expected": near.expected,
                "p_value": near.p_value,
                "inside": near.inside,
                "inside_expected": near.inside_expected,
            }
        said.append(row)
    if not parts:
        raise GeneRAINError("None of the perturbations that were found has samples enough to test genes.")
    return pd.concat(parts, ignore_index=True), f"moderated t-test of {WORDS[measure]}", said


def _named(given: argparse.Namespace, result: Any) -> list[str]:
    found = result.table.loc[result.table["fdr"] <= 0.05, "perturbation"]
    names = [str(name) for name in (given.of or found.head(MOST))]
    if not names:
        raise GeneRAINError("No perturbation was found, so there are no moved genes to write; name some with --of.")
    return names


def _attributes(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[pd.DataFrame, str, Any]:
    from generain_core.attributes.store.attribute_store import open_store
    from generain_core.perturbations.genes.gene_values import gene_values, measures
    from generain_core.perturbations.genes.moved import EXCHANGES, moved
    from generain_core.perturbations.genes.moved_attributes import moved_attributes

    store, parts, said = open_store(chosen, ranked=False), list[pd.DataFrame](), list[dict[str, Any]]()
    measure = given.measure or measures(result)[0]
    values = gene_values(result, measure)
    for name in _named(given, result):
        genes = moved(result, name, measure, values=values, most_exchanges=EXCHANGES)
        made = moved_attributes(genes, store, tell)
        parts.append(made.table.assign(perturbation=name)[["perturbation", *made.table.columns]])
        said.append({"perturbation": name, "chosen": made.chosen, "genes": made.n})
        said[-1] |= {"exchanges": made.exchanges, "reading": made.reading}
    readings = dict.fromkeys(each["reading"] for each in said)
    return pd.concat(parts, ignore_index=True), f"predicted attributes of moved genes; {'; or '.join(readings)}", said


def _targets(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[pd.DataFrame, str, Any]:
    from generain_core.perturbations.genes.knockdown import knockdown

    table = knockdown(result, tell)
    return table, "log2(count · 10⁷ / total + 1) of the target", records(table)


def _in_silico(given: argparse.Namespace, result: Any, chosen: Release, resolver: Any) -> tuple[pd.DataFrame, str, Any]:
    from generain_core.perturbations.in_silico.knockdown import Ask, in_silico

    ask = Ask(to=given.set_to, most=max(1, given.in_silico_most), device=given.device)
    made = in_silico(result, chosen, ask, tell)
    said = {"verdict": made.verdict, "beats": made.beats, "baselines": records(made.summary), "notes": list(made.notes)}
    return made.table, f"in silico: target {ask.to}, {ask.random_genes} random genes", said

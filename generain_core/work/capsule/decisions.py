"""What each name of a command, of its lists and of its tables was taken for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

from generain_core.genes import Resolver
from generain_core.lists.list_files import lists_of, read_list_file, split_names
from generain_core.work.capsule.command import INPUT, OUTPUT, Command

_OF_NAMES = (
    *(
        "resolve",
        "neighbors",
        "similarity",
        "analogy",
        "attributes",
        "explain",
        "lists",
        "coherence",
        "expand",
        "enrich",
        "shared-attributes",
    ),
    *("compare", "neighborhoods", "sum-of"),
)
_OPTIONS_OF_NAMES = ("--minus", "--background")
_COLUMNS = ["input", "status", "gene", "reason"]


def decisions(
    command: Command, document: Mapping[str, Any], outputs: Mapping[str, Path], inputs: Path, resolver: Resolver
) -> pd.DataFrame:
    """Return one row a name: what was given, what it was found to be, the gene, and why there is none."""
    rows = list(_of_samples(outputs)) + list(_left_out(document))
    if command.words[0] in _OF_NAMES:
        names = list(dict.fromkeys(_names(command, inputs, resolver)))
        table = resolver.resolve_many(names)
        columns = (names, table["status"], table["gene"], table["reason"])
        rows += [dict(zip(_COLUMNS, row, strict=True)) for row in zip(*columns, strict=True)]
    return pd.DataFrame(rows, columns=_COLUMNS).astype(object).fillna("")


def _names(command: Command, inputs: Path, resolver: Resolver) -> Iterator[str]:
    for before, word in zip(command.words, command.words[1:], strict=False):
        named = not before.startswith("-") or before in _OPTIONS_OF_NAMES
        if word.startswith("-") or OUTPUT in word or not (named or INPUT in word):
            continue
        if INPUT in word:
            path = inputs / word.partition(INPUT)[2]
            if path.is_file() and not before.startswith("--sets"):
                yield from _names_in(path, resolver)
        else:
            yield from split_names(word)


def _names_in(path: Path, resolver: Resolver) -> Iterator[str]:
    for names in lists_of(read_list_file(path, path.name), resolver).values():
        yield from names


def _left_out(document: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for each in document.get("missing", []):
        if isinstance(each, Mapping) and "input" in each:
            yield {"input": str(each["input"]), "status": "left out", "gene": "", "reason": str(each.get("reason", ""))}


def _of_samples(outputs: Mapping[str, Path]) -> Iterator[dict[str, str]]:
    """Yield what rows of a binned table were: of each gene that was matched, and those that were not."""
    for name, path in outputs.items():
        if name.endswith(".h5ad"):
            adata = anndata.read_h5ad(path)
            identifiers = adata.var["identifiers"] if "identifiers" in adata.var else pd.Series(adata.var_names)
            for gene, rows in zip(adata.var_names, identifiers, strict=True):
                yield {"input": str(rows), "status": "matched", "gene": str(gene), "reason": ""}
            dropped = adata.uns.get("generain", {}).get("genes_dropped", {})
            lists = [np.atleast_1d(dropped.get(column, ())).tolist() for column in ("identifier", "status", "reason")]
            for identifier, status, reason in zip(*lists, strict=True):
                yield {"input": str(identifier), "status": str(status), "gene": "", "reason": str(reason)}

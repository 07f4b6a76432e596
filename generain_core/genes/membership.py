"""Which genes each gene set of the models knows, and why one is missing there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from generain_core.genes.names import NameKind
from generain_core.release.model_descriptions import MODELS

COLUMN = "missing_{}"
"""The column of the gene table that says why a gene is missing in a gene set; '' where its models know the gene."""
_WORDS: tuple[NameKind, ...] = ("hgnc_symbol", "ensembl_symbol", "previous", "alias")


class Absence(StrEnum):
    """Why the models of a gene set do not know a gene."""

    UNMODELED = "unmodeled"
    OLD_NAME = "old_name"
    NO_TOKEN = "no_token"
    NO_BOUNDARIES = "no_boundaries"
    UNTOLD = "untold"


@dataclass(frozen=True)
class Missing:
    """Why a model does not know a gene.

    Attributes:
        model: its name.
        absence: why.
        names: other names of the gene that have a token; no sample of the training had a gene of such a name.
    """

    model: str
    absence: Absence
    names: tuple[str, ...] = ()


def absences(
    genes: Sequence[str],
    in_model: Sequence[bool],
    names: pd.DataFrame,
    tokens: Collection[str] | None,
    bounded: Collection[str] | None,
) -> list[str]:
    """Say of each gene why the models of a gene set do not know it; '' where they do.

    A gene is modeled in a set only if its present name is both a token and a column of the boundaries: samples of the training
    have present names alone, so that a token under an old name was never trained.

    Args:
        genes: present names.
        in_model: whether each is expressed enough, and of a kind, to be in any model.
        names: other names, see `GeneTable`.
        tokens: names in the set's token index; None if the release has none.
        bounded: columns of the set's boundaries; None if the release has none.

    Returns:
        A code of `Absence` each, with the names that have a token behind it, '|' between.
    """
    if tokens is None and bounded is None:
        return [Absence.UNTOLD if kept else Absence.UNMODELED for kept in in_model]
    indexed, columns = set(tokens if tokens is not None else bounded or ()), None if bounded is None else set(bounded)
    others = _other_names(names, indexed - set(genes))
    reasons = []
    for gene, kept in zip(genes, in_model, strict=True):
        if not kept:
            reasons.append(str(Absence.UNMODELED))
        elif gene not in indexed:
            tokened = others.get(gene, [])
            reasons.append("|".join([Absence.OLD_NAME, *tokened]) if tokened else str(Absence.NO_TOKEN))
        else:
            reasons.append("" if columns is None or gene in columns else str(Absence.NO_BOUNDARIES))
    return reasons


def _other_names(names: pd.DataFrame, indexed: Collection[str]) -> Mapping[str, list[str]]:
    """Return gene → its other names that have a token and are names of no further gene, previous symbols first."""
    tokened = names[names["kind"].isin(_WORDS) & names["name"].isin(indexed)]
    tokened = tokened.iloc[np.argsort(tokened["kind"].map(_WORDS.index).to_numpy(dtype=np.int64), kind="stable")]
    owners = tokened.groupby("name")["gene"].nunique()
    of_gene: dict[str, list[str]] = {}
    for name, gene in zip(tokened["name"], tokened["gene"], strict=True):
        if owners[name] == 1 and name not in of_gene.setdefault(gene, []):
            of_gene[gene].append(name)
    return of_gene


def memberships(facts: "pd.Series[str]") -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """Return the models that know a gene, and why each of the others does not.

    Args:
        facts: the gene's row of the gene table.
    """
    known, missing = [], []
    for model in MODELS:
        code, *names = str(facts[COLUMN.format(model.gene_set)]).split("|")
        if code:
            missing.append(Missing(model.name, Absence(code), tuple(names)))
        else:
            known.append(model.name)
    return tuple(known), tuple(missing)

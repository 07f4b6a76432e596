"""Rules that choose genes: ``P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA``.

A gene without a probability in an attribute is neither above nor below: what can't be told of it is not chosen, negated
or not.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.attributes.predictions import Predictions
from generain_core.errors import GeneRAINError

COMPARISONS: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}


@dataclass(frozen=True)
class Level:
    """A probability (``P``), a percentile (0 to 100) or the mean expression, compared with a number."""

    measure: str
    attribute: str
    comparison: str
    value: float

    def __str__(self) -> str:
        of = "expression" if self.measure == "expression" else f"{self.measure}({quoted(self.attribute)})"
        return f"{of} {self.comparison} {self.value:.15g}"


@dataclass(frozen=True)
class Biotype:
    """A kind of gene: coding, lncRNA, or the release's own word."""

    biotype: str

    def __str__(self) -> str:
        plain = re.fullmatch(r"[\w.-]+", self.biotype)
        return f"biotype = {self.biotype}" if plain else f'biotype = "{self.biotype}"'


@dataclass(frozen=True)
class Known:
    """Member of the gene set of an attribute's name."""

    attribute: str

    def __str__(self) -> str:
        return f"known({quoted(self.attribute)})"


@dataclass(frozen=True)
class Not:
    """What does not hold."""

    part: "Rule"

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, And | Or) else f"not {self.part}"


@dataclass(frozen=True)
class And:
    """All of several."""

    parts: tuple["Rule", ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, And | Or) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Or:
    """Any of several."""

    parts: tuple["Rule", ...]

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


Rule = Level | Biotype | Known | Not | And | Or
KnownGenes = Callable[[str], np.ndarray | None]
"""Attribute → which genes are members of its gene set (bool per gene); None if there is no such set."""


def quoted(name: str) -> str:
    """Return a name as a rule writes it: as it is, or in quotes where its parentheses don't pair."""
    depth = 0
    for letter in name:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            break
    plain = depth == 0 and name == name.strip() and name[:1] not in ('"', "'", "")
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def leaves(rule: Rule) -> list[Rule]:
    """Return the conditions of a rule, in order."""
    if isinstance(rule, Not):
        return leaves(rule.part)
    if isinstance(rule, And | Or):
        return [leaf for part in rule.parts for leaf in leaves(part)]
    return [rule]


def holds(rule: Rule, predictions: Predictions, known: KnownGenes | None = None) -> np.ndarray:
    """Return which genes a rule chooses (bool per gene of the store).

    Raises:
        GeneRAINError: an unknown attribute or biotype, or ``known`` of an attribute without a gene set.
    """
    return _told(rule, predictions, known)[0]


def chosen_genes(rule: Rule, predictions: Predictions, known: KnownGenes | None = None) -> pd.DataFrame:
    """Return the genes a rule chooses: gene, ensembl_gene, biotype, and each mentioned attribute's probability and percentile.

    They are sorted by the probability of the first attribute that the rule mentions, the highest first.

    Raises:
        GeneRAINError: as `holds`.
    """
    rows = np.flatnonzero(holds(rule, predictions, known))
    mentioned = mentions(rule, predictions)
    if mentioned:
        rows = rows[np.argsort(-np.nan_to_num(predictions.probabilities(mentioned[0])[rows], nan=-1), kind="stable")]
    table = predictions.named(rows)
    for attribute in mentioned:
        table[f"P({attribute})"] = predictions.probabilities(attribute)[rows].astype(np.float64)
        table[f"percentile({attribute})"] = predictions.store.percentiles_of(predictions.store.place(attribute))[rows]
    return table


def mentions(rule: Rule, predictions: Predictions) -> list[str]:
    """Return the attributes that a rule compares, each once, in order.

    Raises:
        GeneRAINError: an unknown attribute.
    """
    names = [leaf.attribute for leaf in leaves(rule) if isinstance(leaf, Level | Known) and leaf.attribute]
    return list(dict.fromkeys(predictions.attribute(name) for name in names))


def counted(rule: Rule, predictions: Predictions, known: KnownGenes | None = None) -> pd.DataFrame:
    """Return each condition of a rule as text and how many genes fulfil it alone: condition, genes."""
    parts = rule.parts if isinstance(rule, And) else (rule,)
    return pd.DataFrame(
        {"condition": [str(part) for part in parts], "genes": [int(holds(part, predictions, known).sum()) for part in parts]}
    )


def _told(rule: Rule, predictions: Predictions, known: KnownGenes | None) -> tuple[np.ndarray, np.ndarray]:
    """Return for which genes a rule holds, and for which it doesn't; the rest can't be told."""
    if isinstance(rule, Not):
        yes, no = _told(rule.part, predictions, known)
        return no, yes
    if isinstance(rule, And | Or):
        told = [_told(part, predictions, known) for part in rule.parts]
        yes, no = (np.stack([each[i] for each in told]) for i in (0, 1))
        every, some = (yes, no) if isinstance(rule, And) else (no, yes)
        all_of, any_of = np.asarray(every.all(axis=0)), np.asarray(some.any(axis=0))
        return (all_of, any_of) if isinstance(rule, And) else (any_of, all_of)
    if isinstance(rule, Biotype):
        mask = predictions.among(rule.biotype)
        return mask, ~mask & (predictions.described["biotype"] != "").to_numpy()
    if isinstance(rule, Known):
        attribute = predictions.attribute(rule.attribute)
        members = known(attribute) if known else None
        if members is None:
            raise GeneRAINError(f"No gene set is called “{attribute[:80]}”; add a GMT file that has it, or leave out known(…).")
        return members, ~members
    values = _values(rule, predictions)
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        yes = COMPARISONS[rule.comparison](values, _single(rule)) & there
    return yes, ~yes & there


def _values(level: Level, predictions: Predictions) -> np.ndarray:
    if level.measure == "expression":
        return predictions.described["mean"].to_numpy(np.float64)
    if level.measure == "P":
        return predictions.probabilities(level.attribute)
    return predictions.store.percentiles_of(predictions.place(level.attribute))


def _single(level: Level) -> float:
    # A probability of 0.9 as published is the float32 nearest to 0.9: the limit has to be the same number.
    return np.float32(level.value) if level.measure == "P" else level.value  # type: ignore[return-value]

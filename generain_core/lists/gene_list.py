"""A list of genes: its name, its genes, the names that led to none, and where it came from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.genes import Resolver


class Origin(StrEnum):
    """How a list came about. Lists that were made by similarity are coherent by construction."""

    USER = "user"
    NEIGHBORS = "neighbors"
    LASSO = "lasso"
    EXPANSION = "expansion"
    ATTRIBUTE = "attribute"
    RULE = "rule"
    ANALOGY = "analogy"
    MOVED = "moved"
    TESTED = "tested"

    @property
    def by_similarity(self) -> bool:
        """Return whether genes were chosen for being alike, so that a test of their likeness would be circular."""
        return self not in (Origin.USER, Origin.MOVED, Origin.TESTED)

    @property
    def note(self) -> str:
        """Return the words by which a file of ours says it: in the description of a GMT file's set, in a table's provenance."""
        return f"{_NOTE}{self.value}"

    @classmethod
    def noted(cls, text: str) -> "Origin | None":
        """Return the origin that words of a file say, one by similarity before others; None where they say nothing of it."""
        words = (word for word in re.findall(rf"{_NOTE}(\w+)", text) if word in set(cls))
        origins = [cls(word) for word in words]
        return next((origin for origin in origins if origin.by_similarity), origins[0] if origins else None)


_NOTE = "list origin: "


@dataclass(frozen=True, kw_only=True)
class GeneList:
    """A list of genes of the model.

    Attributes:
        name: what the list is called.
        genes: symbols of the model, each once, in the order given.
        missing: names that led to no gene, each with the reason.
        origin: how the list came about.
        background: the genes that could have been on the list, such as those tested or measured; () for all of the model.
        ranking: score of each gene that was ranked, where the list is the top of a ranking.
        residuals: samples × ranked genes, where the ranking is by a test of samples; see `lists.camera.SampleRanking`.
        freedom: degrees of freedom of the residuals.
    """

    name: str
    genes: tuple[str, ...]
    missing: Mapping[str, str]
    origin: Origin = Origin.USER
    background: tuple[str, ...] = ()
    ranking: Mapping[str, float] = field(default_factory=dict)
    residuals: np.ndarray | None = field(default=None, repr=False, compare=False)
    freedom: int = 0

    def __len__(self) -> int:
        return len(self.genes)


def resolve_list(
    names: Iterable[str],
    resolver: Resolver,
    *,
    name: str = "list",
    origin: Origin = Origin.USER,
    within: Iterable[str] | None = None,
) -> GeneList:
    """Resolve names in any form to a list of genes.

    Args:
        names: symbols, aliases, Ensembl IDs, in any mixture; repeats count once.
        resolver: who is who.
        name: what the list is called.
        origin: how the list came about.
        within: the genes that may be on the list, such as those with a vector; without it all that are resolved.
    """
    words = list(dict.fromkeys(names))
    table = resolver.resolve_many(words)
    allowed = None if within is None else set(within)
    genes: dict[str, None] = {}
    missing: dict[str, str] = {}
    for word, gene, reason in zip(words, table["gene"], table["reason"], strict=True):
        if gene is None:
            missing[word] = str(reason)
        elif allowed is not None and gene not in allowed:
            missing[word] = f"{gene} has no vector here"
        else:
            genes[gene] = None
    return GeneList(name=name, genes=tuple(genes), missing=missing, origin=origin)


def refuse_unknown(genes: GeneList) -> GeneList:
    """Return a list that has a gene.

    Raises:
        GeneRAINError: none of its names led to one; the message has the first reasons.
    """
    if genes.genes or not genes.missing:
        return genes
    reasons = "; ".join(f"{name[:40]}: {reason.rstrip('.')}" for name, reason in list(genes.missing.items())[:2])
    raise GeneRAINError(f"None of the {len(genes.missing):,} names of the list leads to a gene to work with ({reasons}).")


OPERATIONS = ("union", "intersection", "difference")


def combine(lists: Sequence[GeneList], operation: str, name: str = "") -> GeneList:
    """Combine lists: genes of any, of all, or of the first alone. The order is that in which genes come first.

    Raises:
        GeneRAINError: an unknown operation, or no list.
    """
    if operation not in OPERATIONS:
        raise GeneRAINError(f"Lists can't be combined by {operation[:40]!r}; choose {', '.join(OPERATIONS)}.")
    if not lists:
        raise GeneRAINError("No list was given; give one or more.")
    first, *others = lists
    if operation == "union":
        genes = tuple(dict.fromkeys(gene for each in lists for gene in each.genes))
    elif operation == "intersection":
        rest = [set(other.genes) for other in others]
        genes = tuple(gene for gene in first.genes if all(gene in other for other in rest))
    else:
        taken = {gene for other in others for gene in other.genes}
        genes = tuple(gene for gene in first.genes if gene not in taken)
    missing = {word: reason for each in lists for word, reason in each.missing.items()}
    title = name or f"{operation} of {', '.join(each.name for each in lists)}"
    background = _background(lists, operation)
    return GeneList(name=title, genes=genes, missing=missing, origin=_origin(lists), background=background)


def _origin(lists: Sequence[GeneList]) -> Origin:
    """Return the first origin by similarity, for what is combined with such a list was chosen by it; else the common one."""
    origins = [each.origin for each in lists]
    similar = next((origin for origin in origins if origin.by_similarity), None)
    return similar or (origins[0] if len(set(origins)) == 1 else Origin.USER)


def _background(lists: Sequence[GeneList], operation: str) -> tuple[str, ...]:
    """Return the genes that could have come into a combination: of any list (union), of all, or of the first."""
    if operation == "difference":
        return lists[0].background
    some = [each.background for each in lists if each.background]
    if operation == "union":
        return tuple(dict.fromkeys(gene for each in some for gene in each)) if len(some) == len(lists) else ()
    if not some:
        return ()
    rest = [set(each) for each in some[1:]]
    return tuple(gene for gene in some[0] if all(gene in other for other in rest))

"""What is said of a name: who it is, or why it leads to no single gene."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from generain_core.genes.membership import Missing
from generain_core.genes.names import NameKind
from generain_core.genes.spelling.cleaning import is_line
from generain_core.genes.spelling.foreign import foreign_reason
from generain_core.text import echo

Status = Literal["symbol", "ensembl", "alias", "previous", "ambiguous", "not_in_model", "unknown"]

KIND_IN_WORDS: dict[str, str] = {
    "hgnc_symbol": "HGNC's current symbol of",
    "ensembl_symbol": "Ensembl's symbol of",
    "previous": "a previous symbol of",
    "alias": "an alias of",
    "hgnc_id": "the HGNC ID of",
    "entrez": "the Entrez gene ID of",
}
_TIERS: tuple[tuple[NameKind, ...], ...] = (("hgnc_id", "entrez"), ("hgnc_symbol", "ensembl_symbol"), ("previous",), ("alias",))


@dataclass(frozen=True)
class Resolved:
    """Who a name is.

    Attributes:
        input: the name as it was given.
        status: how it was recognized, or why it leads to no single gene of the model.
        gene: the model's gene, None unless there is exactly one.
        ensembl_gene: the gene's Ensembl ID, also of a known gene that is not in the model.
        candidates: every gene of the model that may be meant.
        reason: one sentence; '' for a plain symbol.
        suggestions: close symbols, for unknown names.
        models: the models that know the gene.
        missing: why each of the others does not; empty where no single gene is meant.
    """

    input: str
    status: Status
    gene: str | None
    ensembl_gene: str | None
    candidates: tuple[str, ...]
    reason: str
    suggestions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


class Hit(NamedTuple):
    """The same without the name as it was given and suggestions."""

    status: Status
    gene: str | None
    ensembl_gene: str | None
    candidates: tuple[str, ...]
    reason: str


def no_number(text: str) -> Hit:
    """Return what is said of a bare number that is no Entrez ID here."""
    return Hit("unknown", None, None, (), f"{echo(text)} is a bare number; numbers are read as Entrez IDs only in a list of them")


def strength(kind: str) -> int:
    """Return how well a kind of name tells a gene: 0 is best."""
    return next(i for i, tier in enumerate(_TIERS) if kind in tier)


def unknown_reason(text: str) -> str:
    """Return why a name is nobody's."""
    if not text:
        return "nothing was given"
    if not is_line(text):
        return f"{echo(text)} is no gene name; a gene name has at most 100 characters in one line"
    return foreign_reason(text) or f"no gene, alias or Ensembl ID of this release is called {echo(text)}"

"""The one resolver: from any name of a gene to the gene of the model."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import pandas as pd

from generain_core.genes.cleaning import cleaned, is_line
from generain_core.genes.closest import ClosestNames
from generain_core.genes.compound_names import parts_of
from generain_core.genes.excel import date_readings, names_of_date
from generain_core.genes.foreign import foreign_reason
from generain_core.genes.names import NameKind
from generain_core.genes.table import GeneTable
from generain_core.release.readers.annotation import is_ensembl_id
from generain_core.text import echo, listed

Status = Literal["symbol", "ensembl", "alias", "previous", "ambiguous", "not_in_model", "unknown"]

_ENSEMBL = re.compile(r"(ENSG\d{11})(?:\.\d+)?(?:_PAR_Y)?", re.IGNORECASE)
_NUMBER = re.compile(r"0*(\d+)(?:\.0)?")
_WORDS: dict[str, str] = {
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
    """

    input: str
    status: Status
    gene: str | None
    ensembl_gene: str | None
    candidates: tuple[str, ...]
    reason: str
    suggestions: tuple[str, ...] = ()


class _Hit(NamedTuple):
    status: Status
    gene: str | None
    ensembl_gene: str | None
    candidates: tuple[str, ...]
    reason: str


class Resolver:
    """Looks names up in a `GeneTable`: symbol, Ensembl ID, previous symbol, alias, in this order."""

    def __init__(self, table: GeneTable) -> None:
        """Index every name of the table once."""
        self.table = table
        frame = table.frame
        self._size = int(frame["in_model"].sum())
        self._genes: list[str] = frame.index.tolist()
        self._ensembl: list[str] = frame["ensembl_gene"].tolist()
        self._left_out: list[str] = frame["left_out"].tolist()
        self._rows = {gene: row for row, gene in enumerate(self._genes)}
        self._ids = {ensembl: self._rows[gene] for ensembl, gene in table.ensembl_ids.items()}
        self._folded: dict[str, list[int]] = {}
        for gene, row in self._rows.items():
            self._folded.setdefault(gene.upper(), []).append(row)
        self._names: dict[str, dict[int, str]] = {}
        for name, gene, kind in zip(*(table.names[c].tolist() for c in ("name", "gene", "kind")), strict=True):
            of_name = self._names.setdefault(name.upper(), {})
            row = self._rows[gene]
            if row not in of_name or _strength(kind) < _strength(of_name[row]):
                of_name[row] = kind

    def resolve(self, name: object) -> Resolved:
        """Say who a name is, with suggestions if nobody is called that."""
        hit = self._find(cleaned(name))
        text = "" if name is None else str(name)
        suggestions = self._suggestions(cleaned(name)) if hit.status == "unknown" else ()
        return Resolved(text, *hit, suggestions)

    def resolve_many(self, names: Iterable[object]) -> pd.DataFrame:
        """Say who each name is: columns input, status, gene, ensembl_gene, candidates (tuples) and reason, in the order given."""
        given = list(names)
        hits = {text: self._find(text) for text in dict.fromkeys(map(cleaned, given))}
        columns = zip(*(("" if n is None else str(n), *hits[cleaned(n)]) for n in given), strict=True)
        labels = ("input", "status", "gene", "ensembl_gene", "candidates", "reason")
        return pd.DataFrame(dict(zip(labels, columns, strict=True)) if given else {}, columns=list(labels), dtype=object)

    def suggest(self, name: str, n: int = 3) -> list[str]:
        """Return up to `n` symbols of the model that are spelled most like a name; for an Ensembl ID, genes with close IDs."""
        text = cleaned(name)
        if text[:4].upper() == "ENSG":
            return [self._genes[self._ids[f"ENSG00{digits}"]] for digits in self._closest_ids.find(text.split(".")[0][6:], n)]
        return self._closest_symbols.find(text, n)

    @cached_property
    def _closest_symbols(self) -> ClosestNames:
        return ClosestNames([gene for gene in self._genes[: self._size] if not is_ensembl_id(gene)])

    @cached_property
    def _closest_ids(self) -> ClosestNames:
        return ClosestNames([i[6:] for i in self._ensembl[: self._size] if i.startswith("ENSG00")], run=3)

    def _suggestions(self, text: str) -> tuple[str, ...]:
        skip = not text or not is_line(text) or foreign_reason(text) or date_readings(text) or _NUMBER.fullmatch(text)
        return () if skip else tuple(self.suggest(text))

    def _find(self, text: str) -> _Hit:
        if match := _ENSEMBL.fullmatch(text):
            return self._by_id(match[1].upper(), text)
        row = self._rows.get(text)
        if row is not None:
            return self._by_symbol(row, text)
        upper = text.upper()
        if rows := self._folded.get(upper):
            return self._by_folded_symbol(rows, text)
        named = self._names.get(upper)
        if named is None and (match := _NUMBER.fullmatch(text)):
            named = self._names.get(match[1])
        if named:
            return self._by_other_name(named, text)
        return self._by_parts(text) or self._by_date(text) or _Hit("unknown", None, None, (), _unknown_reason(text))

    def _by_parts(self, text: str) -> _Hit | None:
        """Return whom a joined name means: its Ensembl ID decides; else all its names must lead to one gene."""
        parts = parts_of(text) if is_line(text) else []
        is_id = {part: bool(_ENSEMBL.fullmatch(part)) for part in parts}
        if any(foreign_reason(part) for part in parts if not is_id[part] and not _NUMBER.fullmatch(part)):
            return None
        hits = [(part, hit) for part in parts if (hit := self._find(part)).status != "unknown"]
        if not hits:
            return None
        genes = tuple(dict.fromkeys(gene for _, hit in hits for gene in hit.candidates or (hit.gene,) if gene))
        part, hit = next(((p, h) for p, h in hits if is_id[p] or _NUMBER.fullmatch(p) or h.gene), hits[0])
        others = {h.gene for _, h in hits if h.gene} - {hit.gene}
        if others and not is_id[part]:
            return _Hit(
                "ambiguous", None, None, genes, f"the names joined in {echo(text)} are of {listed(list(genes))}; give one"
            )
        return hit._replace(reason=f"read by the {part} in it{'; ' if hit.reason else ''}{hit.reason}")

    def _by_id(self, ensembl: str, text: str) -> _Hit:
        row = self._ids.get(ensembl)
        if row is None:
            return _Hit("unknown", None, None, (), f"no gene of the release or its annotation has the Ensembl ID {echo(text)}")
        gene, own = self._genes[row], self._ensembl[row]
        if row >= self._size:
            return self._not_modelled(row, f"{ensembl} is {gene}, which" if gene != ensembl else ensembl, ())
        reason = (
            f"the Ensembl ID of {gene}" if own == ensembl else f"a further Ensembl ID of {gene}, which is one gene in the model"
        )
        return _Hit("ensembl", gene, own or None, (gene,), "" if gene == ensembl else reason)

    def _by_symbol(self, row: int, text: str) -> _Hit:
        gene = self._genes[row]
        named = self._names.get(text.upper(), {})
        others = {r: kind for r, kind in named.items() if r < self._size and r != row}
        if row >= self._size:
            return self._not_modelled(row, gene, others)
        reasons = [f"{gene} but for capitals"] if text != gene else []
        if others:
            reasons.append(f"also {self._described(others)}")
        return _Hit("symbol", gene, self._ensembl[row] or None, (gene,), "; ".join(reasons))

    def _by_folded_symbol(self, rows: list[int], text: str) -> _Hit:
        model = [row for row in rows if row < self._size]
        if len(rows) == 1 or len(model) == 1:
            return self._by_symbol((model or rows)[0], text)
        genes = [self._genes[row] for row in rows]
        reason = f"{listed(genes)} differ only in capitals; write it as it is meant"
        if not model:
            return _Hit("not_in_model", None, None, (), f"{reason}; none of them is in the model")
        return _Hit("ambiguous", None, None, tuple(self._genes[row] for row in model), reason)

    def _by_other_name(self, named: dict[int, str], text: str) -> _Hit:
        best = min(map(_strength, named.values()))
        winners = {row: kind for row, kind in named.items() if _strength(kind) == best}
        model = {row: kind for row, kind in winners.items() if row < self._size}
        others = {row: kind for row, kind in named.items() if row < self._size and row not in model}
        also = f"; also {self._described(others)}" if others else ""
        if len(model) > 1:
            genes = tuple(self._genes[row] for row in (*model, *others))
            return _Hit("ambiguous", None, None, genes, f"{echo(text)} is {self._described(model)}{also}; say which one is meant")
        if not model:
            row = next(iter(winners))
            return self._not_modelled(row, f"{echo(text)} is {self._described(winners)}, which", others)
        (row, kind), elsewhere = next(iter(model.items())), {r: k for r, k in winners.items() if r not in model}
        gone = f"; also {self._described(elsewhere)}, not in the model" if elsewhere else ""
        status: Status = "previous" if kind == "previous" else "alias"
        reason = f"{self._described(model)}{also}{gone}"
        return _Hit(status, self._genes[row], self._ensembl[row] or None, (self._genes[row],), reason)

    def _by_date(self, text: str) -> _Hit | None:
        readings = date_readings(text) if text[:1].isalnum() else []
        if not readings:
            return None
        tiers = [names_of_date(month, day) for month, day in readings]
        for names in ([n for tier in tiers for n in tier[0]], [n for tier in tiers for n in tier[1]]):
            hits = [(name, hit) for name in names if (hit := self._find(name)).status != "unknown"]
            if hits:
                return self._date_hit(hits)
        return _Hit(
            "unknown",
            None,
            None,
            (),
            f"{echo(text)} is a date, as Excel makes of some gene names, but of none that is known here",
        )

    def _date_hit(self, hits: list[tuple[str, _Hit]]) -> _Hit:
        said = "Excel turned a gene name into a date"
        genes = tuple(dict.fromkeys(gene for _, hit in hits for gene in hit.candidates))
        single = {hit.gene: hit for _, hit in hits if hit.gene}
        if len(single) == 1 and all(hit.gene or not hit.candidates for _, hit in hits):
            gene, hit = next(iter(single.items()))
            was = next(name for name, h in hits if h.gene == gene)
            return _Hit(
                "previous", gene, hit.ensembl_gene, hit.candidates, f"{said}: {was}{', ' if hit.reason else ''}{hit.reason}"
            )
        if genes:
            was = listed([name for name, _ in hits], "or")
            return _Hit(
                "ambiguous", None, None, genes, f"{said}: {was}; it may be {listed(list(genes), 'or')}, say which one is meant"
            )
        name, hit = hits[0]
        return _Hit(hit.status, None, hit.ensembl_gene, (), f"{said}: {name}; {hit.reason}")

    def _not_modelled(self, row: int, subject: str, others: dict[int, str] | tuple[()]) -> _Hit:
        candidates = tuple(self._genes[r] for r in others)
        also = f"; the name is also {self._described(dict(others))}" if others else ""
        reason = f"{subject} is not in the model ({self._left_out[row]}){also}"
        return _Hit("not_in_model", None, self._ensembl[row] or None, candidates, reason)

    def _described(self, named: dict[int, str]) -> str:
        """Return what a name is to some genes: ``a previous symbol of A and an alias of B and C``."""
        of_kind: dict[str, list[str]] = {}
        for row, kind in sorted(named.items(), key=lambda item: _strength(item[1])):
            of_kind.setdefault(kind, []).append(self._genes[row])
        return " and ".join(f"{_WORDS[kind]} {listed(genes)}" for kind, genes in of_kind.items())


def _strength(kind: str) -> int:
    return next(i for i, tier in enumerate(_TIERS) if kind in tier)


def _unknown_reason(text: str) -> str:
    if not text:
        return "nothing was given"
    if not is_line(text):
        return f"{echo(text)} is no gene name; a gene name has at most 100 characters in one line"
    return foreign_reason(text) or f"no gene, alias or Ensembl ID of this release is called {echo(text)}"

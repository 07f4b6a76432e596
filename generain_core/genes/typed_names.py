"""What one person types for one gene, beyond the names that files know: Greek letters, blanks, accessions, Excel's numbers.

Of names in a table none of this is tried: a row that is read wrong among thousands is seen by no one.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from generain_core.genes.resolved import Hit, Status
from generain_core.genes.spelling.cleaning import is_line
from generain_core.genes.spelling.excel import names_of_date
from generain_core.genes.spelling.spoken import spellings, words_of
from generain_core.genes.table import GeneTable
from generain_core.release.readers.annotation import read_accessions
from generain_core.text import echo, listed

_REFSEQ = re.compile(r"([NX][MRP]_\d+)(?:\.\d+)?", re.IGNORECASE)
_UNIPROT = re.compile(r"([OPQ]\d[A-Z\d]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z\d]{2}\d){1,2})(?:-\d+)?", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}")
_DAY_ZERO = date(1899, 12, 30)
_YEARS = range(1990, 2060)
_NAMED: tuple[Status, ...] = ("symbol", "ensembl", "alias", "previous", "ambiguous", "not_in_model")
MOST = 8


class TypedNames:
    """Reads what was typed for one gene, where no file knows it as a name."""

    def __init__(self, table: GeneTable, find: Callable[[str], Hit], accessions: Path | None) -> None:
        """Take the genes, what looks up a name that files know, and HGNC's table if the release has it."""
        self._table, self._find, self._path = table, find, accessions

    def find(self, text: str) -> Hit | None:
        """Say who is meant, and how it was read; None where that can't be told."""
        if not is_line(text):
            return None
        return self._by_accession(text) or self._by_serial(text) or self._by_spelling(text) or self._by_full_name(text)

    def begin(self, text: str, n: int = MOST) -> list[tuple[str, str]]:
        """Return up to `n` genes a name of which begins so, with that name where it is not the symbol; symbols first."""
        start = text.strip().upper()
        if not start or not is_line(text):
            return []
        found: dict[str, str] = {gene: "" for name, gene in self._between(self._symbols, start)}
        for name, gene in self._between(self._others, start):
            if len(found) >= 4 * n:
                break
            found.setdefault(gene, name)
        return list(found.items())[:n]

    @cached_property
    def _symbols(self) -> list[tuple[str, str]]:
        frame = self._table.model
        return sorted((str(gene).upper(), str(gene)) for gene in frame.index)

    @cached_property
    def _others(self) -> list[tuple[str, str]]:
        names, known = self._table.names, set(self._table.model.index)
        words = names[~names["kind"].isin(["entrez", "hgnc_id"]) & names["gene"].isin(known)]
        return sorted((str(name).upper(), str(gene)) for name, gene in zip(words["name"], words["gene"], strict=True))

    @staticmethod
    def _between(names: list[tuple[str, str]], start: str) -> Iterator[tuple[str, str]]:
        for place in range(bisect_left(names, (start, "")), len(names)):
            if not names[place][0].startswith(start):
                return
            yield names[place]

    def _by_accession(self, text: str) -> Hit | None:
        refseq, uniprot = _REFSEQ.fullmatch(text), _UNIPROT.fullmatch(text)
        match, kind = (refseq, "RefSeq") if refseq else (uniprot, "UniProt")
        if match is None:
            return None
        symbol = self._accessions.get(match[1].upper())
        if symbol is not None and (hit := self._find(symbol)).status in _NAMED:
            return hit._replace(
                status="alias" if hit.gene else hit.status,
                reason=f"a {kind} accession of {symbol}, by HGNC{'; ' if hit.reason else ''}{hit.reason}",
            )
        if self._path is None or not self._accessions:
            lack = "reading it needs HGNC's complete set, which `generain download --hgnc` fetches"
        else:
            lack = "HGNC, which names one or few for each gene, does not have it"
        return Hit("unknown", None, None, (), f"{echo(text)} is a {kind} accession; {lack}. Give the gene")

    @cached_property
    def _accessions(self) -> dict[str, str]:
        return read_accessions(self._path) if self._path is not None else {}

    def _by_serial(self, text: str) -> Hit | None:
        day = _DAY_ZERO + timedelta(days=int(text)) if _SERIAL.fullmatch(text) else None
        if day is None or day.year not in _YEARS:
            return None
        names = [name for part in names_of_date(day.month, day.day) for name in part]
        hits = {name: hit for name in names if (hit := self._find(name)).status in _NAMED}
        genes = tuple(dict.fromkeys(g for hit in hits.values() for g in hit.candidates or (hit.gene,) if g))
        if not genes:
            return None
        which = f"Excel's number of {day:%-d %B %Y}, which it makes of {listed(list(hits))}"
        return Hit("ambiguous", None, None, genes, f"{echo(text)} may be {which}; choose the gene that was meant")

    def _by_spelling(self, text: str) -> Hit | None:
        for spelling in spellings(text):
            hit = self._find(spelling)
            if hit.status in _NAMED:
                status: Status = "alias" if hit.gene else hit.status
                return hit._replace(status=status, reason=f"read as {spelling}{'; ' if hit.reason else ''}{hit.reason}")
        return None

    def _by_full_name(self, text: str) -> Hit | None:
        genes = self._full_names.get(words_of(text), ())
        if len(genes) > 1:
            which = f"{echo(text)} is the full name of {listed(list(genes))}; choose one"
            return Hit("ambiguous", None, None, tuple(genes), which)
        if not genes:
            return None
        hit = self._find(genes[0])
        return hit._replace(status="alias", reason=f"the full name of {genes[0]}") if hit.gene else hit

    @cached_property
    def _full_names(self) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = {}
        described = self._table.model["description"]
        for gene, description in zip(described.index, described, strict=True):
            if isinstance(description, str) and description:
                found.setdefault(words_of(description), []).append(str(gene))
        return {words: genes for words, genes in found.items() if len(words) > 1}

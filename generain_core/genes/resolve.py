"""The one resolver: from any name of a gene to the gene of the model."""

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

import pandas as pd

from generain_core.genes.closest import ClosestNames
from generain_core.genes.dated_names import dated
from generain_core.genes.membership import Missing, memberships
from generain_core.genes.resolved import KIND_IN_WORDS, Hit, Resolved, Status, no_number, strength, unknown_reason
from generain_core.genes.spelling.cleaning import cleaned, is_line
from generain_core.genes.spelling.compound_names import parts_of, without_shared_numbers
from generain_core.genes.spelling.excel import date_readings
from generain_core.genes.spelling.foreign import foreign_reason
from generain_core.genes.spelling.numbers import are_entrez_ids, number_of
from generain_core.genes.spelling.placeholders import is_placeholder
from generain_core.genes.spelling.repeats import repeats
from generain_core.genes.spelling.variants import as_r_writes, unwrapped
from generain_core.genes.table import GeneTable
from generain_core.genes.typed_names import TypedNames
from generain_core.release.readers.annotation import is_ensembl_id
from generain_core.text import echo, listed

_ENSEMBL = re.compile(r"(ENSG\d{11})(?:\.\d+)?(?:_PAR_Y)?", re.IGNORECASE)
_NUMBER = re.compile(r"0*(\d+)(?:\.0)?")


class Resolver:
    """Looks names up in a `GeneTable`: symbol, Ensembl ID, previous symbol, alias, in this order."""

    orthologs: Path | None = None
    """The release's table of orthologs of mouse and human, if it has one."""
    accessions: Path | None = None
    """HGNC's complete set, if the release has it: it names UniProt and RefSeq accessions."""

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
            if row not in of_name or strength(kind) < strength(of_name[row]):
                of_name[row] = kind

    def resolve(self, name: object) -> Resolved:
        """Say who a name is that was typed for one gene, with suggestions if nobody is called that."""
        text = cleaned(name)
        hit = self._find(text)
        if hit.status == "unknown" and not is_placeholder(text):
            hit = self.typed.find(text) or hit
        return self._answer("" if name is None else str(name), hit)

    @cached_property
    def typed(self) -> TypedNames:
        """What reads names that no file knows, and completes those that are being typed."""
        return TypedNames(self.table, self._find, self.accessions)

    def memberships(self, gene: str) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
        """Return the models that know a gene of the table, and why each of the others does not."""
        return memberships(self.table.frame.iloc[self._rows[gene]])

    def _answer(self, text: str, hit: Hit) -> Resolved:
        suggestions = self._suggestions(cleaned(text)) if hit.status == "unknown" else ()
        models, missing = self.memberships(hit.gene) if hit.gene else ((), ())
        return Resolved(text, *hit, suggestions, models, missing)

    def resolve_many(self, names: Iterable[object]) -> pd.DataFrame:
        """Say who each name is: columns input, status, gene, ensembl_gene, candidates (tuples) and reason, in the order given.

        Names are read as those of one table or list: bare numbers are Entrez IDs only where most names are, and no numbers of
        rows; a name that was made unique by a suffix is the one that it repeats.
        """
        inputs = list(names)
        hits = self._find_together(dict.fromkeys(map(cleaned, inputs)))
        columns = zip(*(("" if n is None else str(n), *hits[cleaned(n)]) for n in inputs), strict=True)
        labels = ("input", "status", "gene", "ensembl_gene", "candidates", "reason")
        return pd.DataFrame(dict(zip(labels, columns, strict=True)) if inputs else {}, columns=list(labels), dtype=object)

    def resolve_list(self, names: Iterable[object]) -> list[Resolved]:
        """Say who each name of a list is, as `resolve_many` reads them, with suggestions where nobody is called that."""
        table = self.resolve_many(names)
        hits = (Hit(*row) for row in table[list(Hit._fields)].itertuples(index=False, name=None))
        return [self._answer(text, hit) for text, hit in zip(table["input"], hits, strict=True)]

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

    @cached_property
    def _dotted(self) -> dict[str, dict[int, str]]:
        """Names that R would write otherwise, as it writes them → the genes that are called so; '' is a symbol's kind."""
        names: dict[str, dict[int, str]] = {}
        for gene, row in self._rows.items():
            if (written := as_r_writes(gene)) != gene.upper():
                names.setdefault(written, {})[row] = ""
        for name, of_name in self._names.items():
            if not name.isdigit() and (written := as_r_writes(name)) != name:
                names.setdefault(written, {}).update({row: kind for row, kind in of_name.items() if row not in names[written]})
        return names

    def _find_together(self, texts: Collection[str]) -> dict[str, Hit]:
        numbers = are_entrez_ids(texts, self._is_entrez) if any(map(number_of, texts)) else False
        hits = {text: self._find_listed(name, numbers=numbers) for text, name in without_shared_numbers(texts).items()}
        for text, base in repeats(texts, self._is_itself, lambda name: hits[name].status != "unknown"):
            if (hit := hits[base]).status != "unknown":
                hits[text] = hit._replace(reason=f"{base} again, made unique by a suffix{'; ' if hit.reason else ''}{hit.reason}")
        return hits

    def _find_listed(self, text: str, *, numbers: bool) -> Hit:
        digits = number_of(text)
        if not digits or text.upper() in self._folded:
            return self._find(text)
        return self._find(digits) if numbers else no_number(text)

    def _is_entrez(self, number: str) -> bool:
        return "entrez" in self._names.get(number, {}).values()

    def _is_itself(self, text: str) -> bool:
        return text.upper() in self._folded or _ENSEMBL.fullmatch(text) is not None

    def _find(self, text: str) -> Hit:
        if is_placeholder(text):
            return Hit("unknown", None, None, (), f"{echo(text)} stands for no name" if text else "nothing was given")
        if match := _ENSEMBL.fullmatch(text):
            return self._by_id(match[1].upper(), text)
        row = self._rows.get(text)
        if row is not None:
            return self._by_symbol(row, text)
        upper = text.upper()
        if rows := self._folded.get(upper):
            return self._by_folded_symbol(rows, text)
        named = self._names.get(upper)
        if named is None and text[:1] not in "Xx" and (digits := number_of(text)):
            named = self._names.get(digits)
        if named:
            return self._by_other_name(named, text)
        return (
            self._by_parts(text)
            or self._by_variant(text)
            or dated(text, self._find)
            or Hit("unknown", None, None, (), unknown_reason(text))
        )

    def _by_parts(self, text: str) -> Hit | None:
        """Return whom a joined name means: its Ensembl ID decides; else all its names must lead to one gene."""
        parts = parts_of(text) if is_line(text) else []
        is_id = {part: bool(_ENSEMBL.fullmatch(part)) for part in parts}
        named = [part for part in parts if not (is_id[part] or _NUMBER.fullmatch(part))]
        if any(foreign_reason(part) for part in named if part[:3].upper() == "ENS" or not any(is_id.values())):
            return None
        hits = [(part, hit) for part in parts if (hit := self._find(part)).status != "unknown"]
        if not hits:
            return None
        genes = tuple(dict.fromkeys(gene for _, hit in hits for gene in hit.candidates or (hit.gene,) if gene))
        part, hit = next(((p, h) for p, h in hits if is_id[p] or _NUMBER.fullmatch(p) or h.gene), hits[0])
        others = {h.gene or h.ensembl_gene or p for p, h in hits if h.gene or h.status == "not_in_model"}
        others -= {hit.gene, hit.ensembl_gene, part}
        if "///" in text:  # of the genes that a probe meets, those that a release doesn't know are genes too
            others |= {part for part in parts if not is_placeholder(part) and self._find(part).status == "unknown"}
        if others and genes and not is_id[part]:
            return Hit("ambiguous", None, None, genes, f"the names joined in {echo(text)} are of {listed(list(genes))}; give one")
        return hit._replace(reason=f"read by the {part} in it{'; ' if hit.reason else ''}{hit.reason}")

    def _by_variant(self, text: str) -> Hit | None:
        """Return whom a name means under the prefix, the bracket or the dots that a program gave it."""
        if not is_line(text):
            return None
        bare = unwrapped(text)
        if bare and not number_of(bare) and (hit := self._find(bare)).status != "unknown":
            return hit._replace(reason=f"read by the {bare} in it{'; ' if hit.reason else ''}{hit.reason}")
        named = self._dotted.get(text.upper(), {}) if "." in text or text[:1] in "Xx" else {}
        symbols = [row for row, kind in named.items() if not kind]
        if not named or (not symbols and len(named) > 1):
            return None
        hit = self._by_folded_symbol(symbols, text) if symbols else self._by_other_name(named, text)
        gene = self._genes[(symbols or list(named))[0]]
        return hit._replace(reason=f"{gene} as R writes it" if symbols and hit.gene else hit.reason)

    def _by_id(self, ensembl: str, text: str) -> Hit:
        row = self._ids.get(ensembl)
        if row is None:
            return Hit("unknown", None, None, (), f"no gene of the release or its annotation has the Ensembl ID {echo(text)}")
        gene, own = self._genes[row], self._ensembl[row]
        if row >= self._size:
            return self._not_modelled(row, f"{ensembl} is {gene}, which" if gene != ensembl else ensembl, ())
        reason = (
            f"the Ensembl ID of {gene}" if own == ensembl else f"a further Ensembl ID of {gene}, which is one gene in the model"
        )
        return Hit("ensembl", gene, own or None, (gene,), "" if gene == ensembl else reason)

    def _by_symbol(self, row: int, text: str) -> Hit:
        gene = self._genes[row]
        named = self._names.get(text.upper(), {})
        others = {r: kind for r, kind in named.items() if r < self._size and r != row}
        if row >= self._size:
            return self._not_modelled(row, gene, others)
        reasons = [f"{gene} but for capitals"] if text != gene else []
        if others:
            reasons.append(f"also {self._described(others)}")
        return Hit("symbol", gene, self._ensembl[row] or None, (gene,), "; ".join(reasons))

    def _by_folded_symbol(self, rows: list[int], text: str) -> Hit:
        model = [row for row in rows if row < self._size]
        if len(rows) == 1 or len(model) == 1:
            return self._by_symbol((model or rows)[0], text)
        genes = [self._genes[row] for row in rows]
        reason = f"{listed(genes)} differ only in capitals; write it as it is meant"
        if not model:
            return Hit("not_in_model", None, None, (), f"{reason}; none of them is in the model")
        return Hit("ambiguous", None, None, tuple(self._genes[row] for row in model), reason)

    def _by_other_name(self, named: dict[int, str], text: str) -> Hit:
        best = min(map(strength, named.values()))
        winners = {row: kind for row, kind in named.items() if strength(kind) == best}
        model = {row: kind for row, kind in winners.items() if row < self._size}
        others = {row: kind for row, kind in named.items() if row < self._size and row not in model}
        also = f"; also {self._described(others)}" if others else ""
        if len(model) > 1:
            genes = tuple(self._genes[row] for row in (*model, *others))
            return Hit("ambiguous", None, None, genes, f"{echo(text)} is {self._described(model)}{also}; say which one is meant")
        if not model:
            row = next(iter(winners))
            return self._not_modelled(row, f"{echo(text)} is {self._described(winners)}, which", others)
        (row, kind), elsewhere = next(iter(model.items())), {r: k for r, k in winners.items() if r not in model}
        gone = f"; also {self._described(elsewhere)}, not in the model" if elsewhere else ""
        status: Status = "previous" if kind == "previous" else "alias"
        reason = f"{self._described(model)}{also}{gone}"
        return Hit(status, self._genes[row], self._ensembl[row] or None, (self._genes[row],), reason)

    def _not_modelled(self, row: int, subject: str, others: dict[int, str] | tuple[()]) -> Hit:
        candidates = tuple(self._genes[r] for r in others)
        also = f"; the name is also {self._described(dict(others))}" if others else ""
        reason = f"{subject} is not in the model ({self._left_out[row]}){also}"
        return Hit("not_in_model", None, self._ensembl[row] or None, candidates, reason)

    def _described(self, named: dict[int, str]) -> str:
        """Return what a name is to some genes: ``a previous symbol of A and an alias of B and C``."""
        of_kind: dict[str, list[str]] = {}
        for row, kind in sorted(named.items(), key=lambda item: strength(item[1])):
            of_kind.setdefault(kind, []).append(self._genes[row])
        return " and ".join(f"{KIND_IN_WORDS[kind]} {listed(genes)}" for kind, genes in of_kind.items())

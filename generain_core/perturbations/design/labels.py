"""Labels of perturbations, cleaned in the open: what was written, what it was taken for, and why."""

import re
from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

_APPROVED = ("symbol", "ensembl")
"""What a whole label must be to name a target: an approved symbol, spelled as such if it is a word, or an ID: LPS, het, KO, rest,
HD and DM are aliases or symbols by chance."""
_PREFIX = re.compile(r"^(?:sgrna|grna|sg|guide|crispri|crispra|crispr)[-_.: ]*", re.IGNORECASE)
_SUFFIX = re.compile(
    r"(?:[-_.: ]*(?:sgrna|grna|guide|sg)[-_.: #]*\d{0,3}|[-_.: #]+(?:g|rep|replicate)?[-_. ]?\d{1,3})$", re.IGNORECASE
)
_MECHANISM_BEFORE = re.compile(r"^(?:si|sh|oe|ko|kd)[-_.: ]*", re.IGNORECASE)
_MECHANISM_AFTER = re.compile(r"[-_.: ]+(?:ko|kd|oe|sirna|shrna|knock-?out|knock-?down|overexpression|null)$", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")
"""A dose or a time, say: its digits are no mark of a guide or replicate, and 0.50 is 0.5."""
CONTROLS = re.compile(
    r"(?:control|ctrl|ctl|dmso|vehicle|untreated|mock|wt|wild[-_ ]?type|nt|ntc|non?[-_. ]?target(?:ing)?|scr|scrambled?"
    r"|safe[-_ ]?targeting|aavs1|lacz|e?gfp|mcherry|luc|luciferase|empty[-_ ]?vector|ev|parental|none|unperturbed|pbs|noninf"
    r"|uninfected|non[-_ ]?infected|baseline|neg(?:ative)?[-_. ]?control)(?:[-_. ]?\d+)?",
    re.IGNORECASE,
)
"""What controls are usually called."""
SURE = ("symbol", "ensembl", "previous")
"""What a word must be to name a gene by itself; an alias is taken where most others are surer."""
NUMBER_OFF = "control, its number taken off"


class NameResolver(Protocol):
    """Says who names are, as `generain_core.genes.Resolver` does."""

    def resolve_many(self, names: Sequence[str], /) -> pd.DataFrame:
        """Return one row a name: input, status, gene, ensembl_gene, candidates, reason."""


def as_text(values: pd.Series) -> list[str]:
    """Return a column's values as text without outer or repeated blanks; '' where there is none; 10.0 as 10, in all digits.

    Words such as ``none``, ``null`` and ``NA`` are values, as they were typed: only an empty cell is none.
    """
    texts = []
    missing = values.isna().to_numpy()
    for i, value in enumerate(values.to_numpy() if values.dtype == np.float32 else values.tolist()):
        if missing[i]:
            texts.append("")
            continue
        number = isinstance(value, float | np.floating) and np.isfinite(value)
        word = np.format_float_positional(value, trim="-") if number else str(value)
        texts.append(" ".join(word.split()))
    return texts


def suggest_control(texts: Sequence[str]) -> str | None:
    """Return the most frequent label that is a usual name of controls, if there is one."""
    counts = pd.Series([t for t in texts if t and CONTROLS.fullmatch(t)], dtype=object).value_counts(sort=True)
    return str(counts.index[0]) if len(counts) else None


def one_spelling(texts: Sequence[str], as_written: Collection[str] = ()) -> dict[str, str]:
    """Return text → the most frequent of those that differ from it in capitals or blanks only, or are the same number.

    Those in `as_written` stand for themselves.
    """
    written = pd.Series([t for t in texts if t], dtype=object).value_counts(sort=False)
    common: dict[str, str] = {}
    for text in sorted(written.index, key=lambda t: -int(written[t])):
        if text not in as_written:
            common.setdefault(_key(text), text)
    return {str(text): str(text) if text in as_written else common[_key(str(text))] for text in written.index}


def clean_labels(
    texts: Sequence[str],
    control: str,
    resolver: NameResolver | None,
    *,
    merge_guides: bool = True,
    as_written: Collection[str] = (),
) -> pd.DataFrame:
    """Return one row for each way of writing: as_written, samples, label, target (gene or ''), why.

    Ways of writing that differ only in capitals or blanks, or are the same number, are one label, the most frequent of them.
    Marks of a guide or replicate (``sgTP53-1``, ``TP53_2``) are taken off where a gene remains that the whole label is not,
    and where the control remains; the digits of a number are no such mark. Marks of how it was done (``siTP53``, ``TP53 KO``)
    stay in the label, for a knock-out and a knock-down differ.

    Args:
        texts: one a sample, from `as_text`; '' is left out.
        control: the label of the controls.
        resolver: knows the genes; without it no target is found and no guide taken off, but for the controls'.
        merge_guides: whether guides of one gene become one perturbation.
        as_written: ways of writing that are left as they are, whatever they look like.
    """
    written = pd.Series([t for t in texts if t], dtype=object).value_counts(sort=False)
    common = one_spelling(texts, as_written)
    known = _genes({stem for text in common.values() for stem, _ in _readings(text)}, resolver)
    rows = []
    for text, samples in written.items():
        base = common[str(text)]
        label, target, why = _label(base, control, known, merge_guides)
        if text in as_written and _key(str(text)) != _key(control):
            label, target, why = str(text), "" if why == NUMBER_OFF else target, "left as written"
        spelled = (
            ""
            if base == text
            else f"as {base}, " + ("the same number" if _NUMBER.fullmatch(base) else "which differs in capitals or blanks only")
        )
        rows.append((text, int(samples), label, target, "; ".join(w for w in (spelled, why) if w)))
    table = pd.DataFrame(rows, columns=["as_written", "samples", "label", "target", "why"])
    return _one_writing(table, as_written)


def _label(text: str, control: str, known: dict[str, tuple[str, str]], merge: bool) -> tuple[str, str, str]:
    if _key(text) == _key(control):
        return control, "", "control"
    if not _NUMBER.fullmatch(text) and _key(_SUFFIX.sub("", text)) == _key(control):
        return control, "", NUMBER_OFF
    for stem, label in _readings(text):
        gene, status = known.get(stem, ("", ""))
        if not gene:
            continue
        bare = label == stem and text == stem
        if bare and (status not in _APPROVED or (stem != gene and stem.isalpha())):
            continue
        alias = "" if gene.casefold() == stem.casefold() else f"{stem} is {gene} ({status})"
        if not merge:
            return text, gene, alias
        marks = "" if label == text else "marks of the guide taken off"
        sure = status in ("symbol", "ensembl", "previous") or bool(marks)
        named = gene if label == stem and sure else label
        return named, gene, "; ".join(w for w in (marks, alias) if w)
    return text, "", ""


def _key(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return text.lstrip("+").rstrip("0").rstrip(".") if "." in text else text.lstrip("+")
    return " ".join(text.replace("_", " ").split()).casefold()


def _readings(text: str) -> list[tuple[str, str]]:
    """Return what of a label may be a gene's name, the whole first, and the label it then gets."""
    tailless = _SUFFIX.sub("", text)
    guides = [text, _PREFIX.sub("", text), tailless, _PREFIX.sub("", tailless)]
    readings = [(stem, stem) for stem in guides]
    for base in (text, tailless):
        readings += [(_MECHANISM_AFTER.sub("", base), base), (_MECHANISM_BEFORE.sub("", base), base)]
    return [(stem, label) for stem, label in dict.fromkeys(readings) if len(stem) > 1]


def _genes(names: set[str], resolver: NameResolver | None) -> dict[str, tuple[str, str]]:
    if resolver is None or not names:
        return {}
    ordered = sorted(names)
    table = resolver.resolve_many(ordered)
    return {
        name: (str(gene), str(status))
        for name, gene, status in zip(ordered, table["gene"], table["status"], strict=True)
        if isinstance(gene, str) and gene and not name.isdigit()
    }


def _one_writing(table: pd.DataFrame, as_written: Collection[str]) -> pd.DataFrame:
    """Give labels that differ only in capitals the writing of most samples."""
    apart = table["as_written"].isin(list(as_written))
    if apart.any():
        return pd.concat([_one_writing(table[~apart], ()), table[apart]]).sort_index()
    totals = table.groupby("label", sort=False)["samples"].sum().sort_values(ascending=False, kind="stable")
    best: dict[str, str] = {}
    for label in totals.index:
        best.setdefault(str(label).casefold(), str(label))
    return table.assign(label=[best[str(label).casefold()] for label in table["label"]])


def known_genes(names: set[str], resolver: NameResolver | None, *, aliases: bool = False) -> dict[str, str]:
    """Return name → gene of those that are the name of exactly one gene.

    Aliases (p53, HER2) count where most others are symbols, or with `aliases`: where marks beside them say that genes are meant.
    """
    ordered = sorted(name for name in names if len(name) > 1 and not name.isdigit())
    if resolver is None or not ordered:
        return {}
    table = resolver.resolve_many(ordered)
    found = [
        (name, str(gene), str(status))
        for name, gene, status in zip(ordered, table["gene"], table["status"], strict=True)
        if isinstance(gene, str) and gene
    ]
    sure = sum(status in SURE for *_, status in found)
    return {name: gene for name, gene, status in found if aliases or status in SURE or sure > 0.5 * len(found)}

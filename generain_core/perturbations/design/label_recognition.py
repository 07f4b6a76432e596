"""Find the pattern of sample labels: which separator, which field says what, and what is taken off a target."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.label_pattern import CONTROL, LabelPattern
from generain_core.perturbations.design.label_reading import LabelReading, read_labels
from generain_core.perturbations.design.label_split import LIST, words_of
from generain_core.perturbations.design.label_words import WELL, Role, bare, is_control, is_number, is_running, syntax_of
from generain_core.perturbations.design.labels import NameResolver, as_text, known_genes

SEPARATORS = ("_", "", "|", ":", "/", LIST, " ", "-", ".")
LOOKED_AT = 1000
"""Labels that the pattern is recognized from, at most."""
LEAST_FIT = 0.5
"""A pattern is recognized if at least this share of the labels fits it and names a gene, a compound or a control."""
_PREFIX = re.compile(r"^(sgrna|grna|sg|guide|crispri|crispra|si|sh)[-_.]?(?=[A-Za-z])", re.IGNORECASE)
_SUFFIX = re.compile(r"([-_. ]?(?:sgrna|grna|guide|sg|g)?[-_.#]?)(\d{1,3})$", re.IGNORECASE)
_BARCODE = re.compile(r"[ACGTN]{10,}")
_RUNNING = 0.8


def recognize_labels(labels: Sequence[str], resolver: NameResolver | None) -> LabelPattern | None:
    """Return the pattern that most labels fit, or None where there is none: names of patients or wells, say.

    Each separator is tried; fields are told by the form of their words (Ensembl IDs, doses, times, replicates), targets by
    their being genes. Up to `LOOKED_AT` labels are looked at, spread over all.
    """
    distinct = list(dict.fromkeys(label.strip() for label in labels if label.strip()))
    some = distinct[:: max(1, len(distinct) // LOOKED_AT)][:LOOKED_AT]
    if len(some) < 2:
        return None
    barcodes = sum(bool(_BARCODE.search(label)) for label in some) > 0.5 * len(some)
    best, highest = None, (False, LEAST_FIT)
    for separator, width in _shapes(some):
        pattern = _pattern(some, separator, width, resolver)
        if pattern is None or (barcodes and Role.TARGET not in pattern.fields):
            continue
        score = (Role.TARGET in pattern.fields, _score(some, pattern, resolver))
        if score[1] > LEAST_FIT + 1e-9 and score > (highest[0], highest[1] + 1e-9):
            best, highest = pattern, score
    return best


def _shapes(labels: list[str]) -> list[tuple[str, int]]:
    """Return separators with numbers of fields that a share of the labels has, those of controls alone aside."""
    shapes = []
    for separator in SEPARATORS:
        if separator and sum(separator in label for label in labels) < 0.3 * len(labels):
            continue
        split = [words_of(label, separator) for label in labels]
        widths = Counter(len(words) for words in split if not all(is_control(w) or syntax_of(w) for w in words))
        if not widths:
            widths = Counter(len(words) for words in split if not all(map(is_control, words)))
        shapes += [
            (separator, n) for n, count in widths.most_common(3) if count >= 0.25 * len(labels) and (n > 1 or not separator)
        ]
    return shapes


def label_sources(obs: pd.DataFrame) -> list[str]:
    """Return where labels may be: '' for the names of the samples, then the columns of text."""
    texts = [str(c) for c in obs.columns if not pd.api.types.is_numeric_dtype(obs[c]) and obs[c].nunique(dropna=True) > 1]
    return ["", *texts]


def labels_of(obs: pd.DataFrame, source: str) -> list[str]:
    """Return the labels in a column, or the names of the samples.

    Raises:
        GeneRAINError: there is no such column.
    """
    if source and source not in obs:
        raise GeneRAINError(
            f"There is no sample column {source[:60]!r} to read labels from; leave it out for the samples' names."
        )
    return as_text(obs[source]) if source else [str(name) for name in obs.index]


def _pattern(labels: list[str], separator: str, width: int, resolver: NameResolver | None) -> LabelPattern | None:
    split = [words_of(label, separator) for label in labels]
    rows = [words for words in split if len(words) == width]
    columns = [[row[i] for row in rows] for i in range(width)]
    roles = tuple(_role(column, rows, resolver) for column in columns)
    if Role.TARGET not in roles and _is_marked(columns, roles):
        roles = tuple(_role(column, rows, resolver, aliases=True) for column in columns)
    if Role.TARGET not in roles and Role.ENSEMBL in roles:
        roles = _replaced(roles, _named_by_ids(roles, columns), Role.TARGET)
    if Role.TARGET not in roles or Role.DOSE in roles:
        roles = _compounds(roles, columns)
    if not {Role.TARGET, Role.COMPOUND} & set(roles):
        return None
    words = [w for row in rows for w, role in zip(row, roles, strict=True) if role in (Role.TARGET, Role.COMPOUND)]
    prefix, suffix = _marks([w for w in words if not is_control(w)], resolver) if Role.TARGET in roles else ("", "")
    return LabelPattern(separator=separator, fields=roles, prefix=prefix, suffix=suffix, control=_control(split))


def _named_by_ids(roles: tuple[Role, ...], columns: list[list[str]]) -> int:
    """Return the field of the names that Ensembl IDs stand beside, one for each; that of the IDs where no field is so.

    So the targets of a whole genome are told too where the release models few of them.
    """
    ids = roles.index(Role.ENSEMBL)
    for i, column in enumerate(columns):
        if roles[i] is Role.OTHER:
            pairs = {(name, each) for name, each in zip(column, columns[ids], strict=True) if not is_control(name)}
            names, distinct = {name for name, _ in pairs}, {each for _, each in pairs}
            if len(distinct) > 2 and len(pairs) <= 1.05 * len(distinct) and len(names) >= 0.9 * len(distinct):
                return i
    return ids


def _replaced(roles: tuple[Role, ...], at: int, role: Role) -> tuple[Role, ...]:
    return tuple(role if i == at else each for i, each in enumerate(roles))


def _is_marked(columns: list[list[str]], roles: tuple[Role, ...]) -> bool:
    """Say whether marks of guides say that genes are meant: sg before most words of a field, or a field of g1, sg2."""
    if any(role is Role.GUIDE and not all(map(str.isdigit, column)) for role, column in zip(roles, columns, strict=True)):
        return True
    return any(sum(bool(_PREFIX.search(word)) for word in column) > 0.5 * len(column) for column in columns if column)


def _role(column: list[str], rows: list[list[str]], resolver: NameResolver | None, *, aliases: bool = False) -> Role:
    """Return what a position says, by the words that are no control's: their labels often have other fields, and numbers."""
    told = [(w, _of_control(row)) for w, row in zip(column, rows, strict=True) if w]
    words = [w for w, of_control in told if not of_control] or [w for w, _ in told]
    names = [w for w in words if not is_control(w)]
    if not names:
        return Role.TARGET if words else Role.OTHER
    distinct = set(names)
    genes = _genes(distinct, resolver, aliases=aliases)
    form, share = Counter(syntax_of(w) for w in names).most_common(1)[0]
    if form is Role.MECHANISM and share > 0.9 * len(names) and len(distinct) < 5:
        return form
    if len(genes) >= 0.5 * len(distinct) and not (
        form in (Role.ENSEMBL, Role.TRANSCRIPT, Role.NUMBER) and share > 0.6 * len(names)
    ):
        return Role.TARGET
    if form is Role.TIME and is_running(distinct):
        return Role.OTHER
    if form is Role.NUMBER and share > 0.6 * len(names):
        return Role.NUMBER if len(distinct) >= _RUNNING * len(words) else Role.GUIDE
    if form is not None and share > 0.6 * len(names):
        return form
    if sum(bool(WELL.fullmatch(w)) for w in names) > 0.8 * len(names) and len(distinct) > 6:
        return Role.WELL
    return Role.OTHER


def _of_control(row: list[str]) -> bool:
    """Say whether a label names a control and nothing else that is a name."""
    return any(map(is_control, row)) and all(is_control(word) or syntax_of(word) for word in row)


def _genes(words: set[str], resolver: NameResolver | None, *, aliases: bool = False) -> set[str]:
    """Return the words that are genes, or of which a gene remains where usual marks are taken off, alone or in combinations.

    Digits without a mark before them are a guide's only where a gene has several: RPE1 alone is no guide of RPE.
    """
    parts = {word: [p for p in re.split(r"[+|&]", word) if p and not is_control(p)] for word in words}
    every = {part for each in parts.values() for part in each}
    plain = {part: re.sub(r"\d{1,3}$", "", part) for part in every}
    several = Counter(plain.values())
    stems = {part: [s for s in _stems(part) if s in (part, "") or s != plain[part] or several[s] > 1] for part in every}
    known = known_genes({stem for each in stems.values() for stem in each}, resolver, aliases=aliases)
    return {w for w, each in parts.items() if each and all(any(s in known for s in stems[p]) for p in each)}


def _stems(word: str) -> list[str]:
    stem = _PREFIX.sub("", word)
    return list(dict.fromkeys([word, stem, _SUFFIX.sub("", word), _SUFFIX.sub("", stem)]))


def _compounds(roles: tuple[Role, ...], columns: list[list[str]]) -> tuple[Role, ...]:
    """Return the roles with the compound's, and with the dose's where that is a number without a unit.

    A compound is a name beside a dose, or one that a control stands among. Beside a dose, a target is a ligand (TNF 10 ng/ml)
    unless another name is there.
    """
    names = [i for i, role in enumerate(roles) if role in (Role.OTHER, Role.MECHANISM) and len(set(columns[i])) > 1]
    controlled = [i for i in names if any(is_control(w) for w in columns[i])]
    if Role.TARGET in roles:
        if roles.count(Role.TARGET) > 1:
            return roles
        named = [i for i in controlled if roles[i] is Role.OTHER]
        return _replaced(roles, next(iter(named or [roles.index(Role.TARGET)])), Role.COMPOUND)
    others = [i for i, role in enumerate(roles) if role is Role.OTHER]
    chosen = next(iter(controlled or (others if Role.DOSE in roles else [])), None)
    if chosen is None:
        return roles
    roles = _replaced(roles, chosen, Role.COMPOUND)
    doses = [i for i, role in enumerate(roles) if role in (Role.OTHER, Role.NUMBER, Role.GUIDE) and _are_doses(columns[i])]
    return _replaced(roles, doses[0], Role.DOSE) if doses and Role.DOSE not in roles else roles


def _are_doses(words: list[str]) -> bool:
    """Say whether numbers are doses rather than guides, replicates or samples: some are no whole number, or they leave gaps."""
    numbers = {float(word) for word in words if is_number(word) and float(word) >= 0}
    if len(numbers) < 2 or sum(map(is_number, words)) < 0.9 * len(words):
        return False
    return any(number % 1 for number in numbers) or (max(numbers) >= 10 * len(numbers) and len(words) > 2 * len(numbers))


def _marks(words: list[str], resolver: NameResolver | None) -> tuple[str, str]:
    """Return the prefix and suffix that have to be taken off most targets that are no genes as they stand.

    Of each target no more is taken off than makes it a gene; of such that none makes one, digits without a mark stay.
    """
    parts = [part for word in words for part in re.split(r"[+|&]", word) if part and not is_control(part)]
    known = known_genes({stem for part in parts for stem in _stems(part)}, resolver, aliases=True)
    marked = [part for part in parts if part not in known] if resolver is not None else parts
    if not parts or len(marked) < 0.2 * len(parts):
        return "", ""
    prefixes, suffixes = Counter[str](), Counter[str]()
    for part in marked:
        before, after = _PREFIX.search(part), _SUFFIX.search(part)
        stem = _PREFIX.sub("", part)
        genes = {stem, _SUFFIX.sub("", part), _SUFFIX.sub("", stem)} & set(known)
        prefixes.update([before[1]] if before and _SUFFIX.sub("", part) not in known else [])
        of_guide = stem not in known or bool(after and after[1] and known[stem] == known.get(_SUFFIX.sub("", stem)))
        suffixes.update([f"{after[1]}#"] if after and of_guide and (genes or after[1] or resolver is None) else [])
    prefix, suffix = (next((mark for mark, n in c.most_common(1) if n >= 0.3 * len(marked)), "") for c in (prefixes, suffixes))
    return prefix, suffix


def _control(split: list[list[str]]) -> str:
    """Return the usual name of controls that stands most often, its number and the marks of a guide taken off."""
    words = Counter[str]()
    for row in split:
        stems = {
            bare(stem): None for word in row for part in re.split(r"[+|&]", word) for stem in _stems(part) if is_control(stem)
        }
        words.update(list(stems)[:1])
    return words.most_common(1)[0][0] if words else CONTROL


def _score(labels: list[str], pattern: LabelPattern, resolver: NameResolver | None) -> float:
    """Return the share of labels that fit and name a gene, a compound or a control, less a little for fields of no use."""
    reading = read_labels(labels, pattern, resolver)
    unlikely = 0.05 if pattern.separator in ("-", ".", " ") else 0.1 if pattern.fields == (Role.COMPOUND,) else 0.0
    return _named_share(reading) - unlikely - 0.02 * sum(role is Role.OTHER for role in pattern.fields)


def _named_share(reading: LabelReading) -> float:
    table, genes = reading.table, set(reading.known.values())
    named = [
        fits and (is_control(perturbation) or bool(compound or ensembl) or set(str(target).split("+")) <= genes)
        for fits, perturbation, compound, ensembl, target in zip(
            *(table[name] for name in ("fits", "perturbation", "compound", "ensembl", "target")), strict=True
        )
    ]
    return float(np.mean(np.array(named, dtype=bool))) if named else 0.0

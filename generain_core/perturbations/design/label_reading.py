"""Labels read by a pattern: perturbation, target, guide, dose, time, each in a column."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from generain_core.perturbations.design.label_pattern import LabelPattern, combined, split_label
from generain_core.perturbations.design.label_split import words_of
from generain_core.perturbations.design.label_words import Role, bare, dose_of, hours_of, number_in
from generain_core.perturbations.design.labels import NameResolver, known_genes


@dataclass(frozen=True, eq=False, kw_only=True)
class LabelReading:
    """Labels read by a pattern.

    Attributes:
        pattern: that they were read by.
        source: the column that they were in; '' for the names of the samples.
        labels: as written.
        table: one row a label: fits, perturbation, target, guide, replicate, transcript, ensembl, mechanism, compound, dose,
            dose_unit, time (hours), well, number, and what else is there, such as cell lines (other, other_2, other_3); '' or NaN
            where a label has none. A label that doesn't fit has nothing.
        known: name → gene, of the targets that are genes.
        disagreeing: labels whose target and Ensembl ID are different genes; the ID counts.
    """

    pattern: LabelPattern
    source: str
    labels: tuple[str, ...]
    table: pd.DataFrame
    known: dict[str, str]
    disagreeing: tuple[str, ...]


OTHERS = ("other", "other_2", "other_3")
COLUMNS = (
    "fits",
    "perturbation",
    "target",
    "guide",
    "replicate",
    "transcript",
    "ensembl",
    "mechanism",
    "compound",
    "dose",
    "dose_unit",
    "time",
    "well",
    "number",
    *OTHERS,
)


def read_labels(
    labels: Sequence[str], pattern: LabelPattern, resolver: NameResolver | None, *, source: str = "", merge_guides: bool = True
) -> LabelReading:
    """Read labels by a pattern.

    Args:
        labels: one a sample.
        pattern: how they are built.
        resolver: knows the genes; without it no target is known to be one, and marks are always taken off.
        source: the column that they were in.
        merge_guides: whether guides and transcripts of a target are one perturbation.
    """
    parts = {label: split_label(label, pattern) for label in dict.fromkeys(labels)}
    stems = {
        stem for fields in parts.values() if fields for word in fields.get(Role.TARGET, []) for stem in _stems(word, pattern)
    }
    ids = {word for fields in parts.values() if fields for word in fields.get(Role.ENSEMBL, [])}
    known = known_genes(stems | ids, resolver, aliases=True)  # a field that names targets names genes
    mechanisms = Counter(_mechanism(fields) for fields in parts.values() if fields and fields.get(Role.MECHANISM))
    rows, disagreeing = {}, []
    for label, fields in parts.items():
        if fields is not None and not _is_certain(label, fields, pattern, known, checked=resolver is not None):
            fields = None
        row = dict[str, object](dict.fromkeys(COLUMNS, "")) | {"fits": fields is not None, "dose": None, "time": None}
        if fields is not None:
            row |= _row(fields, pattern, known, merge=merge_guides, name_mechanism=len(mechanisms) > 1)
            if row.pop("disagrees"):
                disagreeing.append(label)
        rows[label] = row
    table = pd.DataFrame([rows[label] for label in labels], columns=list(COLUMNS))
    table[["dose", "time"]] = table[["dose", "time"]].astype(float)
    genes = {name: gene for name, gene in known.items() if name in stems}
    return LabelReading(
        pattern=pattern, source=source, labels=tuple(labels), table=table, known=genes, disagreeing=tuple(disagreeing)
    )


def _is_certain(
    label: str, fields: dict[Role, list[str]], pattern: LabelPattern, known: dict[str, str], *, checked: bool
) -> bool:
    """Say whether a label with fewer fields than the pattern names a control, a gene, or a compound with its dose or time."""
    if len(words_of(label, pattern.separator)) == len(pattern.fields) or not checked:
        return True
    if Role.COMPOUND in fields:
        return bool({Role.DOSE, Role.TIME} & set(fields)) or pattern.says_control(fields[Role.COMPOUND][0])
    targets = [part for word in fields.get(Role.TARGET, []) for part in combined(word)]
    stems = [_target(word, pattern, known)[0] for word in targets]
    return all(stem in known or _means_control(word, stem, pattern) for word, stem in zip(targets, stems, strict=True))


def _suffix(pattern: LabelPattern) -> re.Pattern[str] | None:
    if not pattern.suffix:
        return None
    before, digits, after = pattern.suffix.rpartition("#")  # shTP53#1 has a suffix of ##: the last stands for digits
    return re.compile(re.escape(before) + (r"(\d+)" if digits else "") + re.escape(after) + "$", re.IGNORECASE)


def _stems(word: str, pattern: LabelPattern) -> list[str]:
    return [stem for part in combined(word) for stem, _ in _readings(part, pattern)]


def _readings(word: str, pattern: LabelPattern) -> list[tuple[str, str]]:
    """Return what of a word may be the target, the whole first, and the guide that was taken off it."""
    readings, form = [(word, "")], _suffix(pattern)
    stem = word
    if pattern.prefix and word.casefold().startswith(pattern.prefix.casefold()):
        stem = word[len(pattern.prefix) :].lstrip("-_. ")
        readings.append((stem, ""))
    if form and (match := form.search(stem)) and match.start():
        readings.append((stem[: match.start()], match[1] if form.groups else ""))
    return readings


def _target(word: str, pattern: LabelPattern, known: dict[str, str]) -> tuple[str, str]:
    """Return a word's target and guide: the first reading that is a gene, else all marks taken off.

    Where a guide is digits without a mark before them, those of a name that is no gene stay: they may be its own (Trp53).
    """
    readings = _readings(word, pattern)
    genes = [reading for reading in readings if reading[0] in known]
    if genes:  # TP53-1 is found as TP53 is: then 1 is the guide
        return next((each for each in reversed(genes) if known[each[0]] == known[genes[0][0]]), genes[0])
    if known and pattern.suffix == "#":
        return [reading for reading in readings if not reading[1]][-1]
    return readings[-1]


def _mechanism(fields: dict[Role, list[str]]) -> str:
    return re.sub(r"[-. #]?\d+$", "", fields[Role.MECHANISM][0])


def _row(
    fields: dict[Role, list[str]], pattern: LabelPattern, known: dict[str, str], *, merge: bool, name_mechanism: bool
) -> dict[str, object]:
    words = [part for word in fields.get(Role.TARGET, []) for part in combined(word)]
    stems = [_target(word, pattern, known) for word in words]
    read = [(stem, guide) for word, (stem, guide) in zip(words, stems, strict=True) if not _means_control(word, stem, pattern)]
    controls = [stem for word, (stem, _) in zip(words, stems, strict=True) if _means_control(word, stem, pattern)]
    first = {role: words[0] for role, words in fields.items() if words and not (read == [] and pattern.says_control(words[0]))}
    row: dict[str, object] = {
        str(role): first[role] for role in (Role.TRANSCRIPT, Role.ENSEMBL, Role.WELL, Role.NUMBER) if role in first
    }
    row |= dict(zip(OTHERS, fields.get(Role.OTHER, []), strict=False))
    gene_of_id = known.get(first.get(Role.ENSEMBL, ""), "")
    disagrees = bool(gene_of_id and len(read) == 1 and known.get(read[0][0], gene_of_id) != gene_of_id)
    targets = [gene_of_id] if gene_of_id and len(read) == 1 else [known.get(stem, stem) for stem, _ in read]
    guides = [guide for _, guide in read if guide] or [number_in(first[r]) for r in (Role.GUIDE, Role.MECHANISM) if r in first]
    row["guide"] = next((guide for guide in guides if guide.isdigit()), first.get(Role.GUIDE, ""))
    row["replicate"] = number_in(first[Role.REPLICATE]) if Role.REPLICATE in first else ""
    row["mechanism"] = _mechanism(fields) if Role.MECHANISM in first else ""
    compound = next(iter(fields.get(Role.COMPOUND, [])), "")
    if dose := dose_of(first.get(Role.DOSE, "")):
        row["dose"], row["dose_unit"] = dose
    row["time"] = hours_of(first[Role.TIME]) if Role.TIME in first else None
    row["target"], row["compound"] = "+".join(sorted(dict.fromkeys(targets))), compound
    row["perturbation"] = _name(row, pattern, next(iter(controls), ""), merge=merge, name_mechanism=name_mechanism)
    return row | {"disagrees": disagrees}


def _means_control(word: str, stem: str, pattern: LabelPattern) -> bool:
    return pattern.says_control(word) or pattern.says_control(stem)


def _name(row: dict[str, object], pattern: LabelPattern, control: str, *, merge: bool, name_mechanism: bool) -> str:
    compound = str(row["compound"])
    if compound and pattern.says_control(compound):
        control = compound
    elif compound:
        dose = f"{row['dose']:g}{row.get('dose_unit', '')}" if row.get("dose") is not None else ""
        return " ".join(word for word in (compound, dose, str(row["target"])) if word)
    if not row["target"]:
        return pattern.control if pattern.is_the_control(control) else bare(control)
    marks = [] if merge else [str(row.get("transcript", "")), str(row["guide"])]
    return " ".join(word for word in (str(row["target"]), *marks, str(row["mechanism"]) if name_mechanism else "") if word)

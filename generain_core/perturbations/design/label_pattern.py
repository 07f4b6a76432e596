"""The pattern of sample labels, and labels read by it: perturbation, target, guide, dose, time, each in a column."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.label_words import Role, dose_of, has_form, hours_of, is_control, number_in, syntax_of
from generain_core.perturbations.design.labels import NameResolver

CONTROL = "control"
SURE = ("symbol", "ensembl", "previous")
_JOINERS = "+|&"


@dataclass(frozen=True, kw_only=True)
class LabelPattern:
    """How the labels of a screen are built.

    Attributes:
        separator: between fields; '' where a label is one field.
        fields: what each field says, in order; several targets are a combination.
        prefix: taken off a target, as ``sg``.
        suffix: taken off a target; ``#`` stands for digits, which are the guide, as ``-#``.
        control: the word that controls are called by in the result.
        controls: further words that mean this control, any number behind them. Other usual names of controls (wild type beside
            non-targeting guides, say) stay conditions of their own.
    """

    separator: str
    fields: tuple[Role, ...]
    prefix: str = ""
    suffix: str = ""
    control: str = CONTROL
    controls: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no label can be read by.

        Raises:
            GeneRAINError: no field names a target or compound, or several fields have nothing between them.
        """
        if not {Role.TARGET, Role.COMPOUND} & set(self.fields):
            raise GeneRAINError("No field of the labels is the target or the compound; say which one is.")
        if len(self.fields) > 1 and not self.separator:
            raise GeneRAINError(f"{len(self.fields)} fields need a separator between them; give one, such as _.")

    def says_control(self, word: str) -> bool:
        """Say whether a word means control, whichever."""
        return is_control(word) or self.is_the_control(word)

    def is_the_control(self, word: str) -> bool:
        """Say whether a word means the control that is compared with, any number behind it."""
        return bare(word).casefold() in {bare(each).casefold() for each in (self.control, *self.controls)}

    @property
    def words(self) -> str:
        """Return the pattern in words."""
        parts = [self.separator.join(self.fields) or "the whole label"]
        parts += [f"prefix {self.prefix}"] if self.prefix else []
        parts += [f"suffix {self.suffix}"] if self.suffix else []
        return ", ".join([*parts, f"control {self.control}"])


@dataclass(frozen=True, eq=False, kw_only=True)
class LabelReading:
    """Labels read by a pattern.

    Attributes:
        pattern: that they were read by.
        source: the column that they were in; '' for the names of the samples.
        labels: as written.
        table: one row a label: fits, perturbation, target, guide, replicate, transcript, ensembl, mechanism, compound, dose,
            dose_unit, time (hours), well, number; '' or NaN where a label has none. A label that doesn't fit has nothing.
        known: name → gene, of the targets that are genes.
        disagreeing: labels whose target and Ensembl ID are different genes; the ID counts.
    """

    pattern: LabelPattern
    source: str
    labels: tuple[str, ...]
    table: pd.DataFrame
    known: dict[str, str]
    disagreeing: tuple[str, ...]


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
    known = known_genes(stems | ids, resolver)
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
    words = label.split(pattern.separator) if pattern.separator else [label]
    if len(words) == len(pattern.fields) or not checked:
        return True
    if Role.COMPOUND in fields:
        return bool({Role.DOSE, Role.TIME} & set(fields)) or pattern.says_control(fields[Role.COMPOUND][0])
    targets = [part for word in fields.get(Role.TARGET, []) for part in _combined(word)]
    stems = [_target(word, pattern, known)[0] for word in targets]
    return all(stem in known or _means_control(word, stem, pattern) for word, stem in zip(targets, stems, strict=True))


def bare(word: str) -> str:
    """Return a word without the number at its end: numbered controls are one control."""
    return re.sub(r"[-_ ]?\d+$", "", word)


def split_label(label: str, pattern: LabelPattern) -> dict[Role, list[str]] | None:
    """Return the words of a label by what they say; None where it does not fit.

    A label with another number of fields, as those of controls often are, fits if each word finds a field by its form.
    """
    words = [w.strip() for w in label.split(pattern.separator)] if pattern.separator else [label.strip()]
    if not label.strip() or not any(words):
        return None
    if len(words) == len(pattern.fields):
        placed = _placed(words, pattern.fields)
        if placed is not None and all(pattern.says_control(w) or has_form(w, r) for r, ws in placed.items() for w in ws):
            return placed
    return _aligned([w for w in words if w], pattern)


def _placed(words: list[str], fields: tuple[Role, ...]) -> dict[Role, list[str]] | None:
    placed: dict[Role, list[str]] = {}
    for word, role in zip(words, fields, strict=True):
        placed.setdefault(role, []).append(word)
    return placed if all(placed.get(role, [""])[0] for role in (Role.TARGET, Role.COMPOUND) if role in placed) else None


def _aligned(words: list[str], pattern: LabelPattern) -> dict[Role, list[str]] | None:
    free, placed = list(pattern.fields), dict[Role, list[str]]()
    if len(words) > len(free) and not any(pattern.says_control(word) for word in words):
        return None
    main = Role.TARGET if Role.TARGET in free else Role.COMPOUND
    for word in words:
        form = syntax_of(word)
        wanted = [main] if pattern.says_control(word) else [form] if form else [main, Role.OTHER]
        wanted += [Role.GUIDE, Role.REPLICATE] if form is Role.NUMBER else []
        role = next((role for role in wanted if role in free), None)
        if role is None:
            if pattern.says_control(word) or (placed.get(main) and all(pattern.says_control(w) for w in placed[main])):
                continue
            return None
        free.remove(role)
        placed.setdefault(role, []).append(word)
    return placed if placed.get(main) else None


def known_genes(names: set[str], resolver: NameResolver | None) -> dict[str, str]:
    """Return name → gene of those that are the name of exactly one gene, aliases only where most others are symbols."""
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
    return {name: gene for name, gene, status in found if status in SURE or sure > 0.5 * len(found)}


def _suffix(pattern: LabelPattern) -> re.Pattern[str] | None:
    return re.compile(re.escape(pattern.suffix).replace(r"\#", r"(\d+)") + "$", re.IGNORECASE) if pattern.suffix else None


def _stems(word: str, pattern: LabelPattern) -> list[str]:
    return [stem for part in _combined(word) for stem, _ in _readings(part, pattern)]


def _combined(word: str) -> list[str]:
    """Return the parts of a combination such as A+B or A|B."""
    return [part.strip() for part in re.split(f"[{re.escape(_JOINERS)}]", word) if part.strip()]


def _readings(word: str, pattern: LabelPattern) -> list[tuple[str, str]]:
    """Return what of a word may be the target, the whole first, and the guide that was taken off it."""
    readings, form = [(word, "")], _suffix(pattern)
    bare = word
    if pattern.prefix and word.casefold().startswith(pattern.prefix.casefold()):
        bare = word[len(pattern.prefix) :].lstrip("-_. ")
        readings.append((bare, ""))
    if form and (match := form.search(bare)) and match.start():
        readings.append((bare[: match.start()], match[1] if form.groups else ""))
    return readings


def _target(word: str, pattern: LabelPattern, known: dict[str, str]) -> tuple[str, str]:
    """Return a word's target and guide: the first reading that is a gene, else all marks taken off."""
    readings = _readings(word, pattern)
    return next((reading for reading in readings if reading[0] in known), readings[-1])


def _mechanism(fields: dict[Role, list[str]]) -> str:
    return re.sub(r"[-. #]?\d+$", "", fields[Role.MECHANISM][0])


def _row(
    fields: dict[Role, list[str]], pattern: LabelPattern, known: dict[str, str], *, merge: bool, name_mechanism: bool
) -> dict[str, object]:
    words = [part for word in fields.get(Role.TARGET, []) for part in _combined(word)]
    stems = [_target(word, pattern, known) for word in words]
    read = [(stem, guide) for word, (stem, guide) in zip(words, stems, strict=True) if not _means_control(word, stem, pattern)]
    controls = [stem for word, (stem, _) in zip(words, stems, strict=True) if _means_control(word, stem, pattern)]
    first = {role: words[0] for role, words in fields.items() if words and not (read == [] and pattern.says_control(words[0]))}
    row: dict[str, object] = {
        str(role): first[role] for role in (Role.TRANSCRIPT, Role.ENSEMBL, Role.WELL, Role.NUMBER) if role in first
    }
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

"""What labels hold, field by field, before anything is computed; and the samples with these fields as columns."""

from dataclasses import dataclass, replace

import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.label_pattern import LabelPattern
from generain_core.perturbations.design.label_reading import OTHERS, LabelReading, read_labels
from generain_core.perturbations.design.label_recognition import labels_of, recognize_labels
from generain_core.perturbations.design.label_words import Role, is_control
from generain_core.perturbations.design.labels import NameResolver, known_genes
from generain_core.samples.interpret.expression import Expression
from generain_core.text import with_noun

PERTURBATION = "perturbation"
AS_COLUMNS = ("target", "guide", "replicate", "transcript", "mechanism", "compound", "dose", "time", *OTHERS)
_MOST_GROUPS = 24
_EXAMPLES = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class LabelPreview:
    """What was read of labels.

    Attributes:
        labels: how many there are.
        fit: how many fit the pattern.
        perturbations: how many different ones they name, controls aside.
        controls: samples that are controls.
        combinations: perturbations of two or more targets.
        without_gene: targets that no gene has.
        repeated: labels that say the same as another but for a running number: a guide pair that stands there twice.
        not_fitting: examples of labels that do not fit.
        disagreeing: labels whose target and Ensembl ID are different genes.
        other_controls: usual names of controls that stay conditions of their own, beside the control that is compared with.
        groups: field → values, of times and other fields that split controls too, as cell lines, batches and donors do.
        fields: one row a field that holds anything: field, labels (that have it), values (different ones), examples.
    """

    labels: int
    fit: int
    perturbations: int
    controls: int
    combinations: int
    without_gene: tuple[str, ...]
    repeated: tuple[str, ...]
    not_fitting: tuple[str, ...]
    disagreeing: tuple[str, ...]
    other_controls: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    fields: pd.DataFrame


def preview_labels(reading: LabelReading) -> LabelPreview:
    """Count what each field of the labels holds."""
    table, control = reading.table, reading.pattern.control
    fits = table["fits"].to_numpy(bool)
    perturbed = table[fits & (table["perturbation"] != control).to_numpy()]
    parts = {part for target in perturbed["target"] for part in str(target).split("+") if part}
    genes = set(reading.known.values())
    marks = ["perturbation", "target", "guide", "replicate", "transcript", "mechanism", "compound", "dose", "time", "well"]
    again = (
        perturbed.astype({"dose": object, "time": object}).duplicated(marks, keep=False)
        if len(perturbed)
        else pd.Series(dtype=bool)
    )
    labels = pd.Series(reading.labels, dtype=object)
    return LabelPreview(
        labels=len(table),
        fit=int(fits.sum()),
        perturbations=int(perturbed["perturbation"].nunique()),
        controls=int((fits & (table["perturbation"] == control).to_numpy()).sum()),
        combinations=int(perturbed.loc[perturbed["target"].str.contains("+", regex=False), "perturbation"].nunique()),
        without_gene=tuple(sorted(parts - genes)),
        repeated=tuple(labels.loc[again.index[again.to_numpy(bool)]].tolist()),
        not_fitting=tuple(labels[~fits].tolist()[:20]),
        disagreeing=reading.disagreeing,
        other_controls=tuple(name for name in dict.fromkeys(perturbed["perturbation"]) if is_control(str(name))),
        groups=_groups(table[fits], control),
        fields=_fields(table),
    )


def _groups(table: pd.DataFrame, control: str) -> dict[str, tuple[str, ...]]:
    groups = dict[str, tuple[str, ...]]()
    is_control = table["perturbation"] == control
    for name in ("time", *OTHERS):
        values = table[name].astype(object).where(table[name].notna(), "")
        shared = set(values[is_control]) & set(values[~is_control]) - {""}
        distinct = [value for value in dict.fromkeys(values) if value != ""]
        if len(shared) > 1 and 2 <= len(distinct) <= _MOST_GROUPS:
            groups[name] = tuple(f"{value:g} h" if isinstance(value, float) else str(value) for value in distinct)
    return groups


def _fields(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name in table.columns.drop("fits"):
        values = table[name]
        held = values[values.notna() & (values.astype(str) != "")]
        if len(held):
            counts = held.value_counts()
            examples = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in counts.index[:_EXAMPLES])
            rows.append({"field": str(name), "labels": len(held), "values": len(counts), "examples": examples})
    return pd.DataFrame(rows, columns=["field", "labels", "values", "examples"])


def recognized(
    expression: Expression, resolver: NameResolver | None, *, source: str = "", merge_guides: bool = True
) -> LabelReading:
    """Recognize the pattern of labels and read them.

    Raises:
        GeneRAINError: no pattern was recognized, or there is no such column.
    """
    labels = labels_of(expression.obs, source)
    pattern = recognize_labels(labels, resolver)
    if pattern is None:
        where = f"the column {source}" if source else "the names of the samples"
        example = f", such as {labels[0][:60]}" if labels else ""
        raise GeneRAINError(
            f"No pattern was recognized in {where}{example}: at least half of them must name a gene, a compound with a dose or "
            "time, or a control. Say the separator and what each field is, or join a sample sheet."
        )
    return read_labels(labels, pattern, resolver, source=source, merge_guides=merge_guides)


def with_labels(expression: Expression, reading: LabelReading) -> Expression:
    """Return the samples with what their labels say as columns; a column of that name in the file is replaced.

    Labels that do not fit leave their sample without a perturbation.

    Raises:
        GeneRAINError: the labels are those of other samples.
    """
    if len(reading.labels) != len(expression.samples):
        raise GeneRAINError(
            f"{with_noun(len(reading.labels), 'label')} can't be those of {with_noun(len(expression.samples), 'sample')}; "
            "read them again."
        )
    obs = expression.obs.copy()
    for name in (PERTURBATION, *AS_COLUMNS):
        values = reading.table[name]
        if name == PERTURBATION or bool((values.notna() & (values.astype(str) != "")).any()):
            obs[name] = values.to_numpy()
    units = [unit for unit in reading.table["dose_unit"].unique() if unit]
    if len(units) > 1:
        obs["dose_unit"] = reading.table["dose_unit"].to_numpy()
    return replace(expression, obs=obs)


def targets_read(obs: pd.DataFrame, resolver: NameResolver | None) -> dict[str, str]:
    """Return perturbation → gene of samples whose labels were read, for those that have one target which is a gene."""
    if "target" not in obs or PERTURBATION not in obs:
        return {}
    pairs = obs[[PERTURBATION, "target"]].dropna().astype(str).drop_duplicates()
    known = known_genes(set(pairs["target"]), resolver)
    return {name: known[target] for name, target in pairs.itertuples(index=False) if target in known}


def pattern_of(words: str, *, prefix: str = "", suffix: str = "", control: str = "") -> LabelPattern:
    """Return a pattern as the command line writes it: the separator, =, and the fields with commas between, ``_=number,target``.

    Raises:
        GeneRAINError: it names no target or compound, or a field that there is not.
    """
    separator, _, fields = words.rpartition("=")
    names = [name.strip() for name in fields.split(",")]
    unknown = sorted(set(names) - {str(role) for role in Role})
    if unknown:
        raise GeneRAINError(f"There is no field {unknown[0][:40]!r} of labels; the fields are {', '.join(Role)}.")
    options = {"control": control} if control else {}
    controls = (control,) if control else ()
    return LabelPattern(
        separator=separator,
        fields=tuple(Role(name) for name in names),
        prefix=prefix,
        suffix=suffix,
        controls=controls,
        **options,
    )

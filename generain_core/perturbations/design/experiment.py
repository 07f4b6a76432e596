"""The design of a perturbation experiment: who is perturbed by what, who is control, which samples may be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.covariates import Covariate, is_missing, read_covariates
from generain_core.perturbations.design.guess import batch_without_controls, guess_pairs
from generain_core.perturbations.design.labels import CONTROLS, NUMBER_OFF, NameResolver, as_text, clean_labels
from generain_core.perturbations.donors.recognize import donor_column
from generain_core.perturbations.notes import Note, NoteKind
from generain_core.text import echo, listed

Reference = Literal["control", "others"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """Which sample had which perturbation.

    Attributes:
        column: what the labels were read from.
        control: the label of the controls.
        samples: names of the samples.
        labels: the cleaned label of each sample, '' for none.
        strata: number of the stratum of each sample, -1 for none; samples are compared within one only.
        stratum_names: names of the strata.
        pairs: number of the pair (donor, say) of each sample, -1 for none; or None.
        pair_names: names of the pairs.
        targets: label → gene, where a label names one.
        cleaned: one row a way of writing; see `clean_labels`.
        notes: what was decided.
        strata_by: the columns that make the strata.
        pair_by: the column that makes the pairs, or ''.
        reference: what perturbed samples are compared with.
        covariates: what is taken into account beside.
    """

    column: str
    control: str
    samples: tuple[str, ...]
    labels: NDArray[np.object_]
    strata: NDArray[np.int64]
    stratum_names: tuple[str, ...]
    pairs: NDArray[np.int64] | None
    pair_names: tuple[str, ...]
    targets: dict[str, str]
    cleaned: pd.DataFrame
    notes: tuple[Note, ...]
    strata_by: tuple[str, ...] = ()
    pair_by: str = ""
    reference: Reference = "control"
    covariates: tuple[Covariate, ...] = ()

    @property
    def perturbations(self) -> tuple[str, ...]:
        """Return the labels other than the control's, in the order they first come."""
        return tuple(dict.fromkeys(label for label in self.labels if label and label != self.control))

    @property
    def is_control(self) -> NDArray[np.bool_]:
        """Return which samples are controls."""
        return np.asarray(self.labels == self.control, dtype=bool)

    def take(self, keep: NDArray[np.bool_]) -> "Design":
        """Return the design of some of the samples."""
        return replace(
            self,
            samples=tuple(np.array(self.samples, dtype=object)[keep]),
            labels=self.labels[keep],
            strata=self.strata[keep],
            pairs=None if self.pairs is None else self.pairs[keep],
            covariates=tuple(covariate.take(keep) for covariate in self.covariates),
        )


def make_design(
    obs: pd.DataFrame,
    column: str,
    control: str,
    *,
    strata: Sequence[str] = (),
    pair: str | None = None,
    resolver: NameResolver | None = None,
    merge_guides: bool = True,
    reference: Reference = "control",
    as_written: Sequence[str] = (),
    only: Sequence[str] = (),
    covariates: Sequence[str] = (),
) -> Design:
    """Read the design off the columns that describe the samples.

    Args:
        obs: one row a sample, indexed by its name.
        column: which perturbation a sample had.
        control: the value of it that marks controls; capitals and blanks don't matter.
        strata: columns within whose values samples are compared (batch, cell line).
        pair: the column of the donor or pair, if treated and control samples belong together.
        resolver: knows the genes, to find targets.
        merge_guides: whether guides of one gene are one perturbation.
        reference: compare with the controls, or with all other samples (for screens with hardly any control).
        as_written: labels that are left as they are, whatever they look like.
        only: the perturbations to compare; samples of others take no part; all where none is named.
        covariates: columns that are taken into account, see `read_covariates`.

    Raises:
        GeneRAINError: a column is missing, no sample is control, none is perturbed, or no stratum or pair holds both.
    """
    for name in (column, *strata, *([pair] if pair else [])):
        if name not in obs:
            there = listed(list(map(str, obs.columns)), most=12) if len(obs.columns) else "none; join a sample sheet"
            raise GeneRAINError(f"There is no sample column {echo(name)}; the columns are {there}.")
    texts = as_text(obs[column])
    wanted = " ".join(str(control).split())
    cleaned = clean_labels(texts, wanted, resolver, merge_guides=merge_guides, as_written=as_written)
    label_of = dict(zip(cleaned["as_written"], cleaned["label"], strict=True))
    labels = np.array([label_of.get(text, "") for text in texts], dtype=object)
    _check(labels, wanted, column, cleaned)
    others = 0
    if only:
        labels, others = _of_contrast(labels, only, label_of, wanted, column)
    rows, names = _groups(obs, strata)
    pairs, pair_names = _groups(obs, [pair]) if pair else (None, ())
    targets = {
        str(label): str(target)
        for label, target in zip(cleaned["label"], cleaned["target"], strict=True)
        if target and label != wanted
    }
    design = Design(
        column=column,
        control=wanted,
        samples=tuple(map(str, obs.index)),
        labels=labels,
        strata=rows,
        stratum_names=names,
        pairs=pairs,
        pair_names=pair_names,
        targets=targets,
        cleaned=cleaned,
        notes=(),
        strata_by=tuple(strata),
        pair_by=pair or "",
        reference=reference,
        covariates=read_covariates(obs, covariates, (column, *strata, *([pair] if pair else []))),
    )
    _check_overlap(design)
    notes = [Note(NoteKind.CONTRAST, {"only": list(design.perturbations), "control": wanted, "others": others})] if only else []
    taken = [column, *strata, pair or "", *(word.rsplit(":", 1)[0] for word in covariates)]
    batches = [*_of_batches(design, obs, taken), *_of_pairs(design, obs, taken)]
    return replace(design, notes=(*notes, *batches, *_notes(design, texts), *_of_covariates(design)))


def _of_batches(design: Design, obs: pd.DataFrame, taken: Sequence[str]) -> list[Note]:
    """Say which batches hold perturbed samples without a control, where nobody asked to compare within them."""
    if design.reference != "control":
        return []
    found = batch_without_controls(obs, design.is_control, (design.labels != "") & ~design.is_control, taken)
    if found is None:
        return []
    name, batches, samples = found
    facts = {"column": name, "batches": listed(batches, most=4), "samples": samples}
    return [Note(NoteKind.BATCH_WITHOUT_CONTROLS, facts)]


def _of_pairs(design: Design, obs: pd.DataFrame, taken: Sequence[str]) -> list[Note]:
    """Say which column could be one of pairs, where nobody asked for any; donors that are called so are seen to elsewhere."""
    if design.pairs is not None or design.reference != "control" or design.covariates:
        return []
    found = guess_pairs(obs, design.labels, design.control, design.strata, [*taken, donor_column(obs)])
    return [Note(NoteKind.MAY_BE_PAIRS, {"column": found[0], "values": found[1]})] if found else []


def _of_contrast(
    labels: NDArray[np.object_], only: Sequence[str], label_of: Mapping[str, str], control: str, column: str
) -> tuple[NDArray[np.object_], int]:
    """Return the labels of those to compare, '' for other samples, and how many these are.

    Raises:
        GeneRAINError: there is no such label, or it is the control.
    """
    wanted = {label_of.get(" ".join(str(name).split()), " ".join(str(name).split())) for name in only}
    there = set(labels) - {""}
    unknown = sorted(wanted - there)
    if unknown:
        raise GeneRAINError(
            f"The column {echo(column)} has no {listed(unknown)}; its values are {listed(sorted(there), most=8)}."
        )
    if control in wanted:
        raise GeneRAINError(f"{echo(control)} can't be compared with itself; name another group.")
    kept = np.array([label if label in wanted or label == control else "" for label in labels], dtype=object)
    return kept, int(((kept == "") & (labels != "")).sum())


def _of_covariates(design: Design) -> list[Note]:
    """Return how covariates are read, and how many samples lack a value."""
    if not design.covariates:
        return []
    kinds = {each.name: list(each.kinds) for each in design.covariates}
    missing = int((is_missing(design.covariates, len(design.samples)) & (design.labels != "")).sum())
    return [Note(NoteKind.COVARIATES, {"kinds": kinds, "missing": missing})]


def _groups(obs: pd.DataFrame, columns: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if not columns:
        return np.zeros(len(obs), dtype=np.int64), ("all samples",)
    texts = [as_text(obs[column]) for column in columns]
    joined = [" / ".join(each) if all(each) else "" for each in zip(*texts, strict=True)]
    names = tuple(dict.fromkeys(word for word in joined if word))
    place = {name: i for i, name in enumerate(names)}
    return np.array([place.get(word, -1) for word in joined], dtype=np.int64), names


def _check(labels: NDArray[np.object_], control: str, column: str, cleaned: pd.DataFrame) -> None:
    if not (labels == control).any():
        values = cleaned.sort_values("samples", ascending=False, kind="stable")["as_written"].tolist()
        likely = [v for v in values if CONTROLS.fullmatch(str(v))]
        values_listed = listed([str(v) for v in (likely + [v for v in values if v not in likely])], most=8) if values else "none"
        raise GeneRAINError(
            f"No sample is control: column {echo(column)} has no value {echo(control)}; its values are {values_listed}."
        )
    if not ((labels != control) & (labels != "")).any():
        raise GeneRAINError(
            f"All samples that have a value in {echo(column)} are control ({echo(control)}); "
            "give a column that names perturbations too."
        )


def _check_overlap(design: Design) -> None:
    groups = design.strata if design.pairs is None else np.where(design.strata >= 0, design.pairs, -1)
    perturbed = (design.labels != "") & ~design.is_control
    shared = (set(groups[design.is_control]) & set(groups[perturbed])) - {-1}
    if design.reference == "control" and not shared:
        by = design.pair_by if design.pairs is not None else " and ".join(design.strata_by)
        raise GeneRAINError(
            f"No value of {by} has both controls and perturbed samples, so nothing can be compared within it; "
            "leave it out, or name another column."
        )


def numbers_taken_off(design: Design) -> Note | None:
    """Return the note on labels that were taken for the control after their number was taken off; None if there are none."""
    labels = [str(word) for word in design.cleaned.loc[_number_off(design), "as_written"]]
    return Note(NoteKind.NUMBERS_TAKEN_OFF, {"labels": labels, "control": design.control}) if labels else None


def _number_off(design: Design) -> "pd.Series[bool]":
    return design.cleaned["why"].str.endswith(NUMBER_OFF)


def _notes(design: Design, texts: Sequence[str]) -> list[Note]:
    notes, taken_off = list[Note](), numbers_taken_off(design)
    if taken_off:
        notes.append(taken_off)
    changed = design.cleaned[(design.cleaned["as_written"] != design.cleaned["label"]) & ~_number_off(design)]
    for label, group in list(changed.groupby("label", sort=False))[:5]:
        notes.append(Note(NoteKind.LABELS_MERGED, {"as_written": [str(w) for w in group["as_written"]], "label": label}))
    more = changed["label"].nunique() - 5
    if more > 0:
        notes.append(Note(NoteKind.MORE_LABELS_MERGED, {"labels": more}))
    without = sum(not text for text in texts)
    if without:
        notes.append(Note(NoteKind.WITHOUT_LABEL, {"samples": without, "column": design.column}))
    if (design.strata < 0).any():
        without = int((design.strata < 0).sum())
        notes.append(Note(NoteKind.WITHOUT_STRATUM, {"samples": without, "column": " and ".join(design.strata_by)}))
    if design.pairs is not None and (design.pairs < 0).any():
        notes.append(Note(NoteKind.WITHOUT_PAIR, {"samples": int((design.pairs < 0).sum()), "column": design.pair_by}))
    others = [p for p in design.perturbations if CONTROLS.fullmatch(p)]
    if others:
        notes.append(Note(NoteKind.MAY_BE_CONTROLS, {"labels": others}))
    if design.reference == "others":
        notes.append(Note(NoteKind.AGAINST_OTHERS))
    return notes


def perturbation_columns(obs: pd.DataFrame, most: int = 20_000) -> list[str]:
    """Return the columns that can name perturbations: two to `most` values, and some value twice."""
    columns = []
    for column in obs.columns:
        distinct = obs[column].nunique(dropna=True)
        if 2 <= distinct <= max(most, 2) and distinct < len(obs):
            columns.append(str(column))
    return columns

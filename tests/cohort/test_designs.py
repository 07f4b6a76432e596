"""The design of a cohort: classes and donors that are enough, donors that stay together, columns that give outcomes away."""

import numpy as np
import pandas as pd
import pytest

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.cohort_design import design_cohort
from generain_core.cohort.design.twins import twins
from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.errors import GeneRAINError
from tests.cohort.simulate import design
from tests.cohort.test_parts import NAMES, Note, _sheet


def test_samples_far_nearer_to_each_other_than_to_others_are_seen() -> None:
    generator = np.random.default_rng(0)
    alone = generator.normal(size=(60, 50)) @ generator.normal(size=(50, 50))
    kinds = alone + 20 * generator.normal(size=(5, 50))[np.arange(60) % 5]  # five kinds of samples, of 12 each
    for values in (alone, kinds):
        assert twins(values, np.arange(60)) == ()
        again = np.vstack([values, values[:3] + generator.normal(size=(3, 50))])
        assert set(twins(again, np.arange(63))) == {(0, 60), (1, 61), (2, 62)}
        assert twins(again, np.append(np.arange(60), np.arange(3))) == ()
    assert twins(np.vstack([alone[:9], alone[:9]]), np.arange(18)) == ()


def test_small_classes_are_left_out_and_few_donors_warned_of() -> None:
    made = design(["a"] * 12 + ["b"] * 8 + ["c"] * 2)
    assert made.outcome.classes == ("a", "b")
    assert (len(made.rows), made.outcome.kind) == (20, OutcomeKind.TWO_CLASSES)
    kinds = {note.kind: note.facts for note in made.notes}
    assert kinds[Note.SMALL_CLASS_LEFT_OUT]["counts"] == {"c": 2}
    assert kinds[Note.FEW_DONORS]["counts"] == {"b": 8}


def test_donors_not_samples_are_counted() -> None:
    with pytest.raises(GeneRAINError, match="Too few donors"):
        design(["a"] * 20 + ["b"] * 20, groups=np.repeat(np.arange(8), 5))
    with pytest.raises(GeneRAINError, match="outcome itself"):
        design(["a"] * 20 + ["b"] * 20, groups=["a"] * 20 + ["b"] * 20)
    with pytest.raises(GeneRAINError, match="outcome and donor at once"):
        design_cohort(
            _sheet(outcome=["a", "b"] * 20), [f"x{i}" for i in range(40)], CohortChoices(predict="outcome", groups="outcome")
        )


def test_donors_are_recognized_from_columns_and_names() -> None:
    names = [
        f"s{i:02d}-{status}-{treated}" for i, status in enumerate(["suscep", "resist"] * 10) for treated in ("inf", "noninf")
    ]
    sheet = _sheet(outcome=["a", "a", "b", "b"] * 10)
    made = design_cohort(sheet, names, CohortChoices(predict="outcome"))
    assert (made.groups.source, made.groups.count) == ("names", 20)
    made = design_cohort(
        sheet.assign(patient=np.repeat(np.arange(20), 2)), [f"x{i}" for i in range(40)], CohortChoices(predict="outcome")
    )
    assert (made.groups.source, made.groups.count) == ("patient", 20)
    alone = design_cohort(sheet, [f"SAMPLE{i:02d}" for i in range(40)], CohortChoices(predict="outcome"))
    assert Note.NO_GROUPS in {note.kind for note in alone.notes}
    split = design_cohort(sheet, names, CohortChoices(predict="outcome", groups="none"))
    assert Note.GROUPS_IGNORED in {note.kind for note in split.notes}


def test_all_samples_of_a_donor_stay_together_however_they_are_named() -> None:
    names = [f"P{i:02d}_{when}_rep{rep}" for i in range(10) for when in ("pre", "post") for rep in (1, 2)]
    made = design_cohort(_sheet(outcome=np.repeat(["a", "b"], 20)), names, CohortChoices(predict="outcome"))
    assert (made.groups.source, made.groups.count) == ("names", 10)
    often = _sheet(outcome=np.repeat(["a", "b"], 60), patient_id=np.repeat(np.arange(12), 10))
    made = design_cohort(often, [f"SAMPLE{i:03d}" for i in range(120)], CohortChoices(predict="outcome"))
    assert (made.groups.source, made.groups.count) == ("patient_id", 12)
    spelled = _sheet(outcome=["a", "b"] * 20, donor=[f"{'Pp'[i % 2]}{i // 2:02d}" for i in range(40)], number=[1, "01"] * 20)
    made = design_cohort(spelled, NAMES, CohortChoices(predict="outcome", groups="donor"))
    assert made.groups.count == 20
    assert Note.SPELLINGS_MERGED in {note.kind for note in made.notes}


def test_columns_that_repeat_as_donors_do_are_asked_about() -> None:
    outcome = np.repeat(["a", "b"], 40)
    sheet = _sheet(outcome=outcome, MRN=[f"M{i // 2}" for i in range(80)], well=[f"{i % 40}" for i in range(80)])
    names = [f"SAMPLE{i:02d}" for i in range(80)]
    made = design_cohort(sheet, names, CohortChoices(predict="outcome"))
    assert (made.groups.source, made.groups.count) == ("MRN", 40)
    made = design_cohort(sheet.rename(columns={"MRN": "code"}), names, CohortChoices(predict="outcome"))
    told = {note.kind: note.facts for note in made.notes}
    assert told[Note.LIKE_DONORS]["columns"] == ("code",)
    assert Note.NEARLY_A_COLUMN not in told
    zeros = _sheet(outcome=["a", "b"] * 20, donor=[f"{i // 2:02d}" if i % 2 else str(i // 2) for i in range(40)])
    assert design_cohort(zeros, NAMES, CohortChoices(predict="outcome", groups="donor")).groups.count == 20


def test_events_of_donors_are_counted() -> None:
    sheet = _sheet(days=np.arange(1.0, 61), dead=[1] * 10 + [0] * 50, donor=np.repeat(np.arange(12), 5))
    with pytest.raises(GeneRAINError, match="seen in 2 donors"):
        design_cohort(sheet, [f"x{i}" for i in range(60)], CohortChoices(predict="days", groups="donor"))


def test_what_determines_the_outcome_is_said_whatever_its_name_and_though_it_is_regressed_out() -> None:
    outcome = ["a", "a", "b", "b"] * 10
    columns = {"hospital": ["h1", "h2", "h3", "h3"] * 10, "capitals": ["x", "X", "y", "Y"] * 10}
    columns["filled"] = pd.array([1, None, 2, 2] * 10, dtype="Int64")
    assert _nearly(outcome, **columns) == ("hospital", "capitals", "filled")
    sheet = _sheet(outcome=outcome, batch=["p1", "p2", "p3", "p3"] * 10, age=[np.nan] * 40)
    made = design_cohort(sheet, NAMES, CohortChoices(predict="outcome", adjust=("batch",)))
    assert {Note.BATCH_DETERMINES, Note.ADJUSTED} <= {note.kind for note in made.notes}
    assert made.covariates == ()
    sized = np.random.default_rng(0).normal(70, 9, 40).round(1)
    written = [f"{value:.1f}".replace(".", ",") for value in sized]
    dates = [f"201{3 if i < 20 else 5}-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(40)]
    assert _nearly(np.repeat(["a", "b"], 20), day=dates, time=pd.to_datetime(dates), odd=[[i] for i in range(40)]) == (
        "day",
        "time",
    )
    assert _nearly(sized, comma=written, unit=[f"{value} kg" for value in sized]) == ("comma", "unit")


def test_leaks_are_said_and_used_for_nothing() -> None:
    outcome = ["a", "b"] * 20
    made = design(outcome, code=[1, 2] * 20, batch=["p1", "p2"] * 20, sex=["f", "f", "m", "m"] * 10)
    kinds = {note.kind: note.facts for note in made.notes}
    assert kinds[Note.SAME_AS_COLUMN]["columns"] == ("code", "batch")
    assert kinds[Note.BATCH_DETERMINES]["column"] == "batch"
    assert [each.name for each in made.covariates] == ["sex"]
    nested = design(outcome, plate=["p1", "p2", "p3", "p4"] * 10)
    assert Note.BATCH_DETERMINES in {note.kind for note in nested.notes}
    sheet = _sheet(outcome=outcome, code=[1, 2] * 20)
    with pytest.raises(GeneRAINError, match="says the same"):
        design_cohort(sheet, NAMES, CohortChoices(predict="outcome", adjust=("code",)))
    for name in ("outcome", "code"):
        with pytest.raises(GeneRAINError, match="no covariate"):
            design_cohort(sheet, NAMES, CohortChoices(predict="outcome", covariates=(name,)))
    identifier = design(np.arange(40.0))
    assert Note.LOOKS_LIKE_IDENTIFIER in {note.kind for note in identifier.notes}


def test_a_number_in_other_units_is_a_leak() -> None:
    weight = np.random.default_rng(0).normal(70, 9, 40).round(2)
    made = design(weight, pounds=2.2 * weight, lost=-weight, words=list(map(str, weight)), height=weight[::-1], late=[""] * 40)
    (same,) = [note.facts["columns"] for note in made.notes if note.kind is Note.SAME_AS_COLUMN]
    assert same == ("pounds", "lost", "words")
    times = _sheet(days=np.arange(1.0, 41), months=np.arange(1.0, 41) / 30, dead=[1, 0] * 20)
    with pytest.raises(GeneRAINError, match="no covariate"):
        design_cohort(times, NAMES, CohortChoices(predict="days", covariates=("months",)))
    with pytest.raises(GeneRAINError, match="no covariate"):
        design_cohort(times, NAMES, CohortChoices(predict="days", covariates=("dead",)))


def _nearly(values: object, groups: object = None, name: str = "outcome", **columns: object) -> tuple[str, ...]:
    made = design(values, groups=groups, name=name, **columns)
    return next((note.facts["columns"] for note in made.notes if note.kind is Note.NEARLY_A_COLUMN), ())


def test_a_column_that_tells_the_outcome_almost_exactly_is_said() -> None:
    generator = np.random.default_rng(0)
    code, gaps = np.arange(40) % 2, np.arange(40) % 5 == 0
    copy, weak = code + generator.normal(0, 0.25, 40), code + generator.normal(0, 0.8, 40)
    slip = np.where(np.arange(40) == 7, 1 - code, code)
    columns = {"weak": weak, "copy": copy, "texts": list(map(str, -copy)), "slip": np.array(["x", "y"])[slip], "coded": slip}
    columns |= {
        "gaps": np.where(gaps, "", np.array(["p", "q"])[slip]),
        "half": np.where(generator.random(40) < 0.2, 1 - code, code),
    }
    columns |= {"chance": generator.normal(size=40), "label": NAMES}
    assert _nearly(["a", "b"] * 20, **columns) == ("copy", "texts", "slip", "coded", "gaps")
    three = np.arange(42) % 3
    columns = {"copy": three + generator.normal(0, 0.2, 42), "loose": three + generator.normal(0, 0.8, 42), "fine": three * 7 % 5}
    assert _nearly(np.array(["u", "v", "w"])[three], **columns, stage=np.array(["I", "II", "III", "IV"])[three]) == ("copy",)
    assert _nearly(np.array(["early", "late"])[(three > 0).astype(int)], stage=np.array(["I", "II", "III"])[three]) == ("stage",)
    weight = generator.normal(70, 9, 40).round(2)
    columns = {"near": weight + generator.normal(0, 0.5, 40), "far": weight + generator.normal(0, 5, 40)}
    assert _nearly(weight, **columns, some=np.where(gaps, weight + 0.01 * weight[::-1], np.nan)) == ("near",)
    days, dead = np.arange(1.0, 41), np.array(["yes", "no"])[code]
    columns = {"dead": dead, "death": np.where(code == 0, days + 0.3, np.nan), "late": slip, "age": weight}
    assert _nearly(days, name="days", **columns) == ("death", "late")
    # what chance could do among very many columns is none, nor are donors
    assert _nearly(["a", "b"] * 5, copy=np.arange(10) % 2 + generator.normal(0, 0.05, 10)) == ()
    many = {f"v{i}": generator.normal(size=40) for i in range(400)} | {f"w{i}": generator.integers(0, 3, 40) for i in range(400)}
    assert _nearly(["a", "b"] * 20, **many) == ()
    assert _nearly(["a", "a", "b", "b"] * 10, groups=np.repeat(np.arange(20), 2), patient=np.repeat(np.arange(20), 2)) == ()


def test_a_covariate_that_tells_the_outcome_almost_exactly_is_one_only_where_it_is_named() -> None:
    age = np.random.default_rng(0).normal(50, 9, 40).round(1)
    sheet = _sheet(outcome=np.where(age > np.median(age) + 0.01, "old", "young"), age=age, sex=["f", "f", "m", "m"] * 10)
    made = design_cohort(sheet, NAMES, CohortChoices(predict="outcome"))
    assert [each.name for each in made.covariates] == ["sex"]
    assert {note.kind for note in made.notes} & {Note.NEARLY_A_COLUMN, Note.NO_COVARIATES} == {Note.NEARLY_A_COLUMN}
    made = design_cohort(sheet, NAMES, CohortChoices(predict="outcome", covariates=("age",)))
    assert [each.name for each in made.covariates] == ["age"]
    assert Note.NEARLY_A_COLUMN in {note.kind for note in made.notes}


def test_a_sheet_of_very_many_columns_is_read() -> None:
    values = np.random.default_rng(0).choice(["u", "v", "w"], size=(40, 40_000))
    sheet = pd.DataFrame(values, columns=[f"batch {i}" for i in range(40_000)]).assign(outcome=["a", "b"] * 20)
    made = design_cohort(sheet, NAMES, CohortChoices(predict="outcome"))
    assert len(made.covariates) == 20


@pytest.mark.parametrize(
    ("events", "days", "refused"),
    [
        ((1, 0), (90, 90), True),
        ((1, 1), (90, 90), False),
        ((0, 0), (90, 90), False),
        ((1, 0), (90, 60), False),  # samples of two days: the later one is nearer to the end of follow-up
        ((1, None), (90, 90), False),
    ],
)
def test_a_donor_has_an_event_or_has_it_not(events, days, refused) -> None:
    """Two samples of a patient that contradict each other are refused, by the patient's name; all else is taken."""
    obs = pd.DataFrame({"patient": [f"P{i // 2:02}" for i in range(40)], "os_days": [30 + 10 * (i // 2) for i in range(40)]})
    obs["os_event"] = [float(i // 2 % 3 > 0) for i in range(40)]
    obs.loc[[6, 7], "os_event"], obs.loc[[6, 7], "os_days"] = [float("nan") if each is None else each for each in events], days
    choices = CohortChoices(predict="os_days", event="os_event", groups="patient")
    samples = [f"s{i}" for i in range(40)]
    if not refused:
        assert design_cohort(obs, samples, choices).outcome.kind is OutcomeKind.SURVIVAL
        return
    with pytest.raises(
        GeneRAINError, match="^Donor 'P03' has samples with the event and without it at the same time, such as 90:"
    ):
        design_cohort(obs, samples, choices)

"""Outcomes are recognized, asked about or refused."""

import contextlib

import numpy as np
import pytest

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.outcome.recognize import recognize
from generain_core.errors import GeneRAINError
from tests.cohort.simulate import design
from tests.cohort.test_parts import Note, _sheet


def _kind(values: object, **more: object) -> OutcomeKind:
    return recognize(_sheet(outcome=values, **more), "outcome").kind


def test_kinds_of_outcomes_are_recognized() -> None:
    assert _kind(["a", "b"] * 10) is OutcomeKind.TWO_CLASSES
    assert _kind([0, 1] * 10) is OutcomeKind.TWO_CLASSES
    assert _kind([True, False] * 10) is OutcomeKind.TWO_CLASSES
    assert _kind(["a", "b", "c"] * 10) is OutcomeKind.CLASSES
    assert _kind([1, 2, 3, 4] * 10) is OutcomeKind.CLASSES
    assert _kind(np.linspace(0, 1, 30)) is OutcomeKind.NUMBER
    times = _sheet(days=np.arange(1.0, 41), status=["dead", "alive"] * 20)
    assert recognize(times, "days").kind is OutcomeKind.SURVIVAL
    assert recognize(times, "days", event="").kind is OutcomeKind.NUMBER
    assert recognize(times.rename(columns={"days": "weight"}), "weight").kind is OutcomeKind.NUMBER
    seen = recognize(times, "days")
    assert seen.values[:2].tolist() == [[1.0, 1.0], [2.0, 0.0]]


def test_controls_come_first_and_spellings_are_one() -> None:
    outcome = recognize(_sheet(outcome=["Treated", "control", "Control ", "treated", "control", ""] * 4), "outcome")
    assert outcome.classes == ("control", "Treated")
    assert outcome.values[:3].tolist() == [1, 0, 0]
    assert outcome.usable.sum() == 20
    assert Note.SPELLINGS_MERGED in {note.kind for note in outcome.notes}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([""] * 20, "is empty"),
        (["a"] * 20, "constant"),
        ([f"free text {i}" for i in range(200)], "200 values"),
        ([f"2020-01-{1 + i % 28:02d}" for i in range(40)], "dates"),
        (["12/03/2020", "13.03.2020"] * 10, "dates"),
        (["1,234", "5,678"] * 10, "decimal or thousands"),
        (["a"] * 18 + ["b"] * 2, "Too few"),
        ([*map(str, np.linspace(1, 2, 30)), "<0.5", ">90"], "'<0.5' and '>90' are none"),
        ([*(f"{i}%" for i in range(29)), "unclear"], "'unclear'"),
        (["1.891", "950", "1.200"] * 10, "thousands"),
        ([f"2020{1 + i % 12:02d}{1 + i % 28:02d}" for i in range(40)], "dates"),
        ([f"{month}-2020" for month in ("Jan", "Feb", "Mar")] * 10, "dates"),
        (["NA", "b"] * 15, r"cells with 'NA' count as empty"),
        ([1.5, 2.5, 3.5, 4.25], "too few"),
    ],
)
def test_what_cannot_be_predicted_is_said(values, words) -> None:
    with pytest.raises(GeneRAINError, match=words):
        design(values)


def test_numbers_with_commas_are_read_or_asked_about() -> None:
    outcome = recognize(_sheet(outcome=["1,5", "2,25", "3"] * 10), "outcome")
    assert outcome.values[:3].tolist() == [1.5, 2.25, 3.0]
    outcome = recognize(_sheet(outcome=["1,234.5", "2,000", "999"] * 10), "outcome")
    assert outcome.values[:3].tolist() == [1234.5, 2000.0, 999.0]
    with pytest.raises(GeneRAINError, match="no number"):
        recognize(_sheet(outcome=["1", "2", ">90"] * 10), "outcome", kind=OutcomeKind.NUMBER)


def test_events_are_found_or_asked_about() -> None:
    sheet = _sheet(os_time=np.arange(1.0, 41), dead=[1, 0] * 20, relapse=[0, 1] * 20)
    with pytest.raises(GeneRAINError, match="which column tells"):
        recognize(sheet, "os_time")
    assert recognize(sheet, "os_time", event="relapse").values[0, 1] == 0
    censored = _sheet(days=np.arange(1.0, 41), censored=[1, 0] * 20)
    with pytest.raises(GeneRAINError, match="1 is the event"):
        recognize(censored, "days", kind=OutcomeKind.SURVIVAL)
    with pytest.raises(GeneRAINError, match="below 0"):
        recognize(_sheet(days=np.arange(-1.0, 39), event=[1, 0] * 20), "days")
    with pytest.raises(GeneRAINError, match="seen in 2 samples"):
        recognize(_sheet(days=np.arange(40.0), event=[1, 1, *[0] * 38]), "days")


def test_what_is_not_known_is_no_class_and_no_donor() -> None:
    for unknown in ("NA", "n/a", "NaN", "Unknown", ""):
        made = design(["a", "b", "a", "b", unknown] * 8, groups=[f"P{i}" for i in range(39)] + [unknown])
        assert (made.outcome.classes, len(made.rows)) == (("a", "b"), 32)
        assert Note.WITHOUT_OUTCOME in {note.kind for note in made.notes}
        assert recognize(_sheet(outcome=["1.5", "2.5", "4", unknown] * 10), "outcome").usable.sum() == 30
    assert recognize(_sheet(outcome=["none", "drug"] * 10), "outcome").classes == ("none", "drug")


def test_words_for_nothing_are_no_class_unless_they_must_be() -> None:
    assert recognize(_sheet(outcome=["+", "-"] * 10), "outcome").classes == ("-", "+")
    assert recognize(_sheet(outcome=["WT", "NULL"] * 10), "outcome").classes == ("WT", "NULL")
    made = design(["a", "b", "NULL", "pending"] * 10)
    assert made.outcome.classes == ("a", "b")
    facts = next(note.facts for note in made.notes if note.kind is Note.WITHOUT_OUTCOME)
    assert (facts["samples"], facts["words"]) == (20, ("NULL", "pending"))


def test_units_and_points_of_thousands_are_read_and_said() -> None:
    for values in (["1.5 mg/dl", "2 mg/dl", "3.25 mg/dl"], ["1.5%", "2%", "3.25%"], ["1,5 mg", "2,0 mg", "3,25 mg"]):
        outcome = recognize(_sheet(outcome=values * 10), "outcome")
        assert outcome.values[:3].tolist() == [1.5, 2.0, 3.25]
        assert Note.UNIT in {note.kind for note in outcome.notes}
    outcome = recognize(_sheet(outcome=["1.090,5", "950", "2.000,25"] * 10), "outcome")
    assert outcome.values[:3].tolist() == [1090.5, 950.0, 2000.25]
    assert recognize(_sheet(outcome=["1.234", "0.5", "2.75"] * 10), "outcome").values[0] == 1.234


def test_numbers_that_may_be_none_are_warned_of() -> None:
    for value, kind in ((-999, Note.STAND_IN), (9999, Note.STAND_IN)):
        outcome = recognize(_sheet(outcome=[value, *np.linspace(0, 10, 39).round(2)]), "outcome")
        assert kind in {note.kind for note in outcome.notes}
    assert Note.LOOKS_LIKE_DATES in {n.kind for n in recognize(_sheet(outcome=43831 + 9 * np.arange(40)), "outcome").notes}
    ages = recognize(_sheet(outcome=[99, *range(50, 89)]), "outcome")
    assert Note.STAND_IN not in {note.kind for note in ages.notes}


@pytest.mark.parametrize(
    "words", [("0:LIVING", "1:DECEASED"), ("1", "2"), (1, 2), ("Alive", "Dead"), ("0:DiseaseFree", "1:Recurred")]
)
def test_usual_codes_of_events_are_read(words) -> None:
    outcome = recognize(_sheet(days=np.arange(1.0, 41), status=list(words) * 20), "days")
    assert outcome.values[:2, 1].tolist() == [0.0, 1.0]
    assert (Note.EVENT_CODED in {note.kind for note in outcome.notes}) == (words[0] in ("1", 1))


def test_a_name_that_is_no_column_gets_the_nearest() -> None:
    with pytest.raises(GeneRAINError, match="nearest are response"):
        recognize(_sheet(response=["a", "b"] * 10), "respnse")


def test_the_value_that_is_the_event_can_be_named() -> None:
    sheet = _sheet(days=np.arange(1.0, 41), status=["relapse", "alive", "dead", ""] * 10, censored=[1, 0] * 20)
    with pytest.raises(GeneRAINError, match="several events .'dead' and 'relapse'.; name its value"):
        recognize(sheet, "days", event="status")
    with pytest.raises(GeneRAINError, match="'lost'; name its value where the event was seen"):
        recognize(sheet.replace("relapse", "lost"), "days", event="status")
    outcome = recognize(sheet, "days", event_value="Relapse", event="status")
    assert outcome.values[:3, 1].tolist() == [1.0, 0.0, 0.0]
    assert (outcome.usable.sum(), outcome.event_words) == (30, ("relapse",))
    (note,) = [note for note in outcome.notes if note.kind is Note.EVENT_BESIDE_OTHERS]
    assert note.facts["others"] == ("alive", "dead")
    outcome = recognize(sheet, "days", event="censored", event_value="0")
    assert outcome.values[:2, 1].tolist() == [0.0, 1.0]
    assert Note.EVENT_BESIDE_OTHERS not in {note.kind for note in outcome.notes}
    coded = _sheet(weight=np.arange(1.0, 41), status=["1", "2"] * 20, label=["0:LIVING", "1:DECEASED"] * 20)
    assert recognize(coded, "weight", event="status", event_value="1").values[:2, 1].tolist() == [1.0, 0.0]
    for value in ("1", "1:deceased"):
        assert recognize(coded, "weight", event="label", event_value=value).values[:2, 1].tolist() == [0.0, 1.0]
    assert recognize(coded, "weight", event_value="2").event == "status"
    with pytest.raises(GeneRAINError, match="No sample has 'dead' in 'label', which has '0:LIVING' and '1:DECEASED'"):
        recognize(coded, "weight", event="label", event_value="dead")
    for words in ({"event": ""}, {"kind": OutcomeKind.NUMBER}):
        with pytest.raises(GeneRAINError, match="no time until one"):
            recognize(coded, "weight", event_value="2", **words)


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("progression_free", ["yes", "no"]),
        ("relapse_free", [1, 0]),
        ("event_free", ["true", "false"]),
        ("alive", ["yes", "no"]),
        ("survived", [1, 0]),
        ("no_relapse", ["y", "n"]),
        ("nonevent", ["yes", "no"]),
        ("in_progress", ["yes", "no"]),
        ("undead", [1, 0]),
    ],
)
def test_an_event_that_may_be_the_other_way_round_is_asked_about(event, values) -> None:
    sheet = _sheet(pfs_days=np.arange(1.0, 41), **{event: values * 20})
    with pytest.raises(GeneRAINError, match="name its value where the event was seen|which column tells") as problem:
        recognize(sheet, "pfs_days", event=event)
    assert "--event-value" in str(problem.value)
    if event not in ("alive", "survived"):
        with pytest.raises(GeneRAINError, match="name its value"):
            recognize(sheet, "pfs_days")
    assert recognize(sheet, "pfs_days", event=event, event_value=str(values[1])).values[:2, 1].tolist() == [0.0, 1.0]


def test_the_word_behind_a_code_counts_more_than_the_code() -> None:
    for words in (("0:Dead", "1:Alive"), ("1:Dead", "2:Alive"), ("0:DECEASED", "1:LIVING")):
        outcome = recognize(_sheet(os_days=np.arange(1.0, 41), os_status=list(words) * 20), "os_days")
        assert outcome.values[:2, 1].tolist() == [1.0, 0.0]


def test_a_time_whose_event_can_not_be_read_is_asked_about() -> None:
    for values in ([0, 1, 2, 0], [1, 1, 1, 1], ["a", "b", "a", "b"]):
        with pytest.raises(GeneRAINError, match="which column tells"):
            recognize(_sheet(os_days=np.arange(1.0, 41), event=values * 10), "os_days")
    assert recognize(_sheet(os_days=np.arange(1.0, 41), event=["T", "F"] * 20), "os_days").values[0, 1] == 1
    alone = recognize(_sheet(os_months=np.arange(0.5, 40), smoking_status=["yes", "no"] * 20), "os_months")
    assert alone.kind is OutcomeKind.NUMBER
    assert Note.TIME_WITHOUT_EVENT in {note.kind for note in alone.notes}


@pytest.mark.parametrize(
    ("column", "values", "event", "kind"),
    [
        ("age_years", np.arange(30.5, 70), "smoking_status", OutcomeKind.NUMBER),
        ("pack_years", np.arange(30.5, 70), "vital_status", OutcomeKind.NUMBER),
        ("days_in_culture", np.arange(30.5, 70), "infection_status", OutcomeKind.NUMBER),
        ("survey_score", np.arange(30.5, 70), "death", OutcomeKind.NUMBER),
        ("year", np.arange(1980.5, 2020), "death", OutcomeKind.NUMBER),
        ("ventilator_free_days", np.arange(30.5, 70), "death", OutcomeKind.NUMBER),
        ("survival_5y", [0, 1] * 20, "vital_status", OutcomeKind.TWO_CLASSES),
        ("time", [0, 6, 24, 48] * 10, "event", OutcomeKind.CLASSES),
        ("days", np.arange(30.5, 70), "patient_status", OutcomeKind.SURVIVAL),
        ("OS.time", np.arange(30.5, 70), "OS", OutcomeKind.SURVIVAL),
        ("time", np.arange(30.5, 70), "status", OutcomeKind.SURVIVAL),
    ],
)
def test_only_a_time_beside_an_event_is_survival(column, values, event, kind) -> None:
    assert recognize(_sheet(**{column: values, event: ["yes", "no"] * 20}), column).kind is kind


def test_times_of_the_dead_alone_are_refused() -> None:
    days = np.where(np.arange(40) % 2, np.nan, np.arange(40.0))
    with pytest.raises(GeneRAINError, match="20 who had none by 'vital_status' have no time"):
        recognize(_sheet(days_to_death=days, vital_status=["dead", "alive"] * 20), "days_to_death")


def test_powers_of_ten_are_no_units_and_fractions_no_numbers() -> None:
    outcome = recognize(_sheet(outcome=[f"{x:.1e}" for x in np.linspace(28, 70, 40)]), "outcome")
    assert (outcome.values[0], outcome.values[-1]) == (28, 70)
    assert Note.UNIT not in {note.kind for note in outcome.notes}
    for values, words in (
        ([f"{i}/10" for i in range(1, 41)], "free text|identifier"),
        (["5 months", "40 days", "3.5 months", "12.5 days"] * 10, "months"),
        ([f"{i} months" if i % 2 else f"{i} days" for i in range(40)], "in several ways"),
    ):
        with pytest.raises(GeneRAINError, match=words) if words != "months" else contextlib.nullcontext():
            recognize(_sheet(outcome=values), "outcome")
    with pytest.raises(GeneRAINError, match="too many for classes"):
        recognize(_sheet(outcome=np.linspace(0, 1, 40)), "outcome", kind=OutcomeKind.CLASSES)


def test_codes_that_stand_for_nothing_are_warned_of() -> None:
    for values in ([0, 1, 9, 1], ["0", "1", "-9", "0"], [1, 2, 99, 1]):
        outcome = recognize(_sheet(outcome=values * 10), "outcome")
        assert Note.STAND_IN in {note.kind for note in outcome.notes}
    outcome = recognize(_sheet(outcome=[-1, *np.arange(39)]), "outcome")
    assert Note.STAND_IN in {note.kind for note in outcome.notes}
    assert Note.STAND_IN not in {note.kind for note in recognize(_sheet(outcome=[7, 8, 9] * 10), "outcome").notes}

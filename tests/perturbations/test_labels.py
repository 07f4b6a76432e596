"""Labels cleaned in the open, and what a design refuses."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import make_design, numbers_taken_off
from generain_core.perturbations.design.labels import as_text, clean_labels, suggest_control
from generain_core.wording.perturbations import note_sentence, note_sentences

GENES = {"TP53": "TP53", "ZAP70": "ZAP70", "NFKB1": "NFKB1", "NKX2-1": "NKX2-1", "HLA-A": "HLA-A", "P53": "TP53"}


class Names:
    def resolve_many(self, names: Sequence[str]) -> pd.DataFrame:
        rows = []
        for name in names:
            gene = GENES.get(name.upper())
            status = "unknown" if gene is None else "symbol" if gene == name.upper() else "alias"
            rows.append((name, status, gene))
        return pd.DataFrame(rows, columns=["input", "status", "gene"], dtype=object)


@pytest.mark.parametrize(
    ("written", "label", "target"),
    [
        ("TP53", "TP53", "TP53"),
        ("sgTP53-1", "TP53", "TP53"),
        ("TP53_2", "TP53", "TP53"),
        ("TP53sg3", "TP53", "TP53"),
        ("TP53_sg1", "TP53", "TP53"),
        ("gRNA_TP53_11", "TP53", "TP53"),
        ("TP53_rep2", "TP53", "TP53"),
        ("TP53.1", "TP53", "TP53"),
        ("tp53", "TP53", "TP53"),
        ("NKX2-1", "NKX2-1", "NKX2-1"),
        ("sgNKX2-1_2", "NKX2-1", "NKX2-1"),
        ("HLA-A_1", "HLA-A", "HLA-A"),
        ("NFKB1_1", "NFKB1", "NFKB1"),
        ("P53_1", "TP53", "TP53"),
        ("siTP53-2", "siTP53", "TP53"),
        ("TP53 KO", "TP53 KO", "TP53"),
        ("control_1", "control", ""),
        ("CONTROL", "control", ""),
        ("dex_1", "dex_1", ""),
        ("10", "10", ""),
        ("treated", "treated", ""),
        ("UNKNOWN7_1", "UNKNOWN7_1", ""),
    ],
)
def test_a_label_is_taken_for_what_it_means(written, label, target) -> None:
    row = clean_labels([written], "control", Names()).iloc[0]
    assert (row["label"], row["target"]) == (label, target)
    assert bool(row["why"]) or written in (label, "tp53")


def test_writings_that_differ_in_capitals_and_blanks_are_one_label() -> None:
    texts = as_text(pd.Series(["drug A", " Drug  a", "drug A", "DRUG_A", None, np.nan, " ", 10.0, 2.5]))
    assert texts == ["drug A", "Drug a", "drug A", "DRUG_A", "", "", "", "10", "2.5"]
    table = clean_labels(texts, "ctrl", Names())
    assert set(table.loc[table["as_written"].str.lower().str.startswith("drug"), "label"]) == {"drug A"}
    assert table["samples"].sum() == 6


def test_words_that_were_typed_are_labels() -> None:
    words = ["null", "None", "NA", "nan", "wt", "NULL"]
    assert as_text(pd.Series(words)) == words
    table = clean_labels(words, "wt", Names())
    assert dict(zip(table["as_written"], table["label"], strict=True)) == dict(zip(words, [*words[:5], "null"], strict=True))
    assert suggest_control(["None", "None", "drug"]) == "None"


def test_doses_below_one_are_no_guides_of_the_control_and_equal_numbers_are_one_label() -> None:
    doses = as_text(pd.Series([0.0, 0, 0.1, 0.25, 0.5, 1, 10]))
    assert clean_labels(doses, "0", Names())["label"].tolist() == ["0", "0.1", "0.25", "0.5", "1", "10"]
    written = clean_labels(["0", "0", "0.0", "0.50", "0.5", "0.5", "10", "100", "007", "7"], "0", Names())
    assert dict(zip(written["as_written"], written["label"], strict=True)) == {
        "0": "0",
        "0.0": "0",
        "0.50": "0.5",
        "0.5": "0.5",
        "10": "10",
        "100": "100",
        "007": "007",
        "7": "7",
    }
    assert written.set_index("as_written").loc["0.50", "why"] == "as 0.5, the same number"


def test_numbers_are_written_with_all_their_digits() -> None:
    assert as_text(pd.Series([1234567.0, 1234568.0, float("nan"), 0.12345678, 1e-7])) == [
        "1234567",
        "1234568",
        "",
        "0.12345678",
        "0.0000001",
    ]
    assert as_text(pd.Series([0.1, 16777217.0], dtype=np.float32)) == ["0.1", "16777216"]
    assert as_text(pd.Series([2.5, float("inf"), True], dtype=object)) == ["2.5", "inf", "True"]


def test_none_is_a_label_and_may_be_the_control() -> None:
    texts = as_text(pd.Series(["none", "None", None, "infected", float("nan")], dtype=object))
    assert texts == ["none", "None", "", "infected", ""]
    assert suggest_control(texts) == "none"


def test_guides_can_be_kept() -> None:
    table = clean_labels(["ZAP70_1", "ZAP70_2"], "control", Names(), merge_guides=False)
    assert table["label"].tolist() == ["ZAP70_1", "ZAP70_2"]
    assert table["target"].tolist() == ["ZAP70", "ZAP70"]


def test_without_a_resolver_nothing_is_guessed() -> None:
    assert clean_labels(["ZAP70_1"], "control", None)["label"].tolist() == ["ZAP70_1"]


def test_a_control_is_suggested_by_its_usual_names() -> None:
    assert suggest_control(["A", "DMSO", "DMSO", "ctrl"]) == "DMSO"
    assert suggest_control(["A", "non-targeting_1"]) == "non-targeting_1"
    assert suggest_control(["WNT5A", "GFPT1"]) is None


def obs(what: Sequence[object], **columns: Sequence[object]) -> pd.DataFrame:
    return pd.DataFrame({"what": what, **columns}, index=[f"s{i}" for i in range(len(what))])


def test_a_design_holds_labels_targets_strata_and_notes() -> None:
    table = obs(["ctrl", "Ctrl ", "sgTP53-1", "TP53_2", None, "x"], batch=["a", "b", "a", "b", "a", ""])
    made = make_design(table, "what", "CTRL", strata=["batch"], resolver=Names())
    assert made.labels.tolist() == ["CTRL", "CTRL", "TP53", "TP53", "", "x"]
    assert made.perturbations == ("TP53", "x")
    assert made.targets == {"TP53": "TP53"}
    assert made.strata.tolist() == [0, 1, 0, 1, 0, -1]
    assert "sgTP53-1 and TP53_2 → TP53." in note_sentences(made.notes)
    assert any("1 sample without a value in what" in note for note in note_sentences(made.notes))
    assert made.take(np.array([1, 0, 1, 0, 0, 0], dtype=bool)).samples == ("s0", "s2")


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (obs(["a", "b"]), {"control": "ctrl"}, "has no value 'ctrl'; its values are a and b"),
        (obs(["DMSO", "b"]), {"control": "ctrl"}, "its values are DMSO"),
        (obs(["ctrl", "ctrl"]), {}, "All samples that have a value"),
        (obs(["ctrl", "a"], batch=["x", "y"]), {"strata": ["batch"]}, "No value of batch has both"),
        (obs(["ctrl", "a"], donor=["x", "y"]), {"pair": "donor"}, "No value of donor has both"),
        (obs(["ctrl", "a"]), {"strata": ["none"]}, "no sample column 'none'"),
        (obs([None, ""]), {}, "its values are none"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(table, options, said) -> None:
    with pytest.raises(GeneRAINError, match=said):
        make_design(table, "what", **({"control": "ctrl"} | options))


def test_a_second_control_is_pointed_out() -> None:
    made = make_design(obs(["ctrl", "DMSO", "a"]), "what", "ctrl")
    assert any("DMSO may be controls too" in note for note in note_sentences(made.notes))


def test_a_time_taken_off_the_control_is_said_and_can_be_left() -> None:
    table = obs(["mock", "mock 24", "mock 48", "flu 24", "flu 48", "Flu 48"])
    merged = make_design(table, "what", "mock", resolver=Names())
    assert merged.is_control.sum() == 3
    assert note_sentence(merged.notes[0]) == (
        "mock 24 and mock 48 were taken for the control mock, the number taken off. If it is a time or a dose, leave them as "
        "written."
    )
    apart = make_design(table, "what", "mock", resolver=Names(), as_written=["mock 24", "mock 48", "Flu 48"])
    assert apart.is_control.sum() == 1
    assert apart.perturbations == ("mock 24", "mock 48", "flu 24", "flu 48", "Flu 48")
    assert apart.cleaned.set_index("as_written").loc["mock 24", "why"] == "left as written"
    assert not numbers_taken_off(apart)
    same = make_design(obs(["DMSO", "DMSO", "a"]), "what", "dmso", as_written=["DMSO"])
    assert same.is_control.tolist() == [True, True, False]
    guides = obs(["mock", "sgTP53-1", "TP53_2", "tp53"])
    assert make_design(guides, "what", "mock", resolver=Names()).perturbations == ("TP53",)
    kept = make_design(guides, "what", "mock", resolver=Names(), as_written=["TP53_2"])
    assert kept.perturbations == ("TP53", "TP53_2")
    assert kept.targets == {"TP53": "TP53", "TP53_2": "TP53"}

"""Labels as public screens write them: read rightly, or not recognized, so that a question is asked; never read wrongly."""

import itertools

import pandas as pd
import pytest

from generain_core.perturbations.design.label_preview import preview_labels
from generain_core.perturbations.design.label_reading import read_labels
from generain_core.perturbations.design.label_recognition import recognize_labels
from generain_core.perturbations.design.label_split import words_of
from generain_core.perturbations.design.label_words import Role
from generain_core.wording.labels import preview_sentences
from tests.perturbations.test_label_patterns import ENSEMBL, GENES, Names

DRUGS = ["Belinostat", "Trametinib", "Vorinostat", "JQ1", "Nutlin-3a"]
PAIRS = list(itertools.pairwise(GENES))
GUIDES = [(gene, i) for gene in GENES for i in (1, 2)]


def each(form: str) -> list[str]:
    return [form.format(g=gene, i=i) for gene, i in GUIDES]


FORMS: dict[str, tuple[list[str], str, str, int]] = {
    "Replogle, two guides": (
        [f"{g}_-_5{i}7154.23-P1P2|{g}_+_5{i}7153.23-P1P2" for i, g in enumerate(GENES)]
        + [f"non-targeting_{i:05d}|non-targeting_{i + 7:05d}" for i in range(9)],
        "TP53",
        "non-targeting",
        9,
    ),
    "CRISPRi library": (
        [f"{g}_{s}_5{i}715438.23-P1P2" for i, g in enumerate(GENES) for s in "+-"] + ["non-targeting_00001"],
        "TP53",
        "non-targeting",
        1,
    ),
    "Norman, guides": (
        [f"{g}_NegCtrl0__{g}_NegCtrl0" for g in GENES]
        + [f"{a}_{b}__{a}_{b}" for a, b in PAIRS]
        + [f"NegCtrl{i}_NegCtrl0__NegCtrl{i}_NegCtrl0" for i in (0, 10, 11)],
        "TP53",
        "NegCtrl",
        3,
    ),
    "Norman, ones and twos": ([f"{a}_{b}" for a, b in PAIRS] + GENES + ["control"], "KRAS+TP53", "control", 1),
    "Adamson": ([f"{g}_pDS{i}" for i, g in enumerate(GENES)] + ["3x_neg_ctrl_pMJ144-1"], "TP53", "3x_neg_ctrl", 1),
    "Dixit": ([f"p_sg{g}_{i}" for g, i in GUIDES] + ["p_INTERGENIC393453", "p_INTERGENIC393454"], "TP53", "INTERGENIC", 2),
    "Datlinger": ([*each("Tcrlibrary_{g}_{i}"), "CTRL00698", "CTRL00699"], "TP53", "CTRL", 2),
    "Papalexi": ([*each("{g}g{i}"), "NTg1", "NTg5"], "TP53", "NT", 2),
    "Frangieh": ([*each("{g}_{i}"), "NO_SITE_1", "NO_SITE_7"], "TP53", "NO_SITE", 2),
    "Schmidt": ([*each("{g}-{i}"), "NO-TARGET-4"], "TP53", "NO-TARGET", 1),
    "Shifrut": ([*each("ES.sg{i}.{g}"), "ES.sg25.CTRL"], "TP53", "CTRL", 1),
    "McFarland, guides": ([*each("sg{g}-{i}"), "sgLACZ"], "TP53", "LACZ", 1),
    "McFarland": ([f"{d}_{t}hr" for d in DRUGS for t in (6, 24)] + ["DMSO_6hr", "DMSO_24hr"], "Belinostat", "DMSO", 2),
    "sci-Plex": (
        [f"{c}_{d}_{x}" for c in ("A549", "K562") for d in DRUGS for x in ("0.001", "0.1", "1.0")]
        + ["A549_control_1.0", "K562_control_1.0"],
        "Belinostat 0.001",
        "control",
        2,
    ),
    "sci-Plex, names": ([f"{d} {x} nM" for d in DRUGS for x in (10, 1000)] + ["Vehicle 0 nM"], "Belinostat 0.01µM", "Vehicle", 1),
    "Tahoe": (
        [f"[('{d}', {x}, 'uM')]" for d in DRUGS for x in (0.05, 5.0)] + ["[('DMSO_TF', 0.0, 'uM')]"],
        "Belinostat 0.05µM",
        "DMSO_TF",
        1,
    ),
    "L1000": (
        [f"CPC005_{c}_6H:BRD-A8528{i}935-003-01-7:{x}" for c in ("A375", "MCF7") for i in range(5) for x in ("10", "0.37")]
        + [f"CPC005_{c}_6H:DMSO:-666" for c in ("A375", "MCF7")],
        "BRD-A85280935-003-01-7 10",
        "DMSO",
        2,
    ),
    "L1000, guides": ([f"XPR001_A375.311_96H:{g}:-666" for g in GENES] + ["XPR001_A375.311_96H:LACZ:-666"], "TP53", "LACZ", 1),
    "overexpression": ([*each("{g}_OE_{i}"), "EV_1", "EV_2"], "TP53", "EV", 2),
    "knock-out with dashes": ([*each("{g}-KO-{i}"), "WT-1"], "TP53", "WT", 1),
    "parental": ([*each("{g}_KO_{i}"), "Parental_1"], "TP53", "Parental", 1),
    "place in the genome": ([*each("pool1_{g}_sg{i}"), "pool1_AAVS1_sg1", "pool2_AAVS1_sg2"], "TP53", "AAVS1", 2),
    "cell lines": ([*each("K562_{g}_sg{i}"), *each("RPE1_{g}_sg{i}"), "K562_NTC_sg1", "RPE1_NTC_sg1"], "TP53", "NTC", 2),
    "IDs alone": ([*ENSEMBL, "control"], "TP53", "control", 1),
    "IDs with guides": ([f"{e}_g{i}" for e in ENSEMBL for i in (1, 2)] + ["control_g1"], "TP53", "control", 1),
    "antisense oligos": ([*each("ASO_{g}_0{i}"), "ASO_NC_A"], "TP53", "NC_A", 1),
    "barcodes": ([f"{g}_ACGTACGTAC{c}" for g, c in zip(GENES, "ACGT" * 3, strict=True)] + ["NTC_ACGTACGTACG"], "TP53", "NTC", 1),
    "two groups": ([f"KD_{i}" for i in range(4)] + [f"Ctrl_{i}" for i in range(4)], "KD", "Ctrl", 4),
    "twos beside numbered controls": ([f"{a}_{b}" for a, b in PAIRS] + [f"ctrl_{i}" for i in range(8)], "KRAS+TP53", "ctrl", 8),
    "ones and twos beside numbered controls": (
        [f"{a}_{b}" for a, b in PAIRS] + GENES + [f"non-targeting_{i}" for i in range(8)],
        "KRAS+TP53",
        "non-targeting",
        8,
    ),
    "control before the target, numbered alone": (
        [f"ctrl_{g}" for g in GENES] + [f"ctrl_{i}" for i in range(7)],
        "TP53",
        "ctrl",
        7,
    ),
    "names made unique": ([f"{g}+ctrl" for g in GENES] + ["ctrl", "ctrl.1", "ctrl+ctrl.2"], "TP53", "ctrl", 3),
    "names made R's": ([*each("{g}_{i}"), "Non.Targeting_1", "Non.Targeting_2"], "TP53", "Non.Targeting", 2),
    "sg before a hyphened control": ([*each("sg{g}-{i}"), "sgNon-Targeting-1"], "TP53", "Non-Targeting", 1),
    "one control in four spellings": (
        [f"{g}_KD" for g in GENES] + ["Scramble_1", "SCRAMBLE_2", "scrambled_3", "Scr4"],
        "TP53",
        "Scramble",
        4,
    ),
    "guides behind #": ([*each("sh{g}#{i}"), "shLuc#1", "shLuc#2"], "TP53", "Luc", 2),
    "one control twice": ([*GENES, *(f"NegCtrl{i}_NegCtrl0" for i in range(8))], "TP53", "NegCtrl", 8),
    "a unit with a blank": (
        [f"{d} {x} µM" for d in DRUGS for x in (0.1, 10)] + [f"untreated {i}" for i in range(6)],
        "Belinostat 0.1µM",
        "untreated",
        6,
    ),
    "controls with a time and a number": (
        [f"{g}_{x}ng/ml_{t}min" for g in ("JUN", "EGFR") for x in (1, 10) for t in (30, 60)]
        + [f"vehicle_{t}min_{i}" for i in range(3) for t in (30, 60)],
        "JUN 1ng/ml",
        "vehicle",
        6,
    ),
    "ligands": (
        [f"{g}_{x}ng/ml_{t}h" for g in ("JUN", "EGFR", "MYC") for x in (1, 10) for t in (4, 24)] + ["untreated_4h"],
        "JUN 1ng/ml",
        "untreated",
        1,
    ),
}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_labels_of_public_screens_are_read_rightly(form) -> None:
    labels, first, control, controls = FORMS[form]
    pattern = recognize_labels(labels, Names())
    assert pattern is not None
    reading = read_labels(labels, pattern, Names())
    counts = preview_labels(reading)
    assert (reading.table["perturbation"].iloc[0], pattern.control) == (first, control)
    assert (counts.fit, counts.controls) == (len(labels), controls)


def test_the_number_behind_a_guide_is_kept_where_the_whole_would_be_found_too() -> None:
    class Lenient(Names):
        def resolve_many(self, names, /):
            return super().resolve_many([name.removesuffix("-1").removesuffix("-2") for name in names]).assign(input=list(names))

    labels = [*each("sg{g}-{i}"), "sgNTC-1"]
    pattern = recognize_labels(labels, Lenient())
    assert pattern is not None
    assert set(read_labels(labels, pattern, Lenient()).table["guide"]) >= {"1", "2"}


def test_another_usual_name_of_controls_is_said_to_be_a_condition() -> None:
    labels = [*each("sh{g}_{i}"), "shLuc_1", "shLuc_2", "shGFP_1"]
    pattern = recognize_labels(labels, Names())
    assert pattern is not None
    reading = read_labels(labels, pattern, Names())
    counts = preview_labels(reading)
    assert counts.other_controls == ("GFP",)
    assert any("Controls are often called GFP too" in sentence for sentence in preview_sentences(counts, reading))


@pytest.mark.parametrize(
    "labels",
    [
        [f"ACH-{i:06d}" for i in range(40)],
        [f"LJP005_A375_24H_X1_B17:{row}{i:02d}" for row in "ABC" for i in range(3, 9)],
        [f"S{1085 + i}_{dose}" for i in range(12) for dose in (10, 100)],
    ],
    ids=["DepMap", "L1000 wells", "catalog numbers"],
)
def test_labels_that_name_nothing_are_asked_about(labels) -> None:
    assert recognize_labels(labels, Names()) is None


def test_digits_of_a_name_that_is_no_gene_are_no_guide() -> None:
    labels = ["Trp53_1", "Trp53_2", "KRAS_1", "MYC_1", "EGFR_1", "JUN_2", "NTC_1"]
    pattern = recognize_labels(labels, Names())
    assert pattern is not None
    assert preview_labels(read_labels(labels, pattern, Names())).without_gene == ("Trp53",)


def test_donors_are_no_days() -> None:
    labels = [f"D{d}_{g}_{i}" for d in (1, 2) for g, i in GUIDES] + ["D1_NTC_1", "D2_NTC_1"]
    pattern = recognize_labels(labels, Names())
    assert pattern is not None
    assert pattern.fields == (Role.OTHER, Role.TARGET, Role.GUIDE)
    days = [f"D{d}_{g}_{i}" for d in (0, 3, 7) for g, i in GUIDES] + ["D0_NTC_1"]
    pattern = recognize_labels(days, Names())
    assert pattern is not None
    assert pattern.fields[0] is Role.TIME


def test_a_field_that_splits_controls_too_is_said_and_kept_as_a_column() -> None:
    labels = FORMS["sci-Plex"][0]
    pattern = recognize_labels(labels, Names())
    assert pattern is not None
    reading = read_labels(labels, pattern, Names())
    assert set(reading.table["other"]) == {"A549", "K562"}
    assert preview_labels(reading).groups == {"other": ("A549", "K562")}
    assert "other differs among controls too (A549 and K562)" in " ".join(preview_sentences(preview_labels(reading), reading))


def test_names_that_hold_the_separator_stay_whole() -> None:
    assert words_of("ONE_NON-GENE_SITE_12", "_") == ["ONE_NON-GENE_SITE", "12"]
    assert words_of("HLA-A-2", "-") == ["HLA-A", "2"]
    assert words_of("sgNKX2-1-3", "-") == ["sgNKX2-1", "3"]
    assert words_of("JQ1 10 nM 24 h", " ") == ["JQ1", "10nM", "24h"]
    assert words_of("TP53_2", "") == ["TP53_2"]


@pytest.mark.parametrize("known", [0, 8, 40])
def test_targets_beside_ensembl_ids_are_told_whatever_the_release_models(known) -> None:
    """The published screen, read on a release that models none, few or all of its targets."""
    symbols = [f"QXZ{chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(40)]
    labels = [f"{100 + i}_{symbol}_P1P2_ENSG{i + 1:011d}" for i, symbol in enumerate(symbols)]
    labels += [f"{900 + i}_non-targeting_non-targeting_non-targeting" for i in range(8)]

    class Some:
        def resolve_many(self, names):
            genes = [name if name in symbols[:known] else None for name in names]
            return pd.DataFrame({"gene": genes, "status": ["symbol" if gene else "unknown" for gene in genes]})

    pattern = recognize_labels(labels, None if known == 0 else Some())
    assert pattern is not None
    assert [str(role) for role in pattern.fields] == ["number", "target", "transcript", "ensembl"]
    reading = read_labels(labels, pattern, None)
    assert reading.table["perturbation"].tolist()[:40] == symbols
    assert set(reading.table["perturbation"][40:]) == {"non-targeting"}

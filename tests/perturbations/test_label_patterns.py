"""Labels that hold several things: each form of the field is recognized, read, counted, and corrected."""

import itertools

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.label_pattern import LabelPattern
from generain_core.perturbations.design.label_preview import pattern_of, preview_labels, recognized, with_labels
from generain_core.perturbations.design.label_reading import read_labels
from generain_core.perturbations.design.label_recognition import recognize_labels
from generain_core.perturbations.design.label_words import Role, dose_of, hours_of
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.wording.labels import preview_sentences

GENES = ["TP53", "KRAS", "MYC", "AAAS", "HLA-A", "NF1", "BRCA1", "EGFR", "STAT3", "JUN", "FOS", "SP1"]
ENSEMBL = {f"ENSG{i:011d}": gene for i, gene in enumerate(GENES)}


class Names:
    """Knows a few genes, an alias, and Ensembl IDs."""

    def resolve_many(self, names, /):
        known = {g: (g, "symbol") for g in GENES} | {i: (g, "ensembl") for i, g in ENSEMBL.items()} | {"SI": ("GCNT1", "alias")}
        rows = [known.get(name, (None, "unknown")) for name in names]
        return pd.DataFrame({"input": names, "gene": [g for g, _ in rows], "status": [s for _, s in rows]}, dtype=object)


def samples(names) -> Expression:
    obs = pd.DataFrame(index=pd.Index(names, dtype=object))
    return Expression(
        values=np.ones((len(names), 3)),
        samples=tuple(names),
        identifiers=("TP53", "KRAS", "MYC"),
        obs=obs,
        source="x.csv",
        sha256="0",
        value_kind=next(iter(ValueKind)),
        notes=(),
    )


FORMS = {
    "published": (
        [f"{i}_{g}_P1P2_ENSG{i:011d}" for i, g in enumerate(GENES)]
        + [f"{900 + i}_non-targeting_non-targeting_non-targeting" for i in range(4)],
        ("3_AAAS_P1P2_ENSG00000000003", "AAAS", {"target": "AAAS", "transcript": "P1P2", "number": "3"}),
        "non-targeting",
        4,
    ),
    "marks": (
        [f"sg{g}-{i}" for g in GENES for i in (1, 2)] + [f"sgNTC-{i}" for i in range(5)],
        ("sgHLA-A-2", "HLA-A", {"target": "HLA-A", "guide": "2"}),
        "NTC",
        5,
    ),
    "guides": (
        [f"{g}_g{i}" for g in GENES for i in (1, 2)] + ["non-targeting_g1", "non-targeting_g2"],
        ("TP53_g2", "TP53", {"guide": "2"}),
        "non-targeting",
        2,
    ),
    "numbered": (
        [f"{g}_{i}" for g in GENES for i in (1, 2)] + [f"non-targeting_{i:05d}" for i in range(9)],
        ("TP53_2", "TP53", {"guide": "2"}),
        "non-targeting",
        9,
    ),
    "with control": (
        [f"{g}+ctrl" for g in GENES] + ["ctrl", "TP53+MYC"],
        ("TP53+MYC", "MYC+TP53", {"target": "MYC+TP53"}),
        "ctrl",
        1,
    ),
    "after control": ([f"ctrl_{g}" for g in GENES] + ["ctrl", "MYC_TP53"], ("ctrl_TP53", "TP53", {"target": "TP53"}), "ctrl", 1),
    "pairs _": (
        [f"{a}_{b}" for a, b in itertools.pairwise(GENES)] + ["ctrl"],
        ("TP53_KRAS", "KRAS+TP53", {}),
        "ctrl",
        1,
    ),
    "pairs +": (
        [f"{a}+{b}" for a, b in itertools.pairwise(GENES)] + ["ctrl"],
        ("TP53+KRAS", "KRAS+TP53", {}),
        "ctrl",
        1,
    ),
    "pairs |": (
        [f"{a}|{b}" for a, b in itertools.pairwise(GENES)] + ["ctrl"],
        ("TP53|KRAS", "KRAS+TP53", {}),
        "ctrl",
        1,
    ),
    "knock-outs": (
        [f"{g}_KO{i}_rep{k}" for g in GENES for i in (1, 2) for k in (1, 2)] + ["WT_rep1", "WT_rep2"],
        ("TP53_KO2_rep1", "TP53", {"target": "TP53", "guide": "2", "replicate": "1", "mechanism": "KO"}),
        "WT",
        2,
    ),
    "compounds": (
        [f"{c}_{d}_{t}" for c in ("vorinostat", "trametinib") for d in ("10uM", "500nM") for t in ("6h", "24h")]
        + ["DMSO_10uM_24h", "DMSO_6h"],
        ("trametinib_500nM_24h", "trametinib 0.5µM", {"compound": "trametinib", "dose": 0.5, "dose_unit": "µM", "time": 24.0}),
        "DMSO",
        2,
    ),
    "one word of how": ([f"{g}_si" for g in GENES] + ["scrambled"], ("TP53_si", "TP53", {"mechanism": "si"}), "scrambled", 1),
}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_forms_of_public_screens_are_recognized_and_read(form) -> None:
    labels, (label, perturbation, fields), control, controls = FORMS[form]
    pattern = recognize_labels(labels, Names())
    assert pattern is not None
    assert pattern.control == control
    reading = read_labels(labels, pattern, Names())
    counts = preview_labels(reading)
    assert (counts.fit, counts.controls, counts.without_gene) == (len(labels), controls, ())
    row = reading.table.iloc[labels.index(label)]
    assert row["perturbation"] == perturbation
    assert {name: row[name] for name in fields} == fields


@pytest.mark.parametrize(
    "labels",
    [
        [f"P1_{r}{c:02d}" for r in "ABCDEFGH" for c in range(1, 13)],
        [f"GSM{100000 + i}" for i in range(20)],
        [f"patient{i}_T" for i in range(20)],
        ["ACGTACGTACGTACGT-1", "TTGTACGTACGTACGT-1", "GCGTACGTACGTACGT-1"],
        [],
        ["TP53"],
    ],
    ids=["wells", "accessions", "patients", "barcodes", "none", "one"],
)
def test_names_that_say_no_perturbation_have_no_pattern(labels) -> None:
    assert recognize_labels(labels, Names()) is None
    with pytest.raises(GeneRAINError, match="No pattern was recognized"):
        recognized(samples(labels), Names())


def test_labels_of_which_half_fit_are_counted_and_left_out() -> None:
    labels = FORMS["guides"][0] + [f"sample {i} of plate a b c" for i in range(20)]
    reading = recognized(samples(labels), Names())
    counts = preview_labels(reading)
    assert (counts.labels, counts.fit) == (46, 26)
    assert len(counts.not_fitting) == 20
    assert "20 labels do not fit and are left out" in " ".join(preview_sentences(counts, reading))
    obs = with_labels(samples(labels), reading).obs
    assert (obs["perturbation"][26:] == "").all()


def test_a_target_that_no_gene_has_is_said_and_kept() -> None:
    labels = [*FORMS["guides"][0], "NOGENE9_g1", "NOGENE9_g2"]
    reading = recognized(samples(labels), Names())
    counts = preview_labels(reading)
    assert counts.without_gene == ("NOGENE9",)
    assert reading.table["perturbation"].iloc[-1] == "NOGENE9"


def test_a_guide_pair_that_stands_twice_is_said() -> None:
    labels = [*FORMS["published"][0], "77_AAAS_P1P2_ENSG00000000003"]
    counts = preview_labels(recognized(samples(labels), Names()))
    assert set(counts.repeated) == {"3_AAAS_P1P2_ENSG00000000003", "77_AAAS_P1P2_ENSG00000000003"}


def test_an_ensembl_id_of_another_gene_counts_and_is_said() -> None:
    labels = [*FORMS["published"][0], "77_AAAS_P1P2_ENSG00000000000"]
    reading = recognized(samples(labels), Names())
    assert reading.disagreeing == ("77_AAAS_P1P2_ENSG00000000000",)
    assert reading.table["target"].iloc[-1] == "TP53"


def test_other_words_for_controls_stay_apart_unless_said() -> None:
    labels = [*FORMS["guides"][0], "WT_g1"]
    reading = recognized(samples(labels), Names())
    assert reading.table["perturbation"].iloc[-1] == "WT"
    pattern = LabelPattern(separator="_", fields=(Role.TARGET, Role.GUIDE), control="non-targeting", controls=("WT",))
    assert read_labels(labels, pattern, Names()).table["perturbation"].iloc[-1] == "non-targeting"


def test_guides_stay_apart_on_request() -> None:
    labels = FORMS["guides"][0]
    reading = recognized(samples(labels), Names(), merge_guides=False)
    assert {"TP53 1", "TP53 2"} <= set(reading.table["perturbation"])


def test_a_pattern_is_written_as_text() -> None:
    assert pattern_of("_=number,target").fields == (Role.NUMBER, Role.TARGET)
    assert pattern_of("target").separator == ""
    with pytest.raises(GeneRAINError, match="no field"):
        pattern_of("_=number,gene")
    with pytest.raises(GeneRAINError, match="No field of the labels"):
        pattern_of("_=number,other")


def test_doses_and_times_have_one_unit() -> None:
    assert [dose_of(w) for w in ("10uM", "500nM", "1mM", "2.5ng/ml", "x")] == [
        (10.0, "µM"),
        (0.5, "µM"),
        (1000.0, "µM"),
        (2.5, "ng/ml"),
        None,
    ]
    assert [hours_of(w) for w in ("24h", "2d", "30min", "day3", "48hr", "x")] == [24, 48, 0.5, 72, 48, None]

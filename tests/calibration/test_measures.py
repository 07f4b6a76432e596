"""Sums of experiments and verdicts: a number that does not hold is said not to."""

import numpy as np
import pytest

from generain_core.calibration.designs.registry import all_designs
from generain_core.calibration.entries import entries, holds
from generain_core.calibration.measures import Key, Measure, Sums, false_discoveries, rejections, wilson
from generain_core.calibration.page import page

LEVEL = Key("p", "", "level", 0.05, "")


def total(values: list[Measure]) -> dict[Key, Sums]:
    sums: dict[Key, Sums] = {}
    for each in values:
        sums.setdefault(each.key, Sums()).add(each)
    return sums


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    assert wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_intervals_of_dependent_numbers_are_as_wide_as_experiments_differ() -> None:
    rng = np.random.default_rng(0)
    weights, values = rng.integers(50, 100, 40).astype(float), rng.beta(1, 20, 40)
    sums = total([Measure(key=LEVEL, value=v, weight=w, asked=w) for v, w in zip(values, weights, strict=True)])[LEVEL]
    draws = rng.integers(0, 40, (4000, 40))
    means = (weights * values)[draws].sum(1) / weights[draws].sum(1)
    low, high = sums.interval(share=True)
    assert sums.mean == pytest.approx(np.average(values, weights=weights))
    assert high - low == pytest.approx(2 * 2.02 * means.std(), rel=0.08)


def test_sums_of_parts_are_those_of_the_whole() -> None:
    rng = np.random.default_rng(1)
    values = [each for _ in range(20) for each in rejections("p", rng.random(5), "level")]
    whole, one, other = total(values), total(values[:14]), total(values[14:])
    one[LEVEL].join(other[LEVEL])
    assert vars(one[LEVEL]) == pytest.approx(vars(whole[LEVEL]))


@pytest.mark.parametrize(("power", "verdict"), [(1.0, "yes"), (1.15, "nearly"), (2.0, "no"), (0.7, "yes")])
def test_p_values_that_are_too_small_do_not_hold(power, verdict) -> None:
    p = np.random.default_rng(2).random(20_000) ** power
    sums = total([each for value in p for each in rejections("p", value, "level")])
    table = entries({("family", "design"): sums})
    assert table.loc[table["nominal"] == 0.05, "holds"].item() == verdict


def test_numbers_that_are_not_given_are_counted() -> None:
    sums = total(rejections("p", [0.01, np.nan, 0.2, np.nan], "level"))
    row = entries({("family", "design"): sums}).iloc[0]
    assert (row["observed"], row["answered"], row["numbers"]) == (0.5, 0.5, 2)
    nothing = entries({("family", "design"): total(rejections("p", [np.nan], "level"))}).iloc[0]
    assert nothing["answered"] == 0
    assert nothing["holds"] == ""


def test_false_discoveries_are_a_share_of_what_was_found() -> None:
    share, power = false_discoveries("fdr", [0.01, 0.02, 0.04, 0.5, np.nan], [True, False, True, True, False])
    assert share.value == pytest.approx(1 / 3)
    assert power.value == pytest.approx(2 / 3)
    (none,) = false_discoveries("fdr", [0.2, 0.3], [False, False])
    assert (none.value, none.weight) == (0.0, 1.0)


def test_intervals_that_cover_too_little_or_too_much_are_told() -> None:
    key = Key("interval", "", "coverage", 0.95, "")
    assert holds(key, 0.94, 0.92, 0.96) == "yes"
    assert holds(key, 0.935, 0.92, 0.945) == "nearly"
    assert holds(key, 0.67, 0.6, 0.7) == "no"
    assert holds(key, 0.99, 0.98, 1.0) == "wide"
    confidence = Key("confidence, over what is right", "", "calibration", 0.0, "")
    assert [holds(confidence, each, each - 0.01, each + 0.01) for each in (0.0, 0.04, 0.12, -0.12)] == [
        "yes",
        "nearly",
        "wide",
        "no",
    ]


def test_an_independent_method_stands_beside_the_number_it_is_held_against() -> None:
    measures = [*rejections("p", 0.01, "level"), *rejections("p", 0.2, "level", method="PERMANOVA")]
    measures += rejections("p", 0.03, "level", method="Hotelling")
    row = entries({("family", "design"): total(measures)}).iloc[0]
    assert (row["observed"], row["independent_method"], row["independent_observed"]) == (1.0, "PERMANOVA", 0.0)
    assert row["other_methods"] == "Hotelling 1.000"


def test_the_page_says_what_was_not_run_and_what_does_not_hold() -> None:
    wrong = total([each for _ in range(200) for each in rejections("p", 0.01, "level")])
    fine = total([each for _ in range(200) for each in rejections("p", 0.5, "level")])
    table = entries({("unpaired", "one"): wrong, ("unpaired", "two"): fine})
    missing = [each for each in all_designs().values() if each.family == "panels"]
    text = page(table, "release demo", missing)
    assert "**Not run yet are 2 designs** (panels: 2)" in text
    failing = text[text.index("## What does not hold") : text.index("## Unpaired")]
    assert failing.count("| one | p | level") == 2
    assert "two" not in failing
    assert "Not run yet" not in page(table, "release demo")

"""Numbers as people write them are read as they are meant, or asked about: a comma may stand before thousands or decimals."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.io.cells.formula_texts import plain_text
from generain_core.samples.io.cells.written_numbers import Style, reads_as_number, style_of, with_plain_numbers
from generain_core.samples.io.columns import MISSING
from generain_core.samples.io.formats.decimal_marks import decimal_mark
from generain_core.samples.io.read import read

COUNTS = np.random.default_rng(3).lognormal(4, 3, (60, 2)).round()


@pytest.mark.parametrize(
    ("texts", "thousands", "decimal"),
    [
        (["1,234,567", "12"], ",", "."),
        (["1.234.567", "12"], ".", ","),
        (["1,004.16", "6.28"], ",", "."),
        (["1.004,16", "6,28"], ".", ","),
        (["1'234", "12"], "'", "."),
        (["1 234,5", "12"], " ", ","),
        (["0,471", "108,312"], "", ","),
        (["3,25", "4,125"], "", ","),
        (["1.234", "0,5"], ".", ","),
        (["1,234", "0.5"], ",", "."),
        ([f"{i},250" for i in range(1, 30)] + ["12", "999"], ",", "."),
        (["12,34,567", "1,250"], ",", "."),
    ],
)
def test_how_numbers_are_written(texts, thousands, decimal) -> None:
    assert style_of(texts, "a.csv") == Style(thousands, decimal)


@pytest.mark.parametrize(
    "texts",
    [
        ["1,234", "2,345"],
        [f"{i},250" for i in range(1, 30)],
        [*(f"{i},251" for i in range(1, 30)), "12"],
        [*(f"{i},250" for i in range(1, 30)), "1200"],
    ],
)
def test_what_nothing_tells_is_refused(texts) -> None:
    with pytest.raises(GeneRAINError, match="thousands or decimals"):
        style_of(texts, "a.csv")


def test_dates_and_versions_are_no_numbers() -> None:
    assert not any(map(reads_as_number, ("01.02.2021", "1-Mar", "1.2.3", "2021-03-04", "12%", "", "1,23,4", "TP53", "0,1,2,3,4")))
    assert all(map(reads_as_number, ("−4.5", "1'234", "1\u202f234,5", ".5", "1e-3", "1,23,456")))
    columns = [("gene", np.array(["A"] * 30, object)), ("day", np.array(["01.02.2021"] * 30, object))]
    assert with_plain_numbers(columns, frozenset(MISSING), "a.csv", []) == columns


WAYS = {
    "commas": (lambda v: f"{v:,.0f}", "\t"),
    "points": (lambda v: f"{v:,.0f}".replace(",", "."), "\t"),
    "quoted": (lambda v: f'"{v:,.0f}"', ","),
    "apostrophes": (lambda v: f"{v:,.0f}".replace(",", "'"), ";"),
    "spaces": (lambda v: f"{v:,.0f}".replace(",", "\u00a0"), ";"),
}


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_thousands_in_texts_wherever_they_stand(tmp_path, way, ascending) -> None:
    """In ascending order the first of 1,200 lines hold no mark at all: a reader of numbers takes 1.234 for 1 and a bit."""
    spell, separator = WAYS[way]
    numbers = np.random.default_rng(3).lognormal(3, 2, (1200, 2)).round()
    numbers = numbers[np.argsort(numbers.sum(axis=1))] if ascending else numbers
    lines = [separator.join([f"G{i}", *map(spell, row)]) for i, row in enumerate(numbers.tolist())]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([separator.join(["gene", "s1", "s2"]), *lines]) + "\n")
    raw = read(path)
    np.testing.assert_array_equal(raw.layers["values"].values, numbers)
    assert any("marks between thousands" in note for note in raw.notes)


def test_a_few_points_among_whole_numbers_are_asked_about(tmp_path) -> None:
    rows = [[f"G{i}", str(i % 900 + 1), str(i % 700 + 1)] for i in range(600)]
    rows[590][1] = "1.234"
    (tmp_path / "a.tsv").write_text("\n".join("\t".join(row) for row in [["gene", "s1", "s2"], *rows]))
    with pytest.raises(GeneRAINError, match="thousands or decimals"):
        read(tmp_path / "a.tsv")


def test_marks_of_decimals_as_before() -> None:
    assert decimal_mark([["g", "s"], ["A", "3,5"], ["B", "0,25"]]) == ","
    assert decimal_mark([["g", "s"], ["A", "3.5"], ["B", "0.251"]]) == "."
    assert decimal_mark([["g", "s"], ["A", "3,251"], ["B", "12"]]) == "."
    assert decimal_mark([["g", "s"], ["A", "3,251"], ["B", "0,125"]]) == ","


def test_formulas_and_signs(tmp_path) -> None:
    (tmp_path / "a.csv").write_text('gene,s1,s2\n"=""TP53""",−1.5,2\n"=""MARCH1""",3,–4\n')
    raw = read(tmp_path / "a.csv")
    assert raw.row_texts["gene"].tolist() == ["TP53", "MARCH1"]
    np.testing.assert_array_equal(raw.layers["values"].values, [[-1.5, 2], [3, -4]])
    assert plain_text('="a""b"') == 'a"b'
    assert plain_text("=A1+B1") == "=A1+B1"

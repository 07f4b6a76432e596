"""Numbers that Excel shows as dates are read as the numbers, unless they may be dates."""

import datetime

import numpy as np
import openpyxl
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.sample_sheet import read_sample_sheet
from tests.samples.known import SYMBOLS, Known, counts

COUNTS = counts()


def book(path, *, styled: list[tuple[int, int]], values=COUNTS, format: str = "d-mmm"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append([])
    sheet.append(["gene", "s1", "s2", "s3", "s4"])
    for name, row in zip(SYMBOLS, values, strict=True):
        sheet.append([name, *map(float, row)])
    for row, column in styled:
        sheet.cell(row + 3, column + 2).number_format = format
    workbook.save(path)
    return path


@pytest.mark.parametrize("value", [0, 1, 59, 60, 61, 2803, 32_000, 60_000, 2_958_465, 7_000_000])
@pytest.mark.parametrize("format", ["d-mmm", "yyyy-mm-dd hh:mm", "mm:ss"])
@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date:UserWarning")
def test_one_count_shown_as_a_date(tmp_path, value, format):
    values = COUNTS.copy()
    values[4, 1] = value
    found = read_expression(book(tmp_path / "a.xlsx", styled=[(4, 1)], values=values, format=format), Known())
    np.testing.assert_array_equal(found.values, values.T)
    assert "1 number of column s2 shown as dates were read as the numbers." in found.notes


def test_a_whole_sample_shown_as_dates(tmp_path):
    values = COUNTS.copy()
    values[3, 2] = 40_000
    found = read_expression(book(tmp_path / "a.xlsx", styled=[(i, 2) for i in range(30)], values=values), Known())
    np.testing.assert_array_equal(found.values, values.T)


def test_what_may_be_a_date_is_asked_about(tmp_path):
    values = COUNTS.copy()
    values[4, 1] = 45_352
    with pytest.raises(GeneRAINError, match=r"has the date '2024-03-01.* in row 'EGFR'"):
        read_expression(book(tmp_path / "a.xlsx", styled=[(4, 1)], values=values), Known())


def test_dates_of_birth_in_a_sample_sheet_stay_dates(tmp_path):
    workbook = openpyxl.Workbook()
    for row in (["sample", "born"], ["s1", datetime.datetime(1951, 3, 1)], ["s2", datetime.datetime(1999, 3, 1)]):
        workbook.active.append(row)
    workbook.save(tmp_path / "sheet.xlsx")
    assert read_sample_sheet(tmp_path / "sheet.xlsx")["born"].str.startswith(("1951-03-01", "1999-03-01")).all()

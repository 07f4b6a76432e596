import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.perturbations.design.labels import as_text
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.formats.small_tables import sheet_of_bytes, typed
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from tests.samples.known import Known, counts, text


@pytest.fixture
def expression(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(text(counts()))
    return read_expression(path, Known())


def sheet(path, content):
    path.write_text(content)
    return read_sample_sheet(path)


@pytest.mark.parametrize("sep", [",", "\t", ";"])
def test_joined_by_the_column_that_names_most_samples(tmp_path, expression, sep):
    content = "batch,run,drug,dose\ns1,s3,none,0\ns1,s1,A,1.5\nx,s4,B,NA\n".replace(",", sep)
    found = join_samples(expression, sheet(tmp_path / "sheet.csv", content))
    assert found.obs.columns.tolist() == ["batch", "drug", "dose"]
    assert found.obs.loc["s1", "drug"] == "A"
    assert found.obs["dose"].iloc[[0, 2]].tolist() == [1.5, 0]
    assert found.obs.loc["s2"].isna().all()
    assert found.notes[-2] == "The sample sheet describes 3 of 4 samples by its column run."
    assert found.notes[-1] == "Without a row in the sample sheet: s2."
    assert found.obs.index.tolist() == list(expression.samples)
    assert expression.obs.empty


def test_header_as_r_writes_it_and_xlsx(tmp_path, expression):
    assert join_samples(expression, sheet(tmp_path / "r.txt", "drug\tdose\ns1\tA\t1\ns2\tB\t2\n")).obs.loc["s2", "dose"] == 2
    book = openpyxl.Workbook()
    for row in (["name", "drug"], ["s1", "A"], ["s4", "B"]):
        book.active.append(row)
    book.save(tmp_path / "sheet.xlsx")
    assert join_samples(expression, read_sample_sheet(tmp_path / "sheet.xlsx")).obs.loc["s4", "drug"] == "B"


def test_names_that_r_changed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(counts()).replace("s1", "X10.A").replace("s2", "S.b"))
    found = join_samples(read_expression(path, Known()), pd.DataFrame({"id": ["10-A", "s b"], "drug": ["p", "q"]}))
    assert found.obs["drug"].iloc[:2].tolist() == ["p", "q"]
    assert any("capitals and punctuation" in note for note in found.notes)


def test_columns_are_replaced_not_doubled(expression):
    once = join_samples(expression, pd.DataFrame({"id": ["s1"], "drug": ["p"]}))
    twice = join_samples(once, pd.DataFrame({"id": ["s2"], "drug": ["q"]}))
    assert twice.obs.columns.tolist() == ["drug"]
    assert twice.obs.loc["s2", "drug"] == "q"


def test_refused(tmp_path, expression):
    with pytest.raises(
        GeneRAINError, match="samples are called 's1', 's2' and 's3'; of the sheet, id holds 'a', 'b' and 'c'; drug"
    ):
        join_samples(expression, pd.DataFrame({"id": ["a", "b", "c"], "drug": ["p", "p", None]}))
    described = join_samples(expression, pd.DataFrame({"id": ["s1"], "treatment": ["none"]}))
    with pytest.raises(GeneRAINError, match=r"of the sheet, id holds 'a'.*The table itself says treatment of its samples"):
        join_samples(described, pd.DataFrame({"id": ["a"], "drug": ["p"]}))
    with pytest.raises(GeneRAINError, match="several rows for 's1' in column id"):
        join_samples(expression, pd.DataFrame({"id": ["s1", "s1", "s2"], "drug": ["p", "q", "r"]}))
    for content, said in (("", "is empty"), ("a,b\n", "only a header"), ("%PDF-1.4", "PDF")):
        with pytest.raises(GeneRAINError, match=said):
            sheet(tmp_path / "bad.csv", content)


def test_codes_with_leading_zeros_stay_text(tmp_path):
    found = sheet(tmp_path / "a.csv", "id,code,n\na,001,1\nb,002,2\n")
    assert found["code"].tolist() == ["001", "002"]
    assert found["n"].dtype == np.int64


def test_words_typed_among_texts_are_values_and_only_empty_cells_are_missing(tmp_path, expression):
    rows = [
        ("s1", "null", "NA", "12", "none"),
        ("s2", "None", "7", "", "5"),
        ("s3", "nan", "8.5", "9", "7"),
        ("s4", "", "9", "3", ""),
    ]
    content = "run,genotype,age,code,dose\n" + "\n".join(",".join(row) for row in rows) + "\n"
    book = openpyxl.Workbook()
    for row in (("run", "genotype", "age", "code", "dose"), *rows):
        book.active.append([cell or None for cell in row])
    book.save(tmp_path / "sheet.xlsx")
    for table in (sheet(tmp_path / "sheet.csv", content), read_sample_sheet(tmp_path / "sheet.xlsx")):
        joined = join_samples(expression, table)
        assert joined.obs["genotype"].iloc[:3].tolist() == ["null", "None", "nan"]
        assert pd.isna(joined.obs.loc["s4", "genotype"])
        np.testing.assert_array_equal(joined.obs["age"], [np.nan, 7, 8.5, 9])
        np.testing.assert_array_equal(joined.obs["code"], [12, np.nan, 9, 3])
        assert joined.obs["dose"].iloc[:3].tolist() == ["none", "5", "7"]
        assert as_text(joined.obs["genotype"]) == ["null", "None", "nan", ""]
        assert as_text(joined.obs["dose"]) == ["none", "5", "7", ""]
        said = " ".join(joined.notes)
        assert "Column age of the sample sheet holds numbers; NA in 1 of its rows was taken as not known." in said
        assert "Column genotype of the sample sheet holds the text None, nan and null in 3 of its rows: a value" in said
        assert "code" not in said


def test_numbers_days_and_free_text_keep_their_type(tmp_path, expression):
    book = openpyxl.Workbook()
    day = datetime.datetime(2024, 3, 1)
    book.active.append(["run", "day", "seen", "weight", "note", "plate"])
    book.active.append(["s1", day, day.replace(hour=9), 70.5, "a, “b”\nc; 5 %", "001"])
    book.active.append(["s2", day.replace(day=2), day, 60, "=not run", "002"])
    book.save(tmp_path / "sheet.xlsx")
    obs = join_samples(expression, read_sample_sheet(tmp_path / "sheet.xlsx")).obs
    assert obs["day"].iloc[:2].tolist() == ["2024-03-01", "2024-03-02"]
    assert obs.loc["s1", "seen"] == "2024-03-01T09:00:00"
    assert obs["weight"].iloc[:2].tolist() == [70.5, 60]
    assert obs.loc["s1", "note"] == "a, “b”\nc; 5 %"
    assert obs["plate"].iloc[:2].tolist() == ["001", "002"]
    frame = pd.DataFrame({"id": ["s1", "s2"], "day": [day, day], "ok": [True, False], "n": pd.array([1, None], dtype="Int64")})
    kept = join_samples(expression, frame).obs
    assert str(kept["day"].dtype).startswith("datetime64")
    assert str(kept["n"].dtype) == "Int64"


@pytest.mark.parametrize("names", [("101", "102"), ("101.0", "102.0"), ("S1.0", "S1")])
@pytest.mark.parametrize("column", [["101", "102"], [101, 102], [101.0, 102.0], ["101.0", "102.0"], [101.0, 102.0, None]])
def test_numbers_as_names_are_one_however_they_are_stored(tmp_path, names, column):
    path = tmp_path / "a.csv"
    path.write_text(text(counts(2)).replace("s1", names[0]).replace("s2", names[1]))
    expression = read_expression(path, Known())
    if names[0] == "S1.0":
        column = [name.replace("101", names[0]).replace("102", names[1]) for name in ("101", "102")]
    table = pd.DataFrame({"id": column, "drug": list("pqr")[: len(column)]})
    assert join_samples(expression, table).obs["drug"].tolist() == ["p", "q"]


def test_leading_zeros_that_a_spreadsheet_took_off(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(counts(2)).replace("s1", "001").replace("s2", "010"))
    found = join_samples(read_expression(path, Known()), pd.DataFrame({"id": [1, 10], "drug": ["p", "q"]}))
    assert found.obs["drug"].tolist() == ["p", "q"]
    assert any("leading zeros" in note for note in found.notes)


def sheet_of(text_: str) -> pd.DataFrame:
    return typed(sheet_of_bytes(text_.encode(), "sheet.csv"))


NUMBERED = "no,sample,who\n1,4,a\n2,2,b\n3,1,c\n4,3,d\n"


@pytest.mark.parametrize(
    ("names", "content", "choices"),
    [
        ("1234", NUMBERED, ("no", "sample")),
        ("1234", NUMBERED.replace("no", "id"), ("id", "sample")),
        (("30", "31", "32", "33"), "age,id,who\n33,30,a\n31,33,b\n30,31,c\n32,32,d\n", ("age", "id")),
        (("A1", "A2", "A3", "A4"), "run,sample,who\nA2,A1,a\nA1,A2,b\nA3,A4,c\nA4,A3,d\n", ("run", "sample")),
        (("A1", "A2", "A3", "A4"), "sample,control,who\na1,A2,a\na2,A1,b\na3,,c\na4,,d\n", ("sample", "control")),
        ("1234", "no,sample,who\n1,S4,a\n2,S2,b\n3,S1,c\n4,S3,d\n", ("no", "sample", "who")),
        (("30", "31", "32", "33"), "age,sex\n33,f\n31,f\n30,m\n32,f\n", ("age",)),
    ],
)
def test_columns_that_fit_and_contradict_each_other_are_asked_about(names, content, choices):
    """Numbers of rows, ages and other samples' names were taken for the samples' own, in silence."""
    found = Expression(
        values=np.ones((4, 1)), samples=tuple(names), identifiers=("g",), obs=pd.DataFrame(index=list(names)), source="t",
        sha256="", value_kind=ValueKind.COUNTS, notes=(),
    )  # fmt: skip
    with pytest.raises(NeedsConsent) as asked:
        join_samples(found, sheet_of(content))
    assert asked.value.options == ("sheet_column",)
    assert asked.value.choices == choices
    column = choices[1] if choices[0] == "no" and "S4" not in content else choices[0]
    table = sheet_of(content)
    by_hand = {str(row[column]).upper(): row for row in table.to_dict("records")}
    other = table.columns.drop(column)[-1]
    joined = join_samples(found, table, column).obs[other]
    assert joined.tolist() == [by_hand[name][other] for name in names]
    with pytest.raises(GeneRAINError, match="has no column 'nothing'; choose"):
        join_samples(found, table, "nothing")


@pytest.mark.parametrize(
    "content",
    [
        "sample,title,who\nA1,A1,a\nA2,A2,b\nA3,A3,c\nA4,A4,d\n",
        "sample,pair,who\nA1,A2,a\nA2,A2,b\nA3,A3,c\nA4,A3,d\n",
        "sample_id,replicate,who\nA1,1,a\nA2,2,b\nA3,1,c\nA4,2,d\n",
        "who,sample,reference\na,A1,A4\nb,A2,\nc,A3,\nd,A4,\n",
    ],
)
def test_columns_that_agree_or_name_few_are_not_asked_about(content):
    names = ["A1", "A2", "A3", "A4"]
    found = Expression(
        values=np.ones((4, 1)), samples=tuple(names), identifiers=("g",), obs=pd.DataFrame(index=names), source="t",
        sha256="", value_kind=ValueKind.COUNTS, notes=(),
    )  # fmt: skip
    assert join_samples(found, sheet_of(content)).obs["who"].tolist() == list("abcd")

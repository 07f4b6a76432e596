import numpy as np
import openpyxl
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
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
    with pytest.raises(GeneRAINError, match="names the samples, such as 's1'"):
        join_samples(expression, pd.DataFrame({"id": ["a"], "drug": ["p"]}))
    described = join_samples(expression, pd.DataFrame({"id": ["s1"], "treatment": ["none"]}))
    with pytest.raises(GeneRAINError, match=r"the sheet's \w+ has .*The table itself says treatment of its samples"):
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

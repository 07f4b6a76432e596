"""Numbers of rows go where another column names the rows, and name the samples where none does."""

import numpy as np
import pandas as pd
import pytest

from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import join_samples
from tests.samples.known import SYMBOLS, Known, counts

COUNTS = counts(12)
NUMBERS = {
    "from 0": np.arange(12),
    "from 1": np.arange(1, 13),
    "with gaps": 1001 + 4 * np.arange(12),
    "in no order": np.array([1005, 1001, 1033, 1010, 1020, 1011, 1042, 1060, 1051, 1070, 1100, 1080]),
}
TITLES = ["", "index", "row", "X", "V1", "Unnamed: 0", "__index_level_0__", "...1", "sample", "patient", "id", "rownames"]


def samples_by_genes() -> pd.DataFrame:
    return pd.DataFrame(COUNTS.T, columns=SYMBOLS)


def write(frame: pd.DataFrame, path, ending: str):
    path = path / f"a{ending}"
    frame.to_csv(path, index=False) if ending == ".csv" else frame.to_parquet(path)
    return path


@pytest.mark.parametrize("beside", [[], ["sex", "age"]])
@pytest.mark.parametrize(
    ("title", "numbers", "ending"),
    [
        *((title, numbers, ".csv") for title in TITLES for numbers in ("from 0", "from 1")),
        *((title, "with gaps", ".csv") for title in TITLES if title),
        *((title, "in no order", ".csv") for title in ("sample", "patient", "index", "id", "")),
        *((title, numbers, ".parquet") for title in ("index", "X") for numbers in ("from 0", "with gaps")),
    ],
)
def test_numbers_name_the_samples_where_no_text_does(tmp_path, title, numbers, beside, ending):
    facts = {"sex": list("FM") * 6, "age": np.arange(40, 52)}
    frame = pd.concat([pd.DataFrame({each: facts[each] for each in beside}), samples_by_genes()], axis=1)
    frame.insert(0, title, NUMBERS[numbers])
    found = read_expression(write(frame, tmp_path, ending), Known())
    assert found.samples == tuple(map(str, NUMBERS[numbers]))
    assert found.identifiers == tuple(SYMBOLS)
    np.testing.assert_array_equal(found.values, COUNTS.T)
    sheet = pd.DataFrame({"sample": NUMBERS[numbers], "group": list("ab") * 6})
    assert join_samples(found, sheet).obs["group"].tolist() == list("ab") * 6


@pytest.mark.parametrize("saved", [[], ["Unnamed: 0"], ["X.1", "X"], ["", "Unnamed: 0.1", "Unnamed: 0", "index"]])
@pytest.mark.parametrize("gaps", [False, True])
def test_saved_numbers_go_where_another_column_names_the_rows(tmp_path, saved, gaps):
    numbers = np.arange(30) * (3 if gaps else 1)
    names = [f"s{i}" for i in range(12)]
    genes = pd.DataFrame(COUNTS, columns=names, index=pd.Index(SYMBOLS, name="gene")).reset_index()
    samples = pd.DataFrame(COUNTS.T, columns=SYMBOLS, index=pd.Index(names, name="sample")).reset_index()
    for frame in (genes, samples):
        for title in reversed(saved):
            number = np.arange(len(frame)) if title == "" else numbers[: len(frame)]
            frame.insert(0, title, number)
        found = read_expression(write(frame, tmp_path, ".csv"), Known())
        assert found.samples == tuple(f"s{i}" for i in range(12))
        assert found.identifiers == tuple(SYMBOLS)
        np.testing.assert_array_equal(found.values, COUNTS.T)
        assert any("only number" in note for note in found.notes) == bool(saved)


def test_the_earliest_of_several_numbers_names_the_samples_and_patients_before_numbers(tmp_path):
    frame = samples_by_genes()
    frame.insert(0, "index", NUMBERS["with gaps"])
    frame.insert(0, "Unnamed: 0", NUMBERS["from 0"])
    assert read(write(frame, tmp_path, ".csv")).rows == tuple(map(str, NUMBERS["with gaps"]))
    frame = samples_by_genes()
    frame.insert(0, "index", NUMBERS["with gaps"])
    frame.insert(0, "age", np.arange(40, 52))
    assert read(write(frame, tmp_path, ".csv")).rows == tuple(map(str, NUMBERS["with gaps"]))
    frame = samples_by_genes()
    frame.insert(0, "patient", NUMBERS["in no order"])
    frame.insert(0, "X", NUMBERS["from 1"])
    assert read(write(frame, tmp_path, ".csv")).rows == tuple(map(str, NUMBERS["in no order"]))


@pytest.mark.parametrize("title", ["V1", "X", "index"])
def test_a_sample_whose_counts_ascend_stays_behind_the_genes(tmp_path, title):
    frame = pd.DataFrame({"gene": SYMBOLS, title: np.arange(30.0) * 3 + 2, "s2": COUNTS[:, 0]})
    assert read(write(frame, tmp_path, ".csv")).layers["values"].columns == (title, "s2")


def test_names_in_a_gct_that_are_numbers_cost_no_sample(tmp_path):
    head = "#1.2\n12\t3\nName\tDescription\ta\tb\tc\n"
    rows = "\n".join(f"{i + 1}\t{gene}\t{i}\t{i + 2}\t5" for i, gene in enumerate(SYMBOLS[:12]))
    path = tmp_path / "a.gct"
    path.write_text(head + rows + "\n")
    found = read_expression(path, Known())
    assert found.samples == ("a", "b", "c")
    assert found.identifiers == tuple(SYMBOLS[:12])


@pytest.mark.parametrize("place", [0, 1, 4])
@pytest.mark.parametrize("title", ["Unnamed: 0", "Unnamed: 0.1", "__index_level_0__"])
def test_tables_below_each_other_keep_no_numbers_of_their_rows(tmp_path, title, place) -> None:
    """The numbers of two saved tables, one below the other, start anew: they were a sample of their own."""
    frame = pd.DataFrame(COUNTS, columns=[f"s{i}" for i in range(COUNTS.shape[1])])
    frame.insert(0, "gene", SYMBOLS)
    frame.insert(place, title, [*range(20), *range(len(SYMBOLS) - 20)])
    found = read_expression(write(frame, tmp_path, ".csv"), Known())
    assert found.samples == tuple(f"s{i}" for i in range(COUNTS.shape[1]))
    np.testing.assert_array_equal(np.asarray(found.values).T, COUNTS)

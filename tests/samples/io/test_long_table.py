"""Long tables are made into samples × genes where their titles say so, and refused where they don't."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io import long_table
from generain_core.samples.io.read import read
from tests.samples.known import SYMBOLS, Known, counts

COUNTS = counts() + 1
SAMPLES = ["s1", "s2", "s3", "s4"]


def melted(gene: str = "gene", sample: str = "sample", value: str = "count") -> pd.DataFrame:
    wide = pd.DataFrame(COUNTS, index=pd.Index(SYMBOLS, name=gene), columns=SAMPLES)
    return wide.reset_index().melt(id_vars=gene, var_name=sample, value_name=value)


def write(frame: pd.DataFrame, path):
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".tsv":
        frame.to_csv(path, index=False, sep="\t")
    elif path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_parquet(path)
    return path


def assert_same(found, values=COUNTS):
    order = [found.samples.index(name) for name in SAMPLES]
    place = [found.identifiers.index(name) for name in SYMBOLS]
    dense = found.values.toarray() if sparse.issparse(found.values) else found.values
    np.testing.assert_array_equal(dense[order][:, place], values.T)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet"])
@pytest.mark.parametrize(
    "titles",
    [("gene", "sample", "count"), ("gene_id", "cell", "count"), ("Symbol", "variable", "value"), ("Gene name", "Barcode", "TPM")],
)
def test_titles_that_say_so_in_every_format(tmp_path, titles, ending):
    shuffled = melted(*titles).sample(frac=1, random_state=3)
    assert_same(read_expression(write(shuffled, tmp_path / f"a{ending}"), Known()))


def test_left_out_zeros_are_zeros_and_other_gaps_are_missing(tmp_path):
    frame = melted()
    frame.loc[frame.index % 4 == 1, "count"] = 0
    wide = frame.pivot(index="gene", columns="sample", values="count").loc[SYMBOLS, SAMPLES].to_numpy()
    found = read_expression(write(frame[frame["count"] > 0], tmp_path / "a.csv"), Known())
    assert_same(found, wide)
    assert any("30 pairs of a gene and a sample have no row; they were taken as 0" in note for note in found.notes)
    path = write(frame.drop(index=5), tmp_path / "b.csv")
    with pytest.raises(GeneRAINError, match="has no value in 1 cell"):
        read_expression(path, Known())


def test_cells_by_the_thousand_stay_sparse(tmp_path, monkeypatch):
    monkeypatch.setattr(long_table, "_DENSE", 10)
    path = write(melted(), tmp_path / "a.csv")
    assert sparse.issparse(read(path).layers["pivoted"].values)
    assert_same(read_expression(path, Known()))


def test_replicates_by_a_column_are_samples_and_others_are_summed_and_told(tmp_path):
    frame = pd.concat([melted().assign(replicate=1), melted().assign(replicate=2)])
    table = read(write(frame, tmp_path / "a.csv"))
    assert set(table.rows) == {f"{name}_{i}" for name in SAMPLES for i in (1, 2)}
    found = read_expression(write(frame.drop(columns="replicate"), tmp_path / "b.csv"), Known())
    assert_same(found, 2 * COUNTS)
    assert any("120 rows name a gene and a sample that another row names too" in note for note in found.notes)
    logs = frame.assign(count=np.log2(frame["count"] + 1)).drop(columns="replicate")
    with pytest.raises(GeneRAINError, match="no counts to be summed"):
        read(write(logs, tmp_path / "c.csv"))


def test_what_is_said_of_genes_and_of_samples_is_kept(tmp_path):
    frame = melted().assign(group=lambda f: f["sample"].map(dict(zip(SAMPLES, "aabb", strict=True))))
    frame["biotype"] = frame["gene"].map(lambda name: "lncRNA" if name == "XIST" else "coding")
    frame["mood"] = np.arange(len(frame)) % 7
    table = read(write(frame.assign(mood=frame["mood"].astype(str)), tmp_path / "a.csv"))
    assert dict(zip(table.rows, table.row_texts["group"], strict=True)) == dict(zip(SAMPLES, "aabb", strict=True))
    assert table.layers["pivoted"].column_texts["biotype"].tolist().count("lncRNA") == 1
    assert any("Not read: mood" in note for note in table.not_read)


def test_titles_that_do_not_say_so_are_refused_sparse_or_not(tmp_path):
    frame = melted("what", "where", "much").sort_values(["what", "where"])
    for part in (frame, frame.sample(frac=0.5, random_state=1).sort_values("what"), pd.concat([frame, frame])):
        with pytest.raises(GeneRAINError, match="is a long table, with a row for each gene and each value of 'where'"):
            read_expression(write(part, tmp_path / "a.csv"), Known())


def test_a_plain_table_with_such_titles_is_left_as_it_is(tmp_path):
    frame = pd.DataFrame({"gene": SYMBOLS, "cell": ["x", "y"] * 15, "count": COUNTS[:, 0], "reads": COUNTS[:, 1]})
    assert list(read(write(frame, tmp_path / "a.csv")).layers) == ["values"]


@pytest.mark.parametrize("columns", [("condition", "replicate"), ("group", "rep"), ("treatment", "batch")])
def test_samples_that_several_columns_name_together(tmp_path, columns):
    """No column is titled as the sample's; and a number tells two times of a subject apart."""
    table = pd.DataFrame(counts(6), index=SYMBOLS, columns=[f"{g}_{r}" for g in ("a", "b") for r in (1, 2, 3)])
    long = table.rename_axis("gene").reset_index().melt("gene", var_name="both", value_name="count")
    for at, title in enumerate(columns):
        long[title] = [each.split("_")[at] for each in long["both"]]
    long["biotype"] = "lncRNA"
    long.drop(columns="both").to_csv(tmp_path / "a.csv", index=False)
    found = read_expression(tmp_path / "a.csv", Known())
    assert found.samples == tuple(table.columns)
    np.testing.assert_array_equal(found.values, table.T)
    timed = long.rename(columns={columns[0]: "subject", columns[1]: "time"})[["gene", "subject", "time", "count"]]
    timed.to_csv(tmp_path / "b.csv", index=False)
    np.testing.assert_array_equal(read_expression(tmp_path / "b.csv", Known()).values, table.T)


@pytest.mark.parametrize(
    "words", [("mean", "sd"), ("tpm", "counts"), ("Mean", "Median"), ("lower CI", "upper CI"), ("TPM", "FPKM")]
)
@pytest.mark.parametrize("sample", ["sample", "condition"])
def test_quantities_and_statistics_in_rows_are_no_samples(tmp_path, words, sample):
    both = [melted(sample=sample, value="value").assign(unit=word) for word in words]
    path = write(pd.concat(both), tmp_path / "a.csv")
    with pytest.raises(GeneRAINError, match="whose column 'unit' tells quantities apart"):
        read(path)
    if sample == "sample":
        assert_same(read_expression(write(both[1], tmp_path / "b.csv"), Known()))
    states = [melted(sample=sample, value="value").assign(unit=word) for word in ("mean", "lean")]
    assert len(read(write(pd.concat(states), tmp_path / "c.csv")).rows) == 8

"""Files that lie beside each other: a table and its sheet, several tables of the same samples, several quantities a file."""

import numpy as np
import pytest

from generain_core.errors import NeedsConsent
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.read import read
from generain_core.samples.io.single_samples.sample_names import sample_name
from tests.samples.io.single_samples.test_one_file_a_sample import COUNTS, SAMPLES, wrap
from tests.samples.known import SYMBOLS, Known


def test_names_of_galaxy():
    assert sample_name("Galaxy12-[ctrl_1_htseq].tabular") == "ctrl_1"


@pytest.mark.parametrize("folder", [True, False])
def test_a_table_with_its_sheet_beside_it(tmp_path, folder):
    """The sheet's rows of samples and ages were taken for another table, which shares no gene."""
    rows = [f"{gene},{','.join(f'{value:.0f}' for value in row)}" for gene, row in zip(SYMBOLS, COUNTS, strict=True)]
    table = "\n".join(["gene," + ",".join(SAMPLES), *rows]) + "\n"
    files = {"counts.csv": table, "metadata.csv": ",condition,age\n" + "".join(f"{s},c{i},{i}\n" for i, s in enumerate(SAMPLES))}
    found = read_expression(wrap(tmp_path, files, "folder" if folder else "zip"), Known())
    assert found.samples == SAMPLES
    assert found.obs["condition"].tolist() == ["c0", "c1", "c2"]
    assert found.obs["age"].tolist() == [0, 1, 2]
    files["metadata.csv"] = "run,sample,age\n" + "".join(f"{s},{SAMPLES[i - 1]},{i}\n" for i, s in enumerate(SAMPLES))
    asked = read_expression(wrap(tmp_path, files, "files"), Known())
    assert "age" not in asked.obs
    assert any("metadata.csv was left aside" in note and "contradict each other" in note for note in asked.notes)


def test_files_of_several_quantities_of_one_sample_each(tmp_path):
    files = {}
    for i, sample in enumerate(SAMPLES):
        rows = [f"{gene},900,{value:.0f},{value / 7:.3f}" for gene, value in zip(SYMBOLS, COUNTS[:, i], strict=True)]
        files[f"{sample}.csv"] = "\n".join(["Gene,Length,Count,RPKM", *rows]) + "\n"
    found = read_expression(wrap(tmp_path, files, "zip"), Known())
    assert found.samples == SAMPLES
    np.testing.assert_array_equal(np.asarray(found.values).T, COUNTS)
    assert any(each.name == "RPKM" and each.option == "layer" for each in found.left_out)


def test_several_tables_of_the_same_samples_are_asked_about(tmp_path):
    """As nf-core writes counts, TPM and lengths side by side."""
    rows = [[gene, *map(str, row)] for gene, row in zip(SYMBOLS, COUNTS.astype(int).tolist(), strict=True)]
    content = "\n".join("\t".join(row) for row in [["gene_name", *SAMPLES], *rows]) + "\n"
    files = {f"star_salmon/salmon.merged.gene_{what}.tsv": content for what in ("counts", "tpm", "lengths")}
    path = wrap(tmp_path, files, "zip")
    with pytest.raises(NeedsConsent, match="3 files of a.zip have a column") as question:
        read(path)
    assert (question.value.options, set(question.value.choices)) == (("part",), set(files))
    table = read(path, part="star_salmon/salmon.merged.gene_counts.tsv")
    np.testing.assert_array_equal(table.layers["values"].values, COUNTS)

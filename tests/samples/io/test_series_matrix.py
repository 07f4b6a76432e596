"""GEO's series matrix: values between the marks, and what is said of the samples above them."""

import gzip

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.read import read
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from tests.samples.known import SYMBOLS, Known, counts, text

COUNTS = counts(3)
ACCESSIONS = ["GSM1", "GSM2", "GSM3"]


def quoted(*cells: str) -> str:
    return "\t".join(f'"{cell}"' for cell in cells)


def head() -> list[str]:
    return [
        '!Series_title\t"invented"',
        "",
        "!Sample_title\t" + quoted("control, 1", "control, 2", "treated"),
        "!Sample_geo_accession\t" + quoted(*ACCESSIONS),
        "!Sample_organism_ch1\t" + quoted(*["Homo sapiens"] * 3),
        "!Sample_characteristics_ch1\t" + quoted("treatment: mock", "treatment: mock", "treatment: dex"),
        "!Sample_characteristics_ch1\t" + quoted("age: 30", "sex: male", "age: 41"),
        "!Sample_characteristics_ch1\t" + quoted("sex: female", "", "sex: male"),
        "!series_matrix_table_begin",
        quoted("ID_REF", *ACCESSIONS),
    ]


def series(names: list[str] = SYMBOLS) -> str:
    rows = [f'"{n}"\t' + "\t".join(f"{v:.0f}" for v in row) for n, row in zip(names, COUNTS, strict=False)]
    return "\n".join([*head(), *rows, "!series_matrix_table_end", ""])


@pytest.mark.parametrize("packed", [False, True])
def test_values_and_what_is_said_of_samples(tmp_path, packed):
    path = tmp_path / "GSE0_series_matrix.txt"
    path.write_bytes(gzip.compress(series().encode()) if packed else series().encode())
    found = read_expression(path, Known())
    assert found.samples == tuple(ACCESSIONS)
    assert found.identifiers == tuple(SYMBOLS)
    np.testing.assert_array_equal(found.values, COUNTS.T)
    assert found.obs["title"].tolist() == ["control, 1", "control, 2", "treated"]
    assert found.obs["treatment"].tolist() == ["mock", "mock", "dex"]
    assert found.obs["age"].tolist() == ["30", "", "41"]
    assert found.obs["sex"].tolist() == ["female", "male", "male"]


def test_an_empty_one_says_where_the_counts_are_and_is_a_sample_sheet(tmp_path):
    path = tmp_path / "GSE0_series_matrix.txt"
    path.write_text(series([]))
    with pytest.raises(GeneRAINError, match="table is empty, as of studies by sequencing: .* supplementary files"):
        read(path)
    (tmp_path / "counts.csv").write_text(text(COUNTS).replace("s1,s2,s3", ",".join(ACCESSIONS)))
    joined = join_samples(read_expression(tmp_path / "counts.csv", Known()), read_sample_sheet(path))
    assert joined.obs["treatment"].tolist() == ["mock", "mock", "dex"]
    assert joined.obs["age"].isna().tolist() == [False, True, False]


def test_probes_are_said(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(series([f"{1000 + i}_at" for i in range(30)]))
    with pytest.raises(GeneRAINError, match="probe"):
        read_expression(path, Known())


def test_one_that_is_cut_off(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(series().splitlines()[:20]))
    with pytest.raises(GeneRAINError, match="without its end: it is cut off"):
        read(path)
    path.write_text("\n".join(head()[:5]))
    with pytest.raises(GeneRAINError, match="with no table"):
        read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("^DATABASE = GeoMiame\n!Database_name = x\n", "a SOFT file of GEO"),
        ("^SAMPLE = GSM1\n!Sample_title = x\n", "a SOFT file of GEO"),
        ("<Header>\nFileVersion,1.6\n</Header>\n<Code_Summary>\nCodeClass,Name\n", "NanoString file"),
        ("<!DOCTYPE html>\n<html></html>", "a web page"),
        ("\ufeff  <HTML><head></head></HTML>", "a web page"),
        ("<!-- saved -->\n<html></html>", "a web page"),
        ("<html xmlns:x='urn'><table><tr><td>TP53</td></tr></table></html>", "a web page"),
        ('<?xml version="1.0"?><MINiML></MINiML>', "is XML"),
        ("[CEL]\nVersion=3\n", "CEL file"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "pointer to a file in Git LFS"),
        ("##fileformat=VCFv4.2\n#CHROM\tPOS\n", "variants"),
        ("##gff-version 3\nchr1\tx\tgene\t1\t2\n", "annotation of genes"),
        ("@read1\nACGTN\n+\nFFFFF\n", "FASTQ"),
        (">chr1\nACGTACGTACGTACGTACGTAC\n", "FASTA"),
    ],
)
def test_other_files_of_the_field_are_called_by_name(tmp_path, content, words):
    path = tmp_path / "a.txt"
    path.write_text(content)
    with pytest.raises(GeneRAINError, match=words):
        read(path)

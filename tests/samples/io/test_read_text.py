import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.io.read import read
from tests.samples.known import ENSEMBL, SYMBOLS, Known, counts, text

COUNTS = counts()


def expression(path: Path, content: str | bytes, **corrections):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_expression(path, Known(), **corrections)


def assert_same(found, values=COUNTS):
    assert found.samples == tuple(f"s{i + 1}" for i in range(values.shape[1]))
    np.testing.assert_array_equal(found.values, values.T)


@pytest.mark.parametrize(
    ("sep", "corner"), [*itertools.product(",\t;", ["gene", "", '"Gene symbol"']), (" ", "gene"), (" ", "Gene_symbol")]
)
def test_separators_and_corners(tmp_path, sep, corner):
    found = expression(tmp_path / "a.txt", text(COUNTS, sep=sep, corner=corner))
    assert_same(found)
    assert found.identifiers == tuple(SYMBOLS)
    assert found.value_kind == "counts"
    assert found.obs.index.tolist() == list(found.samples)


@pytest.mark.parametrize("sep", [",", "\t", ";", " "])
def test_header_with_one_field_fewer_as_r_writes_it(tmp_path, sep):
    header, rows = text(COUNTS, sep=sep).split("\n", 1)
    assert_same(expression(tmp_path / "r.txt", header.split(sep, 1)[1] + "\n" + rows))


def test_aligned_by_many_spaces(tmp_path):
    content = "\n".join("  " + "   ".join(line.split(" ")) for line in text(COUNTS, sep=" ").splitlines())
    assert_same(expression(tmp_path / "a.txt", content))
    assert_same(expression(tmp_path / "b.txt", "Our counts\n" + content))


@pytest.mark.parametrize("sep", [";", "\t"])
def test_decimal_comma(tmp_path, sep):
    values = np.round(COUNTS * 1.2345, 2)
    found = expression(tmp_path / "a.csv", text(values, sep=sep).replace(".", ","))
    assert_same(found, values)
    assert found.value_kind == "estimated counts"


def test_quoted_decimal_comma_between_commas(tmp_path):
    values = np.round(COUNTS * 1.2345, 2)
    content = text(values, sep="|").replace(".", ",")
    lines = [",".join(f'"{cell}"' for cell in line.split("|")) for line in content.splitlines()]
    assert_same(expression(tmp_path / "a.csv", "\n".join(lines)), values)


def test_thousands_separators_are_refused(tmp_path):
    with pytest.raises(GeneRAINError, match="thousands"):
        expression(tmp_path / "a.tsv", "gene\ts1\ts2\nTP53\t1,234\t5,678\nMYC\t12\t3,000\n")


def test_thousands_with_points_are_refused_and_three_decimals_are_not(tmp_path):
    with pytest.raises(GeneRAINError, match="such as 1.230, thousands or decimals"):
        expression(tmp_path / "a.csv", "gene;s1;s2\nTP53;1.230;5.678\nMYC;12;3.456\n")
    content = "gene;s1;s2\nTP53;1.234;5.678\nMYC;{};3.456\n"
    for cell, first in (("12", "1.234"), ("1234", "1.230"), ("0.120", "1.230"), ("12.5", "1.230")):
        (tmp_path / "b.csv").write_text(content.format(cell).replace("1.234", first))
        assert read(tmp_path / "b.csv").layers["values"].values[0, 0] == float(first)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(tmp_path, encoding):
    content = text(COUNTS).replace("s4", "Kontrölle")
    found = expression(tmp_path / "a.csv", content.encode(encoding))
    assert found.samples == ("s1", "s2", "s3", "Kontrölle")
    np.testing.assert_array_equal(found.values, COUNTS.T)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(tmp_path, end):
    assert_same(expression(tmp_path / "a.csv", text(COUNTS).replace("\n", end)))


def test_comments_and_blank_lines(tmp_path):
    head, *rows = text(COUNTS).splitlines()
    content = "\n".join(["# made by hand", "", "# in 2024", head, rows[0], "", "# half way", *rows[1:], "", ""])
    assert_same(expression(tmp_path / "a.csv", content))


def test_a_comment_with_as_many_tabs_is_no_header(tmp_path):
    assert_same(expression(tmp_path / "a.tsv", "#run\ta\tb\tc\td\n" + text(COUNTS, sep="\t")))


@pytest.mark.parametrize("sep", [",", ";"])
def test_what_spreadsheets_write_about_a_table(tmp_path, sep):
    rows = text(COUNTS, sep=sep).splitlines()
    empty = sep * 4
    assert_same(expression(tmp_path / "a.csv", "\n".join([f"sep={sep}", *rows[:5], empty, *rows[5:], empty, empty])))
    rows[8] = rows[8] + f"{sep}9"
    with pytest.raises(GeneRAINError, match="6 fields in line 11"):
        expression(tmp_path / "b.csv", "\n".join([f"sep={sep}", *rows[:5], empty, *rows[5:]]))


@pytest.mark.parametrize("sep", [",", ";", "\t"])
def test_a_title_above_the_table_as_spreadsheets_save_it(tmp_path, sep):
    table = text(COUNTS, sep=sep)
    rest = sep * COUNTS.shape[1]
    found = expression(tmp_path / "a.csv", f"Counts of experiment 7{rest}\n{rest}\nmade in May{rest}\n{table}")
    assert_same(found)
    assert any("3 lines above the table were skipped" in note for note in found.notes)
    broken = text(COUNTS, sep=sep).replace(f"{SYMBOLS[3]}{sep}", f"{SYMBOLS[3]}{sep}1{sep}", 1)
    line = broken.split("\n").index(next(row for row in broken.split("\n") if row.startswith(SYMBOLS[3] + sep))) + 2
    with pytest.raises(GeneRAINError, match=f"line {line} "):
        expression(tmp_path / "b.csv", f"Counts of experiment 7{rest}\n{broken}")


def test_header_that_starts_with_a_hash(tmp_path):
    assert_same(expression(tmp_path / "a.csv", "#" + text(COUNTS)))


def test_trailing_separators(tmp_path):
    content = text(COUNTS)
    assert_same(expression(tmp_path / "a.csv", content.replace("\n", ",\n")))
    header, rows = content.split("\n", 1)
    assert_same(expression(tmp_path / "b.csv", header + "\n" + rows.replace("\n", ",\n")))


def test_gzip_by_content_not_by_name(tmp_path):
    assert_same(expression(tmp_path / "a.csv", gzip.compress(text(COUNTS).encode())))


def test_samples_in_rows(tmp_path):
    lines = [line.split(",") for line in text(COUNTS).splitlines()]
    found = expression(tmp_path / "a.csv", "\n".join(",".join(cells) for cells in zip(*lines, strict=True)))
    assert_same(found)
    assert found.identifiers == tuple(SYMBOLS)


def test_row_numbers_that_pandas_wrote(tmp_path):
    head, *rows = text(COUNTS).splitlines()
    content = "\n".join([f",{head}", *(f"{i},{row}" for i, row in enumerate(rows))])
    found = expression(tmp_path / "a.csv", content)
    assert_same(found)
    assert found.identifiers == tuple(SYMBOLS)


def test_numbers_beside_the_genes_are_no_samples(tmp_path):
    head, *rows = text(COUNTS).splitlines()
    lines = [f"entrez,{head},length", *(f"{i + 7},{row},{900 + i}" for i, row in enumerate(rows))]
    found = expression(tmp_path / "a.csv", "\n".join(lines))
    assert_same(found)
    assert found.identifiers == tuple(SYMBOLS)


def test_two_columns_of_names_take_the_one_that_is_recognized(tmp_path):
    head, *rows = text(COUNTS).splitlines()
    probes = "\n".join([f"probe,{head}", *(f"{1000 + i}_at,{row}" for i, row in enumerate(rows))])
    assert expression(tmp_path / "a.csv", probes).identifiers == tuple(SYMBOLS)
    with pytest.raises(GeneRAINError, match="probe IDs"):
        expression(tmp_path / "a.csv", probes, gene_column="probe")
    with pytest.raises(GeneRAINError, match="choose one of: row names, probe or gene"):
        expression(tmp_path / "a.csv", probes, gene_column="nothing")


def test_salmon_merged(tmp_path):
    values = COUNTS * 1.37
    lines = [line.split("\t") for line in text(values, sep="\t").splitlines()]
    ids = ["gene_id", *(f"{e}.3" for e in ENSEMBL)]
    names = ["gene_name", *SYMBOLS]
    content = "\n".join("\t".join([i, n, *line[1:]]) for i, n, line in zip(ids, names, lines, strict=True))
    found = expression(tmp_path / "salmon.merged.gene_counts.tsv", content)
    assert found.value_kind == "estimated counts"
    assert found.identifiers[0] in (ids[1], SYMBOLS[0])
    np.testing.assert_allclose(found.values, values.T, rtol=1e-9)


def test_feature_counts(tmp_path):
    _, *rows = text(COUNTS, sep="\t").splitlines()
    bams = "\t".join(f"/data/run/s{i + 1}.sorted.bam" for i in range(4))
    lines = ['# Program:featureCounts v2.0.1; Command:"featureCounts" "-a" "x.gtf"']
    lines += [f"Geneid\tChr\tStart\tEnd\tStrand\tLength\t{bams}"]
    for i, row in enumerate(rows):
        name, rest = row.split("\t", 1)
        lines.append(f"{name}\tchr1;chr1\t{i};{i + 5}\t{i + 4};{i + 9}\t+;+\t{1000 + i}\t{rest}")
    found = expression(tmp_path / "counts.txt", "\n".join(lines))
    assert_same(found)
    assert any("BAM" in note for note in found.notes)
    assert any("featureCounts" in note for note in found.notes)


def test_feature_counts_with_plain_positions(tmp_path):
    content = "Geneid\tChr\tStart\tEnd\tStrand\tLength\ta.bam\nTP53\t17\t5\t9\t-\t4\t12\nMYC\tX\t2\t3\t+\t1\t7\n"
    found = expression(tmp_path / "counts.txt", content)
    assert found.samples == ("a",)
    np.testing.assert_array_equal(found.values, [[12, 7]])


def test_htseq_count(tmp_path):
    lines = [f"{e}\t{int(v)}" for e, v in zip(ENSEMBL, COUNTS[:, 0], strict=True)]
    lines += ["__no_feature\t900", "__ambiguous\t12", "__too_low_aQual\t0", "__not_aligned\t0", "__alignment_not_unique\t7"]
    found = expression(tmp_path / "liver_1.txt", "\n".join(lines) + "\n")
    assert found.samples == ("liver_1",)
    assert found.identifiers[-5] == "__no_feature"
    np.testing.assert_array_equal(found.values[0, :-5], COUNTS[:, 0])


def test_star_and_rsem(tmp_path):
    lines = ["N_unmapped\t9\t9\t9", "N_multimapping\t1\t1\t1", "N_noFeature\t2\t3\t4", "N_ambiguous\t0\t0\t0"]
    lines += [f"{e}\t{i + 5}\t{i}\t5" for i, e in enumerate(ENSEMBL)]
    found = expression(tmp_path / "x.ReadsPerGene.out.tab", "\n".join(lines))
    assert found.values.shape == (1, 30)
    assert found.values[0, 0] == 5
    assert found.obs["N_unmapped"].tolist() == [9]
    head = "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    rows = "".join(f"{e}\tENST1,ENST2\t900\t800.5\t{i * 3.5}\t{i}\t{i / 2}\n" for i, e in enumerate(ENSEMBL))
    found = expression(tmp_path / "s9.genes.results", head + rows)
    assert found.samples == ("s9",)
    np.testing.assert_array_equal(found.values[0], np.arange(len(ENSEMBL)) * 3.5)


def test_star_counts_of_the_genomic_data_commons(tmp_path):
    head = (
        "# gene-model: GENCODE v36\ngene_id\tgene_name\tgene_type\tunstranded\tstranded_first\tstranded_second\ttpm_unstranded\n"
    )
    feet = "N_unmapped\t\t\t9\t9\t9\t\nN_noFeature\t\t\t2\t3\t4\t\n"
    rows = "".join(
        f"{e}.4\t{s}\tprotein_coding\t{i + 5}\t{i}\t5\t0.5\n" for i, (e, s) in enumerate(zip(ENSEMBL, SYMBOLS, strict=True))
    )
    found = expression(tmp_path / "tumor.tsv", head + feet + rows)
    assert found.samples == ("tumor",)
    assert found.values[0].tolist() == [9, 2, *range(5, 5 + len(ENSEMBL))]


def test_repeated_sample_names_become_unique(tmp_path):
    found = expression(tmp_path / "a.csv", text(COUNTS).replace("s2", "s1").replace("s3", "s1"))
    assert found.samples == ("s1", "s1.1", "s1.2", "s4")
    assert any("unique" in note for note in found.notes)


def test_one_sample_is_fine(tmp_path):
    assert_same(expression(tmp_path / "a.csv", text(COUNTS[:, :1])), COUNTS[:, :1])


def test_wide_table_of_three_samples(tmp_path):
    genes = [f"ENSG{i:011d}" for i in range(5000)]
    values = counts(3, 5000)
    lines = [line.split(",") for line in text(values, names=genes).splitlines()]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(",".join(cells) for cells in zip(*lines, strict=True)))
    found = read_expression(path, Known(genes))
    assert_same(found, values)


def test_metadata_of_samples_in_rows(tmp_path):
    lines = [line.split(",") for line in text(COUNTS).splitlines()]
    rows = [list(cells) for cells in zip(*lines, strict=True)]
    groups, ages = ["group", "a", "a", "b", "b"], ["age", "50", "61", "42", "38"]
    rows = [[row[0], group, age, *row[1:]] for row, group, age in zip(rows, groups, ages, strict=True)]
    found = expression(tmp_path / "a.csv", "\n".join(",".join(row) for row in rows))
    assert_same(found)
    assert found.identifiers == tuple(SYMBOLS)
    assert found.obs["age"].tolist() == [50, 61, 42, 38]
    assert found.obs["group"].tolist() == ["a", "a", "b", "b"]


def test_orientation_can_be_corrected(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(COUNTS))
    found = read_expression(path, Known(), genes_in="rows")
    assert_same(found)
    assert read(path).format == "comma-separated text"


def test_gene_names_with_stray_quotes(tmp_path):
    content = text(COUNTS, sep="\t").replace("VIM", '3" VIM')
    assert_same(expression(tmp_path / "a.tsv", content))


def test_numbers_of_genes_with_a_gap_name_the_rows(tmp_path):
    lines = ["GeneID\ts1\ts2", *(f"{number}\t{i}\t{i + 1}" for i, number in enumerate([*range(7000, 7019), ""]))]
    (tmp_path / "a.tsv").write_text("\n".join(lines))
    raw = read(tmp_path / "a.tsv")
    assert raw.layers["values"].columns == ("s1", "s2")
    assert raw.rows[:2] == ("7000", "7001")
    assert raw.rows[-1] == ""

"""Sample sheets as laboratories write them: titles above, no header, R's row names, names spelled as files; right or refused."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from generain_core.samples.io.sheets.spellings import accession, behind_accession, file_name, tcga_patient, undated
from tests.samples.known import Known, counts, text

SAMPLES = ("s1", "s2", "s3", "s4")
ROWS = (("s3", "c", 3), ("s1", "a", 1), ("s4", "d", 4), ("s2", "b", 2))


def expression(folder: Path, samples: tuple[str, ...] = SAMPLES) -> Expression:
    content = text(counts())
    header, _, body = content.partition("\n")
    for old, new in zip(SAMPLES, samples, strict=True):
        header = header.replace(old, new)
    (folder / "counts.csv").write_text(f"{header}\n{body}")
    return read_expression(folder / "counts.csv", Known())


def joined(folder: Path, content: str, samples: tuple[str, ...] = SAMPLES) -> Expression:
    (folder / "sheet.txt").write_text(content)
    return join_samples(expression(folder, samples), read_sample_sheet(folder / "sheet.txt"))


def lines(mark: str = ",", rows: tuple[tuple[object, ...], ...] = ROWS) -> str:
    return "\n".join(mark.join(map(str, row)) for row in rows) + "\n"


WRITTEN = {
    "a title above": f"Samples of project 7\n\nsample,who,age\n{lines()}",
    "a title with commas above": f"Samples, of Kim\t\t\nsample\twho\tage\n{lines(chr(9))}",
    "a comment above": f"# sheet of 2021, by Kim\nsample,who,age\n{lines()}",
    "a header that is a comment": f"# of 2021\n#sample,who,age\n{lines()}",
    "row names of R": '"who" "age"\n' + "".join(f'"{name}" "{who}" {age}\n' for name, who, age in ROWS),
    "spaces": f"sample who age\n{lines('  ')}",
    "decimal commas": f"sample;who;age\n{lines(';').replace('3', '3')}",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_sheet_however_it_is_written(tmp_path, way) -> None:
    found = joined(tmp_path, WRITTEN[way])
    assert found.obs["who"].tolist() == ["a", "b", "c", "d"]
    assert found.obs["age"].tolist() == [1, 2, 3, 4]
    assert len(found.obs.columns) == 2


def test_without_a_header_no_sample_is_lost(tmp_path) -> None:
    """The first sample's row was taken for the header, and it went without a row."""
    found = joined(tmp_path, lines())
    assert found.obs["column 2"].tolist() == ["a", "b", "c", "d"]
    assert found.obs["column 3"].tolist() == [1, 2, 3, 4]
    assert any("has no header" in note for note in found.notes)
    frame = pd.DataFrame({"s1": ["control", "s2"], "drug": ["s3", "x"]})
    with pytest.raises(GeneRAINError, match="names samples|several"):
        join_samples(expression(tmp_path), pd.concat([frame, frame]))


NAMES = {
    "sorted BAM files": (("s1.sorted.bam", "s2.sorted.bam", "s10.sorted.bam", "s4.sorted.bam"), ("s1", "s2", "s10", "s4")),
    "STAR's files": (
        ("s1Aligned.sortedByCoord.out.bam", "s2Aligned.sortedByCoord.out.bam", "s3Aligned.sortedByCoord.out.bam", "s4.bam"),
        ("s1", "s2", "s3", "s4"),
    ),
    "accessions": (("GSM9000_a1", "GSM9001_a2", "GSM9002_a10", "GSM900_b"), ("GSM9000", "GSM9001", "GSM9002", "GSM900")),
    "names behind accessions": (("GSM9000_a1", "GSM9001_a2", "GSM9002_a10", "GSM900_b"), ("a1", "a2", "a10", "b")),
    "TCGA": (
        ("TCGA-AB-2800-03A-01T-0734-13", "TCGA-AB-2801-03A-01T-0734-13", "TCGA.AB.2802.03A", "TCGA-AB-2803-11"),
        ("TCGA-AB-2800", "TCGA-AB-2801", "TCGA-AB-2802", "TCGA-AB-2803"),
    ),
    "dates of Excel": (("MAR1", "MAR2", "SEP4", "Sept-11"), ("1-Mar", "2-Mar", "4-Sep", "11-Sep")),
    "numbers with a point": (("1.1", "1.10", "2.1", "2.10"), ("1.1", "1.10", "2.1", "2.10")),
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_as_programs_spell_them(tmp_path, kind) -> None:
    samples, in_sheet = NAMES[kind]
    rows = tuple((in_sheet[i], "abcd"[i], i + 1) for i in (2, 0, 3, 1))
    found = joined(tmp_path, f"sample,who,age\n{lines(rows=rows)}", samples)
    assert found.obs["who"].tolist() == ["a", "b", "c", "d"]
    assert any("matched to the sheet" in note for note in found.notes) == (kind != "numbers with a point")


def test_1_1_is_not_1_10(tmp_path) -> None:
    with pytest.raises(GeneRAINError, match="names a sample"):
        joined(tmp_path, f"sample,who\n{lines(rows=(('3.10', 'a'), ('4.10', 'b')))}", ("3.1", "4.1", "5.1", "6.1"))


def test_spellings_that_make_two_samples_one_are_not_used(tmp_path) -> None:
    samples = ("TCGA-AB-2800-03A", "TCGA-AB-2800-11A", "TCGA-AB-2801-03A", "TCGA-AB-2802-03A")
    with pytest.raises(GeneRAINError, match="No column of the sample sheet"):
        joined(tmp_path, f"sample,who\n{lines(rows=(('TCGA-AB-2800', 'a'), ('TCGA-AB-2801', 'b')))}", samples)


def test_parts_of_names() -> None:
    assert file_name("/data/run/S1_R.sorted.dedup.bam") == "s1r"
    assert file_name("S1.ReadsPerGene.out.tab") == "s1"
    assert (accession("GSM9000_S1"), accession("xGSM9000"), accession("GSM1 and GSM2")) == ("GSM9000", "", "")
    assert behind_accession("SRR12345_liver-2") == "liver2"
    assert tcga_patient("TCGA-AB-2800-03A-01T-0734-13") == "tcgaab2800"
    assert tcga_patient("AB-2800") == ""
    assert (undated("MAR1"), undated("1-Mar"), undated("2024-03-01"), undated("3/4/2024"), undated("MARS")) == (
        "mar1",
        "mar1",
        "mar1",
        "",
        "",
    )


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_sheet_among_those_of_a_workbook(tmp_path) -> None:
    table = [["sample", "who", "age"], *map(list, ROWS)]
    titled = [["Samples of project 7"], [], *table]
    for name, sheets in (
        ("readme first", {"README": [["how to"], ["fill it in"]], "Tabelle1": titled}),
        ("counts first", {"counts": [["gene", "s1", "s2"], ["A", 1, 2], ["B", 3, 4]], "Metadata": table}),
    ):
        sheet = read_sample_sheet(workbook(tmp_path / f"{name}.xlsx", **sheets))
        found = join_samples(expression(tmp_path), sheet)
        assert found.obs["who"].tolist() == ["a", "b", "c", "d"]
        assert any("Of the workbook with the sample sheet" in note for note in found.notes)

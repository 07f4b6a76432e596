"""Files of one sample each, of every program and in every wrapping, give the table that was written into them."""

import gzip
import io
import re
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.read import read
from generain_core.samples.io.single_samples.sample_names import sample_name, sample_names
from tests.samples.io.single_samples import files_of_programs as programs
from tests.samples.known import ENSEMBL, SYMBOLS, Known, counts

COUNTS = counts(3)
SAMPLES = ("GSM1_ctrl", "GSM2_ctrl", "GSM3_kd")


def contents(kind: str) -> dict[str, str]:
    write, pattern = programs.NAMED[kind]
    return {pattern.replace("{}", sample): write(COUNTS[:, i]) for i, sample in enumerate(SAMPLES)}


def wrap(folder: Path, files: dict[str, str], wrapping: str) -> Path | list[Path]:
    if wrapping == "zip":
        with zipfile.ZipFile(folder / "a.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return folder / "a.zip"
    if wrapping in ("RAW.tar", "tgz"):
        path = folder / f"GSE1_{wrapping}"
        with tarfile.open(path, "w:gz" if wrapping == "tgz" else "w") as archive:
            for name, content in files.items():
                packed = gzip.compress(content.encode()) if wrapping == "RAW.tar" else content.encode()
                entry = tarfile.TarInfo(f"{name}.gz" if wrapping == "RAW.tar" else name)
                entry.size = len(packed)
                archive.addfile(entry, io.BytesIO(packed))
        return path
    paths = [folder / "in" / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    if wrapping == "folder":
        return folder / "in"
    return paths if len({path.name for path in paths}) == len(paths) else [path.parent for path in paths]


@pytest.mark.parametrize("wrapping", ["files", "folder", "zip", "RAW.tar", "tgz"])
@pytest.mark.parametrize("kind", programs.NAMED)
def test_every_program_in_every_wrapping(tmp_path, kind, wrapping):
    found = read_expression(wrap(tmp_path, contents(kind), wrapping), Known(), keep_sums=True)
    assert found.samples == SAMPLES
    place = {name: i for i, name in enumerate(found.identifiers)}
    names = SYMBOLS if SYMBOLS[0] in place else ENSEMBL
    np.testing.assert_array_equal(np.asarray(found.values)[:, [place[name] for name in names]], COUNTS.T)
    assert len(found.sha256) == 64
    assert len(found.obs["file"]) == 3


@pytest.mark.parametrize(
    ("strands", "first", "words"),
    [
        (("reverse",) * 3, "reverse", "the reverse one was taken: 100 %"),
        (("forward",) * 3, "forward", "the forward one was taken: 0 %"),
        (("unstranded",) * 3, "unstranded", "the unstranded one was taken: 5"),
        (("reverse", "reverse", "unstranded"), "unstranded", r"libraries differs: .*GSM3_kd \(unstranded\)"),
    ],
)
def test_the_strand_of_star_is_agreed_on_by_the_files(tmp_path, strands, first, words):
    files = {f"{s}.ReadsPerGene.out.tab": programs.star(COUNTS[:, i], strand=strands[i]) for i, s in enumerate(SAMPLES)}
    table = read(wrap(tmp_path, files, "zip"))
    assert next(iter(table.layers)) == first
    assert sorted(table.layers) == ["forward", "reverse", "unstranded"]
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(table.layers["forward"].values, table.layers["reverse"].values)
    assert any(re.search(words, note) for note in table.notes)
    assert bool(table.not_read) == (len(set(strands)) > 1)


def test_what_is_beside_the_samples_is_told(tmp_path):
    files = contents("a header") | {"sheet.csv": "sample,group\nGSM1_ctrl,a\nGSM2_ctrl,b\n", "ages.tsv": "who\tage\nx\t3\ny\t4\n"}
    table = read(wrap(tmp_path, files, "zip"))
    assert table.rows == SAMPLES
    assert any(note.startswith("ages.tsv was left aside: its names") for note in table.not_read)
    assert table.row_texts["group"].fillna("").tolist() == ["a", "b", ""]
    assert not any("sheet.csv" in note for note in table.not_read)
    assert "sheet.csv describes 2 of 3 samples by its column sample." in table.notes


def test_genes_go_before_transcripts_and_two_kinds_are_asked_about(tmp_path):
    files = {f"{s}.genes.results": programs.rsem(COUNTS[:, i]) for i, s in enumerate(SAMPLES)}
    files |= {f"{s}.isoforms.results": programs.rsem_isoforms(COUNTS[:, i]) for i, s in enumerate(SAMPLES)}
    table = read(wrap(tmp_path, files, "zip"))
    assert table.layers["expected_count"].columns == tuple(ENSEMBL)
    assert any("Left aside as of transcripts" in note for note in table.not_read)
    files |= contents("STAR")
    with pytest.raises(GeneRAINError, match=r"several kinds: RSEM .* and STAR ReadsPerGene"):
        read(wrap(tmp_path, files, "zip"))


OTHERS = {"RSEM": "TPM", "salmon": "tpm", "kallisto": "TPM", "GDC": "tpm_unstranded", "StringTie": "fpkm"}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("kind", OTHERS)
def test_another_quantity_of_the_programs_can_be_taken(tmp_path, kind, together):
    files = contents(kind)
    if together:
        path = wrap(tmp_path, files, "zip")
    else:
        path = tmp_path / next(iter(files)).rsplit("/", 1)[-1]
        path.write_text(next(iter(files.values())))
    plain = read_expression(path, Known())
    kept = [each for each in plain.left_out if each.kind == "layer"]
    assert any(each.name.casefold() == OTHERS[kind].casefold() and each.option == "layer" for each in kept)
    tpm = programs.scaled(COUNTS.T[: len(plain.samples)])
    right = {"GDC": np.full(len(ENSEMBL), 1.5), "StringTie": np.full(len(ENSEMBL), 2.5)}.get(kind, tpm)
    found = read_expression(path, Known(), measure=OTHERS[kind], value_kind=ValueKind.SCALED)
    place = {name: i for i, name in enumerate(found.identifiers)}
    names = SYMBOLS if SYMBOLS[0] in place else ENSEMBL
    taken = np.asarray(found.values)[:, [place[name] for name in names]]
    np.testing.assert_array_equal(taken, np.broadcast_to(right, taken.shape))
    assert found.samples == plain.samples
    assert found.samples == plain.samples
    with pytest.raises(GeneRAINError, match="no CPM among its quantities; choose "):
        read_expression(path, Known(), measure="CPM")


def test_counts_and_tpm_are_not_joined(tmp_path):
    files = {f"{s}.txt": f"gene\t{'TPM' if i else 'count'}\n{programs.plain(COUNTS[:, i])}" for i, s in enumerate(SAMPLES)}
    with pytest.raises(GeneRAINError, match="several kinds: count .* and tpm"):
        read(wrap(tmp_path, files, "zip"))


def test_a_gene_that_a_file_lacks_is_missing_rather_than_zero(tmp_path):
    files = contents("no header")
    first, *others = files
    files[first] = "".join(files[first].splitlines(keepends=True)[:-2])
    path = wrap(tmp_path, files, "zip")
    with pytest.raises(GeneRAINError, match="has no value in 2 cells, the first in sample 'GSM1_ctrl'"):
        read_expression(path, Known())
    found = read_expression(path, Known(), missing_as_zero=True)
    assert np.asarray(found.values)[0, -2:].tolist() == [0, 0]
    np.testing.assert_array_equal(np.asarray(found.values)[1:], COUNTS.T[1:])
    assert others


def test_files_in_another_order_and_with_repeats(tmp_path):
    files = contents("no header")
    name = next(iter(files))
    files = {key: value + "TP53\t4\nTP53\t5\n" for key, value in files.items()}
    files[name] = "".join(reversed(files[name].splitlines(keepends=True)))
    found = read_expression(wrap(tmp_path, files, "zip"), Known(), keep_sums=True)
    place = {gene: i for i, gene in enumerate(found.identifiers)}
    np.testing.assert_array_equal(np.asarray(found.values)[:, [place[name] for name in ENSEMBL]], COUNTS.T)
    twice = [i for i, gene in enumerate(found.identifiers) if gene == "TP53"]
    assert np.asarray(found.values)[:, twice].sum(axis=1).tolist() == [9, 9, 9]


def test_versions_of_ids_that_differ(tmp_path):
    files = {
        f"{s}.txt": "".join(f"{e}.{i + 1}\t{c:.0f}\n" for e, c in zip(ENSEMBL, COUNTS[:, i], strict=True))
        for i, s in enumerate(SAMPLES)
    }
    table = read(wrap(tmp_path, files, "zip"))
    np.testing.assert_array_equal(table.layers["joined"].values, COUNTS.T)
    assert any("differ in their versions" in note for note in table.notes)


def test_other_names_are_refused(tmp_path):
    files = {f"{s}.counts": programs.htseq(COUNTS[:, i]) for i, s in enumerate(SAMPLES)}
    files["x.counts"] = "".join(f"{s}\t3\n" for s in SYMBOLS) + "__no_feature\t9\n"
    with pytest.raises(GeneRAINError, match=r"don't go together: x.counts shares 1 of its 31 names \(such as 'ACTB'\)"):
        read(wrap(tmp_path, files, "zip"))


def test_a_sample_that_is_damaged_is_not_left_out(tmp_path):
    files = contents("no header")
    files["GSM9_counts.tsv"] = "TP53\t1\nEGFR\t5\nMYC\t2\t3\n"
    with pytest.raises(GeneRAINError, match=r"GSM9_counts.tsv has 3 fields"):
        read(wrap(tmp_path, files, "zip"))


def test_tables_of_several_samples_are_put_side_by_side(tmp_path):
    head = {"a.csv": "gene,s1,s2\n", "b.csv": "gene,s3,s4\n"}
    files = {name: top + "".join(f"{s},{i},{i + 1}\n" for i, s in enumerate(SYMBOLS)) for name, top in head.items()}
    assert read(wrap(tmp_path, files, "files")).rows == ("s1", "s2", "s3", "s4")
    files["b.csv"] = files["a.csv"]
    with pytest.raises(GeneRAINError, match="have a column 's1'"):
        read(wrap(tmp_path, files, "files"))


def hostile_tar(path: Path, kind: str) -> Path:
    with tarfile.open(path, "w") as archive:
        entry = tarfile.TarInfo(
            "../../outside.txt" if kind == "outside" else "/etc/outside.txt" if kind == "absolute" else "a.txt"
        )
        if kind == "link":
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        elif kind == "device":
            entry.type = tarfile.CHRTYPE
        entry.size = 0 if entry.type != tarfile.REGTYPE else 4
        archive.addfile(entry, io.BytesIO(b"TP53"))
    raw = bytearray(path.read_bytes())
    if kind == "large":
        raw[124:136] = b"77777777777\0"
        raw[148:156] = b"        "
        raw[148:156] = b"%06o\0 " % sum(raw[:512])
    path.write_bytes(bytes(raw[:700]) if kind == "cut off" else bytes(raw))
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("outside", "path outside the archive"),
        ("absolute", "path outside the archive"),
        ("link", "holds nothing"),
        ("device", "holds nothing"),
        ("large", "cut off or damaged|of data"),
        ("cut off", "cut off"),
    ],
)
def test_hostile_tars(tmp_path, kind, words):
    with pytest.raises(GeneRAINError, match=words):
        read(hostile_tar(tmp_path / "a.tar", kind))
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("GSM1_ctrl.ReadsPerGene.out.tab.gz", "GSM1_ctrl"),
        ("s1ReadsPerGene.out.tab", "s1"),
        ("quant.sf", ""),
        ("P1_quant", "P1"),
        ("a.genes.results", "a"),
        ("GSM7_htseq_counts.txt.gz", "GSM7"),
        ("1f2e.rna_seq.augmented_star_gene_counts.tsv", "1f2e"),
        ("readcount1.txt", "readcount1"),
    ],
)
def test_names_without_what_programs_add(file, name):
    assert sample_name(file) == name


def test_names_by_folders_where_files_are_called_alike():
    assert sample_names(["x/star/ReadsPerGene.out.tab", "y/star/ReadsPerGene.out.tab"]) == ["x", "y"]
    assert sample_names(["a/s1/quant.sf", "b/s1/quant.sf"]) == ["a", "b"]
    assert sample_names(["a/s1/quant.sf", "a/s2/quant.sf", "b/s1/quant.sf"]) == ["a/s1", "a/s2", "b/s1"]


def test_the_countings_of_star_are_not_exchanged_for_one_that_looks_better(tmp_path):
    many = [f"ENSG{i:011d}" for i in range(2500)]
    head = "".join(f"{name}\t1\t1\t1\n" for name in ("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"))
    files = {
        f"{s}.ReadsPerGene.out.tab": head + "".join(f"{g}\t{(i + at) % 50 + 2}\t0\t0\n" for i, g in enumerate(many))
        for at, s in enumerate(SAMPLES)
    }
    found = read_expression(wrap(tmp_path, files, "zip"), Known(many))
    assert np.asarray(found.values)[:, :3].tolist() == [[2, 3, 4], [3, 4, 5], [4, 5, 6]]
    assert found.identifiers == tuple(many)


def test_a_table_and_its_sample_sheet_chosen_together(tmp_path):
    table = "gene,s1,s2\n" + "".join(f"{s},{i},{i + 1}\n" for i, s in enumerate(SYMBOLS))
    found = read(wrap(tmp_path, {"a.csv": table, "sheet.csv": "sample,group\ns1,a\ns2,b\n"}, "files"))
    assert found.layers["values"].columns == ("s1", "s2")
    assert found.layers["values"].column_texts["group"].tolist() == ["a", "b"]
    assert not any("sheet.csv" in note for note in found.not_read)


def test_versions_that_differ_between_files_lose_no_sample(tmp_path) -> None:
    """Five of eight samples were left aside with a note, as their IDs had other versions."""
    ids = [f"ENSG{i:011d}" for i in range(60)]
    values = np.random.default_rng(0).integers(0, 900, (4, 60))
    paths = [tmp_path / f"s{i}.txt" for i in range(4)]
    for i, path in enumerate(paths):
        path.write_text("".join(f"{name}.{i % 3 + 1}\t{value}\n" for name, value in zip(ids, values[i], strict=True)))
    raw = read(paths)
    (layer,) = raw.layers.values()
    assert raw.rows == ("s0", "s1", "s2", "s3")
    assert layer.columns == tuple(ids)
    np.testing.assert_array_equal(layer.values, values)
    paths[3].write_text("".join(f"other{i}\t{value}\n" for i, value in enumerate(values[3])))
    with pytest.raises(GeneRAINError, match="s3.txt shares none of its 60 names"):
        read(paths)

"""ARCHS4: samples found by words, the tables beside it, and chosen columns read and nothing else."""

import csv
import json
import shutil
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest

from generain_core import settings
from generain_core.cli import main
from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.release.files import FILES, Release, choose
from generain_core.samples.archs4 import chosen_samples
from generain_core.samples.archs4.chosen_samples import Archs4
from generain_core.samples.archs4.meta_tables import write_tables
from tests.conftest import full_disk
from tests.samples.archs4.archs4_file import Counting, write_archs4

SAMPLES, ROWS = 5000, 4000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, np.ndarray]:
    """Return a release that holds an ARCHS4 of 5,000 samples, and its counts."""
    root = tmp_path_factory.mktemp("large") / "release"
    path = root / FILES["archs4"][0]
    path.parent.mkdir(parents=True)
    genes = [("protein_coding", f"ENSG{i:011d}" if i % 7 else "", f"GENE{i}") for i in range(ROWS)]
    counts = write_archs4(path, SAMPLES, genes)
    return Release.open(root), counts


def rows_of(path: Path) -> pd.DataFrame:
    """Return the samples' fields, read plainly."""
    with h5py.File(path) as file:
        group = file["meta/samples"]
        return pd.DataFrame({n: [v.decode() if isinstance(v, bytes) else v for v in group[n][:]] for n in group})


@pytest.mark.parametrize(
    ("text", "probability"),
    [
        ("liver", 0.5),
        ("LIVER female", None),
        ("hela -male", 0.2),
        ("male", 1),
        ("*male", 1),
        ("*ical", 1),
        ("rep", 0.5),
        ("é", None),
        ('"cd4+" GSE15', None),
        ("'replicate 2'", 1),
        ("(.+ liver", None),
        ("\\\\", None),
        ("*", None),
        ("", 0.5),
    ],
)
def test_search_finds_what_a_loop_finds(large, text, probability) -> None:
    release, _ = large
    plain = rows_of(release.path("archs4"))
    expected = []

    def has(words: str, asked: str) -> bool:
        if asked.startswith("*") and len(asked) > 1:
            return asked[1:] in words
        starts = [i for i in range(len(words)) if words.startswith(asked, i)]
        return any(not asked[0].isalnum() or i == 0 or not words[i - 1].isalnum() for i in starts)

    for i, row in plain.iterrows():
        words = "\n".join(
            row[n] for n in ("geo_accession", "series_id", "title", "source_name_ch1", "characteristics_ch1")
        ).lower()
        asked = {"'replicate 2'": ["'replicate", "2'"], "\\\\": ["\\"]}.get(text) or (
            ["cd4+", "gse15"] if "cd4" in text else text.lower().split()
        )
        hit = all(not has(words, word[1:]) if word.startswith("-") else has(words, word) for word in asked)
        if hit and (probability is None or row["singlecellprobability"] <= probability):
            expected.append(i)
    found, total = Archs4.open(release).search(text, max_single_cell=probability, limit=None)
    assert total == len(expected)
    assert found["column"].tolist() == expected
    assert found["geo_accession"].tolist() == plain["geo_accession"].iloc[expected].tolist()
    if text in ("male", "*male"):
        assert total == {"male": SAMPLES // 2, "*male": SAMPLES}[text]
    few, same = Archs4.open(release).search(text, max_single_cell=probability, limit=3)
    assert same == total
    assert few["column"].tolist() == expected[:3]


def test_search_reads_nothing_of_the_matrix(large, fresh_cache, monkeypatch) -> None:
    release, _ = large

    def refuse(self, *arguments):
        raise AssertionError("the matrix was read")

    read = h5py.Dataset.__getitem__
    monkeypatch.setattr(
        h5py.Dataset, "__getitem__", lambda self, *a, **k: refuse(self) if "expression" in self.name else read(self, *a, **k)
    )
    opened = Archs4.open(release)
    opened.search("liver female")
    again = Archs4.open(release)
    assert again.index.equals(opened.index)


def test_without_the_matrix_the_table_of_samples_is_searched(large, tmp_path) -> None:
    release, _ = large
    write_tables(release)
    target = tmp_path / "r" / FILES["samples_meta"][0]
    target.parent.mkdir(parents=True)
    shutil.copy(release.path("archs4").parent / target.name, target)
    listed = Archs4.open(Release.open(tmp_path / "r"))
    whole = Archs4.open(release)
    for text in ("liver female", '"c" é'):
        pd.testing.assert_frame_equal(listed.search(text)[0], whole.search(text)[0])
    with pytest.raises(GeneRAINError, match="only lists the samples"):
        listed.read([0])


def test_a_full_disk_costs_the_cache_and_is_not_taken_for_a_damaged_file(large, tmp_path, fresh_cache) -> None:
    release, _ = large
    (tmp_path / "r" / FILES["archs4"][0]).parent.mkdir(parents=True)
    (tmp_path / "r" / FILES["archs4"][0]).symlink_to(release.path("archs4"))
    with full_disk(100_000):
        found = Archs4.open(Release.open(tmp_path / "r")).search("liver female")
        with pytest.raises(GeneRAINError, match=r"_meta\.tsv can't be written .*; make room"):
            write_tables(Release.open(tmp_path / "r"))
    assert not [path for path in fresh_cache.rglob("*") if path.is_file()]
    pd.testing.assert_frame_equal(found[0], Archs4.open(release).search("liver female")[0])


def test_tables_are_those_of_the_demo_and_hold_every_field(large, tmp_path) -> None:
    shutil.copytree(settings.DEMO_RELEASE, tmp_path / "demo")
    demo = Release.open(tmp_path / "demo")
    before = [demo.path(key).read_bytes() for key in ("genes_meta", "samples_meta")]
    genes, samples = write_tables(demo)
    assert genes.read_bytes() == before[0]
    pd.testing.assert_frame_equal(
        pd.read_csv(samples, sep="\t"),
        pd.read_csv(settings.DEMO_RELEASE / FILES["samples_meta"][0], sep="\t"),
        check_like=True,
    )
    release, _ = large
    _, samples = write_tables(release)
    with samples.open(newline="") as lines:
        header, *rows = csv.reader(lines, delimiter="\t")
    plain = rows_of(release.path("archs4"))
    assert header == list(plain.columns)
    assert [row[:3] for row in rows] == plain.iloc[:, :3].astype(str).to_numpy().tolist()


def test_chosen_samples_are_read_by_column_in_file_order_and_little_else(large, monkeypatch) -> None:
    release, counts = large
    opened = Archs4.open(release)
    opened.read([0])  # the names of the genes are kept from then on
    columns = np.random.default_rng(1).permutation(SAMPLES)[:50]
    counted = []

    def open_counting(path, mode):
        counted.append(Counting(Path(path)))
        return h5py_file(counted[-1], mode)

    h5py_file = h5py.File
    monkeypatch.setattr(chosen_samples.h5py, "File", open_counting)
    read = opened.read(columns)
    monkeypatch.undo()
    assert (read.values == counts[:, np.sort(columns)].T).all()
    assert list(read.samples) == [f"GSM{1000 + i}" for i in np.sort(columns)]
    assert read.identifiers[0] == "GENE0"
    assert read.identifiers[1] == "ENSG00000000001"
    with h5py.File(release.path("archs4")) as file:
        chunks = file["data/expression"].id
        theirs = sum(chunks.get_chunk_info_by_coord((row, int(c))).size for c in columns for row in range(0, ROWS, 2000))
    assert theirs <= counted[0].bytes < 2 * theirs, counted[0].bytes / theirs


@pytest.mark.parametrize("chunks", [None, (500, 7), (4000, 64)])
def test_any_layout_of_the_matrix_is_read(large, tmp_path, chunks) -> None:
    release, counts = large
    path = tmp_path / "r" / FILES["archs4"][0]
    path.parent.mkdir(parents=True)
    some = counts[:, :200]
    with h5py.File(path, "w") as file, h5py.File(release.path("archs4")) as whole:
        file.create_dataset("data/expression", data=some, chunks=chunks)
        whole.copy("meta/genes", file, "meta/genes")
        for name in whole["meta/samples"]:
            file[f"meta/samples/{name}"] = whole["meta/samples"][name][:200]
    columns = [199, 3, 64, 63, 65, 3]
    assert (Archs4.open(Release.open(tmp_path / "r")).read(columns).values == some[:, sorted(set(columns))].T).all()


def test_bad_input_is_one_sentence(large, tmp_path) -> None:
    release, _ = large
    opened = Archs4.open(release)
    with pytest.raises(GeneRAINError, match="'GSM1' is no sample"):
        opened.columns(["GSM1000", "GSM1"])
    with pytest.raises(GeneRAINError, match="none was chosen"):
        opened.read([])
    with pytest.raises(GeneRAINError, match="beyond"):
        opened.read([SAMPLES])
    path = tmp_path / "r" / FILES["archs4"][0]
    path.parent.mkdir(parents=True)
    path.write_bytes(release.path("archs4").read_bytes()[:200_000])
    with pytest.raises(ReleaseError, match="cut short"):
        Archs4.open(Release.open(tmp_path / "r"))
    with pytest.raises(ReleaseError, match="is missing"):
        write_tables(Release.open(_only_tables(tmp_path)))


def _only_tables(folder: Path) -> Path:
    path = folder / "t" / FILES["genes_meta"][0]
    path.parent.mkdir(parents=True)
    path.write_text("biotype\tensembl_gene\tsymbol\n")
    return folder / "t"


def test_the_command_line_searches_and_pulls(capsys, tmp_path) -> None:
    assert main(["archs4", "no", "such", "words"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "None has all of these words and is no single cell; try fewer."
    assert main(["archs4", "liver", "male", "-k", "2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["found"] >= len(answer["samples"]) == 2
    names = [row["geo_accession"] for row in answer["samples"]]
    out = tmp_path / "out.h5ad"
    assert main(["archs4-pull", *reversed(names), "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["samples_kept"] == 2
    data = anndata.read_h5ad(out)
    assert list(data.obs_names) == names
    assert "SIMULATED" in data.uns["generain"]["provenance"]
    with h5py.File(choose().path("archs4")) as file:
        column = file["data/expression"][:, int(data.obs["archs4_column"].iloc[0])]
        symbols = [name.decode() for name in file["meta/genes/symbol"][:]]
    assert np.asarray(data[names[0], "RPL3"].X).ravel()[0] == column[symbols.index("RPL3")]
    assert main(["archs4-pull", "-o", str(out)]) == 2
    assert "No sample was chosen" in capsys.readouterr().err
    assert main(["archs4-pull", "--find", "liver", "--most", "1", "-o", str(out)]) == 2
    assert "--most" in capsys.readouterr().err

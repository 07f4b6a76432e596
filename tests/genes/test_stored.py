"""The gene table on disk: the same table, and never that of other files or other code."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generain_core import settings
from generain_core.genes import GeneTable, Resolver
from generain_core.genes.table_cache import open_table
from generain_core.release.files import FILES, Release
from generain_core.storage import cache


@pytest.fixture
def release(tmp_path: Path) -> Release:
    shutil.copytree(settings.DEMO_RELEASE / "data" / "annotation", tmp_path / "release" / "data" / "annotation")
    for key in ("genes_meta", "gene_statistics", "index/coding_lncrna"):
        place = tmp_path / "release" / FILES[key][0]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(settings.DEMO_RELEASE / FILES[key][0], place)
    return Release.open(tmp_path / "release")


def same(a: GeneTable, b: GeneTable) -> None:
    pd.testing.assert_frame_equal(a.frame, b.frame)
    pd.testing.assert_frame_equal(a.names, b.names)
    assert list(a.ensembl_ids.items()) == list(b.ensembl_ids.items())
    assert a.problems == b.problems


def never(*_args, **_kwargs):
    raise AssertionError("joined anew")


def test_the_table_from_the_cache_is_the_table(release, fresh_cache, monkeypatch) -> None:
    built = GeneTable.build(release, None, tolerant=True)
    same(open_table(release, None), built)
    monkeypatch.setattr(GeneTable, "build", never)
    again = open_table(release, None)
    same(again, built)
    names = [*built.names["name"].iloc[::7], *built.frame.index[::11], "1-Mar", "NOPE"]
    pd.testing.assert_frame_equal(Resolver(again).resolve_many(names), Resolver(built).resolve_many(names))


def test_missing_numbers_and_positions_come_back(fresh_cache, shared, tmp_path, monkeypatch) -> None:
    root = tmp_path / "real"
    places = {"annotation/ensembl": "ensembl109_grch38_genes.tsv.gz", "annotation/hgnc": "hgnc_complete_set.txt.gz"}
    for key, name in places.items():
        place = root / next(p for p in FILES[key] if p.endswith(".gz"))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shared / "data" / "annotation" / name, place)
    release = Release.open(root)
    genes = ["TP53", "XIST", "GAS5", "NOT_A_GENE"]
    built = open_table(release, genes)
    monkeypatch.setattr(GeneTable, "build", never)
    same(open_table(release, genes), built)
    assert built.frame["start"].dtype == "Int64"
    assert built.frame["start"].isna().any()
    assert built.frame.loc["TP53", "start"] > 7_000_000
    assert np.isnan(built.frame.loc["TP53", "mean"])


@pytest.mark.parametrize("change", ["file", "genes", "code"])
def test_what_was_joined_from_something_else_is_not_taken(release, fresh_cache, monkeypatch, change) -> None:
    before = open_table(release, None)
    if change == "file":
        path = release.path("gene_statistics")
        lines = path.read_text().splitlines()
        path.write_text("\n".join(lines[:-40]) + "\n")
        after = open_table(Release.open(release.root), None)
        assert len(after.model) < len(before.model)
        return
    monkeypatch.setattr(GeneTable, "build", never)
    open_table(release, None)
    if change == "code":
        monkeypatch.setattr(cache, "key_of_code", lambda package: "another")
    with pytest.raises(AssertionError, match="joined anew"):
        open_table(release, ["TP53"] if change == "genes" else None)


@pytest.mark.parametrize("damage", ["cut", "junk", "no description", "other lengths"])
def test_a_damaged_entry_is_joined_anew(release, fresh_cache, damage) -> None:
    before = open_table(release, None)
    folder = next((fresh_cache / "genes").iterdir())
    if damage == "no description":
        (folder / "meta.json").unlink()
    elif damage == "other lengths":
        said = json.loads((folder / "meta.json").read_text())
        said["meta"]["lengths"]["frame gene"] -= 9
        (folder / "meta.json").write_text(json.dumps(said))
    else:
        content = (folder / "texts.npy").read_bytes()
        (folder / "texts.npy").write_bytes(content[: len(content) // 2] if damage == "cut" else b"junk")
    same(open_table(release, None), before)
    same(open_table(release, None), before)


def test_what_ails_a_file_is_still_said_from_the_cache(release, fresh_cache, monkeypatch) -> None:
    release.path("annotation/hgnc").write_bytes(bytes(range(256)) * 12)
    first = open_table(Release.open(release.root), None)
    assert "hgnc_complete_set" in first.problems[0]
    monkeypatch.setattr(GeneTable, "build", never)
    assert open_table(Release.open(release.root), None).problems == first.problems

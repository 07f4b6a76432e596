"""The store holds what the parquet holds, whatever its layout; ranks and percentiles equal plain counting."""

import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generain_core.attributes import convert, disk_need, find_attribute, is_converted, open_store
from generain_core.attributes.store.array_files import turn_file
from generain_core.attributes.store.attribute_store import is_ranked
from generain_core.attributes.store.rank_store import add_ranks
from generain_core.attributes.store.summaries import lower_counts
from generain_core.errors import Cancelled, GeneRAINError, ReleaseError
from generain_core.release.files import FILES, Release
from generain_core.storage import cache
from tests.attributes.make import LAYOUTS, gene_names, metadata_of, names_of, path_of, probabilities, put, put_genes, put_table
from tests.conftest import PROJECT, SHARED


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_values(made, values, layout) -> None:
    store = made(values, layout)
    assert store.layout == layout
    assert store.genes == tuple(gene_names(90))
    assert store.attributes.tolist() == names_of(12)
    np.testing.assert_array_equal(store.by_attribute, values)
    np.testing.assert_array_equal(store.by_gene, values.T)
    if layout != "transposed":
        assert store.table["library"].tolist() == [f"Library {i % 3}" for i in range(12)]
        assert store.table["number_of_positive_genes"].tolist() == list(range(10, 22))
        assert store.roles.reliability == "test_auroc"
        assert store.roles.facets == ("library",)


@pytest.mark.parametrize("separator", [", ", ";", " ", "|"])
def test_numbers_as_text_in_several_hands(made, values, separator) -> None:
    np.testing.assert_array_equal(made(values, "string", separator=separator).by_attribute, values)


def test_double_precision_is_rounded_to_single(made, values) -> None:
    exact = np.random.default_rng(0).random((4, 90))
    np.testing.assert_array_equal(made(exact).by_attribute, exact.astype(np.float32))


def test_ranks_equal_plain_counting(store, values) -> None:
    for gene in (0, 7, 11, 25):
        for attribute in range(12):
            lower = sum(other < values[attribute, gene] for other in values[attribute])
            assert store.below[gene, attribute] == lower
            assert store.percentiles(store.genes[gene])[attribute] == 100 * lower / 89
    np.testing.assert_allclose(store.medians, np.median(values.astype(float), axis=1))
    np.testing.assert_allclose(store.deviations, values.astype(float).std(axis=1))


def test_missing_probabilities_are_kept_and_not_counted(made, values) -> None:
    values[1, [3, 50]] = np.nan
    values[4, :] = np.nan
    store = made(values)
    np.testing.assert_array_equal(store.by_attribute, values)
    assert store.counts.tolist() == [90, 88, 90, 90, 0, *[90] * 7]
    assert np.isnan(store.percentiles("G3")[1])
    filled = values[1, ~np.isnan(values[1])]
    assert store.below[8, 1] == (filled < values[1, 8]).sum()
    assert store.medians[1] == pytest.approx(np.median(filled.astype(float)))


def test_before_ranks_are_made_answers_are_the_same(tmp_path, fresh_cache, values) -> None:
    values[1, [3, 50]] = np.nan
    values[4, :] = np.nan
    release = put(tmp_path / "release", values)
    store = open_store(release, ranked=False)
    assert is_converted(release)
    assert not is_ranked(release)
    assert store.below is None
    counted = [store.percentiles(gene) for gene in store.genes]
    add_ranks(store.fingerprint)
    assert is_ranked(release)
    assert store.below is not None  # the same store sees them
    for gene, before in zip(store.genes, counted, strict=True):
        np.testing.assert_array_equal(store.percentiles(gene), before)


def test_damaged_ranks_are_made_anew(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path / "release", values)
    key = convert(release)
    whole = np.array(add_ranks(key))
    (fresh_cache / "attribute-ranks" / key / "below.npy").write_bytes(b"cut")
    np.testing.assert_array_equal(open_store(release).below, whole)


@pytest.mark.parametrize("shape", [(1, 1), (65, 513), (130, 1024)])
def test_turning_a_file_equals_turning_an_array(tmp_path, shape) -> None:
    array = np.random.default_rng(0).random(shape).astype(np.float32)
    np.save(tmp_path / "one.npy", array)
    told: list[float] = []
    turn_file(tmp_path / "one.npy", tmp_path / "other.npy", told.append)
    np.testing.assert_array_equal(np.load(tmp_path / "other.npy"), array.T)
    assert told[-1] == 1


def test_ranking_takes_minus_zero_for_zero() -> None:
    block = np.array([[0.5, -0.0, 0.0, 1.0]], np.float32)
    assert lower_counts(block).tolist() == [[2, 0, 0, 3]]


def test_blocks_are_the_rows(store, values) -> None:
    found = list(store.blocks(size=4 * 90 * 5))
    assert [start for start, _ in found] == [0, 5, 10]
    np.testing.assert_array_equal(np.concatenate([block for _, block in found]), values)


def test_repeated_names_get_names_of_their_own(made, values) -> None:
    metadata = metadata_of(12)
    metadata.loc[[1, 2, 5], "attribute"] = "process 0 (GO:0000000)"
    metadata.loc[5, "library"] = "Library 0"
    names = made(values, metadata=metadata).attributes
    assert names.is_unique
    start = "process 0 (GO:0000000)"
    assert [names[i] for i in (0, 1, 2, 5)] == [f"{start} [Library {i}]" for i in (0, 1, 2)] + [f"{start} [Library 0] (2)"]


def test_lists_as_long_as_the_genes_are_no_metadata(tmp_path, fresh_cache) -> None:
    values = probabilities(4, 1500)
    put_genes(tmp_path, gene_names(1500))
    table = {
        "term": ["a", "b", "c", "d"],
        "members": [["G1", "G2"], ["G3"], [], []],
        "order": [[f"X{i}" for i in range(1500)]] * 4,
    }
    table |= {"words": [letter * 30_000 for letter in "abcd"], "p": list(values)}
    store = open_store(put_table(tmp_path, pa.table(table)))
    np.testing.assert_array_equal(store.by_attribute, values)
    assert store.table["members"].tolist() == ["G1, G2", "G3", "", ""]
    assert list(store.table.columns) == ["members"]
    assert "order, words" in store.notes[0]


def test_without_names_attributes_are_numbered(made, values) -> None:
    store = made(values, metadata=metadata_of(12)[["number_of_positive_genes"]])
    assert store.attributes[3] == "attribute 4"


def test_an_attribute_is_found_by_its_name_in_any_case_or_a_part_of_it(store) -> None:
    assert find_attribute(store, " PROCESS  3 (go:0000003) ") == "process 3 (GO:0000003)"
    assert find_attribute(store, "GO:0000011") == "process 11 (GO:0000011)"
    with pytest.raises(GeneRAINError, match="12 attributes have"):
        find_attribute(store, "process")
    with pytest.raises(GeneRAINError, match="Close to it: “process 3"):
        find_attribute(store, "proces 3 GO:0000003")


def test_a_store_is_made_once_and_known_by_its_content(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path / "one", values)
    assert not is_converted(release)
    told: list[float] = []
    key = convert(release, lambda share, words: told.append(share))
    assert told == sorted(told)
    assert is_converted(release)
    os.utime(release.path("attributes"), (1, 1))
    assert convert(release, lambda share, words: None) == key
    assert convert(put(tmp_path / "two", values)) == key
    changed = values.copy()
    changed[0, 0] += np.float32(0.125)
    assert convert(put(tmp_path / "one", changed)) != key


def test_cancelled_work_leaves_nothing_and_can_begin_again(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path / "release", values)

    def stop(share: float, words: str) -> None:
        if share > 0.5:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        convert(release, stop)
    assert list((fresh_cache / "attributes").iterdir()) == []
    np.testing.assert_array_equal(open_store(release).by_attribute, values)


def test_work_that_was_killed_is_cleared_away_by_the_next(tmp_path, fresh_cache, values) -> None:
    release = put(tmp_path / "release", values)
    code = "import os, sys; from generain_core.attributes import convert; from generain_core.release.files import Release\n"
    code += "convert(Release.open(sys.argv[1]), lambda share, words: share > 0.5 and os._exit(9))"
    done = subprocess.run([sys.executable, "-c", code, str(release.root)], cwd=PROJECT, check=False)
    assert done.returncode == 9
    left = list((fresh_cache / "attributes").glob(".new-*"))
    assert [path.is_dir() for path in sorted(left)] == [True, False]  # the folder, and the lock that nobody holds now
    np.testing.assert_array_equal(open_store(release).by_attribute, values)
    assert not list((fresh_cache / "attributes").glob(".*"))


def test_work_that_goes_on_elsewhere_is_left_alone(fresh_cache) -> None:
    code = "import sys; from generain_core.storage import cache\nwith cache.building('attributes', 'key') as working:\n"
    code += "    (working / 'x').touch(); print(working, flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as other:
        working = Path(other.stdout.readline().strip())
        os.utime(working, (1, 1))  # however long ago it began
        cache.sweep()
        assert (working / "x").exists()
        other.kill()
        other.wait()
        cache.sweep()
        assert not list((fresh_cache / "attributes").iterdir())


def test_folders_from_before_there_were_locks_are_cleared_away(fresh_cache) -> None:
    (fresh_cache / "attributes" / ".new-old").mkdir(parents=True)
    cache.sweep("attributes")
    assert not list((fresh_cache / "attributes").iterdir())


def test_a_kill_at_any_moment_is_made_good_by_the_next_run(tmp_path, fresh_cache, values, pytestconfig) -> None:
    release = put(tmp_path / "release", values)
    whole = _content(fresh_cache / "attributes" / convert(release))
    code = "import sys; from generain_core.attributes import convert; from generain_core.release.files import Release\n"
    code += "print('begun', flush=True)\nconvert(Release.open(sys.argv[1]))"
    moments = random.Random(0)
    for _ in range(int(pytestconfig.getoption("--kills"))):
        shutil.rmtree(fresh_cache / "attributes")
        process = subprocess.Popen([sys.executable, "-c", code, str(release.root)], cwd=PROJECT, stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(moments.uniform(0, 0.2))
        process.kill()
        process.wait()
        process.stdout.close()
        assert _content(fresh_cache / "attributes" / convert(release)) == whole


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("damage", ["meta", "short", "gone"])
def test_a_damaged_store_is_made_anew(tmp_path, fresh_cache, values, damage) -> None:
    release = put(tmp_path / "release", values)
    folder = fresh_cache / "attributes" / convert(release)
    if damage == "meta":
        (folder / "meta.json").write_text('{"meta": {}, "shapes": {}}')
    elif damage == "short":
        content = (folder / "by_gene.npy").read_bytes()
        (folder / "by_gene.npy").write_bytes(content[:-100])
    else:
        (folder / "by_attribute.npy").unlink()
    np.testing.assert_array_equal(open_store(release).by_gene, values.T)


def test_the_room_is_told_and_checked_first(tmp_path, fresh_cache, values, monkeypatch) -> None:
    assert disk_need(4797, 31653) == 4797 * 31653 * 12
    release = put(tmp_path / "release", values)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 1000})())
    with pytest.raises(ReleaseError, match="make room"):
        convert(release)


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), OSError("90 requested and 3 written")])
def test_a_disk_that_fills_meanwhile_is_told_and_leaves_nothing(tmp_path, fresh_cache, values, monkeypatch, problem) -> None:
    release = put(tmp_path / "release", values)
    with monkeypatch.context() as patched:
        patched.setattr("numpy.save", lambda path, array: (_ for _ in ()).throw(problem))
        with pytest.raises(ReleaseError, match=r"(No space|3 written).*make room"):
            convert(release)
    assert not list((fresh_cache / "attributes").iterdir())
    np.testing.assert_array_equal(open_store(release).by_gene, values.T)


def test_what_is_served_equals_the_parquet_read_plainly(standin: Path, fresh_cache) -> None:
    release = Release.open(standin)
    store = open_store(release)
    plain = pq.read_table(release.path("attributes")).to_pandas()
    rng = np.random.default_rng(1)
    genes = (standin / FILES["attributes/genes"][0]).read_text().split()
    assert list(store.genes) == genes
    for row in rng.integers(0, len(plain), 50):
        np.testing.assert_array_equal(store.by_attribute[row], plain["predicted_probabilities"][row])
    for column in rng.integers(0, len(genes), 50):
        expected = [values[column] for values in plain["predicted_probabilities"]]
        np.testing.assert_array_equal(store.by_gene[column], expected)
    assert store.table["test_auroc"].tolist() == plain["test_auroc"].tolist()


@pytest.fixture(scope="module")
def maker():
    """Return the module that writes stand-in releases."""
    tool = SHARED / "tools" / "make_standin_release.py"
    if not tool.is_file():
        pytest.skip("the stand-in maker ../shared/tools/make_standin_release.py is not here")
    spec = importlib.util.spec_from_file_location("maker", tool)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("layout", LAYOUTS[1:])
def test_layouts_of_the_stand_in_agree(maker, tmp_path, fresh_cache, layout) -> None:
    symbols = [f"TP{i}" for i in range(40)] + ["RPL3", "GAPDH", "MYC", "CD3E", "XIST"]
    opened = []
    for each in ("list", layout):
        put_genes(tmp_path / each, symbols)
        rng = np.random.default_rng(2)
        vectors = rng.normal(size=(len(symbols), 8))
        maker.write_attributes(path_of(tmp_path / each, "attributes"), symbols, vectors, 9, each, rng)
        opened.append(open_store(Release.open(tmp_path / each)))
    one, other = opened
    assert one.genes == other.genes
    assert one.attributes.tolist() == other.attributes.tolist()
    np.testing.assert_allclose(one.by_attribute, other.by_attribute, atol=5.1e-6 if layout == "string" else 0)


def test_the_description_is_json(tmp_path, fresh_cache, values) -> None:
    key = convert(put(tmp_path / "release", probabilities(5, 50)))
    entry = cache.load("attributes", key)
    assert entry is not None
    json.dumps(dict(entry.meta), allow_nan=False)

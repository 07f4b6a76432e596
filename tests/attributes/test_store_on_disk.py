"""A store on disk: made once, made good after kills, damage and full disks."""

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
import pyarrow.parquet as pq
import pytest

from generain_core.attributes import convert, disk_need, is_converted, open_store
from generain_core.errors import Cancelled, ReleaseError
from generain_core.release.files import FILES, Release
from generain_core.storage import cache
from tests.attributes.make import LAYOUTS, path_of, probabilities, put, put_genes
from tests.conftest import PROJECT, SHARED


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

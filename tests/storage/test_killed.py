"""What a kill, a full disk or a second process leaves: whole files, marks before what they mark, nothing half done."""

import os
import subprocess
import sys
import tarfile
import textwrap
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.install import install as installing
from generain_core.release.files import Release
from generain_core.release.provenance import csv_bytes
from generain_core.samples.binning import binned_files
from generain_core.storage.atomic import atomic_write
from tests.conftest import PROJECT

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


class Killed(BaseException):
    pass


def test_an_install_that_is_killed_anywhere_leaves_no_simulated_file_without_its_mark(tmp_path, monkeypatch) -> None:
    root, archive = tmp_path / "release", tmp_path / "r.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(settings.DEMO_RELEASE / "data" / "models", "data/models")
        packed.add(settings.DEMO_RELEASE / "SIMULATED", "SIMULATED")
    moved: list[Path] = []

    def kill(working: Path, into: Path, target: Path) -> None:
        if len(moved) == 2:
            raise Killed
        moved.append(target)
        plain(working, into, target)

    plain = installing._move_in
    monkeypatch.setattr(installing, "_move_in", kill)
    with pytest.raises(Killed):
        installing.install([archive], root)
    assert moved[0].name == "SIMULATED"
    assert Release.open(root).simulated
    monkeypatch.setattr(installing, "_move_in", plain)
    done = installing.install([archive], root)
    assert done.release.simulated
    assert "SIMULATED" in done.kept
    assert installing.install([archive], root).written == ()


def some_samples(genes: int = 300) -> anndata.AnnData:
    counts = np.random.default_rng(0).poisson(3.0, (5, genes)).astype(np.float32)
    obs, var = pd.DataFrame(index=[f"s{i}" for i in range(5)]), pd.DataFrame(index=[f"g{i}" for i in range(genes)])
    return anndata.AnnData(counts, obs, var, layers={"bins": counts.astype(np.int16)}, uns={"generain": {"provenance": "p"}})


def test_where_a_disk_might_fill_the_same_file_is_made_in_memory(tmp_path, monkeypatch) -> None:
    samples = some_samples()
    binned_files.write_h5ad(samples, tmp_path / "direct.h5ad")
    monkeypatch.setattr(binned_files, "SPARE", 1 << 60)
    binned_files.write_h5ad(samples, tmp_path / "memory.h5ad")
    direct, memory = anndata.read_h5ad(tmp_path / "direct.h5ad"), anndata.read_h5ad(tmp_path / "memory.h5ad")
    np.testing.assert_array_equal(direct.X, memory.X)
    np.testing.assert_array_equal(direct.layers["bins"], memory.layers["bins"])
    assert direct.uns["generain"] == memory.uns["generain"]
    assert list(direct.obs_names) == list(memory.obs_names)


@POSIX
def test_a_full_disk_ends_in_a_sentence(tmp_path) -> None:
    code = f"""
        import resource, signal
        from pathlib import Path
        from generain_core.errors import GeneRAINError
        from generain_core.samples.binning import binned_files
        from tests.storage.test_killed import some_samples
        binned_files.SPARE = 1 << 60
        samples = some_samples(20_000)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        try:
            binned_files.write_h5ad(samples, Path({str(tmp_path / "o.h5ad")!r}))
        except GeneRAINError as problem:
            raise SystemExit(str(problem))
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=PROJECT, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 1
    assert "make room" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_what_a_killed_process_left_goes_with_the_next_and_what_another_writes_stays(tmp_path) -> None:
    target = tmp_path / "a.h5ad"
    begun = "from generain_core.storage.atomic import atomic_write; from pathlib import Path; import os, signal\n"
    begun += f"with atomic_write(Path({str(target)!r})) as working:\n  os.kill(os.getpid(), signal.SIGKILL)\n"
    subprocess.run([sys.executable, "-c", begun], cwd=PROJECT, timeout=60, check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with atomic_write(target) as first, atomic_write(target) as second:
        assert sorted(tmp_path.iterdir()) == sorted([first, second])
        first.write_text("1")
        second.write_text("2")
    assert [path.name for path in tmp_path.iterdir()] == ["a.h5ad"]


@POSIX
def test_a_command_that_is_told_to_end_cleans_up(tmp_path) -> None:
    code = f"""
        import os, signal, sys
        from pathlib import Path
        import generain_core.__main__ as door
        from generain_core.storage.atomic import atomic_write

        def main():
            try:
                with atomic_write(Path({str(tmp_path / "a")!r})) as working:
                    os.kill(os.getpid(), signal.SIGTERM)
                    signal.pause()
            except KeyboardInterrupt:
                return 130

        door.main = main
        door.run()
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=PROJECT, timeout=60, check=False)
    assert ended.returncode == 130
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_a_cache_that_cannot_be_written_to_leaves_no_folder_behind(tmp_path) -> None:
    (tmp_path / "shut").write_text("no folder")
    environment = os.environ | {"TMPDIR": str(tmp_path), "GENERAIN_CACHE": str(tmp_path / "shut" / "cache")}
    code = "from generain_core import settings; assert settings.cache_dir().is_dir()"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, timeout=60, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["shut"]


BUILD = """
import sys, time
import numpy as np
from generain_core.storage import cache
start = float(sys.argv[1])
time.sleep(max(0.0, start - time.time()))
for i in range(40):
    entry = cache.store("things", f"key{i}", {"a": np.full(1000, i)}, {"i": i})
    again = cache.load("things", f"key{i}", meta=["i"])
    assert again is not None and (again.arrays["a"] == i).all() and again.meta["i"] == i
"""


def test_processes_that_build_the_same_cache_at_once_do_not_disturb_each_other(tmp_path) -> None:
    import time

    environment = os.environ | {"GENERAIN_CACHE": str(tmp_path)}
    begin = str(time.time() + 2.0)
    both = [subprocess.Popen([sys.executable, "-c", BUILD, begin], cwd=PROJECT, env=environment) for _ in range(2)]
    assert [each.wait(120) for each in both] == [0, 0]
    assert sorted(path.name for path in (tmp_path / "things").iterdir()) == sorted(f"key{i}" for i in range(40))


@pytest.mark.skipif(os.name != "posix" or (os.geteuid() == 0 and not Path("/proc/self").exists()), reason="modes of POSIX")
def test_a_release_that_is_read_only_is_read(tmp_path, monkeypatch) -> None:
    import shutil

    from generain_core.vectors.atlas import Atlas

    root = tmp_path / "release"
    shutil.copytree(settings.DEMO_RELEASE, root)
    for path in (*root.rglob("*"), root):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(str(path) for path in root.rglob("*"))
    assert len(Atlas.open(Release.open(root)).neighbors("TP53", 3)) == 3
    assert sorted(str(path) for path in root.rglob("*")) == before
    for path in (root, *root.rglob("*")):
        path.chmod(0o755)


def test_headers_and_cells_begin_no_formula() -> None:
    table = pd.DataFrame([["=1+1", "-2", " @x", 3.0]], columns=["=cmd|' /C calc'!A0", "+a", "plain", "-number"])
    lines = csv_bytes(table, "from here").decode().splitlines()
    assert lines[0] == "'=cmd|' /C calc'!A0,'+a,plain,'-number,provenance"
    assert lines[1] == "'=1+1,'-2,' @x,3,from here"


def test_two_columns_of_one_name_are_written_as_they_are() -> None:
    table = pd.DataFrame([["=a", "b"]], columns=["x", "x"])
    assert csv_bytes(table, "o").decode().splitlines() == ["x,x,provenance", "'=a,b,o"]


def test_a_folder_is_no_target(tmp_path) -> None:
    with pytest.raises((GeneRAINError, OSError)), atomic_write(tmp_path / "none" / "a"):
        pass

"""From a record to a release on disk, over a real connection to a server that fails in every way servers do."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generain_core import settings
from generain_core.cli import main
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.install import record as records
from generain_core.install.download import FOLDER, download
from generain_core.install.record import read_record
from generain_core.install.remote import TRIES
from generain_core.release.files import FILES
from tests.conftest import PROJECT, full_disk
from tests.install.record_server import RecordServer, serving

CHUNK = Path(FILES["chunk/0"][0]).name


class Pauses(list):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def tree(root: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder, but for those that only say that someone writes."""
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file() and p.name != ".writing"
    }


@pytest.fixture(scope="module")
def undisturbed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("undisturbed") / "release"
    with serving(published) as server:
        download(read_record(server.record), ["all"], root)
    return tree(root)


def test_essentials_arrive_and_the_chunk_stays_away(server: RecordServer, tmp_path: Path) -> None:
    told = []
    done = download(
        read_record(server.record), ["essential"], tmp_path / "r", progress=lambda share, words: told.append((share, words))
    )
    assert done.release.has("vectors/200d", "boundaries/gene2vec", "archs4")
    assert not done.release.has("chunk/0")
    for path in [settings.DEMO_RELEASE / "SIMULATED", *(settings.DEMO_RELEASE / "data").rglob("*")]:
        if path.is_file():
            assert (tmp_path / "r" / path.relative_to(settings.DEMO_RELEASE)).read_bytes() == path.read_bytes()
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert any("data.tar.gz" in words and " of " in words for _, words in told)
    assert not (tmp_path / "r" / FOLDER).exists()


def test_a_second_run_fetches_nothing(server: RecordServer, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    root = tmp_path / "r"
    download(read_record(server.record), ["essential"], root)
    assert len(server.starts("data.tar.gz")) == 1
    download(read_record(server.record), ["all"], root)
    assert len(server.starts("data.tar.gz")) == 1
    assert len(server.starts(CHUNK)) == 1
    assert tree(root) == undisturbed
    (root / FILES["index/gene2vec"][0]).unlink()
    download(read_record(server.record), ["essential"], root)
    assert tree(root) == undisturbed


@pytest.mark.parametrize(
    "faults",
    [
        ["breaks off"],
        ["breaks off", "breaks off", "breaks off"],
        ["stalls"],
        ["says more"],
        ["says less"],
        ["sends too much"],
        ["changes a byte"],
        ["429", "500", "503"],
        ["breaks off", "ignores range"],
        ["breaks off", "wrong range"],
        ["breaks off", "416"],
    ],
    ids=" then ".join,
)
def test_a_failing_server_costs_attempts_and_nothing_else(
    server: RecordServer, tmp_path: Path, undisturbed: dict[str, str], faults: list[str]
) -> None:
    server.faults["data.tar.gz"] = list(faults)
    pauses = Pauses()
    download(read_record(server.record), ["all"], tmp_path / "r", pause=pauses, patience=0.5)
    assert tree(tmp_path / "r") == undisturbed
    assert not server.faults["data.tar.gz"]
    if faults == ["breaks off"]:
        half = (server.folder / "data.tar.gz").stat().st_size // 2
        assert server.starts("data.tar.gz") == ["", f"bytes={half}-"]
    if faults[0] == "429":
        assert pauses[0] == 7
        assert pauses[1] < pauses[2]


def test_a_server_that_never_gets_better_is_given_up(server: RecordServer, tmp_path: Path) -> None:
    server.faults["data.tar.gz"] = ["500"] * 100
    pauses = Pauses()
    with pytest.raises(GeneRAINError, match=r"data.tar.gz could not be fetched: 127.0.0.1 answers 500"):
        download(read_record(server.record), ["essential"], tmp_path / "r", pause=pauses)
    assert len(pauses) == TRIES - 1
    server.faults["data.tar.gz"] = ["changes a byte"] * 100
    with pytest.raises(GeneRAINError, match="came damaged twice: its md5 is"):
        download(read_record(server.record), ["essential"], tmp_path / "r", pause=pauses)
    assert not list((tmp_path / "r").rglob("*.pth"))


def test_a_forbidden_file_is_not_asked_for_again(server: RecordServer, tmp_path: Path) -> None:
    server.faults["data.tar.gz"] = ["403"]
    with pytest.raises(GeneRAINError, match="answers 403"):
        download(read_record(server.record), ["essential"], tmp_path / "r", pause=Pauses())
    assert len(server.starts("data.tar.gz")) == 1


def test_a_stop_keeps_what_came(server: RecordServer, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    server.faults["data.tar.gz"] = ["breaks off"]

    def stop(seconds: float) -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        download(read_record(server.record), ["all"], tmp_path / "r", pause=stop)
    half = (server.folder / "data.tar.gz").stat().st_size // 2
    download(read_record(server.record), ["all"], tmp_path / "r")
    assert server.starts("data.tar.gz")[-1] == f"bytes={half}-"
    assert tree(tmp_path / "r") == undisturbed


@pytest.mark.parametrize("listed", [True, False])
def test_a_folder_serves_as_a_record(published: Path, tmp_path: Path, undisturbed: dict[str, str], listed: bool) -> None:
    mirror = tmp_path / "mirror"
    shutil.copytree(published, mirror)
    if listed:
        (mirror / "record.json").write_text(json.dumps(RecordServer(published).document()))
    download(read_record(str(mirror)), ["all"], tmp_path / "r")
    found = tree(tmp_path / "r")
    assert {**found, "installed.json": ""} == {**undisturbed, "installed.json": ""}
    if listed:
        assert found == undisturbed
        (mirror / CHUNK).write_bytes(b"changed" * 100)
        with pytest.raises(GeneRAINError, match=f"{CHUNK} c"):
            download(read_record(str(mirror)), ["all"], tmp_path / "other", pause=Pauses())


def test_a_proxy_of_the_environment_is_asked(server: RecordServer, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    record = read_record(f"http://far.example{records.urlsplit(server.record).path}")
    assert record.choose(["essential"])[0].name == "data.tar.gz"
    assert server.asked[-1][0] == "/api/records/77"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("files"), "does not list files"),
        (lambda d: d.update(files=[]), "lists no file"),
        (lambda d: d["files"].append(d["files"][0]), "a file twice"),
        (lambda d: d["files"][0].update(key="../../evil"), "a file called"),
        (lambda d: d["files"][0].update(key=".hidden"), "a file called"),
        (lambda d: d["files"][0].update(size=-1), "has the size"),
        (lambda d: d["files"][0].update(checksum="sha9:00"), "no md5"),
        (lambda d: d["files"][0]["links"].update(self="file:///etc/passwd"), "lies at"),
    ],
)
def test_a_list_that_is_none_is_refused(published: Path, tmp_path: Path, monkeypatch, change, said) -> None:
    document = RecordServer(published).document()
    change(document)
    with serving(published) as server:
        monkeypatch.setattr(server, "document", lambda: document)
        with pytest.raises(GeneRAINError, match=said):
            read_record(server.record, Pauses())


def test_a_record_that_answers_late(server: RecordServer) -> None:
    server.faults["record"] = ["503", "breaks off"]
    assert len(read_record(server.record, Pauses()).files) == 3
    server.faults["record"] = ["html"]
    with pytest.raises(GeneRAINError, match="does not list files"):
        read_record(server.record, Pauses())


def test_the_disk_is_looked_at_first(server: RecordServer, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(GeneRAINError, match="make room"):
        download(read_record(server.record), ["all"], tmp_path / "r")
    assert server.starts("data.tar.gz") == []


def test_a_disk_that_fills_on_the_way(server: RecordServer, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    with full_disk(3_000_000), pytest.raises(GeneRAINError, match=r"data\.tar\.gz.* can't be written .*; make room"):
        download(read_record(server.record), ["all"], tmp_path / "r", pause=Pauses())
    download(read_record(server.record), ["all"], tmp_path / "r")
    assert server.starts("data.tar.gz") == ["", "bytes=3000000-"]
    assert tree(tmp_path / "r") == undisturbed


@pytest.mark.parametrize(("taken", "said"), [(FILES["chunk/0"][0], "can't be written"), (f"{FOLDER}/x", "")])
def test_a_folder_where_a_file_belongs_is_told(server: RecordServer, tmp_path: Path, taken: str, said: str) -> None:
    (tmp_path / "r" / taken).mkdir(parents=True)
    if not said:
        shutil.rmtree(tmp_path / "r" / FOLDER)
        (tmp_path / "r" / FOLDER).write_text("")
    with pytest.raises(GeneRAINError, match=said or "take away what is there"):
        download(read_record(server.record), ["training"], tmp_path / "r", pause=Pauses())


def test_the_demo_is_not_written_into(server: RecordServer) -> None:
    with pytest.raises(GeneRAINError, match="is the demo release"):
        download(read_record(server.record), ["all"], settings.DEMO_RELEASE)


def test_hgnc_on_request(server: RecordServer, tmp_path: Path) -> None:
    table = settings.DEMO_RELEASE / FILES["annotation/hgnc"][0]
    done = download(read_record(server.record), ["essential"], tmp_path / "r", hgnc=str(table))
    assert done.release.path("annotation/hgnc").read_bytes() == table.read_bytes()
    with pytest.raises(GeneRAINError, match="is none"):
        download(read_record(server.record), ["essential"], tmp_path / "r", hgnc=f"{server.address}/elsewhere")
    assert done.release.path("annotation/hgnc").read_bytes() == table.read_bytes()


def test_the_command(server: RecordServer, tmp_path: Path, capsys) -> None:
    listed = ["download", "--from", server.record, "--list", "--json"]
    assert main(listed) == 0
    files = {each["name"]: each for each in json.loads(capsys.readouterr().out)["record_files"]}
    assert files["data.tar.gz"]["chosen"]
    assert not files[CHUNK]["chosen"]
    assert files[CHUNK]["training"]
    assert files["data.tar.gz"]["bytes"] == (server.folder / "data.tar.gz").stat().st_size
    assert main(listed[:-1]) == 0
    assert CHUNK in capsys.readouterr().out.split()
    root = str(tmp_path / "r")
    assert main(["--release", root, "download", "--from", server.record, "--files", CHUNK, "data.tar.gz", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["release"] == root
    assert {f["name"] for f in answer["files"] if f["present"]} >= {"chunk/0", "vectors/200d"}
    assert {each["what"] for each in answer["prepared"]} >= {"vectors GeneRAIN-vec.200d", "UMAP of GeneRAIN-vec.200d"}
    assert {each["outcome"] for each in answer["prepared"]} <= {"made", "there"}
    names = str(settings.DEMO_RELEASE / FILES["annotation/hgnc"][0])
    assert main(["--release", root, "download", "--from", server.record, "--files", "--hgnc", names, "--no-prepare"]) == 0
    assert (tmp_path / "r" / FILES["annotation/hgnc"][0]).is_file()
    assert main(["--release", root, "download", "--from", server.record, "--files"]) == 2
    assert "No file was chosen" in capsys.readouterr().err
    assert main(["--release", root, "download", "--from", server.record, "--files", "README.md"]) == 2
    assert "no part of a release" in capsys.readouterr().err


def test_a_kill_at_any_moment_is_made_good_by_the_next_run(
    server: RecordServer, tmp_path: Path, undisturbed: dict[str, str], pytestconfig
) -> None:
    moments, root = random.Random(0), tmp_path / "r"
    server.bytes_per_second = 1e6
    line = [
        sys.executable,
        "-m",
        "generain_core",
        "--release",
        str(root),
        "download",
        "--from",
        server.record,
        "--files",
        "all",
        "--no-prepare",
    ]
    kept = 0
    for _ in range(int(pytestconfig.getoption("--kills"))):
        shutil.rmtree(root, ignore_errors=True)
        process = subprocess.Popen([*line, "--yes", "--json"], cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        process.stderr.readline()
        time.sleep(moments.uniform(0, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        kept += any(part.stat().st_size for part in root.glob(f"{FOLDER}/.*.part"))
        server.bytes_per_second, before = 0.0, len(server.asked)
        download(read_record(server.record), ["all"], root)
        server.bytes_per_second = 1e6
        assert tree(root) == undisturbed
        assert len(server.asked) > before
    assert kept

"""What is there, what is missing, and which release is chosen."""

from pathlib import Path

import pytest

from generain_core import settings
from generain_core.errors import ReleaseError
from generain_core.release import files as releases
from generain_core.release.files import FILES, Release

PUBLISHED = "data/models/GeneRAIN-vec.200d.npy"


def put(root: Path, *keys: str) -> Path:
    for key in keys:
        path = root / FILES[key][-1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return root


def test_nothing_that_looks_like_a_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="none of the files of a GeneRAIN release"):
        Release.open(tmp_path)
    with pytest.raises(ReleaseError, match="is not a folder"):
        Release.open(tmp_path / "nowhere")


def test_missing_files_are_named_with_what_they_switch_off(tmp_path: Path) -> None:
    release = Release.open(put(tmp_path, "vectors/200d"))
    sentences = release.missing()
    vectors = next(s for s in sentences if s.startswith("Gene vectors"))
    assert "no neighbors" in vectors
    assert vectors.endswith("add data/models/GeneRAIN-vec.genes.txt.")
    assert any("genes_meta.tsv" in s for s in sentences)
    put(tmp_path, "vectors/genes")
    assert not any(s.startswith("Gene vectors") for s in Release.open(tmp_path).missing())


def test_either_folder_of_the_training_chunks_is_accepted(tmp_path: Path) -> None:
    for i, place in enumerate(FILES["chunk/0"]):
        path = tmp_path / str(i) / place
        path.parent.mkdir(parents=True)
        path.write_text("x")
        assert Release.open(tmp_path / str(i)).path("chunk/0") == path


def test_the_data_folder_itself_is_accepted(tmp_path: Path) -> None:
    put(tmp_path, "model/GPT_Binning_By_Gene")
    assert Release.open(tmp_path / "data").root == tmp_path


def test_a_missing_file_is_said_with_its_place(tmp_path: Path) -> None:
    release = Release.open(put(tmp_path, "genes_meta"))
    with pytest.raises(ReleaseError, match=r"genes_clf_pred_results.parquet is missing; put it into data/results"):
        release.path("attributes")


def test_the_mark_and_the_fingerprint(tmp_path: Path) -> None:
    release = Release.open(put(tmp_path, "genes_meta"))
    assert not release.simulated
    assert "SIMULATED" not in release.label
    (tmp_path / "SIMULATED").write_text("made up")
    marked = Release.open(tmp_path)
    assert marked.simulated
    assert marked.note == "made up"
    assert "SIMULATED" in marked.label
    assert marked.fingerprint == release.fingerprint
    put(tmp_path, "attributes")
    assert Release.open(tmp_path).fingerprint != release.fingerprint


def test_which_release_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, named, beside = (put(tmp_path / name, "genes_meta") for name in ("given", "named", "here/release"))
    monkeypatch.chdir(tmp_path)
    assert releases.choose().root == settings.DEMO_RELEASE.resolve()
    monkeypatch.chdir(tmp_path / "here")
    assert releases.choose().root == beside
    monkeypatch.setenv("GENERAIN_RELEASE", str(named))
    assert releases.choose().root == named
    assert releases.choose(given).root == given


def test_the_published_names_are_those_of_the_release() -> None:
    assert FILES["vectors/200d"] == (PUBLISHED,)
    places = [place for places in FILES.values() for place in places]
    assert len(places) == len(set(places))

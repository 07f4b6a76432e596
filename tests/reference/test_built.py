"""References of training chunks, of builds that were stopped, and of builds that were killed."""

import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from generain_core.models.model import open_model
from generain_core.models.pooling import embed_bins
from generain_core.reference.build import build_reference
from generain_core.reference.placement import Reference, place_samples
from generain_core.reference.sources import ChunkSource
from generain_core.reference.store import table_of, vectors_of
from generain_core.release.readers.boundaries import Boundaries
from tests.conftest import PROJECT
from tests.reference.simulate import MODEL
from tests.reference.test_reference import tree


def test_training_chunks_make_a_reference(release, tmp_path) -> None:
    name = "BERT_Pred_Genes_Binning_By_Gene"
    opened = open_model(release, name)
    state = build_reference(tmp_path / "r", release, opened, [ChunkSource(release, 1), ChunkSource(release, 3)], plane="pca")
    assert state.rows == 200
    reference = Reference.open(tmp_path / "r")
    assert (reference.fitted.basis, len(reference.fitted.scores)) == ("", 0)
    placement = place_samples(reference, np.asarray(reference.vectors[:3]), ["a", "b", "c"], model=name)
    assert placement.flagged is None
    assert placement.samples[["p_value", "out_of_distribution", "label_confidence"]].isna().all(axis=None)
    assert placement.note.startswith("No flags are given. Of which series the 200 samples are is not known")
    assert "No flags are given" in (tmp_path / "r" / "README.md").read_text()
    assert table_of(tmp_path / "r")["sample"].tolist()[99:101] == ["1:99", "3:0"]
    bins = np.load(release.path("chunk/3"))[:2].astype(np.int16)
    read = opened.read_bins(bins, Boundaries.open(release, "gene2vec").genes, "gene2vec")
    np.testing.assert_allclose(
        vectors_of(tmp_path / "r", state)[100:102], embed_bins(opened.network, read.bins, read.tokens), atol=1e-5
    )


@pytest.mark.slow
def test_a_killed_build_ends_in_the_same_bytes(release, table, tmp_path, request) -> None:
    command = [sys.executable, "-m", "generain_core", "--release", str(release.root), "reference", "", "--model", MODEL]
    command += ["--input", str(table), "--min-genes", "500", "--plane", "pca"]
    kills, rng = request.config.getoption("--kills"), random.Random(0)
    command[6] = str(tmp_path / "undisturbed")
    started = time.monotonic()
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    seconds = time.monotonic() - started
    for number in range(max(1, kills // 3)):
        command[6] = str(tmp_path / f"r{number}")
        for _ in range(3 if kills > 3 else 1):
            process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(rng.uniform(0.3, 1.0) * seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
        assert tree(tmp_path / f"r{number}") == tree(tmp_path / "undisturbed")

"""Several processes: the same losses as one, the same embeddings as one; once through PyTorch's own launcher."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import anndata
import numpy as np
import pandas as pd
import pytest
import torch

from generain_core.cli import main
from generain_core.errors import GeneRAINError
from generain_core.models.parallel import Processes, processes
from generain_core.release.files import Release
from generain_core.release.readers.token_index import read_token_index
from tests.conftest import PROJECT, free_port
from tests.training import toy
from tests.training.toy import GENES, SMALL, some_bins, trained

pytestmark = pytest.mark.usefixtures("one_thread")


def _together(work, *arguments) -> None:
    context, port = toy.forks(), free_port()
    both = [context.Process(target=toy.as_launched, args=(rank, 2, port, work, *arguments)) for rank in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    ended = [process.exitcode for process in both]
    for process in both:
        process.kill()  # one that hangs would keep the whole run of tests from ending
    assert ended == [0, 0]


@pytest.mark.parametrize("kind", ["gpt", "bert_genes", "bert_expression"])
def test_two_processes_have_the_losses_of_one(kind, tmp_path) -> None:
    """With the same effective batch, dropout included: batches of a step are dealt out as they are.

    Of the 36 samples, the last step of an epoch has 4, a single batch, so that one process has none.
    """
    options = replace(SMALL, dropout=0.1, validation=0.28)
    one = trained(tmp_path / "one.pth", kind, replace(options, accumulate=4))
    _together(trained, tmp_path / "two.pth", kind, replace(options, accumulate=2))
    wanted, made = (
        np.array([[float(x or "nan") for x in row] for row in toy.rows(log, "loss", "validation_loss")])
        for log in (one.log, tmp_path / "two.pth.log.csv")
    )
    assert np.nanmax(np.abs(made - wanted)) < 1e-4
    assert np.array_equal(np.isnan(made), np.isnan(wanted))
    first, second = toy.weights(one.path), toy.weights(tmp_path / "two.pth")
    # Adam makes a step of full size of any gradient, however near to zero: rounding shows in weights that have next to none.
    assert max(float((first[key] - second[key]).abs().median()) for key in first) < 1e-5


def test_two_processes_write_the_embeddings_of_one(standin, tmp_path, capsys) -> None:
    genes = Release.open(standin).path("boundaries/gene2vec/genes").read_text().split()
    counts = np.random.default_rng(0).poisson(30, (len(genes), 5)) + np.arange(5)
    index = read_token_index(Release.open(standin).path("index/gene2vec"))
    first = min(genes, key=index.__getitem__)  # read before all others of its bin, so that its embedding is there to be compared
    pd.DataFrame(counts, index=genes, columns=list("abcde")).to_csv(tmp_path / "in.csv")
    line = ["--release", str(standin), "embed", str(tmp_path / "in.csv"), "--min-genes", "100", "--device", "cpu", "--loss"]
    line += ["--model", "GPT_Binning_By_Gene", "--genes", first, "-o"]
    _together(main, [*line, str(tmp_path / "two.h5ad")])
    assert main([*line, str(tmp_path / "one.h5ad")]) == 0
    alone, both = (anndata.read_h5ad(tmp_path / f"{name}.h5ad") for name in ("one", "two"))
    assert list(alone.obs_names) == list(both.obs_names) == list("abcde")
    assert np.array_equal(alone.layers["bins"], both.layers["bins"])
    assert set(alone.obsm) == set(both.obsm) == {"X_generain", f"X_generain_gene_{first}"}
    for key in alone.obsm:
        assert np.abs(alone.obsm[key] - both.obsm[key]).max() < 1e-5
    assert np.abs(alone.obs["generain_loss"] - both.obs["generain_loss"]).max() < 1e-5
    assert both.uns["generain"]["processes"] == 2
    assert set(both.uns["generain"]) - {"processes"} == set(alone.uns["generain"])


def test_the_launcher_trains(tmp_path) -> None:
    np.save(tmp_path / "chunk.npy", some_bins())
    (tmp_path / "genes.txt").write_text("\n".join(GENES))
    line = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "generain_core"]
    line += ["train", "chunk.npy", "--own-genes", "--genes", "genes.txt", "--kind", "GPT_Binning_By_Gene", "--device", "cpu"]
    line += ["--width", "16", "--layers", "1", "--positions", "32", "--epochs", "1", "--batch", "4", "--accumulate", "1"]
    line += [
        "--schedule",
        "steps",
        "--embedding-dropout",
        "0",
        "--no-predict-unexpressed",
        "--learning-rate",
        "3e-3",
        "-o",
        "two.pth",
        "--json",
    ]
    here = os.environ | {"PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(line, cwd=tmp_path, env=here, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["steps"] == 6
    one = trained(tmp_path / "one.pth", "GPT_Binning_By_Gene", replace(SMALL, dropout=0.05, epochs=1, accumulate=2))
    losses = [[float(x) for (x,) in toy.rows(log, "loss")] for log in (one.log, tmp_path / "two.pth.log.csv")]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


@pytest.mark.parametrize(("total", "count"), [(5, 2), (1, 3), (0, 2), (10, 4)])
def test_shares_are_all_samples_once(total, count) -> None:
    shares = [Processes(rank, count, "cpu").share(total) for rank in range(count)]
    assert [i for share in shares for i in range(total)[share]] == list(range(total))
    assert max(share.stop - share.start for share in shares) <= -(-total // count)


def test_devices_that_can_not_be_shared_are_refused(monkeypatch) -> None:
    for name, value in {"RANK": "1", "LOCAL_RANK": "1", "WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    for device, message in (
        ("cuda", "Process 1 has no CUDA device of its own: 1 are here"),
        ("mps", "can't share the work on mps"),
    ):
        with pytest.raises(GeneRAINError, match=message), processes(device):
            pass

"""Training that is stopped: killed, cancelled, out of disk; and what it may not go on from."""

import random
import resource
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import generain_core.training.train as work
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.training import checkpoint
from generain_core.training.data import open_chunks, split
from generain_core.training.plan import Plan
from generain_core.training.train import train
from tests.models import golden
from tests.training import toy
from tests.training.toy import GENES, SMALL, in_a_process, some_bins, trained

pytestmark = pytest.mark.usefixtures("one_thread")

LOGGED = ("epoch", "step", "samples", "learning_rate", "loss", "validation_loss")


def _same_weights(a: Path, b: Path) -> bool:
    first, second = toy.weights(a), toy.weights(b)
    return set(first) == set(second) and all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("kind", ["gpt", "bert_expression"])
def test_killed_at_random_and_resumed_it_ends_the_same(kind, tmp_path, request) -> None:
    """Checkpoints every third step; the processes die without a word, wherever they are."""
    undisturbed = trained(tmp_path / "whole.pth", kind, toy.LONG)
    out, rng = tmp_path / "killed.pth", random.Random(kind)
    context = toy.forks()
    killed = 0
    for _ in range(request.config.getoption("--kills")):
        process = context.Process(target=in_a_process, args=(out, kind, 3))
        process.start()
        seen = toy.steps_logged(out)
        while process.is_alive() and toy.steps_logged(out) == seen:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.1)
        process.kill()
        process.join(180)
        killed += process.exitcode == -signal.SIGKILL
    assert killed
    process = context.Process(target=in_a_process, args=(out, kind, 3))
    process.start()
    process.join(180)
    assert process.exitcode == 0
    assert _same_weights(undisturbed.path, out)
    assert not list(tmp_path.glob(".killed.pth-*"))
    assert toy.rows(out.with_name("killed.pth.log.csv"), *LOGGED) == toy.rows(undisturbed.log, *LOGGED)


@pytest.mark.parametrize("after", [0, 1, 3, 6, 9])
def test_cancelled_it_keeps_what_was_done(after, tmp_path) -> None:
    undisturbed = trained(tmp_path / "whole.pth")

    def stop(share: float, words: str) -> None:
        if words.startswith(f"step {after} "):
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        trained(tmp_path / "a.pth", progress=stop)
    assert (tmp_path / "a.pth").exists() == (after > 0)
    assert toy.steps_logged(tmp_path / "a.pth") == after
    made = trained(tmp_path / "a.pth", resume=True)
    assert _same_weights(undisturbed.path, made.path)
    assert toy.rows(made.log, *LOGGED) == toy.rows(undisturbed.log, *LOGGED)
    assert (made.loss, made.validation_loss) == (undisturbed.loss, undisturbed.validation_loss)


@pytest.mark.parametrize(("seconds", "times"), [(600, 2), (0, 12)])
def test_slow_steps_are_saved_by_the_clock(seconds, times, tmp_path, monkeypatch) -> None:
    written = []
    monkeypatch.setattr(work, "SAVE_SECONDS", seconds)
    monkeypatch.setattr(work, "write_checkpoint", lambda path, checkpoint: written.append(checkpoint["training"]["step"]))
    trained(tmp_path / "a.pth")
    assert len(written) == times
    assert written[-1] == 12


def test_a_finished_training_stays_as_it_is(tmp_path) -> None:
    made = trained(tmp_path / "a.pth")
    before = made.path.read_bytes()
    again = trained(made.path, resume=True)
    assert made.path.read_bytes() == before
    assert again.loss == made.loss
    assert toy.steps_logged(made.path) == made.steps


@contextmanager
def _small_files(most: int):
    """Let no file grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_loses_nothing(tmp_path) -> None:
    """Checkpoints grow by the optimizer's state after the first one was seen whole."""
    undisturbed = trained(tmp_path / "whole.pth")
    out = tmp_path / "a.pth"
    with pytest.raises(Cancelled):
        trained(out, progress=_stop_after(2))
    before = out.read_bytes()
    with _small_files(len(before) // 2), pytest.raises(GeneRAINError, match=r"^a\.pth can't be written .*is untouched"):
        trained(out, resume=True, save_every=1)
    assert out.read_bytes() == before
    assert not list(tmp_path.glob(".a.pth-*"))
    assert _same_weights(trained(out, resume=True).path, undisturbed.path)


@pytest.mark.parametrize("most", [10, 700])
def test_a_log_that_can_not_grow_stops_it_with_nothing_lost(most, tmp_path) -> None:
    undisturbed = trained(tmp_path / "whole.pth")
    out = tmp_path / "a.pth"
    with pytest.raises(Cancelled):
        trained(out, progress=_stop_after(2))
    before, logged = out.read_bytes(), toy.rows(out.with_name("a.pth.log.csv"), *LOGGED)
    with _small_files(most), pytest.raises(GeneRAINError, match=r"can't be written"):
        trained(out, resume=True)
    assert out.read_bytes() == before
    assert toy.rows(out.with_name("a.pth.log.csv"), *LOGGED)[:2] == logged
    made = trained(out, resume=True)
    assert _same_weights(made.path, undisturbed.path)
    assert toy.rows(made.log, *LOGGED) == toy.rows(undisturbed.log, *LOGGED)


def test_a_full_disk_is_told_before_the_work(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(checkpoint.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1 << 20}))
    with pytest.raises(GeneRAINError, match=r"Checkpoints of this network take .* MB and .* 1.0 MB left; make room"):
        trained(tmp_path / "a.pth", progress=_never)
    assert list(tmp_path.iterdir()) == []


def _never(share: float, words: str) -> None:
    raise AssertionError("the work began")


def _stop_after(step: int):
    def stop(share: float, words: str) -> None:
        if words.startswith(f"step {step} "):
            raise Cancelled("stopped")

    return stop


def test_what_is_there_is_not_overwritten(tmp_path) -> None:
    made = trained(tmp_path / "a.pth")
    with pytest.raises(GeneRAINError, match="is there already; resume it, or name another file"):
        trained(made.path, progress=_never)


@pytest.mark.parametrize(
    ("kind", "options", "bins", "message"),
    [
        ("bert_genes", {}, None, "a.pth is a training of gpt, not of bert_genes"),
        ("gpt", {"width": 32}, None, "was trained with width 16, not 32"),
        ("gpt", {"epochs": 3}, None, "was trained with epochs 2, not 3"),
        ("gpt", {}, some_bins(seed=1), "was trained on other samples"),
    ],
)
def test_it_goes_on_only_as_it_began(kind, options, bins, message, tmp_path) -> None:
    made = trained(tmp_path / "a.pth")
    before = made.path.read_bytes()
    with pytest.raises(GeneRAINError, match=message):
        train(
            [some_bins() if bins is None else bins],
            GENES,
            kind=kind,
            out=made.path,
            options=replace(SMALL, **options),
            device="cpu",
            resume=True,
            progress=_never,
        )
    assert made.path.read_bytes() == before


@pytest.mark.parametrize("cut", [0, 100, -10])
def test_a_damaged_checkpoint_is_not_resumed(cut, tmp_path) -> None:
    made = trained(tmp_path / "a.pth")
    made.path.write_bytes(made.path.read_bytes()[:cut])
    with pytest.raises(GeneRAINError, match=r"a\.pth is not a readable checkpoint"):
        trained(made.path, resume=True)


@pytest.mark.skipif(not golden.HERE, reason=golden.WHY)
def test_weights_alone_are_not_resumed(tmp_path) -> None:
    (tmp_path / "a.pth").write_bytes((golden.GOLDEN / "GeneRAIN.GPT_Binning_By_Gene.pth").read_bytes())
    with pytest.raises(GeneRAINError, match="no state of a training"):
        trained(tmp_path / "a.pth", resume=True)


def test_a_value_that_is_no_bin_stops_it_with_what_was_done(tmp_path) -> None:
    bins = np.concatenate([some_bins(300)] * 2)
    samples, _ = split(len(bins), SMALL.validation, SMALL.seed)
    plan = Plan(open_chunks([bins], GENES, "gpt")[0], samples, "gpt", SMALL, 1)
    bad = next(sample for step in (5, 6) for batch in plan.batches(step, 0) for sample in batch.samples if sample % 10)
    bins[bad, 7] = 0
    with pytest.raises(GeneRAINError, match=rf"Chunk 0 has the value 0 in sample {bad} "):
        train([bins], GENES, kind="gpt", out=tmp_path / "a.pth", options=SMALL, device="cpu")
    done = torch.load(tmp_path / "a.pth", weights_only=True)["training"]["step"]
    assert done == toy.steps_logged(tmp_path / "a.pth") == 5

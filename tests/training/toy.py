"""Small samples to train on, small networks, and trainings for processes of their own."""

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from generain_core.training.train import Options, Trained, train

GENES = [f"G{i}" for i in range(60)]
AS_PUBLISHED = Options(
    width=16, layers=1, positions=32, epochs=2, batch=4, accumulate=2, learning_rate=3e-3, dropout=0.1, precision="float32"
)
"""Small, and else as the authors trained."""
SMALL = replace(
    AS_PUBLISHED,
    schedule="steps",
    embedding_dropout=0.0,
    predict_unexpressed=False,
    mask_share=0.8,
    random_share=0.1,
    padding=False,
)
"""Small, and with one cycle over all steps, expressed genes alone to predict, and masks of three kinds."""
LONG = replace(SMALL, epochs=20)


def some_bins(samples: int = 50, seed: int = 0) -> np.ndarray:
    """Return samples × genes of a few programs; a third of the genes of a sample is not expressed."""
    rng = np.random.default_rng(seed)
    levels = rng.random((samples, 5)) @ rng.random((5, len(GENES))) * 600 + rng.random((samples, len(GENES))) * 300
    levels[rng.random(levels.shape) < 0.33] = 1
    return levels.round().clip(1, 2000).astype(np.float32)


def trained(out: Path, kind: str = "gpt", options: Options = SMALL, **more) -> Trained:
    """Train on two chunks of the toy."""
    bins = some_bins()
    return train([bins[:20], bins[20:]], GENES, kind=kind, out=out, options=options, device="cpu", **more)


def in_a_process(out: Path, kind: str, save_every: int) -> None:
    """Train, or go on, in a process that may be killed at any moment."""
    torch.set_num_threads(1)
    trained(out, kind, LONG, resume=True, save_every=save_every)


def as_launched(rank: int, count: int, port: int, work: Callable[..., object], *arguments: object) -> None:
    """Do some work as one of several processes, with what the launcher would tell each."""
    torch.set_num_threads(1)
    where = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    os.environ.update({name: str(value) for name, value in where.items()})
    work(*arguments)


def forks() -> Any:
    """Return how processes are started that have the large libraries loaded already."""
    context = multiprocessing.get_context("forkserver")
    models = ("transformers.models.gpt2.modeling_gpt2", "transformers.models.bert.modeling_bert")
    context.set_forkserver_preload(["tests.training.toy", "anndata", *models])
    return context


def weights(path: Path) -> dict[str, torch.Tensor]:
    return torch.load(path, weights_only=True)["model_state_dict"]


def rows(log: Path, *columns: str) -> list[tuple[str, ...]]:
    """Return columns of a CSV log."""
    header, *lines = [line.split(",") for line in log.read_text().splitlines()]
    places = [header.index(column) for column in columns]
    return [tuple(line[place] for place in places) for line in lines]


def steps_logged(out: Path) -> int:
    """Return the last step in the log of a checkpoint; 0 if there is none."""
    log = out.with_name(f"{out.name}.log.csv")
    if not log.exists():
        return 0
    last = log.read_text().splitlines()[-1:]
    step = last[0].split(",")[1] if last and last[0].count(",") else ""
    return int(step) if step.isdigit() else 0

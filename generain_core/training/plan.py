"""The order of a training: which samples make which step, batch and process; all of it follows from the seed."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from generain_core.models.tokens import model_input
from generain_core.models.types import MAX_GENES
from generain_core.release.model_descriptions import Family
from generain_core.training.data import Chunks
from generain_core.training.masks import Task, draw, masked, next_gene, some_of
from generain_core.training.options import Options

_ORDER, _MASKS, _HELD_MASKS, _DROPOUT = 1, 2, 3, 4
"""Kinds of random numbers, to keep them apart."""


class Batch(NamedTuple):
    """Samples that go through at once.

    Attributes:
        samples: their numbers.
        seed: of dropout.
        weight: 1, or 0 for one that only keeps a process without samples in step with the others.
    """

    samples: NDArray[np.int64]
    seed: int
    weight: float


class Plan:
    """The steps of a training.

    Attributes:
        of_epoch: steps of an epoch.
        steps: of all epochs.
        places: genes of a sample that the network is shown at most.
    """

    def __init__(self, data: Chunks, samples: NDArray[np.int64], family: Family, options: Options, processes: int) -> None:
        self._data, self._samples, self._family, self._options, self._processes = data, samples, family, options, processes
        self._effective = options.batch * options.batches_of_step(processes) * processes
        self.of_epoch = -(-len(samples) // self._effective)
        self.steps = self.of_epoch * options.epochs
        self._entering = min(options.positions, MAX_GENES, len(data.columns))
        self.places = min(self._entering, options.shown or MAX_GENES)

    def batches(self, step: int, rank: int) -> list[Batch]:
        """Return the batches of a process in a step: each process takes one in so many of the step's batches."""
        epoch, within = divmod(step, self.of_epoch)
        chosen = _order(self._samples.tobytes(), self._options.seed, epoch)[within * self._effective :][: self._effective]
        size = self._options.batch
        batches = [
            Batch(chosen[i : i + size], _seed(self._options.seed, _DROPOUT, step, i // size), 1.0)
            for i in range(0, len(chosen), size)
        ]
        return batches[rank :: self._processes] or [batches[0]._replace(weight=0.0)]

    def seen(self, step: int) -> int:
        """Return how many samples have gone through, counted again in each epoch, after so many steps."""
        epoch, within = divmod(step, self.of_epoch)
        return epoch * len(self._samples) + within * self._effective

    def task(self, samples: NDArray[np.int64], step: int, device: str) -> Task:
        """Return what a network is shown of samples in a step.

        Raises:
            GeneRAINError: a value is no bin.
        """
        return self._task(samples, (self._options.seed, _MASKS, step // self.of_epoch), device)

    def held_out(self, samples: NDArray[np.int64], rank: int, device: str) -> Iterator[Task]:
        """Yield the tasks of a process among held-out samples, with the same masks each time."""
        size = self._options.batch
        for start in range(0, len(samples), size)[rank :: self._processes]:
            yield self._task(samples[start : start + size], (self._options.seed, _HELD_MASKS, 0), device)

    def _task(self, samples: NDArray[np.int64], key: tuple[int, ...], device: str) -> Task:
        import torch

        bins = torch.from_numpy(self._data.rows(samples)).to(device)
        tokens = torch.from_numpy(self._data.tokens).to(device)
        inputs = model_input(bins, tokens, self._family, self._entering)
        if self._family == "gpt":
            return next_gene(inputs, unexpressed=self._options.predict_unexpressed).readable()
        inputs = some_of(inputs, samples, self.places, key)
        return masked(inputs, draw(samples, self.places, key), tokens, self._family, self._options).readable()


@lru_cache(maxsize=2)
def _order(samples: bytes, seed: int, epoch: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, _ORDER, epoch)).permutation(np.frombuffer(samples, dtype=np.int64))


def _seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> 1)

"""Time training on the CPU against a plain loop over the same samples, in one run, for each family.

python -m tests.benchmarks.bench_train [--genes 18600] [--positions 2048] [--batch 2] [--steps 3] [--expressed 0.8]

The plain loop is that of a trainer of `transformers`: the model with labels, so that the vocabulary head runs on all places
and whole logits are kept for the way back. Both read the same bins and make the same masks; a step is one batch. Memory: the
largest that each loop took, in a process of its own.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from generain_core.models.parallel import Processes
from generain_core.training.data import open_chunks, split
from generain_core.training.learner import make_learner
from generain_core.training.plan import Plan
from generain_core.training.steps import Engine
from generain_core.training.train import Options

FAMILIES = ("gpt", "bert_genes", "bert_expression")


def steps(family: str, plain: bool, given: argparse.Namespace) -> Callable[[int], None]:
    """Return what takes one step, by number."""
    rng = np.random.default_rng(0)
    bins = rng.integers(2, 2001, (24, given.genes)).astype(np.int16)
    bins[rng.random(bins.shape) > given.expressed * given.positions / given.genes] = 1
    options = Options(positions=given.positions, batch=given.batch, accumulate=1, validation=0.0)
    data, index = open_chunks([bins], [f"G{i}" for i in range(given.genes)], family)
    plan = Plan(data, split(len(data), 0.0, 0)[0], family, options, 1)
    learner = make_learner(family, len(index), options)
    if not plain:
        engine = Engine(learner, options, plan.steps, options.batch * plan.places, Processes(0, 1, "cpu"))

        def ours(step: int) -> None:
            batches = plan.batches(step, 0)
            engine.step(((plan.task(b.samples, step, "cpu"), b.seed, b.weight) for b in batches), len(batches))

        return ours
    model = learner.model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay)

    def theirs(step: int) -> None:
        (batch,) = plan.batches(step, 0)
        task = plan.task(batch.samples, step, "cpu")
        labels = task.targets.masked_fill(~task.predicted, -100)
        if family == "gpt":
            labels = task.shown.tokens.masked_fill(task.shown.mask == 0, -100)
        shown = task.shown
        model(input_ids=shown.tokens, position_ids=shown.positions, attention_mask=shown.mask, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return theirs


def measure(family: str, plain: bool, given: argparse.Namespace) -> None:
    """Print seconds of the fastest step and the largest memory in MiB."""
    step = steps(family, plain, given)
    times = []
    for number in range(given.steps + 1):
        start = time.perf_counter()
        step(number)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    print(min(times[1:]), peak / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--genes", type=int, default=18600)
    parser.add_argument("--positions", type=int, default=2048)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--expressed", type=float, default=0.8, help="expressed genes a sample, in positions")
    parser.add_argument("--measure", nargs=2, metavar=("FAMILY", "LOOP"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(given.measure[0], given.measure[1] == "plain", given)
        return
    print(f"{given.genes:,} genes, {given.positions:,} places, batch {given.batch}, {torch.get_num_threads()} threads")
    for family in FAMILIES:
        took = {}
        for loop in ("plain", "ours"):
            line = [sys.executable, "-m", "tests.benchmarks.bench_train", *sys.argv[1:], "--measure", family, loop]
            done = subprocess.run(line, check=True, capture_output=True, text=True)
            took[loop] = [float(number) for number in done.stdout.split()]
        (theirs, most), (ours, least) = took["plain"], took["ours"]
        print(
            f"{family}: plain {given.batch / theirs:.3f} samples a second, {most:,.0f} MiB; ours {given.batch / ours:.3f}, "
            f"{least:,.0f} MiB: {theirs / ours:.2f} × as fast"
        )


if __name__ == "__main__":
    main()

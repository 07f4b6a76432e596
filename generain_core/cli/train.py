"""Commands about training: train."""

import argparse
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generain_core.cli.common import Answer, Command, mark, open_release, open_resolver, quiet, tell, whole
from generain_core.errors import GeneRAINError
from generain_core.models.parallel import is_first
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model

_SETTINGS = (
    ("width", whole, "length of a hidden state (200)"),
    ("layers", whole, "of the transformer (6)"),
    ("positions", whole, "genes of a sample that enter at most (2048)"),
    ("dropout", float, "of attention and feed-forward layers (0.05)"),
    ("epochs", whole, "passes over the training samples (40)"),
    ("batch", whole, "samples at once in each process (12)"),
    ("accumulate", whole, "batches of each process that make a step (5)"),
    ("learning_rate", float, "peak of the one-cycle schedule (1e-4)"),
    ("warm_up", float, "share of the steps that rise to the peak (0.2)"),
    ("start_divisor", float, "the schedule starts at the peak divided by this (5)"),
    ("weight_decay", float, "of AdamW (0.01)"),
    ("validation", float, "share of the samples that are held out (0.1)"),
    ("masked", float, "share of the expressed genes that BERT predicts (0.15)"),
    ("mask_share", float, "share of these that are replaced by the mask (0.8)"),
    ("random_share", float, "share of these that are replaced at random (0.1)"),
    ("seed", whole, "of weights, split, order, masks and dropout (0)"),
)


def add(command: Command) -> None:
    """Add the commands to the line."""
    parser = command("train", _train, "train a network from binned samples; under torchrun on several devices or machines")
    parser.add_argument("chunks", nargs="*", metavar="CHUNK", help=".npy or binned .h5ad; default: the released training chunks")
    parser.add_argument("--kind", choices=MODEL_NAMES, required=True, help="what is trained, and on which gene set")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.pth")
    parser.add_argument("--genes", type=Path, metavar="FILE", help="genes of the columns of .npy chunks, one a line")
    parser.add_argument(
        "--own-genes",
        action="store_true",
        help="read all genes of the chunks, with token indices of their own, not the release's",
    )
    parser.add_argument("--resume", action="store_true", help="go on from OUT.pth if it is there")
    parser.add_argument(
        "--save-every",
        type=whole,
        default=500,
        metavar="STEPS",
        help="write the checkpoint after so many steps (500), ten minutes or an epoch",
    )
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    parser.add_argument("--precision", choices=("auto", "float32", "mixed"), default="auto", help="auto: mixed on CUDA alone")
    for name, kind, words in _SETTINGS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, help=words)


class _Input(NamedTuple):
    """What is trained on: chunks, names of their columns, token indices, genes that are read, where it all comes from."""

    chunks: Sequence[str | Path]
    genes: Sequence[str] | None
    tokens: dict[str, int] | None
    modelled: set[str] | None
    origin: str
    mark: dict[str, Any]


def _train(given: argparse.Namespace) -> Answer:
    from generain_core.training.train import Options, train

    chosen = {name: value for name, _, _ in _SETTINGS if (value := getattr(given, name)) is not None}
    options = Options(**chosen, precision=given.precision)
    taken = _own(given) if given.own_genes else _released(given)
    made = train(
        taken.chunks,
        taken.genes,
        kind=given.kind,
        out=given.output,
        options=options,
        index=taken.tokens,
        modelled=taken.modelled,
        device=given.device,
        resume=given.resume,
        save_every=given.save_every,
        origin=taken.origin,
        progress=_each_second() if is_first() else quiet,
    )
    losses = {
        name: None if math.isnan(value) else value
        for name, value in (("loss", made.loss), ("validation_loss", made.validation_loss))
    }
    counts = {"steps": made.steps, "samples": made.samples, "held_out": made.held_out}
    paths = {"output": str(made.path), "log": str(made.log), "index": str(made.index)}
    words = f"{given.kind} trained in {made.steps:,} steps on {made.samples:,} samples: loss {_said(made.loss)}"
    if made.held_out:
        words += f", of {made.held_out:,} held-out samples {_said(made.validation_loss)}"
    return taken.mark | {"kind": given.kind} | losses | counts | paths, f"{words}; written to {made.path}"


def _said(loss: float) -> str:
    return "none, for nothing was expressed" if math.isnan(loss) else f"{loss:.4f}"


def _each_second() -> Callable[[float, str], None]:
    """Return what tells of progress, but not of every one of many short steps."""
    last = -math.inf

    def told(share: float, words: str) -> None:
        nonlocal last
        if share in (0.0, 1.0) or time.monotonic() - last >= 1:
            last = time.monotonic()
            tell(share, words)

    return told


def _own(given: argparse.Namespace) -> _Input:
    """Return the input where the chunks bring their own genes."""
    from generain_core.release.readers.boundaries import read_names
    from generain_core.version import __version__

    if not given.chunks:
        raise GeneRAINError("The released chunks have no genes of their own; leave out --own-genes, or name chunks.")
    genes = read_names(given.genes) if given.genes is not None else None
    origin = f"trained on {', '.join(Path(chunk).name for chunk in given.chunks)}; GeneRAIN Explorer {__version__}"
    return _Input(given.chunks, genes, None, None, origin, {})


def _released(given: argparse.Namespace) -> _Input:
    """Return the input with the token index and the modelled genes of the release, and its chunks if none are named."""
    from generain_core.release.provenance import provenance
    from generain_core.release.readers.boundaries import read_names
    from generain_core.release.readers.checkpoint import read_index

    chosen = open_release(given)
    gene_set = describe_model(given.kind).gene_set
    chunks = given.chunks or _chunks(chosen, gene_set)
    genes = None
    if given.genes is not None or not all(str(chunk).endswith(".h5ad") for chunk in chunks):
        genes = read_names(given.genes or chosen.path(f"boundaries/{gene_set}/genes"))
    index = read_index(chosen.path(f"index/{gene_set}"))
    modelled = set(open_resolver(chosen).table.model.index)
    names = ", ".join(Path(chunk).name for chunk in chunks)
    return _Input(chunks, genes, index, modelled, provenance(chosen, f"trained on {names}"), mark(chosen))


def _chunks(chosen: Release, gene_set: str) -> list[Path]:
    if gene_set != "gene2vec":
        raise GeneRAINError(f"The released chunks are of the gene set gene2vec, not of {gene_set}; name chunks of your own.")
    found = [chosen.files[key].path for key in chosen.files if key.startswith("chunk/") and chosen.has(key)]
    return found or [chosen.path("chunk/0")]

"""Commands about training: train."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from generain_core.cli.opened import open_release, open_resolver, release_fields
from generain_core.cli.options import add_device, add_option, add_output, whole
from generain_core.cli.output import Output
from generain_core.cli.progress import each_second
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model

if TYPE_CHECKING:
    from generain_core.cli.parser import AddCommand
    from generain_core.training.train import Options

SETTINGS = (
    ("width", whole, "length of a hidden state (200)"),
    ("layers", whole, "of the transformer (6)"),
    ("positions", whole, "genes of a sample that enter at most (2048)"),
    ("shown", whole, "of these, how many BERT_Pred_Expr is shown at once, drawn anew in each epoch (all)"),
    ("dropout", float, "of attention and feed-forward layers (0.05)"),
    ("embedding_dropout", float, "of what enters GPT's first layer (0.1)"),
    ("epochs", whole, "passes over the training samples (40)"),
    ("batch", whole, "samples at once in each process (12)"),
    ("accumulate", whole, "batches of each process that make a step, whatever its samples are then"),
    ("effective_batch", whole, "samples of a step, about (180)"),
    ("cycle", whole, "epochs of the whole cycle of the learning rate (40)"),
    ("cycle_held", whole, "epochs after which the rate stays where it is (30)"),
    ("learning_rate", float, "peak of the cycle (1e-4)"),
    ("warm_up", float, "share of the cycle that rises to the peak (0.2)"),
    ("start_divisor", float, "the cycle starts at the peak divided by this (5)"),
    ("weight_decay", float, "of AdamW (0.01)"),
    ("validation", float, "share of the samples that are held out (0.1)"),
    ("masked", float, "share of the expressed genes that BERT predicts (0.15)"),
    ("mask_share", float, "share of these that are replaced by the mask (1 in BERT_Pred_Genes, 0.8 in BERT_Pred_Expr)"),
    ("random_share", float, "share of these that are replaced at random (0 in BERT_Pred_Genes, 0.1 in BERT_Pred_Expr)"),
    ("seed", whole, "of weights, split, order, masks and dropout (0)"),
)
SWITCHES = (
    ("predict_unexpressed", "GPT predicts places of unexpressed genes too (it does)"),
    ("padding", "BERT's mask is the padding index, which learns nothing where it is read (it is)"),
)


def add(add_command: AddCommand) -> None:
    """Add the command to the line."""
    words = "train a network from binned samples; under torchrun on several devices or machines"
    train = add_command("train", _train, words)
    train.add_argument("chunks", nargs="*", metavar="CHUNK", help=".npy or binned .h5ad; default: the released training chunks")
    train.add_argument("--kind", choices=MODEL_NAMES, required=True, help="what is trained, and on which gene set")
    add_output(train, "OUT.pth", words="the checkpoint; its token index and log are written beside it")
    gene_list = {"type": Path, "metavar": "FILE", "help": "genes of the columns of .npy chunks, one a line"}
    add_option(train, "--gene-list", old=["--genes"], **gene_list)
    words = "read all genes of the chunks, with token indices of their own, not the release's"
    train.add_argument("--own-genes", action="store_true", help=words)
    words = "vectors of the release that the gene table begins with, such as GPT_Binning_By_Gene (none: all weights are drawn)"
    train.add_argument("--gene-embedding", metavar="NAME", help=words)
    train.add_argument("--resume", action="store_true", help="go on from OUT.pth if it is there")
    words = "write the checkpoint after so many steps (500), ten minutes or an epoch"
    train.add_argument("--save-every", type=whole, default=500, metavar="STEPS", help=words)
    add_device(train)
    train.add_argument("--precision", choices=("auto", "float32", "mixed"), default="auto", help="auto: mixed on CUDA alone")
    settings = train.add_argument_group("settings", "of the network and its training; defaults are the authors'")
    for name, kind, words in SETTINGS:
        option = f"--{name.replace('_', '-')}"
        names, old = (["--batch-size"], [option]) if name == "batch" else ([option], [])
        add_option(settings, *names, old=old, dest=name, type=kind, metavar="N", help=words)
    words = "epochs: the cycle moves once an epoch, as the authors' did; steps: one cycle over all steps (epochs)"
    settings.add_argument("--schedule", choices=("epochs", "steps"), help=words)
    for name, words in SWITCHES:
        settings.add_argument(f"--{name.replace('_', '-')}", action=argparse.BooleanOptionalAction, help=words)


class _Input(NamedTuple):
    """What is trained on: chunks, names of their columns, token indices, genes that are read, where it all comes from."""

    chunks: Sequence[str | Path]
    genes: Sequence[str] | None
    tokens: dict[str, int] | None
    modelled: set[str] | None
    origin: str
    release: dict[str, Any]


def _train(args: argparse.Namespace) -> Output:
    from generain_core.training.train import train

    options = _options(args)
    taken = _own(args) if args.own_genes else _released(args)
    trained = train(
        taken.chunks,
        taken.genes,
        kind=args.kind,
        out=args.output,
        options=options,
        index=taken.tokens,
        modelled=taken.modelled,
        gene_embedding=_vectors(args),
        device=args.device,
        resume=args.resume,
        save_every=args.save_every,
        origin=taken.origin,
        progress=each_second(args.progress),
    )
    document = {"kind": args.kind, "loss": _number(trained.loss), "validation_loss": _number(trained.validation_loss)}
    document |= {"steps": trained.steps, "samples": trained.samples, "held_out": trained.held_out}
    document |= {"output": str(trained.path), "log": str(trained.log), "index": str(trained.index)}
    text = f"{args.kind} trained in {trained.steps:,} steps on {trained.samples:,} samples: loss {_shown(trained.loss)}"
    if trained.held_out:
        text += f", of {trained.held_out:,} held-out samples {_shown(trained.validation_loss)}"
    text += f"; written to {trained.path}"
    peak = math.ceil(options.warm_up * options.cycle)
    if options.schedule == "epochs" and options.epochs < peak:
        text += (
            f"\nThe learning rate reaches its peak in epoch {peak} of the authors' cycle, after the {options.epochs:,} of this "
            "training: --schedule steps fits the cycle to them."
        )
    return Output(taken.release | document, text)


def _vectors(args: argparse.Namespace) -> dict[str, Any] | None:
    if args.gene_embedding is None:
        return None
    from generain_core.vectors.open import open_vectors

    space = open_vectors(open_release(args), args.gene_embedding)
    return dict(zip(space.genes, space.vectors, strict=True))


def _options(args: argparse.Namespace) -> Options:
    from generain_core.training.train import Options

    names = [setting[0] for setting in (*SETTINGS, *SWITCHES)] + ["schedule"]
    settings = {name: value for name in names if (value := getattr(args, name)) is not None}
    return Options(**settings, precision=args.precision)


def _number(loss: float) -> float | None:
    return None if math.isnan(loss) else loss


def _shown(loss: float) -> str:
    return "none, for nothing was expressed" if math.isnan(loss) else f"{loss:.4f}"


def _own(args: argparse.Namespace) -> _Input:
    """Return the input where the chunks bring their own genes."""
    from generain_core.release.readers.gene_list import read_gene_list
    from generain_core.version import __version__

    if not args.chunks:
        raise GeneRAINError("The released chunks have no genes of their own; leave out --own-genes, or name chunks.")
    genes = read_gene_list(args.gene_list) if args.gene_list is not None else None
    origin = f"trained on {', '.join(Path(chunk).name for chunk in args.chunks)}; GeneRAIN Explorer {__version__}"
    return _Input(args.chunks, genes, None, None, origin, {})


def _released(args: argparse.Namespace) -> _Input:
    """Return the input with the token index and the modelled genes of the release, and its chunks if none are named."""
    from generain_core.release.provenance import provenance
    from generain_core.release.readers.gene_list import read_gene_list
    from generain_core.release.readers.token_index import read_token_index

    release = open_release(args)
    gene_set = describe_model(args.kind).gene_set
    chunks = args.chunks or _chunks(release, gene_set)
    genes = None
    if args.gene_list is not None or not all(str(chunk).endswith(".h5ad") for chunk in chunks):
        genes = read_gene_list(args.gene_list or release.path(f"boundaries/{gene_set}/genes"))
    index = read_token_index(release.path(f"index/{gene_set}"))
    modelled = set(open_resolver(release).table.model.index)
    names = ", ".join(Path(chunk).name for chunk in chunks)
    return _Input(chunks, genes, index, modelled, provenance(release, f"trained on {names}"), release_fields(release))


def _chunks(release: Release, gene_set: str) -> list[Path]:
    if gene_set != "gene2vec":
        raise GeneRAINError(f"The released chunks are of the gene set gene2vec, not of {gene_set}; name chunks of your own.")
    paths = [release.files[key].path for key in release.files if key.startswith("chunk/") and release.has(key)]
    return paths or [release.path("chunk/0")]

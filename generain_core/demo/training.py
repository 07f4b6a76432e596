"""From simulated counts to trained networks: bins, as for any sample, then `train`, then checkpoints of weights alone."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from generain_core.demo.recipe import Recipe
from generain_core.progress import Progress
from generain_core.release.files import GENE_SETS, Release
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model
from generain_core.release.readers.gene_list import read_gene_list

if TYPE_CHECKING:
    from generain_core.training.train import Options

FIRST = MODEL_NAMES[0]
"""The network whose gene embedding becomes the gene vectors."""


def bins_of(release: Release, counts: npt.NDArray[Any], symbols: list[str], gene_set: str) -> npt.NDArray[np.int16]:
    """Return bins (samples × genes of the set) of counts (gene rows × samples); rows of one symbol are summed."""
    from generain_core.release.readers.boundaries import Boundaries
    from generain_core.samples.binning.bins import bin_samples

    boundaries = Boundaries.open(release, gene_set)
    place = {gene: i for i, gene in enumerate(boundaries.genes)}
    summed = np.zeros((counts.shape[1], len(place)))
    for row, symbol in enumerate(symbols):
        if symbol in place:
            summed[:, place[symbol]] += counts[row]
    return bin_samples(summed, counts.sum(axis=0).astype(np.float64), boundaries, np.arange(len(place)))


def train_all(
    release: Release, counts: npt.NDArray[np.int64], symbols: list[str], recipe: Recipe, progress: Progress
) -> dict[str, dict[str, float]]:
    """Train the four networks of a release that has everything else, and write their checkpoints into it.

    Returns:
        For each network its loss on the samples that it did not train on, and what a network that knows the task alone would
        have (see `without_knowledge`).
    """
    import torch

    from generain_core.release.readers.token_index import read_token_index
    from generain_core.training.train import train

    before = torch.get_num_threads()
    torch.set_num_threads(recipe.threads)
    losses: dict[str, dict[str, float]] = {}
    try:
        with tempfile.TemporaryDirectory() as work:
            for gene_set in GENE_SETS:
                np.save(Path(work) / f"{gene_set}.npy", bins_of(release, counts, symbols, gene_set).astype(np.float32))
            for i, name in enumerate(MODEL_NAMES):
                gene_set = describe_model(name).gene_set
                genes = list(read_gene_list(release.path(f"boundaries/{gene_set}/genes")))
                options = options_of(name, recipe)
                index = read_token_index(release.path(f"index/{gene_set}"))
                result = train(
                    [Path(work) / f"{gene_set}.npy"],
                    genes,
                    kind=name,
                    out=Path(work) / f"{name}.pth",
                    options=options,
                    index=index,
                    device="cpu",
                    origin="simulated samples of the demo release",
                    progress=_of_one(progress, i, name),
                )
                _weights_alone(result.path, release.files[f"model/{name}"].path)
                losses[name] = {
                    "held_out_loss": round(result.validation_loss, 4),
                    "without_knowledge": round(without_knowledge(name, len(index), options), 4),
                }
    finally:
        torch.set_num_threads(before)
    return losses


def without_knowledge(name: str, genes: int, options: "Options") -> float:
    """Return the loss (nats) of a network that has learned what it is asked, and nothing about genes or samples.

    GPT then holds all genes equally likely next. BERT does so where it sees a mask; where it sees a gene, or an expression bin,
    it knows how often that is the true one and how often a random replacement.

    Args:
        name: of the network.
        genes: rows of its gene table.
        options: the shares of masked and of random replacements.
    """
    from generain_core.release.readers.checkpoint import EXPRESSION_BINS
    from generain_core.training.options import family_of

    family = family_of(name)
    words = EXPRESSION_BINS - 1 if family == "bert_expression" else genes
    blind = float(np.log(words))
    if family == "gpt":
        return blind
    mask_share, random_share = options.replacements(family)
    seen = 1 - mask_share
    if not seen:
        return blind
    true = (seen - random_share + random_share / words) / seen
    wrong = 1 - true
    return mask_share * blind - seen * float(true * np.log(true) + (wrong * np.log(wrong / (words - 1)) if wrong else 0.0))


def options_of(name: str, recipe: Recipe) -> "Options":
    """Return the settings of one network."""
    from generain_core.training.options import family_of
    from generain_core.training.train import Options

    family = family_of(name)
    result = Options(
        width=recipe.width,
        layers=recipe.layers,
        positions=recipe.positions,
        epochs=recipe.epochs,
        batch=recipe.batch,
        accumulate=1,
        schedule="steps",
        embedding_dropout=0.0,
        predict_unexpressed=False,
        mask_share=0.8,
        random_share=0.1,
        padding=False,
        learning_rate=recipe.learning_rate,
        seed=recipe.seed,
        precision="float32",
    )
    if family == "gpt":
        return result
    longer = 2 if family == "bert_expression" else 1
    return replace(result, dropout=0.0, epochs=recipe.bert_epochs, positions=longer * recipe.positions)


def _of_one(progress: Progress, number: int, name: str) -> Progress:
    return lambda share, words: progress((number + share) / len(MODEL_NAMES), f"{name}: {words}")


def _weights_alone(result: Path, out: Path) -> None:
    import torch

    state = torch.load(result, map_location="cpu", weights_only=True)["model_state_dict"]
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model_state_dict": state}, out)

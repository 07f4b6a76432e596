"""Why the mean of BERT_Pred_Expr's last hidden states says little of a sample, on the demo.

python -m tests.benchmarks.bench_bert_expression [CHECKPOINT] [--genes 512]

First, what can be foretold of a gene's expression bin in held-out simulated samples: by the gene's own mean, and by ridge
regression on principal components of all genes' bins (R², every seventh gene). Then, layer by layer of the network, how often the
nearest of the demo's example samples is of the same type, by the mean of the hidden states.
"""

import argparse
import sys
from pathlib import Path

import h5py
import numpy as np
import torch

from generain_core import settings
from generain_core.demo import evaluation
from generain_core.demo.data import demo_data
from generain_core.demo.recipe import Recipe
from generain_core.demo.training import bins_of
from generain_core.models.model import open_model
from generain_core.models.network import open_network
from generain_core.models.tokens import model_input
from generain_core.release.files import Release
from generain_core.release.readers.gene_list import read_gene_list

NAME = "BERT_Pred_Expr_Binning_By_Gene"


def main() -> None:
    """Print both."""
    release = Release.open(settings.DEMO_RELEASE)
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", nargs="?", type=Path, default=release.path(f"model/{NAME}"))
    parser.add_argument("--genes", type=int, default=512)
    given = parser.parse_args()
    data = demo_data(Recipe())
    bins = bins_of(release, data.expression.counts, data.rows["symbol"].tolist(), "gene2vec").astype(np.float32)
    for components in (0, 10, 25):
        sys.stdout.write(f"{components} components: R² {_foretold(bins, given.genes, components):.3f}\n")
    model = open_model(release, NAME)
    example, types = evaluation._example(release)
    with h5py.File(release.path("archs4")) as h5:
        counts, symbols = h5["data/expression"][:].astype(float), h5["meta/genes/symbol"].asstr()[:]
        known = h5["meta/samples/source_name_ch1"].asstr()[:]
    genes = list(read_gene_list(release.path("boundaries/gene2vec/genes")))
    read = model.read_bins(bins_of(release, np.hstack([counts, example]), list(symbols), "gene2vec"), genes, "gene2vec")
    for layer, means in enumerate(_means(given.checkpoint, read.bins[:], read.tokens, given.genes)):
        sys.stdout.write(f"after layer {layer}: nearest of type {evaluation._same(means, known, types):.3f}\n")


def _foretold(bins: np.ndarray, genes: int, components: int) -> float:
    """Return R² on a tenth of the samples, for bins among the genes of the highest bins; 0 components are the gene's mean."""
    order = np.random.default_rng(0).permutation(len(bins))
    held, learned = order[: len(bins) // 10], order[len(bins) // 10 :]
    places = np.full(bins.shape, np.nan, np.float32)
    for row, out in zip(bins, places, strict=True):
        top = np.argsort(-row, kind="stable")[:genes]
        top = top[row[top] > 1]
        out[top] = np.maximum(1, np.digitize(row[top], np.quantile(row[top], np.arange(101) / 100), right=True))
    centered = bins - bins[learned].mean(0)
    axes = np.linalg.svd(centered[learned], full_matrices=False)[2][:components]
    scores = np.c_[np.ones(len(bins)), centered @ axes.T / 2000]
    left = every = 0.0
    for gene in range(0, bins.shape[1], 7):
        a, b = (part[np.isfinite(places[part, gene])] for part in (learned, held))
        if len(a) >= 60 and len(b) >= 3:
            ridge = np.linalg.solve(scores[a].T @ scores[a] + 0.1 * np.eye(scores.shape[1]), scores[a].T @ places[a, gene])
            left += float(((places[b, gene] - scores[b] @ ridge) ** 2).sum())
            every += float(((places[b, gene] - 50.5) ** 2).sum())
    return 1 - left / every


def _means(checkpoint: Path, bins: np.ndarray, tokens: np.ndarray, genes: int) -> list[np.ndarray]:
    """Return the mean hidden states of each sample (samples × width), of what enters the first layer and after each."""
    network, parts = open_network(checkpoint, "bert_expression"), list[list[np.ndarray]]()
    with torch.inference_mode():
        for start in range(0, len(bins), 8):
            rows = torch.from_numpy(np.ascontiguousarray(bins[start : start + 8]))
            inputs = model_input(rows, torch.from_numpy(tokens), "bert_expression", genes)
            given = {"input_ids": inputs.tokens, "position_ids": inputs.positions, "attention_mask": inputs.mask}
            states = network.body(**given, output_hidden_states=True).hidden_states
            mask = inputs.mask.unsqueeze(-1).float()
            parts.append([((each * mask).sum(1) / mask.sum(1)).numpy() for each in states])
    return [np.concatenate(layer) for layer in zip(*parts, strict=True)]


if __name__ == "__main__":
    main()

"""What each of the authors' settings does to a small training on the demo's simulated samples, one change at a time.

python -m tests.benchmarks.bench_training_options [--epochs 4] [--kinds gpt bert_genes]

Each line: the loss (nats) of held-out samples, judged in the same way whatever was trained on, and how often the nearest of the
demo's example samples among its ARCHS4 samples is of the same type. The first line of a kind is the demo's own recipe.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import torch

from generain_core import settings
from generain_core.demo import evaluation
from generain_core.demo.data import demo_data
from generain_core.demo.recipe import Recipe
from generain_core.demo.training import bins_of, options_of
from generain_core.models.loss import sample_losses
from generain_core.models.network import open_network
from generain_core.models.pooling import embed_bins
from generain_core.release.files import Release
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.token_index import read_token_index
from generain_core.training.data import split
from generain_core.training.train import train

NAMES = {"gpt": "GPT_Binning_By_Gene", "bert_genes": "BERT_Pred_Genes_Binning_By_Gene"}
CHANGES = {
    "gpt": {
        "the demo's recipe": {},
        "embedding dropout 0.1": {"embedding_dropout": 0.1},
        "unexpressed places predicted too": {"predict_unexpressed": True},
        "rate stepped by epoch": {"schedule": "epochs"},
        "180 samples a step": {"batch": 12, "accumulate": 15},
    },
    "bert_genes": {
        "the demo's recipe": {},
        "every hidden gene is token 0": {"mask_share": 1.0, "random_share": 0.0},
        "the mask is the padding index": {"padding": True},
    },
}


def main() -> None:
    """Print a line a change."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--kinds", nargs="+", choices=tuple(NAMES), default=list(NAMES))
    given = parser.parse_args()
    torch.set_num_threads(1)
    release, recipe = Release.open(settings.DEMO_RELEASE), Recipe()
    data = demo_data(recipe)
    bins = bins_of(release, data.expression.counts, data.rows["symbol"].tolist(), "gene2vec").astype(np.float32)
    genes = list(read_gene_list(release.path("boundaries/gene2vec/genes")))
    index = read_token_index(release.path("index/gene2vec"))
    order = np.argsort([index[gene] for gene in genes])
    tokens = np.array([index[gene] for gene in genes])[order]
    _, held = split(len(bins), 0.1, recipe.seed)
    example, types = evaluation._example(release)
    with h5py.File(release.path("archs4")) as h5:
        counts, symbols = h5["data/expression"][:].astype(float), h5["meta/genes/symbol"].asstr()[:]
        known = h5["meta/samples/source_name_ch1"].asstr()[:]
    new = bins_of(release, np.hstack([counts, example]), list(symbols), "gene2vec")[:, order]
    for kind in given.kinds:
        for words, change in CHANGES[kind].items():
            options = replace(options_of(NAMES[kind], recipe), epochs=given.epochs, **change)
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "a.pth"
                train([bins], genes, kind=NAMES[kind], out=out, options=options, index=index, device="cpu")
                network = open_network(out, kind)
            loss = float(sample_losses(network, bins[held][:, order], tokens).mean())
            right = evaluation._same(embed_bins(network, new, tokens), known, types)
            sys.stdout.write(f"{kind} | {words} | held-out loss {loss:.3f} | nearest of type {right:.2f}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

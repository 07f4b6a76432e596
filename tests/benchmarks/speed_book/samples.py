"""Expression tables: reading, binning, embedding, placing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from generain_core.models.network import EPSILON, HEADS, Network, open_network
from generain_core.models.pooling import embed_bins
from generain_core.reference.search import lengths_of, nearest_rows
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.bins import bin_samples
from generain_core.samples.io.read import read
from tests.benchmarks.bench_binning import published, simulated_counts
from tests.benchmarks.bench_embed import products
from tests.benchmarks.speed_book.measure import Row, in_turns

ROOM = "Samples"


def reading(release: Release, turns: int) -> Iterator[Row]:
    """Tables of counts in three formats; what they are is found out by looking at all of their numbers."""
    genes = 20_000
    for samples in (10, 100, 400):
        counts = simulated_counts(samples, genes)
        frame = pd.DataFrame(counts.T, index=[f"ENSG{i:011d}" for i in range(genes)], columns=[f"s{i}" for i in range(samples)])
        with tempfile.TemporaryDirectory() as folder:
            at = Path(folder)
            frame.to_csv(at / "a.csv")
            frame.to_parquet(at / "a.parquet")
            anndata.AnnData(frame.T.astype(np.float32)).write_h5ad(at / "a.h5ad")
            plain = {
                "csv": ("pandas", lambda at=at: pd.read_csv(at / "a.csv", index_col=0)),
                "parquet": ("pandas", lambda at=at: pd.read_parquet(at / "a.parquet")),
                "h5ad": ("anndata", lambda at=at: anndata.read_h5ad(at / "a.h5ad")),
            }
            for kind, (name, work) in plain.items():
                seconds = in_turns(turns, lambda path=at / f"a.{kind}": read(path), **{name: work})
                yield Row(room=ROOM, what=f"a table read, {kind}", size=f"{genes:,} genes × {samples:,}", seconds=seconds)


def binning(release: Release, turns: int) -> Iterator[Row]:
    """Bins of counts; the published way ranks five samples at a time within the whole reference, and is timed on five."""
    boundaries = Boundaries.open(release)
    columns = np.arange(len(boundaries.genes))
    for samples in (5, 50, 500):
        counts = simulated_counts(samples, len(columns))
        totals = counts.sum(1).astype(float)
        others = {"the_published_way": lambda counts=counts: published(counts, boundaries)} if samples == 5 else {}
        seconds = in_turns(
            turns,
            lambda counts=counts, totals=totals: bin_samples(counts, totals, boundaries, columns),
            floor=lambda: boundaries.values.sum(),
            **others,
        )
        size = f"{samples:,} samples × {len(columns):,} genes"
        yield Row(room=ROOM, what="samples binned", size=size, seconds=seconds, floor="one read of the boundaries")


def embedding(release: Release, turns: int) -> Iterator[Row]:
    """Embeddings of GPT with all places taken, on the CPU, and on a CUDA device where there is one."""
    network = open_network(release.path("model/GPT_protein_coding_lncRNAs"), "gpt")
    rng = np.random.default_rng(0)
    tokens = np.arange(3, network.genes)
    theirs = _plain(network)
    floor = products(len(network.body.h), network.width, network.most_genes)
    for samples in (1, 4, 16):
        bins = rng.integers(2, 2001, (samples, len(tokens))).astype(np.int16)

        def floors(samples: int = samples) -> None:
            for _ in range(samples):
                floor()

        others = {"transformers,_two_a_batch": theirs(samples)} if samples == 4 else {}
        seconds = in_turns(turns, lambda bins=bins: embed_bins(network, bins, tokens), floor=floors, **others)
        yield Row(
            room=ROOM, what="samples embedded, CPU", size=f"{samples} samples", seconds=seconds, floor="bare matrix products"
        )
    if not torch.cuda.is_available():
        return
    name = torch.cuda.get_device_name()
    for samples in (16, 256, 2048):
        bins = rng.integers(2, 2001, (samples, len(tokens))).astype(np.int16)
        for mixed in (False, True):
            seconds = in_turns(
                turns, lambda bins=bins, mixed=mixed: embed_bins(network, bins, tokens, device="cuda", mixed=mixed)
            )
            words = f"samples embedded, {name}, {'mixed precision' if mixed else 'float32'}"
            yield Row(room=ROOM, what=words, size=f"{samples:,} samples", seconds=seconds)


def _plain(network: Network):
    """Return, for a number of samples, the forward pass of the same network as transformers has it, head and labels with it."""
    places = network.most_genes
    config = GPT2Config(
        vocab_size=network.genes,
        n_positions=places,
        n_embd=network.width,
        n_layer=len(network.body.h),
        n_head=HEADS,
        n_inner=4 * network.width,
        activation_function="gelu",
        layer_norm_epsilon=EPSILON,
        use_cache=False,
        bos_token_id=None,
        eos_token_id=None,
    )
    model = GPT2LMHeadModel._from_config(config, attn_implementation="sdpa").eval()
    two = torch.randint(3, network.genes, (2, places), generator=torch.Generator().manual_seed(0))

    def of(samples: int):
        def work() -> None:
            with torch.inference_mode():
                for _ in range(samples // 2):
                    model(input_ids=two, position_ids=torch.arange(places).expand_as(two), labels=two)

        return work

    return of


def placing(release: Release, turns: int) -> Iterator[Row]:
    """The ten nearest of a reference's samples, exact, for ten new ones."""
    rng = np.random.default_rng(0)
    for rows in (4_000, 40_000, 400_000):
        with tempfile.TemporaryDirectory() as folder:
            made = rng.normal(3, 1, (rows, 200)).astype("<f4")
            made.tofile(Path(folder) / "v")
            vectors = np.memmap(Path(folder) / "v", "<f4", "r", shape=made.shape)
            lengths, queries = lengths_of(vectors), made[:10] + rng.normal(0, 0.1, (10, 200)).astype("<f4")

            def plain(made: np.ndarray = made, lengths: np.ndarray = lengths, queries: np.ndarray = queries) -> None:
                np.argsort(-((made @ queries.T).T / lengths), axis=1)

            seconds = in_turns(
                turns,
                lambda vectors=vectors, lengths=lengths, queries=queries: nearest_rows(vectors, lengths, queries, 10),
                floor=lambda made=made, queries=queries: made @ queries.T,
                numpy_product_and_sort=plain,
            )
            size = f"10 among {rows:,} samples"
            yield Row(room=ROOM, what="samples placed in a reference", size=size, seconds=seconds, floor="the products, float32")

"""Time embedding at full size on the CPU against the published route's forward pass, in one run.

python -m tests.benchmarks.bench_embed RELEASE [--repeats 3] [--samples 2000] [--threads N] [--expressed 2048]

Seconds are of the clock; with --cpu, of the processors, which a busy machine changes less (then take one thread, for threads
that wait for each other count as work).

The published route runs the network with its vocabulary head and labels, two samples a batch: with plain attention, which was
all that transformers had for GPT-2 when the models were published, and with the fused attention of today. The floor is the
time of bare matrix products of the shapes that embedding needs (causal attention counted by half). Mixed precision: its speed,
and how far it moves these samples, as the app says it of a user's own. Memory: peak after embedding
few and many samples of a memory map, with one gene table of 64 genes a sample, so that it is the stream and not the network.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from generain_core.models.network import EPSILON, HEADS, open_network
from generain_core.models.pooling import embed_bins
from generain_core.models.precision import choose_precision
from generain_core.release.files import Release
from tests.benchmarks.bench_binning import peak_megabytes


def fastest(work: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def products(layers: int, width: int, places: int) -> Callable[[], None]:
    """Return the work that multiplies bare matrices of the shapes of one sample, made beforehand."""
    x, wide = torch.randn(places, width), torch.randn(places, 4 * width)
    weights = [torch.randn(width, out) for out in (3 * width, width, 4 * width)]
    back = torch.randn(4 * width, width)
    q, half = torch.randn(HEADS, places, width // HEADS), torch.randn(HEADS, places // 2, width // HEADS)
    turned, scores = half.transpose(1, 2), torch.randn(HEADS, places, places // 2)

    def work() -> None:
        for _ in range(layers):
            for weight in weights:
                x @ weight
            wide @ back
            q @ turned
            scores @ half

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--expressed", type=int, default=27_000, help="expressed genes of a sample")
    parser.add_argument("--cpu", action="store_true")
    given = parser.parse_args()
    clock = time.process_time if given.cpu else time.perf_counter
    if given.threads:
        torch.set_num_threads(given.threads)
    network = open_network(Release.open(given.release).path("model/GPT_protein_coding_lncRNAs"), "gpt")
    places, layers = network.most_genes, len(network.body.h)
    sizes = {"vocab_size": network.genes, "n_positions": places, "n_embd": network.width, "n_layer": layers, "n_head": HEADS}
    published_as = {"activation_function": "gelu", "layer_norm_epsilon": EPSILON, "use_cache": False}
    config = GPT2Config(**sizes, **published_as, n_inner=4 * network.width, bos_token_id=None, eos_token_id=None)
    rng = np.random.default_rng(0)
    bins = rng.integers(2, 2001, (4, 27000)).astype(np.int16)
    bins[:, given.expressed :] = 1
    tokens = np.arange(3, 27003)
    two = torch.from_numpy(rng.integers(3, network.genes, (2, places)))
    mask, where = torch.ones_like(two), torch.arange(places).expand_as(two)
    published = {}
    with torch.inference_mode():
        for attention in ("eager", "sdpa"):
            theirs = GPT2LMHeadModel._from_config(config, attn_implementation=attention).eval()

            def forward(theirs: GPT2LMHeadModel = theirs) -> object:
                return theirs(input_ids=two, attention_mask=mask, position_ids=where, labels=two)

            published[attention] = fastest(forward, given.repeats, clock) / 2
        floor = fastest(products(layers, network.width, places), given.repeats, clock)
    ours = fastest(lambda: embed_bins(network, bins, tokens), given.repeats, clock) / len(bins)
    print(
        f"{network.genes:,} tokens, {layers} layers, {network.width} wide, {places:,} places, {torch.get_num_threads()} threads"
    )
    for attention, words in (("eager", "with the attention of its time"), ("sdpa", "with today's fused attention")):
        times = f"{published[attention]:.3f} s a sample; ours {ours:.3f} s: {published[attention] / ours:.1f} × as fast"
        print(f"published route {words} {times}")
    print(f"bare matrix products of the same shapes {floor:.3f} s: {floor / ours:.0%} of our time")
    mixed = fastest(lambda: embed_bins(network, bins, tokens, mixed=True), given.repeats, clock) / len(bins)
    print(f"in 16 bits where the network bears it {mixed:.3f} s a sample: {ours / mixed:.2f} × as fast as float32 on this CPU")
    print(f"said of four samples of random bins: {choose_precision(network, bins, tokens, precision='mixed').words}")
    with tempfile.TemporaryDirectory() as folder:
        for samples in (256, given.samples):
            path = Path(folder) / f"{samples}.npy"
            table = np.lib.format.open_memmap(path, "w+", np.int16, (samples, 64))
            table[:] = rng.integers(2, 2001, (samples, 64))
            out = np.lib.format.open_memmap(path.with_suffix(".out.npy"), "w+", np.float32, (samples, network.width))
            embed_bins(network, np.load(path, mmap_mode="r"), tokens[:64], out=out)
            print(f"{samples:,} samples streamed: peak {peak_megabytes():,.0f} MiB")


if __name__ == "__main__":
    main()

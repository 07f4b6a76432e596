"""The figures that the authors printed over the real release, held against this one."""

from dataclasses import dataclass

import numpy as np

from generain_core.errors import ReleaseError
from generain_core.models.loss import sample_losses
from generain_core.models.model import Model, open_model
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.verify.checks.arrays import against_checkpoint
from generain_core.verify.checks.samples import published_bins

MODEL = "GPT_protein_coding_lncRNAs"
TIED = 4.0
"""Times what another order of equal bins changes: so far may a loss be off, but at least `LEAST_OFF`."""
LEAST_OFF = 0.02


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was printed: sizes, the first sample's tokens and bins (first and last three), losses of batches of two samples."""

    example_samples: int
    boundaries: tuple[int, int]
    vocabulary: int
    width: int
    positions: int
    tokens: tuple[int, ...]
    bins: tuple[int, ...]
    losses: tuple[float, ...]


PRINTED = Figures(
    example_samples=2273,
    boundaries=(31769, 2054),
    vocabulary=38960,
    width=200,
    positions=2048,
    tokens=(17592, 23756, 15556, 16902, 6913, 7281),
    bins=(1999, 1998, 1998, 1697, 1697, 1696),
    losses=(
        8.476980209350586,
        8.40365982055664,
        8.46461009979248,
        8.388516426086426,
        8.415474891662598,
        8.44312858581543,
        8.386070251464844,
        8.439138412475586,
        8.39905071258545,
        8.384571075439453,
    ),
)
"""Of the authors' notebooks anal_dataset.ipynb and normalize_expr_mat.ipynb, over the real files."""


def shapes(release: Release, figures: Figures = PRINTED) -> str:
    """Compare the sizes of boundaries, example and large GPT."""
    opened, network = Boundaries.open(release), open_model(release, MODEL).network
    found = {
        "genes and values of the boundaries": (opened.values.shape[::-1], figures.boundaries),
        "samples of the example": (len(published_bins(release)), figures.example_samples),
        "tokens": (network.genes, figures.vocabulary),
        "width": (network.width, figures.width),
        "positions": (network.max_genes, figures.positions),
    }
    other = [f"{name}: {ours}, not {theirs}" for name, (ours, theirs) in found.items() if ours != theirs]
    if other:
        raise ReleaseError(f"Sizes are not those that the authors printed: {'; '.join(other)}.")
    return "; ".join(f"{name}: {ours}" for name, (ours, _) in found.items())


def first_sample(release: Release, figures: Figures = PRINTED) -> str:
    """Compare the first sample's highest and lowest bins, and the tokens that have them; equal bins may be in any order."""
    model, bins, tokens = _read(release, 1)
    order = np.argsort(-bins[0], kind="stable")[: model.network.most_genes]
    ends = np.r_[order[:3], order[-3:]]
    ours = tuple(int(value) for value in bins[0][ends])
    if ours != figures.bins:
        raise ReleaseError(f"The first example sample has the bins {ours}, but the authors printed {figures.bins}.")
    bin_of = dict(zip(tokens.tolist(), bins[0].tolist(), strict=True))
    for token, wanted in zip(figures.tokens, figures.bins, strict=True):
        if bin_of.get(token) != wanted:
            raise ReleaseError(
                f"Token {token:,} has the bin {bin_of.get(token, 'none')} in the first example sample, but the authors printed "
                f"{wanted}: the token index or the example's bins are of another version."
            )
    return f"bins {ours} and the tokens {figures.tokens}, as the authors printed them"


def losses(release: Release, figures: Figures = PRINTED) -> str:
    """Compare the losses of the large GPT on the first example samples, in batches of two.

    Genes of equal bin are in an arbitrary order in the authors' code, which changes a loss. How much is measured by turning
    their order around; that makes the tolerance.
    """
    model, bins, tokens = _read(release, 2 * len(figures.losses))
    ours = _of_batches(sample_losses(model.network, bins, tokens, batch_size=2))
    turned = _of_batches(sample_losses(model.network, bins[:, ::-1].copy(), tokens[::-1].copy(), batch_size=2))
    tolerance = max(LEAST_OFF, TIED * float(np.sqrt(np.mean((ours - turned) ** 2))))
    off = np.abs(ours - np.array(figures.losses))
    sentence = (
        f"losses {ours.min():.3f} to {ours.max():.3f}, off by at most {off.max():.4f}; {tolerance:.4f} is allowed, "
        f"{TIED:.0f} times what another order of equal bins changes"
    )
    if not off.max() <= tolerance:
        raise ReleaseError(
            f"The large GPT's losses on the first {len(bins)} example samples are not those that the authors printed "
            f"({min(figures.losses):.3f} to {max(figures.losses):.3f}): {sentence}."
        )
    return sentence


def vectors(release: Release) -> str:
    """Check that GeneRAIN-vec is the gene embedding of the large GPT."""
    said = against_checkpoint(release, MODEL)
    if not said.startswith("equal"):
        raise ReleaseError(f"GeneRAIN-vec is not the gene embedding of {MODEL}, {said}.")
    return said


def _read(release: Release, samples: int) -> tuple[Model, np.ndarray, np.ndarray]:
    table = published_bins(release).iloc[:samples]
    if len(table) < samples:
        raise ReleaseError(f"The binned example has {len(table)} samples, but {samples} are needed.")
    model = open_model(release, MODEL)
    read = model.read_bins(table.to_numpy(np.float32), list(table.columns))
    return model, np.asarray(read.bins[slice(0, samples)], np.float32), np.asarray(read.tokens)


def _of_batches(found: np.ndarray) -> np.ndarray:
    pairs: np.ndarray = found.astype(np.float64).reshape(-1, 2).mean(axis=1)
    return pairs

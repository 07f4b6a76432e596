"""Simulate expression from the gene programs of the demo release. None of it is biology."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generain_core.demo.programs.programs import PROGRAMS, expand
from generain_core.demo.programs.sample_types import SAMPLE_TYPES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEMALE_ONLY = ("XIST", "TSIX")
Y_CHROMOSOME = "Y chromosome"
"""A program that no other gene leans to, and whose genes lean to none."""
CELL_LINES = ("K562 cells", "HepG2 cells")
ABUNDANT = expand("""ALB:1 APOA1:0.5 HBB:1 HBA1:0.9 HBA2:0.9 ACTA1:0.5 MYH7:0.5 PRSS1:0.5 SFTPC:0.5 MBP:0.4 GAPDH:0.4
MALAT1:2.2 NEAT1:1.6 XIST:1.6 NORAD:1.1 GAS5:1.1 SNHG1:0.7 SNHG5:0.8 SNHG29:0.9 ZFAS1:1 H19:1.1 MEG3:1.2 MIAT:0.7 KCNQ1OT1:0.6
OIP5-AS1:0.7 CYTOR:0.7 MIR22HG:0.7 TUG1:0.3
MT-RNR1:4.2 MT-RNR2:4.6 IGHM:2.5 IGKC:3 TRAC:1.5 RN7SK:2""")
"""Genes known to stand out, and by how many powers of ten they exceed their kind's usual level."""
OFF_DECADES = 5.0
"""A program that is off is this many powers of ten below its level."""
SERIES_SIZE = 22
"""Samples of a type that were handled together and share its deviations."""


@dataclass(frozen=True)
class Expression:
    """Simulated counts, genes × samples (int64), and the type, sex and series of each sample."""

    counts: npt.NDArray[np.int64]
    sample_types: tuple[str, ...]
    sexes: tuple[str, ...]
    series: tuple[int, ...]

    @property
    def log_expression(self) -> Floats:
        """Return log10(count × 1e7 / total + 1), genes × samples, total over all genes."""
        return np.asarray(np.log10(self.counts * 1e7 / self.counts.sum(axis=0) + 1))


@dataclass(frozen=True)
class GeneTraits:
    """What belongs to a gene in every sample.

    Attributes:
        symbols: one a row.
        loadings: genes × programs: its own programs and weak leanings to others.
        base: expression outside all programs.
        level: powers of ten above or below its programs.
        spread: standard deviation of log10 expression between samples alike.
        dispersion: of the negative binomial counts.
        loss: chance that a weak gene is not seen at all.
    """

    symbols: tuple[str, ...]
    loadings: Floats
    base: Floats
    level: Floats
    spread: Floats
    dispersion: Floats
    loss: Floats


def loadings(genes: Sequence[str]) -> Floats:
    """Return the weight of each gene in each program: genes × programs."""
    row = {gene: i for i, gene in enumerate(genes)}
    weights = np.zeros((len(genes), len(PROGRAMS)))
    for column, program in enumerate(PROGRAMS.values()):
        for gene, weight in program.genes.items():
            if gene in row:
                weights[row[gene], column] = weight
    return weights


def gene_traits(genes: Sequence[str], lncrna: Bools, silent: Bools, seed: int) -> GeneTraits:
    """Draw what belongs to each gene: lncRNAs are about six times lower than coding genes and vary more; some are never seen.

    A gene leans to a few programs that are not its own: it gets some 15 % of what its own give it when such a program is on.
    """
    rng = np.random.default_rng([seed, 1])
    size = len(genes)
    weights = loadings(genes)
    strength = 10 ** np.array([p.level for p in PROGRAMS.values()])
    own = (weights * strength).max(axis=1, keepdims=True)
    leaning = rng.exponential(0.15, weights.shape) * (rng.random(weights.shape) < 0.04) * np.minimum(own / strength, 1)
    dosage = list(PROGRAMS).index(Y_CHROMOSOME)
    leaning[:, dosage] = leaning[weights[:, dosage] > 0] = 0
    level = rng.normal(np.where(lncrna, -0.8, 0.0), 0.4) + [ABUNDANT.get(gene, 0.0) for gene in genes]
    base = 10 ** rng.normal(-0.3, 0.3, size)
    weights, leaning = (np.where(silent[:, None], 0, each) for each in (weights, leaning))
    return GeneTraits(
        symbols=tuple(genes),
        loadings=np.maximum(weights, leaning),
        base=np.where(silent, 10 ** rng.normal(-2.5, 0.3, size), base),
        level=np.where(silent, 0, level),
        spread=rng.uniform(0.12, 0.3, size) + np.where(lncrna, 0.05, 0),
        dispersion=rng.lognormal(np.log(0.08), 0.5, size),
        loss=rng.beta(1, 12, size),
    )


def activities(sample_type: str, sex: str) -> Floats:
    """Return the activity (0 to 1) of each program in a type of sample."""
    own = {name.replace("_", " "): weight for name, weight in expand(SAMPLE_TYPES[sample_type]).items()}
    own[Y_CHROMOSOME] = float(sex == "male")
    return np.array([own.get(name, program.background) for name, program in PROGRAMS.items()])


def log_programs(activity: Floats) -> Floats:
    """Return log10 expression of programs at an activity (programs × samples)."""
    level = np.array([p.level for p in PROGRAMS.values()])[:, None]
    return np.asarray(level - OFF_DECADES * (1 - activity) ** 1.5)


def deviations(series: npt.NDArray[np.int64], rng: np.random.Generator, scale: float = 1.0) -> Floats:
    """Draw how far each sample's programs are from their type's (log10): by theme, by series, and each its own."""
    of = list(PROGRAMS.values())
    themes = list(dict.fromkeys(p.theme for p in of))
    of_theme = [themes.index(p.theme) for p in of]
    own = np.where(np.array([p.background for p in of]) >= 0.9, 0.12, 0.18)[:, None]
    shape = (len(of), len(series))
    shared = rng.normal(0, 0.07, (len(of), series.max() + 1))[:, series]
    return scale * (rng.normal(0, 0.07, (len(themes), len(series)))[of_theme] + shared + rng.normal(0, 1, shape) * own)


def draw_counts(
    traits: GeneTraits,
    programs: Floats,
    sexes: Sequence[str],
    rng: np.random.Generator,
    scale: float = 1.0,
    factors: Floats | None = None,
) -> npt.NDArray[np.int64]:
    """Draw counts (genes × samples): log-normal around the programs, negative binomial, of varied depth, some genes lost.

    `programs` is log10 expression, programs × samples; `scale` makes samples more alike; `factors` (genes × samples) come on top.
    """
    noise = rng.normal(0, scale, (len(traits.symbols), programs.shape[1])) * traits.spread[:, None]
    expected = (traits.loadings @ 10**programs + traits.base[:, None]) * 10 ** (traits.level[:, None] + noise)
    if factors is not None:
        expected *= factors
    male = np.array(sexes) == "male"
    for gene in FEMALE_ONLY:
        if gene in traits.symbols:
            expected[traits.symbols.index(gene), male] *= 1e-3
    depth = 10 ** rng.uniform(7, np.log10(4e7), programs.shape[1])
    shape = 1 / traits.dispersion[:, None]
    counts = rng.poisson(rng.gamma(shape, expected / expected.sum(axis=0) * depth / shape))
    lost = rng.random(counts.shape) < traits.loss[:, None] * np.exp(-expected / 30)
    return np.where(lost, 0, counts)


def simulate_expression(traits: GeneTraits, types: Sequence[str], per_type: int, draw: tuple[int, int]) -> Expression:
    """Draw so many samples of each type; a quarter of them hold up to a quarter of another type's expression.

    Args:
        traits: of the genes.
        types: of samples, each one of `SAMPLE_TYPES`.
        per_type: samples of each.
        draw: seed and number of the draw: another number gives other samples of the same genes.
    """
    rng = np.random.default_rng(draw)
    all_types = np.repeat(list(types), per_type)
    sexes = tuple("female" if name in CELL_LINES or i % 2 else "male" for i, name in enumerate(all_types))
    in_type = np.arange(len(all_types)) % per_type
    series = np.arange(len(all_types)) // per_type * -(-per_type // SERIES_SIZE) + in_type // SERIES_SIZE
    pure = log_programs(np.array([activities(*pair) for pair in zip(all_types, sexes, strict=True)]).T)
    others = rng.choice(list(SAMPLE_TYPES), len(all_types))
    other = log_programs(np.array([activities(*pair) for pair in zip(others, sexes, strict=True)]).T)
    part = rng.uniform(0, 0.25, len(all_types)) * (rng.random(len(all_types)) < 0.25)
    mixed = np.log10((1 - part) * 10**pure + part * 10**other)
    counts = draw_counts(traits, mixed + deviations(series, rng), sexes, rng)
    return Expression(counts, tuple(all_types.tolist()), sexes, tuple(series.tolist()))

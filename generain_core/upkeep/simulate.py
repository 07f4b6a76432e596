"""Simulate expression and vectors of the demo release from its gene programs. None of it is biology."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generain_core.upkeep.programs import PROGRAMS, Program, expand

Floats = npt.NDArray[np.float64]

SAMPLES_PER_TYPE = 44
SAMPLE_TYPES: dict[str, str] = {
    "liver": "liver complement_and_coagulation cholesterol_biosynthesis fatty_acid_metabolism",
    "kidney": "kidney fatty_acid_metabolism endothelial_cells:0.7 oxidative_phosphorylation",
    "skeletal muscle": "skeletal_muscle glycolysis_and_TCA_cycle heart_muscle:0.35 interferon_response:0.4",
    "heart": "heart_muscle skeletal_muscle:0.3 endothelial_cells:0.7 fatty_acid_metabolism",
    "brain cortex": "neurons_and_synapses astrocytes_and_myelin imprinted_genes:0.7 pancreatic_islets:0.3",
    "whole blood": "erythroid_cells platelets neutrophils T_cells:0.7 cytotoxic_and_NK_cells:0.8 B_and_plasma_cells:0.6 "
    "monocytes_and_macrophages:0.8 antigen_presentation_(MHC):0.9 NF-kB_inflammation:0.8",
    "T cells": "T_cells cytotoxic_and_NK_cells:0.7 chemokines:0.7 interferon_response:0.7 antigen_presentation_(MHC):0.8",
    "lymphoblastoid cells": "B_and_plasma_cells antigen_presentation_(MHC) mitotic_cell_cycle:0.9 DNA_replication:0.9 "
    "NF-kB_inflammation:0.9 interferon_response:0.8 chemokines:0.7",
    "K562 cells": "erythroid_cells:0.8 mitotic_cell_cycle DNA_replication histones ribosome_biogenesis_and_snoRNA_hosts:1 "
    "testis_and_germ_cells:0.3 growth_signaling:0.9",
    "skin": "keratin_and_epidermis collagen_and_extracellular_matrix:0.8 bone_and_cartilage:0.4 adipocytes:0.5",
    "lung": "lung_surfactant motile_cilia:0.9 endothelial_cells monocytes_and_macrophages:0.9 antigen_presentation_(MHC) "
    "collagen_and_extracellular_matrix:0.7 smooth_muscle:0.6 chemokines:0.7",
    "colon": "intestine smooth_muscle B_and_plasma_cells:0.6 mitotic_cell_cycle:0.7 HOX_genes:0.7",
    "pancreas": "exocrine_pancreas pancreatic_islets heat_shock_and_unfolded_protein_response:1 intestine:0.3",
    "testis": "testis_and_germ_cells motile_cilia:0.7 mitotic_cell_cycle:0.8 DNA_repair:1 histones:0.8",
    "embryonic stem cells": "pluripotency mitotic_cell_cycle DNA_replication histones imprinted_genes:0.6 X_inactivation:1",
    "adipose tissue": "adipocytes collagen_and_extracellular_matrix:0.9 endothelial_cells:0.8 smooth_muscle:0.5 "
    "complement_and_coagulation:0.5 HOX_genes:0.8 breast_and_prostate_epithelium:0.6",
}
"""Sample type → the programs that are more (or less) active there than in the background, with their activity."""

FEMALE_ONLY = ("XIST", "TSIX")
ABUNDANT = expand("""ALB:1 APOA1:0.5 HBB:1 HBA1:0.9 HBA2:0.9 ACTA1:0.5 MYH7:0.5 PRSS1:0.5 SFTPC:0.5 MBP:0.4 GAPDH:0.4
MALAT1:2.2 NEAT1:1.6 XIST:1.6 NORAD:1.1 GAS5:1.1 SNHG1:0.7 SNHG5:0.8 SNHG29:0.9 ZFAS1:1 H19:1.1 MEG3:1.2 MIAT:0.7 KCNQ1OT1:0.6
OIP5-AS1:0.7 CYTOR:0.7 MIR22HG:0.7 TUG1:0.3
MT-RNR1:4.2 MT-RNR2:4.6 IGHM:2.5 IGKC:3 TRAC:1.5 RN7SK:2""")
"""Genes known to stand out, and by how many powers of ten they exceed their kind's usual level."""
OFF_DECADES = 5.0
"""A program that is off is this many powers of ten below its level."""


@dataclass(frozen=True)
class Expression:
    """Simulated counts, genes × samples (int64), and the type and sex of each sample."""

    counts: npt.NDArray[np.int64]
    sample_types: tuple[str, ...]
    sexes: tuple[str, ...]

    @property
    def log_expression(self) -> Floats:
        """Return log10(count × 1e7 / total + 1), genes × samples, total over all genes."""
        return np.asarray(np.log10(self.counts * 1e7 / self.counts.sum(axis=0) + 1))


def loadings(genes: list[str]) -> Floats:
    """Return the weight of each gene in each program: genes × programs."""
    row = {gene: i for i, gene in enumerate(genes)}
    weights = np.zeros((len(genes), len(PROGRAMS)))
    for column, program in enumerate(PROGRAMS.values()):
        for gene, weight in program.genes.items():
            if gene in row:
                weights[row[gene], column] = weight
    return weights


def _activity_of(sample_type: str, sex: str) -> list[float]:
    own = {name.replace("_", " "): weight for name, weight in expand(SAMPLE_TYPES[sample_type]).items()}
    own["Y chromosome"] = float(sex == "male")
    return [own.get(name, program.background) for name, program in PROGRAMS.items()]


def _spread(program: Program) -> float:
    return 0.06 if program.background >= 0.9 else 0.16


def simulate_expression(genes: list[str], lncrna: npt.NDArray[np.bool_], silent: npt.NDArray[np.bool_], seed: int) -> Expression:
    """Draw counts of the genes in every sample: log-normal around the sample's programs, then Poisson, then dropout.

    Args:
        genes: symbols, one a row; a gene outside all programs has little, unrelated expression.
        lncrna: which genes are lncRNAs; they are about ten times lower than coding genes.
        silent: which genes are (almost) never seen.
        seed: of every random draw.
    """
    rng = np.random.default_rng([seed, 1])
    types = tuple(np.repeat(list(SAMPLE_TYPES), SAMPLES_PER_TYPE).tolist())
    sexes = tuple("female" if name == "K562 cells" or i % 2 else "male" for i, name in enumerate(types))
    activity = np.array([_activity_of(*pair) for pair in zip(types, sexes, strict=True)]).T
    spread = np.array([_spread(p) for p in PROGRAMS.values()])[:, None]
    level = np.array([p.level for p in PROGRAMS.values()])[:, None]
    log_programs = level - OFF_DECADES * (1 - activity) ** 1.5 + rng.normal(0, 1, activity.shape) * spread
    expected = loadings(genes) @ 10**log_programs + 10 ** rng.normal(-0.3, 0.3, (len(genes), 1))
    gene_level = rng.normal(np.where(lncrna, -0.8, 0.0), 0.4) + [ABUNDANT.get(gene, 0.0) for gene in genes]
    gene_spread = rng.uniform(0.1, 0.3, len(genes))
    expected *= 10 ** (gene_level[:, None] + rng.normal(0, 1, expected.shape) * gene_spread[:, None])
    expected[silent] = 10 ** rng.normal(-2.5, 0.3, (int(silent.sum()), 1))
    female = np.array(sexes) == "female"
    for gene in FEMALE_ONLY:
        if gene in genes:
            expected[genes.index(gene), ~female] *= 1e-3
    depth = 10 ** rng.uniform(7, np.log10(4e7), len(types))
    counts = rng.poisson(expected / expected.sum(axis=0) * depth)
    lost = rng.random(counts.shape) < rng.beta(1, 12, (len(genes), 1)) * np.exp(-expected / 30)
    return Expression(np.where(lost, 0, counts), types, sexes)


def simulate_vectors(genes: list[str], lncrna: npt.NDArray[np.bool_], seed: int, width: int = 200) -> npt.NDArray[np.float32]:
    """Return gene vectors (genes × width, float32) whose directions follow the gene programs.

    A program's direction is partly its theme's; a gene's is the weighted sum of its programs' directions, a leaning to others,
    of its theme above all, and noise of its own, more of it for lncRNAs. Trained vectors can take this function's place.
    """
    rng = np.random.default_rng([seed, 2])
    themes = list(dict.fromkeys(p.theme for p in PROGRAMS.values()))
    theme = rng.normal(0, 1, (len(themes), width))
    own = rng.normal(0, 1, (len(PROGRAMS), width))
    of_theme = [themes.index(p.theme) for p in PROGRAMS.values()]
    direction = _unit(0.6 * _unit(theme)[of_theme] + 0.8 * _unit(own))
    weights = loadings(genes)
    kin = (weights > 0) @ (np.array(of_theme)[:, None] == of_theme) > 0
    leaning = rng.exponential(np.where(kin, 0.16, 0.22), kin.shape) * (rng.random(kin.shape) < np.where(kin, 0.4, 0.06))
    signal = _unit((weights + leaning) @ direction)
    amount = np.where(lncrna, 1.5, 0.95) * rng.lognormal(0, 0.35, len(genes))
    noise = rng.normal(0, 1 / np.sqrt(width), (len(genes), width)) * amount[:, None]
    shared = _unit(rng.normal(0, 1, (1, width)))
    length = rng.normal(2.4, 0.25, (len(genes), 1))
    return np.asarray(_unit(signal + noise + 0.3 * shared) * length, dtype=np.float32)


def _unit(rows: Floats) -> Floats:
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norm > 0, norm, 1))

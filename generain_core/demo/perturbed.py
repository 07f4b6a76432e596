"""The example of perturbations: knock-downs in simulated K562 cells whose true effects are known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from generain_core.demo.programs.programs import PROGRAMS
from generain_core.demo.simulate import GeneTraits, activities, deviations, draw_counts, log_programs

CONTROL = "non-targeting"
BATCHES = 4
CONTROLS_A_BATCH = 3
CELLS = "K562 cells"
LEFT = 0.25
"""Share of its own expression that a gene keeps where it is knocked down."""
EFFECTS: dict[str, dict[str, float]] = {
    "MCM2": {"DNA replication": -0.60, "mitotic cell cycle": -0.30},
    "MCM5": {"DNA replication": -0.40, "mitotic cell cycle": -0.20},
    "PLK1": {"mitotic cell cycle": -0.70},
    "AURKA": {"mitotic cell cycle": -0.50},
    "GATA1": {"erythroid cells": -0.90},
    "TAL1": {"erythroid cells": -0.60},
    "NOP56": {"ribosome biogenesis and snoRNA hosts": -0.60, "p53 targets": 0.40},
    "FBL": {"ribosome biogenesis and snoRNA hosts": -0.40, "p53 targets": 0.30},
    "RPL3": {"cytosolic ribosome": -0.30, "p53 targets": 0.60},
    "RPS6": {"cytosolic ribosome": -0.25, "p53 targets": 0.45},
    "PSMD1": {"proteasome": -0.30, "heat shock and unfolded protein response": 0.70},
    "PSMC2": {"proteasome": -0.25, "heat shock and unfolded protein response": 0.50},
    "NDUFS1": {"oxidative phosphorylation": -0.30, "hypoxia": 0.60},
    "SF3B1": {"spliceosome": -0.30, "nuclear bodies and nuclear lncRNA": 0.50},
    "CD19": {},
    "GFAP": {},
    "MYH7": {},
    "KRT5": {},
}
"""Gene knocked down → powers of ten by which programs move; the last four move nothing, for K562 cells don't express them."""


@dataclass(frozen=True)
class Screen:
    """Counts (genes × samples) and one row a sample: sample, perturbation, batch."""

    counts: npt.NDArray[np.int64]
    sheet: pd.DataFrame


def simulate_screen(traits: GeneTraits, draw: tuple[int, int]) -> Screen:
    """Draw a sample of every knock-down and some controls in each batch; batches differ, samples of one differ a little."""
    rng = np.random.default_rng(draw)
    names = [*[CONTROL] * CONTROLS_A_BATCH, *EFFECTS]
    labels = names * BATCHES
    batch = np.repeat(np.arange(BATCHES), len(names))
    programs = log_programs(np.repeat(activities(CELLS, "female")[:, None], len(labels), 1))
    programs += deviations(np.arange(BATCHES), rng, 0.4)[:, batch] + deviations(np.arange(len(labels)), rng, 0.2)
    factors = np.ones((len(traits.symbols), len(labels)))
    order = list(PROGRAMS)
    for i, label in enumerate(labels):
        for program, decades in EFFECTS.get(label, {}).items():
            programs[order.index(program), i] += decades
        if label != CONTROL:
            factors[[gene == label for gene in traits.symbols], i] = LEFT
    counts = draw_counts(traits, programs, ["female"] * len(labels), rng, 0.3, factors)
    sheet = pd.DataFrame(
        {
            "sample": [f"KD{i + 1:02d}" for i in range(len(labels))],
            "perturbation": labels,
            "batch": [f"batch {b + 1}" for b in batch],
        }
    )
    return Screen(counts, sheet)

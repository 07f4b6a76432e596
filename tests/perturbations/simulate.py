"""Perturbation experiments whose truth is known."""

import numpy as np
import pandas as pd

from generain_core.perturbations.design.experiment import Design, make_design
from generain_core.perturbations.effects.spaces import Space


def experiment(
    rng: np.random.Generator,
    effects: dict[str, float],
    *,
    controls: int = 20,
    replicates: int = 5,
    width: int = 8,
    strata: int = 1,
    stratum_shift: float = 3.0,
) -> tuple[Space, Design]:
    """Return samples around their control, moved by `effects` (length, in spreads of the controls) in a direction of their own.

    Samples go to strata in turn; strata lie apart by `stratum_shift`.
    """
    labels = ["ctrl"] * controls + [name for name in effects for _ in range(replicates)]
    batch = np.concatenate([np.arange(controls) % strata, *(np.arange(replicates) % strata for _ in effects)])
    points = rng.normal(size=(len(labels), width)) / np.sqrt(width)
    points += (rng.normal(size=(strata, width)) * stratum_shift)[batch] if strata > 1 else 0
    for name, length in effects.items():
        direction = rng.normal(size=width)
        points[[i for i, label in enumerate(labels) if label == name]] += length * direction / np.linalg.norm(direction)
    names = tuple(f"s{i}" for i in range(len(labels)))
    obs = pd.DataFrame({"what": labels, "batch": [f"b{b}" for b in batch]}, index=list(names))
    return Space(name="expression", words="simulated", samples=names, points=points), make_design(
        obs, "what", "ctrl", strata=["batch"] if strata > 1 else []
    )

"""References of embedded samples: which ordinary samples of new series are flagged, and how sure labels are."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.measures import Measure, rejections, single
from generain_core.progress import silent
from generain_core.release.model_descriptions import MODELS

FLAG, LABEL = "p_value of novelty (out_of_distribution)", "label_confidence"
TISSUES, WIDTH, LARGEST, NEW = 12, 24, 200, 200


@dataclass(frozen=True, kw_only=True)
class ReferenceWorld:
    """How embeddings vary: samples stand together by series, ten of a series in the middle.

    Attributes:
        samples: of the reference.
        known: whether their series are known, or only their order.
        between, within: standard deviations between series of a tissue and between samples of a series.
        moved: share of the samples that stand in another place.
    """

    samples: int
    known: bool = True
    between: float = 0.5
    within: float = 0.4
    moved: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Store simulated embeddings as a reference, and place ordinary samples of new series, and strange ones, in it."""
        from generain_core.reference import calibration
        from generain_core.reference.placement import Reference, place_samples
        from generain_core.reference.store import Origin, Recipe, append_block, begin_reference, write_state

        model = MODELS[0]
        recipe = Recipe(
            model=model.name,
            gene_set=model.gene_set,
            width=WIDTH,
            batch_size=16,
            min_genes=2000,
            plane="pca",
            weights="simulated",
            release="simulated",
            simulated=True,
            ties="token index",
        )
        centers = 10 * np.eye(WIDTH)[0] + bench.rng.normal(0, 1, (TISSUES, WIDTH))
        vectors, series, tissue = self._draw(bench.rng, self.samples, centers)
        order, moved = np.arange(self.samples), bench.rng.random(self.samples) < self.moved
        order[moved] = bench.rng.permutation(order[moved])
        rows = pd.DataFrame(
            {
                "sample": [f"reference {i}" for i in range(self.samples)],
                "source": "simulated",
                "series": [f"series {each}" if self.known else "" for each in series[order]],
                "title": "",
                "tissue": [f"tissue {each}" for each in tissue[order]],
                "characteristics": "",
            }
        )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            state = begin_reference(folder, recipe, [Origin("table", "simulated", "simulated", self.samples)])
            append_block(folder, state, vectors[order], rows)
            state.origin = 1
            calibration.calibrate(folder, state, silent)
            state.finished = state.rows
            write_state(folder, state)
            reference = Reference.open(folder)
            others, of, kinds = self._draw(bench.rng, 14 * NEW, centers)
            first = np.unique(of, return_index=True)[1][:NEW]
            new, kinds = others[first], kinds[first]
            axes = np.eye(WIDTH)[bench.rng.integers(1, WIDTH, len(new))]
            far = new + (4 * np.hypot(self.between, self.within) * axes).astype("f4")
            names = [f"new {i}" for i in range(len(new))]
            ordinary = place_samples(reference, new, names, model=model.name).samples
            strange = place_samples(reference, far, names, model=model.name).samples
            del reference
        yield from rejections(FLAG, ordinary["p_value"], "level", nominals=(0.05,))
        yield from rejections(FLAG, strange["p_value"], "power", nominals=(0.05,))
        right = np.array([label == f"tissue {kind}" for label, kind in zip(ordinary["label"], kinds, strict=True)])
        sure = ordinary["label_confidence"].to_numpy(float)
        yield single(f"{LABEL}, over what is right", float((right - sure).mean()), "calibration", 0.0)
        high = sure >= 0.95
        yield single(f"{LABEL} of 0.95 or more, over what is right", _mean(right[high] - sure[high]), "calibration", 0.0)

    def _draw(
        self, rng: np.random.Generator, samples: int, centers: NDArray[np.float64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
        sizes = list[int]()
        while sum(sizes) < samples:
            sizes.append(min(LARGEST, int(np.ceil(rng.lognormal(np.log(10), 0.8)))))
        series = np.repeat(np.arange(len(sizes)), sizes)[:samples]
        tissue = rng.integers(TISSUES, size=len(sizes))[series]
        shared = rng.normal(0, self.between, (len(sizes), WIDTH))[series]
        return (centers[tissue] + shared + rng.normal(0, self.within, (samples, WIDTH))).astype("f4"), series, tissue


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def reference_designs() -> list[Design]:
    """Return the designs of this family."""
    worlds = {
        "600 samples of known series": ReferenceWorld(samples=600),
        "2,000 samples of known series": ReferenceWorld(samples=2000),
        "2,000 samples of known series with much in common": ReferenceWorld(samples=2000, between=1.0, within=0.2),
        "4,000 samples, series told by their order": ReferenceWorld(samples=4000, known=False),
        "4,000 samples, a fifth of them in another place": ReferenceWorld(
            samples=4000, known=False, between=0.7, within=0.3, moved=0.2
        ),
        "4,000 samples in any order, series not known": ReferenceWorld(samples=4000, known=False, moved=1.0),
    }
    return [
        Design(family="references", name=name, experiment=world, trials=40, quick=2, seconds=1.0)
        for name, world in worlds.items()
    ]

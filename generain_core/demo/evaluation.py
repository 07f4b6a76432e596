"""How well the demo does, measured from its files alone: what its figures are is what anyone gets who measures them again."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generain_core.demo.attributes import CHANCE_SETS
from generain_core.demo.perturbed import CONTROL, EFFECTS
from generain_core.demo.programs.programs import PROGRAMS, biotypes
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.vectors.atlas import Atlas, open_genes

NEAREST = 10
Floats = npt.NDArray[np.float64]


def prove(release: Release, seed: int) -> dict[str, Any]:
    """Return the figures of neighbors, attributes, samples and perturbations, by those names."""
    return {
        "neighbors": neighbors(release),
        "attributes": attributes(release),
        "samples": samples(release),
        "perturbations": perturbations(release, seed),
    }


def neighbors(release: Release) -> dict[str, Any]:
    """Return the share of a gene's ten nearest that share a program with it, and that of all genes, by kind of gene."""
    space = Atlas.open(release).space
    kinds = biotypes()
    member = np.array([[gene in program.genes for program in PROGRAMS.values()] for gene in space.genes], dtype=np.int64)
    together = member @ member.T > 0
    np.fill_diagonal(together, False)
    unit = space.unit(space.genes).astype(np.float64)
    near = unit @ unit.T
    np.fill_diagonal(near, -np.inf)
    nearest = np.argsort(-near, axis=1, kind="stable")[:, :NEAREST]
    hits = np.take_along_axis(together, nearest, axis=1).mean(axis=1)
    chance = together.sum(axis=1) / (len(together) - 1)
    found: dict[str, Any] = {}
    for name, kind in (("coding", "protein_coding"), ("lncRNA", "lncRNA")):
        of = np.array([kinds[gene] == kind for gene in space.genes])
        found[name] = {"genes": int(of.sum()), "share": _short(hits[of].mean()), "chance": _short(chance[of].mean())}
    return found


def attributes(release: Release) -> dict[str, Any]:
    """Return the median AUROC of held-out genes, of the sets with a meaning and of the random ones."""
    table = pd.read_parquet(release.path("attributes"), columns=["library", "test_auroc"])
    random = table["library"] == CHANCE_SETS
    real = table["test_auroc"][~random]
    return {
        "sets": len(real),
        "median_auroc": _short(real.median()),
        "share_above_0.8": _short((real > 0.8).mean()),
        "random_sets": int(random.sum()),
        "random_median_auroc": _short(table["test_auroc"][random].median()),
    }


def samples(release: Release, models: Sequence[str] = MODEL_NAMES) -> dict[str, Any]:
    """Return how often a sample's nearest other sample is of its type: by each model's embedding, and by principal components.

    The samples are those of the example, which no model was trained on; the nearest is sought among the ARCHS4 file's.
    """
    import h5py

    example, types = _example(release)
    with h5py.File(release.path("archs4")) as h5:
        counts = h5["data/expression"][:].astype(np.float64)
        symbols = h5["meta/genes/symbol"].asstr()[:]
        known = h5["meta/samples/source_name_ch1"].asstr()[:]
    both = np.hstack([counts, example])
    found: dict[str, Any] = {"samples": len(types), "among": len(known), "types": len(set(known))}
    found["chance"] = _short(np.mean([(known == each).mean() for each in types]))
    logs = np.log10(both * (1e7 / both.sum(axis=0)) + 1).T
    left, sizes, _ = np.linalg.svd(logs - logs.mean(axis=0), full_matrices=False)
    width = min(len(sizes), 50)
    found["nearest_of_type"] = {f"{width} principal components": _same(left[:, :width] * sizes[:width], known, types)}
    for name, result in embedded(release, both, symbols, models).items():
        found["nearest_of_type"][name] = _same(result, known, types)
    return found


def embedded(
    release: Release, counts: Floats, symbols: Sequence[str], models: Sequence[str]
) -> dict[str, npt.NDArray[np.float32]]:
    """Return the embedding (samples × width) of counts (gene rows × samples) by each of these models."""
    from generain_core.demo.training import bins_of
    from generain_core.models.model import open_model
    from generain_core.models.pooling import embed_bins

    result = {}
    for name in models:
        model = open_model(release, name)
        genes = list(read_gene_list(release.path(f"boundaries/{model.gene_set}/genes")))
        read = model.read_bins(bins_of(release, counts, list(symbols), model.gene_set), genes, model.gene_set)
        result[name] = embed_bins(model.network, read.bins, read.tokens)
    return result


def perturbations(release: Release, seed: int) -> dict[str, Any]:
    """Return how many of the knock-downs with an effect were found, how many without, and whether sizes and kin came out."""
    from generain_core.perturbations.choices import Choices
    from generain_core.perturbations.effects.effect import Settings
    from generain_core.perturbations.run import run
    from generain_core.samples.interpret.expression import Expression

    counts = pd.read_csv(release.path("demo/perturbation_counts"), index_col=0).T
    sheet = pd.read_csv(release.path("demo/perturbation_sheet"), dtype=str).set_index("sample").loc[counts.index]
    samples, genes = tuple(map(str, counts.index)), tuple(map(str, counts.columns))
    values = counts.to_numpy(np.float64)
    expression = Expression(
        values=values,
        samples=samples,
        identifiers=genes,
        obs=sheet,
        source="demo_perturbation_counts.csv.gz",
        sha256="",
        value_kind=ValueKind.COUNTS,
        notes=(),
    )
    choices = Choices(
        column="perturbation", control=CONTROL, strata=("batch",), settings=Settings(permutations=1999, bootstrap=50, seed=seed)
    )
    result = run(expression, choices, release, open_genes(release))
    found: dict[str, Any] = {"with_effect": sum(map(bool, EFFECTS.values())), "without": sum(not e for e in EFFECTS.values())}
    found["kin_chance"] = _short(_kin_by_chance())
    for ranking in result.rankings:
        found[ranking.space.name] = _recovered(ranking.table, ranking.shifts)
    return found


def _recovered(table: pd.DataFrame, shifts: Floats) -> dict[str, Any]:
    """Return what was found of the truth in one space.

    ``found`` and ``false`` are knock-downs with and without an effect whose false discovery rate is 5 % or less; ``size`` is
    Spearman's correlation of measured effects with true strengths; ``kin`` the share of knock-downs with a partner that moves
    the same programs whose shift points most like that partner's.
    """
    strength = np.array([_strength(name) for name in table["perturbation"]])
    kin = [set(EFFECTS[name]) for name in table["perturbation"]]
    found = (table["fdr"] <= ALPHA).to_numpy()
    unit = shifts / np.linalg.norm(shifts, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    partnered = [i for i, own in enumerate(kin) if own and any(kin[j] == own for j in range(len(kin)) if j != i)]
    right = [kin[int(cosines[i].argmax())] == kin[i] for i in partnered]
    rank = pd.Series(strength).corr(table["effect"].reset_index(drop=True), method="spearman")
    return {
        "found": int((found & (strength > 0)).sum()),
        "false": int((found & (strength == 0)).sum()),
        "size": _short(rank),
        "kin": _short(np.mean(right)),
    }


def _kin_by_chance() -> float:
    """Return the share of knock-downs whose most alike would be kin if it were any of the others."""
    kin = [set(own) for own in EFFECTS.values()]
    shares = [sum(kin[j] == own for j in range(len(kin)) if j != i) / (len(kin) - 1) for i, own in enumerate(kin) if own]
    return float(np.mean([share for share in shares if share]))


def _strength(name: str) -> float:
    """Return how strongly a knock-down was made to move its programs: the length of its moves, in powers of ten."""
    return float(np.linalg.norm(list(EFFECTS[name].values()))) if EFFECTS[name] else 0.0


def _example(release: Release) -> tuple[Floats, list[str]]:
    """Return the example's counts (gene rows × samples) and the type of each sample."""
    counts = pd.read_csv(release.path("demo/counts"), index_col=0)
    sheet = pd.read_csv(release.path("demo/sample_sheet")).set_index("sample").loc[counts.columns]
    return counts.to_numpy(np.float64), sheet["tissue"].tolist()


def _same(points: npt.NDArray[np.floating], known: Sequence[str], types: Sequence[str]) -> float:
    """Return the share of the last samples whose nearest of the first ones (by cosine) is of their type."""
    centered = points.astype(np.float64) - points.mean(axis=0)
    unit = centered / np.linalg.norm(centered, axis=1, keepdims=True)
    nearest = (unit[len(known) :] @ unit[: len(known)].T).argmax(axis=1)
    return _short(np.mean([known[i] == own for i, own in zip(nearest, types, strict=True)]))


def _short(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)

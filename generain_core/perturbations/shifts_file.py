"""Shifts of perturbations as AnnData, which scanpy opens as it is."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from generain_core.perturbations.run import Perturbed
from generain_core.release.files import Release
from generain_core.release.provenance import provenance


def parameters(result: Perturbed) -> str:
    """Return what a table was made with, in one line."""
    choices = result.choices
    parts = [
        f"from {result.expression.from_species} by orthologs" if result.expression.from_species else "",
        f"perturbation {choices.column} against {choices.control if choices.reference == 'control' else 'all other samples'}",
        f"labels left as written {', '.join(choices.as_written)}" if choices.as_written else "",
        f"strata {' + '.join(choices.strata) or 'none'}",
        f"pairs {choices.pair or 'none'}",
        f"donors {choices.donor}" if choices.donor is not None else "",
        f"covariates {' + '.join(choices.covariates)}" if choices.covariates else "",
        f"only {', '.join(choices.only)}" if choices.only else "",
        f"spaces {', '.join(r.space.words for r in result.rankings)}",
        f"permutations {choices.settings.permutations}, bootstrap {choices.settings.bootstrap}, seed {choices.settings.seed}",
    ]
    return "; ".join(part for part in parts if part)


def shifts_adata(result: Perturbed, release: Release, notes: Sequence[str]) -> Any:
    """Return perturbations × dimensions: `X` the shifts in the first space, `obs` the table, `obsm` the shifts in each space.

    ``uns["generain"]`` says where they come from, with the notes on the result as sentences. Perturbations without a shift
    have NaN.
    """
    import anndata

    table = result.table.set_index("perturbation")
    obsm = {}
    for ranking in result.rankings:
        place = {name: i for i, name in enumerate(ranking.table["perturbation"])}
        obsm[f"shift_{ranking.space.name}"] = ranking.shifts[[place[name] for name in table.index]].astype(np.float32)
    first = obsm[f"shift_{result.rankings[0].space.name}"]
    obs = table.copy()
    obs.index = pd.Index(list(map(str, table.index)), dtype=object)
    for column in obs.select_dtypes(object).columns:
        obs[column] = obs[column].fillna("").astype(str).astype(object)
    adata = anndata.AnnData(X=first, obs=obs, obsm=obsm)
    adata.var_names = pd.Index([f"{result.rankings[0].space.name}_{i + 1}" for i in range(first.shape[1])], dtype=object)
    adata.uns["generain"] = {
        "release": release.label,
        "simulated": release.simulated,
        "model": result.model,
        "parameters": parameters(result),
        "choices": json.dumps(asdict(result.choices)),
        "notes": np.array(notes, dtype=object),
        "provenance": provenance(release, parameters(result)),
    }
    return adata

"""Capsules of results that stand on a user's own table: the table as it is understood, and the command that computes on it."""

import io
import zipfile
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.samples.binning.binned_files import storable
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import KINDS_BY_OPTION
from generain_core.ui.components.capsule_button import Check

TABLE = "table.h5ad"


def binning_line(
    expression: Expression, gene_set: str, min_genes: int, bins: np.ndarray, folder: Path
) -> tuple[list[str], Check]:
    """Write a table, and return the command that bins it, and what holds its bins against those of the page."""
    line = ["normalize", *_table(expression, folder), "--gene-set", gene_set, "--min-genes", str(min_genes)]

    def check(path: Path) -> None:
        with zipfile.ZipFile(path) as source:
            (folder / "saved.h5ad").write_bytes(source.read("results/bins.h5ad"))
        saved = anndata.read_h5ad(folder / "saved.h5ad").layers["bins"]
        if not np.array_equal(saved, bins):
            raise _differs()

    return [*line, "-o", str(folder / "bins.h5ad")], check


def embedding_line(
    expression: Expression, model: str, min_genes: int, tie_orders: int, embedding: np.ndarray, folder: Path
) -> tuple[list[str], Check]:
    """Write a table, and return the command that embeds it on the CPU, and what holds its embedding against that of the page."""
    line = ["embed", *_table(expression, folder), "--model", model, "--min-genes", str(min_genes), "--device", "cpu"]

    def check(path: Path) -> None:
        with zipfile.ZipFile(path) as source:
            (folder / "saved.h5ad").write_bytes(source.read("results/embedded.h5ad"))
        saved = anndata.read_h5ad(folder / "saved.h5ad").obsm["X_generain"]
        if saved.shape != embedding.shape or not np.allclose(saved, embedding, rtol=1e-3, atol=1e-4):
            raise _differs()

    return [*line, "--tie-orders", str(tie_orders), "-o", str(folder / "embedded.h5ad")], check


def comparison_line(
    expression: Expression, choices: Choices, model: str, table: pd.DataFrame, folder: Path
) -> tuple[list[str], Check]:
    """Write a table, and return the command that compares it, and what holds its effects against those of the page."""
    settings = choices.settings
    line = ["perturb", *_table(expression, folder), "--by", choices.column, "--control", choices.control]
    line += ["--model", model or "none", "--min-genes", str(choices.min_genes), "--against", choices.reference]
    line += ["--cells", choices.cells, "--test", choices.test, "--device", choices.device, "--seed", str(settings.seed)]
    line += ["--permutations", str(settings.permutations), "--bootstrap", str(settings.bootstrap)]
    joined = {"--strata": choices.strata, "--covariates": choices.covariates, "--sum-by": choices.sum_by or ()}
    line += [word for option, columns in joined.items() if columns for word in (option, ",".join(columns))]
    line += ["--pair", choices.pair] if choices.pair else []
    line += ["--donor", choices.donor] if choices.donor is not None else []
    line += [word for name in choices.only for word in ("--only", name)]
    line += ["--depth", str(choices.depth)] if choices.depth is not None else []
    line += ["--even-if-thin"] if choices.thin else []
    line += [] if choices.merge_guides else ["--keep-guides"]
    line += [word for label in choices.as_written for word in ("--as-written", label)]

    def check(path: Path) -> None:
        with zipfile.ZipFile(path) as source:
            saved = pd.read_csv(io.BytesIO(source.read("results/perturbations.csv"))).set_index("perturbation")
        shown = table.set_index("perturbation").reindex(saved.index)
        for column in ("effect", "p_value"):
            if not np.allclose(saved[column].astype(float), shown[column].astype(float), rtol=1e-6, atol=1e-9, equal_nan=True):
                raise _differs()

    return [*line, "-o", str(folder / "perturbations.csv")], check


def _table(expression: Expression, folder: Path) -> list[str]:
    """Write samples × identifiers as they are understood, and return the words that name them on the line."""
    obs = storable(expression.obs).set_axis(pd.Index([str(name) for name in expression.samples], dtype=object), axis=0)
    rows = pd.Index([f"row {i}" for i in range(1, len(expression.identifiers) + 1)], dtype=object)
    var = pd.DataFrame({"identifier": np.array(expression.identifiers, dtype=object)}, index=rows)
    anndata.AnnData(X=expression.values, obs=obs, var=var).write_h5ad(folder / TABLE, compression="gzip", compression_opts=1)
    kind = next((option for option, kind in KINDS_BY_OPTION.items() if kind == expression.value_kind), None)
    return [
        str(folder / TABLE),
        "--genes-in",
        "columns",
        "--gene-column",
        "identifier",
        *(["--value-kind", kind] if kind is not None else []),
    ]


def _differs() -> GeneRAINError:
    return GeneRAINError(
        "The command line, run on these samples, gives other numbers than the page, so no capsule was made; save your work "
        "instead."
    )

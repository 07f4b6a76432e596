"""A resolver that knows a few genes, and expression tables to try it on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind

KNOWN = {"TP53": ("symbol", "TP53"), "ENSG00000141510": ("ensembl", "TP53"), "P53": ("alias", "TP53"), "XIST": ("symbol", "XIST")}
IDS = {"TP53": "ENSG00000141510", "XIST": "ENSG00000229807"}


class ToyResolver:
    """Knows TP53, XIST and G0, G1 …; AMB is ambiguous, OUT is not in the model."""

    def resolve_many(self, names: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame([self._row(name) for name in names], dtype=object)

    def _row(self, name: str) -> dict[str, object]:
        status, gene = KNOWN.get(name, ("symbol", name) if name[:1] == "G" and name[1:].isdigit() else ("unknown", None))
        if name in ("AMB", "OUT"):
            status = "ambiguous" if name == "AMB" else "not_in_model"
        return {
            "input": name,
            "status": status,
            "gene": gene,
            "ensembl_gene": IDS.get(str(gene)),
            "candidates": ("TP53", "XIST") if name == "AMB" else (),
            "reason": "" if status == "symbol" else f"{name} is {status}",
        }


def table(
    values: np.ndarray | sparse.csr_matrix,
    identifiers: Sequence[str],
    samples: Sequence[str] | None = None,
    obs: dict[str, Sequence[object]] | None = None,
) -> Expression:
    names = tuple(samples or [f"S{i}" for i in range(values.shape[0])])
    frame = pd.DataFrame(obs or {}, index=pd.Index(names, dtype=object))
    return Expression(
        values=values,
        samples=names,
        identifiers=tuple(identifiers),
        obs=frame,
        source="toy.csv",
        sha256="ab" * 32,
        value_kind=ValueKind.COUNTS,
        notes=("Genes are in rows.",),
    )

"""A stand-in for the resolver, and small tables of expression."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core.release.readers.annotation import is_ensembl_id

SYMBOLS = [
    "ACTB", "GAPDH", "TP53", "MYC", "EGFR", "VIM", "CD44", "FN1", "KRAS", "BRAF",
    "PTEN", "RB1", "CDK4", "CDK6", "MDM2", "STAT3", "JAK2", "IL6", "TNF", "CXCL8",
    "HLA-A", "HLA-B", "B2M", "MALAT1", "NEAT1", "XIST", "H19", "TUBB", "LMNA", "COL1A1",
]  # fmt: skip
ENSEMBL = [f"ENSG{i:011d}" for i in range(1000, 1000 + len(SYMBOLS))]


class Known:
    """Knows some names, whatever their capitals, and Ensembl IDs with or without version."""

    def __init__(self, names: Iterable[str] = (*SYMBOLS, *ENSEMBL)) -> None:
        self.names = {name.upper() for name in names}

    def resolve_many(self, names: Iterable[object]) -> pd.DataFrame:
        given = [str(name) for name in names]
        return pd.DataFrame({"input": given, "status": [self._status(name.upper()) for name in given]}, dtype=object)

    def _status(self, name: str) -> str:
        base = name.split(".")[0] if name.startswith("ENSG") else name
        if base not in self.names:
            return "unknown"
        return "ensembl" if is_ensembl_id(base) else "symbol"


def known_vocabulary(shared: Path) -> Known:
    """Know every gene of the model."""
    path = shared / "data/annotation/gencode.v43.Ensembl_ID_gene_symbol_mapping.GeneRAIN.txt"
    table = pd.read_csv(path, sep="\t", header=None)
    return Known([*table[0], *table[1]])


def counts(samples: int = 4, genes: int = len(SYMBOLS), *, seed: int = 0) -> np.ndarray:
    """Return genes × samples of counts, some zero."""
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(1, 0.002 + 0.02 * rng.random((genes, 1)), (genes, samples)).astype(float) * (
        rng.random((genes, samples)) > 0.2
    )


def text(values: np.ndarray, *, names: list[str] | None = None, corner: str = "gene", sep: str = ",", fmt: str = "%.10g") -> str:
    """Return genes × samples as text with a header, samples called s1, s2 …"""
    names = names or SYMBOLS[: len(values)]
    lines = [sep.join([corner, *(f"s{i + 1}" for i in range(values.shape[1]))])]
    lines += [sep.join([name, *(fmt % v for v in row)]) for name, row in zip(names, values, strict=True)]
    return "\n".join(lines) + "\n"

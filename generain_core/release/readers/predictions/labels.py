"""What an attribute is called, and what the columns beside it are good for."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

_NAMES = ("attribute", "term", "name", "gene_set", "geneset", "set", "pathway", "label")
_RELIABILITY = re.compile(r"(au_?roc|roc_?auc|au_?prc?|auc|average_precision|f1|mcc|accuracy|precision)", re.IGNORECASE)
MOST_FACETS = 300


@dataclass(frozen=True)
class Roles:
    """Columns of metadata by what they are good for; empty where there is none.

    Attributes:
        reliability: how well the attribute is predicted on held-out genes (AUROC or the like).
        facets: words that many attributes share, such as the library.
        numbers: other columns of numbers, such as how many known members an attribute has; chosen by range.
    """

    reliability: str
    facets: tuple[str, ...]
    numbers: tuple[str, ...] = ()


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return metadata indexed by a name of its own for each attribute (index name ``attribute``).

    The name is the text column that tells most attributes apart. Where several share it, the first facet, then a number
    is put behind it.
    """
    frame = frame.copy()
    frame.columns = [str(column) for column in frame.columns]
    texts = [c for c in frame.columns if frame[c].dtype == object]
    if not texts:
        return frame.set_index(pd.Index([f"attribute {i + 1}" for i in range(len(frame))], name="attribute"))
    column = max(texts, key=lambda c: (round(frame[c].nunique() / max(len(frame), 1), 1), name_hint(c), -texts.index(c)))
    names = frame[column].astype(str).str.strip()
    names = names.mask(names == "", "without a name")
    shared = names.duplicated(keep=False)
    facet = next((c for c in texts if c != column and 1 < frame[c].nunique() <= MOST_FACETS), None)
    if facet is not None:
        names = names.mask(shared, names + " [" + frame[facet].astype(str) + "]")
    number = names.groupby(names).cumcount() + 1
    names = names.mask(number > 1, names + " (" + number.astype(str) + ")")
    return frame.drop(columns=column).set_index(pd.Index(names, name="attribute"))


def roles(table: pd.DataFrame) -> Roles:
    """Say which columns of metadata tell reliability, which make facets and which are chosen by range."""
    hits = [c for c in table.columns if table[c].dtype.kind == "f" and _RELIABILITY.search(c) and _share(table[c])]
    hits.sort(key=lambda c: ("auroc" not in c.lower().replace("_", ""), "test" not in c.lower()))
    words = [c for c in table.columns if table[c].dtype == object or table[c].dtype.kind == "b"]
    facets = [c for c in words if 1 < table[c].nunique() <= min(MOST_FACETS, len(table) / 2)]
    numbers = [c for c in table.columns if table[c].dtype.kind in "iuf" and c not in hits[:1] and _range(table[c])]
    return Roles(hits[0] if hits else "", tuple(facets), tuple(numbers))


def _range(column: pd.Series) -> bool:
    finite = column[np.isfinite(column.to_numpy(float))]
    return bool(len(finite)) and bool(finite.min() < finite.max())


def _share(column: pd.Series) -> bool:
    return bool(column.dropna().between(0, 1).all())


def name_hint(column: str) -> int:
    """Return how much a column is called like one of names; 0 if it is not."""
    lowered = column.lower()
    return next((len(_NAMES) - i for i, name in enumerate(_NAMES) if name in lowered), 0)

"""Donors: samples that belong together, recognized by the name of a column or by the samples' own names."""

import re
from collections.abc import Sequence

import pandas as pd

from generain_core.perturbations.design.labels import as_text

MOST_SAMPLES = 6.0
"""Samples of a donor, on average, up to which a column or a part of names is taken for donors."""
LEAST_DONORS = 5
"""Fewer parts of names that repeat are not taken for donors."""
UNSAID = {"unknown", "not reported", "not available", "not known", "missing", "not applicable", "?", "-", ".", "na.", "#n/a"}
UNSAID |= {"na", "n/a", "nan", "<na>"}
"""Values that say nothing; ``none`` and ``null`` may be a treatment or a genotype."""
_DONOR = re.compile(
    r"donor|patient|individual|subject|participant|person|case[-_ ]?id|animal|mouse|volunteer|proband",
    re.IGNORECASE,
)
_OF_DONORS = re.compile(
    r"strain|genotype|status|group|gender|disease|condition|treat|tissue|species|batch|arm\b|response|outcome|stage"
    r"|(?<![a-z])(?:age|sex|type|count|line|n)(?![a-z])",
    re.IGNORECASE,
)
"""What a column says of donors, where it does not say which they are."""
_REPLICATE = re.compile(r"[-_. ]?(?:rep|replicate|r|lane|run|l|tech)[-_. ]?\d{1,3}$", re.IGNORECASE)
_WELL = re.compile(r"(?:.*[-_.: /|])?([A-Z]|A[A-F])(?:0?[1-9]|[1-3]\d|4[0-8])", re.DOTALL)
_ROWS_OF_PLATE = 3
"""Letters before numbers that are rows of a plate rather than a mark: with two, names may be of donors (D01) and controls."""
_PART = re.compile(r"[-_.: /|]+")


def texts_of(values: pd.Series) -> list[str]:
    """Return a column's values as text; '' where nothing is said."""
    return ["" if text.casefold() in UNSAID else text for text in as_text(values)]


def donor_column(obs: pd.DataFrame) -> str:
    """Return the first column that is called as donors are and whose values repeat as donors do; '' without one."""
    for name in map(str, obs.columns):
        if is_called_donor(name) and isinstance(obs[name], pd.Series) and may_be_donors(texts_of(obs[name])):
            return name
    return ""


def is_called_donor(column: str) -> bool:
    """Say whether a column is called as donors are, and not as something that is said of them."""
    return bool(_DONOR.search(column)) and not _OF_DONORS.search(column)


def may_be_donors(texts: Sequence[str]) -> bool:
    """Say whether values repeat as those of donors do: some, not many times."""
    values = [text for text in texts if text]
    count = len(set(values))
    return 2 <= count < len(values) <= MOST_SAMPLES * count


def donors_in_names(samples: Sequence[str]) -> list[str]:
    """Return the part of names that repeats as donors do; empty where none does."""
    if _are_wells(samples):
        return []
    bare = [_REPLICATE.sub("", name) for name in samples]
    if len(set(bare)) < len(samples) and may_be_donors(bare) and len(set(bare)) >= LEAST_DONORS:
        return bare
    parts = [_PART.split(name) for name in samples]
    for length in range(min(map(len, parts), default=0) - 1, 0, -1):
        starts = ["-".join(part[:length]) for part in parts]
        if may_be_donors(starts) and len(set(starts)) >= LEAST_DONORS and any(map(str.isdigit, "".join(starts))):
            return starts
    return []


def _are_wells(samples: Sequence[str]) -> bool:
    """Say whether names end in wells of a plate (A01 to P24, or AF48): L01 is a row of it then, and no lane."""
    rows = [match[1] for name in samples if (match := _WELL.fullmatch(name))]
    return len(rows) > 0.8 * len(samples) and len(set(rows)) >= _ROWS_OF_PLATE

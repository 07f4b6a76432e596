"""Columns among genes that describe samples rather than hold a gene's values: told by their names, or by their numbers."""

import re
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix

_WORDS = (
    r"age|sex|gender|rin|dv200|ph|pmi|batch|group|time|dose|day|days|week|weeks|month|months|year|years|hour|hours"
    r"|site|label|class|cluster"
    r"|condition|treatment|status|replicate|lane|bmi|weight|height|stage|grade|race|ethnicity|smok\w*|passage|plate"
    r"|well|purity|ploidy"
    r"|concentration|conc|ratio\w*260\w*|yield|score|event|censor\w*|response|survival|vital\w*|death|alive|dead"
    r"|followup|follow_up"
    r"|percent|pct|n|num|number|library|sequencing|seq|mapping|mapped|unmapped|reads|read|depth|size_?factors?"
    r"|norm_?factors?|lib"
    r"|doublet\w*|s_?score|g2m_?score|phase|leiden|louvain|seurat\w*|orig|pseudotime|dpt\w*|umap|tsne|pca?|x_?umap|latent"
)
_FACT = re.compile(rf"({_WORDS})([ _.(].*)?", re.IGNORECASE)
_WHOLE = re.compile(
    r"(OS|PFS|DFS|RFS|PFI|DSS|DFI|EFS)([ _.-]?(time|event|status|days|months|years|censor\w*))?|.*[ _.](time|days"
    r"|months|years|event|status|age|rin)"
    r"|n_?(count|feature|gene|umi|cell|read|total)s?([ _.].*)?|n_?(genes|counts|features)_?by_?(counts|umi)?s?"
    r"|.*(sequencing|library|lib)[ _.]?(depth|size)s?"
    r"|(log1?p?_?)?(total|n)_(counts|genes|umis|reads|features)([ _].*)?|(pct|percent)[ ._].*|.*[._](percent|pct"
    r"|percentage|ratio|rate|fraction)"
    r"|(log1p_|log10)\w+|.*size[ _.]?factors?|.*lib(rary)?[ _.]?sizes?|mito\w*|ribo(somal)?[ _.]?\w*|(total|mapped"
    r"|uniquely|aligned)[ _.]?\w*reads?\w*"
    r"|((n|no|num|number|#)[ _.]?(of[ _.]?)?)?(detected|expressed)[ _.]?(genes?|features?|transcripts?)"
    r"|(genes?|features?|transcripts?)[ _.]?(detected|expressed)|(n|no|num|number|#)[ _.]?of[ _.]?(genes?|features?|reads?)"
    r"|cell_?index|(PC|UMAP|tSNE|X_?umap|X_?pca)[ _.]?\d+|S\.Score|G2M\.Score|nCount\w*|nFeature\w*",
    re.IGNORECASE,
)
_CLINICAL = re.compile(
    r"((OS|PFS|DFS|RFS|PFI|DSS|DFI|EFS)([ _.-]?(time|event|status|days|months|years|censor\w*))?|RIN|AGE|SEX|GENDER"
    r"|BMI|DV200|PMI)([ _.].*)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(PC|UMAP|tSNE|X_?umap|X_?pca|LV|SV|PEER|factor)[ _.]?\d+", re.IGNORECASE)
_LIKE_A_GENE = re.compile(r"[A-Z][A-Z0-9]+(orf\d+)?([-.][A-Z0-9]+)*|ENSG\d{11}(\.\d+)?")
_FEW, _CHANCE, _SEVERAL = 100, 0.01, 12
_MOST = 50


def describe_samples(
    values: Matrix, names: Sequence[str], kinds: Sequence[tuple[str, bool]], *, leading: bool = False
) -> dict[int, str]:
    """Return which columns (of samples × genes) describe samples, and why it is thought so.

    A name of a fact about samples counts unless it is an approved symbol, spelled as such. A column that no gene is called by
    counts too if it holds more than all known genes together in every sample, or negative numbers or fractions among whole ones.

    Args:
        values: samples × genes.
        names: of the genes.
        kinds: of the names, and whether each is known.
        leading: whether unknown names before the first known one, up to 100, describe samples.
    """
    known = [i for i, (_, recognized) in enumerate(kinds) if recognized]
    if len(known) < 0.3 * len(kinds) or len(known) < 2:
        return {}
    unknown = [i for i, (kind, _) in enumerate(kinds) if kind == "unknown"]
    facts = [i for i, name in enumerate(names) if _is_fact(name.strip(), kinds[i])]
    genes = [i for i in known if i not in facts] or known
    small = 2 * sum(names[i] == names[i].lower() for i in genes) > len(genes)
    inside = {i for i in facts if kinds[i][1] and small and genes[0] < i < genes[-1]}
    found = {i: "a fact about samples, by its name" for i in facts if i not in inside}
    numbered = [i for i, name in enumerate(names) if _NUMBERED.fullmatch(name.strip())]
    found |= dict.fromkeys(numbered, "a coordinate of samples, by its name") if len(numbered) > 2 else {}
    if leading and known[0] < _FEW:
        before = [i for i in unknown if i < known[0] and i not in found]
        like_genes = all(_LIKE_A_GENE.fullmatch(names[i].strip()) for i in before)
        others = len(unknown) / (len(kinds) - known[0])
        if not like_genes or (len(before) <= _SEVERAL and others ** len(before) < _CHANCE):
            found |= dict.fromkeys(before, "a column of numbers before the first gene")
    sure = [i for i in known if i not in found]
    rest = [i for i in unknown if i not in found and names[i].strip()]
    found |= _by_numbers(values, sure, rest, [*rest, *found]) if rest and sure else {}
    return found if len(found) <= max(_MOST, len(names) // 20) else {i: why for i, why in found.items() if "first gene" in why}


def _is_fact(name: str, kind: tuple[str, bool]) -> bool:
    words, known = kind
    if not known:
        return words == "unknown" and (_WHOLE.fullmatch(name) or _FACT.fullmatch(name)) is not None
    if words == "symbol":
        return name != name.upper() and _FACT.fullmatch(name) is not None
    if words not in ("alias", "previous symbol", "ambiguous name"):
        return False
    return _CLINICAL.fullmatch(name) is not None or (name != name.upper() and _FACT.fullmatch(name) is not None)


def _by_numbers(values: Matrix, known: Sequence[int], unknown: Sequence[int], others: Sequence[int]) -> dict[int, str]:
    totals = _columns(values, known).sum(axis=1) if len(known) <= _FEW else _row_sums(values) - _row_sums_of(values, others)
    some = _columns(values, known[:: max(1, len(known) // 200)])
    whole, positive = bool(np.all(some == np.rint(some))), bool(np.all(some >= 0))
    found = dict[int, str]()
    for start in range(0, len(unknown), 500):
        places = unknown[start : start + 500]
        block = _columns(values, places)
        most = np.all(block > totals[:, None], axis=0) & bool(np.all(totals > 0))
        below = np.any(block < 0, axis=0) & positive
        broken = np.any(block != np.rint(block), axis=0) & whole
        for at in np.flatnonzero(most | below | broken).tolist():
            reason = (
                "more than all known genes together, in every sample"
                if most[at]
                else "negative numbers"
                if below[at]
                else "fractions among whole numbers"
            )
            found[places[at]] = f"no known gene, and {reason}"
    return found if len(found) <= _MOST else {i: why for i, why in found.items() if "together" in why}


def _row_sums(values: Matrix) -> np.ndarray:
    return np.asarray(values.sum(axis=1) if sparse.issparse(values) else np.nansum(values, axis=1), np.float64).ravel()


def _row_sums_of(values: Matrix, columns: Sequence[int]) -> np.ndarray:
    total = np.zeros(values.shape[0])
    for start in range(0, len(columns), 500):
        total += _columns(values, columns[start : start + 500]).sum(axis=1)
    return total


def _columns(values: Matrix, columns: Sequence[int]) -> np.ndarray:
    some = values[:, np.asarray(columns, np.int64)]
    return np.nan_to_num(np.asarray(some.toarray() if sparse.issparse(some) else some, np.float64))

"""Columns that describe genes or compare samples rather than hold a sample: positions, lengths, fold changes, p values, means."""

import re
from collections.abc import Collection, Sequence

import numpy as np
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.roles.group_means import means_among_counts, sums_of_groups
from generain_core.samples.interpret.roles.odd_columns import copied_columns, odd_columns, rounded_blends

_KINDS = (
    (
        "position or length of genes",
        r"(gene|transcript|exon|tx|cds|chr|chromosome|seq|scaffold|genomic)?(start|end|stop|length|len|width|size"
        r"|position|pos|strand)"
        r"(bp|position|pos|kb|inbp)?|(bp|gene|exon|transcript|merged|median|mean|eff|effective|max|union"
        r"|total)*length(bp|kb)?|tss|txstart|txend"
        r"|chr|chrom|chromosome(name|scaffoldname)?|strand|band|karyotypeband|(transcript|gene|bp|exonic)*(length|size)(bp)?"
        r"|geneend|genestart|chrstart|chrend|startbp|endbp",
    ),
    ("description of genes", r"(gene|percentage|percent|pct)*gc(content|percent|pct|fraction)?|(number|num|n"
     r"|no)(of)?(exons?|transcripts?|isoforms?)"
     r"|(exon|transcript|isoform|probe|peptide|paralog)s?(count|counts|number|num)|(gene)?version|taxid|(entrez"
     r"|ncbi)(gene)?(id)?|hgnc(id)?"
     r"|module(number|no|color|colour)?|kme\w*|kwithin|ktotal|mappability|annotationscore|transcriptsupportlevel|tsl"),
    ("fold change", r"(log|log2|ln|lfc|avg|avglog|avglog2|shrunken|raw|abs)+fc(se|shrunk|raw|abs)?|(abs|log|log2"
     r"|mean)*fold(change|changes)?"
     r"|lfc(se)?|log2?ratio|ratio|.*(log2foldchange|logfc|log2fc|foldchange)|(log2foldchange|logfc|log2fc|foldchange).*"),
    ("p value", r"(raw|adj|adjusted|bh|nominal|fdr)*p?(pval|pvalue|pvalues|padj|pvaladj|pvalueadj|fdr|qval|qvalue"
     r"|adjpval|adjpvalue|fwer)(adj|adjusted|bh|fdr)?|.*(pvalue|padj|qvalue)|(pvalue|padj|qvalue).*"),
    ("result of a test", r"basemean(\w*)|stat(istic)?|waldstat|tstat(istic)?|zstat|(avg|ave|average)(expr|expression"
     r"|logcpm)|logcpm|lods?|significan(t|ce)"
     r"|dispersion|dispgeneest|dispfit|deviance|baseexpr|pct[12]"),
)  # fmt: skip
_PATTERNS = tuple((words, re.compile(pattern)) for words, pattern in _KINDS)
_GROUP = re.compile(
    r"(?:^|[ _.-])(?:mean|means|avg|average|median|ave|sd|stdev|stddev|std|sem|stderr|variance)(?:$|[ _.-])", re.IGNORECASE
)
_SHORT = re.compile(
    r"(sd|se|sem|cv|var|std|stdev|max|min|maximum|minimum|range|mean|median|avg|average|rank|iqr|mad|fc|p|q|t|z|score)", re.I
)
_CLOSE = 0.98
_MOST, _MOST_COLUMNS = 3000, 500
_FEWEST = 20


def describes_genes(values: Matrix, titles: Sequence[str], apart: Collection[int] = ()) -> dict[int, str]:
    """Return which columns are no samples but describe genes or compare samples, and what they are.

    A word such as SD, CV or max, which may be a sample's initials, counts only beside a fold change, p value or mean, or where
    the numbers are that statistic of the others.

    Args:
        values: samples × genes, of all columns.
        titles: names of the samples, as the file has them.
        apart: places that are known to be no samples.
    """
    found = {i: f"a {words}" for i, title in enumerate(titles) if i not in apart and (words := _by_name(title))}
    groups = {i: "a mean or spread of samples" for i, title in enumerate(titles) if i not in found and _is_of_group(title)}
    left = len(titles) - len(found) - len(apart)
    if len(groups) < left:
        found |= {i: why for i, why in groups.items() if i not in apart}
    compared = any("fold" in why or "p value" in why or "test" in why for why in found.values())
    short = [i for i, title in enumerate(titles) if i not in found and i not in apart and _SHORT.fullmatch(title.strip())]
    others = [i for i in range(len(titles)) if i not in found and i not in apart and i not in short]
    if short and len(others) > 1 and len(short) <= len(others):
        block = _dense(values, others)
        for i in short:
            if compared or _is_statistic(_dense(values, [i])[0], block):
                found[i] = f"a statistic of the others ({titles[i].strip()})"
    left_over = [i for i in range(len(titles)) if i not in found and i not in apart]
    if 2 < len(left_over) <= _MOST_COLUMNS:
        means = means_among_counts(_dense(values, left_over))
        found |= {left_over[at]: f"the mean of {len(members)} of the others" for at, members in means.items()}
    left_over = [i for i in left_over if i not in found]
    copies = copied_columns(_dense(values, left_over)) if 1 < len(left_over) <= _MOST_COLUMNS else {}
    same = {at: first for at, first in copies.items() if _is_sum(values, left_over[at], [left_over[first]])}
    found |= {left_over[at]: f"a copy of {titles[left_over[first]]}, value by value" for at, first in same.items()}
    left_over = [i for i in left_over if i not in found]
    if len(left_over) > 2:
        block = _dense(values, left_over) if len(left_over) <= _MOST_COLUMNS else np.empty((0, 0))
        found |= {left_over[at]: f"a {words}" for at, words in odd_columns(block).items()}
        left_over = [i for i in left_over if i not in found]
    if 2 < len(left_over) <= _MOST_COLUMNS:
        blends = rounded_blends(_dense(values, left_over))
        found |= {left_over[at]: f"the {words} of {count} of the others" for at, (words, count) in blends.items()}
        left_over = [i for i in left_over if i not in found]
    if 2 < len(left_over) <= _MOST_COLUMNS:
        sums = sums_of_groups(_dense(values, left_over))
        sums = {at: each for at, each in sums.items() if _is_sum(values, left_over[at], [left_over[i] for i in each])}
        found |= {left_over[at]: f"the sum of {len(members)} of the others" for at, members in sums.items()}
    return found


def _is_sum(values: Matrix, row: int, members: Sequence[int]) -> bool:
    """Say whether a column is the sum of others in all genes, and more than a few."""
    others = np.asarray(values[np.asarray(members, np.int64)].sum(axis=0), np.float64).ravel()
    some = values[[row]]
    line = np.asarray(some.toarray() if sparse.issparse(some) else some, np.float64).ravel()
    return bool(np.count_nonzero(line) > _FEWEST and np.allclose(line, others, rtol=1e-6, atol=0))


def _is_of_group(title: str) -> bool:
    return _GROUP.search(title) is not None and _SHORT.fullmatch(title.strip()) is None


def _by_name(title: str) -> str:
    key = re.sub("[^a-z0-9]", "", title.lower().replace("%", "percent"))
    return next((words for words, pattern in _PATTERNS if pattern.fullmatch(key)), "") if key else ""


def _is_statistic(line: np.ndarray, others: np.ndarray) -> bool:
    """Say whether a column is the spread, mean or extreme of the others in nearly all genes that are expressed."""
    with np.errstate(all="ignore"):
        means = others.mean(axis=0)
        statistics = [means, np.median(others, axis=0), others.max(axis=0), others.min(axis=0), np.ptp(others, axis=0)]
        for ddof in (0, 1):
            spread = others.std(axis=0, ddof=ddof)
            statistics += [spread, spread / np.sqrt(len(others)), spread / means, 100 * spread / means, spread**2]
    shown = (means > 0) & np.isfinite(line)
    if shown.sum() < 20:
        return False
    near = [np.abs(line - each)[shown] <= 0.006 + 1e-3 * np.abs(each[shown]) for each in statistics]
    return any(float(np.mean(each)) > _CLOSE for each in near) and float(np.std(line[shown])) > 0


def _dense(values: Matrix, rows: Sequence[int]) -> np.ndarray:
    step = max(1, values.shape[1] // _MOST)
    some = values[np.asarray(rows, np.int64)][:, ::step]
    return np.asarray(some.toarray() if sparse.issparse(some) else some, np.float64)

"""Long tables, a row for each gene and sample: made into samples × genes where their titles say which column is which."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.roles.measures import alone
from generain_core.samples.io.limits import check_cells, check_stored
from generain_core.samples.io.raw_table import Layer, Parsed
from generain_core.text import echo, listed

Column = tuple[str, np.ndarray]
_GENES = re.compile(
    r"(ensembl|hgnc|hugo|entrez)?(gene|feature|target)?s?(id|ids|name|names|symbol|symbols)?(_?version)?|gene|ensembl|ensg",
    re.IGNORECASE,
)
_GENE_WORDS = re.compile("gene|symbol|ensembl|ensg|feature|target")
_SAMPLES = re.compile(
    r"(sample|cell|library|patient|donor|subject|individual|well|barcode|run|srr|gsm|specimen|file|bam)s?(barcode|id|ids|name|names|label)?"
    r"|tissue|celltype|cellline|brainregion|immunecell|bloodcell"
)
_MELTED = frozenset(["variable", "name", "column", "key"])
_VALUES = (
    *("count", "counts", "rawcount", "rawcounts", "readcount", "readcounts", "umi", "umis", "umicount", "reads", "n"),
    *(
        "expectedcount",
        "estcounts",
        "numreads",
        "value",
        "values",
        "expression",
        "expr",
        "tpm",
        "ntpm",
        "ptpm",
        "nx",
        "cpm",
        "fpkm",
        "rpkm",
    ),
    *("normalizedcount", "normalizedcounts", "normcount", "normcounts", "abundance"),
)
_REPLICATES = frozenset(["replicate", "rep", "repl", "lane", "run", "techrep", "biorep", "batch", "library"])
_ATTRIBUTES = re.compile(
    r"(condition|treatment|treated|group|genotype|strain|time(point)?|day|hours?|dose|drug|compound|stimulus|stage|status|sex|age"
    r"|disease|diagnosis|(bio|tech|technical|biological)?rep(licate|l)?|batch|lane|run|clone|line|mutation|knockdown|perturbation)s?"
    r"(name|id|label|no|number|h|hr|hrs|hours|days)?"
)
_STATISTICS = re.compile(
    r"mean|average|avg|median|mode|sd|std|stdev|stddev|se|sem|stderr|var|variance|cv|mad|iqr|min|max|minimum|maximum|n|sum|total"
    r"|lower|upper|(lower|upper)?ci(lower|upper)?|q[123]|pvalue|padj|fdr|log2?fc|log2foldchange",
)
_OF_GENES = re.compile("exon|transcript|isoform|chr|start|end|strand|position|length|junction|probe|peptide")
_DENSE = 50_000_000
_NEARLY_ALL = 0.5


def pivoted(columns: Sequence[Column], name: str, format: str, notes: Sequence[str]) -> Parsed | None:
    """Return samples × genes of a table whose titles say gene, sample and value; None for any other table.

    Pairs that are not there are 0 where the table holds no zero, as programs leave zeros out; else they are missing. Pairs with
    several rows are told apart by a column of replicates or text, or summed, which is said.

    Args:
        columns: texts and numbers, in the file's order.
        name: of the file, for messages.
        format: of the file, in words.
        notes: taken so far.

    Raises:
        GeneRAINError: the table would be too large, or a column tells quantities or statistics apart.
    """
    roles = _roles(columns)
    if roles is None:
        return None
    place = dict(columns)
    gene_of, genes = _codes(place[roles["gene"]])
    naming = [roles["sample"]] if roles["sample"] else _together(columns, roles, gene_of, len(genes))
    if len(genes) == len(gene_of) or not naming:
        return None
    sample_of, samples = _combined([_codes(place[title]) for title in naming])
    if len(samples) < 2:
        return None
    _check_quantities({title: values for title, values in columns if title not in roles.values() or title in naming}, name)
    numbers = place[roles["value"]].astype(np.float64)
    others = {title: values for title, values in columns if title not in (roles["gene"], roles["value"], roles["sample"])}
    called = f"{listed(naming)}{' together' if len(naming) > 1 else ''}"
    sentences = [
        f"The file is a long table: its column {roles['gene']} names {len(genes):,} genes, {called} {len(samples):,} samples, "
        f"and {roles['value']} holds the values."
    ]
    sample_of, samples, told = _apart(gene_of, sample_of, samples, others, len(genes))
    sentences += told
    rows, cols, repeated = len(samples), len(genes), _repeats(gene_of, sample_of, len(genes))
    unread: list[str] = []
    if repeated:
        if np.nanmin(numbers) < 0 or bool((numbers[~np.isnan(numbers)] % 1 != 0).any()):
            raise GeneRAINError(
                f"{name} is a long table in which several rows name one gene and one sample (as "
                f"{echo(_first_repeat(gene_of, sample_of, genes, samples))}), and their values are no counts to be summed; "
                "name replicates in a column of their own."
            )
        unread.append(
            f"{repeated:,} rows name a gene and a sample that another row names too, such as "
            f"{echo(_first_repeat(gene_of, sample_of, genes, samples))}; such rows were summed."
        )
    absent = rows * cols - (len(gene_of) - repeated)
    zeros = bool((numbers == 0).any())
    if absent:
        what = "missing, as the table holds zeros" if zeros else "0, as the table holds none"
        sentences.append(f"{absent:,} pairs of a gene and a sample have no row; they were taken as {what}.")
    layer = _matrix(numbers, gene_of, sample_of, (rows, cols), missing=bool(absent and zeros), name=name)
    left = [title for title, (_, values) in _described(others, gene_of, sample_of, rows, cols).items() if values is None]
    if left := [title for title in left if title not in roles.values() and not any(title in each for each in told)]:
        unread.append(f"Not read: {listed(left)}, of the columns beside {roles['value']}.")
    texts = _described(others, gene_of, sample_of, rows, cols)
    of_samples = {title: values for title, (axis, values) in texts.items() if axis == "sample" and values is not None}
    of_genes = {title: values for title, (axis, values) in texts.items() if axis == "gene" and values is not None}
    return Parsed(
        layers={"pivoted": Layer(layer, tuple(genes), pd.DataFrame(of_genes, index=pd.RangeIndex(cols)))},
        rows=tuple(samples),
        row_texts=pd.DataFrame(of_samples, index=pd.RangeIndex(rows)),
        rows_named=True,
        format=f"{format}, a long table",
        notes=(*notes, *sentences, *unread),
        not_read=tuple(unread),
    )


def _roles(columns: Sequence[Column]) -> dict[str, str] | None:
    """Return which columns hold genes, samples and values by their titles; None if they don't say so."""
    keys = {title: re.sub("[^a-z0-9]", "", title.lower()) for title, _ in columns}
    numbers = {title for title, values in columns if values.dtype != object}
    if len(keys) < len(columns):
        return None
    named = [t for t, key in keys.items() if key and _GENES.fullmatch(key) and _GENE_WORDS.search(key) and t not in numbers]
    values = sorted((t for t in numbers if keys[t] in _VALUES), key=lambda t: _VALUES.index(keys[t]))
    samples = [t for t, key in keys.items() if _SAMPLES.fullmatch(key) and t not in named]
    samples = samples or [t for t, key in keys.items() if key in _MELTED and t not in named and t not in numbers]
    unknown = [t for t in numbers if t not in values and t not in samples and keys[t] not in _REPLICATES]
    if not (named and values) or len(unknown) > len(values) + 3:
        return None
    return {"gene": named[0], "sample": next(iter(samples), ""), "value": values[0]}


def _together(columns: Sequence[Column], roles: Mapping[str, str], gene_of: NDArray[np.int64], genes: int) -> list[str]:
    """Return the columns that name the samples together where none is titled so, as condition and replicate; [] if none do.

    Each gene stands once for each of their combinations, and nearly all pairs are there; what tells of genes is none of them.
    """
    rows, found = len(gene_of), list[str]()
    if rows < 2 * genes:
        return []
    for title, values in columns:
        whole = values.dtype != object and bool(np.all(np.isfinite(values)) and np.all(values == np.rint(values)))
        if title in (roles["gene"], roles["value"]) or not (values.dtype == object or whole):
            continue
        codes, names = _codes(values)
        if len(names) > 1 and len(np.unique(gene_of * len(names) + codes)) > genes and len(names) <= rows / genes:
            found.append(title)
    keys = [re.sub("[^a-z0-9]", "", title.lower()) for title in found]
    if len(found) < 2 or not any(map(_ATTRIBUTES.fullmatch, keys)) or any(map(_OF_GENES.search, keys)):
        return []
    of_title = dict(columns)
    sample_of, samples = _combined([_codes(of_title[title]) for title in found])
    complete = rows >= _NEARLY_ALL * genes * len(samples)
    return found if complete and not _repeats(gene_of, sample_of, genes) else []


def _check_quantities(columns: Mapping[str, np.ndarray], name: str) -> None:
    """Refuse a table whose rows hold several quantities, as counts and TPM, or statistics, as means and SD."""
    for title, values in columns.items():
        if values.dtype != object:
            continue
        words = [word for word in dict.fromkeys(str(value or "").strip() for value in values) if word]
        kinds = [alone(word) or _STATISTICS.fullmatch(re.sub("[^a-z0-9]", "", word.lower())) is not None for word in words]
        if len(words) > 1 and all(kinds):
            quantities = listed(list(map(echo, words)))
            raise GeneRAINError(
                f"{name} is a long table whose column {echo(title)} tells quantities apart ({quantities}), no samples; "
                "give the rows of one of them, best those of counts."
            )


def _combined(coded: Sequence[tuple[NDArray[np.int64], list[str]]]) -> tuple[NDArray[np.int64], list[str]]:
    """Return which combination of several columns each row has, in the order of the rows, and what it is called."""
    if len(coded) == 1:
        return coded[0]
    texts = ["_".join(parts) for parts in zip(*([names[i] for i in codes.tolist()] for codes, names in coded), strict=True)]
    return _codes(np.array(texts, dtype=object))


def _codes(values: np.ndarray) -> tuple[NDArray[np.int64], list[str]]:
    if values.dtype != object:
        values = np.array([f"{v:.0f}" if np.isfinite(v) and v == np.rint(v) else str(v) for v in values], dtype=object)
    codes, names = pd.factorize(np.array(["" if v is None else str(v).strip() for v in values], dtype=object))
    return codes.astype(np.int64), [str(each) for each in names]


def _apart(
    gene_of: NDArray[np.int64], sample_of: NDArray[np.int64], samples: list[str], others: Mapping[str, np.ndarray], genes: int
) -> tuple[NDArray[np.int64], list[str], list[str]]:
    """Tell samples apart by a further column, if it is that which makes pairs of gene and sample unique."""
    if not _repeats(gene_of, sample_of, genes):
        return sample_of, samples, []
    for title, values in others.items():
        key = re.sub("[^a-z]", "", title.lower())
        if values.dtype != object and key not in _REPLICATES and not _ATTRIBUTES.fullmatch(key):
            continue
        codes, names = _codes(values)
        both = sample_of * len(names) + codes
        kinds, again = np.unique(both, return_inverse=True)
        if len(names) > 1 and len(kinds) <= len(gene_of) / 2 and not _repeats(gene_of, again.astype(np.int64), genes):
            called = [f"{samples[kind // len(names)]}_{names[kind % len(names)]}" for kind in kinds.tolist()]
            return again.astype(np.int64), called, [f"Samples were told apart by the column {title} too."]
    return sample_of, samples, []


def _repeats(gene_of: NDArray[np.int64], sample_of: NDArray[np.int64], genes: int) -> int:
    return len(gene_of) - len(np.unique(sample_of * genes + gene_of))


def _first_repeat(gene_of: NDArray[np.int64], sample_of: NDArray[np.int64], genes: list[str], samples: list[str]) -> str:
    at = int(np.argmax(pd.Series(sample_of * len(genes) + gene_of).duplicated().to_numpy()))
    return f"{genes[int(gene_of[at])]}, {samples[int(sample_of[at])]}"


def _matrix(
    numbers: NDArray[np.float64],
    gene_of: NDArray[np.int64],
    sample_of: NDArray[np.int64],
    shape: tuple[int, int],
    *,
    missing: bool,
    name: str,
) -> "np.ndarray | sparse.csr_matrix":
    check_stored(name, *shape, len(numbers))
    if missing:
        check_cells(name, *shape)
    table = sparse.csr_matrix(sparse.coo_matrix((numbers, (sample_of, gene_of)), shape=shape))
    if not missing and shape[0] * shape[1] > _DENSE:
        return table
    dense: np.ndarray = table.toarray()
    if missing:
        there = sparse.coo_matrix((np.ones(len(numbers)), (sample_of, gene_of)), shape=shape).toarray()
        dense[there == 0] = np.nan
    return dense


def _described(
    others: Mapping[str, np.ndarray], gene_of: NDArray[np.int64], sample_of: NDArray[np.int64], samples: int, genes: int
) -> dict[str, tuple[str, np.ndarray | None]]:
    """Return of each further column whether it tells of samples or of genes, with one value each; None for what does neither."""
    out = dict[str, tuple[str, np.ndarray | None]]()
    for title, values in others.items():
        codes, names = _codes(values)
        out[title] = ("", None)
        for axis, of, count in (("sample", sample_of, samples), ("gene", gene_of, genes)):
            if len(np.unique(of * len(names) + codes)) == count:
                first = np.unique(of, return_index=True)[1]
                out[title] = (axis, values[first])
                break
    return out

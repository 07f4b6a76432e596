"""Objects of R's packages that hold assays and what is known of samples and genes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from generain_core.samples.io.r_data.serialized import Object, attributes, classes, elements, kind, texts, variables
from generain_core.samples.io.r_data.tables import RMatrix, frame_of, is_frame, matrix_of

_NO_EXPRESSION = frozenset(
    ["mu", "H", "cooks", "replaceCounts", "replaceCooks", "weights", "avgTxLength", "normalizationFactors"]
)
"""Assays that DESeq2 keeps for its own use."""
_ASSAYS = ("counts", "rawcounts", "raw_counts", "readCounts")


@dataclass(frozen=True, kw_only=True)
class Held:
    """What an object holds.

    Attributes:
        what: its class.
        assays: by name, genes × samples, the one to take first.
        genes: names of the rows, if the assays don't say them.
        samples: names of the columns, if the assays don't say them.
        of_genes: one row a gene; may be empty.
        of_samples: one row a sample; may be empty.
        left: what was left aside, in words.
    """

    what: str
    assays: Mapping[str, RMatrix]
    genes: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    of_genes: pd.DataFrame
    of_samples: pd.DataFrame
    left: tuple[str, ...] = ()


def held_by(item: Object, name: str) -> Held | None:
    """Return what a SummarizedExperiment, Seurat, ExpressionSet or list of matrices holds; None of anything else.

    Raises:
        GeneRAINError: an assay is too large or damaged.
    """
    slots = attributes(item)
    for needed, read in _READERS:
        if needed <= set(slots) and kind(item) == "S4":
            return read(item, name)
    if kind(item) == "VEC" and not is_frame(item):
        return _list(item, name)
    return None


def _summarized(item: Object, name: str) -> Held:
    """Take apart a SummarizedExperiment, also one with ranges, a SingleCellExperiment or a DESeqDataSet."""
    slots = attributes(item)
    data = attributes(slots["assays"]).get("data", slots["assays"])
    if kind(data) == "NILVALUE" or not elements(attributes(data).get("listData")):
        data = variables(attributes(slots["assays"]).get(".xData", slots["assays"])).get("data", data)
    found = elements(attributes(data).get("listData", data))
    samples, of_samples = frame_of(slots["colData"])
    ranges = slots.get("rowRanges")
    genes = tuple(texts(slots.get("NAMES"))) or _names_of_ranges(ranges)
    of_genes = pd.DataFrame()
    for described in (attributes(ranges).get("elementMetadata"), slots.get("elementMetadata")):
        if described is not None and is_frame(described) and not len(of_genes.columns):
            of_genes = frame_of(described)[1]
    assays = {title: matrix for title, each in found.items() if title not in _NO_EXPRESSION and (matrix := matrix_of(each, name))}
    left = [title for title in found if title not in assays and title not in _NO_EXPRESSION]
    return Held(
        what=next(iter(classes(item)), "SummarizedExperiment"),
        assays=_ordered(assays),
        genes=genes,
        samples=samples,
        of_genes=of_genes,
        of_samples=of_samples,
        left=tuple(f"the assay {title}, which is kept in a form that isn't read" for title in left),
    )


def _names_of_ranges(ranges: Object | None) -> tuple[str, ...]:
    inside = attributes(ranges)
    if "partitioning" in inside:
        return tuple(texts(attributes(inside["partitioning"]).get("NAMES")))
    return tuple(texts(attributes(inside.get("ranges")).get("NAMES")))


def _seurat(item: Object, name: str) -> Held:
    """Take apart a Seurat object: the counts of its assay RNA, or of its first."""
    slots = attributes(item)
    there = elements(slots["assays"])
    taken = "RNA" if "RNA" in there else next(iter(there), "")
    assay = attributes(there.get(taken))
    samples, of_samples = frame_of(slots["meta.data"])
    found = elements(assay["layers"]) if "layers" in assay else {key: assay[key] for key in ("counts", "data") if key in assay}
    of_layer = {title: matrix for title, each in found.items() if (matrix := matrix_of(each, name))}
    assays = {title: matrix for title, matrix in of_layer.items() if all(matrix.values.shape)}
    names = elements(attributes(assay.get("features")).get("dimnames"))
    return Held(
        what=f"Seurat, its assay {taken}",
        assays=_ordered(assays),
        genes=tuple(texts(next(iter(names.values()), None))),
        samples=samples,
        of_genes=pd.DataFrame(),
        of_samples=of_samples,
        left=tuple(f"the assay {title}" for title in there if title != taken),
    )


def _expression_set(item: Object, name: str) -> Held:
    """Take apart an ExpressionSet of Biobase."""
    slots = attributes(item)
    data = slots["assayData"]
    found = variables(data) or elements(data)
    samples, of_samples = frame_of(attributes(slots["phenoData"])["data"])
    genes, of_genes = frame_of(attributes(slots["featureData"])["data"]) if "featureData" in slots else ((), pd.DataFrame())
    return Held(
        what="ExpressionSet",
        assays=_ordered({title: matrix for title, each in found.items() if (matrix := matrix_of(each, name))}),
        genes=genes,
        samples=samples,
        of_genes=of_genes,
        of_samples=of_samples,
    )


def _list(item: Object, name: str) -> Held | None:
    """Take apart a list of matrices, as of edgeR (DGEList) and tximport: counts first, what describes their columns beside."""
    found = elements(item)
    matrices = {title: matrix for title, each in found.items() if (matrix := matrix_of(each, name))}
    first = next((title for title in ("counts", *matrices) if title in matrices), "")
    if not first:
        return None
    one = matrices[first]
    shaped = {
        title: matrix for title, matrix in matrices.items() if matrix.values.shape == one.values.shape and title != "length"
    }
    frames = [frame_of(each) for each in found.values() if is_frame(each)]
    of_samples = next((table for rows, table in frames if rows and rows == one.columns), pd.DataFrame())
    of_genes = next(
        (table for _, table in frames if len(table) == one.values.shape[0] and table is not of_samples), pd.DataFrame()
    )
    left = [title for title in found if title not in shaped and not is_frame(found[title]) and kind(found[title])]
    return Held(
        what=next(iter(classes(item)), "list"),
        assays=_ordered(shaped),
        of_genes=of_genes,
        of_samples=of_samples,
        left=tuple(left),
    )


def _ordered(assays: Mapping[str, RMatrix]) -> dict[str, RMatrix]:
    return {title: assays[title] for title in (*(each for each in _ASSAYS if each in assays), *assays)}


_READERS: tuple[tuple[set[str], Callable[[Object, str], Held]], ...] = (
    ({"assays", "colData"}, _summarized),
    ({"assays", "meta.data"}, _seurat),
    ({"assayData", "phenoData"}, _expression_set),
)

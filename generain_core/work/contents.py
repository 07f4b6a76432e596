"""What work consists of: lists, gene sets, samples with their bins and results, choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import anndata
import pandas as pd

from generain_core.lists.gene_list import GeneList
from generain_core.samples.io.raw_table import RawTable

Library = Mapping[str, frozenset[str]]
Choice = str | int | float | bool | list[Any] | tuple[Any, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class KeptSheet:
    """A sample sheet, which of the work's it is, from 1, and its column of sample names, if that was said."""

    table: pd.DataFrame
    number: int
    column: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class KeptResult:
    """A result of a job.

    Attributes:
        name: of the job.
        key: what the result stands on.
        label: of the job, for people.
        value: the result.
    """

    name: str
    key: Any
    label: str
    value: Any


@dataclass(frozen=True, eq=False, kw_only=True)
class KeptSamples:
    """A table that was brought, and what was made of it.

    Attributes:
        raw: the table as it was read.
        number: which of the session's tables it is; choices name it.
        sheet: the sample sheet that is joined, if one is.
        corrections: how the table is understood, where the user's samples were made of it; else None.
        columns: those by whose values samples are summed; None where that was not come to.
        fitness: for which gene set, and by which least number of expressed genes, samples were judged; None where none was.
        bins: samples × genes with their bins, sealed, as `normalize` makes them, if there are any.
        results: embeddings, maps, comparisons and what was made of them.
        is_example: whether the table is an example of the release.
    """

    raw: RawTable
    number: int
    sheet: KeptSheet | None = None
    corrections: Mapping[str, Any] | None = None
    columns: tuple[str, ...] | None = None
    fitness: tuple[str, int] | None = None
    bins: anndata.AnnData | None = None
    results: tuple[KeptResult, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Work:
    """What a user set up, and what came of it.

    Attributes:
        lists: named lists of genes, the one used last at the end.
        libraries: gene sets that were brought for enrichment, by library.
        known_sets: gene sets that were brought to mark known members of attributes: name → genes, and where they are from.
        samples: the table that was brought, if there is one.
        choices: of boxes, by their keys.
    """

    lists: tuple[GeneList, ...] = ()
    libraries: Mapping[str, Library] = field(default_factory=dict)
    known_sets: tuple[Any, ...] | None = None
    samples: KeptSamples | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)

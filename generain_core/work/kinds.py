"""The records that work may hold, under the names that they have in files. A name stays when its record moves."""

import dataclasses
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import anndata

from generain_core.attributes.known_members import KnownMembers
from generain_core.geometry.projection import SampleMap
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.models.checks.alternative_readings import Diagnosis
from generain_core.models.checks.stability import Stability
from generain_core.models.checks.trial import Trial
from generain_core.models.embedding import Embedded
from generain_core.perturbations.genes.moved_attributes import MovedAttributes
from generain_core.perturbations.genes.moved_genes import MovedGenes
from generain_core.perturbations.in_silico.knockdown import InSilico
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.screens.dose_time import Trends
from generain_core.perturbations.similarity.plane import PerturbationPlane
from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity
from generain_core.perturbations.similarity.vector_agreement import VectorAgreement
from generain_core.reference.placement import Placement
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.io.raw_table import Layer, RawTable, Unread
from generain_core.samples.orthologs.ortholog_table import OrthologTable
from generain_core.samples.own_files.content import OwnSamples, Trust
from generain_core.work.contents import KeptResult, KeptSheet

OF_LISTS: tuple[type, ...] = (GeneList, Origin, KnownMembers)
OF_SAMPLES: tuple[type, ...] = (
    RawTable,
    Layer,
    Unread,
    OrthologTable,
    OwnSamples,
    Trust,
    ValueKind,
    KeptSheet,
    KeptResult,
)

OF_RESULTS: tuple[type, ...] = (Embedded, SampleMap, Trial, Stability, Diagnosis, Placement, Perturbed, Trends)
OF_RESULTS += (MovedGenes, MovedAttributes, InSilico, PerturbationPlane, ShiftSimilarity, VectorAgreement)
_NAMES_AWAY = {"anndata": anndata}
"""What records' modules import for their types alone."""


def reachable(*roots: type) -> tuple[type, ...]:
    """Return records and enumerations, and those that their fields may hold, by the types that these are declared with.

    Raises:
        NameError: a record is declared with a type that its module does not import, so that what it holds can't be told.
    """
    found: dict[type, None] = {}
    waiting = list(roots)
    while waiting:
        kind = waiting.pop()
        if kind not in found and (dataclasses.is_dataclass(kind) or issubclass(kind, Enum)):
            found[kind] = None
            waiting += _held(kind)
    return tuple(found)


def _held(kind: type) -> Iterator[type]:
    if not dataclasses.is_dataclass(kind):
        return
    hints = typing.get_type_hints(kind, localns=_NAMES_AWAY)
    for each in dataclasses.fields(kind):
        yield from _classes(hints.get(each.name))


def _classes(hint: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for argument in typing.get_args(hint):
        yield from _classes(argument)


def named(kinds: Iterable[type]) -> dict[str, type]:
    """Return records by their names. Raises ValueError: two have one name."""
    by_name: dict[str, type] = {}
    for kind in kinds:
        if by_name.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"two records are called {kind.__name__}")
    return by_name

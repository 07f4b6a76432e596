"""Make ahead all that is computed once for a release, so that nobody waits for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from generain_core.attributes.order.recorded import order_proof
from generain_core.attributes.store.attribute_store import is_ranked, open_store
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.progress import Progress, part, silent
from generain_core.release.files import Release
from generain_core.vectors import vector_sets
from generain_core.vectors.all_pairs import all_pairs, kept_pairs
from generain_core.vectors.atlas import Atlas, open_genes
from generain_core.vectors.gene_map import cached_projection, project
from generain_core.vectors.hubness import hubness
from generain_core.vectors.overview import kept_overview, overview

Outcome = Literal["made", "there", "failed"]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """One cache of a release.

    Attributes:
        what: what it holds.
        outcome: made now, there already, or failed.
        seconds: what that took.
        problem: why it failed; "" where it did not.
    """

    what: str
    outcome: Outcome
    seconds: float
    problem: str


@dataclass(frozen=True)
class _Step:
    what: str
    weight: float
    work: Callable[[Progress], bool]


def prepare(release: Release, *, all_vectors: bool = False, progress: Progress | None = None) -> list[Prepared]:
    """Make all caches of a release that are not there; a part that can't be made is told and the others are made all the same.

    Args:
        release: the release.
        all_vectors: also the slow map (UMAP) and all pairs of each further vector set, about two minutes each at full scale.
        progress: told the share done and words; it may raise to stop, and what is made by then stays.
    """
    report = progress or silent
    steps = _steps(release, all_vectors=all_vectors)
    whole, done, results = sum(step.weight for step in steps), 0.0, list[Prepared]()
    for step in steps:
        results.append(_outcome(step, part(report, done / whole, step.weight / whole)))
        done += step.weight
    report(1.0, "")
    return results


def _outcome(step: _Step, report: Progress) -> Prepared:
    begin, problem = time.monotonic(), ""
    report(0.0, step.what)
    outcome: Outcome = "failed"
    try:
        was_there = step.work(lambda share, words: report(share, f"{step.what}: {words}"))
        outcome = "there" if was_there else "made"
    except Cancelled:
        raise
    except GeneRAINError as error:
        problem = str(error)
    return Prepared(what=step.what, outcome=outcome, seconds=round(time.monotonic() - begin, 2), problem=problem)


def _steps(release: Release, *, all_vectors: bool) -> list[_Step]:
    """Return the steps, the quick ones that most pages need first."""
    opened: dict[str, Atlas] = {}
    names = [each.name for each in vector_sets(release)]

    def atlas(name: str) -> Atlas:
        if name not in opened:
            resolver = next(iter(opened.values())).resolver if opened else open_genes(release)
            opened[name] = Atlas.open(release, name, resolver)
        return opened[name]

    def vectors(name: str) -> Callable[[Progress], bool]:
        def work(report: Progress) -> bool:
            was_there = kept_overview(release, name) is not None
            report(0.1, "genes and vectors")
            overview(release, atlas(name).resolver, atlas(name))
            report(0.6, "genes that are near to very many")
            hubness(atlas(name).space)
            return was_there

        return work

    def gene_map(name: str, method: str) -> Callable[[Progress], bool]:
        def work(report: Progress) -> bool:
            if cached_projection(atlas(name).space, method) is not None:
                return True
            project(atlas(name).space, method, progress=report)
            return False

        return work

    def pairs(name: str) -> Callable[[Progress], bool]:
        def work(report: Progress) -> bool:
            if kept_pairs(atlas(name).space) is not None:
                return True
            all_pairs(atlas(name).space, report)
            return False

        return work

    def attributes(report: Progress) -> bool:
        if is_ranked(release):
            return True
        order_proof(release, open_store(release, report))
        return False

    quick = [_Step(f"vectors {name}", 4, vectors(name)) for name in names]
    quick += [_Step(f"PCA of {name}", 2, gene_map(name, "pca")) for name in names]
    slow = [_Step("predicted attributes", 60, attributes)] if release.has("attributes") else []
    slow += [_Step(f"UMAP of {name}", 70, gene_map(name, "umap")) for name in (names if all_vectors else names[:1])]
    slow += [_Step(f"all pairs of {name}", 40, pairs(name)) for name in (names if all_vectors else names[:1])]
    return [*quick, *slow]

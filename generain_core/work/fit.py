"""What of kept work fits the release that is open, and what no longer does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from generain_core.genes import Resolver
from generain_core.lists.gene_list import GeneList
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.release.identity import model_identity
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model
from generain_core.samples.own_files.seals import embedding_seals
from generain_core.work.contents import KeptResult, Library, Work
from generain_core.work.manifest import Manifest

MisfitKind = Literal["list", "background", "library", "known_sets", "embedding", "results", "bins", "table"]


@dataclass(frozen=True)
class Misfit:
    """Something of kept work that does not fit the release that is open.

    Attributes:
        kind: of what.
        name: of the list, library, model or table; '' for none.
        count: of genes or results that are left out; 0 where it isn't counted.
        reason: in words, where something said one.
    """

    kind: MisfitKind
    name: str = ""
    count: int = 0
    reason: str = ""


def fitted(work: Work, manifest: Manifest, release: Release, resolver: Resolver) -> tuple[Work, tuple[Misfit, ...]]:
    """Return the part of work that holds with this release, and what is left out.

    Names of genes are looked up anew where the work was saved with another release. Embeddings are taken if their seals hold and
    they were made with the weights of this release; other results of samples only with the release that they were made with.
    """
    same = manifest.fingerprint == release.fingerprint
    misfits: list[Misfit] = []
    if not same:
        work = _genes_anew(work, resolver, misfits)
        if work.known_sets is not None:
            misfits.append(Misfit("known_sets"))
            work = replace(work, known_sets=None)
    if work.samples is not None:
        results = _results_that_hold(work.samples.results, release, same, misfits)
        work = replace(work, samples=replace(work.samples, results=results))
    return work, tuple(misfits)


def _results_that_hold(
    results: tuple[KeptResult, ...], release: Release, same: bool, misfits: list[Misfit]
) -> tuple[KeptResult, ...]:
    kept, others = [], 0
    for each in results:
        if isinstance(each.value, Embedded):
            if _holds(each.value, release):
                kept.append(each)
            else:
                misfits.append(Misfit("embedding", str(each.value.done.get("model", ""))))
        elif same:
            kept.append(each)
        else:
            others += 1
    if others:
        misfits.append(Misfit("results", count=others))
    return tuple(kept)


def _holds(embedded: Embedded, release: Release) -> bool:
    """Say whether an embedding is as it was written, and of this release's weights."""
    about, model = embedded.adata.uns.get("generain", {}), embedded.done.get("model")
    if model not in MODEL_NAMES or about.get("model") != model:
        return False
    if about.get("embedding") != model_identity(release, model, describe_model(model).gene_set):
        return False
    return set(embedding_seals(embedded.adata)) <= set(map(str, np.atleast_1d(about.get("embedding_seals", []))))


def _genes_anew(work: Work, resolver: Resolver, misfits: list[Misfit]) -> Work:
    names = {gene for each in work.lists for gene in (*each.genes, *each.background, *each.ranking)}
    names |= {gene for library in work.libraries.values() for genes in library.values() for gene in genes}
    known = _genes_of(sorted(names), resolver)
    lists = []
    for each in work.lists:
        anew = _list_anew(each, known)
        lists.append(anew)
        if lost := len(anew.missing) - len(each.missing):
            misfits.append(Misfit("list", each.name, lost))
        if gone := len(set(each.background) - known.keys()):
            misfits.append(Misfit("background", each.name, gone, "" if anew.background else "none is left"))
    libraries = {}
    for name, library in work.libraries.items():
        libraries[name] = {title: frozenset(known[gene] for gene in genes if gene in known) for title, genes in library.items()}
        if lost := len(_members(library) - known.keys()):
            misfits.append(Misfit("library", name, lost))
    return replace(work, lists=tuple(lists), libraries=libraries)


def _members(library: Library) -> set[str]:
    return {gene for genes in library.values() for gene in genes}


def _genes_of(names: list[str], resolver: Resolver) -> dict[str, str]:
    table = resolver.resolve_many(names)
    return {name: str(gene) for name, gene in zip(names, table["gene"], strict=True) if isinstance(gene, str)}


def _list_anew(genes: GeneList, known: Mapping[str, str]) -> GeneList:
    lost = {gene: "no gene of the release that is open" for gene in genes.genes if gene not in known}
    ranked: dict[str, tuple[int, float]] = {}
    for place, (gene, score) in enumerate(genes.ranking.items()):
        if gene in known:
            ranked.setdefault(known[gene], (place, score))
    residuals = genes.residuals
    return replace(
        genes,
        genes=tuple(dict.fromkeys(known[gene] for gene in genes.genes if gene in known)),
        missing={**genes.missing, **lost},
        background=tuple(dict.fromkeys(known[gene] for gene in genes.background if gene in known)),
        ranking={gene: score for gene, (_, score) in ranked.items()},
        residuals=residuals[:, [place for place, _ in ranked.values()]] if residuals is not None else None,
    )

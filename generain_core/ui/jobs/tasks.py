"""Long work that a child process does for the app: each opens what it needs by its place on the disk."""

import json
from collections.abc import Sequence
from typing import Any

from generain_core.progress import Progress


def check_release(root: str, *, progress: Progress) -> dict[str, Any]:
    """Check every file of a release, and return the JSON document of ``verify``."""
    from generain_core.release.files import Release
    from generain_core.release.provenance import provenance
    from generain_core.verify.verify import verify

    release = Release.open(root)
    checks = verify(release, progress=progress)
    document: dict[str, Any] = {"release": str(release.root), "simulated": release.simulated, "label": release.label}
    document |= {"ok": all(check.ok is not False for check in checks), "checks": [vars(check) for check in checks]}
    document |= {"provenance": provenance(release, "verify")}
    plain: dict[str, Any] = json.loads(json.dumps(document))
    return plain


def download_files(source: str, names: Sequence[str], root: str, hgnc: str | None, *, progress: Progress) -> None:
    """Fetch files of a record and install them; begun again, it goes on where it stopped."""
    from pathlib import Path

    from generain_core.install.download import download
    from generain_core.install.record import read_record

    download(read_record(source), list(names), Path(root), hgnc=hgnc, progress=progress)


def prepare_attributes(root: str, *, progress: Progress) -> None:
    """Put the predictions of a release in order, if they are not yet, and examine which gene is which."""
    from generain_core.attributes.order.recorded import order_proof
    from generain_core.attributes.store.attribute_store import open_store
    from generain_core.release.files import Release

    release = Release.open(root)
    order_proof(release, open_store(release, progress))


def project_genes(root: str, vectors: str, method: str, seed: int, *, progress: Progress) -> None:
    """Place all genes of a set of vectors on a plane, which is kept in the cache."""
    from generain_core.release.files import Release
    from generain_core.vectors.atlas import Atlas
    from generain_core.vectors.gene_map import project

    project(Atlas.open(Release.open(root), vectors).space, method, seed, progress=progress)


def look_at_all_pairs(root: str, vectors: str, *, progress: Progress) -> None:
    """Look at all pairs of genes of a set of vectors; what they tell is kept in the cache."""
    from generain_core.release.files import Release
    from generain_core.vectors.all_pairs import all_pairs
    from generain_core.vectors.atlas import Atlas

    all_pairs(Atlas.open(Release.open(root), vectors).space, progress)


def build_reference(
    root: str,
    folder: str,
    model_name: str,
    device: str,
    *,
    chunks: Sequence[int] | None,
    archs4: str | None,
    min_genes: int,
    progress: Progress,
) -> None:
    """Embed samples of training chunks and of ARCHS4 into a reference; begun again, it goes on where it stopped."""
    from pathlib import Path

    from generain_core.models.model import open_model
    from generain_core.reference.build import build_reference
    from generain_core.reference.choice import choose_sources
    from generain_core.release.files import Release
    from generain_core.vectors.atlas import open_genes

    release = Release.open(root)
    resolver = open_genes(release)
    sources = choose_sources(release, resolver, model_name, chunks=chunks, archs4=archs4, min_genes=min_genes, progress=progress)
    model = open_model(release, model_name)
    build_reference(Path(folder), release, model, sources, device=device, batch_size=16, min_genes=min_genes, progress=progress)

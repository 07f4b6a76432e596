"""The figures of Home: those of the opened release, and gone when a file changes."""

import os
import shutil

import numpy as np
import pytest

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.release.files import FILES, Release
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.overview import kept_overview, overview


def test_figures_are_those_of_the_release_and_are_kept(fresh_cache, tmp_path) -> None:
    root = tmp_path / "release"
    shutil.copytree(settings.DEMO_RELEASE, root)
    release = Release.open(root)
    atlas = Atlas.open(release)
    assert kept_overview(release, atlas.space.name) is None
    found = overview(release, atlas.resolver, atlas)
    kinds = atlas.resolver.table.model["biotype"]
    assert (found.genes, found.dimensions) == np.load(root / FILES["vectors/200d"][0], mmap_mode="r").shape
    assert found.coding == int((kinds == "protein_coding").sum())
    assert found.lncrna == int((kinds == "lncRNA").sum())
    assert kept_overview(release, atlas.space.name) == found
    assert kept_overview(release, "other vectors") is None
    path = root / FILES["genes_meta"][0]
    os.utime(path, ns=(1, 1))
    assert kept_overview(Release.open(root), atlas.space.name) is None


def test_without_vectors_the_gene_table_is_counted_and_nothing_kept(fresh_cache, tmp_path) -> None:
    root = tmp_path / "release"
    shutil.copytree(settings.DEMO_RELEASE, root)
    (root / FILES["vectors/200d"][0]).write_bytes(b"junk")
    release = Release.open(root)
    with pytest.raises(GeneRAINError, match="GeneRAIN-vec.200d.npy"):
        Atlas.open(release)
    from generain_core.vectors.atlas import open_genes

    resolver = open_genes(release)
    found = overview(release, resolver, None)
    assert found.genes == len(resolver.table.model)
    assert (found.dimensions, found.vectors) == (0, "")
    assert kept_overview(release, "GeneRAIN-vec.200d") is None

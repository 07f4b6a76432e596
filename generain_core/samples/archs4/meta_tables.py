"""The two tables that the release keeps beside ARCHS4, written from the file as the authors did."""

from collections.abc import Iterable
from pathlib import Path

import h5py
import pandas as pd

from generain_core.errors import ReleaseError
from generain_core.release.files import FILES, Release
from generain_core.samples.archs4.index import damaged, sample_blocks
from generain_core.storage.atomic import atomic_write
from generain_core.storage.exclusive_folder import exclusive_folder

_GENES = ("biotype", "ensembl_gene", "symbol")


def write_tables(release: Release) -> tuple[Path, ...]:
    """Write genes_meta.tsv and samples_meta.tsv of the release's ARCHS4 beside it, each whole or not at all.

    Tab-separated with a header, one row a gene or sample in the file's order: of the genes biotype, Ensembl ID and symbol, of
    the samples every field, in the file's order. A field with a tab, a quote or a line break is quoted.

    Raises:
        ReleaseError: ARCHS4 is missing or damaged.
        GeneRAINError: the folder can't be written to.
    """
    path = release.path("archs4")
    targets = tuple(release.root / FILES[key][0] for key in ("genes_meta", "samples_meta"))
    with exclusive_folder(release.root):
        _write(targets[0], [_genes(path)])
        _write(targets[1], sample_blocks(path))
    return targets


def _genes(path: Path) -> pd.DataFrame:
    with damaged(path), h5py.File(path, "r") as file:
        group = file["meta/genes"]
        missing = [name for name in _GENES if name not in group]
        if missing:
            raise ReleaseError(f"{path.name} lacks meta/genes/{missing[0]}; get it again.")
        return pd.DataFrame({name: [text.decode("utf-8", errors="replace") for text in group[name][:]] for name in _GENES})


def _write(target: Path, blocks: Iterable[pd.DataFrame]) -> None:
    with atomic_write(target) as working, working.open("w", encoding="utf-8", newline="") as out:
        for i, block in enumerate(blocks):
            block.to_csv(out, sep="\t", index=False, header=i == 0, lineterminator="\n")

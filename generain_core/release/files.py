"""What of a GeneRAIN release is on disk, and where. Nothing else knows a released file's name."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from generain_core import settings
from generain_core.errors import ReleaseError
from generain_core.release.model_descriptions import MODEL_NAMES, MODELS
from generain_core.storage.checksums import ends_of_file
from generain_core.storage.paths import is_there

_ARCHS = "data/external/ARCHS"
_NORMALIZED = f"{_ARCHS}/normalize_each_gene"
_PREFIX = "human_gene_v2.2_with_zero_expr_genes"
_EXAMPLE = "data/examples/ReplogleWeissman2022_K562_essential.h5ad.mean_agg"
GENE_SETS = ("coding_lncrna", "gene2vec")


def _known_files() -> dict[str, tuple[str, ...]]:
    files: dict[str, tuple[str, ...]] = {f"model/{name}": (f"data/models/GeneRAIN.{name}.pth",) for name in MODEL_NAMES}
    files |= {
        "vectors/200d": ("data/models/GeneRAIN-vec.200d.npy",),
        "vectors/32d": ("data/models/GeneRAIN-vec.32d.npy",),
        "vectors/genes": ("data/models/GeneRAIN-vec.genes.txt",),
        "vectors/200d.txt": ("data/models/GeneRAIN-vec.200d.txt.gz", "data/models/GeneRAIN-vec.200d.txt"),
        "genes_meta": (f"{_ARCHS}/human_gene_v2.2.h5.genes_meta.tsv",),
        "gene_statistics": (f"{_NORMALIZED}/{_PREFIX}.gene_stat_filt_on_z_dup.tsv",),
        "annotation/hgnc": tuple(f"data/annotation/hgnc_complete_set.{e}" for e in ("txt", "txt.gz", "tsv", "tsv.gz")),
        "annotation/ensembl": ("data/annotation/ensembl_genes.tsv", "data/annotation/ensembl_genes.tsv.gz"),
        "annotation/orthologs": ("data/annotation/orthologs.tsv", "data/annotation/orthologs.tsv.gz"),
        "annotation/gene_sets": ("data/annotation/gene_sets.gmt", "data/annotation/gene_sets.gmt.gz"),
        "annotation/attributes": ("data/annotation/attributes.tsv",),
        "attributes": ("data/results/genes_clf_pred_results.parquet",),
        "attributes/genes": ("data/results/genes_clf_pred_results.genes.txt",),
        "archs4": (f"{_ARCHS}/human_gene_v2.2.h5",),
        "samples_meta": (f"{_ARCHS}/human_gene_v2.2.h5.samples_meta.tsv",),
        "example": (f"{_EXAMPLE}.pickle",),
        "demo/counts": ("data/examples/demo_counts.csv.gz",),
        "demo/sample_sheet": ("data/examples/demo_samples.csv",),
        "demo/perturbation_counts": ("data/examples/demo_perturbation_counts.csv.gz",),
        "demo/perturbation_sheet": ("data/examples/demo_perturbations.csv",),
        "demo/gene_sets": ("data/examples/demo_gene_sets.gmt",),
        "demo/proof": ("data/examples/demo_proof.json",),
        "example/binned.tsv": (f"{_EXAMPLE}.coding_lncrna.binned.tsv",),
        "example/binned.pkl": (f"{_EXAMPLE}.coding_lncrna.binned.pkl",),
    }
    for name in GENE_SETS:
        stem = f"{_NORMALIZED}/{_PREFIX}_bin_tot2000_{name}_0.005_subsampled"
        files[f"index/{name}"] = (f"data/embedding/{name}_gene_to_idx.json",)
        files[f"boundaries/{name}"] = (f"{stem}.npy",)
        files[f"boundaries/{name}/genes"] = (f"{stem}.gene_symbols.txt",)
    for i in range(5):
        chunk = f"{_PREFIX}_bin_tot2000_final_gene2vec_chunk_{i}.npy"
        files[f"chunk/{i}"] = (f"{_NORMALIZED}/{chunk}", f"{_ARCHS}/{chunk}")
    return files


FILES: Mapping[str, tuple[str, ...]] = MappingProxyType(_known_files())
"""Key → places of the file below the release root, the usual one first."""


def key_of_name(name: str) -> str | None:
    """Return the key of the file that is published under this name, wherever it lies; None if none is."""
    return _KEYS.get(name)


_KEYS = {place.rsplit("/", 1)[-1]: key for key, places in FILES.items() for place in places}


@dataclass(frozen=True)
class Feature:
    """A part of the product and the files it stands on: any one of the alternatives, each complete, switches it on."""

    name: str
    without: str
    alternatives: tuple[tuple[str, ...], ...]


FEATURES = (
    Feature(
        "Gene vectors",
        "no neighbors, map or comparison",
        (
            ("vectors/200d", "vectors/genes"),
            ("vectors/200d.txt",),
            *(model.files for model in MODELS),
            ("vectors/32d", "vectors/genes"),
        ),
    ),
    Feature("Ensembl IDs and biotypes", "no Ensembl IDs and no coding/lncRNA filter", (("genes_meta",),)),
    Feature("Expression statistics", "no mean expression, and no reason why a gene is left out", (("gene_statistics",),)),
    Feature("Aliases and previous symbols", "only symbols and Ensembl IDs are recognised", (("annotation/hgnc",),)),
    Feature(
        "Gene descriptions and positions",
        "no position on the gene card, and no description but HGNC's",
        (("annotation/ensembl",),),
    ),
    Feature(
        "Binning boundaries",
        "no normalization of samples, and no expression distribution of a gene",
        tuple((f"boundaries/{s}", f"boundaries/{s}/genes") for s in GENE_SETS),
    ),
    Feature("Predicted attributes", "no page Attributes, no predicted functions of a gene", (("attributes",),)),
    Feature(
        "Models",
        "no embedding of samples and no reference to place them in",
        tuple(model.files for model in MODELS),
    ),
    Feature("ARCHS4", "no samples of others to search, take or compare with", (("archs4",),)),
)
"""What this version of the app uses. Files without a feature here are found and listed, and wait for one."""


@dataclass(frozen=True)
class ReleasedFile:
    """One published file: its key, where it is or belongs, whether it is there, and its size in bytes."""

    key: str
    path: Path
    present: bool
    bytes: int


@dataclass(frozen=True)
class Release:
    """A release folder. Open it with `Release.open`."""

    root: Path
    files: Mapping[str, ReleasedFile]
    simulated: bool
    note: str

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Release":
        """Find the published files below a folder (the release root, or its ``data`` folder).

        Raises:
            ReleaseError: the folder is missing, is not a folder, or holds none of the published files.
        """
        try:
            root = Path(path).expanduser()
        except RuntimeError as problem:
            raise ReleaseError(f"{path} names the home folder of a user who is not here; give the whole path.") from problem
        if not is_there(root) or not root.is_dir():
            raise ReleaseError(
                f"{str(root)[:200]} is not a folder; give the folder that data.tar.gz of the release was unpacked in."
            )
        root = root.resolve()
        if not (root / "data").is_dir() and (root / "models").is_dir():
            root = root.parent
        files = {key: _find(root, key, places) for key, places in FILES.items()}
        if not any(file.present for file in files.values()):
            raise ReleaseError(
                f"{root} holds none of the files of a GeneRAIN release (such as {FILES['vectors/200d'][0]}); "
                "give the folder that data.tar.gz was unpacked in."
            )
        mark = root / "SIMULATED"
        note = mark.read_text(encoding="utf-8", errors="replace").strip() if mark.is_file() else ""
        return cls(root, MappingProxyType(files), mark.exists(), note)

    def has(self, *keys: str) -> bool:
        """Say whether all of these files are there."""
        return all(self.files[key].present for key in keys)

    def path(self, key: str) -> Path:
        """Return the path of a file that is there.

        Raises:
            ReleaseError: the file is missing; the message says which one and where it belongs.
        """
        file = self.files[key]
        if not file.present:
            raise ReleaseError(
                f"{file.path.name} is missing; put it into {file.path.parent.relative_to(self.root)} of the release."
            )
        return file.path

    @property
    def name(self) -> str:
        """Return the folder's name, or ``demo`` for the one inside the project."""
        return "demo" if self.root == settings.DEMO_RELEASE.resolve() else self.root.name

    @cached_property
    def fingerprint(self) -> str:
        """Return 12 hex digits that change when a file appears, goes, or changes its size, its start or its end (64 KiB each)."""
        digest = hashlib.sha256()
        for file in self.files.values():
            if file.present:
                digest.update(f"{file.key} {file.bytes}\n".encode() + _ends(file))
        return digest.hexdigest()[:12]

    @property
    def label(self) -> str:
        """Return what to write under every export: name, fingerprint, and the mark if values are simulated."""
        mark = "SIMULATED, not GeneRAIN results; " if self.simulated else ""
        return f"{mark}release {self.name} [{self.fingerprint}]"

    def missing(self, feature: str = "") -> list[str]:
        """Return one sentence for each part of the product that is switched off, naming the file that brings it back.

        Args:
            feature: the name of one; "" for all.
        """
        return [
            f"{f.name}: {f.without}. To bring it back, add {self._cure(f)}."
            for f in FEATURES
            if feature in ("", f.name) and not any(self.has(*keys) for keys in f.alternatives)
        ]

    def _cure(self, feature: Feature) -> str:
        best = min(feature.alternatives, key=lambda keys: sum(not self.has(k) for k in keys))
        return " and ".join(str(self.files[k].path.relative_to(self.root)) for k in best if not self.has(k))


def _find(root: Path, key: str, places: tuple[str, ...]) -> ReleasedFile:
    for place in places:
        path = root / place
        if path.is_file():
            return ReleasedFile(key, path, True, path.stat().st_size)
    return ReleasedFile(key, root / places[0], False, 0)


def _ends(file: ReleasedFile, size: int = 64 << 10) -> bytes:
    try:
        return ends_of_file(file.path, file.bytes, size)
    except OSError as problem:
        raise ReleaseError(f"{file.path} can't be read ({problem.strerror}); check the rights of the file.") from problem


def choose_path(given: str | os.PathLike[str] | None = None) -> str:
    """Return the folder of the release to open: the argument, ``$GENERAIN_RELEASE``, ``./release``, else the demo.

    A ``./release`` into which nothing was installed yet is passed over, so that the demo can be used meanwhile.
    """
    named = given or os.environ.get("GENERAIN_RELEASE")
    if named:
        return os.fspath(named)
    beside = [folder / "release" for folder in (Path.cwd(), settings.PROJECT)]
    arrived = (folder for folder in beside if (folder / "data").is_dir() or (folder / "models").is_dir())
    return str(next(arrived, None) or settings.shipped("assets/demo"))


def choose(given: str | os.PathLike[str] | None = None) -> Release:
    """Open the release at `choose_path`."""
    return Release.open(choose_path(given))

"""AnnData in HDF5: an h5ad, or one of the modalities of a MuData."""

from dataclasses import replace
from typing import Any

import h5py

from generain_core.errors import GeneRAINError
from generain_core.samples.io.hdf5.data_frames import read_frame
from generain_core.samples.io.hdf5.matrices import matrix_of, room_of
from generain_core.samples.io.hdf5.own_content import read_own
from generain_core.samples.io.limits import check_bytes
from generain_core.samples.io.raw_table import Layer, Parsed
from generain_core.text import listed

_EXPRESSION = (
    "rna",
    "gex",
    "gene expression",
    "gene_expression",
    "transcriptome",
    "transcriptomics",
    "scrna",
    "mrna",
    "expression",
)


def parse_annotated(group: h5py.Group, name: str, format: str) -> Parsed:
    """Parse an AnnData as a file or a group of one holds it: obs, var, X, raw and layers, as far as they hold values.

    Raises:
        GeneRAINError: it holds no values, or more than the limits.
    """
    samples, obs = read_frame(group, "obs", name)
    genes, var = read_frame(group, "var", name)
    layers, empty = dict[str, Layer](), list[str]()
    check_bytes(f"{name}, all layers together,", sum(map(room_of, _tables(group))))
    own = read_own(group, obs, var, name)
    for key, path, beside in _layers(group):
        if own is not None and key == "layers/bins":
            continue
        if not _filled(group[path]):
            empty.append(key)
            continue
        columns, texts = (genes, var) if beside == "var" else read_frame(group, beside, name)
        layers[key] = Layer(matrix_of(group[path], name), columns, texts)
    if not layers:
        raise GeneRAINError(f"{name} is an h5ad without X, raw and layers; save it with its counts.")
    notes = [f"Without values and left out: {listed(empty)}."] if empty else []
    return Parsed(
        layers=layers,
        rows=samples,
        row_texts=obs,
        rows_named=True,
        format=format,
        notes=tuple(notes),
        own=own if "X" in layers else None,
    )


def _layers(group: h5py.Group) -> list[tuple[str, str, str]]:
    """Return the name of each layer, where it lies, and where the names of its genes do."""
    out = [("X", "X", "var"), ("raw", "raw/X", "raw/var"), ("raw", "raw.X", "raw.var")]
    out += [(f"layers/{name}", f"layers/{name}", "var") for name in group.get("layers", ())]
    return [(name, path, beside) for name, path, beside in out if path in group and beside in group]


def _tables(group: h5py.Group) -> list[Any]:
    """Return X, raw and layers, as far as they are there."""
    return [group[path] for _, path, _ in _layers(group)]


def _filled(item: Any) -> bool:
    """Say whether a layer holds values: one that was set to None or to no genes doesn't."""
    if isinstance(item, h5py.Dataset):
        return item.shape is not None and 0 not in item.shape
    shape = item.attrs.get("shape", item.attrs.get("h5sparse_shape"))
    return item.attrs.get("encoding-type") != "null" and (shape is None or 0 not in [int(size) for size in shape])


def parse_mudata(file: h5py.File, name: str) -> Parsed:
    """Parse the gene expression of a MuData: its modality ``rna``, whatever its capitals, or its only one.

    Raises:
        GeneRAINError: none of its modalities is called so.
    """
    there = [key for key, group in file["mod"].items() if isinstance(group, h5py.Group) and "obs" in group and "var" in group]
    taken = next((key for key in sorted(there, key=_rank) if _rank(key) < len(_EXPRESSION)), there[0] if len(there) == 1 else "")
    if not taken:
        raise GeneRAINError(
            f"{name} is a MuData whose modalities are {listed(there) or 'none'}; save the one with gene expression as h5ad, as "
            'mdata["NAME"].write_h5ad does.'
        )
    parsed = parse_annotated(file["mod"][taken], name, f"MuData, its modality {taken}")
    others = [key for key in there if key != taken]
    sentence = [f"Of the modalities of the MuData, {taken} was read and {listed(others)} left aside."] if others else []
    return replace(parsed, notes=(*parsed.notes, *sentence))


def _rank(modality: str) -> int:
    return _EXPRESSION.index(modality.lower()) if modality.lower() in _EXPRESSION else len(_EXPRESSION)

"""The samples of many files side by side, joined by gene."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.samples.io.columns import unique
from generain_core.samples.io.formats.star_counts import PROGRAM as STAR
from generain_core.samples.io.formats.star_counts import by_strand
from generain_core.samples.io.limits import check_cells
from generain_core.samples.io.raw_table import Layer, Parsed, no_texts
from generain_core.samples.io.single_samples.sample_file import SampleFile
from generain_core.samples.io.single_samples.sample_names import sample_names
from generain_core.text import echo, listed

_LEAST_SHARED = 0.5
_VERSION = re.compile(r"(ENS[A-Z]{0,4}[GT]\d{6,})\.\d+$")
FILE = "file"
"""Column that says which file a sample was read from."""


def joined(files: Sequence[SampleFile], name: str) -> Parsed:
    """Return samples × genes of files of one kind; where a file lacks a gene of the others, the value is missing.

    Raises:
        GeneRAINError: the files share few names, or two hold samples of one name.
    """
    keys, notes = _keys(files, name)
    samples, said = _samples(files, name)
    order = list(keys[0])
    alike = all(each == keys[0] for each in keys[1:])
    if not alike:
        order = list(dict.fromkeys(key for each in keys for key in each))
        lacking = [file.path for file, each in zip(files, keys, strict=True) if len(each) < len(order)]
        if lacking:
            notes.append(
                f"{len(lacking):,} of {len(files):,} files lack some of the {len(order):,} names of the others, such as "
                f"{lacking[0]}: these values are missing."
            )
    check_cells(name, len(samples), len(order))
    genes = tuple(gene for gene, _ in order)
    first = files[0]
    layers = [layer for layer in first.readings if all(layer in file.readings for file in files)]
    readings = {layer: _stacked([file.readings[layer] for file in files], keys, order, alike=alike) for layer in layers}
    unclear: list[str] = []
    if first.program == STAR:
        readings, of_strand, unclear = by_strand(readings, genes, samples)
        said += of_strand
    texts = first.texts.reset_index(drop=True) if alike else _texts(files, keys, order)
    return Parsed(
        layers={_layer(layer, readings): Layer(values, genes, texts) for layer, values in readings.items()},
        rows=tuple(samples),
        row_texts=pd.DataFrame({FILE: [file.path for file in files for _ in file.columns]}),
        rows_named=True,
        format=f"{first.program or 'tables'}, one file a sample",
        notes=(f"{len(files):,} files were joined by gene: {len(samples):,} samples × {len(order):,} names.", *said, *notes),
        not_read=tuple(unclear),
        chosen=next(iter(readings)) if len(readings) > 1 else "",
    )


def _layer(name: str, layers: Collection[str]) -> str:
    return name if len(layers) > 1 else "joined"


def _keys(files: Sequence[SampleFile], name: str) -> tuple[list[list[tuple[str, int]]], list[str]]:
    """Return each file's names, repeats numbered, as they are or without the versions of Ensembl IDs if only these differ."""
    keys = [_numbered(file.genes) for file in files]
    if all(each == keys[0] for each in keys[1:]):
        return keys, []
    bare = [bare_names(file.genes) for file in files]
    without = [_numbered(names) for names in bare]
    if not any(len(set(names)) < len(names) for names in bare) and _shared(without) > _shared(keys):
        _refuse_unlike(without, files, name)
        return without, ["The files' Ensembl IDs differ in their versions; they were joined without them."]
    _refuse_unlike(keys, files, name)
    return keys, []


def bare_names(names: Sequence[str]) -> list[str]:
    """Return names with Ensembl IDs without their versions."""
    return [_VERSION.sub(r"\1", name) for name in names]


def _numbered(names: Sequence[str]) -> list[tuple[str, int]]:
    seen, out = Counter[str](), list[tuple[str, int]]()
    for each in names:
        out.append((each, seen[each]))
        seen[each] += 1
    return out


def _shared(keys: Sequence[Sequence[tuple[str, int]]]) -> int:
    return len(set(keys[0]).intersection(*keys[1:]))


def _refuse_unlike(keys: Sequence[Sequence[tuple[str, int]]], files: Sequence[SampleFile], name: str) -> None:
    most = max(range(len(keys)), key=lambda i: len(keys[i]))
    base = set(keys[most])
    for file, each in zip(files, keys, strict=True):
        shared = len(base.intersection(each))
        if shared < _LEAST_SHARED * len(each):
            raise GeneRAINError(
                f"{name} holds files that don't go together: {file.path} shares {shared:,} of its {len(each):,} names (such as "
                f"{echo(file.genes[0])}) with {files[most].path} (such as {echo(files[most].genes[0])}); give files of one "
                "annotation, named alike."
            )


def _samples(files: Sequence[SampleFile], name: str) -> tuple[list[str], list[str]]:
    own = [column for file in files for column in file.columns]
    if all(own) and len(set(own)) == len(own):
        return own, []
    several = [file.path for file in files if len(file.columns) > 1]
    if several:
        if not all(own):
            raise GeneRAINError(
                f"{name} holds files of one sample and of several ({several[0]}); give those of one kind together."
            )
        twice = next(column for column in own if own.count(column) > 1)
        paths = tuple(file.path for file in files if twice in file.columns)
        raise NeedsConsent(
            f"{len(paths)} files of {name} have a column {echo(twice)} ({listed(list(paths), most=6)}), as counts beside TPM or "
            "lengths of the same samples do: say which to read, or name the samples apart.",
            ("part",),
            paths,
        )
    names = unique(sample_names([file.path for file in files]))
    return names, [f"Samples are named by their files: {listed(names, most=3)}."]


def _stacked(
    readings: list[NDArray[np.float64]], keys: list[list[tuple[str, int]]], order: list[tuple[str, int]], *, alike: bool
) -> NDArray[np.float64]:
    if alike:
        return np.concatenate(readings)
    place = {key: i for i, key in enumerate(order)}
    out = np.full((sum(map(len, readings)), len(order)), np.nan)
    at = 0
    for values, each in zip(readings, keys, strict=True):
        out[at : at + len(values), [place[key] for key in each]] = values
        at += len(values)
    return out


def _texts(files: Sequence[SampleFile], keys: list[list[tuple[str, int]]], order: list[tuple[str, int]]) -> pd.DataFrame:
    """Return what the files say of genes: of each gene what the first file says that has it."""
    titles = [title for title in files[0].texts.columns if all(title in file.texts.columns for file in files)]
    if not titles:
        return no_texts(len(order))
    known = dict[tuple[str, int], tuple[object, ...]]()
    for file, each in zip(files, keys, strict=True):
        for key, row in zip(each, file.texts[titles].itertuples(index=False, name=None), strict=True):
            known.setdefault(key, row)
    return pd.DataFrame([known[key] for key in order], columns=titles)

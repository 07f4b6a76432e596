"""The files of the demo release, in the formats and under the names that the release has."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd

from generain_core.demo.attributes import GeneSet
from generain_core.demo.data import DemoData
from generain_core.demo.genes import MODELLED_KINDS, hgnc_table
from generain_core.demo.recipe import Recipe
from generain_core.demo.simulate import Expression
from generain_core.release.files import FILES, GENE_SETS

NOTE = """Demo release, written by "python -m generain_core demo" with seed {seed}. The gene names are real;
the samples are simulated from gene programs, and all else was learned from these. Nothing here is a GeneRAIN result,
and nothing is biology.
"""


def place(root: Path, key: str) -> Path:
    """Return where a file of the release belongs; its folder is made."""
    path = root / FILES[key][0]
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_text(path: Path, text: str) -> None:
    """Write text, the same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_samples(root: Path, data: DemoData, recipe: Recipe) -> None:
    """Write all that follows from simulated counts: tables, indices, boundaries, ARCHS4 file, examples."""
    root.mkdir(parents=True)
    write_text(root / "SIMULATED", NOTE.format(seed=recipe.seed))
    modelled = data.rows.iloc[data.modelled]
    unmodelled = data.rows.drop(index=data.rows.index[data.modelled])
    _write_tokens(root, modelled, unmodelled[unmodelled["max_mean_nondup"]])
    _write_boundaries(root, data, recipe.reference)
    _write_table(place(root, "genes_meta"), data.rows[["biotype", "ensembl_gene", "symbol"]])
    statistics = data.rows.rename(columns={"symbol": "gene_symbol"})[["gene_symbol", "gene_mean", "gene_std", "max_mean_nondup"]]
    _write_table(place(root, "gene_statistics"), statistics)
    write_text(place(root, "annotation/hgnc"), hgnc_table())
    _write_archs4(root, data, recipe)
    _write_examples(root, data)


def write_vectors(root: Path, genes: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
    """Write gene vectors and the list of their genes."""
    np.save(place(root, "vectors/200d"), vectors)
    _write_lines(place(root, "vectors/genes"), genes)


def write_attributes(root: Path, genes: Sequence[str], sets: Sequence[GeneSet], predictions: pd.DataFrame) -> None:
    """Write predicted probabilities, the list of their genes, and the gene sets that the classifiers were given."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: pa.array(predictions[name].tolist()) for name in predictions.columns[:-1]}
    lists = pa.array(predictions["predicted_probabilities"].tolist(), pa.list_(pa.float32()))
    table = pa.table(columns | {"predicted_probabilities": lists})
    pq.write_table(table, place(root, "attributes"), compression="zstd", compression_level=19, row_group_size=200)
    _write_lines(place(root, "attributes/genes"), genes)
    lines = ["\t".join([each.name, each.library, *sorted(each.genes)]) for each in sets]
    _write_lines(place(root, "demo/gene_sets"), lines)


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    write_text(path, "\n".join(lines) + "\n")


def _write_table(path: Path, table: pd.DataFrame) -> None:
    write_text(path, table.to_csv(sep="\t", index=False, float_format="%.6f", lineterminator="\n"))


def _write_tokens(root: Path, modelled: pd.DataFrame, little: pd.DataFrame) -> None:
    for name, kinds in zip(GENE_SETS, (MODELLED_KINDS, MODELLED_KINDS[:1]), strict=True):
        held = [gene for rows in (modelled, little) for gene in rows["symbol"][rows["biotype"].isin(kinds)]]
        tokens = ["SPECIAL_EMB1", "SPECIAL_EMB2", "SPECIAL_EMB3", *held]
        write_text(place(root, f"index/{name}"), json.dumps({gene: i for i, gene in enumerate(tokens)}) + "\n")


def _write_boundaries(root: Path, data: DemoData, size: int) -> None:
    """Write reference values of each gene, evenly spaced in rank; gene after gene in the file, as published."""
    values = data.expression.log_expression[data.modelled]
    ranks = np.linspace(0, values.shape[1] - 1, size).round().astype(int)
    reference = np.sort(values, axis=1)[:, ranks].astype(np.float32)
    for name, keep in zip(GENE_SETS, (np.ones(len(values), dtype=bool), ~data.lncrna), strict=True):
        np.save(place(root, f"boundaries/{name}"), reference[keep].T)
        genes = [gene for gene, kept in zip(data.genes, keep, strict=True) if kept]
        _write_lines(place(root, f"boundaries/{name}/genes"), genes)


def _write_archs4(root: Path, data: DemoData, recipe: Recipe) -> None:
    """Write some of the reference samples of each type, evenly spaced among its series."""
    of_type = np.linspace(0, recipe.per_type - 1, recipe.archs4_per_type).round().astype(int).tolist()
    chosen = [i for i in range(data.expression.counts.shape[1]) if i % recipe.per_type in of_type]
    samples = _samples(data.expression, chosen)
    _write_table(place(root, "samples_meta"), samples)
    counts = data.expression.counts[:, chosen].astype(np.uint32)
    with h5py.File(place(root, "archs4"), "w", libver=("v108", "v108")) as h5:
        h5.create_dataset("data/expression", data=counts, chunks=(len(counts), 1), compression="gzip", shuffle=True)
        for key in ("biotype", "ensembl_gene", "symbol"):
            h5.create_dataset(f"meta/genes/{key}", data=data.rows[key].to_numpy().astype("S"))
        for name, column in samples.items():
            values = column.to_numpy()
            h5.create_dataset(f"meta/samples/{name}", data=values if values.dtype.kind == "f" else values.astype("S"))


def _samples(expression: Expression, chosen: list[int]) -> pd.DataFrame:
    types, series = [expression.sample_types[i] for i in chosen], [expression.series[i] for i in chosen]
    return pd.DataFrame(
        {
            "geo_accession": [f"DEMO{i + 1:04d}" for i in chosen],
            "series_id": [f"DEMOSERIES{each + 1:02d}" for each in series],
            "title": [f"{name}, simulated sample {i + 1}" for name, i in zip(types, chosen, strict=True)],
            "source_name_ch1": types,
            "characteristics_ch1": [f"tissue: {n},Sex: {expression.sexes[i]}" for n, i in zip(types, chosen, strict=True)],
            "singlecellprobability": [0.0] * len(chosen),
        }
    )


def _write_examples(root: Path, data: DemoData) -> None:
    """Write counts and sample sheets as a sequencing facility sends them."""
    names = [f"SAMPLE{i + 1:02d}" for i in range(len(data.example.sample_types))]
    sheet = pd.DataFrame({"sample": names, "tissue": data.example.sample_types, "sex": data.example.sexes})
    _write_example(root, data, data.example.counts, sheet, ("demo/counts", "demo/sample_sheet"))
    _write_example(root, data, data.screen.counts, data.screen.sheet, ("demo/perturbation_counts", "demo/perturbation_sheet"))


def _write_example(root: Path, data: DemoData, counts: npt.NDArray[np.int64], sheet: pd.DataFrame, keys: tuple[str, str]) -> None:
    table = pd.DataFrame(counts, columns=sheet["sample"].tolist())
    table.insert(0, "gene_name", data.rows["symbol"].to_numpy())
    text = table.to_csv(index=False, lineterminator="\n").encode()
    place(root, keys[0]).write_bytes(gzip.compress(text, mtime=0))
    write_text(place(root, keys[1]), sheet.to_csv(index=False, lineterminator="\n"))

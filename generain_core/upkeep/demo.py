"""Write the demo release: real gene names, values simulated from gene programs."""

import gzip
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd

from generain_core import settings
from generain_core.errors import ReleaseError
from generain_core.release import FILES, Release
from generain_core.upkeep import gene_facts
from generain_core.upkeep.programs import biotypes
from generain_core.upkeep.simulate import SAMPLES_PER_TYPE, Expression, simulate_expression, simulate_vectors

REFERENCE_VALUES = 250
ARCHS4_SAMPLES_PER_TYPE = 8
_MODELLED_KINDS = ("protein_coding", "lncRNA")
_HGNC_COLUMNS = (
    *("hgnc_id", "symbol", "name", "locus_group", "locus_type", "status"),
    *("alias_symbol", "prev_symbol", "entrez_id", "ensembl_gene_id"),
)
_NOTE = """Demo release, written by `python -m generain_core demo` with seed {seed}. The gene names are real;
all values are simulated from gene programs. Nothing here is a GeneRAIN result, and nothing is biology.
"""


def write_demo(out: Path, seed: int = settings.SEED) -> Release:
    """Write the demo release into a folder, in place of an older demo release, and open it.

    The same seed gives the same bytes. The folder appears only when it is complete.

    Raises:
        ReleaseError: something is there already that is no demo release.
    """
    out = Path(out)
    if out.exists() and not _may_be_replaced(out):
        raise ReleaseError(
            f"{out} exists and is no demo release, so it is not replaced; give an empty or new folder for the demo release."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ReleaseError(f"{out} can't be written ({problem.strerror}); name a folder that you may write to.") from problem
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as work:
        new = Path(work) / "new"
        _write_files(new, demo_data(seed), seed)
        if out.exists():
            out.rename(Path(work) / "old")
        new.rename(out)
    return Release.open(out)


def _may_be_replaced(out: Path) -> bool:
    if not out.is_dir():
        return False
    mark = out / "SIMULATED"
    return not any(out.iterdir()) or (mark.is_file() and mark.read_bytes().startswith(_NOTE[:12].encode()))


@dataclass(frozen=True)
class DemoData:
    """All rows of the simulated ARCHS4 file.

    Attributes:
        rows: symbol, biotype, ensembl_gene and the statistics of each row.
        expression: counts of each row in each sample.
        modelled: positions of the rows that the model holds, in their order.
    """

    rows: pd.DataFrame
    expression: Expression
    modelled: npt.NDArray[np.int64]


def gene_rows() -> pd.DataFrame:
    """Return biotype, ensembl_gene (empty where not given) and symbol of every row, sorted by symbol."""
    kinds = biotypes()
    kinds |= dict.fromkeys(gene_facts.LITTLE_EXPRESSED.split(), "protein_coding")
    kinds |= dict(word.split(":") for word in gene_facts.OTHER_KINDS.split())
    symbol, low, high = gene_facts.TWO_ROWS
    ids = ensembl_ids() | {symbol: high}
    rows = [(kind, ids.get(gene, ""), gene) for gene, kind in kinds.items()]
    rows.insert(0, (kinds[symbol], low, symbol))
    frame = pd.DataFrame(rows, columns=["biotype", "ensembl_gene", "symbol"])
    return frame.sort_values("symbol", kind="stable", ignore_index=True)


def ensembl_ids() -> dict[str, str]:
    """Return symbol → Ensembl ID of the genes whose ID is given."""
    words = gene_facts.ENSEMBL_IDS.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def demo_data(seed: int) -> DemoData:
    """Simulate expression of all rows, and take the statistics and the genes of the model from it."""
    rows = gene_rows()
    silent = rows["symbol"].isin(gene_facts.LITTLE_EXPRESSED.split()).to_numpy()
    expression = simulate_expression(rows["symbol"].tolist(), (rows["biotype"] == "lncRNA").to_numpy(), silent, seed)
    values = expression.log_expression
    rows["gene_mean"] = values.mean(axis=1).round(6)
    rows["gene_std"] = values.std(axis=1).round(6)
    best = rows.sort_values("gene_mean", ascending=False, kind="stable").drop_duplicates("symbol").index
    rows["max_mean_nondup"] = rows.index.isin(best)
    kept = rows["max_mean_nondup"] & (rows["gene_mean"] > settings.MEAN_CUTOFF) & rows["biotype"].isin(_MODELLED_KINDS)
    return DemoData(rows, expression, np.flatnonzero(kept))


def _write_files(root: Path, data: DemoData, seed: int) -> None:
    for places in FILES.values():
        (root / places[0]).parent.mkdir(parents=True, exist_ok=True)
    _write_text(root / "SIMULATED", _NOTE.format(seed=seed))
    modelled = data.rows.iloc[data.modelled]
    genes, lncrna = modelled["symbol"].tolist(), (modelled["biotype"] == "lncRNA").to_numpy()
    np.save(_place(root, "vectors/200d"), simulate_vectors(genes, lncrna, seed))
    _write_lines(_place(root, "vectors/genes"), genes)
    unmodelled = data.rows.drop(index=data.rows.index[data.modelled])
    _write_tokens(root, modelled, unmodelled[unmodelled["max_mean_nondup"]])
    _write_boundaries(root, data.expression.log_expression[data.modelled], genes, lncrna)
    _write_table(_place(root, "genes_meta"), data.rows[["biotype", "ensembl_gene", "symbol"]])
    statistics = data.rows.rename(columns={"symbol": "gene_symbol"})[["gene_symbol", "gene_mean", "gene_std", "max_mean_nondup"]]
    _write_table(_place(root, "gene_statistics"), statistics)
    _write_text(_place(root, "annotation/hgnc"), hgnc_table())
    _write_archs4(root, data)
    _write_example(root, data)
    _remove_empty_folders(root)


def _place(root: Path, key: str) -> Path:
    return root / FILES[key][0]


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    _write_text(path, "\n".join(lines) + "\n")


def _write_table(path: Path, table: pd.DataFrame) -> None:
    _write_text(path, table.to_csv(sep="\t", index=False, float_format="%.6f", lineterminator="\n"))


def _write_tokens(root: Path, modelled: pd.DataFrame, little: pd.DataFrame) -> None:
    for name, kinds in (("coding_lncrna", _MODELLED_KINDS), ("gene2vec", _MODELLED_KINDS[:1])):
        held = [gene for rows in (modelled, little) for gene in rows["symbol"][rows["biotype"].isin(kinds)]]
        tokens = ["SPECIAL_EMB1", "SPECIAL_EMB2", "SPECIAL_EMB3", *held]
        _write_text(_place(root, f"index/{name}"), json.dumps({gene: i for i, gene in enumerate(tokens)}) + "\n")


def _write_boundaries(root: Path, values: npt.NDArray[np.float64], genes: list[str], lncrna: npt.NDArray[np.bool_]) -> None:
    ranks = np.linspace(0, values.shape[1] - 1, REFERENCE_VALUES).round().astype(int)
    reference = np.sort(values, axis=1)[:, ranks].T.astype(np.float32)
    for name, keep in (("coding_lncrna", np.ones(len(genes), dtype=bool)), ("gene2vec", ~lncrna)):
        np.save(_place(root, f"boundaries/{name}"), np.ascontiguousarray(reference[:, keep]))
        _write_lines(_place(root, f"boundaries/{name}/genes"), [gene for gene, kept in zip(genes, keep, strict=True) if kept])


def hgnc_table() -> str:
    """Return names, aliases and previous symbols of the best-known genes, in the columns of HGNC's complete set."""
    kinds, ids = biotypes(), ensembl_ids()
    lines = ["\t".join(_HGNC_COLUMNS)]
    for line in gene_facts.NAMES.strip().splitlines():
        symbol, name, aliases, previous, entrez = line.split("|")
        coding = kinds[symbol] == "protein_coding"
        group, kind = (
            ("protein-coding gene", "gene with protein product") if coding else ("non-coding RNA", "RNA, long non-coding")
        )
        fields = ["", symbol, name, group, kind, "Approved", _several(aliases), _several(previous), entrez, ids.get(symbol, "")]
        lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def _several(names: str) -> str:
    """Write comma-separated names as HGNC does: joined by bars, in quotes if there are several."""
    return f'"{names.replace(",", "|")}"' if "," in names else names


def _write_archs4(root: Path, data: DemoData) -> None:
    chosen = [i for i in range(data.expression.counts.shape[1]) if i % SAMPLES_PER_TYPE < ARCHS4_SAMPLES_PER_TYPE]
    samples = _samples(data.expression, chosen)
    _write_table(_place(root, "samples_meta"), samples)
    counts = data.expression.counts[:, chosen].astype(np.uint32)
    with h5py.File(_place(root, "archs4"), "w", libver=("v108", "v108")) as h5:
        h5.create_dataset("data/expression", data=counts, chunks=(len(counts), 1), compression="gzip", shuffle=True)
        for key in ("biotype", "ensembl_gene", "symbol"):
            h5.create_dataset(f"meta/genes/{key}", data=data.rows[key].to_numpy().astype("S"))
        for name, column in samples.items():
            values = column.to_numpy()
            h5.create_dataset(f"meta/samples/{name}", data=values if values.dtype.kind == "f" else values.astype("S"))


def _write_example(root: Path, data: DemoData) -> None:
    """Write counts and a sample sheet as a sequencing facility sends them: the last two samples of each type."""
    chosen = [i for i in range(data.expression.counts.shape[1]) if i % SAMPLES_PER_TYPE >= SAMPLES_PER_TYPE - 2]
    samples = _samples(data.expression, chosen)
    names = samples["geo_accession"].tolist()
    counts = pd.DataFrame(data.expression.counts[:, chosen], columns=names)
    counts.insert(0, "gene_name", data.rows["symbol"].to_numpy())
    text = counts.to_csv(index=False, lineterminator="\n").encode()
    _place(root, "demo/counts").write_bytes(gzip.compress(text, mtime=0))
    sexes = [data.expression.sexes[i] for i in chosen]
    sheet = pd.DataFrame({"sample": names, "tissue": samples["source_name_ch1"], "sex": sexes})
    _write_text(_place(root, "demo/sample_sheet"), sheet.to_csv(index=False, lineterminator="\n"))


def _samples(expression: Expression, chosen: list[int]) -> pd.DataFrame:
    types = [expression.sample_types[i] for i in chosen]
    return pd.DataFrame(
        {
            "geo_accession": [f"DEMO{i + 1:04d}" for i in chosen],
            "series_id": [f"DEMOSERIES{i // SAMPLES_PER_TYPE + 1:02d}" for i in chosen],
            "title": [f"{name}, simulated sample {i % SAMPLES_PER_TYPE + 1}" for name, i in zip(types, chosen, strict=True)],
            "source_name_ch1": types,
            "characteristics_ch1": [f"tissue: {n},Sex: {expression.sexes[i]}" for n, i in zip(types, chosen, strict=True)],
            "singlecellprobability": [0.0] * len(chosen),
        }
    )


def _remove_empty_folders(root: Path) -> None:
    for folder in sorted((p for p in root.rglob("*") if p.is_dir()), key=lambda p: -len(p.parts)):
        if not any(folder.iterdir()):
            folder.rmdir()

"""How long reading takes and how much memory, beside what pandas, anndata and scipy take for the same file.

    python -m tests.benchmarks.bench_reading --genes 60000 --samples 1000 --sheet-samples 1000

Each reading is a process of its own; memory is what it held at most above what it held after its imports, as a multiple of the
matrix as it is held: float64, float32 of h5ad, data and indices of a sparse one. Numbers are invented.
"""

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet as pq
from scipy import sparse

_OURS = "from generain_core.samples.io.read import read; from pathlib import Path; import pyarrow.csv, h5py, openpyxl, scipy.io"
_OTHERS = {
    "csv": ("import pandas as pd", "pd.read_csv(path, index_col=0)"),
    "csv.gz": ("import pandas as pd", "pd.read_csv(path, index_col=0)"),
    "xlsx": ("import pandas as pd, openpyxl", "pd.read_excel(path, index_col=0)"),
    "parquet": ("import pandas as pd, pyarrow.parquet", "pd.read_parquet(path)"),
    "h5ad": ("import anndata", "anndata.read_h5ad(path)"),
    "dense.h5ad": ("import anndata", "anndata.read_h5ad(path)"),
    "mtx": ("import scipy.io, scipy.sparse", "scipy.sparse.csr_matrix(scipy.io.mmread(path + '/matrix.mtx').T)"),
}
_MEASURE = """
import json, time, sys
path = sys.argv[1]
{imports}
def peak(): return next(int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
def now(): return int(open("/proc/self/statm").read().split()[1]) * 4096
before, started = now(), time.perf_counter()
result = {call}
print(json.dumps([time.perf_counter() - started, max(0, peak() - before)]))
"""


def counts(genes: int, samples: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    mean = np.exp(rng.normal(1.5, 2.4, (genes, 1))) * (rng.random((genes, 1)) < 0.7)
    out = np.empty((genes, samples), np.int32)
    for start in range(0, samples, 50):
        width = min(50, samples - start)
        out[:, start : start + width] = rng.poisson(mean * rng.gamma(4, 0.25, (genes, width)))
    return out


def write(folder: Path, values: np.ndarray, sheet_samples: int, kinds: Sequence[str]) -> dict[str, tuple[Path, int]]:
    """Write the table in some formats; return of each its path, and the bytes of its numbers as they are held."""
    genes, samples = values.shape
    names, columns = [f"ENSG{i:011d}" for i in range(genes)], [f"S{i}" for i in range(samples)]
    table = pa.table([pa.array(names), *(pa.array(values[:, i]) for i in range(samples))], names=["gene", *columns])
    if "csv" in kinds or "csv.gz" in kinds:
        arrow_csv.write_csv(table, folder / "a.csv")
    if "csv.gz" in kinds:
        with (folder / "a.csv").open("rb") as source, gzip.open(folder / "a.csv.gz", "wb", 1) as packed:
            shutil.copyfileobj(source, packed, 1 << 20)
    if "parquet" in kinds:
        pq.write_table(table, folder / "a.parquet")
    if "xlsx" in kinds:
        _write_sheet(folder / "a.xlsx", values[:, :sheet_samples], names, columns)
    counted = sparse.csr_matrix(values.T.astype(np.float32))
    _write_annotated(folder, counted, names, columns, kinds)
    whole, stored = 8 * genes * samples, 12 * counted.nnz
    sizes = {"h5ad": 8 * counted.nnz, "mtx": stored, "xlsx": 8 * genes * sheet_samples, "dense.h5ad": 4 * genes * samples}
    return {kind: (folder / f"a.{kind}", sizes.get(kind, whole)) for kind in _OTHERS}


def _write_sheet(path: Path, values: np.ndarray, names: Sequence[str], columns: Sequence[str]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("counts")
    sheet.append(["gene", *columns[: values.shape[1]]])
    for name, row in zip(names, values, strict=True):
        sheet.append([name, *row.tolist()])
    book.save(path)


def _write_annotated(folder: Path, counted: Any, names: Sequence[str], columns: Sequence[str], kinds: Sequence[str]) -> None:
    import anndata
    from scipy import io

    obs, var = pd.DataFrame(index=list(columns)), pd.DataFrame(index=list(names))
    if "h5ad" in kinds:
        anndata.AnnData(counted, obs=obs, var=var).write_h5ad(folder / "a.h5ad", compression="lzf")
    if "dense.h5ad" in kinds:
        anndata.AnnData(counted.toarray(), obs=obs, var=var).write_h5ad(folder / "a.dense.h5ad")
    if "mtx" in kinds:
        ten_x = folder / "a.mtx"
        ten_x.mkdir()
        io.mmwrite(ten_x / "matrix.mtx", sparse.coo_matrix(counted.T.astype(np.int32)))
        (ten_x / "features.tsv").write_text("\n".join(names))
        (ten_x / "barcodes.tsv").write_text("\n".join(columns))


def measure(imports: str, call: str, path: Path) -> tuple[float, int]:
    code = _MEASURE.format(imports=imports, call=call)
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    seconds, size = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), int(size)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--genes", type=int, default=60_000)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--sheet-samples", type=int, default=1000)
    parser.add_argument("--kinds", nargs="*", default=list(_OTHERS))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as name:
        files = write(Path(name), counts(args.genes, args.samples), args.sheet_samples, args.kinds)
        print(f"{args.genes:,} genes × {args.samples:,} samples ({args.sheet_samples:,} in xlsx)")
        print(f"{'format':12}{'ours s':>10}{'other s':>10}{'ratio':>8}{'our memory':>14}{'other memory':>14}")
        for kind in args.kinds:
            path, size = files[kind]
            ours, held = measure(_OURS, "read(Path(path))", path)
            other, theirs = measure(*_OTHERS[kind], path)
            line = f"{kind:12}{ours:10.1f}{other:10.1f}{ours / other:8.2f}{held / size:13.1f}×{theirs / size:13.1f}×"
            print(line, flush=True)


if __name__ == "__main__":
    main()

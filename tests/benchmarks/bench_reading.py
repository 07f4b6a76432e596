"""How long reading takes and how much memory, beside what pandas, anndata and scipy take for the same file.

    python -m tests.benchmarks.bench_reading --genes 60000 --samples 1000 --sheet-samples 1000

Each reading is a process of its own; memory is what it held at most above what it held after its imports, as a multiple of the
matrix as it is held: float64, float32 of h5ad, data and indices of a sparse one. Beside the seconds that passed stand those of
processor time; of ours also how often the progress was told, and for how many seconds it stood still at most. `--guarded` reads
in a child process, as the page and the line do, and counts the memory of both. Numbers are invented.
"""

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet as pq
from scipy import sparse

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OURS = "from generain_core.samples.io.read import read; from pathlib import Path; import pyarrow.csv, h5py, openpyxl, scipy.io"
_GUARDED = "from generain_core.samples.io.isolated import read_isolated as read; from pathlib import Path"
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
import json, os, sys, threading, time
from pathlib import Path
path = sys.argv[1]
{imports}
def peak(): return next(int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
def now(): return int(open("/proc/self/statm").read().split()[1]) * 4096
def child():
    for status in Path("/proc").glob("[0-9]*/status"):
        try: lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except OSError: continue
        if lines["PPid"].strip() == str(os.getpid()) and "VmRSS" in lines: return status.parent
def held_by(place):
    try: return int((place / "statm").read_text().split()[1]) * 4096
    except (OSError, AttributeError, IndexError): return 0
most = 0
def watch():
    global most
    place = None
    while True:
        place = place or child()
        if place: most = max(most, now() + held_by(place))
        time.sleep(0.05)
told = []
def progress(share, words): told.append((time.perf_counter(), share))
before = now()
if "read_isolated" in {imports!r}: threading.Thread(target=watch, daemon=True).start()
started, spent = time.perf_counter(), sum(os.times()[:4])
result = {call}
ended = time.perf_counter()
place, ticked = child(), 0.0
if place:
    ticks = (place / "stat").read_text().rpartition(") ")[2].split()
    ticked = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
moved = [started] + [at for (at, share), (_, last) in zip(told[1:], told) if share > last] + [ended]
still = max(b - a for a, b in zip(moved, moved[1:]))
held = max(0, max(most, peak()) - before)
print(json.dumps([ended - started, sum(os.times()[:4]) - spent + ticked, held, len({{share for _, share in told}}), still]))
"""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one reading took: seconds, processor seconds, most bytes at a time, steps of progress, longest standstill."""

    seconds: float
    processor: float
    held: int
    steps: int
    still: float


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
    """Write a workbook as Excel does, its one sheet as XML, which takes openpyxl many minutes."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.active.append(["gene"])
    book.save(path.with_suffix(".empty"))
    letters = [get_column_letter(i + 2) for i in range(values.shape[1])]
    titles = "".join(_text_cell(f"{letter}1", text) for letter, text in zip(["A", *letters], ["gene", *columns], strict=False))
    target = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(path.with_suffix(".empty")) as empty, target as out:
        for member in empty.namelist():
            if member != "xl/worksheets/sheet1.xml":
                out.writestr(member, empty.read(member))
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{_SHEET}"><dimension ref="A1:{letters[-1]}{len(values) + 1}"/><sheetData>'.encode())
            sheet.write(f'<row r="1">{titles}</row>'.encode())
            for i, (name, row) in enumerate(zip(names, values.tolist(), strict=True), 2):
                cells = "".join([f'<c r="{letter}{i}"><v>{number}</v></c>' for letter, number in zip(letters, row, strict=True)])
                sheet.write(f'<row r="{i}">{_text_cell(f"A{i}", name)}{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def _text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


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


def measure(imports: str, call: str, path: Path) -> Reading:
    code = _MEASURE.format(imports=imports, call=call)
    output = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    seconds, processor, held, steps, still = json.loads(output.splitlines()[-1])
    return Reading(seconds=seconds, processor=processor, held=held, steps=steps, still=still)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--genes", type=int, default=60_000)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--sheet-samples", type=int, default=1000)
    parser.add_argument("--kinds", nargs="*", default=list(_OTHERS))
    parser.add_argument("--guarded", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as name:
        files = write(Path(name), counts(args.genes, args.samples), args.sheet_samples, args.kinds)
        print(f"{args.genes:,} genes × {args.samples:,} samples ({args.sheet_samples:,} in xlsx)")
        print(f"{'':12}{'seconds':>18}{'processor seconds':>18}{'memory':>18}{'ours told':>12}{'stood still':>12}")
        for kind in args.kinds:
            path, size = files[kind]
            ours = measure(_GUARDED if args.guarded else _OURS, "read(Path(path), progress=progress)", path)
            other = measure(*_OTHERS[kind], path)
            held = f"{ours.held / size:.1f}× / {other.held / size:.1f}×"
            seconds, processor = (
                f"{a:.1f} / {b:.1f}" for a, b in ((ours.seconds, other.seconds), (ours.processor, other.processor))
            )
            print(f"{kind:12}{seconds:>18}{processor:>18}{held:>18}{ours.steps:>10} ×{ours.still:>10.1f} s", flush=True)


if __name__ == "__main__":
    main()

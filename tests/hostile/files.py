"""Whole files of every kind that is read, small: what is broken is made from them."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import tarfile
import tempfile
import zipfile
from pathlib import Path

import anndata
import h5py
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
from pyarrow import parquet as pq

from generain_core import settings
from generain_core.release.readers.gene_list import read_gene_list
from tests.hostile import own_files

Good = tuple[str, str, bytes]
"""The reader, the name, the content."""
GENES = read_gene_list(settings.DEMO_RELEASE / "data/models/GeneRAIN-vec.genes.txt", repeats=True)[:40]


def good_files() -> list[Good]:
    """Return one file of each kind."""
    counts = np.random.default_rng(0).poisson(20, (len(GENES), 3))
    table = pd.DataFrame(counts, index=pd.Index(GENES, name="gene"), columns=["s1", "s2", "s3"])
    csv, tsv = table.to_csv().encode(), table.to_csv(sep="\t").encode()
    out: list[Good] = [
        ("table", "a.csv", csv),
        ("table", "a.tsv", tsv),
        ("table", "a.csv.gz", gzip.compress(csv, mtime=0)),
    ]
    out += [
        ("table", "a.csv.bz2", bz2.compress(csv)),
        ("table", "a.csv.xz", lzma.compress(csv)),
    ]
    out += [
        ("table", "a.txt", table.to_csv(sep=";").encode("utf-16")),
        ("table", "a.gct", _gct(table)),
        ("table", "a.txt", _series(table)),
    ]
    out += [
        ("table", "a.h5ad", _h5ad(table)),
        ("table", "a.h5", _ten_x(table)),
        ("table", "a.xlsx", _xlsx(table)),
    ]
    out += [
        ("table", "a.parquet", _parquet(table)),
        ("table", "a.zip", _ten_x_zip(table)),
        ("table", "a.zip", _zip({"s1.csv": csv})),
    ]
    out += [
        ("table", "a.tar", _tar({f"{s}.tsv": table[[s]].to_csv(sep="\t").encode() for s in table})),
        ("table", "a.pickle", _adata(table)),
    ]
    sheet = b"sample,group,dose\ns1,a,1\ns2,b,2\ns3,a,\n"
    out += [
        ("sheet", "s.csv", sheet),
        ("sheet", "s.xlsx", _xlsx(pd.DataFrame({"group": ["a", "b"]}, index=["s1", "s2"]))),
    ]
    gmt = "\n".join(f"set{i}\tabout\t" + "\t".join(GENES[i : i + 9]) for i in range(5)).encode()
    out += [
        ("list", "l.gmt", gmt),
        ("list", "l.txt", "\n".join(GENES).encode()),
        ("list", "l.csv", b"gene,score\nTP53,1\nMYC,-2\n"),
    ]
    out += [
        ("npy", "v.npy", _npy(np.ones((len(GENES), 4), np.float32))),
        ("word2vec", "v.txt", _word2vec()),
        ("genes", "g.txt", "\n".join(GENES).encode()),
    ]
    index = json.dumps({gene: i for i, gene in enumerate(GENES)}).encode()
    out += [
        ("index", "i.json", index),
        ("checkpoint", "m.pth", _checkpoint()),
        ("record", "record.json", _record()),
    ]
    out += [
        (
            "install",
            "r.tar.gz",
            gzip.compress(_tar({"data/models/GeneRAIN-vec.genes.txt": b"TP53\n", "SIMULATED": b"x"}), mtime=0),
        )
    ]
    out += [
        (
            "hgnc",
            "h.txt",
            b"hgnc_id\tsymbol\tname\tlocus_type\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\n"
            + b"HGNC:1\tTP53\tp\tgene with protein product\tApproved\t\t\t7157\tENSG00000141510\n" * 4,
        )
    ]
    out += [
        ("work", "w.generain.zip", own_files.work()),
        ("probe", "p.zip", own_files.probe()),
        ("predictions", "p.parquet", own_files.predictions(GENES)),
    ]
    return out


def _gct(table: pd.DataFrame) -> bytes:
    body = table.reset_index().assign(Description="d")[["gene", "Description", *table]].to_csv(sep="\t", index=False)
    return f"#1.2\n{len(table)}\t{table.shape[1]}\n{body}".encode()


def _series(table: pd.DataFrame) -> bytes:
    names = "\t".join(f'"{name}"' for name in table)
    body = table.to_csv(sep="\t")
    head = f'!Series_title\t"t"\n!Sample_title\t{names}\n!Sample_geo_accession\t{names}\n'
    return f"{head}!series_matrix_table_begin\n{body}!series_matrix_table_end\n".encode()


def _h5ad(table: pd.DataFrame) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.h5ad"
        anndata.AnnData(table.T.astype("float32"), obs=pd.DataFrame({"group": ["a", "b", "a"]}, index=list(table))).write_h5ad(
            path
        )
        return path.read_bytes()


def _ten_x(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        group = file.create_group("matrix")
        group["barcodes"], group["shape"] = np.array(list(table), "S"), np.array(table.shape)
        filled = table.to_numpy()
        group["data"], group["indices"] = filled.T.ravel(), np.tile(np.arange(len(table)), table.shape[1])
        group["indptr"] = np.arange(table.shape[1] + 1) * len(table)
        group["features/id"] = group["features/name"] = np.array(table.index, "S")
        group["features/feature_type"] = np.array(["Gene Expression"] * len(table), "S")
    return out.getvalue()


def _xlsx(table: pd.DataFrame) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["gene", *table])
    for name, row in table.iterrows():
        book.active.append([name, *row.tolist()])
    book.save(out)
    return out.getvalue()


def _parquet(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table), out)
    return out.getvalue()


def _ten_x_zip(table: pd.DataFrame) -> bytes:
    entries = "\n".join(f"{i + 1} {j + 1} {v}" for (i, j), v in np.ndenumerate(table.to_numpy()))
    head = f"%%MatrixMarket matrix coordinate integer general\n{len(table)} {table.shape[1]} {table.size}\n"
    names = {"features.tsv": "\n".join(table.index).encode(), "barcodes.tsv": "\n".join(table).encode()}
    return _zip({"matrix.mtx": (head + entries + "\n").encode(), **names})


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def _adata(table: pd.DataFrame) -> bytes:
    fields = {"obs_names": list(table), "var_names": list(table.index), "X": table.T.to_numpy(np.float32)}
    dumped = pickle.dumps(fields, protocol=2)
    return b"\x80\x02ccopy_reg\n_reconstructor\n(cdata.adata\nAdata\nc__builtin__\nobject\nNtR" + dumped[2:-1] + b"b."


def _npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def _word2vec() -> bytes:
    return (f"{len(GENES)} 3\n" + "\n".join(f"{gene} 0.1 -0.2 0.3" for gene in GENES) + "\n").encode()


def _checkpoint() -> bytes:
    import torch

    out = io.BytesIO()
    torch.save({"model_state_dict": {"gpt.transformer.wte.weight": torch.ones(len(GENES), 4)}, "epoch": 3}, out)
    return out.getvalue()


def _record() -> bytes:
    listed = {
        "key": "data.tar.gz",
        "size": 9,
        "checksum": "md5:" + "0" * 32,
        "links": {"self": "https://example.org/data.tar.gz"},
    }
    return json.dumps({"title": "t", "files": [listed]}).encode()

"""Changes of a release's files, one a kind of file."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import torch

from generain_core.release.files import FILES


def at(root: Path, key: str) -> Path:
    return root / FILES[key][0]


def rewrite(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def cut(key: str) -> Callable[[Path], None]:
    return lambda root: rewrite(at(root, key), at(root, key).read_bytes()[: at(root, key).stat().st_size * 2 // 3])


def array(key: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        out = io.BytesIO()
        np.save(out, change(np.load(at(root, key))))
        rewrite(at(root, key), out.getvalue())

    return make


def text(key: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        rewrite(at(root, key), ("\n".join(change(at(root, key).read_text().splitlines())) + "\n").encode())

    return make


def tokens(key: str, change: Callable[[dict[str, int]], object]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        index = json.loads(at(root, key).read_text())
        change(index)
        rewrite(at(root, key), json.dumps(index).encode())

    return make


def weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = at(root, "model/GPT_protein_coding_lncRNAs")
        checkpoint = torch.load(path, weights_only=True)
        change(checkpoint["model_state_dict"])
        out = io.BytesIO()
        torch.save(checkpoint, out)
        rewrite(path, out.getvalue())

    return make


def parquet(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        out = io.BytesIO()
        frame = change(pq.read_table(at(root, "attributes")).to_pandas())
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), out)
        rewrite(at(root, "attributes"), out.getvalue())

    return make


def archs4(change: Callable[[h5py.File], object]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = at(root, "archs4")
        content = path.read_bytes()
        rewrite(path, content)
        with h5py.File(path, "r+") as file:
            change(file)

    return make


def set_value(values: np.ndarray, place: object, value: float) -> np.ndarray:
    values[place] = value
    return values


def swapped(lines: list[str], i: int, j: int) -> list[str]:
    lines[i], lines[j] = lines[j], lines[i]
    return lines


def with_first(frame: pd.DataFrame, change: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    column = "predicted_probabilities"
    frame[column] = [change(np.array(v)) if i == 0 else v for i, v in enumerate(frame[column])]
    return frame


def flipped(key: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        content = bytearray(at(root, key).read_bytes())
        content[len(content) // 2] ^= 64
        rewrite(at(root, key), bytes(content))

    return make


def misnamed(key: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        content = bytearray(at(root, key).read_bytes())
        entry = content.rindex(b"PK\x01\x02")
        content[entry + 9] |= 8  # the name is in UTF-8, which it then is not
        content[entry + 46] = 0xFF
        rewrite(at(root, key), bytes(content))

    return make


def shifted(tokens: dict[str, int]) -> None:
    genes = sorted((gene for gene in tokens if tokens[gene] > 2), key=lambda gene: tokens[gene])
    tokens.update({gene: i + 3 for i, gene in enumerate([*genes[1:], genes[0]])})


def exchanged(tokens: dict[str, int], one: int, other: int) -> None:
    genes = sorted(tokens, key=lambda gene: tokens[gene])
    tokens.update({genes[one]: other, genes[other]: one})


def shorter(file: h5py.File, name: str) -> None:
    values = file[name][:-5]
    del file[name]
    file[name] = values

"""A file laid out as ARCHS4's, of any size, and a reader that counts the bytes that are read of it."""

import io
from pathlib import Path

import h5py
import numpy as np

TISSUES = ("liver", "brain cortex", "HeLa cells", "whole blood", "T cells, CD4+")


def write_archs4(path: Path, samples: int, genes: list[tuple[str, str, str]], seed: int = 0) -> np.ndarray:
    """Write counts (genes × samples) in chunks of one column, as the published file has them, and return them."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(1, 2, len(genes))[:, None]
    with h5py.File(path, "w") as file:
        counts = rng.poisson(level * rng.lognormal(0, 0.5, samples)).astype(np.uint32)
        chunks = (min(2000, len(genes)), 1)
        file.create_dataset("data/expression", data=counts, chunks=chunks, compression="gzip", compression_opts=1)
        for i, name in enumerate(("biotype", "ensembl_gene", "symbol")):
            file[f"meta/genes/{name}"] = np.array([gene[i].encode() for gene in genes])
        columns = {
            "geo_accession": [f"GSM{1000 + i}" for i in range(samples)],
            "series_id": [f"GSE{10 + i // 12}" for i in range(samples)],
            "title": [f"Sample {i}, replicate {i % 3}" for i in range(samples)],
            "source_name_ch1": [TISSUES[i % len(TISSUES)] for i in range(samples)],
            "characteristics_ch1": [f'Sex: {"female" if i % 2 else "male"},note: a\tb "c" é' for i in range(samples)],
        }
        for name, values in columns.items():
            file[f"meta/samples/{name}"] = np.array([value.encode() for value in values])
        file["meta/samples/singlecellprobability"] = np.arange(samples) % 10 / 10
    return counts


class Counting(io.RawIOBase):
    """A file that counts what is read of it."""

    def __init__(self, path: Path) -> None:
        self.file, self.bytes = path.open("rb"), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def readinto(self, buffer) -> int:
        size = self.file.readinto(buffer)
        self.bytes += size
        return size

    def close(self) -> None:
        self.file.close()
        super().close()

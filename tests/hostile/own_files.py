"""Files that the app itself writes, small, a table of predictions, and ways to break sealed ones under their seals."""

import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from generain_core import settings
from generain_core.cohort.saved.probe_file import SavedProbe, write_probe
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.release.files import Release
from generain_core.ui.work.kinds import all_kinds
from generain_core.work.contents import Work
from generain_core.work.work_file import save_work
from tests.hostile.harm import harmed

MANIFEST = "manifest.json"


def predictions(genes: tuple[str, ...]) -> bytes:
    """Return a table of predictions: a row an attribute, lists of names and numbers."""
    rows = {"attribute": [f"GO:{i:07}" for i in range(6)], "genes": [list(genes)] * 6}
    rows["probabilities"] = np.random.default_rng(0).random((6, len(genes))).tolist()
    out = io.BytesIO()
    pq.write_table(pa.table(rows), out)
    return out.getvalue()


def probe() -> bytes:
    """Return a saved probe."""
    words = dict.fromkeys(("model", "gene_set", "weights_identity", "bins_identity", "release", "column", "kind", "score"), "x")
    arrays = {"weights": (4, 1), "offsets": (1,), "shares": (2,), "vectors": (6, 4), "held_out": (6,), "series": (6,)}
    values = {name: np.ones(shape) for name, shape in (arrays | {"whiten": (4, 4), "scales": (4,)}).items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.zip"
        write_probe(SavedProbe(**words, classes=("a", "b"), samples=6, donors=6, simulated=True, **values), path)
        return path.read_bytes()


def work() -> bytes:
    """Return saved work with a list and gene sets."""
    one = GeneList(name="moved", genes=("TP53", "MYC"), missing={"x": "unknown"}, origin=Origin.MOVED, ranking={"TP53": 1.0})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.zip"
        content = Work(lists=(one,), libraries={"mine": {"set": frozenset({"TP53", "MYC"})}})
        save_work(content, path, Release.open(settings.DEMO_RELEASE), all_kinds())
        return path.read_bytes()


def broken_under_its_seal(content: bytes, seed: int) -> bytes:
    """Return a zip of which one member is broken and sums are right again, so that what lies behind them is reached."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sealed = [name for name in members if name not in (MANIFEST, "sha256.txt")]
    name = sealed[seed % len(sealed)]
    members[name] = harmed(members[name], seed)
    if MANIFEST in members:
        described = json.loads(members[MANIFEST])
        described["members"][name] |= {"bytes": len(members[name]), "sha256": hashlib.sha256(members[name]).hexdigest()}
        members[MANIFEST] = json.dumps(described).encode()
    else:
        digest = hashlib.sha256(members["probe.json"])
        for each in sorted(set(sealed) - {"probe.json"}):
            digest.update(each.removesuffix(".npy").encode() + hashlib.sha256(members[each]).digest())
        members["sha256.txt"] = digest.hexdigest().encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, value in members.items():
            archive.writestr(zipfile.ZipInfo(each), value)
    return out.getvalue()

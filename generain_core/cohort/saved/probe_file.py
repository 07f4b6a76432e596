"""The file of a fitted probe: arrays and words in a zip, sealed by a checksum; nothing in it is run when it is read."""

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.errors import GeneRAINError
from generain_core.release.model_descriptions import MODEL_NAMES
from generain_core.storage.atomic import atomic_write
from generain_core.storage.mapped_array import loaded_array

FORMAT = "GeneRAIN cohort probe 1"
MOST_BYTES = 2 << 30
_DAMAGE = (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, RuntimeError, NotImplementedError)
"""What a zip that is cut, broken, encrypted or packed in an unknown way raises."""
_WORDS, _ARRAYS = "probe.json", ("weights", "offsets", "shares", "vectors", "held_out", "series", "whiten", "scales")


@dataclass(frozen=True, eq=False, kw_only=True)
class SavedProbe:
    """A linear probe on a model's embedding, with all that is needed to use it and to refuse.

    Attributes:
        model: whose embedding it reads.
        gene_set: that the model reads.
        weights_identity: what the model is made of.
        bins_identity: what bins are made with.
        release: its label.
        column: the outcome.
        kind: what kind of outcome it is.
        classes: its classes.
        samples, donors: it was fitted to.
        score: its held-out score in words.
        simulated: whether the release is.
        weights: width × outputs, on the embedding as it is.
        offsets: of the outputs.
        shares: of the classes among training samples.
        vectors: embeddings of the training samples, for what is far from them.
        held_out, series: how strange held-out training samples are, and their donors.
        whiten, scales: of the reference's measure.
    """

    model: str
    gene_set: str
    weights_identity: str
    bins_identity: str
    release: str
    column: str
    kind: str
    classes: tuple[str, ...]
    samples: int
    donors: int
    score: str
    simulated: bool
    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    shares: NDArray[np.float64]
    vectors: NDArray[np.float32]
    held_out: NDArray[np.float64]
    series: NDArray[np.int64]
    whiten: NDArray[np.float64]
    scales: NDArray[np.float64]


def write_probe(probe: SavedProbe, path: Path) -> None:
    """Write a probe to a file."""
    arrays = {name: _bytes_of(getattr(probe, name)) for name in _ARRAYS}
    words = {each.name: getattr(probe, each.name) for each in fields(probe) if each.name not in _ARRAYS}
    text = json.dumps({"format": FORMAT} | words, ensure_ascii=False, sort_keys=True)
    with atomic_write(path) as working, zipfile.ZipFile(working, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_WORDS, text)
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
        archive.writestr("sha256.txt", _seal(text, arrays))


def read_probe(path: Path) -> SavedProbe:
    """Read the file of a probe.

    Raises:
        GeneRAINError: it is none, or was changed since it was written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
                raise GeneRAINError(f"{path.name} is too large for a saved probe; give one that `cohort` wrote.")
            text = archive.read(_WORDS).decode("utf-8")
            arrays = {name: archive.read(f"{name}.npy") for name in _ARRAYS}
            seal = archive.read("sha256.txt").decode("ascii")
        words = json.loads(text)
        values: dict[str, Any] = {name: loaded_array(content, name) for name, content in arrays.items()}
    except _DAMAGE as problem:
        raise GeneRAINError(f"{path.name} is no saved probe, or is damaged; give a file that `cohort` wrote.") from problem
    if seal != _seal(text, arrays):
        raise GeneRAINError(f"{path.name} was changed since it was saved, so that it can't be trusted; save the probe again.")
    if not isinstance(words, dict) or words.pop("format", None) != FORMAT:
        raise GeneRAINError(f"{path.name} is of another format ({FORMAT} is read); save the probe again.")
    classes, wanted = words.get("classes"), {each.name for each in fields(SavedProbe)} - set(_ARRAYS)
    if set(words) != wanted or not isinstance(classes, list) or not _fit(values) or not _agree(words, values):
        raise GeneRAINError(f"{path.name} lacks parts of a saved probe, or they don't fit one another; save it again.")
    words["classes"] = tuple(classes)
    return SavedProbe(**words, **values)


def facts(probe: SavedProbe) -> dict[str, Any]:
    """Return the words of a probe."""
    return {name: value for name, value in asdict(probe).items() if name not in _ARRAYS}


def _fit(arrays: dict[str, NDArray[Any]]) -> bool:
    if any(each.dtype.kind not in "fiu" for each in arrays.values()):
        return False
    weights, vectors = arrays["weights"], arrays["vectors"]
    sizes = weights.ndim == vectors.ndim == 2 and weights.shape[0] == vectors.shape[1] == len(arrays["whiten"])
    return sizes and weights.shape[1] == len(arrays["offsets"]) and all(np.isfinite(each).all() for each in arrays.values())


def _agree(words: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bool:
    """Say whether words and arrays speak of one probe: kind, classes, outputs, and as many training samples everywhere."""
    kind, classes, outputs = words["kind"], words["classes"], arrays["weights"].shape[1]
    if kind not in tuple(OutcomeKind) or words["model"] not in MODEL_NAMES or not isinstance(words["samples"], int):
        return False
    number = {OutcomeKind.TWO_CLASSES: 2, OutcomeKind.CLASSES: max(3, len(classes))}.get(OutcomeKind(kind), 0)
    if len(classes) != number or arrays["shares"].shape != (number,) or outputs != (number if number > 2 else 1):
        return False
    rows = len(arrays["vectors"])
    alike = rows > 0 and arrays["held_out"].shape == arrays["series"].shape == (rows,) and arrays["series"].min() >= 0
    return bool(alike and arrays["scales"].shape == (2,) and (arrays["scales"] > 0).all())


def _bytes_of(values: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def _seal(text: str, arrays: dict[str, bytes]) -> str:
    digest = hashlib.sha256(text.encode("utf-8"))
    for name, content in sorted(arrays.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()

"""The log of a training: one row a step as CSV, and the same numbers as TensorBoard reads them."""

import contextlib
import csv
import os
import struct
import time
from pathlib import Path
from typing import Any

from generain_core.errors import GeneRAINError

COLUMNS = ("epoch", "step", "samples", "learning_rate", "loss", "validation_loss", "seconds")
"""Of the CSV: epoch and step from 1, samples seen so far, learning rate, mean loss of the step (nats), mean loss of the held-out
samples (nats; after each epoch only), seconds of computing since the training began."""
_CURVES = ("learning_rate", "loss", "validation_loss")


class Log:
    """Rows that are kept in step with the checkpoint: what was logged after it is dropped when training goes on."""

    def __init__(self, path: Path, events: Path, upto: int) -> None:
        """Open a log beside a checkpoint and keep its rows up to a step; 0 begins anew.

        Raises:
            GeneRAINError: it can't be written to.
        """
        self.path = path
        kept = _rows(path, upto) if upto else []
        try:
            working = path.with_name(f".{path.name}-new")
            with working.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([COLUMNS, *kept])
            working.replace(path)
            self._file = path.open("a", newline="", encoding="utf-8")
            self._events = _Events(events)
            for row in kept:
                self._show(dict(zip(COLUMNS, row, strict=True)))
            self._seconds = float(kept[-1][-1]) if kept else 0.0
        except OSError as problem:
            raise _full(path, problem) from problem

    def add(self, seconds: float, **values: Any) -> None:
        """Add a row of a step that took so many seconds; what is not given stays empty.

        Raises:
            GeneRAINError: the disk is full.
        """
        self._seconds += seconds
        values["seconds"] = round(self._seconds, 3)
        try:
            csv.writer(self._file).writerow([values.get(column, "") for column in COLUMNS])
            self._show(values)
        except OSError as problem:
            raise _full(self.path, problem) from problem

    def flush(self) -> None:
        """See everything on the disk.

        Raises:
            GeneRAINError: the disk is full.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._events.flush()
        except OSError as problem:
            raise _full(self.path, problem) from problem

    def close(self) -> None:
        """Close the files; what can't be written any more is lost, as it is from a training that was killed."""
        for file in (self._file, self._events):
            with contextlib.suppress(OSError):
                file.close()

    def _show(self, values: dict[str, Any]) -> None:
        for curve in _CURVES:
            if values.get(curve, "") != "":
                self._events.scalar(curve, float(values[curve]), int(values["step"]))


def _full(path: Path, problem: OSError) -> GeneRAINError:
    return GeneRAINError(f"The log {path.name} can't be written ({problem.strerror}); see to the disk, then resume the training.")


def _rows(path: Path, upto: int) -> list[list[str]]:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        rows = list(csv.reader(file))[1:]
    return [row for row in rows if len(row) == len(COLUMNS) and row[1].isdigit() and int(row[1]) <= upto]


class _Events:
    """A file of TensorBoard events with scalars alone: records of length, message and checksums (CRC-32C)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for old in folder.glob("events.out.tfevents.*"):
            old.unlink()
        self._file = (folder / "events.out.tfevents.0.generain").open("wb")
        self._record(_double(1, time.time()) + _text(3, b"brain.Event:2"))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Add one number of a curve."""
        summary = _text(1, _text(1, tag.encode()) + b"\x15" + struct.pack("<f", value))
        self._record(_double(1, time.time()) + b"\x10" + _varint(step) + _text(5, summary))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _record(self, message: bytes) -> None:
        length = struct.pack("<Q", len(message))
        self._file.write(length + _checksum(length) + message + _checksum(message))


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


def _double(field: int, value: float) -> bytes:
    return bytes([field << 3 | 1]) + struct.pack("<d", value)


def _text(field: int, value: bytes) -> bytes:
    return bytes([field << 3 | 2]) + _varint(len(value)) + value


def _table() -> list[int]:
    made = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        made.append(byte)
    return made


_CRC = _table()


def crc32c(content: bytes) -> int:
    """Return the CRC-32C (Castagnoli) of bytes."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def _checksum(content: bytes) -> bytes:
    """Return the masked checksum that stands behind each part of a record."""
    crc = crc32c(content)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)

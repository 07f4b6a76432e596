"""The log of a training: one row a step as CSV and, where tensorboard is installed, the same curves for it."""

import contextlib
import csv
import logging
import os
from pathlib import Path
from typing import Any

from generain_core.errors import GeneRAINError

COLUMNS = ("epoch", "step", "samples", "learning_rate", "loss", "validation_loss", "seconds")
"""Of the CSV: epoch and step from 1, samples seen so far, learning rate, mean loss of the step (nats), mean loss of the held-out
samples (nats; after each epoch only), seconds of computing since the training began."""
_CURVES = ("learning_rate", "loss", "validation_loss")


class Log:
    """Keep rows in step with the checkpoint: what was logged after it is dropped when training goes on."""

    def __init__(self, path: Path, events: Path, last_step: int) -> None:
        """Open a log beside a checkpoint and keep its rows up to a step; 0 begins anew.

        Raises:
            GeneRAINError: it can't be written to.
        """
        self.path = path
        rows = _rows(path, last_step) if last_step else []
        try:
            working = path.with_name(f".{path.name}-new")
            with working.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([COLUMNS, *rows])
            working.replace(path)
            self._file = path.open("a", newline="", encoding="utf-8")
            self._events = _open_events(events)
            for row in rows:
                self._show(dict(zip(COLUMNS, row, strict=True)))
            self._seconds = float(rows[-1][-1]) if rows else 0.0
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
            if self._events is not None:
                self._events.flush()
        except OSError as problem:
            raise _full(self.path, problem) from problem

    def close(self) -> None:
        """Close the files; what can't be written any more is lost, as it is from a training that was killed."""
        for file in (self._file, self._events):
            if file is not None:
                with contextlib.suppress(OSError):
                    file.close()

    def _show(self, values: dict[str, Any]) -> None:
        for curve in _CURVES if self._events is not None else ():
            if values.get(curve, "") != "":
                self._events.add_scalar(curve, float(values[curve]), int(values["step"]))


def _full(path: Path, problem: OSError) -> GeneRAINError:
    return GeneRAINError(f"The log {path.name} can't be written ({problem.strerror}); see to the disk, then resume the training.")


def _rows(path: Path, last_step: int) -> list[list[str]]:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        rows = list(csv.reader(file))[1:]
    return [row for row in rows if len(row) == len(COLUMNS) and row[1].isdigit() and int(row[1]) <= last_step]


def _open_events(folder: Path) -> Any:
    """Return a writer of a new event file in `folder`; None, with a word in the program's log, where tensorboard is missing."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        logging.getLogger(__name__).warning("tensorboard is not installed, so the curves are written as CSV alone.")
        return None
    folder.mkdir(exist_ok=True)
    for old in folder.glob("events.out.tfevents.*"):
        old.unlink()
    writer: Any = SummaryWriter
    return writer(str(folder))

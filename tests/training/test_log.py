"""The log of a training: one for people, TensorBoard and what goes on."""

import sys
from pathlib import Path

import pytest

from generain_core.training.log import COLUMNS, Log


def _scalars(file: Path) -> list[tuple[int, str, float]]:
    """Return step, tag and value of each number in a file of TensorBoard events, as its own loader reads them."""
    loader = pytest.importorskip("tensorboard.backend.event_processing.event_file_loader", reason="tensorboard is missing")
    events = loader.EventFileLoader(str(file)).Load()
    return [(event.step, value.tag, value.tensor.float_val[0]) for event in events for value in event.summary.value]


def test_the_log_is_the_same_for_tensorboard_and_goes_on(tmp_path) -> None:
    path, folder = tmp_path / "log.csv", tmp_path / "events"
    log = Log(path, folder, 0)
    for step in range(1, 301):
        log.add(0.5, epoch=1, step=step, samples=step * 4, learning_rate=1e-4, loss=5 / step)
    log.close()
    log = Log(path, folder, 200)
    log.add(0.25, epoch=2, step=201, samples=804, learning_rate=1e-5, loss=0.01, validation_loss=0.02)
    log.close()
    header, *lines = path.read_text().splitlines()
    assert tuple(header.split(",")) == COLUMNS
    assert [line.split(",")[1] for line in lines] == [str(step) for step in range(1, 202)]
    assert lines[-1].endswith(",100.25")
    (events,) = folder.iterdir()
    found = _scalars(events)
    assert [(step, value) for step, tag, value in found if tag == "loss"][:200] == [
        (step, pytest.approx(5 / step, rel=1e-6)) for step in range(1, 201)
    ]
    assert found[-1] == (201, "validation_loss", pytest.approx(0.02, rel=1e-6))


def test_without_tensorboard_there_is_the_table_alone_and_it_is_said_once(tmp_path, monkeypatch, caplog) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    log = Log(tmp_path / "log.csv", tmp_path / "events", 0)
    log.add(1.0, epoch=1, step=1, loss=2.0)
    log.flush()
    log.close()
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 2
    assert not (tmp_path / "events").exists()
    assert [record.message for record in caplog.records] == [
        "tensorboard is not installed, so the curves are written as CSV alone."
    ]


def test_a_line_cut_off_by_a_power_cut_is_dropped(tmp_path) -> None:
    path = tmp_path / "log.csv"
    log = Log(path, tmp_path / "events", 0)
    log.add(1.0, epoch=1, step=1, loss=2.0)
    log.close()
    path.write_text(path.read_text() + "1,2,")
    Log(path, tmp_path / "events", 5).close()
    assert len(path.read_text().splitlines()) == 2

"""A child process gives what the function gives, and costs nothing but its own call when it is lost."""

import os
import threading
import time

import numpy as np
import pandas as pd
import pytest

from generain_core import workers
from generain_core.errors import Cancelled, GeneError, GeneRAINError
from generain_core.workers import Limits, WorkerEnded
from tests import child_work


def test_a_result_comes_back_and_the_child_is_kept() -> None:
    assert workers.run(child_work.double, 21) == 42
    assert workers.run(child_work.double, number=0.5) == 1.0
    first = workers.run(child_work.process_id)
    assert first != os.getpid()
    assert workers.run(child_work.process_id) == first
    assert workers.run(child_work.process_id, keep=False) == first
    assert workers.run(child_work.process_id) != first


def test_progress_is_told_in_order() -> None:
    told: list[tuple[float, str]] = []
    assert workers.run(child_work.report, 4, progress=lambda share, words: told.append((share, words)), words="begun") == 4
    assert told[0] == (0.0, "begun")
    steps = [each for each in told if each[1] != "begun"]
    assert list(dict.fromkeys(steps)) == [(0.0, "step 0"), (0.25, "step 1"), (0.5, "step 2"), (0.75, "step 3")]


@pytest.mark.parametrize(("kind", "error"), [("gene", GeneError), ("plain", GeneRAINError)])
def test_an_error_is_the_same_sentence(kind, error) -> None:
    with pytest.raises(error) as problem:
        workers.run(child_work.refuse, kind)
    assert type(problem.value) is error
    assert str(problem.value) == "one sentence, “as it is”."


def test_a_fault_is_one_sentence() -> None:
    with pytest.raises(
        GeneRAINError, match=r"^Reading a.csv met a fault of the program \(ZeroDivisionError\); please report it.$"
    ):
        workers.run(child_work.refuse, "fault", subject="Reading a.csv")


@pytest.mark.parametrize(
    ("function", "arguments"), [("kill_itself", ("SIGSEGV",)), ("kill_itself", ("SIGKILL",)), ("exit_at_once", ())]
)
def test_a_child_that_ends_is_said_and_the_next_call_goes_on(function, arguments) -> None:
    with pytest.raises(
        WorkerEnded, match=r"^Reading was ended by the system \(status -?\d+\), perhaps for lack of memory; try again.$"
    ):
        workers.run(getattr(child_work, function), *arguments, subject="Reading")
    assert workers.run(child_work.double, 1) == 2


def test_a_limit_of_time() -> None:
    started = time.monotonic()
    with pytest.raises(WorkerEnded, match="took longer than 1 s and was stopped; take less"):
        workers.run(child_work.sleep, 30, limits=Limits(seconds=0.6, advice="take less"))
    assert time.monotonic() - started < 10


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="address space is counted on Linux")
def test_a_limit_of_memory() -> None:
    limits = Limits(memory=1 << 30)
    assert workers.run(child_work.take, 0.1, limits=limits) == int(0.1 * (1 << 27))
    with pytest.raises(WorkerEnded, match=r"needs more memory than the 1.0 GB"):
        workers.run(child_work.take, 2, limits=limits)
    assert workers.run(child_work.take, 1.1) == int(1.1 * (1 << 27))


def test_cancelling_ends_the_child(tmp_path) -> None:
    mark = tmp_path / "process"

    def stop(share: float, words: str) -> None:
        if mark.exists() and mark.read_text():
            raise Cancelled("Cancelled.")

    started = time.monotonic()
    with pytest.raises(Cancelled):
        workers.run(child_work.leave, mark, progress=stop)
    assert time.monotonic() - started < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_two_at_once() -> None:
    results: list[int] = []

    def work() -> None:
        workers.run(child_work.sleep, 0.7)
        results.append(workers.run(child_work.process_id))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2


def test_a_large_array_is_mapped_and_can_be_written_to() -> None:
    result = workers.run(child_work.array, 200)
    assert result.nbytes == 200 << 20
    assert result[0, 5] == 5
    assert result[-1, -1] == (200 << 17) - 1
    result[0, 0] = -1
    given = np.ones((1000, 1000))
    assert workers.run(np.trace, given) == 1000


def test_records_and_tables_come_back_as_they_were() -> None:
    result, expected = workers.run(child_work.record, records=(child_work.Record,)), child_work.record()
    np.testing.assert_array_equal(result.values, expected.values)
    pd.testing.assert_frame_equal(result.table, expected.table)


def test_nothing_else_is_taken_from_a_child(capfd) -> None:
    with pytest.raises(GeneRAINError, match="tests.child_work.Hostile can't be taken over"):
        workers.run(child_work.hostile)
    with pytest.raises(GeneRAINError, match="Record can't be taken over"):
        workers.run(child_work.record)
    assert "taken" not in capfd.readouterr().out


def test_a_child_sees_the_surroundings_of_the_call(tmp_path, monkeypatch) -> None:
    workers.run(child_work.double, 1)
    monkeypatch.setenv("GENERAIN_TEST", "seen ")
    monkeypatch.chdir(tmp_path)
    assert workers.run(child_work.chatter) == f"seen {tmp_path}"


def test_one_is_ready_after_one_was_lost() -> None:
    workers.warm("tests.child_work")
    with pytest.raises(WorkerEnded):
        workers.run(child_work.exit_at_once)
    assert workers.run(child_work.double, 1) == 2


def test_a_child_that_rests_computes_nothing_and_its_time_stands_still(tmp_path) -> None:
    """It rests as a job does: the call's progress does not return until the turn has come again."""
    path, rest, noted = tmp_path / "steps", [], list[str]()

    def progress(share: float, words: str) -> None:
        if share > 0.2 and not noted:
            rest[0](True)
            time.sleep(0.5)  # what was on its way has come
            noted.append(path.read_text())
            time.sleep(0.7)
            noted.append(path.read_text())
            rest[0](False)

    limits = Limits(seconds=5.0)
    assert workers.run(child_work.step_and_note, path, 100, progress=progress, begun=rest.append, limits=limits) == 100
    assert noted[0] == noted[1] != "100"
    assert path.read_text() == "100"


def test_rests_are_not_counted_against_the_time() -> None:
    rested = []

    def progress(share: float, words: str) -> None:
        if not rested:
            rested.append(time.sleep(1.5))

    assert workers.run(child_work.double, 4, progress=progress, limits=Limits(seconds=1.4)) == 8

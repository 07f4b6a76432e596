"""What becomes of an upload's bytes: nothing stays on the disk or in the server's memory."""

import io
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.correction import to_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.ui.jobs import job_view
from generain_core.ui.jobs.queue import JobQueue
from generain_core.ui.session import upload, upload_room
from generain_core.ui.session.interpretation import _take_what_lies_beside
from generain_core.ui.session.session import forget_session
from generain_core.ui.shell import keys, streamlit_internals
from tests.samples.known import SYMBOLS, Known
from tests.ui.test_samples_page import is_read, until

TABLE = b"gene,s1,s2\nTP53,1,2\nMYC,3,4\n"


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def queue(monkeypatch) -> JobQueue:
    made = JobQueue()
    monkeypatch.setattr(job_view, "queue", lambda: made)
    monkeypatch.setattr(upload.st, "session_state", {})
    return made


def blocked(queue: JobQueue) -> threading.Event:
    """Keep the worker busy until the event is set."""
    go, running = threading.Event(), threading.Event()

    def work(job) -> None:
        running.set()
        go.wait(20)

    queue.submit("first", "first", work, "somebody", job_view.READING)
    assert running.wait(20)
    return go


class Uploaded(io.BytesIO):
    def __init__(self, content: bytes, *, name: str = "mine.csv", size: int | None = None) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content) if size is None else size


@pytest.mark.parametrize("way", ["cancel", "another file"])
def test_an_upload_that_is_cancelled_while_it_waits_leaves_nothing_on_the_disk(folder, queue, way) -> None:
    go = blocked(queue)
    upload.begin_uploads([Uploaded(TABLE)])
    assert len(list(folder.glob("generain-upload-*/upload0"))) == 1
    session = upload.st.session_state[keys.SAMPLES]
    assert session.reading.state == "queued"
    if way == "cancel":
        assert queue.leave(session.reading, job_view.session_id())
        assert session.reading.state == "cancelled"
    else:
        forget_session()
    assert not list(folder.iterdir())
    go.set()


def test_an_upload_is_removed_once_it_is_read_or_refused(folder, queue) -> None:
    for content in (TABLE, b"%PDF-1.7 no table"):
        upload.begin_uploads([Uploaded(content)])
        session = upload.st.session_state[keys.SAMPLES]
        for _ in range(400):
            if not session.reading.unfinished:
                break
            threading.Event().wait(0.02)
        assert session.reading.state == ("done" if content is TABLE else "failed")
        assert not list(folder.iterdir())


def test_an_upload_finds_no_room_in_the_queue_and_leaves_nothing(folder, queue) -> None:
    go = blocked(queue)
    for i in range(4):
        queue.submit(f"mine {i}", "mine", lambda job: None, job_view.session_id(), job_view.READING)
    with pytest.raises(GeneRAINError, match="waiting already"):
        upload.begin_uploads([Uploaded(TABLE)])
    assert not list(folder.iterdir())
    go.set()


@pytest.mark.parametrize("size", [len(TABLE), upload_room.largest() + 1])
def test_the_server_forgets_the_bytes(folder, queue, monkeypatch, size) -> None:
    manager = MemoryUploadedFileManager("/upload")
    manager.add_file("me", UploadedFileRec("file", "mine.csv", "text/csv", TABLE))
    manager.add_file("me", UploadedFileRec("other", "other.csv", "text/csv", TABLE))
    monkeypatch.setattr(
        streamlit_internals, "get_script_run_ctx", lambda: SimpleNamespace(uploaded_file_mgr=manager, session_id="me")
    )
    uploaded = Uploaded(TABLE, size=size)
    uploaded.file_id = "file"
    if size > upload_room.largest():
        with pytest.raises(GeneRAINError, match="uploads of up to 500 MB are accepted"):
            upload.begin_uploads([uploaded])
    else:
        upload.begin_uploads([uploaded])
    assert [each.file_id for each in manager.get_files("me", ["file", "other"])] == ["other"]


def test_the_page_lets_go_of_the_bytes(visit, folder) -> None:
    app = visit("samples")
    app.file_uploader[0].upload("mine.csv", TABLE).run()
    until(app, is_read)
    assert not list(folder.glob("generain-upload-*"))
    assert not [each for each in app.file_uploader if each.label.startswith("Expression table")]


def test_uploads_of_one_sample_each_are_read_together(folder, queue) -> None:
    names = ["GSM1_a.counts", "GSM2_b.counts"]
    upload.begin_uploads([Uploaded(b"TP53\t%d\nMYC\t7\n" % i, name=name) for i, name in enumerate(names)])
    session = upload.st.session_state[keys.SAMPLES]
    for _ in range(400):
        if not session.reading.unfinished:
            break
        threading.Event().wait(0.02)
    table = session.reading.result
    assert table.rows == ("GSM1_a", "GSM2_b")
    assert table.source == "2 files (GSM1_a.counts and GSM2_b.counts)"
    assert not list(folder.iterdir())


@pytest.mark.parametrize(("ages", "told"), [(True, ["other"] * 4), (False, ["c3", "c2", "c1", "c0"])])
def test_a_second_sheet_beside_a_table_is_not_joined_over_the_first(folder, queue, ages, told) -> None:
    """One was joined as the files were read, and the page put the other's labels over its, in silence."""
    ids = [f"s{i}" for i in range(1, 5)]
    table = ",".join(["gene", *ids]) + "\n" + "".join(f"{g},1,2,3,{i}\n" for i, g in enumerate(SYMBOLS))
    sheet = "sample,condition,age\n" if ages else "sample,condition\n"
    sheet += "".join(f"{name},c{i}" + (f",{30 + i}" if ages else "") + "\n" for i, name in enumerate(reversed(ids)))
    other = "sample,condition\n" + "".join(f"{name},other\n" for name in ids)
    files = {"counts.csv": table, "a_sheet.csv": sheet, "b_sheet.csv": other}
    upload.begin_uploads([Uploaded(text.encode(), name=name) for name, text in files.items()])
    session = upload.st.session_state[keys.SAMPLES]
    for _ in range(400):
        if not session.reading.unfinished:
            break
        threading.Event().wait(0.02)
    raw = session.reading.result
    expression = to_expression(raw, diagnose(raw, Known()))
    assert expression.obs["condition"].tolist() == told
    _take_what_lies_beside(session, expression)
    assert session.sheet is None
    assert session.sheet_question is None
    aside = "b_sheet.csv" if told[0] == "c3" else "a_sheet.csv"
    assert f"{aside} was left aside, as another file was joined as the sample sheet; choose this one if it is." in raw.not_read
    assert raw.may_be_sheets == ()


def test_uploads_of_all_visitors_have_room_together_and_give_it_back(folder, queue, monkeypatch) -> None:
    monkeypatch.setenv(upload_room.ALL, str(2.5 * len(TABLE) / (1 << 20)))
    go = blocked(queue)
    for _ in range(2):
        upload.begin_uploads([Uploaded(TABLE)])
        upload.st.session_state[f"others {_}"] = upload.st.session_state.pop(keys.SAMPLES)  # another visitor's
    with pytest.raises(GeneRAINError, match=r"holds files of 56 bytes.*and 28 bytes more would be over.*try again later"):
        upload.begin_uploads([Uploaded(TABLE)])
    assert len(list(folder.iterdir())) == 2
    go.set()
    until_empty = (not list(folder.iterdir()) or time.sleep(0.05) for _ in range(400))
    assert any(done is True for done in until_empty)
    upload.begin_uploads([Uploaded(TABLE)])


def test_one_upload_is_never_promised_more_than_all_may_take_or_is_read(monkeypatch) -> None:
    monkeypatch.setenv(upload_room.EACH, "9000")
    assert upload_room.largest() == 2 << 30
    monkeypatch.setenv(upload_room.ALL, "100")
    assert upload_room.largest() == 100 << 20


def test_the_operator_says_how_large_an_upload_may_be(folder, queue, monkeypatch) -> None:
    monkeypatch.setenv(upload_room.EACH, "0.00001")
    with pytest.raises(GeneRAINError, match="uploads of up to 10 bytes are accepted"):
        upload.begin_uploads([Uploaded(TABLE)])
    assert not [each for each in folder.iterdir() if not each.name.startswith("generain-call-")]  # of a child that rests


def test_a_copy_that_is_collected_while_room_is_taken_gives_its_own_back(monkeypatch, folder) -> None:
    copy = upload_room.TemporaryCopy(5)
    taken = upload_room._room.taken

    def together() -> int:
        with upload_room._room._lock:  # as in the midst of taking
            copy.remove()
        return 10**9

    monkeypatch.setattr(upload_room, "together", together)
    other = upload_room.TemporaryCopy(7)
    assert upload_room._room.taken == taken - 5 + 7
    other.remove()

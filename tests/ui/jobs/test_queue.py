"""The queue: one at a time, bounded, shared by key, cancelled only when nobody waits."""

import threading
import time
from collections.abc import Callable

import pytest

from generain_core.errors import GeneRAINError
from generain_core.settings import DEMO_RELEASE
from generain_core.ui.jobs import tasks
from generain_core.ui.jobs.job_view import in_child
from generain_core.ui.jobs.limits import ABANDONED, WAITING, WAITING_EACH, QueueLimits
from generain_core.ui.jobs.queue import FOLLOWED_SECONDS, MAX_KEPT, PROGRAM, READING, SHORT, Job, JobQueue
from generain_core.ui.shell.escaping import escape_markdown, sentence


def wait(job: Job, *states: str) -> None:
    for _ in range(400):
        if job.state in states:
            return
        time.sleep(0.025)
    raise AssertionError(f"{job.state}: {job.problem}")


@pytest.fixture
def held():
    """Return a queue whose worker is busy until the event is set."""
    queue, gate = JobQueue(), threading.Event()
    first = queue.submit("first", "first", lambda job: gate.wait(20) and None, "someone")
    wait(first, "running")
    yield queue, gate
    gate.set()


def test_jobs_run_one_after_another_and_know_their_place(held) -> None:
    queue, gate = held
    order: list[str] = []
    jobs = [queue.submit(name, name, lambda job: order.append(job.key), "me") for name in "ab"]
    assert [queue.waiting_before(job) for job in jobs] == [1, 2]
    gate.set()
    wait(jobs[1], "done")
    assert order == ["a", "b"]


def test_the_same_work_is_done_once_and_ends_for_all_only_when_all_leave(held) -> None:
    queue, _ = held
    job = queue.submit("a", "a", lambda job: None, "me")
    assert queue.submit("a", "a", lambda job: None, "you") is job
    assert not queue.leave(job, "me")
    assert not job.cancel.is_set()
    assert queue.leave(job, "you")
    assert job.cancel.is_set()


def test_a_session_that_is_gone_keeps_nothing_alive_and_a_cancelled_job_is_not_joined(held) -> None:
    queue, _ = held
    job = queue.submit("a", "a", lambda job: None, "gone")
    job.watchers["gone"] -= FOLLOWED_SECONDS + 1
    queue.watch(job, "me")
    assert queue.leave(job, "me")
    assert job.state == "cancelled"
    assert queue.submit("a", "a", lambda job: None, "me") is not job


def test_what_is_forgotten_leaves_no_result(held) -> None:
    queue, _ = held
    job = queue.submit("a", "a", lambda job: None, "me")
    job.result = "data of mine"
    queue.forget(job, "me")
    assert queue.get("a") is None
    assert job.result is None


def test_a_cancelled_job_never_starts(held) -> None:
    queue, gate = held
    ran = threading.Event()
    job = queue.submit("a", "a", lambda job: ran.set(), "me")
    queue.leave(job, "me")
    gate.set()
    wait(job, "cancelled")
    assert not ran.is_set()


def test_the_queue_is_bounded(held) -> None:
    queue, _ = held
    for i in range(QueueLimits().waiting):
        queue.submit(str(i), "x", lambda job: None, f"user {i % 8}")
    with pytest.raises(GeneRAINError, match="waiting already"):
        queue.submit("more", "x", lambda job: None, "me")


def test_nobody_fills_the_queue_alone(held) -> None:
    queue, _ = held
    for i in range(QueueLimits().waiting_each):
        queue.submit(str(i), "x", lambda job: None, "me")
    with pytest.raises(GeneRAINError, match="of your jobs are waiting"):
        queue.submit("more", "x", lambda job: None, "me")
    queue.submit("other", "x", lambda job: None, "you")


def test_users_of_one_device_take_turns(held) -> None:
    queue, gate = held
    order: list[str] = []
    asked = [("a1", "anna"), ("a2", "anna"), ("a3", "anna"), ("b1", "ben"), ("b2", "ben")]
    jobs = {key: queue.submit(key, key, lambda job: order.append(job.key), owner) for key, owner in asked}
    expected = ["a1", "b1", "a2", "b2", "a3"]
    assert [queue.waiting_before(jobs[key]) for key in expected] == [1, 2, 3, 4, 5]
    gate.set()
    wait(jobs["a3"], "done")
    assert order == expected


def test_each_device_has_a_worker_of_its_own_and_runs_one_job_at_a_time(held) -> None:
    queue, _ = held
    gate = threading.Event()
    first = queue.submit("gpu 1", "x", lambda job: gate.wait(20) and None, "me", device="cuda")
    second = queue.submit("gpu 2", "x", lambda job: None, "me", device="cuda")
    behind = queue.submit("cpu", "x", lambda job: None, "me")
    wait(first, "running")
    assert (second.state, behind.state) == ("queued", "queued")
    assert queue.waiting_before(second) == 1
    gate.set()
    wait(second, "done")
    assert behind.state == "queued"


def test_short_work_has_one_worker_which_long_work_on_the_cpu_does_not_hold(held) -> None:
    queue, gate = held
    inside, most = [], []

    def short(job: Job) -> None:
        inside.append(job.key)
        most.append(len(inside))
        time.sleep(0.05)
        inside.remove(job.key)

    done = [queue.submit(f"map {i}", "x", short, f"user {i}", device=SHORT) for i in range(4)]
    for job in done:
        wait(job, "done")
    assert most == [1, 1, 1, 1]
    assert not gate.is_set()


def test_finished_jobs_are_not_kept_for_ever() -> None:
    queue = JobQueue()
    for i in range(MAX_KEPT + 20):
        wait(queue.submit(str(i), "x", lambda job: None, "me"), "done")
    assert queue.get("0") is None
    assert queue.get(str(MAX_KEPT + 19)) is not None
    assert sum(queue.get(str(i)) is not None for i in range(MAX_KEPT + 20)) <= MAX_KEPT + 1


def test_a_problem_is_kept_as_a_sentence() -> None:
    def fail(job: Job) -> None:
        raise GeneRAINError("the disk is full")

    job = JobQueue().submit("a", "a", fail, "me")
    wait(job, "failed")
    assert job.problem == "the disk is full"


def test_time_left_follows_the_pace() -> None:
    job = Job("a", "a", lambda job: None, state="running", started=time.monotonic() - 30)
    assert job.seconds_left is None
    job.share = 0.75
    assert job.seconds_left == pytest.approx(10, abs=0.5)


def _projection(method: str) -> Callable[[Job], None]:
    return in_child(tasks.project_genes, str(DEMO_RELEASE), None, method, 77)


def test_work_in_a_child_reports_what_was_wrong() -> None:
    job = JobQueue().submit("a", "a", _projection("nonsense"), "me")
    wait(job, "failed")
    assert "nonsense" in job.problem
    assert "umap" in job.problem


def test_work_in_a_child_is_stopped_at_once() -> None:
    queue = JobQueue()
    job = queue.submit("a", "a", _projection("tsne"), "me")
    wait(job, "running")
    started = time.monotonic()
    queue.leave(job, "me")
    wait(job, "cancelled")
    assert time.monotonic() - started < 10


def test_foreign_text_is_shown_as_it_is() -> None:
    assert escape_markdown("**a** <b>\n:red[x]") == "\\*\\*a\\*\\* \\<b\\> \\:\u2060red\\[x\\]"
    assert len(escape_markdown("x" * 1000)) == 400
    assert sentence("no gene") == "No gene."


def steps(count: int, order: list[str], seconds: float = 0.02) -> Callable[[Job], None]:
    """Return work that tells its progress after each of some steps, and writes its key down at each."""

    def work(job: Job) -> None:
        for i in range(count):
            time.sleep(seconds)
            order.append(job.key)
            job.tell(i / count, "")

    return work


def test_short_work_of_others_passes_a_long_job_which_goes_on_afterwards() -> None:
    queue, order = JobQueue(slice_seconds=0.1), list[str]()
    long = queue.submit("long", "x", steps(60, order), "anna")
    wait(long, "running")
    rests = list[bool]()
    long.rest = rests.append
    short = [queue.submit(f"short {who}", "x", steps(2, order), who) for who in ("ben", "cleo")]
    for job in short:
        wait(job, "done")
    assert long.unfinished
    wait(long, "done")
    assert order.count("long") == 60
    assert max(i for i, key in enumerate(order) if key.startswith("short")) < 40
    assert long.share == 1.0
    assert rests
    assert rests == [True, False] * (len(rests) // 2)  # its child process, if it has one, rests with it


def test_a_job_alone_and_those_of_one_user_are_not_cut() -> None:
    queue, order = JobQueue(slice_seconds=0.05), list[str]()
    jobs = [queue.submit(key, "x", steps(10, order), "anna") for key in "ab"]
    wait(jobs[1], "done")
    assert order == ["a"] * 10 + ["b"] * 10


def test_files_are_read_one_after_another() -> None:
    queue, order = JobQueue(slice_seconds=0.05), list[str]()
    jobs = [queue.submit(who, "x", steps(10, order), who, device=READING) for who in ("anna", "ben")]
    wait(jobs[1], "done")
    assert order == ["anna"] * 10 + ["ben"] * 10


def test_no_more_than_three_jobs_are_begun_on_a_device_and_one_works() -> None:
    queue, inside, begun, most = JobQueue(slice_seconds=0.03), set[str](), set[str](), list[tuple[int, int]]()

    def work(job: Job) -> None:
        begun.add(job.key)
        for i in range(8):
            inside.add(job.key)
            most.append((len(inside), len(begun)))
            time.sleep(0.01)
            inside.remove(job.key)
            job.tell(i / 8, "")
        begun.remove(job.key)

    jobs = [queue.submit(str(i), "x", work, f"user {i}") for i in range(6)]
    for job in jobs:
        wait(job, "done")
    assert max(each for each, _ in most) == 1
    assert 2 <= max(each for _, each in most) <= 3


def test_a_resting_job_can_be_cancelled_and_the_queue_says_when_a_turn_comes() -> None:
    queue, gate = JobQueue(slice_seconds=0.05), threading.Event()
    long = queue.submit("long", "x", steps(400, []), "anna")
    wait(long, "running")
    other = queue.submit("other", "x", lambda job: gate.wait(20) and None, "ben")
    third = queue.submit("third", "x", lambda job: None, "cleo")
    wait(long, "resting")
    seconds = queue.seconds_before(third)
    assert seconds is not None
    assert 0 <= seconds <= 0.1
    assert queue.leave(long, "anna")
    wait(long, "cancelled")
    gate.set()
    wait(other, "done")
    wait(third, "done")


def test_what_nobody_is_there_for_is_ended_after_a_while_and_what_all_need_is_not(held) -> None:
    queue, _ = held
    mine = queue.submit("mine", "x", lambda job: None, "gone")
    shared = queue.submit("shared", "x", lambda job: None, "gone")
    queue.watch(shared, "here")
    program = queue.submit("program", "x", lambda job: None, PROGRAM)
    assert queue.end_abandoned(lambda watcher: watcher != "gone", patience=60) == []
    assert queue.end_abandoned(lambda watcher: watcher != "gone", patience=0) == [mine]
    assert mine.state == "cancelled"
    assert (shared.state, program.state) == ("queued", "queued")
    assert not queue.leave(program, PROGRAM)


def test_who_comes_back_in_time_keeps_the_work(held) -> None:
    queue, _ = held
    queue.submit("mine", "x", lambda job: None, "me")
    assert queue.end_abandoned(lambda watcher: False, patience=0.2) == []
    assert queue.end_abandoned(lambda watcher: True, patience=0.2) == []
    time.sleep(0.25)
    assert queue.end_abandoned(lambda watcher: False, patience=0.2) == []


def test_the_operator_sets_the_limits(monkeypatch) -> None:
    for name, words in ((WAITING, "2"), (WAITING_EACH, "1"), (ABANDONED, "0.5")):
        monkeypatch.setenv(name, words)
    assert QueueLimits.of_operator() == QueueLimits(2, 1, 30.0)
    monkeypatch.setenv(WAITING, "many")
    assert QueueLimits.of_operator().waiting == QueueLimits().waiting

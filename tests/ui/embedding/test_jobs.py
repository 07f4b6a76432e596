"""Embedding as a job: cancelled, failed, tried again, beside another's."""

import threading
import time

import numpy as np
import pandas as pd

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.ui.embedding import alternative_readings, embedding_jobs
from generain_core.ui.jobs import job_view as jobs
from generain_core.ui.shell import keys
from tests.ui.embedding.on_page import MODEL, embedded, has_result, made, view
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import until


def test_work_is_cancelled_on_the_way_and_leaves_nothing(binned, monkeypatch) -> None:
    started = threading.Event()

    def slow(*_, progress, **__):
        for i in range(2000):
            progress(i / 2000, f"{i} of 2000 samples embedded")
            started.set()
            time.sleep(0.01)

    monkeypatch.setattr(embedding_jobs, "embed_and_map", slow)
    app = binned()
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    assert started.wait(20)
    app.run()
    assert "samples embedded" in "".join(bar.proto.text for bar in app.get("progress"))
    job = app.session_state[keys.SAMPLES].work[embedding_jobs.embedding_job(MODEL)].job
    next(button for button in app.button if button.key.startswith(f"cancel_embed_{MODEL}")).click().run()
    until(app, lambda app: job.state == "cancelled").run()
    healthy(app)
    assert job.result is None
    assert "cancelled" in words(app)
    assert app.button(key="run_embed")


def test_a_cancelled_trial_says_that_the_time_is_not_known_and_can_be_made(binned, monkeypatch) -> None:
    whole, lost = embedding_jobs.time_trial, threading.Event()

    def cancelled(*given, **options):
        if lost.is_set():
            return whole(*given, **options)
        raise Cancelled("Cancelled.")

    monkeypatch.setattr(embedding_jobs, "time_trial", cancelled)
    app = binned()
    until(app, lambda app: "the trial was cancelled" in words(app)).run()
    healthy(app)
    assert app.button(key="run_embed").label == "Embed 10 samples"
    lost.set()
    app.button(key="again_trial").click().run()
    until(app, lambda app: "by a trial with 2 of them" in words(app))
    assert "the trial was cancelled" not in words(app)


def test_a_device_that_fails_on_the_way_is_said_and_the_choice_stays(binned, monkeypatch) -> None:
    def fails(*_, **__):
        raise GeneRAINError("cuda:0 has too little memory for one sample; close other programs or choose cpu.")

    monkeypatch.setattr(embedding_jobs, "embed_and_map", fails)
    app = binned()
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    until(app, lambda app: bool(app.error))
    assert "too little memory for one sample" in words(app)
    assert app.button(key="run_embed")


def test_two_users_never_see_each_others_samples(binned, counts) -> None:
    mine, theirs = binned(), binned(counts.iloc[:, ::-1].iloc[:, :8])
    embedded(mine)
    theirs.run()
    assert "embedded by" not in words(theirs)
    embedded(theirs)
    assert made(mine).adata.n_obs == 10
    assert made(theirs).adata.n_obs == 8
    jobs_of = [{job.key for job in app.session_state[keys.SAMPLES].jobs()} for app in (mine, theirs)]
    assert not jobs_of[0] & jobs_of[1]
    mine.run()
    assert "10 samples embedded" in words(mine)


def test_files_bins_and_maps_do_not_wait_for_another_users_long_work_on_the_cpu(binned, counts) -> None:
    over, begun = threading.Event(), threading.Event()

    def long(job) -> None:
        begun.set()
        over.wait(100)

    like = pd.DataFrame(np.random.default_rng(0).poisson(counts.iloc[:, :6]), counts.index, counts.columns[:6])
    many = pd.concat([counts, like.add_suffix(" again")], axis=1)
    mine = embedded(binned(many))
    job = jobs.queue().submit("long", "Embedding", long, "another")
    try:
        assert begun.wait(10)
        app = binned()
        assert app.session_state[keys.SAMPLES].normalized.adata.n_obs == 10
        for title, method in (("UMAP", "umap"), ("t-SNE", "tsne")):
            next(box for box in mine.segmented_control if box.label == "Map").set_value(title).run()
            until(mine, lambda app, method=method: has_result(app, embedding_jobs.map_job(MODEL, method))).run()
            healthy(mine)
            assert f"{title} (vectors" in words(mine)
        assert job.state == "running"
    finally:
        over.set()


def test_what_failed_is_tried_again_in_place(binned, monkeypatch) -> None:
    lost = threading.Event()
    lost.set()

    def failing(module, name: str) -> None:
        whole = getattr(module, name)

        def sometimes(*given, **options):
            if lost.is_set():
                raise GeneRAINError("The device was lost on the way; choose cpu, or try once more.")
            return whole(*given, **options)

        monkeypatch.setattr(module, name, sometimes)

    def again(app, key: str, done) -> None:
        assert "The device was lost on the way" in words(app)
        assert app.button(key=key).label == "Try again"
        lost.clear()
        app.button(key=key).click().run()
        until(app, done).run()
        lost.set()
        healthy(app)
        assert "The device was lost" not in words(app)

    for name in ("time_trial", "embed_and_map", "stability"):
        failing(embedding_jobs, name)
    failing(alternative_readings, "diagnose_readings")
    app = binned()
    until(app, lambda app: bool(app.error)).run()
    assert not any(button.key == "run_embed" for button in app.button)
    again(app, "again_trial", lambda app: "by a trial with 2 of them" in words(app))
    for view_name, key, begins, result in (
        (None, "run_embed", "Embed 10 samples", embedding_jobs.embedding_job(MODEL)),
        ("Stability", "run_stability", "Drop genes", embedding_jobs.stability_job(MODEL)),
        ("Reading", "run_doctor", "Try other readings", alternative_readings.READINGS),
    ):
        if view_name:
            view(app, view_name)
        assert app.button(key=key).label == begins
        app.button(key=key).click().run()
        until(app, lambda app: bool(app.error)).run()
        assert not has_result(app, result)
        again(app, key, lambda app, result=result: has_result(app, result))

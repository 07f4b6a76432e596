"""Counts for the page, and the way from them to a view."""

import numpy as np
import pandas as pd

from generain_core.release.files import Release
from generain_core.ui.embedding import embedding_jobs
from generain_core.ui.shell import keys
from tests.ui.test_pages import healthy
from tests.ui.test_samples_page import until

MODEL = "GPT_protein_coding_lncRNAs"


def some_counts(release: Release) -> pd.DataFrame:
    """Return genes × 10 samples: two groups that differ in a third of their genes."""
    genes = release.path("boundaries/coding_lncrna/genes").read_text().split()
    rng = np.random.default_rng(0)
    level = rng.gamma(1, 60, len(genes))
    groups = [level, np.where(np.arange(len(genes)) % 3, level, level[::-1])]
    table = {f"sample {i}": rng.poisson(groups[i % 2] * rng.uniform(0.7, 1.4, len(genes))) for i in range(10)}
    return pd.DataFrame(table, index=genes)


def has_result(app, job) -> bool:
    """Say whether a job of the session has given its result."""
    return job.latest(app.session_state[keys.SAMPLES]) is not None


def embedded(app, model: str = MODEL):
    until(app, lambda app: any(button.key == "run_embed" for button in app.button))
    app.button(key="run_embed").click().run()
    return until(app, lambda app: has_result(app, embedding_jobs.embedding_job(model))).run()


def made(app, model: str = MODEL):
    return embedding_jobs.embedding_job(model).latest(app.session_state[keys.SAMPLES])


def view(app, name: str):
    next(box for box in app.segmented_control if box.key == "embed_view").set_value(name).run()
    healthy(app)
    return app

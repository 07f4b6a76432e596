"""The model's part of a session's work: trial, embedding, maps, checks, each a job on its device."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.geometry.projection import SampleMap, map_samples
from generain_core.geometry.projection_apart import APART, map_apart
from generain_core.models.checks.stability import Stability, stability
from generain_core.models.checks.trial import Trial, time_trial
from generain_core.models.devices import Device, devices
from generain_core.models.embedding import Embedded, embed_and_map
from generain_core.models.model import open_model
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, MODELS, describe_model
from generain_core.ui.jobs import job_view
from generain_core.ui.session import session_jobs
from generain_core.ui.session.upload import Session


@dataclass(frozen=True)
class Asked:
    """What is to be embedded, and how.

    Attributes:
        bins: what the bins stand on; with the model it names the result.
        model: one of `MODEL_NAMES`.
        device: where.
        precision: float32 or mixed.
        loss: whether to add how surprising each sample is.
        genes: those of which contextual embeddings are wanted.
    """

    bins: object
    model: str
    device: str
    precision: str = "float32"
    loss: bool = False
    genes: tuple[str, ...] = ()

    @property
    def key(self) -> object:
        """Return what a result belongs to."""
        return self.bins, self.model


@st.cache_resource(show_spinner=False)
def found_devices() -> tuple[Device, ...]:
    """Return the devices that are here, the fastest first."""
    return tuple(devices())


def ready_models(release: Release, gene_set: str) -> tuple[list[str], list[str]]:
    """Return the models of a gene set that can be opened, and a sentence for each file that others lack."""
    wanted = [model.name for model in MODELS if model.gene_set == gene_set]
    missing = dict.fromkeys(key for name in wanted for key in (f"model/{name}", f"index/{gene_set}") if not release.has(key))
    said = [release.files[key].path for key in missing]
    ready = [name for name in wanted if release.has(f"model/{name}", f"index/{gene_set}")]
    return ready, [f"{path.name} is missing; put it into {path.parent.relative_to(release.root)} of the release" for path in said]


def begin_trial(session: Session, release: Release, asked: Asked) -> None:
    """Queue a short trial. Raises GeneRAINError: too much is waiting."""
    adata, samples = binned(session), binned(session).n_obs

    def work(job: job_view.Job) -> None:
        job.tell(0.0, "opening the model")
        model = open_model(release, asked.model)
        read = model.read(adata)
        job.tell(0.2, f"embedding {min(2, samples)} of {samples:,} samples to see how long it takes")
        job.result = time_trial(model.network, read.bins, read.tokens, device=asked.device, mixed=asked.precision == "mixed")

    key = asked.key, asked.device, asked.precision
    session_jobs.start(session, "trial", key, f"Trying {describe_model(asked.model).title}", work, asked.device)


def forget_trial(session: Session) -> None:
    """Drop a trial that came to nothing, so that it is begun again; for callbacks."""
    session_jobs.drop(session, "trial")


def tried(session: Session, asked: Asked) -> tuple[Trial | None, job_view.Job | None]:
    """Return what the trial measured, and its job."""
    key = asked.key, asked.device, asked.precision
    found: Trial | None = session_jobs.outcome(session, "trial", key)
    return found, session_jobs.running(session, "trial", key)


def begin(session: Session, release: Release, asked: Asked) -> None:
    """Queue the embedding. Raises GeneRAINError: too much is waiting."""
    adata = binned(session)

    def work(job: job_view.Job) -> None:
        options: dict[str, Any] = {"device": asked.device, "precision": asked.precision, "loss": asked.loss, "genes": asked.genes}
        job.result = embed_and_map(adata, release, asked.model, **options, progress=job.tell)

    label = f"Embedding {adata.n_obs:,} sample{'s' if adata.n_obs != 1 else ''}"
    session_jobs.start(session, _name("embed", asked), asked.key, label, work, asked.device)


def result(session: Session, asked: Asked) -> Embedded | None:
    """Return the embedding, if it is there."""
    found: Embedded | None = session_jobs.outcome(session, _name("embed", asked), asked.key)
    if found is not None:
        session.remember(_name("described", asked), (asked.key, session.sheets), lambda: _describe(found, binned(session).obs))
    return found


def _describe(found: Embedded, obs: Any) -> None:
    """Let embedded samples say what the samples at hand say: a sample sheet may have been joined since."""
    own = {"generain_loss": found.adata.obs["generain_loss"]} if "loss" in found.done else {}
    found.adata.obs = obs.assign(**own)


def not_as_asked(asked: Asked, made: Embedded) -> list[str]:
    """Return, in words, which choices of now an embedding was not made with."""
    done = made.done
    differ = {
        "loss": asked.loss and "loss" not in done,
        "genes in context": not set(asked.genes) <= set(done.get("contextual_genes", ())),
        f"{asked.precision} precision": (asked.precision == "mixed") != ("precision_samples" in done),
        f"device {asked.device}": asked.device != done["device"],
    }
    return [words for words, other in differ.items() if other]


def at_hand(session: Session, model: str = "") -> Any:
    """Return the samples at hand as a model (any, without a name) embedded them, without counts; None if none did."""
    for name in (model,) if model else MODEL_NAMES:
        known = session.memory.get(f"embed_{name}_result")
        if known is not None and known[0] == (session.binned_key, name):
            return known[1].adata
    return None


def running(session: Session, asked: Asked) -> job_view.Job | None:
    """Return the job that embeds, if there is one."""
    return session_jobs.running(session, _name("embed", asked), asked.key)


def forget(session: Session, asked: Asked) -> None:
    """Drop an embedding and what was made of it; for callbacks."""
    for kind in ("embed", "stability", "umap", "tsne", "pca"):
        session_jobs.drop(session, _name(kind, asked))
    for name in ("embed_clustered", _name("described", asked)):
        session.memory.pop(name, None)


def placed(session: Session, asked: Asked, made: Embedded, method: str) -> tuple[SampleMap | None, job_view.Job | None]:
    """Return the map by a method, or the job that makes it, which is begun if need be."""
    if made.map is not None and made.map.method == method:
        return made.map, None
    name = _name(method, asked)
    found: SampleMap | None = session_jobs.outcome(session, name, asked.key)
    if found is None and session_jobs.running(session, name, asked.key) is None:
        embedding = made.adata.obsm["X_generain"]

        def work(job: job_view.Job) -> None:
            job.result = (map_apart if len(embedding) > APART else map_samples)(embedding, method, progress=job.tell)

        session_jobs.start(session, name, asked.key, f"Map of {len(embedding):,} samples", work, job_view.SHORT)
    return found, session_jobs.running(session, name, asked.key)


def forget_map(session: Session, asked: Asked, method: str) -> None:
    """Drop a map that was not made, so that it is begun again; for callbacks."""
    session_jobs.drop(session, _name(method, asked))


def maps(session: Session, asked: Asked, made: Embedded) -> list[SampleMap]:
    """Return all maps that were made."""
    others = [session_jobs.outcome(session, _name(method, asked), asked.key) for method in ("pca", "umap", "tsne")]
    return [each for each in (made.map, *others) if each is not None]


def begin_stability(session: Session, release: Release, asked: Asked, made: Embedded) -> None:
    """Queue the embeddings under gene drop-out. Raises GeneRAINError: too much is waiting."""

    def work(job: job_view.Job) -> None:
        job.tell(0.0, "opening the model")
        model = open_model(release, asked.model)
        read = model.read(made.adata)
        own = made.adata.obsm["X_generain"]
        job.result = stability(model.network, read.bins, read.tokens, own, device=asked.device, progress=job.tell)

    session_jobs.start(session, _name("stability", asked), asked.key, "Stability", work, asked.device)


def stable(session: Session, asked: Asked) -> tuple[Stability | None, job_view.Job | None]:
    """Return what gene drop-out does, and its job."""
    name = _name("stability", asked)
    found: Stability | None = session_jobs.outcome(session, name, asked.key)
    return found, session_jobs.running(session, name, asked.key)


def _name(kind: str, asked: Asked) -> str:
    return f"{kind}_{asked.model}"


def binned(session: Session) -> Any:
    """Return the binned samples. Raises GeneRAINError: there are none."""
    if session.normalized is None:
        raise GeneRAINError("The samples have no bins yet; bin them before they are embedded.")
    return session.normalized.adata

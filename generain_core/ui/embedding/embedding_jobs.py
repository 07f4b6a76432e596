"""The model's part of a session's work: trial, embedding, maps, checks, each a job on its device."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.geometry.clustering import Clustered
from generain_core.geometry.projection import SampleMap, map_samples
from generain_core.geometry.projection_apart import APART, map_apart
from generain_core.models.checks.stability import Stability, stability
from generain_core.models.checks.trial import Trial, time_trial
from generain_core.models.devices import Device, devices
from generain_core.models.embedding import Embedded, embed_and_map
from generain_core.models.model import open_model
from generain_core.release.files import Release
from generain_core.release.model_descriptions import MODEL_NAMES, MODELS, describe_model
from generain_core.samples.own_files.embedding_at_hand import drop_embedding, embedding_at_hand, map_at_hand
from generain_core.text import with_noun
from generain_core.ui.jobs import job_view
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import Remembered, SessionJob
from generain_core.ui.session.steps import BinBasis


@dataclass(frozen=True)
class EmbeddingRequest:
    """What is to be embedded, and how.

    Attributes:
        bins: what the bins stand on; with the model it names the result.
        model: one of `MODEL_NAMES`.
        device: where.
        precision: float32 or mixed.
        loss: whether to add how surprising each sample is.
        genes: those of which contextual embeddings are wanted.
        tie_orders: orders of equal bins whose mean is taken.
    """

    bins: BinBasis | None
    model: str
    device: str
    precision: str = "float32"
    loss: bool = False
    genes: tuple[str, ...] = ()
    tie_orders: int = 1

    @property
    def key(self) -> object:
        """Return what a result belongs to."""
        return self.bins, self.model


CLUSTERED = Remembered[Clustered]("embed_clustered")
_MAP_METHODS = ("pca", "umap", "tsne")
_TRIAL = SessionJob[Trial]("trial")


@st.cache_resource(show_spinner=False)
def found_devices() -> tuple[Device, ...]:
    """Return the devices that are here, the fastest first."""
    return tuple(devices())


def ready_models(release: Release, gene_set: str) -> tuple[list[str], list[str]]:
    """Return the models of a gene set that can be opened, and a sentence for each file that others lack."""
    names = [model.name for model in MODELS if model.gene_set == gene_set]
    missing = dict.fromkeys(key for name in names for key in (f"model/{name}", f"index/{gene_set}") if not release.has(key))
    paths = [release.files[key].path for key in missing]
    ready = [name for name in names if release.has(f"model/{name}", f"index/{gene_set}")]
    return ready, [
        f"{path.name} is missing; put it into {path.parent.relative_to(release.root)} of the release" for path in paths
    ]


def embedding_job(model: str) -> SessionJob[Embedded]:
    """Return the job that embeds by a model."""
    return SessionJob(f"embed_{model}")


def map_job(model: str, method: str) -> SessionJob[SampleMap]:
    """Return the job that maps a model's embedding by a method."""
    return SessionJob(f"{method}_{model}")


def stability_job(model: str) -> SessionJob[Stability]:
    """Return the job that drops genes and embeds by a model again."""
    return SessionJob(f"stability_{model}")


def _description(model: str) -> Remembered[None]:
    return Remembered(f"described_{model}")


def begin_trial(session: Session, release: Release, request: EmbeddingRequest) -> None:
    """Queue a short trial. Raises GeneRAINError: too much is waiting."""
    adata, samples = binned(session), binned(session).n_obs

    def work(job: job_view.Job) -> Trial:
        job.tell(0.0, "opening the model")
        model = open_model(release, request.model)
        read = model.read(adata)
        job.tell(0.2, f"embedding {min(2, samples)} of {with_noun(samples, 'sample')} to see how long it takes")
        return time_trial(model.network, read.bins, read.tokens, device=request.device, mixed=request.precision == "mixed")

    _TRIAL.start(session, _trial_key(request), f"Trying {describe_model(request.model).title}", work, request.device)


def _trial_key(request: EmbeddingRequest) -> object:
    return request.key, request.device, request.precision


def forget_trial(session: Session) -> None:
    """Drop a trial that came to nothing, so that it is begun again; for callbacks."""
    _TRIAL.drop(session)


def trial_result(session: Session, request: EmbeddingRequest) -> tuple[Trial | None, job_view.Job | None]:
    """Return what the trial measured, and its job."""
    key = _trial_key(request)
    return _TRIAL.result(session, key), _TRIAL.running(session, key)


def begin(session: Session, release: Release, request: EmbeddingRequest) -> None:
    """Queue the embedding. Raises GeneRAINError: too much is waiting."""
    adata = binned(session)

    def work(job: job_view.Job) -> Embedded:
        options: dict[str, Any] = {"device": request.device, "precision": request.precision}
        options |= {"loss": request.loss, "genes": request.genes, "tie_orders": request.tie_orders}
        return embed_and_map(adata, release, request.model, **options, progress=job.tell)

    label = f"Embedding {adata.n_obs:,} sample{'s' if adata.n_obs != 1 else ''}"
    embedding_job(request.model).start(session, request.key, label, work, request.device)


def restore(session: Session, release: Release, request: EmbeddingRequest) -> None:
    """Take the embedding that an own file holds, if it is the one that is asked for."""
    adata, job = binned(session), embedding_job(request.model)
    options: dict[str, Any] = {"precision": request.precision, "loss": request.loss, "genes": request.genes}
    options |= {"tie_orders": request.tie_orders}
    if job.is_begun(session, request.key) or embedding_at_hand(adata, release, request.model, **options) is None:
        return
    job.put(session, request.key, "Embedding", embed_and_map(adata, release, request.model, **options))


def result(session: Session, request: EmbeddingRequest) -> Embedded | None:
    """Return the embedding, if it is there."""
    embedded = embedding_job(request.model).result(session, request.key)
    if embedded is not None:
        key, obs = (request.key, session.sheet_number), binned(session).obs
        _description(request.model).of(session, key, lambda: _describe(embedded, obs))
    return embedded


def _describe(embedded: Embedded, obs: Any) -> None:
    """Let embedded samples say what the samples at hand say: a sample sheet may have been joined since."""
    kept = ("generain_loss", "generain_tie_spread")
    own = {name: embedded.adata.obs[name] for name in kept if name in embedded.adata.obs}
    embedded.adata.obs = obs.assign(**own)


def not_as_requested(request: EmbeddingRequest, embedded: Embedded) -> list[str]:
    """Return, in words, which choices of now an embedding was not made with."""
    options = embedded.done
    differ = {
        "loss": request.loss and "loss" not in options,
        "genes in context": not set(request.genes) <= set(options.get("contextual_genes", ())),
        f"{request.precision} precision": (request.precision == "mixed") != ("precision_samples" in options),
        f"{request.tie_orders} orders of equal bins": request.tie_orders != options.get("tie_orders", 1),
        f"device {request.device}": request.device != options["device"],
    }
    return [words for words, differs in differ.items() if differs]


def at_hand(session: Session, model: str = "") -> Any:
    """Return the samples at hand as a model (any, without a name) embedded them, without counts; None if none did."""
    basis = session.binned.basis if session.binned is not None else None
    for name in (model,) if model else MODEL_NAMES:
        embedded = embedding_job(name).result(session, (basis, name))
        if embedded is not None:
            return embedded.adata
    return None


def running(session: Session, request: EmbeddingRequest) -> job_view.Job | None:
    """Return the job that embeds, if there is one."""
    return embedding_job(request.model).running(session, request.key)


def forget(session: Session, request: EmbeddingRequest) -> None:
    """Drop an embedding and what was made of it; for callbacks."""
    model, adata = request.model, binned(session)
    if adata.uns["generain"].get("model") == model:
        drop_embedding(adata)
    embedding_job(model).drop(session)
    stability_job(model).drop(session)
    for method in _MAP_METHODS:
        map_job(model, method).drop(session)
    CLUSTERED.drop(session)
    _description(model).drop(session)


def placed(
    session: Session, request: EmbeddingRequest, embedded: Embedded, method: str
) -> tuple[SampleMap | None, job_view.Job | None]:
    """Return the map by a method, or the job that makes it, which is begun if need be."""
    if embedded.map is not None and embedded.map.method == method:
        return embedded.map, None
    mapping = map_job(request.model, method)
    if not mapping.is_begun(session, request.key):
        embedding = embedded.adata.obsm["X_generain"]

        def work(job: job_view.Job) -> SampleMap:
            at_hand = map_at_hand(embedded.adata, method)
            return at_hand or (map_apart if len(embedding) > APART else map_samples)(embedding, method, progress=job.tell)

        mapping.start(session, request.key, f"Map of {with_noun(len(embedding), 'sample')}", work, job_view.SHORT)
    return mapping.result(session, request.key), mapping.running(session, request.key)


def forget_map(session: Session, request: EmbeddingRequest, method: str) -> None:
    """Drop a map that was not made, so that it is begun again; for callbacks."""
    map_job(request.model, method).drop(session)


def maps(session: Session, request: EmbeddingRequest, embedded: Embedded) -> list[SampleMap]:
    """Return all maps that were made."""
    others = [map_job(request.model, method).result(session, request.key) for method in _MAP_METHODS]
    return [each for each in (embedded.map, *others) if each is not None]


def begin_stability(session: Session, release: Release, request: EmbeddingRequest, embedded: Embedded) -> None:
    """Queue the embeddings under gene drop-out. Raises GeneRAINError: too much is waiting."""

    def work(job: job_view.Job) -> Stability:
        job.tell(0.0, "opening the model")
        model = open_model(release, request.model)
        read = model.read(embedded.adata)
        own = embedded.adata.obsm["X_generain"]
        return stability(model.network, read.bins, read.tokens, own, device=request.device, progress=job.tell)

    stability_job(request.model).start(session, request.key, "Stability", work, request.device)


def stability_result(session: Session, request: EmbeddingRequest) -> tuple[Stability | None, job_view.Job | None]:
    """Return what gene drop-out does, and its job."""
    job = stability_job(request.model)
    return job.result(session, request.key), job.running(session, request.key)


def binned(session: Session) -> Any:
    """Return the binned samples. Raises GeneRAINError: there are none."""
    if session.normalized is None:
        raise GeneRAINError("The samples have no bins yet; bin them before they are embedded.")
    return session.normalized.adata

"""Training: against a plain loop, against a best loss that is known, and through the readers of released checkpoints."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.models.network import open_network
from generain_core.models.tokens import model_input
from generain_core.training.data import split, token_index
from generain_core.training.learner import make_learner
from generain_core.training.masks import draw, masked
from generain_core.training.train import Options, train
from tests.training import toy
from tests.training.toy import AS_PUBLISHED, GENES, SMALL, some_bins, trained

pytestmark = pytest.mark.usefixtures("one_thread")

KINDS = ("gpt", "bert_genes", "bert_expression")


def _plain_losses(kind: str, options: Options) -> list[float]:
    """Train in the plainest way: whole batches, whole logits, the loss of `transformers` with the labels -100."""
    bins, index = some_bins(), token_index(GENES)
    samples, _ = split(len(bins), options.validation, options.seed)
    model = make_learner(kind, len(index), options).model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay)
    effective = options.batch * options.accumulate
    by_epoch = options.schedule == "epochs"
    turns = 40 if by_epoch else -(-len(samples) // effective) * options.epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.learning_rate, total_steps=turns, pct_start=0.2, div_factor=5
    )
    tokens, losses = torch.tensor([index[gene] for gene in GENES]), []
    for epoch in range(options.epochs):
        order = np.random.default_rng((options.seed, 1, epoch)).permutation(samples)
        for start in range(0, len(order), effective):
            chosen = order[start : start + effective]
            given = model_input(torch.from_numpy(bins[chosen]), tokens, kind, options.positions)
            labels = given.tokens if options.predict_unexpressed else given.tokens.masked_fill(given.mask == 0, -100)
            shown = given
            if kind != "gpt":
                task = masked(given, draw(chosen, options.positions, (options.seed, 2, epoch)), tokens, kind, options)
                shown, labels = task.shown, task.targets.masked_fill(~task.predicted, -100)
            loss = model(input_ids=shown.tokens, position_ids=shown.positions, attention_mask=shown.mask, labels=labels).loss
            loss.backward()
            optimizer.step()
            if not by_epoch:
                schedule.step()
            optimizer.zero_grad()
            losses.append(float(loss.detach()))
        if by_epoch and epoch < 30:
            schedule.step()
    return losses


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("published", [True, False])
def test_losses_are_those_of_a_plain_loop(kind, published, tmp_path) -> None:
    options = replace(AS_PUBLISHED if published else SMALL, dropout=0.0, embedding_dropout=0.0)
    made = trained(tmp_path / "a.pth", kind, options)
    losses = [float(loss) for (loss,) in toy.rows(made.log, "loss")]
    assert losses == pytest.approx(_plain_losses(kind, options), rel=1e-4)


def test_the_published_rate_moves_once_an_epoch_and_is_held_after_thirty(tmp_path) -> None:
    """Resumed in the middle too: the rates are those of PyTorch's own cycle, stepped after each of the first 30 epochs."""

    def stop(share: float, words: str) -> None:
        if share > 0.4:
            raise Cancelled("Cancelled.")

    options = replace(AS_PUBLISHED, epochs=34, accumulate=6, learning_rate=1e-4)
    with pytest.raises(Cancelled):
        trained(tmp_path / "a.pth", options=options, progress=stop)
    made = trained(tmp_path / "a.pth", options=options, resume=True)
    optimizer = torch.optim.AdamW([torch.zeros(1, requires_grad=True)], lr=1e-4)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-4, total_steps=40, pct_start=0.2, div_factor=5)
    wanted = []
    for epoch in range(34):
        wanted.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if epoch < 30:
            cycle.step()
    rates = [(int(epoch), float(rate)) for epoch, rate in toy.rows(made.log, "epoch", "learning_rate")]
    assert len(rates) == 34 * 2
    assert [rate for _, rate in rates] == pytest.approx([wanted[epoch - 1] for epoch, _ in rates])
    assert rates[0][1] == pytest.approx(2e-5)
    assert rates[-1][1] == rates[-7][1] == pytest.approx(wanted[30])


def test_the_mask_is_the_padding_index_of_bert() -> None:
    """Its row begins at zero, and what is read there teaches it nothing; without the option it is a token like others."""
    for family in ("bert_genes", "bert_expression"):
        for padding in (True, False):
            learner = make_learner(family, 63, replace(AS_PUBLISHED, padding=padding))
            table = learner.model.bert.embeddings.word_embeddings
            assert bool((table.weight[0] == 0).all()) == padding
            table(torch.tensor([0, 5])).sum().backward()
            assert bool((table.weight.grad[0] == 0).all()) == padding
            assert (table.weight.grad[5] != 0).all()


def test_gpts_embedding_has_a_dropout_of_its_own() -> None:
    learner = make_learner("gpt", 63, Options(width=16, layers=1))
    assert learner.model.transformer.drop.p == 0.1
    assert learner.model.transformer.h[0].attn.attn_dropout.p == 0.05


@pytest.mark.parametrize(("batch", "processes", "batches"), [(12, 3, 5), (12, 1, 15), (180, 1, 1), (400, 2, 1), (12, 4, 4)])
def test_a_step_has_about_180_samples_whatever_the_processes(batch, processes, batches) -> None:
    assert Options(batch=batch).batches_of_step(processes) == batches
    assert Options(batch=batch, accumulate=7).batches_of_step(processes) == 7


def test_a_known_best_loss_is_reached(tmp_path) -> None:
    """On a ring of genes the next is one step on (7 of 10 times) or two: no model can do better than that entropy."""
    rng, genes, length, one = np.random.default_rng(1), 48, 20, 0.7
    steps = np.where(rng.random((1500, length)) < one, 1, 2)
    steps[:, 0] = rng.integers(0, genes, 1500)
    ring = steps.cumsum(1) % genes
    bins = np.ones((1500, genes), np.float32)
    np.put_along_axis(bins, ring, np.arange(2000, 2000 - length, -1, dtype=np.float32)[None].repeat(1500, 0), 1)
    best = -(one * np.log(one) + (1 - one) * np.log(1 - one))
    options = Options(
        width=32,
        layers=1,
        positions=length,
        epochs=4,
        batch=32,
        accumulate=1,
        learning_rate=2e-2,
        dropout=0.0,
        embedding_dropout=0.0,
        schedule="steps",
        predict_unexpressed=False,
    )
    made = train([bins], [f"G{i}" for i in range(genes)], kind="gpt", out=tmp_path / "ring.pth", options=options, device="cpu")
    assert best * 0.95 < made.validation_loss < best * 1.05


def test_the_learning_rate_makes_one_cycle(tmp_path) -> None:
    made = trained(tmp_path / "a.pth", options=replace(SMALL, epochs=5))
    rates = [float(rate) for (rate,) in toy.rows(made.log, "learning_rate")]
    peak = int(np.argmax(rates))
    assert rates[0] == pytest.approx(3e-3 / 5)
    assert max(rates) == pytest.approx(3e-3, rel=0.02)
    assert 0 < peak == pytest.approx(0.2 * len(rates), abs=1.5)
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


def test_held_out_samples_are_never_trained_on(tmp_path) -> None:
    """Samples whose genes stand nowhere else leave no trace in the weights of those genes if they were held out."""
    bins = some_bins()
    _, held = split(len(bins), 0.1, 0)
    made = trained(tmp_path / "a.pth", options=replace(SMALL, epochs=1))
    assert (made.samples, made.held_out) == (45, 5)
    changed = bins.copy()
    changed[held] = changed[held, ::-1]
    again = train([changed], GENES, kind="gpt", out=tmp_path / "b.pth", options=replace(SMALL, epochs=1), device="cpu")
    first, second = toy.weights(made.path), toy.weights(again.path)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert made.validation_loss != again.validation_loss


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_does_not_depend_on_how_it_is_divided(kind, tmp_path) -> None:
    options = replace(SMALL, dropout=0.0, epochs=1)
    whole = trained(tmp_path / "a.pth", kind, replace(options, batch=8, accumulate=1))
    parts = trained(tmp_path / "b.pth", kind, replace(options, batch=2, accumulate=4))
    wanted = [float(loss) for (loss,) in toy.rows(whole.log, "loss")]
    assert [float(loss) for (loss,) in toy.rows(parts.log, "loss")] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_in_mixed_precision_losses_stay_near(kind, tmp_path) -> None:
    options = replace(SMALL, dropout=0.0)
    exact, mixed = (
        [float(loss) for (loss,) in toy.rows(trained(tmp_path / f"{p}.pth", kind, replace(options, precision=p)).log, "loss")]
        for p in ("float32", "mixed")
    )
    assert exact != mixed
    assert mixed == pytest.approx(exact, rel=0.01)
    assert all(tensor.dtype == torch.float32 for tensor in toy.weights(tmp_path / "mixed.pth").values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("company", [1, 2])
def test_samples_without_expressed_genes_teach_nothing(kind, company, tmp_path) -> None:
    """Alone in their batch, or with samples of many genes: the loss of a step is that of the others."""
    full = some_bins(2 * company)
    bins = np.concatenate([full, np.ones((4, len(GENES)), np.float32)])
    options = replace(SMALL, dropout=0.0, epochs=1, batch=2, accumulate=4, validation=0.0)
    made = train([bins], GENES, kind=kind, out=tmp_path / "a.pth", options=options, device="cpu")
    (logged,) = toy.rows(made.log, "loss")
    assert all(torch.isfinite(tensor).all() for tensor in toy.weights(made.path).values())
    assert float(logged[0]) > 3
    alone = train([full], GENES, kind=kind, out=tmp_path / "b.pth", options=options, device="cpu")
    assert float(logged[0]) == pytest.approx(alone.loss, rel=1e-5)


def test_a_step_with_nothing_to_predict_has_no_loss(tmp_path) -> None:
    """Two samples teach, four are empty: of three steps of two samples, at least one has an empty cell, never a 0."""
    bins = np.concatenate([some_bins(2), np.ones((4, len(GENES)), np.float32)])
    options = replace(SMALL, epochs=3, batch=2, accumulate=1, validation=0.0)
    made = train([bins], GENES, kind="gpt", out=tmp_path / "a.pth", options=options, device="cpu")
    losses = [loss for (loss,) in toy.rows(made.log, "loss")]
    assert len(losses) == 9
    assert 3 <= losses.count("") < 9
    assert all(float(loss) > 3 for loss in losses if loss)


def test_the_callers_random_numbers_stay(tmp_path) -> None:
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    trained(tmp_path / "a.pth", options=replace(SMALL, epochs=1))
    assert torch.equal(torch.rand(3), wanted)


def test_the_same_seed_gives_the_same_bytes(tmp_path) -> None:
    first, second, other = (
        trained(tmp_path / f"{i}.pth", options=replace(SMALL, epochs=1, seed=seed)).path.read_bytes()
        for i, seed in enumerate((0, 0, 1))
    )
    assert first == second != other


def test_what_is_trained_learns_programs(tmp_path) -> None:
    """The loss of a gene's place among the others falls below what the genes' frequencies alone give."""
    made = trained(tmp_path / "a.pth", options=replace(SMALL, epochs=6))
    validation = [float(loss) for (loss,) in toy.rows(made.log, "validation_loss") if loss]
    assert len(validation) == 6
    assert validation[-1] < validation[0] < np.log(63) + 0.1
    assert json.loads(made.index.read_text()) == token_index(GENES)
    assert open_network(made.path, "gpt").genes == 63


def test_kinds_that_are_none_are_refused(tmp_path) -> None:
    with pytest.raises(GeneRAINError, match="no kind of model 'GPT-9'"):
        trained(tmp_path / "a.pth", "GPT-9")


def test_genes_are_shown_in_part_where_their_places_mean_nothing(tmp_path) -> None:
    made = trained(tmp_path / "a.pth", "bert_expression", replace(SMALL, shown=12, epochs=1))
    assert np.isfinite(made.loss)
    with pytest.raises(GeneRAINError, match="all that enter are shown"):
        trained(tmp_path / "b.pth", "gpt", replace(SMALL, shown=12))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"width": 30}, "multiple of 4"),
        ({"epochs": 0}, "epochs can't be 0"),
        ({"learning_rate": float("nan")}, "learning rate can't be nan"),
        ({"positions": 4096}, "positions can't be 4096; give a number from 2 to 2048"),
        ({"mask_share": 0.8, "random_share": 0.3}, "add up to more than 1"),
        ({"precision": "half"}, "no precision 'half'"),
        ({"schedule": "days"}, "no schedule 'days'"),
        ({"cycle": 20}, "cycle has 20 epochs and can't be held after 30"),
    ],
)
def test_settings_that_can_not_be_are_refused(wrong, message) -> None:
    with pytest.raises(GeneRAINError, match=message):
        Options(**wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_begins_with_vectors_of_genes(kind, tmp_path) -> None:
    rng = np.random.default_rng(0)
    vectors = {gene: rng.normal(3, 2, 16).astype(np.float32) for gene in GENES[:40]}
    learner = make_learner(kind, 63, SMALL)
    before = learner.gene_table.clone()
    learner.begin_with({3 + i: vectors[gene] for i, gene in enumerate(GENES[:40])})
    after = learner.gene_table
    assert torch.equal(after[43:], before[43:])
    assert torch.equal(after[:3], before[:3])
    rows = np.stack(list(vectors.values()))
    np.testing.assert_allclose(after[3:43].detach(), (rows - rows.mean(0)) / (rows - rows.mean(0)).std(ddof=1) * 0.1, atol=1e-5)
    made = trained(tmp_path / "a.pth", kind, replace(SMALL, epochs=1, learning_rate=1e-9), gene_embedding=vectors)
    name = {"gpt": "gpt.transformer.wte", "bert_genes": "word_embeddings", "bert_expression": "position_embeddings"}[kind]
    (table,) = [weight for key, weight in toy.weights(made.path).items() if f"{name}.weight" in key]
    np.testing.assert_allclose(table, learner.gene_table.detach(), atol=1e-5)
    with pytest.raises(GeneRAINError, match="16 wide can't begin with vectors in 5"):
        learner.begin_with({3: np.zeros(5, np.float32)})

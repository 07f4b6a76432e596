"""In-silico knock-down: shifts against embedding by hand, baselines against scikit-learn, verdicts on planted truth."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.models.embedding import embed_samples
from generain_core.models.model import open_model
from generain_core.models.pooling import embed_bins
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.gene_values import gene_values
from generain_core.perturbations.in_silico.baselines import regression_shift, target_expression
from generain_core.perturbations.in_silico.changed_controls import ChangedControls, InSilicoOptions
from generain_core.perturbations.in_silico.knockdown import candidates, in_silico
from generain_core.perturbations.in_silico.verdict import BASELINES, rows_of_verdict
from generain_core.perturbations.run import Perturbed, run
from generain_core.release.files import choose
from generain_core.samples.binning.normalize import normalize
from generain_core.ui.perturbations.charts import silico
from generain_core.vectors.atlas import open_genes
from tests.samples.toy import table

CHOICES = Choices(column="what", control="ctrl", min_genes=100, device="cpu", settings=Settings(199, 0))
ASK = InSilicoOptions(controls=2, random_genes=19, device="cpu")


@pytest.fixture(scope="module")
def release(standin):
    return choose(standin)


@pytest.fixture(scope="module")
def resolver(release):
    return open_genes(release)


@pytest.fixture(scope="module")
def result(release, resolver) -> Perturbed:
    """Return seven knock-downs, one of a gene that is not expressed, embedded by the first model of the stand-in."""
    generator = np.random.default_rng(0)
    genes = resolver.table.model.index.tolist()
    level = generator.gamma(2.0, 100, len(genes))
    level[-1] = 0
    genes, level = [*genes, "an unknown transcript"], np.append(level, 10 * level.sum())
    plain = table(generator.poisson(np.tile(level, (3, 1))).astype(float), genes)
    binned = normalize(plain, release, resolver, min_genes=100).adata
    read = list(binned.var_names[np.argsort(-binned.layers["bins"].mean(0), kind="stable")])
    targets = [*read[20:260:40], genes[-2]]
    what = ["ctrl"] * 6 + [target for target in targets for _ in range(4)] + ["a drug"] * 4
    counts = generator.poisson(np.tile(level, (len(what), 1))).astype(float)
    for i, label in enumerate(what):
        if label in targets:
            counts[i, genes.index(label)] = 0
    return run(table(counts, genes, obs={"what": what}), CHOICES, release, resolver)


@pytest.fixture(scope="module")
def made(result, release):
    return in_silico(result, release, ASK)


def test_the_foreseen_shift_is_that_of_embedding_changed_samples(result, release, made) -> None:
    controls = result.adata[(result.adata.obs["what"] == "ctrl").to_numpy()]
    levels = controls[:, made.table["target"].tolist()].layers["bins"].mean(0)
    middle = made.table["target"][int(np.argmin(np.where(levels > 1, levels, np.inf)))]
    rows = np.sort(np.random.default_rng(0).choice(6, 2, replace=False))
    before, row = controls[rows].copy(), made.table["target"].tolist().index(middle)
    for bins, to in ((1, "unexpressed"), (2000, "top")):
        told = made if to == "unexpressed" else in_silico(result, release, replace(ASK, to=to, most=row + 1))
        after = before.copy()
        after.layers["bins"][:, after.var_names.get_loc(told.table.loc[row, "target"])] = bins
        for each in (before, after):
            embed_samples(each, release, result.model, device="cpu")
        shift = (after.obsm["X_generain"] - before.obsm["X_generain"]).mean(0)
        np.testing.assert_allclose(told.shifts[row], shift, atol=1e-6)
        place = result.rankings[0].table["perturbation"].tolist().index(told.table.loc[row, "perturbation"])
        measured = result.rankings[0].shifts[place]
        expected = shift @ measured / np.linalg.norm(shift) / np.linalg.norm(measured)
        assert told.table.loc[row, "cosine_model"] == pytest.approx(expected, abs=1e-5)


def test_each_perturbation_stands_beside_its_baselines(result, made) -> None:
    found = made.table.set_index("perturbation")
    assert set(found.index) == set(candidates(result)) == set(result.design.targets)
    read = found[found["read_in"] > 0]
    assert len(read) == 6
    assert read[list(BASELINES)].notna().all(axis=None)
    assert read["random_p"].between(1 / 20, 1).all()
    silent = found[found["read_in"] == 0].iloc[0]
    assert np.isnan(silent["cosine_model"])
    assert "changes nothing" in silent["note"]
    assert any("1 target with nothing to change" in note for note in made.notes)
    i = result.rankings[0].table["perturbation"].tolist().index(read.index[0])
    shifts = result.rankings[0].shifts
    others = np.delete(shifts, i, axis=0).mean(0)
    cosine = others @ shifts[i] / np.linalg.norm(others) / np.linalg.norm(shifts[i])
    assert read["cosine_mean_others"].iloc[0] == pytest.approx(cosine)


@pytest.mark.parametrize("to", ["unexpressed", "top"])
@pytest.mark.parametrize("family", ["gpt", "bert_expression"])
def test_the_published_change_keeps_genes_and_masks_none(to, family, release) -> None:
    """By hand: the genes of the highest bins, one of them set last or first, all attended to, the mean of all hidden states."""
    name = {"gpt": "GPT_Binning_By_Gene", "bert_expression": "BERT_Pred_Expr_Binning_By_Gene"}[family]
    network = replace(open_model(release, name).network, max_genes=30)
    rng = np.random.default_rng(4)
    bins = rng.integers(2, 2001, (2, 50))
    bins[:, 20:] //= 4
    bins[bins < 2] = 2
    bins[0, :5] = 2000
    bins[1, np.argsort(-bins[1])[25:]] = 1  # the second control expresses fewer genes than enter
    genes = tuple(f"G{i}" for i in range(50))
    tokens = np.arange(3, 53)
    ask = InSilicoOptions(to=to, random_genes=1, device="cpu")
    controls = ChangedControls(
        network=network, bins=bins, tokens=tokens, genes=genes, start=np.zeros((2, network.width)), device="cpu", ask=ask, seed=0
    )
    moved = controls._published([int(np.argsort(-bins[0])[9]), 49])

    def states(row: np.ndarray, kept: list[int]) -> np.ndarray:
        order = sorted(kept, key=lambda i: (-row[i], i))
        ids = torch.tensor([[tokens[i] for i in order]])
        if family == "gpt":
            out = network.body(input_ids=ids).last_hidden_state
        else:
            expressed = [row[i] for i in order if row[i] > 1]
            edges = np.quantile(expressed, np.arange(101) / 100)
            digits = [max(1, int(np.digitize(row[i], edges, right=True))) if row[i] > 1 else 1 for i in order]
            out = network.body(input_ids=torch.tensor([digits]), position_ids=ids).last_hidden_state
        return out[0].mean(0).detach().numpy()

    for control in range(2):
        kept = sorted(range(50), key=lambda i: (-bins[control, i], i))[:30]
        target = int(np.argsort(-bins[0])[9])
        row = bins[control].astype(float)
        row[target] = 1 if to == "unexpressed" else 2001
        wanted = states(row, kept) - states(bins[control].astype(float), kept) if target in kept else 0
        np.testing.assert_allclose(moved[0, control], wanted, atol=1e-5)
        if 49 not in kept:
            assert not moved[1, control].any()


@pytest.mark.slow
def test_placebos_are_of_like_rank_and_a_gene_like_them_is_told_from_them_as_often_as_it_should(release) -> None:
    """Of genes that are any, 5 % or so have a p-value of 0.05, though lengths follow rank; targets are no placebos."""
    model = open_model(release, "GPT_Binning_By_Gene")
    rng = np.random.default_rng(0)
    genes = tuple(sorted(model.index, key=model.index.__getitem__))[3:400]
    tokens = np.array([model.index[gene] for gene in genes])
    level = rng.uniform(100, 1900, len(genes))
    bins = np.clip(level + rng.normal(0, 60, (2, len(genes))), 2, 2000).astype(np.int64)
    network = replace(model.network, max_genes=min(model.network.most_genes, 400))
    start = embed_bins(network, bins, tokens).astype(float)
    ask = InSilicoOptions(random_genes=19, device="cpu", published=False)
    controls = ChangedControls(network=network, bins=bins, tokens=tokens, genes=genes, start=start, device="cpu", ask=ask, seed=0)
    chosen = controls._placebos(50, {genes[50]}, 0)
    assert 50 not in chosen
    assert len(set(chosen)) == 19
    within = np.sort(np.abs(controls.places - controls.places[50]))[60]
    assert (np.abs(controls.places[chosen] - controls.places[50]) <= within).all()
    some = rng.choice(np.flatnonzero(controls.places < network.most_genes - 5), 60, replace=False)
    p = np.array([controls.of(genes[i], set(), number)[0].placebo_p for number, i in enumerate(some)])
    assert (p <= 0.05).mean() <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 60)
    assert 0.38 < p.mean() < 0.62


def test_each_row_stands_beside_its_placebos(made) -> None:
    read = made.table[made.table["read_in"] > 0]
    assert read["placebo_p"].between(1 / 20, 1).all()
    assert (read[["length", "placebo_length"]] > 0).all(axis=None)
    seen = made.table[made.table["published_read_in"] > 0]
    assert len(seen)
    assert seen[["cosine_published", "published_length", "published_placebo_p"]].notna().all(axis=None)
    assert any("follow the rank" in note for note in made.notes)


def planted(result: Perturbed, shifts: np.ndarray) -> Perturbed:
    return replace(result, rankings=(replace(result.rankings[0], shifts=shifts), *result.rankings[1:]))


def test_a_model_that_foresees_beats_the_baselines_and_one_that_does_not_is_told_so(result, release, made) -> None:
    generator = np.random.default_rng(1)
    true = np.array(result.rankings[0].shifts)
    place = {name: i for i, name in enumerate(result.rankings[0].table["perturbation"])}
    size = np.nanmean(np.linalg.norm(made.shifts, axis=1))
    for name, shift in zip(made.table["perturbation"], made.shifts, strict=True):
        noise = generator.normal(size=len(shift)) * size / np.sqrt(len(shift))
        true[place[name]] = np.nan_to_num(shift) + 0.2 * noise
    told = in_silico(planted(result, true), release, ASK)
    assert told.beats is True
    assert told.verdict.startswith("The model beats the baselines: over 6 perturbations, mean cosine")
    assert told.table.set_index("perturbation").loc[made.table.loc[made.table["read_in"] > 0, "perturbation"], "beats"].sum() >= 5
    alike = np.tile(generator.normal(size=true.shape[1]), (len(true), 1)) + 0.1 * generator.normal(size=true.shape)
    lost = in_silico(planted(result, alike), release, ASK)
    assert lost.beats is False
    assert "does not beat the baselines" in lost.verdict
    assert not lost.table["beats"].any()


def test_the_verdict_is_by_all_sign_flips(made) -> None:
    both = made.table.dropna(subset=["cosine_model"])
    for column, row in zip(BASELINES, made.summary.itertuples(), strict=True):
        differences = (both["cosine_model"] - both[column]).to_numpy()
        sums = [np.dot(signs, differences) for signs in itertools.product((1, -1), repeat=len(differences))]
        assert row.perturbations == 6
        assert row.p_value == pytest.approx(np.mean(np.array(sums) >= differences.sum() - 1e-12))
        assert row.difference == pytest.approx(differences.mean())


def test_the_verdict_and_the_lines_of_the_chart_are_of_the_same_perturbations(made) -> None:
    read = made.table["cosine_model"].notna().to_numpy()
    assert not read.all()
    assert rows_of_verdict(made.table).tolist() == read.tolist()
    assert "over 6 perturbations" in made.verdict
    lines = [shape.x0 for shape in silico(made, simulated=True).layout.shapes if shape.x0 == shape.x1]
    means = [made.table.loc[read, column].mean() for column in ("cosine_model", *BASELINES)]
    assert lines == pytest.approx(means[::-1])
    assert made.summary["mean_cosine"].tolist() == pytest.approx(means[1:])
    assert made.summary["mean_cosine_model"].tolist() == pytest.approx(means[:1] * 3)


def test_few_perturbations_have_no_verdict(result, release) -> None:
    told = in_silico(result, release, replace(ASK, most=3))
    assert told.beats is None
    assert "Too few perturbations to tell" in told.verdict
    assert any("The 3 surest of 7" in note for note in told.notes)


def test_the_regression_is_ridge_on_principal_components(result) -> None:
    names = candidates(result)
    targets = [result.design.targets[name] for name in names]
    ranking = result.rankings[0]
    place = {name: i for i, name in enumerate(ranking.table["perturbation"])}
    shifts = ranking.shifts[[place[name] for name in names]]
    known = target_expression(gene_values(result, "log2", prior=1), result.design.labels, targets, 0)
    counts = result.expression.values
    logs = np.log2(counts * (1e7 / counts.sum(1))[:, None] + 1)
    genes = list(result.row_genes)
    for i in (0, 3):
        rows = result.design.labels != names[i]
        train = [j for j in range(len(names)) if j != i]
        fitted = PCA(min(10, len(train) - 1), svd_solver="full").fit(logs[rows])
        scores = (fitted.components_ * fitted.singular_values_[:, None]).T[[genes.index(t) for t in targets]]
        scores /= np.sqrt((scores[train] ** 2).mean())
        ridge = Ridge(alpha=0.1 * len(train)).fit(scores[train], shifts[train])
        np.testing.assert_allclose(regression_shift(known, shifts, names, targets, i), ridge.predict(scores[[i]])[0], atol=1e-6)


def test_without_an_embedding_or_a_target_it_is_refused(result, release) -> None:
    with pytest.raises(GeneRAINError, match="not embedded"):
        in_silico(replace(result, model=""), release)
    bare = replace(result.rankings[0], table=result.rankings[0].table.assign(target=""))
    with pytest.raises(GeneRAINError, match="none names a gene"):
        in_silico(replace(result, rankings=(bare,)), release)
    with pytest.raises(GeneRAINError, match="at least 1 control"):
        in_silico(result, release, replace(ASK, controls=0))


def test_it_can_be_cancelled(result, release) -> None:
    def stop(share: float, words: str) -> None:
        if share > 0:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        in_silico(result, release, ASK, stop)


def test_the_table_is_a_frame(made) -> None:
    assert isinstance(made.summary, pd.DataFrame)

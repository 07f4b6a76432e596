"""An order of genes is proved when it is right, and never when it is not."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import generain_core as gr
from generain_core.attributes import open_store
from generain_core.attributes.order.agreement import agreement, bounds, profiles_of
from generain_core.attributes.order.members import member_agreement
from generain_core.attributes.order.proof import prove
from generain_core.attributes.order.recorded import CONSENT, RefutedOrder
from generain_core.attributes.predictions import Predictions
from generain_core.cli import main
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.vectors import open_vectors
from tests.attributes.layouts import NAMELESS, table_of
from tests.attributes.make import gene_names, names_of, path_of, put_genes, put_table
from tests.vectors.fixtures import put_array

GENES, ATTRIBUTES = 1200, 40


@pytest.fixture(scope="module")
def cloud() -> tuple[np.ndarray, np.ndarray]:
    """Return vectors in groups of alike genes, and probabilities (attributes × genes) that follow them, with noise."""
    rng = np.random.default_rng(5)
    vectors = (rng.normal(size=(60, 12))[rng.integers(0, 60, GENES)] + rng.normal(0, 0.3, (GENES, 12))).astype(np.float32)
    score = rng.normal(size=(ATTRIBUTES, 12)) @ vectors.T + rng.normal(0, 1, (ATTRIBUTES, GENES))
    return vectors, (1 / (1 + np.exp(2 - score))).round(5).astype(np.float32)


def put_all(root: Path, cloud, kind: str = "list", **lists: list[str]) -> Release:
    """Write a release whose table names no genes: vectors, and further lists of genes."""
    vectors, values = cloud
    put_array(root, gene_names(GENES), vectors)
    for key, genes in lists.items():
        path = path_of(root, {"boundaries": "boundaries/coding_lncrna/genes", "index": "index/coding_lncrna"}[key])
        path.write_text(json.dumps({g: i for i, g in enumerate(genes)}) if key == "index" else "\n".join(genes) + "\n")
    return put_table(root, table_of(kind, values, gene_names(GENES)))


@pytest.mark.parametrize("kind", NAMELESS)
def test_names_that_are_nowhere_are_taken_in_the_order_that_is_proved(tmp_path, fresh_cache, cloud, kind) -> None:
    release = put_all(tmp_path, cloud, kind, boundaries=gene_names(GENES))
    store = open_store(release)
    assert store.genes == tuple(gene_names(GENES))
    np.testing.assert_array_equal(store.by_attribute, cloud[1])
    assert "names no genes" in store.notes[0]
    assert "the gene list of the vectors and the boundaries of coding_lncrna" in store.notes[0]
    order = Predictions.open(release).order
    assert order.proved
    assert order.agreement.in_place > 0.6
    assert abs(order.agreement.shuffled) < 0.1


def test_an_order_that_is_not_that_of_the_values_is_not_used(tmp_path, fresh_cache, cloud) -> None:
    shuffled = [gene_names(GENES)[i] for i in np.random.default_rng(0).permutation(GENES)]
    release = put_all(tmp_path, (cloud[0], cloud[1][:, np.random.default_rng(1).permutation(GENES)]), boundaries=shuffled)
    with pytest.raises(ReleaseError) as told:
        open_store(release)
    assert "no order that the release has can be proved" in str(told.value)
    assert str(told.value).count("on average, in a shuffled order by") == 2  # both orders, with both figures
    assert "genes_clf_pred_results.genes.txt" in str(told.value)
    assert not list((fresh_cache / "attributes").iterdir())


def test_the_right_order_is_found_among_wrong_ones(tmp_path, fresh_cache, cloud) -> None:
    shuffled = [gene_names(GENES)[i] for i in np.random.default_rng(0).permutation(GENES)]
    values = cloud[1][:, np.random.default_rng(0).permutation(GENES)]
    release = put_all(tmp_path, (cloud[0], values), boundaries=shuffled, index=sorted(gene_names(GENES)))
    assert open_store(release).genes == tuple(shuffled)


def test_two_orders_that_can_be_proved_and_disagree_are_asked_about(tmp_path, fresh_cache, cloud) -> None:
    other = gene_names(GENES)
    other[3], other[900] = other[900], other[3]
    with pytest.raises(ReleaseError, match=r"two orders can be proved that disagree on 2 genes, first on value 4"):
        open_store(put_all(tmp_path, cloud, boundaries=other))


def test_no_list_is_as_long_as_the_table(tmp_path, fresh_cache, cloud) -> None:
    release = put_all(tmp_path, (cloud[0], cloud[1][:, :1190]), "list")
    put_table(tmp_path, pa.table({"attribute": names_of(ATTRIBUTES), "p": list(cloud[1][:, :1190])}))
    with pytest.raises(ReleaseError, match="1,190 values.*nothing in the release lists as many.*1,200 in the gene list"):
        open_store(release)


def test_a_list_that_another_order_refutes_is_refused(tmp_path, fresh_cache, cloud) -> None:
    release = put_all(tmp_path, cloud)
    put_genes(tmp_path, [*gene_names(GENES)[1:], gene_names(GENES)[0]])
    with pytest.raises(ReleaseError, match=r"genes.txt is not the order of the genes"):
        open_store(Release.open(release.root))


def test_a_list_that_is_refuted_is_not_used_unless_somebody_says_so(tmp_path, fresh_cache, cloud, capsys) -> None:
    names = gene_names(GENES)
    put_all(tmp_path, (cloud[0], cloud[1][:, np.random.default_rng(1).permutation(GENES)]))
    put_genes(tmp_path, names)
    generain = gr.open(tmp_path)
    assert generain.attribute_order().attrs["refuted"]
    with pytest.raises(RefutedOrder) as told:
        generain.attributes(names[0])
    assert "on average, in a shuffled order by" in str(told.value)
    for line in (["attributes", names[0]], ["genes", names_of(ATTRIBUTES)[0]]):
        assert main(["--release", str(tmp_path), *line]) == 2
        assert "so nothing is told of them" in capsys.readouterr().err
    assert generain.explain(names[0], names[1]).genes == tuple(names[:2])
    assert main(["--release", str(tmp_path), "attributes", "--prepare"]) == 0
    assert "--even-if-unproved" in capsys.readouterr().out
    assert main(["--release", str(tmp_path), *CONSENT.split()[1:]]) == 0
    table = generain.attributes(names[0])
    assert len(table)
    assert "may belong to other genes" in table.attrs["warnings"][0]
    put_genes(tmp_path, names[::-1])  # what was taken is taken as long as nothing changes
    with pytest.raises(RefutedOrder):
        gr.open(tmp_path).attributes(names[0])


def _figures(cloud, genes: list[str], space, sets=None):
    return prove(cloud[1], names_of(ATTRIBUTES), genes, "a list", space, sets)


@pytest.fixture
def space(tmp_path, fresh_cache, cloud):
    put_array(tmp_path, gene_names(GENES), cloud[0])
    return open_vectors(Release.open(tmp_path))


def test_agreement_equals_a_plain_loop(cloud, space) -> None:
    found = _figures(cloud, gene_names(GENES), space).agreement
    odds = np.log(cloud[1].astype(float).clip(1e-6, 1 - 1e-6)) - np.log1p(-cloud[1].astype(float).clip(1e-6, 1 - 1e-6))
    profiles = ((odds - odds.mean(1, keepdims=True)) / odds.std(1, keepdims=True)).T
    profiles /= np.linalg.norm(profiles, axis=1, keepdims=True)
    unit = cloud[0].astype(float) / np.linalg.norm(cloud[0].astype(float), axis=1, keepdims=True)
    own, elsewhere = [], []
    for gene in np.unique(np.linspace(0, 499, 170).astype(int)):
        near = np.argsort(-np.where(np.arange(GENES) == gene, -9, unit @ unit[gene]))[:10]
        expected = profiles[near].mean(0) / np.linalg.norm(profiles[near].mean(0))
        own.append(expected @ profiles[gene])
        elsewhere.append(np.mean([expected @ profiles[other] for other in range(500) if other != gene]))
    assert found.blocks[0].in_place == pytest.approx(np.mean(own), abs=1e-4)
    assert found.blocks[0].elsewhere == pytest.approx(np.mean(elsewhere), abs=1e-4)
    gain = np.array(own) - elsewhere
    assert found.blocks[0].clearness == pytest.approx(gain.mean() / (gain.std(ddof=1) / np.sqrt(len(gain))), rel=1e-3)


@pytest.mark.parametrize("start", [1, 260, 500, 700, 1000])
@pytest.mark.parametrize("by", [1, -1, 7])
def test_a_shift_part_way_is_seen(cloud, space, start, by) -> None:
    names = gene_names(GENES)
    shifted = names[:start] + list(np.roll(names[start:], by))
    assert not _figures(cloud, shifted, space).proved


@pytest.mark.parametrize("start", [0, 300, 1050])
def test_a_stretch_that_is_shifted_is_seen(cloud, space, start) -> None:
    names = gene_names(GENES)
    names[start : start + 150] = list(np.roll(names[start : start + 150], 1))
    found = _figures(cloud, names, space)
    assert [block.start for block in found.doubtful] == [start // 500 * 500 if start < 1000 else 500]
    assert found.shifted
    assert f"not genes {found.doubtful[0].start + 1:,}–" in str(found)


def test_names_are_refuted_where_some_are_shifted_or_half_show_no_sign(cloud, space) -> None:
    names = gene_names(GENES)
    right, shifted = _figures(cloud, names, space), _figures(cloud, [*names[:700], *names[701:], names[700]], space)
    assert not right.refuted
    assert shifted.refuted
    wrong = [names[i] for i in np.random.default_rng(8).permutation(GENES)]
    assert _figures(cloud, wrong, space).refuted
    noisy = np.random.default_rng(4).uniform(size=cloud[1].shape).astype(np.float32) * 0.89 + 0.11 * cloud[1]
    weak = prove(noisy, names_of(ATTRIBUTES), names, "a list", space)
    assert not weak.proved
    assert not weak.refuted  # evidence that is weak speaks for the order, not against it


def test_known_members_refute_where_there_are_no_vectors(cloud) -> None:
    names, values = gene_names(GENES), cloud[1]
    sets = {names_of(ATTRIBUTES)[i].upper(): [names[j] for j in np.argsort(-values[i])[:20]] for i in range(20)}
    right, wrong = (prove(values, names_of(ATTRIBUTES), each, "a list", None, sets) for each in (names, names[::-1]))
    assert not right.refuted
    assert wrong.refuted
    assert "known members of 20 attributes" in str(wrong)


def test_blocks_cover_all_genes() -> None:
    assert bounds(1200) == [(0, 500), (500, 1200)]
    assert bounds(1300) == [(0, 500), (500, 1000), (1000, 1300)]
    assert bounds(90) == [(0, 90)]


def test_wrong_orders_are_never_proved(cloud, space) -> None:
    rng = np.random.default_rng(2)
    profiles = profiles_of(cloud[1])
    unit = (cloud[0] / np.linalg.norm(cloud[0], axis=1, keepdims=True)).astype(np.float32)
    blocks = [block for _ in range(12) for block in agreement(profiles, rng.permutation(GENES), unit).blocks]
    clearness = np.array([block.clearness for block in blocks])
    assert not any(block.proved for block in blocks)
    assert abs(clearness.mean()) < 0.5
    assert np.abs(clearness).max() < 5  # standard errors that hold: nothing near the 6 that are asked for


def test_genes_that_are_alike_within_groups_that_lie_together_are_not_proved_when_shuffled_within(cloud, space) -> None:
    order = np.argsort(cloud[0][:, 0])
    rng = np.random.default_rng(3)
    local = np.concatenate([rng.permutation(order[i : i + 300]) for i in range(0, GENES, 300)])
    values = cloud[1][:, order]
    found = prove(values, names_of(ATTRIBUTES), [gene_names(GENES)[i] for i in local], "a list", space)
    assert not found.proved


def test_known_members_prove_and_refute(cloud, space) -> None:
    names, values = gene_names(GENES), cloud[1]
    sets = {names_of(ATTRIBUTES)[i].upper(): [names[j] for j in np.argsort(-values[i])[:20]] for i in range(20)}
    found = member_agreement(values, names_of(ATTRIBUTES), names, sets)
    assert found.attributes == 20
    assert found.in_place == pytest.approx(1, abs=1e-4)
    assert abs(found.shuffled - 0.5) < 0.1
    wrong = {name: [names[(names.index(g) + 600) % GENES] for g in genes] for name, genes in sets.items()}
    assert not member_agreement(values, names_of(ATTRIBUTES), names, wrong).proved
    assert not _figures(cloud, names, space, wrong).proved
    assert "known members of 20 attributes" in str(_figures(cloud, names, space, wrong))
    assert member_agreement(values, names_of(ATTRIBUTES), names, {"other": names[:20]}) is None


def test_members_stand_above_others_as_counting_says(cloud) -> None:
    names, values = gene_names(GENES), np.round(cloud[1], 1)
    sets = {name: names[i : i + 30] for i, name in enumerate(names_of(ATTRIBUTES)[:10])}
    areas = []
    for i in range(10):
        inside, outside = values[i, i : i + 30], np.delete(values[i], range(i, i + 30))
        above = (inside[:, None] > outside).sum() + 0.5 * (inside[:, None] == outside).sum()
        areas.append(above / (30 * len(outside)))
    found = member_agreement(values, names_of(ATTRIBUTES), names, sets)
    assert found.in_place == pytest.approx(np.mean(areas))
    assert found.clearness == pytest.approx((np.mean(areas) - 0.5) / (np.std(areas, ddof=1) / np.sqrt(10)))


def test_without_vectors_nothing_is_proved(tmp_path, fresh_cache, cloud) -> None:
    path_of(tmp_path, "boundaries/coding_lncrna/genes").write_text("\n".join(gene_names(GENES)))
    release = put_table(tmp_path, table_of("list", cloud[1], gene_names(GENES)))
    with pytest.raises(ReleaseError, match="can't be examined without gene vectors"):
        open_store(release)


def test_the_proof_is_kept_and_changes_with_the_vectors(tmp_path, fresh_cache, cloud) -> None:
    put_all(tmp_path, cloud)
    put_genes(tmp_path, gene_names(GENES))
    first = Predictions.open(Release.open(tmp_path)).order
    assert Predictions.open(Release.open(tmp_path)).order == first
    assert len(list((fresh_cache / "attribute-order").iterdir())) == 1
    put_array(tmp_path, gene_names(GENES), np.roll(cloud[0], 7, axis=0))
    assert not Predictions.open(Release.open(tmp_path)).order.proved

"""Known members, and evidence that can be counted by hand."""

import gzip
import math

import numpy as np
import pytest
from scipy.stats import hypergeom
from sklearn.metrics import roc_auc_score

from generain_core import settings
from generain_core.attributes import evidence
from generain_core.attributes.evidence import (
    LEVEL,
    RULE,
    SECOND,
    VECTORS,
    VOTERS,
    Part,
    sources,
    weigh,
)
from generain_core.attributes.known_members import match_sets
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.released_sets import released_sets
from generain_core.attributes.votes import neighbors_vote, network_of, second_vectors
from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.text import significant
from generain_core.vectors.atlas import Atlas, open_genes
from generain_core.vectors.hubness import hubness
from generain_core.vectors.space import GeneSpace
from tests.attributes.fixtures import open_predictions
from tests.attributes.make import gene_names, names_of, path_of, probabilities
from tests.vectors.fixtures import put_array

NAME = names_of(12)[6]


def test_sets_match_by_name_and_members_by_any_of_theirs(predictions: Predictions) -> None:
    sets = {"Process 6 GO 0000006": ("g8", "ENSG00000000011", "NOSUCH", "G8"), "elsewhere": ("G1", "G2")}
    known = match_sets(predictions, sets, "a.gmt")
    assert list(known.members) == [NAME]
    assert np.flatnonzero(known.of(NAME)).tolist() == [8, 11]
    assert np.flatnonzero(known.annotated).tolist() == [1, 2, 8, 11]
    assert known.of(names_of(12)[0]) is None
    assert known.marks(NAME, np.array([8, 9])) == ["●", "○"]
    assert known.marks_of_gene(8, [NAME, names_of(12)[0]]) == ["●", ""]
    assert known.marks(names_of(12)[0], np.array([8])) == [""]


@pytest.mark.parametrize("sets", [{"nothing of it": ("G1",)}])
def test_sets_that_match_nothing(predictions, sets) -> None:
    with pytest.raises(GeneRAINError, match="called as an attribute is"):
        match_sets(predictions, sets, "a.gmt")


def test_sets_of_other_genes(predictions) -> None:
    with pytest.raises(GeneRAINError, match="human genes"):
        match_sets(predictions, {NAME: ("AT1G01010",)}, "a.gmt")


def test_sets_of_the_release(predictions, tmp_path) -> None:
    root = predictions.release.root
    assert released_sets(predictions.release) is None
    path_of(root, "annotation/gene_sets").with_suffix(".gmt.gz").write_bytes(gzip.compress(b"a\t\tG1\tG2\n"))
    assert released_sets(Release.open(root)) == {"a": ("G1", "G2")}
    path_of(root, "annotation/gene_sets").with_suffix(".gmt.gz").write_bytes(b"junk")
    with pytest.raises(GeneRAINError, match="can't be read"):
        released_sets(Release.open(root))


def test_hubness_equals_counting(cloud_space) -> None:
    vectors = cloud_space.vectors.astype(np.float64)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -9)
    counts = np.zeros(len(unit), int)
    for row in cosines:
        counts[np.argsort(-row)[:4]] += 1
    found = hubness(cloud_space, 4)
    assert found.counts.tolist() == counts.tolist()
    assert found.times(3) == counts[3] / 4


@pytest.fixture
def cloud_space(tmp_path, fresh_cache):
    rng = np.random.default_rng(8)
    put_array(tmp_path / "space", gene_names(90), rng.normal(size=(90, 6)).astype(np.float32))
    from generain_core.vectors import open_vectors

    return open_vectors(Release.open(tmp_path / "space"))


def _second_space(first: GeneSpace, members: list[str], near: int | None) -> GeneSpace | None:
    """Return vectors in which so many of the members are the nearest to G8, and all others are far from it."""
    if near is None:
        return None
    genes = first.genes
    vectors = np.random.default_rng(3).normal(size=(len(genes), 6)).astype(np.float32)
    own = vectors[genes.index("G8")]
    rest = [gene for gene in genes if gene != "G8" and gene not in members]
    for gene in members[:near] + rest[: 30 - near]:
        vectors[genes.index(gene)] = own + 0.01 * vectors[genes.index(gene)]
    for gene in members[near:] + rest[30 - near :]:
        vectors[genes.index(gene)] -= own * (vectors[genes.index(gene)] @ own / (own @ own)) + own
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    return GeneSpace("BERT_Pred_Genes_Binning_By_Gene", genes, vectors, norms, "second", ())


@pytest.fixture
def weighed(tmp_path, fresh_cache, monkeypatch):
    """Return a maker: how many of G8's 30 nearest annotated genes are members, G8's place in the attribute → evidence."""

    def make(
        members: int,
        place: int = 0,
        *,
        low: bool = False,
        auroc: float = 0.9,
        among: int = 10,
        known_self: bool = False,
        level: bool = True,
        second: int | None = 10,
    ):
        root = tmp_path / f"release{members}{place}{low}{auroc}{among}{known_self}{level}{second}"
        rng = np.random.default_rng(8)
        values = probabilities()
        values[6] = rng.permutation(np.linspace(0.1, 0.9, 90)).astype(np.float32)
        order = np.argsort(-values[6])
        values[6, [8, order[place]]] = values[6, [order[place], 8]]
        vectors = rng.normal(size=(90, 6)).astype(np.float32)
        put_array(root, gene_names(90), vectors)
        means = np.linspace(3, 1, 90)
        means[8] = 0.5 if low else 2.5
        rows = "".join(f"{g}\t{m:.3f}\t0.5\tTrue\n" for g, m in zip(gene_names(90), means, strict=True))
        if level:
            path_of(root, "gene_statistics").write_text("gene_symbol\tgene_mean\tgene_std\tmax_mean_nondup\n" + rows)
        predictions = open_predictions(root, values, auroc)
        atlas = Atlas.open(predictions.release, None, predictions.resolver)
        near = atlas.space.neighbors("G8", 89)["gene"].tolist()
        chosen = near[:members] + near[VOTERS : VOTERS + among - members] + (["G8"] if known_self else [])
        known = match_sets(predictions, {NAME: tuple(chosen), "all": tuple(g for g in gene_names(90) if g != "G8")}, "a.gmt")
        monkeypatch.setattr(evidence, "second_vectors", lambda release, first: _second_space(atlas.space, chosen, second))
        return weigh(predictions, atlas, known, "g8", NAME), near

    return make


@pytest.mark.parametrize(
    ("members", "place", "grade"),
    [(10, 0, "A"), (7, 0, "B"), (10, 3, "B"), (7, 3, "C"), (3, 0, "D"), (10, 40, "D"), (3, 40, "")],
)
def test_grades_by_hand(weighed, members, place, grade) -> None:
    found, near = weighed(members, place)
    chance = hypergeom.sf(members - 1, 89, 10, 30)
    vote = 2 if chance <= 0.001 else 1 if chance <= 0.05 else 0
    percentile = 100 * (89 - place) / 89
    classifier = 2 if percentile >= 99 else 1 if percentile >= 95 else 0
    assert [part.points for part in found.parts[:2]] == [classifier, vote]
    assert found.grade == grade
    assert set(found.parts[1].genes) == set(near[:members])
    assert f"{members} of the 30" in found.parts[1].says
    assert found.voters["gene"].tolist() == near[:30]
    assert found.voters["member"].sum() == members
    assert [part.name for part in found.parts] == ["classifier", "neighbors' vote", "second vote", "expression", "hubness"]
    assert len(found.table()) == 5


def test_low_expression_takes_a_grade(weighed) -> None:
    assert weighed(10, 0, low=True)[0].grade == "B"
    assert "low expression" in weighed(10, 0, low=True)[0].reason


def test_a_hub_takes_a_grade(weighed, monkeypatch) -> None:
    monkeypatch.setattr(evidence, "HUB", 0.0)
    found = weighed(10, 0)[0]
    assert found.grade == "B"
    assert "a hub" in found.reason


@pytest.mark.parametrize(
    ("options", "said"),
    [({"auroc": 0.55}, "predicted poorly"), ({"among": 4, "members": 3}, "too few"), ({"known_self": True}, "known member")],
)
def test_no_grade_where_it_would_mislead(weighed, options, said) -> None:
    found, _ = weighed(options.pop("members", 10), 0, **options)
    assert found.grade == ""
    assert said in found.reason


def test_classifier_and_vote_are_one_source_and_another_network_is_the_second(weighed) -> None:
    found = weighed(10, 0)[0]
    assert [part.rests_on for part in found.parts] == [VECTORS, VECTORS, SECOND, LEVEL, VECTORS]
    assert [sources(found.parts[:n]) for n in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 2]
    assert sources([None, Part("x", "", None, SECOND), found.parts[0]]) == 1
    assert "not independent" in RULE
    assert "(2 of 2) and neighbors (2 of 2) speak for it, a second network's neighbors too (2 of 2)." in found.reason
    assert found.parts[2].says.endswith("in the vectors of BERT_Pred_Genes_Binning_By_Gene")


@pytest.mark.parametrize(
    ("members", "place", "second", "grade"),
    [(10, 0, 10, "A"), (10, 0, 0, "B"), (10, 0, None, "B"), (7, 0, 0, "C"), (7, 0, None, "B"), (7, 3, 0, "D"), (7, 3, None, "C")],
)
def test_a_second_network_that_does_not_speak_takes_a_grade_and_one_that_is_missing_leaves_no_a(
    weighed, members, place, second, grade
) -> None:
    found = weighed(members, place, second=second)[0]
    assert found.grade == grade
    assert ("second network" in found.reason) or second == 10
    assert ("second vote" in [part.name for part in found.parts]) == (second is not None)


def test_the_expression_level_is_no_source(weighed) -> None:
    found = weighed(10, 0, level=False)[0]
    assert [part.name for part in found.parts] == ["classifier", "neighbors' vote", "second vote", "hubness"]
    assert found.grade == "A"


def test_the_second_network_is_another_than_the_first() -> None:
    release = Release.open(settings.DEMO_RELEASE)
    assert network_of("GeneRAIN-vec.200d") == "GPT_protein_coding_lncRNAs"
    assert second_vectors(release, "GeneRAIN-vec.200d").name == "BERT_Pred_Genes_Binning_By_Gene"
    assert second_vectors(release, "BERT_Pred_Genes_Binning_By_Gene").name == "GPT_Binning_By_Gene"


def test_two_votes_tell_members_better_than_one() -> None:
    """On the demo's members, each scored as if it were not known: that is why the second is asked."""
    release = Release.open(settings.DEMO_RELEASE)
    predictions = Predictions.open(release, open_genes(release))
    known = match_sets(predictions, released_sets(release), "the demo's sets")
    first, second = Atlas.open(release).space, second_vectors(release, "GeneRAIN-vec.200d")
    genes = [gene for gene in second.genes if gene in first and gene in predictions.store]
    gains = []
    for attribute in list(known.members)[:80:20]:
        members = known.of(attribute)
        truth = np.array([members[predictions.store.row(gene)] for gene in genes])
        some = np.concatenate([np.flatnonzero(truth)[:25], np.flatnonzero(~truth)[::150]])
        counts = np.array(
            [[neighbors_vote(predictions, space, known, genes[i], attribute).count for space in (first, second)] for i in some]
        )
        gains.append(roc_auc_score(truth[some], counts.sum(1)) - roc_auc_score(truth[some], counts[:, 0]))
    assert np.mean(gains) > 0


def test_no_grade_without_sets(predictions, tmp_path) -> None:
    root = predictions.release.root
    put_array(root, gene_names(90), np.random.default_rng(8).normal(size=(90, 6)).astype(np.float32))
    atlas = Atlas.open(Release.open(root), None, predictions.resolver)
    found = weigh(predictions, atlas, None, "G8", NAME)
    assert found.grade == ""
    assert "GMT" in found.reason
    assert [part.name for part in found.parts] == ["classifier", "hubness"]
    other = match_sets(predictions, {names_of(12)[0]: ("G1",)}, "a.gmt")
    assert "None of the gene sets" in weigh(predictions, atlas, other, "G8", NAME).reason


def chance_of(count: int, annotated: int, members: int, voters: int) -> float:
    """Return the probability of so many members or more among the voters, by counting the ways."""
    most = min(members, voters)
    ways = sum(math.comb(members, i) * math.comb(annotated - members, voters - i) for i in range(count, most + 1))
    return ways / math.comb(annotated, voters)


@pytest.mark.parametrize("members", [3, 6, 7, 8, 10])
def test_the_chance_of_a_vote_is_that_of_so_many_or_more(weighed, members) -> None:
    vote = weighed(members)[0].parts[1]
    chance = chance_of(members, 89, 10, 30)
    assert vote.says.endswith(f"({30 * 10 / 89:.2f} expected, p = {significant(chance)})")
    assert vote.points == (2 if chance <= 0.001 else 1 if chance <= 0.05 else 0)


@pytest.mark.parametrize(("options", "graded"), [({"among": 5}, True), ({"among": 4}, False), ({"auroc": 0.6}, True)])
def test_five_members_and_a_reliability_of_60_percent_are_enough(weighed, options, graded) -> None:
    found = weighed(min(options.get("among", 10), 10), **options)[0]
    assert (found.grade != "") == graded

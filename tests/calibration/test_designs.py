"""Each family's experiments run through the product, and what is known of them beforehand comes out."""

from collections import defaultdict

import numpy as np
import pytest

from generain_core.calibration.bench import Bench
from generain_core.calibration.book import Book, designs_of
from generain_core.calibration.designs.registry import all_designs
from generain_core.calibration.measures import Key, Sums
from generain_core.calibration.simulation.real import RealSamples
from generain_core.generain import GeneRAIN
from generain_core.generain import open as open_release
from generain_core.settings import DEMO_RELEASE

DESIGNS = all_designs()


@pytest.fixture(scope="module")
def demo() -> GeneRAIN:
    return open_release(DEMO_RELEASE)


def told(demo: GeneRAIN, name: str, trials: int = 1, real: RealSamples | None = None) -> dict[Key, Sums]:
    sums: dict[Key, Sums] = defaultdict(Sums)
    for number in range(trials):
        for each in DESIGNS[name].experiment(Bench(demo, number, np.random.default_rng(number), real, "")):
            sums[each.key].add(each)
    return sums


def own(sums: dict[Key, Sums], number: str, nominal: float = 0.05, quantity: str = "") -> Sums:
    (match,) = [
        each
        for key, each in sums.items()
        if key.number == number and not key.method and abs(key.nominal - nominal) < 1e-9 and quantity in ("", key.quantity)
    ]
    return match


def test_large_effects_are_found_and_estimated(demo) -> None:
    sums = told(demo, "10 against 10, an effect of 1.4", 3)
    assert own(sums, "p_value of shifts").mean == 1
    (bias,) = [each for key, each in sums.items() if key.quantity == "bias"]
    assert bias.mean == pytest.approx(1.4, rel=0.15)
    paired = told(demo, "12 pairs, an effect of 1.2", 3)
    (key,) = [key for key in paired if key.quantity == "bias"]
    assert key.nominal == pytest.approx(1.2 / np.sqrt(3.25))
    assert paired[key].mean == pytest.approx(key.nominal, rel=0.2)


def test_unequal_depth_is_thinned_or_has_no_answer(demo) -> None:
    counts = told(demo, "5 against 5, counts, perturbed samples 20 times less deep", 2)
    assert own(counts, "p_value of shifts").w == 2
    assert own(counts, "p_value of moved genes").mean < 0.15
    scaled = told(demo, "5 against 5, CPM, perturbed samples 5 times less deep", 2)
    assert own(scaled, "p_value of shifts").w == 0
    assert own(scaled, "p_value of moved genes").w == 0


def test_donors_count_once_and_their_samples_do_not(demo) -> None:
    sums = told(demo, "6 against 6 donors, 3 samples of each", 4)
    assert own(sums, "p_value of shifts").mean < 0.5
    (apart,) = [each for key, each in sums.items() if key.method.startswith("PERMANOVA") and key.nominal == 0.05]
    assert apart.mean > 0.5


def test_moved_genes_are_found_beside_limma(demo) -> None:
    sums = told(demo, "5 against 5, counts, a tenth of the genes moved")
    power = {key.method: each.mean for key, each in sums.items() if key.quantity == "power"}
    assert power[""] > 0.5
    assert power[""] == pytest.approx(power["limma-trend"], abs=0.25)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("12 against 12, a panel of 120 genes", ("p_value of shifts", "p_value of moved genes")),
        ("8 perturbations of 5, 6 shared controls, a third of them act", ("p_value of shifts", "fdr of shifts")),
        ("40 perturbations of one sample, 25 controls", ("p_value among controls", "tail_p", "tail_fdr")),
        ("6 targets, 5 against 5, 100% left", ("p_value of targets", "p_value of agreement with vectors")),
        ("4 doses, 3 wells each, no effect", ("p_value of trends",)),
        ("12 against 12, perturbed differ in age and batch", ("p_value of shifts",)),
        ("6 against 6, counts, perturbed differ in age", ("p_value of moved genes",)),
        ("6 against 6 of four groups", ("p_value of shifts",)),
        ("10 genes at random", ("p_value of coherence", "p_value of neighbors", "p_value of over-representation")),
        ("gene sets, 5 against 5 without effect, genes of a set vary together", ("p_value of camera", "p_value of ranks")),
        ("20 genes at random, their attributes", ("p_value of shared attributes", "p_adjusted of shared attributes")),
        ("2,000 samples of known series", ("p_value of novelty (out_of_distribution)",)),
    ],
)
def test_a_family_tells_its_numbers(demo, name, numbers) -> None:
    sums = told(demo, name)
    for number in numbers:
        keys = [key for key in sums if key.number == number and not key.method]
        assert keys, number
        assert all(sums[key].w > 0 for key in keys if key.nominal == 0.05), number
    assert all(0 <= each.mean <= 1 for key, each in sums.items() if each.w and key.quantity in ("level", "power", "coverage"))


def test_doubled_and_halved_targets_are_told_apart_from_unmoved_ones(demo) -> None:
    assert own(told(demo, "6 targets, 5 against 5, 50% left", 2), "p_value of targets").mean > 0.5


def test_residuals_of_real_samples_are_used_where_they_are_at_hand(demo) -> None:
    rng = np.random.default_rng(0)
    genes = tuple(str(gene) for gene in demo.resolver.table.model.index[:120])
    real = RealSamples(
        genes=genes, center=rng.uniform(2, 3, 120), residuals=rng.normal(0, 0.1, (14, 120)), depth=1e6, name="table"
    )
    sums = told(demo, "5 against 5, real residuals, a tenth of the genes moved", 2, real)
    assert own(sums, "fdr of moved genes", quantity="power").mean > 0.8
    assert not told(demo, "10 against 10, real residuals", 1, real)
    assert "real residuals" not in {design.family for design in designs_of(Book())}
    assert "real residuals" in {design.family for design in designs_of(Book(table="table.csv"))}
    assert {"embedding", "in silico"} <= {design.family for design in designs_of(Book(model="GPT_Binning_By_Gene"))}


@pytest.mark.parametrize("name", ["two lists, any genes against some around one", "sums of three genes at random"])
def test_likeness_of_what_has_nothing_to_do_is_asked_of_the_product(demo, name) -> None:
    sums = told(demo, name, 3)
    (number,) = {key.number for key in sums}
    assert own(sums, number).trials == 3
    assert own(sums, number).mean <= 1 / 3

"""What is left out for speed changes nothing; memory, stability and unevenness against plain computations."""

import numpy as np
import pandas as pd
import pytest

from generain_core.models.batches import BLOCK, Rows
from generain_core.models.checks.alternative_readings import unevenness
from generain_core.models.checks.stability import stability, summarize_spreads
from generain_core.models.checks.trial import time_trial
from generain_core.models.devices import devices, free_bytes
from generain_core.models.pooling import embed_bins
from tests.models import golden

needs_golden = pytest.mark.skipif(not golden.HERE, reason=golden.WHY)


@needs_golden
@pytest.mark.parametrize("name", golden.FAMILIES)
def test_it_equals_the_plain_way(name) -> None:
    network, bins = golden.network(name), golden.some_bins(20)
    given, hidden = golden.plain(network, bins)
    mask = given.mask.numpy()[:, :, None]
    assert len(set(mask.sum(1).ravel().tolist())) > 2
    wanted = (hidden.numpy() * mask).sum(1) / mask.sum(1)
    assert np.abs(embed_bins(network, bins, golden.TOKENS, batch_size=7) - wanted).max() < 1e-5


@needs_golden
def test_rows_are_taken_block_by_block() -> None:
    asked, bins = [], golden.some_bins(BLOCK + 5)

    class Watched:
        shape = bins.shape

        def __getitem__(self, rows):
            asked.append(rows.stop - rows.start)
            return bins[rows]

    columns = np.arange(len(golden.TOKENS))
    made = embed_bins(golden.network(), Rows(Watched(), columns), golden.TOKENS)
    assert asked == [BLOCK, 5]
    assert np.abs(made - embed_bins(golden.network(), bins, golden.TOKENS, batch_size=3)).max() < 1e-5


@needs_golden
def test_stability_is_seeded_and_grows_with_what_is_dropped() -> None:
    network, bins = golden.network(), golden.some_bins(6)
    own = embed_bins(network, bins, golden.TOKENS)
    found = stability(network, bins, golden.TOKENS, own, rounds=2, seed=1)
    again = stability(network, bins, golden.TOKENS, own, rounds=2, seed=1)
    assert found.samples.equals(again.samples)
    assert found.shares["share"].tolist() == [0.05, 0.10, 0.20]
    assert found.shares["spread"].iloc[0] < found.shares["spread"].iloc[2]
    assert (found.samples["spread"] > 0).all()


@needs_golden
def test_a_trial_tells_seconds() -> None:
    found = time_trial(golden.network(), golden.some_bins(3), golden.TOKENS)
    assert found.samples == 2
    assert found.seconds(10) == pytest.approx(found.start_seconds + 10 * found.seconds_per_sample)


def test_the_cpu_is_always_there() -> None:
    assert devices()[-1].id == "cpu"
    assert devices()[-1].name.startswith("CPU, ")
    assert free_bytes("cpu") > 0


def test_unevenness_by_hand() -> None:
    assert unevenness(np.arange(2, 2001)[None]) == pytest.approx(0)
    assert unevenness(np.full((1, 9), 2000)) == pytest.approx(1998 / 1999)
    assert unevenness(np.ones((1, 9))) == 1


def test_copies_of_samples_are_named_where_no_spread_can_be_judged() -> None:
    ratios = [np.inf, np.inf, np.inf, 0.1]
    table = {"sample": range(4), "share": 0.05, "spread": 0.2, "to_nearest": ratios, "to_median": 0.3, "itself": 1.0}
    found = summarize_spreads(pd.DataFrame(table), 3, 0)
    assert found.shares["verdict"].tolist() == ["unstable"]
    assert "another one in the very same place" in found.verdict
    assert "inf" not in found.verdict

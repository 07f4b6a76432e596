"""A total or a mean among samples or genes is neither."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from generain_core.samples.interpret.aggregates import genes_that_are_sums, samples_that_are_sums
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.interpret.diagnosis import diagnose
from generain_core.samples.io.read import read
from tests.samples.known import Known, counts

GENES = [f"ENSG{i:011d}" for i in range(400)]
COUNTS = counts(5, 400)
FRAME = pd.DataFrame(COUNTS, index=pd.Index(GENES, name="gene"), columns=[f"s{i}" for i in range(1, 6)])


def found(tmp_path, frame: pd.DataFrame, **corrections):
    path = tmp_path / "a.csv"
    frame.to_csv(path)
    return read_expression(path, Known(GENES), **corrections)


@pytest.mark.parametrize("name", ["Total", "SUM", "row_sum", "Total counts", "whatever"])
@pytest.mark.parametrize("place", [0, 5])
def test_a_total_column_is_no_sample(tmp_path, name, place):
    frame = FRAME.copy()
    frame.insert(place, name, COUNTS.sum(1))
    made = found(tmp_path, frame)
    assert made.samples == tuple(FRAME.columns)
    np.testing.assert_array_equal(made.values, COUNTS.T)
    assert any(f"Left out as no sample: '{name}'" in note for note in made.notes)
    findings = diagnose(read(tmp_path / "a.csv"), Known(GENES))
    assert findings.samples == 5
    assert any(name in sentence for sentence in findings.evidence)
    assert len(found(tmp_path, frame, keep_sums=True).samples) == 6


@pytest.mark.parametrize("name", ["Mean", "average", "x"])
def test_a_mean_is_no_sample(tmp_path, name):
    assert found(tmp_path, FRAME.assign(**{name: COUNTS.mean(1)})).samples == tuple(FRAME.columns)


def test_sum_and_mean_and_a_median_together(tmp_path):
    frame = FRAME.assign(Median=np.median(COUNTS, axis=1), Sum=COUNTS.sum(1), Mean=COUNTS.mean(1))
    assert found(tmp_path, frame).samples == tuple(FRAME.columns)


@pytest.mark.parametrize("name", ["Total", "colsums", "Grand total", "whatever"])
def test_a_total_row_is_no_gene(tmp_path, name):
    frame = pd.concat([FRAME, pd.DataFrame([COUNTS.sum(0)], index=[name], columns=FRAME.columns)]).rename_axis("gene")
    made = found(tmp_path, frame)
    assert made.identifiers == tuple(GENES)
    assert any(f"Left out as no gene: '{name}'" in note for note in made.notes)


def test_both_in_a_table_of_samples_in_rows(tmp_path):
    frame = FRAME.assign(Total=COUNTS.sum(1))
    frame = pd.concat([frame, pd.DataFrame([frame.sum(0)], index=["all of it"], columns=frame.columns)])
    made = found(tmp_path, frame.T.rename_axis("sample"))
    assert (made.samples, made.identifiers) == (tuple(FRAME.columns), tuple(GENES))
    np.testing.assert_array_equal(made.values, COUNTS.T)


def test_a_sample_of_total_rna_stays(tmp_path):
    frame = FRAME.rename(columns={"s1": "Total", "s2": "mean"})
    assert found(tmp_path, frame).samples == tuple(frame.columns)


def test_a_known_gene_is_never_set_aside(tmp_path):
    frame = FRAME.copy()
    frame.iloc[7] = frame.drop(index=GENES[7]).sum(0)
    assert found(tmp_path, frame).identifiers == tuple(GENES)


def test_equal_samples_and_a_copy_are_samples():
    assert samples_that_are_sums(np.ones((4, 400)), list("abcd")) == {}
    copy = np.zeros((3, 400))
    copy[:2] = COUNTS.T[:1]
    assert samples_that_are_sums(copy, list("abc")) == {}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.booleans(), st.booleans())
def test_samples_alone_are_never_sums_and_their_sum_always_is(seed, samples, whole, packed):
    rng = np.random.default_rng(seed)
    values = rng.poisson(rng.gamma(1, 50, 300), (samples, 300)) * (1.0 if whole else 0.37)
    form = sparse.csr_matrix if packed else np.asarray
    names = [f"s{i}" for i in range(samples + 1)]
    assert samples_that_are_sums(form(values), names[:samples]) == {}
    place = int(rng.integers(samples + 1))
    assert list(samples_that_are_sums(form(np.insert(values, place, values.sum(0), axis=0)), names)) == [place]
    assert genes_that_are_sums(form(values), [False] * 300) == {}
    assert list(genes_that_are_sums(form(np.insert(values, 9, values.sum(1), axis=1)), [False] * 301)) == [9]


def test_a_total_of_logs_does_not_hide_that_they_are_logs(tmp_path):
    logs = np.log2(FRAME + 1)
    frame = logs.assign(Total=logs.sum(axis=1))
    frame.to_csv(tmp_path / "a.csv")
    findings = diagnose(read(tmp_path / "a.csv"), Known(GENES))
    assert findings.values.kind == "log"
    assert findings.left_out == ("'Total' is the total of other samples.",)
    np.testing.assert_allclose(found(tmp_path, frame, back_transform=True).values, COUNTS.T, atol=1e-6)


def test_a_mean_of_counts_does_not_make_them_estimated(tmp_path):
    frame = FRAME.assign(Mean=FRAME.mean(axis=1))
    assert found(tmp_path, frame).value_kind == "counts"
    frame.iloc[3, 1] = np.nan
    frame.to_csv(tmp_path / "b.csv")
    findings = diagnose(read(tmp_path / "b.csv"), Known(GENES))
    assert (findings.values.missing, findings.values.first_missing) == (1, (1, 3))
    assert np.isfinite(found(tmp_path, frame, missing_as_zero=True).values).all()
    assert np.isfinite(found(tmp_path, frame, missing_as_zero=True, keep_sums=True).values).all()

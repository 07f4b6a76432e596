"""The book of calibration in its small form: it goes on where it was stopped, and its table says what the experiments told."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from generain_core.calibration.book import PAGE, TABLE, Book, calibrate, designs_of
from generain_core.calibration.designs.registry import all_designs
from generain_core.calibration.entries import COLUMNS
from generain_core.calibration.page import INTRODUCTION
from generain_core.calibration.parts import PARTS
from generain_core.calibration.simulation.real import read_real
from generain_core.cli import main
from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.generain import GeneRAIN
from generain_core.release.files import Release, choose
from generain_core.settings import DEMO_RELEASE, PROJECT

BOOK = Book(size="quick", families=("paired",), trials=2)


@pytest.fixture(scope="module")
def release() -> Release:
    return choose(DEMO_RELEASE)


@pytest.fixture(scope="module")
def whole(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    calibrate(folder, release, BOOK, processes=1)
    return folder


class Stop(Exception):
    pass


def test_a_stopped_run_goes_on_to_the_same_table(release, whole, tmp_path) -> None:
    def near_the_end(share: float, words: str) -> None:
        if (tmp_path / PARTS).is_file() and len((tmp_path / PARTS).read_text().splitlines()) > 11:
            raise Stop

    with pytest.raises(Stop):
        calibrate(tmp_path, release, BOOK, processes=1, progress=near_the_end)
    before = (tmp_path / PARTS).read_text()
    assert not (tmp_path / TABLE).exists()
    (tmp_path / PARTS).write_text(before + '{"part": ["5 pairs", 0')  # killed while it wrote
    told: list[tuple[float, str]] = []
    calibrate(tmp_path, release, BOOK, processes=2, progress=lambda share, words: told.append((share, words)))
    assert (tmp_path / PARTS).read_text().startswith(before)
    assert 0 < told[0][0] < told[-1][0] == 1.0
    assert any("left" in words for _, words in told)
    assert (tmp_path / TABLE).read_bytes() == (whole / TABLE).read_bytes()
    assert (tmp_path / PAGE).read_text() == (whole / PAGE).read_text()


def test_another_book_is_refused(release, whole) -> None:
    with pytest.raises(GeneRAINError, match="another trials; choose another folder"):
        calibrate(whole, release, Book(size="quick", families=("paired",), trials=3))
    with pytest.raises(GeneRAINError, match=r"no-such-table\.csv"):
        calibrate(whole, release, Book(table="no-such-table.csv"))
    with pytest.raises(GeneRAINError, match="no family of designs 'pears'"):
        calibrate(whole, release, Book(families=("pears",)))


def test_the_table_has_the_columns_that_were_promised_and_a_row_a_number(whole) -> None:
    table = pd.read_csv(whole / TABLE)
    assert list(table.columns[: len(COLUMNS)]) == list(COLUMNS)
    assert not table.duplicated(["design", "number", "space", "quantity", "nominal"]).any()
    assert (table["experiments"] <= 2).all()
    levels = table[(table["quantity"] == "level") & (table["answered"] > 0)]
    assert levels["observed"].isin([0, 0.5, 1]).all()
    assert (levels["low"] <= levels["observed"]).all()
    assert (levels["observed"] <= levels["high"]).all()
    shifts = table[(table["number"] == "p_value of shifts") & (table["design"] == "8 pairs")]
    assert shifts["independent_method"].tolist() == ["sign flips of pairs"] * 2


def test_real_samples_are_read_from_a_table_and_a_sheet(release) -> None:
    demo = GeneRAIN(release)
    folder = DEMO_RELEASE / "data" / "examples"
    table, sheet = (str(folder / name) for name in ("demo_perturbation_counts.csv.gz", "demo_perturbations.csv"))
    real = read_real(demo, table, sheet, "perturbation")
    labels = demo.read(table, sheet=sheet).obs["perturbation"]
    counts = labels.value_counts()
    assert len(real.residuals) == counts[counts > 1].sum()
    assert np.abs(real.residuals[: counts.iloc[0]].mean()) < 0.01
    drawn = real.draw(np.random.default_rng(0), 6)
    seen = np.log10(drawn * 1e7 / real.depth + 1)
    assert np.abs(seen.mean(0) - real.center).mean() < 0.1
    with pytest.raises(GeneRAINError, match="no column 'cell'"):
        read_real(demo, table, sheet, "cell")


def test_the_line_takes_the_sheets_column_of_samples(release, tmp_path, monkeypatch) -> None:
    """Two columns fit and pair the samples otherwise: which one is named decides who is alike."""
    folder = DEMO_RELEASE / "data" / "examples"
    sheet = pd.read_csv(folder / "demo_perturbations.csv").iloc[:12]
    sheet["run"] = np.roll(sheet["sample"], 1)
    sheet.to_csv(tmp_path / "sheet.csv", index=False)
    table = pd.read_csv(folder / "demo_perturbation_counts.csv.gz", index_col=0)
    table[list(sheet["sample"])].to_csv(tmp_path / "table.csv")
    books, taken = list[Book](), list[AnnData]()

    def calibrate(path: Path, release: Release, book: Book, **_: object) -> None:
        books.append(book)
        raise GeneRAINError("stopped")

    monkeypatch.setattr("generain_core.calibration.book.calibrate", calibrate)
    words = [
        "--real",
        str(tmp_path / "table.csv"),
        "--sheet",
        str(tmp_path / "sheet.csv"),
        "--model",
        "none",
        "-o",
        str(tmp_path),
    ]
    for options in (["--sheet-column", "run"], []):
        main(["--release", str(DEMO_RELEASE), "calibrate", *words, *options])
    assert [book.sheet_column for book in books] == ["run", ""]
    demo = GeneRAIN(release)
    read = demo.read
    monkeypatch.setattr(demo, "read", lambda *args, **options: taken.append(read(*args, **options)) or taken[-1])
    read_real(demo, books[0].table, books[0].sheet, "", books[0].sheet_column)
    labels = sheet.set_index("run")["perturbation"]
    assert taken[0].obs["perturbation"].astype(str).to_dict() == labels.to_dict()
    assert labels.to_dict() != sheet.set_index("sample")["perturbation"].to_dict()
    with pytest.raises(NeedsConsent, match="sheet"):
        read_real(demo, books[1].table, books[1].sheet, "")


def test_quick_and_full_have_the_same_designs() -> None:
    names = [design.name for design in designs_of(Book())]
    assert len(set(names)) == len(names)
    assert names == [design.name for design in designs_of(Book(size="quick"))]
    assert all(0 < design.quick <= design.trials for design in designs_of(Book()))


def test_the_line_writes_the_table_and_says_what_does_not_hold(tmp_path, capsys) -> None:
    words = ["calibrate", "--quick", "--model", "none", "--families", "paired", "--trials", "1", "--processes", "1"]
    assert main(["--release", str(DEMO_RELEASE), *words, "-o", str(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rows"] == len(pd.read_csv(tmp_path / TABLE))
    assert document["judged"] >= len(document["not_held"])
    assert document["simulated"] is True


def test_the_guide_has_a_page_of_the_book() -> None:
    text = (PROJECT / "assets" / "guide" / "calibration.md").read_text(encoding="utf-8")
    assert text.startswith(INTRODUCTION)
    assert str(PROJECT) not in text
    without = [name for name in all_designs() if f"\n| {name} | " not in text]
    said = re.search(r"Not run yet are (\d+) designs", text)
    assert len(without) == (int(said[1]) if said else 0), without

"""The steps from a file to bins, each holding the one before: upload, understood, joined, summed, examined, binned.

A step is made anew when the step before it is another one or a choice is. What a later result stands on is the step's
`key` (or, of bins, its `basis`), which is equal where the same samples come about again.
"""

from dataclasses import dataclass

import pandas as pd

from generain_core.errors import NeedsConsent
from generain_core.samples.binning import examination
from generain_core.samples.binning.normalize import Normalized
from generain_core.samples.interpret.correction import Corrections
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.raw_table import RawTable

CorrectionsKey = tuple[tuple[str, object], ...]


@dataclass(frozen=True, eq=False)
class Upload:
    """A file that was read."""

    raw: RawTable


@dataclass(frozen=True, eq=False)
class Understood:
    """How the file is understood: what was found in it, and what the user corrected. It may be of no use so."""

    upload: Upload
    findings: Findings
    corrections: Corrections

    @property
    def key(self) -> CorrectionsKey:
        """Return the corrections in a form that can be compared."""
        return tuple(sorted(self.corrections.items()))


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sample sheet, which of the session's it is, from 1, and its column of sample names, if that was said."""

    table: pd.DataFrame
    number: int
    column: str = ""


@dataclass(frozen=True, eq=False)
class SheetQuestion:
    """A sample sheet of which it must be said which column names the samples, and which of the session's it is."""

    table: pd.DataFrame
    number: int
    question: NeedsConsent


@dataclass(frozen=True, eq=False)
class Joined:
    """Samples × genes as corrected, with what the sample sheet says of each."""

    understood: Understood
    sheet: Sheet | None
    expression: Expression


@dataclass(frozen=True)
class SamplesKey:
    """What results of samples stand on: corrections, the sheet that is joined (0: none), and the columns they are summed by."""

    corrections: CorrectionsKey
    sheet: int
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Summed:
    """Samples of equal values in some columns summed; as they were, without columns."""

    joined: Joined
    columns: tuple[str, ...]
    expression: Expression

    @property
    def key(self) -> SamplesKey:
        """Return what results of these samples stand on."""
        sheet = self.joined.sheet
        return SamplesKey(self.joined.understood.key, sheet.number if sheet is not None else 0, self.columns)


@dataclass(frozen=True)
class BinBasis:
    """What bins stand on: the samples, the gene set, and the least number of expressed genes.

    The sample sheet counts only where samples are summed by it: it describes samples and changes no bin.
    """

    samples: SamplesKey
    gene_set: str
    min_genes: int


@dataclass(frozen=True, eq=False)
class Examined:
    """What binning would keep and leave out, and whether the file holds the bins already."""

    summed: Summed
    gene_set: str
    min_genes: int
    result: examination.Examined
    restorable: bool = False

    @property
    def basis(self) -> BinBasis:
        """Return what bins of these samples stand on."""
        key = self.summed.key
        sheet = key.sheet if key.columns else 0
        return BinBasis(SamplesKey(key.corrections, sheet, key.columns), self.gene_set, self.min_genes)


@dataclass(frozen=True, eq=False)
class Binned:
    """Samples with their bins."""

    examined: Examined
    normalized: Normalized

    @property
    def basis(self) -> BinBasis:
        """Return what these bins stand on."""
        return self.examined.basis

"""An expression table as it was read: oriented and checked, nothing matched yet."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.own_files.content import OwnSamples

Matrix = np.ndarray | sparse.csr_matrix


@dataclass(frozen=True, kw_only=True)
class Expression:
    """Samples × identifiers as read, oriented, nothing matched yet.

    Attributes:
        values: samples × identifiers, dense or CSR; finite and not negative.
        samples: names of the samples.
        identifiers: names of the gene rows, as written in the file.
        obs: one row a sample, indexed by its name; what else the file or the sample sheet says of it. May have no columns.
        source: name of the file.
        sha256: of the file's bytes.
        value_kind: counts, estimated counts, CPM or TPM, or what was made of logs.
        notes: what was decided while reading, one sentence each.
        own: what is known of samples that this program binned before; None of others.
    """

    values: Matrix
    samples: tuple[str, ...]
    identifiers: tuple[str, ...]
    obs: pd.DataFrame
    source: str
    sha256: str
    value_kind: ValueKind
    notes: tuple[str, ...]
    own: OwnSamples | None = None

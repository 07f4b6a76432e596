"""An expression table as it was read: oriented and checked, nothing matched yet."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.own_files.content import OwnSamples

Matrix = np.ndarray | sparse.csr_matrix


@dataclass(frozen=True)
class Decision:
    """What the program decided about a table.

    Attributes:
        code: orientation, names, part, layer, values, log (undone), log stands, measure, samples or totals; or own, of this
            program's files.
        taken: what was decided.
        otherwise: what it could be instead, likeliest first; a few.
        option: the argument that says so.
        count: how many were left out by it.
    """

    code: str
    taken: str
    otherwise: tuple[str, ...]
    option: str
    count: int = 0


@dataclass(frozen=True)
class LeftOut:
    """What of a file is not among its samples and genes.

    Attributes:
        kind: column, row, layer or part.
        name: as written in the file.
        reason: why, as the rest of a sentence.
        option: the argument that takes it in, with the name.
    """

    kind: str
    name: str
    reason: str
    option: str


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
        from_species: whose genes stand under the names of their human orthologs; '' of human samples.
        decisions: what was decided about the file.
        left_out: what of the file is not among samples and genes.
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
    from_species: str = ""
    decisions: tuple[Decision, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    own: OwnSamples | None = None

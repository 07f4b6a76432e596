"""Keys of the boxes in which a user corrects how a file is understood: spelled here, used where a reading is applied too."""

from dataclasses import dataclass

from generain_core.samples.io.raw_table import RawTable
from generain_core.ui.session.kept_keys import survives_reload

_AXIS, _COLUMN, _LAYER = survives_reload("axis_"), survives_reload("column_"), survives_reload("layer_")
_KIND, _BASE = survives_reload("kind_"), survives_reload("base_")
_UNDO, _MISSING, _SUMS = survives_reload("undo_"), survives_reload("missing_"), survives_reload("sums_")
_TAKEN, _GONE, _MEASURE = survives_reload("taken_in_"), survives_reload("left_out_"), survives_reload("measure_")
_NEW_TABLE = survives_reload("new_table_")


@dataclass(frozen=True)
class CorrectionKeys:
    """Keys for one file, known by a part of its checksum."""

    file: str

    @classmethod
    def of(cls, raw: RawTable) -> "CorrectionKeys":
        """Return the keys for a file."""
        return cls(raw.sha256[:12] + (f"_{raw.part}" if raw.part else ""))

    @property
    def axis(self) -> str:
        """Return the key of: genes are in rows or columns."""
        return f"{_AXIS}{self.file}"

    def column(self, axis: str) -> str:
        """Return the key of: genes are named by, along an axis."""
        return f"{_COLUMN}{axis}_{self.file}"

    @property
    def layer(self) -> str:
        """Return the key of: counts are in."""
        return f"{_LAYER}{self.file}"

    def kind(self, axis: str, layer: str) -> str:
        """Return the key of: values are."""
        return f"{_KIND}{axis}_{layer}_{self.file}"

    def base(self, axis: str, layer: str) -> str:
        """Return the key of: log."""
        return f"{_BASE}{axis}_{layer}_{self.file}"

    @property
    def undo(self) -> str:
        """Return the key of: undo the log."""
        return f"{_UNDO}{self.file}"

    @property
    def missing(self) -> str:
        """Return the key of: take missing values as 0."""
        return f"{_MISSING}{self.file}"

    @property
    def sums(self) -> str:
        """Return the key of: keep what was left out."""
        return f"{_SUMS}{self.file}"

    @property
    def taken_in(self) -> str:
        """Return the key of: names of what is a sample or gene whatever it looks like."""
        return f"{_TAKEN}{self.file}"

    @property
    def gone(self) -> str:
        """Return the key of: samples to leave out."""
        return f"{_GONE}{self.file}"

    @property
    def measure(self) -> str:
        """Return the key of: columns hold."""
        return f"{_MEASURE}{self.file}"

    @property
    def new_table(self) -> str:
        """Return the key of: take an own file as a new table."""
        return f"{_NEW_TABLE}{self.file}"

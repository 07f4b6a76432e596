"""R's serialization: objects as `rdata` parses them, and what they hold by name. Nothing is evaluated.

Source: R Internals, section 1.8 (Serialization Formats).
"""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import LABELS

if TYPE_CHECKING:
    from rdata.parser import RObject

    Object = RObject
else:
    Object = Any

_DAMAGE = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError, NotImplementedError, RecursionError),
    *(OverflowError, EOFError, MemoryError, UnicodeError),
)


def objects_of(raw: bytes, name: str) -> dict[str, Object]:
    """Return the objects of a workspace (.RData) by their names, or the only one of an .rds under ''.

    Raises:
        GeneRAINError: the file is damaged, cut off, or of a form that isn't known.
    """
    from rdata.parser import parse_data

    workspace = raw.startswith(b"RD")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = parse_data(raw, extension=".rda" if workspace else ".rds", altrep_constructor_dict=_altreps()).object
        return pairs(whole) if workspace else {"": whole}
    except _DAMAGE as error:
        raise GeneRAINError(
            f"{name} is R data that is cut off, damaged or of a form that isn't read; write the table in R with "
            'write.csv(as.matrix(x), "counts.csv").'
        ) from error


def _altreps() -> dict[bytes, Any]:
    """Return how compact vectors are unfolded; a run of numbers that is longer than any table's names is refused."""
    from rdata.parser import DEFAULT_ALTREP_MAP

    def checked(unfold: Any) -> Any:
        def unfolded(state: Object) -> Any:
            if not 0 <= float(state.value[0]) <= LABELS:
                raise ValueError("a run of numbers longer than any table")
            return unfold(state)

        return unfolded

    runs = (b"compact_intseq", b"compact_realseq")
    return {name: checked(unfold) if name in runs else unfold for name, unfold in DEFAULT_ALTREP_MAP.items()}


def kind(item: Object | None) -> str:
    """Return an object's basic type in R's letters: INT, REAL, STR, VEC, S4 …; '' of nothing."""
    return "" if item is None or item.info.type.name in ("NIL", "NILVALUE") else str(item.info.type.name)


def pairs(item: Object | None) -> dict[str, Object]:
    """Return what a pairlist holds, by its tags."""
    out = dict[str, Object]()
    while item is not None and item.info.type.name in ("LIST", "ATTRLIST"):
        first, rest = item.value
        out[symbol(item.tag)] = first
        item = rest
    return out


def symbol(item: Object | None) -> str:
    """Return the name of a symbol, or of what refers to one."""
    while item is not None and item.info.type.name == "REF":
        item = item.referenced_object
    return "" if item is None or item.value is None else _decoded(item.value.value)


def attributes(item: Object | None) -> dict[str, Object]:
    """Return an object's attributes, which are the slots of an S4 object."""
    return pairs(item.attributes) if item is not None else {}


def classes(item: Object | None) -> list[str]:
    """Return an object's classes, the nearest first."""
    return texts(attributes(item).get("class"))


def texts(item: Object | None) -> list[str]:
    """Return a vector of texts; NA is ''."""
    return [text or "" for text in nullable_texts(item)]


def nullable_texts(item: Object | None) -> list[str | None]:
    """Return a vector of texts; NA is None."""
    if kind(item) != "STR" or item is None:
        return []
    return [None if each.value is None else _decoded(each.value) for each in item.value]


def elements(item: Object | None) -> dict[str, Object]:
    """Return the elements of a named list; those without a name go by their place."""
    if kind(item) not in ("VEC", "EXPR") or item is None:
        return {}
    names = texts(attributes(item).get("names"))
    return {(names[i] if i < len(names) and names[i] else str(i + 1)): each for i, each in enumerate(item.value)}


def variables(item: Object | None) -> dict[str, Object]:
    """Return the variables of an environment."""
    while item is not None and item.info.type.name == "REF":
        item = item.referenced_object
    if kind(item) != "ENV" or item is None or item.value is None:
        return {}
    out = pairs(item.value.frame)
    for each in item.value.hash_table.value if kind(item.value.hash_table) == "VEC" else ():
        out |= pairs(each)
    return out


def numbers(item: Object | None) -> NDArray[np.float64] | None:
    """Return a vector of numbers or truths, NA as NaN; None of anything else."""
    if item is None or kind(item) not in ("INT", "REAL", "LGL"):
        return None
    return np.asarray(np.ma.filled(np.ma.asarray(item.value).astype(np.float64), np.nan), dtype=np.float64)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")

"""Numbers that were written as text: ``0.1,0.2``, ``[0.1, 0.2]``, ``0.1 0.2``."""

import re

import pyarrow as pa
import pyarrow.compute as pc

_BRACKETS = "[](){} \n\t\r\"'"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|NaN|NA|null|None"


def separator_of(text: str) -> str | None:
    """Return what stands between the numbers of a text: ``,``, ``;``, ``|``, or '' for blanks; None if it holds other things."""
    start = text.strip(_BRACKETS)[:2000]
    match = re.match(rf"(?:{_NUMBER})\s*([,;|]|\s)", start)
    if match is None:
        return None
    mark = match[1].strip()
    words = words_of(start, mark)[:-1]
    return mark if all(re.fullmatch(_NUMBER, word) for word in words) else None


def words_of(text: str, separator: str) -> list[str]:
    """Return the words between separators, without blanks."""
    inner = text.strip(_BRACKETS)
    return [word.strip() for word in inner.split(separator)] if separator else inner.split()


def lists_of_numbers(column: pa.Array, separator: str) -> pa.Array:
    """Return a text column as a column of lists of float32; words for a missing value become NaN.

    Raises:
        pyarrow.ArrowInvalid: a word is no number.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    text = pc.utf8_trim(column.cast(pa.large_string()), characters=_BRACKETS)
    if separator:
        text = pc.replace_substring_regex(text, r"\s+", "")
        words = pc.split_pattern(text, separator)
    else:
        words = pc.utf8_split_whitespace(text)
    flat = words.values
    missing = pc.is_in(flat, value_set=pa.array(["", "NA", "null", "None"], flat.type))
    numbers = pc.if_else(missing, "nan", flat).cast(pa.float32())
    return pa.ListArray.from_arrays(words.offsets.cast(pa.int32()), numbers, mask=words.is_null())


def lists_of_words(column: pa.Array, separator: str) -> pa.Array:
    """Return a text column as a column of lists of words, without blanks, brackets and quotes around each."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    text = pc.utf8_trim(column.cast(pa.large_string()), characters=_BRACKETS)
    words = pc.split_pattern(text, separator) if separator else pc.utf8_split_whitespace(text)
    return pa.ListArray.from_arrays(words.offsets.cast(pa.int32()), pc.utf8_trim(words.values, characters=_BRACKETS))

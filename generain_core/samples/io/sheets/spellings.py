"""How names of samples in a sheet are compared with those of a table: as they are, then with less and less of them."""

import re
from collections.abc import Callable, Sequence

from generain_core.genes.spelling.excel import date_readings
from generain_core.samples.io.formats.small_tables import name_of, number_name, plain_name
from generain_core.samples.io.single_samples.sample_names import sample_name

Spelling = Callable[[object], str]
_BAM = re.compile(
    r"([._-]?(sorted|sort|dedup(ped)?|markdup|rmdup|unique|uniq|trimmed|aligned|toTranscriptome"
    r"|Aligned\.sortedByCoord\.out|Aligned\.out)|\.(bam|sam|cram|fastq|fq))+$",
    re.IGNORECASE,
)
_ACCESSION = re.compile(r"(?<![A-Za-z0-9])(GSM|[SED]RR|[SED]RX|[SED]RS|SAM(?:N|EA|D))(\d{3,})(?![0-9])", re.IGNORECASE)
_LED = re.compile(r"(?:GSM|[SED]RR|[SED]RX)\d{3,}[._ -]+(.+)", re.IGNORECASE)
_TCGA = re.compile(r"(TCGA[-._][A-Z0-9]{2}[-._][A-Z0-9]{4})([-._]\d{2})?([A-Z]?[-._].*|[A-Z])?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[-_. ]?0*(\d{1,2})", re.IGNORECASE)


def file_name(value: object) -> str:
    """Return what the name of a file says of its sample: without folder, endings and what programs add."""
    last = name_of(value).replace("\\", "/").rsplit("/", 1)[-1]
    while (shorter := sample_name(_BAM.sub("", last))) not in ("", last):
        last = shorter
    return plain_name(last)


def accession(value: object) -> str:
    """Return the accession in a name, of GEO, SRA or BioSample, if it holds one alone; else ''."""
    found = {(match[1] + match[2]).upper() for match in _ACCESSION.finditer(name_of(value))}
    return found.pop() if len(found) == 1 else ""


def behind_accession(value: object) -> str:
    """Return a name without the accession of GEO or SRA before it."""
    match = _LED.fullmatch(name_of(value))
    return file_name(match[1] if match else value)


def tcga_sample(value: object) -> str:
    """Return patient and kind of tissue of a barcode of TCGA, '' of what is none."""
    match = _TCGA.fullmatch(name_of(value))
    return plain_name(match[1] + match[2]) if match and match[2] else ""


def tcga_patient(value: object) -> str:
    """Return the patient of a barcode of TCGA, '' of what is none."""
    match = _TCGA.fullmatch(name_of(value))
    return plain_name(match[1]) if match else ""


def undated(value: object) -> str:
    """Return month and day of a date that a spreadsheet may have made of a name such as MAR4, and of such a name; else ''."""
    text = name_of(value)
    if match := _MONTH.fullmatch(text):
        return f"{match[1].lower()}{match[2]}"
    readings = date_readings(text)
    return f"{_MONTHS[readings[0][0] - 1]}{readings[0][1]}" if len(readings) == 1 else ""


_TO_SHEET = "Samples were matched to the sheet"
SPELLINGS: tuple[tuple[Spelling, str], ...] = (
    (name_of, ""),
    (plain_name, f"{_TO_SHEET} without regard to capitals and punctuation."),
    (number_name, f"{_TO_SHEET} without regard to leading zeros."),
    (file_name, f"{_TO_SHEET} without the endings of files."),
    (accession, f"{_TO_SHEET} by their accessions."),
    (behind_accession, f"{_TO_SHEET} without the accessions before their names."),
    (tcga_sample, f"{_TO_SHEET} by patient and tissue of their TCGA barcodes."),
    (tcga_patient, f"{_TO_SHEET} by the patients of their TCGA barcodes."),
    (undated, f"{_TO_SHEET} by names that a spreadsheet turned into dates, as 4-Mar of MAR4."),
)
"""The nearest first, each with the sentence that says so; those behind the first three count where they tell samples apart."""


def tells_apart(spelling: Spelling, samples: Sequence[str]) -> bool:
    """Say whether a spelling may be used: no two samples are one by it, or it is one of the plain ones, whose fault that is."""
    if spelling in (name_of, plain_name, number_name):
        return True
    names = [name for name in map(spelling, samples) if name]
    return len(names) == len(set(names))

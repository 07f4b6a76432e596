"""Why a file that could be parsed can't be used, in one sentence."""

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.genes.spelling.numbers import are_positions, numbers_rows
from generain_core.genes.spelling.transcripts import are_exons
from generain_core.samples.binning.acceptance import MIN_GENES
from generain_core.samples.interpret.count_scale import Corrections, accepts_log, base_taken, kind_taken, kinds_offered
from generain_core.samples.interpret.diagnosis import Findings, oriented
from generain_core.samples.interpret.identifiers import counted_kinds
from generain_core.samples.interpret.roles.apart import part
from generain_core.samples.interpret.signs.doubts import UNLIKE
from generain_core.samples.interpret.signs.rounding import whole_and_broken
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.interpret.values import Values, cells
from generain_core.samples.io.columns import all_dates
from generain_core.samples.io.raw_table import RawTable, text_columns
from generain_core.samples.orthologs.translation import MOUSE
from generain_core.text import echo, listed

_COUNTS = "give counts, or CPM or TPM"
_FEW = 0.05
LEAST_KNOWN = 0.02
"""A table of which fewer names are genes is about something else: a few aliases are everywhere."""
_REMEDY = "name genes by symbol or Ensembl ID, or choose another column"
_REMEDIES = {
    "Ensembl transcript": "sum transcripts to genes first, as tximport does, or choose another column",
    "Entrez number": "put HGNC's complete set (hgnc_complete_set.txt), which knows them, into the release's data/annotation "
    f"(`generain download --hgnc` fetches it), or {_REMEDY}",
    "RefSeq": "sum RefSeq transcripts to genes first, as tximport does, or choose another column",
    "probe ID": f"the model is of RNA sequencing; {_REMEDY}",
}


def refuse(raw: RawTable, findings: Findings, corrections: Corrections, samples: list[str], names: list[str]) -> None:
    """Refuse a file that can't be used as it is understood.

    Raises:
        NeedsConsent: values are missing, or logs, and nobody agreed to what makes them usable.
        GeneRAINError: it can't be used at all; both say why in one sentence.
    """
    said = corrections.get("value_kind") == ValueKind.LOG or accepts_log(corrections)
    as_logs = said and ValueKind.LOG in kinds_offered(findings.values)
    if reason := _unusable(raw, findings, samples, names, as_logs=as_logs):
        raise GeneRAINError(reason)
    found, problems = findings.values, dict[str, str]()
    asked = {name: question for name, question in findings.questions.items() if name not in corrections}
    problems |= {name: question.sentence for name, question in asked.items()}
    if found.missing and not corrections.get("missing_as_zero"):
        where = _at(found.first_missing, samples, names)
        problems["missing_as_zero"] = (
            f"has no value in {cells(found.missing)}, the first in {where} (fill them, or take them as 0)"
        )
    kind = kind_taken(found, corrections)
    if found.unsure and "value_kind" not in corrections and not accepts_log(corrections):
        problems["value_kind"] = f"may hold {found.doubt}: {found.unsure[:1].lower()}{found.unsure[1:].rstrip('.')}"
        if found.unsure == UNLIKE:
            problems["value_kind"] += f", or leave out what is no sample of {listed(_fewer(raw, findings, samples), most=6)}"
    elif kind == ValueKind.LOG and not accepts_log(corrections):
        formula = base_taken(found, corrections).formula
        problems["back_transform"] = f"holds logs, it seems {formula}, not counts ({_COUNTS}, or have them back-transformed)"
    if kind == ValueKind.LOG and found.log and "value_kind" not in problems and not base_taken(found, corrections).certain:
        problems["log_base"] = "doesn't tell the base of its logs (say which was taken: 2, e or 10)"
    if problems:
        thin = too_thin(findings)
        choices = next((question.choices for question in asked.values()), ())
        raise NeedsConsent(
            f"{raw.source} {' and '.join([*problems.values(), *([thin] if thin else [])])}.", tuple(problems), choices
        )


def _fewer(raw: RawTable, findings: Findings, samples: list[str]) -> list[str]:
    """Return the samples of whole numbers, or those of fractions, whichever are fewer."""
    whole = oriented(raw.layers[findings.layer].values, findings.genes_in)
    roles = findings.sorted
    kept = part(whole, roles.kept("sample", whole.shape[0]), roles.kept("gene", whole.shape[1]))
    return [samples[i] for i in min(whole_and_broken(kept), key=len)]


def _at(cell: tuple[int, int] | None, samples: list[str], names: list[str]) -> str:
    return f"sample {echo(samples[cell[0]])}, {echo(names[cell[1]])}" if cell else "a cell"


def _unusable(raw: RawTable, findings: Findings, samples: list[str], names: list[str], *, as_logs: bool) -> str:
    """Return why a file can't be used at all, in one sentence, or ''; `as_logs`: its values may be logs and were said to be."""
    found, source = findings.values, raw.source

    if findings.organism not in ("human", "unknown") and findings.translation is None:
        remedy = " Bring a table of orthologs to take its one-to-one orthologs." if findings.organism in MOUSE else ""
        return f"{source} holds genes of {findings.organism}: {_evidence_of(findings)} The model is human only.{remedy}"
    dates = [str(c) for c in raw.row_texts.columns if c != findings.gene_column and all_dates(raw.row_texts[c].to_numpy())]
    if findings.genes_in == "rows" and dates and findings.gene_column in map(str, raw.row_texts.columns):
        return f"{source} has dates instead of numbers in column {echo(dates[0])}; restore its values or delete it."
    if len(names) < 2:
        return f"{source} holds one gene; give a whole table, as a sample needs more than 2,000 expressed genes."
    if are_exons(names):
        return (
            f"{source} counts exons, such as {echo(names[0])}: a read that lies in several is counted in each, so they don't "
            "sum to genes; give counts of genes."
        )
    if numbers_rows(names) or (not findings.recognized and are_positions(names)):
        return (
            f"{source} has no gene name that is known here: its {findings.genes_in} are only numbered, "
            f"{echo(names[0])} to {echo(names[-1])}; "
            "write the table with its names of genes (in R row.names = TRUE, in pandas index=True), or choose the column that "
            "holds them."
        )
    if not findings.recognized and findings.organism == "unknown":
        examples = ", ".join(echo(n) for n in names[:3])
        return (
            f"{source} has no gene name that is known here: the {findings.genes_in} are called {examples} "
            f"({_hint(findings)}); {_REMEDIES.get(findings.identifier_kind, _REMEDY)}."
        )
    if findings.recognized < LEAST_KNOWN * findings.genes:
        if 2 * findings.identifier_kinds.get("Ensembl gene", 0) > findings.genes:
            return (
                f"{source} names genes by Ensembl ID, but this release knows only {findings.recognized:,} of its "
                f"{findings.genes:,} IDs; give the table with gene symbols, or open a release that has the IDs."
            )
        kind = findings.identifier_kind
        if kind == "Entrez number" and 2 * findings.identifier_kinds[kind] > findings.genes:
            return (
                f"{source} names genes by numbers, Entrez (NCBI Gene) IDs it seems, of which this release knows "
                f"{findings.recognized:,} of {findings.genes:,}; {_REMEDIES[kind]}."
            )
        if kind in ("RefSeq", "Ensembl transcript", "probe ID") and 2 * findings.identifier_kinds[kind] > findings.genes:
            count = counted_kinds({kind: findings.identifier_kinds[kind]})
            return f"{source} has {count} for names, not genes; {_REMEDIES[kind]}."
        return (
            f"{source} names hardly any gene: {findings.recognized:,} of {findings.genes:,} names are known here, as by chance "
            "in a table of something else; give a table of genes and samples, or choose another column."
        )
    texts = [c for c in text_columns(raw.row_texts) if c != findings.gene_column]
    few = findings.genes_in == "rows" and findings.genes <= MIN_GENES and 2 * findings.recognized < findings.genes
    if few and len(texts) > 1 and len(texts) >= findings.samples:
        return (
            f"{source} looks like a sample sheet ({listed(texts)}) rather than a table of genes and samples; give the table "
            "first, then join the sheet to it."
        )
    if long := _sample_column(raw, findings):
        return (
            f"{source} is a long table, with a row for each gene and each value of {echo(long)}; give a table with one row a "
            "gene and one column a sample, as pivot_wider in R or pivot in pandas makes of it."
        )
    if found.kind == ValueKind.BINS:
        return (
            f"{source} holds whole numbers from 1 to {found.maximum:,.0f} without any 0, as bins are rather than counts; give "
            "the counts that the bins were made of."
        )
    if found.kind == ValueKind.RANKS:
        return f"{source} holds ranks or percentiles, from which expression can't be got back; {_COUNTS}."
    if found.kind == ValueKind.ROOTS:
        return f"{source} holds roots of counts ({found.evidence[0].rstrip('.').lower()}); give the counts themselves."
    if found.kind == ValueKind.MIXED:
        if "logs" in found.evidence[0]:
            return (
                f"{source} holds logs in some samples and values that are none in others; bring all to counts, or leave some out."
            )
        return f"{source} holds counts in some samples and CPM or TPM in others; keep the columns of counts."
    if found.kind == ValueKind.Z_SCORES:
        return f"{source} holds z-scores (down to {found.minimum:.3g}), from which expression can't be got back; {_COUNTS}."
    if found.kind == ValueKind.NEGATIVE and not as_logs:
        unless = " If they are logs of CPM or TPM, some below 1, say that they are logs." if kinds_offered(found) else ""
        return (
            f"{source} holds negative values, the first {_first_bad(raw, findings):g} in "
            f"{_at(found.first_bad, samples, names)}, as microarrays, log ratios or corrected data do; {_COUNTS}.{unless}"
        )
    if found.kind in (ValueKind.INFINITE, ValueKind.TOO_LARGE):
        return f"{source} has {_bad_value(found)} in {_at(found.first_bad, samples, names)}; {_COUNTS} without it."
    if found.kind == ValueKind.ZEROS:
        return f"{source} holds nothing but zeros; {_COUNTS} of sequenced samples."
    if found.kind == ValueKind.NONE:
        return f"{source} has no value in any cell; {_COUNTS}."
    return ""


def _sample_column(raw: RawTable, findings: Findings) -> str:
    """Return the column that names the samples of a long table, or '': a gene stands in rows with different ones of its names."""
    table, genes = raw.row_texts, findings.gene_column
    if findings.genes_in != "rows" or genes not in table.columns or not 0 < 2 * table[genes].nunique() <= len(table):
        return ""
    others = [column for column in text_columns(table) if column != genes]
    for column in others:
        pairs = table[genes].nunique() * table[column].nunique()
        if len(table) > pairs / 2 and table.duplicated([genes, column]).mean() < _FEW:
            return column
    if findings.samples > 1 or any(table[column].is_unique for column in others):
        return ""
    for column in others:
        different = len(table[[genes, column]].drop_duplicates())
        if 2 <= table[column].nunique() <= len(table) / 2 and different > 1.5 * table[genes].nunique():
            return column
    return ""


def too_thin(findings: Findings) -> str:
    """Return what to say of a table with fewer genes than a sample must express, as the rest of a sentence; '' of others."""
    if findings.genes > MIN_GENES:
        return ""
    return (
        f"has only {findings.genes:,} genes ({findings.recognized:,} known), too thin to trust: the model needs more than "
        f"{MIN_GENES:,} expressed genes in a sample"
    )


def _hint(findings: Findings) -> str:
    kind = findings.identifier_kind
    return "names of no known kind" if kind == "unknown" else f"{kind}s, it seems" if not kind.endswith("q") else f"{kind} IDs"


def _bad_value(values_kind: Values) -> str:
    return (
        "an infinite value"
        if values_kind.kind == ValueKind.INFINITE
        else f"a value of {values_kind.maximum:.3g}, more than any count,"
    )


def _first_bad(raw: RawTable, findings: Findings) -> float:
    whole = oriented(raw.layers[findings.layer].values, findings.genes_in)
    roles = findings.sorted
    values = part(whole, roles.kept("sample", whole.shape[0]), roles.kept("gene", whole.shape[1]))
    return float(values[findings.values.first_bad]) if findings.values.first_bad else findings.values.minimum


def _evidence_of(findings: Findings) -> str:
    """Return the sentence on whose genes they are, which `diagnose` puts behind the one on the axis."""
    return findings.evidence[1] if len(findings.evidence) > 1 else ""

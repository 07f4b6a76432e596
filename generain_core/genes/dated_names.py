"""Names that a spreadsheet turned into dates: which gene they were, if that is certain."""

from collections.abc import Callable, Collection

from generain_core.genes.resolved import Hit
from generain_core.genes.spelling.excel import date_readings, genes_of_name, names_of_date
from generain_core.text import echo, listed

_Found = tuple[str, Hit]


def dated(text: str, find: Callable[[str], Hit]) -> Hit | None:
    """Return whom a date means; None of what is none.

    A date such as 3/10 may have been MARCH10 or OCT3, and OCT3 is two genes' name: it is ambiguous even where a release knows
    only one of them.

    Args:
        text: as written.
        find: says who a name is.
    """
    readings = date_readings(text) if text[:1].isalnum() else []
    if not readings:
        return None
    tiers = [names_of_date(month, day) for month, day in readings]
    for names in ([n for tier in tiers for n in tier[0]], [n for tier in tiers for n in tier[1]]):
        hits = [(name, hit) for name in names if (hit := find(name)).status != "unknown"]
        if hits:
            return _hit_of(hits, _rivals(names, hits, find))
    reason = f"{echo(text)} is a date, as Excel makes of some gene names, but of none that is known here"
    return Hit("unknown", None, None, (), reason)


def _rivals(names: Collection[str], hits: Collection[_Found], find: Callable[[str], Hit]) -> list[str]:
    """Return genes that a date's names are known to mean beside those that the release knows by them."""
    genes = {gene for _, hit in hits for gene in hit.candidates}
    known = {name for name, _ in hits}
    named = [symbol for name in names for symbol in genes_of_name(name, is_known=name in known)]
    return [symbol for symbol in dict.fromkeys(named) if genes and symbol not in genes and find(symbol).gene not in genes]


def _hit_of(hits: list[_Found], rivals: Collection[str]) -> Hit:
    sentence = "Excel turned a gene name into a date"
    genes = tuple(dict.fromkeys(gene for _, hit in hits for gene in hit.candidates))
    single = {hit.gene: hit for _, hit in hits if hit.gene}
    if len(single) == 1 and not rivals and all(hit.gene or not hit.candidates for _, hit in hits):
        gene, hit = next(iter(single.items()))
        was = next(name for name, h in hits if h.gene == gene)
        words = f"{sentence}: {was}{', ' if hit.reason else ''}{hit.reason}"
        return Hit("previous", gene, hit.ensembl_gene, hit.candidates, words)
    if genes:
        was = listed([name for name, _ in hits], "or")
        which = f"it may be {listed([*genes, *rivals], 'or')}, say which one is meant"
        return Hit("ambiguous", None, None, genes, f"{sentence}: {was}; {which}")
    name, hit = hits[0]
    return Hit(hit.status, None, hit.ensembl_gene, (), f"{sentence}: {name}; {hit.reason}")

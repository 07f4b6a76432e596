"""The gene rows of the demo release, and the tables that name them."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from generain_core.demo.programs import gene_facts
from generain_core.demo.programs.programs import biotypes

_ENSEMBL_IDS = Path(__file__).parent / "programs" / "ensembl_ids.tsv"
MODELLED_KINDS = ("protein_coding", "lncRNA")
_HGNC_COLUMNS = (
    *("hgnc_id", "symbol", "name", "locus_group", "locus_type", "status"),
    *("alias_symbol", "prev_symbol", "entrez_id", "ensembl_gene_id"),
)


def gene_rows() -> pd.DataFrame:
    """Return biotype, ensembl_gene and symbol of every row, sorted by symbol."""
    kinds = biotypes()
    kinds |= dict.fromkeys(gene_facts.LITTLE_EXPRESSED.split(), "protein_coding")
    kinds |= dict(word.split(":") for word in gene_facts.OTHER_KINDS.split())
    symbol, low, high = gene_facts.TWO_ROWS
    ids = {**ensembl_ids(), symbol: high}
    rows = [(kind, ids[gene], gene) for gene, kind in kinds.items()]
    rows.insert(0, (kinds[symbol], low, symbol))
    frame = pd.DataFrame(rows, columns=["biotype", "ensembl_gene", "symbol"])
    return frame.sort_values("symbol", kind="stable", ignore_index=True)


@lru_cache(maxsize=1)
def ensembl_ids() -> Mapping[str, str]:
    """Return symbol → Ensembl ID, without version, of every gene; source: Ensembl 109, whose data are free to use."""
    lines = _ENSEMBL_IDS.read_text(encoding="utf-8").splitlines()
    symbols, ids = zip(*(line.split("\t") for line in lines), strict=True)
    return MappingProxyType(dict(zip(symbols, ids, strict=True)))


def hgnc_table() -> str:
    """Return names, aliases and previous symbols of the best-known genes, in the columns of HGNC's complete set."""
    kinds, ids = biotypes(), ensembl_ids()
    lines = ["\t".join(_HGNC_COLUMNS)]
    for line in gene_facts.NAMES.strip().splitlines():
        symbol, name, aliases, previous, entrez = line.split("|")
        coding = kinds[symbol] == "protein_coding"
        group, kind = (
            ("protein-coding gene", "gene with protein product") if coding else ("non-coding RNA", "RNA, long non-coding")
        )
        fields = ["", symbol, name, group, kind, "Approved", _several(aliases), _several(previous), entrez, ids.get(symbol, "")]
        lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def _several(names: str) -> str:
    """Write comma-separated names as HGNC does: joined by bars, in quotes if there are several."""
    return f'"{names.replace(",", "|")}"' if "," in names else names

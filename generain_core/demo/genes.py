"""The gene rows of the demo release, and the tables that name them."""

import pandas as pd

from generain_core.demo.programs import gene_facts
from generain_core.demo.programs.programs import biotypes

MODELLED_KINDS = ("protein_coding", "lncRNA")
_HGNC_COLUMNS = (
    *("hgnc_id", "symbol", "name", "locus_group", "locus_type", "status"),
    *("alias_symbol", "prev_symbol", "entrez_id", "ensembl_gene_id"),
)


def gene_rows() -> pd.DataFrame:
    """Return biotype, ensembl_gene (empty where not given) and symbol of every row, sorted by symbol."""
    kinds = biotypes()
    kinds |= dict.fromkeys(gene_facts.LITTLE_EXPRESSED.split(), "protein_coding")
    kinds |= dict(word.split(":") for word in gene_facts.OTHER_KINDS.split())
    symbol, low, high = gene_facts.TWO_ROWS
    ids = ensembl_ids() | {symbol: high}
    rows = [(kind, ids.get(gene, ""), gene) for gene, kind in kinds.items()]
    rows.insert(0, (kinds[symbol], low, symbol))
    frame = pd.DataFrame(rows, columns=["biotype", "ensembl_gene", "symbol"])
    return frame.sort_values("symbol", kind="stable", ignore_index=True)


def ensembl_ids() -> dict[str, str]:
    """Return symbol → Ensembl ID of the genes whose ID is given."""
    words = gene_facts.ENSEMBL_IDS.split()
    return dict(zip(words[::2], words[1::2], strict=True))


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

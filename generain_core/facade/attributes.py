"""What can be asked of predicted attributes: attributes of a gene, genes of an attribute or of a rule."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from generain_core.errors import GeneRAINError
from generain_core.facade.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

    from generain_core.attributes.rules import Rule


class AttributeMethods(Opened):
    """Methods about predicted attributes."""

    def attributes(self, gene: str, k: int = 50, by: str = "probability", search: str = "", fold: bool = False) -> pd.DataFrame:
        """Find a gene's most probable attributes.

        Args:
            gene: any name of the gene.
            k: how many.
            by: ``probability`` or ``percentile`` among all genes.
            search: words that an attribute has in its name or library.
            fold: whether attributes that are nearly the same as one before them are left out and counted there.

        Returns:
            One row an attribute: attribute, probability, percentile, rank, median, and the release's own columns.

        Raises:
            GeneError: no gene with predictions.

        Examples:
            >>> import generain_core as gr
            >>> table = gr.open("assets/demo").attributes("GAS5", k=5, by="percentile")
            >>> len(table), bool(table["percentile"].is_monotonic_decreasing)
            (5, True)
        """
        predictions = self.predictions
        symbol = predictions.gene(gene)
        among = predictions.chosen(search) if search else None
        table = predictions.of_gene(symbol, k, by=by, among=among, folded=fold)
        return self._table(
            table, symbol, gene=symbol, genes=len(predictions.store.genes), warnings=predictions.warnings, notes=predictions.notes
        )

    def genes(
        self,
        attribute: str | None = None,
        rule: str | None = None,
        k: int | None = None,
        biotype: str | None = None,
        sets: str | os.PathLike[str] | None = None,
        gmt: str | os.PathLike[str] | None = None,
    ) -> pd.DataFrame:
        """Find an attribute's most probable genes, or those that a rule chooses.

        Args:
            attribute: its name, or a part that only one has.
            rule: instead of an attribute, such as ``P(a) > 0.9 and not P(b) > 0.5 and biotype = lncRNA``.
            k: how many; 50 of an attribute, all of a rule.
            biotype: ``coding``, ``lncRNA``, or a biotype of the release.
            sets: a GMT file of gene sets for ``known(…)`` in a rule; the release's without it.
            gmt: a GMT file to write the genes to as a gene set.

        Returns:
            One row a gene: gene, ensembl_gene, biotype, probability, percentile and rank of an attribute; of a rule, a
            column for each of its attributes.

        Raises:
            GeneRAINError: both or none of attribute and rule, no such attribute, or a rule that can't be read.

        Examples:
            >>> import generain_core as gr
            >>> generain = gr.open("assets/demo")
            >>> attribute = generain.attributes("GAS5", k=1)["attribute"][0]
            >>> len(generain.genes(attribute, k=5, biotype="lncRNA"))
            5
        """
        from generain_core.attributes.rule_text import parse
        from generain_core.attributes.rules import And, Biotype, chosen_genes
        from generain_core.storage.atomic import check_target

        if (attribute is None) == (rule is None):
            raise GeneRAINError("Either an attribute or a rule must be given, and not both.")
        if sets is not None and rule is None:
            raise GeneRAINError("Gene sets belong to a rule with known(…); give one, or leave them out.")
        if gmt is not None:
            check_target(Path(gmt))
        if k is not None and k < 1:
            raise GeneRAINError(f"{k} genes were asked for; ask for 1 or more.")
        if attribute is not None:
            name = self.predictions.attribute(attribute)
            table = self._table(self.predictions.of_attribute(name, k or 50, biotype), name, attribute=name)
        else:
            parsed = parse(rule or "")
            parsed = And((parsed, Biotype(biotype))) if biotype else parsed
            name = str(parsed)
            table = chosen_genes(parsed, self.predictions, self._known(parsed, sets))
            chosen = len(table)
            table = self._table(table.head(k) if k else table, name, rule=name, chosen=chosen)
        table.attrs |= {"warnings": self.predictions.warnings, "notes": self.predictions.notes}
        self._write_gmt(table, name, gmt)
        return table

    def attribute_order(self, *, even_if_unproved: bool = False) -> pd.DataFrame:
        """Tell what speaks for it that the predictions are of the genes they name, block by block.

        A gene's profile over attributes should agree with those of its nearest genes in GeneRAIN-vec. Predictions that are
        clearly of other genes (``refuted``) are not told, unless that is accepted.

        Args:
            even_if_unproved: have them told nevertheless, from now on, with a warning.

        Returns:
            One row a block of 500 genes: start and stop (places from 1), asked, in_place and elsewhere (mean agreement of
            profiles at their place and at all other places of the block), clearness (their difference in standard errors),
            shift, proved. ``.attrs``: said (a sentence), proved, refuted, source, agreement and shuffled (of all genes, in this
            order and in a shuffled one; None without vectors).

        Raises:
            ReleaseError: no predictions.

        Examples:
            >>> import generain_core as gr
            >>> gr.open("assets/demo").attribute_order().attrs["proved"]
            True
        """
        import pandas as pd

        from generain_core.attributes.order.recorded import accept_order

        predictions = self.unexamined_predictions
        if even_if_unproved:
            accept_order(self.release, predictions.store)
        order = predictions.order
        blocks = order.agreement.blocks if order.agreement else ()
        columns = ["start", "stop", "asked", "in_place", "elsewhere", "clearness", "shift"]
        rows = [[b.start + 1, *(getattr(b, name) for name in columns[1:]), b.proved] for b in blocks]
        return self._table(
            pd.DataFrame(rows, columns=[*columns, "proved"]),
            "order of genes",
            said=f"{str(order)[0].upper()}{str(order)[1:]}.",
            proved=order.proved,
            refuted=order.refuted,
            source=order.source,
            agreement=order.agreement and order.agreement.in_place,
            shuffled=order.agreement and order.agreement.shuffled,
        )

    def _known(self, rule: Rule, sets: str | os.PathLike[str] | None) -> Callable[[str], np.ndarray | None] | None:
        """Return which genes are known members of which attribute, if the rule asks for that."""
        from generain_core.attributes.gmt import read_gmt
        from generain_core.attributes.known_members import match_sets
        from generain_core.attributes.released_sets import released_sets
        from generain_core.attributes.rules import Known, leaves

        if not any(isinstance(leaf, Known) for leaf in leaves(rule)):
            return None
        if sets is None:
            released = released_sets(self.release)
            return None if released is None else match_sets(self.predictions, released, "the release's gene sets").of
        path = Path(sets)
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise GeneRAINError(f"{path} can't be read ({problem.strerror}); give a GMT file.") from problem
        return match_sets(self.predictions, read_gmt(content, path.name), path.name).of

    def _write_gmt(self, table: pd.DataFrame, name: str, gmt: str | os.PathLike[str] | None) -> None:
        from generain_core.attributes.gmt import gmt_bytes
        from generain_core.lists.gene_list import Origin
        from generain_core.storage.atomic import atomic_write

        if gmt is not None:
            with atomic_write(Path(gmt)) as working:
                note = {name: Origin.RULE.note}
                working.write_bytes(gmt_bytes({name: list(table["gene"])}, table.attrs["provenance"], note))

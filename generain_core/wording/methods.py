"""What was done, in words that can be pasted into a paper, with its sources."""

import re
from collections.abc import Collection

import pandas as pd

from generain_core.perturbations.effects.permutations import EXACT, FEW, MORE
from generain_core.perturbations.effects.shift_test import TestName
from generain_core.perturbations.notes import DONORS, NoteKind
from generain_core.perturbations.run import Perturbed
from generain_core.release.files import Release
from generain_core.text import with_noun
from generain_core.version import __version__
from generain_core.wording.gene_methods import told_of_genes
from generain_core.wording.perturbations import covariates_read, note_sentences
from generain_core.wording.screens import CONTROLS_METHODS, CONTROLS_REFERENCES

REFERENCES = CONTROLS_REFERENCES | {
    "GeneRAIN": "GeneRAIN: multifaceted representation of genes via deep learning of gene expression networks. Genome Biology; "
    "preprint doi 10.1101/2024.03.07.583777.",
    "energy": "Székely GJ, Rizzo ML. Energy statistics: a class of statistics based on distances. J Stat Plan Inference 2013; "
    "143: 1249–1272. doi 10.1016/j.jspi.2013.03.018.",
    "BH": "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple testing. "
    "J R Stat Soc B 1995; 57: 289–300. doi 10.1111/j.2517-6161.1995.tb02031.x.",
    "E-test": "Peidli S, et al. scPerturb: harmonized single-cell perturbation data. Nat Methods 2024; 21: 531–540. "
    "doi 10.1038/s41592-023-02144-y.",
    "Mantel": "Mantel N. The detection of disease clustering and a generalized regression approach. Cancer Res 1967; 27: 209.",
    "Smyth": "Smyth GK. Linear models and empirical Bayes methods for assessing differential expression in microarray "
    "experiments. Stat Appl Genet Mol Biol 2004; 3: 3. doi 10.2202/1544-6115.1027.",
    "Westfall": "Westfall PH, Young SS. Resampling-Based Multiple Testing. Wiley 1993. ISBN 978-0-471-55761-6.",
    "Tw2": "Alekseyenko AV. Multivariate Welch t-test on distances. Bioinformatics 2016; 32: 3552–3558. "
    "doi 10.1093/bioinformatics/btw524.",
    "Chung": "Chung E, Romano JP. Exact and asymptotically robust permutation tests. Ann Stat 2013; 41: 484–507. "
    "doi 10.1214/13-AOS1090.",
    "Brunner": "Brunner E, Dette H, Munk A. Box-type approximations in nonparametric factorial designs. J Am Stat Assoc 1997; "
    "92: 1494–1502. doi 10.1080/01621459.1997.10473671.",
    "Langsrud": "Langsrud Ø. Rotation tests. Stat Comput 2005; 15: 53–60. doi 10.1007/s11222-005-4789-5.",
    "roast": "Wu D, et al. ROAST: rotation gene set tests for complex microarray experiments. Bioinformatics 2010; 26: "
    "2176–2182. doi 10.1093/bioinformatics/btq401.",
    "camera": "Wu D, Smyth GK. Camera: a competitive gene set test accounting for inter-gene correlation. Nucleic Acids Res "
    "2012; 40: e133. doi 10.1093/nar/gks461.",
    "trend": "Law CW, Chen Y, Shi W, Smyth GK. voom: precision weights unlock linear model analysis tools for RNA-seq read "
    "counts. Genome Biol 2014; 15: R29. doi 10.1186/gb-2014-15-2-r29.",
    "filter": "Chen Y, Lun ATL, Smyth GK. From reads to genes to pathways: differential expression analysis of RNA-Seq "
    "experiments using Rsubread and the edgeR quasi-likelihood pipeline. F1000Research 2016; 5: 1438. doi "
    "10.12688/f1000research.8987.2.",
    "Tusher": "Tusher VG, Tibshirani R, Chu G. Significance analysis of microarrays applied to the ionizing radiation response. "
    "Proc Natl Acad Sci USA 2001; 98: 5116–5121. doi 10.1073/pnas.091062498.",
    "Freedman": "Freedman D, Lane D. A nonstochastic interpretation of reported significance levels. J Bus Econ Stat 1983; 1: "
    "292–298. doi 10.2307/1391660.",
    "DiCiccio": "DiCiccio CJ, Romano JP. Robust permutation tests for correlation and regression coefficients. J Am Stat Assoc "
    "2017; 112: 1211–1220. doi 10.1080/01621459.2016.1202117.",
    "linear": "Ahlmann-Eltze C, Huber W, Anders S. Deep-learning-based gene perturbation effect prediction does not yet "
    "outperform simple linear baselines. Nat Methods 2025; 22: 1657–1661. doi 10.1038/s41592-025-02772-6.",
}
FURTHER = {
    "alike": "Perturbations were compared by the cosine of their shifts, ordered by average linkage of unit shifts.",
    "foreseen": "The cosines of the targets' vectors in GeneRAIN-vec {GeneRAIN} were compared with the cosines of the shifts by "
    "Spearman's correlation over all pairs of targets, with a one-sided p-value by permuting the targets among the perturbations "
    "{Mantel}, and for each target over its pairs, permuting the others.",
    "genes": "",
    "gene_sets": "Gene sets were tested among all tested genes by camera {camera}, two-sided: a set's mean z-score against "
    "that of the other genes, its variance widened by the correlation of the set's genes in what the test leaves unexplained of "
    "the samples, with false discovery rates {BH} within each library.",
    "attributes": "",
    "targets": "What is left of a target is 2 to the power of its mean change in log2(count · 10⁷ / total + 1), tested by "
    "exchanging labels like the shifts; with up to four samples beside ten controls or more by a t-test with the variance of "
    "these, widened by the ratio of variances that many genes tell, where there are several samples.",
    "trends": "Samples of a compound, less the mean of the controls of their plate, were held against the rank of their dose or "
    "time: p is of the squared length of the sum of samples times centered ranks, by exchanging levels within plates.",
    "in_silico": "In-silico knock-downs set the bin of a target in control samples, which were embedded again; the mean "
    "difference was compared by its cosine with the measured shift, beside those of the mean shift of all others, of a ridge "
    "regression on the targets' scores on principal components of expression {linear}, and of placebos, genes "
    "of like rank in the controls, whose shifts' lengths were compared too, p = (b + 1) / (m + 1). "
    "The change was also made as the authors made it: the same genes of a control before and after, in a new order. "
    "The model was held to beat a baseline if its mean cosine over the perturbations that it reads was higher with p ≤ 0.05 by "
    "sign flips over these.",
}
"""Paragraphs of further analyses, which are added where these were made; those of genes are of `told_of_genes`."""
_ADVICE = (NoteKind.MAY_BE_PAIRS,)
"""Notes on what could be done instead, which no paper tells."""


def methods(result: Perturbed, release: Release, further: Collection[str] = ()) -> str:
    """Return the methods of an analysis: a paragraph a step, the notes, and the references, with the mark if simulated.

    Args:
        result: of `run`.
        release: what it was made with.
        further: what else was looked at: keys of `FURTHER`.
    """
    paragraphs = FURTHER | (told_of_genes(result) if {"genes", "attributes"} & set(further) else {})
    lines = [*_main(result), *(words for name, words in paragraphs.items() if name in further)]
    notes = [note for note in result.notes if note.kind not in _ADVICE]
    text = "\n\n".join([*lines, *(f"Note: {_plain(note)}" for note in note_sentences(notes))])
    used = list(dict.fromkeys(name for name in re.findall(r"\{([\w-]+)\}", text) if name in REFERENCES))
    for i, name in enumerate(used, 1):
        text = text.replace(f"{{{name}}}", f"[{i}]")
    text = text.replace("] [", ", ")
    sources = [f"[{i}] {REFERENCES[name]}" for i, name in enumerate(used, 1)]
    return "\n\n".join([text, *sources, f"{release.label}; GeneRAIN Explorer {__version__}"])


def _plain(note: str) -> str:
    return note.replace("{", "(").replace("}", ")")


def _main(result: Perturbed) -> list[str]:
    design = result.design
    spaces = " and, as a baseline, in ".join(_space(r.space.words, r.space.name) for r in result.rankings)
    reference = "the controls" if design.reference == "control" else "all other samples"
    column, control = _plain(design.column), _plain(design.control)
    within = f" within {_plain(' and '.join(design.strata_by))}" if design.strata_by else ""
    test = (
        f"by flipping the signs of the differences of pairs ({_plain(design.pair_by)})"
        if design.pairs is not None
        else f"by exchanging labels{within}"
    )
    return [
        f"Perturbations were read from the column {column} and compared with {reference} ({control}){within}. "
        f"{with_noun(len(design.perturbations), 'perturbation')} and {with_noun(int(design.is_control.sum()), 'control sample')} "
        f"were compared in {spaces}.{_donors(result)}",
        f"The shift of a perturbation is the difference of means{_averaged(result)}; its length is given in units of the "
        "spread of the controls (root mean square distance from their mean), less what noise alone adds, and is above 0 by "
        "chance in about half of all null comparisons."
        + (
            ""
            if design.covariates
            else " Distributions, not means, were compared by the energy distance with Euclidean distances {energy} {E-test}."
        ),
        f"{_tested(result, test)}{_beside(result)}{_without_p(result)} False discovery rates are Benjamini and Hochberg's {{BH}}."
        f"{_intervals(result)}",
    ]


def _without_p(result: Perturbed) -> str:
    """Say how many got no p-value, if any."""
    columns = ["p_value", *(f"{ranking.space.name}_p_value" for ranking in result.rankings[1:])]
    without = int(result.table[columns].isna().any(axis=1).sum())
    if not without:
        return ""
    every = with_noun(len(result.table), "perturbation")
    return f" {without:,} of {every} got no p-value in one space or both, as no test holds its level there."


def _intervals(result: Perturbed) -> str:
    """Say how intervals were made, if there are any."""
    tables = [ranking.table for ranking in result.rankings]
    known = pd.concat([table["effect_low"].notna() for table in tables]) if "effect_low" in tables[0] else pd.Series(dtype=bool)
    if not known.any():
        return ""
    tested = pd.concat([table["p_value"].notna() for table in tables])
    none = "; there is none where the controls are too few, or too far from normal, to tell their spread"
    return (
        " Intervals are 95 % intervals of the effect: limits of the shift by Student's t with the freedom of Welch and "
        "Satterthwaite, and of the spread of the controls by chi-square"
        f"{none if (tested.to_numpy() & ~known.to_numpy()).any() else ''}."
    )


def _donors(result: Perturbed) -> str:
    """Say what was done about several samples of one donor, where there were any."""
    return "".join(f" {_plain(note_sentences([note])[0])}" for note in result.notes if note.kind in DONORS)


def _beside(result: Perturbed) -> str:
    """Say how covariates were taken into account, where there are any."""
    covariates = result.design.covariates
    if not covariates:
        return ""
    read = _plain(covariates_read({each.name: each.kinds for each in covariates}))
    return (
        f" Shifts and genes were compared beside covariates ({read}) in a linear model, without intervals and energy distances."
    )


def _averaged(result: Perturbed) -> str:
    if result.design.pairs is not None:
        return " of each pair, averaged"
    return ", a weighted mean over strata (weights n m / (n + m))" if result.design.strata_by else ""


def _tested(result: Perturbed, test: str) -> str:
    """Say how shifts were tested: each test that was used, and what it looked at."""
    tables = [ranking.table for ranking in result.rankings]
    used = pd.concat([table.loc[table["p_value"].notna(), ["test", "exact", "n_samples"]] for table in tables])
    sentences = []
    by_exchange = used[used["test"] == TestName.EXCHANGE]
    if len(by_exchange) and result.design.covariates:
        sentences.append(
            "P-values are of the shift's squared length over the noise in it, the variance of each sample being its own squared "
            "residual (HC2) {DiCiccio}, by exchanging what strata or pairs and covariates leave of samples {Freedman}: "
            f"p = (b + 1) / (m + 1) (seed {result.choices.settings.seed})."
        )
    elif len(by_exchange):
        statistic = (
            "P-values are of the shift's length"
            if result.design.pairs is not None
            else "P-values are of equal means, by the squared length of the shift over the noise in it, each group with its own "
            "variance (a multivariate Welch statistic {Tw2} {Chung}; with fewer than eleven samples in a group, the larger of "
            "this p-value and that by an F distribution {Brunner})"
        )
        sentences.append(f"{statistic}, {test}: {_relabelled(result, by_exchange)}.")
    if (used["test"] == TestName.MODERATED).any():
        settings = result.choices.settings
        some = int((used["test"] == TestName.MODERATED).sum())
        where = (
            "Labels can be exchanged in too few ways, so"
            if some == len(used)
            else "Where labels can be exchanged in too few ways,"
        )
        sentences.append(
            f"{where} P-values are by rotation of residuals {{Langsrud}} {{roast}}, which "
            "assumes normal samples of equal covariance: p = (b + 1) / (m + 1) over "
            f"{settings.permutations:,} random rotations (seed {settings.seed}), {MORE} times as many near the smallest possible."
        )
    if (used["test"] == TestName.CONTROLS).any():
        sentences.append(CONTROLS_METHODS)
    return " ".join(sentences or ["No p-value could be told."])


def _relabelled(result: Perturbed, tested: pd.DataFrame) -> str:
    """Say which relabellings were looked at, as the tables have it."""
    settings = result.choices.settings
    exact, kind = tested["exact"].astype(bool), "sign flips" if result.design.pairs is not None else "relabellings"
    if exact.all():
        return f"exact, over all {kind}"
    again = ""
    if result.design.pairs is None and (tested.loc[~exact, "n_samples"] <= FEW).any():
        again = f"; those near the smallest possible were taken anew from {MORE} times as many"
    random = f"{settings.permutations:,} random ones, p = (b + 1) / (m + 1) (seed {settings.seed}{again})"
    return f"over all {kind} where these are at most {EXACT:,}, else over {random}" if exact.any() else f"over {random}"


def _space(words: str, name: str) -> str:
    return (
        f"the {words} (mean of the last hidden states over expressed genes) {{GeneRAIN}}"
        if name == "embedding"
        else f"the {words}"
    )

"""Damage that has to be found: what is changed, the check that finds it, and what it says."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.verify.changes import (
    archs4,
    array,
    at,
    cut,
    exchanged,
    flipped,
    misnamed,
    parquet,
    rewrite,
    set_value,
    shifted,
    shorter,
    swapped,
    text,
    tokens,
    weights,
    with_first,
)

WTE = "gene_expr_transformer.gpt.transformer.wte.weight"
DAMAGE: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "index cut": (cut("index/gene2vec"), "token index gene2vec", "not readable JSON"),
    "index without special tokens": (
        tokens("index/gene2vec", lambda i: i.update({"SPECIAL_EMB1": max(i.values()) + 1})),
        "token index gene2vec",
        "special tokens",
    ),
    "index with a gap": (tokens("index/coding_lncrna", lambda i: i.pop("LOWEXPR0")), "token index coding_lncrna", "gap"),
    "index twice": (tokens("index/gene2vec", lambda i: i.update({"OTHER": 5})), "token index gene2vec", "same index"),
    "index of other genes": (
        tokens("index/gene2vec", lambda i: [i.update({f"X{k}": i.pop(k)}) for k in list(i)[3:]]),
        "genes of the boundaries gene2vec",
        "are not in the gene2vec_gene_to_idx",
    ),
    "boundaries cut": (cut("boundaries/coding_lncrna"), "boundaries coding_lncrna", "can't be read"),
    "boundaries not ascending": (
        array("boundaries/gene2vec", lambda a: set_value(a, (5, 7), 99)),
        "boundaries gene2vec",
        "ascending",
    ),
    "boundaries not finite": (
        array("boundaries/gene2vec", lambda a: set_value(a, (-1, 7), np.nan)),
        "boundaries gene2vec",
        "ascending",
    ),
    "boundaries below zero": (
        array("boundaries/gene2vec", lambda a: set_value(a, (0, 7), -1)),
        "boundaries gene2vec",
        "below zero",
    ),
    "boundaries in float64": (array("boundaries/gene2vec", lambda a: a.astype(np.float64)), "boundaries gene2vec", "float32"),
    "boundaries lack a column": (array("boundaries/gene2vec", lambda a: a[:, 1:]), "boundaries gene2vec", "columns"),
    "boundaries transposed": (array("boundaries/gene2vec", lambda a: a.T), "boundaries gene2vec", "columns"),
    "boundaries in another order": (
        text("boundaries/coding_lncrna/genes", lambda lines: lines[400:] + lines[:400]),
        "genes of the boundaries coding_lncrna",
        "another order",
    ),
    "boundaries of another scale": (
        array("boundaries/gene2vec", lambda a: a * np.float32(2.3)),
        "both boundaries",
        "disagree",
    ),
    "boundaries name a gene twice": (
        text("boundaries/gene2vec/genes", lambda lines: [lines[1], *lines[1:]]),
        "boundaries gene2vec",
        "each gene once",
    ),
    "statistics lack a column": (
        text("gene_statistics", lambda lines: [line.rsplit("\t", 1)[0] for line in lines]),
        "gene statistics",
        "max_mean_nondup",
    ),
    "statistics with a word": (
        text("gene_statistics", lambda lines: [lines[0], "TP53\tmuch\t1\tTrue", *lines[2:]]),
        "gene statistics",
        "numbers in gene_mean",
    ),
    "statistics cut": (text("gene_statistics", lambda lines: lines[:-100]), "gene rows", "rows"),
    "gene rows shuffled": (text("genes_meta", lambda lines: [lines[0], *lines[:0:-1]]), "gene rows", "differently"),
    "gene rows with columns swapped": (
        text("genes_meta", lambda lines: [lines[0], *("\t".join(line.split("\t")[::-1]) for line in lines[1:])]),
        "gene rows",
        "Ensembl|differently",
    ),
    "model cut": (cut("model/BERT_Pred_Genes_Binning_By_Gene"), "model BERT_Pred_Genes_Binning_By_Gene", "cut short"),
    "model with NaN": (
        weights(lambda s: s[WTE].__setitem__((9, 0), float("nan"))),
        "model GPT_protein_coding_lncRNAs",
        "no finite numbers",
    ),
    "model without a tensor": (
        weights(lambda s: s.pop("gene_expr_transformer.gpt.transformer.ln_f.weight")),
        "model GPT_protein_coding_lncRNAs",
        "ln_f",
    ),
    "model of fewer genes": (
        weights(lambda s: s.update({WTE: s[WTE][:-10].clone()})),
        "model GPT_protein_coding_lncRNAs",
        "lm_head|rows|counts",
    ),
    "model with a changed byte": (flipped("model/GPT_Binning_By_Gene"), "model GPT_Binning_By_Gene", "the sum"),
    "model with a part misnamed": (misnamed("model/GPT_Binning_By_Gene"), "model GPT_Binning_By_Gene", "list of its parts"),
    "model with a silent layer": (
        weights(lambda s: s.update({k: v * 0 for k, v in s.items() if k.endswith("h.1.mlp.c_fc.weight")})),
        "model GPT_protein_coding_lncRNAs",
        "nothing but zeros",
    ),
    "model with a wild weight": (
        weights(lambda s: s[WTE].__setitem__((5, 5), 1e30)),
        "model GPT_protein_coding_lncRNAs",
        r"a weight of 1e\+30",
    ),
    "index shifted by a gene": (
        tokens("index/gene2vec", shifted),
        "vectors and BERT_Pred_Expr_Binning_By_Gene",
        "row beside its own",
    ),
    "index with two genes exchanged": (
        tokens("index/coding_lncrna", lambda i: exchanged(i, 700, 900)),
        "vectors and GPT_protein_coding_lncRNAs",
        "equal but for 2 of",
    ),
    "narrow vectors in another order": (
        array("vectors/32d", lambda a: np.roll(a, 500, axis=0)),
        "vectors of both widths",
        "nothing in common",
    ),
    "vectors cut": (cut("vectors/200d"), "vectors GeneRAIN-vec.200d", "can't be read"),
    "vectors not finite": (
        array("vectors/200d", lambda a: set_value(a, (3, 3), np.inf)),
        "vectors GeneRAIN-vec.200d",
        "not a finite number",
    ),
    "vectors lack a gene": (text("vectors/genes", lambda lines: lines[:-1]), "vectors GeneRAIN-vec.200d", "names"),
    "vectors in another order": (
        array("vectors/200d", lambda a: np.roll(a, 500, axis=0)),
        "vectors and GPT_protein_coding_lncRNAs",
        "nothing in common",
    ),
    "vectors as text differ": (
        lambda root: rewrite(
            at(root, "vectors/200d.txt"),
            gzip.compress(
                gzip.decompress(
                    (at(root, "vectors/200d.txt") if at(root, "vectors/200d.txt").exists() else root).read_bytes()
                ).replace(b" 0.", b" 0.9", 1)
            ),
        ),
        "vectors as text and array",
        "differ",
    ),
    "chunk cut": (cut("chunk/2"), "training chunk 2", "cut short"),
    "chunk with a zero": (array("chunk/2", lambda a: set_value(a, (50, 5), 0)), "training chunk 2", "no bins"),
    "chunk with fractions": (array("chunk/2", lambda a: set_value(a, (50, 5), 7.5)), "training chunk 2", "no bins"),
    "chunk lacks a column": (array("chunk/2", lambda a: a[:, 1:]), "training chunk 2", "columns"),
    "chunk of one bin": (array("chunk/2", np.ones_like), "training chunk 2", "for every gene"),
    "chunk twice": (
        lambda root: rewrite(at(root, "chunk/3"), at(root, "chunk/1").read_bytes()),
        "training chunk 3",
        "the same samples as chunk 1",
    ),
    "predictions in another order": (
        text("attributes/genes", lambda lines: [*lines[600:], *lines[:600]]),
        "predictions",
        "another order",
    ),
    "predictions shifted by a gene": (
        text("attributes/genes", lambda lines: [*lines[1:], lines[0]]),
        "predictions",
        "row beside its own",
    ),
    "predictions without attributes": (parquet(lambda f: f.iloc[:0]), "predictions", "no attribute|no row|holds no|is empty"),
    "predictions with a gap": (
        parquet(lambda f: with_first(f, lambda v: set_value(v, 3, np.nan))),
        "predictions",
        "lacks the prob",
    ),
    "predictions cut": (cut("attributes"), "predictions", "cut short"),
    "predictions above one": (parquet(lambda f: with_first(f, lambda v: v + 2)), "predictions", "no probability"),
    "predictions of fewer genes": (parquet(lambda f: with_first(f, lambda v: v[1:])), "predictions", "its gene list names"),
    "predictions list too short": (text("attributes/genes", lambda lines: lines[:-3]), "predictions", "its gene list names"),
    "predictions gone": (
        parquet(lambda f: f.drop(columns="predicted_probabilities")),
        "predictions",
        "holds no probabilities",
    ),
    "ARCHS4 cut": (cut("archs4"), "ARCHS4", "cut short"),
    "ARCHS4 without expression": (archs4(lambda f: f["data"].pop("expression")), "ARCHS4", "damaged|not ARCHS4"),
    "ARCHS4 of other genes": (
        archs4(lambda f: f["meta/genes/symbol"].__setitem__(0, b"OTHER")),
        "ARCHS4",
        "name other genes",
    ),
    "ARCHS4 of shuffled IDs": (
        archs4(lambda f: f["meta/genes/ensembl_gene"].__setitem__(slice(None), f["meta/genes/ensembl_gene"][:][::-1])),
        "ARCHS4",
        "name other genes",
    ),
    "ARCHS4 of fewer titles": (archs4(lambda f: shorter(f, "meta/samples/title")), "ARCHS4", "meta/samples/title is of another"),
    "ARCHS4 without counts": (
        archs4(lambda f: f["data/expression"].__setitem__((slice(None), slice(0, 30)), 0)),
        "ARCHS4",
        "no count above zero for .* such as GSM9000000",
    ),
    "ARCHS4 samples swapped": (text("samples_meta", lambda lines: swapped(lines, 1, 2)), "ARCHS4", "name other samples"),
    "samples named twice": (text("samples_meta", lambda lines: [*lines, lines[1]]), "samples of ARCHS4", "twice"),
    "example cut": (cut("example"), "example", "cut off or damaged"),
}

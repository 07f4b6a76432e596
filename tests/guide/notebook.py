"""Make the guide's notebook: run its cells on the demo release and write them with what they answer.

Run it again where the demo or the version changes:

python -m tests.guide.notebook
"""

import ast
import contextlib
import io
import json
import os
from typing import Any

import pandas as pd

from generain_core.settings import DEMO_RELEASE
from tests.conftest import PROJECT

NOTEBOOK = PROJECT / "assets/guide/notebook.ipynb"
CELLS: tuple[tuple[str, str], ...] = (
    (
        "markdown",
        "# GeneRAIN in a notebook\n\n"
        "Everything that the pages and the command line answer is a method of one object. Tables come as pandas DataFrames with\n"
        "their provenance in `.attrs`, samples as AnnData, which scanpy reads.\n\n"
        'This notebook runs on the **simulated** demo release; `gr.open("FOLDER")` opens the real one.',
    ),
    ("code", "import generain_core as gr\n\ngenerain = gr.open()  # $GENERAIN_RELEASE, ./release, or the demo\ngenerain"),
    ("markdown", "## Genes\n\nAny name will do: symbols, aliases, Ensembl IDs, even dates that a spreadsheet made of them."),
    ("code", 'generain.resolve(["p53", "7-Sep", "GAS5"])[["input", "status", "gene", "ensembl_gene"]]'),
    ("code", 'generain.neighbors("GAS5", k=5)[["gene", "biotype", "cosine", "rank", "reciprocal_rank"]]'),
    ("code", 'generain.similarity("GAS5", "GPI")'),
    ("markdown", "Where a table comes from stays with it."),
    ("code", 'generain.neighbors("GAS5").attrs["provenance"]'),
    ("markdown", "## Predicted attributes"),
    ("code", 'generain.attributes("GAS5", k=3, by="percentile")[["attribute", "probability", "percentile", "median"]]'),
    (
        "code",
        'generain.genes(rule=\'P("translation (theme)") > 0.2 and biotype = lncRNA\', k=3)[["gene", "ensembl_gene", "biotype"]]',
    ),
    (
        "markdown",
        "## Samples\n\n"
        "`read` shows a table as it was understood: every row, names as written, nothing summed or dropped.\n"
        "An AnnData of your own does as well: counts are taken from the layer `counts` or from `X`, genes from the names\n"
        "or from a column of IDs.",
    ),
    (
        "code",
        'adata = generain.read(generain.release.path("demo/counts"), samples=generain.release.path("demo/sample_sheet"))\nadata',
    ),
    ("code", '{name: adata.uns["generain"][name] for name in ("value_kind", "genes_in", "gene_column", "organism")}'),
    ("markdown", "`embed` bins the samples for the model's genes and returns a copy; what it was given stays as it is."),
    ("code", 'embedded = generain.embed(adata, model="GPT_Binning_By_Gene", device="cpu")\nembedded'),
    ("code", 'embedded.obsm["X_generain"].shape'),
    ("markdown", "## Perturbations"),
    (
        "code",
        "result = generain.perturb(\n"
        '    generain.release.path("demo/perturbation_counts"),\n'
        '    by="perturbation",\n'
        '    control="non-targeting",\n'
        '    samples=generain.release.path("demo/perturbation_sheet"),\n'
        '    model="none",  # in expression space alone; without it, in that of the model too\n'
        "    permutations=999,\n"
        ")\n"
        'result.table[["perturbation", "n_samples", "effect", "p_value", "fdr"]].head()',
    ),
    ("code", 'result.targets[["perturbation", "left_percent", "verdict"]].head(3)'),
    ("markdown", "What can't be done is said in one sentence."),
    (
        "code",
        'try:\n    generain.embed(adata, model="GPT")\nexcept gr.GeneRAINError as error:\n    reason = str(error)\nreason',
    ),
)


def execute() -> dict[str, Any]:
    """Return the notebook with the answers of its cells, which run in order as in a kernel."""
    names: dict[str, Any] = {}
    cells: list[dict[str, Any]] = []
    with pd.option_context("display.width", 110, "display.max_columns", 12, "display.precision", 4):
        for number, (kind, source) in enumerate(CELLS):
            cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": _lines(source)}
            if kind == "code":
                count = sum(each["cell_type"] == "code" for each in cells) + 1
                cell |= {"execution_count": count, "outputs": _run(source, names, count)}
            cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _run(source: str, names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    tree, printed, value = ast.parse(source), io.StringIO(), None
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": _lines(repr(value))}
        if isinstance(value, pd.DataFrame):
            data["text/html"] = _lines(value.to_html(border=0))
        outputs.append({"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


if __name__ == "__main__":
    os.environ["GENERAIN_RELEASE"] = str(DEMO_RELEASE)
    NOTEBOOK.write_text(json.dumps(execute(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

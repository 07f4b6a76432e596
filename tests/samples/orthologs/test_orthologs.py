"""A mouse's table by orthologs: every layout gives the same one-to-one pairs, and the bins are those of the human names."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest

from generain_core.cli import main
from generain_core.errors import GeneRAINError
from generain_core.release.files import choose
from generain_core.samples.interpret.correction import read_expression
from generain_core.samples.orthologs.ortholog_table import read_orthologs
from tests.samples.known import SYMBOLS, Known, counts, text

HUMAN = SYMBOLS[:20]
MOUSE = [name.capitalize() for name in HUMAN]
IDS = {name: f"ENSMUSG{i:011d}" for i, name in enumerate(MOUSE)}
HUMAN_IDS = {name: f"ENSG{i:011d}" for i, name in enumerate(HUMAN)}
FOREIGN = [f"Gm{1000 + i}" for i in range(12)]
# Two of a mouse for one human gene, and one of a mouse for two human ones: neither is one-to-one.
MANY = [("Twin1", "TUBB"), ("Twin2", "TUBB"), ("Split", "LMNA"), ("Split", "COL1A1")]
PAIRS = [*zip(MOUSE, HUMAN, strict=True), *MANY]


def classes(path):
    """Write the layout of MGI's HOM_MouseHumanSequence.rpt."""
    lines = ["DB Class Key\tCommon Organism Name\tNCBI Taxon ID\tSymbol\tEntrezGene ID\tMouse MGI ID\tHGNC ID"]
    groups = {name: ([mouse], [name]) for mouse, name in zip(MOUSE, HUMAN, strict=True)}
    groups |= {"twins": (["Twin1", "Twin2"], ["TUBB"]), "split": (["Split"], ["LMNA", "COL1A1"])}
    for key, (mice, humans) in enumerate(groups.values(), 46_000_000):
        lines += [f"{key}\tmouse, laboratory\t10090\t{name}\t1\tMGI:1\t" for name in mice]
        lines += [f"{key}\thuman\t9606\t{name}\t2\t\tHGNC:2" for name in humans]
    path.write_text("\n".join(lines) + "\n")


def phenotypes(path):
    """Write the layout of MGI's HMD_HumanPhenotype.rpt: no header."""
    path.write_text(
        "".join(f"{human}\t{i + 1}\t{mouse}\tMGI:{i}\tMP:0005375, MP:0005376\t\n" for i, (mouse, human) in enumerate(PAIRS))
    )


def hcop(path):
    """Write the layout of HCOP; a pair that two sources name makes nothing many."""
    titles = ["human_entrez_gene", "human_ensembl_gene", "hgnc_id", "human_name", "human_symbol", "human_chr", "human_assert_ids"]
    titles += ["mouse_entrez_gene", "mouse_ensembl_gene", "mgi_id", "mouse_name", "mouse_symbol", "mouse_chr", "mouse_assert_ids"]
    rows = ["\t".join([*titles, "support"])]
    for mouse, human, support in [*((*pair, "Ensembl,HGNC,NCBI,OMA") for pair in PAIRS), (MOUSE[0], "MYC", "OMA,Treefam")]:
        left = ["1", HUMAN_IDS.get(human, "-"), "HGNC:1", "a name", human, "1", "-"]
        right = ["2", IDS.get(mouse, "-"), "MGI:1", "a name", mouse, "2", "-"]
        rows.append("\t".join([*left, *right, support]))
    path.write_text("\n".join(rows) + "\n")


def biomart(path, *, of_human: bool = False):
    """Write BioMart's export: of mouse genes with human homologs, or the other way about."""
    own, other = ("Human", "Mouse")[:: 1 if of_human else -1]
    rows = [f"Gene stable ID,Gene name,{other} gene stable ID,{other} gene name,{other} homology type"]
    for mouse, human in PAIRS:
        kind = "ortholog_one2one" if (mouse, human) not in MANY else "ortholog_one2many"
        sides = [f"{IDS.get(mouse, '')},{mouse}", f"{HUMAN_IDS.get(human, '')},{human}"][:: -1 if of_human else 1]
        rows.append(",".join([*sides, kind]))
    assert own != other
    path.write_text("\n".join([*rows, "ENSMUSG00000099999,Lonely,,,"]) + "\n")


def plain(path):
    path.write_text("mouse,human\n" + "".join(f"{mouse},{human}\n" for mouse, human in PAIRS))


LAYOUTS = [classes, phenotypes, hcop, biomart, lambda path: biomart(path, of_human=True), plain]


@pytest.mark.parametrize("write", LAYOUTS, ids=["MGI classes", "MGI pairs", "HCOP", "BioMart mouse", "BioMart human", "plain"])
def test_every_layout_gives_the_same_pairs(tmp_path, write):
    write(tmp_path / "orthologs.tsv")
    table = read_orthologs(tmp_path / "orthologs.tsv")
    symbols = {mouse: names[0] for mouse, names in table.human.items() if not mouse.startswith("ENSMUSG")}
    assert symbols == dict(zip(map(str.upper, MOUSE), HUMAN, strict=True))
    assert set(table.not_one) >= {"TWIN1", "TWIN2", "SPLIT"}
    assert table.pairs == 20
    if any(mouse.startswith("ENSMUSG") for mouse in table.human):
        assert {mouse: names[0] for mouse, names in table.human.items() if mouse in IDS.values()} == {
            IDS[mouse]: human for mouse, human in zip(MOUSE, HUMAN, strict=True)
        }


@pytest.mark.parametrize("form", ["title", "capitals", "ID", "ID_symbol"])
def test_a_mouse_s_table_is_taken_under_human_names(tmp_path, form):
    hcop(tmp_path / "orthologs.txt")
    names = [*MOUSE, "Twin1", "Split", *FOREIGN, "Lmna", "ERCC-00002"]
    spelled = {
        "title": names,
        "capitals": [name.upper() for name in names],
        "ID": [IDS.get(name, f"ENSMUSG{i + 500:011d}.3") for i, name in enumerate(names)],
        "ID_symbol": [f"{IDS.get(name, f'ENSMUSG{i + 500:011d}')}_{name}" for i, name in enumerate(names)],
    }[form]
    values = np.random.default_rng(0).poisson(50, (len(names), 3)).astype(float)
    (tmp_path / "a.csv").write_text(text(values, names=spelled))
    with pytest.raises(GeneRAINError, match=r"holds genes of mouse.*Bring a table of orthologs"):
        read_expression(tmp_path / "a.csv", Known())
    found = read_expression(tmp_path / "a.csv", Known(), orthologs=read_orthologs(tmp_path / "orthologs.txt"))
    assert found.identifiers[:20] == tuple(HUMAN)
    assert found.from_species == "mouse"
    assert "LMNA" not in [name.upper() for name in found.identifiers]
    np.testing.assert_array_equal(found.values.sum(axis=1), values.sum(axis=0))
    note = next(note for note in found.notes if note.startswith("From mouse: 20 of"))
    assert "one-to-one human orthologs (orthologs.txt, HCOP, 20 pairs)" in note
    if form == "title":
        assert "13 without an ortholog in it, 1 with one of several mouse genes and 1 with several human genes" in note


def test_a_rat_and_a_table_of_something_else_are_refused(tmp_path):
    hcop(tmp_path / "orthologs.txt")
    table = read_orthologs(tmp_path / "orthologs.txt")
    rats = [*MOUSE, *(f"RGD13{i:05d}" for i in range(10))]
    (tmp_path / "a.csv").write_text(text(np.full((len(rats), 2), 7.0), names=rats))
    with pytest.raises(GeneRAINError, match="are a rat's"):
        read_expression(tmp_path / "a.csv", Known(), orthologs=table)
    (tmp_path / "b.csv").write_text(text(counts()))
    assert read_expression(tmp_path / "b.csv", Known(), orthologs=table).from_species == ""
    with pytest.raises(GeneRAINError, match="is no table of orthologs that is known: its columns are gene, s1"):
        read_orthologs(tmp_path / "b.csv")


def test_the_line_bins_as_it_bins_the_human_names_and_marks_all_that_it_writes(tmp_path, capsys):
    demo = pd.read_csv(choose().path("demo/counts"), index_col=0).iloc[:, :4]
    demo = demo[~demo.index.duplicated(keep=False)]
    human = [str(name) for name in demo.index]
    mouse = [f"M{name[1:].lower()}x{i}" for i, name in enumerate(human)]
    (tmp_path / "orthologs.csv").write_text("mouse,human\n" + "".join(f"{m},{h}\n" for m, h in zip(mouse, human, strict=True)))
    extra = pd.DataFrame(11, index=FOREIGN, columns=demo.columns)
    pd.concat([demo.set_axis(mouse), extra]).to_csv(tmp_path / "mouse.csv")
    pd.concat([demo, extra.set_axis([f"unknown{i}" for i in range(12)])]).to_csv(tmp_path / "human.csv")
    line = ["normalize", str(tmp_path / "mouse.csv"), "-o", str(tmp_path / "mouse.h5ad"), "--json"]
    assert main(line) == 2
    assert "Bring a table of orthologs" in capsys.readouterr().err
    assert main([*line, "--orthologs", str(tmp_path / "orthologs.csv")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert next(w for w in report["warnings"] if w.startswith("From")).startswith(f"From mouse: {len(human):,} of")
    assert main(["normalize", str(tmp_path / "human.csv"), "-o", str(tmp_path / "human.h5ad")]) == 0
    first, second = (anndata.read_h5ad(tmp_path / f"{name}.h5ad") for name in ("mouse", "human"))
    np.testing.assert_array_equal(first[:, second.var_names].layers["bins"], second.layers["bins"])
    assert first.uns["generain"]["from_species"] == "mouse"
    assert "From mouse" in first.uns["generain"]["provenance"]
    again = tmp_path / "again.h5ad"
    assert main(["normalize", str(tmp_path / "mouse.h5ad"), "-o", str(again)]) == 0
    assert anndata.read_h5ad(again).uns["generain"]["from_species"] == "mouse"


def test_what_a_cohort_and_a_reference_write_is_marked(tmp_path):
    """The mark is part of the line that stands in every row of a CSV."""
    from generain_core.cohort.notes import CohortNote, CohortNoteKind
    from generain_core.cohort.run import CohortResult
    from generain_core.facade.binned_table import species_of
    from generain_core.wording.cohort import warnings

    note = CohortNote(CohortNoteKind.FROM_SPECIES, {"species": "mouse"})
    empty = dict.fromkeys(("choices", "design", "samples", "representations", "splits", "results", "comparison", "null"))
    assert CohortResult(**empty, notes=(note,)).marks == ("from mouse by orthologs",)
    assert CohortResult(**empty).marks == ()
    assert warnings([note]) == ["From mouse: genes stand under the names of their one-to-one human orthologs."]
    assert species_of(anndata.AnnData(np.zeros((1, 1)), uns={"generain": {"from_species": "mouse"}})) == [
        "from mouse by orthologs"
    ]

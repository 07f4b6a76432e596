"""Lists of genes and token indices, as every room reads them."""

import json

import pytest

from generain_core.errors import ReleaseError
from generain_core.release.readers.gene_list import read_gene_list
from generain_core.release.readers.token_index import indexed_genes, read_token_index


def test_names_are_read_in_their_order(tmp_path) -> None:
    path = tmp_path / "genes.txt"
    path.write_bytes(b"\xef\xbb\xbfTP53\r\n\nb'XIST'\n GAS5 \n")
    assert read_gene_list(path) == ("TP53", "XIST", "GAS5")


def test_repeated_names_are_refused_where_each_gene_has_one_row(tmp_path) -> None:
    path = tmp_path / "genes.txt"
    path.write_text("A\nB\nA\n")
    assert read_gene_list(path, repeats=True) == ("A", "B", "A")
    with pytest.raises(ReleaseError, match="name each gene once, but has 3 lines and 2 names"):
        read_gene_list(path)


def test_a_list_that_is_no_text_is_named(tmp_path) -> None:
    path = tmp_path / "genes.txt"
    path.write_bytes(b"A\n\xff\xfe\n")
    with pytest.raises(ReleaseError, match="is not a text file"):
        read_gene_list(path)


def test_special_tokens_are_no_genes(tmp_path) -> None:
    path = tmp_path / "index.json"
    path.write_text(json.dumps({"B": 4, "SPECIAL_EMB1": 0, "A": 3, "SPECIAL_EMB3": 2, "SPECIAL_EMB2": 1}))
    index = read_token_index(path)
    assert index["B"] == 4
    assert indexed_genes(index) == ["A", "B"]

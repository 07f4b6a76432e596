"""Every layout that the table of predictions may have gives the same answers, or says why it gives none."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generain_core.attributes import open_store
from generain_core.errors import ReleaseError
from generain_core.release.files import Release
from generain_core.release.readers.predictions.blocks import Source
from generain_core.release.readers.predictions.text_pairs import Marks, marks_of
from tests.attributes.layouts import COLUMN, NAMED, NAMELESS, long_frame, table_of
from tests.attributes.make import gene_names, names_of, path_of, put_genes, put_table


def put_index(root, genes) -> None:
    """Write a token index, by which names are known to be genes."""
    tokens = ", ".join(f'"{gene}": {i}' for i, gene in enumerate(genes))
    path_of(root, "index/coding_lncrna").write_text(f"{{{tokens}}}")


def opened(root, table, *, listed: bool, **options):
    put_index(root, gene_names(90))
    if listed:
        put_genes(root, gene_names(90))
    return open_store(put_table(root, table, **options))


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "unlisted"])
@pytest.mark.parametrize("kind", NAMED)
def test_layouts_that_name_their_genes(tmp_path, fresh_cache, values, kind, listed) -> None:
    store = opened(tmp_path, table_of(kind, values), listed=listed, row_group_size=5 if "long" not in kind else 400)
    assert store.genes == tuple(gene_names(90)) or sorted(store.genes) == sorted(gene_names(90))
    assert sorted(store.attributes) == sorted(names_of(12))
    columns = [store.row(gene) for gene in gene_names(90)]
    rows = [store.place(attribute) for attribute in names_of(12)]
    np.testing.assert_array_equal(store.by_attribute[np.ix_(rows, columns)], values)
    np.testing.assert_array_equal(store.by_gene, store.by_attribute.T)
    if "transposed" not in kind:
        assert store.table.loc[names_of(12), "library"].tolist() == [f"Library {i % 3}" for i in range(12)]
        assert store.table.loc[names_of(12), "number_of_positive_genes"].tolist() == list(range(10, 22))
        assert store.roles.reliability == "test_auroc"


@pytest.mark.parametrize("kind", NAMELESS)
def test_layouts_that_name_none_go_by_the_list(tmp_path, fresh_cache, values, kind) -> None:
    store = opened(tmp_path, table_of(kind, values), listed=True)
    assert store.genes == tuple(gene_names(90))
    np.testing.assert_array_equal(store.by_attribute, values)


@pytest.mark.parametrize("kind", ["list", "lists", "wide", "map", "long"])
def test_half_precision(tmp_path, fresh_cache, kind) -> None:
    values = np.linspace(0, 1, 12 * 90, dtype=np.float32).reshape(12, 90).astype(np.float16).astype(np.float32)
    table, half = table_of(kind, values), pa.float16()
    kinds = {"list": pa.list_(half), "lists": pa.list_(half), "map": pa.map_(pa.string(), half), "long": half}
    if kind == "wide":
        fields = [pa.field(f.name, half if f.name in gene_names(90) else f.type) for f in table.schema]
        table = table.cast(pa.schema(fields))
    elif kind == "long":
        table = table.set_column(table.column_names.index(COLUMN), COLUMN, table[COLUMN].cast(half))
    else:
        plain = [list(row) for row in values.astype(np.float16)]
        if kind == "map":
            plain = [list(zip(gene_names(90), row, strict=True)) for row in plain]
        table = table.set_column(table.column_names.index(COLUMN), COLUMN, pa.array(plain, kinds[kind]))
    np.testing.assert_array_equal(opened(tmp_path, table, listed=True).by_attribute, values)


@pytest.mark.parametrize("kind", ["lists", "pairs", "map", "list of structs"])
def test_each_attribute_may_have_its_genes_in_another_order(tmp_path, fresh_cache, values, kind) -> None:
    rng, tables = np.random.default_rng(0), []
    for i in range(12):
        order = rng.permutation(90) if i else np.arange(90)
        tables.append(table_of(kind, values[:, order], [gene_names(90)[j] for j in order]).slice(i, 1))
    store = opened(tmp_path, pa.concat_tables(tables), listed=False)
    np.testing.assert_array_equal(store.by_attribute, values)


def test_a_long_table_with_genes_in_another_order_per_attribute(tmp_path, fresh_cache, values) -> None:
    frame = long_frame(values, gene_names(90))
    parts = [part.sample(frac=1, random_state=i) for i, (_, part) in enumerate(frame.groupby("attribute", sort=False))]
    frame = frame.iloc[[i for part in parts for i in part.index]]
    store = opened(tmp_path, pa.Table.from_pandas(frame, preserve_index=False), listed=False)
    columns = [store.row(gene) for gene in gene_names(90)]
    np.testing.assert_array_equal(store.by_attribute[:, columns], values)


@pytest.mark.parametrize("order", ["attributes", "genes", "mixed"])
def test_a_pair_that_is_missing_in_a_long_table_is_left_empty(tmp_path, fresh_cache, values, order) -> None:
    frame = long_frame(values, gene_names(90), order)
    gone = frame.index[(frame["attribute"] == names_of(12)[4]) & (frame["gene"] == "G17")]
    store = opened(tmp_path, pa.Table.from_pandas(frame.drop(index=gone), preserve_index=False), listed=True)
    columns, rows = [store.row(gene) for gene in gene_names(90)], [store.place(name) for name in names_of(12)]
    values[4, 17] = np.nan
    np.testing.assert_array_equal(store.by_attribute[np.ix_(rows, columns)], values)
    assert store.counts[store.place(names_of(12)[4])] == 89


@pytest.mark.parametrize("order", ["attributes", "genes", "mixed"])
@pytest.mark.parametrize("value", [None, 0.5], ids=["the same value", "another value"])
def test_a_pair_that_is_there_twice_in_a_long_table_is_refused(tmp_path, fresh_cache, values, order, value) -> None:
    frame = long_frame(values, gene_names(90), order)
    twice = frame.index[(frame["attribute"] == names_of(12)[4]) & (frame["gene"] == "G17")][0]
    row = frame.loc[[twice]].copy()
    if value is not None:
        row[COLUMN] = np.float32(value)
    import pandas as pd

    frame = pd.concat([frame.iloc[: twice + 1], row, frame.iloc[twice + 1 :]])
    with pytest.raises(ReleaseError, match=r"several probabilities of “process 4.*for G17"):
        opened(tmp_path, pa.Table.from_pandas(frame, preserve_index=False), listed=True)


@pytest.mark.parametrize("kind", ["lists", "pairs", "map"])
def test_a_gene_that_is_there_twice_in_an_attribute_is_refused(tmp_path, fresh_cache, values, kind) -> None:
    genes = gene_names(90)
    table = pa.concat_tables([table_of(kind, values[:5]), table_of(kind, values, [*genes[:50], "G3", *genes[51:]]).slice(5, 1)])
    with pytest.raises(ReleaseError, match="several probabilities of “process 5.*for G3"):
        opened(tmp_path, table, listed=True)


@pytest.mark.parametrize("kind", ["lists", "pairs", "map"])
def test_a_gene_that_only_one_attribute_names_is_told(tmp_path, fresh_cache, values, kind) -> None:
    genes = gene_names(90)
    other = table_of(kind, values, [*genes[:50], "ELSE", *genes[51:]])
    table = pa.concat_tables([table_of(kind, values).slice(0, 8), other.slice(8, 1), table_of(kind, values).slice(9)])
    with pytest.raises(ReleaseError, match="“process 8.*for ELSE"):
        opened(tmp_path, table, listed=True)


def test_two_libraries_may_have_an_attribute_of_the_same_name_in_a_long_table(tmp_path, fresh_cache, values) -> None:
    frame = long_frame(values, gene_names(90))
    frame["attribute"] = frame["attribute"].replace({names_of(12)[11]: names_of(12)[0]})
    store = opened(tmp_path, pa.Table.from_pandas(frame, preserve_index=False), listed=True)
    assert [str(store.attributes[i]) for i in (0, 11)] == [f"{names_of(12)[0]} [Library {i}]" for i in (0, 2)]
    np.testing.assert_array_equal(store.by_attribute, values)


def test_several_columns_that_may_be_probabilities_are_asked_about(tmp_path, fresh_cache, values) -> None:
    table = table_of("list", values).rename_columns({COLUMN: "score"}).append_column("other", pa.array(list(values)))
    with pytest.raises(ReleaseError, match="score and other"):
        opened(tmp_path, table, listed=True)
    frame = long_frame(values, gene_names(90)).rename(columns={COLUMN: "a"}).assign(b=lambda f: f["a"])
    with pytest.raises(ReleaseError, match="a and b"):
        opened(tmp_path, pa.Table.from_pandas(frame, preserve_index=False), listed=True)


def test_rows_without_a_gene_are_told(tmp_path, fresh_cache, values) -> None:
    frame = long_frame(values, gene_names(90))
    frame.loc[100, "gene"] = None
    with pytest.raises(ReleaseError, match="rows without a gene"):
        opened(tmp_path, pa.Table.from_pandas(frame, preserve_index=False), listed=False)


def test_names_written_as_bytes(tmp_path, fresh_cache, values) -> None:
    store = opened(tmp_path, table_of("lists", values, [f"b'{gene}'" for gene in gene_names(90)]), listed=False)
    assert store.genes == tuple(gene_names(90))


@pytest.mark.parametrize("order", ["attributes", "genes", "mixed"])
def test_a_long_table_in_small_blocks(tmp_path, fresh_cache, values, monkeypatch, order) -> None:
    monkeypatch.setattr("generain_core.release.readers.predictions.long_table._BATCH", 77)
    monkeypatch.setattr("generain_core.release.readers.predictions.blocks.BLOCK", 4 * 90 * 5)
    put_index(tmp_path, gene_names(90))
    frame = long_frame(values, gene_names(90), order)
    source = Source.open(put_table(tmp_path, pa.Table.from_pandas(frame, preserve_index=False), row_group_size=101))
    assert source.by_gene == (order == "genes")
    blocks = list(source.blocks())
    assert len(blocks) > 2 or order == "genes"
    read = np.concatenate(blocks).T if source.by_gene else np.concatenate(blocks)
    place = {name: i for i, name in enumerate(source.metadata.index)}
    columns = [source.genes.index(gene) for gene in gene_names(90)]
    np.testing.assert_array_equal(read[np.ix_([place[name] for name in names_of(12)], columns)], values)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("TP53:0.9, MYC:0.1, A:1", Marks(":", ",")),
        ("TP53 (0.9); MYC (1e-3); A (.5)", Marks("(", ";")),
        ('{"TP53": 0.9, "MYC": 0.1, "A": 0}', Marks(":", ",")),
        ("HLA-A=0.9|AC01.2=0.1|7SK=1", Marks("=", "|")),
        ("0.1,0.2,0.3,0.4,0.5,0.6", None),
        ("a study of TP53, MYC and others", None),
        ("TP53:0.9", None),
    ],
)
def test_how_pairs_are_written(text, marks) -> None:
    assert marks_of(text) == marks


def test_a_pair_that_is_none_is_told(tmp_path, fresh_cache, values) -> None:
    table = table_of("pairs", values)
    texts = table[COLUMN].to_pylist()
    texts[6] = texts[6].replace(",", ", and", 1).replace(":", " ", 2)
    table = table.set_column(table.column_names.index(COLUMN), COLUMN, pa.array(texts))
    with pytest.raises(ReleaseError, match="no gene with its number"):
        opened(tmp_path, table, listed=True)


def test_a_plain_file_is_no_long_table(tmp_path, fresh_cache) -> None:
    put_genes(tmp_path, gene_names(9))
    pq.write_table(pa.table({"gene": ["G1", "G2"], "note": ["a", "b"]}), path_of(tmp_path, "attributes"))
    with pytest.raises(ReleaseError, match="one row per gene and attribute"):
        open_store(Release.open(tmp_path))

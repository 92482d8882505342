import polars as pl
import pyarrow as pa
import pytest

import unbake
from unbake import arrow

TYPES = [pa.string(), pa.large_string(), pa.string_view()]


def buffers(array):
    return [buffer and buffer.address for buffer in array.buffers()]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_arrays(kind, damaged, mended):
    fixed = arrow.fix(pa.array(damaged, kind))
    assert fixed.type == kind
    assert fixed.to_pylist() == mended
    fixed.validate(full=True)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_slices(kind, damaged, mended):
    for start in range(len(damaged) + 1):
        for length in range(len(damaged) - start + 1):
            fixed = arrow.fix(pa.array(damaged, kind).slice(start, length))
            assert fixed.to_pylist() == mended[start : start + length]
            fixed.validate(full=True)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_what_is_right_comes_back_as_it_came(kind, mended):
    array = pa.array(mended, kind)
    assert arrow.fix(array) is array
    table = pa.table({"a": array, "n": range(len(mended))})
    assert arrow.fix(table) is table
    assert arrow.fix(array[:0]) is not None


def test_columns_that_need_nothing_are_not_copied(damaged, mended):
    table = pa.table({"a": damaged, "b": mended, "n": range(len(mended))})
    fixed = arrow.fix(table)
    assert fixed.schema == table.schema
    assert fixed["a"].to_pylist() == mended
    for name in "bn":
        assert buffers(fixed[name].chunk(0)) == buffers(table[name].chunk(0))


def test_views_that_stay_point_where_they_pointed():
    long = "a text that is longer than twelve bytes"
    array = pa.array([long, "schÃ¶n und grÃ¼n, sehr schÃ¶n"], pa.string_view())
    fixed = arrow.fix(array)
    assert fixed.to_pylist() == [long, "schön und grün, sehr schön"]
    assert array.buffers()[2].address in buffers(fixed)


def test_dictionaries(damaged, mended):
    for index in (pa.int8(), pa.int32(), pa.uint64()):
        for value in (pa.string(), pa.large_string()):
            kind = pa.dictionary(index, value)
            array = pa.array(damaged * 2).dictionary_encode().cast(kind)
            fixed = arrow.fix(array)
            assert fixed.type == kind
            assert fixed.to_pylist() == mended * 2
            right = pa.array(mended).dictionary_encode().cast(kind)
            assert arrow.fix(right) is right


def test_chunks_structs_and_lists(damaged, mended):
    chunked = pa.chunked_array([mended, damaged, []], pa.string())
    fixed = arrow.fix(chunked)
    assert fixed.num_chunks == 3 and fixed.to_pylist() == mended * 2
    assert buffers(fixed.chunk(0)) == buffers(chunked.chunk(0))
    rows = [{"a": [text, None], "b": {"c": text}} for text in damaged] + [None]
    wanted = [{"a": [text, None], "b": {"c": text}} for text in mended] + [None]
    assert arrow.fix(pa.array(rows)).to_pylist() == wanted


def test_tables(damaged, mended):
    schema = pa.schema(
        [pa.field("a", pa.string(), metadata={"k": "v"}), ("b", pa.string()), ("n", pa.int64())],
        metadata={"made": "here"},
    )
    table = pa.table({"a": damaged, "b": damaged, "n": range(len(damaged))}, schema=schema)
    fixed = arrow.fix(table, ["a"])
    assert isinstance(fixed, pa.Table)
    assert fixed.schema.equals(schema, check_metadata=True)
    assert fixed["a"].to_pylist() == mended and fixed["b"].to_pylist() == damaged
    batch = table.to_batches()[0]
    assert isinstance(arrow.fix(batch), pa.RecordBatch)
    assert arrow.fix(batch).column("b").to_pylist() == mended
    with pytest.raises(KeyError, match="none"):
        arrow.fix(table, ["none"])
    with pytest.raises(TypeError):
        arrow.fix(pa.array(damaged), ["a"])
    with pytest.raises(TypeError, match="read only once"):
        arrow.fix(table.to_reader())
    with pytest.raises(ValueError, match="__arrow_c_array__"):
        arrow.fix(["a list"])


def test_what_are_no_texts_stays(damaged):
    for array in (pa.array([1, 2]), pa.array([b"sch\xc3\x83\xc2\xb6n"]), pa.nulls(3), pa.array([], pa.string())):
        assert arrow.fix(array) is array


def test_config(damaged):
    config = unbake.Config("ftfy")
    assert arrow.fix(pa.array(["“ﬁn”"]), config=config).to_pylist() == ['"fin"']


def test_polars(damaged, mended):
    frame = pl.DataFrame({"a": damaged, "n": range(len(damaged))})
    fixed = arrow.fix(frame)
    assert isinstance(fixed, pl.DataFrame) and fixed.schema == frame.schema
    assert fixed["a"].to_list() == mended
    assert arrow.fix(fixed) is fixed
    series = arrow.fix(frame["a"])
    assert isinstance(series, pl.Series) and series.name == "a" and series.to_list() == mended
    categories = pl.Series("c", damaged, dtype=pl.Categorical)
    assert arrow.fix(categories).to_list() == mended


class Anything:
    """Speaks Arrow, and is nobody's type."""

    def __init__(self, array):
        self.array = array

    def __arrow_c_array__(self, requested_schema=None):
        return self.array.__arrow_c_array__(requested_schema)


def test_anything_else_that_speaks_arrow(damaged, mended):
    fixed = arrow.fix(Anything(pa.array(damaged)))
    assert pa.array(fixed).to_pylist() == mended

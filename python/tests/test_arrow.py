
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
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


def test_list_views_and_runs(damaged, mended):
    def views(texts):
        offsets, sizes = pa.array([1, 0, 0], pa.int32()), pa.array([1, 2, 0], pa.int32())
        return pa.ListViewArray.from_arrays(offsets, sizes, pa.array(texts[:2] + ["unused"]))

    def runs(texts):
        return pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(texts[:2]))

    for column in (views, runs):
        was, wanted = column(damaged), column(mended)
        for part in (slice(None), slice(1, 3)):
            fixed = arrow.fix(was[part])
            fixed.validate(full=True)
            assert fixed.type == was.type and fixed.to_pylist() == wanted[part].to_pylist()
        assert arrow.fix(wanted) is wanted


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


NO_UTF8 = [b"\x80\x81", b"caf\xe9", b"sch\xc3\x83\xc2\xb6n \xe2\x82", b"\xed\xa0\x80 and more than twelve bytes"]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_what_is_not_utf8_stays(kind, tmp_path):
    """PyArrow's reader of Parquet looks at no text."""
    as_bytes = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}[kind]

    def texts(values):
        return pa.array(values, as_bytes).view(kind)

    wrong = texts([*NO_UTF8, None, b""])
    assert arrow.fix(wrong) is wrong
    for around in (wrong, pa.DictionaryArray.from_arrays(pa.array([0, 3, 3]), wrong)):
        chunk = pa.StructArray.from_arrays([pa.ListArray.from_arrays([0, 1, 3], around)], ["a"])
        assert arrow.fix(chunk) is chunk
    damaged = [NO_UTF8[0], "schÃ¶n und grÃ¼n".encode(), *NO_UTF8, "grÃ¼n".encode(), None]
    wanted = [NO_UTF8[0], "schön und grün".encode(), *NO_UTF8, "grün".encode(), None]
    assert arrow.fix(texts(damaged)).view(as_bytes).to_pylist() == wanted
    path = tmp_path / "bad.parquet"
    pq.write_table(pa.table({"t": texts(damaged)}), path)
    fixed = arrow.fix(pq.read_table(path))["t"].chunk(0)
    assert fixed.cast(pa.large_binary() if kind == pa.large_string() else pa.binary()).to_pylist() == wanted
    if kind != pa.string_view():
        fixed = arrow.fix(texts(damaged).dictionary_encode())
        assert fixed.dictionary.view(as_bytes).take(fixed.indices).to_pylist() == wanted


def test_values_that_become_equal_are_one():
    array = pa.array(["x", "schÃ¶n", None, "schön", "grÃ¼n", "x"]).dictionary_encode()
    fixed = arrow.fix(array)
    assert fixed.to_pylist() == ["x", "schön", None, "schön", "grün", "x"]
    assert fixed.dictionary.to_pylist() == ["x", "schön", "grün"]
    fixed.validate(full=True)
    # Chunks share a dictionary, and do so still: files of Arrow want it.
    chunked = pa.chunked_array([array, array[:1], array[3:]])
    fixed = arrow.fix(chunked)
    assert fixed.to_pylist() == [{"schÃ¶n": "schön", "grÃ¼n": "grün"}.get(text, text) for text in chunked.to_pylist()]
    assert len({chunk.dictionary.buffers()[2].address for chunk in fixed.chunks}) == 1
    table = pa.table({"k": fixed, "n": [1] * len(fixed)})
    counts = table.group_by("k").aggregate([("n", "sum")]).to_pylist()
    assert len(counts) == len({row["k"] for row in counts})


def test_enums_of_polars():
    enum = pl.Enum(["schÃ¶n", "x", "schön", "grÃ¼n"])
    mended = pl.Enum(["schön", "x", "grün"])
    values = ["schÃ¶n", None, "schön", "x"]
    wanted = ["schön", None, "schön", "x"]
    series = pl.Series("e", values, enum)
    fixed = arrow.fix(series)
    assert fixed.dtype == mended and fixed.name == "e" and fixed.to_list() == wanted
    # Of a batch without damage as well: batches of a column have one type.
    assert arrow.fix(series[3:]).dtype == mended
    right = pl.Series(["x"], dtype=pl.Enum(["x"]))
    assert arrow.fix(right) is right
    frame = pl.DataFrame(
        {
            "e": series,
            "l": pl.Series([values, None, [], ["x"]], dtype=pl.List(enum)),
            "s": pl.Series([{"a": value} for value in values], dtype=pl.Struct({"a": enum})),
            "r": pl.Series([["x"], ["schÃ¶n"], None, ["x"]], dtype=pl.Array(enum, 1)),
            "t": values,
        }
    )
    fixed = arrow.fix(frame)
    assert fixed.to_dict(as_series=False) == {
        "e": wanted,
        "l": [wanted, None, [], ["x"]],
        "s": [{"a": value} for value in wanted],
        "r": [["x"], ["schön"], None, ["x"]],
        "t": wanted,
    }
    assert fixed.dtypes[:2] == [mended, pl.List(mended)]
    only = arrow.fix(frame, "t")
    assert only["e"].dtype == enum and only["t"].to_list() == wanted
    with pytest.raises(KeyError, match="none"):
        arrow.fix(frame, ["none"])


def test_lists_of_fixed_size_and_maps(damaged, mended):
    kind = pa.list_(pa.string(), 2)
    array = pa.array([[text, "x"] for text in damaged] + [None], kind)
    wanted = [[text, "x"] for text in mended] + [None]
    for start in range(len(wanted)):
        fixed = arrow.fix(array[start:])
        assert fixed.type == kind and fixed.to_pylist() == wanted[start:]
        fixed.validate(full=True)
    kind = pa.map_(pa.string(), pa.list_(pa.string()))
    array = pa.array([[("schÃ¶n", [text]), ("b", None)] for text in damaged] + [None], kind)
    wanted = [[("schÃ¶n", [text]), ("b", None)] for text in mended] + [None]
    for start in range(len(wanted)):
        fixed = arrow.fix(array[start:])
        assert fixed.type == kind and fixed.to_pylist() == wanted[start:]
        fixed.validate(full=True)
    series = pl.Series("a", [["schÃ¶n", "x"], None], pl.Array(pl.String, 2))
    assert arrow.fix(series).to_list() == [["schön", "x"], None]


def test_slices_look_at_what_is_theirs():
    lists = pa.array([["schÃ¶n"], ["x", "y"], [], None, ["grÃ¼n", "x"]])
    for right in (lists[1:4], lists.cast(pa.large_list(pa.string()))[1:4]):
        assert arrow.fix(right) is right
    maps = pa.array([[("a", "schÃ¶n")], [("b", "x")]], pa.map_(pa.string(), pa.string()))[1:]
    assert arrow.fix(maps) is maps
    words = pa.array(["schÃ¶n", "x", "grÃ¼n"]).dictionary_encode()
    right = words[1:2]
    assert arrow.fix(right) is right
    nested = pa.ListArray.from_arrays([0, 1, 2, 3], words)[1:2]
    assert arrow.fix(nested) is nested
    assert arrow.fix(lists[4:]).to_pylist() == [["grün", "x"]]
    assert arrow.fix(words[2:]).to_pylist() == ["grün"]


def test_batches_come_out_as_the_whole():
    lists = pa.array([["ein schÃ¶ner Tag", "der grÃ¼ne Wald"]] * 1_000)
    words = pa.array([f"ein schÃ¶ner Tag, Nummer {i}" for i in range(1_000)]).dictionary_encode()
    for column in (lists, words):
        table = pa.table({"a": column})
        whole = arrow.fix(table)["a"].to_pylist()
        fixed = [arrow.fix(batch)["a"] for batch in table.to_batches(max_chunksize=100)]
        assert [text for column in fixed for text in column.to_pylist()] == whole
        # Of what a slice shares with others it takes only its own along.
        for column in fixed:
            inner = column.dictionary if pa.types.is_dictionary(column.type) else column.values
            assert len(inner) <= 200


def test_a_name_is_one_column(damaged, mended):
    table = pa.table({"text": damaged, "t": damaged})
    fixed = arrow.fix(table, "text")
    assert fixed["text"].to_pylist() == mended and fixed["t"].to_pylist() == damaged


def test_nulls_that_may_not_be_there():
    schema = pa.schema([pa.field("a", pa.string(), nullable=False), pa.field("b", pa.string())])
    table = pa.table({"a": [None, "x"], "b": ["schÃ¶n", "x"]}, schema=schema)
    with pytest.raises(ValueError, match="nullable"):
        arrow.fix(table)


def test_what_only_polars_has_stays_in_polars():
    thing = object()
    simple = {
        "null": pl.Series([None, None], dtype=pl.Null),
        "nulls": pl.Series([[], None], dtype=pl.List(pl.Null)),
        "int": pl.Series([2**100, None], dtype=pl.Int128),
        "ints": pl.Series([[2**100], None], dtype=pl.Array(pl.Int128, 1)),
        "object": pl.Series([thing, {1, 2}], dtype=pl.Object),
    }
    if hasattr(pl, "UInt128"):
        simple["uint"] = pl.Series([2**127, 0], dtype=pl.UInt128)
    for name, series in simple.items():
        assert arrow.fix(series) is series
        frame = pl.DataFrame({name: series, "t": ["schÃ¶n", None]})
        for columns in (None, ["t"]):
            fixed = arrow.fix(frame, columns)
            assert fixed.schema == frame.schema and fixed.columns == [name, "t"]
            assert fixed[name].to_list() == series.to_list()
            assert fixed["t"].to_list() == ["schön", None]
        assert arrow.fix(frame, [name]) is frame
        right = frame.with_columns(t=pl.lit("x"))
        assert arrow.fix(right) is right
    # Beside texts in a struct.
    kind = pl.Struct({"n": pl.Null, "i": pl.Int128, "l": pl.List(pl.Null), "t": pl.String})
    row = {"n": None, "i": -(2**100), "l": [None]}
    series = pl.Series("s", [row | {"t": "schÃ¶n"}, None], kind)
    fixed = arrow.fix(series)
    assert fixed.dtype == kind and fixed.to_list() == [row | {"t": "schön"}, None]
    assert arrow.fix(fixed) is fixed
    with pytest.raises(TypeError, match="no columns"):
        arrow.fix(series, ["s"])
    # In a list, structs cannot be taken apart; what cannot be put back is named.
    kind = pl.List(pl.Struct({"n": pl.Null, "i": pl.Int128, "t": pl.String}))
    lists = pl.Series("lists", [[{"n": None, "i": 2**100, "t": "schÃ¶n"}], None], kind)
    fixed = arrow.fix(lists)
    assert fixed.dtype == kind and fixed.to_list() == [[{"n": None, "i": 2**100, "t": "schön"}], None]
    kind = pl.List(pl.Struct({"n": pl.List(pl.Null), "t": pl.String}))
    frame = pl.DataFrame({"lists": pl.Series([[{"n": [], "t": "schÃ¶n"}]], dtype=kind), "t": ["schÃ¶n"]})
    with pytest.raises(TypeError, match="'lists'"):
        arrow.fix(frame)
    assert arrow.fix(frame, ["t"])["lists"].to_list() == [[{"n": [], "t": "schÃ¶n"}]]

#!/usr/bin/env python3
"""Tables that pyarrow wrote, repaired by `unbake fix`, and read by pyarrow
again: schema, metadata, row groups, compression and every other value must be
as they were.

    pip install pyarrow
    tests/parquet.py [path to unbake]
"""
import base64, pathlib, subprocess, sys, tempfile

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption

unbake = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/unbake").resolve()
DAMAGED, MENDED = "La RÃ©publique, donâ€™t", "La République, don’t"
ROWS, GROUP = 3000, 1000


def table(word):
    """Damaged in the second row group of three, and only there."""
    texts = [None if i % 7 == 0 else f"{i} {word if i == 1500 else 'plain'}" for i in range(ROWS)]
    short = [word if i == 1501 else ("a", "b", "La République", None)[i % 4] for i in range(ROWS)]
    columns = {
        "id": pa.array(range(ROWS), pa.int64()),
        "string": pa.array(texts, pa.string()),
        "large": pa.array(texts, pa.large_string()),
        "view": pa.array(texts, pa.string_view()),
        "dictionary": pa.array(short, pa.string()).dictionary_encode(),
        "list": pa.array([None if t is None else [t, None, t][: i % 4] for i, t in enumerate(texts)], pa.list_(pa.string())),
        "large_list": pa.array([[] if t is None else [t] for t in texts], pa.large_list(pa.large_string())),
        "struct": pa.array([{"a": t, "b": i} for i, t in enumerate(texts)], pa.struct([("a", pa.string()), ("b", pa.int32())])),
        "map": pa.array([[("key", t)] for t in texts], pa.map_(pa.string(), pa.string())),
        "required": pa.array([t or "" for t in texts], pa.string()),
        "binary": pa.array([(t or "").encode() for t in texts], pa.binary()),
        "time": pa.array(range(ROWS), pa.timestamp("us", "UTC")),
        "double": pa.array([i / 3 for i in range(ROWS)], pa.float64()),
    }
    fields = [pa.field(name, column.type, nullable=name != "required") for name, column in columns.items()]
    fields[1] = fields[1].with_metadata({"about": "a field"})
    return pa.table(list(columns.values()), pa.schema(fields, metadata={"huggingface": '{"info": 1}', "b": "c"}))


def check(before, want, how, folder):
    path, out = folder / "in.parquet", folder / "out"
    pq.write_table(before, path, row_group_size=GROUP, **how)
    ended = subprocess.run([unbake, "fix", "--no-config", path, "-o", out, "--force"], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    old, new = pq.ParquetFile(path), pq.ParquetFile(out / "in.parquet")
    assert old.schema_arrow.equals(new.schema_arrow, check_metadata=True), new.schema_arrow
    assert old.schema.equals(new.schema), new.schema
    assert old.metadata.metadata == new.metadata.metadata
    assert old.metadata.created_by == new.metadata.created_by
    assert old.metadata.format_version == new.metadata.format_version
    assert old.num_row_groups == new.num_row_groups == ROWS // GROUP
    kept = 0
    for group in range(old.num_row_groups):
        of_old, of_new = old.metadata.row_group(group), new.metadata.row_group(group)
        assert of_old.num_rows == of_new.num_rows
        for i in range(of_old.num_columns):
            a, b = of_old.column(i), of_new.column(i)
            assert (a.path_in_schema, a.compression, a.physical_type) == (b.path_in_schema, b.compression, b.physical_type)
            assert a.has_dictionary_page == b.has_dictionary_page, (group, a, b)
            assert (a.statistics is None) == (b.statistics is None), (group, a, b)
            assert a.has_column_index == b.has_column_index and a.has_offset_index == b.has_offset_index
            if group != 1:
                assert a.total_compressed_size == b.total_compressed_size and set(a.encodings) == set(b.encodings), (a, b)
                assert a.statistics is None or a.statistics.equals(b.statistics)
                kept += 1
    was, got = old.read(), new.read()
    got.validate(full=True)
    # The binary column is no text, and stays.
    want = want.set_column(want.schema.get_field_index("binary"), want.schema.field("binary"), before["binary"])
    for name in want.column_names:
        # Dictionaries may have another order.
        assert got[name].type == was[name].type, (name, how)
        assert got[name].to_pylist() == want[name].to_pylist(), (name, how)
    # Predicates are answered from statistics, which must follow the text.
    found = pq.read_table(out / "in.parquet", columns=["id"], filters=[("string", "=", f"1500 {MENDED}")])
    assert found["id"].to_pylist() == [1500], how
    return kept


def check_encrypted(folder):
    """A column that is encrypted while the end of the file is not: a copy would
    lose what it can be decrypted by, so there is none that differs."""
    kms = type("Kms", (encryption.KmsClient,), {
        "wrap_key": lambda _, key, __: base64.b64encode(key),
        "unwrap_key": lambda _, key, __: base64.b64decode(key),
    })
    how = encryption.EncryptionConfiguration(footer_key="f", column_keys={"c": ["id"]}, plaintext_footer=True)
    properties = encryption.CryptoFactory(lambda _: kms()).file_encryption_properties(encryption.KmsConnectionConfig(), how)
    path = folder / "encrypted.parquet"
    texts = pa.table({"id": [1, 2], "text": [DAMAGED, None]})
    with pq.ParquetWriter(path, texts.schema, encryption_properties=properties) as writer:
        writer.write_table(texts)
    before = path.read_bytes()
    for where in (["-w"], ["-o", folder / "kept"], ["-o", folder / "kept", "--force", "--field", "text"]):
        ended = subprocess.run([unbake, "fix", "--no-config", path, *where], capture_output=True, text=True)
        assert ended.returncode == 2 and "encrypted" in ended.stderr, ended
        assert path.read_bytes() == before
        assert where == ["-w"] or (folder / "kept/encrypted.parquet").read_bytes() == before


def check_empty_groups(folder):
    """Row groups without rows have a dictionary, and nowhere any data."""
    path = folder / "empty.parquet"
    texts = pa.table({"text": [DAMAGED, None]})
    with pq.ParquetWriter(path, texts.schema) as writer:
        for part in (texts[:0], texts, texts[:0], texts[1:]):
            writer.write_table(part)
    ended = subprocess.run([unbake, "fix", "--no-config", "-w", path], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    assert pq.read_table(path)["text"].to_pylist() == [MENDED, None, None]
    assert pq.ParquetFile(path).num_row_groups == 4


ways = [
    {},
    *({"compression": codec} for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli")),
    {"use_dictionary": False},
    {"data_page_version": "2.0", "compression": "zstd"},
    {"version": "1.0"},
    {"write_page_index": True},
    {"write_statistics": False},
    {"store_schema": False},
    {"use_dictionary": False, "column_encoding": {"string": "DELTA_BYTE_ARRAY", "large": "DELTA_LENGTH_BYTE_ARRAY"}},
    {"compression": {"string": "zstd", "large": "gzip"}},
]
with tempfile.TemporaryDirectory() as folder:
    kept = 0
    for how in ways:
        kept += check(table(DAMAGED), table(MENDED), how, pathlib.Path(folder))
    # Without damage, the file is the same to the byte.
    path = pathlib.Path(folder) / "clean.parquet"
    pq.write_table(table("plain"), path, row_group_size=GROUP)
    subprocess.run([unbake, "fix", "--no-config", path, "-o", pathlib.Path(folder) / "same"], check=True)
    assert path.read_bytes() == (pathlib.Path(folder) / "same/clean.parquet").read_bytes()
    check_encrypted(pathlib.Path(folder))
    check_empty_groups(pathlib.Path(folder))
print(f"pyarrow {pa.__version__}: {len(ways)} ways of writing a table, {kept} column chunks copied as they were")

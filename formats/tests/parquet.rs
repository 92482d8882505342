//! Tables: only the columns that change are written anew.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;
use unbake::{Chain, Edit, Exactness};
use unbake_formats::Fields;
use unbake_formats::parquet::{Rewriter, Table};

const SCHEMA: &str = "message doc {
    required int32 id;
    optional binary text (UTF8);
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
    required binary raw;
}";

/// Two row groups, of which the second has damage.
fn table(path: &std::path::Path, compression: Compression) {
    // As pyarrow and Spark write tables: without indexes of pages.
    let indexes = compression != Compression::SNAPPY;
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_offset_index_disabled(!indexes)
        .set_statistics_enabled(match indexes {
            true => EnabledStatistics::Page,
            false => EnabledStatistics::Chunk,
        })
        .set_created_by("someone else 1.2".to_owned())
        .set_column_bloom_filter_enabled("text".into(), true)
        .set_column_bloom_filter_ndv("text".into(), 10)
        .set_column_dictionary_enabled("raw".into(), false)
        .set_column_encoding("raw".into(), Encoding::DELTA_BYTE_ARRAY)
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "ARROW:schema".to_owned(),
            "anything".to_owned(),
        )]))
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties))
            .unwrap();
    for word in ["clean", "x"] {
        let text = |text: &str| ByteArray::from(text);
        let mut rows = writer.next_row_group().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let ids = column.typed::<Int32Type>();
        ids.write_batch(&[1, 2, 3], None, None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let texts = column.typed::<ByteArrayType>();
        let values = [text("a"), text(&format!("b {word}"))];
        texts.write_batch(&values, Some(&[1, 0, 1]), None).unwrap();
        column.close().unwrap();
        // [[word, null], [], null-less [word, "c"]]
        let mut column = rows.next_column().unwrap().unwrap();
        let tags = column.typed::<ByteArrayType>();
        let values = [text(word), text(word), text("c")];
        tags.write_batch(&values, Some(&[3, 2, 1, 3, 3]), Some(&[0, 1, 0, 0, 1]))
            .unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let raw = column.typed::<ByteArrayType>();
        let values = [text("x"), text("x"), text("x")];
        raw.write_batch(&values, None, None).unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

fn x_to_e_acute(text: &str) -> Vec<Edit> {
    let edit = |(at, _)| Edit {
        span: at..at + 1,
        after: "é".to_owned(),
        chain: Chain::default(),
        exactness: Exactness::Exact,
        score: 1,
    };
    text.match_indices('x').map(edit).collect()
}

/// Values with their levels, of a column of bytes.
fn values(
    reader: &impl FileReader,
    group: usize,
    column: usize,
) -> (Vec<String>, Vec<i16>, Vec<i16>) {
    let rows = reader.get_row_group(group).unwrap();
    let ColumnReader::ByteArrayColumnReader(mut reader) = rows.get_column_reader(column).unwrap()
    else {
        panic!("not bytes");
    };
    let (mut values, mut definitions, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
    reader
        .read_records(
            100,
            Some(&mut definitions),
            Some(&mut repetitions),
            &mut values,
        )
        .unwrap();
    let values = values
        .iter()
        .map(|value| value.as_utf8().unwrap().to_owned());
    (values.collect(), definitions, repetitions)
}

#[test]
fn only_damaged_columns_change() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(Default::default()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        table(&before, compression);
        let source = Arc::new(Table::open(File::open(&before).unwrap()).unwrap());
        let mut writer = Rewriter::new(source.clone(), File::create(&after).unwrap()).unwrap();
        for number in 0..source.groups() {
            let (mended, group) = source
                .mend(number, &Fields::default(), x_to_e_acute)
                .unwrap();
            assert_eq!(mended.records, 3);
            assert_eq!(mended.texts, 5);
            let found: Vec<(usize, &str)> = (mended.damaged.iter())
                .map(|damaged| {
                    (
                        damaged.record,
                        &mended.patches[damaged.patches.start].field[..],
                    )
                })
                .collect();
            let want: &[(usize, &str)] = match number {
                0 => &[],
                _ => &[
                    (0, "tags.list.element"),
                    (2, "text"),
                    (2, "tags.list.element"),
                ],
            };
            assert_eq!(found, want);
            writer.write(number, &group).unwrap();
        }
        writer.finish().unwrap().flush().unwrap();

        let old = SerializedFileReader::new(File::open(&before).unwrap()).unwrap();
        let new = SerializedFileReader::new(File::open(&after).unwrap()).unwrap();
        let (of_old, of_new) = (
            old.metadata().file_metadata(),
            new.metadata().file_metadata(),
        );
        assert_eq!(of_old.schema(), of_new.schema());
        assert_eq!(of_old.key_value_metadata(), of_new.key_value_metadata());
        assert_eq!(of_old.created_by(), of_new.created_by());
        assert_eq!(of_old.version(), of_new.version());
        assert_eq!(of_old.column_orders(), of_new.column_orders());
        for group in 0..2 {
            let columns = |of: &SerializedFileReader<File>| {
                let columns = of.metadata().row_group(group).columns().iter();
                let indexes = columns.map(|column| column.offset_index_offset().is_some());
                indexes.collect::<Vec<_>>()
            };
            let indexes = [compression != Compression::SNAPPY; 4];
            assert_eq!(
                (columns(&old), columns(&new)),
                (indexes.into(), indexes.into())
            );
        }
        assert_eq!(new.num_row_groups(), 2);
        for (a, b) in old
            .metadata()
            .row_groups()
            .iter()
            .zip(new.metadata().row_groups())
        {
            assert_eq!(a.num_rows(), b.num_rows());
            for (a, b) in a.columns().iter().zip(b.columns()) {
                assert_eq!(a.compression(), b.compression());
                assert_eq!(a.bloom_filter_length(), b.bloom_filter_length());
                assert_eq!(
                    a.dictionary_page_offset().is_some(),
                    b.dictionary_page_offset().is_some()
                );
            }
        }
        for column in 1..4 {
            assert_eq!(values(&old, 0, column), values(&new, 0, column));
            let (was, definitions, repetitions) = values(&old, 1, column);
            let want = if column == 3 {
                was
            } else {
                was.iter().map(|value| value.replace('x', "é")).collect()
            };
            assert_eq!(values(&new, 1, column), (want, definitions, repetitions));
        }
    }
}

#[test]
fn fields_are_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    table(&path, Compression::SNAPPY);
    let source = Table::open(File::open(&path).unwrap()).unwrap();
    let texts = |field: &str| {
        let fields = Fields::new(vec![field.to_owned()]);
        source.mend(1, &fields, x_to_e_acute).unwrap().0.texts
    };
    assert_eq!(texts("text"), 2);
    assert_eq!(texts("tags"), 3);
    assert_eq!(texts("tags.*.element"), 3);
    assert_eq!(texts("raw"), 0);
}

/// A table of one row, of which each column of texts holds one value, with damage.
fn row(path: &std::path::Path, schema: &str, levels: &[(i16, i16)]) {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Default::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    for (definition, repetition) in levels {
        let mut column = rows.next_column().unwrap().unwrap();
        let texts = column.typed::<ByteArrayType>();
        let text = [ByteArray::from("x")];
        texts
            .write_batch(&text, Some(&[*definition]), Some(&[*repetition]))
            .unwrap();
        column.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
}

/// The columns of the only row group in which something changes.
fn changed(path: &std::path::Path, fields: &[&str]) -> Vec<String> {
    let source = Table::open(File::open(path).unwrap()).unwrap();
    let fields = Fields::new(fields.iter().map(|&field| field.to_owned()).collect());
    let (mended, _) = source.mend(0, &fields, x_to_e_acute).unwrap();
    let patches = mended.patches.into_iter();
    patches.map(|patch| patch.field).collect()
}

/// How lists and maps are written down is nobody's concern.
#[test]
fn fields_are_named_as_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let schema = "message doc {
        required group a (LIST) { repeated group list { required group element {
            required binary text (UTF8);
            required binary other (UTF8);
        } } }
        required group b (LIST) { repeated group list { required group element (LIST) {
            repeated group list { required binary element (UTF8); }
        } } }
        required group c (MAP) { repeated group key_value {
            required binary key (UTF8);
            required group value { required binary text (UTF8); }
        } }
        required group d (LIST) { repeated group array { required binary text (UTF8); } }
        required group e (LIST) { repeated binary element (UTF8); }
        repeated group f { required binary text (UTF8); }
    }";
    row(
        &path,
        schema,
        &[
            (1, 0),
            (1, 0),
            (2, 0),
            (1, 0),
            (1, 0),
            (1, 0),
            (1, 0),
            (1, 0),
        ],
    );
    let (text, other) = ("a.list.element.text", "a.list.element.other");
    for (field, wanted) in [
        ("a", &[text, other][..]),
        ("a.*", &[text, other]),
        ("a.*.text", &[text]),
        ("a.list.element.text", &[text]),
        ("a.text", &[]),
        ("a.0.text", &[]),
        ("b.*.*", &["b.list.element.list.element"]),
        ("c.*.text", &["c.key_value.value.text"]),
        ("c.*.key", &[]),
        ("d.*.text", &["d.array.text"]),
        ("e.*", &["e.element"]),
        ("f.*.text", &["f.text"]),
        (
            "*.*.text",
            &[text, "c.key_value.value.text", "d.array.text", "f.text"],
        ),
    ] {
        assert_eq!(changed(&path, &[field]), wanted, "{field}");
    }
}

/// Writes a table of columns of texts that are required: the values of each column, row
/// group by row group.
fn write_texts<const COLUMNS: usize>(
    path: &Path,
    schema: TypePtr,
    properties: WriterProperties,
    groups: &[[Vec<ByteArray>; COLUMNS]],
) {
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    for columns in groups {
        let mut rows = writer.next_row_group().unwrap();
        for values in columns {
            let mut column = rows.next_column().unwrap().unwrap();
            let texts = column.typed::<ByteArrayType>();
            texts.write_batch(values, None, None).unwrap();
            column.close().unwrap();
        }
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

/// A text that changes may belong elsewhere then.
#[test]
fn rows_are_said_to_be_sorted_only_by_what_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let schema = "message doc { required binary a (UTF8); required binary b (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let by = |column_idx| SortingColumn {
        column_idx,
        descending: false,
        nulls_first: false,
    };
    let properties = WriterProperties::builder().set_sorting_columns(Some(vec![by(0), by(1)]));
    let rows = [["x", "."], [".", "."], [".", "x"]].map(|row| row.map(|text| vec![text.into()]));
    write_texts(&path, schema, properties.build(), &rows);
    let out = folder.path().join("out");
    let source = Arc::new(Table::open(File::open(&path).unwrap()).unwrap());
    let mut writer = Rewriter::new(source.clone(), File::create(&out).unwrap()).unwrap();
    for number in 0..3 {
        let (_, group) = source
            .mend(number, &Fields::default(), x_to_e_acute)
            .unwrap();
        writer.write(number, &group).unwrap();
    }
    writer.finish().unwrap();
    let reader = SerializedFileReader::new(File::open(&out).unwrap()).unwrap();
    let groups = reader.metadata().row_groups().iter();
    let sorted: Vec<_> = groups
        .map(|group| group.sorting_columns().cloned())
        .collect();
    assert_eq!(sorted, [None, Some(vec![by(0), by(1)]), Some(vec![by(0)])]);
}

#[test]
fn bloom_filters_keep_their_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let schema = "message doc { required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    for (values, fpp) in [(1, 0.5), (100, 0.01), (1000, 0.05), (30_000, 0.001)] {
        let properties = WriterProperties::builder()
            .set_bloom_filter_enabled(true)
            .set_bloom_filter_ndv(values)
            .set_bloom_filter_fpp(fpp);
        write_texts(
            &path,
            schema.clone(),
            properties.build(),
            &[[vec!["x".into()]]],
        );
        let mut out = Vec::new();
        let source = Arc::new(Table::open(File::open(&path).unwrap()).unwrap());
        let (_, group) = source.mend(0, &Fields::default(), x_to_e_acute).unwrap();
        let mut writer = Rewriter::new(source, &mut out).unwrap();
        writer.write(0, &group).unwrap();
        writer.finish().unwrap();
        let len = std::fs::metadata(&path).unwrap().len();
        assert!((out.len() as u64).abs_diff(len) < 20, "{} {len}", out.len());
    }
}

#[test]
fn keys_of_maps_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    for (map, entry) in [
        ("MAP", ""),
        ("MAP", "(MAP_KEY_VALUE)"),
        ("MAP_KEY_VALUE", ""),
    ] {
        let schema = format!(
            "message doc {{
                required group map ({map}) {{ repeated group key_value {entry} {{
                    required group key {{ required binary a (UTF8); }}
                    required group value {{ required binary key (UTF8); }}
                }} }}
            }}"
        );
        row(&path, &schema, &[(1, 0), (1, 0)]);
        assert_eq!(changed(&path, &[]), ["map.key_value.value.key"], "{map}");
        assert_eq!(changed(&path, &["map.key_value.key"]), [""; 0]);
    }
    // What is called so without being a map.
    let schema = "message doc {
        required group map { repeated group key_value {
            required binary key (UTF8);
            required binary value (UTF8);
        } }
    }";
    row(&path, schema, &[(1, 0), (1, 0)]);
    assert_eq!(changed(&path, &[]).len(), 2);
}

#[test]
fn what_is_no_table_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    table(&path, Compression::SNAPPY);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 10]).unwrap();
    assert!(Table::open(File::open(&path).unwrap()).is_err());
}

/// The fields that say so are unknown to the parquet crate as we build it, and
/// would be missing in what it writes.
#[test]
fn what_is_encrypted_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    table(&path, Compression::SNAPPY);
    let plain = std::fs::read(&path).unwrap();
    assert!(Table::open(File::open(&path).unwrap()).is_ok());
    // The metadata end with their last field, 7, and a zero. An empty
    // AES_GCM_V1 as field 8 stands between them then.
    let (metadata, tail) = plain.split_at(plain.len() - 8);
    let algorithm = [0x1C, 0x1C, 0x00, 0x00];
    let len = u32::from_le_bytes(tail[..4].try_into().unwrap()) + algorithm.len() as u32;
    let metadata = &metadata[..metadata.len() - 1];
    let encrypted = [metadata, &algorithm, &[0], &len.to_le_bytes(), &tail[4..]].concat();
    std::fs::write(&path, encrypted).unwrap();
    let message = Table::open(File::open(&path).unwrap())
        .err()
        .unwrap()
        .to_string();
    assert!(message.contains("encrypted"), "{message}");
}

/// Opened, looked through and written again, to nowhere.
fn gone_through(path: &std::path::Path) -> std::io::Result<()> {
    let source = Arc::new(Table::open(File::open(path)?)?);
    let mut writer = Rewriter::new(source.clone(), std::io::sink())?;
    for number in 0..source.groups() {
        let (_, group) = source.mend(number, &Fields::default(), x_to_e_acute)?;
        writer.write(number, &group)?;
    }
    writer.finish().map(drop)
}

/// The parquet crate panics over some of these files.
#[test]
fn whatever_is_corrupt_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    table(&path, Compression::UNCOMPRESSED);
    let whole = std::fs::read(&path).unwrap();
    let mut errors = 0;
    for at in 0..whole.len() {
        for wrong in [0x01, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= wrong;
            std::fs::write(&path, bytes).unwrap();
            errors += usize::from(gone_through(&path).is_err());
        }
    }
    assert!(errors > whole.len() / 2, "{errors} of {}", 2 * whole.len());
}

/// Threads that read at once must not get what another looked for.
#[test]
fn threads_share_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let schema = "message doc { required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let groups = 64;
    let text = |group, row| ByteArray::from(&*format!("{group} {row} {}", "text ".repeat(20)));
    let rows = (0..groups).map(|group| [(0..500).map(|row| text(group, row)).collect()]);
    let rows: Vec<[Vec<ByteArray>; 1]> = rows.collect();
    write_texts(&path, schema, WriterProperties::default(), &rows);
    let table = Table::open(File::open(&path).unwrap()).unwrap();
    std::thread::scope(|scope| {
        for first in 0..4 {
            let table = &table;
            scope.spawn(move || {
                for group in (first..groups).step_by(2) {
                    let seen = std::cell::RefCell::new(Vec::new());
                    let look = |text: &str| {
                        seen.borrow_mut().push(text.to_owned());
                        Vec::new()
                    };
                    table.mend(group, &Fields::default(), look).unwrap();
                    for (row, text) in seen.into_inner().iter().enumerate() {
                        assert!(text.starts_with(&format!("{group} {row} ")), "{text}");
                    }
                }
            });
        }
    });
}

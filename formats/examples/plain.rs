//! What a batch costs without looking at any text: a file decompressed and
//! compressed again, or a table read and written again, with the libraries and
//! levels that `unbake fix` uses.
//!
//!     cargo run --release -p unbake-formats --example plain -- IN OUT

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::sync::Arc;

use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(from), Some(to)) = (args.next(), args.next()) else {
        return Err("usage: plain IN OUT".into());
    };
    let input = File::open(&from)?;
    let mut out = BufWriter::new(File::create(&to)?);
    match from.rsplit('.').next() {
        Some("gz") => {
            let mut reader = flate2::read::MultiGzDecoder::new(BufReader::new(input));
            let mut writer = flate2::write::GzEncoder::new(out, flate2::Compression::new(6));
            io::copy(&mut reader, &mut writer)?;
            writer.finish()?.flush()?;
        }
        Some("zst") => {
            let mut reader = zstd::Decoder::new(input)?;
            let mut writer = zstd::Encoder::new(out, 3)?;
            writer.include_checksum(true)?;
            io::copy(&mut reader, &mut writer)?;
            writer.finish()?.flush()?;
        }
        Some("parquet") => table(input, out)?,
        _ => {
            io::copy(&mut BufReader::new(input), &mut out)?;
        }
    }
    Ok(())
}

/// Every column, whether it holds text or not, read and written again.
fn table(input: File, out: BufWriter<File>) -> Result<()> {
    let reader = SerializedFileReader::new(input)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
    let compression = metadata.row_group(0).column(0).compression();
    let properties = WriterProperties::builder().set_compression(compression);
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties.build()))?;
    for number in 0..reader.num_row_groups() {
        let group = reader.get_row_group(number)?;
        let mut rows = writer.next_row_group()?;
        for index in 0..group.num_columns() {
            use parquet::basic::Type;
            match group.metadata().column(index).column_type() {
                Type::BYTE_ARRAY => column::<ByteArrayType>(&*group, index, &mut rows)?,
                Type::INT64 => column::<Int64Type>(&*group, index, &mut rows)?,
                Type::DOUBLE => column::<DoubleType>(&*group, index, &mut rows)?,
                other => return Err(format!("no columns of {other}").into()),
            }
        }
        rows.close()?;
    }
    writer.into_inner()?.flush()?;
    Ok(())
}

fn column<T: parquet::data_type::DataType>(
    group: &dyn parquet::file::reader::RowGroupReader,
    index: usize,
    rows: &mut SerializedRowGroupWriter<'_, BufWriter<File>>,
) -> Result<()> {
    let mut reader = get_typed_column_reader::<T>(group.get_column_reader(index)?);
    let descriptor = group.metadata().column(index).column_descr();
    let mut values = Vec::new();
    let mut definitions = (descriptor.max_def_level() > 0).then(Vec::new);
    let mut repetitions = (descriptor.max_rep_level() > 0).then(Vec::new);
    reader.read_records(
        usize::MAX,
        definitions.as_mut(),
        repetitions.as_mut(),
        &mut values,
    )?;
    if let Some(mut column) = rows.next_column()? {
        column
            .typed::<T>()
            .write_batch(&values, definitions.as_deref(), repetitions.as_deref())?;
        column.close()?;
    }
    Ok(())
}

//! A file that is put together from row groups that are written already.
//!
//! The parquet crate's own writer says the same of every row group, as by which
//! columns its rows are sorted; here each keeps what was said of it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, ParquetMetaDataWriter, RowGroupMetaData,
};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{ChunkReader, FileReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::{SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::SchemaDescPtr;

use super::{as_it_is, wrong};

pub(super) struct Assembly<W: Write + Send> {
    schema: SchemaDescPtr,
    end: End<W>,
    out: TrackedWrite<End<W>>,
    groups: Vec<RowGroupMetaData>,
    column_indexes: Vec<Vec<ColumnIndexMetaData>>,
    offset_indexes: Vec<Option<Vec<OffsetIndexMetaData>>>,
}

impl<W: Write + Send> Assembly<W> {
    /// Begins a file with columns like these.
    pub(super) fn new(schema: SchemaDescPtr, out: W) -> io::Result<Self> {
        let end = End::new(out);
        let mut out = TrackedWrite::new(end.clone());
        out.write_all(b"PAR1")?;
        Ok(Assembly {
            schema,
            end,
            out,
            groups: Vec::new(),
            column_indexes: Vec::new(),
            offset_indexes: Vec::new(),
        })
    }

    /// Appends a row group of another file, as it is stored there.
    pub(super) fn append<R: ChunkReader + 'static>(
        &mut self,
        bytes: &R,
        reader: &SerializedFileReader<R>,
        group: usize,
    ) -> io::Result<()> {
        let rows = reader.metadata().row_group(group);
        let properties = WriterProperties::builder()
            .set_sorting_columns(rows.sorting_columns().cloned())
            .build();
        let number = i16::try_from(self.groups.len()).map_err(io::Error::other)?;
        let Assembly {
            groups,
            column_indexes,
            offset_indexes,
            ..
        } = self;
        let mut out = SerializedRowGroupWriter::new(
            self.schema.clone(),
            Arc::new(properties),
            &mut self.out,
            number,
            Some(Box::new(|out, group, filters, columns, offsets| {
                groups.push(with_filters(out, group, filters)?);
                let none = || ColumnIndexMetaData::NONE;
                let columns = columns.into_iter();
                column_indexes.push(columns.map(|index| index.unwrap_or_else(none)).collect());
                offset_indexes.push(offsets.into_iter().collect());
                Ok(())
            })),
        );
        for index in 0..rows.num_columns() {
            let close = as_it_is(reader, group, index).map_err(wrong)?;
            out.append_column(bytes, close).map_err(wrong)?;
        }
        out.close().map_err(wrong)?;
        Ok(())
    }

    /// Ends the file, saying of it as a whole what is said of that one.
    pub(super) fn finish(self, like: &ParquetMetaData) -> io::Result<W> {
        let file = like.file_metadata();
        let metadata = ParquetMetaDataBuilder::new(FileMetaData::new(
            file.version(),
            self.groups.iter().map(RowGroupMetaData::num_rows).sum(),
            file.created_by().map(str::to_owned),
            file.key_value_metadata().cloned(),
            self.schema,
            file.column_orders().cloned(),
        ))
        .set_row_groups(self.groups)
        .set_column_index(Some(self.column_indexes))
        // Of all columns or of none.
        .set_offset_index(self.offset_indexes.into_iter().collect())
        .build();
        let writer = ParquetMetaDataWriter::new_with_tracked(self.out, &metadata);
        writer.finish().map_err(wrong)?;
        self.end.into_inner()
    }
}

/// Writes the Bloom filters of a row group behind it, and says where they are.
fn with_filters<W: Write + Send>(
    out: &mut TrackedWrite<W>,
    group: RowGroupMetaData,
    filters: Vec<Option<Sbbf>>,
) -> Result<RowGroupMetaData, ParquetError> {
    let mut columns = group.columns().to_vec();
    for (column, filter) in columns.iter_mut().zip(filters) {
        let Some(filter) = filter else { continue };
        let start = out.bytes_written();
        filter.write(&mut *out)?;
        let len = out.bytes_written() - start;
        *column = column
            .clone()
            .into_builder()
            .set_bloom_filter_offset(Some(i64::try_from(start)?))
            .set_bloom_filter_length(Some(i32::try_from(len)?))
            .build()?;
    }
    group.into_builder().set_column_metadata(columns).build()
}

/// Where the bytes end up. The writer of the metadata gives nothing back, and
/// what it has in its buffer then is written as it goes, when an error, as of a
/// full disk, would get lost.
struct End<W>(Arc<Mutex<(W, Option<io::ErrorKind>)>>);

impl<W> Clone for End<W> {
    fn clone(&self) -> Self {
        End(self.0.clone())
    }
}

impl<W: Write> End<W> {
    fn new(out: W) -> Self {
        End(Arc::new(Mutex::new((out, None))))
    }

    fn tried<T>(&self, what: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        let mut end = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tried = what(&mut end.0);
        if let Err(error) = &tried
            && error.kind() != io::ErrorKind::Interrupted
        {
            end.1 = Some(error.kind());
        }
        tried
    }

    fn into_inner(self) -> io::Result<W> {
        let end = Arc::into_inner(self.0)
            .ok_or_else(|| io::Error::other("the file is still being written"))?;
        let (mut out, error) = end.into_inner().unwrap_or_else(PoisonError::into_inner);
        match error {
            Some(kind) => Err(kind.into()),
            None => out.flush().map(|()| out),
        }
    }
}

impl<W: Write> Write for End<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tried(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tried(W::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_error_at_the_very_end_is_told() {
        let end = End::new(Full);
        let mut out = TrackedWrite::new(end.clone());
        out.write_all(b"PAR1").unwrap();
        drop(out);
        let error = end.into_inner().err().map(|error| error.kind());
        assert_eq!(error, Some(io::ErrorKind::StorageFull));
    }
}

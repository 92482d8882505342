//! Parquet: columns of text are rewritten where something changed; every
//! other column goes over as the bytes that it is stored in.
//!
//! Nothing is made into arrow arrays: what arrow calls large, view or
//! dictionary strings is one physical type here, and the note of it in the
//! file's metadata is kept.

mod assembly;
mod columns;
mod footer;
mod guard;

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, PageType, Type};
use parquet::bloom_filter::Sbbf;
use parquet::column::reader::ColumnReader;
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData, SortingColumn,
};
use parquet::file::properties::{
    EnabledStatistics, ReaderProperties, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use parquet::file::reader::{ChunkReader, FileReader, Length, RowGroupReader};
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescriptor;
use unbake::Edit;

use crate::{Fields, Mended, Patch, utf8};

use assembly::Assembly;
use guard::guarded;
pub use guard::is_caught;

/// A file that is open for reading, from any number of threads.
pub struct Table {
    file: Shared,
    reader: SerializedFileReader<Shared>,
    lens: Vec<Lens>,
}

/// How many bytes a row group takes.
struct Lens {
    stored: u64,
    uncompressed: u64,
}

impl Lens {
    fn of(group: &RowGroupMetaData) -> Self {
        let sum = |len: fn(&ColumnChunkMetaData) -> i64| {
            let lens = group.columns().iter().map(len);
            lens.fold(0, |sum: u64, len| {
                sum.saturating_add(u64::try_from(len).unwrap_or(0))
            })
        };
        Lens {
            stored: sum(ColumnChunkMetaData::compressed_size),
            uncompressed: sum(ColumnChunkMetaData::uncompressed_size),
        }
    }
}

/// A file that many threads read at once. Clones of a [`File`] share one
/// position, so that one thread would get what another looked for.
#[derive(Clone)]
struct Shared(Arc<File>);

impl Shared {
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
        #[cfg(unix)]
        return std::os::unix::fs::FileExt::read_at(&*self.0, into, at);
        #[cfg(windows)]
        return std::os::windows::fs::FileExt::seek_read(&*self.0, into, at);
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for Shared {
    type T = BufReader<Reading>;

    fn get_read(&self, at: u64) -> Result<Self::T, ParquetError> {
        let file = self.clone();
        Ok(BufReader::new(Reading { file, at }))
    }

    fn get_bytes(&self, at: u64, len: usize) -> Result<Bytes, ParquetError> {
        let file = self.clone();
        let mut bytes = Vec::with_capacity(len);
        let got = Reading { file, at }
            .take(len as u64)
            .read_to_end(&mut bytes)?;
        if got < len {
            let message = format!("expected {len} bytes at {at}, there are {got}");
            return Err(ParquetError::EOF(message));
        }
        Ok(bytes.into())
    }
}

/// Reads from a place on.
struct Reading {
    file: Shared,
    at: u64,
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read_at(into, self.at)?;
        self.at += len as u64;
        Ok(len)
    }
}

/// A row group, looked through.
pub struct Group {
    /// The group as a file of its own, if anything in it changed.
    changed: Option<Bytes>,
    /// How many bytes it takes, uncompressed, as it goes out.
    len_out: u64,
}

impl Group {
    /// How many bytes it takes, uncompressed.
    pub fn len_out(&self) -> u64 {
        self.len_out
    }

    /// Whether anything in it changed.
    pub fn differs(&self) -> bool {
        self.changed.is_some()
    }
}

impl Table {
    /// Reads what the end of the file says. A file with encrypted columns is an
    /// error: nobody could read them in a copy.
    pub fn open(file: File) -> io::Result<Self> {
        let file = Shared(Arc::new(file));
        guarded(|| {
            footer::check(&file)?;
            let reader = reader(file.clone())?;
            let groups = reader.metadata().row_groups().iter();
            let lens = groups.map(Lens::of).collect();
            Ok(Table { file, reader, lens })
        })
    }

    /// How many row groups there are.
    pub fn groups(&self) -> usize {
        self.lens.len()
    }

    /// How many bytes a row group takes in the file.
    pub fn group_len(&self, group: usize) -> u64 {
        self.lens[group].stored
    }

    /// How many bytes a row group takes, uncompressed.
    pub fn group_len_uncompressed(&self, group: usize) -> u64 {
        self.lens[group].uncompressed
    }

    /// Repairs a row group: what was found, the spans in their values and
    /// records being rows, and what a [`Rewriter`] needs.
    pub fn mend(
        &self,
        group: usize,
        fields: &Fields,
        repair: impl Fn(&str) -> Vec<Edit>,
    ) -> io::Result<(Mended, Group)> {
        let metadata = self.reader.metadata().row_group(group);
        let rows = guarded(|| self.reader.get_row_group(group).map_err(wrong))?;
        let mut mended = Mended::default();
        let mut columns = Vec::new();
        let schema = self.reader.metadata().file_metadata().schema_descr();
        for (index, is_chosen) in columns::chosen(schema, fields).into_iter().enumerate() {
            let descriptor = metadata.column(index).column_descr();
            let column = if is_chosen {
                let mut column = guarded(|| {
                    let reader = rows.get_column_reader(index).map_err(wrong)?;
                    Column::read(reader, descriptor)
                })?;
                column
                    .mend(descriptor, &repair, &mut mended)?
                    .then_some(column)
            } else {
                None
            };
            columns.push(column);
        }
        mended.records = usize::try_from(metadata.num_rows()).unwrap_or(0);
        by_row(&mut mended);
        let (changed, len_out) = if mended.patches.is_empty() {
            (None, self.lens[group].uncompressed)
        } else {
            let (bytes, len) = guarded(|| self.rewritten(group, columns).map_err(wrong))?;
            (Some(bytes), len)
        };
        Ok((mended, Group { changed, len_out }))
    }

    /// A row group as a file of its own, and how long the group is, uncompressed.
    fn rewritten(
        &self,
        group: usize,
        columns: Vec<Option<Column>>,
    ) -> Result<(Bytes, u64), ParquetError> {
        let metadata = self.reader.metadata();
        let version = page_version(metadata.row_group(group));
        let properties = with_filters(
            properties(metadata, version),
            metadata.row_group(group),
            self.reader.get_row_group(group)?.as_ref(),
        )?;
        let sorted = still_sorted(metadata.row_group(group), |column| {
            columns[column].is_some()
        });
        let properties = Arc::new(properties.set_sorting_columns(sorted).build());
        let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
        let mut out = writer.next_row_group()?;
        for (index, column) in columns.into_iter().enumerate() {
            match column {
                None => out.append_column(&self.file, as_it_is(&self.reader, group, index)?)?,
                Some(column) => {
                    let descriptor = metadata.row_group(group).column(index).column_descr();
                    if let Some(mut writer) = out.next_column()? {
                        writer.typed::<ByteArrayType>().write_batch(
                            &column.values,
                            (descriptor.max_def_level() > 0).then_some(&column.definitions[..]),
                            (descriptor.max_rep_level() > 0).then_some(&column.repetitions[..]),
                        )?;
                        writer.close()?;
                    }
                }
            }
        }
        let len = Lens::of(&*out.close()?).uncompressed;
        Ok((writer.into_inner()?.into(), len))
    }
}

/// By which columns the rows are still sorted, some columns having changed: by
/// those before the first that did. `schÃ¶n` comes before `schoen`, `schön` after.
fn still_sorted(
    group: &RowGroupMetaData,
    has_changed: impl Fn(usize) -> bool,
) -> Option<Vec<SortingColumn>> {
    let stays = |by: &&SortingColumn| !usize::try_from(by.column_idx).is_ok_and(&has_changed);
    let sorted = group.sorting_columns()?.iter().take_while(stays);
    Some(sorted.cloned().collect()).filter(|sorted: &Vec<_>| !sorted.is_empty())
}

/// Writes a table with its changed row groups.
pub struct Rewriter<W: Write + Send> {
    table: Arc<Table>,
    assembly: Assembly<W>,
}

impl<W: Write + Send> Rewriter<W> {
    /// Begins a file like this one.
    pub fn new(table: Arc<Table>, out: W) -> io::Result<Self> {
        let schema = table.reader.metadata().file_metadata().schema_descr_ptr();
        let assembly = Assembly::new(schema, out)?;
        Ok(Rewriter { table, assembly })
    }

    /// Appends a row group of the table.
    pub fn write(&mut self, group: usize, looked_through: &Group) -> io::Result<()> {
        let Rewriter { table, assembly } = self;
        guarded(|| match &looked_through.changed {
            None => assembly.append(&table.file, &table.reader, group),
            Some(bytes) => assembly.append(bytes, &reader(bytes.clone())?, 0),
        })
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<W> {
        guarded(|| self.assembly.finish(self.table.reader.metadata()))
    }
}

fn wrong(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::new(io::ErrorKind::InvalidData, error),
        },
        error => io::Error::new(io::ErrorKind::InvalidData, error),
    }
}

fn reader<R: ChunkReader + 'static>(bytes: R) -> io::Result<SerializedFileReader<R>> {
    let options = ReadOptionsBuilder::new()
        .with_page_index()
        .with_reader_properties(
            ReaderProperties::builder()
                .set_read_bloom_filter(true)
                .build(),
        )
        .build();
    SerializedFileReader::new_with_options(bytes, options).map_err(wrong)
}

/// What is said about a column that goes over as it is.
fn as_it_is<R: ChunkReader + 'static>(
    reader: &SerializedFileReader<R>,
    group: usize,
    index: usize,
) -> Result<ColumnCloseResult, ParquetError> {
    let metadata = reader.metadata();
    let rows: &RowGroupMetaData = metadata.row_group(group);
    let column = rows.column(index);
    Ok(ColumnCloseResult {
        bytes_written: column.compressed_size() as u64,
        rows_written: rows.num_rows() as u64,
        metadata: placed(column)?,
        bloom_filter: reader
            .get_row_group(group)?
            .get_column_bloom_filter(index)
            .cloned(),
        column_index: metadata
            .column_index()
            .and_then(|index_of| Some(index_of.get(group)?.get(index)?.clone()))
            .filter(|index| {
                !matches!(
                    index,
                    parquet::file::page_index::column_index::ColumnIndexMetaData::NONE
                )
            }),
        offset_index: metadata
            .offset_index()
            .and_then(|index_of| Some(index_of.get(group)?.get(index)?.clone())),
    })
}

/// The same with offsets that can be moved. Arrow writes 0 for where the data begin if there
/// are none, as in a row group without rows, and others for a dictionary that there isn't.
fn placed(column: &ColumnChunkMetaData) -> Result<ColumnChunkMetaData, ParquetError> {
    let dictionary = column.dictionary_page_offset().filter(|&at| at > 0);
    let data = match dictionary {
        Some(at) if column.data_page_offset() < at => at.saturating_add(column.compressed_size()),
        _ => column.data_page_offset(),
    };
    let placed = column.clone().into_builder();
    placed
        .set_dictionary_page_offset(dictionary)
        .set_data_page_offset(data)
        .build()
}

/// Which kind of pages a row group has: most files that say they are of
/// version 2 have pages of version 1, and not all readers know others.
fn page_version(group: &RowGroupMetaData) -> WriterVersion {
    let mut pages = group
        .columns()
        .iter()
        .filter_map(|column| column.page_encoding_stats())
        .flatten();
    match pages.any(|page| page.page_type == PageType::DATA_PAGE_V2) {
        true => WriterVersion::PARQUET_2_0,
        false => WriterVersion::PARQUET_1_0,
    }
}

/// The way a table was written, as far as it shows.
fn properties(metadata: &ParquetMetaData, version: WriterVersion) -> WriterPropertiesBuilder {
    let file = metadata.file_metadata();
    let mut properties = WriterProperties::builder()
        .set_key_value_metadata(file.key_value_metadata().cloned())
        .set_writer_version(version)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // For all columns or for none.
        .set_offset_index_disabled(metadata.offset_index().is_none());
    // Readers distrust the statistics of some writers by this name, and the
    // columns that go over keep theirs.
    if let Some(name) = file.created_by() {
        properties = properties.set_created_by(name.to_owned());
    }
    let Some(group) = metadata.row_groups().first() else {
        return properties;
    };
    for (index, column) in group.columns().iter().enumerate() {
        let path = || column.column_path().clone();
        // Levels are not kept in the file; these are the usual ones.
        let compression = match column.compression() {
            Compression::GZIP(_) => Compression::GZIP(Default::default()),
            Compression::ZSTD(_) => Compression::ZSTD(Default::default()),
            other => other,
        };
        properties = properties
            .set_column_compression(path(), compression)
            .set_column_dictionary_enabled(path(), column.dictionary_page_offset().is_some())
            .set_column_bloom_filter_enabled(path(), column.bloom_filter_offset().is_some());
        let delta = [
            Encoding::DELTA_BYTE_ARRAY,
            Encoding::DELTA_LENGTH_BYTE_ARRAY,
        ];
        // Plain is also what a dictionary that became too large goes over to.
        let encoding = column.encodings().find(|encoding| delta.contains(encoding));
        if column.column_type() == Type::BYTE_ARRAY {
            properties =
                properties.set_column_encoding(path(), encoding.unwrap_or(Encoding::PLAIN));
        }
        let pages = metadata
            .column_index()
            .and_then(|all| all.first()?.get(index))
            .is_some_and(|index| {
                !matches!(
                    index,
                    parquet::file::page_index::column_index::ColumnIndexMetaData::NONE
                )
            });
        if pages {
            properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::Page);
        } else if column.statistics().is_none() {
            properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::None);
        }
    }
    properties
}

/// Bloom filters of the size that they have in this row group: by default they
/// are for a million values, and take a megabyte each.
fn with_filters(
    mut properties: WriterPropertiesBuilder,
    group: &RowGroupMetaData,
    rows: &dyn RowGroupReader,
) -> Result<WriterPropertiesBuilder, ParquetError> {
    for (index, column) in group.columns().iter().enumerate() {
        let path = || column.column_path().clone();
        let filter = rows.get_column_bloom_filter(index);
        properties = properties.set_column_bloom_filter_enabled(path(), filter.is_some());
        if let Some(filter) = filter {
            properties = properties
                .set_column_bloom_filter_fpp(path(), FPP)
                .set_column_bloom_filter_ndv(path(), values(filter_len(filter)?));
        }
    }
    Ok(properties)
}

/// How often a filter of the usual size says yes to what is not there.
const FPP: f64 = 0.05;

/// For how many values a filter of so many bytes is made: 256 are for 297. The
/// writer makes the length from it, and a power of two of that.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "filters have at most 128 MB"
)]
fn values(len: usize) -> u64 {
    (-(1.0 - FPP.powf(1.0 / 8.0)).ln() * len as f64) as u64
}

/// The bytes of a filter, which is in blocks of 32, without its header, which is
/// shorter than one.
fn filter_len(filter: &Sbbf) -> Result<usize, ParquetError> {
    let mut bytes = Vec::new();
    filter.write(&mut bytes)?;
    Ok(bytes.len() / 32 * 32)
}

/// The values of a column in a row group.
#[derive(Default)]
struct Column {
    values: Vec<ByteArray>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

impl Column {
    fn read(reader: ColumnReader, descriptor: &ColumnDescriptor) -> io::Result<Self> {
        let ColumnReader::ByteArrayColumnReader(mut reader) = reader else {
            return Err(io::Error::other("a text column without texts"));
        };
        let mut column = Column::default();
        loop {
            let (records, _, _) = reader
                .read_records(
                    usize::MAX,
                    (descriptor.max_def_level() > 0).then_some(&mut column.definitions),
                    (descriptor.max_rep_level() > 0).then_some(&mut column.repetitions),
                    &mut column.values,
                )
                .map_err(wrong)?;
            if records == 0 {
                return Ok(column);
            }
        }
    }

    /// Says whether anything changed.
    fn mend(
        &mut self,
        descriptor: &ColumnDescriptor,
        repair: &impl Fn(&str) -> Vec<Edit>,
        mended: &mut Mended,
    ) -> io::Result<bool> {
        let name = descriptor.path().string();
        let mut rows = Rows::new(descriptor, &self.definitions, &self.repetitions);
        let mut changed = false;
        for value in &mut self.values {
            let row = rows.next();
            mended.texts += 1;
            let from = mended.patches.len();
            for (at, text) in utf8::stretches(value.data()) {
                let patches = Patch::verbatim(at, text, repair(text), &name);
                mended.patches.extend(patches);
            }
            if mended.patches.len() > from {
                let whole = 0..value.data().len();
                mended.records = row;
                mended.end_record(whole, from);
                let new = crate::patched(value.data(), &mended.patches[from..]).into_owned();
                *value = ByteArray::from(new);
                changed = true;
            }
        }
        Ok(changed)
    }
}

/// The row of each value.
struct Rows<'c> {
    max: i16,
    definitions: &'c [i16],
    repetitions: &'c [i16],
    at: usize,
    row: Option<usize>,
}

impl<'c> Rows<'c> {
    fn new(descriptor: &ColumnDescriptor, definitions: &'c [i16], repetitions: &'c [i16]) -> Self {
        Rows {
            max: descriptor.max_def_level(),
            definitions,
            repetitions,
            at: 0,
            row: None,
        }
    }

    fn next(&mut self) -> usize {
        loop {
            // A repetition level of 0 starts a row; without levels each value
            // is one.
            if self
                .repetitions
                .get(self.at)
                .is_none_or(|&level| level == 0)
            {
                self.row = Some(self.row.map_or(0, |row| row + 1));
            }
            let there = self
                .definitions
                .get(self.at)
                .is_none_or(|&level| level == self.max);
            self.at += 1;
            if there {
                return self.row.unwrap_or(0);
            }
        }
    }
}

/// Columns were gone through one by one; findings go by rows.
fn by_row(mended: &mut Mended) {
    let mut damaged = std::mem::take(&mut mended.damaged);
    damaged.sort_by_key(|damaged| damaged.record);
    let patches = std::mem::take(&mut mended.patches);
    for damaged in &mut damaged {
        let from = mended.patches.len();
        mended
            .patches
            .extend_from_slice(&patches[damaged.patches.clone()]);
        damaged.patches = from..mended.patches.len();
    }
    mended.damaged = damaged;
}

#[cfg(test)]
mod tests {
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;

    use super::*;

    #[test]
    fn offsets_of_what_is_not_there_are_none() {
        let schema = parse_message_type("message t { required binary a; }").unwrap();
        let column = SchemaDescriptor::new(Arc::new(schema)).column(0);
        for (dictionary, data, want) in [
            (Some(4), 0, (Some(4), 19)),
            (Some(4), 12, (Some(4), 12)),
            (Some(0), 4, (None, 4)),
            (None, 4, (None, 4)),
        ] {
            let chunk = ColumnChunkMetaData::builder(column.clone())
                .set_dictionary_page_offset(dictionary)
                .set_data_page_offset(data)
                .set_total_compressed_size(15)
                .build();
            let placed = placed(&chunk.unwrap()).unwrap();
            let got = (placed.dictionary_page_offset(), placed.data_page_offset());
            assert_eq!(got, want);
        }
    }
}

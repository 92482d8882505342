//! Columns of texts. They come and go through Arrow's C data interface, which
//! copies nothing; a column is written anew only if something in it changes.

use std::sync::Arc;

use arrow_array::builder::StringViewBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, GenericListArray, GenericStringArray, OffsetSizeTrait, StringViewArray,
    StructArray,
};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyKeyError, PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyArray;
use pyo3_arrow::{PyArray, PyChunkedArray};
use unbake::Config;

use crate::guard;

/// The columns with their texts repaired, or nothing if they are right.
///
/// A table is a column of structs.
#[pyfunction]
#[pyo3(signature = (data, columns = None, config = None))]
pub(crate) fn fix_arrow(
    py: Python<'_>,
    data: AnyArray,
    columns: Option<Vec<String>>,
    config: Option<&Bound<'_, crate::config::Config>>,
) -> PyResult<Option<Py<PyAny>>> {
    let config = crate::config::Config::of(config);
    let field = data.field()?;
    if let Some(columns) = &columns {
        let DataType::Struct(fields) = field.data_type() else {
            return Err(PyTypeError::new_err("a column has no columns to choose"));
        };
        for column in columns {
            if !fields.iter().any(|field| field.name() == column) {
                return Err(PyKeyError::new_err(format!(
                    "there is no column {column:?}"
                )));
            }
        }
    }
    let is_array = matches!(data, AnyArray::Array(_));
    let reader = data.into_reader()?;
    let fixed = guard::detached(py, || -> Result<_, ArrowError> {
        let mut changed = false;
        let mut chunks = Vec::new();
        for chunk in reader {
            let chunk = chunk?;
            let fixed = match &columns {
                Some(columns) => structs(chunk.as_struct(), config, Some(columns))?,
                None => array(&chunk, config)?,
            };
            changed |= fixed.is_some();
            chunks.push(fixed.unwrap_or(chunk));
        }
        Ok(changed.then_some(chunks))
    })?
    .map_err(|error| PyOverflowError::new_err(error.to_string()))?;
    let Some(mut chunks) = fixed else {
        return Ok(None);
    };
    Ok(Some(if is_array {
        let array = PyArray::try_new(chunks.remove(0), field);
        let array = array.map_err(|error| PyTypeError::new_err(error.to_string()))?;
        Py::new(py, array)?.into_any()
    } else {
        Py::new(py, PyChunkedArray::try_new(chunks, field)?)?.into_any()
    }))
}

/// An array with its texts repaired, if there is anything to repair.
fn array(input: &ArrayRef, config: &Config) -> Result<Option<ArrayRef>, ArrowError> {
    match input.data_type() {
        DataType::Utf8 => strings(input.as_string::<i32>(), config),
        DataType::LargeUtf8 => strings(input.as_string::<i64>(), config),
        DataType::Utf8View => views(input.as_string_view(), config),
        DataType::Dictionary(..) => {
            let dictionary = input.as_any_dictionary();
            let values = array(dictionary.values(), config)?;
            Ok(values.map(|values| dictionary.with_values(values)))
        }
        DataType::Struct(_) => structs(input.as_struct(), config, None),
        DataType::List(_) => lists(input.as_list::<i32>(), config),
        DataType::LargeList(_) => lists(input.as_list::<i64>(), config),
        _ => Ok(None),
    }
}

/// Every text that changes, and what it becomes.
fn changes<'a>(
    texts: impl Iterator<Item = Option<&'a str>>,
    config: &Config,
) -> Vec<(usize, String)> {
    let changed = |(i, text): (usize, Option<&str>)| {
        let repair = config.repair(text?);
        (!repair.is_clean()).then(|| (i, repair.text().into_owned()))
    };
    texts.enumerate().filter_map(changed).collect()
}

fn strings<O: OffsetSizeTrait>(
    input: &GenericStringArray<O>,
    config: &Config,
) -> Result<Option<ArrayRef>, ArrowError> {
    let changes = changes(input.iter(), config);
    if changes.is_empty() {
        return Ok(None);
    }
    let mut changes = changes.into_iter().peekable();
    let mut values = Vec::with_capacity(input.value_data().len());
    let mut offsets = Vec::with_capacity(input.len() + 1);
    offsets.push(O::zero());
    for i in 0..input.len() {
        match changes.next_if(|&(at, _)| at == i) {
            Some((_, text)) => values.extend_from_slice(text.as_bytes()),
            None => values.extend_from_slice(input.value(i).as_bytes()),
        }
        let offset = O::from_usize(values.len());
        offsets.push(offset.ok_or(ArrowError::OffsetOverflowError(values.len()))?);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let fixed = GenericStringArray::try_new(offsets, Buffer::from(values), input.nulls().cloned())?;
    Ok(Some(Arc::new(fixed)))
}

/// Texts that stay are not copied: their views go on pointing at the buffers
/// that came.
fn views(input: &StringViewArray, config: &Config) -> Result<Option<ArrayRef>, ArrowError> {
    let changes = changes(input.iter(), config);
    if changes.is_empty() {
        return Ok(None);
    }
    let mut changes = changes.into_iter().peekable();
    let mut builder = StringViewBuilder::with_capacity(input.len());
    for buffer in input.data_buffers() {
        builder.append_block(buffer.clone());
    }
    for i in 0..input.len() {
        let view = arrow_data::ByteView::from(input.views()[i]);
        if input.is_null(i) {
            builder.append_null();
        } else if let Some((_, text)) = changes.next_if(|&(at, _)| at == i) {
            builder.try_append_value(text)?;
        } else if view.length <= INLINE {
            builder.try_append_value(input.value(i))?;
        } else {
            builder.try_append_view(view.buffer_index, view.offset, view.length)?;
        }
    }
    Ok(Some(Arc::new(builder.finish())))
}

/// The longest text, in bytes, that is in its view itself.
const INLINE: u32 = 12;

fn structs(
    input: &StructArray,
    config: &Config,
    columns: Option<&[String]>,
) -> Result<Option<ArrayRef>, ArrowError> {
    let mut changed = false;
    let mut fixed = Vec::with_capacity(input.num_columns());
    for (field, column) in input.fields().iter().zip(input.columns()) {
        let wanted = columns.is_none_or(|columns| columns.contains(field.name()));
        let new = if wanted { array(column, config)? } else { None };
        changed |= new.is_some();
        fixed.push(new.unwrap_or_else(|| column.clone()));
    }
    if !changed {
        return Ok(None);
    }
    let fixed = StructArray::try_new(input.fields().clone(), fixed, input.nulls().cloned())?;
    Ok(Some(Arc::new(fixed)))
}

fn lists<O: OffsetSizeTrait>(
    input: &GenericListArray<O>,
    config: &Config,
) -> Result<Option<ArrayRef>, ArrowError> {
    let (DataType::List(field) | DataType::LargeList(field)) = input.data_type() else {
        return Ok(None);
    };
    let Some(values) = array(input.values(), config)? else {
        return Ok(None);
    };
    let fixed = GenericListArray::try_new(
        field.clone(),
        input.offsets().clone(),
        values,
        input.nulls().cloned(),
    )?;
    Ok(Some(Arc::new(fixed)))
}

//! Columns of texts. They come and go through Arrow's C data interface, which
//! copies nothing; a column is written anew only if something in it changes.

use std::collections::HashMap;
use std::iter;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::ArrowDictionaryKeyType;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, DictionaryArray, FixedSizeListArray,
    GenericListArray, GenericListViewArray, LargeBinaryArray, LargeStringArray, MapArray,
    OffsetSizeTrait, StringArray, StringViewArray, StructArray, downcast_dictionary_array,
    make_array,
};
use arrow_buffer::{ArrowNativeType, OffsetBuffer};
use arrow_data::transform::MutableArrayData;
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyKeyError, PyOverflowError, PyTypeError, PyValueError};
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
        let chunks = reader.collect::<Result<Vec<_>, _>>()?;
        let fixed = match &columns {
            Some(columns) => structs(&chunks, config, Some(columns))?,
            None => arrays(&chunks, config)?,
        };
        let changed = fixed.iter().any(Option::is_some);
        let kept = |(fixed, chunk): (Option<_>, _)| fixed.unwrap_or(chunk);
        Ok(changed.then(|| iter::zip(fixed, chunks).map(kept).collect::<Vec<_>>()))
    })?
    .map_err(|error| match error {
        ArrowError::OffsetOverflowError(_) => PyOverflowError::new_err(error.to_string()),
        error => PyValueError::new_err(error.to_string()),
    })?;
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

/// Those of a column's chunks in which something changes.
type Fixed = Result<Vec<Option<ArrayRef>>, ArrowError>;

/// The chunks of a column with their texts repaired, if there is anything to
/// repair in them.
fn arrays(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let Some(first) = inputs.first() else {
        return Ok(Vec::new());
    };
    match first.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            inputs.iter().map(|input| texts(input, config)).collect()
        }
        DataType::Dictionary(..) => dictionaries(inputs, config),
        DataType::Struct(_) => structs(inputs, config, None),
        DataType::List(_) => lists::<i32>(inputs, config),
        DataType::LargeList(_) => lists::<i64>(inputs, config),
        DataType::ListView(_) => list_views::<i32>(inputs, config),
        DataType::LargeListView(_) => list_views::<i64>(inputs, config),
        DataType::FixedSizeList(..) => fixed_size_lists(inputs, config),
        DataType::RunEndEncoded(..) => runs(inputs, config),
        DataType::Map(..) => maps(inputs, config),
        _ => Ok(vec![None; inputs.len()]),
    }
}

/// Texts as their bytes: nobody has looked yet whether they are UTF-8, and the
/// readers of Parquet let anything pass.
enum Texts {
    Small(BinaryArray),
    Large(LargeBinaryArray),
    Views(BinaryViewArray),
}

impl Texts {
    fn of(input: &ArrayRef) -> Option<Self> {
        match input.data_type() {
            DataType::Utf8 => Some(Texts::Small(input.as_string::<i32>().clone().into())),
            DataType::LargeUtf8 => Some(Texts::Large(input.as_string::<i64>().clone().into())),
            DataType::Utf8View => {
                let views = input.as_string_view().clone();
                Some(Texts::Views(views.to_binary_view()))
            }
            _ => None,
        }
    }

    fn get(&self, i: usize) -> Option<&[u8]> {
        match self {
            Texts::Small(texts) => texts.is_valid(i).then(|| texts.value(i)),
            Texts::Large(texts) => texts.is_valid(i).then(|| texts.value(i)),
            Texts::Views(texts) => texts.is_valid(i).then(|| texts.value(i)),
        }
    }

    /// Those of these texts that change, and what they become. What is not
    /// UTF-8 stays, whatever it is.
    fn changes(
        &self,
        places: impl IntoIterator<Item = usize>,
        config: &Config,
    ) -> Vec<(usize, String)> {
        let changed = |i| {
            let repair = config.repair(str::from_utf8(self.get(i)?).ok()?);
            (!repair.is_clean()).then(|| (i, repair.text().into_owned()))
        };
        places.into_iter().filter_map(changed).collect()
    }
}

fn texts(input: &ArrayRef, config: &Config) -> Result<Option<ArrayRef>, ArrowError> {
    let Some(texts) = Texts::of(input) else {
        return Ok(None);
    };
    let changes = texts.changes(0..input.len(), config);
    if changes.is_empty() {
        return Ok(None);
    }
    replaced(input, &changes).map(Some)
}

/// The texts with these changes made. Those that stay are copied as bytes, or not
/// at all: views go on pointing at the buffers that came.
fn replaced(input: &ArrayRef, changes: &[(usize, String)]) -> Result<ArrayRef, ArrowError> {
    let (old, new) = (
        input.to_data(),
        column(input.data_type(), changes)?.to_data(),
    );
    let mut out = MutableArrayData::new(vec![&old, &new], false, input.len());
    let mut done = 0;
    for (nth, &(at, _)) in changes.iter().enumerate() {
        out.try_extend(0, done, at)?;
        out.try_extend(1, nth, nth + 1)?;
        done = at + 1;
    }
    out.try_extend(0, done, input.len())?;
    Ok(make_array(out.freeze()))
}

/// What texts become, by itself.
fn column(kind: &DataType, changes: &[(usize, String)]) -> Result<ArrayRef, ArrowError> {
    let texts = || changes.iter().map(|(_, text)| text);
    let bytes = texts().map(String::len).sum::<usize>();
    Ok(match kind {
        DataType::Utf8 if i32::try_from(bytes).is_err() => {
            return Err(ArrowError::OffsetOverflowError(bytes));
        }
        DataType::Utf8 => Arc::new(StringArray::from_iter_values(texts())),
        DataType::LargeUtf8 => Arc::new(LargeStringArray::from_iter_values(texts())),
        _ => Arc::new(StringViewArray::from_iter_values(texts())),
    })
}

/// Chunks of one column mostly share a dictionary, and go on doing so.
fn dictionaries(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let values = |input: &ArrayRef| input.as_any_dictionary().values().to_data();
    let mut out = Vec::with_capacity(inputs.len());
    for group in inputs.chunk_by(|a, b| values(a).ptr_eq(&values(b))) {
        match dictionary(group, config)? {
            None => out.extend(iter::repeat_n(None, group.len())),
            Some((values, places)) => {
                for input in group {
                    out.push(Some(downcast_dictionary_array!(
                        input => with_values(input, &values, &places)?,
                        _ => input.clone(),
                    )));
                }
            }
        }
    }
    Ok(out)
}

/// The values of these chunks' common dictionary, and where the old ones are among
/// them; nothing if none that is used changes.
///
/// Slices come with the dictionary of the whole: of one that is longer than they
/// are, only what they use goes on.
fn dictionary(
    group: &[ArrayRef],
    config: &Config,
) -> Result<Option<(ArrayRef, Vec<usize>)>, ArrowError> {
    let values = group[0].as_any_dictionary().values();
    if values.is_empty() {
        return Ok(None);
    }
    let Some(texts) = Texts::of(values) else {
        let fixed = arrays(std::slice::from_ref(values), config)?.remove(0);
        return Ok(fixed.map(|fixed| (fixed, (0..values.len()).collect())));
    };
    let mut used = vec![false; values.len()];
    for input in group {
        let dictionary = input.as_any_dictionary();
        for (i, key) in dictionary.normalized_keys().into_iter().enumerate() {
            used[key] |= dictionary.keys().is_valid(i);
        }
    }
    let changes = texts.changes((0..used.len()).filter(|&i| used[i]), config);
    if changes.is_empty() {
        return Ok(None);
    }
    let is_slice = group.iter().map(|input| input.len()).sum::<usize>() < values.len();
    let (old, new) = (
        values.to_data(),
        column(values.data_type(), &changes)?.to_data(),
    );
    let mut out = MutableArrayData::new(vec![&old, &new], false, 0);
    let mut changes = changes.iter().enumerate().peekable();
    // Values that become equal are one, where the first was: `["schön", "schÃ¶n", "x"]`
    // becomes `["schön", "x"]`, and the places are `[0, 0, 1]`.
    let mut seen = HashMap::new();
    let mut places = vec![0; values.len()];
    for i in (0..used.len()).filter(|&i| used[i] || !is_slice) {
        let change = changes.next_if(|&(_, &(at, _))| at == i);
        let text = change.map_or_else(|| texts.get(i), |(_, (_, text))| Some(text.as_bytes()));
        let next = seen.len();
        places[i] = *seen.entry(text).or_insert(next);
        if places[i] == next {
            let (source, at) = change.map_or((0, i), |(nth, _)| (1, nth));
            out.try_extend(source, at, at + 1)?;
        }
    }
    Ok(Some((make_array(out.freeze()), places)))
}

fn with_values<K: ArrowDictionaryKeyType>(
    input: &DictionaryArray<K>,
    values: &ArrayRef,
    places: &[usize],
) -> Result<ArrayRef, ArrowError> {
    let keys = input.keys().unary::<_, K>(|key| {
        // Under a null there may be anything.
        K::Native::usize_as(places.get(key.as_usize()).copied().unwrap_or(0))
    });
    Ok(Arc::new(DictionaryArray::try_new(keys, values.clone())?))
}

fn structs(inputs: &[ArrayRef], config: &Config, columns: Option<&[String]>) -> Fixed {
    let Some(first) = inputs.first() else {
        return Ok(Vec::new());
    };
    let mut fixed = Vec::new();
    for (i, field) in first.as_struct().fields().iter().enumerate() {
        let column: Vec<_> = inputs
            .iter()
            .map(|it| it.as_struct().column(i).clone())
            .collect();
        let wanted = columns.is_none_or(|columns| columns.contains(field.name()));
        fixed.push(if wanted {
            arrays(&column, config)?
        } else {
            vec![None; inputs.len()]
        });
    }
    let with_columns = |(nth, input): (usize, &ArrayRef)| {
        if fixed.iter().all(|column| column[nth].is_none()) {
            return Ok(None);
        }
        let input = input.as_struct();
        let columns = iter::zip(&fixed, input.columns())
            .map(|(fixed, column)| fixed[nth].as_ref().unwrap_or(column).clone())
            .collect();
        let fixed = StructArray::try_new(input.fields().clone(), columns, input.nulls().cloned())?;
        Ok(Some(Arc::new(fixed) as ArrayRef))
    };
    inputs.iter().enumerate().map(with_columns).collect()
}

/// Repairs what is in the chunks, and puts what changes back.
fn inside(
    inputs: &[ArrayRef],
    config: &Config,
    values: impl Fn(&ArrayRef) -> ArrayRef,
    with_values: impl Fn(&ArrayRef, ArrayRef) -> Result<ArrayRef, ArrowError>,
) -> Fixed {
    let fixed = arrays(&inputs.iter().map(values).collect::<Vec<_>>(), config)?;
    iter::zip(inputs, fixed)
        .map(|(input, fixed)| fixed.map(|values| with_values(input, values)).transpose())
        .collect()
}

fn lists<O: OffsetSizeTrait>(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let values = |input: &ArrayRef| {
        let list = input.as_list::<O>();
        let (start, length) = range(list.offsets());
        list.values().slice(start, length)
    };
    inside(inputs, config, values, |input, values| {
        let (field, offsets, _, nulls) = input.as_list::<O>().clone().into_parts();
        let fixed = GenericListArray::try_new(field, from_zero(&offsets), values, nulls)?;
        Ok(Arc::new(fixed))
    })
}

/// Lists may share values, and leave some out, which go on as they lie.
fn list_views<O: OffsetSizeTrait>(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let values = |input: &ArrayRef| input.as_list_view::<O>().values().clone();
    inside(inputs, config, values, |input, values| {
        let (field, offsets, sizes, _, nulls) = input.as_list_view::<O>().clone().into_parts();
        let fixed = GenericListViewArray::try_new(field, offsets, sizes, values, nulls)?;
        Ok(Arc::new(fixed))
    })
}

/// A value for each run of rows, whatever type the ends of the runs have.
fn runs(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let values = |input: &ArrayRef| make_array(input.to_data().child_data()[1].clone());
    inside(inputs, config, values, |input, values| {
        let data = input.to_data();
        let ends = data.child_data()[0].clone();
        let children = vec![ends, values.to_data()];
        Ok(make_array(
            data.into_builder().child_data(children).build()?,
        ))
    })
}

fn fixed_size_lists(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let values = |input: &ArrayRef| input.as_fixed_size_list().values().clone();
    inside(inputs, config, values, |input, values| {
        let (field, size, _, nulls) = input.as_fixed_size_list().clone().into_parts();
        Ok(Arc::new(FixedSizeListArray::try_new(
            field, size, values, nulls,
        )?))
    })
}

/// Keys stay: they are names, by which somebody looks for the values.
fn maps(inputs: &[ArrayRef], config: &Config) -> Fixed {
    let values = |input: &ArrayRef| {
        let map = input.as_map();
        let (start, length) = range(map.offsets());
        map.values().slice(start, length)
    };
    inside(inputs, config, values, |input, values| {
        let (field, offsets, entries, nulls, ordered) = input.as_map().clone().into_parts();
        let (start, length) = range(&offsets);
        let (fields, columns, holes) = entries.slice(start, length).into_parts();
        let entries = StructArray::try_new(fields, vec![columns[0].clone(), values], holes)?;
        let offsets = from_zero(&offsets);
        Ok(Arc::new(MapArray::try_new(
            field, offsets, entries, nulls, ordered,
        )?))
    })
}

/// What a slice uses of the values of the whole: from where, and how many.
fn range<O: OffsetSizeTrait>(offsets: &OffsetBuffer<O>) -> (usize, usize) {
    let (start, end) = (offsets[0].as_usize(), offsets[offsets.len() - 1].as_usize());
    (start, end - start)
}

fn from_zero<O: OffsetSizeTrait>(offsets: &OffsetBuffer<O>) -> OffsetBuffer<O> {
    OffsetBuffer::new(offsets.iter().map(|&offset| offset - offsets[0]).collect())
}

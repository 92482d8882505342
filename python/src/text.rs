//! A Python string as the library takes it.

use std::borrow::Cow;

use pyo3::exceptions::PyUnicodeEncodeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use unbake::Edit;

/// A string's UTF-8. Python's strings can hold lone surrogates, which have no
/// UTF-8; U+FFFD stands for each here, since it takes as many bytes, and no
/// edit touches it.
pub(crate) struct Text<'a> {
    pub(crate) utf8: Cow<'a, str>,
    /// Where the surrogates are.
    surrogates: Vec<usize>,
}

/// The bytes of a surrogate, were it UTF-8.
const SURROGATE: usize = 3;

impl<'a> Text<'a> {
    pub(crate) fn new(string: &'a Bound<'_, PyString>) -> PyResult<Self> {
        match string.to_str() {
            Ok(text) => Ok(Text {
                utf8: text.into(),
                surrogates: Vec::new(),
            }),
            Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(string.py()) => {
                Self::with_surrogates(string)
            }
            Err(error) => Err(error),
        }
    }

    fn with_surrogates(string: &Bound<'_, PyString>) -> PyResult<Self> {
        let bytes = encoded(string)?;
        let mut utf8 = String::new();
        let mut surrogates = Vec::new();
        for chunk in bytes.as_bytes().utf8_chunks() {
            utf8.push_str(chunk.valid());
            // ED, and then the two bytes that may not follow it.
            if chunk.invalid().first() == Some(&0xED) {
                surrogates.push(utf8.len());
                utf8.push('\u{FFFD}');
            }
        }
        Ok(Text {
            utf8: utf8.into(),
            surrogates,
        })
    }

    /// The edits that leave surrogates as they are.
    pub(crate) fn allow(&self, mut edits: Vec<Edit>) -> Vec<Edit> {
        if !self.surrogates.is_empty() {
            edits.retain(|edit| {
                let first = self
                    .surrogates
                    .partition_point(|&at| at + SURROGATE <= edit.span.start);
                self.surrogates
                    .get(first)
                    .is_none_or(|&at| at >= edit.span.end)
            });
        }
        edits
    }

    /// The string with these edits made.
    pub(crate) fn edited<'py>(
        &self,
        string: &Bound<'py, PyString>,
        edits: &[Edit],
    ) -> PyResult<Bound<'py, PyString>> {
        let py = string.py();
        if edits.is_empty() {
            return Ok(string.clone());
        }
        if self.surrogates.is_empty() {
            let out = spliced(self.utf8.as_bytes(), edits);
            return PyString::from_bytes(py, &out);
        }
        let out = spliced(encoded(string)?.as_bytes(), edits);
        Ok(PyBytes::new(py, &out)
            .call_method1("decode", ("utf-8", "surrogatepass"))?
            .cast_into()?)
    }
}

fn encoded<'py>(string: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(string
        .call_method1("encode", ("utf-8", "surrogatepass"))?
        .cast_into()?)
}

fn spliced(input: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(&input[at..edit.span.start]);
        out.extend_from_slice(edit.after.as_bytes());
        at = edit.span.end;
    }
    out.extend_from_slice(&input[at..]);
    out
}

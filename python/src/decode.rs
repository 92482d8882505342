//! Bytes to text.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};
use unbake::decode::Source;
use unbake::{Charset, Hints};

use crate::guard;

/// A text, and how it came out of its bytes.
#[pyclass(frozen, eq, hash, get_all, module = "unbake")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Decoded {
    /// The text.
    text: String,
    /// The charset that the bytes, or most of them, are in.
    charset: String,
    /// Where that is known from: ``bom``, ``override``, ``transport``,
    /// ``meta``, ``xml``, ``utf-8``, ``detected`` or ``binary``.
    source: String,
    /// What kind of file it is, if it is no text: ``PNG image``.
    binary: Option<String>,
    /// Byte ranges that mean nothing in the charset, each shown as U+FFFD.
    malformed: Vec<(usize, usize)>,
    /// The declared charset, if the bytes contradict it.
    overruled: Option<String>,
}

#[pymethods]
impl Decoded {
    #[new]
    fn new(
        text: String,
        charset: String,
        source: String,
        binary: Option<String>,
        malformed: Vec<(usize, usize)>,
        overruled: Option<String>,
    ) -> Self {
        Decoded {
            text,
            charset,
            source,
            binary,
            malformed,
            overruled,
        }
    }

    /// For pickling.
    #[expect(clippy::type_complexity, reason = "all that it has, in that order")]
    fn __getnewargs__(
        &self,
    ) -> (
        &str,
        &str,
        &str,
        Option<&str>,
        &[(usize, usize)],
        Option<&str>,
    ) {
        (
            &self.text,
            &self.charset,
            &self.source,
            self.binary.as_deref(),
            &self.malformed,
            self.overruled.as_deref(),
        )
    }

    fn __repr__(&self) -> String {
        let Decoded {
            charset, source, ..
        } = self;
        format!("<Decoded {charset} ({source}), {:?}>", self.text)
    }
}

fn name(source: Source) -> &'static str {
    match source {
        Source::Bom => "bom",
        Source::Override => "override",
        Source::Transport => "transport",
        Source::Meta => "meta",
        Source::Xml => "xml",
        Source::Utf8 => "utf-8",
        Source::Detected => "detected",
        Source::Binary(_) => "binary",
        _ => "other",
    }
}

/// Decodes bytes, in whatever charset they are. Never fails. A ``bytearray`` and
/// other buffers are copied first.
///
/// ``content_type`` is the header they came with, believed unless the bytes
/// contradict it. ``html`` says whether a ``<meta>`` in them counts; by default
/// that is seen from the bytes. ``charset`` goes before all else.
#[pyfunction]
#[pyo3(signature = (bytes, content_type = None, html = None, charset = None))]
pub(crate) fn decode(
    py: Python<'_>,
    bytes: &Bound<'_, PyAny>,
    content_type: Option<&Bound<'_, PyString>>,
    html: Option<bool>,
    charset: Option<&str>,
) -> PyResult<Decoded> {
    let mut hints = Hints::default();
    if let Some(html) = html {
        hints = hints.html(html);
    }
    if let Some(value) = content_type {
        // Headers may be anything, lone surrogates too.
        hints = hints.content_type(&value.to_string_lossy());
    }
    if let Some(label) = charset {
        let charset = Charset::for_label(label)
            .ok_or_else(|| PyValueError::new_err(format!("unknown charset {label:?}")))?;
        hints = hints.charset(charset);
    }
    // Nobody can write to `bytes` meanwhile.
    let bytes = match bytes.cast::<PyBytes>() {
        Ok(bytes) => bytes.clone(),
        Err(_) => {
            let copy = py.get_type::<PyBytes>();
            copy.call1((PyMemoryView::from(bytes)?,))?.cast_into()?
        }
    };
    let bytes = bytes.as_bytes();
    guard::sized(py, bytes.len(), || {
        let decoded = unbake::decode(bytes, &hints);
        Decoded {
            text: decoded.text.into_owned(),
            charset: decoded.charset.name().to_owned(),
            source: name(decoded.source).to_owned(),
            binary: match decoded.source {
                Source::Binary(kind) => Some(kind.to_owned()),
                _ => None,
            },
            malformed: decoded
                .malformed
                .into_iter()
                .map(|bad| (bad.bytes.start, bad.bytes.end))
                .collect(),
            overruled: decoded
                .overruled
                .map(|(charset, _)| charset.name().to_owned()),
        }
    })
}

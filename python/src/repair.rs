//! Edits of Python strings: with code-point offsets, by which Python counts,
//! and byte offsets, by which everything else does.

use std::fmt::Display;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;
use unbake::Exactness;

use crate::config::Config;
use crate::guard;
use crate::text::Text;

/// One change: ``text[start:end]`` becomes ``after``.
#[pyclass(frozen, eq, hash, get_all, module = "unbake")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    /// Where it starts, in code points of the text that came in.
    start: usize,
    /// Where it ends, in code points.
    end: usize,
    /// Where it starts, in bytes of the text as UTF-8.
    byte_start: usize,
    /// Where it ends, in bytes.
    byte_end: usize,
    /// What stands there.
    before: String,
    /// What is to stand there; may be empty.
    after: String,
    /// The wrong steps that are undone, oldest first: ``utf-8>windows-1252``.
    chain: String,
    /// Whether no lost bytes had to be filled in.
    exact: bool,
    /// Evidence, in bits; 0 for a clean-up, which needs none.
    score: u32,
}

#[pymethods]
impl Edit {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "they are what it has")]
    fn new(
        start: usize,
        end: usize,
        byte_start: usize,
        byte_end: usize,
        before: String,
        after: String,
        chain: String,
        exact: bool,
        score: u32,
    ) -> Self {
        Edit {
            start,
            end,
            byte_start,
            byte_end,
            before,
            after,
            chain,
            exact,
            score,
        }
    }

    /// For pickling.
    fn __getnewargs__(&self) -> (usize, usize, usize, usize, &str, &str, &str, bool, u32) {
        (
            self.start,
            self.end,
            self.byte_start,
            self.byte_end,
            &self.before,
            &self.after,
            &self.chain,
            self.exact,
            self.score,
        )
    }

    fn __repr__(&self) -> String {
        let Edit {
            start,
            end,
            before,
            after,
            chain,
            score,
            ..
        } = self;
        let exactness = if self.exact { "exact" } else { "inferred" };
        format!("<Edit {start}:{end} {before:?} -> {after:?} ({chain}, {exactness}, {score} bits)>")
    }
}

/// A text and the edits that mend it.
#[pyclass(frozen, module = "unbake")]
pub(crate) struct Repair {
    /// The text as it came in.
    #[pyo3(get)]
    input: Py<PyString>,
    edits: Vec<unbake::Edit>,
}

fn wrong(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[pymethods]
impl Repair {
    #[new]
    fn new(input: &Bound<'_, PyString>, edits: Vec<Bound<'_, Edit>>) -> PyResult<Self> {
        let text = Text::new(input)?.utf8;
        let mut at = 0;
        let edit = |edit: &Bound<'_, Edit>| {
            let edit = edit.get();
            let span = edit.byte_start..edit.byte_end;
            if span.start < at || text.get(span.clone()) != Some(&edit.before) {
                return Err(wrong("an edit that is not of this text"));
            }
            at = span.end;
            Ok(unbake::Edit {
                span,
                after: edit.after.clone(),
                chain: edit.chain.parse().map_err(wrong)?,
                exactness: if edit.exact {
                    Exactness::Exact
                } else {
                    Exactness::Inferred
                },
                score: edit.score,
            })
        };
        Ok(Repair {
            edits: edits.iter().map(edit).collect::<PyResult<_>>()?,
            input: input.clone().unbind(),
        })
    }

    /// For pickling.
    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<(Py<PyString>, Vec<Edit>)> {
        Ok((self.input.clone_ref(py), self.edits(py)?))
    }

    /// Whether nothing is to be changed.
    #[getter]
    fn is_clean(&self) -> bool {
        self.edits.is_empty()
    }

    /// The repaired text; the same object, if nothing is to be changed.
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let input = self.input.bind(py);
        Text::new(input)?.edited(input, &self.edits)
    }

    /// The changes, sorted by place, disjoint.
    #[getter]
    fn edits(&self, py: Python<'_>) -> PyResult<Vec<Edit>> {
        let input = self.input.bind(py);
        let text = Text::new(input)?.utf8;
        let (mut bytes, mut chars) = (0, 0);
        let mut position = |byte: usize| {
            chars += text[bytes..byte].chars().count();
            bytes = byte;
            chars
        };
        let edits = self.edits.iter().map(|edit| Edit {
            start: position(edit.span.start),
            end: position(edit.span.end),
            byte_start: edit.span.start,
            byte_end: edit.span.end,
            before: text[edit.span.clone()].to_owned(),
            after: edit.after.clone(),
            chain: edit.chain.to_string(),
            exact: edit.exactness == Exactness::Exact,
            score: edit.score,
        });
        Ok(edits.collect())
    }

    /// The repair with only those edits for which ``keep(edit)`` is true.
    fn retain(&self, py: Python<'_>, keep: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut edits = Vec::new();
        for (edit, shown) in self.edits.iter().zip(self.edits(py)?) {
            if keep.call1((shown,))?.is_truthy()? {
                edits.push(edit.clone());
            }
        }
        Ok(Repair {
            input: self.input.clone_ref(py),
            edits,
        })
    }

    /// The repair without the edits that touch one of these spans of the text,
    /// in code points: ``repair.keep(m.span() for m in re.finditer(pattern, text))``.
    fn keep(&self, py: Python<'_>, spans: &Bound<'_, PyAny>) -> PyResult<Self> {
        let spans: Vec<(usize, usize)> = spans
            .try_iter()?
            .map(|it| it?.extract())
            .collect::<PyResult<_>>()?;
        let mut edits = self.edits.clone();
        let text = Text::new(self.input.bind(py))?.utf8;
        // Of each code point, and of the end.
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        starts.push(text.len());
        let byte = |at: usize| starts[at.min(starts.len() - 1)];
        let spans = spans.into_iter().map(|(start, end)| byte(start)..byte(end));
        unbake::Edit::keep(&mut edits, spans);
        Ok(Repair {
            input: self.input.clone_ref(py),
            edits,
        })
    }

    /// Repairs are equal that make the same edits in the same text: a pickled one
    /// comes back as another object.
    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Repair>() else {
            return Ok(false);
        };
        let other = other.get();
        Ok(self.edits == other.edits && self.input.bind(py).as_any().eq(other.input.bind(py))?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.input.bind(py).hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = self.text(py)?;
        Ok(format!(
            "<Repair {}, edits: {}>",
            text.repr()?,
            self.edits.len()
        ))
    }
}

fn edits(
    py: Python<'_>,
    text: &Text<'_>,
    config: Option<&Bound<'_, Config>>,
) -> PyResult<Vec<unbake::Edit>> {
    let config = Config::of(config);
    let utf8: &str = &text.utf8;
    let edits = guard::sized(py, utf8.len(), move || config.repair(utf8).into_edits())?;
    Ok(text.allow(edits))
}

/// The text, repaired; the same object, if there is nothing to repair.
#[pyfunction]
#[pyo3(signature = (text, config = None))]
pub(crate) fn fix<'py>(
    text: &Bound<'py, PyString>,
    config: Option<&Bound<'py, Config>>,
) -> PyResult<Bound<'py, PyString>> {
    let utf8 = Text::new(text)?;
    utf8.edited(text, &edits(text.py(), &utf8, config)?)
}

/// The same as ``fix``, but a lone surrogate is a ``UnicodeEncodeError``.
#[pyfunction]
#[pyo3(signature = (text, config = None))]
pub(crate) fn fix_strict<'py>(
    text: &Bound<'py, PyString>,
    config: Option<&Bound<'py, Config>>,
) -> PyResult<Bound<'py, PyString>> {
    text.to_str()?;
    fix(text, config)
}

/// What is damaged in a text, and how it is mended.
#[pyfunction]
#[pyo3(signature = (text, config = None))]
pub(crate) fn repair(
    text: &Bound<'_, PyString>,
    config: Option<&Bound<'_, Config>>,
) -> PyResult<Repair> {
    Ok(Repair {
        edits: edits(text.py(), &Text::new(text)?, config)?,
        input: text.clone().unbind(),
    })
}

/// The repair of a text as a unified diff, which ``patch`` applies; empty, if
/// there is nothing to repair. ``old`` and ``new`` name the two sides.
///
/// A lone surrogate is a ``UnicodeEncodeError``: a diff cannot hold one.
#[pyfunction]
#[pyo3(signature = (text, old = "a", new = "b", config = None))]
pub(crate) fn unified_diff(
    py: Python<'_>,
    text: &str,
    old: &str,
    new: &str,
    config: Option<&Bound<'_, Config>>,
) -> PyResult<String> {
    let config = Config::of(config);
    guard::sized(py, text.len(), move || {
        unbake::diff::unified(&config.repair(text), old, new)
    })
}

//! `Config`, which is the library's.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyTuple};
use unbake::{Charset, Fix, Profile};

/// How to repair; without arguments, only what is damaged.
///
/// ``profile`` is ``repair``, ``corpus`` or ``ftfy``; ``fixes`` switches single
/// fixes, ``{"quotes": False}``; ``chain`` undoes that and nothing else,
/// ``"utf-8>windows-1252"``; ``charsets`` and ``languages`` narrow the search;
/// ``min_score`` wants that many bits of evidence; ``exact_only`` fills in no
/// lost bytes. A name that does not exist is a ``ValueError``.
#[pyclass(frozen, eq, hash, module = "unbake")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Config {
    /// The set of fixes that it starts from.
    #[pyo3(get)]
    profile: String,
    /// The fixes that are switched on or off beside the profile.
    #[pyo3(get)]
    fixes: BTreeMap<String, bool>,
    /// The only chain that is undone, if one is given.
    #[pyo3(get)]
    chain: Option<String>,
    /// The charsets among which misreadings are looked for; none means all.
    #[pyo3(get)]
    charsets: Vec<String>,
    /// The languages that texts are in; none means any.
    #[pyo3(get)]
    languages: Vec<String>,
    /// What has less evidence than this, in bits, is left alone.
    #[pyo3(get)]
    min_score: u32,
    /// Whether what would need lost bytes to be filled in is left alone.
    #[pyo3(get)]
    exact_only: bool,
    ready: Ready,
}

/// What the names above mean, looked up once; they say whether two are equal.
struct Ready(unbake::Config);

impl PartialEq for Ready {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Ready {}

impl std::hash::Hash for Ready {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

impl Config {
    /// What to go by; the default if there is nothing.
    pub(crate) fn of<'c>(config: Option<&'c Bound<'_, Config>>) -> &'c unbake::Config {
        static DEFAULT: LazyLock<unbake::Config> = LazyLock::new(unbake::Config::default);
        config.map_or_else(|| &*DEFAULT, |config| &config.get().ready.0)
    }
}

fn wrong(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What a mapping of any type says of fixes, a ``MappingProxyType`` too.
fn switches(fixes: &Bound<'_, PyAny>) -> PyResult<BTreeMap<String, bool>> {
    let fixes = fixes.cast::<PyMapping>()?;
    let items = fixes.items()?;
    items.iter().map(|item| item.extract()).collect()
}

#[pymethods]
impl Config {
    #[new]
    #[pyo3(signature = (profile = "repair", *, fixes = None, chain = None, charsets = Vec::new(), languages = Vec::new(), min_score = 0, exact_only = false))]
    fn new(
        profile: &str,
        fixes: Option<&Bound<'_, PyAny>>,
        chain: Option<String>,
        charsets: Vec<String>,
        languages: Vec<String>,
        min_score: u32,
        exact_only: bool,
    ) -> PyResult<Self> {
        let charset = |label: &String| {
            Charset::for_label(label)
                .ok_or_else(|| wrong(format_args!("unknown charset {label:?}")))
        };
        let fixes = fixes.map_or(Ok(BTreeMap::new()), switches)?;
        let unknown = |what: &str, name: &str, all: &[String]| {
            let all = all.join(", ");
            wrong(format_args!("unknown {what} {name:?}; there are {all}"))
        };
        let names = |all: &[Profile]| all.iter().map(Profile::to_string).collect::<Vec<_>>();
        let profile_asked = profile
            .parse::<Profile>()
            .map_err(|_| unknown("profile", profile, &names(Profile::ALL)))?;
        if let Some(tag) = languages
            .iter()
            .find(|tag| unbake::languages(tag).is_empty())
        {
            return Err(wrong(format_args!("unknown language {tag:?}")));
        }
        // First: it switches every fix, and a chain switches one off.
        let mut ready = unbake::Config::default().profile(profile_asked);
        if let Some(chain) = &chain {
            ready = ready.chain(chain.parse().map_err(wrong)?);
        }
        ready = ready
            .charsets(charsets.iter().map(charset).collect::<PyResult<_>>()?)
            .languages(languages.clone())
            .min_score(min_score)
            .exact_only(exact_only);
        // Off first: what is switched on may switch others on with it.
        for wanted in [false, true] {
            for (name, &on) in fixes.iter().filter(|&(_, &on)| on == wanted) {
                let names = || Fix::ALL.iter().map(Fix::to_string).collect::<Vec<_>>();
                let fix = name.parse::<Fix>();
                ready = ready.fix(fix.map_err(|_| unknown("fix", name, &names()))?, on);
            }
        }
        Ok(Config {
            profile: profile.to_owned(),
            fixes,
            chain,
            charsets,
            languages,
            min_score,
            exact_only,
            ready: Ready(ready),
        })
    }

    /// For pickling.
    fn __getnewargs_ex__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let options = PyDict::new(py);
        options.set_item("fixes", &self.fixes)?;
        options.set_item("chain", &self.chain)?;
        options.set_item("charsets", &self.charsets)?;
        options.set_item("languages", &self.languages)?;
        options.set_item("min_score", self.min_score)?;
        options.set_item("exact_only", self.exact_only)?;
        Ok((PyTuple::new(py, [&self.profile])?, options))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (profile, options) = self.__getnewargs_ex__(py)?;
        let mut out = format!("Config({}", profile.get_item(0)?.repr()?);
        for (name, value) in options {
            if value.is_truthy()? {
                out += &format!(", {name}={}", value.repr()?);
            }
        }
        Ok(out + ")")
    }
}

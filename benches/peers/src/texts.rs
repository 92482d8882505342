//! The texts: in languages of several scripts, as they are and damaged.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use unbake::Charset;

const LANGUAGES: [(&str, &str); 12] = [
    ("en", "English"),
    ("fr", "French"),
    ("cs", "Czech"),
    ("vi", "Vietnamese"),
    ("ru", "Russian"),
    ("el", "Greek"),
    ("ar", "Arabic"),
    ("hi", "Hindi"),
    ("th", "Thai"),
    ("zh", "Chinese"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
];

/// A kind of damage: its name, what it is, and the languages and chains that
/// take turns, line by line.
pub(crate) type Damage = (&'static str, &'static str, &'static [(&'static str, Break)]);

/// How a line is broken.
#[derive(Clone, Copy)]
pub(crate) enum Break {
    /// Its bytes in the one charset are read in the other.
    As(&'static str, &'static str),
    /// UTF-8 read as windows-1252, twice.
    Twice,
    /// The same, once, from the middle on.
    Part,
    /// The same, after which no-break spaces became spaces, and what else is
    /// not in windows-1252 became `?`.
    Lost,
}

const UTF8: Break = Break::As("utf-8", "windows-1252");

const DAMAGE: [Damage; 4] = [
    (
        "utf8",
        "UTF-8 as windows-1252, one and two layers, part lines",
        &[
            ("fr", UTF8),
            ("ru", UTF8),
            ("en", Break::Twice),
            ("cs", Break::Part),
            ("zh", UTF8),
            ("fr", Break::Twice),
            ("el", Break::Part),
            ("vi", UTF8),
        ],
    ),
    (
        "legacy",
        "one legacy charset as another",
        &[
            ("ru", Break::As("windows-1251", "windows-1252")),
            ("cs", Break::As("windows-1250", "windows-1252")),
            ("el", Break::As("windows-1253", "windows-1252")),
            ("ru", Break::As("koi8-r", "windows-1251")),
            ("ja", Break::As("shift_jis", "windows-1252")),
            ("zh", Break::As("gbk", "windows-1252")),
        ],
    ),
    (
        "multi-byte",
        "UTF-8 as a multi-byte charset",
        &[
            ("zh", Break::As("utf-8", "gbk")),
            ("fr", Break::As("utf-8", "gbk")),
            ("ja", Break::As("utf-8", "shift_jis")),
            ("ru", Break::As("utf-8", "big5")),
        ],
    ),
    (
        "lost",
        "bytes lost",
        &[
            ("fr", Break::Lost),
            ("ru", Break::Lost),
            ("cs", Break::Lost),
            ("zh", Break::Lost),
        ],
    ),
];

/// What a text is.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Clean(&'static str, &'static str),
    Damaged(Damage),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Clean(_, name) => f.write_str(name),
            Kind::Damaged((_, what, _)) => f.write_str(what),
        }
    }
}

impl Kind {
    pub(crate) fn all() -> impl Iterator<Item = Kind> {
        let clean = LANGUAGES
            .into_iter()
            .map(|(code, name)| Kind::Clean(code, name));
        clean.chain(DAMAGE.into_iter().map(Kind::Damaged))
    }

    fn code(self) -> &'static str {
        match self {
            Kind::Clean(code, _) | Kind::Damaged((code, ..)) => code,
        }
    }

    pub(crate) fn named(name: &str) -> Result<Kind, String> {
        let found = Kind::all().find(|kind| kind.code() == name);
        found.ok_or_else(|| {
            let known: Vec<_> = Kind::all().map(Kind::code).collect();
            format!("unknown text {name}; there are {}", known.join(", "))
        })
    }

    pub(crate) fn is_damaged(self) -> bool {
        matches!(self, Kind::Damaged(_))
    }
}

/// Where lines of each language come from.
pub(crate) enum Texts {
    /// The files of a folder.
    Folder(PathBuf),
    /// The rows of the corpus, whose words are put together anew.
    Corpus(String),
}

impl Texts {
    pub(crate) fn new(folder: Option<PathBuf>) -> Result<Self, String> {
        if let Some(folder) = folder {
            return Ok(Texts::Folder(folder));
        }
        let clean = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/clean");
        let wrong = |error: &dyn fmt::Display| format!("{}: {error}", clean.display());
        let entries = fs::read_dir(&clean).map_err(|error| wrong(&error))?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let rows = paths
            .iter()
            .map(|path| read(path))
            .collect::<Result<_, _>>()?;
        Ok(Texts::Corpus(rows))
    }

    /// A text of at least so many bytes, or few more; what there is of it is
    /// repeated until it suffices.
    pub(crate) fn of(&self, kind: Kind, len: usize) -> Result<String, String> {
        let parts: Vec<(Vec<String>, Option<Break>)> = match kind {
            Kind::Clean(code, _) => vec![(self.lines(code, len)?, None)],
            Kind::Damaged((.., all)) => {
                let part = |&(code, damage)| Ok((self.lines(code, len)?, Some(damage)));
                all.iter().map(part).collect::<Result<_, String>>()?
            }
        };
        let mut text = String::with_capacity(len + 4096);
        for turn in 0.. {
            if text.len() >= len {
                break;
            }
            let (lines, damage) = &parts[turn % parts.len()];
            let line = &lines[turn / parts.len() % lines.len()];
            match damage {
                None => text += line,
                Some(damage) => text += &damage.done_to(line),
            }
            text.push('\n');
        }
        Ok(text)
    }

    /// Lines of a language, not many more than make up this length.
    fn lines(&self, code: &str, len: usize) -> Result<Vec<String>, String> {
        let lines: Vec<String> = match self {
            Texts::Folder(folder) => {
                let text = read(&folder.join(format!("{code}.txt")))?;
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                lines.map(str::to_owned).collect()
            }
            Texts::Corpus(rows) => made(rows, code, len / 40 + 100),
        };
        if lines.is_empty() {
            return Err(format!("no lines in {code}"));
        }
        Ok(lines)
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Lines of a language's words in the corpus, in an order of their own.
fn made<'r>(rows: &'r str, code: &str, lines: usize) -> Vec<String> {
    let tag = if code == "zh" { "zh-CN" } else { code };
    // Headings, quotes and names are a small part of most texts.
    let prose = |row: &'r str| match *row.split('\t').collect::<Vec<_>>() {
        [lang, "prose", text] if lang == tag => Some(text),
        _ => None,
    };
    let texts = rows.lines().filter_map(prose);
    let words = texts.flat_map(|text| text.split_inclusive([' ', '、', '，', '。']));
    let (ascii, mut words): (Vec<&str>, Vec<&str>) = words.partition(|word| word.is_ascii());
    // One word of English in a hundred has anything else.
    let often = if code == "en" {
        100 * words.len() / ascii.len().max(1)
    } else {
        1
    };
    words.extend((0..often).flat_map(|_| &ascii));
    if words.is_empty() {
        return Vec::new();
    }
    let mut state = 1u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let mut line = || {
        let count = 4 + random(20);
        let mut line = String::new();
        for _ in 0..count {
            let word = words[random(words.len())];
            line += word;
            // The last of its line.
            if word.is_ascii() && !word.ends_with(' ') {
                line.push(' ');
            }
        }
        line.trim_end().to_owned()
    };
    (0..lines).map(|_| line()).collect()
}

impl Break {
    fn done_to(self, line: &str) -> String {
        match self {
            Break::As(truth, misread) => read_as(line, truth, misread),
            Break::Twice => UTF8.done_to(&UTF8.done_to(line)),
            Break::Part => {
                let middle = line.floor_char_boundary(line.len() / 2);
                let middle = line[middle..]
                    .find(' ')
                    .map_or(middle, |space| middle + space);
                line[..middle].to_owned() + &UTF8.done_to(&line[middle..])
            }
            Break::Lost => {
                let broken = UTF8.done_to(line).replace('\u{a0}', " ");
                broken.replace(|c| ('\u{80}'..'\u{a0}').contains(&c), "?")
            }
        }
    }
}

/// A line as it shows after its bytes were read in the wrong charset; a line
/// that the charset has not got stays.
fn read_as(line: &str, truth: &str, misread: &str) -> String {
    let charset = |label| Charset::for_label(label).expect("a charset's name");
    match charset(truth).encode(line) {
        Ok(bytes) => charset(misread).misread(&bytes),
        Err(_) => line.to_owned(),
    }
}

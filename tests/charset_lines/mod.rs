//! The corpus' clean lines in every charset that their language is written in:
//! the set of our own that detection is measured on.

use std::fs;

use unbake::Charset;
use unbake::decode::{Hints, decode};

/// Charsets, and languages that are written in them.
pub(crate) const WRITTEN_IN: [(&str, &str); 62] = [
    ("windows-1250", "pl cs sk hu sl hr"),
    ("windows-1251", "ru uk bg sr be mk"),
    ("windows-1252", "fr de es pt it sv da nb fi is nl ca"),
    ("windows-1253", "el"),
    ("windows-1254", "tr"),
    ("windows-1255", "he"),
    ("windows-1256", "ar fa ur"),
    ("windows-1257", "lt lv et"),
    ("windows-874", "th"),
    ("iso-8859-1", "fr de es pt it sv da nb fi is nl ca"),
    ("iso-8859-2", "pl cs sk hu sl hr"),
    ("iso-8859-3", "eo mt"),
    ("iso-8859-4", "lt lv et"),
    ("iso-8859-5", "ru uk bg sr be mk"),
    ("iso-8859-6", "ar"),
    ("iso-8859-7", "el"),
    ("iso-8859-8", "he"),
    ("iso-8859-9", "tr"),
    ("iso-8859-13", "lt lv"),
    ("iso-8859-14", "cy ga gd"),
    ("iso-8859-15", "fr de fi et"),
    ("iso-8859-16", "ro"),
    ("koi8-r", "ru bg"),
    ("koi8-u", "uk"),
    ("cp866", "ru be"),
    ("cp1125", "uk"),
    ("cp437", "de fr es sv"),
    ("cp737", "el"),
    ("cp775", "lt lv"),
    ("cp850", "fr pt da nb es de"),
    ("cp852", "pl cs sk hu hr sl"),
    ("cp855", "ru sr bg mk"),
    ("cp857", "tr"),
    ("cp862", "he"),
    ("mac-roman", "fr de es it pt sv"),
    ("mac-cyrillic", "ru uk bg"),
    ("mac-centraleurope", "pl cs hu sk"),
    ("mac-greek", "el"),
    ("mac-turkish", "tr"),
    ("armscii-8", "hy"),
    ("georgian-ps", "ka"),
    ("viscii", "vi"),
    ("cp037", "en fr de es"),
    ("cp500", "fr de es it"),
    ("cp875", "el"),
    ("cp424", "he"),
    ("cp1026", "tr"),
    ("gbk", "zh-CN"),
    ("gb18030", "zh-CN"),
    ("big5", "zh-TW"),
    ("euc-tw", "zh-TW"),
    ("shift_jis", "ja"),
    ("euc-jp", "ja"),
    ("iso-2022-jp", "ja"),
    ("euc-kr", "ko"),
    ("johab", "ko"),
    ("iso-2022-kr", "ko"),
    ("hz", "zh-CN"),
    ("utf-8", "fr ru el he ar hi th zh-CN ja ko"),
    ("utf-16le", "en fr ru el he ar hi th zh-CN ja ko"),
    ("utf-16be", "en fr ru el he ar hi th zh-CN ja ko"),
    ("utf-32le", "en fr ru el he ar hi th zh-CN ja ko"),
];

/// How many lines of a charset came out right.
pub(crate) struct Score {
    pub(crate) charset: Charset,
    pub(crate) right: usize,
    pub(crate) lines: usize,
}

/// The corpus' clean prose: language and line.
pub(crate) fn corpus() -> Vec<(String, String)> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/clean");
    let mut paths: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut lines = Vec::new();
    for path in paths {
        for line in fs::read_to_string(path).unwrap().lines() {
            if let [language, _, text] = line.split('\t').collect::<Vec<_>>()[..] {
                lines.push((language.to_owned(), text.to_owned()));
            }
        }
    }
    lines
}

/// Each charset's score on the lines that it can write and ASCII can't.
pub(crate) fn scores() -> Vec<Score> {
    let corpus = corpus();
    let score = |&(label, languages): &(&str, &str)| {
        let charset = Charset::for_label(label).unwrap();
        let mut score = Score {
            charset,
            right: 0,
            lines: 0,
        };
        for (language, line) in &corpus {
            let is_written = languages.split(' ').any(|other| other == language);
            let Ok(bytes) = charset.encode(line) else {
                continue;
            };
            if is_written && bytes != line.as_bytes() {
                score.lines += 1;
                score.right += usize::from(decode(&bytes, &Hints::default()).text == *line);
            }
        }
        score
    };
    WRITTEN_IN.iter().map(score).collect()
}

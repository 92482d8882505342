//! What is to stay as it is, whatever it looks like: what patterns match, and
//! Markdown's code and quotes.

use std::ops::Range;

use memchr::{memchr, memrchr};
use pulldown_cmark::{Event, Options, Parser, Tag};
use regex::Regex;
use unbake::Edit;

/// What not to change in a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keep {
    pub(crate) patterns: Vec<Regex>,
    /// Code in Markdown: fenced and indented blocks, and between backticks.
    pub(crate) code: bool,
    /// Block quotes in Markdown.
    pub(crate) quotes: bool,
}

impl Keep {
    /// Whether it takes the whole of a text to know.
    pub(crate) fn needs_all(&self) -> bool {
        self.code || self.quotes
    }

    /// Leaves out what touches anything that is to stay.
    pub(crate) fn among(&self, text: &str, edits: &mut Vec<Edit>) {
        if edits.is_empty() || (self.patterns.is_empty() && !self.needs_all()) {
            return;
        }
        let mut spans = Vec::new();
        if !self.patterns.is_empty() {
            self.matches(text, edits, &mut spans);
        }
        if self.needs_all() {
            self.markdown(text, &mut spans);
        }
        Edit::keep(edits, spans);
    }

    /// What the patterns match on the lines that would change. Line by line:
    /// where a text is cut to be worked on must not show.
    fn matches(&self, text: &str, edits: &[Edit], spans: &mut Vec<Range<usize>>) {
        let mut done = 0;
        for edit in edits {
            let Range { start, end } = edit.span;
            if end < done {
                continue;
            }
            let before = &text.as_bytes()[done.min(start)..start];
            let start = memrchr(b'\n', before).map_or(done, |at| done + at + 1);
            let after = &text.as_bytes()[end..];
            let end = memchr(b'\n', after).map_or(text.len(), |len| end + len + 1);
            let mut at = start;
            for line in text[start..end].split_inclusive('\n') {
                let content = line.trim_end_matches(['\n', '\r']);
                for pattern in &self.patterns {
                    let found = pattern.find_iter(content).map(|it| it.range());
                    spans.extend(found.map(|span| at + span.start..at + span.end));
                }
                at += line.len();
            }
            done = end;
        }
    }

    fn markdown(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        // What these add to Markdown would otherwise be taken for code.
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        let events = Parser::new_ext(text, options).into_offset_iter();
        spans.extend(events.filter_map(|(event, span)| {
            let stays = match event {
                Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => self.code,
                Event::Start(Tag::BlockQuote(_)) => self.quotes,
                _ => false,
            };
            stays.then_some(span)
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str, keep: &Keep) -> String {
        let mut repair = unbake::repair(text);
        let mut edits = repair.edits().to_vec();
        keep.among(text, &mut edits);
        repair.retain(|edit| edits.contains(edit));
        repair.text().into_owned()
    }

    #[test]
    fn patterns_keep_what_they_match_on_a_line() {
        let keep = |pattern: &str| Keep {
            patterns: vec![Regex::new(pattern).unwrap()],
            ..Keep::default()
        };
        let text = "cafÃ© Ã©tÃ©\r\n\"cafÃ©\" Ã©tÃ©\nthÃ©\n";
        for (pattern, want) in [
            ("x", "café été\r\n\"café\" été\nthé\n"),
            ("^cafÃ©", "cafÃ© été\r\n\"café\" été\nthé\n"),
            ("tÃ©$", "café étÃ©\r\n\"café\" étÃ©\nthé\n"),
            ("\"[^\"]*\"", "café été\r\n\"cafÃ©\" été\nthé\n"),
            ("th(?s:.*)", "café été\r\n\"café\" été\nthÃ©\n"),
            // Nothing matches over the end of a line, and nothing matched is nothing.
            ("Ã©\\s+th|y*", "café été\r\n\"café\" été\nthé\n"),
        ] {
            assert_eq!(fixed(text, &keep(pattern)), want, "{pattern}");
        }
    }

    #[test]
    fn code_and_quotes_stay() {
        let text = "Un cafÃ© fermÃ©, `Ã©tÃ©` et ``l'Ã©cole ` fermÃ©e``.\n\n\
            ~~~text\nle cafÃ©\n\nfermÃ©\n~~~\n\n    thÃ© glacÃ©\n\n> la forÃªt\nprÃ¨s d'ici\n\nla mÃ¨re\n\n\
            - liste:\n  ```\n  le pÃ¨re\n  ```\n  frÃ¨re";
        let keep = |code, quotes| Keep {
            patterns: Vec::new(),
            code,
            quotes,
        };
        let damaged = |text: &str| {
            let words = text.split([' ', '\n', '`']);
            let words = words.filter(|word| word.contains('Ã'));
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(damaged(&fixed(text, &keep(false, false))), [""; 0]);
        assert_eq!(
            damaged(&fixed(text, &keep(true, false))),
            [
                "Ã©tÃ©",
                "l'Ã©cole",
                "fermÃ©e",
                "cafÃ©",
                "fermÃ©",
                "thÃ©",
                "glacÃ©",
                "pÃ¨re"
            ]
        );
        assert_eq!(
            damaged(&fixed(text, &keep(false, true))),
            ["forÃªt", "prÃ¨s"]
        );
    }
}

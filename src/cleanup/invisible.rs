//! Characters that nobody sees.

use super::{Changes, beyond_ascii};

/// Removes byte order marks (U+FEFF), the format characters that Unicode
/// deprecates (U+206A–206F, U+E0001), and the anchors of annotations and
/// objects that are not there (U+FFF9–FFFC).
pub(super) fn format_chars(text: &str, out: &mut Changes) {
    out.beyond_ascii(text, |c| {
        let format = matches!(
            c,
            '\u{feff}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffc}' | '\u{e0001}'
        );
        format.then_some("")
    });
}

/// Removes zero-width spaces, word joiners, soft hyphens, and joiners and tags
/// that do nothing where they stand. Bidi controls stay: they change what is
/// seen.
pub(super) fn remove(text: &str, out: &mut Changes) {
    let mut chars = beyond_ascii(text).peekable();
    // Whether a character that joiners matter to is before.
    let mut joins = false;
    // Where the last such character ended, and the same for flags.
    let (mut end, mut flag_end) = (0, 0);
    while let Some((at, c)) = chars.next() {
        let next = at + c.len_utf8();
        match c {
            '\u{ad}' | '\u{200b}' | '\u{2060}' => out.remove(at..next),
            ZWNJ | ZWJ => {
                let before = joins && end == at;
                let after = text[next..].chars().next().is_some_and(joins_with);
                if !before && !after {
                    out.remove(at..next);
                }
            }
            // `🏴` and tags spell the flags of Scotland and Wales.
            '\u{e0020}'..='\u{e007f}' if flag_end == at => flag_end = next,
            '\u{e0020}'..='\u{e007f}' => out.remove(at..next),
            '🏴' => flag_end = next,
            _ => {}
        }
        joins = joins_with(c);
        end = next;
    }
}

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// Whether joiners mean something next to this character: to all but those of
/// scripts that never join letters (Latin, Greek, Cyrillic, Armenian, Hebrew,
/// Georgian, Hangul, Chinese, Japanese), and general punctuation. Persian
/// `می‌شود` and Sinhala `ක්‍ෂ` need them, emoji are made with them.
fn joins_with(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{5ff}'
        | '\u{10a0}'..='\u{11ff}'
        | '\u{1c80}'..='\u{1cbf}'
        | '\u{1d00}'..='\u{20cf}'
        | '\u{2c60}'..='\u{2c7f}'
        | '\u{2de0}'..='\u{312f}'
        | '\u{31a0}'..='\u{9fff}'
        | '\u{a640}'..='\u{a69f}'
        | '\u{a720}'..='\u{a7ff}'
        | '\u{ab30}'..='\u{ab6f}'
        | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fb4f}'
        | '\u{ff00}'..='\u{ffff}'
        | '\u{20000}'..='\u{3ffff}')
}

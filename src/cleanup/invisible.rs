//! Characters that nobody sees.

use super::{Changes, beyond_ascii};

/// Removes byte order marks (U+FEFF), the format characters that Unicode
/// deprecates (U+206A–206F, U+E0001), and the anchors of annotations and
/// objects that are not there (U+FFF9–FFFC).
pub(super) fn format_chars(text: &str, out: &mut Changes) {
    out.each(beyond_ascii(text), |c| is_format(c).then_some(""));
}

pub(super) fn is_format(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffc}' | '\u{e0001}')
}

/// Removes zero-width spaces, word joiners, soft hyphens, and joiners and tags
/// that do nothing where they stand. Bidi controls stay: they change what is
/// seen.
pub(super) fn remove(text: &str, out: &mut Changes) {
    // Whether joiners matter to the last character that stays, whether it is
    // of a flag, and where it and what was removed after it end.
    let (mut joins, mut flag, mut end) = (false, false, 0);
    for (at, c) in beyond_ascii(text) {
        let next = at + c.len_utf8();
        (joins, flag) = (joins && end == at, flag && end == at);
        end = next;
        let gone = match c {
            '\u{ad}' | '\u{200b}' | '\u{2060}' => true,
            ZWNJ | ZWJ => !joins && !text[next..].chars().next().is_some_and(joins_with),
            // `🏴` and tags spell the flags of Scotland and Wales.
            '\u{e0020}'..='\u{e007f}' => !flag,
            _ => false,
        };
        if gone {
            out.remove(at..next);
        } else {
            (joins, flag) = (joins_with(c), flag_with(c));
        }
    }
}

/// What [`remove`] removes, if it does nothing where it stands.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{2060}' | ZWNJ | ZWJ | '\u{e0020}'..='\u{e007f}'
    )
}

fn flag_with(c: char) -> bool {
    matches!(c, '🏴' | '\u{e0020}'..='\u{e007e}')
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

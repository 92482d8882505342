//! A text is decided in windows; what is found in one depends on no other, so
//! that a text in pieces is repaired as the whole is.

mod data;

use unbake::{Edit, repair};

/// Longer than any window, so that what follows begins in one of its own.
fn filler(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines.iter().cycle() {
        text.push_str(line);
        text.push('\n');
        // A window ends with the first line that ends after 64 KiB.
        if text.len() > 64 << 10 {
            return text;
        }
    }
    text
}

#[test]
fn a_window_knows_nothing_of_the_one_before() {
    let clean: Vec<String> = data::clean().into_iter().map(|row| row.text).collect();
    let damaged: Vec<String> = data::damaged()
        .into_iter()
        .map(|row| row.text)
        .filter(|text| !text.contains('\n'))
        .collect();
    let (early, late) = damaged.split_at(damaged.len() / 2);
    for (before, after) in [(&clean[..], early), (early, &clean[..]), (early, late)] {
        let (before, after) = (filler(before), filler(after));
        let both = [before.as_str(), after.as_str()].concat();
        let alone = repair(&before).into_edits();
        let moved = repair(&after).into_edits().into_iter().map(|edit| Edit {
            span: edit.span.start + before.len()..edit.span.end + before.len(),
            ..edit
        });
        let apart: Vec<Edit> = alone.into_iter().chain(moved).collect();
        let together = repair(&both).into_edits();
        let differs = apart.iter().zip(&together).find(|(a, b)| a != b);
        assert!(differs.is_none(), "{differs:?}");
        assert_eq!(apart.len(), together.len());
    }
}

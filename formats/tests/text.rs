//! Plain text, and cutting inputs into batches.

use std::io::Read;
use std::path::Path;

use unbake::{Chain, Edit, Exactness};
use unbake_formats::{Batches, Fields, Format, mend, patched};

#[test]
fn only_the_edit_changes() {
    let batch = b"\xEF\xBB\xBFx\r\n\xFFx\xE2\x82\nx";
    let mended = mend(batch, Format::Text, &Fields::default(), |text| {
        assert!(!text.contains('\u{feff}'));
        let edit = |(at, _)| Edit {
            span: at..at + 1,
            after: "é".to_owned(),
            chain: Chain::default(),
            exactness: Exactness::Exact,
            score: 1,
        };
        text.match_indices('x').map(edit).collect()
    });
    assert_eq!(
        *patched(batch, &mended.patches),
        *b"\xEF\xBB\xBF\xC3\xA9\r\n\xFF\xC3\xA9\xE2\x82\n\xC3\xA9"
    );
}

#[test]
fn the_suffix_names_the_format() {
    for (path, format) in [
        ("a.jsonl", Format::Jsonl),
        ("b/a.NDJSON", Format::Jsonl),
        ("a.json", Format::Text),
        ("jsonl", Format::Text),
        ("a.jsonl.txt", Format::Text),
    ] {
        assert_eq!(Format::of_path(Path::new(path)), format, "{path}");
    }
}

/// Gives a few bytes a call, as a pipe does.
struct Drops<'b>(&'b [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let len = self.1.min(self.0.len()).min(into.len());
        into[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

#[test]
fn batches_are_whole_records_and_join_to_the_input() {
    let input = b"\n\n1\n22\r\n333\n\n4444444444444444\n5";
    for size in 1..40 {
        let mut batches = Batches::new(Drops(input, size), Format::Jsonl);
        let (mut batch, mut all) = (Vec::new(), Vec::new());
        while batches.next(&mut batch).unwrap() {
            assert!(batch.ends_with(b"\n") || batch.ends_with(b"5"));
            all.extend_from_slice(&batch);
        }
        assert_eq!(all, input);
        assert!(!batches.next(&mut batch).unwrap());

        let mut whole = Batches::new(Drops(input, size), Format::Text);
        assert!(whole.next(&mut batch).unwrap());
        assert_eq!(batch, input);
        assert!(!whole.next(&mut batch).unwrap());
    }
}

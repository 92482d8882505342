//! Plain text, and cutting inputs into batches.

use std::io::Read;
use std::path::Path;

use unbake::{Chain, Edit, Exactness};
use unbake_formats::{Batch, Batches, Cut, Fields, Format, Shape, mend, patched};

#[test]
fn only_the_edit_changes() {
    let batch = b"\xEF\xBB\xBFx\r\n\xFFx\xE2\x82\nx";
    let mended = mend(
        batch,
        true,
        &Shape::Text,
        &Fields::default(),
        &|text: &str| {
            assert!(!text.contains('\u{feff}'));
            let edit = |(at, _)| Edit {
                span: at..at + 1,
                after: "é".to_owned(),
                chain: Chain::default(),
                exactness: Exactness::Exact,
                score: 1,
            };
            text.match_indices('x').map(edit).collect()
        },
    );
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
        ("a.json", Format::Json),
        ("a.Jsonl.GZ", Format::Jsonl),
        ("a.csv.zst", Format::Csv),
        ("a.tsv", Format::Tsv),
        ("a.warc.gz", Format::Warc),
        ("a.parquet", Format::Parquet),
        ("a.gz", Format::Text),
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

/// All batches of an input: their bytes, and whether they are of a record
/// that is too long.
fn batches(input: &[u8], size: usize, shape: &Shape, cut: Cut) -> Vec<(Vec<u8>, bool)> {
    let read = std::io::BufReader::with_capacity(size, Drops(input, size));
    let mut batches = Batches::new(read, shape.clone(), cut);
    let mut all = Vec::new();
    let mut batch = Batch::default();
    while batches.next(&mut batch).unwrap() {
        assert_eq!(batch.first, all.is_empty());
        all.push((batch.bytes.clone(), batch.over_long));
    }
    assert!(!batches.next(&mut batch).unwrap());
    all
}

fn joined(batches: &[(Vec<u8>, bool)]) -> Vec<u8> {
    batches
        .iter()
        .flat_map(|(bytes, _)| bytes.clone())
        .collect()
}

#[test]
fn batches_are_whole_records_and_join_to_the_input() {
    let input = b"\n\n1\n22\r\n333\n\n4444444444444444\n5";
    for size in 1..40 {
        let cut = Cut {
            eager: true,
            ..Cut::default()
        };
        let eager = batches(input, size, &Shape::Jsonl, cut);
        for (batch, _) in &eager {
            assert!(batch.ends_with(b"\n") || batch.ends_with(b"5"));
        }
        assert_eq!(joined(&eager), input);
        for shape in [Shape::Text, Shape::Jsonl, Shape::Json] {
            let whole = batches(input, size, &shape, Cut::default());
            assert_eq!(whole, [(input.to_vec(), false)]);
        }
    }
}

#[test]
fn a_text_comes_whole_if_it_is_to() {
    let input = "```\n".repeat(200_000).into_bytes();
    let whole = |max_record| Cut {
        whole: true,
        max_record,
        ..Cut::default()
    };
    let all = batches(&input, 1 << 20, &Shape::Text, whole(1 << 20));
    assert_eq!(all, [(input.clone(), false)]);
    // It is too long, all of it.
    let parts = batches(&input, 1 << 20, &Shape::Text, whole(1 << 19));
    assert!(parts.iter().all(|(_, over_long)| *over_long));
    assert_eq!(joined(&parts), input);
    let lines = batches(&input, 1 << 20, &Shape::Jsonl, whole(1 << 20));
    assert!(lines.len() > 1);
}

#[test]
fn where_batches_end_does_not_depend_on_how_input_arrives() {
    let line = "a line of some length, \"quoted\n\"\n";
    let input = line.repeat(50_000).into_bytes();
    for shape in [Shape::Text, Shape::Jsonl, Shape::new(Format::Csv, b"a,b\n")] {
        let all = batches(&input, 1 << 20, &shape, Cut::default());
        assert!(all.len() > 5);
        assert_eq!(all, batches(&input, 1000, &shape, Cut::default()));
        assert_eq!(joined(&all), input);
        for (batch, _) in &all[..all.len() - 1] {
            assert!(batch.ends_with(b"\n") && batch.len() <= 1 << 18);
        }
    }
    // A newline in quotes ends no record.
    let csv = Shape::new(Format::Csv, b"a,b\n");
    let input = b"a,\"b\n".repeat(100_000);
    for (batch, _) in batches(&input, 1 << 20, &csv, Cut::default()) {
        assert_eq!(memchr::memchr_iter(b'"', &batch).count() % 2, 0);
    }
}

#[test]
fn a_record_that_is_too_long_comes_in_parts() {
    let long = [b"[1]\n".to_vec(), b"x".repeat(1 << 20), b"\n[2]\n".to_vec()].concat();
    let cut = Cut {
        max_record: 300_000,
        ..Cut::default()
    };
    let all = batches(&long, 1 << 16, &Shape::Jsonl, cut);
    assert_eq!(joined(&all), long);
    let over: Vec<u8> = joined(
        &all.iter()
            .filter(|(_, over)| *over)
            .cloned()
            .collect::<Vec<_>>(),
    );
    assert_eq!(over, long[4..long.len() - 4]);
    assert_eq!(all.last().unwrap().0, b"[2]\n");

    // However short, and wherever they stand.
    let cut = Cut {
        max_record: 8,
        ..Cut::default()
    };
    let records = b"[1]\n\"123456\"\n\"1234567\"\n[2]\n\"123456789\"\n\"1234567890\"";
    let all = batches(records, 1 << 16, &Shape::Jsonl, cut);
    assert_eq!(joined(&all), records);
    let over = all.iter().filter(|(_, over)| *over).cloned();
    assert_eq!(
        String::from_utf8(joined(&over.collect::<Vec<_>>())).unwrap(),
        "\"1234567\"\n\"123456789\"\n\"1234567890\""
    );
}

#[test]
fn a_record_that_is_too_long_goes_on_in_its_quotes() {
    let long = format!("2,\"{}\"\"{}\"\n", "a\n".repeat(20), "b,\"\"\n".repeat(20));
    let long_header = "\u{feff}\"\n,\n\n\n\n\n\n\n\",b\n";
    for (header, over) in [
        ("\u{feff}\"\n\",b\n", long.clone()),
        (long_header, format!("{long_header}{long}")),
    ] {
        let input = format!("{header}1,\"\n\"\n{long}3,\"\n\"\n4,5");
        let shape = Shape::new(Format::Csv, input.as_bytes());
        for size in 1..20 {
            let read = |limit| {
                let cut = Cut {
                    max_record: 12,
                    limit,
                    ..Cut::default()
                };
                batches(input.as_bytes(), size, &shape, cut)
            };
            let all = read(None);
            assert_eq!(joined(&all), input.as_bytes());
            let passed: Vec<_> = all.into_iter().filter(|(_, over)| *over).collect();
            assert_eq!(joined(&passed), over.as_bytes());
            // The header is none of the first records, and none is cut.
            for (limit, next) in [(1, "2,"), (2, "3,"), (3, "4,")] {
                let end = input.find(next).unwrap();
                assert_eq!(joined(&read(Some(limit))), &input.as_bytes()[..end]);
            }
        }
    }
    // Of a document all is one record.
    let document = b"[\n1,\n2\n]\n".repeat(10);
    let cut = Cut {
        max_record: 12,
        ..Cut::default()
    };
    let parts = batches(&document, 5, &Shape::Json, cut);
    assert!(parts.len() > 1 && parts.iter().all(|(_, over)| *over));
    assert_eq!(joined(&parts), document);
}

#[test]
fn an_open_quote_costs_only_its_line_however_long_the_rest() {
    let rest = "x,1\n".repeat(300_000);
    let input = format!("a,b\nx,\"1\n{rest}");
    let shape = Shape::new(Format::Csv, b"a,b\n");
    let all = batches(input.as_bytes(), 1 << 16, &shape, Cut::default());
    assert_eq!(joined(&all), input.as_bytes());
    let (mut records, mut malformed) = (0, Vec::new());
    for (at, (batch, _)) in all.iter().enumerate() {
        let fields = Fields::default();
        let mended = mend(batch, at == 0, &shape, &fields, &|_: &str| Vec::new());
        records += mended.records;
        malformed.extend(mended.malformed.into_iter().map(|it| it.span.len()));
    }
    assert_eq!((records, malformed), (300_002, vec![5]));
}

#[test]
fn a_limit_counts_records() {
    let limited = |input: &[u8], shape: Shape, limit| {
        let cut = Cut {
            limit: Some(limit),
            ..Cut::default()
        };
        String::from_utf8(joined(&batches(input, 1 << 16, &shape, cut))).unwrap()
    };
    assert_eq!(limited(b"1\n2\n3\n", Shape::Jsonl, 2), "1\n2\n");
    assert_eq!(limited(b"1\n2", Shape::Jsonl, 5), "1\n2");
    let csv = b"a,b\n\"1\n\",2\n3,4\n";
    assert_eq!(
        limited(csv, Shape::new(Format::Csv, csv), 1),
        "a,b\n\"1\n\",2\n"
    );
    let csv = b"\xEF\xBB\xBF\"a\nb\",c\n1,2\n3,4\n";
    let shape = Shape::new(Format::Csv, csv);
    assert_eq!(limited(csv, shape, 1), "\u{feff}\"a\nb\",c\n1,2\n");
    let titled = b"a title\n\na;b;c\n1;2;3\n4;5;6\n";
    let shape = Shape::new(Format::Csv, titled);
    assert_eq!(limited(titled, shape, 1), "a title\n\na;b;c\n1;2;3\n");
    // Empty lines are none, nor is what stands between documents.
    let lines = b"\n1\r\n\r\n\xEF\xBB\xBF\n2\n3\n";
    let first = "\n1\r\n\r\n\u{feff}\n2\n";
    assert_eq!(limited(lines, Shape::Jsonl, 2), first);
    assert_eq!(limited(b"\n\n", Shape::Text, 1), "\n");
    for (documents, first) in [
        ("{\"a\":1}\n{\"a\":2}\n{\"a\":3}", "{\"a\":1}\n"),
        ("\u{feff}[\n1] \r\n\n2", "\u{feff}[\n1] \r\n"),
        ("[1] [2]\n", "[1]"),
        ("[1]\n \n", "[1]\n"),
        ("[1\n\n2", "[1\n\n2"),
    ] {
        assert_eq!(limited(documents.as_bytes(), Shape::Json, 1), first);
        let all = limited(documents.as_bytes(), Shape::Json, 9);
        assert_eq!(all, documents);
    }
    let many = b"[]\n".repeat(300_000);
    assert_eq!(limited(&many, Shape::Jsonl, 299_999).len(), 299_999 * 3);
}

#[test]
fn what_was_read_before_an_error_is_given_out() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::InvalidData.into())
        }
    }
    for (text, whole, parts) in [
        ("one\ntwo\nthr", false, &["one\ntwo\n", "thr"][..]),
        ("one\ntwo\n", false, &["one\ntwo\n"]),
        ("one\ntwo\nthr", true, &["one\ntwo\nthr"]),
        ("", false, &[]),
    ] {
        let input = std::io::BufReader::new(std::io::Read::chain(text.as_bytes(), Broken));
        let cut = Cut {
            whole,
            ..Cut::default()
        };
        let mut batches = Batches::new(input, Shape::Text, cut);
        let mut batch = Batch::default();
        for part in parts {
            assert!(batches.next(&mut batch).unwrap());
            assert_eq!(batch.bytes, part.as_bytes());
            assert_eq!(batch.over_long, !part.ends_with('\n'));
        }
        assert!(batches.next(&mut batch).is_err());
        assert!(!batches.next(&mut batch).is_ok_and(|more| more));
    }
}

//! Delimited fields and JSON documents.

use unbake::{Chain, Edit, Exactness};
use unbake_formats::{Fields, Format, Mended, Mender, Shape, mend};

/// The edits that put something for each of these.
fn edits(text: &str, before: &str, after: &str) -> Vec<Edit> {
    let edit = |(at, before): (usize, &str)| Edit {
        span: at..at + before.len(),
        after: after.to_owned(),
        chain: Chain::default(),
        exactness: Exactness::Exact,
        score: 1,
    };
    text.match_indices(before).map(edit).collect()
}

fn replaced(
    format: Format,
    file: &[u8],
    fields: &[&str],
    before: &str,
    after: &str,
) -> (String, Mended) {
    let fields = Fields::new(fields.iter().map(|&field| field.to_owned()).collect());
    let mended = mend(
        file,
        true,
        &Shape::new(format, file),
        &fields,
        &|text: &str| edits(text, before, after),
    );
    let changes = mended.changes();
    let changes = changes.iter().map(|(span, new)| (span.clone(), &new[..]));
    let file = unbake_formats::replaced(file, changes).into_owned();
    (String::from_utf8_lossy(&file).into_owned(), mended)
}

fn csv(file: &str, fields: &[&str], after: &str) -> String {
    replaced(Format::Csv, file.as_bytes(), fields, "x", after).0
}

/// Puts for each `x` which of the texts it is in that were given together.
struct Numbers;

impl Mender for Numbers {
    fn edits(&self, text: &str) -> Vec<Edit> {
        self.edits_together(&[text]).remove(0)
    }

    fn edits_together(&self, texts: &[&str]) -> Vec<Vec<Edit>> {
        let numbered = |(number, text): (usize, &&str)| edits(text, "x", &number.to_string());
        texts.iter().enumerate().map(numbered).collect()
    }
}

#[test]
fn the_fields_of_a_column_are_mended_together() {
    let file = b"h,k\nx,x\n\"x\ny\"z,1\nx\xFFx,x\n,x\n";
    let shape = Shape::new(Format::Csv, file);
    let mended = mend(file, true, &shape, &Fields::default(), &Numbers);
    let changes = mended.changes();
    let changes = changes.iter().map(|(span, new)| (span.clone(), &new[..]));
    let after = unbake_formats::replaced(file, changes);
    // What cannot be read is none of them, and invalid bytes part one in two.
    assert_eq!(*after, *b"h,k\n1,1\n\"x\ny\"z,1\n2\xFF3,2\n,3\n");
    assert_eq!((mended.records, mended.malformed.len()), (5, 1));
}

#[test]
fn quoting_stays_unless_it_must_not() {
    for file in [
        "a,b\r\nx,\"x\"\r\n\"1, x\"\"x\"\"\",\r\n\r\n",
        "\u{feff}a;b\n x ;'x'\n",
        "a\tb\n5\" x\t\"x\n\"",
        "\"a\",\"b\"\n\"x\"y,2\n3",
    ] {
        assert_eq!(csv(file, &[], "é"), file.replace('x', "é"));
    }
    // What would end a field gets quotes, what is in quotes is doubled.
    assert_eq!(csv("a,b\n1x2x3,y\n", &[], ","), "a,b\n\"1,2,3\",y\n");
    assert_eq!(
        csv("a,b\n1x2\"x3,y\n", &[], "\n"),
        "a,b\n\"1\n2\"\"\n3\",y\n"
    );
    assert_eq!(
        csv("a,b\n\"1\"\"x\",y\n", &[], "\""),
        "a,b\n\"1\"\"\"\"\",y\n"
    );
    assert_eq!(csv("a;b\nx;y\n", &[], ","), "a;b\n,;y\n");
    assert_eq!(csv("a,b\nx,\"y\n", &[], ","), "a,b\nx,\"y\n");
    // The spans are still those of what is replaced.
    let file = "a,b\n1x2\"x3,y\n";
    let mended = replaced(Format::Csv, file.as_bytes(), &[], "x", "\n").1;
    assert_eq!(mended.patches.len(), 2);
    for patch in mended.patches {
        assert_eq!(&file[patch.span], patch.before);
    }
}

#[test]
fn columns_are_chosen_by_name_or_else_by_number() {
    let file = "x,b c\nx,x\n";
    assert_eq!(csv(file, &[], "y"), "y,b c\ny,y\n");
    assert_eq!(csv(file, &["x"], "y"), "x,b c\ny,x\n");
    assert_eq!(csv(file, &["b c"], "y"), "x,b c\nx,y\n");
    assert_eq!(csv(file, &["0"], "y"), "y,b c\ny,x\n");
    assert_eq!(csv(file, &["*"], "y"), "x,b c\ny,y\n");
    let (_, mended) = replaced(Format::Csv, file.as_bytes(), &["b c"], "x", "y");
    assert_eq!(
        (mended.patches[0].field.as_str(), mended.damaged[0].record),
        ("b c", 1)
    );
}

/// The delimiter is the one by which each `x` is a field.
#[track_caller]
fn check_delimiter(file: &str) {
    let (got, mended) = replaced(Format::Csv, file.as_bytes(), &[], "x", "y");
    assert_eq!(got, file.replace('x', "y"), "{file}");
    let whole = mended.patches.iter().all(|patch| &*patch.text == "x");
    assert!(whole && mended.malformed.is_empty(), "{file}");
}

#[test]
fn the_delimiter_is_that_of_the_first_records() {
    for file in [
        // More of another one in the header, or in a line above it.
        "a (1|2|3),b\n\"c\",x\n",
        "a (1|2|3),b\n\"c|d, e\",\"x\"\n",
        "id,x,\"(a|b|c|d)\"\n1,x,\"c, d\"\n2,x,\"line\nline|2\nline\"\n",
        "# a comment, with, commas\nid;x\n1;x\n2;x\n",
        "sep=;\nid;x;a, b\n1;x;\n",
        "A table\n\nid\tx\n1,5\tx\n2\tx\n",
        // Commas in numbers, prose and quotes.
        "id;x;price\n1;x;1,5\n2;x;2,5\n",
        "1,5;x\n2,5;x\n",
        "Blau, Anna|x|Kiel\nGrün, Karl|x|Bonn\n",
        "\"a,b\";x;\"c,d\"\n\"a,b\";x;\"c,d\"\n",
        // Lists in one of the fields.
        "1,x,a;b\n2,x,c;d\n",
        // Rows of any length, empty ones, and the last one cut off.
        "1|x|2\n1|x\n\n\n1|x|2\n1\n",
        "1;x;2\n1;x;2\n1;x;\"2, 3\n4, 5\"",
        "\u{feff}\"1\n,\";x\n1;x\n",
    ] {
        check_delimiter(file);
    }
    // Prose in one column.
    let prose = "prose\nx; x, x\nx\nx, x\n";
    let quoted = "prose\n\",; ,\",\" ,\"\n\",\"\n\",\",\" ,\"\n";
    assert_eq!(csv(prose, &[], ","), quoted);
}

#[test]
fn a_header_may_stand_below_a_title() {
    for title in ["x\n\n", "# x, with, commas\n", "\n", "\u{feff}\"x\n\"\n"] {
        let file = format!("{title}x;b;c\nx;x;1,5\n");
        let (got, mended) = replaced(Format::Csv, file.as_bytes(), &["b"], "x", "y");
        assert_eq!(got, format!("{title}x;b;c\nx;y;1,5\n"));
        assert_eq!(mended.patches[0].field, "b");
        assert_eq!(mended.header + 1, mended.records);
        // Without names it is repaired, too.
        let got = csv(&file, &[], "y");
        assert_eq!(got, file.replace('x', "y"));
    }
    // Prose in one column.
    let file = "b\nx, c\nx, c\n";
    assert_eq!(csv(file, &["b"], "y"), "b\ny, c\ny, c\n");
}

/// As Excel writes it, and wants to see it before it takes another delimiter.
#[test]
fn a_first_line_may_declare_the_delimiter() {
    for (line, between) in [
        ("sep=;\r\n", ";"),
        ("\u{feff}sep=|\n", "|"),
        ("\"SEP=\t\"\n", "\t"),
        ("sep=^\n", "^"),
    ] {
        let file = format!("{line}x,y{between}b\n1,2{between}x\n");
        let (got, mended) = replaced(Format::Csv, file.as_bytes(), &["b"], "x", "y");
        assert_eq!(got, format!("{line}x,y{between}b\n1,2{between}y\n"));
        assert_eq!((mended.header, mended.records), (2, 3));
    }
    // A column of that name, and what stands in no field.
    for file in ["sep=x;b\n1;x\n", "sep=\"\nb;x\n"] {
        assert_eq!(csv(file, &[], "y"), file.replace('x', "y"));
    }
}

#[test]
fn a_word_may_be_the_title_of_a_table() {
    let file = "Customers\nid;name;city\n1;x;b\n2;x;c\n";
    assert_eq!(csv(file, &["name"], "y"), file.replace('x', "y"));
}

/// A title has more than a word, an empty line behind it, or names below it.
#[test]
fn a_name_above_lists_is_that_of_their_column() {
    for delimiter in ["|", " | ", ";", "; "] {
        for name in ["page_text", "\"page_text\"", "\u{feff}page_text"] {
            let list = ["x", "b", "x"].join(delimiter);
            let file = format!("{name}\n{}", format!("{list}\n").repeat(4));
            let (got, mended) = replaced(Format::Csv, file.as_bytes(), &["page_text"], "x", "y");
            assert_eq!(got, file.replace(&list, &list.replace('x', "y")), "{file}");
            assert_eq!(&*mended.patches[0].text, list);
            assert_eq!(
                (mended.header, mended.patches[0].field.as_str()),
                (1, "page_text")
            );
        }
    }
}

#[test]
fn an_open_quote_is_named_and_left_alone_with_its_line() {
    let file = "a,b\nx,1\nx,\"x\nx,2\nx,\"\"\n\nx,3";
    let (got, mended) = replaced(Format::Csv, file.as_bytes(), &[], "x", "y");
    assert_eq!(got, "a,b\ny,1\nx,\"x\ny,2\ny,\"\"\n\ny,3");
    let malformed = &mended.malformed[0];
    assert_eq!((malformed.at, malformed.record), (10, 2));
    assert_eq!(&file[malformed.span.clone()], "x,\"x\n");
    assert_eq!((mended.malformed.len(), mended.records), (1, 7));
    // In linear time, whatever follows.
    for (line, records) in [("\"\",\"\"\"\"\n", 1_000_002), ("\"x\n", 500_002)] {
        let file = format!("a,b\n{}\"x", line.repeat(1_000_000));
        let (got, mended) = replaced(Format::Csv, file.as_bytes(), &[], "x", "y");
        assert_eq!((got == file, mended.records), (true, records));
    }
}

#[test]
fn what_a_quote_swallowed_is_left_alone() {
    let file = "a,b\nx,1\n\"x,2\nx,3\n\"x\",4\nx,5\n";
    let (got, mended) = replaced(Format::Csv, file.as_bytes(), &[], "x", "y");
    assert_eq!(got, "a,b\ny,1\n\"x,2\nx,3\n\"x\",4\ny,5\n");
    let malformed = &mended.malformed[0];
    assert_eq!((malformed.at, malformed.record), (8, 2));
    assert_eq!(&file[malformed.span.clone()], "\"x,2\nx,3\n\"x\",4\n");
    assert_eq!((mended.malformed.len(), mended.records), (1, 4));
}

#[test]
fn a_quote_between_tabs_is_a_character_unless_fields_are_quoted() {
    let tsv = |file: &str, after: &str| {
        let (file, mended) = replaced(Format::Tsv, file.as_bytes(), &[], "x", after);
        assert_eq!(mended.malformed, []);
        (file, mended.damaged.len())
    };
    for file in [
        "a\tb\n1\t\"so it begins\n2\tclean\n3\t\"x\n4\tclean\n",
        "a\tb\n1\t\"so it begins\n2\tclean\n3\tx\"\n4\tclean\n",
        "a\tb\n1\t\"so it begins\n2\tx\n",
    ] {
        assert_eq!(tsv(file, "é"), (file.replace('x', "é"), 1));
        assert_eq!(tsv(file, "\""), (file.replace('x', "\""), 1));
        // Nothing could keep these within the field.
        assert_eq!(tsv(file, "\t"), (file.to_owned(), 0));
    }
    for file in [
        "\"a\"\t\"b\"\n1\t\"x\"\n",
        "a\tb\n1\t\"she said \"\"x\"\"\"\n",
        "a\tb\n1\t\"x\n and more\"\n",
        "a\tb\tc\n1\t\"\tx\"\t\n",
    ] {
        let doubled = file.replace('x', "\"\"");
        assert_eq!(tsv(file, "\""), (doubled, 1), "{file}");
    }
}

#[test]
fn doubled_quotes_are_counted_once() {
    let file = format!("a,b\n\"{}\",1\n", "\"\"x ".repeat(2_000_000));
    let (_, mended) = replaced(Format::Csv, file.as_bytes(), &[], "x", "y");
    let last = mended.patches.last().unwrap();
    assert_eq!(&file[last.span.start..], "x \",1\n");
}

#[test]
fn invalid_bytes_stay_where_they_are() {
    let mended = replaced(Format::Tsv, b"a\tb\nx\xFFx\t\xFE\n", &["a"], "x", "\u{e9}").1;
    assert_eq!(mended.patches.len(), 2);
}

#[test]
fn documents_keep_their_layout() {
    let file = "\u{feff}{\n  \"messages\": [\n    {\"text\": \"\\u00c3x\", \"n\": NaN},\n    [\"x\"]\n  ]\n}\n";
    let (got, mended) = replaced(Format::Json, file.as_bytes(), &[], "x", "é");
    assert_eq!(
        got,
        file.replace("\\u00c3x", "\\u00c3\\u00e9")
            .replace("\"x\"", "\"é\"")
    );
    let names: Vec<&str> = mended
        .patches
        .iter()
        .map(|patch| &patch.field[..])
        .collect();
    assert_eq!(names, ["messages.0.text", "messages.1.0"]);
    // JSON Lines under the wrong name.
    let (got, mended) = replaced(Format::Json, b"[\"x\"]\n[\"x\"]\n", &[], "x", "y");
    assert_eq!((&got[..], mended.records), ("[\"y\"]\n[\"y\"]\n", 2));
    let (got, mended) = replaced(Format::Json, b"[\"x\"]\n[\"x\"\n", &[], "x", "y");
    assert_eq!((&got[..], mended.malformed.len()), ("[\"y\"]\n[\"x\"\n", 1));
}

//! Delimited fields and JSON documents.

use unbake::{Chain, Edit, Exactness};
use unbake_formats::{Fields, Format, Mended, Shape, mend};

fn replaced(
    format: Format,
    file: &[u8],
    fields: &[&str],
    before: &str,
    after: &str,
) -> (String, Mended) {
    let fields = Fields::new(fields.iter().map(|&field| field.to_owned()).collect());
    let mended = mend(file, true, &Shape::new(format, file), &fields, |text| {
        let edit = |(at, before): (usize, &str)| Edit {
            span: at..at + before.len(),
            after: after.to_owned(),
            chain: Chain::default(),
            exactness: Exactness::Exact,
            score: 1,
        };
        text.match_indices(before).map(edit).collect()
    });
    let changes = mended.changes();
    let changes = changes.iter().map(|(span, new)| (span.clone(), &new[..]));
    let file = unbake_formats::replaced(file, changes).into_owned();
    (String::from_utf8_lossy(&file).into_owned(), mended)
}

fn csv(file: &str, fields: &[&str], after: &str) -> String {
    replaced(Format::Csv, file.as_bytes(), fields, "x", after).0
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

#[test]
fn an_open_quote_is_named_and_left_alone() {
    let (file, mended) = replaced(Format::Csv, b"a,b\nx,1\nx,\"x\n", &[], "x", "y");
    assert_eq!(file, "a,b\ny,1\nx,\"x\n");
    assert_eq!(
        (mended.malformed[0].at, mended.malformed[0].record),
        (10, 2)
    );
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

//! JSON Lines: what is found, what is put back, and that nothing else moves.

use std::cell::RefCell;

use proptest::prelude::*;
use serde_json::de::StrRead;
use unbake::{Chain, Config, Edit, Exactness, Fix, Profile};
use unbake_formats::{Fields, Mended, Shape, mend, patched};

fn fields(patterns: &[&str]) -> Fields {
    Fields::new(patterns.iter().map(ToString::to_string).collect())
}

/// The texts that are looked at.
fn texts(batch: &[u8], patterns: &[&str]) -> Vec<String> {
    let seen = RefCell::new(Vec::new());
    let mended = mend(
        batch,
        true,
        &Shape::Jsonl,
        &fields(patterns),
        &|text: &str| {
            seen.borrow_mut().push(text.to_owned());
            Vec::new()
        },
    );
    assert_eq!(mended.patches, []);
    seen.into_inner()
}

/// Edits that put `after` in place of each `before`.
fn replace(text: &str, before: &str, after: &str) -> Vec<Edit> {
    let edit = |(at, found): (usize, &str)| Edit {
        span: at..at + found.len(),
        after: after.to_owned(),
        chain: Chain::default(),
        exactness: Exactness::Exact,
        score: 1,
    };
    text.match_indices(before).map(edit).collect()
}

fn replaced(batch: &[u8], before: &str, after: &str) -> (Vec<u8>, Mended) {
    let mended = mend(
        batch,
        true,
        &Shape::Jsonl,
        &Fields::default(),
        &|text: &str| replace(text, before, after),
    );
    (patched(batch, &mended.patches).into_owned(), mended)
}

#[track_caller]
fn check(batch: &[u8], before: &str, after: &str, want: &[u8]) {
    let (got, mended) = replaced(batch, before, after);
    assert_eq!(mended.malformed, []);
    assert_eq!(
        got.escape_ascii().to_string(),
        want.escape_ascii().to_string()
    );
}

#[test]
fn fields_are_chosen_by_path() {
    let line = br#"{"a":"1","b":{"a":"2","c":["3",{"a":"4"}]},"b.a":"5","a":["6"],"\u0061":"7"}"#;
    assert_eq!(texts(line, &[]), ["1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(texts(line, &["a"]), ["1", "6", "7"]);
    assert_eq!(texts(line, &["b.a"]), ["2", "5"]);
    assert_eq!(texts(line, &["b.*"]), ["2", "3", "4"]);
    assert_eq!(texts(line, &["b.c.1.a", "b.c.0"]), ["3", "4"]);
    assert_eq!(texts(line, &["b.c.*.a"]), ["4"]);
    assert_eq!(texts(line, &["*.c.0"]), ["3"]);
    assert_eq!(texts(line, &["b"]), ["2", "3", "4"]);
    assert_eq!(texts(line, &["", ".", "c", "a.b", "b.", "b.a.x"]), [""; 0]);
    assert_eq!(texts(b"\"1\"\n[\"2\"]\n", &[]), ["1", "2"]);
    assert_eq!(texts(b"\"1\"\n[\"2\"]\n", &["0"]), ["2"]);
}

#[test]
fn everything_but_the_edit_stays() {
    for line in [
        "{ \"n\" : NaN, \"n\":-Infinity,\"b\":1.0e+5 ,\"a\" : \"\\u0041x\\/\" }",
        "\u{feff}{\"a\":\"x\"}\r\n\r\n  \n{\"a\":\"\u{2028}x\u{85}\"}",
        "[]\n{}\n[[],{},\"x\"]\n",
        "\"tab\there x\"",
    ] {
        check(line.as_bytes(), "x", "y", line.replace('x', "y").as_bytes());
        check(line.as_bytes(), "absent", "y", line.as_bytes());
    }
}

#[test]
fn what_is_not_text_stays_and_the_rest_is_repaired() {
    check(br#"["\ud83dx\udc00x"]"#, "x", "y", br#"["\ud83dy\udc00y"]"#);
    check(br#"["\ud83d\ude00x"]"#, "😀x", "y", br#"["y"]"#);
    check(b"[\"x\xFFx\xC3\"]", "x", "y", b"[\"y\xFFy\xC3\"]");
    check(
        b"{\"a\":\"\xFF\",\"b\":\"x\"}",
        "x",
        "y",
        b"{\"a\":\"\xFF\",\"b\":\"y\"}",
    );
    check(br#"["\q\x41\u12 x"]"#, "x", "y", br#"["\q\x41\u12 y"]"#);
    check("[\"\\éx\"]".as_bytes(), "x", "y", "[\"\\éy\"]".as_bytes());
}

#[test]
fn a_lone_surrogate_is_lost_where_surrogates_are_fixed() {
    let line = br#"{"a":"x\ud83d","b":"\uDE00\uD83D\uDE00\uD83D \uD83D\u00e9"}"#;
    let mend = |config: &Config| {
        let repair = |text: &str| config.repair(text).into_edits();
        mend(line, true, &Shape::Jsonl, &Fields::default(), &repair)
    };
    assert_eq!(mend(&Config::default()).patches, []);
    assert_eq!(
        mend(&Config::default().fix(Fix::HtmlEntities, true)).patches,
        []
    );
    let mended = mend(&Config::default().profile(Profile::Corpus));
    assert_eq!(
        patched(line, &mended.patches).escape_ascii().to_string(),
        br#"{"a":"x\ufffd","b":"\uFFFD\uD83D\uDE00\uFFFD \uFFFD\u00e9"}"#
            .escape_ascii()
            .to_string()
    );
    let first = &mended.patches[0];
    assert_eq!((&*first.before, &*first.field), (r"\ud83d", "a"));
    assert_eq!(first.edit.chain.to_string(), "surrogates");
}

#[test]
fn a_replacement_is_written_in_the_style_of_its_field() {
    check("[\"Ã©\"]".as_bytes(), "Ã©", "é", "[\"é\"]".as_bytes());
    check(br#"["\u00c3\u00a9"]"#, "Ã©", "é", br#"["\u00e9"]"#);
    check(br#"["\u00C3\u00A9"]"#, "Ã©", "é", br#"["\u00E9"]"#);
    check(br#"["\u00c3"]"#, "Ã", "😀", br#"["\ud83d\ude00"]"#);
    check(
        "[\"Ã\\u0083\"]".as_bytes(),
        "Ã\u{83}",
        "Ã",
        "[\"Ã\"]".as_bytes(),
    );
    check(
        br#"["x"]"#,
        "x",
        "é/<\"\\\n\u{1}",
        "[\"é/<\\\"\\\\\\n\\u0001\"]".as_bytes(),
    );
    check(br#"["\/\u003cx"]"#, "x", "/<>", br#"["\/\u003c\/\u003c>"]"#);
}

#[test]
fn a_line_that_is_not_json_is_named_and_left_alone() {
    let (got, mended) = replaced(b"[\"x\"]\n[\"x\"\n[\"x\"]\n", "x", "y");
    assert_eq!(got, b"[\"y\"]\n[\"x\"\n[\"y\"]\n");
    assert_eq!((mended.records, mended.texts), (3, 2));

    for (line, at, message) in [
        ("x y", 0, "expected a JSON value"),
        ("{'a':1}", 1, "expected a key in quotes"),
        ("{\"a\" 1}", 5, "expected `:`"),
        ("{\"a\":1,}", 7, "expected a key in quotes"),
        ("{\"a\":1]", 6, "expected `,` or `}`"),
        ("[1 2]", 3, "expected `,` or `]`"),
        ("[1,]  ", 3, "expected a JSON value"),
        ("[1", 2, "expected `,` or `]`"),
        ("[\"a]\r", 1, "a string without an end"),
        ("[\"a\\", 1, "a string without an end"),
        ("{} {}", 3, "text after the JSON value"),
        ("]", 0, "expected a JSON value"),
        ("\u{feff}nul", 3, "expected a JSON value"),
    ] {
        let (_, mended) = replaced(line.as_bytes(), "x", "y");
        let [malformed] = &mended.malformed[..] else {
            panic!("{line}: {mended:?}");
        };
        assert_eq!((malformed.at, malformed.message), (at, message), "{line}");
    }
}

#[test]
fn depth_is_bounded_and_takes_no_stack() {
    let nested =
        |depth: usize| [b"[".repeat(depth), b"\"x\"".to_vec(), b"]".repeat(depth)].concat();
    assert_eq!(texts(&nested(10_000), &[]), ["x"]);
    let (_, mended) = replaced(&nested(1_000_000), "x", "y");
    assert_eq!(mended.malformed.len(), 1);
}

/// JSON as it comes: text and the strings in it, keys left out.
#[derive(Clone, Debug)]
struct Written {
    json: String,
    strings: Vec<String>,
}

/// How a writer escapes.
#[derive(Clone, Copy, Debug)]
enum Escaping {
    Needed,
    NonAscii { upper: bool },
    All,
}

fn quoted(text: &str, escaping: Escaping) -> String {
    let mut out = String::from('"');
    for char in text.chars() {
        let upper = matches!(escaping, Escaping::NonAscii { upper: true });
        let in_hex = match escaping {
            Escaping::Needed => char < ' ',
            Escaping::NonAscii { .. } => char < ' ' || !char.is_ascii(),
            Escaping::All => true,
        };
        if in_hex {
            for unit in char.encode_utf16(&mut [0; 2]) {
                out += &if upper {
                    format!("\\u{unit:04X}")
                } else {
                    format!("\\u{unit:04x}")
                };
            }
        } else {
            if matches!(char, '"' | '\\') {
                out.push('\\');
            }
            out.push(char);
        }
    }
    out + "\""
}

fn written() -> impl Strategy<Value = Written> {
    let space = || prop::sample::select(vec!["", "", " ", "\t", " \r "]);
    let escaping = || {
        prop::sample::select(vec![
            Escaping::Needed,
            Escaping::NonAscii { upper: false },
            Escaping::NonAscii { upper: true },
            Escaping::All,
        ])
    };
    let text = || "([xÃ©“😀\"\\\\/\n\u{1}\u{2028}]|\\PC){0,6}";
    let word = prop::sample::select(vec!["null", "true", "false", "-0", "1.5e-7", "{}", "[ ]"]);
    let leaf = prop_oneof![
        word.prop_map(|word| Written {
            json: word.to_owned(),
            strings: Vec::new()
        }),
        (text(), escaping()).prop_map(|(text, escaping)| Written {
            json: quoted(&text, escaping),
            strings: vec![text],
        }),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let element = (space(), inner.clone(), space());
        let member = (space(), text(), escaping(), space(), inner, space());
        prop_oneof![
            prop::collection::vec(element, 1..4).prop_map(|elements| Written {
                json: format!(
                    "[{}]",
                    Vec::from_iter(elements.iter().map(|(a, w, b)| format!("{a}{}{b}", w.json)))
                        .join(",")
                ),
                strings: elements
                    .into_iter()
                    .flat_map(|(_, w, _)| w.strings)
                    .collect(),
            }),
            prop::collection::vec(member, 1..4).prop_map(|members| Written {
                json: format!(
                    "{{{}}}",
                    Vec::from_iter(members.iter().map(|(a, key, escaping, b, w, c)| {
                        format!("{a}{}{b}:{}{c}", quoted(key, *escaping), w.json)
                    }))
                    .join(",")
                ),
                strings: members.into_iter().flat_map(|m| m.4.strings).collect(),
            }),
        ]
    })
}

/// The string values in a JSON text, duplicate keys and all, by serde_json.
fn strings_by_serde(json: &str) -> Vec<String> {
    struct Strings<'s>(&'s mut Vec<String>);

    impl<'de> serde::de::DeserializeSeed<'de> for Strings<'_> {
        type Value = ();

        fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
            from.deserialize_any(self)
        }
    }

    impl<'de> serde::de::Visitor<'de> for Strings<'_> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("JSON")
        }

        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }

        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }

        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }

        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }

        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }

        fn visit_str<E>(self, text: &str) -> Result<(), E> {
            self.0.push(text.to_owned());
            Ok(())
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
            while seq.next_element_seed(Strings(&mut *self.0))?.is_some() {}
            Ok(())
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while map.next_key::<serde::de::IgnoredAny>()?.is_some() {
                map.next_value_seed(Strings(&mut *self.0))?;
            }
            Ok(())
        }
    }

    let mut strings = Vec::new();
    let mut from = serde_json::Deserializer::new(StrRead::new(json));
    serde::de::DeserializeSeed::deserialize(Strings(&mut strings), &mut from)
        .and_then(|()| from.end())
        .unwrap_or_else(|error| panic!("{json}: {error}"));
    strings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn finds_the_strings_that_serde_finds(written in written()) {
        prop_assert_eq!(&strings_by_serde(&written.json), &written.strings);
        let seen: Vec<String> = written.strings.iter().filter(|s| !s.is_empty()).cloned().collect();
        prop_assert_eq!(texts(written.json.as_bytes(), &[]), seen);
    }

    #[test]
    fn an_edit_changes_its_text_and_nothing_else(
        written in written(),
        before in prop::sample::select(vec!["x", "Ã", "Ã©", "\"", "\\", "\n", "😀"]),
        after in prop::sample::select(vec!["", "é", "\"", "\\", "\n\u{1f}", "😀", "/"]),
    ) {
        let (got, mended) = replaced(written.json.as_bytes(), before, after);
        let got = String::from_utf8(got).unwrap();
        let want: Vec<String> = written.strings.iter().map(|s| s.replace(before, after)).collect();
        prop_assert_eq!(strings_by_serde(&got), want);
        let mut at = 0;
        for patch in &mended.patches {
            prop_assert!(at <= patch.span.start);
            prop_assert_eq!(patch.before.as_str(), before);
            at = patch.span.end;
        }
    }

    #[test]
    fn accepts_what_serde_accepts_and_never_panics(
        written in written(),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![prop::sample::select(b"\"\\{}[],:u0 \xFF\xC3".to_vec()), any::<u8>()],
    ) {
        let mut json = written.json.into_bytes();
        let at = at.index(json.len());
        json[at] = byte;
        prop_assume!(byte != b'\n');
        let (_, mended) = replaced(&json, "x", "y");
        if serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_ok() {
            prop_assert_eq!(mended.malformed, []);
        }
    }
}

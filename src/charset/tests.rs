//! What the tables must hold, charset by charset.

use encoding_rs::Encoding;

use super::*;

fn single_byte() -> impl Iterator<Item = (Charset, &'static [char; 256])> {
    Charset::all().filter_map(|charset| charset.decode_table().map(|table| (charset, table)))
}

/// The charsets decoded by `encoding_rs` without shift states.
fn multi_byte() -> [(Charset, &'static Encoding); 6] {
    [
        (Charset::GBK, encoding_rs::GBK),
        (Charset::GB18030, encoding_rs::GB18030),
        (Charset::BIG5, encoding_rs::BIG5),
        (Charset::SHIFT_JIS, encoding_rs::SHIFT_JIS),
        (Charset::EUC_JP, encoding_rs::EUC_JP),
        (Charset::EUC_KR, encoding_rs::EUC_KR),
    ]
}

#[test]
fn single_byte_charsets_come_first() {
    for charset in Charset::all() {
        assert_eq!(
            charset.is_single_byte(),
            charset.index() < SINGLE_BYTE_COUNT
        );
        assert_eq!(charset.is_single_byte(), charset.decode_table().is_some());
    }
}

#[test]
fn undefined_bytes_show_as_controls_or_not_at_all() {
    for (charset, table) in single_byte() {
        let ebcdic = table[0xC1] == 'A';
        for byte in 0..=255 {
            let shown = table[usize::from(byte)];
            if charset.is_undefined(byte) {
                let control = byte < 0xA0 && !ebcdic;
                let expected = if control {
                    char::from(byte)
                } else {
                    '\u{FFFD}'
                };
                assert_eq!(shown, expected, "{charset} {byte:02X}");
            } else {
                assert_ne!(shown, '\u{FFFD}', "{charset} {byte:02X}");
            }
        }
        assert!(charset.undefined().is_sorted());
    }
}

#[test]
fn long_inputs_decode_as_short_ones() {
    let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
    for (charset, table) in single_byte() {
        let (text, malformed) = charset.decode(&bytes);
        let chars = bytes.iter().map(|&byte| table[usize::from(byte)]);
        assert!(text.chars().eq(chars.clone()), "{charset}");
        let bad = chars.enumerate().filter(|&(_, c)| c == '\u{FFFD}');
        assert!(
            bad.map(|(at, _)| at..at + 1)
                .eq(malformed.iter().map(|piece| piece.bytes.clone()))
        );
        assert!(
            malformed
                .iter()
                .all(|piece| text[piece.at..].starts_with('\u{FFFD}'))
        );
    }
    // Some have no undefined byte, and take the quick way.
    let cyrillic = "Съешь ещё этих мягких французских булок. ".repeat(100);
    let bytes = Charset::KOI8_R.encode(&cyrillic).unwrap();
    assert_eq!(Charset::KOI8_R.decode(&bytes), (cyrillic.into(), vec![]));
}

#[test]
fn encoding_rs_agrees_on_every_single_byte_charset() {
    let mut seen = 0;
    for (charset, table) in single_byte() {
        let label = match charset.name() {
            "mac-roman" => "macintosh",
            "mac-cyrillic" => "x-mac-cyrillic",
            // On the web these labels mean a Windows charset.
            "iso-8859-1" | "iso-8859-9" | "iso-8859-11" | "tis-620" => continue,
            name => name,
        };
        let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
            continue;
        };
        seen += 1;
        for byte in 0..=255 {
            let code = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&code);
            assert_eq!(
                text,
                table[usize::from(byte)].to_string(),
                "{charset} {byte:02X}"
            );
        }
    }
    // All but iso-8859-8-i, which has the table of iso-8859-8.
    assert_eq!(seen, 28);
}

#[test]
fn every_byte_is_unread_from_what_it_shows_as() {
    for (charset, table) in single_byte() {
        for byte in 0..=255u8 {
            let shown = table[usize::from(byte)];
            if shown != '\u{FFFD}' {
                let unread = charset.unread(shown);
                assert!(
                    unread.iter().any(|code| code[..] == [byte]),
                    "{charset} {byte:02X}"
                );
                assert_eq!(unread[0][..], [charset.byte(shown).unwrap()]);
            }
        }
        assert_eq!(charset.byte('\u{FFFD}'), None);
        assert_eq!(charset.byte('\0'), Some(0));
    }
}

#[test]
fn every_code_is_unread_from_what_it_shows_as() {
    for (charset, encoding) in multi_byte() {
        let (mut pairs, mut codes) = (0, vec![]);
        for lead in 0x80..=0xFF {
            codes.extend((0..=0xFF).map(|trail| vec![lead, trail]));
        }
        if charset == Charset::EUC_JP {
            let tails =
                (0xA1..=0xFE).flat_map(|second| (0xA1..=0xFE).map(move |third| (second, third)));
            codes.extend(tails.map(|(second, third)| vec![0x8F, second, third]));
        }
        for code in codes {
            let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&code)
            else {
                continue;
            };
            let mut chars = text.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                pairs += 1;
                let unread = charset.unread(c);
                assert!(
                    unread.iter().any(|other| other[..] == code),
                    "{charset} {code:X?} {c}"
                );
                let encoded = charset.encode(&text).unwrap();
                assert_eq!(encoded, unread[0][..], "{charset} {c}");
            }
        }
        assert!(pairs > 8000, "{charset} {pairs}");
    }
}

#[test]
fn encode_prefers_what_other_encoders_write() {
    for (charset, encoding) in multi_byte() {
        for c in ('\u{80}'..'\u{FFFF}').step_by(29) {
            let text = c.to_string();
            let (theirs, _, unmappable) = encoding.encode(&text);
            let exact = !unmappable && encoding.decode_without_bom_handling(&theirs).0 == text;
            if exact {
                assert_eq!(
                    charset.encode(&text).as_deref(),
                    Ok(&*theirs),
                    "{charset} {c}"
                );
            }
        }
    }
}

#[test]
fn labels_mean_what_they_say() {
    for charset in Charset::all() {
        assert_eq!(Charset::for_label(charset.name()), Some(charset));
        assert_eq!(
            Charset::for_label(&charset.name().to_uppercase()),
            Some(charset)
        );
        for label in charset.entry().labels {
            assert_eq!(Charset::for_label(label), Some(charset), "{label}");
        }
    }
    for (label, exact, web) in [
        ("latin1", Charset::ISO_8859_1, Charset::WINDOWS_1252),
        (
            " ISO_8859-1:1987 ",
            Charset::ISO_8859_1,
            Charset::WINDOWS_1252,
        ),
        ("ascii", Charset::WINDOWS_1252, Charset::WINDOWS_1252),
        ("latin5", Charset::ISO_8859_9, Charset::WINDOWS_1254),
        ("tis-620", Charset::TIS_620, Charset::WINDOWS_874),
        ("gb2312", Charset::GBK, Charset::GBK),
        ("ks_c_5601-1987", Charset::EUC_KR, Charset::EUC_KR),
        ("Windows-31J", Charset::SHIFT_JIS, Charset::SHIFT_JIS),
        ("macintosh", Charset::MAC_ROMAN, Charset::MAC_ROMAN),
        (
            "x-mac-ukrainian",
            Charset::MAC_CYRILLIC,
            Charset::MAC_CYRILLIC,
        ),
        ("866", Charset::CP866, Charset::CP866),
        ("cp437", Charset::CP437, Charset::CP437),
        ("utf8", Charset::UTF_8, Charset::UTF_8),
        ("unicode", Charset::UTF_16LE, Charset::UTF_16LE),
    ] {
        assert_eq!(Charset::for_label(label), Some(exact), "{label}");
        assert_eq!(Charset::for_web_label(label), Some(web), "{label}");
    }
    assert_eq!(Charset::for_label(""), None);
    assert_eq!(Charset::for_label("--"), None);
}

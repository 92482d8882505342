//! Charsets through their public face.

use encoding_rs::Encoding;
use proptest::prelude::*;
use unbake::Charset;
use unbake::charset::Unmappable;

#[test]
fn decoding_undoes_encoding() {
    // All characters that the charset has, in a row; but for the marks that Big5
    // has together with a letter.
    let chars = || {
        (0..0x3_0000)
            .filter_map(char::from_u32)
            .filter(|c| !matches!(c, '\u{304}' | '\u{30C}'))
    };
    for charset in Charset::all() {
        let mut utf8 = [0; 4];
        let repertoire: String = match charset.decode_table() {
            Some(table) => table.iter().filter(|&&c| c != '\u{FFFD}').collect(),
            None => chars()
                .step_by(31)
                .filter(|c| charset.encode(c.encode_utf8(&mut utf8)).is_ok())
                .collect(),
        };
        let bytes = charset.encode(&repertoire).unwrap();
        assert!(
            charset
                .decode_strict(&bytes)
                .is_some_and(|text| text == repertoire),
            "{charset}"
        );
    }
}

#[test]
fn big5_pairs_round_trip() {
    for code in [[0x88, 0x62], [0x88, 0x64], [0x88, 0xA3], [0x88, 0xA5]] {
        let text = Charset::BIG5.decode_strict(&code).unwrap();
        assert_eq!(text.chars().count(), 2);
        assert_eq!(Charset::BIG5.encode(&text).unwrap(), code);
    }
}

#[test]
fn nothing_is_substituted() {
    assert_eq!(
        Charset::BIG5.encode("a한"),
        Err(Unmappable { at: 1, ch: '한' })
    );
    assert_eq!(
        Charset::ISO_2022_JP.encode("日\x1B"),
        Err(Unmappable { at: 3, ch: '\x1B' })
    );
    assert_eq!(
        Charset::ISO_2022_JP.encode("日한"),
        Err(Unmappable { at: 3, ch: '한' })
    );
    assert_eq!(
        Charset::GBK.encode("😀"),
        Err(Unmappable { at: 0, ch: '😀' })
    );
    assert_eq!(
        Charset::GB18030.encode("😀").unwrap(),
        [0x94, 0x39, 0xFC, 0x36]
    );
    assert_eq!(Charset::UTF_16LE.encode("é").unwrap(), [0xE9, 0]);
}

#[test]
fn unicode_forms() {
    assert_eq!(
        Charset::CESU_8.encode("😀").unwrap(),
        b"\xED\xA0\xBD\xED\xB8\x80"
    );
    assert_eq!(
        Charset::CESU_8.decode(b"a\xC0\x80\xED\xA0\xBDb").0,
        "a\0\u{FFFD}b"
    );
    assert_eq!(
        Charset::UTF_7.encode("Hi, é+😀").unwrap(),
        b"Hi, +AOkAK9g93gA-"
    );
    assert_eq!(
        Charset::UTF_7.decode(b"A+ImIDkQ. +- +AOk-x +2D3eAA").0,
        "A≢Α. + éx 😀"
    );
    assert_eq!(Charset::UTF_7.decode(b"1 + 1\xE9").1.len(), 2);
    assert_eq!(
        Charset::UTF_32BE.decode(b"\0\0\0A\0\x11\0\0\0").0,
        "A\u{FFFD}\u{FFFD}"
    );
    assert_eq!(
        Charset::UTF_16BE.decode(b"\xFE\xFF\0A\xD8\0").0,
        "\u{FEFF}A\u{FFFD}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        for charset in Charset::all() {
            let (text, malformed) = charset.decode(&bytes);
            for piece in &malformed {
                prop_assert!(text[piece.at..].starts_with('\u{FFFD}'), "{}", charset);
                prop_assert!(piece.bytes.end <= bytes.len() && !piece.bytes.is_empty());
            }
            let starts: Vec<_> = malformed.iter().map(|piece| piece.at).collect();
            prop_assert!(starts.is_sorted());
            let (web, _) = match Encoding::for_label(charset.name().as_bytes()) {
                Some(encoding) if encoding.name().eq_ignore_ascii_case(charset.name()) =>
                    encoding.decode_without_bom_handling(&bytes),
                _ => continue,
            };
            prop_assert_eq!(text, web);
        }
    }

    #[test]
    fn any_text_encodes_exactly_or_not_at_all(text in "\\PC{0,12}") {
        for charset in Charset::all() {
            if let Ok(bytes) = charset.encode(&text) {
                let decoded = charset.decode_strict(&bytes);
                prop_assert!(decoded.is_some_and(|decoded| decoded == text), "{}", charset);
            }
        }
    }
}

#[test]
fn shift_states() {
    for (charset, text, bytes) in [
        (
            Charset::ISO_2022_JP,
            "a日本ｶ¥b\n",
            &b"a\x1B$BF|K\\\x1B(I6\x1B(J\\\x1B(Bb\n"[..],
        ),
        (Charset::ISO_2022_KR, "한글 a", b"\x1B$)C\x0EGQ1[\x0F a"),
        (Charset::HZ, "~中文~\n{}", b"~~~{VPND~}~~\n{}"),
    ] {
        assert_eq!(charset.encode(text).unwrap(), bytes);
        assert_eq!(charset.decode(bytes), (text.into(), vec![]));
    }
    assert_eq!(Charset::HZ.decode(b"a~\nb~{VP\nVP").0, "ab中\nVP");
    assert_eq!(
        Charset::ISO_2022_KR.decode(b"\x0EGQG\x0F\xC7").0,
        "한\u{FFFD}\u{FFFD}"
    );
}

#[test]
fn johab_and_euc_tw() {
    assert_eq!(Charset::JOHAB.encode("한글 ㅎㅏ 韓國").unwrap().len(), 14);
    assert_eq!(Charset::JOHAB.decode(b"\xD0\x65\x8B\x69\\").0, "한글\\");
    assert_eq!(
        Charset::EUC_TW.decode(b"\xC4\xE3\x8E\xA2\xC4\xE3").0,
        "中煐"
    );
    assert_eq!(
        Charset::EUC_TW.encode("中煐").unwrap(),
        b"\xC4\xE3\x8E\xA2\xC4\xE3"
    );
}

#[test]
fn other_programs_readings_are_unread() {
    for (charset, c, code) in [
        (Charset::WINDOWS_1253, '\u{F8F9}', &[0xAA][..]),
        (Charset::KOI8_U, '╝', &[0xAE]),
        (Charset::SHIFT_JIS, '〜', &[0x81, 0x60]),
        (Charset::SHIFT_JIS, '\u{F8F3}', &[0xFF]),
        (Charset::GBK, '―', &[0xA1, 0xAA]),
        (Charset::EUC_KR, '\u{E05E}', &[0xFE, 0xA1]),
        (Charset::BIG5, '\u{E000}', &[0xFA, 0x40]),
        (Charset::BIG5, '\u{E310}', &[0xFE, 0xFE]),
        (Charset::BIG5, '\u{EEB7}', &[0xA0, 0xFE]),
        (Charset::BIG5, '\u{F6B0}', &[0x8D, 0xFE]),
        (Charset::BIG5, '\u{F6B1}', &[0xC6, 0xA1]),
        (Charset::BIG5, '\u{F848}', &[0xC8, 0xFE]),
    ] {
        let text = c.to_string();
        assert!(
            charset.unread(c).iter().any(|other| other[..] == *code),
            "{charset} {c:?}"
        );
        assert!(charset.shows(code, &text), "{charset} {c:?}");
        // Encoding keeps to the standard.
        assert_ne!(
            charset.encode(&text).as_deref(),
            Ok(code),
            "{charset} {c:?}"
        );
    }
    assert!(Charset::WINDOWS_1252.shows(b"\xC3\x81", "Ã\u{FFFD}"));
    assert!(!Charset::WINDOWS_1252.shows(b"\xC3\xA9", "Ã\u{FFFD}"));
    assert!(!Charset::WINDOWS_1252.shows(b"\xC3\xA9", "Ã"));
}

//! Bytes in, right text out.

use proptest::prelude::*;
use unbake::Charset;
use unbake::decode::{Hints, Source, decode, detect, prescan};

mod charset_lines;

fn plain(bytes: &[u8]) -> (String, Charset, Source) {
    let decoded = decode(bytes, &Hints::default());
    (decoded.text.into_owned(), decoded.charset, decoded.source)
}

#[test]
fn most_lines_of_every_charset_come_out_right() {
    let scores = charset_lines::scores();
    let (mut right, mut lines) = (0, 0);
    for score in scores {
        // Single lines are short, and of some languages there are six.
        assert!(
            score.right + 2 >= score.lines,
            "{}: {} of {}",
            score.charset,
            score.right,
            score.lines
        );
        right += score.right;
        lines += score.lines;
    }
    assert!(right * 1000 >= lines * 980, "{right} of {lines}");
}

#[test]
fn byte_order_marks_go_before_all() {
    let hints = Hints::default()
        .charset(Charset::WINDOWS_1252)
        .content_type("text/plain; charset=koi8-r");
    let marked: [(&[u8], Charset); 6] = [
        (b"\xEF\xBB\xBFa", Charset::UTF_8),
        (b"\xFF\xFEa\0", Charset::UTF_16LE),
        (b"\xFE\xFF\0a", Charset::UTF_16BE),
        (b"\xFF\xFE\0\0a\0\0\0", Charset::UTF_32LE),
        (b"\0\0\xFE\xFF\0\0\0a", Charset::UTF_32BE),
        (b"\x84\x31\x95\x33a", Charset::GB18030),
    ];
    for (bytes, charset) in marked {
        let decoded = decode(bytes, &hints);
        assert_eq!(
            (&*decoded.text, decoded.charset, decoded.source),
            ("a", charset, Source::Bom)
        );
    }
}

#[test]
fn malformed_spans_count_the_mark() {
    let decoded = decode(
        b"\xEF\xBB\xBFab\xFF",
        &Hints::default().charset(Charset::UTF_8),
    );
    assert_eq!(
        (
            &*decoded.text,
            decoded.malformed[0].bytes.clone(),
            decoded.malformed[0].at
        ),
        ("ab\u{FFFD}", 5..6, 2)
    );
}

#[test]
fn an_override_is_obeyed_however_odd() {
    let decoded = decode("é".as_bytes(), &Hints::default().charset(Charset::CP437));
    assert_eq!((&*decoded.text, decoded.source), ("├⌐", Source::Override));
}

#[test]
fn declarations_go_in_order_and_are_believed_if_the_bytes_allow() {
    let page = b"<html><meta charset=iso-8859-2><p>\xB1\xB6\xBC wi\xB6nia";
    let (text, charset, source) = plain(page);
    assert_eq!((charset, source), (Charset::ISO_8859_2, Source::Meta));
    assert!(text.ends_with("ąśź wiśnia"));
    let hints = Hints::default().content_type("text/html; charset=\"windows-1250\"");
    assert_eq!(
        decode(b"<meta charset=iso-8859-2>z\xB3oto", &hints).source,
        Source::Transport
    );
    let feed = "<?xml version=\"1.0\" encoding=\"koi8-r\"?><t>Привет</t>";
    let (text, charset, source) = plain(&Charset::KOI8_R.encode(feed).unwrap());
    assert_eq!(
        (&*text, charset, source),
        (feed, Charset::KOI8_R, Source::Xml)
    );
}

#[test]
fn a_wrong_declaration_is_overruled_and_told() {
    let page = "<html><meta charset=koi8-r><p>Привет, мир! Как дела?</p>";
    let decoded = decode(page.as_bytes(), &Hints::default());
    assert_eq!(
        (&*decoded.text, decoded.charset, decoded.source),
        (page, Charset::UTF_8, Source::Utf8)
    );
    assert_eq!(decoded.overruled, Some((Charset::KOI8_R, Source::Meta)));
    let page = "<html><meta charset=utf-8><p>Съешь ещё этих мягких французских булок</p>";
    let bytes = Charset::WINDOWS_1251.encode(page).unwrap();
    let decoded = decode(&bytes, &Hints::default());
    assert_eq!(
        (&*decoded.text, decoded.charset),
        (page, Charset::WINDOWS_1251)
    );
    assert_eq!(decoded.overruled, Some((Charset::UTF_8, Source::Meta)));
}

/// KOI8-R whose quotes were left as windows-1251 had them reads better as the
/// Tajik KOI8-T, which nobody declares.
#[test]
fn a_rare_charset_does_not_overrule_a_declaration() {
    let line = "<t>На этой неделе в нашем городе было тепло, и многие жители поехали за город: \
        кто на дачу, кто в лес за грибами, а кто просто погулять у реки. По вечерам шёл дождь, \
        но к утру снова выходило солнце. В парке открылась новая выставка местных художников, \
        вход на неё свободный. Обзор её напечатал журнал ╚Наука и жизнь╩.</t>\n";
    let feed = format!("<?xml version=\"1.0\" encoding=\"koi8-r\"?>\n{line}{line}");
    let bytes = Charset::KOI8_R.encode(&feed).unwrap();
    let decoded = decode(&bytes, &Hints::default());
    assert_eq!(
        (decoded.charset, decoded.source),
        (Charset::KOI8_R, Source::Xml)
    );
    assert_eq!((decoded.text, decoded.overruled), (feed.into(), None));
}

/// A0 is `á` in DOS code pages, and in others a no-break space, which stands
/// between words.
#[test]
fn a_no_break_space_is_not_in_a_word() {
    let line = "Los pájaros están en el árbol.";
    let bytes = Charset::CP850.encode(line).unwrap();
    assert_eq!(plain(&bytes).0, line);
    let line = "VÄLKOMMEN TILL SÖDRA SKÄRGÅRDEN - BÅTAR AVGÅR VARJE MÅNDAG";
    let bytes = Charset::MAC_ROMAN.encode(line).unwrap();
    assert_eq!(plain(&bytes).0, line);
    let page = "<html><meta charset=windows-1250><p>Pada kiša.";
    let bytes = Charset::WINDOWS_1250.encode(page).unwrap();
    assert_eq!(
        plain(&bytes),
        (page.into(), Charset::WINDOWS_1250, Source::Meta)
    );
}

/// A price tag is the shortest text of all, and the model has seen few.
#[test]
fn prices_are_prices() {
    for text in [
        "10 €",
        "12,50€",
        "nur 5 € pro Person",
        "not bad for a £2 bet",
    ] {
        let bytes = Charset::WINDOWS_1252.encode(text).unwrap();
        assert_eq!(plain(&bytes).0, text);
    }
    // Other charsets have letters there.
    for (charset, text) in [
        (Charset::CP850, "Ça va bien"),
        (Charset::ISO_8859_2, "Škola v přírodě"),
        (Charset::CP866, "А он не пришёл"),
    ] {
        assert_eq!(plain(&charset.encode(text).unwrap()).0, text);
    }
}

/// Of a letter or two the model knows too little to overrule what is declared.
#[test]
fn a_letter_overrules_no_declaration() {
    for (charset, text) in [
        (Charset::WINDOWS_1250, "Stojí to 45 Kč."),
        (Charset::WINDOWS_1252, "et 3 œufs frais"),
        (Charset::WINDOWS_1254, "dedi Ayşe, 85 kuruş"),
        (Charset::ISO_8859_14, "Llŷr, Heol y Tŵr"),
    ] {
        let kind = format!("text/plain; charset={charset}");
        let bytes = charset.encode(text).unwrap();
        let decoded = decode(&bytes, &Hints::default().content_type(&kind));
        assert_eq!((&*decoded.text, decoded.charset), (text, charset));
    }
    // But for what it cannot be.
    let hints = Hints::default().content_type("text/plain; charset=iso-8859-2");
    let bytes = Charset::WINDOWS_1250.encode("Pada kiša.").unwrap();
    assert_eq!(decode(&bytes, &hints).text, "Pada kiša.");
}

/// What the page says counts where its server is wrong.
#[test]
fn who_is_overruled_leaves_the_word_to_the_next() {
    let page = "<html><meta charset=windows-1250><p>za 45 Kč";
    let bytes = Charset::WINDOWS_1250.encode(page).unwrap();
    let hints = Hints::default().content_type("text/html; charset=utf-8");
    let decoded = decode(&bytes, &hints);
    assert_eq!(
        (&*decoded.text, decoded.charset, decoded.source),
        (page, Charset::WINDOWS_1250, Source::Meta)
    );
    assert_eq!(decoded.overruled, Some((Charset::UTF_8, Source::Transport)));
}

#[test]
fn late_declarations_are_found() {
    let script = "<script>/* ".to_owned() + &"x".repeat(3000) + " */</script>";
    for page in [
        format!("<html><head>{script}<meta charset=koi8-r><title>тест</title>"),
        "\r\n<?xml version=\"1.0\" encoding=\"koi8-r\"?><t>тест</t>".into(),
    ] {
        let bytes = Charset::KOI8_R.encode(&page).unwrap();
        let (text, charset, _) = plain(&bytes);
        assert_eq!((text, charset), (page, Charset::KOI8_R));
    }
}

/// With a mark as without.
#[test]
fn a_mark_does_not_keep_other_bytes_out() {
    let bytes = [
        b"\xEF\xBB\xBF",
        "Déjà vu au ".as_bytes(),
        b"caf\xE9, \x93ici\x94",
    ]
    .concat();
    let decoded = decode(&bytes, &Hints::default());
    assert_eq!(decoded.text, "Déjà vu au café, “ici”");
    assert_eq!(
        (decoded.charset, decoded.source),
        (Charset::UTF_8, Source::Bom)
    );
    assert_eq!(&bytes[decoded.foreign[0].bytes.clone()], b"\xE9");
}

#[test]
fn a_meta_counts_only_in_pages() {
    let text = b"Write <meta charset=koi8-r> into the head.";
    assert_eq!(
        decode(text, &Hints::default().html(false)).charset,
        Charset::UTF_8
    );
    assert_eq!(
        decode(text, &Hints::default().html(true)).charset,
        Charset::KOI8_R
    );
}

#[test]
fn the_prescan_follows_the_standard() {
    let cases: [(&str, Option<Charset>); 16] = [
        ("<meta charset=koi8-r>", Some(Charset::KOI8_R)),
        ("<META CHARSET = 'koi8-r' >", Some(Charset::KOI8_R)),
        ("<meta/charset=koi8-r/>", None),
        ("<meta charset=koi8-r", None),
        ("<metacharset=koi8-r>", None),
        ("<meta content='text/html; charset=koi8-r'>", None),
        (
            "<meta http-equiv=content-type content='text/html; charset=koi8-r'>",
            Some(Charset::KOI8_R),
        ),
        (
            "<meta content='charset = \"koi8-r\"' http-equiv=Content-Type>",
            Some(Charset::KOI8_R),
        ),
        (
            "<meta charset=latin2 charset=koi8-r>",
            Some(Charset::ISO_8859_2),
        ),
        (
            "<!-- > <meta charset=koi8-r> --><meta charset=latin2>",
            Some(Charset::ISO_8859_2),
        ),
        ("<!--><meta charset=koi8-r>", Some(Charset::KOI8_R)),
        (
            "<p title='<meta charset=koi8-r>'><meta charset=latin2>",
            Some(Charset::ISO_8859_2),
        ),
        ("</p a='>'><meta charset=koi8-r>", Some(Charset::KOI8_R)),
        ("<meta charset=utf-16>", Some(Charset::UTF_8)),
        ("<meta charset=x-user-defined>", Some(Charset::WINDOWS_1252)),
        (
            "<meta charset=klingon><meta charset=latin1>",
            Some(Charset::WINDOWS_1252),
        ),
    ];
    for (page, charset) in cases {
        assert_eq!(prescan(page.as_bytes()), charset, "{page}");
    }
    let late = format!("<!--{}--><meta charset=koi8-r>", "x".repeat(1024));
    assert_eq!(prescan(late.as_bytes()), None);
}

#[test]
fn one_bad_byte_does_not_flip_a_page() {
    let text = "Überall größere Mädchen übten fröhlich Flöte.\n".repeat(4);
    let mut bytes = text.clone().into_bytes();
    bytes.extend_from_slice(b"Nur eine Zeile war f\xFCr Latin-1.\n");
    let decoded = decode(&bytes, &Hints::default());
    assert_eq!(decoded.charset, Charset::UTF_8);
    assert_eq!(decoded.text, text + "Nur eine Zeile war für Latin-1.\n");
    assert_eq!(decoded.foreign.len(), 1);
    assert_eq!(&bytes[decoded.foreign[0].bytes.clone()], b"\xFC");
    assert_eq!(&decoded.text[decoded.foreign[0].text.clone()], "ü");
}

#[test]
fn lines_of_another_multi_byte_charset_are_decoded_whole() {
    let line = "今天早上下了一场大雨，孩子们只好留在家里下棋、看书。\n";
    let bytes = [
        line.repeat(3).as_bytes(),
        &Charset::GBK.encode(line).unwrap(),
    ]
    .concat();
    assert_eq!(decode(&bytes, &Hints::default()).text, line.repeat(4));
}

#[test]
fn surrogates_in_utf_8_are_understood() {
    let decoded = decode(
        b"Smile: \xED\xA0\xBD\xED\xB8\x80, z\xC3\xBCgig\n",
        &Hints::default(),
    );
    assert_eq!(decoded.text, "Smile: 😀, zügig\n");
    assert_eq!(decoded.foreign[0].charset, Charset::CESU_8);
    // Python's `surrogateescape`: the bytes C3 AD, one by one.
    let decoded = decode(
        b"Garc\xED\xB3\x83\xED\xB2\xADa vive en Le\xC3\xB3n\n",
        &Hints::default(),
    );
    assert_eq!(decoded.text, "García vive en León\n");
    let decoded = decode(
        b"Smile: \xED\xA0\xBD\xED\xB8\x80 as\xED\xB3\xAD z\xC3\xBCgig\n",
        &Hints::default(),
    );
    assert_eq!(decoded.text, "Smile: 😀 así zügig\n");
    // `as\udced`: a Latin-1 byte.
    let decoded = decode(
        "¿Qué día es? No lo sé, quizás mañana. "
            .bytes()
            .chain(*b"as\xED\xB3\xAD")
            .collect::<Vec<_>>()
            .as_slice(),
        &Hints::default(),
    )
    .text
    .into_owned();
    assert!(decoded.ends_with("así"), "{decoded}");
}

#[test]
fn a_page_of_a_mainframe_is_no_utf_8_with_a_strange_line_end() {
    let text = "Det är en vacker dag i Malmö, säger han.\r\n";
    let bytes = Charset::for_label("cp037").unwrap().encode(text).unwrap();
    let (text, charset, _) = plain(&bytes);
    assert!(
        text.starts_with("Det är ") && text.ends_with(".\r\n"),
        "{text}"
    );
    assert_ne!(charset, Charset::UTF_8);
}

/// An emoji that was cut in half says nothing of another charset.
#[test]
fn half_a_pair_of_surrogates_is_malformed() {
    for text in [
        "The quick brown fox said @ to the owner.\n",
        "The quick brown fox said @ to the café owner.\n",
        "Der Füchsin sagte er@!\n",
    ] {
        for half in [b"\xED\xA0\xBD", b"\xED\xB8\x80"] {
            let (before, after) = text.split_once('@').unwrap();
            let bytes = [before.as_bytes(), half, after.as_bytes()].concat();
            let decoded = decode(&bytes, &Hints::default());
            assert_eq!(decoded.text, text.replace('@', "\u{FFFD}"));
            let malformed: Vec<_> = decoded.malformed.iter().map(|bad| &bad.bytes).collect();
            assert_eq!(malformed, [&(before.len()..before.len() + half.len())]);
        }
    }
    // These bytes are in `лінії`, too.
    let line = "Нові лінії української компанії працюють щодня.\n";
    let bytes = [
        line.repeat(3).as_bytes(),
        &Charset::WINDOWS_1251.encode(line).unwrap(),
    ]
    .concat();
    assert_eq!(decode(&bytes, &Hints::default()).text, line.repeat(4));
}

#[test]
fn a_tail_cut_off_is_no_other_charset() {
    let bytes = &"Müde Bären träumen süß – “ja”".as_bytes();
    let decoded = decode(&bytes[..bytes.len() - 1], &Hints::default());
    assert_eq!(
        (&*decoded.text, decoded.charset),
        ("Müde Bären träumen süß – “ja\u{FFFD}", Charset::UTF_8)
    );
}

#[test]
fn binary_files_are_told() {
    for bytes in [
        &b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..],
        b"PK\x03\x04\x14\0",
        b"%PDF-1.7\n%\xE2\xE3",
        &[0, 1, 2, 3, 4, 250, 7, 0, 0, 9],
    ] {
        assert!(matches!(plain(bytes).2, Source::Binary(_)), "{bytes:?}");
        assert!(detect(bytes, &Hints::default()).is_empty());
    }
}

#[test]
fn ascii_that_looks_like_escapes_stays() {
    for text in [
        "1+1=2",
        "C++ and a+b-c",
        "~{not} ~} HZ",
        "\x1B[31mred\x1B[0m",
        "me+tag@example.org",
        "a+bcd- e",
        "",
        "~",
    ] {
        assert_eq!(
            plain(text.as_bytes()),
            (text.to_owned(), Charset::UTF_8, Source::Utf8)
        );
    }
    let utf_7 = Charset::UTF_7
        .encode("Hellé wörld, ça va très bien")
        .unwrap();
    assert_eq!(plain(&utf_7).0, "Hellé wörld, ça va très bien");
}

#[test]
fn line_ends_stay() {
    assert_eq!(
        plain(b"caf\xE9\r\nth\xE9\r\x0Acr\xE8me br\xFBl\xE9e\n").0,
        "café\r\nthé\r\ncrème brûlée\n"
    );
}

#[test]
fn evidence_far_into_a_large_input_counts() {
    let mut bytes = b"plain words only, line after line\n".repeat(60_000);
    bytes.extend_from_slice(
        &Charset::WINDOWS_1251
            .encode("Съешь ещё этих мягких французских булок\n")
            .unwrap(),
    );
    let decoded = decode(&bytes, &Hints::default());
    assert_eq!(decoded.charset, Charset::WINDOWS_1251);
}

#[test]
fn what_a_mac_saved_of_misread_utf_8_is_no_chinese() {
    let once = b"The mayor\x89\xDB\xAAs plan \x89\xDB\xD3 all of it \x89\xDB\xD3 costs \xE5\xA340 a head.\n\
        She said: \x89\xDB\xCFIt\x89\xDB\xAAs late\x89\xDB\x9D.";
    let twice = b"Rain again \xE4\xF3\xEEand the boat\xE4\xF3\xBBs gone\xE4\xF3\xEE he wrote.";
    for bytes in [&once[..], twice] {
        let decoded = decode(bytes, &Hints::default());
        assert_eq!(decoded.charset, Charset::MAC_ROMAN);
        let text = unbake::repair(&decoded.text).text().into_owned();
        assert!(text.contains("’s") && text.contains('—'), "{text}");
    }
}

#[test]
fn guesses_are_ranked() {
    let guesses = detect(b"\xC7a va tr\xE8s bien, merci.", &Hints::default());
    assert_eq!(guesses[0].charset, Charset::WINDOWS_1252);
    assert!(
        guesses
            .iter()
            .map(|guess| u32::from(guess.score))
            .sum::<u32>()
            <= 1000
    );
    assert!(guesses.is_sorted_by(|a, b| a.score >= b.score));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_panics_and_spans_are_in_order(bytes in prop::collection::vec(any::<u8>(), 0..400), transport in 0..80usize) {
        let label = Charset::all().nth(transport).map_or("", Charset::name);
        let hints = Hints::default().content_type(&format!("text/html; charset={label}"));
        for hints in [Hints::default(), hints] {
            let decoded = decode(&bytes, &hints);
            let mut last = 0;
            for m in &decoded.malformed {
                prop_assert!(m.bytes.start >= last && m.bytes.end <= bytes.len());
                prop_assert_eq!(decoded.text[m.at..].chars().next(), Some(char::REPLACEMENT_CHARACTER));
                last = m.bytes.end;
            }
            for f in &decoded.foreign {
                prop_assert!(f.bytes.end <= bytes.len());
                prop_assert!(decoded.text.get(f.text.clone()).is_some());
            }
            prop_assert_eq!(&decoded, &decode(&bytes, &hints));
            detect(&bytes, &hints);
        }
    }

    #[test]
    fn utf_8_is_itself(text in "\\PC*") {
        prop_assume!(!text.starts_with('\u{FEFF}') && !text.contains(['+', '~', '<', '@']));
        let decoded = decode(text.as_bytes(), &Hints::default());
        prop_assert_eq!(&*decoded.text, &text);
    }
}

/// One byte of another charset says little of which; it was Windows.
#[test]
fn a_stray_byte_in_utf_8_is_of_windows() {
    for (bytes, want) in [
        (
            &b"na\xc3\xafve caf\xc3\xa9 et na\xefve\n"[..],
            "naïve café et naïve\n",
        ),
        (
            b"Ein sch\xc3\xb6ner Gru\xc3\x9f aus K\xf6ln\n",
            "Ein schöner Gruß aus Köln\n",
        ),
    ] {
        assert_eq!(decode(bytes, &Hints::default()).text, want);
    }
}

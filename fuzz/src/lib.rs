//! What holds for any bytes whatever: nothing panics, and edits and spans are
//! what they are said to be. Each function takes bytes of a fuzzer, and panics
//! if something does not hold.

use unbake::{Charset, Config, Edit, Exactness, Hints, Profile, Repair, Step, Stream};

/// Repairs; the first byte chooses how, the rest is the text.
pub fn repair(data: &[u8]) {
    let Some((&how, bytes)) = data.split_first() else {
        return;
    };
    let text = text(bytes);
    let config = match how % 4 {
        0 => Config::default(),
        1 => Config::default().profile(Profile::Corpus),
        2 => Config::default().profile(Profile::Ftfy),
        _ => Config::default().exact_only(true),
    };
    let found = config.repair(&text);
    check(&found);
    if how % 4 == 0 {
        in_pieces(&found, &config, how / 4);
    }
    let hunks = unbake::diff::unified(&found, "a", "b");
    assert_eq!(hunks.is_empty(), found.is_clean(), "the diff of {text:?}");
    unbake::unrecoverable(&text);
}

/// Repairs twice: what was repaired stays.
pub fn again(data: &[u8]) {
    let text = text(data);
    let once = unbake::repair(&text).text().into_owned();
    assert_eq!(unbake::repair(&once).text(), once, "of {text:?}");
}

/// Bytes as text. What is no UTF-8 is taken for ISO-8859-1: that is how text
/// gets damaged.
fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Edits are sorted, disjoint, on character boundaries, and change something;
/// broken by its chain, an exact one gives the input.
fn check(found: &Repair<'_>) {
    let text = found.input();
    let (mut at, mut spliced) = (0, String::new());
    for edit in found.edits() {
        assert!(
            at <= edit.span.start && edit.span.start <= edit.span.end,
            "order: {edit:?} of {text:?}"
        );
        let before = text.get(edit.span.clone());
        let before = before.unwrap_or_else(|| panic!("boundaries: {edit:?} of {text:?}"));
        assert_ne!(before, edit.after, "nothing changes: {edit:?} of {text:?}");
        assert!(
            !edit.chain.steps().is_empty(),
            "no chain: {edit:?} of {text:?}"
        );
        if edit.exactness == Exactness::Exact
            && let Some(again) = rebroken(edit)
        {
            assert_eq!(again, before, "broken again: {edit:?} of {text:?}");
        }
        spliced += &text[at..edit.span.start];
        spliced += &edit.after;
        at = edit.span.end;
    }
    spliced += &text[at..];
    assert_eq!(spliced, found.text());
    assert_eq!(
        found.is_clean(),
        spliced == text,
        "edits that cancel out: {text:?}"
    );
}

/// A replacement, broken by the chain; nothing, if a step is no misreading.
fn rebroken(edit: &Edit) -> Option<String> {
    let mut text = edit.after.clone();
    for step in edit.chain.steps() {
        let &Step::Misread { truth, misread } = step else {
            return None;
        };
        let bytes = truth
            .encode(&text)
            .unwrap_or_else(|_| panic!("{text:?} is not in {truth}"));
        text = misread.misread(&bytes);
    }
    Some(text)
}

/// A stream gives the same, wherever it is cut.
fn in_pieces(found: &Repair<'_>, config: &Config, cut: u8) {
    let text = found.input();
    let cut = text.floor_char_boundary(text.len() * usize::from(cut) / 64);
    let mut stream = Stream::new(config.clone());
    let mut out = String::new();
    let mut edits = stream.push(&text[..cut], &mut out);
    edits.extend(stream.push(&text[cut..], &mut out));
    edits.extend(stream.finish(&mut out));
    assert_eq!(edits, found.edits(), "in pieces: {text:?}");
    assert_eq!(out, found.text());
}

/// Decodes; the first byte is a charset that is said, or none.
pub fn decode(data: &[u8]) {
    let Some((&said, bytes)) = data.split_first() else {
        return;
    };
    let label = Charset::all().nth(said.into()).map_or("", Charset::name);
    let hints = match said % 3 {
        0 => Hints::default(),
        1 => Hints::default().content_type(&format!("text/html; charset={label}")),
        _ => Hints::default().html(true),
    };
    let decoded = unbake::decode(bytes, &hints);
    let mut last = 0;
    for bad in &decoded.malformed {
        assert!(
            last <= bad.bytes.start && bad.bytes.end <= bytes.len(),
            "{bad:?}"
        );
        assert!(decoded.text[bad.at..].starts_with('\u{FFFD}'), "{bad:?}");
        last = bad.bytes.end;
    }
    for foreign in &decoded.foreign {
        assert!(foreign.bytes.end <= bytes.len(), "{foreign:?}");
        assert!(
            decoded.text.get(foreign.text.clone()).is_some(),
            "{foreign:?}"
        );
    }
    if let Some(charset) = Charset::all().nth(said.into()) {
        round_trip(charset, bytes);
    }
}

/// What a charset decodes without fault, it encodes to what it decodes again.
fn round_trip(charset: Charset, bytes: &[u8]) {
    charset.decode(bytes);
    charset.misread(bytes);
    if let Some(text) = charset.decode_strict(bytes)
        && let Ok(again) = charset.encode(&text)
    {
        assert_eq!(charset.decode(&again).0, text, "{charset}: {bytes:x?}");
    }
}

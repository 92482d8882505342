//! What holds for the repair of any text whatever.

mod data;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;
use unbake::{Charset, Config, Edit, Exactness, Fix, Profile, Repair, Step, repair};

/// `after`, broken by an edit's chain: `None` if a step is no misreading.
fn rebroken(edit: &Edit) -> Option<Result<String, String>> {
    let mut text = edit.after.clone();
    for step in edit.chain.steps() {
        let &Step::Misread { truth, misread } = step else {
            return None;
        };
        match truth.encode(&text) {
            Ok(bytes) => text = misread.misread(&bytes),
            Err(_) => return Some(Err(format!("{text:?} is not in {truth}"))),
        }
    }
    Some(Ok(text))
}

fn check(text: &str) -> Result<(), String> {
    let repair = repair(text);
    let mut end = 0;
    for edit in repair.edits() {
        let at = format!("{text:?}: edit {edit:?}");
        if edit.span.start < end || edit.span.end < edit.span.start {
            return Err(format!("{at}: not sorted, or over another"));
        }
        end = edit.span.end;
        let Some(before) = text.get(edit.span.clone()) else {
            return Err(format!("{at}: not on character boundaries"));
        };
        if before == edit.after {
            return Err(format!("{at}: changes nothing"));
        }
        if edit.chain.steps().is_empty() {
            return Err(format!("{at}: no chain"));
        }
        if edit.exactness == Exactness::Exact {
            match rebroken(edit) {
                Some(Ok(again)) if again != before => {
                    return Err(format!("{at}: breaking it again gives {again:?}"));
                }
                Some(Err(error)) => return Err(format!("{at}: {error}")),
                _ => {}
            }
        }
    }
    let once = repair.text().into_owned();
    if repair.is_clean() != (once == text) {
        return Err(format!("{text:?}: clean, or edits that cancel out"));
    }
    Ok(())
}

/// Repairing again changes nothing.
#[test]
fn repairing_again_changes_nothing() {
    let texts = data::damaged().into_iter().map(|row| row.text);
    let again = |text: String| {
        let once = repair(&text).text().into_owned();
        let twice = repair(&once).text().into_owned();
        (once != twice).then(|| format!("  text  {text:?}\n  once  {once:?}\n  twice {twice:?}"))
    };
    let unstable: Vec<String> = texts.filter_map(again).collect();
    assert!(unstable.is_empty(), "{}", unstable.join("\n"));
}

fn check_all(texts: impl Iterator<Item = String>) {
    let failures: Vec<String> = texts.filter_map(|text| check(&text).err()).collect();
    assert!(
        failures.is_empty(),
        "{}\n{} failed",
        failures.join("\n"),
        failures.len()
    );
}

/// An emoji of which a byte was lost may be any of several; what stands next to it
/// is no less sure for that.
#[test]
fn what_is_doubtful_alone_is_left() {
    let repair = repair("Oferta ðŸ˜€ðŸ�Ž só hoje!");
    assert_eq!(repair.text(), "Oferta 😀ðŸ�Ž só hoje!");
}

/// Where other lines make a chain certain, what is sure of a line is restored, and what of
/// it is not stands as it stood, with all of its bytes.
#[test]
fn what_is_sure_of_a_line_is_restored_where_others_tell_the_chain() {
    let broken = "鑰佺帇鏄ㄥぉ涔颁簡涓\u{fffd}鍙\u{fffd}楦\u{fffd}瀛愬拰涓ゆ枻姗樺瓙";
    assert_eq!(repair(broken).text(), broken);
    let text = format!(
        "{broken}\n璇锋\u{fffd}\u{fffd}鏌ョ敤鎴锋槸鍚﹀凡缁忕櫥褰\u{fffd}\n绐楀彛鐨勫ぇ灏忓彲浠ヨ嚜鐢辫皟鏁\u{fffd}"
    );
    let want = "老王昨天买了涓\u{fffd}鍙\u{fffd}鸭子和两斤橘子\n请检查用户是否已经登录\n窗口的大小可以自由调整";
    assert_eq!(repair(&text).text(), want);
}

/// A long line is looked at for its parts, also once another part is mended.
#[test]
fn what_is_left_of_a_long_line_is_looked_at() {
    let list = "the list of cameras that this program can read from: Sony A1, A6000, A6100, \
                A6400, A7C; Nikon D5, D6, D500, D780; Canon EOS R5, R6, R7, R8 and R50, ";
    let text = format!("Ðt, {}Ð½Ð¾Ð²Ñ‹Ðµ ÐºÐ°Ð¼ÐµÑ€Ñ‹", list.repeat(2));
    let once = repair(&text).text().into_owned();
    assert_eq!(repair(&once).text(), once);
}

/// In Mac Roman the last letter of `må` and `på` shows as what is left of a no-break space
/// elsewhere.
#[test]
fn letters_of_words_are_no_lost_spaces() {
    for text in [
        "Du mÂ fylle inn et fullt navn",
        "Slik skal det være pÂ kartet",
    ] {
        assert_eq!(repair(text).text(), text);
    }
    assert_eq!(repair("Vi såg denÂ i dag").text(), "Vi såg den\u{a0}i dag");
}

/// What UTF-8 that lost its controls leaves behind is no text in a legacy charset, though it
/// could be read in one: the first letters of Tamil would be `рокрпродிய`.
#[test]
fn lead_bytes_are_no_legacy_text() {
    let text = "புதிய கோப்பை உருவாக்க இங்கே அழுத்தவும்";
    let is_dropped = |b: &u8| (0x80..0xa0).contains(b);
    let damaged: String = text
        .bytes()
        .filter(|b| !is_dropped(b))
        .map(char::from)
        .collect();
    assert_eq!(repair(&damaged).text(), damaged);
}

/// Texts that belong together are repaired as one document, each in its own place, unless a
/// fix would reach from one to the next.
#[test]
fn texts_together_are_lines_of_one() {
    let names = [
        "Qu‚bec",
        "",
        "M‚xico",
        "Per£",
        "M\u{a0}laga",
        "Asunci¢n",
        "M‚rida",
    ];
    let texts = |repairs: Vec<Repair<'_>>| -> Vec<String> {
        repairs.iter().map(|it| it.text().into_owned()).collect()
    };
    let together = texts(Config::default().repair_together(&names));
    let want = [
        "Québec",
        "",
        "México",
        "Perú",
        "Málaga",
        "Asunción",
        "Mérida",
    ];
    assert_eq!(together, want);
    let config = Config::default().fix(Fix::LineBreaks, true);
    let lines = ["cafÃ©\r", "cafÃ©"];
    assert_eq!(texts(config.repair_together(&lines)), ["café\n", "café"]);
}

/// A chain that was asked for is undone once, whatever clean-ups find besides; and
/// one of more steps than are kept apart not at all.
#[test]
fn a_chain_that_was_asked_for_is_undone_once() {
    let step = "utf-8>windows-1252";
    let config = |steps: usize| {
        let chain = vec![step; steps].join(",");
        Config::default().chain(chain.parse().unwrap())
    };
    let damaged = |text: &str| Charset::WINDOWS_1252.misread(text.as_bytes());
    let text = "C’est déjà vu, près d’ici.";
    let twice = damaged(&damaged(text));
    let quoted = format!("{twice}\n’");
    let repair = config(1).fix(Fix::Quotes, true).repair(&quoted);
    assert_eq!(repair.text(), format!("{}\n'", damaged(text)));
    assert_eq!(config(9).repair(&twice).text(), twice);
}

/// `Â` on a line of its own was a no-break space only if UTF-8 may have been misread
/// as windows-1252.
#[test]
fn a_stray_letter_goes_with_the_chain_that_leaves_it() {
    let text = "un\nÂ\ndeux";
    let chain = |chain: &str| Config::default().chain(chain.parse().unwrap());
    let charsets = |charsets: &[Charset]| Config::default().charsets(charsets.to_vec());
    for config in [
        Config::default(),
        chain("utf-8>windows-1252"),
        charsets(&[Charset::WINDOWS_1252]),
    ] {
        assert_eq!(config.repair(text).text(), "un\n\ndeux", "{config:?}");
    }
    for config in [
        chain("windows-1251>cp866"),
        chain("utf-8>windows-1252,utf-8>windows-1252"),
        charsets(&[Charset::WINDOWS_1251, Charset::CP866]),
    ] {
        assert!(config.repair(text).is_clean(), "{config:?}");
    }
}

/// Also what is exact layer by layer, and not as a whole.
#[test]
fn only_exact_means_exact_all_the_way() {
    let texts = [
        (Profile::Ftfy, "Γö├ëöΓö£├╝Γ├èΓö£áΓ"),
        (
            Profile::Repair,
            "ΓêÜ├Ê┬¼┬óΓêÜ┬óΓÇÜ├ç┬¿ΓÊê┬░ΓêÜ├ç┬¼┬¨ΓêÜ├ÊΓêÁ├¡",
        ),
    ];
    for (profile, text) in texts {
        let config = Config::default().profile(profile);
        let inferred = |config: Config| {
            let edits = config.repair(text).into_edits();
            edits
                .iter()
                .any(|edit| edit.exactness == Exactness::Inferred)
        };
        assert!(inferred(config.clone()), "{text}");
        assert!(!inferred(config.exact_only(true)), "{text}");
    }
}

/// Of a line of ASCII that surprises, as escapes and a control do, every charset reads
/// all, and none anything else.
#[test]
fn a_line_of_ascii_is_read_alike() {
    for text in ["\\u0085\u{7f}", "\u{7f}\\u00bb\""] {
        assert!(repair(text).is_clean(), "{text:?}");
    }
}

/// What cannot be told is left: text of East Asia without its controls is no junk of another
/// charset, and of a picture the last byte was one of several.
#[test]
fn what_cannot_be_told_stays() {
    for text in [
        "åé¡ã®èª¬æ",
        "ãããçè§£å¯èœã§ãæçœã§è«ççã§ãã",
        "## ðŸ“ Overview",
        "ðŸ” Search",
        // Names of three ideographs, which UTF-8 and ISO-8859-5 make something of by chance.
        "ÕÅ»ÝÃÃ",
        "²Ì´¾¼Ñ",
        // Either `🔥` or `📥`, and no `🄊`.
        "ðŸ\"¥ Hot",
        "ðŸ\"Š Totals",
    ] {
        assert!(repair(text).is_clean(), "{text:?}");
    }
}

/// A long line without spaces is cut between characters, not within one.
#[test]
fn a_long_line_is_cut_between_sequences() {
    let text = "設定を開いて、音量を下げてから、もう一度試してください。".repeat(60);
    let damaged = Charset::WINDOWS_1252.misread(text.as_bytes());
    assert_eq!(repair(&damaged).text(), text);
}

#[test]
fn hold_on_damaged_texts() {
    let rows = data::damaged().into_iter().chain(data::known_failures());
    check_all(rows.map(|row| row.text));
}

#[test]
fn hold_on_clean_texts() {
    check_all(
        data::clean()
            .into_iter()
            .chain(data::lookalikes())
            .map(|row| row.text),
    );
}

/// Pieces that damaged texts and their look-alikes are made of.
const PIECES: &[&str] = &[
    "Ã",
    "Â",
    "Ã©",
    "Ã¨",
    "Ã ",
    "Ã\u{a0}",
    "Â\u{a0}",
    "Â ",
    "Â°",
    "â€™",
    "â€",
    "â€œ",
    "â€\u{9d}",
    "â€\"",
    "â„¢",
    "â",
    "€",
    "™",
    "Ð",
    "Ñ",
    "Ð°",
    "Ñ\u{81}",
    "Ñ?",
    "Ñ\u{fffd}",
    "ÃƒÂ©",
    "ÃƒÆ’Ã‚Â©",
    "ï»¿",
    "ï¿½",
    "ðŸ˜€",
    "ðŸ",
    "\u{93}",
    "\u{94}",
    "\u{85}",
    "\u{fffd}",
    "Рџ",
    "СЂРё",
    "Г©",
    "├⌐",
    "√©",
    "Îá",
    "Ïð",
    "¤",
    "¤Î",
    "¡£",
    "ÖÐ",
    "Àº",
    "縺",
    "縺・",
    "繧",
    "鈥",
    "鈥?",
    "锟斤拷",
    "媛쒕",
    "ｱ",
    "ﾃｩ",
    "&eacute;",
    "&Atilde;&copy;",
    "&amp;",
    "&#195;",
    "&#xA9;",
    "\\u00c3\\u00a9",
    "\\xc3\\xa9",
    "%C3%83%C2%A9",
    "é",
    "è",
    "ж",
    "я",
    "中",
    "の",
    "가",
    "ا",
    "ש",
    "ก",
    "ß",
    "ÿ",
    "Ÿ",
    "\u{301}",
    "\u{200d}",
    "\u{feff}",
    " ",
    " ",
    "\n",
    "\r\n",
    "\t",
    "a",
    "the ",
    "de ",
    "x",
    "?",
    "-",
    "\"",
    "'",
    "<",
    "1",
    "\0",
    "",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

/// A clean line broken by a chain, then cut and glued to another.
fn broken() -> impl Strategy<Value = String> {
    let lines: Vec<String> = data::clean().into_iter().map(|row| row.text).collect();
    let chains: Vec<String> = data::floors()
        .into_iter()
        .map(|floor| floor.chain)
        .collect();
    (
        select(lines.clone()),
        select(lines),
        select(chains),
        0.0..1.0f64,
        0.0..1.0f64,
        any::<bool>(),
    )
        .prop_map(|(line, other, chain, from, to, glue)| {
            let text: Vec<char> = data::Misreadings::parse(&chain)
                .unwrap()
                .rebreak(&line)
                .unwrap_or(line)
                .chars()
                .collect();
            let (a, b) = (
                (from * text.len() as f64) as usize,
                (to * text.len() as f64) as usize,
            );
            let piece: String = text[a.min(b)..a.max(b)].iter().collect();
            if glue {
                format!("{other} {piece}\n{other}")
            } else {
                piece
            }
        })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/invariants.regressions",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn hold_on_any_text(text in any::<String>()) {
        prop_assert_eq!(check(&text), Ok(()));
    }

    #[test]
    fn hold_on_western_text(text in "[ -~\u{80}-\u{ff}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{0,48}") {
        prop_assert_eq!(check(&text), Ok(()));
    }

    #[test]
    fn hold_on_pieces_of_damage(text in pieces()) {
        prop_assert_eq!(check(&text), Ok(()));
    }

    #[test]
    fn hold_on_broken_lines(text in broken()) {
        prop_assert_eq!(check(&text), Ok(()));
    }
}

/// Texts with one kind of piece over and over.
#[test]
fn hold_on_repetitions() {
    check_all(PIECES.iter().map(|piece| piece.repeat(40)));
}

/// A line is cut in one way, whoever cuts it, with whatever line end.
#[test]
fn lines_about_as_long_as_the_longest_are_mended() {
    for (len, end) in (4090..=4100).flat_map(|len| ["\n", "\r\n", "\r\r\n"].map(|end| (len, end))) {
        let last = " un Ã©tÃ©";
        let start = "Un autre Ã©tÃ© passÃ© ".repeat(100);
        let rest = "a ".repeat(len).split_off(len + start.len() + last.len());
        let line = [&start, &rest, last].concat();
        assert_eq!(line.len(), len);
        let text = ["Un Ã©tÃ© dÃ©jÃ\u{a0} passÃ©", &line, "Un Ã©tÃ© passÃ©"].join(end);
        let repaired = unbake::repair(&text);
        assert!(!repaired.text().contains('Ã'), "{len} {end:?}");
    }
}

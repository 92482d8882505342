//! Clean-ups: the cases in `corpus/cleanup/`, and what holds for any text.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::FileFailurePersistence;
use serde::Deserialize;
use unbake::{Charset, Config, Fix, Profile, Stream, Trace, unrecoverable};
use unicode_normalization::UnicodeNormalization;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// `profile:NAME`, or the only fixes that are on; `!` switches off.
    fixes: String,
    text: String,
    want: String,
    /// The chains of the edits, if the case is about them.
    chains: Option<Vec<String>>,
    #[serde(default)]
    #[allow(unused)]
    note: String,
}

/// Nothing is done.
fn none() -> Config {
    let config = Config::default();
    let on = Profile::default().fixes();
    on.fold(config, |config, fix| config.fix(fix, false))
}

fn config(fixes: &str) -> Config {
    if let Some(profile) = fixes.strip_prefix("profile:") {
        return Config::default().profile(profile.parse().unwrap());
    }
    fixes
        .split(',')
        .fold(none(), |config, fix| match fix.strip_prefix('!') {
            Some(off) => config.fix(off.parse().unwrap(), false),
            None => config.fix(fix.parse().unwrap(), true),
        })
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/cleanup");
    let mut failures = String::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        for (i, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let place = format!("{}:{}", path.file_name().unwrap().display(), i + 1);
            let case: Case = serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
            let config = config(&case.fixes);
            let repair = config.repair(&case.text);
            let got = repair.text();
            if got != case.want {
                let (text, want) = (&case.text, &case.want);
                failures += &format!("{place}\n  text {text:?}\n  got  {got:?}\n  want {want:?}\n");
            }
            let edits = repair.edits();
            let chains: Vec<String> = edits.iter().map(|edit| edit.chain.to_string()).collect();
            if case.chains.is_some_and(|want| want != chains) {
                failures += &format!("{place}: chains {chains:?}\n");
            }
            if let Err(error) = check(&config, &case.text) {
                failures += &format!("{place}: {error}\n");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What must hold for the edits of any text and any set of fixes.
fn check(config: &Config, text: &str) -> Result<(), String> {
    let repair = config.repair(text);
    let mut at = 0;
    for edit in repair.edits() {
        let span = edit.span.clone();
        if span.start < at || span.is_empty() || text.get(span.clone()) == Some(&*edit.after) {
            return Err(format!(
                "{text:?}: {edit:?} is out of order, empty, or no change"
            ));
        }
        if edit.chain.steps().is_empty() || edit.chain.to_string().parse() != Ok(edit.chain.clone())
        {
            return Err(format!("{text:?}: {edit:?} does not say what made it"));
        }
        at = span.end;
    }
    let once = repair.text();
    let twice = config.repair(&once);
    if !twice.is_clean() {
        let edits = twice.edits();
        return Err(format!("{text:?}: not idempotent: {once:?} {edits:?}"));
    }
    Ok(())
}

/// Where a place never settles, and what is beside it does not without it.
#[test]
fn texts_that_never_settle_are_left_alone() {
    let nested = "＆＃＃xff03＆＃65307；xf3＆＃xff06；＆＃xff03；65307＆＃xff1b＆＃38；＃65286&#65307；\
                  ＆#65283＆&＃65283；xff1b&＃65307;65307&＆＃x23；xff06＆#xff1b;＃65307；\
                  ＆#x2028&＃65307;&&＃xff03;x3c&＃xff06;＃xff1b&#xff1b;b";
    let escaped = "\\uff1d3D3D252526AC%EF%BC%86&=23x23;61\\u003b253B1；";
    let ftfy = Config::default().profile(Profile::Ftfy);
    let fixes = [
        Fix::HtmlEntitiesInMarkup,
        Fix::Escapes,
        Fix::PercentEscapes,
        Fix::QuotedPrintable,
        Fix::Nfkd,
    ];
    let none = Config::default()
        .fix(Fix::Mojibake, false)
        .fix(Fix::C1Controls, false);
    let many = fixes
        .iter()
        .fold(none, |config, &fix| config.fix(fix, true));
    for (config, text) in [(ftfy, nested), (many, escaped)] {
        check(&config, text).unwrap();
    }
}

/// What fixes look for, and what one fix may make for another.
const PIECES: &[&str] = &[
    "&",
    "amp;",
    "&amp;",
    "&#",
    "&#x",
    "233",
    "D83D",
    ";",
    "&eacute;",
    "&EACUTE;",
    "&lt;",
    "b>",
    "<",
    "＆",
    "；",
    "＃",
    "ａｍｐ",
    "\\",
    "\\u00e9",
    "u00e9",
    "\\ud83d",
    "\\ude00",
    "\\x",
    "e9",
    "%",
    "%C3",
    "%A9",
    "%25",
    "=",
    "=C3",
    "=A9",
    "=\n",
    "\u{1b}",
    "[",
    "[1m",
    "]0;",
    "\u{7}",
    "\u{1b}\\",
    "\u{9b}",
    "\u{9d}0;",
    "\u{9c}",
    "31m",
    "í",
    "\u{a0}",
    "½",
    "í¸",
    "\u{80}",
    "\u{93}",
    "\u{85}",
    "\u{8}",
    "\0",
    "\u{1f}",
    "\u{7f}",
    "\r",
    "\n",
    "\u{2028}",
    "\u{feff}",
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{ad}",
    "\u{e0061}",
    "🏴",
    "👩",
    "ی",
    "क्",
    "ﬁ",
    "ŉ",
    "Ａ",
    "，",
    "　",
    "￣",
    "ｶ",
    "ﾞ",
    "ﾡ",
    "“",
    "’",
    "ʼ",
    " ",
    "  ",
    "\u{2003}",
    "\t",
    "e",
    "\u{301}",
    "\u{327}",
    "Å",
    "ᄒ",
    "ᅡ",
    "ᆫ",
    "\u{fffd}",
    "Ã",
    "©",
    "â€™",
    "a",
    "é",
    "中",
    "锟斤拷",
    "斤",
    "占쏙옙",
    "??",
    "",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..16).prop_map(|pieces| pieces.concat())
}

fn cleanups() -> impl Strategy<Value = Vec<Fix>> {
    let fixes: Vec<Fix> = Fix::ALL
        .iter()
        .copied()
        .filter(|&fix| fix != Fix::Mojibake)
        .collect();
    let most = fixes.len();
    subsequence(fixes, 0..=most)
}

fn with(fixes: &[Fix]) -> Config {
    fixes
        .iter()
        .fold(none(), |config, &fix| config.fix(fix, true))
}

fn proptest_config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/cleanup.regressions",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(proptest_config(2000))]

    #[test]
    fn hold_on_pieces(text in pieces(), fixes in cleanups()) {
        prop_assert_eq!(check(&with(&fixes), &text), Ok(()));
    }

    #[test]
    fn hold_on_any_text(text in any::<String>(), fixes in cleanups()) {
        prop_assert_eq!(check(&with(&fixes), &text), Ok(()));
    }
}

proptest! {
    #![proptest_config(proptest_config(64))]

    /// Mojibake among them.
    #[test]
    fn all_fixes_hold_on_pieces(text in pieces(), fixes in cleanups()) {
        prop_assert_eq!(check(&with(&fixes).fix(Fix::Mojibake, true), &text), Ok(()));
    }

    #[test]
    fn profiles_hold_on_pieces(text in pieces(), profile in select(Profile::ALL)) {
        prop_assert_eq!(check(&Config::default().profile(profile), &text), Ok(()));
    }
}

proptest! {
    #![proptest_config(proptest_config(2000))]

    /// Piece by piece, and yet as a whole.
    #[test]
    fn normalization_is_that_of_the_whole_text(
        text in "([a-eåéﬁ½ガﾞ한한क़བྷ\\u{300}-\\u{345}\\u{3099}\\u{f71}-\\u{f75}\\u{1e9b}]|\\PC){0,12}",
    ) {
        let form = |fix| with(&[fix]).repair(&text).text().into_owned();
        prop_assert_eq!(form(Fix::Nfc), text.nfc().collect::<String>());
        prop_assert_eq!(form(Fix::Nfd), text.nfd().collect::<String>());
        prop_assert_eq!(form(Fix::Nfkc), text.nfkc().collect::<String>());
        prop_assert_eq!(form(Fix::Nfkd), text.nfkd().collect::<String>());
    }
}

/// A form that takes characters apart does so once no more mojibake is found: `â„¢` of a
/// layer that is left would become `â„TM`.
#[test]
fn forms_wait_for_mojibake() {
    for form in [Fix::Nfc, Fix::Nfd, Fix::Nfkc, Fix::Nfkd] {
        let config = Config::default().profile(Profile::Ftfy).fix(form, true);
        let repaired = config.repair("Ã¢â‚¬â„¢ und schÃ¶n");
        let text: String = repaired.text().nfc().collect();
        assert_eq!(text, "' und schön", "{form}");
    }
}

/// Texts that a careless fix would take quadratic time for, at three sizes.
/// There is no clock here: at the largest, quadratic would be minutes.
#[test]
fn long_texts_take_linear_work() {
    let patterns = PIECES.iter().copied().chain([
        "&amp;amp;",
        "&amp;#38;",
        "&#38;#38;",
        "&semi",
        "&&",
        "&#0000",
        "＆ａｍｐ；",
        "&#xff06;",
        "\\\\",
        "\\ud83d",
        "%25",
        "=3D",
        "\u{1b}]",
        "\u{1b}P",
        "\u{1b}[0;",
        "\u{1b}(",
        "\u{9b}1",
        "\u{9d}0;",
        "\u{90}1\u{85}",
        "\u{93}",
        "\u{92}s ",
        "\u{1b}\u{1b}[0m",
        "a\u{8}",
        "a\u{8}\u{8}",
        "\u{200d}\u{200c}",
        "ｶﾞﾞ",
        "\u{301}\u{327}",
        "\u{a0}\t",
        " \t",
        "x\r\r\n",
        "\u{202a}\u{2066}",
        "\u{2069}\u{202c}",
        "í\u{a0}",
        "í\u{a0}½í",
        "í\u{a0}½í¸€",
        "? ",
    ]);
    let all = with(Fix::ALL).fix(Fix::Mojibake, false);
    for pattern in patterns.filter(|pattern| !pattern.is_empty()) {
        for size in [500, 5_000, 50_000] {
            for text in [
                pattern.repeat(size / pattern.len()),
                // Opened once, and never closed.
                format!("{pattern}{}", "amp;1".repeat(size / 5)),
            ] {
                let repair = all.repair(&text);
                assert!(repair.text().len() <= 4 * text.len() + 4);
                unbake::unbalanced_bidi(&text);
                unbake::lost(&text);
                Config::default()
                    .charsets(vec![Charset::CESU_8])
                    .repair(&text);
            }
        }
    }
}

#[test]
fn profiles_and_names() {
    for &fix in Fix::ALL {
        assert_eq!(fix.to_string().parse(), Ok(fix));
    }
    for &profile in Profile::ALL {
        assert_eq!(profile.name().parse(), Ok(profile));
        assert!(profile.fixes().any(|fix| fix == Fix::Mojibake));
    }
    assert!("nonsense".parse::<Fix>().is_err());
}

/// The newest Unicode that the crates with its data have.
#[test]
fn unicode_is_the_newest() {
    assert!(unicode_normalization::UNICODE_VERSION >= (18, 0, 0));
    assert!(unicode_segmentation::UNICODE_VERSION >= (17, 0, 0));
}

#[test]
fn clean_text_is_borrowed() {
    let config = Config::default().profile(Profile::Ftfy);
    let text = config.repair("Nothing to do here.").text();
    assert!(matches!(text, std::borrow::Cow::Borrowed(_)));
}

/// C1 controls make texts longer, and windows must not move for it.
#[test]
fn controls_come_out_of_a_stream_as_of_the_whole() {
    let line = "It\u{92}s \u{93}dÃ©jÃ\u{a0} vu\u{94}\u{85} again and again.\n";
    let long = line.repeat(4000);
    let whole = unbake::repair(&long);
    assert_eq!(
        whole.text(),
        "It’s “déjà vu”… again and again.\n".repeat(4000)
    );
    let mut stream = Stream::new(Config::default());
    let mut out = String::new();
    let mut edits = stream.push(&long, &mut out);
    edits.extend(stream.finish(&mut out));
    assert_eq!(edits, whole.edits());
}

/// Where something is lost, as what, and how many characters.
type Place = (std::ops::Range<usize>, Trace, usize);

#[test]
fn what_is_lost_for_good_is_told_and_stays() {
    let cases: &[(&str, &[Place])] = &[
        (
            "caf\u{fffd}\u{fffd} \u{fffd}",
            &[
                (3..9, Trace::Replacement, 2),
                (10..13, Trace::Replacement, 1),
            ],
        ),
        ("烫烫烫锟斤拷锟斤", &[(9..24, Trace::ReplacementInGbk, 5)]),
        ("买了三斤苹果，拷贝", &[]),
        (
            "占쏙옙占쏙옙 占卜",
            &[(0..18, Trace::ReplacementInEucKr, 6)],
        ),
        ("Имя: ???? ??????", &[(8..19, Trace::QuestionMarks, 10)]),
        ("Was???? Wer? ??", &[]),
        ("a ? b : c", &[]),
    ];
    for (text, want) in cases {
        let found = unrecoverable(text);
        let found: Vec<_> = found
            .into_iter()
            .map(|p| (p.span, p.trace, p.count))
            .collect();
        assert_eq!(found, *want, "{text}");
        for profile in [Profile::Repair, Profile::Corpus] {
            let repair = Config::default().profile(profile).repair(text);
            assert_eq!(repair.text(), *text);
        }
    }
    // Though the line above was damaged.
    let text = "The name was ????, or caf; dÃ©jÃ\u{a0} vu.\n锟斤拷锟斤拷 and 占쏙옙\n";
    let repair = unbake::repair(text);
    assert_eq!(repair.text(), text.replace("dÃ©jÃ\u{a0}", "déjà"));
    let lost = unbake::lost("三斤 \u{fffd} ???? 锟斤拷");
    assert_eq!((lost.lost, lost.chars), (4, 13));
}

#[test]
fn misread_cesu_8_is_mojibake() {
    let text = "Wir sagen í\u{a0}½í¸€í\u{a0}½í¸€ und í\u{a0}½í¸\u{80}, aber así\u{a0}½ nicht.\n";
    let want = "Wir sagen 😀😀 und 😀, aber así\u{a0}½ nicht.\n";
    let repair = unbake::repair(text);
    assert_eq!(repair.text(), want);
    let chains = repair.edits().iter().map(|edit| edit.chain.to_string());
    assert!(chains.eq(["cesu-8>windows-1252", "cesu-8>iso-8859-1"]));
    assert!(unbake::repair(want).is_clean());
    // Other damage on the line, and over windows: as a stream has it.
    let long = format!("{text}Das wäre schÃ¶n í\u{a0}½í¸€.\n").repeat(3000);
    let whole = unbake::repair(&long);
    assert_eq!(
        whole.text(),
        format!("{want}Das wäre schön 😀.\n").repeat(3000)
    );
    let mut stream = Stream::new(Config::default());
    let mut out = String::new();
    let mut edits = stream.push(&long, &mut out);
    edits.extend(stream.finish(&mut out));
    assert_eq!(edits, whole.edits());
    // Nothing else is looked for once a chain or charsets are named.
    let chain = Config::default().chain("utf-8>windows-1252".parse().unwrap());
    assert_eq!(chain.repair("í\u{a0}½í¸€").text(), "í\u{a0}½í¸€");
    assert_eq!(chain.repair("It\u{92}s").text(), "It\u{92}s");
}

/// A line on which the fixes undo each other's work does not keep others from being mended.
#[test]
fn only_lines_that_do_not_settle_stay() {
    let never = "zh-TW\theading\tÃ¥â\u{80}¦ÂÃ¥â\u{80}\u{98}ÅÃ¯Â¼Å¡¥Å\u{93}â\u{80}\u{93}¦â\u{80}ºÂ¸©Â¤Â¨ÃÂ¸â\u{80}¹Ãâ\u{82}¬Â±ÃÂ¸â\u{82}¬ÃÂ¼â\u{80}\u{98}ÃÂ¤Â¨Ã¤¸â\u{82}¬Ã¥¤Â©Ã¯ÂÅ\u{92}Ã¦â\u{80}Â¬Ã¨Â«\u{80}¹Ã¨Â®\u{82}¬Ã¨â\u{82}â\u{80}¦Ã¨Ââ\u{80}¹Ã¨Ââ\u{80}\u{99}";
    let config = Config::default().profile(Profile::Ftfy);
    let text = format!("{never}\n\n“x” schÃ¶n");
    let repair = config.repair(&text);
    assert!(
        repair.text().ends_with("\n\n\"x\" schön"),
        "{}",
        repair.text()
    );
    assert!(config.repair(&repair.text()).is_clean());
}

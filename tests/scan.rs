//! The scan lets nothing by that a search of every line would repair: it is
//! compared with that search.

mod data;

use unbake::Config;

fn both(text: &str) -> (String, String) {
    let found = unbake::repair(text).text().into_owned();
    let config = Config::default().unscanned();
    (found, config.repair(text).text().into_owned())
}

#[test]
fn damage_does_not_get_by() {
    let rows = data::damaged().into_iter().chain(data::known_failures());
    let missed = rows.filter_map(|row| {
        let (scanned, all) = both(&row.text);
        let missed = scanned != all && all == row.want;
        missed.then(|| format!("  {}: {:?}", row.place, row.text))
    });
    let missed: Vec<String> = missed.collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What is found on a line does not depend on whether others were looked at.
#[test]
fn a_scan_changes_no_repair() {
    let texts = data::damaged().into_iter().map(|row| row.text);
    let texts = texts.chain(data::lookalikes().into_iter().map(|row| row.text));
    for text in texts {
        let (scanned, all) = both(&text);
        assert!(
            scanned == all || scanned == text,
            "{text:?}: {scanned:?}, {all:?}"
        );
    }
}

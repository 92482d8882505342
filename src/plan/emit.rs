//! What is shown of an account: the edits of the one believed, and the accounts of
//! a line beside each other.

use std::borrow::Cow;

use crate::config::Config;
use crate::edit::{Account, Chain, Edit, Exactness};
use crate::misread;
use crate::model::Cost;
use crate::scan;

use super::arcs::is_sign;
use super::document::{UTF_8_AS_1252, UTF_8_AS_LATIN_1, is_suspicious};
use super::hypothesis::{Hypothesis, Line};
use super::lattice::{self, Piece, Room};
use super::plain::plain;
use super::search::explain;
use super::undo::undo_all;
use super::{filling, overlay};

/// What the other lines of a text tell of one.
#[derive(Clone, Copy, Default)]
pub(super) struct Told<'a> {
    /// Bytes were lost within them, and so they may have been at its end.
    pub(super) is_lossy: bool,
    /// They make its chain certain.
    pub(super) is_certain: bool,
    /// The languages that they could be in.
    pub(super) languages: Option<&'a filling::Languages<'a>>,
}

/// The runs of touched pieces as edits.
pub(super) fn emit(
    line: &str,
    h: &Hypothesis,
    told: Told<'_>,
    offset: usize,
    edits: &mut Vec<Edit>,
) {
    if let Some(text) = &h.whole {
        return emit_whole(line, text, h, offset, edits);
    }
    let pieces = chosen(line, h, &told);
    let most = most_doubt(h);
    let is_believed = most > ALONE;
    if !is_believed && (told.is_certain || is_long(h)) && is_mostly_read(h) {
        emit_pieces(line, h, &sure(&pieces), EVEN, offset, edits);
    } else {
        emit_pieces(line, h, &pieces, most, offset, edits);
    }
}

/// The pieces of an account; what was lost beneath something else is filled in already.
fn chosen<'a>(line: &str, h: &'a Hypothesis, told: &Told<'_>) -> Cow<'a, [Piece]> {
    match h.is_overlaid() {
        true => Cow::Borrowed(&h.pieces),
        false => filling::choose(line, h, told),
    }
}

/// The same where these are all the runs beyond ASCII, and show as they do.
fn emit_whole(line: &str, text: &str, h: &Hypothesis, offset: usize, edits: &mut Vec<Edit>) {
    let (chain, score) = (chain_of(h, 0), bits(h.gain));
    let mut after = scan::runs_beyond(text);
    edits.reserve(scan::runs_beyond(line).count());
    for span in scan::runs_beyond(line) {
        let after = after.next().map_or("", |run| &text[run]);
        debug_assert!(chain.rebreaks(after, &line[span.clone()]));
        edits.push(Edit {
            after: after.to_owned(),
            span: offset + span.start..offset + span.end,
            chain: chain.clone(),
            exactness: Exactness::Exact,
            score,
        });
    }
}

fn emit_pieces(
    line: &str,
    h: &Hypothesis,
    pieces: &[Piece],
    most: Cost,
    offset: usize,
    edits: &mut Vec<Edit>,
) {
    // What was only read stays as it is written: `&eacute;`.
    let over = (1 << h.overlaid()) - 1;
    // Of `ðŸ˜€ðŸ�°` one emoji is sure, and the other is left as it stands; and so is a
    // character of East Asia, of which words have but two.
    let is_alone = |c: char| is_sign(c) || misread::is_wide(c);
    let is_left = |p: &Piece| p.doubt > most && is_alone(p.c) && !h.is_wide();
    let touched = |p: &Piece| p.layers & !over != 0 && !is_left(p);
    let mut i = 0;
    let mut at = 0;
    let mut after = String::new();
    let mut last: Option<(u8, Chain)> = None;
    loop {
        while let Some(p) = pieces.get(i)
            && p.start as usize <= at
            && !touched(p)
        {
            at = p.end as usize;
            i += 1;
        }
        if i == pieces.len() && at == line.len() {
            return;
        }
        // A run: pieces that were touched, or a gap where something was dropped.
        let start = at;
        after.clear();
        let (mut layers, mut inferred, mut doubt) = (0, false, 0);
        loop {
            match pieces.get(i) {
                Some(p) if p.start as usize > at => {
                    inferred = true;
                    at = p.start as usize;
                }
                Some(p) if touched(p) => {
                    inferred |= p.inferred;
                    doubt = doubt.max(p.doubt);
                    after.push(p.c);
                    layers |= p.layers;
                    at = p.end as usize;
                    i += 1;
                }
                None if at < line.len() => {
                    inferred = true;
                    at = line.len();
                }
                _ => break,
            }
        }
        if at > start {
            if let Some(&step) = h.steps.first().filter(|_| over & layers & 1 != 0) {
                after = overlay::again(step, &after);
            }
            if line[start..at] != *after && doubt <= most {
                let was = &line[start..at];
                let mut chain = match &last {
                    Some((same, chain)) if *same == layers => chain.clone(),
                    _ => last.insert((layers, chain_of(h, layers))).1.clone(),
                };
                let rebreaks = |chain: &Chain| chain.rebreaks(&after, was);
                let mut exact = !inferred && rebreaks(&chain);
                if !exact && !inferred && chain.steps() == [UTF_8_AS_1252] {
                    // With C1 controls it was Latin-1, which we read along.
                    let latin_1 = Chain::new([UTF_8_AS_LATIN_1]);
                    exact = rebreaks(&latin_1);
                    if exact {
                        chain = latin_1;
                    }
                }
                edits.push(Edit {
                    span: offset + start..offset + at,
                    after: after.clone(),
                    chain,
                    exactness: if exact {
                        Exactness::Exact
                    } else {
                        Exactness::Inferred
                    },
                    score: bits(h.gain),
                });
            }
        }
    }
}

/// The chain of what was touched in these layers.
fn chain_of(h: &Hypothesis, layers: u8) -> Chain {
    let undone = |k: &usize| layers == 0 || layers & 1 << k != 0;
    let steps = (0..h.steps.len()).rev().filter(undone);
    Chain::new(steps.map(|k| h.steps[k]).collect::<Vec<_>>())
}

/// The doubt with which what was filled in is still believed on this line. Where
/// multi-byte decoders lost bytes nearly each word has a guess, so that all of
/// them together must be likely; what is left alone is so the next time, too.
fn most_doubt(h: &Hypothesis) -> Cost {
    if !h.is_wide() {
        return EVEN;
    }
    let runs = h.pieces.chunk_by(|a, b| (a.layers == 0) == (b.layers == 0));
    let doubts = runs.map(lattice::most_doubt);
    let unsure: Cost = doubts.filter(|&doubt| doubt > ALONE).sum();
    if unsure <= TOGETHER { EVEN } else { ALONE }
}

/// Whether not much more of a line was filled in than read: where Big5 lost most bytes, one guess
/// makes the next likely.
fn is_mostly_read(h: &Hypothesis) -> bool {
    let touched = || h.pieces.iter().filter(|p| p.layers != 0);
    touched().filter(|p| p.inferred).count() * 5 <= touched().count() * 3
}

/// Whether so much of a line was read that no other need make its chain certain; that all
/// guesses of a paragraph are likely together hardly happens.
fn is_long(h: &Hypothesis) -> bool {
    let read = h.pieces.iter().filter(|p| p.layers != 0 && !p.inferred);
    read.count() >= MANY
}

/// What is sure of a line, character by character: `妫€鏌ユ槸鍚﹀凡缁忕櫥褰?` is `检查是否已经登褰?`. What
/// shares a character of the line with what is left is left, too, so that no byte is lost.
fn sure(pieces: &[Piece]) -> Vec<Piece> {
    let by_itself = |p: &Piece| Piece {
        layers: if p.own <= SURE { p.layers } else { 0 },
        doubt: p.own,
        ..*p
    };
    let mut pieces: Vec<Piece> = pieces.iter().map(by_itself).collect();
    let is_shared = |pieces: &[Piece], at: usize| pieces[at - 1].end > pieces[at].start;
    for at in 1..pieces.len() {
        if pieces[at - 1].layers == 0 && is_shared(&pieces, at) {
            pieces[at].layers = 0;
        }
    }
    for at in (1..pieces.len()).rev() {
        if pieces[at].layers == 0 && is_shared(&pieces, at) {
            pieces[at - 1].layers = 0;
        }
    }
    pieces
}

/// Characters that make a line long.
const MANY: usize = 100;
/// A character that is this sure, 97 in 100.
const SURE: Cost = 12;
/// A run that is this sure, 99 in 100, needs no others.
const ALONE: Cost = 4;
/// The others are believed if all of them are right with 66 in 100.
const TOGETHER: Cost = 160;
/// As likely as not.
const EVEN: Cost = 266;

/// A gain in bits.
fn bits(gain: Cost) -> u32 {
    // 1/12 nat is 0.1202 bits.
    (u64::from(gain.max(0).unsigned_abs()) * 1202 / 10_000) as u32
}

/// The accounts of a line, each with its text after every step: first the one
/// that repair goes by, then its rivals.
pub(crate) fn accounts(line: &str, config: &Config) -> Vec<Account> {
    let read = Line::of(line);
    let found = config.hypotheses(line).unwrap_or_else(|| {
        let room = &mut Room::default();
        let is_allowed = |h: &Hypothesis| config.allows(&h.steps) && !overlay::may_be_over(line);
        let mut found = match plain(line, true, || is_suspicious(line)).filter(is_allowed) {
            Some(mut h) => {
                h.divide(line);
                vec![h]
            }
            None => explain(&read, config, false, room),
        };
        found.truncate(1);
        found.extend(explain(&read, config, true, room));
        found
    });
    let text = |pieces: &[Piece]| pieces.iter().map(|p| p.c).collect::<String>();
    let account = |h: Hypothesis| {
        let before = (1..h.steps.len()).filter_map(|n| undo_all(&read, &h.steps[..n], 0));
        let after = text(&chosen(line, &h, &Told::default()));
        let texts = before.map(|h| text(&h.pieces)).chain([after]).collect();
        Account {
            chain: Chain::new(h.steps.iter().rev().copied().collect::<Vec<_>>()),
            texts,
            score: bits(h.gain),
        }
    };
    let mut accounts: Vec<Account> = Vec::new();
    for account in found.into_iter().map(account) {
        if accounts
            .iter()
            .all(|a| a.texts.last() != account.texts.last())
        {
            accounts.push(account);
        }
    }
    accounts
}

//! Which byte was lost? The bytes that are left allow several characters, and
//! the model prefers the one that is usual between its neighbours; but `круаясаны`
//! is no word, and `круассаны` is. So the words with something filled in are
//! filled in again, with the lexicon, and with what the line says of its language
//! and of how its bytes were lost.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::ops::{Range, RangeInclusive};

use crate::charset::Charset;
use crate::edit::Step;
use crate::language::{self, Usual};
use crate::misread;
use crate::model::letters::{self, LANES, Lanes};
use crate::model::{self, Context, Cost, NAT};

use super::arcs;
use super::document::UTF_8_AS_LATIN_1;
use super::emit::Told;
use super::hypothesis::{Hypothesis, Line, Survey};
use super::lattice::{self, Arc, Layer, Piece, Slot};
use super::marks;
use super::readings::{READINGS, is_letter, lowered};
use super::spelling;
use super::undo::layer_of;
use super::utf8;
use super::weigh;
use super::words;

/// Ways to fill in a word that are followed.
const BEAM: usize = 48;
/// So many times more at once, before the least are told from the others.
const MANY: usize = 3;
/// Characters of a word that are filled in together.
const LONGEST: usize = 64;
/// Characters that another choice may take more.
const REACH: usize = 2;

/// What a place could have been.
#[derive(Clone, Copy)]
struct Choice<'a> {
    read: Option<Piece>,
    /// What follows and is kept, up to where the others end.
    kept: &'a [Piece],
    cost: Cost,
    /// How its bytes were lost.
    losses: u8,
}

impl Choice<'_> {
    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.read.iter().chain(self.kept)
    }
}

/// A way to fill in a word, as far as it goes.
#[derive(Clone, Copy)]
struct Way {
    context: Context,
    cost: Cost,
    /// The choice at the last place.
    last: Option<usize>,
}

/// A choice at a place, and the one at the place before.
struct Chosen {
    choice: usize,
    before: Option<usize>,
}

/// The pieces of an account, with what one layer of UTF-8 lost filled in again; but what is
/// unfinished at a line's end is left, unless the text loses bytes elsewhere, too.
pub(super) fn choose<'a>(line: &str, h: &'a Hypothesis, told: &Told<'_>) -> Cow<'a, [Piece]> {
    let filled = match h.is_inferred() || has_left(h) {
        true => filled_in(line, h, Opened::Left, told.languages).map(|(pieces, _)| pieces),
        false => None,
    };
    let mut pieces = filled.map_or(Cow::Borrowed(&h.pieces[..]), Cow::Owned);
    let cut = if told.is_lossy {
        None
    } else {
        cut_off(line, h, &pieces)
    };
    if let Some(at) = cut {
        let start = pieces[at].start as usize;
        let rest = lattice::as_pieces(&line[start..]);
        let pieces = pieces.to_mut();
        pieces.truncate(at);
        pieces.extend(rest.map(|p| Piece {
            start: p.start + start as u32,
            end: p.end + start as u32,
            ..p
        }));
    }
    if !h.is_placed && pieces.iter().any(|p| p.inferred) {
        marks::place_lost(line, pieces.to_mut());
    }
    pieces
}

/// Whether bytes are lost before the end of a line.
pub(super) fn is_lossy(line: &str, h: &Hypothesis) -> bool {
    let first = h.pieces.iter().find(|p| p.inferred);
    first.is_some_and(|p| (p.end as usize) < end(line))
}

/// Where a line ends that may have been cut off: dots may say so.
fn end(line: &str) -> usize {
    let is_dot = |c: char| matches!(c, '.' | '…' | ' ' | '[' | ']');
    line.trim_end_matches("â€¦").trim_end_matches(is_dot).len()
}

/// The place of a sequence that was cut off at the end of a line, where nothing else is lost:
/// of `СтанцÐ` nobody can tell what came next.
fn cut_off(line: &str, h: &Hypothesis, pieces: &[Piece]) -> Option<usize> {
    let at = pieces.iter().position(|p| p.inferred)?;
    let last = pieces[at];
    let before = || pieces[..at].iter().map(|p| p.c).collect::<String>();
    let is_it =
        last.end as usize >= end(line) && begins(last, line, h) && !may_end_in(last.c, &before());
    is_it.then_some(at)
}

/// Whether what a text before its end was may be its end: a no-break space that somebody
/// stripped, even within `à`, if that ends a word of the line's language, `cittÃ`; and a
/// quote that was opened has an end, `â€œmountâ€`.
pub(super) fn may_end_in(last: char, before: &str) -> bool {
    match last {
        '\u{a0}' => true,
        '”' => before.contains(['“', '„', '”']),
        'à' | 'À' => {
            language::prior(before).lacking(['à'].into_iter()) == 0
                && language::usual(&format!("{before}à"), before.len()) == Usual::Known
        }
        last => {
            let begun = before.rsplit(|c| !is_letter(c)).next();
            let word = begun.unwrap_or_default().chars().chain([last]);
            let beyond = before.chars().filter(|c| !c.is_ascii());
            lacks_last(last)
                && last.is_lowercase()
                && word.clone().count() >= WHOLE
                && beyond.clone().take(FEW + 1).count() <= FEW
                && !beyond.clone().any(lacks_last)
                && words::are_known(word)
        }
    }
}

/// Letters of a word that tells that a text ends in it, and letters beyond ASCII of which one
/// would have been lost, too, had all been dropped that windows-1252 lacks: `ДокументациÑ` was
/// `Документация`, but a longer text was cut off.
const WHOLE: usize = 5;
const FEW: usize = 24;

/// Whether the last byte of a letter is one that windows-1252 has no character for.
fn lacks_last(c: char) -> bool {
    let last = c.encode_utf8(&mut [0; 4]).bytes().last();
    last.is_some_and(|last| Charset::WINDOWS_1252.undefined().contains(&last))
}

/// What a lead byte may be of that is left at the end of a text.
pub(super) fn last_letters(lead: char) -> impl Iterator<Item = char> {
    let bits = (u32::from(lead) & 0x1f) << 6;
    let rest = Charset::WINDOWS_1252.undefined().iter();
    rest.filter_map(move |byte| char::from_u32(bits | u32::from(byte & 0x3f)))
}

/// What stands for a character, but for dots at the end of a line, which were written when
/// it was cut: `СтанцÐ...`.
fn before_dots(read: Piece, line: &str) -> &str {
    let start = read.start as usize;
    let cut = line.ends_with("...").then(|| line.get(start..end(line)));
    let was = read.was(line);
    match cut.flatten() {
        Some(cut) if cut.len() < was.len() => cut,
        _ => was,
    }
}

/// Whether what is left of a character may be its first bytes, and nothing stands for others;
/// of `å¤` nobody knows whether a byte between them was dropped.
fn begins(read: Piece, line: &str, h: &Hypothesis) -> bool {
    let layer = h.steps.first().and_then(|step| layer_of(*step));
    let Some(single) = layer.and_then(|l| l.single).filter(|_| !h.is_legacy()) else {
        return false;
    };
    let was = before_dots(read, line).chars();
    let bytes = was.map(|c| READINGS.row(c).bytes[single]);
    let mut rest = bytes.clone();
    let lead = rest.next();
    let is_rare = lead == Some(0xe2) && rest.clone().next().is_some_and(utf8::is_rare_after_e2);
    let are_first = lead.is_some_and(|b| arcs::lead_bits(b).is_some())
        && rest.all(|b| b & 0xc0 == 0x80)
        && !is_rare;
    // Of several layers, only how many are left is known.
    bytes.count() < read.c.len_utf8() && (h.steps.len() > 1 || are_first)
}

/// What it costs to fill in a small letter where a sentence begins, a capital among small
/// letters, or `×` where nothing is counted: `till Ãmål` was no `×mål`, and `corazÃ\u{fffd}n` no
/// `corazÓn`.
fn out_of_place(c: char, before: &[Piece], after: &[Piece]) -> Cost {
    let is_number = |p: Option<&Piece>| p.is_some_and(|p| p.c.is_ascii_digit());
    let is_text = |p: &&Piece| p.c != ' ';
    let is_counted =
        || is_number(before.iter().rev().find(is_text)) || is_number(after.iter().find(is_text));
    let is_among_small = || {
        let is_small = |p: &Piece| p.c.is_lowercase();
        before.last().is_some_and(|last| {
            is_small(last) || is_letter(last.c) && after.first().is_some_and(is_small)
        })
    };
    match c {
        '×' if !is_counted() => TIMES,
        c if c.is_lowercase() && begins_sentence(before) => SMALL,
        c if c.is_uppercase() && is_among_small() => RAISED,
        _ => 0,
    }
}

/// Whether a sentence begins after what is before.
fn begins_sentence(before: &[Piece]) -> bool {
    let mut back = before
        .iter()
        .rev()
        .map(|p| p.c)
        .skip_while(|c| !c.is_alphanumeric() && !matches!(c, '.' | '!' | '?'));
    match back.next() {
        None => true,
        Some(c) => matches!(c, '.' | '!' | '?') && before.last().is_some_and(|p| p.c == ' '),
    }
}

/// What the languages cost that a text could be in, which is asked once if at all.
pub(super) type Languages<'a> = dyn Fn() -> Lanes<Cost> + 'a;

/// What they cost by the letters that are sure of it, so much less than they would in a line,
/// for not all lines are in one language.
pub(super) fn languages(text: impl Iterator<Item = char>) -> Lanes<Cost> {
    let costs = words::in_languages(text.take(TOLD));
    let least = costs.iter().copied().min().unwrap_or(0);
    costs.map(|cost| ((cost - least) / 2).min(MOST_OF_TEXT))
}

/// What a line costs with all filled in that it lost by an account of one layer of UTF-8.
pub(super) fn cost(line: &str, h: &Hypothesis) -> Option<Cost> {
    filled_in(line, h, Opened::Left, None).map(|(_, cost)| cost)
}

/// A line of nothing but lead bytes beyond ASCII read as Latin-1, which its text is certain of:
/// of `Ãhnlich wie:` the model alone says too little, and words and languages more.
pub(super) fn of_leads(line: &Line<'_>, languages: Option<&Languages<'_>>) -> Option<Hypothesis> {
    let h = Hypothesis {
        steps: vec![UTF_8_AS_LATIN_1],
        ..line.first().clone()
    };
    let (_, there) = filled_in(line.text, &h, Opened::Lost, languages)?;
    let (mut pieces, here) = filled_in(line.text, &h, Opened::All, languages)?;
    marks::place_lost(line.text, &mut pieces);
    if !marks::may_be_lost(line.text, &pieces) {
        return None;
    }
    let survey = Survey::of_pieces(&pieces);
    Some(Hypothesis {
        pieces,
        survey,
        gain: there - here,
        ..h
    })
}

/// What is filled in of an account: what it says that was lost, or lead bytes that it left, too,
/// if anything shows that there were some, or whatever shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Lost,
    Left,
    All,
}

/// The charset of an account of one layer of UTF-8 that was read as single bytes.
fn layer(h: &Hypothesis) -> Option<Layer> {
    match h.steps[..] {
        [
            step @ Step::Misread {
                truth: Charset::UTF_8,
                ..
            },
        ] if !h.is_placed => layer_of(step),
        _ => None,
    }
}

/// Whether a lead byte was left as it stands, where controls may have been dropped: of
/// `Ãppna nytt fÃ¶nster` the first letter of all could be right, and is not, since the line
/// has others that were misread.
fn is_left(p: &Piece) -> bool {
    p.layers == 0 && is_lead(p.c)
}

/// Whether a character stands in Latin-1 for the first byte of two, or of a mark.
pub(super) fn is_lead(c: char) -> bool {
    matches!(c, 'Ã' | 'Ä' | 'Å' | 'È' | 'â')
}

/// Whether an account of Latin-1 left any, and nothing else beyond ASCII: a line that has `é`
/// as well was misread in part, and its `âge` may be right.
fn has_left(h: &Hypothesis) -> bool {
    layer(h).is_some_and(|layer| arcs::drops_controls(layer.misread))
        && is_of_leads(&h.pieces)
        && h.pieces.iter().any(|p| p.layers != 0 && !p.inferred)
}

/// Whether all that stays as it stands beyond ASCII are lead bytes.
pub(super) fn is_of_leads(pieces: &[Piece]) -> bool {
    let mut left = pieces
        .iter()
        .filter(|p| p.layers == 0 && !p.c.is_ascii())
        .peekable();
    left.peek().is_some() && left.all(is_left)
}

/// The pieces of an account with what was lost filled in, and what the line costs then.
fn filled_in(
    line: &str,
    h: &Hypothesis,
    opened: Opened,
    languages: Option<&Languages<'_>>,
) -> Option<(Vec<Piece>, Cost)> {
    let layer = layer(h)?;
    let single = layer.single?;
    let opens_left = match opened {
        Opened::Lost => false,
        Opened::Left => has_left(h),
        Opened::All => true,
    };
    // Of Welsh `â` is a word.
    let free_is_word = LazyCell::new(|| language::prior(line).lacking(['â'].into_iter()) == 0);
    let is_free = |p: &Piece| {
        let around = spelling::beside(line, p.start as usize..p.end as usize);
        around
            .into_iter()
            .all(|c| c.is_none_or(char::is_whitespace))
    };
    let prior = LazyCell::new(|| language::prior(&spelling::certain(&h.pieces)));
    let is_opened =
        |p: &Piece| opens_left && is_left(p) && !(p.c == 'â' && is_free(p) && *free_is_word);
    // Whether a lead byte, with a space or a question mark that what was made took, may be a
    // letter by itself: a word of the line's language, `Å være`, or the name of one that has not
    // what was made, `Ä und Ö`. The `Ã ` of `Ä\u{90}Ã Náºµng` is after a letter, `Đà Nẵng`.
    let stands_alone = |was: &[Piece], at: usize, end: usize, place: usize| {
        let lead = was[at].c;
        let after = |n: usize| was.get(at + n).map_or(' ', |p| p.c);
        let is_free = end <= at + 2
            && (after(1) == ' ' || after(1) == '?' && after(2) == ' ')
            && place
                .checked_sub(1)
                .is_none_or(|before| !is_letter(h.pieces[before].c));
        let made = h.pieces[place].c;
        let has = || prior.lacking([lead].into_iter()) == 0;
        is_free
            && is_letter(lead)
            && (words::is_one(&prior, lowered(lead))
                || has() && prior.lacking([made].into_iter()) > 0)
    };
    let drops_controls = arcs::drops_controls(layer.misread);
    let was = lattice::pieces(line);
    let survived = Survived::of(&was, h);
    let mut slots = Vec::new();
    lattice::slots(&was, layer.misread, layer.single, layer.truth, &mut slots);
    // The choices of all places, and which are those of each.
    let mut choices: Vec<Choice<'_>> = Vec::with_capacity(h.pieces.len());
    let mut places: Vec<Range<usize>> = Vec::with_capacity(h.pieces.len());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&piece) = h.pieces.get(at) {
        at += 1;
        let first = choices.len();
        let start = if piece.inferred || is_opened(&piece) {
            was.partition_point(|p| p.start < piece.start)
        } else {
            was.len()
        };
        if start < was.len() {
            let end = was.partition_point(|p| p.start < piece.end);
            // How far another choice may reach: over what was kept.
            let next = |n: usize| h.pieces.get(at + n).zip(was.get(end + n));
            let is_kept = |n: &usize| next(*n).is_some_and(|(p, w)| p == w);
            let is_dots = arcs::is_ellipsis(was[end..].iter().map(|p| p.c));
            let is_image = || arcs::image(was[end..].iter().map(|p| p.c)).is_some();
            let reach = match is_dots || is_image() {
                true => arcs::DOTS,
                false => REACH,
            };
            let more = (0..reach).take_while(is_kept).count();
            found.clear();
            arcs::arcs(&slots, start, 0, &was, &layer, &mut found);
            let filled = found.iter().filter(|arc| arc.inferred);
            let filled = filled.filter(|arc| start + usize::from(arc.len) <= end + more);
            let longest = filled.clone().map(|arc| start + usize::from(arc.len)).max();
            let reach = longest.unwrap_or(end).max(end);
            // Of nothing but `â` it was a usual mark, if anything.
            let is_bare = |arc: &Arc| drops_controls && was[start].c == 'â' && arc.len == 1;
            let is_usual = |arc: &Arc| arc.c.is_some_and(is_usual_mark);
            let filled = filled.filter(|arc| !(is_opened(&piece) && is_bare(arc)) || is_usual(arc));
            let all = filled.map(|arc| {
                let last = start + usize::from(arc.len);
                let losses = losses(arc.c, &slots[start..last], &was, single);
                Choice {
                    read: arc.c.map(|c| Piece {
                        c,
                        end: was[last - 1].end,
                        layers: 1,
                        inferred: true,
                        ..piece
                    }),
                    kept: &was[last..reach],
                    cost: match is_bare(arc) && is_usual(arc) {
                        true => MARK,
                        false => arc.cost,
                    } + arc
                        .c
                        .map_or(0, |c| out_of_place(c, &was[..start], &was[last..]))
                        + survived.cost(losses),
                    losses,
                }
            });
            choices.extend(all);
            // The `Å` of `fÃ¶r Åsa` lost nothing, nor did that of `gÃ¥ng. Å andra sidan`.
            let lead = was[start].c;
            let is_alone = choices.len() > first && stands_alone(&was, start, end, at - 1);
            let is_lead = end == start + 1 || is_alone;
            if is_lead && choices.len() > first && language::is_latin(lead) {
                choices.push(Choice {
                    read: None,
                    kept: &was[start..reach],
                    cost: if piece.inferred { KEEPING } else { LEAVING },
                    losses: 0,
                });
            }
            match choices.len() - first {
                0 | 1 => choices.truncate(first),
                _ => at += reach - end,
            }
        }
        if choices.len() == first {
            choices.push(Choice {
                read: Some(piece),
                kept: &[],
                cost: 0,
                losses: 0,
            });
        }
        places.push(first..choices.len());
    }
    let is_space = |place: &Range<usize>| {
        let is_space = |choice: &Choice<'_>| choice.pieces().all(|p| p.c.is_whitespace());
        place.len() == 1 && is_space(&choices[place.start])
    };
    // Of `ðŸ˜€ðŸ�°` one emoji is sure; but what quotes are depends on what follows.
    let is_picture = |p: &Piece| arcs::is_sign(p.c) && p.c > '\u{2027}';
    let is_sign = |place: &Range<usize>| {
        let is_sign = |choice: &Choice<'_>| choice.pieces().all(is_picture);
        choices[place.clone()].iter().all(is_sign)
    };
    let in_word = |a: &Range<usize>, b: &Range<usize>| !(is_space(a) || is_sign(a) || is_sign(b));
    let words = places.chunk_by(in_word);
    let words = words.flat_map(|word| word.chunks(LONGEST));
    let words: Vec<Vec<&[Choice<'_>]>> = words
        .map(|word| word.iter().map(|place| &choices[place.clone()]).collect())
        .collect();
    let mut context = Context::START;
    let mut guesses = Vec::with_capacity(words.len());
    for word in &words {
        let ways = ways(word, context);
        context = ways.first().map_or(context, |way| way.context);
        guesses.push(ways);
    }
    let mut out: Vec<Piece> = Vec::with_capacity(h.pieces.len());
    let (chosen, cost) = together(&words, &guesses, languages);
    for (word, (guess, doubt)) in words.iter().zip(chosen) {
        let is_open = word.iter().any(|place| place.len() > 1);
        let taken = || word.iter().zip(&guess.choices).map(|(place, &i)| &place[i]);
        let pieces = || taken().flat_map(Choice::pieces);
        // Of `Московский метрополитен` in UTF-8 half of all letters are lost where controls
        // are dropped, each one of 32, and `Носковский мессополисен` is as likely.
        let is_guess = |p: &Piece| p.inferred && arcs::is_written(p.c) && !misread::is_wide(p.c);
        let is_unsure =
            drops_controls && pieces().any(is_guess) && !words::are_known(pieces().map(|p| p.c));
        let doubt = if is_unsure { FAR } else { doubt };
        for (place, &i) in word.iter().zip(&guess.choices) {
            let pieces = place[i].pieces().map(|p| match is_open && p.inferred {
                true => Piece {
                    doubt,
                    own: doubt,
                    ..*p
                },
                false => *p,
            });
            out.extend(pieces);
        }
    }
    Some((out, cost))
}

impl Way {
    /// Goes on with a choice.
    fn take(mut self, choice: &Choice<'_>) -> Way {
        self.cost += choice.cost;
        for p in choice.pieces() {
            self.cost += self.context.read(model::symbol(p.c)) + model::surcharge(p.c);
        }
        self
    }
}

/// A way in which a word may be filled in.
struct Guess {
    /// Which choice at each place.
    choices: Vec<usize>,
    /// What it costs, the words that it makes taken off.
    cost: Cost,
    /// What stands at its end.
    context: Context,
    /// The ways in which bytes were lost, a bit each.
    losses: u8,
}

/// The likeliest ways to fill in a word, the best first.
fn ways(word: &[&[Choice<'_>]], context: Context) -> Vec<Guess> {
    if word.iter().all(|place| place.len() == 1) {
        let first = Way {
            context,
            cost: 0,
            last: None,
        };
        let way = word.iter().fold(first, |way, place| way.take(&place[0]));
        let pieces = word.iter().flat_map(|place| place[0].pieces());
        let text: Vec<char> = pieces.map(|p| p.c).collect();
        return vec![Guess {
            choices: vec![0; word.len()],
            cost: way.cost - words::known_words(&text),
            context: way.context,
            losses: 0,
        }];
    }
    let mut ways = vec![Way {
        context,
        cost: 0,
        last: None,
    }];
    let mut chosen: Vec<Chosen> = Vec::new();
    for place in word {
        if let [choice] = place {
            // After two characters all ways go on alike.
            let first = ways[0];
            if ways.iter().all(|way| way.context == first.context) {
                let Way { context, cost, .. } = first.take(choice);
                for way in &mut ways {
                    (way.context, way.cost) = (context, way.cost + cost - first.cost);
                }
            } else {
                ways.iter_mut().for_each(|way| *way = way.take(choice));
            }
            continue;
        }
        let mut next = Vec::with_capacity(MANY * BEAM + place.len());
        // What costs so much at least is not among the least.
        let mut most = Cost::MAX;
        for way in &ways {
            for (i, choice) in place.iter().enumerate() {
                if way.cost + choice.cost >= most {
                    continue;
                }
                next.push(Way {
                    last: Some(chosen.len()),
                    ..way.take(choice)
                });
                chosen.push(Chosen {
                    choice: i,
                    before: way.last,
                });
            }
            if next.len() > MANY * BEAM {
                keep_least(&mut next, BEAM, |way| (way.cost, way.last));
                most = next[BEAM - 1].cost;
            }
        }
        keep_least(&mut next, BEAM, |way| (way.cost, way.last));
        ways = next;
    }
    let choices = |way: &Way| {
        let back = std::iter::successors(way.last, |at| chosen[*at].before);
        let mut back: Vec<usize> = back.map(|at| chosen[at].choice).collect();
        let choice = |place: &&[Choice<'_>]| match place.len() {
            1 => 0,
            _ => back.pop().unwrap_or_default(),
        };
        word.iter().map(choice).collect::<Vec<usize>>()
    };
    let guess = |way: &Way| {
        let choices = choices(way);
        let taken = || word.iter().zip(&choices).map(|(place, &i)| &place[i]);
        Guess {
            losses: taken().fold(0, |all, choice| all | choice.losses),
            cost: way.cost,
            context: way.context,
            choices,
        }
    };
    let mut guesses: Vec<Guess> = Vec::new();
    let mut most = Cost::MAX;
    let mut text: Vec<char> = Vec::new();
    for way in &ways {
        // No words can make up for more.
        if way.cost > most {
            break;
        }
        let mut guess = guess(way);
        text.clear();
        let taken = || word.iter().zip(&guess.choices).map(|(place, &i)| &place[i]);
        text.extend(taken().flat_map(Choice::pieces).map(|p| p.c));
        if text.last().is_none_or(|c| !c.is_whitespace()) {
            guess.cost += model::cost(way.context, model::BOUNDARY);
        }
        guess.cost -= words::known_words(&text);
        let is_space = |choice: &Choice<'_>| choice.losses == SPACE;
        let after = taken().skip_while(|choice| !is_space(choice)).nth(1);
        let next = after.and_then(|choice| choice.pieces().next());
        if next.is_some_and(|p| p.c.is_alphabetic()) && words::is_long_word(&text) {
            guess.cost -= JOINED;
        }
        let worst = guess.cost + BEHIND + JOINED;
        if worst < most {
            most = most.min(worst + words::most_known(&text));
        }
        guesses.push(guess);
    }
    guesses.sort_by_key(|guess| guess.cost);
    let most = guesses.first().map_or(0, |best| best.cost + BEHIND);
    guesses.retain(|guess| guess.cost <= most);
    guesses.truncate(GUESSES);
    guesses
}

/// The best way for each word, given the others, with how little that is certain, and what
/// all of them cost.
///
/// A line is in one language, and lost its bytes in one way: the `Ã` of `Ã inntaki`
/// would be `à` by itself, but in Icelandic it was `í`.
fn together<'a>(
    words: &[Vec<&[Choice<'_>]>],
    guesses: &'a [Vec<Guess>],
    languages: Option<&Languages<'_>>,
) -> (Vec<(&'a Guess, Cost)>, Cost) {
    let text = |n: usize, guess: &Guess| {
        let taken = words[n].iter().zip(&guess.choices);
        let pieces = taken.flat_map(|(place, &i)| place[i].pieces());
        pieces.map(|p| p.c).collect::<Vec<char>>()
    };
    let (open, sure): (Vec<usize>, Vec<usize>) =
        (0..words.len()).partition(|&n| guesses[n].len() > 1);
    // What they cost, and the ways in which bytes were lost, whatever is chosen.
    let closed: Cost = sure.iter().map(|&n| guesses[n][0].cost).sum();
    let given = sure.iter().fold(0, |all, &n| all | guesses[n][0].losses);
    // What each way costs in each language, and what the other words do.
    let sure = sure.into_iter().flat_map(|n| text(n, &guesses[n][0]));
    let mut sure = weighed(&words::in_languages(sure), closed);
    if let Some(languages) = languages {
        let of_text = sure.iter_mut().zip(languages());
        of_text.for_each(|(cost, more)| *cost += more);
    }
    // `â??Let` was no `„Let`, which English does not write.
    let foreign = LazyCell::new(|| {
        let mut costs = [0; LANES];
        // Serbian in Latin, `sr-Latn`, has the quotes of Serbian.
        let is_low = |tag: &str| tag.split('-').any(|part| LOW_QUOTES.contains(&part));
        let others = letters::all().filter(|l| !is_low(l.tag()));
        others.for_each(|l| costs[l.lane()] = FOREIGN);
        costs
    });
    let costs = |&n: &usize| {
        let of_guess = |guess: &'a Guess| {
            let text = text(n, guess);
            let is_low = text.iter().any(|c| matches!(c, '„' | '‚'));
            let mut costs = weighed(&words::in_languages(text.into_iter()), guess.cost);
            if is_low {
                let foreign = costs.iter_mut().zip(*foreign);
                foreign.for_each(|(cost, foreign)| *cost += foreign);
            }
            (guess, costs)
        };
        guesses[n].iter().map(of_guess).collect::<Vec<_>>()
    };
    let costs: Vec<Vec<(&'a Guess, Lanes<Cost>)>> = open.iter().map(costs).collect();
    // What the line costs at least in each, where the processor compares them side by
    // side.
    let mut least = sure;
    for guesses in &costs {
        let mut of_word = [Cost::MAX; LANES];
        for (_, costs) in guesses {
            of_word = std::array::from_fn(|l| of_word[l].min(costs[l]));
        }
        least = std::array::from_fn(|l| least[l] + of_word[l]);
    }
    let mut languages: Vec<(Cost, usize)> = least.into_iter().zip(0..).collect();
    keep_least(&mut languages, LANGUAGES, |language| *language);
    // From here on only these few.
    let few = |costs: &Lanes<Cost>| -> Few { std::array::from_fn(|i| costs[languages[i].1]) };
    let sure = few(&sure);
    let of_guess = |(guess, costs): &(&Guess, Lanes<Cost>)| (guess.losses, few(costs));
    let of_word = |guesses: &Vec<_>| guesses.iter().map(of_guess).collect::<Vec<_>>();
    let costs: Vec<Vec<(u8, Few)>> = costs.iter().map(of_word).collect();
    // Sets of ways in which bytes were lost, but none with a way that no guess needs then.
    let needs = |set: u8| {
        let losses = costs.iter().flatten().map(|(losses, _)| losses);
        losses
            .filter(|losses| *losses & !set == 0)
            .fold(0, |all, l| all | l)
    };
    let sets = (0..=needs(u8::MAX)).filter(|&set| needs(set) == set);
    // What the line costs at least with each guess.
    let mut with: Vec<Vec<Cost>> = costs.iter().map(|c| vec![Cost::MAX; c.len()]).collect();
    let mut total = Cost::MAX;
    for set in sets {
        let is_allowed = |losses: u8| losses & !set == 0;
        let least = |guesses: &Vec<(u8, Few)>| {
            let allowed = guesses.iter().filter(|guess| is_allowed(guess.0));
            let least = |a: Few, b: Few| std::array::from_fn(|l| a[l].min(b[l]));
            allowed.map(|guess| guess.1).reduce(least)
        };
        let Some(least) = costs.iter().map(least).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let ways = set | given;
        let ways = WAY * ways.count_ones() as Cost + rarity(ways);
        let mut all = sure.map(|cost| cost + ways);
        for least in &least {
            all = std::array::from_fn(|l| all[l] + least[l]);
        }
        total = all.into_iter().fold(total, Cost::min);
        for ((with, guesses), least) in with.iter_mut().zip(&costs).zip(least) {
            for (with, (losses, costs)) in with.iter_mut().zip(guesses) {
                if is_allowed(*losses) {
                    let cost = (0..LANGUAGES).map(|l| all[l] - least[l] + costs[l]);
                    *with = cost.fold(*with, Cost::min);
                }
            }
        }
    }
    let mut with = with.into_iter();
    let choose = |guesses: &'a Vec<Guess>| {
        let with = if guesses.len() > 1 { with.next() } else { None };
        let with = with.unwrap_or_default();
        let least = with.iter().min().copied().unwrap_or(0);
        let best = with.iter().position(|&cost| cost == least).unwrap_or(0);
        let others = with.iter().enumerate().filter(|(i, _)| *i != best);
        let all = others.fold(0, |all, (_, cost)| {
            weigh::either(all, (cost - least).min(FAR) * weigh::FINE)
        });
        (&guesses[best], -all)
    };
    (guesses.iter().map(choose).collect(), total)
}

/// What ways of losing bytes cost beside because they are rare. What drops no-break spaces
/// makes no spaces of them.
fn rarity(ways: u8) -> Cost {
    const BOTH: u8 = SPACE | STRIPPED;
    let stripped = match ways & BOTH {
        BOTH => RARE_WAY + SURVIVED,
        STRIPPED => RARE_WAY,
        _ => 0,
    };
    let hyphen = match ways & (HYPHEN | DROPPED) == HYPHEN | DROPPED {
        true => HYPHEN_TOO,
        false => 0,
    };
    stripped + hyphen + if ways & BLANKED != 0 { RARER_WAY } else { 0 }
}

/// What letters count in each language beside what else is said, where the processor
/// reckons side by side.
fn weighed(letters: &Lanes<Cost>, cost: Cost) -> Lanes<Cost> {
    std::array::from_fn(|lane| cost + letters[lane] * LETTERS / 2)
}

/// Keeps so many of all, the least first.
fn keep_least<T, K: Ord>(all: &mut Vec<T>, n: usize, key: impl Fn(&T) -> K) {
    if all.len() > n {
        all.select_nth_unstable_by_key(n, &key);
        all.truncate(n);
    }
    all.sort_unstable_by_key(key);
}

/// Ways to fill in a word that are held against the rest of the line, and by how
/// much they may be behind the best.
const GUESSES: usize = 6;
const BEHIND: Cost = 16 * NAT;
/// What a long word says that is one only if its space was a byte: `Ã quele` was
/// `àquele`, for of what may stand after `à`, hardly anything makes a word with it.
const JOINED: Cost = 12 * NAT;
/// Languages that a line could be in.
const LANGUAGES: usize = 8;
/// What something costs in each of them.
type Few = [Cost; LANGUAGES];
/// What the letters of a language count, in halves.
const LETTERS: Cost = 3;
/// What an opening quote on the line costs where quotations begin above it.
const FOREIGN: Cost = 5 * NAT;
/// Languages in which they begin on it, at once or within others, by Unicode's CLDR.
const LOW_QUOTES: [&str; 28] = [
    "be", "bg", "bs", "cs", "de", "dsb", "et", "hr", "hsb", "hu", "is", "ka", "ksh", "ky", "lb",
    "lt", "mk", "nds", "os", "pl", "ro", "ru", "sah", "sk", "sl", "sr", "szl", "uk",
];
/// What it costs that a letter is one, and leads no sequence of which the rest was dropped.
const KEEPING: Cost = NAT;
/// The same where an account left it.
const LEAVING: Cost = 3 * NAT;
/// What it costs that `â` is left of a mark.
const MARK: Cost = 4 * NAT;
/// What it costs that bytes were lost in one more way.
const WAY: Cost = 3 * NAT;
/// What it costs beside that no-break spaces were dropped, which is rare.
const RARE_WAY: Cost = NAT;
/// The same of soft hyphens where controls were dropped.
const HYPHEN_TOO: Cost = 5 * NAT;
/// The same of spaces put for bytes.
const RARER_WAY: Cost = 5 * NAT;
/// What it costs for each byte of a kind that others of the line show.
const SURVIVED: Cost = 6 * NAT;
/// What is no more likely than that is not to be told from what is less.
const FAR: Cost = 60 * NAT;
/// So many letters tell what languages a text is in.
const TOLD: usize = 1500;
/// What a language costs at most that the text is not in.
const MOST_OF_TEXT: Cost = 20 * NAT;
/// What a small letter costs where a sentence begins.
const SMALL: Cost = 3 * NAT;
/// What a capital costs among small letters.
const RAISED: Cost = 8 * NAT;
/// What a sign costs that counts nothing.
const TIMES: Cost = 8 * NAT;

/// The ways in which a byte is lost, a bit each: a no-break space became a space;
/// another showed as a mark, or as the plain form of one; a soft hyphen was dropped,
/// or a byte that is no character; a no-break space was trimmed, or dropped anywhere; a
/// space stands for a byte that is no character.
const SPACE: u8 = 1;
const SHOWN: u8 = 1 << 1;
const PLAIN: u8 = 1 << 2;
const HYPHEN: u8 = 1 << 3;
const DROPPED: u8 = 1 << 4;
const TRIMMED: u8 = 1 << 5;
const STRIPPED: u8 = 1 << 6;
const BLANKED: u8 = 1 << 7;

/// Whether a mark is one that texts are full of.
fn is_usual_mark(c: char) -> bool {
    matches!(c, '–' | '—' | '‘'..='‚' | '“'..='„')
}

/// How the bytes of a character were lost of which these are left.
fn losses(c: Option<char>, slots: &[Slot], line: &[Piece], single: usize) -> u8 {
    let Some(c) = c else { return TRIMMED };
    let mut bytes = [0; 4];
    let is_space = |after: &Piece| after.c == ' ';
    let last = slots.last().map_or(0, |s| s.piece as usize);
    let is_at_end = line.get(last + 1).is_none_or(is_space);
    let mut left = slots;
    let mut all = 0;
    for &byte in c.encode_utf8(&mut bytes).as_bytes() {
        let shown = left.first().map(|s| (s.byte, line[s.piece as usize].c));
        let rest = left.iter().map(|s| line[s.piece as usize].c);
        let (loss, taken) = match shown {
            Some((is, _)) if is == byte => (Some(0), 1),
            Some((_, ' ')) if byte == 0xa0 => (Some(SPACE), 1),
            Some((_, ' ')) => (Some(BLANKED), 1),
            Some((_, '?' | char::REPLACEMENT_CHARACTER)) => (Some(SHOWN), 1),
            Some((_, '"' | '\'' | '-' | 'Y')) => (Some(PLAIN), 1),
            Some((_, '.')) => (Some(PLAIN), arcs::DOTS),
            Some(_) => match arcs::image(rest) {
                Some((c, taken)) if READINGS.row(c).bytes[single] == byte => (Some(PLAIN), taken),
                _ => (None, 0),
            },
            None => (None, 0),
        };
        left = left.get(taken..).unwrap_or_default();
        all |= loss.unwrap_or(match byte {
            0xa0 if is_at_end => TRIMMED,
            0xa0 => STRIPPED,
            0xad => HYPHEN,
            _ => DROPPED,
        });
    }
    all
}

/// The ways in which no byte of a line was lost, for others of the kind are there: where
/// `×\u{9d}` is, the byte 9D was not dropped elsewhere.
#[derive(Clone, Copy, Default)]
struct Survived {
    any: u8,
    /// Those of which several say so.
    several: u8,
}

impl Survived {
    fn of(line: &[Piece], h: &Hypothesis) -> Self {
        let mut counts = [0_usize; KEPT.len()];
        for p in h.pieces.iter().filter(|p| p.layers != 0 && !p.inferred) {
            let start = line.partition_point(|was| was.start < p.start);
            let bytes = line[start..].iter().take_while(|was| was.start < p.end);
            for was in bytes {
                let kinds = counts.iter_mut().zip(KEPT);
                kinds.for_each(|(count, (all, _))| *count += usize::from(all.contains(&was.c)));
            }
        }
        let ways = |least: usize| {
            let kinds = counts.iter().zip(KEPT);
            kinds.fold(0, |ways, (count, (_, more))| match *count >= least {
                true => ways | more,
                false => ways,
            })
        };
        Survived {
            any: ways(1),
            several: ways(SEVERAL),
        }
    }

    /// What it costs that bytes were lost in these ways all the same.
    fn cost(self, ways: u8) -> Cost {
        let count = (self.any & ways).count_ones() + (self.several & ways).count_ones();
        SURVIVED * count as Cost
    }
}

/// What is still there, and the ways in which it would not be.
const KEPT: [(RangeInclusive<char>, u8); 3] = [
    ('\u{a0}'..='\u{a0}', SPACE | TRIMMED | STRIPPED),
    ('\u{ad}'..='\u{ad}', HYPHEN),
    ('\u{80}'..='\u{9f}', DROPPED | SHOWN | BLANKED),
];
/// So many are no accident.
const SEVERAL: usize = 3;

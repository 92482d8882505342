//! Text whose case was changed after UTF-8 was misread: `ã©` was `Ã©`, and `Â€™` was `â€™`.

use crate::edit::Step;
use crate::model::{Cost, NAT};

use super::hypothesis::Survey;
use super::lattice::{self, Layer, Piece, Slot};
use super::readings::{READINGS, Set, lowered};
use super::utf8::single;

/// Charsets in which a changed misreading is looked for: the commonest.
const CHARSETS: usize = 4;
const COMMONEST: Set = (1 << CHARSETS) - 1;
/// Changing the case of a whole text is rare.
const CHANGED: Cost = 3 * NAT;

/// What was done to the letters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// They were put in small letters, but for those that words begin with, perhaps.
    Lower,
    /// They were put in capitals.
    Upper,
}

impl Change {
    pub(super) fn of(step: Step) -> Option<Self> {
        match step {
            Step::Lowercase => Some(Change::Lower),
            Step::Uppercase => Some(Change::Upper),
            _ => None,
        }
    }

    pub(super) fn step(self) -> Step {
        match self {
            Change::Lower => Step::Lowercase,
            Change::Upper => Step::Uppercase,
        }
    }

    /// A character as that leaves it, where the first that shows it is this one now: where
    /// there are small letters, `ã‰` was `é` or `É`, and is small.
    pub(super) fn applied(self, c: char, shown: char) -> char {
        match self {
            Change::Upper if c == 'µ' => c,
            Change::Upper => lattice::upper(c),
            Change::Lower if shown.is_lowercase() => small(c),
            Change::Lower => c,
        }
    }

    /// A layer after which that was done.
    pub(super) fn after(self, layer: Layer) -> Layer {
        Layer {
            change: Some(self),
            lossy: false,
            ..layer
        }
    }
}

/// How the letters of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// There is no capital.
    Small,
    /// There are, but only where title-casing makes them: after anything but a letter, as
    /// the last of `Gerã¤T` is, too.
    Title,
    /// All are capitals that could be.
    Capital,
    Mixed,
}

impl Case {
    fn of(text: impl Iterator<Item = char>) -> Self {
        let (mut small, mut capital, mut inside) = (false, false, false);
        let mut is_after = false;
        for c in text {
            let (is_capital, is_small) = (c.is_uppercase(), c.is_lowercase());
            capital |= is_capital;
            inside |= is_capital && is_after;
            small |= is_small && lattice::upper(c) != c;
            if inside && small {
                return Case::Mixed;
            }
            is_after = is_capital || is_small;
        }
        match (capital, small) {
            (false, _) => Case::Small,
            (true, true) => Case::Title,
            (true, false) => Case::Capital,
        }
    }

    fn change(self) -> Option<Change> {
        match self {
            Case::Small | Case::Title => Some(Change::Lower),
            Case::Capital => Some(Change::Upper),
            Case::Mixed => None,
        }
    }

    /// The charsets in which three characters of such a text begin with a sequence of which
    /// the case was changed. Where there are capitals, it must show in the first: the `Ãš`
    /// of most texts is as it was, and so is `â€™`.
    fn begins(self, three: [char; 3]) -> Set {
        let [a, b, _] = three;
        // What leads a sequence in any of the commonest is a letter of Latin, or `×`.
        if a > 'ſ' {
            return 0;
        }
        let all = match self {
            Case::Small => begins_lowered(a, b),
            Case::Title if a.is_lowercase() => begins_lowered(a, b) & !begins_three(a, three),
            Case::Title | Case::Capital => begins_raised(three),
            Case::Mixed => 0,
        };
        all & COMMONEST
    }
}

/// The charsets in which two characters begin a sequence that was lower-cased; `ï¸` is what
/// is left of a variation selector.
pub(super) fn begins_lowered(a: char, b: char) -> Set {
    if a.is_ascii() || b.is_ascii() || (a, b) == ('ï', '¸') {
        return 0;
    }
    let readings = &*READINGS;
    let first = lattice::upper(a);
    let lead = readings.row(first).lead[0];
    if lead == 0 {
        return 0;
    }
    let second = lattice::upper(b);
    let any = |is_any: bool, c: char| if is_any { readings.row(c).cont } else { 0 };
    lead & (any(first != a, b) | any((first, second) != (a, b), second))
}

/// The charsets in which a sequence begins that was put in capitals: what leads it was `á`
/// or `â`, as that of `Á»™` and `Â€™`, or what follows shows, as that of `ÄƑ` does.
pub(super) fn begins_raised([a, b, c]: [char; 3]) -> Set {
    if a.is_ascii() || b.is_ascii() || !a.is_uppercase() {
        return 0;
    }
    let small = small(b);
    let follows = match READINGS.row(b).any {
        // No charset of the commonest has `Ƒ` or the capital of `µ`.
        any if small != b => READINGS.row(small).cont & !any,
        _ => 0,
    };
    let two = READINGS.row(a).lead[0] & follows;
    match a {
        'Á' | 'Â' => two | begins_three(other(a), [a, b, c]),
        _ => two,
    }
}

/// The charsets in which this leads a sequence of three.
fn begins_three(lead: char, [_, b, c]: [char; 3]) -> Set {
    let cont = |c: char| READINGS.row(c).cont | READINGS.row(other(c)).cont;
    match b.is_ascii() || c.is_ascii() {
        true => 0,
        false => READINGS.row(lead).lead[1] & cont(b) & cont(c),
    }
}

/// The small letter; what `µ` becomes is the capital of another one.
fn small(c: char) -> char {
    if c == 'Μ' { 'µ' } else { lowered(c) }
}

/// The character in the other case, if that is one.
fn other(c: char) -> char {
    match c.is_uppercase() {
        true => small(c),
        false => lattice::upper(c),
    }
}

/// Each character of a text beyond ASCII that is before another, with the two after it.
fn threes(text: impl Iterator<Item = char>) -> impl Iterator<Item = [char; 3]> {
    let mut text = text.fuse();
    let (mut second, mut third) = (text.next(), text.next());
    std::iter::from_fn(move || {
        loop {
            let first = second?;
            (second, third) = (third, text.next());
            match second {
                Some(second) if !first.is_ascii() && !second.is_ascii() => {
                    return Some([first, second, third.unwrap_or_default()]);
                }
                _ => {}
            }
        }
    })
}

/// Whether the case of any sequence in a text may have been changed.
pub(super) fn may_be_changed(text: impl Iterator<Item = char> + Clone) -> bool {
    let is_of = |case: Case, three: [char; 3]| case.begins(three) != 0;
    let may_be = |three| is_of(Case::Small, three) || is_of(Case::Capital, three);
    // Few lines have any.
    threes(text.clone()).any(may_be) && {
        let case = Case::of(text.clone());
        threes(text).any(|three| is_of(case, three))
    }
}

/// Layers of UTF-8 misread of which the case was changed since.
pub(super) fn layers(pieces: &[Piece], odd: &[bool]) -> Vec<(Layer, Cost)> {
    let chars = || pieces.iter().map(|p| p.c);
    let case = match may_be_changed(chars()) {
        true => Case::of(chars()),
        false => return Vec::new(),
    };
    let at = |i: usize| pieces.get(i).map_or('\0', |p| p.c);
    let odd = (0..pieces.len()).filter(|i| odd[*i]);
    let all = odd.fold(0, |all, i| all | case.begins([at(i), at(i + 1), at(i + 2)]));
    // Charsets that have the line at the same bytes, in either case, read the same.
    let bytes = |c: char, n: usize| [c, other(c)].map(|c| READINGS.row(c).bytes[n]);
    let are_alike = |a, b| {
        let mut beyond = chars().filter(|c| !c.is_ascii());
        beyond.all(|c| bytes(c, a) == bytes(c, b))
    };
    let mut of: Vec<usize> = Vec::new();
    for n in (0..CHARSETS).filter(|n| all & 1 << n != 0) {
        if !of.iter().any(|likelier| are_alike(*likelier, n)) {
            of.push(n);
        }
    }
    let of = of.into_iter().map(single);
    let changed = |(layer, cost)| Some((case.change()?.after(layer), cost + CHANGED));
    of.filter_map(changed).collect()
}

/// Makes the other byte that of the character in the other case.
pub(super) fn with_other_case(slots: &mut [Slot], pieces: &[Piece], single: usize) {
    for slot in slots {
        let other = READINGS.row(other(pieces[slot.piece as usize].c)).bytes[single];
        if other != 0 {
            slot.other = other;
        }
    }
}

/// Puts in small letters again what follows within a word, where title-casing made a
/// capital after the sign that ended a sequence: the `T` of `Gerã¤T`. What that gains.
pub(super) fn put_back(pieces: &mut [Piece], change: Change, bit: u8) -> Cost {
    let is_read = |p: &Piece| p.layers & bit == bit && p.c.is_alphabetic();
    let is_made = |p: &[Piece]| is_read(&p[0]) && !is_read(&p[1]) && p[1].c.is_uppercase();
    if change != Change::Lower || !pieces.windows(2).any(is_made) {
        return 0;
    }
    let was = Survey::of_pieces(pieces).cost;
    let mut is_after = false;
    for p in pieces.iter_mut() {
        let is_capital = is_after && !is_read(p) && p.c.is_uppercase();
        is_after = is_read(p);
        if is_capital {
            (p.c, p.layers) = (small(p.c), p.layers | bit);
        }
    }
    was - Survey::of_pieces(pieces).cost
}

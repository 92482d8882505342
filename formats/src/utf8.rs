//! The stretches of bytes that are UTF-8.

use simdutf8::compat::from_utf8;

/// A byte-order mark, which is not part of the text.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Cuts bytes at what is not UTF-8: each valid stretch, not empty, with the
/// offset that it starts at. Cutting there, and not putting U+FFFD in, keeps
/// a repair from reaching over bytes that must stay as they are.
pub(crate) fn stretches(bytes: &[u8]) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &bytes[at..];
            if rest.is_empty() {
                return None;
            }
            let start = at;
            match from_utf8(rest) {
                Ok(valid) => {
                    at = bytes.len();
                    return Some((start, valid));
                }
                Err(error) => {
                    let valid = &rest[..error.valid_up_to()];
                    at += valid.len() + error.error_len().unwrap_or(rest.len() - valid.len());
                    if let Ok(valid) = from_utf8(valid)
                        && !valid.is_empty()
                    {
                        return Some((start, valid));
                    }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_cut() {
        let cut = |bytes| stretches(bytes).collect::<Vec<_>>();
        assert_eq!(cut(b""), []);
        assert_eq!(cut("a\u{e9}".as_bytes()), [(0, "aé")]);
        assert_eq!(cut(b"\xFFa\xFE\xFEb\xC3"), [(1, "a"), (4, "b")]);
        assert_eq!(cut(b"\xE2\x82(\xED\xA0\x80)"), [(2, "("), (6, ")")]);
    }
}

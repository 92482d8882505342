//! Adding a field to a JSON record.

/// Where the field goes in a line that holds an object, and whether a comma
/// comes before it: `{"a":1}` takes it behind the 1.
pub fn place(line: &[u8]) -> Option<(usize, bool)> {
    let body = line.trim_ascii_end();
    let end = body.len().checked_sub(1).filter(|&end| body[end] == b'}')?;
    let start = body.iter().position(|&byte| byte == b'{')?;
    if !body[..start]
        .strip_prefix(crate::utf8::BOM)
        .unwrap_or(&body[..start])
        .trim_ascii()
        .is_empty()
    {
        return None;
    }
    let inside = body[start + 1..end].trim_ascii_end();
    Some((start + 1 + inside.len(), !inside.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn behind_the_last_member() {
        assert_eq!(place(b"{\"a\":1 }\r\n"), Some((6, true)));
        assert_eq!(place(b" { } "), Some((2, false)));
        assert_eq!(place(b"\xEF\xBB\xBF{\"a\":{}}"), Some((10, true)));
        assert_eq!(place(b"[{}]"), None);
        assert_eq!(place(b"[1,{}"), None);
        assert_eq!(place(b""), None);
    }
}

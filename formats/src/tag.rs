//! Adding a field to a JSON record.

use std::ops::Range;

use crate::json;
use crate::utf8::BOM;

/// Where a field goes in a line that holds an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is there: this is its value. Of several, what most readers take,
    /// the last.
    Value(Range<usize>),
    /// Behind the last member, after a comma if there is one: `{"a":1}` takes
    /// it behind the 1.
    Behind {
        /// Where that is.
        at: usize,
        /// There is a member.
        comma: bool,
    },
}

impl Place {
    /// The place for this field; none if the line is no object.
    pub fn of(line: &[u8], field: &str) -> Option<Place> {
        let json = line.strip_prefix(BOM).unwrap_or(line);
        let start = line.len() - json.len();
        let (mut value, mut comma) = (None, false);
        let at = json::each_member(json, |key, span| {
            comma = true;
            if *key == *field.as_bytes() {
                value = Some(start + span.start..start + span.end);
            }
        });
        let at = start + at.ok()?;
        Some(value.map_or(Place::Behind { at, comma }, Place::Value))
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn of_a_field() {
        let behind = |line: &[u8], at, comma| {
            assert_eq!(Place::of(line, "t"), Some(Place::Behind { at, comma }));
        };
        behind(b"{\"a\":1 }\r\n", 6, true);
        behind(b" { } ", 2, false);
        behind(b"\xEF\xBB\xBF{\"a\":{}}", 10, true);
        behind(
            b"{\"a\":{\"t\":[1,{}]},\"b\":[NaN,\"\\\"}\",\"t\"] }",
            37,
            true,
        );
        for line in [&b"[{}]"[..], b"[1,{}", b"\"{}\"", b"1", b""] {
            assert_eq!(Place::of(line, "t"), None);
        }
        for line in [
            "{\"t\":1}",
            "\u{feff}{ \"a\":{\"t\":2} , \"\\u0074\" : [{\"t\":\"]\"},-1.5e3],\"b\":\"t\"}\n",
            "{\"t\":0,\"t\":{}}",
        ] {
            let Some(Place::Value(span)) = Place::of(line.as_bytes(), "t") else {
                panic!("{line}");
            };
            let value = &line[span];
            assert!(
                ["1", "[{\"t\":\"]\"},-1.5e3]", "{}"].contains(&value),
                "{value}"
            );
        }
    }
}

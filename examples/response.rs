//! A response as HTTP clients give it, bytes and headers, to text: first the
//! charset, then what was damaged before it was sent.
//!
//! With `reqwest`, `text` is all it takes:
//!
//! ```ignore
//! let response = reqwest::get(url).await?;
//! let headers = response.headers().clone();
//! let page = text(&response.bytes().await?, headers.get("content-type").map(|v| v.as_bytes()));
//! ```

#![allow(clippy::print_stdout)]

use unbake::{Hints, decode};

/// The text of a body that came with this `Content-Type`.
fn text(body: &[u8], content_type: Option<&[u8]>) -> String {
    let mut hints = Hints::default();
    if let Some(value) = content_type.and_then(|value| std::str::from_utf8(value).ok()) {
        hints = hints.content_type(value);
    }
    let decoded = decode(body, &hints);
    unbake::repair(&decoded.text).text().into_owned()
}

/// Its name, its Content-Type, its body.
type Response = (&'static str, Option<&'static [u8]>, Vec<u8>);

fn main() {
    let wanted = "Die Fähre fährt täglich, außer bei Sturm über zehn Windstärken.";
    let latin: Vec<u8> = wanted.chars().map(|c| c as u8).collect();
    let html = |body: &[u8]| [b"<p>", body, b"</p>"].concat();
    // Read as Latin-1, and sent as UTF-8.
    let double: String = wanted.bytes().map(char::from).collect();
    let responses: [Response; 4] = [
        (
            "right",
            Some(b"text/html; charset=utf-8"),
            html(wanted.as_bytes()),
        ),
        (
            "wrong header",
            Some(b"text/html; charset=utf-8"),
            html(&latin),
        ),
        ("no declaration", None, html(&latin)),
        (
            "double-encoded",
            Some(b"text/html; charset=utf-8"),
            html(double.as_bytes()),
        ),
    ];
    for (name, content_type, body) in responses {
        let text = text(&body, content_type);
        println!("{name}: {text}");
        assert_eq!(text, format!("<p>{wanted}</p>"));
    }
}

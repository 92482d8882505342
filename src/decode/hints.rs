//! What a caller knows about bytes beforehand.

use super::prescan;
use crate::Charset;

/// What is known about bytes before they are read.
///
/// ```
/// use unbake::{Charset, decode::{self, Hints, Source}};
///
/// let page = b"\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0!";
/// let hints = Hints::default().content_type("text/html; charset=windows-1251");
/// let decoded = decode::decode(page, &hints);
/// assert_eq!(decoded.text, "Привет, мир!");
/// assert_eq!(decoded.source, Source::Transport);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hints {
    pub(super) charset: Option<Charset>,
    pub(super) transport: Option<Charset>,
    pub(super) html: Option<bool>,
}

impl Hints {
    /// The charset to decode in, whatever else is said: only a byte-order mark
    /// goes before it.
    #[must_use]
    pub fn charset(mut self, charset: Charset) -> Self {
        self.charset = Some(charset);
        self
    }

    /// The `Content-Type` that the bytes came with, as `text/html; charset=utf-8`.
    ///
    /// Its charset is believed unless the bytes contradict it; labels are what
    /// they are on the web. `text/html` and its like mean an HTML page.
    #[must_use]
    pub fn content_type(mut self, value: &str) -> Self {
        let lower = value.trim_start().to_ascii_lowercase();
        let essence = lower.split(';').next().unwrap_or_default().trim_end();
        match essence {
            "text/html" | "application/xhtml+xml" => self.html = self.html.or(Some(true)),
            "text/plain" | "application/json" => self.html = self.html.or(Some(false)),
            _ => {}
        }
        self.transport = prescan::in_content_type(value.as_bytes());
        self
    }

    /// Whether the bytes are an HTML page or a part of one, so that a `<meta>`
    /// in them counts. By default that is seen from the bytes.
    #[must_use]
    pub fn html(mut self, html: bool) -> Self {
        self.html = Some(html);
        self
    }
}

#[path = "charset_lines/mod.rs"]
mod charset_lines;
use unbake::decode::*;
#[test]
fn fails() {
    let corpus = charset_lines::corpus();
    for (label, languages) in charset_lines::WRITTEN_IN {
        let charset = unbake::Charset::for_label(label).unwrap();
        for (language, line) in &corpus {
            let Ok(bytes) = charset.encode(line) else { continue };
            if languages.split(' ').any(|o| o == language) && bytes != line.as_bytes() {
                let d = decode(&bytes, &Hints::default());
                if d.text != *line { println!("{label} {} {:?} {:?}\n  {line}\n  {}", d.charset, d.source, detect(&bytes, &Hints::default()).iter().take(4).collect::<Vec<_>>(), d.text); }
            }
        }
    }
}

//! stdin JSONL id/text -> id/text + edits; env THREADS
use std::io::{BufRead, Write};
use unbake::Config;
fn main() {
    let lines: Vec<String> = std::io::stdin()
        .lock()
        .lines()
        .map(|l| l.unwrap())
        .collect();
    let n: usize = std::env::var("THREADS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(2);
    let changed = std::env::var("CHANGED").is_ok();
    let chunk = lines.len().div_ceil(n).max(1);
    let outs: Vec<String> = std::thread::scope(|s| {
        let hs: Vec<_> = lines
            .chunks(chunk)
            .map(|ls| {
                s.spawn(move || {
                    let mut out = String::new();
                    let config = Config::default();
                    for l in ls {
                        let v: serde_json::Value = serde_json::from_str(l).unwrap();
                        let text = v["text"].as_str().unwrap();
                        let r = config.repair(text);
                        if changed && r.edits().is_empty() {
                            continue;
                        }
                        let edits: Vec<_> = r
                            .edits()
                            .iter()
                            .map(|e| {
                                serde_json::json!([
                                    text[e.span.clone()],
                                    e.after,
                                    e.chain.to_string(),
                                    format!("{:?}", e.exactness),
                                    e.score
                                ])
                            })
                            .collect();
                        let o =
                            serde_json::json!({"id": v["id"], "text": r.text(), "edits": edits});
                        out.push_str(&o.to_string());
                        out.push('\n');
                    }
                    out
                })
            })
            .collect();
        hs.into_iter().map(|h| h.join().unwrap()).collect()
    });
    for o in outs {
        std::io::stdout().write_all(o.as_bytes()).unwrap();
    }
}

use std::io::BufRead;
fn main() {
    for l in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&l.unwrap()).unwrap();
        let t = v["text"].as_str().unwrap();
        let mut tot = [0i64; 8];
        // line with the most
        for line in t.split('\n') {
            let s = unbake::probe::stats(line);
            for i in 0..7 {
                tot[i] = tot[i].max(s[i] as i64);
            }
        }
        println!(
            "{}\t{}",
            v["id"]
                .as_str()
                .map(|s| s.to_string())
                .unwrap_or_else(|| v["id"].to_string()),
            tot[..7]
                .iter()
                .map(|x| x.to_string())
                .collect::<Vec<_>>()
                .join("\t")
        );
    }
}

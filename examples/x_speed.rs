use std::time::Instant;
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let data = std::fs::read_to_string(&f).unwrap();
    let text: String = if f.ends_with("jsonl") || f.ends_with(".q") || f.ends_with(".in") {
        data.lines()
            .map(|l| {
                let v: serde_json::Value = serde_json::from_str(l).unwrap();
                v["text"].as_str().unwrap().to_owned() + "\n"
            })
            .collect()
    } else {
        data
    };
    unbake::repair("GrÃ¼ÃŸe, Ñ‚ÐµÐºÑÑ‚ Ïðèâåò 縺薙ｓ縺ｫ縺｡縺ｯ");
    // cpu time
    fn cpu() -> f64 {
        let s = std::fs::read_to_string("/proc/self/schedstat").unwrap();
        s.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
    }
    let t = Instant::now();
    let c = cpu();
    let r = unbake::repair(&text);
    let (c, w) = (cpu() - c, t.elapsed().as_secs_f64());
    println!(
        "{f} {:.1} MB, {} edits, {:.2} MB/s cpu, {:.2} MB/s wall",
        text.len() as f64 / 1e6,
        r.edits().len(),
        text.len() as f64 / 1e6 / c,
        text.len() as f64 / 1e6 / w
    );
}

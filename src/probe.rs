//! experiment
#![allow(missing_docs)]
use crate::model::{self, Context};
/// per line: trigram surprise, bigram sums with several caps
pub fn stats(line: &str) -> Vec<i32> {
    let mut out = vec![0; 8];
    let mut cx = Context::START;
    let mut prev = '\n';
    let mut n = 0;
    for c in line.chars().chain(['\n']) {
        let s = model::symbol(c);
        let t = model::cost(cx, s) + model::surcharge(c);
        if t >= 72 { out[0] += t - 24; }
        if !(c.is_ascii() && prev.is_ascii()) {
            n += 1;
            let b = model::pair(model::symbol(prev), s) + model::surcharge(c);
            if b >= 60 { out[1] += b - 24; }
            if b >= 72 { out[2] += b - 24; }
            if b >= 84 { out[3] += b - 24; }
            out[4] += b;
            out[5] = out[5].max(b);
        }
        cx = cx.then(s);
        prev = c;
    }
    out[6] = n;
    out
}

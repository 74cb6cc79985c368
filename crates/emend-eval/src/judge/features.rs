//! What the judge sees of one text: hashed character n-grams.

use std::collections::BTreeMap;

/// Number of buckets.
pub(super) const BUCKETS: usize = 1 << 17;
/// Shortest and longest n-gram, in code points.
pub(super) const NGRAMS: (usize, usize) = (2, 5);

/// Lower case, runs of white space as one space, and one space at each end.
pub(super) fn normalised(text: &str) -> String {
    format!(" {} ", crate::tokens::one_line(&text.to_lowercase()))
}

/// 64-bit FNV-1a (Fowler, Noll and Vo).
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Buckets in rising order, each with 1 + ln(n-grams in it), scaled to length 1. An empty text has none.
pub(super) fn vector(text: &str) -> Vec<(usize, f64)> {
    let text = normalised(text);
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    // Two code points are the two added spaces.
    if starts.len() > 3 {
        for n in NGRAMS.0..=NGRAMS.1 {
            for (from, to) in starts.iter().zip(starts.iter().skip(n)) {
                let bucket = fnv1a(&text.as_bytes()[*from..*to]) % BUCKETS as u64;
                *counts.entry(bucket as usize).or_default() += 1;
            }
        }
    }
    let values = counts.into_iter().map(|(bucket, count)| (bucket, 1.0 + (count as f64).ln()));
    let values: Vec<_> = values.collect();
    let length = values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
    values.into_iter().map(|(bucket, value)| (bucket, value / length)).collect()
}

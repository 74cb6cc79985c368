//! The standard development suite: which files, what is asked, and what is hoped for. One table, one line a set.
//!
//! The files are those of the data folder that the recipes read; development splits only, or parts that the recipes
//! leave out of training by a hash of the text.

use std::path::{Path, PathBuf};

use emend_text::{Span, sentences};

use crate::rows::{clean, read_with};
use crate::signals::signal;
use crate::{Choice, EvalError, Evaluation, Record, Row};

type Texts = Vec<(String, Vec<String>)>;

/// One set of the suite.
#[derive(Debug, Clone, Copy)]
pub struct SuiteCase {
    /// Its name.
    pub name: &'static str,
    /// The intent that is asked for.
    pub intent: &'static str,
    /// What is measured on at most so many texts, spread evenly over the file.
    pub limit: usize,
    /// Metrics that tell most about it, by id; the first stands for the set in the overview.
    pub headline: &'static [&'static str],
    /// The metric that says how good a single rewrite is: graded, or whether it did what was asked for. An exact match tells a
    /// near miss from nothing at all as little as from harm, and GLEU rewards any change of words that were wrong.
    pub each: &'static str,
    /// What is hoped for.
    pub goals: &'static [Goal],
    /// The file below the data folder, without `.jsonl.zst`.
    file: &'static str,
    take: fn(&Record) -> Texts,
}

/// A number to reach.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// The metric's id.
    pub metric: &'static str,
    /// The least that is hoped for.
    pub at_least: f64,
    /// Whether that is above copying, and not above zero.
    pub above_copy: bool,
}

const fn at_least(metric: &'static str, at_least: f64) -> Goal {
    Goal { metric, at_least, above_copy: false }
}

const fn above_copy(metric: &'static str, at_least: f64) -> Goal {
    Goal { metric, at_least, above_copy: true }
}

const GEC: &[&str] = &["gleu", "exact_match", "edit_f05", "edit_precision", "unrequested"];
const ONE_ERROR: &[&str] = &["exact_match", "edit_f05", "edit_precision", "edit_recall", "unrequested"];
const CLEAN: &[&str] = &["clean_kept", "protected"];
const STYLE: &[&str] = &["sari", "moved", "moved_by_signal", "moved_by_judge", "copy_rate", "protected"];
const TURN: &[&str] = &["moved", "moved_by_signal", "moved_by_judge", "sari", "copy_rate", "protected"];
const MOVED: &[&str] = &["moved", "moved_by_signal", "moved_by_judge", "copy_rate", "protected"];
const DETOX: &[&str] =
    &["joint", "style_accuracy", "similarity", "meaning", "sari", "moved", "protected", "invented"];

/// The suite, in the order of reports.
#[rustfmt::skip]
pub static SUITE: &[SuiteCase] = &[
    SuiteCase { name: "gec-jfleg", intent: "fix", file: "rewrite/jfleg.dev", take: pairs, limit: 754, headline: GEC, each: "chrf", goals: &[above_copy("gleu", 8.0)] },
    SuiteCase { name: "gec-harper", intent: "fix", file: "rewrite/harper.dev", take: pairs, limit: 500, headline: ONE_ERROR, each: "chrf", goals: &[at_least("exact_match", 50.0)] },
    SuiteCase { name: "gec-languagetool", intent: "fix", file: "rewrite/languagetool.dev", take: corrections, limit: 500, headline: ONE_ERROR, each: "chrf", goals: &[at_least("exact_match", 50.0)] },
    SuiteCase { name: "clean-harper", intent: "fix", file: "rewrite/harper_nochange.train", take: clean_texts, limit: 500, headline: CLEAN, each: "clean_kept", goals: &[at_least("clean_kept", 97.0)] },
    SuiteCase { name: "clean-tatoeba", intent: "fix", file: "text/tatoeba_en.all", take: held_out_clean, limit: 500, headline: CLEAN, each: "clean_kept", goals: &[at_least("clean_kept", 97.0)] },
    SuiteCase { name: "clean-prose", intent: "fix", file: "prose/wikinews.paragraphs", take: held_out_clean, limit: 300, headline: CLEAN, each: "clean_kept", goals: &[at_least("clean_kept", 97.0)] },
    SuiteCase { name: "detox-paradetox", intent: "appropriate", file: "rewrite/paradetox.dev", take: pairs, limit: 419, headline: DETOX, each: "joint", goals: &[at_least("style_accuracy", 85.0), at_least("similarity", 55.0)] },
    SuiteCase { name: "simplify-asset", intent: "simpler", file: "rewrite/asset.valid", take: pairs, limit: 400, headline: STYLE, each: "moved", goals: &[above_copy("sari", 8.0)] },
    SuiteCase { name: "simplify-onestop", intent: "simpler", file: "rewrite/onestop.dev", take: pairs, limit: 279, headline: STYLE, each: "moved", goals: &[above_copy("sari", 8.0)] },
    SuiteCase { name: "split-wikisplit", intent: "simpler", file: "rewrite/wikisplit.validation", take: pairs, limit: 400, headline: STYLE, each: "moved", goals: &[above_copy("sari", 8.0)] },
    SuiteCase { name: "clearer-disfl", intent: "clearer", file: "rewrite/disfl_qa.dev", take: pairs, limit: 400, headline: &["exact_match", "sari", "chrf", "copy_rate"], each: "chrf", goals: &[above_copy("sari", 8.0)] },
    SuiteCase { name: "shorter-googlecomp", intent: "shorter", file: "rewrite/googlecomp.valid", take: pairs, limit: 400, headline: STYLE, each: "moved", goals: &[above_copy("sari", 8.0), at_least("moved", 80.0)] },
    SuiteCase { name: "paraphrase-tatoeba", intent: "paraphrase", file: "rewrite/tatoeba_paraphrase.dev", take: pairs, limit: 122, headline: &["sari", "chrf", "copy_rate"], each: "sari", goals: &[above_copy("sari", 8.0)] },
    SuiteCase { name: "formal-contractions", intent: "formal", file: "text/tatoeba_en.all", take: held_out_casual, limit: 300, headline: MOVED, each: "moved", goals: &[at_least("moved", 80.0)] },
    SuiteCase { name: "friendly-frames", intent: "friendly", file: "rewrite/positive_frames.dev", take: pairs, limit: 300, headline: TURN, each: "moved", goals: &[at_least("moved", 80.0)] },
    SuiteCase { name: "polite-requests", intent: "polite", file: "labels/stanford_politeness.dev", take: impolite, limit: 300, headline: MOVED, each: "moved", goals: &[at_least("moved", 80.0)] },
    SuiteCase { name: "neutral-wnc", intent: "neutral", file: "rewrite/wnc_sample.train", take: held_out_pairs, limit: 300, headline: TURN, each: "moved", goals: &[at_least("moved", 80.0)] },
    SuiteCase { name: "coherent-wikisplit", intent: "coherent", file: "rewrite/wikisplit.validation", take: swapped, limit: 300, headline: TURN, each: "moved", goals: &[at_least("moved", 80.0)] },
    // Nothing of ours has trained on the pairs of these three, not even the weights that the first training began from.
    SuiteCase { name: "paraphrase-stsb", intent: "paraphrase", file: "labels/stsb.dev", take: same_meaning, limit: 300, headline: &["sari", "chrf", "copy_rate"], each: "sari", goals: &[above_copy("sari", 8.0)] },
    SuiteCase { name: "neutral-slanted", intent: "neutral", file: "text/tatoeba_en.all", take: held_out_slanted, limit: 300, headline: MOVED, each: "moved", goals: &[at_least("moved", 80.0)] },
    SuiteCase { name: "coherent-onestop", intent: "coherent", file: "rewrite/onestop_paragraphs.dev", take: unconnected, limit: 300, headline: TURN, each: "moved", goals: &[at_least("moved", 80.0)] },
];

/// The cases with these names; all of them if there are none.
pub fn suite(names: &[String]) -> Result<Vec<&'static SuiteCase>, EvalError> {
    let known = |name: &String| SUITE.iter().any(|case| case.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let known = SUITE.iter().map(|case| case.name).collect::<Vec<_>>().join(", ");
        return Err(EvalError::NoCase { name: unknown.clone(), known });
    }
    Ok(SUITE.iter().filter(|case| names.is_empty() || names.iter().any(|name| name == case.name)).collect())
}

impl SuiteCase {
    /// Where its file lies in a data folder.
    pub fn path(&self, data: &Path) -> PathBuf {
        data.join(format!("{}.jsonl.zst", self.file))
    }

    /// Its texts; `limit` takes fewer than the suite says.
    pub fn rows(&self, data: &Path, limit: Option<usize>) -> Result<Vec<Row>, EvalError> {
        let limit = Some(limit.unwrap_or(usize::MAX).min(self.limit));
        read_with(&self.path(data), Choice { limit, ..Choice::default() }, self.take)
    }
}

impl Goal {
    /// Whether the first system reached it, and how far it came; `None` if the metric was not measured.
    pub fn reached(&self, evaluation: &Evaluation) -> Option<(bool, f64)> {
        let first = evaluation.metric(self.metric)?.systems.first()?;
        let found = if self.above_copy { first.minus_copy } else { first.value }?;
        Some((found.value >= self.at_least, found.value))
    }
}

fn pairs(record: &Record) -> Texts {
    record.pair().into_iter().collect()
}

fn corrections(record: &Record) -> Texts {
    if record.task.as_deref() == Some("gec") { pairs(record) } else { Vec::new() }
}

fn clean_texts(record: &Record) -> Texts {
    record.pair().into_iter().map(|(text, _)| clean(text)).collect()
}

/// One sentence in a hundred never trains. Longer texts are no such sentence.
fn held_out(text: &str) -> bool {
    bucket(text, 100) == 7 && sentences(text, Span::new(0, text.len()), &[]).len() == 1
}

fn held_out_clean(record: &Record) -> Texts {
    record.pair().filter(|(text, _)| held_out(text)).map(|(text, _)| clean(text)).into_iter().collect()
}

/// Held-out sentences that have something casual.
fn held_out_casual(record: &Record) -> Texts {
    let casual = |text: &str| signal("formal").is_some_and(|(signal, _)| (signal.value)(text) > 0.0);
    let pair = record.pair().filter(|(text, _)| held_out(text) && casual(text));
    pair.map(|(text, _)| (text, Vec::new())).into_iter().collect()
}

/// Held-out sentences with loaded words.
fn held_out_slanted(record: &Record) -> Texts {
    let slanted = |text: &str| signal("neutral").is_some_and(|(signal, _)| (signal.value)(text) > 0.0);
    let pair = record.pair().filter(|(text, _)| held_out(text) && slanted(text));
    pair.map(|(text, _)| (text, Vec::new())).into_iter().collect()
}

/// Two sentences that people found to say the same, or all but the same (4.5 of 5), in different words.
fn same_meaning(record: &Record) -> Texts {
    let alike = record.labels.get("similarity_0_5").and_then(serde_json::Value::as_f64);
    let pair = record.text.clone().zip(record.text2.clone());
    pair.filter(|(one, other)| alike.is_some_and(|alike| alike >= 4.5) && one != other)
        .map(|(one, other)| (one, vec![other]))
        .into_iter()
        .collect()
}

/// What a sentence begins with to say how it follows from the one before.
const OPENERS: &[&str] = &[
    "However, ",
    "But ",
    "And ",
    "So ",
    "Then ",
    "Also, ",
    "Therefore, ",
    "For example, ",
    "In addition, ",
    "As a result, ",
    "Instead, ",
    "Finally, ",
    "Meanwhile, ",
    "Still, ",
    "In fact, ",
    "Now, ",
];

/// Paragraphs whose sentences have lost the words that tied them to the sentence before; the reference still has them.
fn unconnected(record: &Record) -> Texts {
    let Some((text, _)) = record.pair() else { return Vec::new() };
    let mut bare = String::with_capacity(text.len());
    let mut from = 0;
    for sentence in sentences(&text, Span::new(0, text.len()), &[]).into_iter().skip(1) {
        let rest = &text[sentence.start..];
        let Some(opener) = OPENERS.iter().find(|opener| rest.starts_with(**opener)) else { continue };
        bare.push_str(&text[from..sentence.start]);
        let mut letters = rest[opener.len()..].chars();
        bare.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        from = text.len() - letters.as_str().len();
    }
    if from == 0 {
        return Vec::new();
    }
    bare.push_str(&text[from..]);
    vec![(bare, vec![text])]
}

/// The tenth of a file without a development split that never trains.
fn held_out_pairs(record: &Record) -> Texts {
    record.pair().filter(|(text, _)| bucket(text, 10) == 0).into_iter().collect()
}

/// The lower half of the requests by the politeness that people saw in them (a z-score).
fn impolite(record: &Record) -> Texts {
    let score = record.labels.get("politeness").and_then(serde_json::Value::as_f64);
    if score.is_some_and(|score| score < 0.0) { pairs(record) } else { Vec::new() }
}

/// Each reference is a text, and the source is what it should become.
fn swapped(record: &Record) -> Texts {
    let pair = record.pair().into_iter();
    pair.flat_map(|(src, refs)| refs.into_iter().map(move |one| (one, vec![src.clone()]))).collect()
}

/// A number below `of` that depends on the letters of the text only, as in the recipes (`corpus.py`): the CRC-32 of
/// its words in lower case, one space apart.
fn bucket(text: &str, of: u32) -> u32 {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    crc32(words.join(" ").as_bytes()) % of
}

/// CRC-32 of ISO 3309, as in zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_case_names_what_exists() {
        let names: BTreeSet<_> = SUITE.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), SUITE.len());
        for case in SUITE {
            assert!(emend_text::intent(case.intent).is_some(), "{}", case.name);
            let metrics = case.headline.iter().copied().chain(case.goals.iter().map(|goal| goal.metric));
            for id in metrics.chain([case.each]) {
                assert!(crate::metric(id).is_some(), "{}: {id}", case.name);
            }
        }
    }

    #[test]
    fn unknown_cases_are_refused_with_the_known_ones() {
        let error = suite(&["gec-jfleg".into(), "luck".into()]).unwrap_err().to_string();
        assert!(error.contains("`luck`") && error.contains("detox-paradetox"), "{error}");
        assert_eq!(suite(&["gec-jfleg".into()]).unwrap().len(), 1);
        assert_eq!(suite(&[]).unwrap().len(), SUITE.len());
    }

    #[test]
    fn connectives_are_taken_from_all_sentences_but_the_first() {
        let record: Record = serde_json::from_value(serde_json::json!({
            "src": "But we waited. So the bus came. However, it was full, and so we walked.", "refs": []
        }))
        .unwrap();
        let found = unconnected(&record);
        assert_eq!(found[0].0, "But we waited. The bus came. It was full, and so we walked.");
        assert_eq!(Some(found[0].1[0].as_str()), record.src.as_deref());
        let plain: Record =
            serde_json::from_value(serde_json::json!({ "src": "So it is. It was." })).unwrap();
        assert!(unconnected(&plain).is_empty());
    }

    /// `zlib.crc32(b"the end") % 100`, and `corpus.bucket` of the same with marks.
    #[test]
    fn buckets_are_those_of_the_recipes() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(bucket("The — END.", 100), crc32(b"the end") % 100);
    }
}

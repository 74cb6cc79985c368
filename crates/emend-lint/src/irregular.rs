//! Which form of an irregular verb belongs where somebody wrote a regular one ("runned").

use std::sync::{Arc, LazyLock};

use harper_core::IrregularVerbs;

use crate::Suggestion;

static VERBS: LazyLock<Arc<IrregularVerbs>> = LazyLock::new(IrregularVerbs::curated);

/// Behind these stands a participle.
const AUXILIARIES: [&str; 19] = [
    "am", "are", "be", "been", "being", "get", "gets", "getting", "got", "had", "hadn't", "has", "hasn't",
    "have", "haven't", "having", "is", "was", "were",
];

/// And behind what ends like this: "we've", "he's", "they'd".
const SHORT: [&str; 5] = ["'ve", "'s", "'d", "'re", "'m"];

/// These may stand between the two.
const BETWEEN: [&str; 15] = [
    "not", "never", "ever", "already", "just", "also", "always", "often", "i", "you", "he", "she", "it",
    "we", "they",
];

/// Sorts the past and the participle of a verb, in whatever order they come, by what stands `before` them.
pub(crate) fn sort(suggestions: &mut [Suggestion], before: &str) {
    let participle = is_participle(before);
    suggestions.sort_by(|a, b| a.replacement.cmp(&b.replacement));
    suggestions.sort_by_key(|one| {
        let is_past = VERBS.get_lemma_for_preterite(&one.replacement.to_lowercase()).is_some();
        is_past == participle
    });
}

/// Whether the verb behind `before` is a participle.
fn is_participle(before: &str) -> bool {
    let sentence = before.rsplit(['.', '!', '?', ';', ',']).next().unwrap_or(before);
    let words = sentence.split_whitespace().rev().map(|word| word.to_lowercase().replace('’', "'"));
    let nearest = words.into_iter().find(|word| !BETWEEN.contains(&word.as_str()));
    nearest.is_some_and(|word| {
        AUXILIARIES.contains(&word.as_str()) || SHORT.iter().any(|short| word.ends_with(short))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, forms: [&str; 2], expected: &str) {
        let one = |form: &str| Suggestion { label: form.to_owned(), replacement: form.to_owned() };
        let mut found = forms.map(one);
        sort(&mut found, before);
        assert_eq!(found[0].replacement, expected, "{before}");
    }

    #[test]
    fn behind_an_auxiliary_stands_a_participle() {
        check("He ", ["ran", "run"], "ran");
        check("She has ", ["ate", "eaten"], "eaten");
        check("Have you ever ", ["wrote", "written"], "written");
        check("I have a dog, and he ", ["gone", "went"], "went");
        check("We’ve already ", ["gone", "went"], "gone");
        check("He’s ", ["broke", "broken"], "broken");
        check("", ["gone", "went"], "went");
    }
}

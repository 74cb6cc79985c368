//! Telling "I can't help with that" from a rewrite of a text that says so.

/// How a refusal begins, in lower case with straight apostrophes.
const BEGINNINGS: &[&str] = &[
    "i can't",
    "i cannot",
    "i can not",
    "i won't",
    "i will not",
    "i'm sorry",
    "i am sorry",
    "sorry, ",
    "i apologize",
    "i apologise",
    "i'm unable",
    "i am unable",
    "i'm not able",
    "i am not able",
    "i'm not comfortable",
    "i must decline",
    "unfortunately, i",
    "as an ai",
    "as a language model",
];

/// What a refusal declines to do. A letter that declines something speaks of other things.
const DECLINED: &[&str] = &[
    "assist",
    "help with",
    "help you",
    "rewrit",
    "rewrite",
    "rephras",
    "comply",
    "fulfil",
    "your request",
    "that request",
    "this request",
    "provide",
    "generate",
    "engage",
    "do that",
    "do this",
    "an ai",
    "language model",
];

/// How far from its beginning a refusal says what it declines, in characters.
const REACH: usize = 160;

/// True when `reply` declines to rewrite `original`. A rewrite of a text that declines something itself is none: what the
/// refusal is made of must not stand in the original.
pub(super) fn is_refusal(original: &str, reply: &str) -> bool {
    let (original, reply) = (plain(original), plain(reply));
    let beginning: String = reply.trim_start().chars().take(REACH).collect();
    BEGINNINGS.iter().any(|start| beginning.starts_with(start))
        && DECLINED.iter().any(|declined| beginning.contains(declined) && !original.contains(declined))
}

/// Lower case with straight apostrophes.
fn plain(text: &str) -> String {
    text.to_lowercase().replace('\u{2019}', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, reply: &str, expected: bool) {
        assert_eq!(is_refusal(original, reply), expected, "{original} -> {reply}");
    }

    #[test]
    fn refusals_are_seen() {
        let insult = "You are all complete idiots and your mayor is a crook.";
        check(insult, "I'm sorry, but I can't help with that.", true);
        check(insult, "I can\u{2019}t assist with this request.", true);
        check(insult, "As an AI, I do not use such words.", true);
        check(insult, "I cannot rewrite text that attacks people. Would you like another topic?", true);
    }

    #[test]
    fn rewrites_of_texts_that_decline_something_are_none() {
        check("cant come 2nite sorry", "I am sorry, but I cannot attend this evening.", false);
        check("im sorry but i cant help with the move", "I'm sorry, but I can't help with the move.", false);
        check("I wont do that no more.", "I won't do that any more.", false);
        check("He go home.", "He goes home.", false);
        check("We can't provide a refund.", "We cannot provide a refund.", false);
    }
}

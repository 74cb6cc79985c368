//! Offence: insults, swearing, shouting.

use super::{Signal, lower_words};
use crate::tokens::{is_word, words};

pub(super) static OFFENCE: Signal = Signal {
    name: "offensive marks",
    about: "insults, swear words (also with letters starred out), shouted words and runs of exclamation marks.",
    value,
};

/// Beginnings of words: `idiot` stands for `idiots` and `idiotic`, too.
const STEMS: &[&str] = &[
    "fuck",
    "motherfuck",
    "fuk",
    "shit",
    "bullshit",
    "bitch",
    "bastard",
    "asshole",
    "arsehole",
    "damn",
    "goddamn",
    "dumbass",
    "jackass",
    "crap",
    "piss",
    "idiot",
    "moron",
    "stupid",
    "retard",
    "imbecil",
    "scum",
    "douche",
    "dickhead",
    "whore",
    "slut",
    "cunt",
    "twat",
    "wank",
    "bollock",
    "pathetic",
    "loser",
    "clown",
    "pervert",
    "sicko",
    "psycho",
    "lunatic",
    "nutjob",
    "cretin",
    "dipshit",
    "dumb",
    "faggot",
    "nigg",
    "wtf",
    "stfu",
    "liar",
    "coward",
    "garbage",
    "disgust",
    "braindead",
];

const WORDS: &[&str] = &[
    "ass", "arse", "dick", "dicks", "cock", "prick", "pricks", "tit", "tits", "hell", "fag", "suck", "sucks",
    "sucking", "balls", "butt", "fool", "fools", "pig", "pigs", "rat", "rats", "trash", "nuts", "crazy",
    "screw", "screwed", "ugly", "fat", "lame", "jerk", "jerks", "creep", "creeps", "rape", "kill", "turd",
    "hoe", "puss", "pussy", "porn",
];

fn value(text: &str) -> f64 {
    let offensive =
        |word: &String| WORDS.contains(&word.as_str()) || STEMS.iter().any(|stem| word.starts_with(stem));
    let plain = lower_words(text).iter().filter(|word| offensive(word)).count();
    let starred = text
        .split_whitespace()
        .filter(|token| token.chars().filter(|c| matches!(c, '*' | '@' | '#' | '$')).count() > 1)
        .filter(|token| token.starts_with(char::is_alphabetic))
        .count();
    let shouted = |word: &&str| word.chars().count() > 3 && word.chars().all(char::is_uppercase);
    let shouting = words(text).into_iter().filter(|word| is_word(word)).filter(shouted).count();
    (plain + starred + shouting + text.matches("!!").count()) as f64
}

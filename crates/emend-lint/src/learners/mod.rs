//! What people write who learn English, found as it is typed. A model decides whether it is meant.
//!
//! [`phrases`] are written out; the others know a pattern each. What they find must hardly ever be meant as it stands, for it is
//! underlined.

mod age;
mod modal;
mod phrases;
mod plural;
mod question;
mod sentence;
mod since;

use emend_text::{Glossary, Span, protected, sentences};
use harper_core::spell::FstDictionary;

pub(crate) use self::sentence::Found;
use self::sentence::Sentence;

/// A pattern: what it finds in a sentence. The dictionary knows the forms of verbs.
type Pattern = fn(&Sentence<'_>, &FstDictionary) -> Vec<Found>;

const PATTERNS: [Pattern; 5] = [age::find, modal::find, plural::find, question::find, since::find];

/// What is found in `text`, with what is meant: the phrases, and what the patterns find; nothing within `frozen` parts.
pub(crate) fn find(text: &str, frozen: &[Span], dictionary: &FstDictionary) -> (Vec<Found>, Vec<Found>) {
    let mut found = Vec::new();
    for span in sentences(text, Span::new(0, text.len()), frozen) {
        let Ok(written) = span.of(text) else { continue };
        let sentence = Sentence::new(written);
        let places = PATTERNS.iter().flat_map(|pattern| pattern(&sentence, dictionary));
        found.extend(places.map(|found| found.in_text(span.start)));
    }
    if !found.is_empty() {
        let names = protected(text, &Glossary::empty());
        let untouchable = || frozen.iter().copied().chain(names.iter().map(|name| name.span));
        found.retain(|found| !untouchable().any(|span| span.overlaps(found.span)));
    }
    (phrases::find(text, frozen), found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found stands between bars; `expected` is meant there, one after the other.
    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let (text, places): (String, Vec<&str>) =
            (marked.replace('|', ""), marked.split('|').skip(1).step_by(2).collect());
        assert_eq!(places.len(), expected.len(), "{marked}");
        let found = find(&text, &[], &FstDictionary::curated()).1;
        let found: Vec<(&str, &str)> =
            found.iter().map(|one| (one.span.of(&text).unwrap(), one.replacement.as_str())).collect();
        let expected: Vec<(&str, &str)> = places.into_iter().zip(expected.iter().copied()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_verb_behind_a_modal_has_no_ending() {
        check("He can |swims| very well.", &["swim"]);
        check("She can’t |goes| home, and it must |has| a reason.", &["go", "have"]);
        check("They don't |watches| it. You should always |tries|.", &["watch", "try"]);
        check(
            "He can |writes|. She must |hopes|. It can |uses| it. They can |dies|.",
            &["write", "hope", "use", "die"],
        );
        check("She can |sings| and |dances|.", &["sing", "dance"]);
        check("She'll |sings|. HE CAN |SWIMS|.", &["sing", "SWIM"]);
        check("My brother must |goes| home.", &["go"]);
        check("The can runs out, and Will goes home.", &[]);
        check("Oh, why can't boys be sensible? Should doctors help? He must needs go.", &[]);
        check("At what age should kids get one? Let me know should issues arise. Who can parents call?", &[]);
        check("Doing what you can makes a difference. Eating more than you should leads nowhere.", &[]);
        check("Anyone who doesn't pays a fine. What counts as a must varies.", &[]);
        check("It must always discuss what could perhaps pass.", &[]);
        check("He can’t, “goes” she.", &[]);
    }

    #[test]
    fn in_a_question_the_verb_comes_first() {
        check("Why |she is| crying? Where |you are| going?", &["is she", "are you"]);
        check("How |I can| help you? Where |I’m| going? WHY |SHE IS| CRYING?", &["can I", "am I", "IS SHE"]);
        check("What time |it is|?", &["is it"]);
        check("Where |you're| going?", &["are you"]);
        check("Why |he won’t| come?", &["won’t he"]);
        check("|Do you can| help me? |How| does she look like?", &["Can you", "What"]);
        check("What you are is what? Where you are going matters?", &[]);
        check("I know why she is crying. Do you know where you are going?", &[]);
        check("When you are ready, shall we go?", &[]);
        check("What have you got? How do I look like I know?", &[]);
        check("If you do you can leave early.", &[]);
    }

    #[test]
    fn what_is_many_without_an_s_has_a_verb_for_many() {
        check("The children |was| playing, because the people |has| time.", &["were", "have"]);
        check("The childrens |was| here.", &["were"]);
        check("One of the children was there, and most of the people is a group.", &[]);
        check("Return null when children is empty. Nobody but the children was awake.", &[]);
        check("Four people is too many. Women is a novel. Our people has a right to it.", &[]);
    }

    #[test]
    fn what_goes_on_since_then_has_been_going_on() {
        check("I |live| here since 2010.", &["have lived"]);
        check("She |works| there since last May.", &["has worked"]);
        check("We |are| working here since 2015. He |is| here since Monday.", &["have been", "has been"]);
        check(
            "I have lived here since 2010. He is the best since 2001. I live alone, since 2010 is over.",
            &[],
        );
        check("The company I work for has been around since 1990.", &[]);
        check("I live in Boston and have worked as a nurse since 2015.", &[]);
        check(
            "We are working on the worst case since 1982. I am working from home since Monday is a holiday.",
            &[],
        );
        check("Do you live here since 2010? You are learning from data collected since 2010.", &[]);
    }

    #[test]
    fn age_is_what_somebody_is() {
        check("I |have| 20 years old, and she |has| twenty years old.", &["am", "is"]);
        check("They |had| 20 years old. I |has| 20 years old.", &["were", "am"]);
        check("We have 20 years old wine.", &[]);
    }
}

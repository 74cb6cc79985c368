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

use emend_text::{Glossary, Ruling, Span, protected, sentences};
use harper_core::spell::FstDictionary;

use self::sentence::{Found, Sentence};

/// A pattern: what it finds in a sentence. The dictionary knows the forms of verbs.
type Pattern = fn(&Sentence<'_>, &FstDictionary) -> Vec<Found>;

const PATTERNS: [Pattern; 5] = [age::find, modal::find, plural::find, question::find, since::find];

/// What of `text` learners write, with what is meant; nothing within `frozen` parts.
pub(crate) fn find(text: &str, frozen: &[Span], dictionary: &FstDictionary) -> Vec<Ruling> {
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
    found.extend(phrases::find(text, frozen));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found stands between bars, and what is meant behind the arrow, one after the other.
    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let (text, places): (String, Vec<&str>) =
            (marked.replace('|', ""), marked.split('|').skip(1).step_by(2).collect());
        let found = find(&text, &[], &FstDictionary::curated());
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
        check("She can |sings| and |dances|.", &["sing", "dance"]);
        check("The can runs out, and Will goes home.", &[]);
        check("Oh, why can't boys be sensible? Should doctors help? He must needs go.", &[]);
        check("She'll |sings|.", &["sing"]);
        check("It must always discuss what could perhaps pass.", &[]);
        check("He can’t, “goes” she.", &[]);
    }

    #[test]
    fn in_a_question_the_verb_comes_first() {
        check("Why |she is| crying? Where |you are| going?", &["is she", "are you"]);
        check("How |I can| help you?", &["can I"]);
        check("What time |it is|?", &["is it"]);
        check("Where |you're| going?", &["are you"]);
        check("Why |he won’t| come?", &["won't he"]);
        check("What you are is what?", &[]);
        check("I know why she is crying. Do you know where you are going?", &[]);
        check("When you are ready, shall we go?", &[]);
        check("What have you got?", &[]);
    }

    #[test]
    fn what_is_many_without_an_s_has_a_verb_for_many() {
        check("The children |was| playing, because people |has| time.", &["were", "have"]);
        check("The childrens |was| here.", &["were"]);
        check("One of the children was there, and most of the people is a group.", &[]);
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
    }

    #[test]
    fn age_is_what_somebody_is() {
        check("I |have| 20 years old, and she |has| twenty years old.", &["am", "is"]);
        check("We have 20 years old wine.", &[]);
    }
}

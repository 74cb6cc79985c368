//! What a writer decides, in the form in which the application stores what a person decides.

use super::spoiled::spoiled;
use super::{Opinion, Writer};
use crate::preferences::{Asked, Candidate, Choice, Decision, Edit, Record};
use crate::promote::Share;

/// A text with rewrites of it that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The text and what was wanted.
    pub asked: Asked,
    /// The rewrites. Those that change nothing are not shown, nor those that are spoiled: the application's guards let
    /// through none of them either.
    pub rewrites: Vec<String>,
}

impl Offer {
    fn shown(&self) -> impl Iterator<Item = &str> {
        let source = &self.asked.source;
        self.rewrites
            .iter()
            .map(String::as_str)
            .filter(move |rewrite| rewrite != source && !spoiled(source, rewrite))
    }
}

impl Writer {
    /// The first rewrite that makes a difference to him, if any does.
    pub fn telling<'o>(&self, offer: &'o Offer) -> Option<&'o str> {
        offer.shown().find(|rewrite| self.opinion(&offer.asked.source, rewrite) != Opinion::Indifferent)
    }

    /// How many of the rewrites that are shown of a text he is likely to take, of how many.
    pub fn suggested(&self, offer: &Offer) -> Share {
        offer.shown().fold(Share::default(), |share, rewrite| Share {
            of: share.of + self.acceptance(&offer.asked.source, rewrite),
            all: share.all + 1.0,
        })
    }

    /// His decisions about one rewrite of each text, at most `count`, each as a whole. First come texts of which a rewrite
    /// makes a difference to him: with others every learner can only lose.
    pub fn decide(&self, offers: &[Offer], count: usize) -> Vec<Record> {
        let telling = offers.iter().filter_map(|offer| Some((offer, self.telling(offer)?)));
        let others = offers.iter().filter(|offer| self.telling(offer).is_none());
        let others = others.filter_map(|offer| Some((offer, offer.shown().next()?)));
        let records = telling.chain(others).take(count);
        records.map(|(offer, rewrite)| self.record(&offer.asked, rewrite)).collect()
    }

    fn record(&self, asked: &Asked, rewrite: &str) -> Record {
        let taken = self.takes(&asked.source, rewrite);
        let choice = if taken { Choice::Accepted } else { Choice::Rejected };
        let edit = Edit {
            range: 0..asked.source.len(),
            original: asked.source.clone(),
            replacement: rewrite.to_owned(),
            decisions: vec![Decision { choice, decided: 0 }],
        };
        Record { asked: asked.clone(), candidates: vec![Candidate { edits: vec![edit] }] }
    }
}

#[cfg(test)]
mod tests {
    use super::super::STYLES;
    use super::*;
    use crate::preferences::{Weighing, derive};

    fn offer(source: &str, rewrites: &[&str]) -> Offer {
        let asked = Asked { intent: "fix".into(), instruction: "Fix it".into(), source: source.into() };
        Offer { asked, rewrites: rewrites.iter().map(|&text| text.to_owned()).collect() }
    }

    #[test]
    fn he_is_shown_what_makes_a_difference_first() {
        let style = STYLES.iter().find(|style| style.name == "calm").unwrap();
        let calm = Writer { style, noise: 0.0, seed: 1 };
        let offers = [
            offer("It rains.", &["It rains.", "Rain falls."]),
            offer("It rains!", &["It rains!", "Rain falls!", "Rain falls.", "Rain!!"]),
            offer("It snows.", &["It snows!"]),
            offer("It hails.", &["It hails."]),
        ];
        assert_eq!(calm.telling(&offers[1]), Some("Rain falls."));
        let hours = offer("It rains at 6 p.m.!", &["It rains at 7 p.m.", "It is raining at 6 p.m."]);
        assert_eq!(calm.telling(&hours), Some("It is raining at 6 p.m."), "the other one is never shown");
        let calmer = offer("It rains!", &["It rains!", "Rain falls.", "Rain!!"]);
        assert_eq!(calm.suggested(&calmer), Share { of: 1.0, all: 2.0 });
        assert_eq!(calm.suggested(&hours), Share { of: 1.0, all: 1.0 }, "the other one is never shown");
        let records = calm.decide(&offers, 9);
        let sources: Vec<&str> = records.iter().map(|record| record.asked.source.as_str()).collect();
        assert_eq!(sources, ["It rains!", "It snows.", "It rains."], "nothing was shown for the last");
        assert_eq!(calm.decide(&offers, 2), records[..2]);
        let derived = derive(&records[..2], &Weighing::default(), 0);
        let pairs: Vec<(&str, &str)> =
            derived.data.preferences.iter().map(|one| (one.chosen.as_str(), one.rejected.as_str())).collect();
        assert_eq!(pairs, [("Rain falls.", "It rains!"), ("It snows.", "It snows!")]);
    }
}

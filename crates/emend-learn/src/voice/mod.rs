//! Pairs for a style that a person shows by their own texts.
//!
//! Nobody has rewrites in a style of his own lying about, but texts that are written in it. So the pairs are made the other
//! way round: the model says each of the person's sentences in its own words, and the sentence itself is the rewrite to be
//! learned from that (inverse paraphrasing, Krishna et al. 2020). Which paraphrases are kept follows Hallinan et al. 2023
//! (STEER, section 3.1): the product of style and meaning, here how much less a paraphrase is like the person, and how
//! much of the sentence it still says. Their experts that guide decoding towards a style are not needed, since the rewrite is
//! human.

mod profile;

use self::profile::Profile;

/// Least share of the meaning that a paraphrase keeps, in [0, 1]; less would teach to make things up.
const LEAST_MEANING: f64 = 0.5;

/// A text that a model wrote for a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// How much of the sentence's meaning it keeps, in [0, 1].
    pub meaning: f64,
}

/// A person's sentence with paraphrases of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The sentence.
    pub own: String,
    /// A model's words for it.
    pub paraphrases: Vec<Draft>,
}

/// A text and what the person would make of it.
#[derive(Debug, Clone, PartialEq)]
pub struct VoicePair {
    /// The text: a paraphrase.
    pub source: String,
    /// The person's own sentence.
    pub own: String,
    /// Style times meaning, in (0, 1].
    pub worth: f64,
}

/// What the sentences of a person show.
#[derive(Debug, Clone)]
pub struct Voice {
    /// The best pair of each sentence that has one, in the order of the sentences.
    pub pairs: Vec<VoicePair>,
    /// How well the person can be told from the model: the share of sentences and paraphrases of others in which the
    /// sentence is more like the person; 1/2 when there is nothing to tell.
    pub told_apart: f64,
    halves: [Half; 2],
}

/// A profile, and what it makes of paraphrases that it was not fitted to, in order.
#[derive(Debug, Clone)]
struct Half {
    profile: Profile,
    paraphrases: Vec<f64>,
}

impl Voice {
    /// Each sentence is judged by a profile of the other half, so that no sentence is like the person because it was
    /// learned by heart.
    pub fn of(sentences: &[Sentence]) -> Self {
        let halves = [0, 1].map(|half| Half::of(sentences, half));
        let mut voice = Self { pairs: Vec::new(), told_apart: 0.5, halves };
        voice.pairs = sentences.iter().enumerate().filter_map(|(at, one)| voice.pair(at, one)).collect();
        let styles: Vec<f64> =
            sentences.iter().enumerate().map(|(at, one)| voice.style(at, &one.own)).collect();
        if !styles.is_empty() {
            voice.told_apart = styles.iter().sum::<f64>() / styles.len() as f64;
        }
        voice
    }

    /// How much a text is like the person, in [0, 1]: the share of the model's paraphrases that are less so. `sentence` is the
    /// number of the sentence that the text says.
    pub fn style(&self, sentence: usize, text: &str) -> f64 {
        let half = &self.halves[sentence % 2];
        let score = half.profile.score(text);
        let below = half.paraphrases.partition_point(|&other| other < score);
        let not_above = half.paraphrases.partition_point(|&other| other <= score);
        match half.paraphrases.len() {
            0 => 0.5,
            all => (below + not_above) as f64 / (2 * all) as f64,
        }
    }

    fn pair(&self, at: usize, sentence: &Sentence) -> Option<VoicePair> {
        let style = self.style(at, &sentence.own);
        let drafts = sentence.paraphrases.iter().filter(|draft| draft.meaning >= LEAST_MEANING);
        let pair = |draft: &Draft| VoicePair {
            source: draft.text.clone(),
            own: sentence.own.clone(),
            worth: (style - self.style(at, &draft.text)) * draft.meaning,
        };
        drafts.map(pair).filter(|pair| pair.worth > 0.0).max_by(|a, b| a.worth.total_cmp(&b.worth))
    }
}

impl Half {
    /// Judges sentences whose numbers leave `half` over when divided by two; fitted to the others.
    fn of(sentences: &[Sentence], half: usize) -> Self {
        let side = |side: usize| sentences.iter().skip(side).step_by(2);
        let drafts = |sentence: &'_ Sentence| -> Vec<String> {
            sentence.paraphrases.iter().map(|draft| draft.text.clone()).collect()
        };
        let others: Vec<String> = side(1 - half).flat_map(drafts).collect();
        let own = side(1 - half).map(|sentence| sentence.own.as_str());
        let profile = Profile::fit(own, others.iter().map(String::as_str));
        let mut paraphrases: Vec<f64> =
            side(half).flat_map(drafts).map(|text| profile.score(&text)).collect();
        paraphrases.sort_by(f64::total_cmp);
        Self { profile, paraphrases }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody who shouts and writes "&", and a model that does neither.
    fn sentences(count: usize) -> Vec<Sentence> {
        let things = ["boats", "trains", "letters", "gardens", "bridges", "songs"];
        (0..count)
            .map(|n| {
                let (one, two) = (things[n % 6], things[(n / 6 + n + 1) % 6]);
                let draft = |text: String, meaning| Draft { text, meaning };
                Sentence {
                    own: format!("I like {one} & {two}!!"),
                    paraphrases: vec![
                        draft(format!("I am fond of {one} and {two}."), 0.9),
                        draft(format!("I like {one} and {two}!"), 0.9),
                        draft("It rains.".into(), 0.1),
                    ],
                }
            })
            .collect()
    }

    #[test]
    fn the_paraphrase_that_is_least_like_the_person_is_kept() {
        let voice = Voice::of(&sentences(24));
        assert_eq!(voice.pairs.len(), 24);
        assert!(voice.pairs.iter().all(|pair| pair.source.starts_with("I am fond of")), "{:?}", voice.pairs);
        assert!(voice.pairs.iter().all(|pair| pair.worth > 0.0 && pair.worth <= 1.0));
        assert!(voice.told_apart > 0.95, "{}", voice.told_apart);
        assert!(voice.style(0, "We like tea & cake!!") > voice.style(0, "We are fond of tea and cake."));
    }

    #[test]
    fn who_writes_like_the_model_is_not_told_apart() {
        // Half of the time the person writes as the model does the other half.
        let same = |n: usize| {
            let texts = [format!("I like the number {n}!!"), format!("I am fond of the number {n}.")];
            let (own, other) = (texts[n / 2 % 2].clone(), texts[1 - n / 2 % 2].clone());
            Sentence { own, paraphrases: vec![Draft { text: other, meaning: 1.0 }] }
        };
        let voice = Voice::of(&(0..40).map(same).collect::<Vec<_>>());
        assert!((voice.told_apart - 0.5).abs() < 0.15, "{}", voice.told_apart);
    }

    #[test]
    fn nothing_gives_nothing() {
        let voice = Voice::of(&[]);
        assert!(voice.pairs.is_empty());
        assert_eq!(voice.told_apart.to_bits(), 0.5f64.to_bits());
        let alone = Voice::of(&[Sentence { own: "Alone.".into(), paraphrases: vec![] }]);
        assert!(alone.pairs.is_empty());
    }
}

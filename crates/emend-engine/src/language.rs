//! Whether a text is English, the one language that the small models write.

use emend_text::english_share;
use whatlang::{Lang, detect};

/// Letters below which a guess is worth nothing: a name, a greeting, a heading.
const FEWEST_LETTERS: usize = 24;

/// How sure a guess must be, from 0 to 1. English business prose without small words is taken for French or Latin with
/// at most 0.3; foreign sentences of ordinary length stand above 0.6.
const SURE: f64 = 0.5;

/// A text with at least this share of English words is English, and nobody need guess: the guess takes longer than all other
/// checks of a sentence together, and takes some plain English sentences for French ones.
const ENGLISH: f32 = 0.75;

/// True when `text` is surely written in another language. In doubt it is English: learners' English must pass, and
/// what the model makes of a foreign sentence is still checked.
pub fn is_foreign(text: &str) -> bool {
    if text.chars().filter(|c| c.is_alphabetic()).count() < FEWEST_LETTERS {
        return false;
    }
    if english_share(text) >= ENGLISH {
        return false;
    }
    detect(text).is_some_and(|found| found.lang() != Lang::Eng && found.confidence() >= SURE)
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn other_languages_are_noticed() {
        for text in [
            "Ich habe gestern das Buch gelesen und es hat mir sehr gut gefallen.",
            "El perro no come la carne porque está enfermo desde ayer por la noche.",
            "Nous avons pris le train pour aller voir notre grand-mère à la campagne.",
            "Il treno per Roma era in ritardo e siamo arrivati dopo cena.",
            "O trem para Lisboa chegou tarde e perdemos o jantar com amigos.",
            "Pociąg do Krakowa był wczoraj wieczorem bardzo spóźniony.",
        ] {
            assert!(is_foreign(text), "{text}");
        }
    }

    #[test]
    fn english_with_slips_names_and_loans_is_english() {
        for text in [
            "I has been thinking about the meeting, and their was many good ideas.",
            "She go to school every days and she like it very much.",
            "becuase of teh wether we cant come, sory",
            "Marta Kowalska and Jean-Luc Dubois met at Café Zentral in Wien.",
            "Please RSVP to the soirée; the hors d'oeuvres are on us.",
            "He don't know what he want to doing.",
            "Vendors must submit invoices electronically via portal.",
            "Our quarterly revenue figures exceeded analyst expectations considerably.",
            "Gracias.",
            // By their letters they are taken for Afrikaans and French.
            "Ben said he'd like to visit London.",
            "Let me see your life insurance certificate.",
        ] {
            assert!(!is_foreign(text), "{text}");
        }
    }
}

//! What could be learned from now, by which recipes, and what became of what was proposed.

use std::collections::HashSet;

use emend_learn::grades::PART as GRADED;
use emend_learn::methods::Method;
use emend_learn::preferences::{Asked, MINIMUM_DECISIONS, PreferenceData, Split, Weighing, split};
use emend_learn::recipe::SHIPPED;
use emend_learn::taste::PART as TASTE;

use crate::adapters;
use crate::app::App;
use crate::verbs::preferences::HELD_OUT;
use crate::{AppError, Recipe};

pub use crate::learning::received::{Acceptance, Received, WrittenBy};
pub use crate::learning::reliability::Reliability;

/// What there is to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Decisions so far.
    pub decided: usize,
    /// Texts of which something is known from elsewhere alone.
    pub imported: usize,
    /// Below so many of either nothing is trained.
    pub needed: usize,
    /// Decisions that are missing until then.
    pub missing: usize,
    /// What became of suggestions.
    pub received: Received,
    /// How often answers were kept beside how sure the program was of them.
    pub reliability: Reliability,
    /// The shipped recipes, in their order.
    pub recipes: Vec<RecipeInfo>,
    /// How many choices of adapters can be gone back to.
    pub steps_back: usize,
    /// Texts with a preference that no run learns from.
    pub held_out: usize,
}

/// A recipe, and what of the decisions it would learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct RecipeInfo {
    /// The recipe.
    pub recipe: Recipe,
    /// What it reads.
    pub reads: Reads,
    /// How many of these there are outside the part that is held out.
    pub examples: usize,
}

/// What a recipe learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Rewrites that were taken or written by the person.
    Rewrites,
    /// Texts that were preferred to others.
    Preferences,
    /// Rewrites that were taken or refused.
    Verdicts,
    /// Texts alone: the model rewrites them and critics judge.
    Texts,
    /// Texts, of which the large model begins the rewrites.
    Guided,
    /// Grades that the large model gave, and texts.
    Grades,
}

impl App {
    /// What there is to learn from.
    pub async fn learn_overview(&self) -> Result<Overview, AppError> {
        let preferences = self.preferences(&Weighing::default()).await?;
        let missing = preferences.enough().err().map_or(0, |few| few.need - few.have);
        let Split { train, held_out, .. } = split(preferences.data, HELD_OUT);
        let held_out: HashSet<&Asked> = held_out.preferences.iter().map(|one| &one.asked).collect();
        // A large model that is not where it was is told where it is asked; the rest of the screen does not need it.
        let large = self.large().ok().flatten();
        let graded = match &large {
            Some(large) => self.graded_by(&large.name).await?.len(),
            None => 0,
        };
        let large = (graded, large.is_some());
        let recipes = SHIPPED.iter().map(|(name, _)| Ok(recipe_info(Recipe::shipped(name)?, &train, large)));
        let mut received = Received::default();
        self.each_decided(|shown| received.add(shown)).await?;
        Ok(Overview {
            decided: preferences.decided,
            imported: preferences.imported,
            needed: MINIMUM_DECISIONS,
            missing,
            reliability: Reliability::of(&received.answers),
            received,
            recipes: recipes.collect::<Result<_, AppError>>()?,
            steps_back: adapters::read(&self.paths.adapters())?.steps_back(),
            held_out: held_out.len(),
        })
    }
}

fn recipe_info(recipe: Recipe, data: &PreferenceData, (graded, guide): (usize, bool)) -> RecipeInfo {
    let (reads, examples) = match &recipe.method {
        method if method.has_guide() && guide => (Reads::Guided, data.asked().count()),
        method if method.has_guide() => (Reads::Rewrites, data.demonstrations.len()),
        method if method.parts().iter().any(|part| part == GRADED) => (Reads::Grades, graded),
        method if method.parts().iter().any(|part| part == TASTE) => {
            (Reads::Preferences, data.preferences.len())
        }
        Method::Demonstrations { .. } => (Reads::Rewrites, data.demonstrations.len()),
        Method::Pairs { .. } => (Reads::Preferences, data.preferences.len()),
        Method::Verdicts { .. } => (Reads::Verdicts, data.verdicts.len()),
        Method::Rollouts(_)
        | Method::SampledPairs(_)
        | Method::Ranked(_)
        | Method::SelfImitation(_)
        | Method::RewardTokens(_)
        | Method::Valued(_)
        | Method::NashMd(_)
        | Method::Steps(_) => (Reads::Texts, data.asked().count()),
    };
    RecipeInfo { recipe, reads, examples }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::verbs::tests::{decided, open};

    #[tokio::test]
    async fn a_new_profile_lacks_all_decisions_and_knows_all_recipes() {
        let (app, _folder) = open().await;
        let found = app.learn_overview().await.unwrap();
        assert_eq!((found.decided, found.imported, found.missing, found.steps_back), (0, 0, 50, 0));
        assert_eq!((found.received, found.reliability.missing), (Received::default(), 20));
        assert_eq!(found.recipes.len(), SHIPPED.len());
        assert!(found.recipes.iter().all(|one| one.examples == 0));
    }

    #[tokio::test]
    async fn a_large_model_that_is_gone_hides_nothing() {
        let (app, folder) = open().await;
        let path = folder.path().join("large.gguf");
        std::fs::write(&path, "GGUF, and nothing else").unwrap();
        app.set_large_model(path.to_str().unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(app.large().is_err());
        assert_eq!(app.learn_overview().await.unwrap().recipes.len(), SHIPPED.len());
    }

    #[tokio::test]
    async fn decisions_are_counted_by_intent_and_offered_to_the_recipes_that_read_them() {
        let (app, _folder) = open().await;
        for n in 0..20 {
            decided(&app, &format!("Text {n} of many."), "T").await;
        }
        let found = app.learn_overview().await.unwrap();
        assert_eq!((found.decided, found.missing), (20, 30));
        let expected = Acceptance { accepted: 0, edited: 20, rejected: 0 };
        assert_eq!(found.received.intents, BTreeMap::from([("fix".to_owned(), expected)]));
        let writer = WrittenBy { large: false, model: "tiny".into(), adapter: None };
        assert_eq!(found.received.writers, BTreeMap::from([(writer, expected)]));
        let of = |name: &str| found.recipes.iter().find(|one| one.recipe.name == name).unwrap();
        let pairs = of("prefer-dpo");
        assert_eq!(pairs.reads, Reads::Preferences);
        assert!(pairs.examples > 0 && pairs.examples < 40, "two a decision, less what is held out");
        assert_eq!(of("rloo-taste").reads, Reads::Preferences);
        assert_eq!(of("rloo-fixed").reads, Reads::Texts);
    }
}

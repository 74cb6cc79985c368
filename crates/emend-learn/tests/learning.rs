//! Whole runs on the shipped starter: that they learn, and that stopping changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp, clippy::result_large_err)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use emend_decode::{Cancel, Limits, TokenId};
use emend_learn::examples::{Demonstration, Examples, Pair, Prompt, Verdict};
use emend_learn::methods::{Hold, Method, Sampled, WeighedClean};
use emend_learn::mixing::Mixing;
use emend_learn::{Attempt, Ended, LearnError, Learner, Recipe, Run, StepReport, score, train};
use emend_models::t5::{Ops, T5};
use emend_models::{Seq2Seq, adapter, open_folder};

fn starter() -> Seq2Seq {
    open_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/starter.toml")).unwrap()
}

fn learner(model: &Seq2Seq) -> Learner {
    let mut policy = model.t5.clone();
    let config = Recipe::shipped("imitate").unwrap().adapter;
    let variables = adapter::fresh(&mut policy, &config, 1).unwrap();
    Learner { policy, reference: model.t5.clone(), variables }
}

const TEXTS: [&str; 6] = [
    "I wanted to ask whether you could maybe send me the report today.",
    "We are going to have a look at it at some point in time next week.",
    "The meeting is at nine and everybody should be there on time.",
    "It would be really great if you could water my plants.",
    "She told me that the train was late because of the snow.",
    "Please be so kind as to close the window before you leave.",
];

fn prompt(model: &Seq2Seq, text: &str) -> Prompt {
    let mut source = model.tokens.encode(&format!("Make this shorter: {text}"));
    source.push(model.tokens.end());
    let limits = Limits { max_tokens: source.len() + 8, start: model.tokens.pad(), end: model.tokens.end() };
    Prompt { intent: "shorter".into(), instruction: None, text: text.into(), source, limits }
}

fn examples(model: &Seq2Seq) -> Examples {
    let target = |text: &str| -> Vec<TokenId> {
        let mut tokens = model.tokens.encode(&format!("Well: {text}"));
        tokens.push(model.tokens.end());
        tokens
    };
    let prompts: Vec<Prompt> = TEXTS.iter().map(|text| prompt(model, text)).collect();
    let clean = TEXTS[..2].iter().map(|text| prompt(model, text)).collect();
    let demonstrations = TEXTS
        .iter()
        .zip(&prompts)
        .map(|(text, prompt)| Demonstration { prompt: prompt.clone(), target: target(text), weight: 1.0 })
        .collect();
    let rejected = |prompt: &Prompt| [model.tokens.encode(&prompt.text), vec![model.tokens.end()]].concat();
    let pairs = TEXTS
        .iter()
        .zip(&prompts)
        .map(|(text, prompt)| Pair {
            prompt: prompt.clone(),
            chosen: target(text),
            rejected: rejected(prompt),
            weight: 1.0,
        })
        .collect();
    let verdicts = prompts
        .iter()
        .zip(TEXTS)
        .enumerate()
        .map(|(number, (prompt, text))| Verdict {
            prompt: prompt.clone(),
            target: target(text),
            accepted: number % 2 == 0,
            weight: 1.0,
        })
        .collect();
    Examples { prompts, clean, demonstrations, pairs, verdicts, ..Examples::default() }
}

fn recipe(base: &str, changes: &[(&str, &str)]) -> Recipe {
    let (_, shipped) = emend_learn::recipe::SHIPPED.iter().find(|(name, _)| *name == base).unwrap();
    let changed: String = shipped
        .lines()
        .map(|line| {
            let change = changes.iter().find(|(key, _)| line.starts_with(&format!("{key} =")));
            change.map_or_else(|| format!("{line}\n"), |(key, value)| format!("{key} = {value}\n"))
        })
        .collect();
    Recipe::parse(base, &changed).unwrap()
}

/// Runs a recipe and stops it after `stop` steps; what each step reported.
fn go(
    model: &Seq2Seq,
    learner: &Learner,
    recipe: &Recipe,
    checkpoint: &Path,
    stop: usize,
    judge: impl Fn(&Attempt<'_>) -> f32,
) -> Result<(Ended, Vec<StepReport>), LearnError> {
    let examples = examples(model);
    let cancel = Cancel::new();
    let run = Run {
        recipe,
        learner,
        tokens: &model.tokens,
        examples: &examples,
        checkpoint,
        identity: "starter",
        cancel: &cancel,
    };
    let parts = recipe.method.parts().len();
    let mut reports = Vec::new();
    let ended = train(
        &run,
        &mut |attempts| Ok(attempts.iter().map(|attempt| vec![judge(attempt); parts]).collect()),
        |report| {
            reports.push(report.clone());
            if report.step == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    )?;
    Ok((ended, reports))
}

fn numbers(learner: &Learner) -> Vec<Vec<f32>> {
    learner.variables.iter().map(|(_, v)| v.flatten_all().unwrap().to_vec1().unwrap()).collect()
}

fn file(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

/// Being cancelled in the middle of a step loses that step alone.
#[test]
fn what_was_made_before_a_cancelled_step_is_kept() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let recipe = recipe("rloo-fixed", &[("steps", "4"), ("batch", "3"), ("warmup", "1")]);
    let (learner, path, examples, cancel) =
        (learner(&model), file(&folder, "c"), examples(&model), Cancel::new());
    let run = Run {
        recipe: &recipe,
        learner: &learner,
        tokens: &model.tokens,
        examples: &examples,
        checkpoint: &path,
        identity: "starter",
        cancel: &cancel,
    };
    let (parts, mut asked) = (recipe.method.parts().len(), 0);
    let ended = train(
        &run,
        &mut |attempts| {
            asked += 1;
            if asked == 3 {
                cancel.cancel();
            }
            Ok(vec![vec![0.5; parts]; attempts.len()])
        },
        |_| ControlFlow::Continue(()),
    );
    assert_eq!(ended.unwrap(), Ended::Stopped(2));
    let (_, reports) = go(&model, &learner, &recipe, &path, 0, |_| 0.5).unwrap();
    assert_eq!(reports.iter().map(|report| report.step).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn imitation_learns_what_it_is_shown() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let recipe = recipe("imitate", &[("steps", "12"), ("batch", "6"), ("warmup", "1"), ("peak", "5e-3")]);
    let learner = learner(&model);
    let (ended, reports) = go(&model, &learner, &recipe, &file(&folder, "c"), 0, |_| 0.0).unwrap();
    assert_eq!(ended, Ended::Finished);
    let losses: Vec<f64> = reports.iter().map(|report| report.metrics["loss"]).collect();
    assert!(losses[11] < 0.5 * losses[0], "{losses:?}");
}

#[test]
fn a_run_that_was_stopped_ends_as_if_it_had_not_been() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let recipe = recipe("rloo-constrained", &[("steps", "4"), ("batch", "3"), ("warmup", "1")]);
    let judge = |attempt: &Attempt<'_>| 10.0 / (10.0 + attempt.rewrite.len() as f32);
    let whole = learner(&model);
    go(&model, &whole, &recipe, &file(&folder, "whole"), 0, judge).unwrap();

    let first = learner(&model);
    let (ended, _) = go(&model, &first, &recipe, &file(&folder, "parts"), 2, judge).unwrap();
    assert_eq!(ended, Ended::Stopped(2));
    let second = learner(&model);
    let (ended, reports) = go(&model, &second, &recipe, &file(&folder, "parts"), 0, judge).unwrap();
    assert_eq!((ended, reports.len()), (Ended::Finished, 2));
    assert!(numbers(&whole) == numbers(&second), "bit for bit");
    assert!(numbers(&whole) != numbers(&first));

    // Another recipe does not go on from there.
    let other = Recipe { seed: 1, ..recipe };
    let refused = go(&model, &learner(&model), &other, &file(&folder, "parts"), 0, judge).unwrap_err();
    assert!(matches!(refused, LearnError::Checkpoint { .. }), "{refused}");
}

/// Few steps, in which each recipe still does all that it does.
fn briefly(steps: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("steps", steps),
        ("batch", "3"),
        ("warmup", "1"),
        ("explore", "2"),
        ("restriction", "{ top_p = 0.9, refresh = 2 }"),
        ("credit", "{ steps = 1, preferences = { loss = \"dpo\", beta = 0.1 } }"),
    ]
}

/// Shorter, and different for each text.
fn short(attempt: &Attempt<'_>) -> f32 {
    10.0 / (10.0 + attempt.rewrite.len() as f32)
}

/// Whatever a recipe keeps beside the adapter: moments, multipliers, averages, values, copies, pools.
#[test]
fn every_shipped_recipe_ends_as_if_it_had_not_been_stopped() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    for (name, _) in emend_learn::recipe::SHIPPED {
        let recipe = recipe(name, &briefly("3"));
        let path = |part: &str| file(&folder, &format!("{name}-{part}"));
        let (whole, resumed) = (learner(&model), learner(&model));
        go(&model, &whole, &recipe, &path("whole"), 0, short).unwrap();
        go(&model, &learner(&model), &recipe, &path("parts"), 1, short).unwrap();
        go(&model, &resumed, &recipe, &path("parts"), 0, short).unwrap();
        assert!(numbers(&whole) == numbers(&resumed), "{name}: bit for bit");
        assert!(numbers(&whole) != numbers(&learner(&model)), "{name} learned something");
    }
}

/// What does not fit into memory at once is added up, whatever the loss.
#[test]
fn every_shipped_recipe_steps_in_many_passes_as_in_one() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    for (name, _) in emend_learn::recipe::SHIPPED {
        let of = |pass: usize| {
            let recipe = recipe(name, &briefly("1"));
            let recipe = Recipe { pass, ..recipe };
            let path = file(&folder, &format!("{name}-{pass}"));
            let (_, reports) = go(&model, &learner(&model), &recipe, &path, 0, short).unwrap();
            // One step: at a second one, a sample can turn out another way by the last bit of a weight.
            reports[0].metrics["gradient"]
        };
        let (one, many) = (of(64), of(1));
        assert!((one - many).abs() <= 1e-3 * one.max(1e-3), "{name}: {one} in one pass, {many} in many");
    }
}

/// Multipliers belong to how parts are mixed, whatever the loss does with what comes of it.
#[test]
fn constraints_compose_with_every_loss_on_what_the_policy_writes() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let rule = "rule = 'lagrange'\nlearning_rate = 8.0\nconstraints = [{ at-least = 0.99 }]";
    let constraints: Mixing = toml::from_str(rule).unwrap();
    for (name, _) in emend_learn::recipe::SHIPPED {
        let mut recipe = recipe(name, &briefly("4"));
        let Some(sampled) = sampled(&mut recipe.method) else { continue };
        (sampled.parts, sampled.reward) = (vec!["meaning".into()], constraints.clone());
        if matches!(recipe.method, Method::RewardTokens(_) | Method::Steps(_)) {
            let refused = recipe.method.check().unwrap_err().to_string();
            assert!(refused.contains("none for this kind of method"), "{name}: {refused}");
            continue;
        }
        recipe.method.check().unwrap();
        let path = |part: &str| file(&folder, &format!("{name}-{part}"));
        let (whole, resumed) = (learner(&model), learner(&model));
        let (_, reports) = go(&model, &whole, &recipe, &path("whole"), 0, short).unwrap();
        let weights: Vec<f64> =
            reports.iter().map(|report| report.metrics["multiplier/meaning/shorter"]).collect();
        assert!(weights[0] > 0.5 && weights.is_sorted() && weights[3] > weights[0], "{name}: {weights:?}");
        go(&model, &learner(&model), &recipe, &path("parts"), 2, short).unwrap();
        go(&model, &resumed, &recipe, &path("parts"), 0, short).unwrap();
        assert!(numbers(&whole) == numbers(&resumed), "{name}: bit for bit");
    }
}

/// How a method's rewrites are made, where it makes some and mixes parts for each by itself.
fn sampled(method: &mut Method) -> Option<&mut Sampled> {
    match method {
        Method::SampledPairs(method) => Some(&mut method.sampled),
        Method::Ranked(method) => Some(&mut method.sampled),
        Method::SelfImitation(method) => Some(&mut method.sampled),
        Method::RewardTokens(method) => Some(&mut method.sampled),
        Method::Valued(method) => Some(&mut method.sampled),
        Method::NashMd(method) => Some(&mut method.sampled),
        Method::Steps(method) => Some(&mut method.sampled),
        Method::Demonstrations { .. }
        | Method::Pairs { .. }
        | Method::Verdicts { .. }
        | Method::Rollouts(_) => None,
    }
}

#[test]
fn what_is_dropped_follows_from_the_step() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let changes = [("steps", "3"), ("batch", "3"), ("warmup", "1"), ("rank", "4\ndropout = 0.3")];
    let dropping = recipe("imitate", &changes);
    let learner = || {
        let mut policy = model.t5.clone();
        let variables = adapter::fresh(&mut policy, &dropping.adapter, 1).unwrap();
        Learner { policy, reference: model.t5.clone(), variables }
    };
    let whole = learner();
    go(&model, &whole, &dropping, &file(&folder, "whole"), 0, |_| 0.0).unwrap();
    go(&model, &learner(), &dropping, &file(&folder, "parts"), 2, |_| 0.0).unwrap();
    let second = learner();
    go(&model, &second, &dropping, &file(&folder, "parts"), 0, |_| 0.0).unwrap();
    assert!(numbers(&whole) == numbers(&second), "bit for bit");

    let (_, shipped) = emend_learn::recipe::SHIPPED.iter().find(|(name, _)| *name == "rloo-fixed").unwrap();
    let refused = Recipe::parse("rloo-fixed", &shipped.replace("rank = 8", "rank = 8\ndropout = 0.3"));
    assert!(refused.unwrap_err().to_string().contains("dropout"));
}

/// Imitation beside texts that need no change.
const HELD: &str = "{ loss = \"cross-entropy\" }\n[method.hold]\nshare = 0.5\nweight = 0.5";

/// By how many nats the texts that need no change have become likelier to be left as they are.
fn likelier_left_alone(model: &Seq2Seq, learner: &Learner) -> f32 {
    let kept = |t5: &T5, prompt: &Prompt| {
        let target = [model.tokens.encode(&prompt.text), vec![prompt.limits.end]].concat();
        let scores = score(t5, &[&prompt.source], &[&target], Ops::Fused).unwrap();
        scores.sums().unwrap().to_vec1::<f32>().unwrap()[0]
    };
    let clean = examples(model).clean;
    clean.iter().map(|prompt| kept(&learner.policy, prompt) - kept(&learner.reference, prompt)).sum()
}

/// Texts that need no change are among those whose change was preferred, so that the one pulls against the other.
#[test]
fn what_is_held_is_lost_less() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let lost = |with: Option<Hold>| {
        let changes = [("steps", "12"), ("batch", "6"), ("warmup", "1"), ("peak", "5e-3")];
        let mut recipe = recipe("prefer-dpo", &changes);
        let Method::Pairs { hold, .. } = &mut recipe.method else { panic!("{:?}", recipe.method) };
        *hold = with;
        let learner = learner(&model);
        let path = file(&folder, if with.is_some() { "held" } else { "free" });
        let (_, reports) = go(&model, &learner, &recipe, &path, 0, |_| 0.0).unwrap();
        assert_eq!(reports[11].metrics.contains_key("lost/left-alone"), with.is_some());
        -likelier_left_alone(&model, &learner)
    };
    let (free, held) = (lost(None), lost(Some(Hold { share: 0.5, weight: 1.0 })));
    assert!(free > 2.0 && held < 0.5 * free, "{held} nats lost, without hold {free}");
}

#[test]
fn a_step_in_many_passes_is_the_step_in_one() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let of = |pass: &str| {
        let changes = [("steps", "2"), ("batch", "6"), ("warmup", "1"), ("objective", HELD)];
        let recipe = Recipe { pass: pass.parse().unwrap(), ..recipe("imitate", &changes) };
        let learner = learner(&model);
        let (_, reports) = go(&model, &learner, &recipe, &file(&folder, pass), 0, |_| 0.0).unwrap();
        (reports[1].metrics["loss"], reports[1].metrics["gradient"])
    };
    let (one, many) = (of("6"), of("1"));
    assert!((one.0 - many.0).abs() < 1e-3 * one.0, "{one:?} {many:?}");
    assert!((one.1 - many.1).abs() < 1e-2 * one.1, "{one:?} {many:?}");
}

#[test]
fn reinforcement_raises_what_is_rewarded() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let changes =
        [("steps", "16"), ("batch", "6"), ("warmup", "1"), ("peak", "4e-3"), ("kl", "{ fixed = 0.0 }")];
    let mut recipe = recipe("rloo-fixed", &changes);
    // Texts that need no change would hold the policy where it is.
    let Method::Rollouts(method) = &mut recipe.method else { panic!() };
    method.clean = None;
    let learner = learner(&model);
    // Nothing that the model would do of itself: the share of the letter e.
    let judge = |attempt: &Attempt<'_>| {
        let found = attempt.rewrite.matches('e').count() as f32;
        found / attempt.rewrite.chars().count().max(1) as f32
    };
    let (_, reports) = go(&model, &learner, &recipe, &file(&folder, "c"), 0, judge).unwrap();
    let rewards: Vec<f64> = reports.iter().map(|report| report.metrics["reward/meaning"]).collect();
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    assert!(mean(&rewards[12..]) > 1.15 * mean(&rewards[..4]), "{rewards:?}");
    assert!(!reports[15].samples.is_empty() && reports[15].metrics["kl"] > 0.0);
}

#[test]
fn texts_that_need_no_change_are_left_alone() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let changes = [("steps", "60"), ("batch", "6"), ("warmup", "1"), ("share", "0.8"), ("peak", "3e-3")];
    let recipe = recipe("rloo-constrained", &changes);
    let learner = learner(&model);
    // The critics say the same of everything.
    let (_, reports) = go(&model, &learner, &recipe, &file(&folder, "c"), 0, |_| 1.0).unwrap();
    // Steps differ by their texts, and less than the learning does only when many of them are taken together.
    let kept: Vec<f64> = reports.iter().map(|report| report.metrics["reward/left-alone"]).collect();
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    assert!(mean(&kept[40..]) > 1.06 * mean(&kept[..20]), "{kept:?}");
    let weight = |at: usize| reports[at].metrics["multiplier/left-alone/shorter"];
    assert!(weight(4) > weight(0), "it grows while texts are changed");
}

/// A short run of a recipe whose critics like one letter.
fn reports(name: &str, changes: &[(&str, &str)]) -> Vec<StepReport> {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let steady = [("steps", "24"), ("warmup", "1"), ("peak", "4e-3"), ("explore", "1")];
    let changes = [changes, &steady].concat();
    let mut recipe = recipe(name, &changes);
    // Texts that need no change would hold the policy where it is.
    if let Method::Valued(method) = &mut recipe.method {
        method.clean = None;
    }
    // Above a twentieth, so that rewrites differ by as much as critics make them differ.
    let judge = |attempt: &Attempt<'_>| {
        let share =
            attempt.rewrite.matches('e').count() as f32 / attempt.rewrite.chars().count().max(1) as f32;
        ((share - 0.05) / 0.15).clamp(0.0, 1.0)
    };
    let learner = learner(&model);
    go(&model, &learner, &recipe, &file(&folder, "c"), 0, judge).unwrap().1
}

/// The mean reward of the last quarter must be above that of the first.
#[track_caller]
fn check_rose(name: &str, reports: &[StepReport]) {
    let rewards: Vec<f64> = reports.iter().map(|report| report.metrics["reward"]).collect();
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (first, last) = (mean(&rewards[..4]), mean(&rewards[20..]));
    assert!(last > 1.05 * first, "{name}: {first} to {last}");
}

#[track_caller]
fn check_rises(name: &str, changes: &[(&str, &str)]) {
    check_rose(name, &reports(name, changes));
}

#[test]
fn online_preferences_raise_what_is_rewarded() {
    check_rises("pairs-online-dpo", &[("batch", "6")]);
}

#[test]
fn optimistic_preferences_raise_what_is_rewarded() {
    check_rises("pairs-xpo", &[("batch", "6")]);
}

#[test]
fn rankings_raise_what_is_rewarded() {
    // Four times the step unlearns again what it had learned.
    check_rises("ranked-rrhf", &[("batch", "8"), ("peak", "1e-3")]);
}

#[test]
fn self_imitation_raises_what_is_rewarded() {
    let greedy = "{ loss = \"reward-weighted\", temperature = 0.02 }";
    check_rises("reward-weighted", &[("batch", "6"), ("objective", greedy)]);
}

#[test]
fn values_raise_what_is_rewarded() {
    let reports = reports("ppo-values", &[("batch", "6"), ("kl", "{ fixed = 0.0 }"), ("peak", "8e-3")]);
    check_rose("ppo-values", &reports);
    let errors: Vec<f64> = reports.iter().map(|report| report.metrics["value_error"]).collect();
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    // The policy moves away first, and the values follow.
    assert!(
        mean(&errors[18..]) < 0.5 * mean(&errors[2..8]),
        "values come to know what is rewarded: {errors:?}"
    );
}

#[test]
fn a_restricted_policy_raises_what_is_rewarded() {
    let restricted = "{ top_p = 0.9, refresh = 6 }";
    check_rises("ppo-restricted", &[("batch", "6"), ("kl", "{ fixed = 0.0 }"), ("restriction", restricted)]);
}

#[test]
fn credit_from_preferences_raises_what_is_rewarded() {
    let credit = "{ steps = 8, preferences = { loss = \"dpo\", beta = 0.1 } }";
    check_rises("ppo-token-credit", &[("batch", "6"), ("credit", credit)]);
}

#[test]
fn winning_against_a_mixture_raises_what_is_rewarded() {
    check_rises("pairs-nash-md", &[("batch", "6")]);
}

#[test]
fn direct_advantages_are_reached() {
    // The samples are those of the model that does not change, so both runs see the same.
    let late = |peak: &str| -> f64 {
        let reports = reports("steps-direct-advantage", &[("batch", "6"), ("peak", peak)]);
        reports[12..].iter().map(|report| report.metrics["loss"]).sum()
    };
    let (learned, stood_still) = (late("1e-3"), late("1e-9"));
    assert!(learned < 0.85 * stood_still, "{learned} and {stood_still}");
}

#[test]
fn a_guide_begins_and_the_policy_ends() {
    let all = [("batch", "6"), ("kl", "{ fixed = 0.0 }"), ("guide", "{ share = 1.0 }")];
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let changes = [&all[..], &[("steps", "3"), ("warmup", "1")]].concat();
    let recipe = recipe("rloo-guided", &changes);
    let judge = |attempt: &Attempt<'_>| f32::from(u8::from(attempt.rewrite.starts_with("Well")));
    let (_, reports) = go(&model, &learner(&model), &recipe, &file(&folder, "c"), 0, judge).unwrap();
    // Nobody but the guide begins with "Well: ", and now and then it begins with nothing.
    let begun: f64 = reports.iter().map(|report| report.metrics["reward/meaning"]).sum::<f64>() / 3.0;
    assert!(begun > 0.5, "{begun}");
    assert!(reports.iter().all(|report| report.metrics["loss"].is_finite()));
}

/// What a checkpoint must hold beside the adapter: values, and the copy that lags behind.
#[test]
fn a_run_with_values_and_a_copy_ends_as_if_it_had_not_been_stopped() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let restricted = "{ top_p = 0.9, refresh = 2 }";
    let changes = [("steps", "4"), ("batch", "2"), ("warmup", "1"), ("restriction", restricted)];
    let recipe = recipe("ppo-restricted", &changes);
    let judge = |attempt: &Attempt<'_>| 10.0 / (10.0 + attempt.rewrite.len() as f32);
    let whole = learner(&model);
    go(&model, &whole, &recipe, &file(&folder, "whole"), 0, judge).unwrap();
    go(&model, &learner(&model), &recipe, &file(&folder, "parts"), 3, judge).unwrap();
    let second = learner(&model);
    go(&model, &second, &recipe, &file(&folder, "parts"), 0, judge).unwrap();
    assert!(numbers(&whole) == numbers(&second), "bit for bit");
}

#[test]
fn the_pool_of_reward_tokens_grows_and_survives_a_stop() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let recipe =
        recipe("reward-tokens", &[("steps", "4"), ("batch", "6"), ("warmup", "1"), ("explore", "2")]);
    let judge = |attempt: &Attempt<'_>| attempt.rewrite.matches('e').count() as f32 / 20.0;
    let whole = learner(&model);
    let (_, reports) = go(&model, &whole, &recipe, &file(&folder, "whole"), 0, judge).unwrap();
    let pool: Vec<f64> = reports.iter().map(|report| report.metrics["pool"]).collect();
    assert_eq!(pool, [24.0, 24.0, 48.0, 48.0], "6 texts, 4 rewrites of each, twice");

    go(&model, &learner(&model), &recipe, &file(&folder, "parts"), 1, judge).unwrap();
    let resumed = learner(&model);
    go(&model, &resumed, &recipe, &file(&folder, "parts"), 0, judge).unwrap();
    assert!(numbers(&whole) == numbers(&resumed), "bit for bit");
}

#[test]
fn a_run_that_breaks_keeps_its_last_checkpoint() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let recipe = Recipe { checkpoint: 1, ..recipe("rloo-fixed", &[("steps", "3"), ("batch", "2")]) };
    let path = file(&folder, "c");
    let learner = learner(&model);
    go(&model, &learner, &recipe, &path, 1, |attempt| attempt.rewrite.len() as f32).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = go(&model, &learner, &recipe, &path, 0, |_| f32::NAN).unwrap_err();
    assert!(matches!(error, LearnError::Feedback(_)), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// A step so long that numbers do not hold what comes of it.
#[test]
fn a_policy_that_no_longer_writes_is_never_kept() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    for name in ["imitate", "prefer-dpo", "rloo-fixed", "ppo-values"] {
        let changes = [("steps", "4"), ("batch", "2"), ("warmup", "1"), ("peak", "1e30")];
        let recipe = Recipe { checkpoint: 1, ..recipe(name, &changes) };
        let path = file(&folder, name);
        let error = go(&model, &learner(&model), &recipe, &path, 0, short).unwrap_err();
        assert!(matches!(error, LearnError::NotFinite { step: 0, .. }), "{name}: {error}");
        assert!(error.to_string().contains("learning rate") && !path.exists(), "{name}: {error}");
    }
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_with_its_last_checkpoint() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    for name in ["rloo-fixed", "ppo-values"] {
        let recipe = Recipe { checkpoint: 1, ..recipe(name, &[("steps", "3"), ("batch", "2")]) };
        let (path, learner) = (file(&folder, name), learner(&model));
        go(&model, &learner, &recipe, &path, 1, short).unwrap();
        let before = std::fs::read(&path).unwrap();
        let endless = |attempt: &Attempt<'_>| 1e36 * attempt.rewrite.len() as f32;
        let error = go(&model, &learner, &recipe, &path, 0, endless);
        let Err(error) = error else { panic!("{name} went on") };
        assert!(matches!(error, LearnError::NotFinite { .. }), "{name}: {error}");
        assert_eq!(std::fs::read(&path).unwrap(), before, "{name}");
    }
}

#[test]
fn a_budget_of_samples_is_the_same_for_whatever_samples() {
    for (name, _) in emend_learn::recipe::SHIPPED {
        let shipped = Recipe::shipped(name).unwrap();
        let budgeted = shipped.clone().with_samples(3200);
        if shipped.samples() == 0 {
            assert_eq!(budgeted, shipped, "{name}");
            continue;
        }
        assert!((3200..3300).contains(&budgeted.samples()), "{name}: {}", budgeted.samples());
        assert_eq!(shipped.clone().with_samples(shipped.samples()).samples(), shipped.samples(), "{name}");
    }
    let credit = Recipe::shipped("ppo-token-credit").unwrap();
    let part = |recipe: &Recipe| match &recipe.method {
        Method::Valued(method) => method.credit.as_ref().unwrap().steps as f64 / recipe.steps as f64,
        other => panic!("{other:?}"),
    };
    assert!((part(&credit.clone().with_samples(640)) - part(&credit)).abs() < 0.05);
    let of = |name: &str| Recipe::shipped(name).unwrap().with_samples(3200).steps;
    // 8 texts, 4 rewrites of each and 4 of the opponent; 16 texts, one each; 16 texts, 4 each, at every fifth step.
    assert_eq!((of("pairs-nash-md"), of("pairs-xpo"), of("reward-tokens")), (50, 100, 250));
}

#[test]
fn a_reward_without_a_rule_is_one_of_fixed_weights() {
    let (_, shipped) = emend_learn::recipe::SHIPPED.iter().find(|(name, _)| *name == "pairs-xpo").unwrap();
    let old = Recipe::parse("old", &shipped.replace("rule = \"fixed-weights\", ", "")).unwrap();
    assert_eq!(old, Recipe::shipped("pairs-xpo").unwrap());
    let wrong = Recipe::parse("wrong", &shipped.replace("weights = [0.5, 0.3, 0.2]", "weight = [0.5]"));
    assert!(wrong.unwrap_err().to_string().contains("weight"));
}

#[test]
fn every_shipped_recipe_can_be_read() {
    for (name, _) in emend_learn::recipe::SHIPPED {
        let recipe = Recipe::shipped(name).unwrap();
        assert_eq!(recipe.name, *name);
        let again = Recipe::parse(name, &toml::to_string(&recipe).unwrap()).unwrap();
        assert_eq!(again, recipe, "what is written into a run's folder is the recipe");
    }
    assert!(Recipe::shipped("unheard-of").unwrap_err().to_string().contains("imitate"));
}

#[test]
fn values_leave_texts_alone_that_need_no_change() {
    let (model, folder) = (starter(), tempfile::tempdir().unwrap());
    let changes = [("steps", "30"), ("batch", "6"), ("warmup", "1"), ("peak", "1.5e-3"), ("explore", "1")];
    let mut recipe = recipe("ppo-values", &changes);
    let Method::Valued(method) = &mut recipe.method else { panic!("{:?}", recipe.method) };
    method.clean = Some(WeighedClean { share: 0.8, weight: 1.0 });
    let learner = learner(&model);
    // The critics say the same of everything.
    go(&model, &learner, &recipe, &file(&folder, "c"), 0, |_| 1.0).unwrap();
    let likelier = likelier_left_alone(&model, &learner);
    assert!(likelier > 0.5, "{likelier} nats");
}

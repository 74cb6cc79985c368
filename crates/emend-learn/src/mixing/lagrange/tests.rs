use super::*;

fn lagrange(constraints: &[Constraint], learning_rate: f64) -> Lagrange {
    let constraints = constraints.to_vec();
    Lagrange {
        constraints,
        references: Vec::new(),
        intents: BTreeMap::new(),
        accepted: false,
        learning_rate,
        momentum: 0.1,
        clip: 1.0,
    }
}

fn judged<'j>(samples: &[&'j [f32]], log_ratios: &[f32]) -> Judged<'j> {
    let log_ratios = log_ratios.to_vec();
    Judged { intent: "formal", samples: samples.to_vec(), original: &[0.5, 0.5], log_ratios }
}

fn step(how: &Lagrange, judged: &Judged<'_>, memory: &mut Memory) -> Option<Vec<f32>> {
    let memory = memory.intents.entry("formal".into()).or_default();
    how.advantages("formal", &[judged], Estimator::LeaveOneOut, memory).remove(0)
}

#[test]
fn two_parts_and_the_reference() {
    // At m = 0 both g are ½, so the distance weighs 2 − 1 = 1. Part one: 1 against (0 + ½)/2 and 0 against
    // (1 + ½)/2, ±¾ in units of ¾; part two is the same for all; distances 1 and 3 make ±2 in units of 2. So ½ + 1 and −½ − 1.
    let how = lagrange(&[Constraint::AtLeast(0.75), Constraint::AtLeast(0.25)], 0.1);
    let mut memory = Memory::default();
    let found = step(&how, &judged(&[&[1.0, 0.5], &[0.0, 0.5]], &[1.0, 3.0]), &mut memory);
    assert_eq!(found, Some(vec![1.5, -1.5]));
    // J = ½ is ¼ below the first threshold and ¼ above the second: m = ±0.1·¼·¼.
    let standings = how.standings(&memory);
    let sigmoid = |m: f64| 1.0 / (1.0 + (-m).exp());
    assert!((standings[0].weight - sigmoid(0.006_25)).abs() < 1e-12);
    assert!((standings[1].weight - sigmoid(-0.006_25)).abs() < 1e-12);
    assert!((standings[0].mean - 0.5).abs() < 1e-12 && !standings[0].saturated);
}

#[test]
fn the_reference_regains_what_the_parts_lose() {
    let how = lagrange(&[Constraint::AtLeast(0.1), Constraint::AtLeast(0.1)], 10.0);
    let mut memory = Memory::default();
    let rewrites = judged(&[&[1.0, 1.0], &[0.9, 0.9]], &[1.0, 3.0]);
    // Only the first has a positive advantage in the parts and in nearness alike.
    let first = step(&how, &rewrites, &mut memory).unwrap();
    for _ in 0..200 {
        step(&how, &rewrites, &mut memory);
    }
    assert!(how.standings(&memory).iter().all(|standing| standing.weight < 0.05));
    // All is reached: what is left is the distance with nearly the weight 2.
    let last = step(&how, &rewrites, &mut memory).unwrap();
    assert!(first[1] > -2.0 && (last[1] + 2.0).abs() < 0.1, "{first:?} {last:?}");
}

#[test]
fn what_cannot_be_reached_saturates() {
    let how = lagrange(&[Constraint::AtLeast(0.9), Constraint::Equal(0.2)], 10.0);
    let mut memory = Memory::default();
    for _ in 0..300 {
        step(&how, &judged(&[&[0.5, 0.6], &[0.4, 0.5]], &[0.0, 1.0]), &mut memory);
    }
    let standings = how.standings(&memory);
    assert!(standings[0].saturated && standings[0].weight > 0.95, "{standings:?}");
    assert!(standings[1].saturated && standings[1].weight < -0.95, "an equality pushes down: {standings:?}");
}

#[test]
fn going_on_from_a_saved_memory_is_never_having_stopped() {
    let how = lagrange(&[Constraint::AtLeast(0.7), Constraint::Equal(0.3)], 0.3);
    let rewrites = judged(&[&[0.3, 0.6], &[0.1, 0.7]], &[0.7, 1.3]);
    let (mut whole, mut resumed) = (Memory::default(), Memory::default());
    for number in 0..20 {
        let read = serde_json::from_str(&serde_json::to_string(&resumed).unwrap());
        resumed = read.unwrap();
        assert_eq!(step(&how, &rewrites, &mut whole), step(&how, &rewrites, &mut resumed), "step {number}");
    }
    assert_eq!(whole, resumed);
}

#[test]
fn rounding_is_not_blown_up() {
    let how = lagrange(&[Constraint::AtLeast(0.5)], 0.1);
    let rewrites = judged(&[&[0.5], &[0.5]], &[1e-5, -1e-5]);
    for estimator in [Estimator::LeaveOneOut, Estimator::GroupNormalised] {
        let found = how.advantages("formal", &[&rewrites], estimator, &mut IntentMemory::default()).remove(0);
        assert!(found.into_iter().flatten().all(|advantage| advantage.abs() < 1e-3));
    }
}

#[test]
fn sameness_is_skipped_but_counts_for_the_constraint() {
    let how = lagrange(&[Constraint::AtLeast(0.9), Constraint::AtLeast(0.4)], 0.1);
    let mut memory = Memory::default();
    assert_eq!(step(&how, &judged(&[&[0.5, 0.5], &[0.5, 0.5]], &[0.2, 0.2]), &mut memory), None);
    assert!(how.standings(&memory)[0].weight > 0.5);
}

#[test]
fn references_change_what_is_compared_and_not_the_thresholds() {
    // Odds 1 and ⅓ against a reference with odds 1: σ is ½ and ¼; the original's is ½. Log-sigmoids −log 2, −2·log 2 and −log 2.
    let rewrites = judged(&[&[0.5], &[0.25]], &[1.0, 1.0]);
    let (plain, mut sure) =
        (lagrange(&[Constraint::AtLeast(0.9)], 0.1), lagrange(&[Constraint::AtLeast(0.9)], 0.1));
    sure.references = vec![0.5];
    let rewards = sure.rewards(&rewrites, 0, 1);
    for (found, wanted) in rewards.samples.iter().chain(&rewards.original).zip([-1.0f32, -2.0, -1.0]) {
        assert!((found - wanted * std::f32::consts::LN_2).abs() < 1e-6, "{rewards:?}");
    }
    let (mut one, mut other) = (Memory::default(), Memory::default());
    step(&plain, &rewrites, &mut one);
    step(&sure, &rewrites, &mut other);
    assert_eq!(plain.standings(&one), sure.standings(&other));
    assert!(sure.check(1).is_ok());
    sure.references = vec![0.5, 0.5];
    assert!(sure.check(1).is_err());
    sure.references = vec![1.0];
    assert!(sure.check(1).is_err());
}

#[test]
fn intents_have_their_own_thresholds() {
    let mut how = lagrange(&[Constraint::AtLeast(0.9)], 0.1);
    how.intents.insert("formal".into(), vec![Constraint::AtLeast(0.3)]);
    assert_eq!(how.of("formal"), [Constraint::AtLeast(0.3)]);
    assert_eq!(how.of("shorter"), [Constraint::AtLeast(0.9)]);
    assert!(how.check(1).is_ok());
    how.intents.insert("own".into(), vec![]);
    assert!(how.check(1).is_err());
}

#[test]
fn what_was_taken_sets_the_thresholds() {
    let mut mixing = lagrange(&[Constraint::AtLeast(0.9), Constraint::Equal(0.5)], 0.1);
    let taken: Vec<Vec<f32>> = (0..8).map(|n| vec![0.5 + n as f32 / 16.0, 0.1]).collect();
    mixing.learn_thresholds("fix", &taken);
    assert_eq!(mixing.of("fix"), &mixing.constraints[..], "it was not asked to");
    mixing.accepted = true;
    mixing.learn_thresholds("fix", &taken[..7]);
    assert_eq!(mixing.of("fix"), &mixing.constraints[..], "seven are too few");
    mixing.learn_thresholds("fix", &taken);
    assert_eq!(mixing.of("fix"), [Constraint::AtLeast(0.625), Constraint::Equal(0.5)]);
    assert_eq!(mixing.of("shorter"), &mixing.constraints[..], "only that intent's");
    mixing.learn_thresholds("fix", &vec![vec![0.0, 0.0]; 9]);
    assert_eq!(mixing.of("fix"), [Constraint::AtLeast(0.625), Constraint::Equal(0.5)], "it has its own now");
}

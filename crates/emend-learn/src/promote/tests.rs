//! The gate as a whole: what it lets through, what it refuses, and how often it errs.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// `count` texts whose live value is `live` and whose new value is what `new` says.
fn series(count: usize, live: f64, mut new: impl FnMut(usize) -> f64) -> Vec<Paired<f64>> {
    (0..count).map(|n| Paired { text: format!("text {n}"), live, new: new(n) }).collect()
}

fn measure(name: &str, values: Vec<Paired<f64>>) -> Measure {
    Measure { name: name.to_owned(), values }
}

/// `count` decisions, every other one for the rewrite, and the shift that `shift` says of each.
fn decided(count: usize, mut shift: impl FnMut(usize) -> f64) -> Vec<Decision> {
    let decision =
        |n| Decision { text: format!("text {n}"), taken: n % 2 == 0, live: -3.0, new: -3.0 + shift(n) };
    (0..count).map(decision).collect()
}

/// An adapter that is better by everything that decides, and worse by nothing.
fn good() -> Evidence {
    Evidence {
        proxies: vec![measure("politeness", series(40, 0.5, |_| 0.7))],
        judges: vec![measure("judge", series(40, 0.5, |n| if n % 10 == 0 { 0.45 } else { 0.6 }))],
        decisions: decided(20, |n| if n % 2 == 0 && n % 7 != 0 { 0.4 } else { -0.1 }),
        choices: vec![],
        meaning: series(40, 0.9, |_| 0.89),
        fluency: series(40, 0.8, |_| 0.81),
        clean_unchanged: (0..40).map(|n| Paired { text: n.to_string(), live: true, new: true }).collect(),
        protected_violations: (0..40).map(|n| Paired { text: n.to_string(), live: 0, new: 0 }).collect(),
    }
}

fn verdict(evidence: &Evidence) -> Verdict {
    judge(evidence, &Bounds::default()).unwrap().verdict
}

fn reasons(evidence: &Evidence) -> Vec<Reason> {
    match verdict(evidence) {
        Verdict::Promoted => Vec::new(),
        Verdict::NotPromoted { reasons } => reasons,
    }
}

#[test]
fn what_is_better_is_promoted() {
    assert_eq!(verdict(&good()), Verdict::Promoted);
    // Decisions alone are enough, and so are judges alone.
    assert_eq!(verdict(&Evidence { judges: vec![], ..good() }), Verdict::Promoted);
    assert_eq!(verdict(&Evidence { decisions: vec![], ..good() }), Verdict::Promoted);
    let choices = series(20, 0.0, |n| if n % 7 == 0 { -0.1 } else { 0.4 });
    assert_eq!(
        verdict(&Evidence { judges: vec![], decisions: vec![], choices, ..good() }),
        Verdict::Promoted
    );
}

#[test]
fn what_is_lost_is_named() {
    let meaning = Evidence { meaning: series(40, 0.9, |_| 0.85), ..good() };
    assert!(matches!(reasons(&meaning)[..], [Reason::MeaningFell { by, .. }] if (by - 0.05).abs() < 1e-9));
    let fluency = Evidence { fluency: series(40, 0.9, |_| 0.8), ..good() };
    assert!(matches!(reasons(&fluency)[..], [Reason::FluencyFell { .. }]));
    let mut clean = good();
    for touched in &mut clean.clean_unchanged[3..6] {
        touched.new = false;
    }
    assert!(
        matches!(reasons(&clean)[..], [Reason::CleanTextTouched { by, .. }] if (by - 0.075).abs() < 1e-9)
    );
    let mut spans = good();
    for broken in &mut spans.protected_violations[5..8] {
        broken.new = 2;
    }
    assert_eq!(reasons(&spans), [Reason::MoreProtectedViolations { live: 0, new: 6 }]);
    // As many as before are no rise.
    for broken in &mut spans.protected_violations[8..11] {
        broken.live = 2;
    }
    assert_eq!(verdict(&spans), Verdict::Promoted);
}

/// Two texts more or less are what a coin shows in one case of four.
#[test]
fn one_or_two_texts_are_no_veto() {
    let mut few = good();
    for n in 0..2 {
        few.clean_unchanged[n].new = false;
        few.protected_violations[n].new = 1;
    }
    assert_eq!(verdict(&few), Verdict::Promoted);
    // Unless a person is stricter.
    let strict = Bounds { doubt: 0.3, ..Bounds::default() };
    let Verdict::NotPromoted { reasons } = judge(&few, &strict).unwrap().verdict else { panic!() };
    assert_eq!(reasons.len(), 2);
}

/// It shifts everything down: sign tests of who won would see all refused rewrites as won.
#[test]
fn leaving_more_alone_is_no_gain() {
    let alone = |n: i32| -4.0 - f64::from(n * 7 % 10) / 10.0;
    let decisions = (0..40)
        .map(|n| Decision { text: n.to_string(), taken: n % 4 == 0, live: 0.0, new: alone(n / 4) })
        .collect();
    let evidence = Evidence { judges: vec![], proxies: vec![], decisions, ..good() };
    assert!(matches!(reasons(&evidence)[..], [Reason::NoSignificantGain { p, .. }] if p > 0.3));
}

#[test]
fn pleasing_the_reward_alone_is_over_optimisation() {
    let flat = Evidence {
        judges: vec![measure("judge", series(40, 0.5, |_| 0.5))],
        decisions: decided(20, |_| 0.1),
        ..good()
    };
    assert!(matches!(&reasons(&flat)[..], [Reason::NoSignificantGain { .. }, Reason::OverOptimised { .. }]));
    // One judge falls while the other and the decisions rise: still refused.
    let mut split = good();
    split.judges.push(measure("second judge", series(40, 0.5, |_| 0.4)));
    let [Reason::OverOptimised { proxy, held_out, .. }] = &reasons(&split)[..] else {
        panic!("{:?}", reasons(&split))
    };
    assert_eq!((proxy.as_str(), held_out.as_str()), ("politeness", "second judge"));
}

#[test]
fn a_rare_great_loss_is_not_outvoted_by_many_small_gains() {
    let judge = measure("judge", series(40, 0.5, |n| if n % 10 == 0 { 0.0 } else { 0.52 }));
    let skewed = Evidence { judges: vec![judge], decisions: vec![], proxies: vec![], ..good() };
    assert!(matches!(reasons(&skewed)[..], [Reason::NoSignificantGain { p, .. }] if p < 1e-4));
}

#[test]
fn too_little_is_said() {
    let empty = reasons(&Evidence::default());
    let needs: Vec<usize> = empty
        .iter()
        .map(|reason| match reason {
            Reason::TooLittleEvidence { have: 0, need, .. } => *need,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(needs, [8, 20, 20, 20]);
    // Forty measurements of one text are one text.
    let mut one = good();
    for value in &mut one.meaning {
        "the same".clone_into(&mut value.text);
    }
    assert!(matches!(&reasons(&one)[..], [Reason::TooLittleEvidence { have: 1, .. }]));
}

#[test]
fn what_is_no_number_is_refused_by_name() {
    let mut broken = good();
    broken.judges[0].values[7].new = f64::NAN;
    let error = judge(&broken, &Bounds::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "judge of \"text 7\" is not a finite number; the adapter cannot be judged by it"
    );
}

#[test]
fn a_report_reads_back_and_can_be_read() {
    let mut evidence = good();
    evidence.meaning = series(40, 0.9, |_| 0.8);
    let report = judge(&evidence, &Bounds::default()).unwrap();
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.starts_with(r#"{"verdict":"not_promoted","reasons":[{"reason":"meaning_fell""#), "{json}");
    // Numbers may differ in their last bit.
    let back: Report = serde_json::from_str(&json).unwrap();
    assert!(matches!(&back.verdict, Verdict::NotPromoted { reasons } if reasons.len() == 1));
    assert_eq!(back.comparisons.len(), report.comparisons.len());
    assert_eq!(back.comparisons[1].test.wins, report.comparisons[1].test.wins);
    let text = report.markdown();
    assert!(
        text.contains("- Rewrites keep less of the meaning: 0.100 less, where at most 0.030 is accepted.\n"),
        "{text}"
    );
    assert!(text.contains("| judge | gain | 40 | 0.500 |"), "{text}");
    assert!(Bounds::default().check().is_ok());
    assert_eq!(Bounds { alpha: 0.0, ..Bounds::default() }.check().unwrap_err().field, "alpha");
    assert_eq!(Bounds { doubt: 0.7, ..Bounds::default() }.check().unwrap_err().field, "doubt");
}

/// Evidence of an adapter that is better by `effect` standard deviations on each of two judges and the decisions, which
/// are correlated; many texts are unchanged and tie.
fn drawn(random: &mut ChaCha8Rng, effect: f64) -> Evidence {
    let texts = random.random_range(20..80);
    let tied = random.random_range(0.0..0.6);
    let skewed = random.random_bool(0.3);
    let mut judges = [Vec::new(), Vec::new(), Vec::new()];
    for n in 0..texts {
        let shared = noise(random, skewed);
        let tie = random.random_bool(tied);
        for judge in &mut judges {
            let own = noise(random, skewed);
            let new = if tie { 0.0 } else { effect + 0.6 * shared + 0.8 * own };
            judge.push(Paired { text: format!("text {n}"), live: 0.0, new });
        }
    }
    let [first, second, decided] = judges;
    // What was taken rises by the effect, what was refused falls by it, and all of it falls.
    let decisions = decided.into_iter().map(|one| {
        let taken = random.random_bool(0.5);
        Decision { text: one.text, taken, live: 0.0, new: if taken { one.new } else { -one.new } - 2.0 }
    });
    let decisions = decisions.collect();
    Evidence {
        judges: vec![measure("first", first), measure("second", second)],
        decisions,
        proxies: vec![],
        ..good()
    }
}

/// Symmetric about 0: about normal, or with heavy tails.
fn noise(random: &mut ChaCha8Rng, heavy: bool) -> f64 {
    let normal = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    if heavy { normal.powi(3) / 3.0 } else { normal }
}

fn promoted(seeds: std::ops::Range<u64>, effect: f64) -> usize {
    let bounds = Bounds { resamples: 200, ..Bounds::default() };
    seeds
        .filter(|seed| {
            let mut random = ChaCha8Rng::seed_from_u64(*seed);
            judge(&drawn(&mut random, effect), &bounds).unwrap().verdict == Verdict::Promoted
        })
        .count()
}

/// At most 5 % of 400. It is far less: ties and the bounds only take away.
#[test]
fn no_better_is_promoted_seldom() {
    let wrongly = promoted(0..400, 0.0);
    assert!(wrongly <= 20, "{wrongly} of 400");
}

#[test]
fn much_better_is_promoted_mostly() {
    let rightly = promoted(0..200, 0.8);
    assert!(rightly >= 160, "{rightly} of 200");
}

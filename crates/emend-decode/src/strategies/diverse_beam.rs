//! Diverse beam search: groups of beams that avoid each other's tokens.

use super::groups::{Competition, compete};
use crate::{DecodeError, Decoded, NextToken, Search};

/// The numbers of a diverse beam search (Vijayakumar et al. 2018, with Hamming diversity).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiverseBeam {
    /// Groups per source; the first one is a plain beam search.
    pub groups: usize,
    /// Hypotheses per group.
    pub width: usize,
    /// What a token costs a group for each time that an earlier group took it at the same step, in units of
    /// log-probability; 0 makes all groups alike.
    pub penalty: f32,
    /// As in [`Beam`](super::Beam).
    pub length_penalty: f32,
}

impl Default for DiverseBeam {
    /// Four groups of one hypothesis each.
    fn default() -> Self {
        Self { groups: 4, width: 1, penalty: 1.0, length_penalty: 1.0 }
    }
}

/// Finds several likely outputs that differ.
///
/// Groups decide one after the other at each step; the penalty steers the choice but is not added to the
/// score, so that the reported order within a group is the model's. Returns, per source, the hypotheses of
/// the first group best first, then those of the second, and so on: up to `groups` x `width`. Two groups
/// can still arrive at the same output.
pub fn diverse_beam<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    how: &DiverseBeam,
) -> Result<Decoded, DecodeError<M::Error>> {
    let DiverseBeam { groups, width, penalty, length_penalty } = *how;
    compete(model, search, Competition { groups, width, diversity: penalty, length_penalty, keep: width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies::{Beam, beam};
    use crate::toy::{A, B, C, END, START, Toy, done, limits};
    use crate::{Cancel, Hypothesis};

    fn three_openings() -> Toy {
        Toy::new(&[
            (START, &[(A, 0.5), (B, 0.3), (C, 0.2)]),
            (A, &[(C, 0.7), (END, 0.3)]),
            (B, &[(C, 0.6), (END, 0.4)]),
            (C, &[(END, 0.6), (A, 0.4)]),
        ])
    }

    fn run(toy: &Toy, sources: usize, how: DiverseBeam) -> Vec<Hypothesis> {
        let limits = vec![limits(6); sources];
        done(diverse_beam(toy, &Search { limits: &limits, processors: &[], cancel: &Cancel::new() }, &how))
    }

    fn tokens(written: &[Hypothesis]) -> Vec<Vec<u32>> {
        written.iter().map(|hypothesis| hypothesis.tokens.clone()).collect()
    }

    #[test]
    fn groups_of_one_open_differently() {
        // Step 1, penalty 1: group 1 takes A (ln 0.5 = -0.69). Group 2: A costs -1.69, B -1.20, C -1.61: B.
        // Group 3: A -1.69, B -2.20, C -1.61: C.
        // Step 2: group 1 after A: C -0.36, end -1.20: C. Group 2 after B: C -0.51-1, end -0.92: end.
        // Group 3 after C: end -0.51-1, A -0.92: A.
        // Step 3: group 1 after C: end -0.51, A -0.92: end. Group 3 after A: C -0.36, end -1.20-1: C.
        // Step 4: group 3 after C: end.
        let how = DiverseBeam { groups: 3, width: 1, penalty: 1.0, length_penalty: 0.0 };
        let written = run(&three_openings(), 1, how);
        assert_eq!(tokens(&written), [vec![A, C], vec![B], vec![C, A, C]]);
        assert!((written[1].logprob() - (0.3f32 * 0.4).ln()).abs() < 1e-5, "scores carry no penalty");
    }

    #[test]
    fn without_a_penalty_all_groups_are_alike() {
        let how = DiverseBeam { groups: 3, width: 1, penalty: 0.0, length_penalty: 0.0 };
        assert_eq!(tokens(&run(&three_openings(), 1, how)), [[A, C], [A, C], [A, C]]);
    }

    #[test]
    fn the_first_group_is_a_plain_beam() {
        let limits = [limits(6)];
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        let plain = done(beam(&three_openings(), &search, &Beam { width: 2, length_penalty: 0.5, keep: 2 }));
        let how = DiverseBeam { groups: 2, width: 2, penalty: 1.5, length_penalty: 0.5 };
        let diverse = run(&three_openings(), 1, how);
        assert_eq!(diverse[..2], plain);
        assert!(diverse[2..].iter().any(|hypothesis| !plain.contains(hypothesis)), "{diverse:?}");
    }

    #[test]
    fn a_batch_equals_one_by_one() {
        let other = Toy::new(&[(START, &[(B, 0.6), (END, 0.4)]), (B, &[(B, 0.5), (END, 0.5)])]);
        let how = DiverseBeam { groups: 2, width: 2, ..DiverseBeam::default() };
        let mut alone = run(&three_openings(), 1, how);
        alone.extend(run(&other, 1, how).into_iter().map(|h| Hypothesis { source: 1, ..h }));
        assert_eq!(run(&Toy::batch(&[three_openings(), other]), 2, how), alone);
    }

    #[test]
    fn cancelled_after_one_token_and_no_groups_is_empty() {
        let cancel = Cancel::new();
        let toy = three_openings().cancelling_after(1, &cancel);
        let limits = [limits(6)];
        let search = Search { limits: &limits, processors: &[], cancel: &cancel };
        assert_eq!(diverse_beam(&toy, &search, &DiverseBeam::default()).expect("fine"), Decoded::Cancelled);
        assert!(run(&three_openings(), 1, DiverseBeam { groups: 0, ..DiverseBeam::default() }).is_empty());
    }
}

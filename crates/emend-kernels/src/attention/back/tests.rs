use super::super::attend;
use super::*;
use crate::threads::pass_of;

const HEADS: Heads = Heads { count: 2, width: 11 };
const WIDTH: usize = 22;

fn numbers(count: usize, seed: u32) -> Vec<f32> {
    (0..count as u32).map(|i| ((i + seed) * 7919 % 1009) as f32 / 504.5 - 1.0).collect()
}

/// Of a query: which keys, and where its window begins. In the first group as many keys as stand before it, in the second
/// all.
fn sight(query: usize) -> (Range<usize>, usize) {
    if query < 6 { (0..query + 1, 20 - query) } else { (6..25, query) }
}

/// Queries, keys, values and lines.
type All = [Vec<f32>; 4];

fn look([queries, keys, values, lines]: &All) -> Vec<f32> {
    let mut found = vec![0.0; queries.len()];
    let sees = |query: usize| {
        let (seen, from) = sight(query);
        let place = seen.start * WIDTH..seen.end * WIDTH;
        let bias = Some(Bias { lines, length: 40, from });
        Seen { keys: &keys[place.clone()], values: &values[place], bias }
    };
    attend(HEADS, queries, 0, &sees, &mut found);
    found
}

#[test]
fn gradients_are_those_of_differences() {
    let groups = [Group { queries: 0..6, keys: 0..6 }, Group { queries: 6..8, keys: 6..25 }];
    let all =
        [numbers(8 * WIDTH, 1), numbers(25 * WIDTH, 500), numbers(25 * WIDTH, 900), numbers(2 * 40, 300)];
    let upstream = numbers(8 * WIDTH, 77);
    let y = look(&all);
    let looked = Looked {
        heads: HEADS,
        queries: &all[0],
        keys: &all[1],
        values: &all[2],
        found: &y,
        upstream: &upstream,
    };
    let sees = |query: usize| {
        let (seen, from) = sight(query);
        (seen.len(), Some(Bias { lines: &all[3], length: 40, from }))
    };

    let mut whole = all.each_ref().map(|numbers| vec![0.0; numbers.len()]);
    let [queries, keys, values, lines] = &mut whole;
    attend_back(&looked, &groups, &sees, Slopes { queries, keys, values, lines: Some(lines) });
    let loss = |all: &All| -> f64 {
        look(all).iter().zip(&upstream).map(|(y, dy)| f64::from(*y) * f64::from(*dy)).sum()
    };
    for (which, slopes) in whole.iter().enumerate() {
        for (place, found) in slopes.iter().enumerate() {
            let moved = |by: f32| {
                let mut all = all.clone();
                all[which][place] += by;
                loss(&all)
            };
            let expected = (moved(5e-3) - moved(-5e-3)) / 1e-2;
            assert!((f64::from(*found) - expected).abs() < 2e-3, "{which}, {place}: {found}, not {expected}");
        }
    }

    let mut divided = all.each_ref().map(|numbers| vec![0.0; numbers.len()]);
    let [queries, keys, values, _] = &mut divided;
    let (q, k, v) =
        (queries.split_at_mut(6 * WIDTH), keys.split_at_mut(6 * WIDTH), values.split_at_mut(6 * WIDTH));
    let first = Slopes { queries: q.0, keys: k.0, values: v.0, lines: None };
    attend_back(&looked, &groups[..1], &sees, first);
    let second = Slopes { queries: q.1, keys: k.1, values: v.1, lines: None };
    attend_back(&looked, &groups[1..], &sees, second);
    assert!(divided[..3] == whole[..3], "groups do not depend on each other");
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let groups: Vec<Group> =
        (0..7).map(|at| at * 30..at * 30 + 30).map(|at| Group { queries: at.clone(), keys: at }).collect();
    let all = [1, 500, 900, 77, 200].map(|seed| numbers(210 * WIDTH, seed));
    let [queries, keys, values, found, upstream] = &all;
    let looked = Looked { heads: HEADS, queries, keys, values, found, upstream };
    let with = |threads: usize| {
        let mut slopes = [(); 3].map(|()| vec![0.0; 210 * WIDTH]);
        let [queries, keys, values] = &mut slopes;
        let slopes_of = Slopes { queries, keys, values, lines: None };
        pass_of(threads, || attend_back(&looked, &groups, &|query| (query % 30 + 1, None), slopes_of));
        slopes
    };
    let alone = with(1);
    assert!([2, 3].into_iter().all(|threads| with(threads) == alone));
}

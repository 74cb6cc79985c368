//! The gradient of attention. Shares are computed again from queries and keys, so that none is kept from the forward pass.

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::ops::Range;

use super::{Bias, Heads, LANES, Seen, dots, mix, powers};
use crate::simd::{Simd, dispatch, multiply_add};
use crate::threads;

/// Successive queries, and all keys that some of them look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which queries.
    pub queries: Range<usize>,
    /// Which keys.
    pub keys: Range<usize>,
}

/// What the forward pass had: N queries, M keys.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// How the width A is divided.
    pub heads: Heads,
    /// (N, A)
    pub queries: &'a [f32],
    /// (M, A)
    pub keys: &'a [f32],
    /// (M, A)
    pub values: &'a [f32],
    /// What the queries found, (N, A).
    pub found: &'a [f32],
    /// The gradient with respect to what they found, (N, A).
    pub upstream: &'a [f32],
}

/// Gradients, of N queries and M keys.
#[derive(Debug)]
pub struct Slopes<'a> {
    /// (N, A); what it held has no meaning.
    pub queries: &'a mut [f32],
    /// (M, A), to which is added.
    pub keys: &'a mut [f32],
    /// (M, A), to which is added.
    pub values: &'a mut [f32],
    /// Like the lines of [`Bias`], where they learn, to which is added.
    pub lines: Option<&'a mut [f32]>,
}

impl<'a> Slopes<'a> {
    /// Takes off the first so many numbers of queries and of keys. There are no lines.
    fn cut(&mut self, queries: usize, keys: usize) -> Slopes<'a> {
        Slopes {
            queries: self.queries.split_off_mut(..queries).unwrap_or_default(),
            keys: self.keys.split_off_mut(..keys).unwrap_or_default(),
            values: self.values.split_off_mut(..keys).unwrap_or_default(),
            lines: None,
        }
    }
}

/// The gradients of [`attend`](super::attend). Groups stand in the order of their queries and keys and leave out none. `sees`
/// tells how many of its group's keys query n sees, from the first on, and with which bias.
///
/// With p the shares of one query and head: `∂v_l = p_l ∂y`, `ds_l = p_l (∂y · v_l − ∂y · y)`, `∂q = Σ ds_l k_l`,
/// `∂k_l = ds_l q`, and `ds_l` for its bias.
///
/// # Panics
/// When slices are shorter than they must be.
pub fn attend_back<'s>(
    looked: &Looked<'_>,
    groups: &[Group],
    sees: &(impl Fn(usize) -> (usize, Option<Bias<'s>>) + Sync),
    slopes: Slopes<'_>,
) {
    let width = looked.heads.count * looked.heads.width;
    let seen: usize = groups.iter().map(|group| group.queries.len() * group.keys.len()).sum();
    if slopes.lines.is_some() {
        // Their gradients are sums over all groups, in their order.
        return one_by_one(looked, groups, sees, slopes);
    }
    let (mut rest, mut slopes) = (groups, slopes);
    let cut = |count: usize| {
        let part = rest.split_off(..count).unwrap_or_default();
        let numbers = |of: fn(&Group) -> &Range<usize>| {
            let all = part.first().zip(part.last());
            all.map_or(0, |(first, last)| (of(last).end - of(first).start) * width)
        };
        let (queries, keys) = (numbers(|group| &group.queries), numbers(|group| &group.keys));
        (part, slopes.cut(queries, keys))
    };
    threads::divide(5 * seen * width, groups.len(), cut, &|(part, slopes): (&[Group], Slopes<'_>)| {
        one_by_one(looked, part, sees, slopes);
    });
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { shares: Vec::new(), slopes: Vec::new() }) };
}

/// Of one query and head, padded to whole chunks.
struct Scratch {
    shares: Vec<[f32; LANES]>,
    slopes: Vec<[f32; LANES]>,
}

/// The gradients in `slopes` begin with the first query and key of the first group.
fn one_by_one<'s>(
    looked: &Looked<'_>,
    groups: &[Group],
    sees: &impl Fn(usize) -> (usize, Option<Bias<'s>>),
    mut slopes: Slopes<'_>,
) {
    let Some(begin) = groups.first() else { return };
    let (simd, width) = (Simd::best(), looked.heads.count * looked.heads.width);
    let numbers = |range: Range<usize>, from: usize| (range.start - from) * width..(range.end - from) * width;
    SCRATCH.with_borrow_mut(|scratch| {
        for group in groups {
            for query in group.queries.clone() {
                let (seen, bias) = sees(query);
                let keys = group.keys.start..group.keys.start + seen;
                let (row, others) = (numbers(query..query + 1, 0), numbers(keys.clone(), 0));
                let one = One {
                    heads: looked.heads,
                    query: &looked.queries[row.clone()],
                    seen: Seen { keys: &looked.keys[others.clone()], values: &looked.values[others], bias },
                    found: &looked.found[row.clone()],
                    upstream: &looked.upstream[row],
                };
                let others = numbers(keys, begin.keys.start);
                let slopes = Slopes {
                    queries: &mut slopes.queries[numbers(query..query + 1, begin.queries.start)],
                    keys: &mut slopes.keys[others.clone()],
                    values: &mut slopes.values[others],
                    lines: slopes.lines.as_deref_mut(),
                };
                one_back(simd, &one, scratch, slopes);
            }
        }
    });
}

/// One query.
struct One<'a> {
    heads: Heads,
    query: &'a [f32],
    seen: Seen<'a>,
    found: &'a [f32],
    upstream: &'a [f32],
}

dispatch!(one_back = body(one: &One<'_>, scratch: &mut Scratch, slopes: Slopes<'_>));

#[inline(always)]
fn body<const FUSED: bool>(one: &One<'_>, scratch: &mut Scratch, mut slopes: Slopes<'_>) {
    let width = one.heads.count * one.heads.width;
    let seen = one.seen.keys.len() / width;
    if seen == 0 {
        slopes.queries.fill(0.0);
        return;
    }
    scratch.shares.resize(seen.div_ceil(LANES), [0.0; LANES]);
    scratch.slopes.resize(seen.div_ceil(LANES), [0.0; LANES]);
    for head in 0..one.heads.count {
        let part = head * one.heads.width..(head + 1) * one.heads.width;
        let query = &one.query[part.clone()];
        let (found, upstream) = (&one.found[part.clone()], &one.upstream[part.clone()]);
        let key = |at: usize| &one.seen.keys[at * width..(at + 1) * width][part.clone()];
        let value = |at: usize| &one.seen.values[at * width..(at + 1) * width][part.clone()];
        let (shares, by_score) = (scratch.shares.as_flattened_mut(), scratch.slopes.as_flattened_mut());
        for at in (0..seen).step_by(4) {
            // Behind the last key it is taken again, and what comes of it is not kept.
            let place = |next: usize| (at + next).min(seen - 1);
            let scores = dots::<FUSED>(query, std::array::from_fn(|next| key(place(next))));
            shares[at..at + 4].copy_from_slice(&scores);
            let products = dots::<FUSED>(upstream, std::array::from_fn(|next| value(place(next))));
            by_score[at..at + 4].copy_from_slice(&products);
        }
        let window = |bias: Bias<'_>| head * bias.length + bias.from..head * bias.length + bias.from + seen;
        if let Some(bias) = one.seen.bias {
            shares.iter_mut().zip(&bias.lines[window(bias)]).for_each(|(score, bias)| *score += bias);
        }
        shares[seen..].fill(f32::NEG_INFINITY);
        let scale = 1.0 / powers::<FUSED>(&mut scratch.shares);
        let shares = &mut scratch.shares.as_flattened_mut()[..seen];
        let by_score = &mut by_score[..seen];
        let mean: f32 = upstream.iter().zip(found).map(|(upstream, found)| upstream * found).sum();
        for (share, slope) in shares.iter_mut().zip(&mut *by_score) {
            *share *= scale;
            *slope = *share * (*slope - mean);
        }
        // Its loop needs whole rows of equal length, as they lie.
        let keys = one.seen.keys.chunks_exact(width).map(|key| &key[part.clone()]);
        mix::<FUSED>(by_score, 1.0, keys, &mut slopes.queries[part.clone()]);
        let rows = slopes.keys.chunks_exact_mut(width).zip(slopes.values.chunks_exact_mut(width));
        for ((keys, values), (slope, share)) in rows.zip(by_score.iter().zip(&*shares)) {
            for (to, query) in keys[part.clone()].iter_mut().zip(query) {
                *to = multiply_add::<FUSED>(*slope, *query, *to);
            }
            for (to, upstream) in values[part.clone()].iter_mut().zip(upstream) {
                *to = multiply_add::<FUSED>(*share, *upstream, *to);
            }
        }
        if let (Some(lines), Some(bias)) = (&mut slopes.lines, one.seen.bias) {
            lines[window(bias)].iter_mut().zip(&*by_score).for_each(|(to, slope)| *to += slope);
        }
    }
}

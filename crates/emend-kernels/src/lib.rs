//! The arithmetic of a transformer on the CPU, over plain slices.
//!
//! Each kernel is chosen while the program runs, by what the processor can do ([`simd`]), so one program serves every
//! machine; a portable form is always there and gives the same numbers to rounding.
//!
//! One law holds for all of them: *what is computed for a row does not depend on the rows beside it*, to the bit.
//! Decoding that verifies a guess of k tokens in one pass relies on it: the pass must choose what k passes would have
//! chosen.

#![allow(unsafe_code)]
#![warn(clippy::undocumented_unsafe_blocks)]
// `simd::dispatch` compiles a body for each set of instructions by inlining it into a function that has them.
#![allow(clippy::inline_always)]

pub mod activation;
pub mod attention;
mod columns;
mod exp;
mod float;
mod input;
mod matrix;
pub mod norm;
mod q8_0;
mod simd;
pub mod threads;
#[cfg(target_arch = "x86_64")]
mod turn;

pub use input::Input;
pub use matrix::{Matrix, Numbers, f32s};
pub use q8_0::{BLOCK, Block};

/// Rows of x that a tile meets at once, the most first; any number of rows is a sum of these. With sixteen, the sums no
/// longer stay in registers, and each row takes longer than with eight.
const GROUPS: [usize; 4] = [8, 4, 2, 1];

/// Rows of x that meet all of a matrix before the next: few enough to stay in the second-level cache.
const TOGETHER: usize = 64;

/// `rows` cut into runs of [`TOGETHER`], each with its groups: the first row and the size of each.
fn runs(rows: usize) -> impl Iterator<Item = impl Iterator<Item = (usize, usize)> + Clone> {
    (0..rows).step_by(TOGETHER).map(move |begin| {
        let end = rows.min(begin + TOGETHER);
        let mut first = begin;
        std::iter::from_fn(move || {
            let group = GROUPS.into_iter().find(|group| first + group <= end)?;
            first += group;
            Some((first - group, group))
        })
    })
}

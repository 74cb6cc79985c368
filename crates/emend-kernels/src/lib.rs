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
#[cfg(target_arch = "aarch64")]
mod neon;
pub mod norm;
pub mod product;
mod q8_0;
pub mod simd;
pub mod softmax;
pub mod threads;
#[cfg(target_arch = "x86_64")]
mod turn;

pub use input::Input;
pub use matrix::{Matrix, Numbers, f32s};
pub use q8_0::{BLOCK, Block};

/// Rows of the matrix that are taken at once: outputs in a tile.
const TILE: usize = 16;

/// Rows of x that a tile meets at once, at most. With sixteen, the sums no longer stay in registers, and each row takes
/// longer than with eight.
const GROUP: usize = 8;

/// Rows of x that meet all of a matrix before the next: few enough to stay in the second-level cache.
const TOGETHER: usize = 64;

/// `rows` cut into runs of at most `together`, each with its groups: the first row and the size of each. Groups are of about
/// equal size, because a small one takes more time for each of its rows.
fn runs(rows: usize, together: usize) -> impl Iterator<Item = impl Iterator<Item = (usize, usize)> + Clone> {
    (0..rows).step_by(together).map(move |begin| {
        let count = together.min(rows - begin);
        let groups = count.div_ceil(GROUP);
        let first = move |group: usize| begin + group * count / groups;
        (0..groups).map(move |group| (first(group), first(group + 1) - first(group)))
    })
}

/// Evaluates the expression with the constant `$G` equal to `$group`, a number from 1 to [`GROUP`]: kernels are compiled
/// for each number of rows.
macro_rules! with_group {
    ($group:expr, $G:ident => $body:expr) => {
        with_group!($group, $G => $body; 1 2 3 4 5 6 7 8)
    };
    ($group:expr, $G:ident => $body:expr; $($size:literal)*) => {
        match $group {
            $($size => {
                const $G: usize = $size;
                $body
            })*
            other => unreachable!("a group of {other} rows"),
        }
    };
}
use with_group;

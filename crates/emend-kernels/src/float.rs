//! Products with matrices of plain numbers, of 32 or 16 bits. Those of 16 are widened in registers.
//!
//! But for the portable form, rows of the matrix are turned, as for `q8_0`, so that a vector holds one input's weight for many
//! outputs. Each output is the sum of its inputs in one order, on x86-64 of its even and of its odd ones: the same for every
//! number of rows.

#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::cell::RefCell;

use crate::columns::Columns;
use crate::simd::Simd;
use crate::{TILE, TOGETHER, runs, with_group};

/// A number of a matrix.
pub(crate) trait Number: Copy {
    /// What it is.
    const KIND: Kind;

    /// As `f32`.
    fn wide(self) -> f32;
}

/// Kinds of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    F32,
    F16,
    Bf16,
}

impl Number for f32 {
    const KIND: Kind = Kind::F32;

    #[inline(always)]
    fn wide(self) -> f32 {
        self
    }
}

/// An f16 as it lies in a file.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Half([u8; 2]);

impl Number for Half {
    const KIND: Kind = Kind::F16;

    /// Shifted into place and multiplied by 2^112, which also brings small numbers to their place. Without branches, so
    /// that it becomes vectors.
    #[inline(always)]
    fn wide(self) -> f32 {
        const REBIAS: f32 = f32::from_bits((127 + 112) << 23);
        let bits = u32::from(u16::from_le_bytes(self.0));
        let size = f32::from_bits((bits & 0x7fff) << 13) * REBIAS;
        let infinite = if bits & 0x7c00 == 0x7c00 { 0x7f80_0000 } else { 0 };
        f32::from_bits(size.to_bits() | infinite | (bits & 0x8000) << 16)
    }
}

/// The upper half of an `f32`, as it lies in a file.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Upper([u8; 2]);

impl Number for Upper {
    const KIND: Kind = Kind::Bf16;

    #[inline(always)]
    fn wide(self) -> f32 {
        f32::from_bits(u32::from(u16::from_le_bytes(self.0)) << 16)
    }
}

/// Pairs of bytes as f16.
pub(crate) fn halves(bytes: &[[u8; 2]]) -> &[Half] {
    // SAFETY: `Half` is a transparent pair of bytes.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}

/// Pairs of bytes as bf16.
pub(crate) fn uppers(bytes: &[[u8; 2]]) -> &[Upper] {
    // SAFETY: `Upper` is a transparent pair of bytes.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}

/// Rows of the matrix in a tile, as long as x.
type Rows<'a, T> = [&'a [T]; TILE];

/// The weights that one input has in each row of a tile.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Turned([f32; TILE]);

thread_local! {
    /// The turned rows of one tile, where several groups of rows of x meet them.
    static PANEL: RefCell<Vec<Turned>> = const { RefCell::new(Vec::new()) };
}

/// Writes the columns of `out` = x Wᵀ, x in rows of `width`.
pub(crate) fn multiply<T: Number>(simd: Simd, weights: &[T], x: &[f32], width: usize, mut out: Columns<'_>) {
    let range = out.range();
    PANEL.with_borrow_mut(|panel| {
        for run in runs(x.len() / width, TOGETHER) {
            let groups = run.clone().take(2).count();
            panel.resize(if through_panel(simd, groups) { width } else { 0 }, Turned([0.0; TILE]));
            for column in range.clone().step_by(TILE) {
                // Behind the last row it is taken again, and its outputs are not kept.
                let rows: Rows<'_, T> = std::array::from_fn(|row| {
                    let row = (column + row).min(range.end - 1);
                    &weights[row * width..(row + 1) * width]
                });
                fill(simd, panel, &rows);
                for (first, group) in run.clone() {
                    with_group!(group, G => {
                        let x = std::array::from_fn(|row| &x[(first + row) * width..(first + row + 1) * width]);
                        out.put(first, column, &tile::<T, G>(simd, &rows, panel, x));
                    });
                }
            }
        }
    });
}

/// Whether that many groups of rows of x meet a panel.
fn through_panel(simd: Simd, groups: usize) -> bool {
    match simd {
        #[cfg(target_arch = "aarch64")]
        Simd::Neon => true,
        _ => simd.has_panels() && groups > 1,
    }
}

/// Numbers that stay in the second-level cache: 512 kB.
const CACHED: usize = 1 << 17;

/// Adds `factor` · a b to `out`, or puts it there: b in rows of `width`, and of each row of a, `stride` long, the numbers from
/// `from` on that meet them.
pub(crate) fn multiply_rows<const ADD: bool>(
    simd: Simd,
    factor: f32,
    (a, stride, from): (&[f32], usize, usize),
    (b, width): (&[f32], usize),
    mut out: Columns<'_>,
) {
    assert!(simd.has_panels(), "{simd:?} has no kernel for panels");
    let (range, inner) = (out.range(), b.len() / width);
    PANEL.with_borrow_mut(|panel| {
        panel.resize(inner, Turned([0.0; TILE]));
        // As many as stay in the second-level cache: a panel is filled from rows that lie far apart, which takes its time.
        let together = (CACHED / inner.max(1)).max(TOGETHER);
        for run in runs(a.len() / stride, together) {
            for column in range.clone().step_by(TILE) {
                let end = range.end.min(column + TILE);
                for (place, row) in panel.iter_mut().zip(b.chunks_exact(width)) {
                    match row[column..].first_chunk() {
                        Some(whole) => place.0 = *whole,
                        None => place.0[..end - column].copy_from_slice(&row[column..end]),
                    }
                }
                for (first, group) in run.clone() {
                    with_group!(group, G => {
                        let rows: [&[f32]; G] =
                            std::array::from_fn(|row| &a[(first + row) * stride + from..][..inner]);
                        let found = panel_tile(simd, panel, rows);
                        for (row, found) in found.iter().enumerate() {
                            for (to, found) in out.part(first + row, column, TILE).iter_mut().zip(found) {
                                *to = if ADD { *to } else { 0.0 } + factor * found;
                            }
                        }
                    });
                }
            }
        }
    });
}

/// Turns the rows into the panel, if there is one.
fn fill<T: Number>(simd: Simd, panel: &mut [Turned], rows: &Rows<'_, T>) {
    match simd {
        // SAFETY: the rows are as long as the panel, and AVX-512 comes with AVX2.
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni if !panel.is_empty() => unsafe { x86::fill(rows, panel) },
        // SAFETY: the rows are as long as the panel.
        #[cfg(target_arch = "aarch64")]
        Simd::Neon => unsafe { neon::fill(rows, panel) },
        _ => {}
    }
}

/// The outputs of a tile in a panel for each row of x.
fn panel_tile<const G: usize>(simd: Simd, panel: &[Turned], x: [&[f32]; G]) -> [[f32; TILE]; G] {
    assert!(x.iter().all(|x| x.len() == panel.len()), "as many numbers in x as in the panel");
    match simd {
        // SAFETY: the rows are as long as the panel, and the value says that the processor has the instructions.
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni => unsafe { x86::panel_tile(panel, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Simd::Neon => unsafe { neon::panel_tile(panel, x) },
        _ => unreachable!("{simd:?} has no kernel for panels"),
    }
}

/// The outputs of a tile for each row of x; from the panel, if there is one.
fn tile<T: Number, const G: usize>(
    simd: Simd,
    rows: &Rows<'_, T>,
    panel: &[Turned],
    x: [&[f32]; G],
) -> [[f32; TILE]; G] {
    let width = rows[0].len();
    assert!(rows.iter().all(|row| row.len() == width), "rows of equal length");
    assert!(x.iter().all(|x| x.len() == width), "as many numbers in x as in W");
    match simd {
        Simd::Portable => portable::tile(rows, x),
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni if !panel.is_empty() => panel_tile(simd, panel, x),
        #[cfg(target_arch = "aarch64")]
        Simd::Neon => panel_tile(simd, panel, x),
        // SAFETY: the value says that the processor has the instructions; all rows have the same length.
        #[cfg(target_arch = "x86_64")]
        Simd::Avx2 | Simd::AvxVnni => unsafe { x86::avx2(rows, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni => unsafe { x86::avx512(rows, x) },
    }
}

/// The sum of eight numbers, in a fixed order.
#[inline(always)]
pub(crate) fn total(lanes: [f32; 8]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Number>(weights: &[T], width: usize, out: usize) {
        let x: Vec<f32> = (0..20 * width).map(|at| (at * 53 % 97) as f32 / 48.5 - 1.0).collect();
        for simd in Simd::here() {
            let product = |x: &[f32]| {
                let mut y = vec![f32::NAN; x.len() / width * out];
                multiply(simd, weights, x, width, Columns::of(&mut y, out));
                y
            };
            let alone: Vec<f32> = x.chunks(width).flat_map(product).collect();
            assert!(product(&x) == alone, "{simd:?}, {:?}, width {width}", T::KIND);
            let first: f64 = (0..width).map(|at| f64::from(weights[at].wide()) * f64::from(x[at])).sum();
            assert!(
                (f64::from(alone[0]) - first).abs() < 1e-5,
                "{simd:?}, {:?}: {}, not {first}",
                T::KIND,
                alone[0]
            );
        }
    }

    /// Few rows and many take different ways, also behind the last whole vector of a row.
    #[test]
    fn a_row_of_any_width_does_not_depend_on_its_neighbours() {
        for (width, out) in [(5, 3), (8, 16), (29, 33)] {
            let weights: Vec<f32> = (0..width * out).map(|at| (at * 37 % 101) as f32 / 50.5 - 1.0).collect();
            check(&weights, width, out);
            let half = |x: &f32| Half(half::f16::from_f32(*x).to_le_bytes());
            check(&weights.iter().map(half).collect::<Vec<_>>(), width, out);
            let upper = |x: &f32| Upper(half::bf16::from_f32(*x).to_le_bytes());
            check(&weights.iter().map(upper).collect::<Vec<_>>(), width, out);
        }
    }

    #[test]
    fn halves_are_widened_exactly() {
        for bits in 0..=u16::MAX {
            let expected = half::f16::from_bits(bits).to_f32();
            let found = Half(bits.to_le_bytes()).wide();
            assert!(
                found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()),
                "{bits:#x}"
            );
        }
        assert!((Upper(half::bf16::from_f32(-1.5).to_le_bytes()).wide() + 1.5).abs() < 1e-9);
    }
}

//! What the processor can do, and how one function is compiled for each answer.

use std::cell::Cell;

/// A set of instructions that was found on this processor. Its functions may be called: that is what the value says,
/// and why only this file makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Simd {
    /// What every processor of the target has: SSE2 on x86-64, NEON on aarch64, as far as the compiler uses them.
    Portable,
    /// AVX2 with FMA and F16C: x86-64 since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The same and VNNI in vectors of 256 bits: Intel's desktops and laptops since 2021 and 2022, AMD's since 2024.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// AVX2 and AVX-512 with VNNI: servers since 2019, most of AMD's processors since 2022.
    #[cfg(target_arch = "x86_64")]
    Vnni,
    /// NEON with the dot product of Armv8.2: since 2018, and every Mac with a processor of Apple's.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Simd {
    /// Whether there are kernels for panels of plain numbers.
    pub(crate) fn has_panels(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Simd::Vnni => true,
            #[cfg(target_arch = "aarch64")]
            Simd::Neon => true,
            _ => false,
        }
    }

    /// The best that is here, or what [`each`] says. The standard library asks the processor once and remembers.
    pub(crate) fn best() -> Self {
        GIVEN.get().or_else(|| Self::here().last()).unwrap_or(Self::Portable)
    }

    /// All that are here, the best last.
    pub(crate) fn here() -> impl DoubleEndedIterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c");
            let avx_vnni = avx2 && is_x86_feature_detected!("avxvnni");
            let vnni = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            [
                Some(Self::Portable),
                avx2.then_some(Self::Avx2),
                avx_vnni.then_some(Self::AvxVnni),
                vnni.then_some(Self::Vnni),
            ]
            .into_iter()
            .flatten()
        }
        #[cfg(target_arch = "aarch64")]
        {
            let neon = std::arch::is_aarch64_feature_detected!("dotprod");
            [Some(Self::Portable), neon.then_some(Self::Neon)].into_iter().flatten()
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        std::iter::once(Self::Portable)
    }
}

thread_local! {
    /// What this thread takes for the best.
    static GIVEN: Cell<Option<Simd>> = const { Cell::new(None) };
}

/// Calls `work` once for each set of instructions that is here, with its name, while all kernels that it calls use no other:
/// what older processors compute can be tested on newer ones. On this thread alone.
pub fn each(mut work: impl FnMut(&str)) {
    /// Gives the choice back, also when the work panics.
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            GIVEN.set(None);
        }
    }

    let _end = End;
    for simd in Simd::here() {
        GIVEN.set(Some(simd));
        work(&format!("{simd:?}"));
    }
}

/// a · b + c; one rounding where the target has the instruction, two where a library would have to imitate it.
#[inline(always)]
pub(crate) fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Whether the target always has a fused multiply-add; on x86-64, whether it always has AVX2 as well.
pub(crate) const FUSED: bool =
    cfg!(any(all(target_feature = "fma", target_feature = "avx2"), target_arch = "aarch64"));

/// Compiles `body::<FUSED>`, which must be `#[inline(always)]`, for each set of instructions: `dispatch!(name =
/// body(a: A, b: B))` defines `name(simd, a, b)`. The compiler makes vectors of the body's plain loops.
macro_rules! dispatch {
    ($visible:vis $name:ident $(<$generic:ident: $bound:ident>)? = $body:ident($($arg:ident: $type:ty),* $(,)?)) => {
        $visible fn $name $(<$generic: $bound>)? (simd: $crate::simd::Simd, $($arg: $type),*) {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,f16c")]
            fn avx2 $(<$generic: $bound>)? ($($arg: $type),*) {
                $body::<true $(, $generic)?>($($arg),*);
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,f16c,avx512f,avx512vl")]
            fn avx512 $(<$generic: $bound>)? ($($arg: $type),*) {
                $body::<true $(, $generic)?>($($arg),*);
            }
            match simd {
                $crate::simd::Simd::Portable => $body::<{ $crate::simd::FUSED } $(, $generic)?>($($arg),*),
                // What the portable form has already.
                #[cfg(target_arch = "aarch64")]
                $crate::simd::Simd::Neon => $body::<{ $crate::simd::FUSED } $(, $generic)?>($($arg),*),
                // SAFETY: the value says that the processor has these instructions.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Simd::Avx2 | $crate::simd::Simd::AvxVnni => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Simd::Vnni => unsafe { avx512($($arg),*) },
            }
        }
    };
}
pub(crate) use dispatch;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_for_the_best_once_and_the_choice_is_given_back() {
        let mut seen = Vec::new();
        each(|name| seen.push((name.to_owned(), Simd::best())));
        let here: Vec<_> = Simd::here().map(|simd| (format!("{simd:?}"), simd)).collect();
        assert_eq!(seen, here);
        assert!(std::panic::catch_unwind(|| each(|_| panic!("meant"))).is_err());
        assert_eq!(Some(Simd::best()), Simd::here().last());
    }
}

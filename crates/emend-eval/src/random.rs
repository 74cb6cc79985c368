//! The Mersenne Twister as Python seeds and reads it.
//!
//! GLEU's published program draws references with Python's `random`; the same generator gives the same draws, and
//! anyone can repeat our resamples in three lines of Python.
//!
//! Source: Matsumoto and Nishimura 1998, MT19937 with `init_by_array`; `CPython` 3, `Lib/random.py` and
//! `Modules/_randommodule.c`.

const SIZE: usize = 624;
const SHIFT: usize = 397;

/// `random.Random(seed)`.
#[derive(Debug, Clone)]
pub(crate) struct PythonRandom {
    state: [u32; SIZE],
    at: usize,
}

impl PythonRandom {
    /// `random.seed(seed)`.
    pub(crate) fn new(seed: u64) -> Self {
        let key = match ((seed >> 32) as u32, seed as u32) {
            (0, low) => vec![low],
            (high, low) => vec![low, high],
        };
        let mut state = [0_u32; SIZE];
        state[0] = 19_650_218;
        for i in 1..SIZE {
            state[i] = mixed(1_812_433_253, state[i - 1]).wrapping_add(i as u32);
        }
        let mut i = 1;
        for k in 0..SIZE {
            let j = k % key.len();
            state[i] =
                (state[i] ^ mixed(1_664_525, state[i - 1])).wrapping_add(key[j]).wrapping_add(j as u32);
            i = next(&mut state, i);
        }
        for _ in 1..SIZE {
            state[i] = (state[i] ^ mixed(1_566_083_941, state[i - 1])).wrapping_sub(i as u32);
            i = next(&mut state, i);
        }
        state[0] = 0x8000_0000;
        Self { state, at: SIZE }
    }

    /// `random.randrange(n)`: a number below `n`, which is not 0; 0 if it is.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        let bits = u32::BITS - n.leading_zeros();
        if bits == 0 {
            return 0;
        }
        loop {
            let drawn = self.draw() >> (u32::BITS - bits);
            if drawn < n {
                return drawn;
            }
        }
    }

    fn draw(&mut self) -> u32 {
        if self.at == SIZE {
            self.twist();
        }
        let mut y = self.state[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn twist(&mut self) {
        for i in 0..SIZE {
            let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % SIZE] & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + SHIFT) % SIZE] ^ (y >> 1) ^ odd;
        }
        self.at = 0;
    }
}

fn mixed(factor: u32, before: u32) -> u32 {
    (before ^ (before >> 30)).wrapping_mul(factor)
}

/// The place after `i`; the last number of the state comes round to the first.
fn next(state: &mut [u32; SIZE], i: usize) -> usize {
    if i + 1 < SIZE {
        return i + 1;
    }
    state[0] = state[SIZE - 1];
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `r = random.Random(seed); [r.randrange(1000) for _ in range(8)]`, `CPython` 3.11.
    #[test]
    fn draws_are_those_of_python() {
        let draws = |seed| {
            let mut random = PythonRandom::new(seed);
            (0..8).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draws(0), [864, 394, 776, 911, 430, 41, 265, 988]);
        assert_eq!(draws(101), [595, 867, 199, 930, 988, 552, 946, 367]);
        assert_eq!(draws(12_345_678_901), [968, 610, 335, 888, 393, 362, 551, 722]);
        assert_eq!(PythonRandom::new(3).below(0), 0);
    }
}

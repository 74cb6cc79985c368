//! When work is divided among threads. The pool is rayon's global one, which the tokenizer and candle's float products
//! use too: never a second pool beside it.
//!
//! Waking a thread costs about what a small model's matrix takes. So a whole pass either runs on the thread that asked,
//! or, when it is large, inside the pool, where dividing is cheap.

/// Multiplications below which a product stays on one thread: some 20 µs of work.
const DIVIDE: usize = 1 << 19;

/// Multiplications from which a pass is worth a place in the pool: a millisecond and more.
const POOL: usize = 1 << 25;

/// Threads that a pass may use.
pub fn count() -> usize {
    rayon::current_num_threads()
}

/// Cores of the machine, not counting the second thread that some of them offer.
pub fn physical_cores() -> usize {
    num_cpus::get_physical().max(1)
}

/// Runs one pass of about `multiplications` where they are best done.
pub fn pass<T: Send>(multiplications: usize, work: impl FnOnce() -> T + Send) -> T {
    if multiplications < POOL || rayon::current_num_threads() == 1 || rayon::current_thread_index().is_some()
    {
        return work();
    }
    rayon::scope(|_| work())
}

/// Whether work of so many multiplications should be done by two threads: inside a pass of the pool, if it is enough.
pub(crate) fn divided(multiplications: usize) -> bool {
    multiplications >= 2 * DIVIDE
        && rayon::current_thread_index().is_some()
        && rayon::current_num_threads() > 1
}

/// Calls `work(row, part of out)` for each row of `out`, `width` long; `multiplications` is what all of it takes.
pub(crate) fn rows(
    out: &mut [f32],
    width: usize,
    multiplications: usize,
    work: &(impl Fn(usize, &mut [f32]) + Sync),
) {
    from(0, out, width, multiplications, work);
}

fn from(
    first: usize,
    out: &mut [f32],
    width: usize,
    multiplications: usize,
    work: &(impl Fn(usize, &mut [f32]) + Sync),
) {
    let count = out.len() / width;
    if count > 1 && divided(multiplications) {
        let (left, right) = out.split_at_mut(count / 2 * width);
        rayon::join(
            || from(first, left, width, multiplications / 2, work),
            || from(first + count / 2, right, width, multiplications / 2, work),
        );
        return;
    }
    for (index, row) in out.chunks_exact_mut(width).enumerate() {
        work(first + index, row);
    }
}

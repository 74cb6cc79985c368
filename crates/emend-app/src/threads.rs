//! How many cores the model may use.

/// Sizes candle's worker pool before its first use, unless the person already did.
///
/// Its workers spin at a barrier: with one thread more than there are idle cores, a matrix product takes many times as
/// long. So one physical core is left to the editor, at least one is used, and spinning ends at once. On a machine with
/// two cores that is one thread: with two, a rewrite took twenty times as long as soon as anything else was running.
///
/// Must be called before any other thread exists: the environment is not safe to change afterwards.
#[allow(unsafe_code)]
pub fn size_model_threads() {
    let logical = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = (logical / 2).saturating_sub(1).max(1);
    for (name, value) in [("CANDLE_NUM_THREADS", threads), ("CANDLE_BARRIER_POOL_SPIN_LIMIT", 0)] {
        if std::env::var_os(name).is_none() {
            // SAFETY: the first thing that both programs do, while there is one thread.
            unsafe { std::env::set_var(name, value.to_string()) };
        }
    }
}

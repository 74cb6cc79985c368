//! How many cores the model may use.

/// Sizes the worker pools before their first use, unless the person already did.
///
/// Rayon's pool, and the team of threads that share the passes of our kernels, get a thread per physical core that the program
/// may use: two on one core would share its arithmetic and its way to memory. They sleep when there is nothing to do.
///
/// Candle's pool, for quantizations that our kernels do not know, spins at a barrier: with one thread more than there are
/// idle cores, a matrix product takes many times as long. So one physical core is left to the editor, at least one is
/// used, and spinning ends at once. On a machine with two cores that is one thread: with two, a rewrite took twenty times
/// as long as soon as anything else was running.
///
/// Must be called before any other thread exists: the environment is not safe to change afterwards.
#[allow(unsafe_code)]
pub fn size_model_threads() {
    let logical = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = (logical / 2).saturating_sub(1).max(1);
    for (name, value) in [
        ("RAYON_NUM_THREADS", emend_models::physical_cores()),
        ("CANDLE_NUM_THREADS", threads),
        ("CANDLE_BARRIER_POOL_SPIN_LIMIT", 0),
    ] {
        if std::env::var_os(name).is_none() {
            // SAFETY: the first thing that both programs do, while there is one thread.
            unsafe { std::env::set_var(name, value.to_string()) };
        }
    }
}

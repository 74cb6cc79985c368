//! How many cores the model may use.

/// Sizes candle's worker pool before its first use, unless the person already did.
///
/// Its pool spins at a barrier, so one thread more than there are idle cores makes a matrix product many times
/// slower. Physical cores are counted, one is left to the editor, and one is always used.
///
/// Must be called before any other thread exists: the environment is not safe to change afterwards.
#[allow(unsafe_code)]
pub fn size_model_threads() {
    const NAME: &str = "CANDLE_NUM_THREADS";
    if std::env::var_os(NAME).is_some() {
        return;
    }
    let logical = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = if logical <= 2 { logical } else { (logical / 2).max(2) };
    // SAFETY: the first thing that both programs do, while there is one thread.
    unsafe { std::env::set_var(NAME, threads.to_string()) };
}

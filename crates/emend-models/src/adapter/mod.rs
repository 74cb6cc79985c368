//! Low-rank adapters (Hu et al. 2021, LoRA): made, written, read, and put on a model.
//!
//! An adapter is a folder in the form of the PEFT library, so that it can be trained and used there as well:
//! `adapter_config.json`, `adapter_model.safetensors`, and beside them `emend.json`, our [`Card`], which binds it to the
//! weights that it was trained on. A model with an adapter is a clone of the base that shares its weights; the product of
//! the two small matrices is added at run time and never merged, so that nothing is rounded away on a quantized base and
//! the base stays what it was.

mod card;
mod config;
mod dropout;
mod fresh;
mod open;
#[cfg(test)]
mod parity;
mod peft;
mod probe;
#[cfg(test)]
mod tests;
mod write;

pub use card::Card;
pub use config::{LoraConfig, Stack, Target};
pub use dropout::Dropout;
pub use fresh::fresh;
pub use open::{Adapted, Origin, open};
pub use probe::has_scores;
pub use write::write;

/// The files of an adapter's folder; only the card may be missing.
pub const FILES: [&str; 3] = [CONFIG, MATRICES, CARD];

/// In the folder: what kind of adapter it is.
const CONFIG: &str = "adapter_config.json";
/// In the folder: the matrices.
const MATRICES: &str = "adapter_model.safetensors";
/// In the folder: what it was trained on.
const CARD: &str = "emend.json";

/// The name that PEFT gives to the matrix A or B of a matrix of the model.
fn peft_name(matrix: &str, part: Part) -> String {
    let part = match part {
        Part::A => "lora_A",
        Part::B => "lora_B",
    };
    format!("base_model.model.{matrix}.{part}.weight")
}

#[derive(Debug, Clone, Copy)]
enum Part {
    A,
    B,
}

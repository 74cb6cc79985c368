//! Models, judges, servers and what was learned.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use emend_app::Judges;

use super::Wish;

#[derive(Debug, Subcommand)]
pub(crate) enum AdaptersAction {
    /// List them, and which are in use
    List,
    /// Say what one is to the model
    Show { id: String },
    /// Let one answer
    Use {
        /// Its name
        id: String,
        /// Only this intent (its id, or `own` for your own instructions)
        #[arg(long, value_name = "ID")]
        intent: Option<String>,
    },
    /// Let the model alone answer
    Off {
        /// Take off only this adapter, wherever it answers
        id: Option<String>,
        /// Only this intent (its id, or `own` for your own instructions)
        #[arg(long, value_name = "ID", conflicts_with = "id")]
        intent: Option<String>,
    },
    /// Go back to what was in use before; the last five choices are remembered
    Rollback {
        /// By how many choices
        #[arg(default_value_t = 1)]
        steps: usize,
    },
    /// Show what one would write beside the model alone and what answers now; nothing changes
    Compare {
        /// Its name
        id: String,
        /// The text (default: standard input)
        file: Option<PathBuf>,
        #[command(flatten)]
        wish: Wish,
        /// Instead of a text, those of your latest N decisions that nothing is trained on
        #[arg(long, value_name = "N", conflicts_with_all = ["file", "intent", "instruction"])]
        held_out: Option<NonZeroUsize>,
    },
    /// Show how often what was in use, and the model alone, expected your decisions without having learned from them, and how
    /// it does on fixed texts
    Log,
    /// Take in an adapter (a PEFT folder), if it fits the model; it is not used yet
    Import {
        /// The folder
        folder: PathBuf,
        /// Its name here (default: the folder's)
        #[arg(long, value_name = "ID")]
        name: Option<String>,
    },
    /// Write one as a new folder, for PEFT or another machine
    Export { id: String, folder: PathBuf },
    /// Delete one that is not in use
    Delete { id: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CriticsAction {
    /// List who judges what
    List,
    /// Take in a BERT or DeBERTa model (a Hugging Face folder); nothing is fetched
    Add {
        /// The folder: config.json, model.safetensors, tokenizer.json
        folder: PathBuf,
        /// What it judges; `meaning` takes an embedder, the others a classifier
        #[arg(long = "as", value_name = "WHAT")]
        judges: JudgesArgument,
        /// Which of its labels is meant (default: the one with the usual name)
        #[arg(long)]
        label: Option<String>,
    },
    /// Delete one
    Remove {
        /// What it judges
        judges: JudgesArgument,
    },
}

/// What a downloaded critic judges.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum JudgesArgument {
    Toxicity,
    Politeness,
    Formality,
    Acceptability,
    Entailment,
    Meaning,
}

impl From<JudgesArgument> for Judges {
    fn from(argument: JudgesArgument) -> Self {
        match argument {
            JudgesArgument::Toxicity => Self::Toxicity,
            JudgesArgument::Politeness => Self::Politeness,
            JudgesArgument::Formality => Self::Formality,
            JudgesArgument::Acceptability => Self::Acceptability,
            JudgesArgument::Entailment => Self::Entailment,
            JudgesArgument::Meaning => Self::Meaning,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsAction {
    /// List the models on this machine
    List,
    /// Check a model's files against the hashes in its manifest
    Verify {
        /// Its name (default: the starter)
        id: Option<String>,
    },
    /// Convert a Hugging Face folder (config.json, safetensors, tokenizer.json) to GGUF
    Convert {
        /// The folder
        from: PathBuf,
        /// The folder to write model.gguf and tokenizer.json into
        to: PathBuf,
        /// How to store the matrices
        #[arg(long, value_enum, default_value = "q8-0")]
        quantization: QuantizationArgument,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LargeAction {
    /// Choose a model on this machine
    Set {
        /// A model's name, a folder with model.gguf, or a GGUF file
        model: String,
    },
    /// Print which one is asked, and the risk that decides when
    Show,
    /// Choose the risk: at most one in N accepted rewrites may be bad
    Risk {
        /// From 2 (bold) to 100 (careful)
        #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100))]
        one_bad_in: u32,
    },
    /// Ask nobody
    Remove,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServerAction {
    /// Set it; nothing is connected
    Set {
        /// Where its OpenAI-compatible interface begins, such as http://localhost:8080/v1
        #[arg(long, value_name = "URL")]
        address: String,
        /// The name that it knows its model by
        #[arg(long, value_name = "NAME")]
        model: String,
        /// File that holds its token, `-` for standard input (default: the one set before for the same address)
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
    /// Print what is set; never the token
    Show,
    /// Ask it which models it has
    Check,
    /// Forget it and its token
    Remove,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum QuantizationArgument {
    F32,
    F16,
    #[value(name = "q8-0")]
    Q8_0,
}

//! What is kept: documents, dictionary, instructions, decisions.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum DocumentsAction {
    /// List them, newest first
    List,
    /// Print one
    Show { id: i64 },
    /// Take a file in; prints its number
    Import { file: PathBuf },
    /// Write one to a file
    Export { id: i64, file: PathBuf },
    /// Delete one with its history
    Delete { id: i64 },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DictionaryAction {
    /// List the entries
    List,
    /// Add a word or a term of several words that is right, or a house rule: "utilise -> use"
    Add { word: String },
    /// Remove it again
    Remove { word: String },
    /// What your decisions suggest: what you did each time with the same words, and where
    Suggested,
    /// Never suggest this entry again
    Refuse { word: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstructionsAction {
    /// List them, in the order in which they were saved
    List,
    /// Save one
    Add { text: String },
    /// Remove one
    Remove { text: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum FeedbackAction {
    /// Write every decision and candidate as JSON Lines (default: to standard output)
    Export {
        /// Where to
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Everything as it was recorded, or what follows from it, as TRL reads it
        #[arg(long, value_enum, default_value = "records")]
        format: ExportFormat,
    },
    /// Take in preferences that were decided elsewhere
    Import {
        /// JSON Lines
        file: PathBuf,
        /// Which columns the lines have
        #[arg(long, value_enum)]
        format: PreferenceFormat,
    },
    /// Say what your decisions show about how you like texts to be written
    Taste,
    /// Learn how you write from a folder of your own texts: preferences for your sentences over the model's
    Voice(VoiceArguments),
    /// Let the large model grade rewrites that you were shown, for recipes that learn from its grades
    Grade {
        /// Only so many, the newest first
        #[arg(long, value_name = "N", default_value = "200")]
        most: NonZeroUsize,
    },
    /// Record what you did with an edit of a request made with `rewrite --record`
    Decide {
        /// The request's number
        request: i64,
        /// The edit's number
        edit: i64,
        /// What you did
        #[arg(value_enum)]
        verdict: VerdictArgument,
        /// What you wrote instead, with `edited`
        #[arg(long, value_name = "TEXT", required_if_eq("verdict", "edited"))]
        text: Option<String>,
    },
    /// Print the folder that holds everything Emend keeps
    Where,
    /// Delete all that Emend keeps of you: documents, decisions, dictionary, settings, runs and adapters
    Delete {
        /// Really
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VoiceArguments {
    /// The folder: .txt and .md files in it and in its folders
    pub(crate) folder: PathBuf,

    /// What you will ask for to get your style
    #[arg(long, value_name = "TEXT", default_value = "Write this the way I write")]
    pub(crate) instruction: String,

    /// Only so many sentences, spread evenly over the texts
    #[arg(long, value_name = "N", default_value = "400")]
    pub(crate) sentences: NonZeroUsize,

    /// Write the preferences into this file instead of taking them in (`emend feedback import --format trl-dpo` does that)
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictArgument {
    Accept,
    Reject,
    Edited,
    Another,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Each candidate and each decision
    Records,
    /// prompt, chosen, rejected: what was preferred to what
    #[value(name = "trl-dpo")]
    Dpo,
    /// prompt, completion, label: what was taken and refused
    #[value(name = "trl-kto")]
    Kto,
    /// prompt, completion: what to imitate
    #[value(name = "trl-sft")]
    Sft,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PreferenceFormat {
    /// prompt, chosen, rejected: what was preferred to what
    #[value(name = "trl-dpo")]
    Dpo,
    /// prompt, completion, label: what was taken and refused
    #[value(name = "trl-kto")]
    Kto,
    /// prompt, completion: what to imitate
    #[value(name = "trl-sft")]
    Sft,
}

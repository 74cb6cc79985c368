//! What can be typed after `emend`.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

mod keeping;
mod measuring;
mod models;
mod rewriting;
mod training;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use emend_app::TierChoice;

pub(crate) use keeping::{
    DictionaryAction, DocumentsAction, ExportFormat, FeedbackAction, InstructionsAction, PreferenceFormat,
    VerdictArgument, VoiceArguments,
};
pub(crate) use measuring::{
    BenchAction, BenchArguments, CalibrateArguments, EvalArguments, LearningArguments,
};
pub(crate) use models::{
    AdaptersAction, CriticsAction, LargeAction, ModelsAction, QuantizationArgument, ServerAction,
};
pub(crate) use rewriting::{
    BatchArguments, CheckArguments, DiagnoseArguments, RewriteArguments, ScoreArguments,
};
pub(crate) use training::{JudgeArguments, Switch, TrainAction, TrainArguments};

/// Rewrites your text on your own machine.
#[derive(Debug, Parser)]
#[command(name = "emend", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// Print results as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Profile folder (default: EMEND_HOME, else the system's place for application data)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) home: Option<PathBuf>,

    /// Model: a name, a folder or a file (default: the starter)
    #[arg(long, global = true, value_name = "MODEL")]
    pub(crate) model: Option<String>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Rewrite a text and print the result
    Rewrite(RewriteArguments),
    /// Other ways to say one segment of a request made with `rewrite --record`
    Another {
        /// The request's number
        request: i64,
        /// The segment's index in it
        segment: i64,
    },
    /// Rewrite many texts: JSON Lines in, JSON Lines out
    Batch(BatchArguments),
    /// Check a text with the grammar rules; no model takes part
    Check(CheckArguments),
    /// Judge rewrites: JSON Lines in, every critic's number and reason out
    Score(ScoreArguments),
    /// Show what in a text would derail a fair discussion, and why
    Diagnose(DiagnoseArguments),
    /// List what `--intent` takes
    Intents,
    /// The texts that the window keeps
    Documents {
        #[command(subcommand)]
        action: DocumentsAction,
    },
    /// The personal dictionary: words that are right, and house rules (`utilise -> use`)
    Dictionary {
        #[command(subcommand)]
        action: DictionaryAction,
    },
    /// Your own saved instructions
    Instructions {
        #[command(subcommand)]
        action: InstructionsAction,
    },
    /// Your decisions: export them, record them, or delete everything
    Feedback {
        #[command(subcommand)]
        action: FeedbackAction,
    },
    /// Models on this machine
    Models {
        #[command(subcommand)]
        action: ModelsAction,
    },
    /// What was learned: adapters that are put on the model and taken off again
    Adapters {
        #[command(subcommand)]
        action: AdaptersAction,
    },
    /// Judges of a text that you downloaded, in the place of those that come with the program
    Critics {
        #[command(subcommand)]
        action: CriticsAction,
    },
    /// The large model that is asked when the small one is not sure
    Large {
        #[command(subcommand)]
        action: LargeAction,
    },
    /// A server of your own for what the small model is not sure of; none unless you set one
    Server {
        #[command(subcommand)]
        action: ServerAction,
    },
    /// Measure how good rewrites are, beside copying, with intervals
    Eval(Box<EvalArguments>),
    /// Fit how much answers can be trusted to your decisions, or to texts that people have rewritten
    Calibrate(CalibrateArguments),
    /// Train an adapter from texts and decisions; the one in use is not touched
    Train {
        #[command(subcommand)]
        action: TrainAction,
    },
    /// Measure speed and memory on this machine, beside other engines in the same run
    Bench(BenchArguments),
}

/// How the text is marked up.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatArgument {
    Plain,
    Markdown,
}

/// Who may answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Tier {
    /// The small model, and the large one where the small one is not sure
    Auto,
    /// The small model only
    Small,
    /// The large model only
    Large,
}

impl From<Tier> for TierChoice {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Auto => Self::Auto,
            Tier::Small => Self::Small,
            Tier::Large => Self::Large,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Wish {
    /// What to do, by name (`emend intents` lists them; default: fix)
    #[arg(long, value_name = "ID", conflicts_with = "instruction")]
    pub(crate) intent: Option<String>,

    /// What to do, in your own words
    #[arg(long, value_name = "TEXT")]
    pub(crate) instruction: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn every_command_can_be_read() {
        Arguments::command().debug_assert();
    }
}

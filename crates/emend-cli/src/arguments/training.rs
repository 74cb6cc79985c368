//! Learning.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Wish;

#[derive(Debug, Subcommand)]
pub(crate) enum TrainAction {
    /// Run a recipe from its beginning
    Run(Box<TrainArguments>),
    /// Go on with a run that was stopped or killed
    Resume {
        /// Its name
        run: String,
    },
    /// Compare what a finished run made with what answers now, on texts that it has not seen
    Judge(Box<JudgeArguments>),
    /// Train from your decisions if it is time: enough is new, the machine is idle and on mains
    Due,
    /// Say or choose when the program may learn
    When {
        /// Whether runs wait on battery and while you type
        #[arg(long, value_name = "on|off")]
        pauses: Option<Switch>,
        /// Whether the window begins a run of itself when it is time
        #[arg(long, value_name = "on|off")]
        idle: Option<Switch>,
        /// Whether the window lets the large model grade rewrites when the machine is idle; a server is sent them then
        #[arg(long, value_name = "on|off")]
        grades: Option<Switch>,
    },
    /// What there is to learn from, what became of suggestions, and whether the confidence shown with them is right
    Overview,
    /// The recipes that come with the program
    Recipes,
    /// Runs, newest first
    List,
    /// Delete a run with the texts that it learned from; adapters stay
    Delete {
        /// Its name
        run: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArguments {
    /// The run
    pub(crate) run: String,

    /// Texts that it was not given: rows {"src"} or {"text"}, plain or .zst
    #[arg(long, value_name = "FILE")]
    pub(crate) held_out: Option<PathBuf>,

    /// Texts that need no change
    #[arg(long, value_name = "FILE")]
    pub(crate) clean: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Only so many texts of each file, spread evenly
    #[arg(long, value_name = "N", default_value = "200")]
    pub(crate) measure: NonZeroUsize,

    /// Use the adapter from now on if it is better
    #[arg(long = "use")]
    pub(crate) use_it: bool,

    /// Compare it, and use it, only for this intent (its id, or `own` for your own instructions)
    #[arg(long = "for", value_name = "ID")]
    pub(crate) only_for: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    /// A recipe's name (`emend train recipes` lists them) or file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: String,

    /// Texts to learn from: rows {"src", "refs"?}, plain or .zst (default: your own decisions)
    #[arg(long, value_name = "FILE")]
    pub(crate) texts: Option<PathBuf>,

    /// Texts that need no change, for recipes that learn to leave such texts alone, beside a few of the program's own
    #[arg(long, value_name = "FILE", requires = "texts")]
    pub(crate) clean: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Only so many texts, spread evenly over each file
    #[arg(long, value_name = "N", requires = "texts")]
    pub(crate) limit: Option<NonZeroUsize>,

    /// Steps, in place of the recipe's
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroUsize>,

    /// Where random numbers start, in place of the recipe's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

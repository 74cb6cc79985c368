//! What `rewrite`, `batch` and whatever looks at a text take.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;

use super::{FormatArgument, Tier, Wish};

#[derive(Debug, Args)]
pub(crate) struct RewriteArguments {
    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Who may answer
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) tier: Tier,

    /// Further candidates for each sentence (shown with --json)
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=16))]
    pub(crate) alternatives: u8,

    /// How the text is marked up (default: by the file's name, else Markdown, which plain text reads well as)
    #[arg(long, value_enum)]
    pub(crate) format: Option<FormatArgument>,

    /// Fixes what chance decides
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,

    /// A name or term that must stay as it is (may be repeated)
    #[arg(long = "keep", value_name = "TERM")]
    pub(crate) keep: Vec<String>,

    /// Keep the request in the profile, so that decisions about it can be recorded
    #[arg(long)]
    pub(crate) record: bool,

    /// The text; `-` or nothing reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct BatchArguments {
    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Who may answer
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) tier: Tier,

    /// Rows {"id", "src", "intent"?, "instruction"?}
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,

    /// Rows {"id", "hyp", "confidence", "tier", "scores", "ms"}; an existing file is resumed
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// A name or term that must stay as it is (may be repeated)
    #[arg(long = "keep", value_name = "TERM")]
    pub(crate) keep: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// How the text is marked up (default: by the file's name, else Markdown)
    #[arg(long, value_enum)]
    pub(crate) format: Option<FormatArgument>,

    /// The text; `-` or nothing reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Rows {"id", "src", "hyp", "intent"?, "instruction"?}
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,

    /// Rows {"id", "scores", "reasons", "goal"?}; an existing file is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// Measure a wish as well, such as "friendlier, keep every number, under 120 words"
    #[arg(long, value_name = "TEXT")]
    pub(crate) goal: Option<String>,

    /// A name or term that must stay as it is (may be repeated)
    #[arg(long = "keep", value_name = "TERM")]
    pub(crate) keep: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DiagnoseArguments {
    /// Repair it, too: with --json as edits that can be taken one by one
    #[arg(long)]
    pub(crate) repair: bool,

    /// How the text is marked up (default: by the file's name, else Markdown)
    #[arg(long, value_enum)]
    pub(crate) format: Option<FormatArgument>,

    /// The text; `-` or nothing reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

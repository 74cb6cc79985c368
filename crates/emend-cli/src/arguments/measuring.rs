//! Speed, quality and trust, measured.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Wish;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArguments {
    #[command(subcommand)]
    pub(crate) action: Option<BenchAction>,

    /// Only these scenarios (default: all but those that write large files)
    pub(crate) scenarios: Vec<String>,

    /// Name the scenarios and end
    #[arg(long)]
    pub(crate) list: bool,

    /// Measure more, and every scenario: about half an hour
    #[arg(long)]
    pub(crate) full: bool,

    /// Rounds of turns; medians are shown (default: 3, with --full 5)
    #[arg(long, value_name = "N")]
    pub(crate) repetitions: Option<usize>,

    /// Texts to measure on, one per line (default: sentences of our own)
    #[arg(long, value_name = "FILE")]
    pub(crate) texts: Option<PathBuf>,

    /// Texts that each engine decodes in a round, spread evenly over the file (default: 40, with --full 200)
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,

    /// Measure CTranslate2 and PyTorch as well: the folder that crates/emend-bench/peers/install.sh made
    #[arg(long, value_name = "FOLDER")]
    pub(crate) peers: Option<PathBuf>,

    /// Write report.md, report.json and plots into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,

    /// Let one engine do a small job and print the peak memory
    #[arg(long = emend_bench::CHILD_FLAG, hide = true, value_name = "ENGINE")]
    pub(crate) memory_child: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchAction {
    /// Run learning recipes on the same model, texts, seeds and budget, and measure them on held-out texts
    Learning(Box<LearningArguments>),
}

#[derive(Debug, Args)]
pub(crate) struct LearningArguments {
    /// Only this recipe, by name or file (may be repeated; default: all that come with the program)
    #[arg(long = "recipe", value_name = "NAME|FILE")]
    pub(crate) recipes: Vec<String>,

    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Texts to learn from: rows {"src"} or {"text"}, plain or .zst
    #[arg(long, value_name = "FILE")]
    pub(crate) texts: PathBuf,

    /// Texts to be measured on
    #[arg(long, value_name = "FILE")]
    pub(crate) held_out: PathBuf,

    /// Texts that need no change: some to be measured on, others for recipes that learn to leave such texts alone
    #[arg(long, value_name = "FILE")]
    pub(crate) clean: PathBuf,

    /// Only so many texts to learn from, spread evenly over the file
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) limit: NonZeroUsize,

    /// Only so many texts to be measured on, and clean ones
    #[arg(long, value_name = "N", default_value = "200")]
    pub(crate) measure: NonZeroUsize,

    /// Seeds of each recipe
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub(crate) seeds: u64,

    /// Measure held-out texts every N steps too, and plot that over the rewrites that were sampled
    #[arg(long, value_name = "N", conflicts_with = "writers")]
    pub(crate) look_every: Option<NonZeroUsize>,

    /// Steps of every recipe, in place of its own
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroUsize>,

    /// Rewrites that every recipe samples at least, in place of steps; those that sample none make their own steps
    #[arg(long, value_name = "N", conflicts_with = "steps")]
    pub(crate) samples: Option<NonZeroUsize>,

    /// Where checkpoints, results.json, results.md and plots go; a bench that was cut off goes on from there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: PathBuf,

    /// Learn from the decisions of simulated writers with hidden tastes, by the recipes that learn from decisions
    #[arg(long)]
    pub(crate) writers: bool,

    /// Only writers of this taste, or `chance` (may be repeated; default: all)
    #[arg(long = "taste", value_name = "NAME", requires = "writers")]
    pub(crate) tastes: Vec<String>,

    /// Decisions of each writer
    #[arg(long, value_name = "N", default_value = "200", requires = "writers")]
    pub(crate) decisions: NonZeroUsize,

    /// How often a writer decides against his taste, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = share, requires = "writers")]
    pub(crate) noise: f64,

    /// How often the gate is asked about each adapter, each time with other decisions
    #[arg(long, value_name = "N", default_value = "200", requires = "writers")]
    pub(crate) gate_runs: NonZeroUsize,
}

#[derive(Debug, Args)]
pub(crate) struct CalibrateArguments {
    /// Show what is known of the answers of the model and of the adapters in use, and fit nothing
    #[arg(long, conflicts_with_all = ["task", "suite", "remove"])]
    pub(crate) show: bool,

    /// Take away what was fitted here: what came with the model holds again
    #[arg(long, conflicts_with_all = ["task", "suite"])]
    pub(crate) remove: bool,

    /// From texts instead of your decisions: what is asked of the model (`emend intents` lists them)
    #[arg(long, value_name = "INTENT", requires = "input")]
    pub(crate) task: Option<String>,

    /// Rows {"src", "refs", "id"?}, plain or .zst
    #[arg(long, value_name = "FILE", requires = "task")]
    pub(crate) input: Option<PathBuf>,

    /// All sets of the development suite that have rewrites by people (with --judge: all), from this data folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "task")]
    pub(crate) suite: Option<PathBuf>,

    /// Only this set of the suite (may be repeated)
    #[arg(long, value_name = "SET", requires = "suite")]
    pub(crate) only: Vec<String>,

    /// Only so many texts of each set, spread evenly
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,

    /// Folder of the judge of style and meaning, for metrics that ask it (judge.json, judge.safetensors)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) judge: Option<PathBuf>,

    /// The metric that says how good a rewrite is (default: as in `emend eval --cascade`)
    #[arg(long, value_name = "METRIC")]
    pub(crate) quality: Option<String>,

    /// The large model's rewrites of the same texts: what `emend batch --tier large` wrote with the large model that is in
    /// use; with --suite a folder of them. Fits how much better that model is expected to do
    #[arg(long, value_name = "PATH")]
    pub(crate) large: Option<PathBuf>,

    /// Keep the small model's answers in this folder, and go on with those that are there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) answers: Option<PathBuf>,

    /// Write the calibration to this file (default: the profile's)
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArguments {
    /// What is asked of the rewriter (`emend intents` lists them)
    #[arg(long, value_name = "INTENT", requires = "input", required_unless_present_any = ["suite", "scores"])]
    pub(crate) task: Option<String>,

    /// Rows {"src", "refs", "id"?} or {"text", "id"?}, plain or .zst
    #[arg(long, value_name = "FILE", requires = "task")]
    pub(crate) input: Option<PathBuf>,

    /// Rewrites to measure: what `emend batch` wrote; with --suite a folder of them (default: rewrite now)
    #[arg(long, value_name = "PATH", conflicts_with = "scores")]
    pub(crate) hyp: Option<PathBuf>,

    /// Other rewrites to compare with, row by row; given like --hyp
    #[arg(long, value_name = "PATH", conflicts_with = "scores")]
    pub(crate) versus: Option<PathBuf>,

    /// Only so many texts, spread evenly over each file
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,

    /// Only rows whose own `task` is this
    #[arg(long, value_name = "NAME", requires = "input")]
    pub(crate) rows_of: Option<String>,

    /// The texts are good as they are: each is its own reference
    #[arg(long, requires = "input")]
    pub(crate) clean: bool,

    /// Folder of the judge of style and meaning (judge.json, judge.safetensors)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) judge: Option<PathBuf>,

    /// Write report.md, report.json, plots and the rewrites into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) report: Option<PathBuf>,

    /// The model's first answers, without critics, second thoughts and a large model
    #[arg(long, conflicts_with_all = ["hyp", "scores"])]
    pub(crate) alone: bool,

    /// Go on with rewrites that an interrupted run left in the report's folder
    #[arg(long, requires = "report")]
    pub(crate) resume: bool,

    /// Where chance starts: choices of references, and resamples behind the intervals
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,

    /// Run the development suite on this data folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["task", "scores"])]
    pub(crate) suite: Option<PathBuf>,

    /// Only this set of the suite (may be repeated)
    #[arg(long, value_name = "SET", requires = "suite")]
    pub(crate) only: Vec<String>,

    /// Measure a cascade: --hyp are the small model's rewrites with their confidences, this the large model's of the
    /// same texts
    #[arg(long, value_name = "PATH", requires = "hyp", conflicts_with_all = ["versus", "scores"])]
    pub(crate) cascade: Option<PathBuf>,

    /// The metric that says how good a rewrite of --cascade is (default: what suits each set of the suite; of other
    /// texts `chrf`)
    #[arg(long, value_name = "METRIC", requires = "cascade")]
    pub(crate) quality: Option<String>,

    /// Measure a classifier: rows {"label", "score", "head"?}
    #[arg(long, value_name = "FILE", conflicts_with = "task")]
    pub(crate) scores: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    let found = text.parse().map_err(|_| "expected a number".to_owned())?;
    if (0.0..=1.0).contains(&found) { Ok(found) } else { Err("expected a number from 0 to 1".into()) }
}

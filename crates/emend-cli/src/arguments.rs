//! What can be typed after `emend`.
// The doc comments here are the help texts: a backtick would be printed.
#![allow(clippy::doc_markdown)]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use emend_app::{Judges, TierChoice};

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
    /// The personal dictionary: words that no rule objects to
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
    /// List the words
    List,
    /// Add a word or a term of several words
    Add { word: String },
    /// Remove it again
    Remove { word: String },
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
    /// Delete all documents, requests, candidates and decisions
    Delete {
        /// Really
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
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
    /// Run learning recipes on the same model, texts, seeds and steps, and measure them on held-out texts
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

    /// Steps of every recipe, in place of its own
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroUsize>,

    /// Where checkpoints, results.json, results.md and plots go; a bench that was cut off goes on from there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: PathBuf,

    /// Learn from the decisions of simulated writers with hidden tastes, by the recipes that learn from decisions
    #[arg(long)]
    pub(crate) writers: bool,

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

    /// All sets of the development suite that have rewrites by people, from this data folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "task")]
    pub(crate) suite: Option<PathBuf>,

    /// Only this set of the suite (may be repeated)
    #[arg(long, value_name = "SET", requires = "suite")]
    pub(crate) only: Vec<String>,

    /// Only so many texts of each set, spread evenly
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,

    /// The large model's rewrites to compare with: what `emend batch --tier large` wrote; with --suite a folder of them
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
    /// same texts; quality is chrF
    #[arg(long, value_name = "PATH", requires = "hyp", conflicts_with_all = ["versus", "scores"])]
    pub(crate) cascade: Option<PathBuf>,

    /// Measure a classifier: rows {"label", "score", "head"?}
    #[arg(long, value_name = "FILE", conflicts_with = "task")]
    pub(crate) scores: Option<PathBuf>,
}

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
    },
    /// The recipes that come with the program
    Recipes,
    /// Runs, newest first
    List,
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

    #[command(flatten)]
    pub(crate) wish: Wish,

    /// Only so many texts, spread evenly over the file
    #[arg(long, value_name = "N", requires = "texts")]
    pub(crate) limit: Option<NonZeroUsize>,

    /// Steps, in place of the recipe's
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroUsize>,

    /// Where random numbers start, in place of the recipe's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

fn share(text: &str) -> Result<f64, String> {
    let found = text.parse().map_err(|_| "expected a number".to_owned())?;
    if (0.0..=1.0).contains(&found) { Ok(found) } else { Err("expected a number from 0 to 1".into()) }
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

//! PyTorch with transformers and PEFT, float32, in a process of its own (`peers/train.py`). It begins with our adapter, which
//! it reads as one of PEFT's.

use emend_decode::TokenId;
use emend_models::adapter::{self, Card};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempDir;

use super::{Batch, Kind, Opened, Steps, Trainer, recipe};
use crate::BenchError;
use crate::bench::Bench;
use crate::systems::Process;

pub(crate) const KIND: Kind = Kind { name: "PyTorch + PEFT f32", tolerance: 0.0, open };

struct Peft {
    process: Process,
    /// The adapter that it began with.
    _folder: TempDir,
}

#[derive(Serialize)]
struct Ask<'b> {
    sources: &'b [Vec<TokenId>],
    targets: &'b [Vec<TokenId>],
    steps: usize,
}

#[derive(Deserialize)]
struct Answer {
    losses: Vec<f64>,
    seconds: f64,
}

fn open(bench: &Bench<'_>) -> Opened {
    let Some(files) = bench.python_files()? else { return Ok(None) };
    let recipe = recipe()?;
    let mut model = bench.model.t5.clone();
    let variables = adapter::fresh(&mut model, &recipe.adapter, recipe.seed)?;
    let folder = tempfile::tempdir()?;
    let adapter = folder.path().join("adapter");
    let card = Card::new(&bench.model, Value::Null, Value::Null, 0)?;
    adapter::write(&adapter, &recipe.adapter, &bench.model.manifest.name, &variables, &card)?;
    let (rate, clip) = (recipe.schedule.peak.to_string(), recipe.optimizer.clip.to_string());
    let threads = emend_models::threads().to_string();
    let process = files.start(KIND.name, "train.py", |command| {
        command.arg(files.floats()).arg(&adapter).args([&threads, &rate, &clip]);
    })?;
    Ok(Some(Box::new(Peft { process, _folder: folder })))
}

impl Trainer for Peft {
    fn steps(&mut self, batch: &Batch, steps: usize) -> Result<Steps, BenchError> {
        let ask = Ask { sources: &batch.sources, targets: &batch.targets, steps };
        let Answer { losses, seconds } = self.process.ask(&ask)?;
        Ok(Steps { losses, seconds })
    }
}

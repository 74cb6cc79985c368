//! `adapter_config.json` of the PEFT library.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::CONFIG;
use super::config::{LoraConfig, MAX_RANK};
use crate::error::ModelError;
use crate::files::read_text;

/// Longest `adapter_config.json`, in bytes. It can list every matrix of the model by name.
const MAX_CONFIG: u64 = 4 << 20;

/// Variants of LoRA that change what the matrices mean. Where one is on, the two products would be something else than
/// what was trained.
const VARIANTS: [&str; 14] = [
    "use_dora",
    "lora_bias",
    "use_qalora",
    "fan_in_fan_out",
    "modules_to_save",
    "rank_pattern",
    "alpha_pattern",
    "layer_replication",
    "trainable_token_indices",
    "target_parameters",
    "megatron_config",
    "alora_invocation_tokens",
    "arrow_config",
    "use_bdlora",
];

/// Ways to begin that leave the base as it is. Others, such as `PiSSA`, train on a base with something taken out.
const BEGINNINGS: [&str; 3] = ["gaussian", "eva", "orthogonal"];

/// What matters of the file when an adapter is used.
#[derive(Debug)]
pub(super) struct PeftConfig {
    /// r.
    pub(super) rank: usize,
    /// s: α / r, or α / √r (Kalajdzievski 2023, rank-stabilised LoRA).
    pub(super) scale: f64,
    /// Ends of the names of the matrices that have an adapter, where the file lists them all.
    targets: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Written {
    peft_type: String,
    task_type: Option<String>,
    r: usize,
    lora_alpha: f64,
    #[serde(default)]
    use_rslora: bool,
    bias: Option<String>,
    target_modules: Option<Value>,
    exclude_modules: Option<Value>,
    layers_to_transform: Option<Value>,
    #[serde(default)]
    init_lora_weights: Value,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl PeftConfig {
    /// Reads and checks the file in an adapter's folder.
    ///
    /// [`ModelError::Unsupported`] for another kind of adapter, or a variant that is not read;
    /// [`ModelError::Config`] for an impossible number.
    pub(super) fn read(folder: &Path) -> Result<PeftConfig, ModelError> {
        let path = folder.join(CONFIG);
        if !path.exists() {
            return Err(ModelError::Missing { folder: folder.to_owned(), expected: CONFIG.into() });
        }
        let written: Written = serde_json::from_str(&read_text(&path, MAX_CONFIG)?)
            .map_err(|e| ModelError::Parse { path: path.clone(), reason: e.to_string() })?;
        let refused = |item: &str, expected: &str, found: String| ModelError::Unsupported {
            path: path.clone(),
            item: item.to_owned(),
            expected: expected.to_owned(),
            found,
        };
        if written.peft_type != "LORA" {
            return Err(refused("peft_type", "LORA", written.peft_type));
        }
        if let Some(task) = written.task_type.filter(|task| task != "SEQ_2_SEQ_LM") {
            return Err(refused("task_type", "SEQ_2_SEQ_LM", task));
        }
        if let Some(bias) = written.bias.filter(|bias| bias != "none") {
            return Err(refused("bias", "none", bias));
        }
        if let Some(name) = VARIANTS.iter().find(|name| written.others.get(**name).is_some_and(is_on)) {
            let found = written.others.get(*name).map(ToString::to_string).unwrap_or_default();
            return Err(refused(name, "LoRA without it", found));
        }
        if let Value::String(beginning) = &written.init_lora_weights
            && !BEGINNINGS.contains(&beginning.as_str())
        {
            return Err(refused(
                "init_lora_weights",
                "adapters of the base as it is published",
                beginning.clone(),
            ));
        }
        let wrong = |field: &str, expected: &str, found: String| ModelError::Config {
            path: path.clone(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found,
        };
        let (rank, alpha) = (written.r, written.lora_alpha);
        if !(1..=MAX_RANK).contains(&rank) {
            return Err(wrong("r", "1 to 256", rank.to_string()));
        }
        if !(alpha.is_finite() && alpha != 0.0) {
            return Err(wrong("lora_alpha", "a number other than 0", alpha.to_string()));
        }
        // A pattern, or a list with exceptions, says less than the matrices themselves.
        let listed = written.exclude_modules.is_none() && written.layers_to_transform.is_none();
        let targets = written.target_modules.filter(|_| listed);
        let targets = targets.and_then(|targets| serde_json::from_value(targets).ok());
        let divisor = if written.use_rslora { (rank as f64).sqrt() } else { rank as f64 };
        Ok(PeftConfig { rank, scale: alpha / divisor, targets })
    }

    /// Whether the file promises an adapter for this matrix.
    pub(super) fn promises(&self, matrix: &str) -> bool {
        self.targets.iter().flatten().any(|target| {
            matrix.strip_suffix(target.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

/// Whether a setting says anything: null, false and what is empty do not.
fn is_on(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Array(items) => !items.is_empty(),
        Value::Object(items) => !items.is_empty(),
        Value::Number(_) | Value::String(_) => true,
    }
}

/// The file for an adapter of ours. Matrices are listed by their full names, which is exact whatever the model.
pub(super) fn written(config: &LoraConfig, base: &str, matrices: &[&str]) -> Value {
    json!({
        "peft_type": "LORA",
        "task_type": "SEQ_2_SEQ_LM",
        "base_model_name_or_path": base,
        "r": config.rank,
        "lora_alpha": config.alpha,
        "lora_dropout": config.dropout,
        "use_rslora": false,
        "use_dora": false,
        "target_modules": matrices,
        "modules_to_save": null,
        "bias": "none",
        "fan_in_fan_out": false,
        "init_lora_weights": true,
        "inference_mode": true,
    })
}

//! A run on disk: one file, replaced whole.
//!
//! Adapter, moments and the method's own state go into one safetensors file, the latter as the bytes of its JSON (a pool of
//! rewrites grows beyond what a header may hold), so that a kill at any moment leaves the old checkpoint or the new one,
//! never half of each. Everything else that a step needs follows from the recipe's seed and the step's number: going on is
//! the same as never having stopped.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use candle_core::{DType, Device, Tensor, Var};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use crate::LearnError;
use crate::optimizer::Moments;

/// Which tensor holds the state's bytes.
const STATE: &str = "state";
/// Largest checkpoint that is read, in bytes.
const MAX_FILE: u64 = 4 << 30;

/// What a run is about to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress<S> {
    /// Identifies recipe, base and data: another run's checkpoint is refused.
    pub run: String,
    /// The next step, from 0.
    pub step: usize,
    /// Steps that the optimizer made.
    updates: u32,
    /// The method's own state.
    pub state: S,
}

impl<S> Progress<S> {
    /// Before `step` of the run with the identity `run`.
    pub fn new(run: String, step: usize, state: S) -> Self {
        Self { run, step, updates: 0, state }
    }
}

/// Writes a checkpoint in place of the one that was there.
pub fn save<S: Serialize + Clone>(
    path: &Path,
    progress: &Progress<S>,
    variables: &[(String, Var)],
    moments: &Moments,
) -> Result<(), LearnError> {
    let progress = Progress { updates: moments.steps, ..progress.clone() };
    let state = serde_json::to_vec(&progress).map_err(|error| broken(path, error))?;
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::with_capacity(3 * variables.len());
    for ((name, variable), (m, v)) in variables.iter().zip(&moments.pairs) {
        for (role, tensor) in [("value", variable.as_tensor()), ("m", m), ("v", v)] {
            tensors.push((format!("{role}/{name}"), tensor.dims().to_vec(), bytes(tensor)?));
        }
    }
    let mut views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|error| broken(path, error))?;
    let state = TensorView::new(Dtype::U8, vec![state.len()], &state).map_err(|error| broken(path, error))?;
    views.push((STATE, state));
    let whole = safetensors::serialize(views, None).map_err(|error| broken(path, error))?;
    replace(path, &whole).map_err(|source| LearnError::File { path: path.to_owned(), source })
}

/// Reads a checkpoint back into the variables; `None` when there is none.
///
/// [`LearnError::Checkpoint`] when it is damaged, or belongs to another run.
pub fn load<S: for<'d> Deserialize<'d>>(
    path: &Path,
    run: &str,
    variables: &[(String, Var)],
) -> Result<Option<(Progress<S>, Moments)>, LearnError> {
    let file = |source| LearnError::File { path: path.to_owned(), source };
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file(error)),
        Ok(found) if found.len() > MAX_FILE => return Err(broken(path, "it is larger than 4 GB")),
        Ok(_) => {}
    }
    let whole = fs::read(path).map_err(file)?;
    let tensors = SafeTensors::deserialize(&whole).map_err(|error| broken(path, error))?;
    let state = tensors.tensor(STATE).ok().filter(|state| state.dtype() == Dtype::U8);
    let state = state.ok_or_else(|| broken(path, "it holds no state of a run"))?;
    let progress: Progress<S> = serde_json::from_slice(state.data()).map_err(|error| broken(path, error))?;
    if progress.run != run {
        return Err(broken(path, "it belongs to a run with another recipe, model or data"));
    }
    let tensor = |role: &str, name: &str, like: &Var| -> Result<Tensor, LearnError> {
        let view = tensors.tensor(&format!("{role}/{name}")).map_err(|error| broken(path, error))?;
        if view.shape() != like.dims() || view.dtype() != Dtype::F32 {
            return Err(broken(path, format!("{name} has the shape {:?}", view.shape())));
        }
        let found = Tensor::from_raw_buffer(view.data(), DType::F32, view.shape(), &Device::Cpu)?;
        Ok(found.to_device(like.device())?)
    };
    let mut values = Vec::with_capacity(variables.len());
    let mut pairs = Vec::with_capacity(variables.len());
    for (name, variable) in variables {
        values.push(tensor("value", name, variable)?);
        pairs.push((tensor("m", name, variable)?, tensor("v", name, variable)?));
    }
    // Only now, when nothing can fail any more: a refused checkpoint leaves the adapter as it was.
    for ((_, variable), value) in variables.iter().zip(values) {
        variable.set(&value)?;
    }
    let moments = Moments { pairs, steps: progress.updates };
    Ok(Some((progress, moments)))
}

fn bytes(tensor: &Tensor) -> candle_core::Result<Vec<u8>> {
    let numbers: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    Ok(numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
}

/// Beside the old file first, then over it.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let replaced = written.and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        // A full disk is not to stay full because of what did not fit; whether it goes away is not what went wrong.
        let _ = fs::remove_file(&beside);
    }
    replaced
}

fn broken(path: &Path, reason: impl ToString) -> LearnError {
    LearnError::Checkpoint { path: path.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn variables(value: f32) -> Vec<(String, Var)> {
        let full = |shape: (usize, usize)| Tensor::full(value, shape, &Device::Cpu).unwrap();
        ["a", "b"].map(|name| (name.to_owned(), Var::from_tensor(&full((2, 3))).unwrap())).into()
    }

    #[test]
    fn what_was_saved_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let saved = variables(0.1);
        let mut moments = Moments::zero(&saved).unwrap();
        moments.steps = 7;
        moments.pairs[1].1 = Tensor::full(0.3f32, (2, 3), &Device::Cpu).unwrap();
        save(&path, &Progress::new("run".into(), 5, vec![1.5f64]), &saved, &moments).unwrap();

        let fresh = variables(9.0);
        let (progress, found) = load::<Vec<f64>>(&path, "run", &fresh).unwrap().unwrap();
        assert_eq!((progress.step, progress.state, found.steps), (5, vec![1.5], 7));
        let numbers = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(numbers(fresh[1].1.as_tensor()), numbers(saved[1].1.as_tensor()));
        assert_eq!(numbers(&found.pairs[1].1), numbers(&moments.pairs[1].1));
        assert!(load::<Vec<f64>>(&folder.path().join("none"), "run", &fresh).unwrap().is_none());
    }

    /// A pool of rewrites may.
    #[test]
    fn a_state_may_be_larger_than_a_header() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let (saved, state) = (variables(0.1), "x".repeat(110_000_000));
        save(&path, &Progress::new("run".into(), 5, &state), &saved, &Moments::zero(&saved).unwrap())
            .unwrap();
        let (progress, _) = load::<String>(&path, "run", &saved).unwrap().unwrap();
        assert!(progress.state == state);
    }

    #[test]
    fn a_checkpoint_that_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in its place cannot be replaced by a file.
        let path = folder.path().join("checkpoint.safetensors");
        fs::create_dir(&path).unwrap();
        let saved = variables(0.1);
        let failed =
            save(&path, &Progress::new("run".into(), 5, ()), &saved, &Moments::zero(&saved).unwrap());
        assert!(matches!(failed, Err(LearnError::File { .. })), "{failed:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_runs_or_a_damaged_checkpoint_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let saved = variables(0.1);
        save(&path, &Progress::new("run".into(), 5, ()), &saved, &Moments::zero(&saved).unwrap()).unwrap();
        let fresh = variables(9.0);
        let other = load::<()>(&path, "another", &fresh).unwrap_err().to_string();
        assert!(other.contains("another recipe"), "{other}");
        let whole = fs::read(&path).unwrap();
        for length in [0, 7, 100, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(matches!(load::<()>(&path, "run", &fresh), Err(LearnError::Checkpoint { .. })));
        }
        assert_eq!(fresh[0].1.flatten_all().unwrap().to_vec1::<f32>().unwrap(), [9.0; 6]);
    }
}

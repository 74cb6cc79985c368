//! T5 against the reference implementation, on the golden files of `tests/parity` (made by
//! `tests/parity/make/make_t5.py`): tiny random models whose logits are of order 10.
//!
//! First the numbers of one pass over given tokens, then that every other way to the same tokens gives the same
//! numbers: cached, several at once, taken back, reordered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{D, DType, Device, Tensor, safetensors};
use emend_decode::{NextToken, TokenId};
use emend_models::adapter::{self, LoraConfig, Stack, Target};
use emend_models::t5::{DecoderState, MAX_TOKENS, Ops, Reading, T5};
use emend_models::{Lora, ModelError, Weights};

/// Largest difference from the reference in f32. Sums run in another order; logits reach 20.
const F32: f32 = 1e-4;

const MODELS: [&str; 2] = ["t5-v1.0-relu-tied", "t5-v1.1-gated-untied"];

/// A tiny model, and what the reference computed with it.
struct Golden {
    folder: PathBuf,
    cases: HashMap<String, Tensor>,
    /// Three sources of unequal lengths, one beyond the largest distance.
    sources: Vec<Vec<TokenId>>,
    /// Three targets of 140 tokens.
    targets: Vec<Vec<TokenId>>,
}

impl Golden {
    fn open(name: &str) -> Golden {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden").join(name);
        let cases = safetensors::load(folder.join("cases.safetensors"), &Device::Cpu).unwrap();
        let lengths = integers(&cases["source_lengths"].unsqueeze(0).unwrap()).remove(0);
        let mut sources = integers(&cases["sources"]);
        for (source, length) in sources.iter_mut().zip(lengths) {
            source.truncate(length as usize);
        }
        Golden { targets: integers(&cases["targets"]), sources, cases, folder }
    }

    fn each() -> impl Iterator<Item = (Golden, T5)> {
        MODELS.iter().map(|name| {
            let golden = Golden::open(name);
            let model = T5::load(&Weights::open(&golden.folder).unwrap()).unwrap();
            (golden, model)
        })
    }

    /// The reference's logits of `row`, (140, V).
    fn logits(&self, row: usize) -> Tensor {
        self.cases["logits"].get(row).unwrap()
    }

    /// The first `length` decoder inputs of `row`: the start token, then the target.
    fn inputs(&self, row: usize, length: usize) -> Vec<TokenId> {
        [&[0], &self.targets[row][..length - 1]].concat()
    }
}

fn integers(tensor: &Tensor) -> Vec<Vec<TokenId>> {
    tensor.to_dtype(DType::U32).unwrap().to_vec2().unwrap()
}

fn slices(rows: &[Vec<TokenId>]) -> Vec<&[TokenId]> {
    rows.iter().map(Vec::as_slice).collect()
}

fn distance(a: &Tensor, b: &Tensor) -> f32 {
    assert_eq!(a.dims(), b.dims());
    (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
}

#[track_caller]
fn check_close(found: &Tensor, expected: &Tensor, bound: f32, what: &str) {
    let distance = distance(found, expected);
    println!("{what}: largest difference {distance:.1e}, bound {bound:.0e}");
    // Written so that NaN fails.
    assert!(distance <= bound, "{what}: {distance} > {bound}");
}

/// Appends `tokens` (row-major) and returns the scores of the last `wanted` positions, (rows, wanted, V).
fn append(reading: &Reading<'_>, state: &mut DecoderState, tokens: &[TokenId], wanted: usize) -> Tensor {
    let mut logits = vec![f32::NAN; 3];
    reading.append(state, tokens, wanted, &mut logits).unwrap();
    Tensor::from_vec(logits, (reading.rows(state), wanted, reading.vocab_size()), &Device::Cpu).unwrap()
}

#[test]
fn a_padded_batch_scores_as_the_reference() {
    for (golden, model) in Golden::each() {
        for how in [Ops::Fused, Ops::Differentiable] {
            let found = model.logits(&slices(&golden.sources), &slices(&golden.targets), how).unwrap();
            check_close(&found, &golden.cases["logits"], F32, &format!("{how:?}"));
        }
        let size = golden.cases["logits"].abs().unwrap().flatten_all().unwrap().max(0).unwrap();
        assert!(size.to_scalar::<f32>().unwrap() > 10.0, "the bound means something only at this size");
    }
}

#[test]
fn a_source_alone_scores_as_in_a_batch() {
    for (golden, model) in Golden::each() {
        for row in 0..3 {
            let found = model.logits(&[&golden.sources[row]], &[&golden.targets[row]], Ops::Fused).unwrap();
            check_close(&found.squeeze(0).unwrap(), &golden.logits(row), F32, "alone");
        }
    }
}

#[test]
fn targets_of_unequal_lengths_do_not_disturb_each_other() {
    let (golden, model) = Golden::each().next().unwrap();
    let targets = [&golden.targets[0][..7], &golden.targets[1][..90], &golden.targets[2][..1]];
    let found = model.logits(&slices(&golden.sources), &targets, Ops::Fused).unwrap();
    assert_eq!(found.dims(), [3, 90, 96]);
    for (row, target) in targets.iter().enumerate() {
        let found = found.get(row).unwrap().narrow(0, 0, target.len()).unwrap();
        check_close(&found, &golden.logits(row).narrow(0, 0, target.len()).unwrap(), F32, "own length");
    }
}

#[test]
fn token_by_token_equals_the_reference() {
    for (golden, model) in Golden::each() {
        let reading = model.read(&slices(&golden.sources)).unwrap();
        let mut state = reading.start().unwrap();
        assert!(reading.is_empty(&state));
        let steps: Vec<Tensor> = (0..140)
            .map(|step| {
                let tokens: Vec<_> =
                    (0..3).map(|row| *golden.inputs(row, step + 1).last().unwrap()).collect();
                append(&reading, &mut state, &tokens, 1)
            })
            .collect();
        assert_eq!(reading.len(&state), 140);
        check_close(&Tensor::cat(&steps, 1).unwrap(), &golden.cases["logits"], F32, "one token at a time");
    }
}

#[test]
fn several_tokens_at_once_equal_single_ones() {
    for (golden, model) in Golden::each() {
        for row in 0..3 {
            let reading = model.read(&[&golden.sources[row]]).unwrap();
            let mut state = reading.start().unwrap();
            let inputs = golden.inputs(row, 140);
            let mut begin = 0;
            // Lengths that cross the buffer's growth and the far buckets; the last scores of each only.
            for (length, wanted) in [(1, 1), (5, 5), (1, 1), (62, 3), (2, 1), (69, 69)] {
                let found = append(&reading, &mut state, &inputs[begin..begin + length], wanted);
                begin += length;
                let expected = golden.logits(row).narrow(0, begin - wanted, wanted).unwrap();
                check_close(&found.squeeze(0).unwrap(), &expected, F32, "several at once");
            }
            assert_eq!(begin, 140);
        }
    }
}

#[test]
fn what_is_taken_back_leaves_no_trace() {
    let (golden, model) = Golden::each().nth(1).unwrap();
    let reading = model.read(&slices(&golden.sources[..2])).unwrap();
    let mut state = reading.start().unwrap();
    let tokens =
        |from: usize, to: usize| [&golden.inputs(0, to)[from..], &golden.inputs(1, to)[from..]].concat();
    append(&reading, &mut state, &tokens(0, 30), 1);
    append(&reading, &mut state, &[7; 2 * 50], 1); // a wrong guess
    reading.truncate(&mut state, 30).unwrap();
    assert_eq!(reading.len(&state), 30);
    let found = append(&reading, &mut state, &tokens(30, 100), 70);
    let expected = golden.cases["logits"].narrow(0, 0, 2).unwrap().narrow(1, 30, 70).unwrap();
    check_close(&found, &expected, F32, "after a wrong guess");

    reading.truncate(&mut state, 0).unwrap();
    assert!(reading.is_empty(&state));
    let found = append(&reading, &mut state, &tokens(0, 20), 20);
    let expected = golden.cases["logits"].narrow(0, 0, 2).unwrap().narrow(1, 0, 20).unwrap();
    check_close(&found, &expected, F32, "from the beginning again");
}

/// Rows read, wait and go back each at its own speed, to the last bit as if each were alone and read token by token.
#[test]
fn rows_advance_at_their_own_speed() {
    for (golden, model) in Golden::each() {
        let inputs: Vec<Vec<TokenId>> = (0..3).map(|row| golden.inputs(row, 60)).collect();
        let alone: Vec<Vec<f32>> = (0..3)
            .map(|row| {
                let reading = model.read(&[&golden.sources[row]]).unwrap();
                let (mut state, mut logits, mut all) = (reading.start().unwrap(), Vec::new(), Vec::new());
                for token in &inputs[row] {
                    reading.append(&mut state, &[*token], 1, &mut logits).unwrap();
                    all.extend_from_slice(&logits);
                }
                all
            })
            .collect();
        let reading = model.read(&slices(&golden.sources)).unwrap();
        let (mut state, vocab) = (reading.start().unwrap(), reading.vocab_size());
        let (mut read, mut logits) = ([0; 3], Vec::new());
        // How many tokens each row reads, and how many of them it takes back.
        for (new, back) in [
            ([1, 4, 0], [0, 3, 0]),
            ([17, 1, 2], [9, 0, 2]),
            ([0, 30, 1], [0, 2, 0]),
            ([12, 5, 40], [0, 0, 1]),
        ] {
            let tokens: Vec<TokenId> =
                (0..3).flat_map(|row| inputs[row][read[row]..read[row] + new[row]].to_vec()).collect();
            reading.extend(&mut state, &tokens, &new, &mut logits).unwrap();
            let mut found = logits.chunks_exact(vocab);
            for row in 0..3 {
                for position in read[row]..read[row] + new[row] {
                    let expected = &alone[row][position * vocab..][..vocab];
                    assert!(found.next().unwrap() == expected, "row {row} position {position} of {new:?}");
                }
                read[row] += new[row] - back[row];
            }
            reading.truncate_rows(&mut state, &read).unwrap();
            assert_eq!(reading.len(&state), read.into_iter().max().unwrap());
        }
    }
}

/// Rows are dropped, repeated and exchanged; each must go on as the hypothesis that it now is.
#[test]
fn reordered_rows_go_on_as_what_they_are() {
    for (golden, model) in Golden::each() {
        let reading = model.read(&slices(&golden.sources)).unwrap();
        let mut state = reading.start().unwrap();
        // Per row: its source, and its tokens so far, beginning with the start token.
        let mut hypotheses: Vec<(usize, Vec<TokenId>)> = (0..3).map(|row| (row, Vec::new())).collect();
        let orders: [&[usize]; 8] = [
            &[0, 1, 2],                   // nothing
            &[0, 0, 0, 1, 1, 1, 2, 2, 2], // beams of three
            &[2, 0, 1, 3, 3, 5, 8, 7, 6], // within the beams
            &[0, 3, 4, 5],                // uneven: a beam is dropped, another shrinks
            &[3, 0, 3],                   // the sources mixed
            &[1, 1],                      // one source, two rows
            &[0, 1, 0, 1, 0],
            &[4],
        ];
        let mut next = 2;
        for order in orders {
            reading.reorder(&mut state, order).unwrap();
            hypotheses = order.iter().map(|&row| hypotheses[row].clone()).collect();
            assert_eq!(reading.rows(&state), order.len());
            for length in [1, 11] {
                let mut tokens = Vec::new();
                for (_, written) in &mut hypotheses {
                    for _ in 0..length {
                        let token = if written.is_empty() { 0 } else { next };
                        next = 2 + (next * 31 + 7) % 94;
                        written.push(token);
                        tokens.push(token);
                    }
                }
                let found = append(&reading, &mut state, &tokens, length);
                for (row, (source, written)) in hypotheses.iter().enumerate() {
                    // `logits` puts the start token in front and does not read its last.
                    let target = [&written[1..], &[0]].concat();
                    let expected = model
                        .logits(&[&golden.sources[*source]], &[&target], Ops::Fused)
                        .unwrap()
                        .squeeze(0)
                        .unwrap();
                    let expected = expected.narrow(0, written.len() - length, length).unwrap();
                    check_close(&found.get(row).unwrap(), &expected, F32, &format!("{order:?} row {row}"));
                }
            }
        }
        // All finished: nothing is left to score.
        reading.reorder(&mut state, &[]).unwrap();
        let mut logits = vec![1.0];
        reading.append(&mut state, &[], 1, &mut logits).unwrap();
        assert!(logits.is_empty() && reading.rows(&state) == 0);
    }
}

/// The most likely token at each step, until all rows have ended or `steps` are written.
fn greedy(model: &T5, sources: &[&[TokenId]], steps: usize) -> Vec<Vec<TokenId>> {
    let end = model.config().eos_token_id;
    let reading = model.read(sources).unwrap();
    let mut state = reading.start().unwrap();
    let mut written: Vec<Vec<TokenId>> = vec![Vec::new(); sources.len()];
    let mut last = vec![model.config().decoder_start_token_id; sources.len()];
    for _ in 0..steps {
        let logits = append(&reading, &mut state, &last, 1);
        last = logits.squeeze(1).unwrap().argmax(D::Minus1).unwrap().to_vec1().unwrap();
        for (row, &token) in written.iter_mut().zip(&last) {
            if row.last() != Some(&end) {
                row.push(token);
            }
        }
    }
    written
}

#[test]
fn greedy_output_is_that_of_the_reference() {
    for (golden, model) in Golden::each() {
        let mut expected = integers(&golden.cases["greedy"]);
        for row in &mut expected {
            let end = row.iter().position(|&token| token == 1).map_or(row.len(), |end| end + 1);
            row.truncate(end);
        }
        assert!(expected.iter().any(|row| row.len() < 80), "one row should end by itself");
        assert_eq!(greedy(&model, &slices(&golden.sources), 80), expected);
        for (source, expected) in golden.sources.iter().zip(&expected) {
            assert_eq!(&greedy(&model, &[source], 80)[0], expected);
        }
    }
}

/// A copy of a golden model with every tensor changed by `change`, as safetensors.
fn rewritten(golden: &Golden, change: impl Fn(&Tensor) -> Tensor) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(golden.folder.join("config.json"), folder.path().join("config.json")).unwrap();
    let tensors = safetensors::load(golden.folder.join("model.safetensors"), &Device::Cpu).unwrap();
    let tensors: HashMap<String, Tensor> =
        tensors.iter().map(|(name, tensor)| (name.clone(), change(tensor))).collect();
    safetensors::save(&tensors, folder.path().join("model.safetensors")).unwrap();
    folder
}

#[test]
fn half_width_files_score_as_the_reference_with_rounded_weights() {
    for name in MODELS {
        let golden = Golden::open(name);
        for (dtype, case) in [(DType::BF16, "logits_bf16"), (DType::F16, "logits_f16")] {
            let folder = rewritten(&golden, |tensor| tensor.to_dtype(dtype).unwrap());
            let model = T5::load(&Weights::open(folder.path()).unwrap()).unwrap();
            let found = model.logits(&[&golden.sources[0]], &[&golden.targets[0][..64]], Ops::Fused).unwrap();
            check_close(&found, &golden.cases[case], F32, case);
            // Rounding alone moves them further, so the case shows that the file was read as it is.
            let exact = golden.logits(0).narrow(0, 0, 64).unwrap();
            assert!(distance(&found.squeeze(0).unwrap(), &exact) > 10.0 * F32);
        }
    }
}

/// A GGUF with Hugging Face names, its configuration beside it; matrices in `dtype`, the rest f32.
fn quantized(golden: &Golden, dtype: GgmlDType) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(golden.folder.join("config.json"), folder.path().join("config.json")).unwrap();
    let tensors = safetensors::load(golden.folder.join("model.safetensors"), &Device::Cpu).unwrap();
    let tensors: BTreeMap<String, QTensor> = tensors
        .into_iter()
        .map(|(name, tensor)| {
            let plain = tensor.rank() < 2 || name.ends_with("relative_attention_bias.weight");
            let dtype = if plain { GgmlDType::F32 } else { dtype };
            (name, QTensor::quantize(&tensor, dtype).unwrap())
        })
        .collect();
    let listed: Vec<(&str, &QTensor)> =
        tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let mut file = std::fs::File::create(folder.path().join("model.gguf")).unwrap();
    gguf_file::write(&mut file, &[], &listed).unwrap();
    folder
}

#[test]
fn eight_bit_weights_stay_close() {
    for name in MODELS {
        let golden = Golden::open(name);
        let folder = quantized(&golden, GgmlDType::Q8_0);
        let model = T5::load(&Weights::open(folder.path()).unwrap()).unwrap();
        let float = T5::load(&Weights::open(&golden.folder).unwrap()).unwrap();
        assert!(model.memory_bytes() < float.memory_bytes() * 3 / 10, "{}", model.memory_bytes());

        let found = model.logits(&slices(&golden.sources), &slices(&golden.targets), Ops::Fused).unwrap();
        let expected = &golden.cases["logits"];
        // Weights and activations have 8 bits each; such narrow layers average little of the error away.
        check_close(&found, expected, Q8_LARGEST, "q8_0, largest");
        let mean = (&found - expected).unwrap().sqr().unwrap().mean_all().unwrap().sqrt().unwrap();
        let mean = mean.to_scalar::<f32>().unwrap();
        println!("q8_0, root mean square {mean}");
        assert!(mean < Q8_MEAN, "{mean}");

        // The cache works on quantized models as well.
        let reading = model.read(&[&golden.sources[1]]).unwrap();
        let mut state = reading.start().unwrap();
        let inputs = golden.inputs(1, 70);
        append(&reading, &mut state, &inputs[..69], 1);
        let last = append(&reading, &mut state, &inputs[69..], 1).squeeze(0).unwrap();
        check_close(&last, &found.get(1).unwrap().narrow(0, 69, 1).unwrap(), Q8_MEAN, "q8_0, cached");
    }
}

/// Bounds for `q8_0` at logits with a standard deviation of 5 (reached: 2.2 and 0.11, 1.4 and 0.21). The largest is
/// one position where sharp attention turned to another token.
const Q8_LARGEST: f32 = 4.0;
const Q8_MEAN: f32 = 0.3;

/// Sum over a batch of −log p(target): something to differentiate.
fn loss(model: &T5, golden: &Golden) -> Tensor {
    let targets: Vec<&[TokenId]> = golden.targets.iter().map(|target| &target[..40]).collect();
    let logits = model.logits(&slices(&golden.sources), &targets, Ops::Differentiable).unwrap(); // (3, 40, V)
    let logp = candle_nn::ops::log_softmax(&logits, D::Minus1).unwrap();
    let targets = Tensor::new(targets, &Device::Cpu).unwrap().unsqueeze(2).unwrap();
    logp.gather(&targets, 2).unwrap().sum_all().unwrap().neg().unwrap()
}

fn size(tensor: &Tensor) -> f32 {
    tensor.abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
}

#[test]
fn every_weight_has_a_gradient() {
    for name in MODELS {
        let golden = Golden::open(name);
        let (model, variables) = T5::load_trainable(&Weights::open(&golden.folder).unwrap()).unwrap();
        let names = safetensors::load(golden.folder.join("model.safetensors"), &Device::Cpu).unwrap();
        assert_eq!(variables.len(), names.len());

        let gradients = loss(&model, &golden).backward().unwrap();
        for (name, variable) in &variables {
            let gradient = gradients.get(variable).unwrap_or_else(|| panic!("{name} has no gradient"));
            assert!(size(gradient) > 1e-6, "{name}: {}", size(gradient));
        }

        // A gradient may exist and be wrong: compare some with differences of the loss.
        for name in [
            "shared.weight",
            "encoder.block.1.layer.0.SelfAttention.q.weight",
            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            "decoder.block.1.layer.1.EncDecAttention.k.weight",
            "decoder.block.0.layer.1.layer_norm.weight",
            "decoder.block.1.layer.2.DenseReluDense.wo.weight",
        ] {
            let variable = &variables[name];
            let gradient = gradients.get(variable).unwrap();
            let original = variable.as_tensor().copy().unwrap();
            let norm = gradient.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap().sqrt();
            let step = (gradient * f64::from(1e-3 / norm)).unwrap();
            let at = |sign: f64| {
                variable.set(&(&original + (&step * sign).unwrap()).unwrap()).unwrap();
                loss(&model, &golden).to_scalar::<f32>().unwrap()
            };
            let slope = (at(1.0) - at(-1.0)) / 2e-3;
            variable.set(&original).unwrap();
            println!("{name}: gradient {norm}, slope {slope}");
            assert!((slope - norm).abs() < 0.05 * norm, "{name}: gradient {norm}, slope {slope}");
        }
    }
}

/// The shortcut past the scores of the whole vocabulary, for targets of unequal lengths, several for a source.
#[test]
fn log_probs_and_their_gradient_are_those_of_the_logits() {
    for (golden, mut model) in Golden::each() {
        let config = LoraConfig {
            rank: 4,
            alpha: 8.0,
            dropout: 0.0,
            targets: BTreeSet::from([Target::Attention, Target::FeedForward]),
            stacks: BTreeSet::from([Stack::Encoder, Stack::Decoder]),
        };
        let variables = adapter::fresh(&mut model, &config, 1).unwrap();
        for (_, variable) in &variables {
            let numbers: Vec<f32> =
                (0..variable.elem_count()).map(|i| ((i * 37 % 101) as f32 - 50.0) / 500.0).collect();
            variable.set(&Tensor::from_vec(numbers, variable.dims(), &Device::Cpu).unwrap()).unwrap();
        }
        let sources = &slices(&golden.sources)[..2];
        let targets: Vec<&[TokenId]> =
            [(0, 7), (1, 12), (2, 3), (0, 1)].iter().map(|&(row, end)| &golden.targets[row][..end]).collect();
        let found = model.log_probs(sources, &targets, Ops::Differentiable).unwrap(); // (4, 12)
        let fused = model.log_probs(sources, &targets, Ops::Fused).unwrap();
        let logits = model.logits(sources, &targets, Ops::Differentiable).unwrap();
        let padded: Vec<TokenId> =
            targets.iter().flat_map(|target| [*target, &[0; 12][target.len()..]].concat()).collect();
        let padded = Tensor::from_vec(padded, (4, 12, 1), &Device::Cpu).unwrap();
        let all = candle_nn::ops::log_softmax(&logits, D::Minus1).unwrap();
        let inside =
            targets.iter().flat_map(|target| (0..12).map(|at| f32::from(u8::from(at < target.len()))));
        let inside = Tensor::from_iter(inside, &Device::Cpu).unwrap().reshape((4, 12)).unwrap();
        let expected = (all.gather(&padded, 2).unwrap().squeeze(2).unwrap() * inside).unwrap();
        check_close(&found, &expected, 1e-4, "log-probabilities");
        check_close(&fused, &expected, 1e-4, "log-probabilities without gradients");

        // Weighted, so that no token's share is mistaken for another's.
        let weights = Tensor::from_iter((0..48).map(|at| at as f32 / 48.0), &Device::Cpu).unwrap();
        let weights = weights.reshape((4, 12)).unwrap();
        let gradients =
            |log_probs: Tensor| (log_probs * &weights).unwrap().sum_all().unwrap().backward().unwrap();
        let (found, expected) = (gradients(found), gradients(expected));
        for (name, variable) in &variables {
            let (found, expected) = (found.get(variable).unwrap(), expected.get(variable).unwrap());
            assert!(size(expected) > 0.0, "{name}");
            check_close(found, expected, 1e-4 * size(expected).max(1.0), name);
        }
    }
}

#[test]
fn adapters_learn_on_a_quantized_base() {
    let golden = Golden::open(MODELS[1]);
    let folder = quantized(&golden, GgmlDType::Q8_0);
    let base = T5::load(&Weights::open(folder.path()).unwrap()).unwrap();
    let before = loss(&base, &golden).to_scalar::<f32>().unwrap();

    let mut model = base.clone();
    let mut variables = Vec::new();
    for (name, linear) in model.linears_mut() {
        let (out, input) = linear.dims();
        let values: Vec<f32> = (0..4 * input).map(|i| ((i * 37 % 101) as f32 - 50.0) / 500.0).collect();
        let a = candle_core::Var::from_vec(values, (4, input), &Device::Cpu).unwrap();
        let b = candle_core::Var::zeros((out, 4), DType::F32, &Device::Cpu).unwrap();
        let lora = Lora { a: a.as_tensor().clone(), b: b.as_tensor().clone(), scale: 2.0 };
        linear.set_lora(Some(lora)).unwrap();
        variables.push((name, a, b));
    }
    // 3 encoder layers of 4 + 3 matrices, 2 decoder layers of 8 + 3, and the head.
    assert_eq!(variables.len(), 3 * 7 + 2 * 11 + 1);
    let with_zero = loss(&model, &golden);
    assert_eq!(with_zero.to_scalar::<f32>().unwrap(), before, "B = 0 changes nothing");

    let gradients = with_zero.backward().unwrap();
    for (name, _, b) in &variables {
        let gradient = gradients.get(b).unwrap_or_else(|| panic!("{name}: B has no gradient"));
        assert!(size(gradient) > 1e-6, "{name}");
        let step = (gradient * -1e-5).unwrap();
        b.set(&(b.as_tensor() + step).unwrap()).unwrap();
    }
    let after = loss(&model, &golden);
    assert!(after.to_scalar::<f32>().unwrap() < before - 0.1);
    let gradients = after.backward().unwrap();
    for (name, a, _) in &variables {
        assert!(
            size(gradients.get(a).unwrap_or_else(|| panic!("{name}: A has no gradient"))) > 1e-8,
            "{name}"
        );
    }
    assert_eq!(loss(&base, &golden).to_scalar::<f32>().unwrap(), before, "the clone has adapters of its own");
}

#[test]
fn a_copy_of_the_table_under_the_heads_name_is_still_scaled() {
    let golden = Golden::open(MODELS[0]);
    let logits = |head: Tensor| {
        let folder = rewritten(&golden, Tensor::clone);
        let file = folder.path().join("model.safetensors");
        let mut tensors = safetensors::load(&file, &Device::Cpu).unwrap();
        tensors.insert("lm_head.weight".into(), head);
        safetensors::save(&tensors, &file).unwrap();
        let model = T5::load(&Weights::open(folder.path()).unwrap()).unwrap();
        model.logits(&[&golden.sources[0]], &[&golden.targets[0]], Ops::Fused).unwrap().squeeze(0).unwrap()
    };
    let tensors = safetensors::load(golden.folder.join("model.safetensors"), &Device::Cpu).unwrap();
    let table = &tensors["shared.weight"];
    check_close(&logits(table.clone()), &golden.logits(0), F32, "a copy of the table");
    let folded = (table * f64::from(32.0_f32).powf(-0.5)).unwrap();
    check_close(&logits(folded), &golden.logits(0), F32, "the scale folded in");
}

#[test]
fn impossible_requests_are_typed_errors() {
    let (golden, model) = Golden::each().next().unwrap();
    let input = |result: Result<(), ModelError>| match result {
        Err(error @ ModelError::Input { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let long = vec![2; MAX_TOKENS + 1];
    let read = |sources: &[&[TokenId]]| model.read(sources).map(|_| ());
    assert_eq!(input(read(&[])), "source: expected at least one, found none");
    assert_eq!(input(read(&[&[2], &[]])), "source: expected 1 to 2048 tokens, found 0");
    assert_eq!(input(read(&[&long])), "source: expected 1 to 2048 tokens, found 2049");
    assert!(matches!(read(&[&[2, 96]]), Err(ModelError::UnknownToken { token: 96, vocab: 96 })));
    input(model.logits(&[&[2]], &[], Ops::Fused).map(|_| ()));
    input(model.logits(&[&[2]], &[&[]], Ops::Fused).map(|_| ()));

    let reading = model.read(&slices(&golden.sources)).unwrap();
    let mut state = reading.start().unwrap();
    let mut logits = Vec::new();
    input(reading.append(&mut state, &[0, 0], 1, &mut logits));
    input(reading.append(&mut state, &[], 1, &mut logits));
    input(reading.append(&mut state, &[0; 3], 0, &mut logits));
    input(reading.append(&mut state, &[0; 3], 2, &mut logits));
    input(reading.extend(&mut state, &[0; 3], &[1, 1], &mut logits));
    input(reading.extend(&mut state, &[0; 3], &[1, 1, 0], &mut logits));
    input(reading.extend(&mut state, &vec![0; MAX_TOKENS + 1], &[0, MAX_TOKENS + 1, 0], &mut logits));
    input(reading.truncate_rows(&mut state, &[0, 0]));
    input(
        reading
            .append(&mut state, &long[..3 * 683], 1, &mut logits)
            .and_then(|()| reading.append(&mut state, &vec![2; 3 * (MAX_TOKENS - 682)], 1, &mut logits)),
    );
    input(reading.reorder(&mut state, &[0, 3]));
    assert!(matches!(
        reading.append(&mut state, &[0, 1000, 0], 1, &mut logits),
        Err(ModelError::UnknownToken { token: 1000, .. })
    ));
}

#[test]
fn weights_of_another_shape_are_typed_errors() {
    let golden = Golden::open(MODELS[0]);
    let config = std::fs::read_to_string(golden.folder.join("config.json")).unwrap();
    let load = |from: &str, to: &str| {
        let folder = rewritten(&golden, Tensor::clone);
        assert!(config.contains(from));
        std::fs::write(folder.path().join("config.json"), config.replace(from, to)).unwrap();
        T5::load(&Weights::open(folder.path()).unwrap()).map(|_| ())
    };
    for (from, to) in [
        ("\"d_model\": 32", "\"d_model\": 16384"),
        ("\"num_heads\": 3", "\"num_heads\": 4"),
        ("\"d_ff\": 64", "\"d_ff\": 65"),
        ("\"vocab_size\": 96", "\"vocab_size\": 1000000"),
        ("\"relative_attention_num_buckets\": 32", "\"relative_attention_num_buckets\": 16"),
    ] {
        assert!(matches!(load(from, to), Err(ModelError::Shape { .. })), "{to}: {:?}", load(from, to));
    }
    for (from, to) in [
        ("\"num_layers\": 2", "\"num_layers\": 3"),
        ("\"feed_forward_proj\": \"relu\"", "\"feed_forward_proj\": \"gated-gelu\""),
        ("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false"),
    ] {
        assert!(matches!(load(from, to), Err(ModelError::NoTensor { .. })), "{to}: {:?}", load(from, to));
    }
}

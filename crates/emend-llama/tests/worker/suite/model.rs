//! A tiny chat model of the `llama` architecture, written byte by byte: two layers, numbers from a generator, a
//! vocabulary of single characters.

use std::path::PathBuf;

use tempfile::TempDir;

/// Width of the network; also the longest side of nothing else, so that a swapped shape is noticed.
const WIDTH: u64 = 64;
const LAYERS: u64 = 2;
const HEADS: u64 = 4;
const HEADS_KV: u64 = 2;
const FORWARD: u64 = 96;

pub(crate) const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + \
     message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/// What a test may change about the model.
pub(crate) struct Tiny {
    pub(crate) architecture: &'static str,
    pub(crate) file_type: &'static str,
    pub(crate) template: Option<&'static str>,
    /// Tokens that it claims to hold.
    pub(crate) context: u32,
}

impl Default for Tiny {
    fn default() -> Self {
        Self { architecture: "llama", file_type: "model", template: Some(CHATML), context: 8192 }
    }
}

/// A file in a folder of its own, which is removed with the value.
pub(crate) struct File {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

/// Writes `bytes` to a file.
pub(crate) fn file(bytes: &[u8]) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).unwrap();
    File { _folder: folder, path }
}

/// The usual tiny model.
pub(crate) fn tiny() -> File {
    file(&Tiny::default().bytes())
}

impl Tiny {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let tokens = vocabulary();
        let tensors = tensors(tokens.len() as u64);
        let mut metadata = Metadata::default();
        let arch = self.architecture;
        metadata.text("general.architecture", arch);
        metadata.text("general.type", self.file_type);
        metadata.text("general.name", "Tiny");
        for (key, value) in [
            ("context_length", u64::from(self.context)),
            ("embedding_length", WIDTH),
            ("block_count", LAYERS),
            ("feed_forward_length", FORWARD),
            ("attention.head_count", HEADS),
            ("attention.head_count_kv", HEADS_KV),
            ("rope.dimension_count", WIDTH / HEADS),
        ] {
            metadata.number(&format!("{arch}.{key}"), value as u32);
        }
        metadata.entry(&format!("{arch}.attention.layer_norm_rms_epsilon"), 6).extend(1e-5_f32.to_le_bytes());
        metadata.text("tokenizer.ggml.model", "llama");
        metadata.list("tokenizer.ggml.tokens", 8, tokens.len());
        for (text, _) in &tokens {
            push_text(&mut metadata.bytes, text);
        }
        metadata.list("tokenizer.ggml.scores", 6, tokens.len());
        for _ in &tokens {
            metadata.bytes.extend(0_f32.to_le_bytes());
        }
        metadata.list("tokenizer.ggml.token_type", 5, tokens.len());
        for (_, kind) in &tokens {
            metadata.bytes.extend(kind.to_le_bytes());
        }
        for (key, id) in [("unknown", 0), ("bos", 1), ("eos", 2), ("eot", 4)] {
            metadata.number(&format!("tokenizer.ggml.{key}_token_id"), id);
        }
        metadata.entry("tokenizer.ggml.add_space_prefix", 7).push(0);
        if let Some(template) = self.template {
            metadata.text("tokenizer.chat_template", template);
        }

        let mut out = b"GGUF".to_vec();
        out.extend(3_u32.to_le_bytes());
        out.extend((tensors.len() as u64).to_le_bytes());
        out.extend(metadata.count.to_le_bytes());
        out.extend(metadata.bytes);
        let mut offset = 0_u64;
        for (name, shape, _) in &tensors {
            push_text(&mut out, name);
            out.extend((shape.len() as u32).to_le_bytes());
            for side in shape {
                out.extend(side.to_le_bytes());
            }
            out.extend(0_u32.to_le_bytes()); // F32
            out.extend(offset.to_le_bytes());
            offset += (shape.iter().product::<u64>() * 4).next_multiple_of(32);
        }
        for (_, _, numbers) in &tensors {
            out.resize(out.len().next_multiple_of(32), 0);
            for number in numbers {
                out.extend(number.to_le_bytes());
            }
        }
        out
    }
}

/// The key-value part of the header.
#[derive(Default)]
struct Metadata {
    count: u64,
    bytes: Vec<u8>,
}

impl Metadata {
    /// Begins a value of the given type.
    fn entry(&mut self, key: &str, kind: u32) -> &mut Vec<u8> {
        self.count += 1;
        push_text(&mut self.bytes, key);
        self.bytes.extend(kind.to_le_bytes());
        &mut self.bytes
    }

    fn text(&mut self, key: &str, value: &str) {
        push_text(self.entry(key, 8), value);
    }

    fn number(&mut self, key: &str, value: u32) {
        self.entry(key, 4).extend(value.to_le_bytes());
    }

    fn list(&mut self, key: &str, kind: u32, count: usize) {
        let bytes = self.entry(key, 9);
        bytes.extend(kind.to_le_bytes());
        bytes.extend((count as u64).to_le_bytes());
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Special tokens, all bytes, and single characters. Texts with llama.cpp's type of token.
fn vocabulary() -> Vec<(String, i32)> {
    const NORMAL: i32 = 1;
    const CONTROL: i32 = 3;
    const BYTE: i32 = 6;
    let mut tokens = vec![("<unk>".to_owned(), 2)];
    tokens.extend(["<s>", "</s>", "<|im_start|>", "<|im_end|>"].map(|text| (text.to_owned(), CONTROL)));
    tokens.extend((0..=255_u8).map(|byte| (format!("<0x{byte:02X}>"), BYTE)));
    tokens.push(("\u{2581}".to_owned(), NORMAL));
    tokens.extend(('a'..='z').chain(".,!?".chars()).map(|letter| (letter.to_string(), NORMAL)));
    tokens
}

type Tensor = (String, Vec<u64>, Vec<f32>);

fn tensors(vocab: u64) -> Vec<Tensor> {
    let mut state = 11_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    let mut tensor = |name: &str, shape: &[u64], scale: f32| -> Tensor {
        let numbers = (0..shape.iter().product()).map(|_| uniform() * scale).collect();
        (name.to_owned(), shape.to_vec(), numbers)
    };
    let ones = |name: &str| -> Tensor { (name.to_owned(), vec![WIDTH], vec![1.0; WIDTH as usize]) };

    let kv = WIDTH / HEADS * HEADS_KV;
    let mut all = vec![tensor("token_embd.weight", &[WIDTH, vocab], 2.0), ones("output_norm.weight")];
    // Letters have rows of their own, everything else scores zero: mostly letters are written, now and then a
    // byte that is no character, and hardly ever an end.
    let mut output = tensor("output.weight", &[WIDTH, vocab], 2.0);
    let letters = (5 + 256) * WIDTH as usize;
    output.2[..letters].fill(0.0);
    all.push(output);
    for layer in 0..LAYERS {
        let name = |part: &str| format!("blk.{layer}.{part}.weight");
        all.push(ones(&name("attn_norm")));
        all.push(tensor(&name("attn_q"), &[WIDTH, WIDTH], 0.5));
        all.push(tensor(&name("attn_k"), &[WIDTH, kv], 0.5));
        all.push(tensor(&name("attn_v"), &[WIDTH, kv], 0.5));
        all.push(tensor(&name("attn_output"), &[WIDTH, WIDTH], 0.5));
        all.push(ones(&name("ffn_norm")));
        all.push(tensor(&name("ffn_gate"), &[WIDTH, FORWARD], 0.5));
        all.push(tensor(&name("ffn_up"), &[WIDTH, FORWARD], 0.5));
        all.push(tensor(&name("ffn_down"), &[FORWARD, WIDTH], 0.5));
    }
    all
}

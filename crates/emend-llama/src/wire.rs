//! What the two processes say to each other: frames of a length (u32, little-endian) and as many bytes of JSON.
//!
//! The child opens with [`FromWorker::Hello`]. After that the parent asks, one request at a time, and the child
//! answers it once. Cancelling and the heartbeat cut in between.

use std::io::{Read, Write};

use emend_decode::{Hypothesis, Limits, Sampling, TokenId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::types::{ChatOptions, How, Info, Message, Reply};

/// Changes with every change of this file: an update may have replaced the program while it runs.
pub(crate) const VERSION: u32 = 2;

/// Bytes of JSON in one frame at most. A long document has less than a hundredth of this.
pub(crate) const MAX_FRAME: usize = 16 << 20;

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToWorker {
    Request { id: u64, ask: Ask },
    Cancel { id: u64 },
    Ping,
}

/// From the child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromWorker {
    Hello {
        version: u32,
    },
    Pong,
    /// The next part of a reply that is being written.
    Piece {
        id: u64,
        text: String,
    },
    Answer {
        id: u64,
        answer: Result<Answer, Refusal>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    Load(Load),
    Write(Rewrites),
    Chat {
        messages: Vec<Message>,
        how: ChatOptions,
    },
    /// How likely T5 is to write this output after this source.
    ScoreTokens {
        source: Vec<TokenId>,
        output: Vec<TokenId>,
        start: TokenId,
        end: TokenId,
    },
    /// How likely a chat model is to reply this.
    ScoreReply {
        messages: Vec<Message>,
        reply: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) path: String,
    pub(crate) context: u32,
    pub(crate) threads: u32,
    pub(crate) gpu_layers: Option<u32>,
}

/// Sources for T5, each with its limits.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rewrites {
    pub(crate) sources: Vec<Vec<TokenId>>,
    pub(crate) limits: Vec<LimitsTwin>,
    pub(crate) how: HowTwin,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Loaded(Info),
    Written(Vec<HypothesisTwin>),
    Replied(Reply),
    Scored(Vec<f32>),
    Cancelled,
}

/// [`Limits`], serialized.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct LimitsTwin {
    max_tokens: usize,
    start: TokenId,
    end: TokenId,
}

impl From<Limits> for LimitsTwin {
    fn from(Limits { max_tokens, start, end }: Limits) -> Self {
        Self { max_tokens, start, end }
    }
}

impl From<LimitsTwin> for Limits {
    fn from(LimitsTwin { max_tokens, start, end }: LimitsTwin) -> Self {
        Self { max_tokens, start, end }
    }
}

/// [`How`], serialized.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HowTwin {
    Greedy,
    Samples { samples: usize, temperature: f32, top_k: usize, top_p: f32, seed: u64 },
}

impl From<How> for HowTwin {
    fn from(how: How) -> Self {
        match how {
            How::Greedy => HowTwin::Greedy,
            How::Samples(Sampling { samples, temperature, top_k, top_p, seed }) => {
                HowTwin::Samples { samples, temperature, top_k, top_p, seed }
            }
        }
    }
}

impl From<HowTwin> for How {
    fn from(how: HowTwin) -> Self {
        match how {
            HowTwin::Greedy => How::Greedy,
            HowTwin::Samples { samples, temperature, top_k, top_p, seed } => {
                How::Samples(Sampling { samples, temperature, top_k, top_p, seed })
            }
        }
    }
}

/// [`Hypothesis`], serialized.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HypothesisTwin {
    tokens: Vec<TokenId>,
    logprobs: Vec<f32>,
    entropies: Vec<f32>,
    finished: bool,
    source: usize,
}

impl From<Hypothesis> for HypothesisTwin {
    fn from(Hypothesis { tokens, logprobs, entropies, finished, source }: Hypothesis) -> Self {
        Self { tokens, logprobs, entropies, finished, source }
    }
}

impl From<HypothesisTwin> for Hypothesis {
    fn from(HypothesisTwin { tokens, logprobs, entropies, finished, source }: HypothesisTwin) -> Self {
        Self { tokens, logprobs, entropies, finished, source }
    }
}

/// Why a frame could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("the pipe broke")]
    Pipe(#[from] std::io::Error),
    #[error("a frame of {0} bytes was announced, at most {MAX_FRAME} are allowed")]
    Length(usize),
    #[error("the pipe ended inside a frame")]
    Cut,
    /// The cause is left out: it may quote the text.
    #[error("a frame is not one of the agreed messages")]
    Message,
}

/// A frame with its length, ready to be written.
pub(crate) fn encode(message: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)
        .map_err(|error| Refusal::Compute { why: error.to_string() })?;
    let length = frame.len() - 4;
    if length > MAX_FRAME {
        return Err(Refusal::TooLarge { found: length, most: MAX_FRAME });
    }
    frame[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(frame)
}

/// Writes one encoded frame.
pub(crate) fn write(to: &mut impl Write, frame: &[u8]) -> std::io::Result<()> {
    to.write_all(frame)?;
    to.flush()
}

/// The next message; `None` when the other side closed the pipe between two frames.
pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<T>, FrameError> {
    let mut bytes = Vec::new();
    from.by_ref().take(4).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let length: [u8; 4] = bytes.as_slice().try_into().map_err(|_| FrameError::Cut)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::Length(length));
    }
    bytes.clear();
    // Grows with what really comes, not with what was announced.
    from.by_ref().take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(FrameError::Cut);
    }
    serde_json::from_slice(&bytes).map(Some).map_err(|_| FrameError::Message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_in_order_and_the_end_is_told_from_a_cut() {
        let mut bytes = encode(&ToWorker::Ping).unwrap();
        bytes.extend(encode(&ToWorker::Cancel { id: 7 }).unwrap());
        let mut pipe = bytes.as_slice();
        assert!(matches!(read(&mut pipe).unwrap(), Some(ToWorker::Ping)));
        assert!(matches!(read(&mut pipe).unwrap(), Some(ToWorker::Cancel { id: 7 })));
        assert!(read::<ToWorker>(&mut pipe).unwrap().is_none());
        for cut in [2, 4, 9] {
            assert!(matches!(read::<ToWorker>(&mut &bytes[..cut]), Err(FrameError::Cut)), "{cut}");
        }
    }

    #[test]
    fn lengths_are_not_believed_and_garbage_is_not_quoted() {
        let huge = u32::MAX.to_le_bytes();
        assert!(matches!(read::<ToWorker>(&mut huge.as_slice()), Err(FrameError::Length(_))));
        let secret = encode(&"my secret").unwrap();
        let error = read::<ToWorker>(&mut secret.as_slice()).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        let long = "x".repeat(MAX_FRAME);
        assert!(matches!(encode(&long), Err(Refusal::TooLarge { .. })));
    }

    #[test]
    fn numbers_survive_to_the_last_bit() {
        let written = HypothesisTwin {
            tokens: vec![0, u32::MAX],
            logprobs: vec![-0.1, -1.0e-38, f32::MIN, -12.345_679],
            entropies: vec![0.0],
            finished: true,
            source: 3,
        };
        let bytes = encode(&written).unwrap();
        let back: HypothesisTwin = read(&mut bytes.as_slice()).unwrap().unwrap();
        let bits = |twin: &HypothesisTwin| twin.logprobs.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!((bits(&back), &back.tokens), (bits(&written), &written.tokens));
    }
}

//! Our side and the peer's doing the same small job, also as a process of its own whose memory can be told apart.

use std::path::Path;

use emend_decode::Cancel;
use emend_engine::{Cascade, Request, rewrite};
use emend_models::{Manifest, Seq2Seq, Tokens, open_folder};
use emend_text::{Format, Glossary, Instruction, intent};

use crate::BenchError;
use crate::machine::memory;
use crate::peer::PeerFile;
use crate::sample::paragraphs;

/// Hidden command-line flag of the process that does the job and prints its peak memory.
pub const CHILD_FLAG: &str = "memory-child";

/// Sentences that the process rewrites.
const SENTENCES: usize = 16;

/// Our side, loaded.
pub(crate) struct Ours(Seq2Seq);

impl Ours {
    pub(crate) fn open(model: &Path) -> Result<Self, BenchError> {
        Ok(Self(open_folder(model)?))
    }

    pub(crate) fn model(&self) -> &Seq2Seq {
        &self.0
    }

    /// The whole pipeline, from text to edits.
    pub(crate) fn rewrite(&self, text: &str) -> Result<(), BenchError> {
        let instruction = fix();
        let glossary = Glossary::default();
        let request = Request {
            text,
            format: Format::Markdown,
            range: None,
            instruction: &instruction,
            glossary: &glossary,
            alternatives: 0,
            seed: 0,
        };
        rewrite(&Cascade::alone(&self.0), &request, &Cancel::new(), &mut |_| ())?;
        Ok(())
    }
}

/// What both sides are asked to do.
pub(crate) fn fix() -> Instruction {
    intent("fix").map_or_else(|| unreachable!("`fix` is built in"), Instruction::Intent)
}

/// Opens the peer and the tokenizer and rewrites one sentence.
pub(crate) fn one_rewrite_by_peer(peer: &PeerFile, model: &Path) -> Result<(), BenchError> {
    by_peer(peer, model, [crate::sample::SENTENCE])
}

fn by_peer<'s>(
    peer: &PeerFile,
    model: &Path,
    texts: impl IntoIterator<Item = &'s str>,
) -> Result<(), BenchError> {
    let tokens = Tokens::from_file(&Manifest::read(model)?.tokenizer.path)?;
    let mut peer = peer.open()?;
    for text in texts {
        let mut source = tokens.encode(&fix().prompt(text));
        source.push(tokens.end());
        let written = peer.greedy(&source, tokens.pad(), Some(tokens.end()), source.len() + 12)?;
        tokens.decode(&written)?;
    }
    Ok(())
}

/// Does the job of one side (`ours` or `peer`) and returns this process's peak memory in bytes, where the system
/// tells it.
pub fn run_child(side: &str, model: &Path) -> Result<Option<u64>, BenchError> {
    if side == "peer" {
        let file = PeerFile::of(&open_folder(model)?.manifest.weights.path)?;
        by_peer(&file, model, crate::sample::sentences(SENTENCES))?;
    } else {
        Ours::open(model)?.rewrite(&paragraphs(SENTENCES))?;
    }
    Ok(memory("VmHWM:").map(|bytes| bytes as u64))
}

//! A T5 in llama.cpp's process, as the engine asks it.

use emend_decode::{Cancel, Decoded, Limits, TokenId};
use emend_engine::seq2seq::{alternatives, draft, limits, measure, source};
use emend_engine::{Draft, Drafted, Drafting, EngineError, Measure, Prompt, Rewriter};
use emend_llama::{How, Worker};
use emend_models::Tokens;

use super::failed;

/// Longest text in one piece, as for the same architecture in this process.
const LONGEST_SOURCE: usize = 256;

pub(super) struct LlamaSeq2Seq {
    pub(super) name: String,
    pub(super) worker: Worker,
    pub(super) tokens: Tokens,
    pub(super) prompt_form: String,
}

impl Rewriter for LlamaSeq2Seq {
    fn name(&self) -> &str {
        &self.name
    }

    fn max_source_tokens(&self) -> usize {
        LONGEST_SOURCE
    }

    fn measure(&self, text: &str) -> Measure {
        measure(&self.tokens, text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        let sources: Vec<Vec<TokenId>> =
            prompts.iter().map(|prompt| source(&self.tokens, &self.prompt_form, prompt)).collect();
        let limits: Vec<Limits> = prompts
            .iter()
            .zip(&sources)
            .map(|(prompt, source)| limits(&self.tokens, prompt.instruction, source.len()))
            .collect();
        let how = match *how {
            Drafting::Best => How::Greedy,
            Drafting::Several { number, seed } => How::Samples(alternatives(number, seed)),
        };
        let written = self.worker.write(&sources, &limits, how, cancel);
        let mut drafts: Vec<Vec<Draft>> = vec![Vec::new(); prompts.len()];
        match written.map_err(|error| failed(&self.name, error))? {
            Decoded::Cancelled => return Ok(Drafted::Cancelled),
            Decoded::Done(hypotheses) => {
                for hypothesis in hypotheses {
                    drafts[hypothesis.source].push(draft(&self.tokens, &hypothesis)?);
                }
            }
        }
        Ok(Drafted::Done(drafts))
    }
}

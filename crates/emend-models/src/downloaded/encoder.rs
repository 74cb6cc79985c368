//! The encoder itself, of either kind.

use std::fmt;

use candle_core::Tensor;
use candle_nn::VarBuilder;
use candle_transformers::models::bert::BertModel;
use candle_transformers::models::debertav2::DebertaV2Model;

use super::config::{Config, Kind};

/// BERT (Devlin et al. 2019) or `DeBERTa` (He et al. 2021, in the form of its version 3).
pub(super) enum Encoder {
    Bert(Box<BertModel>),
    /// With `true` when it tells kinds of text apart.
    DebertaV2(Box<DebertaV2Model>, bool),
}

impl Encoder {
    /// `weights` hold the encoder alone.
    pub(super) fn load(config: &Config, weights: VarBuilder<'_>) -> candle_core::Result<Encoder> {
        Ok(match &config.architecture {
            Kind::Bert(found) => {
                // With a type it would look for the tensors a second time, under that name.
                let alone = candle_transformers::models::bert::Config { model_type: None, ..found.clone() };
                Encoder::Bert(Box::new(BertModel::load(weights, &alone)?))
            }
            Kind::DebertaV2(found) => {
                Encoder::DebertaV2(Box::new(DebertaV2Model::load(weights, found)?), config.types > 0)
            }
        })
    }

    /// States (B, T, D) after tokens (B, T), their kinds of text (B, T) and the mask (B, T; 1 where there is a token).
    pub(super) fn read(&self, ids: &Tensor, types: &Tensor, mask: &Tensor) -> candle_core::Result<Tensor> {
        match self {
            Encoder::Bert(network) => network.forward(ids, types, Some(mask)),
            Encoder::DebertaV2(network, typed) => {
                network.forward(ids, typed.then(|| types.clone()), Some(mask.clone()))
            }
        }
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoder::Bert(_) => "Bert",
            Encoder::DebertaV2(..) => "DebertaV2",
        })
    }
}

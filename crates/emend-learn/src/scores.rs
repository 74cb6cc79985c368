//! How likely a model finds given targets.

use candle_core::{Result, Tensor};

/// Log-probabilities of the tokens of B targets, their end tokens included.
#[derive(Debug, Clone)]
pub struct Scores {
    /// `log p(y_t | x, y_<t)`, (B, T); 0 behind the end of a target.
    tokens: Tensor,
    /// 1 at the tokens of a target that count, 0 behind its end, (B, T).
    mask: Tensor,
    /// Tokens of each target that count.
    lengths: Vec<usize>,
}

impl Scores {
    /// Log-probabilities (B, T), of which the first `lengths[b]` of row b count. What stands behind them does not
    /// matter, as long as it is finite.
    pub fn new(log_probs: &Tensor, lengths: Vec<usize>) -> Result<Self> {
        let (rows, longest) = log_probs.dims2()?;
        if rows != lengths.len() || lengths.iter().any(|&length| length > longest) {
            candle_core::bail!(
                "{rows} rows of {longest} log-probabilities for targets of {lengths:?} tokens"
            );
        }
        let ones: Vec<f32> = lengths
            .iter()
            .flat_map(|&length| (0..longest).map(move |position| f32::from(u8::from(position < length))))
            .collect();
        let mask =
            Tensor::from_vec(ones, (rows, longest), log_probs.device())?.to_dtype(log_probs.dtype())?;
        Ok(Self { tokens: (log_probs * &mask)?, mask, lengths })
    }

    /// Per token, (B, T): zero behind the end of a target.
    pub fn tokens(&self) -> &Tensor {
        &self.tokens
    }

    /// 1 where a target has a token that counts, (B, T).
    pub fn mask(&self) -> &Tensor {
        &self.mask
    }

    /// Tokens of each of the B targets that count.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// `ℓ(y) = Σ_t log p(y_t)`, (B).
    pub fn sums(&self) -> Result<Tensor> {
        self.tokens.sum(1)
    }

    /// ℓ(y) / |y|, (B).
    pub fn means(&self) -> Result<Tensor> {
        self.sums()? / self.divisors()?
    }

    /// |y|, or 1 where nothing counts, (B).
    pub(crate) fn divisors(&self) -> Result<Tensor> {
        let lengths: Vec<f32> = self.lengths.iter().map(|&length| length.max(1) as f32).collect();
        let lengths = Tensor::from_vec(lengths, self.lengths.len(), self.tokens.device())?;
        lengths.to_dtype(self.tokens.dtype())
    }

    /// The same numbers, which no gradient passes.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self { tokens: self.tokens.detach(), mask: self.mask.clone(), lengths: self.lengths.clone() }
    }

    /// Without the first `prefix[b]` tokens of each target, which somebody else wrote: they keep their places and count
    /// nothing.
    ///
    /// For targets that a guide began and the policy ended (Chang et al. 2023, RLGF: the guide rolls in), and for
    /// revisions of a bad beginning.
    pub fn after(&self, prefix: &[usize]) -> Result<Self> {
        let (rows, longest) = self.mask.dims2()?;
        if prefix.len() != rows {
            candle_core::bail!("{} beginnings for {rows} targets", prefix.len());
        }
        let ones: Vec<f32> = prefix
            .iter()
            .flat_map(|&prefix| (0..longest).map(move |position| f32::from(u8::from(position >= prefix))))
            .collect();
        let kept =
            Tensor::from_vec(ones, (rows, longest), self.mask.device())?.to_dtype(self.mask.dtype())?;
        let lengths = self.lengths.iter().zip(prefix).map(|(length, prefix)| length.saturating_sub(*prefix));
        Ok(Self { tokens: (&self.tokens * &kept)?, mask: (&self.mask * kept)?, lengths: lengths.collect() })
    }

    /// These targets alone, in this order; T stays.
    pub fn pick(&self, rows: &[usize]) -> Result<Self> {
        let numbers: Vec<u32> = rows.iter().map(|&row| row as u32).collect();
        let numbers = Tensor::from_vec(numbers, rows.len(), self.tokens.device())?;
        Ok(Self {
            tokens: self.tokens.index_select(&numbers, 0)?,
            mask: self.mask.index_select(&numbers, 0)?,
            lengths: rows.iter().map(|&row| self.lengths[row]).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use candle_core::Device;

    use super::*;

    #[test]
    fn what_stands_behind_the_end_does_not_count() {
        let numbers = Tensor::new(&[[-1f32, -2.0, 77.0], [-3.0, -4.0, -5.0]], &Device::Cpu).unwrap();
        let scores = Scores::new(&numbers, vec![2, 3]).unwrap();
        assert_eq!(scores.sums().unwrap().to_vec1::<f32>().unwrap(), [-3.0, -12.0]);
        assert_eq!(scores.means().unwrap().to_vec1::<f32>().unwrap(), [-1.5, -4.0]);
        let second = scores.pick(&[1]).unwrap();
        assert_eq!(second.sums().unwrap().to_vec1::<f32>().unwrap(), [-12.0]);
        assert_eq!(second.lengths(), [3]);
    }

    #[test]
    fn a_beginning_by_somebody_else_does_not_count() {
        let numbers = Tensor::new(&[[-1f32, -2.0, -3.0], [-4.0, -5.0, 0.0]], &Device::Cpu).unwrap();
        let scores = Scores::new(&numbers, vec![3, 2]).unwrap().after(&[1, 5]).unwrap();
        assert_eq!(scores.sums().unwrap().to_vec1::<f32>().unwrap(), [-5.0, 0.0]);
        assert_eq!(scores.mask().to_vec2::<f32>().unwrap(), [[0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]);
        assert_eq!(scores.lengths(), [2, 0]);
        assert!(scores.after(&[1]).is_err());
    }

    #[test]
    fn lengths_must_fit() {
        let numbers = Tensor::new(&[[-1f32, -2.0]], &Device::Cpu).unwrap();
        assert!(Scores::new(&numbers, vec![3]).is_err());
        assert!(Scores::new(&numbers, vec![1, 1]).is_err());
    }
}

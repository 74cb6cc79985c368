//! Numbers of a checkpoint to the last bit: `#[serde(with = "crate::exact")]`.
//!
//! A number that is written to JSON as a decimal may come back one bit off, and then a run that goes on would not be the
//! run that never stopped. So its bits are written, as a whole number.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature is serde's.
pub(crate) fn serialize<S: Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
    number.to_bits().serialize(to)
}

pub(crate) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<f64, D::Error> {
    u64::deserialize(from).map(f64::from_bits)
}

/// The same for lists with gaps.
pub(crate) mod list {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(numbers: &[Option<f64>], to: S) -> Result<S::Ok, S::Error> {
        numbers.iter().map(|number| number.map(f64::to_bits)).collect::<Vec<_>>().serialize(to)
    }

    pub(crate) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<Option<f64>>, D::Error> {
        let bits: Vec<Option<u64>> = Vec::deserialize(from)?;
        Ok(bits.into_iter().map(|number| number.map(f64::from_bits)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct State {
        #[serde(with = "crate::exact")]
        one: f64,
        #[serde(with = "crate::exact::list")]
        several: Vec<Option<f64>>,
    }

    proptest! {
        #[test]
        fn every_bit_comes_back(one: f64, several: Vec<Option<f64>>) {
            let state = State { one, several };
            let read: State = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
            prop_assert_eq!(read, state);
        }
    }
}

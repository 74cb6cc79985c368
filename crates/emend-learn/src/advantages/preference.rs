//! Against one opponent.

/// P(y ≻ y′) − ½ with P = σ((r − r′) / τ), from the rewards of both. τ is above 0.
///
/// Source: Munos et al. 2023 (Nash-MD), section 7, with the preference model of Bradley and Terry.
pub fn preference(reward: f32, opponent: f32, temperature: f32) -> f32 {
    1.0 / (1.0 + ((opponent - reward) / temperature).exp()) - 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fair() {
        assert!(preference(0.7, 0.7, 0.1).abs() < 1e-7);
        // σ(log 3) = ¾.
        assert!((preference(3_f32.ln(), 0.0, 1.0) - 0.25).abs() < 1e-6);
        assert!((preference(0.0, 3_f32.ln(), 1.0) + 0.25).abs() < 1e-6);
        assert!((preference(1e6, 0.0, 1.0) - 0.5).abs() < 1e-7);
    }
}

//! Two sides taking turns.

use std::time::{Duration, Instant};

/// Times of both sides in the order of the turns.
pub(crate) struct Times {
    ours: Vec<Duration>,
    peers: Vec<Duration>,
}

/// Lets both sides work `repetitions` times, in turns, after one round that does not count.
pub(crate) fn take_turns<E>(
    repetitions: usize,
    mut ours: impl FnMut() -> Result<(), E>,
    mut peers: impl FnMut() -> Result<(), E>,
) -> Result<Times, E> {
    ours()?;
    peers()?;
    let mut times = Times { ours: Vec::new(), peers: Vec::new() };
    for _ in 0..repetitions.max(1) {
        times.ours.push(timed(&mut ours)?);
        times.peers.push(timed(&mut peers)?);
    }
    Ok(times)
}

fn timed<E>(work: &mut impl FnMut() -> Result<(), E>) -> Result<Duration, E> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

impl Times {
    /// Median seconds of our side.
    pub(crate) fn ours(&self) -> f64 {
        median(self.ours.iter().map(Duration::as_secs_f64))
    }

    /// Median seconds of the peer.
    pub(crate) fn peers(&self) -> f64 {
        median(self.peers.iter().map(Duration::as_secs_f64))
    }

    /// Median of the peer's time over ours, turn by turn: above 1 when we are faster.
    pub(crate) fn ratio(&self) -> f64 {
        median(
            self.ours.iter().zip(&self.peers).map(|(ours, peers)| peers.as_secs_f64() / ours.as_secs_f64()),
        )
    }
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-12);
        assert!((median([4.0, 1.0, 2.0, 3.0].into_iter()) - 2.5).abs() < 1e-12);
        assert!(median(std::iter::empty()).is_nan());
    }

    #[test]
    fn sides_take_turns_and_the_first_round_does_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let times = take_turns::<()>(
            2,
            || {
                order.borrow_mut().push('o');
                Ok(())
            },
            || {
                order.borrow_mut().push('p');
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(*order.borrow(), "opopop");
        assert_eq!(times.ours.len(), 2);
    }
}

//! When a server is asked again.

use std::time::{Duration, SystemTime};

/// How often a server is asked again, and after how long.
///
/// Only what failed before the answer began is tried again: a connection, status 429, and status 500 and above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Times at most.
    pub most: u32,
    /// Longest wait before the first; it doubles with each further one.
    pub first_wait: Duration,
    /// Longest wait before any. A server that asks for more is not waited for.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { most: 2, first_wait: Duration::from_millis(500), longest_wait: Duration::from_secs(20) }
    }
}

impl Retries {
    /// How long to wait before retry `number`, from 0; `None` when there is none.
    ///
    /// What the server asked for, or else a random share of the doubled wait ("full jitter": Brooker 2015, AWS
    /// Architecture Blog), so that many programs do not come back at the same moment. `chance` lies in [0, 1).
    pub(crate) fn wait(&self, number: u32, asked: Option<Duration>, chance: f64) -> Option<Duration> {
        if number >= self.most {
            return None;
        }
        if let Some(asked) = asked {
            return (asked <= self.longest_wait).then_some(asked);
        }
        let doubled = self.first_wait.saturating_mul(2u32.saturating_pow(number)).min(self.longest_wait);
        Some(doubled.mul_f64(chance))
    }
}

/// What `Retry-After` asks for at the moment `now`: seconds, or a date (RFC 9110, section 10.2.3).
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header.trim()).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRIES: Retries =
        Retries { most: 4, first_wait: Duration::from_millis(100), longest_wait: Duration::from_millis(350) };

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let waits: Vec<Option<u128>> =
            (0..5).map(|number| RETRIES.wait(number, None, 0.5).map(|wait| wait.as_millis())).collect();
        assert_eq!(waits, [Some(50), Some(100), Some(175), Some(175), None]);
        assert_eq!(RETRIES.wait(0, None, 0.0), Some(Duration::ZERO));
    }

    #[test]
    fn the_server_is_obeyed_unless_it_asks_for_too_much() {
        let asked = Duration::from_millis(350);
        assert_eq!(RETRIES.wait(3, Some(asked), 0.0), Some(asked));
        assert_eq!(RETRIES.wait(0, Some(asked + Duration::from_millis(1)), 0.0), None);
        assert_eq!(RETRIES.wait(4, Some(asked), 0.0), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_700);
        assert_eq!(retry_after("3", now), Some(Duration::from_secs(3)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(77)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}

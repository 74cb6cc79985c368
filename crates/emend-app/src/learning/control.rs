//! Holding and ending a run, from any thread, and when it waits of itself.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::power::{Power, power};
use crate::Cancel;

/// How often a run that waits looks whether it may go on.
const LOOK: Duration = Duration::from_millis(100);
/// How often it asks where the power comes from: on some machines the answer takes a while.
const ASK_POWER: Duration = Duration::from_secs(3);
/// How long nothing must have been typed before it goes on.
const QUIET: Duration = Duration::from_secs(5);

/// Why a run waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The person said so.
    Asked,
    /// The person types.
    Typing,
    /// The machine runs on its battery.
    Battery,
}

/// Stops and pauses a run, from any thread. Clones control the same run.
#[derive(Debug, Clone)]
pub struct Control {
    shared: Arc<Shared>,
    /// Ends even the step that is being made; it is made anew when the run goes on.
    pub cancel: Cancel,
}

#[derive(Debug)]
struct Shared {
    stop: AtomicBool,
    pause: AtomicBool,
    /// Whether it waits of itself.
    polite: AtomicBool,
    since: Instant,
    /// When something was typed last, in milliseconds after `since`; 0 is never.
    typed: AtomicU64,
}

impl Default for Control {
    fn default() -> Self {
        let shared = Shared {
            stop: AtomicBool::new(false),
            pause: AtomicBool::new(false),
            polite: AtomicBool::new(true),
            since: Instant::now(),
            typed: AtomicU64::new(0),
        };
        Self { shared: Arc::new(shared), cancel: Cancel::new() }
    }
}

impl Control {
    /// Ends the run after the present step; it can go on later.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// Lets the run wait after the present step, or go on.
    pub fn pause(&self, paused: bool) {
        self.shared.pause.store(paused, Ordering::Relaxed);
    }

    /// Whether the run waits of itself on battery and while the person types; it does unless told otherwise.
    pub fn be_polite(&self, polite: bool) {
        self.shared.polite.store(polite, Ordering::Relaxed);
    }

    /// The person has typed something just now.
    pub fn typed(&self) {
        let after = self.shared.since.elapsed().as_millis().max(1);
        self.shared.typed.store(u64::try_from(after).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Waits while there is a reason to; whether the run is to end. `on` hears of each reason, and of none when it goes
    /// on after one.
    pub(crate) fn wait(&self, mut on: impl FnMut(Option<Waits>)) -> ControlFlow<()> {
        let (mut asked, mut from) = (Instant::now(), power());
        let mut told = None;
        loop {
            if self.shared.stop.load(Ordering::Relaxed) || self.cancel.is_cancelled() {
                return ControlFlow::Break(());
            }
            if asked.elapsed() > ASK_POWER {
                (asked, from) = (Instant::now(), power());
            }
            let reason = self.reason(from, self.shared.since.elapsed());
            if reason != told {
                on(reason);
                told = reason;
            }
            if reason.is_none() {
                return ControlFlow::Continue(());
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Why it waits at the time `now`, after it was made.
    fn reason(&self, from: Power, now: Duration) -> Option<Waits> {
        if self.shared.pause.load(Ordering::Relaxed) {
            return Some(Waits::Asked);
        }
        if !self.shared.polite.load(Ordering::Relaxed) {
            return None;
        }
        if from == Power::Battery {
            return Some(Waits::Battery);
        }
        let typed = self.shared.typed.load(Ordering::Relaxed);
        let quiet = now.saturating_sub(Duration::from_millis(typed));
        (typed > 0 && quiet < QUIET).then_some(Waits::Typing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_for_the_person_and_for_the_mains() {
        let control = Control::default();
        let now = Duration::from_secs(1);
        assert_eq!(control.reason(Power::Mains, now), None);
        assert_eq!(control.reason(Power::CannotTell, now), None, "what cannot be told is no reason");
        assert_eq!(control.reason(Power::Battery, now), Some(Waits::Battery));
        control.typed();
        assert_eq!(control.reason(Power::Mains, now), Some(Waits::Typing));
        assert_eq!(control.reason(Power::Mains, now + QUIET), None, "some seconds later it goes on");
        control.be_polite(false);
        assert_eq!(control.reason(Power::Battery, now), None);
        control.pause(true);
        assert_eq!(control.reason(Power::Battery, now), Some(Waits::Asked));
    }

    #[test]
    fn each_reason_is_told_once_and_its_end_too() {
        let control = Control::default();
        control.pause(true);
        let other = control.clone();
        let mut heard = Vec::new();
        let flow = control.wait(|reason| {
            heard.push(reason);
            if reason.is_some() {
                other.be_polite(false);
                other.pause(false);
            }
        });
        assert_eq!(flow, ControlFlow::Continue(()));
        assert_eq!(heard, [Some(Waits::Asked), None]);
        control.stop();
        assert_eq!(control.wait(|_| ()), ControlFlow::Break(()));
    }
}

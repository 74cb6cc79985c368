//! A thread that owns something costly and works off jobs, one after the other.

use std::fmt;
use std::sync::mpsc::{self, Receiver, SendError, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use crate::AppError;

/// Handle to the thread. It starts with the first job, and anew with the next one if it died.
pub(crate) struct JobThread<J> {
    name: &'static str,
    work: Arc<dyn Fn(Receiver<J>) + Send + Sync>,
    jobs: Arc<Mutex<Option<Sender<J>>>>,
}

impl<J: Send + 'static> JobThread<J> {
    /// `work` runs on the thread: it makes what the thread owns and then receives jobs until no handle is left.
    pub(crate) fn new(name: &'static str, work: impl Fn(Receiver<J>) + Send + Sync + 'static) -> Self {
        Self { name, work: Arc::new(work), jobs: Arc::default() }
    }

    /// Queues a job. Does not wait.
    pub(crate) fn send(&self, job: J) -> Result<(), AppError> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = match jobs.as_ref() {
            None => job,
            Some(thread) => match thread.send(job) {
                Ok(()) => return Ok(()),
                Err(SendError(unsent)) => unsent,
            },
        };
        let thread = self.start()?;
        thread.send(job).map_err(|_| self.died())?;
        *jobs = Some(thread);
        Ok(())
    }

    /// The error of a job whose thread ended before it answered.
    pub(crate) fn died(&self) -> AppError {
        AppError::Thread { thread: self.name }
    }

    fn start(&self) -> Result<Sender<J>, AppError> {
        let (sender, receiver) = mpsc::channel();
        let work = Arc::clone(&self.work);
        std::thread::Builder::new()
            .name(self.name.into())
            .spawn(move || work(receiver))
            .map_err(|_| self.died())?;
        Ok(sender)
    }
}

impl<J> Clone for JobThread<J> {
    fn clone(&self) -> Self {
        Self { name: self.name, work: Arc::clone(&self.work), jobs: Arc::clone(&self.jobs) }
    }
}

impl<J> fmt::Debug for JobThread<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobThread").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_died_starts_anew() {
        let thread: JobThread<(u32, Sender<u32>)> =
            JobThread::new("test thread", |jobs: Receiver<(u32, Sender<u32>)>| {
                for (number, answer) in jobs {
                    assert_ne!(number, 13, "this job kills the thread");
                    answer.send(number * 2).unwrap();
                }
            });
        let ask = |number| {
            let (answer, answered) = mpsc::channel();
            thread.send((number, answer)).unwrap();
            answered.recv()
        };
        assert_eq!(ask(1), Ok(2));
        assert!(ask(13).is_err(), "the job that kills the thread gets no answer");
        // The thread may still be unwinding: a job that lands in its queue is refused, the next one is not.
        assert!((0..100).any(|_| ask(2) == Ok(4)), "a later job is answered");
    }
}

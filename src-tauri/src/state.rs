//! What the window's commands share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use emend_app::verbs::train::Control;
use emend_app::{App, AppError, Cancel};

use crate::dto::AppErrorDto;
use crate::refusal::refusal;

/// The application, or why it could not be opened, and the requests that are running.
pub(crate) struct Desktop {
    app: Result<App, AppErrorDto>,
    /// A file named on the command line, until the page asks for it.
    file: Mutex<Option<PathBuf>>,
    /// Jobs by ticket, each with its request: a rewrite, or alternatives that were asked for meanwhile.
    running: Mutex<HashMap<u64, (i64, Cancel)>>,
    tickets: AtomicU64,
    /// Where the segments of this session's requests begin, in the page's unit: (request, segment) to offset.
    segments: Mutex<HashMap<(i64, u32), u32>>,
    /// The comparison of an adapter that is shown.
    shown: Mutex<Cancel>,
    /// What is learned or tested now; there is one such work at a time, because it takes the whole machine.
    work: Mutex<Option<Work>>,
}

/// Work that takes the whole machine.
#[derive(Clone)]
pub(crate) enum Work {
    Training(Control),
    Comparing(Cancel),
    /// The person's own texts are read.
    Reading(Cancel),
    /// The large model grades, because nobody needs the machine.
    Grading(Cancel),
}

impl Desktop {
    pub(crate) fn new(app: Result<App, AppError>, file: Option<PathBuf>) -> Self {
        Self {
            app: app.map_err(refusal),
            file: Mutex::new(file),
            running: Mutex::default(),
            tickets: AtomicU64::default(),
            segments: Mutex::default(),
            shown: Mutex::default(),
            work: Mutex::default(),
        }
    }

    pub(crate) fn app(&self) -> Result<&App, AppErrorDto> {
        self.app.as_ref().map_err(Clone::clone)
    }

    /// The file named on the command line; the second call finds none.
    pub(crate) fn take_file(&self) -> Option<PathBuf> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Notes a job of `request`; the ticket ends it.
    pub(crate) fn begun(&self, request: i64, cancel: Cancel) -> u64 {
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(ticket, (request, cancel));
        ticket
    }

    pub(crate) fn ended(&self, ticket: u64) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&ticket);
    }

    /// Remembers where a segment begins: its alternatives are told in the same offsets.
    pub(crate) fn segment_begins(&self, request: i64, segment: u32, start: u32) {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner).insert((request, segment), start);
    }

    /// Where a segment begins, if its request ran in this session.
    pub(crate) fn beginning(&self, request: i64, segment: u32) -> Option<u32> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner).get(&(request, segment)).copied()
    }

    /// Stops every job of a request; one that has ended is none of our business.
    pub(crate) fn cancel(&self, request: i64) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, cancel) in running.values().filter(|(of, _)| *of == request) {
            cancel.cancel();
        }
    }

    /// Notes what ends the comparison that is shown from now on; the one before, whose page is gone, is ended.
    pub(crate) fn shows(&self, cancel: Cancel) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *shown, cancel).cancel();
    }

    /// Claims the only place for work that takes the whole machine; the place is free again when what is returned is
    /// dropped. `None` when it is taken.
    pub(crate) fn work_begins(&self, work: Work) -> Option<Place<'_>> {
        let mut place = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_some() {
            return None;
        }
        *place = Some(work);
        Some(Place(&self.work))
    }

    /// The run of training that is going.
    pub(crate) fn training(&self) -> Option<Control> {
        match &*self.work.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Work::Training(control)) => Some(control.clone()),
            _ => None,
        }
    }

    /// Ends what is compared now, if anything is.
    pub(crate) fn stop_comparing(&self) {
        self.stop(|work| if let Work::Comparing(cancel) = work { Some(cancel) } else { None });
    }

    /// Ends the reading of the person's texts, if it is going.
    pub(crate) fn stop_reading(&self) {
        self.stop(|work| if let Work::Reading(cancel) = work { Some(cancel) } else { None });
    }

    /// Ends what is graded now, if anything is.
    pub(crate) fn stop_grading(&self) {
        self.stop(|work| if let Work::Grading(cancel) = work { Some(cancel) } else { None });
    }

    fn stop(&self, which: impl FnOnce(&Work) -> Option<&Cancel>) {
        if let Some(cancel) =
            self.work.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(which)
        {
            cancel.cancel();
        }
    }
}

/// The only place for work that takes the whole machine.
pub(crate) struct Place<'d>(&'d Mutex<Option<Work>>);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

//! Long work on a thread of its own, while the thread that Python called on listens: to progress and to Ctrl-C.

use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use ljd_core::{Cancel, Error, ErrorKind};
use pyo3::prelude::*;

use crate::errors::{broken, raised};

/// How long a signal may wait.
const PATIENCE: Duration = Duration::from_millis(50);

/// What the thread says.
enum Said<P, T> {
    Progress(P),
    Done(T),
}

/// Tells progress to whoever waits.
pub(crate) struct Teller<P, T>(Sender<Said<P, T>>);

impl<P, T> Teller<P, T> {
    /// Tells it, and waits until it is heard.
    pub(crate) fn tell(&self, progress: P) {
        // Nobody listens any more after a second Ctrl-C.
        let _ = self.0.send(Said::Progress(progress));
    }

    /// Tells it if somebody has time for it.
    pub(crate) fn mention(&self, progress: P) {
        let _ = self.0.try_send(Said::Progress(progress));
    }
}

/// Does the work without holding the interpreter, and gives its result.
///
/// Ctrl-C, or an exception that `hear` raises, cancels the work, which then comes to its end; a second one does not wait
/// for that.
pub(crate) fn work<P, T>(
    py: Python<'_>,
    cancel: &Cancel,
    work: impl FnOnce(&Teller<P, T>) -> T + Send + 'static,
    mut hear: impl FnMut(Python<'_>, P) -> PyResult<()>,
) -> PyResult<T>
where
    P: Send + 'static,
    T: Send + 'static,
{
    let (sender, receiver) = bounded(1);
    spawn(move || {
        let teller = Teller(sender);
        let done = work(&teller);
        let _ = teller.0.send(Said::Done(done));
    })?;
    let mut raised = None;
    loop {
        let heard = match next(py, &receiver) {
            Next::Is(Said::Done(done)) => return raised.map_or(Ok(done), Err),
            Next::Is(Said::Progress(progress)) if raised.is_none() => hear(py, progress),
            Next::Is(Said::Progress(_)) => Ok(()),
            Next::Interrupted(error) if raised.is_some() => return Err(error),
            Next::Interrupted(error) => Err(error),
            Next::Ended => return Err(broken("the work ended without a result")),
        };
        if let Err(error) = heard {
            cancel.cancel();
            raised = Some(error);
        }
    }
}

/// Starts a thread.
pub(crate) fn spawn(run: impl FnOnce() + Send + 'static) -> PyResult<()> {
    let started = thread::Builder::new().spawn(run);
    started.map(drop).map_err(|error| raised(Error::new(ErrorKind::Thread(error))))
}

/// What comes of waiting.
pub(crate) enum Next<T> {
    Is(T),
    /// A signal's handler raised that.
    Interrupted(PyErr),
    /// Nothing more will come.
    Ended,
}

/// Waits for what comes next, without holding the interpreter.
pub(crate) fn next<T: Send>(py: Python<'_>, receiver: &Receiver<T>) -> Next<T> {
    loop {
        match py.detach(|| receiver.recv_timeout(PATIENCE)) {
            Ok(message) => return Next::Is(message),
            Err(RecvTimeoutError::Disconnected) => return Next::Ended,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(error) = py.check_signals() {
            return Next::Interrupted(error);
        }
    }
}

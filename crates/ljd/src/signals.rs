//! Ctrl-C and `kill`: what runs ends cleanly, and the exit code says which signal it was.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use ljd_core::Cancel;

/// What the signals of a run ask for.
#[derive(Clone, Default)]
pub(crate) struct Signals {
    /// Is set by the first of them.
    pub(crate) cancel: Cancel,
    /// Its number.
    first: Arc<AtomicI32>,
}

/// What a command does when it is asked to end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It comes to its end and tidies up.
    Tidy,
    /// It is at any moment as it may be left.
    AtOnce,
}

impl Signals {
    /// Listens to SIGINT and SIGTERM from now on. The second one ends the program at once.
    #[cfg(unix)]
    pub(crate) fn listen(ending: Ending) -> Self {
        use signal_hook::consts::{SIGINT, SIGTERM};

        let signals = Self::default();
        let heard = signals.clone();
        let listener = move |mut source: signal_hook::iterator::Signals| {
            for signal in source.forever() {
                heard.take(signal, ending);
            }
        };
        match signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) {
            Ok(source) => drop(std::thread::spawn(move || listener(source))),
            Err(error) => not_heard(&error),
        }
        signals
    }

    /// Elsewhere the system ends the program, and the next build removes what is left.
    #[cfg(not(unix))]
    pub(crate) fn listen(_ending: Ending) -> Self {
        Self::default()
    }

    #[cfg(unix)]
    fn take(&self, signal: i32, ending: Ending) {
        let is_first = self.first.swap(signal, Ordering::Relaxed) == 0;
        if ending == Ending::AtOnce {
            self.say("what is there of each file stays, and the next run continues it");
        }
        if !is_first || ending == Ending::AtOnce {
            std::process::exit(128 + signal);
        }
        self.cancel.cancel();
    }

    /// Says that a run ended because it was asked to; gives the exit code for it.
    pub(crate) fn ended(&self, what_is_left: &str) -> u8 {
        self.say(what_is_left);
        let signal = u8::try_from(self.first.load(Ordering::Relaxed)).unwrap_or_default();
        128 + signal
    }

    #[expect(clippy::print_stderr, reason = "what ended the program is said to who ended it")]
    fn say(&self, what_is_left: &str) {
        let name = match self.first.load(Ordering::Relaxed) {
            2 => "SIGINT",
            _ => "SIGTERM",
        };
        eprintln!("stopped by {name}: {what_is_left}");
    }
}

fn not_heard(error: &io::Error) {
    tracing::warn!("signals are not listened to: {error}");
}

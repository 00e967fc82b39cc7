//! At most two downloads from one server at once.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many downloads each server is serving.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    busy: Mutex<BTreeMap<String, usize>>,
    freed: Condvar,
}

/// Leave to ask a server, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    hosts: &'a Hosts,
    host: Option<String>,
}

const MOST: usize = 2;

impl Hosts {
    /// Waits until one more download from that server is polite; in a folder nobody has to wait.
    pub(crate) fn permit(&self, host: Option<String>) -> Permit<'_> {
        if let Some(host) = &host {
            let mut busy = self.lock();
            while MOST <= busy.get(host).copied().unwrap_or_default() {
                busy = self.freed.wait(busy).unwrap_or_else(PoisonError::into_inner);
            }
            *busy.entry(host.clone()).or_default() += 1;
        }
        Permit { hosts: self, host }
    }

    /// Whether a download from that server may start at once.
    pub(crate) fn is_free(&self, host: Option<&str>) -> bool {
        host.is_none_or(|host| self.lock().get(host).copied().unwrap_or_default() < MOST)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let Some(host) = &self.host else { return };
        if let Some(busy) = self.hosts.lock().get_mut(host) {
            *busy -= 1;
        }
        self.hosts.freed.notify_all();
    }
}

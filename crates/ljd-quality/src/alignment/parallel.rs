//! Doing many things of one kind on several threads.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use ljd_core::Cancel;

/// Does `work` for each number below `n` once, in no certain order. Each thread has something of its own to work with.
///
/// Less is done where it is cancelled.
pub(super) fn for_each<T>(
    n: usize,
    (jobs, cancel): (NonZeroUsize, &Cancel),
    own: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, usize) + Sync,
) {
    /// Numbers that a thread takes at once.
    const STEP: usize = 64;
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..jobs.get() {
            scope.spawn(|| {
                let mut own = own();
                while !cancel.is_cancelled() {
                    let start = next.fetch_add(STEP, Ordering::Relaxed);
                    if n <= start {
                        break;
                    }
                    (start..n.min(start + STEP)).for_each(|i| work(&mut own, i));
                }
            });
        }
    });
}
